"""A whole station at work off screen: real window, database, photos and printer; a scanner and keys as hands.

The camera is the simulated one with the demo's parcels. Key events carry synthetic time stamps of one clock that
only moves when told, as a wedge scanner and a person would make them.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import argon2
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from inspection_station.admin.demo_csv import csv_bytes
from inspection_station.admin.demo_people import DemoPerson, demo_people, demo_totes
from inspection_station.admin.demo_returns import demo_returns
from inspection_station.admin.demo_scene import DemoScene
from inspection_station.data_files import load_yaml
from inspection_station.devices.simulated import SimulatedCamera
from inspection_station.devices.simulated_scenes import SceneLibrary
from inspection_station.domain.events import broken_link
from inspection_station.domain.identifiers import normalise
from inspection_station.domain.lists import parse_lists
from inspection_station.domain.people import Person, person_to_json
from inspection_station.domain.returns import return_to_json
from inspection_station.errors import StationProblem
from inspection_station.locations import resources
from inspection_station.settings import Settings
from inspection_station.station import app as app_module
from inspection_station.station import bench_area, number_entry
from inspection_station.station.app import StationApp
from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.station.shown import Shown
from inspection_station.station.start import Start
from inspection_station.station.wedge_scanner import WedgeFilter
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.workflows.case import Case
from inspection_station.workflows.ports import FeedItem, Tote
from inspection_station.workflows.returns_import import read_returns

CLEAN, STAINED, WRONG, EMPTY, TWO_ITEMS = (
    "SF1390447120865", "JT5284019937712", "HD7730021846509", "SF1390447120866", "JT5284019938804",
)  # fmt: skip
UNKNOWN = "ZC6401882290437"
INSPECTOR, SECOND, LEAD, OFFICE = (demo_people()[place] for place in (0, 1, 3, 4))
SCAN_GAP = 11  # milliseconds between two characters of the scanner
PERSON_GAP = 400  # between two keys of a person
PATIENCE = 15_000

KEYS = {
    "Enter": Qt.Key.Key_Return, "Space": Qt.Key.Key_Space, "Backspace": Qt.Key.Key_Backspace,
    "Esc": Qt.Key.Key_Escape, "Pedal": Qt.Key.Key_F13, "Left": Qt.Key.Key_Left, "Right": Qt.Key.Key_Right,
    "Tab": Qt.Key.Key_Tab, "Down": Qt.Key.Key_Down,
}  # fmt: skip
TEXTS = {"Enter": "\r", "Space": " ", "Backspace": "\b", "Esc": "\x1b", "Tab": "\t"}
MODIFIERS = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Num": Qt.KeyboardModifier.KeypadModifier,
}


def fill(folder: Path) -> None:
    """Make a station's data in `folder` and tell it the demo's returns, people and totes as a centre's feed does."""
    folder.mkdir(parents=True)
    lists = parse_lists(load_yaml(resources() / "rules" / "lists.yaml"))
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    read = read_returns(csv_bytes(demo_returns(today=today)), lists)
    assert not read.faults
    items = [FeedItem("expected_return", one.id, return_to_json(one)) for one in read.returns]
    quick = argon2.PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
    items += [FeedItem("person", one.id, person_to_json(_person(one, quick))) for one in demo_people()]
    for one in demo_totes():
        tote = Tote(one.code, slot=one.slot, disposition=one.disposition, vendor=one.vendor, capacity=one.capacity)
        items.append(FeedItem("tote", one.code, asdict(tote)))
    database = open_database(folder)
    StoredFeed(database).apply_page("epoch", "1", items)
    database.close()


def _person(one: DemoPerson, hasher: argon2.PasswordHasher) -> Person:
    badge = hashlib.sha256(normalise(one.badge).encode()).hexdigest()
    return Person(
        id=one.id, name=one.name, name_en=one.name_en, role=one.role, shift=one.shift, number=one.number,
        badge_hash=badge, pin_hash=hasher.hash(one.pin), active=True,
    )  # fmt: skip


def tote_of(disposition: str) -> str:
    """The code of the demo's tote for `disposition`."""
    return next(one.code for one in demo_totes() if one.disposition == disposition)


@dataclass
class Clock:
    """Milliseconds that only move when told; both the scanner filter's clock and that of the key events."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class WorkingBench:
    """One running station and the hands at it.

    Attributes:
        heard: the sounds played, in order.
        told: the notices raised, in order, as (code, what, what to do).
        scans: how many codes were scanned; `presses` how many keys were pressed.
    """

    app: StationApp
    camera: SimulatedCamera
    clock: Clock
    qtbot: Any
    heard: list[str] = field(default_factory=list)
    told: list[tuple[str, str, str]] = field(default_factory=list)
    scans: int = 0
    presses: int = 0

    # --- hands -------------------------------------------------------------------------------------------

    def scan(self, code: str) -> None:
        """Scan `code`: its characters and Enter, as fast as a scanner types."""
        self.scans += 1
        self.clock.now += PERSON_GAP
        for character in (*code, "\r"):
            self._post(character)
            self.clock.now += SCAN_GAP
        self._deliver()

    def press(self, *names: str) -> None:
        """Press keys by name one after the other at a person's pace: ``Enter``, ``D``, ``Ctrl+L``, ``Num7``, ``F9``."""
        for name in names:
            self.presses += 1
            self.clock.now += PERSON_GAP
            self._post_key(name)
            self._deliver()

    def hold(self, name: str, repeats: int = 30) -> None:
        """Hold a key down: one press and its automatic repeats, 33 ms apart."""
        self.presses += 1
        self.clock.now += PERSON_GAP
        self._post_key(name)
        self._deliver()
        for _ in range(repeats):
            self.clock.now += 33
            self._post_key(name, repeat=True)
            self.wait_a_turn()

    def type(self, text: str) -> None:
        """Type characters at a person's pace."""
        for character in text:
            self.clock.now += PERSON_GAP
            self._post(character)
            self._deliver()

    def _deliver(self) -> None:
        """Let the filter see the keys, and the hold for single characters run out."""
        QCoreApplication.sendPostedEvents()
        timer = self.app.wedge._timer
        if timer.isActive():
            self.until(lambda: not timer.isActive())
        QCoreApplication.sendPostedEvents()

    def _post(self, character: str) -> None:
        if character in "\r\t":
            self._post_key("Enter" if character == "\r" else "Tab")
            return
        shift = MODIFIERS["Shift"] if character.isupper() else Qt.KeyboardModifier.NoModifier
        self._event(ord(character.upper()), shift, character)

    def _post_key(self, name: str, *, repeat: bool = False) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        rest = name
        for prefix, modifier in MODIFIERS.items():
            if rest.startswith(prefix) and rest != prefix:
                rest = rest.removeprefix(prefix).removeprefix("+")
                modifiers |= modifier
        key = KEYS.get(rest) or getattr(Qt.Key, f"Key_{rest}")
        text = TEXTS.get(rest, rest.lower() if len(rest) == 1 and not modifiers & MODIFIERS["Ctrl"] else "")
        self._event(int(key), modifiers, text, repeat)

    def _event(self, key: int, modifiers: Qt.KeyboardModifier, text: str, repeat: bool = False) -> None:
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text, repeat)
        event.setTimestamp(round(self.clock.now))
        QCoreApplication.postEvent(self.app.window.windowHandle(), event)

    def wait_a_turn(self) -> None:
        """Let Qt do what waits now."""
        QApplication.processEvents()

    # --- eyes --------------------------------------------------------------------------------------------

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until `holds()` is true."""
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE)

    @property
    def shown(self) -> Shown:
        """What the session shows."""
        shown = self.app.session.now
        assert shown is not None
        return shown

    @property
    def state(self) -> BenchState:
        """The state of the bench as shown."""
        return self.shown.state

    @property
    def case(self) -> Case:
        """The open case as shown."""
        assert self.state.case is not None
        return self.state.case

    @property
    def screen(self) -> Screen | None:
        """The inspector's screen shown; None while nobody is signed in."""
        return self.app.session.now.state.screen if self.app.session.now else None

    def until_screen(self, screen: Screen) -> None:
        """Wait for a screen of the inspector, and that the window shows it."""
        self.until(lambda: self.screen is screen and self.app.window.area == "inspect")

    def until_told(self, code: str) -> tuple[str, str]:
        """Wait for the notice `code`; its two sentences."""
        self.until(lambda: any(one[0] == code for one in self.told))
        return next(one[1:] for one in reversed(self.told) if one[0] == code)

    @property
    def primary(self) -> Any:
        """The primary button of the page shown."""
        return self.app.bench.pages.page._primary

    def until_primary(self, key: str) -> None:
        """Wait until the primary action is on `key` and can be pressed."""
        self.until(lambda: self.primary is not None and self.primary.isEnabled() and self.primary.view.key == key)

    def quiet(self) -> None:
        """Wait until nothing is under way any more: the lanes empty, their results shown."""
        for _ in range(3):
            done: list[str] = []
            for lane in ("live", "live", "photo", "photo", "bench"):
                self.app.background.run(lambda: "", done.append, lane=lane)  # type: ignore[arg-type]
            self.until(lambda done=done: len(done) == 5)

    def stored(self, inspection_id: str) -> Case:
        """The case as it is in the database now."""
        return self.on_bench(lambda: self.app.station.case(inspection_id))

    def on_bench(self, work: Callable[[], Any]) -> Any:
        """What `work` returns on the bench lane."""
        got: list[Any] = []
        failed: list[Exception] = []
        self.app.background.run(work, got.append, failed.append)
        self.until(lambda: got or failed)
        if failed:
            raise failed[0]
        return got[0]

    def inspections(self) -> list[Case]:
        """Every inspection of the station, the oldest first."""
        station = self.app.station

        def load() -> list[Case]:
            with station.database.reading() as connection:
                ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM inspections ORDER BY id")]
            return [station.case(inspection_id) for inspection_id in ids]

        return list(self.on_bench(load))

    @property
    def labels(self) -> list[Path]:
        """The labels printed, by name."""
        return sorted((self.app.station.folder / "labels").glob("*.pdf"))

    # --- the usual ways ----------------------------------------------------------------------------------

    def sign_in(self, person: DemoPerson = INSPECTOR) -> None:
        """Sign in by badge; wait for the waiting screen or what was left open."""
        self.scan(person.badge)
        self.until(lambda: self.app.person is not None and self.app.person.id == person.id)
        self.until(lambda: self.app.window.area != "sign_in" and self.screen is not None)
        self.quiet()

    def sign_in_with_pin(self, person: DemoPerson) -> None:
        """Sign in by badge and PIN, as a lead does."""
        self.scan(person.badge)
        self.until(lambda: self.app.sign_in._chosen is not None)
        self.press(*person.pin)
        self.until(lambda: self.app.person is not None and self.app.person.id == person.id)
        self.until(lambda: self.app.window.area != "sign_in" and self.screen is not None)
        self.quiet()

    def open_parcel(self, tracking: str) -> None:
        """Scan an expected parcel and wait until its outside photo is kept."""
        self.scan(tracking)
        self.until_screen(Screen.PARCEL)
        self.until(lambda: self.case.inspection.tracking_number == tracking and self.case.inspection.photos)

    def until_identified(self, identity: str = "match") -> None:
        """Wait until the camera has read the item's tag."""
        self.until(lambda: self.case.inspection.item().identity == identity)

    def take_required_photos(self) -> None:
        """Press Space until no required photo is missing; the outside photo is waited for, it comes by itself."""
        self.until(lambda: self.case.inspection.photos)
        while self.primary.view.key == "Space":
            before = self.photos_by_hand
            self.until_primary("Space")
            self.press("Space")
            self.until(lambda before=before: self.photos_by_hand > before)
            self.until(lambda: self.primary.view == getattr(self.shown.view, "primary", None))

    @property
    def photos_by_hand(self) -> int:
        """How many photos of the open case a person took."""
        return sum(not photo.automatic for photo in self.case.inspection.photos)

    def find_stain(self) -> None:
        """Open the stained return, photograph it, and record the stain the buyer complained of."""
        self.open_parcel(STAINED)
        self.until_identified()
        self.take_required_photos()
        self.press("D")
        self.until_screen(Screen.CHECKLIST)
        self.press("Q", "X")
        self.until(lambda: self.case.inspection.item().findings)

    def work_clean(self, tracking: str = CLEAN) -> Case:
        """A clean return from waiting to waiting; the closed case."""
        self.open_parcel(tracking)
        self.until_identified()
        self.take_required_photos()
        inspection_id = self.case.inspection.id
        self.until_primary("Enter")
        self.press("Enter")
        self.until_screen(Screen.WAITING)
        return self.stored(inspection_id)


def settings_of(folder: Path, **sections: dict[str, object]) -> Settings:
    """Settings of a station with the simulated camera whose labels go to its folder; nobody is checked at random."""
    plain: dict[str, dict[str, object]] = {
        "station": {"reduce_motion": True},
        "camera": {"source": "simulated", "width": 1280, "height": 720},
        "printer": {"kind": "pdf_folder"},
        "rules": {"random_check_percent": 0},
        "storage": {"min_free_mb": 50},
        "wizard": {"done": True},
    }
    settings = Settings()
    for section in {*plain, *sections}:
        values = {**plain.get(section, {}), **sections.get(section, {})}
        settings = replace(settings, **{section: replace(getattr(settings, section), **values)})
    return settings


@contextmanager
def running(
    folder: Path,
    qtbot: Any,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int] = (1366, 768),
    settings: Settings | None = None,
    welcome: Callable[..., Any] | None = None,
    problems: tuple[StationProblem, ...] = (),
) -> Iterator[WorkingBench]:
    """A station on `folder` with its window open at the sign-in page, closed in order at the end."""
    clock = Clock()
    monkeypatch.setattr(app_module, "WedgeFilter", partial(WedgeFilter, clock=clock))
    monkeypatch.setattr(bench_area, "time", SimpleNamespace(monotonic=lambda: clock.now / 1000))
    monkeypatch.setattr(number_entry, "can_read_text", lambda: False)  # its own test brings a reader
    settings = settings or settings_of(folder)
    camera = SimulatedCamera(SceneLibrary(), settings.camera.width, settings.camera.height)
    app = StationApp(Start(settings, folder, camera, scene=DemoScene(camera), welcome=welcome, problems=problems))
    bench = WorkingBench(app, camera, clock, qtbot)
    monkeypatch.setattr(app.sounds, "play", bench.heard.append)
    app.notices.raised.connect(lambda notice: bench.told.append((notice.code, notice.what, notice.to_do)))
    app.window.resize(*size)
    app.open_window()
    app.window.showNormal()
    app.window.resize(*size)
    try:
        qtbot.waitExposed(app.window)
        app.window.activateWindow()
        bench.until(app.window.isActiveWindow)
        bench.until(lambda: (app.window.width(), app.window.height()) == size)
        bench.until(lambda: app.camera.state == "live")
        bench.until(lambda: not app.window._timer.isActive())
        bench.quiet()
        yield bench
    finally:
        app.close()
        app.window.close()
        app.window.deleteLater()
        app.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        vars(app).clear()  # what still knows the closed station must not keep its pictures


def copied(template: Path, folder: Path) -> Path:
    """A station's folder of its own, filled as `template` is."""
    shutil.copytree(template, folder)
    return folder


def is_whole(case: Case) -> bool:
    """Whether the case's events are an unbroken sealed chain."""
    return broken_link(case.events) is None


def kinds(case: Case) -> list[str]:
    """What happened, in order."""
    return [event.kind for event in case.events]


def texts(parts: Sequence[str]) -> str:
    """Words of several notices or labels in one text."""
    return " ".join(parts)
