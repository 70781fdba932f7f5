"""Always listening: tells a keyboard-wedge scanner's keys from a person's, wherever the focus is.

A scanner types 7–16 ms between characters, a person 80 ms and more. Gaps are taken from the time stamps of the key
events, never from the time of processing: after a stall of the window a person's keys arrive back to back and would
look like a scan. Single keys are held for the length of one gap and then replayed as ordinary keys.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from inspection_station.errors import N_, StationProblem

MIN_CHARACTERS = 4
MIN_UNTERMINATED = 8
MAX_GAP_MS = 35
GAP_RANGE_MS = (20, 80)
ENTER_GUARD_MS = 300
DUPLICATE_WINDOW_MS = 1500
LONGEST_STALL_MS = 2000
FNC1 = "\x1d"
TERMINATORS = {Qt.Key.Key_Return: "Enter", Qt.Key.Key_Enter: "Enter", Qt.Key.Key_Tab: "Tab"}
ACTING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
EDITING_KEYS = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
                Qt.Key.Key_Down)  # fmt: skip


@dataclass(frozen=True)
class ScanFacts:
    """What is known of the last scan, for the scanner's card in the settings.

    Attributes:
        text: the code after normalisation.
        raw: the code as it was typed.
        gaps: milliseconds between its characters (and the terminator), by their time stamps.
        duration_ms: from the first character to the last key.
        terminator: ``Enter``, ``Tab`` or ``none``.
        source: ``wedge``, ``serial`` or ``camera``.
    """

    text: str
    raw: str
    gaps: tuple[int, ...]
    duration_ms: int
    terminator: str
    source: str = "wedge"


def normalise_scan(raw: str) -> str:
    """`raw` with full-width forms made half-width (NFKC) and outer blanks gone.

    Raises:
        StationProblem: it is empty or holds a control character other than GS1's FNC1 (``scan.control``).
    """
    text = "".join(unicodedata.normalize("NFKC", part) for part in raw).strip(" \r\n\t")
    if not text or any(unicodedata.category(c) in ("Cc", "Cs", "Cn") and c != FNC1 for c in text):
        raise StationProblem(
            "scan.control", N_("This code cannot be read as text"), N_("Scan it again, or type the number with F2.")
        )
    return text


def same_code(one: str, other: str) -> bool:
    """Codes are compared without regard to case."""
    return one.casefold() == other.casefold()


class BounceGuard:
    """Tells a trigger bounce: the same parcel code again within 1.5 s."""

    def __init__(self, window_ms: int = DUPLICATE_WINDOW_MS) -> None:
        self._window = window_ms
        self._last = ""
        self._when = float("-inf")

    def is_bounce(self, code: str, now_ms: float) -> bool:
        """True when `code` is to be ignored without a sound; MUST be asked for parcel codes only."""
        bounce = same_code(code, self._last) and now_ms - self._when < self._window
        self._last, self._when = code, now_ms
        return bounce


def takes_text(widget: QObject | None) -> bool:
    """True for a widget that a person types into."""
    names = ("QLineEdit", "QTextEdit", "QPlainTextEdit", "QAbstractSpinBox")
    if widget is None or not any(widget.inherits(name) for name in names):
        return False
    return not bool(widget.property("readOnly"))


def accepts_scan(widget: QObject | None) -> bool:
    """True when the widget declares the property ``acceptsScan``."""
    return takes_text(widget) and widget is not None and bool(widget.property("acceptsScan"))


def _copy(event: QKeyEvent, kind: QEvent.Type) -> QKeyEvent:
    copied = QKeyEvent(kind, event.key(), event.modifiers(), event.nativeScanCode(), event.nativeVirtualKey(),
                       event.nativeModifiers(), event.text(), False, 1)  # fmt: skip
    copied.setTimestamp(event.timestamp())
    return copied


class WedgeFilter(QObject):
    """Application-wide event filter that turns fast key bursts into scans.

    Signals:
        scanned(str): a code, normalised; handlers find the timing in `last_scan`.
        refused(StationProblem): a burst that is no readable code.
        used(): a key or the pointer was pressed somewhere: somebody is at the bench.
        composed(): an input method composed text outside a text field, so it may swallow a scan.

    A focused text field gets a scan only if it declares the property ``acceptsScan`` and a method
    ``accept_scan(str)``; then `scanned` is not emitted.

    Args:
        clock: milliseconds of a monotonic clock, the one of the key events in tests.
    """

    scanned = Signal(str)
    refused = Signal(object)
    used = Signal()
    composed = Signal()

    def __init__(
        self,
        *,
        max_gap_ms: int = MAX_GAP_MS,
        accept_unterminated: bool = False,
        clock: Callable[[], float] = lambda: time.monotonic() * 1000,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.accept_unterminated = accept_unterminated
        self._clock = clock
        self._max_gap = max_gap_ms
        self._buffer: list[QKeyEvent] = []
        self._swallowed_releases: set[int] = set()
        self._replaying = False
        self._last_pass = False
        self._lag_free: float | None = None
        self._guard_from = float("-inf")
        self.last_scan: ScanFacts | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_pause)
        self.set_max_gap(max_gap_ms)

    def install(self) -> None:
        """Start to listen: filter the application's events and keep input methods out of everything but text."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.installEventFilter(self)
            application.focusChanged.connect(self._on_focus_changed)

    def remove(self) -> None:
        """Stop listening; keys still held are given back first."""
        self._flush()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.removeEventFilter(self)
            application.focusChanged.disconnect(self._on_focus_changed)

    @property
    def max_gap_ms(self) -> int:
        """Longest gap between two characters of a scan."""
        return self._max_gap

    def set_max_gap(self, milliseconds: int) -> None:
        """Calibrate the longest gap; brought into 20–80 ms."""
        self._max_gap = max(GAP_RANGE_MS[0], min(GAP_RANGE_MS[1], milliseconds))

    def primary_changed(self) -> None:
        """The primary action is another one from now on: Enter and Space do nothing for 300 ms."""
        self._guard_from = self._clock()

    def enter(self, raw: str, source: str) -> None:
        """Take a code from a serial scanner or the camera, exactly as if it had been typed."""
        self._deliver(ScanFacts("", raw, (), 0, "none", source))

    # Qt calls this for every event of the application.
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress) and not self._replaying:
            self.used.emit()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return not self._replaying and self._on_press(event)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return not self._replaying and self._on_release(event)
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # A single letter must never reach a shortcut before it is known not to be part of a scan.
            if not self._replaying and self._is_character(event):
                event.accept()
                return True
        elif kind == QEvent.Type.InputMethod and not takes_text(watched):
            self.composed.emit()
        return False

    @staticmethod
    def _is_character(event: QKeyEvent) -> bool:
        text = event.text()
        if not text:
            return False
        if text == FNC1:
            return True
        chord = event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        )
        alt_gr = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return text.isprintable() and (not chord or chord == alt_gr)

    def _stamp(self, event: QKeyEvent) -> float:
        return float(event.timestamp()) or self._clock()

    def _on_press(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return not (takes_text(QApplication.focusWidget()) and event.key() in EDITING_KEYS)
        key = event.key()
        if key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
                   Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock):  # fmt: skip
            return False
        fast = bool(self._buffer) and self._stamp(event) - self._stamp(self._buffer[-1]) <= self._max_gap
        if key in TERMINATORS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return self._on_terminator(event, fast)
        if not self._is_character(event):
            self._flush()
            return False
        if not fast:
            self._flush()
        self._buffer.append(_copy(event, QEvent.Type.KeyPress))
        self._swallowed_releases.add(key)
        self._last_pass = False
        self._timer.start(self._max_gap + 5)
        return True

    def _on_terminator(self, event: QKeyEvent, fast: bool) -> bool:
        if fast and len(self._buffer) >= MIN_CHARACTERS:
            keys, self._buffer = self._buffer, []
            self._timer.stop()
            self._swallowed_releases.add(event.key())
            stamps = [self._stamp(k) for k in keys] + [self._stamp(event)]
            self._deliver(self._facts(keys, stamps, TERMINATORS[Qt.Key(event.key())]))
            return True
        self._flush()
        return self._is_guarded(event)

    def _on_release(self, event: QKeyEvent) -> bool:
        if event.key() in self._swallowed_releases:
            if not event.isAutoRepeat():
                self._swallowed_releases.discard(event.key())
            return True
        return False

    def _is_guarded(self, event: QKeyEvent) -> bool:
        """True while the acting keys rest after a change of the primary action; text fields are not concerned."""
        if event.key() not in ACTING_KEYS or takes_text(QApplication.focusWidget()):
            return False
        now, stamp = self._clock(), self._stamp(event)
        # The smallest difference seen is a key that came without delay; more means the window was stalled.
        if self._lag_free is None or now - stamp - self._lag_free > LONGEST_STALL_MS:
            self._lag_free = now - stamp
        self._lag_free = min(self._lag_free, now - stamp)
        return stamp + self._lag_free < self._guard_from + ENTER_GUARD_MS

    def _facts(self, keys: list[QKeyEvent], stamps: list[float], terminator: str) -> ScanFacts:
        gaps = tuple(round(later - earlier) for earlier, later in pairwise(stamps))
        return ScanFacts("", "".join(k.text() for k in keys), gaps, round(stamps[-1] - stamps[0]), terminator)

    def _on_pause(self) -> None:
        if not self._last_pass:
            # After a stall the timer may be served before keys that already wait; let those in first.
            self._last_pass = True
            self._timer.start(0)
            return
        if self.accept_unterminated and len(self._buffer) >= MIN_UNTERMINATED:
            keys, self._buffer = self._buffer, []
            self._deliver(self._facts(keys, [self._stamp(k) for k in keys], "none"))
        else:
            self._flush()

    def _flush(self) -> None:
        """Give the held characters back as ordinary keys, in order."""
        self._timer.stop()
        keys, self._buffer = self._buffer, []
        for key in keys:
            if self._is_guarded(key):
                continue
            target = (
                QApplication.activePopupWidget()
                or QApplication.focusWidget()
                or QApplication.activeModalWidget()
                or QApplication.activeWindow()
            )
            if target is None:
                continue
            self._replaying = True
            try:
                QCoreApplication.sendEvent(target, key)
                QCoreApplication.sendEvent(target, _copy(key, QEvent.Type.KeyRelease))
            finally:
                self._replaying = False

    def _deliver(self, facts: ScanFacts) -> None:
        try:
            text = normalise_scan(facts.raw)
        except StationProblem as problem:
            self.refused.emit(problem)
            return
        self.last_scan = ScanFacts(text, facts.raw, facts.gaps, facts.duration_ms, facts.terminator, facts.source)
        field = QApplication.focusWidget()
        receive = getattr(field, "accept_scan", None)
        if accepts_scan(field) and callable(receive):
            receive(text)
        else:
            self.scanned.emit(text)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and not takes_text(now):
            now.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
            QGuiApplication.inputMethod().update(Qt.InputMethodQuery.ImEnabled)
