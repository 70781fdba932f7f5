"""Always listening: tells a keyboard-wedge scanner's keys from a person's, wherever the focus is.

A scanner types 7–16 ms between characters, a person 80 ms and more. Gaps are taken from the time stamps of the key
events, never from the time of processing: after a stall of the window a person's keys arrive back to back and would
look like a scan. Single keys are held for the length of one gap and then replayed as ordinary keys.

A scan that came too slowly or in pieces is never taken for another code, and never for keys of a person where that can
be told: it is refused aloud (DECISIONS.md 56).
"""

from __future__ import annotations

import time
import unicodedata
from collections import deque
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from inspection_station.domain.gs1_codes import FNC1
from inspection_station.errors import StationProblem
from inspection_station.station.scan_pieces import MIN_CHARACTERS, MOST_CHARACTERS, PIECES_MS, Pieces, stamp_gap
from inspection_station.station.scanned_text import ScanFacts, is_test_code, normalise_scan, too_slow

MIN_UNTERMINATED = 8
MAX_GAP_MS = 35
GAP_RANGE_MS = (20, 80)
ENTER_GUARD_MS = 300
LONGEST_STALL_MS = 2000
TERMINATORS = {Qt.Key.Key_Return: "Enter", Qt.Key.Key_Enter: "Enter", Qt.Key.Key_Tab: "Tab"}
ACTING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
EDITING_KEYS = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
                Qt.Key.Key_Down)  # fmt: skip
MODIFIER_KEYS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
                 Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock)  # fmt: skip


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
        refused(StationProblem): a burst that is no readable code (``scan.control``), or one that came too slowly
            (``scan.too_slow``; its timing in `last_slow`). Such characters are lost to the window, never to the person.
        used(): a key or the pointer was pressed somewhere: somebody is at the bench.
        composed(): an input method composed text outside a text field, so it may swallow a scan.

    A focused text field gets a scan only if it declares the property ``acceptsScan`` and a method
    ``accept_scan(str)``; then `scanned` is not emitted. The test code goes into no field.

    Attributes:
        known: whether a text is a code by its form or expected now; asked on the GUI thread, so it MUST be quick.
        typing_gaps: the newest gaps between keys that people pressed, for the calibration, milliseconds.

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
        self.known: Callable[[str], bool] = lambda _text: False
        self.typing_gaps: deque[int] = deque(maxlen=400)
        self._clock = clock
        self._max_gap = max_gap_ms
        self._buffer: list[QKeyEvent] = []
        self._garbage = False  # the burst holds a key that no code has
        self._pieces = Pieces()
        self._ended = float("-inf")  # stamp of the last key of the last scan
        self._swallowed_releases: set[int] = set()
        self._replaying = False
        self._last_pass = False
        self._lag_free: float | None = None
        self._guard_from = float("-inf")
        self.last_scan: ScanFacts | None = None
        self.last_slow: ScanFacts | None = None
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
            if not self._replaying and (self._is_character(event) or self._is_garbage(event)):
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

    def _is_garbage(self, event: QKeyEvent) -> bool:
        """A control character or another key no code has, in the middle of a scan: it MUST not act on the window."""
        if event.key() in MODIFIER_KEYS or event.key() in TERMINATORS or not self._is_fast(event):
            return False
        text = event.text()
        control = len(text) == 1 and text != FNC1 and unicodedata.category(text) == "Cc"
        return control or (len(self._buffer) >= MIN_CHARACTERS and not self._is_character(event))

    def _stamp(self, event: QKeyEvent) -> float:
        return float(event.timestamp()) or self._clock()

    def _is_fast(self, event: QKeyEvent) -> bool:
        return bool(self._buffer) and stamp_gap(self._stamp(self._buffer[-1]), self._stamp(event)) <= self._max_gap

    def _on_press(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return not (takes_text(QApplication.focusWidget()) and event.key() in EDITING_KEYS)
        key = event.key()
        if key in MODIFIER_KEYS:
            return False
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if (key in TERMINATORS and not control) or self._is_line_end(event):
            return self._on_terminator(event)
        garbage = self._is_garbage(event)
        if not self._is_character(event) and not garbage:
            self._flush()
            return False
        if not self._is_fast(event):
            self._flush()
        self._garbage = self._garbage or garbage or len(self._buffer) >= MOST_CHARACTERS
        self._swallowed_releases.add(key)
        self._last_pass = False
        if len(self._buffer) < MOST_CHARACTERS:
            self._buffer.append(_copy(event, QEvent.Type.KeyPress))
        else:
            self._buffer[-1] = _copy(event, QEvent.Type.KeyPress)
        self._timer.start(self._max_gap + 5)
        return True

    def _is_line_end(self, event: QKeyEvent) -> bool:
        """Carriage return or line feed as some scanners send them: Ctrl+M, Ctrl+J right after the characters."""
        ending = event.text() in ("\r", "\n") and event.key() not in TERMINATORS
        return ending and (self._is_fast(event) or self._follows_a_scan(event))

    def _follows_a_scan(self, event: QKeyEvent) -> bool:
        return not self._buffer and stamp_gap(self._ended, self._stamp(event)) <= self._max_gap

    def _on_terminator(self, event: QKeyEvent) -> bool:
        if self._follows_a_scan(event):  # the second key of an ending such as Enter and line feed, or Tab and Enter
            self._ended = self._stamp(event)
            self._swallowed_releases.add(event.key())
            return True
        whole = self._is_fast(event) and len(self._buffer) >= MIN_CHARACTERS
        if self._ends_a_slow_scan(event, whole):
            self._swallowed_releases.add(event.key())
            self._drop_slow_scan(event)
            return True
        if whole:
            keys = self._take_buffer()
            self._swallowed_releases.add(event.key())
            self._pieces = Pieces()
            stamps = [self._stamp(k) for k in keys] + [self._stamp(event)]
            self._ended = stamps[-1]
            self._deliver(self._facts(keys, stamps, TERMINATORS.get(Qt.Key(event.key()), "Enter")))
            return True
        self._flush()
        return self._is_guarded(event)

    # --- scans in pieces ----------------------------------------------------------------------------------

    def _ends_a_slow_scan(self, event: QKeyEvent, whole: bool) -> bool:
        """Whether Enter ends a scan of which a part was given back as keys already, or that waited for its Enter.

        In a text field a person may type any code and press Enter: only what would be taken for a scan is looked at.
        """
        if takes_text(QApplication.focusWidget()) and not whole:
            return False
        tail, stamp = "".join(key.text() for key in self._buffer), self._stamp(event)
        if len(tail) >= MIN_CHARACTERS and not whole:
            return stamp_gap(self._stamp(self._buffer[-1]), stamp) <= PIECES_MS
        begun = self._stamp(self._buffer[0]) if self._buffer else stamp
        pieces, joined = self._pieces, self._pieces.text + tail
        if not pieces.reach(begun):
            return False
        if pieces.begin_a_scan(begun) if whole else pieces.are_a_scan(begun, len(tail)):
            return True
        return len(joined) >= MIN_UNTERMINATED and self.known(joined) and not self.known(tail)

    def _drop_slow_scan(self, event: QKeyEvent) -> None:
        keys, self._garbage = self._take_buffer(), False
        if keys:
            self._note_piece(keys)
        pieces, self._pieces = self._pieces, Pieces()
        self._ended = self._stamp(event)
        if keys or not pieces.delivered:
            self._tell_slow(*pieces.timing(self._ended, self.known(pieces.text)), "Enter", told=pieces.told)

    def _tell_slow(self, text: str, gaps: tuple[int, ...], terminator: str, *, told: bool = False) -> None:
        self.last_slow = ScanFacts(text, text, gaps, sum(gaps), terminator)
        if not told:
            self.refused.emit(too_slow())

    def _note_piece(self, keys: list[QKeyEvent]) -> None:
        """Remember what is given back: it may have been a piece of a scan."""
        stamps = [self._stamp(key) for key in keys]
        if not self._pieces.reach(stamps[0]):
            self._pieces = Pieces()
        self._pieces.add("".join(key.text() for key in keys), stamps)

    # --- keys ---------------------------------------------------------------------------------------------

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
        gaps = tuple(round(stamp_gap(*pair)) for pair in pairwise(stamps))
        raw = "".join(k.text() for k in keys) + ("\0" if self._garbage else "")
        self._garbage = False
        return ScanFacts("", raw, gaps, sum(gaps), terminator)

    def _take_buffer(self) -> list[QKeyEvent]:
        self._timer.stop()
        keys, self._buffer = self._buffer, []
        return keys

    def _on_pause(self) -> None:
        if not self._last_pass:
            # After a stall the timer may be served before keys that already wait; let those in first.
            self._last_pass = True
            self._timer.start(0)
            return
        self._flush()

    def _flush(self) -> None:
        """Give the held characters back as ordinary keys, in order; many at a scanner's speed are a scan."""
        keys = self._take_buffer()
        if not keys:
            return
        if self.accept_unterminated and len(keys) >= MIN_UNTERMINATED:
            self._pieces = Pieces()
            self._note_piece(keys)
            self._pieces.delivered = True
            self._deliver(self._facts(keys, [self._stamp(k) for k in keys], "none"))
            return
        garbage, self._garbage = self._garbage, False
        typing = takes_text(QApplication.focusWidget())
        self._note_piece(keys)
        pieces = self._pieces
        if garbage or pieces.told or (len(keys) >= MIN_UNTERMINATED and not typing):
            if not pieces.told:
                pieces.told = True
                self._tell_slow(pieces.text, pieces.gaps, "none")
            return
        if len(keys) == 1 and pieces.gaps:
            self.typing_gaps.append(pieces.gaps[-1])
        for key in keys:
            if self._is_guarded(key):
                continue
            self._replay(key)

    def _replay(self, key: QKeyEvent) -> None:
        target = (
            QApplication.activePopupWidget()
            or QApplication.focusWidget()
            or QApplication.activeModalWidget()
            or QApplication.activeWindow()
        )
        if target is None:
            return
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
        if accepts_scan(field) and callable(receive) and not is_test_code(text):
            receive(text)
        else:
            self.scanned.emit(text)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and not takes_text(now):
            now.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
            QGuiApplication.inputMethod().update(Qt.InputMethodQuery.ImEnabled)
