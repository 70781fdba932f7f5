"""Review on a real database: agreed, changed, checked blind, disputed, undone; labels and their recalls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from factories import HandClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import WITHDRAWN, ItemState, fold_item
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.people import Person, Role
from inspection_station.storage.custody import StoredCustody, ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.workflows.ports import StationIdentity
from inspection_station.workflows.reviewing import Reviewed, Reviewing, must_grade_blind

DISPOSITIONS = frozenset({"restock", "return_to_vendor", "refurbish", "scrap", "hold"})
GRADES = frozenset("ABCDU")
ITEM = HouseItem(
    "i-1", "n-1", "RT-261121-01200001", disposition="hold", grade="C", label_issue=1, station="B12", person="p-1"
)
NUMBER = ITEM.rt_number


def judged(item: HouseItem) -> tuple[str, ...]:
    found = [("held", item.disposition == "hold"), ("random_check", item.random_check)]
    return tuple(reason for reason, holds in found if holds and item.state == "closed")


class House:
    """One station's review over a real database."""

    def __init__(self, folder: Path) -> None:
        self.database: Database = open_database(folder)
        self.ledger = ledger_of(judged)
        self.store = StoredCustody(self.database, self.ledger)
        self.lead = self.of(Role.LEAD)

    def of(self, role: Role, station: str = "B12") -> Reviewing:
        person = Person(f"{role.value}-{station}", "", "", role)
        return Reviewing(
            self.store, HandClock(), StationIdentity(station, station, 12, ""), person, DISPOSITIONS, GRADES
        )

    def told(self, item: HouseItem = ITEM, acts: tuple[Act, ...] = ()) -> None:
        with self.database.writing() as connection:
            self.ledger.keep_items(connection, [item])
            self.ledger.keep_acts(connection, acts)

    @property
    def state(self) -> ItemState:
        found = self.store.item(NUMBER)
        assert found is not None
        return found[1]

    @property
    def queue(self) -> list[str]:
        with self.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT rt_number FROM custody_item WHERE review <> ''")
            return [row[0] for row in rows]

    @property
    def unsent(self) -> int:
        return StoredOutbox(self.database).counts().records


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.database.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "elsewhere")
    yield house
    house.database.close()


def done(outcome: Reviewed | Refusal) -> Reviewed:
    assert isinstance(outcome, Reviewed), outcome
    return outcome


def refused(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


def test_agreeing_takes_it_out_of_the_queue_and_keeps_its_label(house: House) -> None:
    house.told()
    assert house.queue == [NUMBER]
    outcome = done(house.lead.agree(NUMBER))
    assert not outcome.needs_label and house.queue == []
    assert (house.state.grade, house.state.disposition, house.state.label_issue) == ("C", "hold", 1)
    [waiting] = StoredOutbox(house.database).pending_records(10)
    assert waiting.body["kind"] == "item_reviewed" and waiting.body["payload"]["verdict"] == "agreed"


def test_a_change_needs_a_reason_and_a_new_label_and_recalls_the_old_one(house: House) -> None:
    house.told()
    assert refused(house.lead.change(NUMBER, "", "return_to_vendor", "  ")) == "review.reason_missing"
    assert house.unsent == 0
    outcome = done(house.lead.change(NUMBER, "", "return_to_vendor", "incoming_defect"))
    assert outcome.needs_label and house.queue == []
    state = house.state
    assert (state.grade, state.disposition, state.label_issue) == ("C", "return_to_vendor", 2)
    assert not state.printed and state.recalls == (1,)
    assert house.lead.label_came_out(NUMBER, 2) and house.state.printed
    assert not house.lead.label_came_out(NUMBER, 2), "once is enough"
    assert house.lead.scan_out(NUMBER, 1) and house.state.recalls == ()
    assert not house.lead.scan_out(NUMBER, 1), "once is enough"


def test_what_changes_nothing_or_names_nothing_known_is_refused_and_recorded_nowhere(house: House) -> None:
    house.told()
    assert refused(house.lead.change(NUMBER, "C", "hold", "misjudged")) == "review.nothing_changed"
    assert refused(house.lead.change(NUMBER, "Z", "hold", "misjudged")) == "review.unknown_code"
    assert refused(house.lead.change(NUMBER, "", "the_sea", "misjudged")) == "review.unknown_code"
    assert refused(house.lead.agree("RT-261121-01299999")) == "item.unknown"
    assert house.unsent == 0


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.DISPUTE_DESK])
def test_only_a_lead_decides(house: House, role: Role) -> None:
    house.told(replace(ITEM, random_check=True))
    other = house.of(role)
    refusals = [other.grade_blind(NUMBER, "B"), other.agree(NUMBER), other.change(NUMBER, "A", "", "misjudged")]
    assert {refused(one) for one in refusals} == {"act.not_allowed"}
    assert house.unsent == 0


def test_an_inspector_may_scan_an_old_label_out(house: House) -> None:
    house.told()
    house.lead.change(NUMBER, "", "scrap", "misjudged")
    assert house.of(Role.INSPECTOR).scan_out(NUMBER, 1)


def test_a_random_check_is_graded_before_it_is_decided(house: House) -> None:
    item = replace(ITEM, random_check=True, disposition="restock")
    house.told(item)
    assert must_grade_blind(item, house.state)
    assert refused(house.lead.agree(NUMBER)) == "review.blind_first"
    assert refused(house.lead.change(NUMBER, "A", "", "misjudged")) == "review.blind_first"
    assert refused(house.lead.grade_blind(NUMBER, "Z")) == "review.unknown_code"
    done(house.lead.grade_blind(NUMBER, "B"))
    assert house.state.blind == (house.lead.person.id, "B") and house.queue == [NUMBER]
    assert refused(house.lead.grade_blind(NUMBER, "A")) == "review.not_blind"
    done(house.lead.agree(NUMBER))
    assert house.queue == []


def test_undoing_is_one_more_act_and_the_item_waits_again(house: House) -> None:
    house.told()
    agreed = done(house.lead.agree(NUMBER))
    back = done(house.lead.undo(NUMBER, agreed.act_id))
    assert not back.needs_label and house.queue == [NUMBER]
    assert house.state.decision is not None and house.state.decision.verdict == WITHDRAWN
    assert refused(house.lead.undo(NUMBER, back.act_id)) == "review.decided_since"
    assert [act.kind for act in house.store.acts_about(f"item:{ITEM.id}")] == ["item_reviewed"] * 2


def test_undoing_a_change_prints_once_more_for_the_label_is_wrong_by_then(house: House) -> None:
    house.told()
    changed = done(house.lead.change(NUMBER, "D", "scrap", "misjudged"))
    back = done(house.lead.undo(NUMBER, changed.act_id))
    state = house.state
    assert back.needs_label and (state.grade, state.disposition, state.label_issue) == ("C", "hold", 3)
    assert state.recalls == (1, 2) and house.queue == [NUMBER]


def test_undoing_a_second_decision_brings_the_first_back(house: House) -> None:
    house.told()
    done(house.lead.change(NUMBER, "D", "scrap", "misjudged"))
    second = done(house.lead.change(NUMBER, "B", "refurbish", "can be mended"))
    done(house.lead.undo(NUMBER, second.act_id))
    state = house.state
    assert (state.grade, state.disposition, state.label_issue) == ("D", "scrap", 4) and house.queue == []
    assert state.decision is not None and state.decision.reason == "misjudged"


def test_what_somebody_decided_since_is_not_undone(house: House) -> None:
    house.told()
    first = done(house.lead.agree(NUMBER))
    done(house.of(Role.LEAD, "B13").change(NUMBER, "D", "scrap", "misjudged"))
    assert refused(house.lead.undo(NUMBER, first.act_id)) == "review.decided_since"


def test_what_another_lead_decided_alike_at_the_same_time_is_not_undone_with_ones_own(
    house: House, elsewhere: House
) -> None:
    house.told()
    elsewhere.told()
    done(elsewhere.of(Role.LEAD, "B13").agree(NUMBER))
    mine = done(house.lead.agree(NUMBER))
    house.told(acts=tuple(elsewhere.store.acts_about(f"item:{ITEM.id}")))
    assert house.queue == [], "both say the same"
    assert refused(house.lead.undo(NUMBER, mine.act_id)) == "review.decided_since"


def apart(house: House, elsewhere: House) -> None:
    """Two leads at stations that do not know of each other decide differently; both hear of both."""
    for one in (house, elsewhere):
        one.told()
    done(house.of(Role.LEAD, "B12").change(NUMBER, "D", "scrap", "misjudged"))
    done(elsewhere.of(Role.LEAD, "B13").change(NUMBER, "B", "refurbish", "can be mended"))
    here, there = (tuple(where.store.acts_about(f"item:{ITEM.id}")) for where in (house, elsewhere))
    house.told(acts=there)
    elsewhere.told(acts=here)


def test_two_leads_apart_are_disputed_everywhere_until_one_decides_again(house: House, elsewhere: House) -> None:
    apart(house, elsewhere)
    assert house.state == elsewhere.state and house.state.reasons[0] == "disputed"
    assert refused(house.lead.agree(NUMBER)) == "review.conflict"
    in_force = house.state
    done(house.lead.change(NUMBER, in_force.grade, in_force.disposition, "seen together"))  # one of the two is right
    assert house.state.rivals == () and house.queue == []
    assert house.state.label_issue == 3, "both had printed a second label"
    elsewhere.told(acts=tuple(house.store.acts_about(f"item:{ITEM.id}")))
    assert elsewhere.state == house.state


def test_a_lead_who_takes_it_back_apart_from_another_who_decides_is_disputed_too(
    house: House, elsewhere: House
) -> None:
    house.told()
    agreed = done(house.lead.agree(NUMBER))
    elsewhere.told(acts=tuple(house.store.acts_about(f"item:{ITEM.id}")))
    done(house.lead.undo(NUMBER, agreed.act_id))
    done(elsewhere.of(Role.LEAD, "B13").change(NUMBER, "B", "refurbish", "can be mended"))
    house.told(acts=tuple(elsewhere.store.acts_about(f"item:{ITEM.id}")))
    assert house.state.reasons[0] == "disputed"


def test_a_bench_that_decides_again_after_a_lead_comes_back_though_both_labels_have_one_number(house: House) -> None:
    house.told()
    done(house.lead.change(NUMBER, "D", "scrap", "misjudged"))
    house.told(replace(ITEM, grade="A", disposition="restock", label_issue=2))
    assert house.state.reasons == ("decided_again",)
    assert house.state.disposition == "scrap", "the lead's stands meanwhile"
    done(house.lead.change(NUMBER, "A", "restock", "seen again"))
    assert house.queue == [] and house.state.label_issue == 3


def test_what_is_on_a_manifest_or_taken_back_by_its_bench_is_not_decided(house: House) -> None:
    house.told(replace(ITEM, state="open"))
    assert refused(house.lead.agree(NUMBER)) == "item.undecided"
    house.told()
    facts = {"rt_number": NUMBER, "manifest": "m-1", "tote": "T-000001"}
    house.told(acts=(house.lead._act(ActKind.ITEM_MANIFESTED, ITEM.id, facts),))
    assert refused(house.lead.change(NUMBER, "D", "scrap", "misjudged")) == "item.on_manifest"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["agree", "change", "blind", "undo", "again"]), st.sampled_from("ABCD"),
            st.sampled_from(sorted(DISPOSITIONS)),
        ),
        max_size=5,
    ),
    checked=st.booleans(),
)  # fmt: skip
def test_whatever_is_done_the_same_acts_give_the_same_item_and_labels_only_grow(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]], checked: bool
) -> None:
    house = House(tmp_path_factory.mktemp("house"))
    item = replace(ITEM, random_check=checked)
    house.told(item)
    last = ""
    for step, grade, disposition in steps:
        before, acts = house.state, house.unsent
        outcome: Any
        if step == "agree":
            outcome = house.lead.agree(NUMBER)
        elif step == "change":
            outcome = house.lead.change(NUMBER, grade, disposition, "misjudged")
        elif step == "blind":
            outcome = house.lead.grade_blind(NUMBER, grade)
        elif step == "undo":
            outcome = house.lead.undo(NUMBER, last)
        else:
            item = replace(item, grade=grade, disposition=disposition, label_issue=item.label_issue + 1)
            house.told(item)
            continue
        after = house.state
        assert house.unsent == acts + isinstance(outcome, Reviewed), "what is refused records nothing"
        if isinstance(outcome, Refusal):
            assert after == before
            continue
        if step != "blind":
            last = outcome.act_id
        label = (after.grade, after.disposition) != (before.grade, before.disposition)
        assert outcome.needs_label or not label, "what the label says has changed"
        assert after.label_issue == before.label_issue + int(outcome.needs_label)
        assert after.recalls == () or max(after.recalls) < after.label_issue
    known = house.store.acts_about(f"item:{ITEM.id}")
    for order in list(permutations(known))[:24]:
        assert fold_item(item, order, judged(item)) == house.state
    house.database.close()


def test_an_item_that_is_inspected_again_has_no_decision_and_no_place_and_all_its_labels_come_off(house: House) -> None:
    house.told()
    done(house.lead.change(NUMBER, "B", "restock", "other"))
    facts = {"rt_number": NUMBER, "inspection": "n-2", "counts": "RT-261121-01200002"}
    house.store.do([house.lead._act(ActKind.ITEM_SUPERSEDED, ITEM.id, facts)])
    state = house.state
    assert (state.superseded_by, state.grade, state.disposition) == ("RT-261121-01200002", "", "")
    assert (state.tote, state.proved, state.reasons) == ("", False, ()) and state.recalls == (1, 2)
    assert house.queue == []
    for refusal in (house.lead.agree(NUMBER), house.lead.change(NUMBER, "A", "", "other")):
        assert refused(refusal) == "item.superseded"
    assert house.lead.scan_out(NUMBER, 2) and house.lead.scan_out(NUMBER, 1)
    assert house.state.recalls == ()
    decided_again = replace(ITEM, label_issue=3, disposition="scrap")  # its bench, which had not heard of it
    house.told(decided_again)
    assert house.state.disposition == "" and house.state.superseded_by == "RT-261121-01200002"
