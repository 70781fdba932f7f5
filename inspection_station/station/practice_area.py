"""Practice mode at the window: begun on a station of its own, worked, its sheet shown, and left (DECISIONS.md 40).

Nothing of the real work is touched: the real camera rests, the real session waits, and what was done is gone then.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from inspection_station.devices.simulated import SimulatedCamera
from inspection_station.domain.people import Person, Right
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background, Lane
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.flow.state import Screen
from inspection_station.station.notices import Notices
from inspection_station.station.overlay import Overlay
from inspection_station.station.practice_bench import PracticeBench, PracticeSession
from inspection_station.station.practice_panel import PracticePanel
from inspection_station.station.practice_sheet import PracticeSheetPage
from inspection_station.station.practice_station import PracticeStation, close_practice, discard, open_practice
from inspection_station.station.presenting import practice as presenting
from inspection_station.station.shown import Shown
from inspection_station.station.sounds import Sounds
from inspection_station.workflows.practice import PracticeResult, finished_case, result_of

EVERY_LANE: tuple[Lane, ...] = ("live", "live", "shutter", "shutter", "photo", "photo", "text")


def leave_first() -> StationProblem:
    """Nothing but practice is to be had while it is on."""
    return StationProblem("practice.leave_first", N_("Practice mode is on"), N_("Leave practice mode first."))


def not_now() -> StationProblem:
    """Real work is under way."""
    return StationProblem(
        "practice.not_now", N_("Practice begins on the waiting screen"),
        N_("Finish or park what is open, then press P."),
    )  # fmt: skip


@dataclass(frozen=True)
class _Practice:
    """What belongs to one practice; `holder` owns its objects."""

    holder: QObject
    station: PracticeStation
    session: PracticeSession
    camera: BenchCamera
    bench: PracticeBench
    person: Person


class PracticeArea(QObject):
    """At most one practice at a time. `pages` is the widget to show; it holds the practice's pages while one is on.

    Signals:
        panel_wanted(Overlay): lay this over the work.
        begun(): a practice is on: show its pages.
        ended(): it is over, nothing of it is left.
        changed(): how far it is has changed (for the top bar).
        camera_scanned(str): a code was read in the picture after F3.
        primary_changed(): another primary action (for the scanner filter's guard).
    """

    panel_wanted = Signal(object)
    begun = Signal()
    ended = Signal()
    changed = Signal()
    camera_scanned = Signal(str)
    primary_changed = Signal()

    def __init__(
        self, station: Station, background: Background, notices: Notices, sounds: Sounds, real_camera: BenchCamera,
        seed: Callable[[], int] = lambda: random.SystemRandom().getrandbits(32), parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._station, self._background, self._notices, self._sounds = station, background, notices, sounds
        self._real_camera, self._seed = real_camera, seed
        self._now: _Practice | None = None
        self._opening = False
        self._results: tuple[PracticeResult, ...] = ()
        self._chosen = 0
        self._sheet: PracticeSheetPage | None = None
        self.pages = QStackedWidget()

    # --- beginning and ending ------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether somebody practises."""
        return self._now is not None

    @property
    def person(self) -> Person | None:
        """Who practises; None while nobody does."""
        return self._now.person if self._now else None

    @property
    def shown(self) -> Shown | None:
        """What the practice's session shows; None while there is none."""
        return self._now.session.now if self._now else None

    @property
    def bench(self) -> PracticeBench:
        """The inspector's area of the practice that is on."""
        assert self._now is not None
        return self._now.bench

    @property
    def practised(self) -> PracticeStation:
        """The station of the practice that is on."""
        assert self._now is not None
        return self._now.station

    def sweep(self) -> None:
        """Take away what a sudden end left of a practice."""
        self._background.run(partial(discard, self._station), lambda _none: None, lane="photo")

    def toggle(self, window: QWidget, area: str, person: Person | None, shown: Shown | None) -> None:
        """Practice mode is asked for: where it is on it is left, else a panel over `window` asks how long it shall be.

        `area` is what the window shows, `shown` what the real session does; while real work is under way it is told
        why not.
        """
        if self._now is not None:
            self.finish()
            return
        waits = shown is not None and shown.state.screen is Screen.WAITING and shown.state.case is None
        if area != "inspect" or not waits or person is None or not person.may(Right.INSPECT):
            self._sounds.play("error")
            self._notices.problem(not_now())
            return
        for open_one in window.findChildren(Overlay):
            open_one.close_panel()
        panel = PracticePanel(window, past=person.may(Right.OVERRIDE))
        panel.chosen.connect(partial(self.begin, person))
        self.panel_wanted.emit(panel)

    def begin(self, person: Person, count: int, past: bool = False) -> None:
        """Open a practice of `count` cases for `person`, `past` ones of this bench or those that ship.

        Nothing happens while one is on or being opened.
        """
        if self._now is not None or self._opening:
            return
        self._opening = True
        opened = partial(open_practice, self._station, count, self._seed(), past)
        self._background.run(opened, partial(self._opened, person), self._not_opened)

    def _not_opened(self, error: Exception) -> None:
        self._opening = False
        self._notices.failure(error)

    def _opened(self, person: Person, station: PracticeStation) -> None:
        self._opening = False
        holder = QObject(self)
        simulated = SimulatedCamera(station.material.scenes, *station.material.frame)
        camera = BenchCamera(simulated, self._background, holder)
        session = PracticeSession(station, self._background, holder)
        bench = PracticeBench(
            station, self._background, session, camera, simulated, self._sounds, self._notices,
            self._station.reference.is_waiting, holder,
        )  # fmt: skip
        self._now = _Practice(holder, station, session, camera, bench, person)
        bench.result_wanted.connect(self.finish)
        bench.camera_scanned.connect(self.camera_scanned)
        session.shown.connect(lambda _shown: self.changed.emit())
        self._real_camera.pause(True)
        camera.start()
        self._results, self._chosen = (), 0
        self.make_pages()
        session.begin(person)
        self.begun.emit()

    def finish(self) -> None:
        """Leave: by the sheet when a case is done, at once when none is or the sheet is shown."""
        now = self._now
        if now is None:
            return
        if self._sheet is not None and self.pages.currentWidget() is self._sheet:
            self.end()
            return
        desk, tasks = now.station.desk, now.station.tasks

        def results() -> tuple[PracticeResult, ...]:
            done = ((task, finished_case(desk, task)) for task in tasks)
            return tuple(result_of(desk, task, case) for task, case in done if case is not None)

        self._background.run(results, self._took_results)

    def _took_results(self, results: tuple[PracticeResult, ...]) -> None:
        if self._now is None:
            return
        if not results:
            self.end()
            return
        self._results, self._chosen = results, 0
        self._show_sheet()

    def end(self) -> None:
        """End the practice at once; nothing of it is left."""
        now, self._now = self._now, None
        if now is None:
            return
        self._results = ()
        now.camera.stop()
        now.bench.close()
        self._real_camera.pause(False)
        self.ended.emit()
        self._when_still(list(EVERY_LANE), partial(self._clear_away, now, self._taken_out()))

    def _when_still(self, lanes: Sequence[Lane], then: Callable[[], None]) -> None:
        """Call `then` once what was under way on the lanes is finished and delivered."""
        if lanes:
            self._background.run(lambda: None, lambda _none: self._when_still(lanes[1:], then), lane=lanes[0])
        else:
            then()

    def _clear_away(self, now: _Practice, pages: Sequence[QWidget]) -> None:
        """What was still under way has been shown on `pages`; now they can go, and the folder with them."""

        def cleared(_none: None) -> None:
            for page in pages:
                page.deleteLater()
            now.holder.deleteLater()

        self._background.run(partial(close_practice, self._station, now.station), cleared)

    def close(self) -> None:
        """The window closes: end what is on. Call it before the background is closed; blocks no one."""
        now, self._now = self._now, None
        if now is not None:
            now.camera.stop()
            now.bench.close()
            self._background.run(partial(close_practice, self._station, now.station), lambda _none: None)

    # --- pages ------------------------------------------------------------------------------------------------

    def make_pages(self) -> QStackedWidget:
        """New pages in the language and theme in force."""
        shows_sheet = self._sheet is not None and self.pages.currentWidget() is self._sheet
        fresh = self.pages if self._now is not None and self.pages.count() == 0 else QStackedWidget()
        fresh.setAccessibleName(translate(presenting.PRACTICE))
        self.pages, self._sheet = fresh, None
        if self._now is not None:
            bench = self._now.bench
            pages = bench.make_pages() if bench.pages.parent() is not None else bench.pages
            pages.primary_changed.connect(self.primary_changed)
            fresh.addWidget(pages)
            if shows_sheet:
                self._show_sheet()
        return fresh

    def _taken_out(self) -> tuple[QWidget, ...]:
        """The practice's pages, no longer in the window."""
        self._sheet = None
        taken = []
        while (page := self.pages.widget(0)) is not None:
            self.pages.removeWidget(page)
            page.setParent(None)
            taken.append(page)
        return tuple(taken)

    def _show_sheet(self) -> None:
        if self._sheet is None:
            sheet = self._sheet = PracticeSheetPage()
            sheet.primary_pressed.connect(self.end)
            sheet.primary_changed.connect(self.primary_changed)
            sheet.case_chosen.connect(self._choose)
            sheet.action_pressed.connect(lambda _name: self.save())
            self.pages.addWidget(sheet)
        assert self._now is not None
        now = self._now
        view = presenting.sheet(now.station.desk.book, self._results, len(now.station.tasks), self._chosen)
        self._sheet.show_view(view)
        self.pages.setCurrentWidget(self._sheet)
        self._sheet.rest_focus()

    def _choose(self, place: int) -> None:
        self._chosen = place
        self._show_sheet()

    @property
    def sheet(self) -> PracticeSheetPage | None:
        """The result sheet while it is shown."""
        return self._sheet if self._sheet is not None and self.pages.currentWidget() is self._sheet else None

    @property
    def results(self) -> tuple[PracticeResult, ...]:
        """What the sheet shows; empty before there is one."""
        return self._results

    def rest_focus(self) -> None:
        """Put the focus where it rests on the page shown."""
        if self._now is not None:
            (self.sheet or self._now.bench.pages.page).rest_focus()

    def save(self) -> None:
        """Write the sheet as a table into the station's folder, because the person asks for it."""
        assert self._now is not None
        content = presenting.sheet_csv(self._now.station.desk.book, self._results)
        moment = self._station.clock.local(self._station.clock.now())
        target = self._station.folder / "practice_results" / f"practice_{moment:%Y%m%d-%H%M%S}.csv"
        self._background.run(partial(_write, target, content), self._saved, lane="photo")

    def _saved(self, target: Path) -> None:
        self._notices.tell("practice.saved", translate("Practice result saved"), str(target))

    # --- what comes in ----------------------------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """A scan while practising."""
        command = text.upper()
        if command == "CMD-PRACTICE":
            self.finish()
        elif self.sheet is not None:
            if command == "CMD-OK":
                self.sheet.press("Enter")
            elif command == "CMD-CANCEL":
                self.end()
            else:
                self._sounds.play("warn")
        elif self._now is not None:
            self._now.bench.scan(text)

    def keys(self) -> dict[str, Callable[[], object]]:
        """What keys do that no page used, by name."""
        if self._now is None:
            return {}
        bench = self._now.bench
        if self.sheet is not None:
            return {"Esc": self.end}
        return {**bench.keys(), "Esc": bench.pages.back}


def _write(target: Path, content: bytes) -> Path:
    target.parent.mkdir(exist_ok=True)
    write_durably(target, content, replace=True)
    return target
