"""The acts on a closed parcel's weight: asked for with W, and what a scale or a person then says."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows import weighing
from inspection_station.workflows.case import Case, Desk


def ask_weight(desk: Desk, state: BenchState) -> BenchState:
    """W: what does the closed parcel weigh? The window takes it from the scale, or asks, and calls `weighed`."""
    if state.case is None or state.screen not in (Screen.PARCEL, Screen.EXCEPTIONS):
        return state.with_effects()
    home = replace(state, screen=Screen.PARCEL)
    if not weighing.is_closed(state.case):
        return home.refused(weighing.opened_already())
    return home.with_effects(ask="weight")


def weighed(desk: Desk, state: BenchState, grams: int, by: str) -> BenchState:
    """The open parcel weighs so much: by the scale, or typed."""
    if state.case is None:
        return state.refused()
    return _weighed(desk, state, weighing.weigh(desk, state.case, state.inspector, grams, by), Sound.COMMAND)


def weighed_by_itself(desk: Desk, state: BenchState, grams: int, inspection_id: str) -> BenchState:
    """A load came to rest while this parcel lay open and was closed; meanwhile it may be another, or be opened."""
    case = state.case
    if case is None or case.inspection.id != inspection_id or not weighing.wants_weight(case):
        return state.with_effects()
    after = weighing.weigh(desk, case, state.inspector, grams, weighing.SCALE, by_itself=True)
    return _weighed(desk, state, after, None)


def _weighed(desk: Desk, state: BenchState, after: Case, sound: Sound | None) -> BenchState:
    told = after.inspection.weighed
    return replace(state, case=after).with_effects(sound=Sound.WARN if told is not None and told.flag else sound)
