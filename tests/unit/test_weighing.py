"""What a parcel weighs before it is opened: one event a weighing, told beside what had left, never afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from factories import INSPECTOR, TRACKING, Bench, expected, properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.custody.house_item import house_item_from_json, house_item_to_json, house_items
from inspection_station.domain.events import EventKind, broken_link
from inspection_station.domain.inspection import Weighing
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.domain.weights import HEAVIEST, outbound_weight, percent_off, weight_flag
from inspection_station.errors import StationProblem
from inspection_station.station.flow import scanning, weight_acts
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows import exceptions, inspecting, receiving, weighing
from inspection_station.workflows.case import Case
from inspection_station.workflows.inspecting import Identification


def refused(code: str) -> AbstractContextManager[object]:
    return pytest.raises(StationProblem, check=lambda problem: problem.code == code)


def left(grams: int) -> ExpectedReturn:
    return replace(expected(), outbound_grams=grams)


def test_a_weight_is_an_event_with_what_had_left_and_the_last_one_counts() -> None:
    bench = Bench(left(1250))
    case = weighing.weigh(bench.desk, bench.opened(), INSPECTOR, 1251, weighing.DOCK)
    assert case.inspection.weighed == Weighing(1251, "dock", 1250) and not case.inspection.undoable
    assert weighing.wants_weight(case), "the bench's own scale is nearer to the opening"
    case = weighing.weigh(bench.desk, case, INSPECTOR, 640, weighing.SCALE)
    assert case.inspection.weighed == Weighing(640, "scale", 1250, "lighter")
    assert not weighing.wants_weight(case) and len(case.inspection.undoable) == 1
    assert broken_link(case.events) is None
    weighings = [event.payload for event in case.events if event.kind == EventKind.PARCEL_WEIGHED]
    assert [facts.get("automatic", False) for facts in weighings] == [True, False]


def test_without_a_known_weight_the_parcels_own_is_kept_and_nothing_told() -> None:
    bench = Bench(expected())
    case = weighing.weigh(bench.desk, bench.opened(), INSPECTOR, 640, weighing.TYPED)
    assert case.inspection.weighed == Weighing(640, "typed")
    assert set(case.events[-1].payload) == {"grams", "by"}


def tag_read(bench: Bench, by: str) -> Case:
    case = bench.opened()
    tag = Identification("match", "6901234567892", item_id=case.inspection.current_item)
    return inspecting.identify(bench.desk, case, INSPECTOR, tag, by)


def test_a_tag_the_camera_read_opens_nothing_but_no_load_is_taken_by_itself_any_more() -> None:
    read = tag_read(Bench(left(1250)), "camera")
    assert weighing.is_closed(read) and not weighing.wants_weight(read), "a tag shows through a box"


@pytest.mark.parametrize(
    "open_it",
    [
        lambda bench: tag_read(bench, "scan"),
        lambda bench: exceptions.not_here(bench.desk, bench.opened(), INSPECTOR),
        lambda bench: bench.photographed(tag_read(bench, "camera")),
    ],
    ids=["scanned", "missing", "photographed"],
)
def test_after_an_item_was_seen_no_weight_is_the_parcels_any_more(open_it: Callable[[Bench], Case]) -> None:
    bench = Bench(left(1250))
    case = open_it(bench)
    assert not weighing.is_closed(case)
    with refused("weight.opened"):
        weighing.weigh(bench.desk, case, INSPECTOR, 640, weighing.TYPED)
    state = BenchState(screen=Screen.PARCEL, person=INSPECTOR, case=case)
    asked = weight_acts.ask_weight(bench.desk, state)
    assert asked.effects.problem is not None and asked.effects.problem.code == "weight.opened"


@pytest.mark.parametrize("grams", [0, -5, HEAVIEST + 1])
def test_what_no_parcel_weighs_is_refused(grams: int) -> None:
    bench = Bench(left(1250))
    with refused("weight.none"):
        weighing.weigh(bench.desk, bench.opened(), INSPECTOR, grams, weighing.TYPED)


def test_the_docks_weight_is_taken_over_when_the_parcel_is_opened_and_its_photo_still_taken() -> None:
    bench = Bench(left(1250))
    bench.stores.reference.weights = {TRACKING: (640, "lighter")}
    state = scanning.on_waiting(bench.desk, BenchState(person=INSPECTOR), TRACKING)
    assert state.open_case.inspection.weighed == Weighing(640, "dock", 1250, "lighter")
    assert state.effects.sound is Sound.WARN and state.effects.waybill_photo
    parked = receiving.park(bench.desk, state.open_case, INSPECTOR)
    again = scanning.on_waiting(bench.desk, BenchState(person=INSPECTOR), TRACKING)
    assert len(again.open_case.events) == len(parked.events) + 1, "taken up again, it is not weighed again"


def test_a_load_that_comes_to_rest_too_late_or_for_another_parcel_is_nobodys_weight() -> None:
    bench = Bench(left(1250))
    case = bench.opened()
    state = BenchState(screen=Screen.PARCEL, person=INSPECTOR, case=case)
    assert weight_acts.weighed_by_itself(bench.desk, state, 640, "another") == state.with_effects()
    nothing = replace(state, case=None)
    assert weight_acts.weighed_by_itself(bench.desk, nothing, 640, case.inspection.id) == nothing
    taken = weight_acts.weighed_by_itself(bench.desk, state, 640, case.inspection.id)
    assert taken.effects.sound is Sound.WARN and not taken.open_case.inspection.undoable
    assert weight_acts.weighed_by_itself(bench.desk, taken, 650, case.inspection.id) == taken.with_effects()


def test_the_house_and_its_leads_know_of_the_difference() -> None:
    bench = Bench(left(1250))
    case = weighing.weigh(bench.desk, bench.opened(), INSPECTOR, 640, weighing.SCALE)
    item = replace(case.inspection.items[0], label_issue=1)
    told = house_items(replace(case.inspection, items=(item,)), {})[0]
    assert told.weight == "lighter" and house_item_from_json(house_item_to_json(told)) == told


def test_what_left_is_known_of_a_parcel_only_when_it_is_of_all_its_returns() -> None:
    one, other = left(500), replace(left(700), id="r2")
    assert outbound_weight([one, other]) == 1200
    assert outbound_weight([one, replace(other, outbound_grams=0)]) == 0
    assert outbound_weight([replace(one, tracking_numbers=("A1", "A2"))]) == 0, "it left in one, and comes in two"
    assert outbound_weight([]) == 0


@properties(200)
@given(st.integers(1, HEAVIEST), st.integers(1, HEAVIEST))
def test_the_percentage_told_has_the_sign_of_the_flag_and_never_says_nothing(outbound: int, grams: int) -> None:
    flag, percent = weight_flag(outbound, grams), percent_off(outbound, grams)
    assert percent >= -100
    if flag:
        assert percent != 0 and (percent < 0) == (flag == "lighter")
