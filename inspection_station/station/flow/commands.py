"""Command codes and keys: one list of acts, reached by keyboard, pedal, button or a printed code (DECISIONS.md 44)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from inspection_station.domain.command_codes import COMMAND_PREFIX, KEYS, disposition_named
from inspection_station.domain.identifiers import ScanKind, recognise
from inspection_station.errors import N_, StationProblem
from inspection_station.station.flow import acts, answer_acts, exception_acts, finishing, scanned_keys, scanning
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows.case import Desk

Act = Callable[[Desk, BenchState], BenchState]

COMMANDS: Mapping[str, Act] = {
    "OK": acts.primary,
    "TEST": lambda desk, state: state.with_effects(),  # only the scanner's card in the settings has more to say
    "PROBLEM": acts.problem,
    "EXCEPTION": exception_acts.menu,
    "EMPTY": exception_acts.empty_parcel,
    "DAMAGED": exception_acts.outside_damaged,
    "UNCLAIMED": exception_acts.unclaimed,
    "MISSING": exception_acts.missing_unit,
    "UNDO": finishing.undo,
    "REPRINT": acts.reprint,
    "CANCEL": acts.back,
    "PARK": finishing.park,
    "MORE": scanned_keys.more,
}
BY_THE_WINDOW = frozenset({"PHOTO", "RETAKE", "LOCK", "PRACTICE"})
"""Commands that need the camera or the whole window; they are done there and never get here."""
_SILENT = ("TEST",)  # does nothing, and that is right


def scan(desk: Desk, state: BenchState, raw: str) -> BenchState:
    """Take a scan, wherever the focus is: a command code is done, any other code is taken by its context."""
    try:
        code = recognise(raw, desk.book.carriers)
    except StationProblem as problem:
        return state.with_effects(sound=Sound.ERROR, problem=problem)
    if code.kind is ScanKind.COMMAND:
        return command(desk, state, code.text.removeprefix(COMMAND_PREFIX))
    return scanning.take_code(desk, state, code)


def scan_into_row(desk: Desk, state: BenchState, raw: str) -> BenchState:
    """Take a scan that came while the field of a row had the focus: its answer, or what it means anywhere else."""
    if answer_acts.is_for_row(desk, state, raw):
        return answer_acts.enter_value(desk, state, raw)
    return scan(desk, state, raw)


def command(desk: Desk, state: BenchState, name: str) -> BenchState:
    """Do what the command code ``CMD-name`` says; an unknown one gets the error sound and a sentence.

    So does one that means nothing on this screen: with gloves on the sound is the only answer that is noticed.
    """
    act = _act(desk, state, name)
    if act is None:
        problem = StationProblem(
            "command.unknown", N_("Unknown command code"), N_("Use a code of the printed command sheet.")
        )
        return state.with_effects(sound=Sound.ERROR, problem=problem)
    if name == "OK" and state.screen in (Screen.WAITING, Screen.EXCEPTIONS):
        return state.with_effects(sound=Sound.ERROR)  # no primary action to do there
    after = act(desk, state)
    if after == state.with_effects() and name not in _SILENT:
        return state.with_effects(sound=Sound.ERROR, problem=not_here())
    if after.effects.sound is None and after.effects.problem is None:
        after = replace(after, effects=replace(after.effects, sound=Sound.COMMAND))
    return after


def _act(desk: Desk, state: BenchState, name: str) -> Act | None:
    """What the command means on this screen; None for an unknown one. A disposition can be chosen when grading."""
    if name in KEYS:
        return partial(scanned_keys.press, key=name)
    if name == "UNCLAIMED" and state.screen is Screen.WAITING:
        return exception_acts.no_label
    disposition = disposition_named(name, desk.book.lists.words["dispositions"])
    if disposition and (name not in COMMANDS or (name == "UNCLAIMED" and state.screen is Screen.GRADE)):
        return partial(scanned_keys.dispose, disposition=disposition)
    return COMMANDS.get(name)


def not_here() -> StationProblem:
    """A command code was scanned where it does nothing."""
    return StationProblem(
        "command.not_here",
        N_("This command does nothing on this screen"),
        N_("The keys drawn on the screen are the commands that work here."),
    )
