"""What all pages have in common: keys by name, the primary action, the camera's key rules."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.station.camera_view import CameraView
from inspection_station.station.mark_bar import set_mark_view
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.views import PrimaryView

BY_KEY = 0.3  # seconds within which an act belongs to the key pressed before it
AHEAD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") | {f"Num{digit}" for digit in range(10)}
"""Keys that can be typed ahead of the page they are for; Enter, Space and Esc count for what is to be seen only."""
AHEAD_SECONDS = 1.0  # a page that has not come by then was not opened

NAMED_KEYS = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Space: "Space",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_PageUp: "PgUp",
    Qt.Key.Key_PageDown: "PgDn",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Plus: "+",
    Qt.Key.Key_Minus: "-",
    Qt.Key.Key_F13: "Pedal",
}


def key_name(event: QKeyEvent) -> str:
    """The name of a key press: ``Enter``, ``D``, ``Shift+A``, ``Ctrl+E``, ``Num7``, ``F12``, ``Pedal``; or empty."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers()
    if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return ""
    name = NAMED_KEYS.get(key, "")
    if not name and Qt.Key.Key_F1 <= key <= Qt.Key.Key_F12:
        name = f"F{key - Qt.Key.Key_F1 + 1}"
    if not name and Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        name = chr(key)
        if modifiers & Qt.KeyboardModifier.KeypadModifier:
            name = f"Num{name}"
    if not name and Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        name = chr(key)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            name = f"Shift+{name}"
    if name and modifiers & Qt.KeyboardModifier.ControlModifier:
        name = f"Ctrl+{name}"
    return name


class Page(QWidget):
    """A screen between the top bar and the status strip.

    A page knows its keys by name (`bind`); `press` does what a key would, for command codes too.

    Signals:
        primary_pressed(): the primary action, however it was reached.
        primary_changed(): the primary action is another one; connect to the scanner filter's guard.
        action_pressed(str): a secondary action by its name.
    """

    primary_pressed = Signal()
    primary_changed = Signal()
    action_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._keys: dict[str, Callable[[], object]] = {}
        self._primary: PrimaryButton | None = None
        self._meant = PrimaryView("")  # what the primary stands for when nothing takes its place
        self._instead: tuple[PrimaryView, Callable[[], object]] | None = None
        self._pressed = ("", 0.0)  # the last key that did something, and when
        self._held: list[str] = []  # keys for the page that is being opened
        self._holds_until = 0.0

    def take_primary(self, button: PrimaryButton) -> None:
        """Make `button` this page's primary action."""
        self._primary = button
        button.clicked.connect(self._press_primary)
        button.action_changed.connect(self.primary_changed)

    def _press_primary(self) -> None:
        if self._instead is not None:
            self._instead[1]()
        elif self._primary is not None and not self._primary.view.busy:
            self.primary_pressed.emit()

    def show_primary(self, view: PrimaryView) -> None:
        """Let the primary stand for `view` and answer to its key, once nothing takes its place."""
        self._meant = view
        self._put_primary(self._instead[0] if self._instead else view)

    def stand_in(self, view: PrimaryView, act: Callable[[], object]) -> None:
        """Let the primary stand for `view` and do `act` until `stand_back`, whatever it is meant for meanwhile."""
        self._instead = view, act
        self._put_primary(view)

    def stand_back(self) -> None:
        """Let the primary stand for what it is meant for."""
        if self._instead is not None:
            self._instead = None
            self._put_primary(self._meant)

    def show_draft(self, camera: CameraView) -> None:
        """While a mark is drawn on the photo that `camera` shows, Enter sets it: the primary says so."""
        if camera.draft is not None:
            view = set_mark_view(camera.draft.arrow, camera.draft.sized)
            self.stand_in(view, lambda: camera.end_mark(keep=True))
        else:
            self.stand_back()

    def _put_primary(self, view: PrimaryView) -> None:
        if self._primary is None:
            return
        for key in ("Enter", "Space"):
            if self._keys.get(key) == self._primary.try_press:
                del self._keys[key]
        self._primary.set_view(view)
        if view.key:
            self.bind(view.key, self._primary.try_press)

    def bind(self, key: str, act: Callable[[], object]) -> None:
        """Let `key` (a name of `key_name`) do `act`; `act` may return False for "not now"."""
        self._keys[key] = act

    def unbind_all(self) -> None:
        """Forget every key, before the keys of another view are bound."""
        self._keys.clear()

    def press(self, key: str) -> bool:
        """Do what `key` does here; False when it does nothing now (the error sound is due for a command code)."""
        if self._holds(key):
            self._held.append(key)
            return True
        act = self._keys.get(key) or (self._keys.get("Space") if key == "Pedal" else None)
        self._pressed = key, time.monotonic()
        return act is not None and act() is not False

    def trigger(self) -> str:
        """What released what is asked for just now: ``pedal``, ``key``, or ``touch`` for a button pressed."""
        key, at = self._pressed
        if time.monotonic() - at > BY_KEY:
            return "touch"
        return "pedal" if key == "Pedal" else "key"

    def knows(self, key: str) -> bool:
        """True when `key` has a meaning on this page now."""
        return self._holds(key) or key in self._keys or (key == "Pedal" and "Space" in self._keys)

    def _holds(self, key: str) -> bool:
        return key in AHEAD and time.monotonic() < self._holds_until

    def hold_keys(self) -> None:
        """Another page is being opened from this one: letters and digits typed from now on are for that one."""
        self._held, self._holds_until = [], time.monotonic() + AHEAD_SECONDS

    def release_keys(self) -> tuple[str, ...]:
        """The keys held, in order; from now on keys are for this page again."""
        held, self._holds_until = tuple(self._held), 0.0
        self._held = []
        return held

    def rest_focus(self) -> None:
        """Put the focus where it rests: on the primary button, or on the page."""
        target: QWidget = self._primary if self._primary is not None and self._primary.isEnabled() else self
        if target is self:
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QEvent) -> None:
        self.rest_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = key_name(event)
        if name and self.knows(name):
            self.press(name)
            event.accept()
        else:
            event.ignore()
