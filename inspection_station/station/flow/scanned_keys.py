"""Keys pressed by a printed code: what a digit or letter means on the screen it is scanned on.

With gloves on everything is done by scanning, so each key that a page answers and that needs no typing afterwards has
its code. The state is left as it is where the key means nothing there.
"""

from __future__ import annotations

from collections.abc import Callable

from inspection_station.domain.checklist import TYPE_KEYS
from inspection_station.station.flow import acts, answer_acts, exception_acts
from inspection_station.station.flow.grading import disposition_at
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows.case import Desk

Act = Callable[[Desk, BenchState], BenchState]

_LETTERS: dict[Screen, dict[str, Act]] = {
    Screen.PARCEL: {"T": acts.confirm_by_eye, "S": exception_acts.still_sealed},
    Screen.CHECKLIST: {"T": acts.confirm_by_eye, "N": acts.normal, "0": acts.not_applicable},
    Screen.WRONG_ITEM: {"T": acts.confirm_by_eye, "X": exception_acts.extra_item},
    Screen.NO_MATCH: {"B": exception_acts.bind_candidate},
    Screen.LATE_MATCH: {"N": exception_acts.decline_match},
    Screen.ELSEWHERE: {"N": exception_acts.inspect_too},
    Screen.DUPLICATE: {"P": acts.reprint, "R": acts.recheck},
    Screen.GRADE: {"L": acts.ask_shares},
}
_CHOOSING = (Screen.DAMAGE, Screen.WRONG_ITEM, Screen.NO_MATCH, Screen.LATE_MATCH)


def press(desk: Desk, state: BenchState, key: str) -> BenchState:
    """Do what the key (a letter or digit) does on the screen of `state`."""
    act = _LETTERS.get(state.screen, {}).get(key)
    if act is not None:
        return act(desk, state)
    if state.screen is Screen.EXCEPTIONS:
        return exception_acts.choose_exception(desk, state, key)
    if state.screen is Screen.CHECKLIST and not key.isdigit():
        return _on_row(desk, state, key)
    if state.screen is Screen.GRADE and key in acts.LIABILITY_KEYS:
        return _heard(acts.choose_liability(desk, state, key))
    return _digit(desk, state, int(key)) if key.isdigit() else state.with_effects()


def _on_row(desk: Desk, state: BenchState, key: str) -> BenchState:
    if key in acts.SEVERITY_KEYS:
        return acts.choose_severity(desk, state, key)
    if key in TYPE_KEYS or key in answer_acts.PART_KEYS:
        return acts.choose_kind(desk, state, key)
    return state.with_effects()


def _digit(desk: Desk, state: BenchState, place: int) -> BenchState:
    if state.screen is Screen.PARCEL:
        return exception_acts.missing_part(desk, state, place)
    if state.screen is Screen.CHECKLIST:
        return acts.choose_row(desk, state, place)
    if state.screen in _CHOOSING:
        return exception_acts.choose(desk, state, place)
    if state.screen is Screen.GRADE:
        code = disposition_at(desk, state, place)
        return dispose(desk, state, code) if code else state.with_effects()
    return state.with_effects()


def dispose(desk: Desk, state: BenchState, disposition: str) -> BenchState:
    """Choose a disposition when grading; anywhere else it means nothing."""
    if state.screen is not Screen.GRADE:
        return state.with_effects()
    return _heard(acts.choose_disposition(desk, state, disposition))


def _heard(state: BenchState) -> BenchState:
    """What is chosen already may be chosen again: that is no mistake, and sounds like a choice."""
    return state if state.effects.sound is not None else state.with_effects(sound=Sound.COMMAND)


def more(desk: Desk, state: BenchState) -> BenchState:
    """PgDn: the next page of rows or dispositions; after the last page of rows the first again."""
    if state.screen is Screen.GRADE:
        return acts.more_dispositions(desk, state)
    after = answer_acts.turn_page(desk, state, 1)
    if after.row != state.row or state.screen is not Screen.CHECKLIST:
        return after
    rows = answer_acts.asked(desk, state)
    return answer_acts.turn_page(desk, state, -answer_acts.page_of(rows, state.row))
