"""Practice mode's screens in every size and language: whole, apart, large enough, named, and marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from factories import SOAK
from gui import working_bench
from gui.test_layout import SIZES, cut
from gui.test_practice import Practising, asked, confirm, hands, marks, take
from gui.working_bench import WorkingBench
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspection_station.devices.simulated_scenes import SceneLibrary
from inspection_station.domain.inspection import Item
from inspection_station.domain.practice import compare
from inspection_station.domain.practice_files import PracticeCase
from inspection_station.i18n import set_language, translate
from inspection_station.locations import resources
from inspection_station.station import theme
from inspection_station.station.context_bar import ContextBar
from inspection_station.station.flow.state import Screen
from inspection_station.station.practice_panel import PracticePanel
from inspection_station.station.practice_sheet import CaseLine, PracticeSheetPage
from inspection_station.station.presenting import practice as presenting
from inspection_station.station.surfaces import SMALLEST_TARGET
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ContextView, TagView
from inspection_station.workflows.practice import Outcome, PracticeResult, load_practice, task_of
from inspection_station.workflows.rule_book import load_rule_book


@pytest.fixture
def bench(station_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkingBench]:
    """A station whose practice asks twelve cases."""
    asked(
        monkeypatch, "chinos_stained", "handbag_scratched", "mug_in_torn_box", "nothing_in_it", "tee_clean",
        "other_unit", "kit_no_charger", "linen_stained", "serum_opened", "dryer_dented", "jeans_washed", "tea_sealed",
    )  # fmt: skip
    with working_bench.running(station_folder, qtbot, monkeypatch) as bench:
        yield bench


@dataclass
class Looks:
    """Looks at what is practice mode's own on a screen, in every size; the pages it shares with real work have eyes of
    their own."""

    bench: WorkingBench
    word: str
    faults: list[str] = field(default_factory=list)

    def at(self, name: str, *own: Callable[[], QWidget]) -> None:
        """Look at the top bar and at `own`, found anew in each size; the window must say that it is practice."""
        window = self.bench.app.window
        as_it_is = (window.width(), window.height())
        for size in SIZES if as_it_is == SIZES[0] else reversed(SIZES):  # pages are made anew between large and small
            window.resize(*size)
            self.bench.until(lambda size=size: (window.width(), window.height()) == size)
            self.bench.until(lambda: not window._timer.isActive())
            self.bench.quiet()
            QApplication.processEvents()
            window.grab()
            where = f"{name} {size[0]}×{size[1]}"
            for part in (window.frame.top_bar, *(find() for find in own)):
                self.faults += [f"{where}: cut: {text}" for text in cut(part)]
                for button in part.findChildren(QAbstractButton):
                    if not button.isVisible():
                        continue
                    if min(button.width(), button.height()) < SMALLEST_TARGET or not button.accessibleName():
                        self.faults.append(f"{where}: {button.accessibleName()!r} {button.size()}")
                    if not window.rect().contains(QRect(button.mapTo(window, QPoint(0, 0)), button.size())):
                        self.faults.append(f"{where}: {button.accessibleName()!r} lies beyond the edge")
            if (window.width(), window.height()) != size:
                self.faults.append(f"{where}: the window became {window.width()} × {window.height()}")
            if not all(self.word in text for text in marks(self.bench)):
                self.faults.append(f"{where}: not marked: {marks(self.bench)}")


def open_panel(bench: WorkingBench) -> None:
    bench.press("P")
    bench.until(lambda: bench.app.overlay is not None)


def empty(practising: Practising) -> None:
    """The next parcel is said to be empty, which is quick."""
    take(practising)
    practising.scan("CMD-EMPTY")
    practising.until_identified("empty_parcel")
    practising.take_required_photos()
    confirm(practising)


def walk(eyes: Looks) -> None:
    """Go through practice mode, looking at each screen."""
    bench = eyes.bench
    practice = bench.app.practice
    bench.sign_in()
    open_panel(bench)
    assert bench.app.overlay is not None and cut(bench.app.overlay) == []
    bench.press("2")
    practising = hands(bench)
    bench.until(lambda: bench.app.window.area == "practice" and practising.screen is Screen.WAITING)

    def context() -> QWidget:
        return next(one for one in practice.bench.pages.page.findChildren(ContextBar))

    eyes.at("waiting", lambda: practice.bench.pages.waiting)
    take(practising)
    practising.until_identified()
    eyes.at("capture", context)
    practising.press("E")
    practising.until_screen(Screen.EXCEPTIONS)
    eyes.at("exceptions")
    practising.press("Esc")
    practising.until_screen(Screen.PARCEL)
    practising.take_required_photos()
    practising.press("D")
    practising.until_screen(Screen.CHECKLIST)
    practising.press("W", "X")
    practising.until(lambda: practising.case.inspection.item().findings)
    practising.take_required_photos()
    eyes.at("checklist", context)
    practising.until_primary("Enter")
    practising.press("Enter")
    practising.until_screen(Screen.GRADE)
    eyes.at("grade", context)
    confirm(practising)
    eyes.at("done one", lambda: practice.bench.pages.waiting)
    empty(practising)
    practising.scan("CMD-PRACTICE")
    practising.until(lambda: practice.sheet is not None)
    eyes.at("sheet", lambda: practice.sheet or bench.app.window)
    assert len(practice.results) == 2 and eyes.faults == [], "\n".join(eyes.faults)


def test_practice_in_chinese_is_whole_and_marked(bench: WorkingBench) -> None:
    walk(Looks(bench, "练习"))


if SOAK:  # an ordinary run walks through it in Chinese only; its sheets are looked at in both below

    def test_practice_in_english_is_whole_and_marked(bench: WorkingBench) -> None:
        app = bench.app
        app.take_settings(replace(app.settings, station=replace(app.settings.station, language="en")))
        walk(Looks(bench, "Practice"))


NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
BOOK = load_rule_book(resources())
CASES = load_practice(resources(), BOOK)
PRODUCTS = {row["sku"]: row for row in SceneLibrary().products()}


def a_result(case: PracticeCase) -> PracticeResult:
    """As if somebody had found nothing wrong with it."""
    task = task_of(case, PRODUCTS[case.sku], 1, NOW, "")
    item = Item("i", "RT-261121-00000001", task.expected.id, 1, 1, case.sku, "", "", "", case.category, "x", "1")
    compared = compare(BOOK.template_for(case.category), case.known, item)
    return PracticeResult(
        task, compared, Outcome(case.grade, "A"), Outcome(case.disposition, "restock"),
        Outcome(" ".join(f"{party}:{share}" for party, share in case.liable.items()), ""), 754, case.category,
    )  # fmt: skip


def squeezed(page: QWidget) -> list[str]:
    """Texts that have less height than their lines need."""
    labels = [label for label in page.findChildren(TextLabel) if label.isVisible() and label.text()]
    return [label.text() for label in labels if label.height() < label.minimumSizeHint().height()]


@pytest.mark.parametrize("words", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(1280, 620), (1366, 668), (1920, 968)])
def test_a_sheet_of_twelve_has_room_for_every_case(words: str, size: tuple[int, int], qtbot: QtBot) -> None:
    set_language(words)
    theme.use(theme.Theme(density=theme.density_for(size[0], 720), reduce_motion=True))
    page = PracticeSheetPage()
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    for some in (CASES[:12], CASES[-12:]):
        results = [a_result(case) for case in some]
        for chosen in range(12):
            page.show_view(presenting.sheet(BOOK, results, 12, chosen))
            for _ in range(3):  # what is new is shown first, then laid out
                QApplication.processEvents()
            assert cut(page) == [] and squeezed(page) == []
        lines = page.findChildren(CaseLine)
        assert len([line for line in lines if line.isVisible()]) == 12
        assert all(line.mapTo(page, line.rect().bottomLeft()).y() <= size[1] for line in lines if line.isVisible())


@pytest.mark.parametrize("words", ["zh_CN", "en"])
def test_the_panel_has_room_for_every_offer(words: str, qtbot: QtBot) -> None:
    set_language(words)
    theme.use(theme.Theme(density="compact", reduce_motion=True))
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    panel = PracticePanel(window, past=True)
    panel.open_panel()
    for _ in range(3):
        QApplication.processEvents()
    assert cut(panel) == [] and squeezed(panel) == []
    assert len([one for one in panel.findChildren(QAbstractButton) if one.height() >= SMALLEST_TARGET]) == 4


@pytest.mark.parametrize("words", ["zh_CN", "en"])
def test_what_hands_would_tell_stands_on_one_line_at_the_smallest_window(words: str, qtbot: QtBot) -> None:
    set_language(words)
    theme.use(theme.Theme(density="compact", reduce_motion=True))
    bar = ContextBar()
    qtbot.addWidget(bar)
    bar.resize(1280, bar.height())
    bar.show()
    for case in CASES:
        note = translate("By hand: {what}", what=case.note_en if words == "en" else case.note_zh)
        bar.show_view(ContextView(TagView(translate("Matched"), "ok", "mdi6.check-circle"), "RT-261121-00000012", note,
                                  "", "12:34"))  # fmt: skip
        QApplication.processEvents()
        bar.grab()
        assert cut(bar) == [], case.id
