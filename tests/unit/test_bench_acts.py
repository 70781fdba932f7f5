"""What keys and codes lead to on the bench's screens, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import INSPECTOR, Bench, expected

from inspection_station.station.flow import acts, commands, finishing
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows import inspecting


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
