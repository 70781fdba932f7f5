"""Every page, in every size, language and scheme: nothing is cut, nothing is too small, everything has a name."""

from __future__ import annotations

import pytest
from gui import gallery
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QScrollArea

from inspection_station.i18n import set_language
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton, CaptureButton
from inspection_station.station.checklist_row import ChecklistRow
from inspection_station.station.choice_row import ChoiceRow, ChoiceTile
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import SMALLEST_TARGET
from inspection_station.station.text import TextLabel

SIZES = ((1920, 1080), (1366, 768), (1280, 720))


@pytest.fixture
def shown(qtbot, request):
    """A page in its window, drawn once."""

    def show(name: str, size: tuple[int, int], language: str, scheme: str = "light", percent: int = 100) -> QMainWindow:
        set_language(language)
        theme.use(theme.Theme(scheme, theme.density_for(*size), percent, reduce_motion=True))
        window = gallery.window(name, *size)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.grab()
        return window

    return show


def cut(window: QMainWindow) -> list[str]:
    """Texts that do not fit their place."""
    labels = [label.text() for label in window.findChildren(TextLabel) if label.isVisible() and label.is_cut()]
    kinds = (ActionButton, CaptureButton, PrimaryButton, ChecklistRow, ChoiceRow, ChoiceTile)
    painted = [button for kind in kinds for button in window.findChildren(kind) if button.isVisible()]
    buttons = [button.accessibleName() for button in painted if not button.fits()]
    return labels + buttons


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", gallery.PAGES)
def test_nothing_is_cut_and_the_window_keeps_its_size(shown, name, size, language) -> None:
    window = shown(name, size, language)
    assert (window.width(), window.height()) == size
    assert cut(window) == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", gallery.PAGES)
def test_the_layout_holds_at_115_percent(shown, name, language) -> None:
    window = shown(name, (1920, 1080), language, percent=115)
    assert (window.width(), window.height()) == (1920, 1080)
    assert cut(window) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", gallery.PAGES)
def test_everything_that_can_be_pressed_is_large_enough_named_and_inside(shown, name, size) -> None:
    window = shown(name, size, "en", "dark")
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible():
            continue
        assert button.width() >= SMALLEST_TARGET, button.accessibleName()
        assert button.height() >= SMALLEST_TARGET, button.accessibleName()
        assert button.accessibleName(), type(button).__name__
        if not any(area.isAncestorOf(button) for area in window.findChildren(QScrollArea)):
            corner = button.mapTo(window, QPoint(button.width(), button.height()))
            assert corner.x() <= window.width()
            assert corner.y() <= window.height()


@pytest.mark.parametrize("name", gallery.PAGES)
def test_targets_of_one_page_do_not_overlap(shown, name) -> None:
    window = shown(name, (1280, 720), "zh_CN")
    places = [
        (button, button.rect().translated(button.mapTo(window, QPoint(0, 0))))
        for button in window.findChildren(QAbstractButton)
        if button.isVisible()
    ]
    for index, (one, place) in enumerate(places):
        for other, second in places[index + 1 :]:
            overlap = place.intersected(second)
            assert overlap.width() <= 1 or overlap.height() <= 1, (one.accessibleName(), other.accessibleName())
