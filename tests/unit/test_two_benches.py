"""One parcel inspected at two benches: both records are kept, both wait, and a lead says which one counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from factories import HandClock

from inspection_station.custody.doubles import TWO_BENCHES
from inspection_station.domain.custody.acts import Act
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.people import Person, Role
from inspection_station.storage.custody import StoredCustody, ledger_of
from inspection_station.storage.opening import open_database
from inspection_station.workflows.ports import StationIdentity
from inspection_station.workflows.reviewing import Reviewed, Reviewing

HERE = HouseItem(
    "i-1", "n-1", "RT-261121-01200001", tracking_number="SF1390447120865", sku="YL-8821-NV", disposition="restock",
    grade="A", label_issue=1, station="B12", person="p-1", decided_at="2026-11-21T02:00:00.000Z", tote="T-1",
)  # fmt: skip
THERE = replace(
    HERE, id="i-2", inspection_id="n-2", rt_number="RT-261121-00700001", station="B07", person="p-2",
    disposition="hold", grade="C", decided_at="2026-11-21T02:10:00.000Z", tote="T-2",
)  # fmt: skip


class Board:
    """One station's database and a lead at it."""

    def __init__(self, folder: Path, station: str = "B12") -> None:
        self.database = open_database(folder)
        self.ledger = ledger_of(lambda item: ("held",) if item.disposition == "hold" else ())
        self.store = StoredCustody(self.database, self.ledger)
        who = Person(f"lead-{station}", "", "", Role.LEAD)
        codes = frozenset({"restock", "hold", "scrap"}), frozenset("ABCDU")
        self.lead = Reviewing(self.store, HandClock(), StationIdentity(station, station, 12, ""), who, *codes)

    def told(self, *items: HouseItem, acts: tuple[Act, ...] = ()) -> None:
        with self.database.writing() as connection:
            self.ledger.keep_items(connection, items)
            self.ledger.keep_acts(connection, acts)

    def acts(self) -> tuple[Act, ...]:
        return tuple(act for name in ("i-1", "i-2") for act in self.store.acts_about(f"item:{name}"))

    def stands(self, item: HouseItem) -> tuple[str, str, str, tuple[str, ...]]:
        found = self.store.item(item.rt_number)
        assert found is not None
        state = found[1]
        return state.superseded_by, state.disposition, state.tote, state.reasons

    @property
    def rows(self) -> list[tuple[object, ...]]:
        with self.database.reading() as connection:
            query = "SELECT item_id, review, disposition, tote, recall FROM custody_item ORDER BY item_id"
            return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path / "other", "B07")
    yield made
    made.database.close()


def done(outcome: Reviewed | Refusal) -> Reviewed:
    assert isinstance(outcome, Reviewed), outcome
    return outcome


def test_both_records_are_kept_and_both_wait_for_a_lead(board: Board) -> None:
    board.told(HERE)
    assert board.rows == [("i-1", "", "restock", "T-1", 0)]
    board.told(THERE)
    assert board.rows == [("i-1", TWO_BENCHES, "restock", "T-1", 0), ("i-2", TWO_BENCHES, "hold", "T-2", 0)]
    assert board.stands(THERE)[3] == (TWO_BENCHES, "held")
    assert [row.item.id for row in board.store.to_review(9)] == ["i-1", "i-2"]
    assert [one.id for one, _state in board.lead.doubles("i-1")] == ["i-2"]


def test_the_record_that_counts_stays_and_the_other_lies_nowhere(board: Board) -> None:
    board.told(HERE, THERE)
    outcome = done(board.lead.keep(THERE.rt_number))
    assert outcome.state.reasons == ("held",) and not outcome.needs_label
    assert board.stands(HERE) == (THERE.rt_number, "", "", ())
    assert board.rows == [("i-1", "", "", "", 1), ("i-2", "held", "hold", "T-2", 0)]
    assert isinstance(refusal := board.lead.keep(THERE.rt_number), Refusal) and refusal.code == "review.no_double"
    done(board.lead.keep_all(THERE.rt_number))
    assert board.stands(HERE) == ("", "restock", "T-1", (TWO_BENCHES,))


def test_two_different_things_with_one_number_are_left_as_they_are_by_agreeing(board: Board) -> None:
    board.told(HERE, THERE)
    done(board.lead.agree(HERE.rt_number))
    done(board.lead.agree(THERE.rt_number))
    assert board.store.count_to_review() == 0
    assert board.stands(HERE)[:3] == ("", "restock", "T-1")


def test_leads_who_say_the_opposite_have_said_nothing_until_one_decides_again(board: Board, other: Board) -> None:
    for one in (board, other):
        one.told(HERE, THERE)
    done(board.lead.keep(HERE.rt_number))
    done(other.lead.keep(THERE.rt_number))
    board.told(acts=other.acts())
    other.told(acts=board.acts())
    for one in (board, other):
        assert one.stands(HERE) == ("", "restock", "T-1", (TWO_BENCHES,))
        assert one.stands(THERE) == ("", "hold", "T-2", (TWO_BENCHES, "held"))
    done(board.lead.keep(HERE.rt_number))
    other.told(acts=board.acts())
    for one in (board, other):
        assert one.stands(THERE) == (HERE.rt_number, "", "", ())
        assert one.stands(HERE)[:3] == ("", "restock", "T-1")
    assert board.rows == other.rows


def test_the_order_in_which_records_and_acts_come_makes_no_difference(board: Board, tmp_path: Path) -> None:
    board.told(HERE, THERE)
    done(board.lead.keep(HERE.rt_number))
    acts = board.acts()
    for number, order in enumerate(permutations(["here", "there", "acts"])):
        fresh = Board(tmp_path / str(number))
        for what in order:
            if what == "acts":
                fresh.told(acts=acts)
            else:
                fresh.told(HERE if what == "here" else THERE)
        assert fresh.rows == board.rows, order
        fresh.database.close()


@pytest.mark.parametrize(
    "twin",
    [
        replace(THERE, sku="YL-T101-WH"),
        replace(THERE, inspection_id=HERE.inspection_id),
        replace(THERE, tracking_number="SF1390447120866"),
        replace(THERE, state="open"),
    ],
    ids=["another product", "two units of one parcel", "another parcel", "taken back"],
)
def test_what_is_not_the_same_thing_waits_for_nobody(board: Board, twin: HouseItem) -> None:
    board.told(HERE)
    board.told(twin)
    assert board.stands(HERE)[3] == ()


def test_a_record_that_its_bench_takes_back_leaves_the_other_alone(board: Board) -> None:
    board.told(HERE, THERE)
    board.told(replace(THERE, state="open"))
    assert board.rows[0][:2] == ("i-1", "")



def test_a_record_that_is_to_be_graded_blind_is_graded_first(board: Board) -> None:
    board.ledger = replace(board.ledger, judge=lambda item: ("random_check",) if item.random_check else ())
    board.store = StoredCustody(board.database, board.ledger)
    lead = replace(board.lead, store=board.store)
    board.told(HERE, replace(THERE, random_check=True))
    for number in (HERE.rt_number, THERE.rt_number):
        refusal = lead.keep(number)
        assert isinstance(refusal, Refusal) and refusal.code == "review.blind_first"
    done(lead.grade_blind(THERE.rt_number, "C"))
    done(lead.keep(HERE.rt_number))


def test_what_was_done_apart_is_counted_until_it_is_settled(board: Board, other: Board) -> None:
    for one in (board, other):
        one.told(HERE)
    done(board.lead.change(HERE.rt_number, "B", "restock", "other"))
    done(other.lead.change(HERE.rt_number, "D", "scrap", "other"))
    assert board.store.count_apart() == 0
    board.told(acts=other.acts())
    assert board.store.count_apart() == 1
    done(board.lead.change(HERE.rt_number, "D", "scrap", "other"))
    assert board.store.count_apart() == 0
