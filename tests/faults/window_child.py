"""A whole station with its window, off screen, to be killed: a person with a scanner and keys works on and on.

    python window_child.py FOLDER PRINTER_PORT SEED     works until it is killed
    python window_child.py FOLDER PRINTER_PORT end      finishes what lies unfinished, then ends in order

On its output, unbuffered, a line of JSON: what the widgets show, whenever they show something else (`Eyes`), and
what the person does (``does``), before it is done. Needs the project and its tests folder in PYTHONPATH.
"""

from __future__ import annotations

import json
import logging
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from gui.working_bench import PATIENCE, WorkingBench, running, settings_of
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspection_station.admin.demo_answers import fine_number
from inspection_station.admin.demo_returns import demo_script
from inspection_station.domain.checklist import TYPE_KEYS, Choice, FreeText, Number, Serial
from inspection_station.domain.inspection import InspectionState
from inspection_station.settings import Settings
from inspection_station.station import print_queue
from inspection_station.station.context_bar import ContextBar
from inspection_station.station.flow.state import Screen
from inspection_station.station.launch import take_folder
from inspection_station.station.page_views import ParcelView
from inspection_station.station.photo_strip import ShotTile
from inspection_station.workflows.case import template_of

CASES = ("clean", "defect", "wrong_item", "serial_mismatch", "outer_damaged")
LONGEST_WORK = 120  # things done to one parcel; more means that it does not go on
READS_WITHIN = 1.0  # seconds that a person waits for the camera to read the tag before they scan it


def child_settings(folder: Path, port: int) -> Settings:
    """The settings of the station in `folder` whose labels go to the printer on this machine's `port`."""
    return settings_of(folder, printer={"kind": "raw_9100", "address": "127.0.0.1", "port": port})


def say(**told: object) -> None:
    """Say one thing at once."""
    os.write(1, json.dumps(told, ensure_ascii=False).encode() + b"\n")


class Loud(logging.Handler):
    """What the program itself thinks is wrong is no part of its work: it is said too."""

    def emit(self, record: logging.LogRecord) -> None:
        say(fault=f"{record.levelname} {record.name}: {logging.Formatter().format(record)}")


class Turns:
    """Lets Qt work until something holds."""

    def __init__(self) -> None:
        self.after: Callable[[], None] = lambda: None

    def waitExposed(self, window: object) -> None:
        """Off screen a window is exposed once Qt has had its turn."""
        QTest.qWait(1)

    def waitUntil(self, holds: Callable[[], bool], timeout: int = PATIENCE) -> None:
        """Wait; ends the process when it never holds."""
        end = monotonic() + timeout / 1000
        while not holds():
            if monotonic() > end:
                raise TimeoutError("the window does not go on")
            QTest.qWait(2)
            self.after()


class Eyes:
    """What a person sees: read from the widgets on screen, not from what the program knows."""

    def __init__(self, bench: WorkingBench) -> None:
        self._bench = bench
        self._before: dict[str, Any] = {}

    def look(self, *_anything: object) -> None:
        """Say what is on screen if it is not what it was."""
        seen = self.seen()
        if seen != self._before:
            self._before = seen
            say(**seen)

    def seen(self) -> dict[str, Any]:
        """Screen, parcel, its photos that are marked as stored, the toast of the item done, what is recorded."""
        app = self._bench.app
        window, pages = app.window, app.bench.pages
        if window.area != "inspect" or app.session.now is None:
            return {"screen": window.area}
        tiles = [tile for tile in pages.page.findChildren(ShotTile) if tile.isVisible()]
        bars = [bar for bar in pages.page.findChildren(ContextBar) if bar.isVisible()]
        toast = pages.waiting.toast
        case = app.session.now.state.case
        return {
            "screen": app.session.now.state.screen.value,
            "page": type(pages.page).__name__,
            "parcel": bars[0]._carrier.text().split(" ", 1)[-1].replace(" ", "") if bars else "",
            "number": bars[0]._number.text() if bars else "",
            "photos": [tile.view.picture.stem for tile in tiles
                       if tile.view.state == "stored" and isinstance(tile.view.picture, Path)],
            "done": toast._view.number if toast.isVisible() and toast._view is not None else "",
            "inspection": case.inspection.id if case else "",
            "events": [event.id for event in case.events] if case else [],
        }  # fmt: skip


class Usual(random.Random):
    """Chance that never wants anything out of the ordinary."""

    def random(self) -> float:
        return 0.6


class Hands:
    """A person who does what the screen asks for, and now and then something else."""

    def __init__(self, bench: WorkingBench, chance: random.Random) -> None:
        self.bench, self.chance = bench, chance
        self._known = {number for number, parcel in demo_script().items() if parcel.case in CASES}

    def do(self, what: str, act: Callable[[], None]) -> None:
        """Say it, do it, and wait until the window has answered."""
        say(does=what)
        act()
        self.bench.quiet()

    def press(self, *keys: str) -> None:
        self.do(" ".join(keys), lambda: self.bench.press(*keys))

    def step(self) -> None:
        """One thing that the screen asks for; the next parcel when nothing lies there."""
        match self.bench.screen:
            case Screen.WAITING:
                self._next_parcel()
            case Screen.PARCEL | Screen.CHECKLIST:
                self._at_the_item()
            case Screen.DUPLICATE | Screen.EXCEPTIONS:
                self.press("Esc")
            case Screen.GRADE:
                self.press(self.chance.choices(("Enter", "Esc", "F12"), (90, 5, 5))[0])
            case _:
                self.press("Enter")

    def finish(self) -> None:
        """Go on until nothing lies open."""
        for _ in range(LONGEST_WORK):
            if self.bench.screen is Screen.WAITING:
                return
            self.step()
        raise RuntimeError(f"no end of it on {self.bench.screen}: {self.bench.told[-3:]}")

    def _next_parcel(self) -> None:
        shown = self.bench.shown
        last = shown.state.last
        if last is not None and not last.undone and self.chance.random() < 0.25:
            self.press("F12")
            return
        if self.chance.random() < 0.1:
            self._scan(f"ZC{self.chance.randrange(10**13):013d}")
            return
        rows, _ = self.bench.on_bench(lambda: self.bench.app.station.reference.queue(1000))
        parked = [row.tracking_number for row in rows if row.parked]
        fresh = [row.tracking_number for row in rows if not row.parked and row.tracking_number in self._known]
        self._scan(self.chance.choice(parked if parked and self.chance.random() < 0.5 else fresh))

    def _scan(self, code: str) -> None:
        self.bench.clock.now += 2000  # long enough for the same code to be meant again
        self.do(f"scan {code}", lambda: self.bench.scan(code))

    def _at_the_item(self) -> None:
        draw = self.chance.random()
        if draw < 0.04:
            self.press("F9")
        elif draw < 0.08:
            self.press("F12")
        elif self.bench.primary.view.key == "Space" or self._can_go_on():
            if isinstance(self.bench.shown.view, ParcelView) and self.chance.random() < 0.15:
                self.press("D")
            else:
                self.press(self.bench.primary.view.key)
        elif self.bench.screen is Screen.PARCEL:
            self._identify()
        elif not self.bench.case.inspection.item().identity:
            self.press("T")
        else:
            self._answer_the_row()

    def _answer_the_row(self) -> None:
        """The row that the screen is at, as its type of answer wants it."""
        case, desk = self.bench.case, self.bench.app.station.desk
        item = case.inspection.item()
        row = template_of(desk, item).question(self.bench.state.row)
        match row.answer:
            case Choice(options=options):
                self.press(TYPE_KEYS[self.chance.randrange(len(options))])
            case Number() | FreeText() | Serial():
                line = case.line(item)
                serials = line.serial_numbers if line is not None else ()
                value = serials[0] if isinstance(row.answer, Serial) and serials else "SN1"
                self.do("types", lambda: self._type(str(fine_number(row.answer)) if isinstance(row.answer, Number)
                                                    else value))  # fmt: skip
            case None if self.chance.random() < 0.5:
                self.press("Q", self.chance.choice("ZXC"))
            case _:
                self.press("N")

    def _type(self, text: str) -> None:
        """Into the row's field, which has the focus once the row is shown."""
        self.bench.type(text)
        self.bench.press("Enter")

    def _can_go_on(self) -> bool:
        return bool(self.bench.primary.isEnabled())

    def _identify(self) -> None:
        """Wait for the camera; scan the tag, or say by eye what it is, when it reads nothing."""
        end = monotonic() + READS_WITHIN
        wanted = self.bench.shown.expected_codes
        if wanted and not self.bench.case.inspection.item().identity:
            self.bench.until(lambda: self.bench.shown.expected_codes != wanted or monotonic() > end
                             or self.bench.screen is not Screen.PARCEL or self._can_go_on())  # fmt: skip
            if self.bench.screen is Screen.PARCEL and not self._can_go_on():
                self._scan(wanted[0])
        else:
            self.press("D")

    def end_of_day(self) -> None:
        """Finish what lies open and what is parked, and wait for the last label."""
        self.chance = Usual()
        self.finish()
        for case in self.bench.inspections():
            if case.inspection.state is InspectionState.PARKED:
                self._scan(case.inspection.tracking_number)
                self.finish()
        station = self.bench.app.station
        self.bench.until(lambda: not self.bench.on_bench(station.labels.waiting))
        self.bench.quiet()


def main(folder: Path, port: int, seed: str) -> None:
    """Start, sign in, take up what lies open, and work."""
    say(does="start")
    logging.getLogger().addHandler(Loud(logging.WARNING))
    application = QApplication.instance() or QApplication(sys.argv[:1])
    lock = take_folder(folder)
    print_queue.ASK_MS = 300
    turns = Turns()
    with running(folder, turns, pytest.MonkeyPatch(), settings=child_settings(folder, port)) as bench:
        eyes = Eyes(bench)
        bench.app.session.shown.connect(eyes.look)
        bench.app.notices.raised.connect(lambda notice: say(notice=notice.code))
        turns.after = eyes.look
        hands = Hands(bench, random.Random(seed))
        say(does="sign in")
        bench.sign_in()
        say(**eyes.seen(), signed_in=True)
        if seed == "end":
            hands.end_of_day()
            say(ended=True)
        else:
            while True:
                hands.step()
                hands.finish()
    lock.unlock()
    application.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
