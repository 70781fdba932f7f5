"""Devices, disk and database fail in the middle of the work: told in plain words, nothing lost, on without restart."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import cv2
import pytest
from gui import working_bench
from gui.working_bench import CLEAN, INSPECTOR, WorkingBench, is_whole, kinds

from inspection_station.domain.inspection import InspectionState
from inspection_station.station import bench_camera, outside_photo
from inspection_station.station.flow.state import Screen
from inspection_station.storage.database import FILE_NAME


def ready_to_confirm(bench: WorkingBench) -> str:
    """A clean parcel lies open with all its photos; the inspection's id."""
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    return bench.case.inspection.id


def test_the_camera_is_lost_while_photos_are_missing_and_comes_back_by_itself(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.camera.lost()
    bench.until(lambda: not bench.primary.isEnabled())
    assert bench.primary.view.text == "先恢复摄像头"
    chips = {chip.view.name: chip.view for chip in bench.app.window.frame.strip.chips}
    assert chips["camera"].state == "fault"
    bench.press("Space", "Enter")
    bench.quiet()
    assert len(bench.case.inspection.photos) == 1
    assert bench.screen is Screen.PARCEL
    bench.camera.back()
    bench.press("R")
    bench.until_primary("Space")
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    (case,) = bench.inspections()
    assert len(case.inspection.photos) == 2
    assert is_whole(case)


def test_a_parcel_opens_without_a_camera_and_its_outside_photo_comes_when_it_is_back(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    monkeypatch.setattr(bench_camera, "FRESH_SECONDS", 60.0)  # however slow this machine is
    bench.camera.lost()
    bench.until(lambda: bench.app.camera.state == "lost")
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert not bench.primary.isEnabled()
    bench.press("T")
    bench.until_identified()
    bench.camera.back()
    bench.take_required_photos()
    bench.until_primary("Enter")
    assert [photo.shot for photo in bench.case.inspection.photos] == ["waybill", "front"]
    assert bench.case.inspection.photos[0].automatic


def test_the_outside_photo_waits_longer_for_the_camera_than_for_one_frame(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    tries: list[float] = []
    plain = bench.app.camera.when_fresh

    def counted(use, since=None, missed=None):  # type: ignore[no-untyped-def]
        if since is None:
            tries.append(1.0)
        plain(use, since, missed)

    monkeypatch.setattr(bench_camera, "FRESH_SECONDS", 0.02)
    monkeypatch.setattr(outside_photo, "PATIENCE", 60.0)  # however slow this machine is
    monkeypatch.setattr(bench.app.camera, "when_fresh", counted)
    bench.camera.lost()
    bench.until(lambda: bench.app.camera.state == "lost")
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.until(lambda: len(tries) > 2)
    assert not bench.case.inspection.photos
    monkeypatch.setattr(bench_camera, "FRESH_SECONDS", 2.0)
    bench.camera.back()
    bench.until(lambda: bench.case.inspection.photos)
    assert bench.case.inspection.photos[0].automatic


def test_the_outside_photo_is_left_to_the_person_when_its_patience_is_over(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    missed: list[bool] = []
    monkeypatch.setattr(bench_camera, "FRESH_SECONDS", 0.02)
    monkeypatch.setattr(outside_photo, "PATIENCE", 0.0)
    timer = bench.app.bench._outside._again
    timer.timeout.connect(lambda: missed.append(timer.isActive()))
    bench.camera.lost()
    bench.until(lambda: bench.app.camera.state == "lost")
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.until(lambda: missed)
    bench.quiet()
    assert missed == [False] and not timer.isActive()


def test_a_full_disk_refuses_the_photo_and_keeps_nothing_of_it(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    before, files = bench.case, sorted(bench.app.station.photos.kept())
    monkeypatch.setattr(bench.app.station.photos, "_minimum_free", 1 << 62)
    bench.press("Space")
    assert bench.until_told("disk.full") == ("存储已满，不能拍照", "连接网络同步，或找组长")
    bench.quiet()
    assert bench.case.events == before.events
    assert sorted(bench.app.station.photos.kept()) == files
    assert not list(bench.app.station.folder.glob("photos/**/*.part"))
    assert bench.primary.view.key == "Space"
    monkeypatch.undo()
    bench.app.station.photos._minimum_free = 0
    bench.press("Space")
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)


def test_a_locked_database_at_confirm_says_nothing_is_done_and_work_goes_on(waiting: WorkingBench) -> None:
    bench = waiting
    inspection_id = ready_to_confirm(bench)
    database = bench.app.station.database
    database._busy_ms = 60
    bench.on_bench(database._engine.dispose)
    other = sqlite3.connect(bench.app.station.folder / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        bench.heard.clear()
        bench.press("Enter")
        bench.until(lambda: bench.told)
        assert bench.told[-1][0].startswith(("database.", "storage.", "disk."))
        assert "done" not in bench.heard
        assert bench.heard == ["error"]
        assert bench.screen is Screen.PARCEL
        assert bench.labels == []
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert bench.stored(inspection_id).inspection.state is InspectionState.OPEN
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    assert case.inspection.state is InspectionState.CLOSED
    assert kinds(case).count("item_decided") == 1
    assert is_whole(case)


def test_a_blurred_shot_is_told_over_the_picture_and_not_counted(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    scenes = bench.camera._scenes
    plain = scenes.item
    monkeypatch.setattr(scenes, "item", lambda *args, **more: cv2.blur(plain(*args, **more), (61, 61)))
    bench.camera.show_item("YL-8821-NV")
    bench.until(lambda: any("模糊" in badge.text for badge in bench.app.bench.pages._badges))
    bench.press("Space")
    bench.until(lambda: len(bench.case.inspection.photos) == 2)
    assert not bench.case.inspection.photos[-1].counted
    assert "照片模糊" in bench.app.bench.pages.parcel.camera._view.fault
    assert bench.primary.view.key == "Space"
    assert bench.heard[-1] == "warn"
    monkeypatch.undo()
    bench.camera.show_item("YL-8821-NV")
    bench.until(lambda: not any("模糊" in badge.text for badge in bench.app.bench.pages._badges))
    bench.press("Space")
    bench.until_primary("Enter")


def test_an_unfinished_inspection_lies_open_again_after_the_window_was_closed(
    station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working_bench.running(station_folder, qtbot, monkeypatch) as bench:
        bench.sign_in()
        bench.find_stain()
        bench.quiet()
        before = bench.case
    with working_bench.running(station_folder, qtbot, monkeypatch) as again:
        again.sign_in(INSPECTOR)
        again.until_screen(Screen.CHECKLIST)
        assert again.until_told("recovered") == ("已恢复上次未完成的 1 件", "照片 2 张都在")
        assert again.case.inspection.id == before.inspection.id
        assert again.case.events[: len(before.events)] == before.events
        assert again.case.inspection.item().findings == before.inspection.item().findings
        for photo in again.case.inspection.photos:
            assert again.app.station.photos.verify(photo.sha256)
        again.take_required_photos()
        again.until_primary("Enter")
