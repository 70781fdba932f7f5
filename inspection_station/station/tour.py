"""A tour of the window without anybody in front of it: scans and keys as a person gives them, a picture at each stop.

For machines without a screen (Qt's offscreen platform) and for the pictures of the manual. Everything is done through
the window: the tour knows no database and no workflow, it only waits for what a person would see.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from inspection_station.errors import N_, StationProblem
from inspection_station.station import theme
from inspection_station.station.app import StationApp
from inspection_station.station.flow.state import Screen
from inspection_station.station.launch import take_folder
from inspection_station.station.shown import Shown
from inspection_station.station.start import Start

WINDOW = (1920, 1080)
STEP_SECONDS = 30.0
SETTLE_SECONDS = 0.7  # pictures are read on other threads; nothing depends on it but their being in the shot
_KEYS = {"Space": (Qt.Key.Key_Space, " "), "Enter": (Qt.Key.Key_Return, "\r"), "Esc": (Qt.Key.Key_Escape, "")}


@dataclass(frozen=True)
class TourParcels:
    """The badge to sign in with and the four parcels of the tour, by tracking number."""

    badge: str
    clean: str
    defect: str
    wrong: str
    unknown: str


class Tour:
    """Drives one window."""

    def __init__(self, app: StationApp, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self.pictures: list[Path] = []

    def run(self, parcels: TourParcels) -> list[Path]:
        """Work the four parcels and look at the first again; returns the pictures taken.

        Raises:
            StationProblem: ``tour.stuck`` when the window does not come where a person would expect it.
        """
        self._app.open_window()
        self._app.window.showNormal()  # a virtual screen may be smaller than any bench's
        self._app.window.resize(*WINDOW)
        self._wait("its size", lambda: theme.current().density == "regular")
        if self._app.overlay is not None:
            self._app.overlay.close_panel()
        self._wait("sign-in", lambda: self._app.window.area == "sign_in")
        self._picture("01_sign_in")
        self._app.incoming.scan(parcels.badge)
        self._wait("signed in", lambda: self._app.window.area == "inspect")
        self._until("the bench", None)
        if self._screen() is not Screen.WAITING:
            self._app.bench.press("park")  # a tour that was interrupted left this open
        self._until("waiting", Screen.WAITING)
        self._picture("02_waiting")
        self._clean(parcels.clean)
        self._defect(parcels.defect)
        self._wrong(parcels.wrong)
        self._unknown(parcels.unknown)
        self._scan(parcels.clean)
        self._until("duplicate", Screen.DUPLICATE)
        self._picture("06c_duplicate")
        self._key("Enter")
        self._wait("history", lambda: self._app.window.area == "history" and bool(self._app.history.page.rows))
        self._picture("09_history")
        return self.pictures

    def _clean(self, number: str) -> None:
        self._scan(number)
        if self._was_begun():
            return
        self._until("item read", Screen.PARCEL, lambda now: _shot(now) == "front" and not now.wants_code)
        self._picture("03a_capture_needed")
        self._key("Space")
        self._until("all there", Screen.PARCEL, _ready)
        self._picture("03_parcel_open")
        self._key("Enter")
        self._until("done", Screen.WAITING)
        self._picture("02_waiting_done")

    def _defect(self, number: str) -> None:
        self._scan(number)
        if self._was_begun():
            return
        self._until("item read", Screen.PARCEL, lambda now: _shot(now) == "front" and not now.wants_code)
        self._key("Space")
        self._until("photographed", Screen.PARCEL, _ready)
        self._key("Enter")
        self._until("checklist", Screen.CHECKLIST)
        self._key("W")
        self._key("X")
        self._until("close-up wanted", Screen.CHECKLIST, lambda now: bool(now.shot and now.shot.finding_id))
        self._picture("04_checklist")
        self._key("Space")
        self._until("close-up taken", Screen.CHECKLIST, _ready)
        self._key("Enter")
        self._until("grading", Screen.GRADE)
        self._picture("05_grade_confirm")
        self._key("Enter")
        self._until("done", Screen.WAITING)

    def _wrong(self, number: str) -> None:
        self._scan(number)
        if self._was_begun():
            return
        self._until("wrong item", Screen.WRONG_ITEM)
        self._picture("06b_wrong_item")
        self._key("Enter")
        self._until("photos wanted", Screen.PARCEL)
        self._finish()

    def _unknown(self, number: str) -> None:
        self._scan(number)
        if self._was_begun():
            return
        self._until("no match", Screen.NO_MATCH)
        self._picture("06a_no_match")
        self._key("Enter")
        self._until("photos wanted", Screen.PARCEL)
        self._finish()

    def _finish(self) -> None:
        """Take what is missing, then confirm."""
        while True:
            now = self._until("settled", Screen.PARCEL, lambda now: _ready(now) or _fresh_shot(now))
            if _ready(now):
                break
            turn = now.turn
            self._key("Space")
            self._wait("photo kept", lambda turn=turn: bool(self._now() and self._now().turn != turn))  # type: ignore[misc, union-attr]
        self._key("Enter")
        self._until("grading", Screen.GRADE)
        self._key("Enter")
        self._until("done", Screen.WAITING)

    def _was_begun(self) -> bool:
        """A parcel of an earlier tour: done already, or left half-way and now brought to its end."""
        now = self._now()
        if now is None or now.state.screen is Screen.DUPLICATE:
            self._back()
            return True
        case = now.state.case
        if case is None or not case.inspection.photos:
            return False
        while self._screen() is not Screen.WAITING:
            screen = self._screen()
            claim_open = screen is Screen.CHECKLIST and not _primary_key(self._until("the bench", None))
            for key in ("W", "X") if claim_open else (_primary_key(self._until("the bench", None)) or "T",):
                self._key(key)
        return True

    def _back(self) -> None:
        self._key("Esc")
        self._until("waiting", Screen.WAITING)

    # --- hands and eyes ----------------------------------------------------------------------------------

    def _now(self) -> Shown | None:
        return self._app.session.now

    def _screen(self) -> Screen | None:
        now = self._now()
        return now.state.screen if now else None

    def _scan(self, text: str) -> None:
        before = self._now()
        turn = before.turn if before else -1
        self._app.incoming.scan(text)
        self._wait(f"scan of {text}", lambda: bool(self._now()) and self._now().turn != turn)  # type: ignore[union-attr]

    def _key(self, name: str) -> None:
        """Press a key where the focus is, once the keys answer again after the primary action changed."""
        self._pause(0.35)
        key, text = _KEYS.get(name) or (Qt.Key(ord(name)), name.lower())
        focused: QWidget | None = QApplication.focusWidget()
        target = focused if focused is not None else self._app.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(round(time.monotonic() * 1000))
            QApplication.sendEvent(target, event)
        self._pause(0.15)

    def _until(self, what: str, screen: Screen | None, holds: Callable[[Shown], bool] = lambda now: True) -> Shown:
        self._wait(what, lambda: (now := self._now()) is not None and screen in (None, now.state.screen) and holds(now))
        now = self._now()
        assert now is not None
        return now

    def _wait(self, what: str, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + STEP_SECONDS
        while not holds():
            if time.monotonic() > ends:
                raise StationProblem(
                    "tour.stuck",
                    N_("The window did not come to “{what}”."),
                    N_("Look into the logs of the demo's data folder."),
                    what=what,
                )
            self._pause(0.02)

    @staticmethod
    def _pause(seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, max(1, round(left * 1000)))

    def _picture(self, name: str) -> None:
        self._pause(SETTLE_SECONDS)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.png"
        self._app.window.grab().save(str(path))
        self.pictures.append(path)


def _shot(now: Shown) -> str:
    return now.shot.shot if now.shot else ""


def _primary_key(now: Shown) -> str:
    primary = getattr(now.view, "primary", None)
    return primary.key if primary is not None and primary.enabled else ""


def _ready(now: Shown) -> bool:
    return _primary_key(now) == "Enter"


def _fresh_shot(now: Shown) -> bool:
    return _primary_key(now) == "Space"


def run_tour(start: Start, parcels: TourParcels, folder: Path) -> list[Path]:
    """Open the station of `start`, take the tour, put its pictures into `folder`, close it again.

    Raises:
        StationProblem: the station cannot start, or ``tour.stuck``.
    """
    application = QApplication.instance() or QApplication(["inspection-station"])
    assert isinstance(application, QApplication)
    lock = take_folder(start.folder)
    app = StationApp(start)
    try:
        return Tour(app, folder).run(parcels)
    finally:
        app.window.hide()
        app.close()
        lock.unlock()
