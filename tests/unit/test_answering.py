"""Answering rows with values at the bench: what is recorded, what falls away, what a bulk pass leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import INSPECTOR, OTHER_GTIN, Bench, earphones, expected, line, properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.checklist import Choice, Count
from inspection_station.domain.events import EventKind, broken_link
from inspection_station.domain.folding import fold
from inspection_station.domain.inspection import Item, PartCount
from inspection_station.errors import StationProblem
from inspection_station.workflows import answering, deciding, inspecting
from inspection_station.workflows.case import Case, load_case, template_of

KIT = ("充电盒", "左耳机", "右耳机", "数据线")
PHONE: dict[str, Any] = {"lines": (earphones(accessories=KIT),)}


def phone(**facts: Any) -> tuple[Bench, Case]:
    bench = Bench(expected(**{**PHONE, **facts}))
    return bench, bench.ready(code=OTHER_GTIN)


def now(case: Case) -> Item:
    return case.inspection.item()


def choose(bench: Bench, case: Case, row: str, option: str) -> Case:
    return answering.choose(bench.desk, case, INSPECTOR, row, option)


def enter(bench: Bench, case: Case, row: str, text: str) -> Case:
    question = template_of(bench.desk, now(case)).question(row)
    reading = answering.read_entry(bench.desk, question, text)
    return answering.give_value(bench.desk, case, INSPECTOR, row, reading)


def opened_phone() -> tuple[Bench, Case]:
    bench, case = phone()
    case = choose(bench, case, "opened", "opened")
    case = choose(bench, case, "device", "phone")
    return bench, answering.answer(bench.desk, case, INSPECTOR, "powers_on", "pass")


def rows(bench: Bench, case: Case) -> list[str]:
    return [row.id for row in answering.asked_rows(bench.desk, case, now(case))]


def test_a_sealed_phone_is_not_asked_whether_it_works() -> None:
    bench, case = phone()
    assert "works" not in rows(bench, case)
    case = choose(bench, case, "opened", "sealed")
    assert "works" not in rows(bench, case) and "kit" in rows(bench, case)
    case = choose(bench, case, "opened", "opened")
    assert {"works", "device", "powers_on"} <= set(rows(bench, case)) and "battery" not in rows(bench, case)


def test_a_number_is_kept_with_its_unit_and_its_defect_in_one_event() -> None:
    bench, case = opened_phone()
    before = len(case.events)
    case = enter(bench, case, "battery", "７２％")
    assert len(case.events) == before + 1
    answer = now(case).answers["battery"]
    assert (answer.verdict, answer.value, answer.unit, answer.answered_by) == ("defect", "72", "%", "single")
    (finding,) = now(case).findings
    assert (finding.code, finding.severity) == ("battery_fault", "major")
    again = enter(bench, case, "battery", "65")
    assert now(again).findings[0].id == finding.id, "the same defect keeps its photos"
    fine = enter(bench, again, "battery", "99")
    assert not now(fine).findings and now(fine).answers["battery"].verdict == "pass"
    assert broken_link(fine.events) is None and load_case(bench.desk, fine.inspection.id) == fine


def test_what_cannot_be_taken_is_recorded_nowhere() -> None:
    bench, case = opened_phone()
    for text in ("85 g", "101", "", "85.5", "about 80"):
        with pytest.raises(StationProblem):
            enter(bench, case, "battery", text)
    assert load_case(bench.desk, case.inspection.id) == case


def test_answers_whose_condition_fell_away_do_not_count_and_come_back_with_an_undo() -> None:
    bench, case = opened_phone()
    case = enter(bench, case, "battery", "50")
    assert now(case).findings and "battery" in now(case).answers
    sealed = choose(bench, case, "opened", "sealed")
    assert set(now(sealed).answers) == {"opened"} and not now(sealed).findings
    assert deciding.verdict_of(bench.desk, sealed, now(sealed)).grade == "A"
    back = inspecting.undo_step(bench.desk, sealed, INSPECTOR)
    assert now(back).answers == now(case).answers and now(back).findings == now(case).findings
    off = answering.record_defect(bench.desk, back, INSPECTOR, "powers_on", "no_power", "major")
    assert "battery" not in now(off).answers and [one.code for one in now(off).findings] == ["no_power"]


def test_a_row_that_is_not_asked_cannot_be_answered() -> None:
    bench, case = phone()
    for act in (
        lambda: answering.answer(bench.desk, case, INSPECTOR, "works", "pass"),
        lambda: answering.record_defect(bench.desk, case, INSPECTOR, "works", "screen_fault", "major"),
        lambda: choose(bench, case, "device", "phone"),
        lambda: enter(bench, case, "battery", "90"),
    ):
        with pytest.raises(StationProblem) as told:
            act()
        assert told.value.code == "answer.not_asked"
    for wrong in (lambda: choose(bench, case, "opened", "half"), lambda: choose(bench, case, "housing", "opened")):
        with pytest.raises(KeyError):
            wrong()


def test_a_photo_is_required_once_an_answer_asks_for_it() -> None:
    bench, case = phone()
    assert not inspecting.missing_shots(bench.desk, case, now(case))
    case = choose(bench, choose(bench, case, "opened", "opened"), "device", "phone")
    case = answering.answer(bench.desk, case, INSPECTOR, "powers_on", "pass")
    assert [shot.shot for shot in inspecting.missing_shots(bench.desk, case, now(case))] == ["screen"]
    off = answering.record_defect(bench.desk, case, INSPECTOR, "powers_on", "no_power", "minor")
    assert not inspecting.missing_shots(bench.desk, off, now(off))


def test_a_missing_part_is_named_and_the_rest_counted_as_there() -> None:
    bench, case = phone()
    case = answering.count_part(bench.desk, case, INSPECTOR, "kit", "右耳机", 0)
    answer = now(case).answers["kit"]
    assert answer.verdict == "defect"
    assert answer.value == tuple(PartCount(part, 1, 0 if part == "右耳机" else 1) for part in KIT)
    (finding,) = now(case).findings
    assert (finding.code, finding.part) == ("accessory_missing", "右耳机")
    case = answering.count_part(bench.desk, case, INSPECTOR, "kit", "数据线", 0)
    assert [one.part for one in now(case).findings] == ["右耳机", "数据线"]
    assert now(case).findings[0].id == finding.id
    whole = answering.answer(bench.desk, case, INSPECTOR, "kit", "pass")
    assert not now(whole).findings and all(one.found == one.expected for one in now(whole).answers["kit"].value)
    with pytest.raises(KeyError):
        answering.count_part(bench.desk, case, INSPECTOR, "kit", "手机", 0)
    with pytest.raises(ValueError):
        answering.count_part(bench.desk, case, INSPECTOR, "kit", "数据线", -1)


def test_without_announced_parts_there_is_nothing_to_count() -> None:
    bench, case = phone(lines=(earphones(),))
    assert "kit" not in rows(bench, case)


def test_a_bulk_pass_stops_at_every_row_that_must_be_said_itself() -> None:
    bench, case = phone()
    step = deciding.next_step(bench.desk, case)
    assert (step.primary, step.claim) == (deciding.Primary.CHECK_CLAIM, "opened")
    for row, answer in (
        ("opened", lambda case: choose(bench, case, "opened", "sealed")),
        ("serial", lambda case: enter(bench, case, "serial", "sn-778-a")),
    ):
        for act in (answering.pass_rest, deciding.confirm):
            with pytest.raises(StationProblem) as told:
                act(bench.desk, case, INSPECTOR)
            assert told.value.code == "answer.open"
        assert answering.row_to_judge(bench.desk, case, now(case)) == row
        case = answer(case)
    case = answering.pass_rest(bench.desk, case, INSPECTOR)
    bulk = {row for row, one in now(case).answers.items() if one.answered_by == "bulk"}
    assert bulk == {"housing", "marks", "kit", "parts", "packaging"}
    assert deciding.verdict_of(bench.desk, case, now(case)).grade == "A"


def test_normal_is_refused_where_a_value_is_asked_and_not_applicable_is_a_single_answer() -> None:
    bench, case = opened_phone()
    for row in ("battery", "device", "serial"):
        with pytest.raises(StationProblem) as told:
            answering.answer(bench.desk, case, INSPECTOR, row, "pass")
        assert told.value.code == "answer.value_needed" and told.value.to_do
    none = answering.answer(bench.desk, case, INSPECTOR, "battery", "not_applicable")
    answer = now(none).answers["battery"]
    assert (answer.verdict, answer.answered_by, answer.value) == ("not_applicable", "single", "")


def test_a_serial_number_that_identified_the_item_need_not_be_given_again() -> None:
    bench = Bench(expected(**PHONE))
    case = choose(bench, bench.photographed(bench.matched(bench.opened(), "SN-778-A")), "opened", "sealed")
    assert answering.undecided_claims(bench.desk, case, now(case)) == ()
    bulk = answering.pass_rest(bench.desk, case, INSPECTOR)
    assert (now(bulk).answers["serial"].value, now(bulk).answers["serial"].answered_by) == ("SN-778-A", "bulk")
    case = inspecting.undo_step(bench.desk, bulk, INSPECTOR)
    single = answering.answer(bench.desk, case, INSPECTOR, "serial", "pass")
    assert now(single).answers["serial"].value == "SN-778-A"


def test_another_serial_number_than_the_shipped_one_is_known_as_such() -> None:
    bench, case = phone()
    serial = template_of(bench.desk, now(case)).question("serial")
    assert answering.differs(case, serial, "SN-778-B")
    assert not answering.differs(case, serial, "sn-778-a")
    bench, case = phone(lines=(earphones(serial_numbers=()),))
    assert not answering.differs(case, serial, "SN-778-B"), "nothing is known to differ from"


def test_a_choice_with_a_normal_option_is_what_normal_means() -> None:
    bench = Bench(expected(lines=(line(category="cosmetics"),)))
    case = answering.answer(bench.desk, bench.ready(), INSPECTOR, "seal", "pass")
    assert now(case).answers["seal"].value == "whole" and "trial" not in rows(bench, case)
    torn = choose(bench, case, "seal", "broken")
    assert [one.code for one in now(torn).findings] == ["seal_broken"] and "trial" in rows(bench, torn)
    assert deciding.verdict_of(bench.desk, torn, now(torn)).grade == "D"


def test_an_optional_row_holds_nothing_up_and_keeps_any_text() -> None:
    bench = Bench(expected(lines=(line(category="cosmetics"),)))
    case = bench.ready()
    assert "batch" in rows(bench, case) and "batch" not in answering.undecided_rows(bench.desk, case, now(case))
    case = enter(bench, case, "batch", " 批号 e\u0301-17 👍 ")
    assert now(case).answers["batch"].value == "批号 é-17 👍"
    assert load_case(bench.desk, case.inspection.id) == case


def test_events_without_values_fold_as_they_always_did() -> None:
    bench = Bench(expected())
    case = answering.answer(bench.desk, bench.ready(), INSPECTOR, "tidy", "pass")
    assert set(case.events[-1].payload) == {"item_id", "question", "verdict", "answered_by"}
    case = answering.pass_rest(bench.desk, case, INSPECTOR)
    assert set(case.events[-1].payload) == {"item_id", "questions"}
    case = answering.record_defect(bench.desk, case, INSPECTOR, "no_stains", "oil", "major")
    assert "withdrawn" not in case.events[-1].payload
    assert now(case).answers["tidy"].value == "" and now(case).findings[0].part == ""


VALUES = st.one_of(
    st.none(), st.integers(), st.text(max_size=5), st.booleans(), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.lists(st.fixed_dictionaries({"part": st.text(max_size=3), "expected": st.integers(), "found": st.integers()}),
             max_size=2),
    st.lists(st.fixed_dictionaries({
        "finding_id": st.text(max_size=3), "type": st.text(max_size=3), "code": st.text(max_size=3),
        "severity": st.sampled_from(["minor", "major", "huge"]), "part": st.text(max_size=3),
    }), max_size=2),
)  # fmt: skip


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("value", "unit", "findings", "withdrawn", "values"), VALUES)),
    st.sampled_from([EventKind.QUESTION_ANSWERED, EventKind.DEFECT_FOUND, EventKind.REST_PASSED]),
)
@properties(150)
def test_folding_takes_an_answer_of_another_program_or_says_what_is_wrong_with_it(
    facts: dict[str, Any], kind: EventKind
) -> None:
    bench, case = phone()
    whole = {
        "item_id": now(case).id, "question": "housing", "questions": ["housing"], "verdict": "pass",
        "answered_by": "single", "finding_id": "f", "type": "dent", "code": "dent", "severity": "minor", **facts,
    }  # fmt: skip
    event = replace(case.events[-1], id="e", kind=kind.value, sequence=len(case.events) + 1, payload=whole)
    try:
        after = fold((*case.events, event))
    except (ValueError, KeyError):
        return
    item = after.item()
    assert "housing" in item.answers or "housing" in facts.get("withdrawn", ())
    answering.asked_rows(bench.desk, case, item)
    deciding.verdict_of(bench.desk, case, item)


@given(st.data())
@properties(25)
def test_any_way_through_a_checklist_ends_in_a_verdict(data: st.DataObject) -> None:
    category = data.draw(st.sampled_from(["electronics", "appliances", "cosmetics", "food", "toys", "home", "bags"]))
    bench = Bench(expected(lines=(line(category=category, accessories=("盒", "绳"), serial_numbers=("SN-1",)),)))
    case = bench.ready()
    for _ in range(14):
        asked = answering.asked_rows(bench.desk, case, now(case))
        row = data.draw(st.sampled_from(asked))
        act = data.draw(st.sampled_from(["pass", "not_applicable", "value", "defect", "undo"]))
        before = case
        try:
            if act == "undo":
                case = inspecting.undo_step(bench.desk, case, INSPECTOR)
            elif act in ("pass", "not_applicable"):
                case = answering.answer(bench.desk, case, INSPECTOR, row.id, act)
            elif isinstance(row.answer, Choice):
                option = data.draw(st.sampled_from(row.answer.options))
                case = choose(bench, case, row.id, option.id)
            elif isinstance(row.answer, Count):
                case = answering.count_part(bench.desk, case, INSPECTOR, row.id, "绳", data.draw(st.integers(0, 2)))
            elif row.answer is not None:
                case = enter(bench, case, row.id, data.draw(st.sampled_from(["7", "SN-1", "0", "-20", "无", ""])))
            else:
                kind = data.draw(st.sampled_from(row.types))
                case = answering.record_defect(bench.desk, case, INSPECTOR, row.id, kind.id, "major")
        except StationProblem:
            assert load_case(bench.desk, case.inspection.id) == before
    item = now(case)
    template = template_of(bench.desk, item)
    assert template.no_longer_asked(item.answers) == (), "no answer counts whose row is not asked"
    assert {one.question for one in item.findings} <= set(item.answers)
    done = bench.looked_at(case)
    assert not answering.undecided_claims(bench.desk, done, now(done))
    assert deciding.verdict_of(bench.desk, done, now(done)).grade in "ABCDU"
    closed = deciding.confirm(bench.desk, done, INSPECTOR)
    assert broken_link(closed.events) is None
