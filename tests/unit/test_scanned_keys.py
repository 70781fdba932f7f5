"""What a printed code that stands for a key does on each screen: as the key does, or the error sound."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import INSPECTOR, TRACKING, Bench, expected

from inspection_station.domain.command_codes import disposition_name, disposition_named
from inspection_station.station.flow import acts, answer_acts, commands
from inspection_station.station.flow.grading import disposition_at
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows.case import template_of
from inspection_station.workflows.deciding import verdict_of


def at_checklist(bench: Bench) -> BenchState:
    parcel = BenchState(screen=Screen.PARCEL, person=INSPECTOR, case=bench.ready())
    return acts.problem(bench.desk, parcel)


def at_grade(bench: Bench) -> BenchState:
    graded = acts.to_grading(bench.desk, at_checklist(bench))
    assert graded.screen is Screen.GRADE
    return graded


def scanned(bench: Bench, state: BenchState, *codes: str) -> BenchState:
    for code in codes:
        state = commands.scan(bench.desk, state, code)
    return state


def test_row_kind_and_severity_by_scanning_record_a_defect() -> None:
    bench = Bench(expected())
    after = scanned(bench, at_checklist(bench), "CMD-1", "CMD-W", "CMD-X")
    [finding] = after.open_case.inspection.item().findings
    row = template_of(bench.desk, after.open_case.inspection.item()).question(finding.question)
    assert (finding.type, finding.severity) == (row.types[1].id, "major")
    assert row == answer_acts.asked(bench.desk, after)[0]


def test_normal_and_not_applicable_answer_the_row() -> None:
    bench = Bench(expected())
    state = at_checklist(bench)
    row = state.row
    after = scanned(bench, state, "CMD-N")
    assert after.open_case.inspection.item().answers[row].verdict == "pass" and after.row != row
    second = after.row
    after = scanned(bench, after, "CMD-0")
    assert after.open_case.inspection.item().answers[second].verdict == "not_applicable"


def test_a_disposition_is_chosen_by_its_word_or_its_digit_when_grading() -> None:
    bench = Bench(expected())
    state = at_grade(bench)
    state = scanned(bench, state, "CMD-HOLD", "CMD-HOLD")
    assert state.effects.sound is Sound.COMMAND and state.effects.problem is None
    assert verdict_of(bench.desk, state.open_case, state.open_case.inspection.item()).disposition == "hold"
    state = scanned(bench, state, "CMD-1")
    assert verdict_of(bench.desk, state.open_case, state.open_case.inspection.item()).disposition == "restock"
    for digit in range(2, 10):
        outcome = verdict_of(bench.desk, state.open_case, state.open_case.inspection.item())
        meant = disposition_at(bench.desk, state, digit)
        state = scanned(bench, state, f"CMD-{digit}")
        now = verdict_of(bench.desk, state.open_case, state.open_case.inspection.item()).disposition
        assert now == (outcome.disposition if not meant or meant in outcome.blocked else meant)


def test_a_liable_party_is_chosen_by_its_letter_when_grading() -> None:
    bench = Bench(expected())
    case = scanned(bench, at_grade(bench), "CMD-I").open_case
    assert verdict_of(bench.desk, case, case.inspection.item()).liability == (("carrier", 100),)


@pytest.mark.parametrize("screen", [Screen.PARCEL, Screen.WAITING, Screen.CHECKLIST])
def test_a_disposition_means_nothing_before_grading_and_says_so(screen: Screen) -> None:
    bench = Bench(expected())
    state = replace(at_checklist(bench), screen=screen)
    after = scanned(bench, state, "CMD-RESTOCK")
    assert after.effects.sound is Sound.ERROR and after.effects.problem is not None
    assert after.effects.problem.code == "command.not_here" and after.with_effects() == state.with_effects()


@pytest.mark.parametrize("code", ["CMD-Z", "CMD-Q", "CMD-U", "CMD-MORE", "CMD-PROBLEM", "CMD-EXCEPTION"])
def test_a_key_without_a_meaning_here_never_sounds_like_success(code: str) -> None:
    bench = Bench(expected())
    after = scanned(bench, BenchState(person=INSPECTOR), code)
    assert after.effects.sound is Sound.ERROR


def test_the_next_page_of_rows_comes_and_after_the_last_the_first() -> None:
    bench = Bench(expected())
    state = at_checklist(bench)
    first = answer_acts.page_of(answer_acts.asked(bench.desk, state), state.row)
    pages = [first]
    for _ in range(4):
        state = scanned(bench, state, "CMD-MORE")
        pages.append(answer_acts.page_of(answer_acts.asked(bench.desk, state), state.row))
        if pages[-1] == first:
            break
    assert pages[-1] == first


def test_a_parcel_without_a_label_is_taken_up_by_scanning_too() -> None:
    bench = Bench(expected())
    assert scanned(bench, BenchState(person=INSPECTOR), "CMD-UNCLAIMED").screen is Screen.NO_MATCH
    opened = scanned(bench, BenchState(person=INSPECTOR), "SF9999999999999", "CMD-UNCLAIMED")
    assert opened.screen is Screen.PARCEL and opened.open_case.inspection.match == "none"


def test_an_open_parcel_is_parked_by_scanning() -> None:
    bench = Bench(expected())
    opened = scanned(bench, BenchState(person=INSPECTOR), TRACKING)
    assert scanned(bench, opened, "CMD-PARK").screen is Screen.WAITING


def test_every_disposition_has_one_name_of_its_own_and_is_known_by_it() -> None:
    known = Bench(expected()).desk.book.lists.words["dispositions"]
    names = {code: disposition_name(code) for code in known}
    assert len(set(names.values())) == len(names)
    assert {code: disposition_named(name, known) for code, name in names.items()} == {code: code for code in known}
    assert disposition_named("RETURN-TO-VENDOR", known) == "return_to_vendor"
    assert disposition_named("NOTHING", known) == ""
