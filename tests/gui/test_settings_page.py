"""Settings, first start and welcome card: nothing cut, large enough, named; and each control says what it changes."""

from __future__ import annotations

import pytest
from factories import SOAK
from gui import samples, settings_cases
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMainWindow, QVBoxLayout, QWidget

from inspection_station.i18n import set_language
from inspection_station.settings import Settings
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.presenting import settings as words
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.settings_controls import Field, Segment, Stepper
from inspection_station.station.settings_page import SettingsPage, SideEntry
from inspection_station.station.settings_parts import TagFlow
from inspection_station.station.status_strip import StatusStrip
from inspection_station.station.surfaces import SMALLEST_TARGET
from inspection_station.station.text import TextLabel
from inspection_station.station.top_bar import TopBar
from inspection_station.station.welcome_card import WelcomeCard

SIZES = ((1920, 1080), (1366, 768), (1280, 720))
# Looked at with SOAK=1 only: Chinese has the most room at the smallest size's density, English at the largest size.
SELDOM = (((1280, 720), "zh_CN"), ((1920, 1080), "en"))
LOOKS = [(size, words) for size in SIZES for words in ("zh_CN", "en") if SOAK or (size, words) not in SELDOM]
PAGES = (*settings_cases.PAGES, "first_run_0", "first_run_1", "first_run_2", "first_run_3", "welcome")


def made(name: str) -> QWidget:
    if name.startswith("first_run"):
        return settings_cases.first_run(int(name[-1]))
    return settings_cases.page("about" if name == "welcome" else name)


@pytest.fixture
def shown(qtbot):
    """A page in its window, drawn once."""
    kept: list[QMainWindow] = []

    def show(name: str, size: tuple[int, int], language: str, scheme: str = "light", percent: int = 100) -> QMainWindow:
        set_language(language)
        theme.use(theme.Theme(scheme, theme.density_for(*size), percent, reduce_motion=True))
        window, body = QMainWindow(), QWidget()
        lines = QVBoxLayout(body)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        top, strip = TopBar(), StatusStrip()
        top.show_view(samples.top_bar("settings"))
        strip.show_devices(samples.devices())
        lines.addWidget(top)
        lines.addWidget(made(name), 1)
        lines.addWidget(strip)
        window.setCentralWidget(body)
        window.resize(*size)
        qtbot.addWidget(window)
        kept.append(window)
        window.show()
        qtbot.waitExposed(window)
        if name == "welcome":
            WelcomeCard(body, settings_cases.PEOPLE, settings_cases.PARCELS).open_panel()
        window.grab()
        return window

    return show


def cut(window: QMainWindow) -> list[str]:
    """Texts that do not fit their place."""
    labels = [label.text() for label in window.findChildren(TextLabel) if label.isVisible() and label.is_cut()]
    kinds = (ActionButton, PrimaryButton, Segment, SideEntry)
    buttons = [button for kind in kinds for button in window.findChildren(kind) if button.isVisible()]
    flows = [flow for flow in window.findChildren(TagFlow) if flow.isVisible()]
    outside = [tag.accessibleName() for flow in flows for tag in flow.findChildren(QWidget)
               if tag.geometry().right() > flow.width() or tag.geometry().bottom() > flow.height()]  # fmt: skip
    return labels + [button.accessibleName() for button in buttons if not button.fits()] + outside


def unfit(window: QMainWindow) -> list[str]:
    """What can be pressed or typed into and is too small, without a name, or beyond the edge."""
    found = []
    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            right = button.mapTo(window, QPoint(button.width(), button.height())).x()
            if min(button.width(), button.height()) < SMALLEST_TARGET or right > window.width():
                found.append(f"{button.accessibleName()}: {button.width()} × {button.height()} up to {right}")
            if not button.accessibleName():
                found.append(type(button).__name__)
    fields = [field for field in window.findChildren(QLineEdit) if field.isVisible()]
    return found + [f"{field.accessibleName()}: {field.height()}" for field in fields
                    if not field.accessibleName() or field.height() < SMALLEST_TARGET]  # fmt: skip


@pytest.mark.parametrize(("size", "language"), LOOKS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_what_can_be_pressed_is_large_enough_and_named(shown, name, size, language) -> None:
    scheme = "light" if language == "zh_CN" else "dark"
    window = shown(name, size, language, scheme)
    assert (window.width(), window.height()) == size
    assert cut(window) == []
    assert unfit(window) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_layout_holds_at_115_percent(shown, name) -> None:
    window = shown(name, (1920, 1080), "en", percent=115)
    assert (window.width(), window.height()) == (1920, 1080)
    assert cut(window) == []


@pytest.mark.parametrize("name", ["devices", "sync", "display", "about", "first_run_2"])
def test_the_ordinary_page_needs_no_scrolling_at_full_size(shown, name) -> None:
    window = shown(name, (1920, 1080), "zh_CN")
    buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    assert all(button.visibleRegion().boundingRect().height() == button.height() for button in buttons)


def test_a_control_tells_the_setting_and_the_value_wanted(qtbot, shown) -> None:
    window = shown("display", (1366, 768), "en")
    page = window.findChild(SettingsPage)
    told: list[tuple[str, object]] = []
    page.setting_changed.connect(lambda key, value: told.append((key, value)))
    for name in ("Language: English", "Colours: Dark", "Size of text: 115 %", "Less motion", "Volume: more",
                 "Volume: less", "Time to take a confirmation back: 20 s"):  # fmt: skip
        button = next(b for b in page.findChildren(QAbstractButton) if b.accessibleName() == name)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == [
        ("station.language", "en"), ("station.theme", "dark"), ("station.text_size", 115),
        ("station.reduce_motion", True), ("sound.volume", 90), ("sound.volume", 80), ("undo.seconds", 20),
    ]  # fmt: skip


def test_a_setting_beyond_the_role_is_seen_and_says_why(shown) -> None:
    page = shown("display", (1366, 768), "en").findChild(SettingsPage)
    settings = Settings()
    page.show_settings(
        words.setting_views(settings, lambda key: words.why_not(settings, key, settings_cases.INSPECTOR))
    )
    undo, volume = page.rows["undo.seconds"], page.rows["sound.volume"]
    assert undo.isVisible() and not undo.control.isEnabled()
    assert "Ask a shift lead." in [label.text() for label in undo.findChildren(TextLabel)]
    assert volume.control.isEnabled()


def test_the_side_list_is_walked_with_arrows(qtbot, shown) -> None:
    page = shown("devices", (1366, 768), "en").findChild(SettingsPage)
    qtbot.keyClick(page, Qt.Key.Key_Down)
    assert page.section == "printing"
    qtbot.keyClick(page, Qt.Key.Key_Up)
    qtbot.keyClick(page, Qt.Key.Key_Up)
    assert page.section == "about"


def test_a_stepper_keeps_its_limits_and_comes_back_onto_its_steps(qtbot) -> None:
    stepper = Stepper(20, 80, 5, "ms")
    qtbot.addWidget(stepper)
    told: list[object] = []
    stepper.chosen.connect(told.append)
    less, more = stepper._less, stepper._more
    stepper.show_value(33)
    less.click()
    more.click()
    stepper.show_value(20)
    assert not less.isEnabled()
    stepper.show_value(78)
    more.click()
    assert told == [30, 35, 80]
    assert not more.isEnabled()


def test_a_field_tells_a_change_once_and_escape_takes_it_back(qtbot) -> None:
    field = Field("x")
    qtbot.addWidget(field)
    field.show()
    told: list[str] = []
    field.committed.connect(told.append)
    field.show_text("printer-1")
    qtbot.keyClicks(field, "0")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "printer-1" and told == []
    qtbot.keyClicks(field, "0")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == ["printer-10"]


def test_the_first_start_goes_step_by_step_or_is_skipped_at_once(qtbot, shown) -> None:
    window = shown("first_run_0", (1366, 768), "en")
    page = window.findChild(settings_cases.FirstRunPage)
    done: list[int] = []
    page.done.connect(lambda: done.append(page.step))
    for step in (1, 2, 3):
        page.press("Enter")
        assert page.step == step
    page.press("Enter")
    assert done == [3]
    page.show_step(1)
    page.press("Esc")
    assert done == [3, 1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_the_welcome_card_names_everybody_and_closes_by_key(qtbot, shown, key) -> None:
    card = shown("welcome", (1366, 768), "zh_CN").findChild(WelcomeCard)
    texts = {label.text() for label in card.findChildren(TextLabel)}
    assert {text for person in settings_cases.PEOPLE for text in person} <= texts
    assert {text for parcel in settings_cases.PARCELS for text in parcel} <= texts
    with qtbot.waitSignal(card.closed):
        qtbot.keyClick(card, key)
