"""Sorting at this station: acts kept with what waits for the centre, items and acts that the centre told."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.sqlite import insert

from inspection_station.custody.ledger import ITEM, LYING, CustodyLedger, Judge, form
from inspection_station.domain.custody.acts import Act, act_from_json, act_to_json, photo_hashes
from inspection_station.domain.custody.house_item import HouseItem, house_item_from_json, house_items
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.custody.manifest_state import ManifestState, fold_manifest
from inspection_station.domain.inspection import Inspection
from inspection_station.domain.returns import ExpectedReturn, return_from_json
from inspection_station.storage.database import Database
from inspection_station.storage.outbox import queue_photos, queue_records
from inspection_station.storage.tables import custody, expected_returns, products
from inspection_station.storage.texts import search_form, stored_json
from inspection_station.workflows.custody_port import LyingItem, ReviewRow, ToteRow

CUSTODY_ACT = "custody_act"
KINDS = (ITEM, "act")  # of the feed
WITHDRAWN = "withdrawn"  # items and acts of which nothing is told any more


def ledger_of(judge: Judge = lambda item: ()) -> CustodyLedger:
    """What keeps this database's tables of custody; `judge` tells why a lead looks at an item."""
    return CustodyLedger(custody, judge)


class StoredCustody:
    """`custody_port.CustodyStore` on the station's database."""

    def __init__(self, database: Database, ledger: CustodyLedger) -> None:
        self._database, self._ledger = database, ledger

    def do(self, acts: Sequence[Act]) -> None:
        """See `CustodyStore`.

        Raises:
            StationProblem: ``text.unusable``, ``disk.full``, ``disk.unwritable``, ``database.locked`` …; then nothing
                is kept.
        """
        bodies = [stored_json(act_to_json(act))[0] for act in acts]
        with self._database.writing() as connection:
            self._ledger.keep_acts(connection, acts)
            queue_records(
                connection,
                [
                    (act.id, CUSTODY_ACT, act.hash, act.at, body, photo_hashes(act))
                    for act, body in zip(acts, bodies, strict=True)
                ],
            )
            queue_photos(connection, [(sha256, act.at) for act in acts for sha256 in photo_hashes(act)])

    def next_place(self, subject: str) -> tuple[int, tuple[str, ...]]:
        """See `CustodyStore`."""
        with self._database.reading() as connection:
            return self._ledger.next_place(connection, subject)

    def acts_about(self, subject: str) -> list[Act]:
        """See `CustodyStore`."""
        with self._database.reading() as connection:
            return self._ledger.acts_about(connection, subject)

    def item(self, rt_number: str) -> tuple[HouseItem | None, ItemState] | None:
        """See `CustodyStore`."""
        table = custody.item
        wanted = select(table.c.item_id).where(table.c.rt_number == form(rt_number))
        with self._database.reading() as connection:
            name = connection.execute(wanted.order_by(table.c.place.desc()).limit(1)).scalar_one_or_none()
            return self._ledger.stands(connection, name) if name is not None else None

    def twins(self, item_id: str) -> list[tuple[HouseItem, ItemState]]:
        """See `CustodyStore`."""
        with self._database.reading() as connection:
            return self._ledger.twins(connection, item_id)

    def totes(self) -> list[ToteRow]:
        """See `CustodyStore`."""
        with self._database.reading() as connection:
            return self._ledger.totes(connection)

    def lying_in(self, totes: Sequence[str], most: int) -> list[LyingItem]:
        """See `CustodyStore`."""
        one = custody.item.c
        newest = select(one.place).where(one.tote.in_(list(totes)), text(LYING)).order_by(one.place.desc()).limit(most)
        columns = (one.body, one.grade, one.disposition, one.tote, one.proved, one.review, one.recall, one.apart,
                   one.missing)  # fmt: skip
        wanted = select(*columns).where(one.place.in_(newest), one.body != "").order_by(one.place.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [
            LyingItem(
                house_item_from_json(json.loads(row.body)), row.grade, row.disposition, row.tote, bool(row.proved),
                row.review, row.recall, bool(row.apart), bool(row.missing),
            )
            for row in rows
        ]  # fmt: skip

    def vendors_in(self, tote: str) -> tuple[str, ...]:
        """See `CustodyStore`."""
        one = custody.item.c
        wanted = select(one.vendor).distinct().where(one.tote == tote, text(LYING))
        with self._database.reading() as connection:
            return tuple(sorted(connection.execute(wanted).scalars()))

    def grams_in(self, tote: str) -> int:
        """See `CustodyStore`."""
        one = custody.item.c
        wanted = select(one.body).where(one.tote == tote, text(LYING), one.body != "")
        with self._database.reading() as connection:
            return sum(int(json.loads(body).get("grams", 0)) for body in connection.execute(wanted).scalars())

    def vendors_since(self, since: str) -> list[tuple[str, str]]:
        """See `CustodyStore`."""
        one = custody.item.c
        wanted = select(one.vendor, func.max(one.vendor_name)).where(one.decided_at >= since, one.vendor != "")
        with self._database.reading() as connection:
            found = connection.execute(wanted.group_by(one.vendor)).all()
        return sorted(((code, name) for code, name in found), key=lambda pair: (pair[1], pair[0]))

    def to_review(self, most: int) -> list[ReviewRow]:
        """See `CustodyStore`."""
        one = custody.item.c
        wanted = select(one.body, one.review, one.grade, one.disposition, one.apart).where(text("review <> ''"))
        wanted = wanted.where(one.body != "").order_by(one.review_rank, one.place).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [
            ReviewRow(
                house_item_from_json(json.loads(row.body)), row.review, row.grade, row.disposition, bool(row.apart)
            )
            for row in rows
        ]

    def count_to_review(self) -> int:
        """See `CustodyStore`."""
        wanted = select(func.count()).select_from(custody.item).where(text("review <> ''"))
        with self._database.reading() as connection:
            return int(connection.execute(wanted).scalar_one())

    def count_held(self) -> int:
        """See `CustodyStore`."""
        one = custody.item.c
        held = (one.disposition.in_(("hold", "unclaimed")), one.state == "closed", one.manifest == "")
        with self._database.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(custody.item).where(*held)) or 0)

    def count_apart(self) -> int:
        """See `CustodyStore`."""
        wanted = select(func.count()).select_from(custody.item).where(text("apart = 1"))
        with self._database.reading() as connection:
            return int(connection.scalar(wanted) or 0)

    def recalls(self, most: int) -> list[tuple[HouseItem, int]]:
        """See `CustodyStore`."""
        one = custody.item.c
        wanted = select(one.body, one.recall).where(text("recall > 0"), one.body != "").order_by(one.place)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.limit(most)).all()
        return [(house_item_from_json(json.loads(row.body)), row.recall) for row in rows]

    def manifest(self, manifest_id: str) -> ManifestState:
        """See `CustodyStore`."""
        with self._database.reading() as connection:
            return fold_manifest(manifest_id, self._ledger.acts_about(connection, f"manifest:{manifest_id}"))


def keep_told(connection: Connection, ledger: CustodyLedger, told: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Keep what a page of the feed tells, bodies by kind; each was checked by `check_told`."""
    items = [house_item_from_json(body) for body in told.get(ITEM, ())]
    ledger.keep_items(connection, items)
    keep_names(connection, {(one.sku, one.name_zh, one.name_en, one.variant) for one in items})
    withdrawn = [str(body["id"]) for body in told.get(WITHDRAWN, ())]
    ledger.withdraw_items(connection, withdrawn)
    ledger.withdraw_acts(connection, withdrawn)
    ledger.keep_acts(connection, [act_from_json(body) for body in told.get("act", ())])


def keep_names(connection: Connection, names: Collection[tuple[str, str, str, str]]) -> None:
    """Keep what products are called (SKU, Chinese and English name, variant), so that their items are found by it."""
    rows = [
        {"sku": sku, "name_zh": zh, "name_en": en, "variant": variant,
         "search": search_form("\x1f".join((sku, zh, en, variant)))}
        for sku, zh, en, variant in sorted(names)
        if sku
    ]  # fmt: skip
    if rows:
        connection.execute(insert(products).on_conflict_do_nothing(), rows)


def check_told(kind: str, item_id: str, body: Mapping[str, Any]) -> None:
    """Whether the body is an item or act of that id; raises ValueError, KeyError or TypeError when it is not."""
    found = house_item_from_json(body) if kind == ITEM else act_from_json(body)
    if found.id != item_id:
        raise ValueError("it is told under another id than its own")
    stored_json(body)


def keep_own(connection: Connection, ledger: CustodyLedger, inspection: Inspection) -> None:
    """Keep the items that this station's own inspection has decided."""
    wanted = sorted({item.return_id for item in inspection.items if item.return_id})
    bodies = connection.execute(
        select(expected_returns.c.id, expected_returns.c.body).where(expected_returns.c.id.in_(wanted))
    )
    returns: dict[str, ExpectedReturn] = {row.id: return_from_json(json.loads(row.body)) for row in bodies}
    ledger.keep_items(connection, house_items(inspection, returns))
