"""Where the centre's feed goes: a page and its cursor in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from inspection_station.custody.ledger import CustodyLedger, listed_tote
from inspection_station.errors import StationProblem
from inspection_station.storage import facts, unclaimed
from inspection_station.storage.custody import KINDS, WITHDRAWN, check_told, keep_told, ledger_of
from inspection_station.storage.damaged_photos import keep_damaged
from inspection_station.storage.database import Database
from inspection_station.storage.outbox import mark_safe
from inspection_station.storage.parcels_elsewhere import keep_parcel
from inspection_station.storage.person_pins import Seal, forget_pin, keep_revocation, keep_sealed
from inspection_station.storage.pictures import keep_pictures
from inspection_station.storage.reference import keep_person, keep_tote
from inspection_station.storage.return_rows import ReturnRows, keep_returns, return_rows
from inspection_station.storage.safe_photos import BACKUP, EPOCH, void_marks
from inspection_station.storage.tables import feed_unknown
from inspection_station.storage.texts import escaped_json, refuse_unusable
from inspection_station.storage.told_rules import RULE_FILE, keep_rule_file
from inspection_station.workflows.ports import FeedItem

log = logging.getLogger(__name__)

EXPECTED_RETURN = "expected_return"
_EPOCH, _CURSOR, _NOTE = "feed.epoch", "feed.cursor", "sync."


def _keep_safe(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """`item_id` is a record's id or a photo's SHA-256; ``ids`` in the body names more of both."""
    more = body.get("ids", [])
    if not isinstance(more, list) or not all(isinstance(name, str) for name in more):
        raise ValueError("safe marks name records and photos")
    refuse_unusable(item_id, *more)
    mark_safe(connection, [name for name in (item_id, *more) if name])


def _keep_backup(connection: Connection, _item_id: str, body: Mapping[str, Any]) -> None:
    """The centre's newest verified backup: photos may have become safe."""
    completed_at = body.get("completed_at", "")
    if not isinstance(completed_at, str):
        raise ValueError("a backup was complete at a time")
    refuse_unusable(completed_at)
    facts.write(connection, BACKUP, completed_at)


_KEEP: Mapping[str, Callable[[Connection, str, Mapping[str, Any]], None]] = {
    "parcel": keep_parcel,
    "safe": _keep_safe,
    "backup": _keep_backup,
    "revocation": keep_revocation,
    "picture": keep_pictures,
    "damaged": keep_damaged,
    RULE_FILE: keep_rule_file,
}
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


class StoredFeed:
    """`ports.FeedStore` on the station's database."""

    def __init__(
        self, database: Database, seal: Seal | None = None, ledger: CustodyLedger | None = None
    ) -> None:
        """`seal`: how PINs are kept; None at a station without a centre, whose people's PINs are no secrets.
        `ledger`: what keeps the items and acts of the house."""
        self._database, self._seal = database, seal
        self._ledger = ledger or ledger_of()
        self._keep = {**_KEEP, "person": self._keep_person, "tote": self._keep_tote}

    def cursor(self) -> tuple[str, str]:
        """See `ports.FeedStore`."""
        with self._database.reading() as connection:
            return facts.read(connection, _EPOCH) or "", facts.read(connection, _CURSOR) or ""

    def read_again(self) -> None:
        """From its beginning, with the next page: this station is told other things from now on."""
        with self._database.writing() as connection:
            facts.write(connection, _CURSOR, "")

    def apply_page(self, epoch: str, cursor: str, items: Sequence[FeedItem]) -> None:
        """See `ports.FeedStore`.

        An empty body withdraws what the item names. An item that is malformed or of an unknown kind is kept aside
        word for word and passed over, so that none can stop the feed.

        Raises:
            StationProblem: ``disk.full``, ``disk.unwritable``, ``database.locked`` …; the cursor has then not moved.
        """
        refuse_unusable(epoch, cursor)
        with self._database.writing() as connection:
            if (facts.read(connection, _EPOCH) or epoch) != epoch:
                void_marks(connection)
            returns: dict[str, ReturnRows | None] = {}
            told: dict[str, list[Mapping[str, Any]]] = {}
            for item in items:
                self._apply(connection, item, returns, told)
            keep_told(connection, self._ledger, told)
            unclaimed.propose(connection, keep_returns(connection, returns), returns)
            facts.write(connection, _EPOCH, epoch)
            facts.write(connection, _CURSOR, cursor)

    def _apply(
        self, connection: Connection, item: FeedItem, returns: dict[str, ReturnRows | None],
        told: dict[str, list[Mapping[str, Any]]],
    ) -> None:  # fmt: skip
        """Keep one item; expected returns, and what is told of the house, are gathered, to be written together."""
        keep = self._keep.get(item.kind)
        if keep is None and item.kind not in (EXPECTED_RETURN, *KINDS):
            _keep_aside(connection, item, "unknown kind")
            return
        try:
            refuse_unusable(item.id)
            if not isinstance(item.body, Mapping):
                raise TypeError("a body is a mapping")
            if item.kind in KINDS and not item.body:
                told.setdefault(WITHDRAWN, []).append({"id": item.id})
            elif item.kind in KINDS:
                check_told(item.kind, item.id, item.body)
                told.setdefault(item.kind, []).append(item.body)
            elif keep is None:
                returns[item.id] = return_rows(item.id, item.body)
            else:
                keep(connection, item.id, item.body)
            return
        except StationProblem as problem:
            if problem.code != "text.unusable":
                raise
            reason = problem.code
        except _MALFORMED as error:
            reason = type(error).__name__
        log.warning("a %s of the feed is malformed (%s); it was kept aside", item.kind, reason)
        _keep_aside(connection, item, reason)

    def _keep_tote(self, connection: Connection, code: str, body: Mapping[str, Any]) -> None:
        if body:
            listed_tote(code, body)
        keep_tote(connection, code, body)
        self._ledger.keep_listed_tote(connection, code, int(body.get("slot", 0)) if body else 0, body or None)

    def _keep_person(self, connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
        keep_person(connection, item_id, body if self._seal is None else {**body, "pin_hash": ""} if body else body)
        if not body:
            forget_pin(connection, item_id)
        elif self._seal is not None:
            active = body.get("active", True)
            keep_sealed(connection, item_id, body if active else {**body, "pin_hash": ""}, self._seal)

    def note(self, name: str, value: str) -> None:
        """See `ports.FeedStore`."""
        refuse_unusable(name, value)
        with self._database.writing() as connection:
            if _NOTE + name == EPOCH and facts.read(connection, EPOCH) != value:
                void_marks(connection)  # what was safe in another life of the centre is not in this one
            facts.write(connection, _NOTE + name, value)

    def noted(self, name: str) -> str:
        """See `ports.FeedStore`."""
        with self._database.reading() as connection:
            return facts.read(connection, _NOTE + name) or ""


def _keep_aside(connection: Connection, item: FeedItem, reason: str) -> None:
    kind, name = (
        text.encode("ascii", "backslashreplace").decode().replace("\x00", "\\0") for text in (item.kind, item.id)
    )
    values = {"body": escaped_json(item.body), "reason": reason}
    statement = insert(feed_unknown).values(kind=kind, id=name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["kind", "id"], set_=values))
