"""The real window's screens, one after the other, in every size and language: whole, apart, large enough, named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from gui import working_bench
from gui.test_layout import SIZES, cut
from gui.working_bench import CLEAN, STAINED, UNKNOWN, WorkingBench
from PIL import Image
from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QScrollArea, QWidget

from inspection_station.i18n import language
from inspection_station.station import theme
from inspection_station.station.flow.state import Screen
from inspection_station.station.overlay import KeySheet, Overlay
from inspection_station.station.photo_strip import PhotoStrip
from inspection_station.station.surfaces import SMALLEST_TARGET
from inspection_station.station.toast import Toast

SCREENS = Path(__file__).resolve().parents[1] / "data" / "screens"
SMALL = (342, 192)  # a quarter of 1366 × 768
BLOCK = 6  # pixels of the small picture that are averaged
DIFFERENT = 26  # of 255, between two blocks
ALLOWED = 0.06  # of the blocks; times, numbers and the noise of the camera change fewer


def small(window: QWidget, target: Path) -> np.ndarray:
    """The window as a small picture, also kept as `target`."""
    big = target.with_suffix(".big.png")
    window.grab().save(str(big))
    with Image.open(big) as picture:
        reduced = picture.convert("RGB").resize(SMALL, Image.Resampling.BOX)
    big.unlink()
    reduced.quantize(64).save(target, optimize=True)
    return np.asarray(reduced)


def changed(one: np.ndarray, other: np.ndarray) -> float:
    """The share of blocks in which two small pictures differ."""
    rows, columns = SMALL[1] // BLOCK, SMALL[0] // BLOCK
    means = [
        picture[: rows * BLOCK, : columns * BLOCK].astype(float).reshape(rows, BLOCK, columns, BLOCK, 3).mean((1, 3))
        for picture in (one, other)
    ]
    return float((np.abs(means[0] - means[1]).max(axis=2) > DIFFERENT).mean())


def overlaps(window: QWidget) -> list[str]:
    """Neighbours that lie over each other, and what sticks out at the side; panels and notices lie over on purpose."""
    faults = []
    for parent in (window, *window.findChildren(QWidget)):
        if not parent.isVisible() or parent.layout() is None:
            continue
        scrolls = isinstance(parent.parentWidget() and parent.parentWidget().parentWidget(), PhotoStrip)
        places = [
            (f"{type(child).__name__} {child.accessibleName()!r}", child.geometry())
            for child in parent.children()
            if isinstance(child, QWidget) and child.isVisible() and not child.size().isEmpty()
            and not child.isWindow() and not isinstance(child, Overlay | Toast)
        ]  # fmt: skip
        for (one, first), (other, second) in combinations(places, 2):
            both = first.intersected(second)
            if both.width() > 1 and both.height() > 1:
                faults.append(f"{one} lies over {other}")
        if not scrolls:
            faults += [
                f"{name} sticks out of {type(parent).__name__}"
                for name, place in places
                if place.right() > parent.width() or place.left() < 0
            ]
    return faults


def scrolled_sideways(window: QWidget) -> list[str]:
    """Areas that can be moved sideways."""
    areas = [area for area in window.findChildren(QScrollArea) if area.isVisible() and not isinstance(area, PhotoStrip)]
    return [type(area).__name__ for area in areas if area.horizontalScrollBar().maximum() > 0]


def poor_targets(window: QWidget) -> list[str]:
    """What can be pressed but is too small, or nameless, or outside the window."""
    faults = []
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible() or button.visibleRegion().isEmpty():
            continue
        if isinstance(button.parentWidget(), QLineEdit):
            continue  # the sign in front of a field: nothing happens when it is pressed
        name = f"{type(button).__name__} {button.accessibleName()!r}"
        if button.width() < SMALLEST_TARGET or button.height() < SMALLEST_TARGET:
            faults.append(f"{name} is {button.width()} × {button.height()}")
        if not button.accessibleName():
            faults.append(f"{name} has no name")
        if button.mapTo(window, QPoint(0, 0)).x() + button.width() > window.width():
            faults.append(f"{name} lies beyond the edge")
    return faults


@dataclass
class Looking:
    """Looks at the window in every size and keeps what is wrong."""

    bench: WorkingBench
    folder: Path
    pictures: dict[str, np.ndarray] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def at(self, name: str, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None) -> None:
        """Look at what is shown now; `before` opens and `after` closes something over it in each size."""
        app = self.bench.app
        # To and fro, so that the pages are made anew once for each screen.
        compact_first = theme.current().density == "compact"
        for size in sorted(SIZES) if compact_first else sorted(SIZES, reverse=True):
            app.window.resize(*size)
            self.bench.until(lambda size=size: (app.window.width(), app.window.height()) == size)
            self.bench.until(lambda: not app.window._timer.isActive())
            assert theme.current().density == theme.density_for(*size)
            self.bench.quiet()
            if before is not None:
                before()
                self.bench.quiet()
            QCoreApplication.sendPostedEvents()
            app.window.grab()
            where = f"{name} {size[0]}×{size[1]} {language()}"
            if (app.window.width(), app.window.height()) != size:
                self.faults.append(f"{where}: the window became {app.window.width()} × {app.window.height()}")
            self.faults += [f"{where}: cut: {text}" for text in cut(app.window)]
            self.faults += [f"{where}: {fault}" for fault in overlaps(app.window)]
            self.faults += [f"{where}: {area} moves sideways" for area in scrolled_sideways(app.window)]
            self.faults += [f"{where}: {fault}" for fault in poor_targets(app.window)]
            if size == (1366, 768):
                self.pictures[name] = small(app.window, self.folder / f"{name}.png")
            if after is not None:
                after()


@pytest.fixture
def looking(station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Looking]:
    """Eyes on a station at its sign-in page."""
    (tmp_path / "screens").mkdir()
    with working_bench.running(station_folder, qtbot, monkeypatch) as bench:
        yield Looking(bench, tmp_path / "screens")


def walk(eyes: Looking) -> None:
    """Go through a day's screens, looking at each."""
    bench = eyes.bench
    app = bench.app
    eyes.at("sign_in")
    bench.sign_in()
    eyes.at("waiting")
    eyes.at("key_sheet", lambda: open_sheet(bench), lambda: close_sheet(bench))
    eyes.at("typed_number", lambda: open_number(bench), lambda: close_number(bench))
    bench.open_parcel(STAINED)
    bench.until_identified()
    eyes.at("capture")
    bench.camera.lost()
    bench.until(lambda: not bench.primary.isEnabled())
    eyes.at("camera_lost")
    bench.camera.back()
    bench.press("R")
    bench.until_primary("Space")
    bench.press("E")
    bench.until_screen(Screen.EXCEPTIONS)
    eyes.at("exceptions")
    bench.press("Esc")
    bench.until_screen(Screen.PARCEL)
    bench.take_required_photos()
    bench.until_primary("Enter")
    eyes.at("complete")
    bench.scan(CLEAN)
    bench.until(lambda: app.window.frame.notice.isVisible())
    bench.press("Enter")
    bench.until_screen(Screen.CHECKLIST)
    bench.press("Q", "X")
    bench.until(lambda: bench.case.inspection.item().findings)
    bench.press("Num5")
    bench.take_required_photos()
    bench.until_primary("Enter")
    eyes.at("checklist")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    eyes.at("grade")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    eyes.at("done")
    bench.clock.now += 2000
    bench.scan(STAINED)
    bench.until_screen(Screen.DUPLICATE)
    eyes.at("duplicate")
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.NO_MATCH)
    bench.scan("2900065806389")
    bench.until(lambda: bench.state.candidates)
    eyes.at("no_match")
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.scan("2900015810435")
    bench.until_screen(Screen.WRONG_ITEM)
    eyes.at("wrong_item")
    bench.press("Esc")
    bench.until_screen(Screen.PARCEL)
    bench.press("F8")
    bench.until(lambda: app.history.page._case is not None)
    eyes.at("history")
    bench.press("F10")
    bench.until(lambda: app.window.area == "settings")
    eyes.at("settings")


def open_sheet(bench: WorkingBench) -> None:
    """F1."""
    bench.press("F1")
    bench.until(lambda: isinstance(bench.app.overlay, KeySheet))


def close_sheet(bench: WorkingBench) -> None:
    """Esc."""
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)


def open_number(bench: WorkingBench) -> None:
    """F2."""
    bench.press("F2")
    bench.until(lambda: bench.app.bench._overlay is not None)


def close_number(bench: WorkingBench) -> None:
    """Esc."""
    bench.press("Esc")
    bench.until(lambda: bench.app.bench._overlay is None)


KEPT = ("sign_in", "waiting", "complete", "checklist", "grade", "no_match", "wrong_item", "history")
"""Screens that are compared with a kept picture."""


def test_every_screen_in_chinese_is_whole_and_looks_as_it_did(looking: Looking) -> None:
    walk(looking)
    assert looking.faults == [], "\n".join(looking.faults)
    differing = {}
    for name in KEPT:
        kept = SCREENS / f"{name}.png"
        assert kept.is_file(), f"look at {looking.folder / name}.png and keep it as {kept}"
        with Image.open(kept) as picture:
            share = changed(looking.pictures[name], np.asarray(picture.convert("RGB")))
        if share > ALLOWED:
            differing[name] = round(share, 3)
    assert differing == {}, f"look at the pictures in {looking.folder}; what is meant is kept in {SCREENS}"


def test_every_screen_in_english_is_whole(looking: Looking) -> None:
    app = looking.bench.app
    app.take_settings(replace(app.settings, station=replace(app.settings.station, language="en")))
    walk(looking)
    assert looking.faults == [], "\n".join(looking.faults)


def test_a_gross_change_of_a_screen_is_noticed() -> None:
    kept = {}
    for name in KEPT:
        with Image.open(SCREENS / f"{name}.png") as picture:
            kept[name] = np.asarray(picture.convert("RGB"))
    for one, other in combinations(KEPT, 2):
        assert changed(kept[one], kept[other]) > 2 * ALLOWED, (one, other)
    moved = np.roll(kept["checklist"], 24, axis=1)
    assert changed(kept["checklist"], moved) > 2 * ALLOWED
    assert changed(kept["checklist"], kept["checklist"]) == 0
