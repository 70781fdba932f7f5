"""Rows that ask for a value, by keys and scans in the real window: option, number, text, serial number, parts."""

from __future__ import annotations

from typing import Any

from gui.working_bench import WorkingBench, tote_of
from PySide6.QtWidgets import QApplication

from inspection_station.domain.inspection import Answer
from inspection_station.station.answer_entry import AnswerEntry
from inspection_station.station.checklist_page import ChecklistPage
from inspection_station.station.flow.state import Screen
from inspection_station.station.surfaces import SMALLEST_TARGET

PHONE, PHONE_NUMBER = "SF1390416700682", "YX17B26112738"
TEA = "JD0192713662989"


def page(bench: WorkingBench) -> ChecklistPage:
    shown = bench.app.bench.pages.page
    assert isinstance(shown, ChecklistPage)
    return shown


def entry(bench: WorkingBench) -> AnswerEntry:
    return page(bench).entry


def at_the_checklist(bench: WorkingBench, tracking: str) -> None:
    bench.open_parcel(tracking)
    bench.until_identified()
    bench.take_required_photos()
    bench.press("D")
    bench.until_screen(Screen.CHECKLIST)


def answers(bench: WorkingBench) -> Any:
    return bench.case.inspection.item().answers


def until_row(bench: WorkingBench, row: str) -> None:
    bench.until(lambda: bench.state.row == row)
    bench.quiet()


def until_answered(bench: WorkingBench, row: str) -> Answer:
    bench.until(lambda: row in answers(bench))
    found: Answer = answers(bench)[row]
    return found


def all_can_be_touched(bench: WorkingBench) -> bool:
    QApplication.processEvents()
    targets = entry(bench).targets
    return bool(targets) and all(
        min(one.width(), one.height()) >= SMALLEST_TARGET and one.visibleRegion().boundingRect().size() == one.size()
        for one in targets
    )


def in_the_field(bench: WorkingBench) -> None:
    bench.until(lambda: entry(bench).field.isVisible() and entry(bench).field.hasFocus())


def test_a_phone_is_judged_by_keys_and_one_scan_with_a_value_of_each_kind(waiting: WorkingBench) -> None:
    bench = waiting
    at_the_checklist(bench, PHONE)
    until_row(bench, "opened")
    assert not bench.primary.isEnabled() and all_can_be_touched(bench)
    bench.press("Enter")
    bench.quiet()
    assert not answers(bench), "Enter passes nothing that must be said itself"
    bench.press("W")
    assert until_answered(bench, "opened").value == "opened"

    until_row(bench, "serial")
    in_the_field(bench)
    assert all_can_be_touched(bench)
    bench.scan(tote_of("restock"))
    bench.quiet()
    assert "serial" not in answers(bench) and entry(bench).field.text() == "", "a tote is no serial number"
    bench.scan(PHONE_NUMBER)
    assert until_answered(bench, "serial").value == PHONE_NUMBER

    until_row(bench, "device")
    bench.press("Q")
    until_row(bench, "powers_on")
    bench.press("N")
    bench.until(lambda: bench.primary.view.key == "Space")
    until_row(bench, "battery")
    in_the_field(bench)
    bench.take_required_photos()
    assert any(photo.shot == "screen" and photo.counted for photo in bench.case.inspection.photos)

    in_the_field(bench)
    assert all_can_be_touched(bench)
    bench.type("7o")
    bench.press("Enter")
    bench.until(lambda: bench.state.fault is not None)
    bench.quiet()
    assert entry(bench)._fault.text() and "battery" not in answers(bench)
    bench.scan(PHONE_NUMBER)
    bench.quiet()
    assert entry(bench).field.text() == "7o", "a scan types nothing into a field that does not take scans"
    entry(bench).field.selectAll()
    bench.type("85")
    bench.press("Enter")
    battery = until_answered(bench, "battery")
    assert (battery.value, battery.unit, battery.verdict) == ("85", "%", "defect")

    until_row(bench, "signed_out")
    bench.press("N")
    until_row(bench, "kit")
    assert all_can_be_touched(bench)
    bench.press("W")
    bench.until(lambda: any(one.part == "数据线" for one in bench.case.inspection.item().findings))
    bench.press("W")
    bench.until(lambda: answers(bench)["kit"].verdict == "pass")
    bench.press("Num2")
    bench.until(lambda: answers(bench)["kit"].verdict != "pass")
    bench.press("Plus")
    bench.until(lambda: answers(bench)["kit"].verdict == "pass")
    bench.press("N")
    until_row(bench, "parts")
    bench.press("N")
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    singles = {row for row, one in answers(bench).items() if one.answered_by == "single"}
    assert singles == {"opened", "serial", "device", "powers_on", "battery", "signed_out", "kit", "parts"}
    assert not any(one.part for one in bench.case.inspection.item().findings)


def test_another_serial_number_is_asked_about_and_nothing_answered(waiting: WorkingBench) -> None:
    bench = waiting
    at_the_checklist(bench, PHONE)
    bench.press("W")
    until_row(bench, "serial")
    in_the_field(bench)
    bench.type("yx17b99999999")
    bench.press("Enter")
    bench.until_screen(Screen.WRONG_ITEM)
    assert bench.state.found is not None
    assert (bench.state.found.finding, bench.state.found.code) == ("serial_mismatch", "YX17B99999999")
    assert "serial" not in answers(bench)


def test_letters_and_digits_go_into_the_field_until_esc_gives_them_back_to_the_rows(waiting: WorkingBench) -> None:
    bench = waiting
    at_the_checklist(bench, TEA)
    for row in ("seal", "shelf_life", "storage"):
        until_row(bench, row)
        bench.press("N")
        until_answered(bench, row)
    until_row(bench, "pack")
    bench.press("5")
    until_row(bench, "best_before")
    in_the_field(bench)
    assert all_can_be_touched(bench)
    bench.type("n2026 d1")
    bench.quiet()
    assert bench.state.row == "best_before" and entry(bench).field.text().lower() == "n2026 d1"
    bench.press("Enter")
    assert until_answered(bench, "best_before").value.lower() == "n2026 d1"
    bench.press("5")
    until_row(bench, "best_before")
    in_the_field(bench)
    bench.press("Esc")
    bench.until(lambda: not entry(bench).field.hasFocus())
    bench.press("2")
    until_row(bench, "pack")
    assert bench.screen is Screen.CHECKLIST and not entry(bench).isVisible()


def test_rows_go_on_over_pages(waiting: WorkingBench) -> None:
    bench = waiting
    at_the_checklist(bench, PHONE)
    bench.press("W")
    until_row(bench, "serial")
    in_the_field(bench)
    assert len(page(bench).rows.rows) == 9
    bench.press("PageDown")
    bench.until(lambda: len(page(bench).rows.rows) < 9)
    bench.quiet()
    assert "2 / 2" in page(bench)._page_words.text() or "2 of 2" in page(bench)._page_words.text()
    bench.press("Up")
    bench.until(lambda: len(page(bench).rows.rows) == 9)
    bench.press("Down")
    bench.until(lambda: len(page(bench).rows.rows) < 9)
    bench.press("PageUp", "2")
    until_row(bench, "housing")
