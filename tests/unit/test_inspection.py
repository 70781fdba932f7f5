"""An inspection is what its events add up to: undo, decisions, reopening, and events that are not as they should be."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st
from storage_cases import CLOSED, PARKED, RESUMED, VOIDED, Making, decided, item, photo, sha

from inspection_station.domain.events import EventKind, InspectionEvent, event_from_json, event_to_json
from inspection_station.domain.folding import fold
from inspection_station.domain.inspection import InspectionState


def making(*items: str) -> Making:
    made = Making()
    made.add(made.parcel(), *(item(name, number) for number, name in enumerate(items or ("i1",), start=1)))
    return made


def answered(question: str, verdict: str = "pass", item_id: str = "i1") -> tuple[EventKind, dict[str, Any]]:
    facts = {"item_id": item_id, "question": question, "verdict": verdict, "answered_by": "single"}
    return EventKind.QUESTION_ANSWERED, facts


def defect(finding_id: str, question: str = "no_stains", **changes: Any) -> tuple[EventKind, dict[str, Any]]:
    facts = {
        "item_id": "i1", "finding_id": finding_id, "question": question, "type": "oil", "code": "stain",
        "severity": "major",
    }  # fmt: skip
    return EventKind.DEFECT_FOUND, {**facts, **changes}


def identified(finding: str = "match", item_id: str = "i1", **changes: Any) -> tuple[EventKind, dict[str, Any]]:
    return EventKind.ITEM_IDENTIFIED, {"item_id": item_id, "finding": finding, "by": "scan", "code": "6901", **changes}


def undone(made: Making) -> tuple[EventKind, dict[str, Any]]:
    return EventKind.STEP_UNDONE, {"event_id": made.inspection.undoable[-1]}


UNDOABLE_STEPS = [
    identified(),
    answered("tidy"),
    answered("tidy", "not_applicable"),
    defect("f1"),
    (EventKind.REST_PASSED, {"item_id": "i1", "questions": ["tidy", "packaging"]}),
    (EventKind.DECISION_CHANGED, {"item_id": "i1", "field": "grade", "value": "B", "reason": "seen"}),
    (EventKind.TOTE_SCANNED, {"item_id": "i1", "tote": "T-000001X"}),
    (EventKind.RETURN_BOUND, {"return_id": "r2"}),
    (EventKind.OUTSIDE_DAMAGED, {"code": "outer_wet"}),
    (EventKind.PARCEL_WEIGHED, {"grams": 640, "by": "typed", "outbound": 1250, "flag": "lighter"}),
    (EventKind.ITEM_ELSEWHERE, {"item_id": "i1"}),
    (EventKind.ITEM_HELD, {"item_id": "i1", "reason": "hazardous"}),
    (EventKind.SEEN_BY_SECOND, {"item_id": "i1", "reason": "serial_differs"}),
    (EventKind.SHOT_WAIVED, {"item_id": "i1", "shot": "front", "reason": "no light"}),
]


@pytest.mark.parametrize("step", UNDOABLE_STEPS, ids=lambda step: str(step[0]))
@pytest.mark.parametrize("before", [(), (defect("f0", type="ink"), answered("tidy"))], ids=["bare", "with answers"])
def test_undoing_a_step_leaves_what_was_before_it(step: Any, before: tuple[Any, ...]) -> None:
    made = making()
    made.add(*before)
    there = made.inspection
    made.add(step)
    assert made.inspection != replace(there, sequence=made.inspection.sequence, head=made.inspection.head)
    made.add(undone(made))
    assert made.inspection == replace(there, sequence=made.inspection.sequence, head=made.inspection.head)


def test_an_undone_photo_stays_and_is_marked_withdrawn() -> None:
    made = making()
    made.add(photo(sha(1), "i1"), photo(sha(2), "i1"))
    made.add(undone(made))
    assert [(one.sha256, one.withdrawn) for one in made.inspection.photos] == [(sha(1), False), (sha(2), True)]
    assert [one.sha256 for one in made.inspection.counted_photos()] == [sha(1)]


def test_undo_goes_back_step_by_step_and_passes_over_what_the_station_did_by_itself() -> None:
    made = making()
    made.add(photo(sha(1), automatic=True), identified(automatic=True), answered("tidy"), defect("f1"))
    assert len(made.inspection.undoable) == 2
    made.add(undone(made))
    made.add(undone(made))
    assert made.inspection.undoable == ()
    assert made.inspection.item().identity == "match" and not made.inspection.photos[0].withdrawn


def test_a_severity_taken_back_is_the_one_before_again() -> None:
    made = making()
    made.add(defect("f1", severity="minor"))
    made.add(defect("f1", severity="critical"))
    assert [one.severity for one in made.inspection.item().findings] == ["critical"]
    made.add(undone(made))
    assert [one.severity for one in made.inspection.item().findings] == ["minor"]


def test_opened_parcels_and_decisions_cannot_be_undone_as_steps() -> None:
    made = making()
    made.add(decided("i1"))
    before = made.inspection
    for event in list(made.events):
        made.add((EventKind.STEP_UNDONE, {"event_id": event.id}))
    assert made.inspection == replace(before, sequence=made.inspection.sequence, head=made.inspection.head)


def test_passing_a_row_withdraws_its_defects() -> None:
    made = making()
    made.add(defect("f1"), defect("f2", type="ink"), defect("f3", "tidy", type="tear", code="crack"))
    made.add(answered("no_stains"))
    assert [one.id for one in made.inspection.item().findings] == ["f3"]
    assert made.inspection.item().answers["no_stains"].verdict == "pass"


def test_a_decision_moves_on_to_the_next_item_and_forgets_the_steps_before_it() -> None:
    made = making("i1", "i2")
    made.add(identified(), answered("tidy"))
    made.add(decided("i1"))
    assert made.inspection.current_item == "i2"
    assert made.inspection.undoable == ()
    assert made.inspection.item("i1").decision is not None


def test_reopening_takes_the_decision_back_and_keeps_the_label_issue() -> None:
    made = making("i1", "i2")
    made.add(decided("i1"), decided("i2"), CLOSED)
    made.add((EventKind.LABEL_VERIFIED, {"item_id": "i1", "issue": 1}))
    assert made.inspection.state is InspectionState.CLOSED and made.inspection.closed_at
    made.add((EventKind.INSPECTION_REOPENED, {"item_id": "i1"}))
    opened = made.inspection
    assert opened.state is InspectionState.OPEN and opened.closed_at == "" and opened.current_item == "i1"
    assert opened.item("i1").decision is None and opened.item("i1").tote == "" and not opened.item("i1").label_verified
    assert opened.item("i1").label_issue == 1
    assert opened.item("i2").decision is not None


def test_parking_voiding_and_the_wish_for_a_recheck() -> None:
    made = making()
    made.add(PARKED)
    assert made.inspection.state is InspectionState.PARKED
    made.add(RESUMED)
    assert made.inspection.state is InspectionState.OPEN
    made.add((EventKind.RECHECK_REQUESTED, {"reason": "grade"}))
    assert made.inspection.recheck == "grade" and made.inspection.state is InspectionState.OPEN
    made.add(VOIDED)
    assert made.inspection.state is InspectionState.VOIDED and made.inspection.void_reason == "practice"


def test_kinds_of_a_newer_program_are_passed_over() -> None:
    made = making()
    before = made.inspection
    event = replace(made.next_events(answered("tidy"))[0], kind="item_weighed", payload={"grams": 300})
    after = fold([*made.events, event])
    assert after == replace(before, sequence=event.sequence, head=event.hash)


def test_an_item_this_program_does_not_know_never_becomes_current() -> None:
    made = making()
    made.add(identified(item_id="of a newer kind"), (EventKind.INSPECTION_REOPENED, {"item_id": "of a newer kind"}))
    assert made.inspection.item().id == "i1"


def full_chain() -> list[InspectionEvent]:
    made = making("i1", "i2")
    made.add(photo(sha(1)), identified(), *UNDOABLE_STEPS, defect("f2"), photo(sha(2), "i1", finding_id="f2"))
    made.add(undone(made))
    made.add(decided("i1"), decided("i2"), CLOSED, (EventKind.INSPECTION_REOPENED, {"item_id": "i2"}), PARKED, RESUMED)
    made.add((EventKind.RECHECK_REQUESTED, {"reason": "-"}), VOIDED)
    return made.events


FULL_CHAIN = full_chain()


def test_the_same_events_always_add_up_to_the_same_also_after_json() -> None:
    events = [event_from_json(json.loads(json.dumps(event_to_json(event)))) for event in FULL_CHAIN]
    assert fold(FULL_CHAIN) == fold(copy.deepcopy(FULL_CHAIN)) == fold(events)


hostile = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=2) | st.dictionaries(st.text(max_size=3), parts, max_size=2),
    max_leaves=4,
)


@given(st.integers(0, len(FULL_CHAIN) - 1), st.data(), hostile)
@properties(150)
def test_hostile_payloads_are_refused_or_add_up_to_something_whole(place: int, data: st.DataObject, value: Any) -> None:
    events = list(FULL_CHAIN)
    payload = dict(events[place].payload)
    if payload:
        key = data.draw(st.sampled_from(sorted(payload)))
        if data.draw(st.booleans()):
            del payload[key]
        else:
            payload[key] = value
    events[place] = replace(events[place], payload=payload)
    try:
        state = fold(events)
    except (ValueError, KeyError):
        return
    assert isinstance(state.tracking_number, str) and isinstance(state.recheck, str)
    for one in state.items:
        assert isinstance(one.identity, str) and isinstance(one.line, int) and isinstance(one.label_issue, int)
        assert all(finding.severity in ("minor", "major", "critical") for finding in one.findings)
    for taken in state.photos:
        assert isinstance(taken.sha256, str) and isinstance(taken.size, int)


@given(st.permutations(FULL_CHAIN), st.integers(1, len(FULL_CHAIN)))
@properties(30)
def test_events_in_any_order_or_number_never_crash(events: list[InspectionEvent], many: int) -> None:
    fold(events[:many])
