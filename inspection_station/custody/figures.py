"""Figures of a period, counted by the database from the items that were decided in it.

What a figure counts stands at its field. Times are in minutes from the dock (or, where nobody registered the parcel,
from its opening) to the decision. Which hour or month a moment belongs to is the caller's to say: here it is UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.custody.tables import CustodyTables

RESTOCKED = "restock"
AGREED, DIFFERED = 1, 2  # of `blind_agreed`
LONGEST_GAP = 900  # seconds between two decisions of one person; a longer one is a break and no work
NOT_COMPLETE = '"waived":["'  # of an item's canonical body: a photo that was asked for was not taken
MOST_VENDORS = 200
MOST_ROWS = 5000  # of a table that a person looks at

Query = TypeVar("Query", bound=sa.Select[*tuple[Any, ...]])


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
class Overview:
    """`Figures.totals`, `reasons`, `dispositions` and `recovered` of the same period, counted together."""

    totals: Totals
    reasons: Sequence[Share]
    dispositions: Sequence[Share]
    recovered: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Figures:
    """Asks one database."""

    tables: CustodyTables

    def totals(self, connection: Connection, period: Period) -> Totals:
        """The figures on top of the page."""
        item = self.tables.item.c
        changed = (item.grade != item.bench_grade) & (item.bench_grade != "")
        query = sa.select(sa.func.count(), _count_of(item.finding == ""), _count_of(changed))
        units, straight, changes = connection.execute(self._of(query, period)).one()
        return Totals(units, straight or 0, changes or 0, *self._waited(connection, period))

    def _waited(self, connection: Connection, period: Period) -> tuple[int | None, int | None]:
        rows = self._counted(connection, period, self.tables.item.c.minutes)
        minutes = sorted((int(value), int(count)) for value, count in rows)
        return _quantile(minutes, 50), _quantile(minutes, 90)

    def overview(self, connection: Connection, period: Period) -> Overview:
        """Most of the page in one reading of the period."""
        item = self.tables.item.c
        changed = (item.grade != item.bench_grade) & (item.bench_grade != "")
        by = (item.reason, item.disposition, item.currency, _mark(item.finding == ""), _mark(changed), item.price_minor)
        sums, reasons, kinds = [0, 0, 0], Counter[str](), Counter[str]()
        money: dict[str, tuple[int, int]] = {}
        for reason, kind, currency, straight, differs, minor, count in self._counted(connection, period, *by):
            sums = [one + more for one, more in zip(sums, (count, straight * count, differs * count), strict=True)]
            reasons[reason] += count
            kinds[kind] += count
            if currency:
                back, whole = money.get(currency, (0, 0))
                money[currency] = back + (minor * count if kind == RESTOCKED else 0), whole + minor * count
        totals = Totals(sums[0], sums[1], sums[2], *self._waited(connection, period))
        return Overview(totals, _shares(list(reasons.items())), _shares(list(kinds.items())), money)

    def seconds_each(self, connection: Connection, period: Period) -> int | None:
        """Mean seconds from one decision to the same person's next; breaks and nights are left out. None without."""
        item = self.tables.item.c
        query = self._of(sa.select(item.person, item.decided_at), period).order_by(item.decided_at)
        last: dict[str, tuple[str, int]] = {}
        whole = count = 0
        for person, at in connection.execute(query):
            day, second = at[:10], int(at[11:13]) * 3600 + int(at[14:16]) * 60 + int(at[17:19])
            before, then = last.get(person, ("", 0))
            last[person] = day, second
            if day == before and 0 <= second - then <= LONGEST_GAP:
                whole, count = whole + second - then, count + 1
        return (2 * whole + count) // (2 * count) if count else None

    def units(self, connection: Connection, period: Period) -> int:
        """How many units were decided."""
        return int(connection.scalar(self._of(sa.select(sa.func.count()), period)) or 0)

    def incomplete(self, connection: Connection, period: Period) -> int:
        """Units of which a photo that was asked for was waived."""
        find = sa.func.strpos if connection.dialect.name == "postgresql" else sa.func.instr
        query = sa.select(sa.func.count()).where(find(self.tables.item.c.body, NOT_COMPLETE) > 0)
        return int(connection.scalar(self._of(query, period)) or 0)

    def stations(self, connection: Connection, period: Period) -> list[str]:
        """Codes of the benches at which something was decided, in order."""
        station = self.tables.item.c.station
        found = connection.execute(self._of(sa.select(station), period).distinct()).scalars()
        return sorted(str(code) for code in found if code)

    def grades(self, connection: Connection, period: Period) -> list[tuple[str, str, str, int]]:
        """(person, month, grade that the person gave, units): what `drifts` is reckoned from."""
        item = self.tables.item.c
        month = sa.func.substr(item.decided_at, 1, 7)
        return [(str(a), str(b), str(c), int(n))
                for a, b, c, n in self._counted(connection, period, item.person, month, item.bench_grade)]  # fmt: skip

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
        query = self._of(query, period).where(item.currency != "").group_by(item.currency)
        return {str(name): (int(back), int(whole)) for name, back, whole in connection.execute(query)}

    def vendors(self, connection: Connection, period: Period, before: Period) -> list[VendorDefects]:
        """Vendors by the rate of their defects, the highest first; `before` is what the trend is measured from."""
        now, then = (self._defects(connection, each) for each in (period, before))
        first = {
            vendor: max(((count, code) for code, count in kinds.items() if code), default=(0, ""))
            for vendor, (_name, kinds) in now.items()
        }
        found = [
            VendorDefects(
                vendor, name, sum(kinds.values()), sum(kinds.values()) - kinds.get("", 0),
                sum(earlier.values()), sum(earlier.values()) - earlier.get("", 0), first[vendor][1],
            )
            for vendor, (name, kinds) in now.items()
            if vendor
            for earlier in [then.get(vendor, ("", {}))[1]]
        ]  # fmt: skip
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
        query = self._of(query, period).group_by(item.person, month).order_by(item.person, month)
        return [PersonMonth(*row) for row in connection.execute(query.limit(MOST_ROWS))]

    def waiting(self, connection: Connection) -> Waiting:
        """The backlog at the dock."""
        arrival, item = self.tables.arrival.c, self.tables.item.c
        decided = sa.exists().where(item.tracking_number == arrival.number)
        query = sa.select(sa.func.count(), sa.func.min(arrival.at)).where(~decided, arrival.found != "duplicate")
        count, oldest = connection.execute(query).one()
        return Waiting(int(count), str(oldest or ""))

    def _defects(self, connection: Connection, period: Period) -> dict[str, tuple[str, dict[str, int]]]:
        """By vendor: its name, and units by their gravest finding."""
        item = self.tables.item.c
        found: dict[str, tuple[str, dict[str, int]]] = {}
        for vendor, finding, name, count in self._counted(
            connection, period, item.vendor, item.finding, item.vendor_name
        ):
            called, kinds = found.get(vendor, ("", {}))
            kinds[finding] = kinds.get(finding, 0) + count
            found[vendor] = max(called, name), kinds
        return found

    def _counted(self, connection: Connection, period: Period, *by: sa.ColumnElement[Any]) -> list[Any]:
        """Rows of these columns and how many items have them."""
        if len(by) == 1 or connection.dialect.name != "sqlite":
            query = self._of(sa.select(*by, sa.func.count()), period).group_by(*by)
            return [tuple(row) for row in connection.execute(query)]
        # SQLite groups by sorting every row; of several columns that takes twice as long as counting them here.
        with connection.execute(self._of(sa.select(*by), period)) as result:
            cursor: Any = result.cursor
            return [(*row, count) for row, count in Counter[tuple[Any, ...]](cursor).items()]

    def _of(self, query: Query, period: Period) -> Query:
        """What `query` asks, of the items decided in the period."""
        item = self.tables.item.c
        wanted = {"station": period.station, "client": period.client}
        return query.where(
            item.decided_at >= period.since,
            item.decided_at < period.until,
            item.state == "closed",
            *(item[name] == value for name, value in wanted.items() if value),
        )


def _mark(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _count_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(_mark(condition)), 0)


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


@dataclass(frozen=True)
class Drift:
    """How far a person's grades of a month lie from all grades of it: `share` in per mille of the units (0: the same
    mix); `grade` is the one whose share differs most, by `by` per mille."""

    share: int
    grade: str
    by: int


def drifts(rows: Sequence[tuple[str, str, str, int]]) -> dict[tuple[str, str], Drift]:
    """By person and month, from the rows of `Figures.grades`."""
    theirs: dict[tuple[str, str], dict[str, int]] = {}
    of_all: dict[str, dict[str, int]] = {}
    for person, month, grade, count in rows:
        for counted in (theirs.setdefault((person, month), {}), of_all.setdefault(month, {})):
            counted[grade] = counted.get(grade, 0) + count
    found = {}
    for (person, month), mine in theirs.items():
        whole, all_units = sum(mine.values()), sum(of_all[month].values())
        off = {
            grade: _per_mille(mine.get(grade, 0), whole) - _per_mille(count, all_units)
            for grade, count in of_all[month].items()
        }
        worst = max(sorted(off), key=lambda grade: abs(off[grade]))
        found[person, month] = Drift(sum(map(abs, off.values())) // 2, worst, off[worst])
    return found


def stated_and_found_table(rows: Sequence[tuple[str, str, int]]) -> Mapping[str, Mapping[str, int]]:
    """The rows of `Figures.stated_and_found` by reason, then by finding."""
    table: dict[str, dict[str, int]] = {}
    for reason, finding, count in rows:
        table.setdefault(reason, {})[finding] = count
    return table
