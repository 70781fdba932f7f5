"""Which key means which act on which screen (DESIGN section 6). Buttons and command codes lead to the same acts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from inspection_station.station.flow import acts, commands, finishing, scanning
from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.station.page_views import GradeView
from inspection_station.station.session import PageView, Step
from inspection_station.workflows.case import Desk

Key = Qt.Key
_DIGITS = {getattr(Key, f"Key_{digit}"): digit for digit in range(1, 10)}
_EVERYWHERE: Mapping[int, Step] = {
    Key.Key_Return: acts.primary,
    Key.Key_Enter: acts.primary,
    Key.Key_F12: finishing.undo,
    Key.Key_F11: acts.reprint,
    Key.Key_F9: finishing.park,
    Key.Key_Escape: acts.back,
}
_KINDS = "QWERASF"
_ON_SCREEN: Mapping[Screen, Mapping[int, Step]] = {
    Screen.PARCEL: {
        Key.Key_D: acts.problem,
        Key.Key_E: acts.exceptions,
        Key.Key_F4: acts.exceptions,
        Key.Key_T: acts.confirm_by_eye,
    },
    Screen.CHECKLIST: {
        Key.Key_N: acts.normal,
        Key.Key_0: acts.not_applicable,
        Key.Key_T: acts.confirm_by_eye,
        **{getattr(Key, f"Key_{key}"): partial(acts.choose_kind, kind=key) for key in _KINDS},
        **{getattr(Key, f"Key_{key}"): partial(acts.choose_severity, severity=key) for key in acts.SEVERITY_KEYS},
    },
    Screen.GRADE: {
        getattr(Key, f"Key_{key}"): partial(acts.choose_liability, party=key) for key in acts.LIABILITY_KEYS
    },
    Screen.NO_MATCH: {Key.Key_B: acts.bind_candidate},
    Screen.WRONG_ITEM: {Key.Key_T: acts.confirm_by_eye},
    Screen.DUPLICATE: {Key.Key_P: acts.reprint, Key.Key_R: acts.recheck},
}
_GRADE_KEYS = {Key.Key_A: "A", Key.Key_B: "B", Key.Key_C: "C", Key.Key_D: "D"}

ACTIONS: Mapping[str, Step] = {
    "primary": acts.primary,
    "problem": acts.problem,
    "exceptions": acts.exceptions,
    "back": acts.back,
    "undo": finishing.undo,
    "normal": acts.normal,
    "bind": acts.bind_candidate,
    "confirm_by_eye": acts.confirm_by_eye,
    "reprint": acts.reprint,
    "recheck": acts.recheck,
    "park": finishing.park,
}
"""Names that buttons carry."""


def act_of(event: QKeyEvent, screen: Screen, view: PageView) -> Step | None:
    """The act a key press stands for on `screen`; None when it means nothing there."""
    key, modifiers = event.key(), event.modifiers()
    keypad = bool(modifiers & Qt.KeyboardModifier.KeypadModifier)
    held = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    if held == Qt.KeyboardModifier.ShiftModifier and screen is Screen.GRADE and key in _GRADE_KEYS:
        return partial(acts.want_grade, grade=_GRADE_KEYS[Key(key)])
    if held != Qt.KeyboardModifier.NoModifier:
        return None
    if key in _DIGITS:
        return _digit(_DIGITS[Key(key)], keypad, screen, view)
    return _ON_SCREEN.get(screen, {}).get(key) or _EVERYWHERE.get(key)


def _digit(digit: int, keypad: bool, screen: Screen, view: PageView) -> Step | None:
    if screen is Screen.CHECKLIST:
        if keypad:
            return partial(acts.mark_place, place=str(digit))
        return partial(acts.choose_row, number=digit)
    if screen is Screen.GRADE and isinstance(view, GradeView):
        chosen = next((choice.name for choice in view.dispositions if choice.key == str(digit)), "")
        return partial(acts.choose_disposition, disposition=chosen) if chosen else None
    if screen in (Screen.NO_MATCH, Screen.EXCEPTIONS):
        return partial(acts.choose_candidate, place=digit)
    return None


def named(name: str) -> Step | None:
    """The act behind a button's name; None for names the window answers itself."""
    return ACTIONS.get(name)


def number_typed(text: str, screen: Screen) -> Step:
    """A number typed with F2: a clue on the no-match screen, otherwise the same as a scan of it."""
    def step(desk: Desk, state: BenchState) -> BenchState:
        if state.screen is Screen.NO_MATCH:
            return scanning.add_clue(desk, state, text.strip())
        return commands.scan(desk, state, text)

    return step
