"""A claimed defect by keys: never in bulk, with its close-up, undone and reopened, parked and taken up again."""

from __future__ import annotations

from gui.working_bench import CLEAN, STAINED, WorkingBench, is_whole, kinds
from PySide6.QtWidgets import QApplication

from inspection_station.domain.inspection import InspectionState
from inspection_station.station.flow.state import Screen


def at_the_checklist(bench: WorkingBench) -> None:
    """The stained shirt lies there, identified and photographed; the checklist is open at the claimed row."""
    bench.open_parcel(STAINED)
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.CHECKLIST)


def found_the_stain(bench: WorkingBench) -> None:
    """A major make-up stain in the middle, with its close-up."""
    at_the_checklist(bench)
    bench.press("Q", "X")
    bench.until(lambda: bench.case.inspection.item().findings)
    bench.press("Num5")
    bench.until(lambda: bench.case.inspection.item().findings[0].place == "5")
    bench.take_required_photos()
    bench.until_primary("Enter")


def test_a_claimed_point_is_never_passed_in_bulk(waiting: WorkingBench) -> None:
    bench = waiting
    at_the_checklist(bench)
    assert bench.state.row == "no_stains"
    assert not bench.primary.isEnabled()
    bench.press("Enter")
    bench.quiet()
    assert bench.screen is Screen.CHECKLIST
    assert bench.case.inspection.item().answers == {}
    bench.press("N")
    bench.until(lambda: bench.case.inspection.item().answers)
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    answers = bench.case.inspection.item().answers
    assert answers["no_stains"].answered_by == "single"
    assert {answer.answered_by for row, answer in answers.items() if row != "no_stains"} == {"bulk"}


def test_a_defect_takes_row_kind_severity_close_up_and_confirm(waiting: WorkingBench) -> None:
    bench = waiting
    found_the_stain(bench)
    item = bench.case.inspection.item()
    (finding,) = item.findings
    assert (finding.question, finding.type, finding.severity, finding.place) == ("no_stains", "makeup", "major", "5")
    close_up = bench.case.inspection.photos[-1]
    assert (close_up.finding_id, close_up.counted) == (finding.id, True)
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    case = bench.stored(inspection_id)
    assert is_whole(case)
    decision = case.inspection.items[0].decision
    assert decision is not None
    assert decision["grade"] != "A"
    assert decision["disposition"] != "restock"
    assert decision["needs_lead"] in (True, False)
    assert any(why["rule"] for why in decision["why"])


def test_d_opens_the_checklist_and_digits_mark_rows_there_and_back(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.press("D")
    bench.until_screen(Screen.CHECKLIST)
    bench.press("5")
    bench.until(lambda: bench.state.row == "tags_and_parts")
    bench.press("Q", "Z")
    bench.until(lambda: bench.case.inspection.item().findings)
    bench.press("5")
    bench.until(lambda: not bench.case.inspection.item().findings)
    assert bench.case.inspection.item().answers["tags_and_parts"].verdict == "pass"
    bench.press("7", "0")
    bench.until(lambda: "not_washed" in bench.case.inspection.item().answers)
    assert bench.case.inspection.item().answers["not_washed"].verdict == "not_applicable"
    bench.press("Esc")
    bench.until_screen(Screen.PARCEL)
    assert len(bench.case.inspection.item().answers) == 2


def test_f12_takes_the_last_step_back_and_adds_the_reversal(waiting: WorkingBench) -> None:
    bench = waiting
    found_the_stain(bench)
    before = len(bench.case.events)
    bench.press("F12")
    bench.until(lambda: bench.case.inspection.photos[-1].withdrawn)
    bench.until_primary("Space")
    assert bench.heard[-1] == "undo"
    bench.press("F12")
    bench.until(lambda: bench.case.inspection.item().findings[0].place == "")
    bench.press("F12")
    bench.until(lambda: not bench.case.inspection.item().findings)
    assert kinds(bench.case)[before:] == ["step_undone"] * 3
    assert is_whole(bench.case)


def test_f12_on_waiting_reopens_the_last_item_and_its_label_becomes_issue_two(waiting: WorkingBench) -> None:
    bench = waiting
    first = bench.work_clean()
    rt_number = first.inspection.items[0].rt_number
    bench.until(lambda: len(bench.labels) == 1)
    bench.press("F12")
    bench.until_screen(Screen.PARCEL)
    assert bench.until_told("undo.done") == (f"已撤销 {rt_number}", "把刚打的标签撕掉")
    assert bench.case.inspection.state is InspectionState.OPEN
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 2)
    bench.quiet()
    case = bench.stored(first.inspection.id)
    assert is_whole(case)
    assert (case.inspection.items[0].rt_number, case.inspection.items[0].label_issue) == (rt_number, 2)
    assert kinds(case).count("inspection_reopened") == 1
    assert [path.name[: len(rt_number) + 3] for path in bench.labels] == [f"{rt_number}-01", f"{rt_number}-02"]


def test_a_parked_parcel_waits_in_the_queue_and_is_taken_up_by_its_scan(waiting: WorkingBench) -> None:
    bench = waiting
    found_the_stain(bench)
    inspection_id, answers = bench.case.inspection.id, bench.case.inspection.item().answers
    bench.press("F9")
    bench.until_screen(Screen.WAITING)
    rows = bench.shown.view.queue.rows  # type: ignore[union-attr]
    assert [row.parked for row in rows].count(True) == 1
    assert rows[0].parked
    bench.work_clean()
    bench.scan(STAINED)
    bench.until_screen(Screen.CHECKLIST)
    assert bench.case.inspection.id == inspection_id
    assert bench.case.inspection.item().answers == answers
    assert len(bench.case.inspection.photos) == 3
    assert "inspection_resumed" in kinds(bench.case)


def test_another_parcel_while_one_is_open_is_told_and_nothing_is_lost(waiting: WorkingBench) -> None:
    bench = waiting
    found_the_stain(bench)
    before = bench.case
    bench.scan(CLEAN)
    assert bench.until_told("busy.parcel") == ("先完成这一件", "或按 F9 暂存")
    notice = bench.app.window.frame.notice
    assert notice.isVisible()
    assert not notice.geometry().intersects(
        bench.primary.rect().translated(bench.primary.mapTo(bench.app.window.frame, bench.primary.rect().topLeft()))
    )
    assert bench.case.events == before.events
    assert bench.screen is Screen.CHECKLIST


def test_a_changed_grade_asks_for_a_reason_and_keeps_it(waiting: WorkingBench) -> None:
    bench = waiting
    found_the_stain(bench)
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Shift+D")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.press("Esc")
    bench.until(lambda: bench.app.bench._overlay is None and not bench.state.grade_wanted)
    assert bench.case.inspection.item().changes == {}
    bench.press("Shift+D")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.press("2")
    bench.until(lambda: bench.case.inspection.item().changes)
    bench.quiet()
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    changed = next(event for event in case.events if event.kind == "decision_changed")
    assert (changed.payload["field"], changed.payload["value"]) == ("grade", "D")
    assert changed.payload["reason"]
    decision = case.inspection.items[0].decision
    assert decision is not None
    assert (decision["grade"], decision["changed"]) == ("D", ["grade"])


def test_a_disposition_and_a_liable_party_are_chosen_by_keys_and_a_blocked_one_says_why(waiting: WorkingBench) -> None:
    bench = waiting
    found_the_stain(bench)
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    choices = bench.shown.view.dispositions  # type: ignore[union-attr]
    other = next(one for one in choices if not one.selected and not one.blocked)
    bench.press(other.key)
    bench.until(lambda: bench.case.inspection.item().changes.get("disposition") is not None)
    blocked = next((one for one in bench.shown.view.dispositions if one.blocked), None)  # type: ignore[union-attr]
    assert blocked is not None
    bench.heard.clear()
    bench.press(blocked.key)
    bench.until_told("decision.blocked")
    assert bench.heard == ["warn"]
    bench.press("I")
    bench.until(lambda: bench.case.inspection.item().changes.get("liability") is not None)


def test_a_stored_photo_is_looked_at_until_escape_or_the_next_shot(waiting: WorkingBench) -> None:
    bench = waiting
    at_the_checklist(bench)
    page = bench.app.bench.pages.checklist
    first = page.panel.strip.tiles[0]
    first.setFocus()
    bench.press("Enter")
    bench.until(lambda: not page.camera._still.isNull())
    assert page.panel.strip.tiles[0].view.selected
    page.rest_focus()
    bench.press("Esc")
    bench.until(lambda: page.camera._still.isNull())
    assert bench.screen is Screen.CHECKLIST
    page.panel.strip.tiles[1].click()
    bench.until(lambda: not page.camera._still.isNull())
    bench.press("Space")
    bench.until(lambda: page.camera._still.isNull())
    bench.until(lambda: len(bench.case.inspection.photos) == 3)
    assert QApplication.focusWidget() is not None


def test_backspace_takes_the_last_shot_again_and_keeps_both(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.take_required_photos()
    bench.press("Backspace")
    bench.until(lambda: len(bench.case.inspection.photos) == 3)
    first, second = bench.case.inspection.photos[1:]
    assert first.shot == second.shot == "front"
    assert not first.withdrawn
