"""History by keys and scans: found, opened, exported, printed once more, asked to be checked again."""

from __future__ import annotations

import shutil
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest
from gui.working_bench import CLEAN, STAINED, WRONG, WorkingBench, kinds
from PySide6.QtWidgets import QApplication

from inspection_station.documents.reprint_mark import reprint_of
from inspection_station.station.flow.state import Screen
from inspection_station.sync.loop import SyncState
from inspection_station.workflows.case import Case


@pytest.fixture
def two(waiting: WorkingBench) -> tuple[WorkingBench, Case, Case]:
    """Two inspections are done, and the history is open: the bench, the clean one, the stained one."""
    bench = waiting
    clean = bench.work_clean()
    bench.open_parcel(STAINED)
    bench.until_identified()
    bench.take_required_photos()
    bench.press("D")
    bench.until_screen(Screen.CHECKLIST)
    bench.quiet()
    bench.press("Q", "Z")
    bench.until(lambda: bench.case.inspection.item().findings)
    bench.take_required_photos()
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 2)
    bench.quiet()
    stained = bench.stored(inspection_id)
    bench.press("F8")
    bench.until(lambda: bench.app.window.area == "history" and len(bench.app.history.page.rows) == 2)
    bench.quiet()
    return bench, clean, stained


def test_the_newest_comes_first_and_is_open_with_its_photos_and_its_chain(
    two: tuple[WorkingBench, Case, Case],
) -> None:
    bench, clean, stained = two
    page = bench.app.history.page
    assert [row.inspection_id for row in page.rows] == [stained.inspection.id, clean.inspection.id]
    assert page.rows[0].selected
    view = page._case
    assert view is not None
    assert view.inspection_id == stained.inspection.id
    assert len(view.photos) == len(stained.inspection.photos)
    assert all(photo.intact for photo in view.photos)
    details = " ".join(line.detail for line in view.timeline)
    assert "批量" in details
    assert view.verdict.tone == "warn"  # complete, but not yet at the centre
    assert page.record.grade_tile.accessibleName() == view.grade == "B"


def test_a_scan_and_typed_text_find_an_inspection(two: tuple[WorkingBench, Case, Case]) -> None:
    bench, clean, stained = two
    page = bench.app.history.page
    bench.scan(CLEAN)
    bench.until(lambda: [row.inspection_id for row in page.rows] == [clean.inspection.id])
    bench.until(lambda: page._case is not None and page._case.inspection_id == clean.inspection.id)
    bench.scan(stained.inspection.items[0].rt_number)
    bench.until(lambda: [row.inspection_id for row in page.rows] == [stained.inspection.id])
    page.column.field.setFocus()
    page.column.field.clear()
    bench.type(clean.inspection.items[0].sku)
    assert page.column.field.text() == clean.inspection.items[0].sku
    bench.press("Enter")
    bench.until(lambda: [row.inspection_id for row in page.rows] == [clean.inspection.id])
    page.column.field.clear()
    bench.type("no such thing")
    bench.press("Enter")
    bench.until(lambda: page.rows == ())
    assert page._case is None


def test_arrows_turn_the_photos_and_escape_leads_back_to_work(two: tuple[WorkingBench, Case, Case]) -> None:
    bench, _clean, _stained = two
    page = bench.app.history.page
    page.rest_focus()
    bench.press("Right")
    bench.until(lambda: page.viewer.place == 1)
    bench.press("Left")
    bench.until(lambda: page.viewer.place == 0)
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    assert bench.app.bench.pages.page.isAncestorOf(QApplication.focusWidget()) or (
        QApplication.focusWidget() is bench.app.bench.pages.page
    )


def test_the_exported_bundle_checks_itself(two: tuple[WorkingBench, Case, Case], tmp_path: Path) -> None:
    bench, _clean, stained = two
    exported: list[str] = []
    bench.app.history.exported.connect(exported.append)
    bench.press("Ctrl+E")
    bench.until(lambda: exported)
    with zipfile.ZipFile(exported[0]) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name.startswith(stained.inspection.items[0].rt_number)
    assert (folder / "SHA256SUMS").is_file()
    assert (folder / "manifest.json").is_file()
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True)
    assert bench.until_told("evidence.exported")[1] == exported[0]


def test_a_label_is_printed_again_with_the_mark_of_a_reprint(two: tuple[WorkingBench, Case, Case]) -> None:
    bench, _clean, stained = two
    rt_number = stained.inspection.items[0].rt_number
    first = bench.on_bench(lambda: bench.app.station.labels.newest(rt_number))
    bench.press("Ctrl+P")
    bench.until(lambda: len(bench.labels) == 3)
    bench.quiet()
    again = bench.on_bench(lambda: bench.app.station.labels.newest(rt_number))
    assert again.id != first.id
    labels = bench.app.station.labels
    assert again.issue == first.issue and again.raster_png != first.raster_png
    assert again.raster_png == reprint_of(first.raster_png, labels.size_mm, labels.dpi)


def test_a_re_check_is_asked_for_and_changes_nothing_else(two: tuple[WorkingBench, Case, Case]) -> None:
    bench, _clean, stained = two
    bench.press("Ctrl+R")
    assert bench.until_told("recheck.requested")[0] == "已申请复检"
    after = bench.stored(stained.inspection.id)
    assert kinds(after) == [*kinds(stained), "recheck_requested"]
    assert after.inspection.items == stained.inspection.items


def test_a_record_asked_for_stays_open_though_the_list_does_not_hold_it(two: tuple[WorkingBench, Case, Case]) -> None:
    bench, first, second = two
    bench.app.show_area("history")
    page = bench.app.history.page
    page.look_for(second.inspection.items[0].rt_number)
    bench.until(lambda: len(page.rows) == 1)
    bench.app.history.choose(first.inspection.id, first.inspection.items[0].id)
    bench.app.show_area("history")
    bench.until(lambda: page._case is not None and page._case.inspection_id == first.inspection.id)
    bench.quiet()
    assert page._case is not None and page._case.inspection_id == first.inspection.id


def test_a_scan_does_not_wait_for_photos_that_are_checked(
    two: tuple[WorkingBench, Case, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, clean, stained = two
    page, photos = bench.app.history.page, bench.app.station.photos
    plain, begun, go_on = photos.verify, threading.Event(), threading.Event()

    def slow(sha256: str) -> bool:
        begun.set()
        assert go_on.wait(20)
        return plain(sha256)

    monkeypatch.setattr(photos, "verify", slow)
    bench.app.history.choose(clean.inspection.id, "")
    bench.until(begun.is_set)
    bench.press("Esc")
    bench.scan(WRONG)
    bench.until_screen(Screen.PARCEL)
    assert page._case is not None and page._case.inspection_id == stained.inspection.id
    go_on.set()
    bench.until(lambda: page._case is not None and page._case.inspection_id == clean.inspection.id)


def test_of_two_records_chosen_quickly_the_last_one_stays(
    two: tuple[WorkingBench, Case, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, clean, stained = two
    page, photos = bench.app.history.page, bench.app.station.photos
    plain, begun, go_on = photos.verify, threading.Event(), threading.Event()
    slow = clean.inspection.photos[0].sha256

    def verify(sha256: str) -> bool:
        if sha256 == slow:
            begun.set()
            assert go_on.wait(20)
        return plain(sha256)

    monkeypatch.setattr(photos, "verify", verify)
    bench.app.history.choose(clean.inspection.id, "")
    bench.until(begun.is_set)
    bench.app.history.choose(stained.inspection.id, "")
    bench.on_bench(lambda: True)
    go_on.set()
    bench.quiet()
    assert page._case is not None and page._case.inspection_id == stained.inspection.id


def test_a_parked_parcel_is_not_called_complete_and_cannot_be_exported(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.press("F9")
    bench.until_screen(Screen.WAITING)
    bench.press("F8")
    bench.until(lambda: bench.app.window.area == "history" and bench.app.history.page._case is not None)
    view = bench.app.history.page._case
    assert view is not None
    assert (view.verdict.text, view.verdict.tone) == ("未完成", "warn")
    assert not view.can_export
    primary = bench.app.history.page._primary
    assert primary is not None and not primary.isEnabled() and "还没有结果" in primary.view.consequence


def test_what_reached_the_centre_is_told_at_once_and_the_photo_looked_at_stays(
    two: tuple[WorkingBench, Case, Case],
) -> None:
    bench, _clean, stained = two
    page = bench.app.history.page
    bench.until(lambda: page._case is not None and page._case.inspection_id == stained.inspection.id)
    page.viewer.select(1)
    outbox = bench.app.station.outbox

    def reach_the_centre() -> None:
        for photo in outbox.pending_photos(100):
            outbox.mark_photo_stored(photo)
        outbox.mark_all([(record.id, "stored", "") for record in outbox.pending_records(1000)])

    bench.on_bench(reach_the_centre)
    bench.app._synced(SyncState(kind="idle", last_success="2026-11-22T10:00:00.000Z"))
    bench.until(lambda: page._case is not None and page._case.verdict.tone == "ok")
    assert page.viewer.place == 1
