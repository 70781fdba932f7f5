"""The sorting board: an item goes where it belongs, and is refused elsewhere with the right tote's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import HandClock

from inspection_station.domain.custody.acts import ActKind
from inspection_station.domain.custody.house_item import HouseItem, house_items
from inspection_station.domain.inspection import Inspection, Item, Weighing
from inspection_station.domain.people import Person, Role
from inspection_station.storage.custody import StoredCustody, ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.workflows.ports import StationIdentity
from inspection_station.workflows.sorting import Misplaced, Placed, Sorting

RESTOCK, RTV, OTHER_RTV, SCRAP = "T-000001", "T-000002", "T-000003", "T-000004"


class Board:
    """A lead's board over a real database with four open totes."""

    def __init__(self, database: Database) -> None:
        self.database, self.ledger = database, ledger_of()
        self.store = StoredCustody(database, self.ledger)
        self.lead = self.of(Role.LEAD)
        for code, disposition, vendor in (
            (RESTOCK, "restock", ""), (RTV, "return_to_vendor", "v1"), (OTHER_RTV, "return_to_vendor", "v2"),
            (SCRAP, "scrap", ""),
        ):  # fmt: skip
            self.does(ActKind.TOTE_OPENED, code, disposition=disposition, vendor=vendor)

    def of(self, role: Role) -> Sorting:
        """The board of a person with this role."""
        return Sorting(self.store, HandClock(), StationIdentity("s", "B12", 12, ""), Person(role.value, "", "", role))

    def does(self, kind: ActKind, code: str, **facts: Any) -> str:
        """The refusal's code; empty when it was done."""
        refusal = self.lead.change_tote(kind, code, facts)
        return refusal.code if refusal else ""

    def decided(self, number: int, disposition: str, **facts: Any) -> str:
        """An item that its bench decided so; its number."""
        names = (f"i-{number}", f"n-{number}", f"RT-261121-0120{number:04d}")
        item = HouseItem(*names, disposition=disposition, grade="A", label_issue=1, station="B12", **facts)
        with self.database.writing() as connection:
            self.ledger.keep_items(connection, [item])
        return item.rt_number

    def contents(self) -> dict[str, tuple[int, int]]:
        return {tote.code: (tote.contents, tote.proved) for tote in self.store.totes() if tote.contents}

    def refused(self, rt_number: str, tote: str) -> tuple[str, tuple[str, ...]]:
        outcome = self.lead.place(rt_number, tote)
        assert isinstance(outcome, Misplaced)
        return outcome.refusal.code, outcome.right


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    database = open_database(tmp_path)
    yield Board(database)
    database.close()


def test_two_scans_put_an_item_into_its_tote_for_the_centre_as_well(board: Board) -> None:
    number = board.decided(1, "restock", proposed_tote=RESTOCK)
    assert board.contents() == {RESTOCK: (1, 0)}, "proposed, not proved"
    assert board.lead.place(number, RESTOCK) == Placed(number, RESTOCK)
    assert board.contents() == {RESTOCK: (1, 1)}
    [waiting] = [one for one in StoredOutbox(board.database).pending_records(100) if one.body["kind"] == "item_placed"]
    assert waiting.kind == "custody_act" and waiting.body["payload"]["tote"] == RESTOCK


def test_the_same_two_scans_again_record_nothing(board: Board) -> None:
    number = board.decided(1, "restock")
    board.lead.place(number, RESTOCK)
    before = StoredOutbox(board.database).counts().records
    assert board.lead.place(number, RESTOCK) == Placed(number, RESTOCK, RESTOCK, moved=False)
    assert StoredOutbox(board.database).counts().records == before


def test_the_tote_it_lies_in_is_refused_once_a_lead_decided_otherwise(board: Board) -> None:
    number = board.decided(1, "restock")
    board.lead.place(number, RESTOCK)
    board.decided(1, "scrap")
    assert board.refused(number, RESTOCK) == ("tote.wrong_disposition", (SCRAP,))
    assert board.lead.place(number, SCRAP) == Placed(number, SCRAP, RESTOCK)


def test_the_wrong_disposition_is_refused_with_the_right_totes_name(board: Board) -> None:
    number = board.decided(1, "restock")
    assert board.refused(number, SCRAP) == ("tote.wrong_disposition", (RESTOCK,))
    assert board.contents() == {}


def test_goods_of_another_vendor_are_refused(board: Board) -> None:
    number = board.decided(1, "return_to_vendor", vendor="v2")
    assert board.refused(number, RTV) == ("tote.wrong_vendor", (OTHER_RTV,))
    assert board.lead.place(number, OTHER_RTV) == Placed(number, OTHER_RTV)


def test_a_full_a_closed_and_an_unknown_tote_are_refused(board: Board) -> None:
    assert board.does(ActKind.TOTE_OPENED, "T-000005", disposition="restock", vendor="") == ""
    board.does(ActKind.TOTE_REGISTERED, RESTOCK, capacity=1, capacity_g=0)
    first, second = board.decided(1, "restock"), board.decided(2, "restock")
    board.lead.place(first, RESTOCK)
    assert board.refused(second, RESTOCK) == ("tote.full", ("T-000005",))
    assert board.refused(second, "T-999999") == ("tote.unknown", ("T-000005",))
    assert board.does(ActKind.TOTE_CLOSED, RESTOCK, items=1, grams=0) == ""
    assert board.refused(second, RESTOCK) == ("tote.is_closed", ("T-000005",))


def test_what_its_bench_proposed_to_put_there_fills_its_own_place_only(board: Board) -> None:
    board.does(ActKind.TOTE_REGISTERED, RESTOCK, capacity=1, capacity_g=0)
    number = board.decided(1, "restock", proposed_tote=RESTOCK)
    assert board.lead.place(number, RESTOCK) == Placed(number, RESTOCK)


def test_two_scans_correct_a_mis_sort(board: Board) -> None:
    board.does(ActKind.TOTE_OPENED, "T-000005", disposition="restock", vendor="")
    number = board.decided(1, "restock")
    board.lead.place(number, RESTOCK)
    assert board.lead.place(number, "T-000005") == Placed(number, "T-000005", RESTOCK)
    assert board.contents() == {"T-000005": (1, 1)}


def test_what_nobody_decided_or_knows_is_refused(board: Board) -> None:
    assert board.refused("RT-000000-00000000", RESTOCK) == ("item.unknown", ())
    assert board.refused(board.decided(1, ""), RESTOCK)[0] == "item.undecided"


def test_a_closed_tote_opens_again_only_with_a_reason_and_by_a_lead(board: Board) -> None:
    board.lead.place(board.decided(1, "restock"), RESTOCK)
    board.does(ActKind.TOTE_CLOSED, RESTOCK, items=1, grams=0)
    assert board.does(ActKind.TOTE_REOPENED, RESTOCK, reason=" ") == "tote.reason_missing"
    refusal = board.of(Role.INSPECTOR).change_tote(ActKind.TOTE_REOPENED, RESTOCK, {"reason": "one more"})
    assert refusal is not None and refusal.code == "act.not_allowed"
    assert board.does(ActKind.TOTE_REOPENED, RESTOCK, reason="one more") == ""


def test_an_empty_tote_cannot_be_closed_and_a_lost_one_comes_back_as_it_was(board: Board) -> None:
    assert board.does(ActKind.TOTE_CLOSED, RESTOCK, items=0, grams=0) == "tote.empty"
    assert board.does(ActKind.TOTE_LOST, RESTOCK, reason="not at its place") == ""
    number = board.decided(1, "restock")
    assert board.refused(number, RESTOCK) == ("tote.is_lost", ())
    assert board.does(ActKind.TOTE_FOUND, RESTOCK, place="A3") == ""
    assert board.lead.place(number, RESTOCK) == Placed(number, RESTOCK)


def test_an_inspector_may_place_and_do_nothing_else_with_totes(board: Board) -> None:
    inspector, number = board.of(Role.INSPECTOR), board.decided(1, "restock")
    assert isinstance(inspector.place(number, RESTOCK), Placed)
    for kind in ActKind:
        if kind.startswith("tote_"):
            refusal = inspector.change_tote(kind, RESTOCK, {})
            assert refusal is not None and refusal.code == "act.not_allowed", kind
    nobody = board.of(Role.DISPUTE_DESK).place(number, RESTOCK)
    assert isinstance(nobody, Misplaced) and nobody.refusal.code == "act.not_allowed"


def test_a_tote_with_a_limit_by_weight_refuses_what_is_known_to_be_too_heavy_for_it(board: Board) -> None:
    registered = board.of(Role.ADMINISTRATOR).change_tote(
        ActKind.TOTE_REGISTERED, RESTOCK, {"capacity": 60, "capacity_g": 2000}
    )
    assert registered is None
    light, heavy, unknown = (
        board.decided(number, "restock", grams=grams) for number, grams in ((1, 900), (2, 1200), (3, 0))
    )
    assert isinstance(board.lead.place(light, RESTOCK), Placed)
    assert board.store.grams_in(RESTOCK) == 900
    assert board.refused(heavy, RESTOCK) == ("tote.too_heavy", ())
    assert isinstance(board.lead.place(unknown, RESTOCK), Placed), "what nobody weighed is counted only"
    again = board.lead.place(light, RESTOCK)
    assert isinstance(again, Placed) and not again.moved
    assert isinstance(board.lead.place(board.decided(4, "restock", grams=1100), RESTOCK), Placed), "exactly full"


def test_an_item_weighs_what_its_parcel_did_only_where_it_came_alone() -> None:
    alone = Inspection(items=(_item("i-1"),), weighed=Weighing(640, "scale"))
    assert [one.grams for one in house_items(alone, {})] == [640]
    both = replace(alone, items=(_item("i-1"), _item("i-2")))
    assert [one.grams for one in house_items(both, {})] == [0, 0]
    assert [one.grams for one in house_items(replace(alone, weighed=None), {})] == [0]


def _item(item_id: str) -> Item:
    return Item(item_id, item_id, "", 0, 1, "", "", "", "", "", "", "", label_issue=1)
