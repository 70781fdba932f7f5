"""Figures of a period, counted by the database from the items that were decided in it.

What a figure counts stands at its field. Times are in minutes from the dock (or, where nobody registered the parcel,
from its opening) to the decision. Which hour or month a moment belongs to is the caller's to say: here it is UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.custody.tables import CustodyTables

RESTOCKED = "restock"
AGREED, DIFFERED = 1, 2  # of `blind_agreed`
MOST_VENDORS = 200
MOST_ROWS = 5000  # of a table that a person looks at


@dataclass(frozen=True)
class Period:
    """From `since` on and before `until`, UTC ISO 8601; at one `station`, or at all when empty; of one `client`."""

    since: str
    until: str
    station: str = ""
    client: str = ""


@dataclass(frozen=True)
class Share:
    """How often a code was counted, and in how many of all up to this one, in per mille."""

    code: str
    units: int
    cumulative: int


@dataclass(frozen=True)
class Totals:
    """Units that were decided; `straight` without a finding and as identified; `changed` by a lead since;
    `waited` the median and the ninth decile of the minutes until then, None without any unit."""

    units: int = 0
    straight: int = 0
    changed: int = 0
    median_minutes: int | None = None
    late_minutes: int | None = None


@dataclass(frozen=True)
class VendorDefects:
    """One vendor's units and those with a finding, in the period and in the one before; `first` is its commonest."""

    vendor: str
    name: str
    units: int
    defective: int
    units_before: int
    defective_before: int
    first: str

    @property
    def rate(self) -> int:
        """Defective units in per mille."""
        return _per_mille(self.defective, self.units)

    @property
    def change(self) -> int | None:
        """By how many per mille the rate rose since the period before; None without units then."""
        if not self.units_before:
            return None
        return self.rate - _per_mille(self.defective_before, self.units_before)


@dataclass(frozen=True)
class PersonMonth:
    """One inspector in one month (``2026-11``): units, blind checks and those in which a lead gave the same grade,
    units that a lead changed afterwards."""

    person: str
    month: str
    units: int
    checked: int
    agreed: int
    changed: int


@dataclass(frozen=True)
class Waiting:
    """Parcels that came to the dock and of which no item is decided: how many, and when the first of them came."""

    parcels: int
    oldest: str


@dataclass(frozen=True)
class Figures:
    """Asks one database."""

    tables: CustodyTables

    def totals(self, connection: Connection, period: Period) -> Totals:
        """The figures on top of the page."""
        item = self.tables.item.c
        changed = (item.grade != item.bench_grade) & (item.bench_grade != "")
        query = sa.select(sa.func.count(), _count_of(item.finding == ""), _count_of(changed))
        units, straight, changes = connection.execute(query.where(*self._within(period))).one()
        counted = sa.select(item.minutes, sa.func.count()).where(*self._within(period)).group_by(item.minutes)
        minutes = sorted((int(value), int(count)) for value, count in connection.execute(counted))
        return Totals(units, straight or 0, changes or 0, _quantile(minutes, 50), _quantile(minutes, 90))

    def by_hour(self, connection: Connection, period: Period) -> dict[str, int]:
        """Units by hour, named as ``2026-11-21T02``; hours without any are left out."""
        hour = sa.func.substr(self.tables.item.c.decided_at, 1, 13)
        return {str(name): int(count) for name, count in self._counted(connection, period, hour)}

    def reasons(self, connection: Connection, period: Period) -> list[Share]:
        """The buyers' reasons, the commonest first (Pareto)."""
        return _shares(self._counted(connection, period, self.tables.item.c.reason))

    def dispositions(self, connection: Connection, period: Period) -> list[Share]:
        """Where the units go, the commonest first."""
        return _shares(self._counted(connection, period, self.tables.item.c.disposition))

    def stated_and_found(self, connection: Connection, period: Period) -> list[tuple[str, str, int]]:
        """(reason that the buyer stated, gravest finding, units), the commonest first."""
        item = self.tables.item.c
        rows = self._counted(connection, period, item.reason, item.finding)
        return sorted(((str(a), str(b), int(n)) for a, b, n in rows), key=lambda row: (-row[2], row[:2]))[:MOST_ROWS]

    def recovered(self, connection: Connection, period: Period) -> dict[str, tuple[int, int]]:
        """By currency: what the units were sold for that can be sold again, and what all were, in minor units."""
        item = self.tables.item.c
        sold = sa.func.sum(sa.case((item.disposition == RESTOCKED, item.price_minor), else_=0))
        query = sa.select(item.currency, sold, sa.func.sum(item.price_minor))
        query = query.where(item.currency != "", *self._within(period)).group_by(item.currency)
        return {str(name): (int(back), int(whole)) for name, back, whole in connection.execute(query)}

    def vendors(self, connection: Connection, period: Period, before: Period) -> list[VendorDefects]:
        """Vendors by the rate of their defects, the highest first; `before` is what the trend is measured from."""
        item = self.tables.item.c
        now, then = (self._defects(connection, each) for each in (period, before))
        rows = self._counted(connection, period, item.vendor, item.finding)
        first: dict[str, tuple[int, str]] = {}
        for vendor, finding, count in rows:
            if finding:
                first[vendor] = max(first.get(vendor, (0, "")), (int(count), str(finding)))
        found = [
            VendorDefects(
                vendor, name, units, defective, *then.get(vendor, ("", 0, 0))[1:], first.get(vendor, (0, ""))[1]
            )
            for vendor, (name, units, defective) in now.items()
            if vendor
        ]
        return sorted(found, key=lambda one: (-one.rate, -one.units, one.vendor))[:MOST_VENDORS]

    def people(self, connection: Connection, period: Period) -> list[PersonMonth]:
        """Each inspector's course over the months, for talks about training; for leads only."""
        item = self.tables.item.c
        month = sa.func.substr(item.decided_at, 1, 7)
        changed = (item.grade != item.bench_grade) & (item.bench_grade != "")
        query = sa.select(
            item.person, month, sa.func.count(), _count_of(item.blind_agreed > 0),
            _count_of(item.blind_agreed == AGREED), _count_of(changed),
        )  # fmt: skip
        query = query.where(*self._within(period)).group_by(item.person, month).order_by(item.person, month)
        return [PersonMonth(*row) for row in connection.execute(query.limit(MOST_ROWS))]

    def waiting(self, connection: Connection) -> Waiting:
        """The backlog at the dock."""
        arrival, item = self.tables.arrival.c, self.tables.item.c
        decided = sa.exists().where(item.tracking_number == arrival.number)
        query = sa.select(sa.func.count(), sa.func.min(arrival.at)).where(~decided, arrival.found != "duplicate")
        count, oldest = connection.execute(query).one()
        return Waiting(int(count), str(oldest or ""))

    def _defects(self, connection: Connection, period: Period) -> dict[str, tuple[str, int, int]]:
        item = self.tables.item.c
        query = sa.select(item.vendor, sa.func.max(item.vendor_name), sa.func.count(), _count_of(item.finding != ""))
        rows = connection.execute(query.where(*self._within(period)).group_by(item.vendor))
        return {str(vendor): (str(name), int(units), int(defective)) for vendor, name, units, defective in rows}

    def _counted(self, connection: Connection, period: Period, *by: sa.ColumnElement[Any]) -> list[Any]:
        query = sa.select(*by, sa.func.count()).where(*self._within(period)).group_by(*by)
        return list(connection.execute(query))

    def _within(self, period: Period) -> list[sa.ColumnElement[bool]]:
        item = self.tables.item.c
        wanted = {"station": period.station, "client": period.client}
        return [
            item.decided_at >= period.since,
            item.decided_at < period.until,
            item.state == "closed",
            *(item[name] == value for name, value in wanted.items() if value),
        ]


def _count_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _per_mille(part: int, whole: int) -> int:
    return (part * 2000 + whole) // (2 * whole) if whole else 0


def _shares(rows: Sequence[Any]) -> list[Share]:
    ordered = sorted(((str(code), int(count)) for code, count in rows), key=lambda row: (-row[1], row[0]))
    whole, so_far, shares = sum(count for _code, count in ordered), 0, []
    for code, count in ordered:
        so_far += count
        shares.append(Share(code, count, _per_mille(so_far, whole)))
    return shares


def _quantile(counted: Sequence[tuple[int, int]], percent: int) -> int | None:
    """The smallest value that at least so many percent of all do not exceed (nearest rank)."""
    whole = sum(count for _value, count in counted)
    so_far = 0
    for value, count in counted:
        so_far += count
        if so_far * 100 >= whole * percent:
            return value
    return None


def stated_and_found_table(rows: Sequence[tuple[str, str, int]]) -> Mapping[str, Mapping[str, int]]:
    """The rows of `Figures.stated_and_found` by reason, then by finding."""
    table: dict[str, dict[str, int]] = {}
    for reason, finding, count in rows:
        table.setdefault(reason, {})[finding] = count
    return table
