"""Unclaimed parcels and the returns that turn up for them, over the stores in memory and over the real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from factories import GTIN, INSPECTOR, LEAD, HandClock, MemoryPhotos, earphones, expected, line, rule_book
from fakes_storage import MemoryStation

from inspection_station.domain.events import EventKind, broken_link
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.returns import ExpectedReturn, return_to_json
from inspection_station.errors import StationProblem
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.reference import StoredReference
from inspection_station.workflows import deciding, inspecting, receiving, unclaimed
from inspection_station.workflows.case import Case, Desk, load_case, record
from inspection_station.workflows.ports import FeedItem, FeedStore, HistoryFilter, StationIdentity

SERIAL = "SN-778-A"


class Bench:
    """A desk and the feed that tells it returns."""

    def __init__(self, desk: Desk, feed: FeedStore) -> None:
        self.desk, self.feed = desk, feed

    def tell(self, *returns: ExpectedReturn) -> None:
        self.feed.apply_page("e", "c", [FeedItem("expected_return", one.id, return_to_json(one)) for one in returns])

    def withdraw(self, return_id: str) -> None:
        self.feed.apply_page("e", "c", [FeedItem("expected_return", return_id, {})])

    def keep(self, tracking: str, *clues: str, code: str = "", close: bool = True) -> Case:
        """An unclaimed parcel on the shelf, with what was typed to find its return and the code of its item."""
        case = receiving.open_unclaimed(self.desk, INSPECTOR, tracking, clues=clues)
        if code:
            found = inspecting.compare(self.desk, case, code)
            case = inspecting.identify(self.desk, case, INSPECTOR, found, "scan")
        if close:
            item = case.inspection.item()
            decided = deciding.decision_payload(self.desk, case, item, "")
            closed = (EventKind.INSPECTION_CLOSED, {"items": 1})
            case = record(self.desk, case, INSPECTOR, (EventKind.ITEM_DECIDED, decided), closed)
        return case

    def proposed(self) -> list[tuple[str, str, tuple[str, ...]]]:
        return [
            (one.case.inspection.tracking_number, one.expected.id, one.agreeing)
            for one in unclaimed.list_proposals(self.desk)
        ]


@pytest.fixture(params=["memory", "database"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    identity = StationIdentity("station", "B12", 43, "site", b"k" * 32)
    if request.param == "memory":
        station = MemoryStation()
        desk = Desk(station.inspections, station.reference, MemoryPhotos(), HandClock(), identity, rule_book())
        yield Bench(desk, station.feed)
        return
    database = open_database(tmp_path / "data")
    store, reference = StoredInspections(database), StoredReference(database)
    yield Bench(Desk(store, reference, MemoryPhotos(), HandClock(), identity, rule_book()), StoredFeed(database))
    database.close()


def test_what_was_scanned_and_typed_to_find_its_return_is_kept_in_the_record(bench: Bench) -> None:
    case = bench.keep("YT1", GTIN, "4711", code="XYZ-1")
    assert load_case(bench.desk, case.inspection.id).inspection.clues == (GTIN, "4711")
    assert case.inspection.items[0].found_code == "XYZ-1"
    assert broken_link(case.events) is None


@pytest.mark.parametrize(
    ("clue", "code", "facts"),
    [
        ("", "", ("tracking",)),
        ("rma-late", "", ("return",)),
        ("TB-LATE-99", "", ("order",)),
        ("", SERIAL, ("serial",)),
        ("", GTIN, ("product",)),
        (f"0{GTIN}", "", ("product",)),
        ("EP-300-W", "", ("product",)),
        ("4711", "", ("phone_tail",)),
        ("4711", GTIN, ("product", "phone_tail")),
        (f"(01)0{GTIN}(21){SERIAL}", "", ("serial", "product")),
        ("https://x.example/t?order=TB-LATE-99", "", ("order",)),
    ],
)
def test_a_return_that_arrives_is_proposed_by_any_identifier(
    bench: Bench, clue: str, code: str, facts: tuple[str, ...]
) -> None:
    bench.keep("YT1", *([clue] if clue else []), code=code)
    bench.keep("YT2", "NOTHING-OF-IT")
    assert bench.proposed() == []
    late = expected(
        "late", tracking_numbers=("YT1",) if facts == ("tracking",) else ("SF777",), buyer_phone_tail="4711",
        lines=(line(), earphones(2)),
    )  # fmt: skip
    bench.tell(late)
    assert bench.proposed() == [("YT1", "late", facts)]


def test_a_corrected_return_is_proposed_and_one_that_no_longer_agrees_or_went_away_is_not(bench: Bench) -> None:
    bench.keep("YT1")
    late = expected("late", tracking_numbers=("SF777",))
    bench.tell(late)
    assert bench.proposed() == []
    bench.tell(replace(late, tracking_numbers=("YT1",)))
    assert bench.proposed() == [("YT1", "late", ("tracking",))]
    bench.tell(late)
    assert bench.proposed() == []
    bench.tell(replace(late, tracking_numbers=("YT1",)))
    bench.withdraw("late")
    assert bench.proposed() == []


def test_a_code_found_in_the_parcel_later_proposes_a_return_that_was_known(bench: Bench) -> None:
    bench.tell(expected("known", tracking_numbers=("SF777",), lines=(earphones(),)))
    case = bench.keep("YT1", close=False)
    assert bench.proposed() == []
    found = inspecting.compare(bench.desk, case, SERIAL)
    inspecting.identify(bench.desk, case, INSPECTOR, found, "scan")
    assert bench.proposed() == [("YT1", "known", ("serial",))]


def test_of_many_returns_of_one_product_a_few_are_proposed_and_those_that_name_it_come_first(bench: Bench) -> None:
    bench.keep("YT1", code=GTIN)
    bench.tell(*(expected(f"r{n:02d}", tracking_numbers=(f"SF{n}",)) for n in range(20)))
    assert len(bench.proposed()) == 5
    bench.tell(expected("named", tracking_numbers=("YT1",)))
    assert len(bench.proposed()) == 6
    assert bench.proposed()[0] == ("YT1", "named", ("tracking", "product"))


def test_what_a_lead_declined_is_not_proposed_again(bench: Bench) -> None:
    case = bench.keep("YT1", "4711")
    late = expected("late", tracking_numbers=("YT1",), buyer_phone_tail="4711")
    bench.tell(late, expected("other", tracking_numbers=("SF8",), buyer_phone_tail="4711"))
    with pytest.raises(StationProblem, match=r"role\.denied"):
        unclaimed.decline(bench.desk, case, INSPECTOR, "late")
    declined = unclaimed.decline(bench.desk, case, LEAD, "late", "another colour")
    assert declined.inspection.declined == ("late",)
    assert unclaimed.decline(bench.desk, declined, LEAD, "late") == declined
    assert [one for _parcel, one, _facts in bench.proposed()] == ["other"]
    bench.tell(replace(late, reason_text="corrected"))
    assert [one for _parcel, one, _facts in bench.proposed()] == ["other"]
    assert declined.inspection.state is InspectionState.CLOSED


def test_an_accepted_parcel_is_the_returns_and_waits_to_be_inspected_by_what_is_expected(bench: Bench) -> None:
    case = bench.keep("YT1", "TB-late-99", code=SERIAL)
    late = expected("late", tracking_numbers=("SF777",), lines=(line(), earphones(2)))
    bench.tell(late)
    with pytest.raises(StationProblem, match=r"role\.denied"):
        unclaimed.accept(bench.desk, case, INSPECTOR, "late")
    bound = unclaimed.accept(bench.desk, case, LEAD, "late")
    state = bound.inspection
    assert (state.match, state.return_ids, state.state) == ("matched", ("late",), InspectionState.PARKED)
    assert bound.returns == (late,)
    first, second = state.items
    assert (first.return_id, first.line, first.identity, first.category) == ("late", 2, "match", "electronics")
    assert (first.decision, first.label_issue) == (None, 1), "its label is void, the next one is the second"
    assert (second.line, second.identity, second.rt_number != first.rt_number) == (1, "", True)
    assert bench.proposed() == []
    assert broken_link(bound.events) is None
    event = next(event for event in bound.events if event.kind == EventKind.RETURN_BOUND)
    assert (event.person, event.payload["agreeing"]) == (LEAD.id, ["order", "serial"])
    assert bench.desk.store.history(HistoryFilter(text="TB-late"))[0].tracking_number == "YT1", "found by the order now"
    with pytest.raises(StationProblem, match=r"unclaimed\.not"):
        unclaimed.accept(bench.desk, bound, LEAD, "late")
    assert not state.undoable, "an inspector's undo takes no lead's act back"


def test_its_return_leaves_the_queue_when_the_bound_parcel_is_done(bench: Bench) -> None:
    case = bench.keep("YT1", "4711")
    bench.tell(expected("late", tracking_numbers=("SF777",), buyer_phone_tail="4711"), expected("x"))
    bound = unclaimed.accept(bench.desk, case, LEAD, "late")
    assert {one.return_id for one in bench.desk.reference.queue()[0]} == {"late", "x"}
    taken = receiving.receive(bench.desk, INSPECTOR, "YT1")
    assert taken.outcome is receiving.Outcome.RESUMED and taken.case is not None
    item = taken.case.inspection.item()
    decided = (EventKind.ITEM_DECIDED, deciding.decision_payload(bench.desk, taken.case, item, ""))
    closed = record(bench.desk, taken.case, INSPECTOR, decided, (EventKind.INSPECTION_CLOSED, {"items": 1}))
    assert [one.return_id for one in bench.desk.reference.queue()[0]] == ["x"]
    bench.tell(expected("late", tracking_numbers=("SF777",), reason_text="corrected"))
    assert [one.return_id for one in bench.desk.reference.queue()[0]] == ["x"]
    record(bench.desk, closed, LEAD, (EventKind.INSPECTION_VOIDED, {"reason": "x"}))
    assert {one.return_id for one in bench.desk.reference.queue()[0]} == {"late", "x"}
    assert bound.inspection.id == closed.inspection.id


def test_a_parcel_still_open_is_bound_where_it_lies_and_a_void_one_is_not_proposed(bench: Bench) -> None:
    still_open, void = bench.keep("YT1", close=False), bench.keep("YT2")
    record(bench.desk, void, LEAD, (EventKind.INSPECTION_VOIDED, {"reason": "test"}))
    bench.tell(expected("late", tracking_numbers=("YT1", "YT2")))
    assert [parcel for parcel, _one, _facts in bench.proposed()] == ["YT1"]
    assert [one.expected.id for one in unclaimed.proposals_for(bench.desk, still_open)] == ["late"]
    bound = unclaimed.accept(bench.desk, still_open, LEAD, "late")
    assert (bound.inspection.state, len(bound.inspection.items)) == (InspectionState.OPEN, 1)


def test_a_return_that_went_away_meanwhile_cannot_be_accepted(bench: Bench) -> None:
    case = bench.keep("YT1")
    bench.tell(expected("late", tracking_numbers=("YT1",)))
    bench.withdraw("late")
    with pytest.raises(StationProblem, match=r"unclaimed\.return_gone"):
        unclaimed.accept(bench.desk, case, LEAD, "late")


def test_a_case_that_was_changed_elsewhere_is_not_bound(bench: Bench) -> None:
    case = bench.keep("YT1")
    bench.tell(expected("late", tracking_numbers=("YT1",)))
    unclaimed.decline(bench.desk, case, LEAD, "late")
    with pytest.raises(StationProblem, match=r"inspection\.changed_elsewhere"):
        unclaimed.accept(bench.desk, case, LEAD, "late")

