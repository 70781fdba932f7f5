"""A day at a bench in a moment: scans and keystrokes on a clock of their own, and a window that stalls now and then."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.domain.check_digits import gtin_check_digit
from inspection_station.domain.identifiers import label_code, rt_number, tote_code
from inspection_station.station.wedge_scanner import WedgeFilter

KEYS = "dext123456789qwasfzcuiop"
ENDINGS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}
Happening = tuple[str, str]
"""``scan`` or ``refused`` with the text, or ``key`` with the key that reached the window."""


class Keys(QWidget):
    """A window that writes down what reaches it, and when."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._traffic = traffic

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = "\r" if event.key() == Qt.Key.Key_Return else "\t" if event.key() == Qt.Key.Key_Tab else event.text()
        self._traffic.reached(key, event.timestamp())

    def focusNextPrevChild(self, forward: bool) -> bool:
        return False  # Tab is written down, too


class HandTimer:
    """In place of the filter's timer: due on the traffic's own clock."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self.due: float | None = None

    def start(self, milliseconds: int) -> None:
        self.due = self._traffic.now + milliseconds

    def stop(self) -> None:
        self.due = None


def some_code(dice: random.Random) -> str:
    """A code as they come at a bench, 4 to 34 characters."""
    number = dice.randrange(10**12)
    makers = (
        lambda: f"SF{number:013d}",
        lambda: f"JDVA{number:012d}-1-1-",
        lambda: f"{number:012d}{gtin_check_digit(f'{number:012d}')}",
        lambda: f"{number % 10**9:012d}",
        lambda: label_code(rt_number_of(dice), dice.randint(1, 99)),
        lambda: tote_code(dice.randint(1, 999_999)),
        lambda: dice.choice(("CMD-OK", "CMD-UNDO", "CMD-PHOTO", "BADGE-7A31")),
        lambda: f"01{number % 10:01d}690123456789{dice.randint(0, 9)}\x1d21{number % 10**6}",
        lambda: f"TB-2026-{number % 10**6}",
        lambda: "".join(dice.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=dice.randint(4, 20))),
    )
    return dice.choice(makers)()


def rt_number_of(dice: random.Random) -> str:
    """Some RT number."""
    from datetime import date

    return rt_number(date(2026, 11, 21), dice.randint(1, 999), dice.randint(1, 99_999))


@dataclass
class Traffic:
    """Scans and keystrokes, delivered to a filter; `happened` is what came of them, `expected` what had to.

    Args:
        scan_gaps: fewest and most milliseconds between two keys of a scan.
        key_gap: the fewest between a person's key and any other key.
        endings: what scanners send at the end; an empty text for none.
    """

    seed: int
    scan_gaps: tuple[int, int] = (1, 30)
    key_gap: int = 60
    endings: tuple[str, ...] = ("\r", "\r", "\t")
    now: float = 0.0
    start: float = 10_000.0
    happened: list[Happening] = field(default_factory=list)
    expected: list[Happening] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.now = self.start
        self.window = Keys(self)
        self.timer = HandTimer(self)
        self._stalls: list[tuple[float, float]] = []

    def reached(self, key: str, stamp: float) -> None:
        """A key reached the window."""
        self.happened.append(("key", key))
        if not any(begun <= self.now and stamp <= ended for begun, ended in self._stalls[-2:]):
            self.waits.append(self.now - stamp)

    def listen(self, wedge: WedgeFilter) -> None:
        """Write down what `wedge` says, and run its timer."""
        wedge._timer = self.timer  # type: ignore[assignment]
        wedge.scanned.connect(lambda text: self.happened.append(("scan", text)))
        wedge.refused.connect(lambda problem: self.happened.append(("refused", problem.code)))

    def _keystrokes(self, scans: int, only: str | None) -> Iterator[tuple[float, str]]:
        dice, at = self.dice, self.start
        for _ in range(scans):
            for _ in range(dice.choice((0, 0, 0, 1, 2, 5)) if only is None else 0):
                at += self.key_gap + dice.choice((0, 0, 10, 60, 300))
                key = dice.choice((*KEYS, " ", "\r"))
                self.expected.append(("key", key))
                yield at, key
            at += self.key_gap + dice.choice((0, 0, 20, 400))
            code = only or some_code(dice)
            ending = dice.choice(self.endings)
            for place, key in enumerate(code + ending):
                at += dice.randint(*self.scan_gaps) if place else 0
                yield at, key
            self.expected.append(("scan", code))
            at += 0 if ending else 120

    def run(self, wedge: WedgeFilter, scans: int, *, stalls: bool = True, only: str | None = None) -> None:
        """Deliver `scans` scans and the keys between them; the window stands still for 0.05–1.5 s now and then."""
        waiting = list(self._keystrokes(scans, only))
        place, stalled = 0, 0.0
        while place < len(waiting) or self.timer.due is not None:
            due = [self.timer.due] if self.timer.due is not None else []
            soonest = min([*due, *([waiting[place][0]] if place < len(waiting) else [])])
            self.now = max(self.now, soonest)
            if stalls and self.now > stalled and self.dice.random() < 0.02:
                begun, stalled = self.now, self.now + self.dice.choice((50, 120, 400, 1500))
                self._stalls.append((begun, stalled))
                self.now = stalled
            # One turn of the event loop: the timer may be served before the keys that wait, or after them.
            if self.timer.due is not None and self.timer.due <= self.now and self.dice.random() < 0.5:
                self._fire(wedge)
            while place < len(waiting) and waiting[place][0] <= self.now:
                QCoreApplication.sendEvent(self.window, key_event(waiting[place][1], waiting[place][0]))
                place += 1
            if self.timer.due is not None and self.timer.due <= self.now:
                self._fire(wedge)

    def _fire(self, wedge: WedgeFilter) -> None:
        self.timer.due = None
        wedge._on_pause()


def key_event(text: str, stamp: float) -> QKeyEvent:
    """A key press as a keyboard makes it."""
    key = ENDINGS.get(text) or (Qt.Key.Key_BracketRight if text == "\x1d" else ord(text.upper()))
    shift = Qt.KeyboardModifier.ShiftModifier if text.isupper() else Qt.KeyboardModifier.NoModifier
    event = QKeyEvent(QEvent.Type.KeyPress, int(key), shift, text)
    event.setTimestamp(round(stamp))
    return event
