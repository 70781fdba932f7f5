"""Dock arrival: every parcel is told at once, kept once, and goes to the head of the benches' queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from factories import HandClock, rule_book
from station_cases import one_return, tracking_number

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.people import Person, Role
from inspection_station.domain.returns import return_to_json
from inspection_station.domain.weights import HEAVIER, LIGHTER
from inspection_station.storage.arrivals import StoredArrivals
from inspection_station.storage.custody import StoredCustody, ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.reference import StoredReference
from inspection_station.workflows.arriving import Arrived, Arriving
from inspection_station.workflows.ports import FeedItem, StationIdentity

FIRST, LAST = tracking_number(1), tracking_number(9)


class Dock:
    """A dock over a real database that expects nine returns."""

    def __init__(self, database: Database) -> None:
        self.database, self.ledger = database, ledger_of()
        self.custody, self.arrivals = StoredCustody(database, self.ledger), StoredArrivals(database)
        self.reference = StoredReference(database)
        returns = [replace(one_return(number), outbound_grams=1250 if number == 1 else 0) for number in range(1, 10)]
        items = [FeedItem("expected_return", one.id, return_to_json(one)) for one in returns]
        StoredFeed(database).apply_page("epoch", "1", items)
        self.clock = HandClock()
        self.work = self.of(Role.INSPECTOR)

    def of(self, role: Role) -> Arriving:
        station, person = StationIdentity("s", "B12", 12, ""), Person(role.value, "", "", role)
        carriers = rule_book().carriers
        return Arriving(self.custody, self.arrivals, self.reference, carriers, self.clock, station, person)

    def scan(self, text: str) -> Arrived:
        found = self.work.register(text)
        assert isinstance(found, Arrived), found
        return found

    def queued(self) -> list[str]:
        return [one.tracking_number for one in self.reference.queue(20)[0]]


@pytest.fixture
def dock(tmp_path: Path) -> Iterator[Dock]:
    database = open_database(tmp_path)
    yield Dock(database)
    database.close()


def test_an_expected_parcel_is_kept_and_told_to_the_centre(dock: Dock) -> None:
    assert dock.scan(FIRST).found == "expected"
    row = dock.arrivals.arrival(FIRST)
    assert row is not None and (row.found, row.station, row.done) == ("expected", "B12", False)
    [waiting] = StoredOutbox(dock.database).pending_records(10)
    assert waiting.body["kind"] == "parcel_arrived"


def test_a_parcel_that_came_goes_to_the_head_of_the_queue(dock: Dock) -> None:
    before = dock.queued()
    last = before[-1]
    dock.scan(last)
    assert dock.queued() == [last, *before[:-1]]


def test_a_second_scan_is_told_and_kept_no_second_time(dock: Dock) -> None:
    dock.scan(FIRST)
    again = dock.scan(FIRST.lower())
    assert again.found == "duplicate" and again.before is not None
    assert len(StoredOutbox(dock.database).pending_records(10)) == 1


def test_what_nobody_expects_is_kept_as_unknown(dock: Dock) -> None:
    assert dock.scan("SF9990001112223").found == "unknown"
    assert dock.arrivals.count_since("") == {"unknown": 1}


def test_what_was_inspected_before_it_came_is_told(dock: Dock) -> None:
    item = HouseItem("i", "n", "RT-261121-01200001", tracking_number=FIRST, disposition="restock", label_issue=1)
    with dock.database.writing() as connection:
        dock.ledger.keep_items(connection, [item])
    assert dock.scan(FIRST).found == "inspected"


def test_outside_damage_keeps_the_time_at_which_it_came_and_is_taken_back_by_the_same_key(dock: Dock) -> None:
    dock.scan(FIRST)
    came = dock.arrivals.arrival(FIRST)
    dock.clock.move(minutes=1)
    dock.work.mark_outside(FIRST, "wet")
    marked = dock.arrivals.arrival(FIRST)
    assert came is not None and marked is not None and (marked.at, marked.flags) == (came.at, ("wet",))
    dock.work.mark_outside(FIRST, "wet")
    assert dock.arrivals.arrival(FIRST).flags == ()  # type: ignore[union-attr]


def test_a_weight_is_kept_with_what_was_marked(dock: Dock) -> None:
    dock.scan(FIRST)
    dock.work.mark_outside(FIRST, "wet")
    dock.work.weigh(FIRST, 1234)
    row = dock.arrivals.arrival(FIRST)
    assert row is not None and (row.grams, row.flags) == (1234, ("wet",))
    assert isinstance(dock.work.weigh(FIRST, 0), Refusal)


def test_what_did_not_come_after_all_is_withdrawn_and_may_come_again(dock: Dock) -> None:
    dock.scan(FIRST)
    assert dock.work.withdraw(FIRST) is None
    assert dock.arrivals.arrival(FIRST) is None
    assert dock.scan(FIRST).found == "expected"


@pytest.mark.parametrize("code", ["T-000001", "CMD-OK", "BADGE-E00012", "RT-261121-0120000101", "6901234567892"])
def test_what_is_no_parcel_is_refused(dock: Dock, code: str) -> None:
    found = dock.work.register(code)
    assert isinstance(found, Refusal) or found.found == "unknown"
    if code.startswith(("CMD", "BADGE", "RT")):
        assert isinstance(found, Refusal) and dock.arrivals.count_since("") == {}


def test_the_dispute_desk_registers_nothing(dock: Dock) -> None:
    assert isinstance(dock.of(Role.DISPUTE_DESK).register(FIRST), Refusal)


def test_what_waits_is_counted_however_long_ago_it_came(dock: Dock) -> None:
    dock.scan(LAST)
    item = HouseItem("i", "n", "RT-261121-01200001", tracking_number=FIRST, disposition="restock", label_issue=1)
    dock.clock.move(days=1)
    dock.scan(FIRST)
    assert dock.arrivals.count_waiting() == 2
    with dock.database.writing() as connection:
        dock.ledger.keep_items(connection, [item])
    assert dock.arrivals.count_waiting() == 1


def test_the_decision_is_timed_from_the_dock(dock: Dock) -> None:
    dock.scan(FIRST)
    came = dock.arrivals.arrival(FIRST)
    item = HouseItem("i", "n", "RT-261121-01200001", tracking_number=FIRST, arrived_at="2026-11-21T05:00:00.000Z",
                     decided_at="2027-01-01T00:00:00.000Z", disposition="restock", label_issue=1)  # fmt: skip
    with dock.database.writing() as connection:
        dock.ledger.keep_items(connection, [item])
        row = connection.exec_driver_sql("SELECT arrived_at FROM custody_item").scalar_one()
    assert came is not None and row == came.at


def test_a_weight_other_than_what_left_is_flagged_before_the_parcel_is_opened(dock: Dock) -> None:
    found = dock.work.register(FIRST, grams=640)
    assert isinstance(found, Arrived) and (found.weight, found.outbound_grams) == (LIGHTER, 1250)
    assert dock.reference.weighed(FIRST) == (640, LIGHTER)
    again = dock.work.weigh(FIRST, 1240)
    assert isinstance(again, Arrived) and again.weight == "" and dock.reference.weighed(FIRST) == (1240, "")
    marked = dock.work.mark_outside(FIRST, "wet")
    assert isinstance(marked, Arrived) and dock.reference.weighed(FIRST) == (1240, "")
    assert isinstance(dock.work.weigh(FIRST, 2000), Arrived) and dock.reference.weighed(FIRST) == (2000, HEAVIER)
    assert dock.arrivals.arrival(FIRST).flags == (HEAVIER, "wet")  # type: ignore[union-attr]


def test_what_nobody_weighed_when_it_left_is_not_flagged(dock: Dock) -> None:
    found = dock.work.register(LAST, grams=640)
    assert isinstance(found, Arrived) and found.weight == "" and dock.reference.weighed(LAST) == (640, "")
    assert dock.reference.weighed("SF404") == (0, "")
