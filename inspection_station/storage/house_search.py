"""Finding items of the whole house among a million: index ranges for numbers, names by their few products.

A text with few hits is looked up in each index and the hits are sorted by time. One with many is checked while walking
from the newest item back, `_WALKED` at most; where that shows too few lines, those hits that were looked up are shown
with them. So no search costs more than two bounded readings. Measured in tests/benchmarks/bench_house.py.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, text

from inspection_station.custody.ledger import form
from inspection_station.domain.custody.house_item import house_item_from_json
from inspection_station.domain.identifiers import parse_return_label
from inspection_station.storage.database import Database
from inspection_station.storage.texts import prefix_range, search_form
from inspection_station.workflows.history_wish import FoundItem, HouseFilter

TAIL = 4  # characters: the shortest end of an RT number that finds it, as on cards
_FEW = 2000  # hits of one index up to which looking up and sorting beats walking
_WALKED = 10_000  # items looked at one by one, at most
_MOST_PRODUCTS = 2000
_COLUMNS = (
    "i.item_id, i.body, i.grade, i.disposition, i.tote, i.proved, i.manifest, i.decided_at, i.review, i.apart,"
    " i.random_check, i.blind_agreed"
)
_RANGES = ("rt_number", "tracking_number", "tracking_reversed", "order_number", "return_number", "sku")
_HELD = "'hold', 'unclaimed'"
# The narrowest first: of these only one leads, the others are looked at in its rows.
_LEADING = ("person", "vendor", "finding", "station", "reason", "disposition", "grade")


class HouseSearch:
    """Reads the items of the house that this station knows; its own and those the centre told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, wanted: HouseFilter, limit: int = 100) -> list[FoundItem]:
        """The items `wanted` asks for, the newest decision first; none for a text that can be none of our texts."""
        with self._database.reading() as connection:
            return [_found(row) for row in _search(connection, wanted, limit)]

    def items(self, item_ids: Collection[str]) -> dict[str, FoundItem]:
        """Those of these items that are known, by id."""
        query = text(f"SELECT {_COLUMNS} FROM custody_item AS i WHERE i.body <> '' AND i.item_id IN "
                     "(SELECT value FROM json_each(:ids))")  # fmt: skip
        with self._database.reading() as connection:
            rows = connection.execute(query, {"ids": json.dumps(list(item_ids))}).mappings().all()
        return {row["item_id"]: _found(row) for row in rows}

    def of_inspections(self, inspection_ids: Collection[str]) -> list[FoundItem]:
        """The items of these inspections."""
        query = text(f"SELECT {_COLUMNS} FROM custody_item AS i WHERE i.body <> '' AND i.inspection_id IN "
                     "(SELECT value FROM json_each(:ids)) ORDER BY i.decided_at")  # fmt: skip
        with self._database.reading() as connection:
            return [_found(row) for row in connection.execute(query, {"ids": json.dumps(list(inspection_ids))})
                    .mappings().all()]  # fmt: skip

    def of_parcel(self, tracking_number: str, most: int = 40) -> list[FoundItem]:
        """The items of a parcel, of whichever inspection of it, the oldest decision first."""
        number = form(tracking_number)
        query = text(f"SELECT {_COLUMNS} FROM custody_item AS i WHERE i.body <> '' AND i.tracking_number = :number"
                     " ORDER BY i.decided_at LIMIT :most")  # fmt: skip
        if not number:
            return []
        with self._database.reading() as connection:
            rows = connection.execute(query, {"number": number, "most": most}).mappings().all()
        return [_found(row) for row in rows]

    def vendors(self, most: int = 60) -> list[tuple[str, str]]:
        """Code and name of the vendors that the items have, by name; the name as it was told last."""
        query = text("SELECT vendor_name FROM custody_item INDEXED BY ix_house_vendor WHERE vendor = :code"
                     " ORDER BY decided_at DESC LIMIT 1")  # fmt: skip
        codes = self.codes("vendor", most)
        with self._database.reading() as connection:
            found = [(code, str(connection.scalar(query, {"code": code}) or code)) for code in codes]
        return sorted(found, key=lambda pair: (pair[1], pair[0]))

    def codes(self, column: str, most: int = 60) -> list[str]:
        """Which stations, people or vendors (`column`) the items have: one step along an index for each."""
        if column not in ("station", "person", "vendor"):
            raise ValueError(column)
        query = text(f"SELECT MIN({column}) FROM custody_item WHERE {column} > :last")
        found: list[str] = []
        with self._database.reading() as connection:
            while len(found) < most:
                one = connection.execute(query, {"last": found[-1] if found else ""}).scalar()
                if one is None:
                    return found
                found.append(str(one))
        return found


def _search(connection: Connection, wanted: HouseFilter, limit: int) -> list[Any]:
    conditions, values = _filters(wanted)
    values["limit"] = limit
    if wanted.waiting:
        conditions.append(f"i.place IN (SELECT place FROM ({_WAITING}))")
    if not wanted.text.strip():
        return _newest(connection, conditions, values, _way(wanted))
    sought = search_form(wanted.text)
    if not sought:
        return []
    parts = _parts(connection, sought, wanted.defects, values)
    hits, is_whole = _looked_up(connection, parts, values)
    values["hits"] = json.dumps(hits)
    listed = [*conditions, "i.place IN (SELECT value FROM json_each(:hits))"]
    if is_whole:
        return _newest(connection, listed, values) if hits else []
    found = _walk(connection, conditions, parts, values, _way(wanted))
    if len(found) < limit:  # they are rare among the newest
        known = {row["item_id"]: row for row in (*found, *_newest(connection, listed, values))}
        found = sorted(known.values(), key=lambda row: str(row["decided_at"]), reverse=True)[:limit]
    return found


_WAITING = " UNION ".join(
    f"SELECT place FROM (SELECT place FROM custody_item WHERE {one} LIMIT {_WALKED})"
    for one in (f"disposition IN ({_HELD})", "review <> ''", "apart = 1")
)


def _way(wanted: HouseFilter) -> str:
    """The index along which to walk from the newest decision back."""
    if wanted.waiting:
        return ""
    name = next((name for name in _LEADING if getattr(wanted, name) is not None), "")
    return f"INDEXED BY ix_house_{name}" if name else "INDEXED BY ix_custody_item_decided"


def _newest(connection: Connection, conditions: list[str], values: dict[str, Any], way: str = "") -> list[Any]:
    """Rows that meet all conditions; which they are is found along an index, then only those are read."""
    where = " AND ".join(conditions) or "1"
    query = (
        f"SELECT {_COLUMNS} FROM custody_item AS i WHERE i.place IN (SELECT i.place FROM custody_item AS i {way}"
        f" WHERE {where} ORDER BY i.decided_at DESC LIMIT :limit) AND i.body <> '' ORDER BY i.decided_at DESC"
    )
    return list(connection.execute(text(query), values).mappings().all())


def _walk(
    connection: Connection, conditions: list[str], parts: dict[str, str], values: dict[str, Any], way: str
) -> list[Any]:
    where = " AND ".join(conditions) or "1"
    fits = " OR ".join(f"({part})" for part in parts.values())
    query = (
        f"SELECT {_COLUMNS} FROM (SELECT i.place FROM custody_item AS i {way} WHERE {where}"
        f" ORDER BY i.decided_at DESC LIMIT {_WALKED}) AS w CROSS JOIN custody_item AS i ON i.place = w.place"
        f" WHERE i.body <> '' AND ({fits}) LIMIT :limit"
    )
    rows = connection.execute(text(query), values).mappings().all()
    return sorted(rows, key=lambda row: str(row["decided_at"]), reverse=True)


def _looked_up(connection: Connection, parts: dict[str, str], values: dict[str, Any]) -> tuple[list[int], bool]:
    """Places of what fits the text, the greatest numbers first, and whether that is all of it."""
    hits: set[int] = set()
    is_whole = True
    for name, part in parts.items():
        order = f" ORDER BY i.{name} DESC" if name in _RANGES else ""
        query = f"SELECT i.place FROM custody_item AS i WHERE {part}{order} LIMIT {_FEW + 1}"
        found = connection.execute(text(query), values).scalars().all()
        is_whole = is_whole and len(found) <= _FEW
        hits.update(found)
    return sorted(hits), is_whole


def _parts(connection: Connection, sought: str, defects: tuple[str, ...], values: dict[str, Any]) -> dict[str, str]:
    """One condition for each thing that the text can be; fills `values`."""
    label = parse_return_label(sought)
    starts = dict.fromkeys(_RANGES, sought)
    starts["rt_number"] = label.rt_number if label else "RT-" + sought.removeprefix("RT-")
    starts["tracking_reversed"] = sought[::-1]
    parts: dict[str, str] = {}
    for name, start in starts.items():
        values[name], values[f"{name}_end"] = prefix_range(start)
        parts[name] = f"i.{name} >= :{name} AND i.{name} < :{name}_end"
    parts["phone_tail"], values["form"] = "i.phone_tail = :form", sought
    if len(sought) >= TAIL:
        values["tail"], values["tail_length"] = sought[-TAIL:], -len(sought)
        parts["tail"] = "substr(i.rt_number, -4) = :tail AND substr(i.rt_number, :tail_length) = :form"
    query = text(
        f"SELECT DISTINCT sku FROM products WHERE sku <> '' AND instr(search, :form) > 0 LIMIT {_MOST_PRODUCTS}"
    )
    skus = connection.execute(query, {"form": sought}).scalars().all()
    if skus:
        values["skus"] = json.dumps([search_form(one) for one in skus])
        parts["product"] = "i.sku IN (SELECT value FROM json_each(:skus))"
    if defects:
        values["defects"] = json.dumps(list(defects))
        parts["defect"] = "i.finding IN (SELECT value FROM json_each(:defects))"
    return parts


def _filters(wanted: HouseFilter) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    for name, compared in (("since", ">="), ("until", "<")):
        if moment := getattr(wanted, name):
            conditions.append(f"i.decided_at {compared} :{name}")
            values[name] = moment
    for name in _LEADING:
        if (code := getattr(wanted, name)) is not None:
            conditions.append(f"i.{name} = :code_{name}")
            values[f"code_{name}"] = code
    if wanted.closed:
        conditions.append("i.state = 'closed'")
    if wanted.without_blind:
        conditions.append("NOT (i.random_check = 1 AND i.blind_agreed = 0 AND i.state = 'closed')")
    return conditions, values


def _found(row: Any) -> FoundItem:
    item = house_item_from_json(json.loads(row["body"]))
    waiting = row["disposition"] in ("hold", "unclaimed") or bool(row["review"]) or bool(row["apart"])
    blind = bool(row["random_check"]) and not row["blind_agreed"] and item.state == "closed"
    return FoundItem(
        item, row["grade"], row["disposition"], row["tote"], bool(row["proved"]), row["manifest"], waiting, blind
    )  # fmt: skip
