"""Looks at the real window in every size, language and scheme, and says what is wrong with what is shown.

An ordinary run looks at each state in 1366 × 768 in both languages, and in one of them in another size or scheme, so
that each of those is seen often; ``SOAK=1`` looks at each state in all of them. ``KEEP_SCREENS=FOLDER`` keeps
every picture there, in full size.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import SOAK
from gui.test_layout import SIZES, cut
from gui.working_bench import WorkingBench
from PIL import Image
from PySide6.QtCore import QCoreApplication, QPoint, QRect
from PySide6.QtGui import QFontMetricsF, QImage, QPixmap
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QScrollArea, QWidget

from inspection_station.admin.demo_catalogue import demo_products
from inspection_station.admin.demo_people import demo_people
from inspection_station.admin.demo_returns import demo_returns
from inspection_station.i18n import language
from inspection_station.station import text as text_module
from inspection_station.station import theme
from inspection_station.station.checklist_row import ChecklistRow
from inspection_station.station.exception_page import CandidateRow
from inspection_station.station.history_list import HistoryRow
from inspection_station.station.main_window import MainWindow
from inspection_station.station.overlay import Overlay
from inspection_station.station.parcel_cards import ItemRow
from inspection_station.station.photo_strip import PhotoStrip
from inspection_station.station.review_queue import QueueRow
from inspection_station.station.settings_page import SideEntry
from inspection_station.station.surfaces import SMALLEST_TARGET
from inspection_station.station.toast import Toast
from inspection_station.station.top_bar import Tab

SMALL = (342, 192)  # a quarter of 1366 × 768
BLOCK = 6  # pixels of the small picture that are averaged
DIFFERENT = 26  # of 255, between two blocks
SCREENS = Path(__file__).resolve().parents[1] / "data" / "screens"
ALLOWED = 0.06  # of the blocks; times, numbers and the noise of the camera change fewer
APART = 8  # logical pixels between two targets, at least
LIST_ROWS = (ChecklistRow, ItemRow, CandidateRow, HistoryRow, QueueRow, SideEntry, Tab)
"""Rows of a list and tabs of a bar lie edge to edge; each is at least as high as a target must be."""

KEPT_WHOLE = os.environ.get("KEEP_SCREENS", "")

Look = tuple[tuple[int, int], str]
USUAL = ((1366, 768), "light")
OTHERS: dict[str, tuple[Look, ...]] = {
    "zh_CN": (((1920, 1080), "light"), ((1280, 720), "dark"), ((1920, 1080), "dark"), ((1280, 720), "light"),
              ((1366, 768), "dark")),
    "en": (((1280, 720), "dark"), ((1920, 1080), "light"), ((1280, 720), "light"), ((1920, 1080), "dark"),
           ((1366, 768), "dark")),
}  # fmt: skip

LATIN = re.compile(r"[A-Za-z][a-z]+")
OF_NO_LANGUAGE = re.compile(r"\S*[/\\]\S+|Linux \S+|\b[0-9a-f]{4,}\b")
"""Paths, the system's own name, fingerprints."""
HAN = re.compile(r"[\u4e00-\u9fff]+")
LATIN_EVERYWHERE = frozenset({
    "Enter", "Esc", "Tab", "Shift", "Ctrl", "Backspace", "Pg", "Dn", "Up", "cm", "mm", "kg", "ms", "fps", "dpi",
})  # fmt: skip


def small(whole: QPixmap, target: Path) -> np.ndarray:
    """The picture of a window made small, also kept as `target`."""
    image = whole.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
    reduced = Image.fromarray(pixels).resize(SMALL, Image.Resampling.BOX)
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


def assert_as_kept(looking: Looking, names: Iterable[str]) -> None:
    """Those screens look as the pictures that are kept of them, but for what changes by itself."""
    differing = {}
    for name in names:
        kept = SCREENS / f"{name}.png"
        assert kept.is_file(), f"look at {looking.folder / name}.png and keep it as {kept}"
        with Image.open(kept) as picture:
            share = changed(looking.pictures[name], np.asarray(picture.convert("RGB")))
        if share > ALLOWED:
            differing[name] = round(share, 3)
    assert differing == {}, f"look at the pictures in {looking.folder}; what is meant is kept in {SCREENS}"


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


def targets(window: QWidget) -> list[QAbstractButton]:
    """What can be seen and pressed; the sign in front of a field is none: nothing happens when it is pressed."""
    return [
        button for button in window.findChildren(QAbstractButton)
        if button.isVisible() and not button.visibleRegion().isEmpty()
        and not isinstance(button.parentWidget(), QLineEdit)
    ]  # fmt: skip


def poor_targets(window: QWidget) -> list[str]:
    """What can be pressed but is too small, nameless, outside the window, or too near to the next."""
    faults, places = [], []
    for button in targets(window):
        name = f"{type(button).__name__} {button.accessibleName()!r}"
        if button.width() < SMALLEST_TARGET or button.height() < SMALLEST_TARGET:
            faults.append(f"{name} is {button.width()} × {button.height()}")
        if not button.accessibleName():
            faults.append(f"{name} has no name")
        place = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
        if place.right() >= window.width() or place.bottom() >= window.height():
            faults.append(f"{name} lies beyond the edge")
        if not isinstance(button, LIST_ROWS):
            places.append((name, button.parentWidget(), place))
    for (one, parent, first), (other, same, second) in combinations(places, 2):
        aside = max(second.left() - first.right(), first.left() - second.right()) - 1
        below = max(second.top() - first.bottom(), first.top() - second.bottom()) - 1
        if parent is same and max(aside, below) < APART:
            faults.append(f"{one} is {max(aside, below)} from {other}")
    return faults


def covered_by_notice(window: MainWindow) -> list[str]:
    """What the notice over the work takes from the hand or the eye: buttons, photos, rows."""
    notice = window.frame.notice
    if not notice.isVisible():
        return []
    place = QRect(notice.mapTo(window, QPoint(0, 0)), notice.size())
    return [
        f"the notice lies over {type(one).__name__} {one.accessibleName()!r}"
        for one in targets(window)
        if not notice.isAncestorOf(one) and place.intersects(QRect(one.mapTo(window, QPoint(0, 0)), one.size()))
    ]


@cache
def told_from_outside() -> tuple[str, ...]:
    """Words that come with returns and people and are shown as they are: buyers' texts, carriers, colours, parts."""
    found: set[str] = set()

    def take(value: Any) -> None:
        if isinstance(value, str):
            found.update(part.strip() for part in value.split("/") if HAN.search(part))
            if HAN.search(value):
                found.add(value)
        elif isinstance(value, dict):
            for one in value.values():
                take(one)
        elif isinstance(value, list | tuple):
            for one in value:
                take(one)

    take(list(demo_returns()))
    found.update(part for one in tuple(found) for part in re.split(r"[ /·]", one) if HAN.search(part))
    found |= {"中", *(one.name for one in demo_people() if not one.name_en)}
    return tuple(found)


@cache
def latin_from_outside() -> frozenset[str]:
    """Latin words in the Chinese names of articles, as their makers write them."""
    names = " ".join(line["name_zh"] + line["variant"] for row in demo_returns() for line in row["lines"])
    return frozenset(LATIN.findall(names))


@cache
def names_of_goods() -> tuple[str, ...]:
    """What articles are called with their variants, in both languages; on a card a name may be shortened, its tool tip
    has it whole."""
    goods = demo_products().values()
    return tuple(f"{name} {one.variant.replace(' / ', ' ')}" for one in goods for name in (one.name_zh, one.name_en))


def untranslated(text: str) -> bool:
    """Whether `text` holds words of the other language that no return and no person brought."""
    if language() == "en":  # a line may be a part of what was told
        return not all(any(run in known for known in told_from_outside()) for run in HAN.findall(text))
    allowed = LATIN_EVERYWHERE | latin_from_outside()
    return any(word not in allowed for word in LATIN.findall(OF_NO_LANGUAGE.sub("", text)))


@dataclass
class Reader:
    """Notes each text that is painted, and each that had to be shortened for its place."""

    painted: set[str] = field(default_factory=set)
    shortened: set[str] = field(default_factory=set)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Note what is painted from here on."""
        self.painted.clear()
        self.shortened.clear()
        reader = self
        plain = text_module.spelled

        class Noting(QFontMetricsF):
            def elidedText(self, text: str, *rest: Any) -> str:
                reader.shortened.add(text)
                return super().elidedText(text, *rest)

        def spelled(text: str) -> str:
            reader.painted.add(text)
            return plain(text)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(text_module, "QFontMetricsF", Noting)
            patch.setattr(text_module, "spelled", spelled)
            yield


@dataclass
class Looking:
    """Looks at the window in its sizes and keeps what is wrong."""

    bench: WorkingBench
    folder: Path
    pictures: dict[str, np.ndarray] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    reader: Reader = field(default_factory=Reader)
    seen: list[tuple[str, Look]] = field(default_factory=list)
    _stops: int = 0

    def looks(self) -> list[Look]:
        """In which sizes and schemes to look at this state; those next to how the window is now come first."""
        if SOAK:
            wanted: list[Look] = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
        else:
            others = OTHERS[language()]
            wanted = [USUAL]
            if (self._stops + (language() == "en")) % 2:
                wanted.append(others[self._stops // 2 % len(others)])
        self._stops += 1
        compact_first = theme.current().density == "compact"
        return sorted(wanted, key=lambda look: (look[0][0] > 1600) is compact_first)

    def wear(self, look: Look) -> None:
        """Give the window this size and scheme."""
        (width, height), scheme = look
        app = self.bench.app
        app.window.resize(width, height)
        self.bench.until(lambda: (app.window.width(), app.window.height()) == (width, height))
        if app.settings.station.theme != scheme:  # makes the pages anew, for the new size as well
            app.take_settings(replace(app.settings, station=replace(app.settings.station, theme=scheme)))
        self.bench.until(lambda: not app.window._timer.isActive())
        assert theme.current().density == theme.density_for(width, height)
        assert theme.current().scheme == scheme
        self.bench.quiet()

    def at(self, name: str, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None) -> None:
        """Look at what is shown now; `before` opens and `after` closes something over it in each size."""
        for look in self.looks():
            self.wear(look)
            if before is not None:
                before()
                self.bench.quiet()
            self.look(name, look)
            if after is not None:
                after()
                self.bench.quiet()

    def look(self, name: str, look: Look) -> None:
        """Keep what is wrong with what is shown now."""
        window = self.bench.app.window
        for _ in range(3):  # what is laid out late finds its place
            QCoreApplication.sendPostedEvents()
        with self.reader.reading():
            picture = window.grab()
        (width, height), scheme = look
        where = f"{name} {width}×{height} {scheme} {language()}"
        self.seen.append((name, look))
        if (window.width(), window.height()) != (width, height):
            self.faults.append(f"{where}: the window became {window.width()} × {window.height()}")
        self.faults += [f"{where}: cut: {text}" for text in cut(window)]
        goods = names_of_goods()
        shortened = [one for one in sorted(self.reader.shortened) if not any(name.endswith(one) for name in goods)]
        self.faults += [f"{where}: shortened: {text}" for text in shortened]
        self.faults += [f"{where}: {fault}" for fault in overlaps(window)]
        self.faults += [f"{where}: {area} moves sideways" for area in scrolled_sideways(window)]
        self.faults += [f"{where}: {fault}" for fault in poor_targets(window)]
        self.faults += [f"{where}: {fault}" for fault in covered_by_notice(window)]
        names = {button.accessibleName() for button in targets(window)}
        self.faults += [f"{where}: untranslated: {text}" for text in sorted(self.reader.painted | names)
                        if untranslated(text)]  # fmt: skip
        if KEPT_WHOLE:
            picture.save(str(Path(KEPT_WHOLE) / f"{where.replace(' ', '_')}.png"))
        if look == USUAL:
            self.pictures[name] = small(picture, self.folder / f"{name}.png")
