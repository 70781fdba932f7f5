"""Keys, buttons and pages: a key does what its cap says, the primary acts once, pages tell acts by signals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gui import gallery, samples
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from inspection_station.station import pictures, theme
from inspection_station.station.camera_view import CameraView
from inspection_station.station.checklist_page import ChecklistPage
from inspection_station.station.exception_page import ExceptionPage
from inspection_station.station.garment_outline import zone_at, zone_place
from inspection_station.station.grade_page import GradePage
from inspection_station.station.keycap import keycap_text
from inspection_station.station.page import key_name
from inspection_station.station.parcel_page import ParcelPage
from inspection_station.station.pictures import Pictures
from inspection_station.station.scan_field import ScanField
from inspection_station.station.scan_prompt import ScanPrompt
from inspection_station.station.text import TextLabel, spelled
from inspection_station.station.views import CameraView as CameraTexts
from inspection_station.station.views import PrimaryView, ToastView
from inspection_station.station.waiting_page import WaitingPage


def press(widget, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> QKeyEvent:
    """Send one key press to the widget that has the focus, or to `widget`."""
    event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers)
    QApplication.sendEvent(QApplication.focusWidget() or widget, event)
    return event


def shown(qtbot, name: str, size: tuple[int, int] = (1366, 768)):
    theme.use(theme.Theme(density=theme.density_for(*size), reduce_motion=True))
    window = gallery.window(name, *size)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    kinds = (ParcelPage, ChecklistPage, GradePage, ExceptionPage, WaitingPage)
    page = next(child for kind in kinds for child in window.findChildren(kind))
    page.rest_focus()
    page.window_kept = window
    return page


def heard(*signals) -> list[object]:
    """What the signals said, in order."""
    told: list[object] = []
    for signal in signals:
        signal.connect(lambda *values: told.append(values[0] if values else "told"))
    return told


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "Enter"),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, "Enter"),
        (Qt.Key.Key_7, Qt.KeyboardModifier.KeypadModifier, "Num7"),
        (Qt.Key.Key_7, Qt.KeyboardModifier.NoModifier, "7"),
        (Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier, "Shift+C"),
        (Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, "Ctrl+E"),
        (Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier, "F12"),
        (Qt.Key.Key_F13, Qt.KeyboardModifier.NoModifier, "Pedal"),
        (Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier, ""),
    ],
)
def test_keys_have_names(key, modifiers, name: str) -> None:
    assert key_name(QKeyEvent(QEvent.Type.KeyPress, key, modifiers)) == name


def test_enter_is_the_primary_of_a_clean_parcel(qtbot) -> None:
    page = shown(qtbot, "ready")
    told = heard(page.primary_pressed)
    press(page, Qt.Key.Key_Return)
    assert told == ["told"]


def test_space_takes_a_further_photo_when_the_primary_is_another(qtbot) -> None:
    page = shown(qtbot, "ready")
    shots, primary = heard(page.shot_requested), heard(page.primary_pressed)
    press(page, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_F13)
    assert (shots, primary) == (["told", "told"], [])


def test_space_is_the_primary_while_a_shot_is_missing_and_enter_does_nothing(qtbot) -> None:
    page = shown(qtbot, "capture")
    shots, primary = heard(page.shot_requested), heard(page.primary_pressed)
    press(page, Qt.Key.Key_Space)
    assert (shots, primary) == ([], ["told"])
    assert not page.press("Enter")


def test_a_disabled_primary_says_no_to_its_key(qtbot) -> None:
    page = shown(qtbot, "lost")
    told = heard(page.primary_pressed)
    assert page.press("Space") is False
    assert told == []


def test_a_busy_primary_takes_no_second_press(qtbot) -> None:
    page = shown(qtbot, "ready")
    told = heard(page.primary_pressed)
    page.show_view(replace(samples.parcel(), primary=PrimaryView("Saving", busy=True)))
    press(page, Qt.Key.Key_Return)
    page.primary.click()
    assert told == []


def test_the_page_tells_when_its_primary_becomes_another_action(qtbot) -> None:
    page = shown(qtbot, "capture")
    told = heard(page.primary_changed)
    page.show_view(samples.parcel("capture"))
    assert told == []
    page.show_view(samples.parcel("ready"))
    assert told == ["told"]


def test_letters_of_the_parcel_page(qtbot) -> None:
    page = shown(qtbot, "ready")
    told, retaken = heard(page.action_pressed), heard(page.retake_requested)
    press(page, Qt.Key.Key_D)
    press(page, Qt.Key.Key_E)
    press(page, Qt.Key.Key_Backspace)
    assert (told, retaken) == (["problem", "exception"], ["told"])


def test_the_lost_camera_offers_its_own_keys(qtbot) -> None:
    page = shown(qtbot, "lost")
    told = heard(page.action_pressed)
    press(page, Qt.Key.Key_R)
    press(page, Qt.Key.Key_F5)
    assert told == ["reconnect", "switch_camera"]


def test_a_key_without_meaning_goes_on_to_the_window(qtbot) -> None:
    page = shown(qtbot, "ready")
    assert not page.knows("F9")
    event = press(page, Qt.Key.Key_F9)
    assert not event.isAccepted()


def test_the_checklist_by_keys(qtbot) -> None:
    page = shown(qtbot, "checklist")
    rows, kinds, severities = heard(page.row_marked), heard(page.kind_chosen), heard(page.severity_chosen)
    zones, others = heard(page.zone_chosen), heard(page.normal_chosen, page.not_applicable_chosen, page.back_pressed)
    turned = heard(page.page_turned)
    for key in (Qt.Key.Key_5, Qt.Key.Key_W, Qt.Key.Key_C, Qt.Key.Key_N, Qt.Key.Key_0, Qt.Key.Key_Escape,
                Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):  # fmt: skip
        press(page, key)
    press(page, Qt.Key.Key_7, Qt.KeyboardModifier.KeypadModifier)
    assert (rows, kinds, severities, zones) == ([5], ["oil"], ["critical"], [7])
    assert (len(others), turned) == (3, [1, -1])


def test_a_disabled_second_action_does_nothing(qtbot) -> None:
    page = shown(qtbot, "checklist")
    told = heard(page.action_pressed)
    assert not page.press("Enter")
    view = samples.checklist()
    page.show_view(replace(view, second=replace(view.second, enabled=True)))
    assert page.press("Enter")
    assert told == ["rest_normal"]


def test_rows_are_kept_when_only_an_answer_changes(qtbot) -> None:
    page = shown(qtbot, "checklist")
    before = page.rows.rows
    page.show_view(samples.checklist())
    assert page.rows.rows == before


def test_grading_by_keys_and_blocked_ones_refuse(qtbot) -> None:
    page = shown(qtbot, "grade")
    chosen, refused = heard(page.disposition_chosen), heard(page.disposition_refused)
    liable, grades, back = heard(page.liability_chosen), heard(page.grade_chosen), heard(page.action_pressed)
    press(page, Qt.Key.Key_2)
    press(page, Qt.Key.Key_5)
    press(page, Qt.Key.Key_I)
    press(page, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    press(page, Qt.Key.Key_Escape)
    assert (chosen, refused, liable, grades, back) == (["hold"], ["restock"], ["carrier"], ["B"], ["back"])


def test_an_exception_by_keys(qtbot) -> None:
    page = shown(qtbot, "no_match")
    candidates, actions, primary = heard(page.candidate_chosen), heard(page.action_pressed), heard(page.primary_pressed)
    for key in (Qt.Key.Key_2, Qt.Key.Key_B, Qt.Key.Key_Escape, Qt.Key.Key_Return):
        press(page, key)
    assert (candidates, actions, primary) == ([1], ["bind", "scan_again"], ["told"])


def test_undo_is_offered_by_button_and_key_while_there_is_time(qtbot) -> None:
    page = shown(qtbot, "waiting")
    told = heard(page.undo_pressed)
    page.toast._undo.click()
    press(page, Qt.Key.Key_F12)
    assert told == ["told", "told"]
    page.show_view(replace(samples.waiting(), toast=ToastView("Done")))
    assert not page.knows("F12")


def test_the_toast_counts_down_without_being_made_anew(qtbot) -> None:
    page = shown(qtbot, "waiting")
    button = page.toast._undo
    page.show_toast(replace(samples.toast(), seconds=5))
    assert page.toast._undo is button


def test_the_focus_rests_on_the_primary_and_a_mouse_press_does_not_take_it(qtbot) -> None:
    page = shown(qtbot, "ready")
    assert QApplication.focusWidget() is page.primary
    button = next(b for b in page.findChildren(gallery.QWidget) if b.accessibleName() == samples.t("有问题", "Problem"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is page.primary


def test_enter_presses_the_button_reached_by_tab(qtbot) -> None:
    page = shown(qtbot, "ready")
    told, primary = heard(page.action_pressed), heard(page.primary_pressed)
    button = next(b for b in page.findChildren(gallery.QWidget) if b.accessibleName() == samples.t("有问题", "Problem"))
    button.setFocus(Qt.FocusReason.TabFocusReason)
    press(page, Qt.Key.Key_Return)
    assert (told, primary) == (["problem"], [])


def test_screen_readers_hear_result_consequence_and_key(qtbot) -> None:
    page = shown(qtbot, "ready")
    assert page.primary.accessibleName() == "全部正常"
    assert page.primary.accessibleDescription() == "A 级 · 重新上架 · 打印标签 Enter ↵"
    row = shown(qtbot, "checklist").rows.rows[2]
    assert (row.accessibleName(), row.accessibleDescription()) == ("3 无污渍", "客诉项 · 异常 · 左袖口 · 化妆品 · 明显")


def test_keycaps_speak_the_language_in_force(qapp) -> None:
    assert (keycap_text("Space"), keycap_text("Enter"), keycap_text("F2")) == ("空格", "Enter ↵", "F2")


# --- camera -------------------------------------------------------------------------------------------------------


def grey(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    return image


@pytest.fixture
def camera(qtbot) -> CameraView:
    view = CameraView()
    qtbot.addWidget(view)
    view.resize(800, 450)
    view.show()
    return view


def test_a_frame_is_shown_whole_never_cropped(camera) -> None:
    camera.show_frame(grey(400, 300))
    place = camera.picture_place()
    assert (place.width(), place.height()) == (600, 450)
    assert camera.grab().toImage().pixelColor(20, 225) == theme.current().color("bg.camera")


def test_after_a_shot_the_picture_stands_still_for_a_moment(camera, qtbot) -> None:
    camera.show_frame(grey(400, 300))
    camera.freeze()
    other = grey(200, 100)
    camera.show_frame(other)
    assert camera.picture_place().width() == 600
    qtbot.waitUntil(lambda: not camera._frozen, timeout=500)
    camera.show_frame(other)
    assert camera.picture_place().width() == 800


def test_the_worker_learns_the_size_wanted(camera, qtbot) -> None:
    sizes = heard(camera.size_wanted)
    camera.resize(640, 360)
    assert sizes[-1] == QSize(640, 360)


def test_a_place_is_marked_by_dragging_on_a_stored_photo_only(camera) -> None:
    marks: list[tuple[Any, ...]] = []
    camera.marked.connect(lambda *values: marks.append(values))
    camera.marking = True

    def drag(held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for kind, x, y in ((QEvent.Type.MouseButtonPress, 200, 45), (QEvent.Type.MouseMove, 300, 200),
                           (QEvent.Type.MouseButtonRelease, 400, 225)):  # fmt: skip
            point, left = QPointF(x, y), Qt.MouseButton.LeftButton
            moved = QMouseEvent(kind, point, point, left, left, held)
            QApplication.sendEvent(camera, moved)

    drag()
    assert marks == []
    camera.show_view(CameraTexts(still=grey(400, 300)))
    drag()
    assert marks[0][0] == "ellipse" and [round(value, 3) for value in marks[0][1:5]] == [0.167, 0.1, 0.5, 0.5]
    drag(Qt.KeyboardModifier.ShiftModifier)
    assert marks[1][0] == "arrow" and marks[1][1:] == marks[0][1:]


def test_a_place_is_marked_by_keys_alone(camera, qtbot) -> None:
    marks: list[tuple[Any, ...]] = []
    camera.marked.connect(lambda *values: marks.append(values))
    camera.marking = True
    assert camera.begin_mark() is False, "there is no stored photo to mark"
    camera.show_view(CameraTexts(still=grey(400, 300)))

    def press(*keys: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QApplication.sendEvent(camera, QKeyEvent(QEvent.Type.KeyPress, key, held))

    assert camera.begin_mark()
    press(Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up)
    press(Qt.Key.Key_Right, held=Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_Return)
    assert [round(value, 2) for value in marks[0][1:5]] == [0.38, 0.39, 0.59, 0.59] and marks[0][5]
    assert camera.begin_mark()
    press(Qt.Key.Key_A, Qt.Key.Key_Escape)
    assert len(marks) == 1
    assert camera.begin_mark()
    press(Qt.Key.Key_A, Qt.Key.Key_M)
    assert marks[1][0] == "arrow" and not marks[1][5], "nobody gave it a size"


def test_zones_lie_as_on_the_keypad() -> None:
    assert (zone_at(0.1, 0.1), zone_at(0.9, 0.9), zone_at(0.5, 0.5)) == (7, 3, 5)
    assert all(zone_at(*zone_place(zone)) == zone for zone in range(1, 10))


# --- smaller things -----------------------------------------------------------------------------------------------


def test_a_scan_into_the_field_is_submitted_at_once(qtbot) -> None:
    field = ScanField("Number")
    qtbot.addWidget(field)
    told = heard(field.submitted)
    field.setText("   ")
    field.returnPressed.emit()
    field.accept_scan("SF123456")
    assert told == ["SF123456"]
    how: list[bool] = []
    field.submitted.connect(lambda _text, scanned: how.append(scanned))
    field.accept_scan("SF123456")
    field.returnPressed.emit()
    assert how == [True, False]
    assert field.property("acceptsScan") is True


def test_the_scan_line_stands_still_when_motion_is_reduced_or_nobody_is_there(qtbot) -> None:
    theme.use(theme.Theme(reduce_motion=True))
    still = ScanPrompt()
    qtbot.addWidget(still)
    still.show()
    assert not still.is_sweeping
    theme.use(theme.Theme())
    moving = ScanPrompt()
    qtbot.addWidget(moving)
    moving.show()
    assert moving.is_sweeping
    moving._idle = type("LongAgo", (), {"elapsed": lambda self: 60_001, "restart": lambda self: 0})()
    moving._sweep()
    assert not moving.is_sweeping


def test_a_long_text_keeps_its_whole_in_the_tool_tip(qtbot) -> None:
    label = TextLabel("a very long name of a product that does not fit", "body")
    qtbot.addWidget(label)
    label.resize(120, 28)
    label.grab()
    assert label.is_cut()
    assert label.toolTip() == label.text()


def test_lines_have_one_height_in_both_languages(qtbot) -> None:
    for text in ("退货质检台", "Returns"):
        label = TextLabel(text, "h2")
        qtbot.addWidget(label)
        assert label.sizeHint().height() == 32


def test_hyphens_are_narrow_in_words_and_wide_in_numbers() -> None:
    assert spelled("re-check of YL-8821-NV-M") == "re\u2010check of YL-8821-NV-M"


def test_pictures_are_read_once_and_unreadable_ones_are_null(tmp_path) -> None:
    path = tmp_path / "one.png"
    grey(64, 48).save(str(path))
    source, got = Pictures(), []
    source.ask(path, QSize(32, 24), got.append)
    path.unlink()
    source.ask(path, QSize(32, 24), got.append)
    source.ask(tmp_path / "none.png", QSize(32, 24), got.append)
    assert [image.isNull() for image in got] == [False, False, True]
    assert got[0].width() == 32


def test_a_file_that_is_no_picture_does_no_harm(tmp_path, qtbot) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"no picture at all")
    assert pictures.read_picture(path, QSize(10, 10)).isNull()
