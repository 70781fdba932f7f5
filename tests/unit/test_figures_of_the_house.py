"""Figures of a period: the database counts what counting by hand gives, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories import properties
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection_station.custody.figures import (
    Drift,
    Figures,
    Period,
    Share,
    Totals,
    VendorDefects,
    Waiting,
    drifts,
)
from inspection_station.custody.ledger import CustodyLedger
from inspection_station.custody.tables import CustodyTables, custody_tables
from inspection_station.custody.vendor_feedback import vendor_feedback
from inspection_station.domain.custody.acts import Act, ActKind, hash_of
from inspection_station.domain.custody.house_item import HouseItem

OCTOBER = Period("2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z")
NOVEMBER = Period("2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z")


class House:
    """The items of one database, and its figures."""

    def __init__(self, engine: sa.Engine, tables: CustodyTables) -> None:
        self.engine, self.tables = engine, tables
        self.ledger, self.figures = CustodyLedger(tables, lambda item: ()), Figures(tables)

    def begin_with(self, items: list[HouseItem], acts: list[Act] | None = None) -> None:
        with self.engine.begin() as connection:
            for table in (self.tables.act, self.tables.item, self.tables.finding, self.tables.arrival):
                connection.execute(sa.delete(table))
            self.ledger.keep_items(connection, items)
            self.ledger.keep_acts(connection, acts or [])


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = f"sqlite:///{tmp_path}/house.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").new_schema()
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    tables = custody_tables(metadata)
    metadata.create_all(engine)
    yield House(engine, tables)
    engine.dispose()


def item(number: int, **facts: object) -> HouseItem:
    made = HouseItem(
        f"i-{number}", f"n-{number}", f"RT-{number}", tracking_number=f"SF{number}", station="B01", person="p1",
        arrived_at="2026-11-21T02:00:00.000Z", decided_at="2026-11-21T02:10:00.000Z", identity="match", grade="A",
        disposition="restock", price_minor=1000, currency="CNY", reason="size", label_issue=1,
    )  # fmt: skip
    return replace(made, **facts)  # type: ignore[arg-type]


def act(kind: ActKind, subject: str, **facts: object) -> Act:
    made = Act(f"{subject}-{kind}", kind, subject, 1, (), "2026-11-21T01:00:00.000Z", 0, "B01", "s", "lead", facts)
    return replace(made, hash=hash_of(made))


def reviewed(of: HouseItem, grade: str) -> Act:
    return act(
        ActKind.ITEM_REVIEWED, f"item:{of.id}", rt_number=of.rt_number, judged_issue=1, verdict="changed", grade=grade,
        disposition=of.disposition, reason="stain", label_issue=2,
    )  # fmt: skip


def graded_blind(of: HouseItem, grade: str) -> Act:
    return act(ActKind.ITEM_GRADED_BLIND, f"item:{of.id}", rt_number=of.rt_number, judged_issue=1, grade=grade)


def pace_of(items: list[HouseItem]) -> int | None:
    """Mean seconds between one person's decisions of a day, up to a quarter of an hour, counted one by one."""
    gaps = []
    for person in {one.person for one in items}:
        times = sorted(datetime.fromisoformat(one.decided_at) for one in items if one.person == person)
        for before, after in pairwise(times):
            gap = int((after - before).total_seconds())
            if gap <= 900 and before.date() == after.date():
                gaps.append(gap)
    return int(sum(gaps) / len(gaps) + 0.5) if gaps else None


def drift_of(items: list[HouseItem], person: str, month: str) -> Drift:
    """The same from the items themselves."""
    everyone = [one.grade for one in items if one.decided_at[:7] == month]
    mine = [one.grade for one in items if one.decided_at[:7] == month and one.person == person]

    def share(grades: list[str], grade: str) -> int:
        return int(1000 * grades.count(grade) / len(grades) + 0.5)

    off = {grade: share(mine, grade) - share(everyone, grade) for grade in sorted(set(everyone))}
    worst = max(off, key=lambda grade: abs(off[grade]))
    return Drift(sum(abs(by) for by in off.values()) // 2, worst, off[worst])


drawn_items = st.lists(
    st.builds(
        lambda day, hour, minutes, **facts: (f"2026-{day}T{hour:02d}:00:00.000Z", minutes, facts),
        day=st.sampled_from(["10-30", "11-01", "11-21", "11-30", "12-01"]), hour=st.integers(0, 23),
        minutes=st.integers(0, 59), station=st.sampled_from(["B01", "B02"]), person=st.sampled_from(["p1", "p2"]),
        reason=st.sampled_from(["size", "quality", ""]), vendor=st.sampled_from(["", "v1", "v2"]),
        disposition=st.sampled_from(["restock", "scrap"]), state=st.sampled_from(["closed", "closed", "voided"]),
        price_minor=st.integers(0, 99_999), currency=st.sampled_from(["CNY", "USD", ""]),
        findings=st.sampled_from([(), ({"code": "stain", "severity": "major"},)]),
        waived=st.sampled_from([(), (), ("label",)]), grade=st.sampled_from("AAB"),
        identity=st.sampled_from(["match", "match", "wrong_item"]),
    ),
    max_size=25,
)  # fmt: skip


@given(drawn_items, st.lists(st.sampled_from(["", "changed", "blind A", "blind B"]), min_size=25, max_size=25))
@settings(properties(6), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_database_counts_what_counting_by_hand_gives(
    house: House, drawn: list[tuple[str, int, dict[str, object]]], leads: list[str]
) -> None:
    items = [
        item(number, arrived_at=at, decided_at=f"{at[:14]}{minutes:02d}:00.000Z", **facts)
        for number, (at, minutes, facts) in enumerate(drawn)
    ]
    acts = [
        reviewed(one, "C") if word == "changed" else graded_blind(one, word[-1])
        for one, word in zip(items, leads, strict=False)
        if word
    ]
    house.begin_with(items, acts)
    word = {one.id: leads[number] for number, one in enumerate(items)}
    for period in (OCTOBER, NOVEMBER, replace(NOVEMBER, station="B02")):
        mine = [
            one for one in items
            if one.state == "closed" and period.since <= one.decided_at < period.until
            and period.station in ("", one.station)
        ]  # fmt: skip
        with house.engine.connect() as connection:
            asked = house.figures
            totals = asked.totals(connection, period)
            found = {one.id: bool(one.findings or one.identity != "match") for one in mine}
            assert totals.units == len(mine)
            assert totals.straight == sum(not each for each in found.values())
            assert totals.changed == sum(word[one.id] == "changed" for one in mine)
            minutes = sorted(int(one.decided_at[14:16]) for one in mine)
            assert totals.median_minutes == (minutes[(len(minutes) + 1) // 2 - 1] if minutes else None)
            assert totals.late_minutes == (minutes[(len(minutes) * 9 + 9) // 10 - 1] if minutes else None)
            assert asked.by_hour(connection, period) == Counter(one.decided_at[:13] for one in mine)
            reasons = asked.reasons(connection, period)
            assert {share.code: share.units for share in reasons} == Counter(one.reason for one in mine)
            assert [share.units for share in reasons] == sorted((share.units for share in reasons), reverse=True)
            assert not reasons or reasons[-1].cumulative == 1000
            kinds = {share.code: share.units for share in asked.dispositions(connection, period)}
            assert kinds == Counter(one.disposition for one in mine)
            assert sum(count for _reason, _finding, count in asked.stated_and_found(connection, period)) == len(mine)
            money = asked.recovered(connection, period)
            whole = asked.overview(connection, period)
            assert (whole.totals, whole.reasons, whole.recovered) == (totals, reasons, money)
            assert whole.dispositions == asked.dispositions(connection, period)
            assert asked.units(connection, period) == len(mine)
            assert asked.incomplete(connection, period) == sum(bool(one.waived) for one in mine)
            assert asked.stations(connection, period) == sorted({one.station for one in mine})
            assert asked.seconds_each(connection, period) == pace_of(mine)
            given = asked.grades(connection, period)
            assert {(a, b, c): n for a, b, c, n in given} == Counter(
                (one.person, one.decided_at[:7], one.grade) for one in mine
            )
            for (person, month), drift in drifts(given).items():
                assert drift == drift_of(mine, person, month)
            for name in ("v1", "v2"):
                told = vendor_feedback(house.tables, connection, name, period)
                theirs = [one for one in mine if one.vendor == name]
                assert (told.units, told.defective) == (len(theirs), sum(found[one.id] for one in theirs))
                bad = [one for one in theirs if found[one.id] and one.currency]
                assert sum(told.money.values()) == sum(one.price_minor for one in bad)
                assert sum(one.units for one in told.defects) == told.defective
            for currency in ("CNY", "USD"):
                sold = [one for one in mine if one.currency == currency]
                back = sum(one.price_minor for one in sold if one.disposition == "restock")
                assert money.get(currency, (0, 0)) == (back, sum(one.price_minor for one in sold))
            vendors = {one.vendor: (one.units, one.defective) for one in asked.vendors(connection, period, OCTOBER)}
            by_vendor = {name: [one for one in mine if one.vendor == name] for name in ("v1", "v2")}
            assert vendors == {
                name: (len(theirs), sum(found[one.id] for one in theirs))
                for name, theirs in by_vendor.items()
                if theirs
            }
            people = asked.people(connection, period)
            assert sum(one.units for one in people) == len(mine)
            assert sum(one.checked for one in people) == sum(word[one.id].startswith("blind") for one in mine)
            assert sum(one.agreed for one in people) == sum(word[one.id] == f"blind {one.grade}" for one in mine)
            assert sum(one.changed for one in people) == totals.changed


def test_a_period_without_anything_has_figures_without_numbers(house: House) -> None:
    house.begin_with([])
    with house.engine.connect() as connection:
        assert house.figures.totals(connection, NOVEMBER) == Totals()
        assert house.figures.reasons(connection, NOVEMBER) == house.figures.vendors(connection, NOVEMBER, OCTOBER) == []
        assert house.figures.waiting(connection) == Waiting(0, "")


def test_shares_add_up_in_their_order(house: House) -> None:
    house.begin_with([item(n, reason="size" if n < 6 else "quality" if n < 9 else "other") for n in range(10)])
    with house.engine.connect() as connection:
        assert house.figures.reasons(connection, NOVEMBER) == [
            Share("size", 6, 600), Share("quality", 3, 900), Share("other", 1, 1000)
        ]  # fmt: skip


def test_a_vendors_rate_has_its_trend_and_its_commonest_finding(house: House) -> None:
    stained = ({"code": "stain", "severity": "major"},)
    torn = ({"code": "seam", "severity": "minor"},)
    before = "2026-10-05T02:00:00.000Z"
    items = [item(n, vendor="v1", vendor_name="云鹿服饰", findings=stained if n < 3 else torn) for n in range(4)]
    items += [item(n, vendor="v1", vendor_name="云鹿服饰") for n in range(4, 8)]
    items += [item(n, vendor="v1", decided_at=before, findings=stained if n < 9 else ()) for n in range(8, 12)]
    house.begin_with(items)
    with house.engine.connect() as connection:
        [vendor] = house.figures.vendors(connection, NOVEMBER, OCTOBER)
    assert vendor == VendorDefects("v1", "云鹿服饰", 8, 4, 4, 1, "stain")
    assert (vendor.rate, vendor.change) == (500, 250)


def test_a_parcel_at_the_dock_waits_until_something_of_it_is_decided(house: House) -> None:
    def arrives(number: str, found: str = "expected") -> Act:
        return act(
            ActKind.PARCEL_ARRIVED, f"parcel:{number}", number=number, carrier="sf", found=found, outside=[], grams=0,
            flags=[],
        )  # fmt: skip

    house.begin_with([item(1)], [arrives("SF1"), arrives("SF2"), arrives("SF3", "duplicate")])
    with house.engine.connect() as connection:
        assert house.figures.waiting(connection) == Waiting(1, "2026-11-21T01:00:00.000Z")
