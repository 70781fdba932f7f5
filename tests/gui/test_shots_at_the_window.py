"""What a photo's record says of the shot, marks put on it at the window, and the outside photo that waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui import working_bench
from gui.working_bench import CLEAN, WorkingBench
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspection_station.devices.barcodes import read_codes
from inspection_station.station import bench_area, page
from inspection_station.station.flow.state import Screen


def another_photo(bench: WorkingBench, before: int) -> str:
    bench.until(lambda: len(bench.case.inspection.photos) > before)
    bench.quiet()
    return bench.case.inspection.photos[-1].trigger


def test_a_photo_says_when_it_was_taken_by_which_camera_and_what_released_it(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    monkeypatch.setattr(bench_area, "FREEZE_GAP", 0.0)
    bench.open_parcel(CLEAN)
    bench.until_identified()
    outside = bench.case.inspection.photos[0]
    assert (outside.trigger, outside.camera) == ("auto", "simulated")
    assert outside.captured_at and outside.captured_at <= outside.taken_at
    assert outside.quality["verdict"] == "ok" and {"sharpness", "brightness", "highlights"} <= set(outside.quality)
    bench.press("Space")
    assert another_photo(bench, 1) == "key"
    bench.scan("CMD-RETAKE")
    assert another_photo(bench, 2) == "scan"
    assert len({photo.sha256 for photo in bench.case.inspection.photos}) >= 3, "a retake adds"


def test_the_pedal_a_key_and_a_finger_are_told_apart(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    shooting = waiting.app.bench.pages.parcel
    heard: list[str] = []
    shooting.shot_requested.connect(lambda: heard.append(shooting.trigger()))
    shooting.unbind_all()
    shooting.bind("Space", shooting.shot_requested.emit)
    shooting.press("Pedal")
    shooting.press("Space")
    monkeypatch.setattr(page, "BY_KEY", -1.0)
    shooting.shot_requested.emit()
    assert heard == ["pedal", "key", "touch"]


def test_a_close_up_is_marked_with_its_size_and_the_mark_is_taken_back(waiting: WorkingBench) -> None:
    bench = waiting
    bench.find_stain()
    bench.quiet()
    bench.take_required_photos()
    bench.quiet()
    photo = bench.case.inspection.photos[-1]
    assert photo.shot == "close_up" and photo.pixels_per_mm > 0
    bench.app.bench.pages.show_stored(bench.app.station.photos.path(photo.sha256))
    camera = bench.app.bench.pages.page.camera
    bench.until(lambda: not camera._still.isNull())
    assert any(badge.icon == "mdi6.ruler" for badge in camera._view.badges)
    place = camera.picture_place()
    for kind, across in ((QEvent.Type.MouseButtonPress, 0.4), (QEvent.Type.MouseButtonRelease, 0.6)):
        point = QPointF(place.left() + across * place.width(), place.top() + across * place.height())
        left = Qt.MouseButton.LeftButton
        QApplication.sendEvent(camera, QMouseEvent(kind, point, point, left, left, Qt.KeyboardModifier.NoModifier))
    bench.until(lambda: bench.case.inspection.marks)
    bench.quiet()
    (mark,) = bench.case.inspection.marks_of(photo.id)
    assert mark.width_mm == pytest.approx(0.2 * photo.width / photo.pixels_per_mm, abs=1)
    assert camera._view.ellipses[0].text == f"约 {mark.width_mm / 10:.1f} × {mark.height_mm / 10:.1f} cm"
    assert bench.app.station.photos.verify(photo.sha256)
    bench.press("F12")
    bench.until(lambda: not bench.case.inspection.marks)
    assert bench.case.inspection.photos[-1] == photo


def test_the_outside_photo_waits_for_a_frame_that_shows_the_number(waiting: WorkingBench) -> None:
    bench = waiting
    station = bench.app.bench
    shown = bench.camera.parcel_scanned
    bench.camera.parcel_scanned = lambda number, *rest: shown("SF9999999999999", *rest)  # type: ignore[method-assign]
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.quiet()
    assert bench.case.inspection.photos == ()
    bench.until(lambda: any(code.text == "SF9999999999999" for code in read_codes(bench.app.camera.latest().image)))
    bench.press("Space")
    bench.until(lambda: bench.case.inspection.photos)
    bench.quiet()
    refused = bench.case.inspection.photos[-1]
    assert not refused.counted and refused.quality["verdict"] == "label_other" and bench.primary.view.key == "Space"
    bench.until(lambda: station.pages.camera is not None and station.pages.camera._view.fault)
    del bench.camera.parcel_scanned
    bench.camera.show_parcel(CLEAN)
    bench.until(lambda: any(photo.automatic for photo in bench.case.inspection.photos))
    assert next(photo for photo in bench.case.inspection.photos if photo.automatic).counted


def test_a_disk_with_too_little_room_refuses_before_the_shot(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    photos, frozen = bench.app.station.photos, []
    monkeypatch.setattr(photos, "_minimum_free", 1 << 62)
    bench.app.session.refresh()
    bench.until(lambda: bench.shown.no_photo is not None)
    before, files = bench.case, sorted(photos.kept())
    monkeypatch.setattr(bench.app.bench.pages.page.camera, "freeze", lambda: frozen.append("freeze"))
    bench.press("Space")
    assert bench.until_told("disk.full") == ("存储已满，不能拍照", "连接网络同步，或找组长")
    bench.quiet()
    assert not frozen and bench.case.events == before.events and sorted(photos.kept()) == files
    photos.leave_free(0)
    bench.press("Space")
    bench.until_primary("Enter")
    assert frozen == ["freeze"]


def test_the_outside_photo_is_left_to_the_person_where_it_is_set_so(
    station_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = working_bench.settings_of(station_folder, camera={"auto_parcel_photo": False})
    with working_bench.running(station_folder, qtbot, monkeypatch, settings=settings) as bench:
        bench.sign_in()
        looks: list[bool] = []
        monkeypatch.setattr(bench.app.bench._outside, "begin", lambda: looks.append(True))
        bench.scan(CLEAN)
        bench.until_screen(Screen.PARCEL)
        bench.until_primary("Space")
        bench.quiet()
        assert not looks and not bench.case.inspection.photos
        assert bench.shown.shot is not None and bench.shown.shot.shot == "waybill"
        bench.until(lambda: bench.app.camera.latest() is not None)
        bench.press("Space")
        bench.until(lambda: bench.case.inspection.photos)
        photo = bench.case.inspection.photos[0]
        assert (photo.shot, photo.automatic, photo.counted) == ("waybill", False, True)
