"""What keys and codes lead to on the bench's screens, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import GTIN, INSPECTOR, OTHER_GTIN, TRACKING, Bench, earphones, expected, line

from inspection_station.station.flow import acts, commands, finishing, scanning
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows import inspecting
from inspection_station.workflows.case import template_of


def open_parcel(bench: Bench) -> BenchState:
    return BenchState(screen=Screen.PARCEL, person=INSPECTOR, case=bench.ready())


def test_undo_on_the_wrong_item_screen_goes_back_to_the_parcel_it_asked_about() -> None:
    bench = Bench(expected())
    state = replace(
        open_parcel(bench), screen=Screen.WRONG_ITEM, found=inspecting.Identification("wrong_item", "4006381333931")
    )
    after = finishing.undo(bench.desk, state)
    assert after.screen is Screen.PARCEL and after.found is None


def test_undo_on_the_grade_screen_goes_back_to_the_rows_it_took_back() -> None:
    bench = Bench(expected())
    graded = acts.to_grading(bench.desk, replace(open_parcel(bench), screen=Screen.CHECKLIST))
    assert graded.screen is Screen.GRADE
    after = finishing.undo(bench.desk, graded)
    assert after.screen is Screen.CHECKLIST and not after.case.inspection.item().answers


@pytest.mark.parametrize("screen", [Screen.WAITING, Screen.EXCEPTIONS])
def test_cmd_ok_gives_the_error_sound_where_there_is_nothing_to_confirm(screen: Screen) -> None:
    bench = Bench(expected())
    state = replace(open_parcel(bench), screen=screen)
    assert commands.command(bench.desk, state, "OK").effects.sound is Sound.ERROR


def test_cmd_test_is_known_and_changes_nothing() -> None:
    bench = Bench(expected())
    state = open_parcel(bench)
    after = commands.command(bench.desk, state, "TEST")
    assert after.effects.problem is None and after.with_effects() == state


def test_an_unknown_command_code_gives_the_error_sound_and_a_sentence() -> None:
    bench = Bench(expected())
    after = commands.command(bench.desk, open_parcel(bench), "NOPE")
    assert after.effects.sound is Sound.ERROR and after.effects.problem.code == "command.unknown"


def test_a_taken_up_checklist_goes_on_at_the_claimed_row() -> None:
    bench = Bench(expected(reason="quality_defect", reason_text="收到就有污渍"))
    judged = acts.problem(bench.desk, open_parcel(bench))
    claim = judged.row
    judged = acts.not_applicable(bench.desk, acts.choose_row(bench.desk, judged, 7))
    finishing.park(bench.desk, judged)
    again = commands.scan(bench.desk, BenchState(person=INSPECTOR), TRACKING)
    assert (again.screen, again.row) == (Screen.CHECKLIST, claim)
    assert acts.normal(bench.desk, again).case.inspection.item().answers[claim].verdict == "pass"


def test_the_tag_of_another_item_on_the_checklist_leads_to_a_row_of_its_own_checklist() -> None:
    bench = Bench(expected(lines=(line(), earphones(2))))
    judged = acts.problem(bench.desk, open_parcel(bench))
    judged = acts.choose_kind(bench.desk, judged, "Q")
    after = commands.scan(bench.desk, judged, OTHER_GTIN)
    item = after.case.inspection.item()
    assert (after.screen, item.category, after.kind) == (Screen.CHECKLIST, "electronics", "")
    assert after.row in [row.id for row in template_of(bench.desk, item).questions]
    assert after.row != judged.row


def test_a_finished_item_reopened_and_left_by_escape_has_a_current_row() -> None:
    bench = Bench(expected())
    done = acts.primary(bench.desk, open_parcel(bench))
    assert done.screen is Screen.WAITING
    graded = acts.primary(bench.desk, finishing.undo(bench.desk, done))
    assert graded.screen is Screen.GRADE
    checked = acts.back(bench.desk, graded)
    assert checked.screen is Screen.CHECKLIST and checked.row


def test_the_item_before_that_still_lies_under_the_camera_is_no_wrong_item() -> None:
    bench = Bench(expected(lines=(line(), earphones(2))))
    after = acts.primary(bench.desk, open_parcel(bench))
    assert after.screen is Screen.PARCEL and after.case.inspection.item().sku == "EP-300-W"
    seen = scanning.camera_read(bench.desk, after, GTIN)
    assert seen.with_effects() == after.with_effects() and seen.effects.sound is None
    assert commands.scan(bench.desk, after, GTIN).screen is Screen.WRONG_ITEM
    read = scanning.camera_read(bench.desk, after, OTHER_GTIN)
    assert read.case.inspection.item().identity == "match"


def test_a_serial_number_read_by_the_camera_is_compared_whatever_its_case() -> None:
    bench = Bench(expected(lines=(line(serial_numbers=("sn-778a",)),)))
    lies_open = BenchState(screen=Screen.PARCEL, person=INSPECTOR, case=bench.opened())
    read = scanning.camera_read(bench.desk, lies_open, "Sn-778A")
    assert read.case.inspection.item().identity == "match"
