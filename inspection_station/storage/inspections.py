"""The station's inspections: append-only events, and the rows made from them in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import IntegrityError

from inspection_station.custody.ledger import CustodyLedger
from inspection_station.domain.events import (
    EventKind,
    InspectionEvent,
    event_from_json,
    event_to_json,
    photo_hashes,
)
from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.errors import N_, StationProblem
from inspection_station.storage import history
from inspection_station.storage.custody import keep_own, ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.facts import read_number, write_number
from inspection_station.storage.lines import ReturnNumbers, lines_of
from inspection_station.storage.outbox import queue_events, queue_photos
from inspection_station.storage.return_rows import note_inspected
from inspection_station.storage.tables import (
    expected_returns,
    inspection_events,
    inspection_items,
    inspections,
    products,
)
from inspection_station.storage.texts import hash_to_be, refuse_unusable, search_form
from inspection_station.storage.unclaimed import note_unclaimed, proposals
from inspection_station.workflows.ports import HistoryFilter, InspectionSummary

ITEM_COUNTER = "item_counter"

# Built once: an append stands between an inspector's key and the screen's "saved".
_KNOWN = select(inspections.c.sequence, inspections.c.head, inspections.c.state).where(
    inspections.c.id == bindparam("inspection")
)
_ADD_EVENTS = insert(inspection_events)
_ADD_INSPECTION = insert(inspections)
_CHANGE_INSPECTION = update(inspections).where(inspections.c.id == bindparam("inspection"))
_LINES = select(inspection_items).where(inspection_items.c.inspection_id == bindparam("inspection"))
_ADD_LINE = insert(inspection_items)
_CHANGE_LINE = update(inspection_items).where(inspection_items.c.id == bindparam("line"))
_DROP_LINE = delete(inspection_items).where(inspection_items.c.id == bindparam("line"))
_LAST_PLACE = select(func.max(inspection_items.c.place))
_PRODUCT_PARTS = ("sku", "name_zh", "name_en", "variant")
_PRODUCT = select(products.c.id).where(*(products.c[name] == bindparam(name) for name in _PRODUCT_PARTS))
_ADD_PRODUCT = upsert(products).on_conflict_do_nothing()
_NUMBERS = select(
    expected_returns.c.id,
    expected_returns.c.order_number,
    expected_returns.c.return_number,
    expected_returns.c.phone_tail,
).where(expected_returns.c.id.in_(bindparam("ids", expanding=True)))
_BINDS_RETURNS = frozenset(
    {EventKind.PARCEL_OPENED, EventKind.ITEM_OPENED, EventKind.RETURN_BOUND, EventKind.STEP_UNDONE}
)
# After these an item of the house, its label or its place is another one than before.
_CHANGES_ITEMS = frozenset(
    {
        EventKind.ITEM_DECIDED, EventKind.TOTE_SCANNED, EventKind.LABEL_PRINTED, EventKind.STEP_UNDONE,
        EventKind.INSPECTION_CLOSED, EventKind.INSPECTION_REOPENED, EventKind.INSPECTION_VOIDED,
        EventKind.RECHECK_REQUESTED,
    }
)  # fmt: skip


def changed_elsewhere() -> StationProblem:
    """The inspection was continued by somebody else since it was read."""
    return StationProblem(
        "inspection.changed_elsewhere",
        N_("This inspection was changed in another window meanwhile: this step was not saved."),
        N_("Scan the parcel again to go on from where it stands now."),
    )


class StoredInspections:
    """`ports.InspectionStore` on the station's database."""

    def __init__(self, database: Database, ledger: CustodyLedger | None = None) -> None:
        """`ledger`: what keeps the items of the house."""
        self._database = database
        self._ledger = ledger or ledger_of()

    def append(self, after: Inspection, events: Sequence[InspectionEvent]) -> None:
        """See `ports.InspectionStore`.

        Raises:
            StationProblem: ``inspection.changed_elsewhere``, ``text.unusable``, ``disk.full``, ``disk.unwritable``,
                ``database.locked``, ``database.damaged``; then nothing is kept.
            ValueError: the events do not lead to `after`, or their chain is broken: a bug of the caller.
        """
        if not events:
            return
        bodies = [_body(event) for event in events]
        refuse_unusable(after.id, after.tracking_number, after.person)
        _require_chain(after, events)
        try:
            with self._database.writing() as connection:
                self._append(connection, after, events, bodies)
        except IntegrityError as error:  # an event of that id or sequence is there already
            raise changed_elsewhere() from error

    def _append(
        self, connection: Connection, after: Inspection, events: Sequence[InspectionEvent], bodies: Sequence[str]
    ) -> None:
        known = connection.execute(_KNOWN, {"inspection": after.id}).one_or_none()
        sequence, head = (known.sequence, known.head) if known else (0, events[0].previous_hash)
        if (events[0].sequence, events[0].previous_hash) != (sequence + 1, head):
            raise changed_elsewhere()
        connection.execute(
            _ADD_EVENTS,
            [
                {"inspection_id": e.inspection_id, "sequence": e.sequence, "id": e.id, "kind": e.kind, "body": body}
                for e, body in zip(events, bodies, strict=True)
            ],
        )
        queue_events(connection, events)
        queue_photos(connection, [(sha256, event.at) for event in events for sha256 in photo_hashes(event)])
        _keep_inspection(connection, after, is_new=known is None)
        _keep_lines(connection, after, events)
        _count_items(connection, events)
        if any(event.kind in _CHANGES_ITEMS for event in events):
            keep_own(connection, self._ledger, after)
        before = known.state if known else ""
        if before != after.state and InspectionState.CLOSED in (before, after.state):
            note_inspected(connection, after.tracking_number, after.return_ids)
        note_unclaimed(connection, after, events)

    def events_of(self, inspection_id: str) -> list[InspectionEvent]:
        """See `ports.InspectionStore`."""
        wanted = (
            select(inspection_events.c.body)
            .where(inspection_events.c.inspection_id == inspection_id)
            .order_by(inspection_events.c.sequence)
        )
        with self._database.reading() as connection:
            return [event_from_json(json.loads(body)) for body in connection.scalars(wanted)]

    def unfinished(self) -> list[str]:
        """See `ports.InspectionStore`."""
        wanted = (
            select(inspections.c.id)
            .where(literal_column("state IN ('open', 'parked')"))
            .order_by(inspections.c.place)
        )  # fmt: skip
        with self._database.reading() as connection:
            return list(connection.scalars(wanted))

    def inspections_of_parcel(self, tracking_number: str) -> list[str]:
        """See `ports.InspectionStore`."""
        wanted = (
            select(inspections.c.id)
            .where(inspections.c.tracking_number == search_form(tracking_number))
            .where(inspections.c.tracking_number != "", inspections.c.state != InspectionState.VOIDED.value)
            .order_by(inspections.c.place.desc())
        )
        with self._database.reading() as connection:
            return list(connection.scalars(wanted))

    def inspection_of_item(self, rt_number: str) -> str | None:
        """See `ports.InspectionStore`; the newest when a number was given twice."""
        number = search_form(rt_number)
        if not number:
            return None
        wanted = (
            select(inspection_items.c.inspection_id)
            .where(inspection_items.c.rt_number == number)
            .order_by(inspection_items.c.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.scalar(wanted)

    def match_proposals(self, inspection_id: str = "", limit: int = 50) -> list[tuple[str, str]]:
        """See `ports.InspectionStore`."""
        with self._database.reading() as connection:
            return proposals(connection, inspection_id, limit)

    def next_item_number(self) -> int:
        """See `ports.InspectionStore`."""
        with self._database.reading() as connection:
            return read_number(connection, ITEM_COUNTER) + 1

    def history(self, wanted: HistoryFilter, limit: int = 100) -> list[InspectionSummary]:
        """See `ports.InspectionStore`."""
        with self._database.reading() as connection:
            return history.search(connection, wanted, limit)

    def closed_since(self, since: str) -> list[str]:
        """See `ports.InspectionStore`."""
        decided_at = inspection_items.c.decided_at
        wanted = (
            select(decided_at)
            .where(literal_column("decided_at <> ''"), decided_at >= since)
            .where(inspection_items.c.state != InspectionState.VOIDED.value)
            .order_by(decided_at)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(wanted))


def _body(event: InspectionEvent) -> str:
    """The JSON text of `event`, once its hash holds and all of it can be stored and sent."""
    plain = event_to_json(event)
    if hash_to_be(plain) != event.hash:
        raise ValueError(f"event {event.id} does not carry its own hash")
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=dict)


def _require_chain(after: Inspection, events: Sequence[InspectionEvent]) -> None:
    for place, event in enumerate(events):
        follows = place == 0 or (
            event.sequence == events[place - 1].sequence + 1 and event.previous_hash == events[place - 1].hash
        )
        if event.inspection_id != after.id or not after.id or not follows:
            raise ValueError(f"event {event.id} is no link of inspection {after.id}'s chain")
    if (after.sequence, after.head) != (events[-1].sequence, events[-1].hash):
        raise ValueError(f"inspection {after.id} is not what its events add up to")


def _keep_inspection(connection: Connection, after: Inspection, is_new: bool) -> None:
    values = {
        "tracking_number": search_form(after.tracking_number),
        "state": after.state.value,
        "opened_at": after.opened_at,
        "closed_at": after.closed_at,
        "person": after.person,
        "sequence": after.sequence,
        "head": after.head,
    }
    if is_new:
        connection.execute(_ADD_INSPECTION, {"id": after.id, **values})
    else:
        connection.execute(_CHANGE_INSPECTION, {"inspection": after.id, **values})


def _keep_lines(connection: Connection, after: Inspection, events: Sequence[InspectionEvent]) -> None:
    """Write the history lines that changed, and of those only the columns that did."""
    rows = connection.execute(_LINES, {"inspection": after.id}).mappings()
    before: dict[str, dict[str, Any]] = {row["item_id"]: dict(row) for row in rows}
    decided = {item_id: (row["decided_at"], row["person"]) for item_id, row in before.items()}
    numbers = {
        row["return_id"]: ReturnNumbers(row["order_number"], row["return_number"], row["phone_tail"])
        for row in before.values()
    }
    if any(event.kind in _BINDS_RETURNS for event in events):
        numbers.update(_return_numbers(connection, after))
    decided_now = {str(event.payload["item_id"]) for event in events if event.kind == EventKind.ITEM_DECIDED}
    place = 0
    for line in lines_of(after, events, decided, numbers):
        values = line.columns()
        old = before.pop(line.item_id, None)
        changes = values if old is None else {name: value for name, value in values.items() if old[name] != value}
        if not changes and line.item_id not in decided_now:
            continue
        if old is None or not changes.keys().isdisjoint(_PRODUCT_PARTS):
            changes = {**changes, "product_id": _product(connection, values)}
        if old is None or line.item_id in decided_now:
            place = (place or int(connection.scalar(_LAST_PLACE) or 0)) + 1
            changes = {**changes, "place": place}
        if old is None:
            connection.execute(_ADD_LINE, changes)
        else:
            connection.execute(_CHANGE_LINE, {**changes, "line": old["id"]})
    for gone in before.values():
        connection.execute(_DROP_LINE, {"line": gone["id"]})


def _return_numbers(connection: Connection, after: Inspection) -> dict[str, ReturnNumbers]:
    wanted = {*after.return_ids, *(item.return_id for item in after.items)} - {""}
    if not wanted:
        return {}
    rows = connection.execute(_NUMBERS, {"ids": sorted(wanted)})
    return {row.id: ReturnNumbers(row.order_number, row.return_number, row.phone_tail) for row in rows}


def _product(connection: Connection, values: dict[str, Any]) -> int:
    parts = {name: values[name] for name in _PRODUCT_PARTS}
    if not any(parts.values()):
        return 0
    found = connection.scalar(_PRODUCT, parts)
    if found is None:
        connection.execute(_ADD_PRODUCT, {**parts, "search": search_form("\x1f".join(parts.values()))})
        found = connection.scalar(_PRODUCT, parts)
    return int(found or 0)


def _count_items(connection: Connection, events: Sequence[InspectionEvent]) -> None:
    numbers = [event.payload.get("item_number") for event in events if event.kind == EventKind.ITEM_OPENED]
    used = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
    if not used:
        return
    if min(used) <= read_number(connection, ITEM_COUNTER):  # another window took the number first
        raise changed_elsewhere()
    write_number(connection, ITEM_COUNTER, max(used))
