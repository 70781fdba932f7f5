"""Finishing an item: confirm, the tote, undo, park."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.domain.inspection import InspectionState
from inspection_station.errors import N_, StationProblem
from inspection_station.station.flow.rows import at_its_row
from inspection_station.station.flow.state import BenchState, LastDone, Screen, Sound
from inspection_station.workflows import deciding, inspecting, receiving
from inspection_station.workflows.case import Desk, load_case

AFTER_WORK = (Screen.WAITING, Screen.DUPLICATE, Screen.NO_MATCH, Screen.LATE_MATCH, Screen.ELSEWHERE)
"""Screens on which undo means the last completed item, as long as its time runs."""


def confirm(desk: Desk, state: BenchState, tote: str = "") -> BenchState:
    """Seal the current item's decision; the next item of the parcel follows, or the waiting screen."""
    case, person = state.case, state.person
    assert case is not None and person is not None
    item_id = case.inspection.current_item
    try:
        after = deciding.confirm(desk, case, person, tote)
    except StationProblem as problem:
        return state.with_effects(sound=Sound.ERROR, problem=problem)
    item = after.inspection.item(item_id)
    decision = item.decision
    assert decision is not None, "confirm decides the item"
    last = LastDone(
        after.inspection.id, item_id, item.rt_number, decision["grade"], decision["disposition"], decision["slot"],
        decision["random_check"], after.events[-1].at,
    )  # fmt: skip
    done = replace(state, last=last)
    labels = () if item.identity == "missing" else (item_id,)  # what is not there has nothing to stick a label on
    if after.inspection.state is InspectionState.CLOSED:
        return done.waiting(sound=Sound.DONE, labels=labels)
    following = replace(done.waiting(sound=Sound.DONE, labels=labels), screen=Screen.PARCEL)
    return replace(following, case=after)


def scan_tote(desk: Desk, state: BenchState, tote: str) -> BenchState:
    """Scanning a fitting tote accepts the decision and proves the placement; a wrong one is refused at once."""
    return confirm(desk, state, tote)


def undo(desk: Desk, state: BenchState) -> BenchState:
    """F12: the last step while a parcel is open, the last completed item on the waiting screen."""
    case, person = state.case, state.person
    assert person is not None
    if case is not None and state.screen not in AFTER_WORK:
        try:
            after = inspecting.undo_step(desk, case, person)
        except StationProblem as problem:
            return state.with_effects(sound=Sound.WARN, problem=problem)
        # What these screens ask about is what was taken back.
        home = {Screen.WRONG_ITEM: Screen.PARCEL, Screen.EXCEPTIONS: Screen.PARCEL, Screen.GRADE: Screen.CHECKLIST}
        screen = home.get(state.screen, state.screen)
        home_again = replace(state, case=after, screen=screen, kind="", found=None)
        return at_its_row(desk, home_again, case.inspection.current_item).with_effects(sound=Sound.UNDO)
    last = state.last
    if last is None or last.undone:
        return too_late(desk, state)
    reopened = deciding.reopen(desk, load_case(desk, last.inspection_id), person)
    told = StationProblem(
        "undo.done", N_("{number} undone"), N_("Discard its label"), number=last.rt_number
    )  # fmt: skip
    back = replace(state.waiting(sound=Sound.UNDO, problem=told), screen=Screen.PARCEL, case=reopened)
    item = reopened.inspection.item()
    screen = Screen.CHECKLIST if item.findings else Screen.PARCEL
    return at_its_row(desk, replace(back, screen=screen, last=replace(last, undone=True)))


def too_late(desk: Desk, state: BenchState) -> BenchState:
    """The time to undo is over, or there is nothing to undo; the state stays."""
    problem = StationProblem("undo.late", N_("Too late to undo"), N_("Ask for a re-check in History"))
    return state.with_effects(sound=Sound.WARN, problem=problem)


def park(desk: Desk, state: BenchState) -> BenchState:
    """F9: put the open parcel aside; it shows in the queue with a pause sign."""
    case, person = state.case, state.person
    assert person is not None
    if case is None or case.inspection.state is not InspectionState.OPEN:
        return state.with_effects(sound=Sound.WARN)
    receiving.park(desk, case, person)
    return state.waiting(sound=Sound.COMMAND)


def leave(desk: Desk, state: BenchState) -> BenchState:
    """Another person signs in: what was left open is parked without a sound; nothing happens when nothing was."""
    case, person = state.case, state.person
    if case is None or person is None or case.inspection.state is not InspectionState.OPEN:
        return state.with_effects()
    receiving.park(desk, case, person)
    return state.waiting()
