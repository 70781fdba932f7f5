"""What one vendor is told of its goods: units, defects by kind with what they cost, and photos that show them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.custody.figures import Period
from inspection_station.custody.tables import CustodyTables
from inspection_station.domain.custody.house_item import house_item_from_json

MOST_DEFECTS = 12
PHOTOS_EACH = 2  # of one kind of defect
LOOKED_AT = 12  # items of one kind of defect in which photos are looked for


@dataclass(frozen=True)
class DefectPhoto:
    """A photo of a finding: its hash, and the item it shows."""

    sha256: str
    rt_number: str
    sku: str


@dataclass(frozen=True)
class DefectCount:
    """One kind of finding: units whose gravest it is, what they were sold for by currency (minor units), photos."""

    code: str
    units: int
    money: Mapping[str, int]
    photos: tuple[DefectPhoto, ...] = ()


@dataclass(frozen=True)
class VendorFeedback:
    """One vendor in one period: all its units, those with a finding, and the commonest findings first."""

    vendor: str
    name: str
    units: int
    defective: int
    money: Mapping[str, int]
    defects: tuple[DefectCount, ...]


def vendor_feedback(tables: CustodyTables, connection: Connection, vendor: str, period: Period) -> VendorFeedback:
    """Count one vendor's goods; `money` is of the units with a finding."""
    item = tables.item.c
    mine = [item.vendor == vendor, item.decided_at >= period.since, item.decided_at < period.until,
            item.state == "closed"]  # fmt: skip
    mine += [item[name] == value for name, value in (("station", period.station), ("client", period.client)) if value]
    query = sa.select(item.finding, item.currency, sa.func.count(), sa.func.sum(item.price_minor),
                      sa.func.max(item.vendor_name))  # fmt: skip
    units, name = 0, ""
    counts: dict[str, int] = {}
    money: dict[str, dict[str, int]] = {}
    for finding, currency, count, minor, called in connection.execute(
        query.where(*mine).group_by(item.finding, item.currency)
    ):
        units, name = units + int(count), max(name, str(called or ""))
        if finding:
            counts[finding] = counts.get(finding, 0) + int(count)
            if currency:
                sums = money.setdefault(finding, {})
                sums[currency] = sums.get(currency, 0) + int(minor)
    first = sorted(counts, key=lambda code: (-counts[code], code))[:MOST_DEFECTS]
    whole: dict[str, int] = {}
    for sums in money.values():
        for currency, minor in sums.items():
            whole[currency] = whole.get(currency, 0) + minor
    defects = tuple(
        DefectCount(code, counts[code], money.get(code, {}), _photos(tables, connection, code, mine)) for code in first
    )
    return VendorFeedback(vendor, name, units, sum(counts.values()), whole, defects)


def _photos(
    tables: CustodyTables, connection: Connection, finding: str, mine: list[sa.ColumnElement[bool]]
) -> tuple[DefectPhoto, ...]:
    """Photos of a finding, the newest items first."""
    item = tables.item.c
    query = sa.select(item.body).where(*mine, item.finding == finding, item.body != "")
    found: list[DefectPhoto] = []
    for body in connection.execute(query.order_by(item.decided_at.desc()).limit(LOOKED_AT)).scalars():
        one = house_item_from_json(json.loads(body))
        named = {each.get("id") for each in one.findings if each.get("code") == finding}
        close = [each for each in one.photos if each.get("finding_id") in named and each.get("finding_id")]
        shown = close or list(one.photos[:1] if finding == one.identity else ())
        found += [DefectPhoto(str(each.get("sha256", "")), one.rt_number, one.sku) for each in shown[:1]]
        if len(found) >= PHOTOS_EACH:
            break
    return tuple(found)
