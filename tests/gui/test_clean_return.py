"""A clean return costs one scan and two key presses, and all of it is recorded as it happened."""

from __future__ import annotations

from dataclasses import replace

from gui.working_bench import CLEAN, INSPECTOR, WorkingBench, is_whole, kinds, tote_of

from inspection_station.devices.barcodes import read_codes
from inspection_station.domain.inspection import InspectionState
from inspection_station.evidence.imaging import thumbnail
from inspection_station.picture_files import open_picture
from inspection_station.station.flow.state import Screen


def test_a_clean_return_is_one_scan_and_two_key_presses(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.until(lambda: bench.case.inspection.photos)
    bench.until_identified()
    bench.until_primary("Space")
    bench.press("Space")
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    assert (bench.scans, bench.presses) == (1, 2)
    assert bench.told == []
    assert bench.heard == ["accept", "accept", "shutter", "done"]
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    case = bench.stored(inspection_id)
    assert is_whole(case)
    assert case.inspection.state is InspectionState.CLOSED
    assert kinds(case) == [
        "parcel_opened", "item_opened", "photo_taken", "item_identified", "photo_taken", "rest_passed", "item_decided",
        "inspection_closed", "label_printed",
    ]  # fmt: skip
    assert {event.person for event in case.events} == {INSPECTOR.id}


def test_what_the_station_did_by_itself_is_recorded_as_such(waiting: WorkingBench) -> None:
    case = waiting.work_clean()
    item = case.inspection.items[0]
    outside, front = case.inspection.photos
    assert (outside.shot, outside.automatic, outside.counted, outside.item_id) == ("waybill", True, True, "")
    assert (front.shot, front.automatic, front.counted, front.item_id) == ("front", False, True, item.id)
    taken = next(event for event in case.events if event.kind == "photo_taken")
    assert CLEAN in taken.payload["codes"]
    assert (item.identity, item.identified_by, item.found_code) == ("match", "camera", "2900065806389")
    assert {answer.answered_by for answer in item.answers.values()} == {"bulk"}
    assert {answer.verdict for answer in item.answers.values()} == {"pass"}
    decision = item.decision
    assert decision is not None
    assert (decision["grade"], decision["disposition"], decision["slot"]) == ("A", "restock", 1)
    assert (decision["proposed_tote"], decision["tote"]) == (tote_of("restock"), "")
    for photo in case.inspection.photos:
        assert waiting.app.station.photos.verify(photo.sha256)
        assert thumbnail(waiting.app.station.photos.read(photo.sha256)).startswith(b"\xff\xd8")


def test_the_outside_photo_shows_the_scanned_number(waiting: WorkingBench) -> None:
    case = waiting.work_clean()
    picture = open_picture(waiting.app.station.photos.read(case.inspection.photos[0].sha256))
    assert CLEAN in {read.text for read in read_codes(picture, (CLEAN,)) if read.accepted}


def test_a_held_enter_confirms_once_and_nothing_after_it(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.hold("Enter")
    bench.until_screen(Screen.WAITING)
    bench.hold("Enter")
    bench.quiet()
    (case,) = bench.inspections()
    assert kinds(case).count("item_decided") == 1
    assert bench.heard.count("done") == 1
    assert bench.screen is Screen.WAITING


def test_a_second_enter_right_after_the_photo_does_not_pass_what_nobody_saw(waiting: WorkingBench) -> None:
    """The primary has just become another one: the same hand's next press, 120 ms later, is not meant for it."""
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.clock.now = bench.app.wedge._guard_from + 120 - 400
    bench.press("Enter")
    bench.quiet()
    assert bench.screen is Screen.PARCEL
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)


def test_the_item_is_shown_with_its_label_coming_and_eight_seconds_to_undo(waiting: WorkingBench) -> None:
    bench = waiting
    case = bench.work_clean()
    toast = bench.app.bench.pages.waiting.toast
    assert toast.isVisible()
    assert toast._view is not None
    assert toast._view.number == f"RT-…{case.inspection.items[0].rt_number[-4:]}"
    assert toast._view.undo is not None
    assert toast._view.seconds == 8
    bench.until(lambda: toast._view.detail == "标签已打印")
    for _ in range(8):
        bench.app.bench._tick()
    assert toast.isVisible()
    assert toast._view.undo is None
    bench.press("F12")
    bench.quiet()
    assert bench.until_told("undo.late") == ("超过撤销时间", "在“历史”里申请复检")
    assert bench.stored(case.inspection.id).inspection.state is InspectionState.CLOSED


def test_a_random_check_is_told_only_after_confirming(waiting: WorkingBench) -> None:
    bench = waiting
    station = bench.app.station
    policies = station.desk.book.policies.with_random_check(100)
    station.desk = replace(station.desk, book=replace(station.desk.book, policies=policies))
    case = bench.work_clean()
    decision = case.inspection.items[0].decision
    assert decision is not None
    assert decision["random_check"] is True
    toast = bench.app.bench.pages.waiting.toast._view
    assert toast is not None
    assert "抽检" in toast.detail


def test_the_count_in_the_top_bar_goes_back_with_an_undo(waiting: WorkingBench) -> None:
    bench = waiting
    bench.work_clean()
    bench.until(lambda: bench.app._done_today == 1)
    bench.press("F12")
    bench.until_screen(Screen.PARCEL)
    bench.until(lambda: bench.app._done_today == 0)
