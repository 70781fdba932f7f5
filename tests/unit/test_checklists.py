"""Templates of the checklist: every key of the format, its faults, and the ten that are shipped."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

import pytest
import qtawesome
from factories import SHIPPED, properties, rule_book
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.data_files import read_yaml
from inspection_station.domain.checklist import (
    VERDICTS,
    ChecklistTemplate,
    Choice,
    Count,
    FreeText,
    Number,
    Serial,
)
from inspection_station.domain.checklist_files import parse_template
from inspection_station.domain.inspection import Answer
from inspection_station.errors import DataFileProblem
from inspection_station.i18n import in_language, sentences

MOST_SHARED = 2  # statements that any two templates may have in common

PHONE = """\
id: phone
version: "1"
category: electronics
zh: 手机
en: Phone
shots:
  - {id: waybill, zh: 面单, en: Label, required: true, of_parcel: true}
  - {id: front, zh: 正面, en: Front, required: true}
  - {id: screen, zh: 屏幕, en: Screen, required: true, when: {question: sealed, is: opened}}
questions:
  - id: sealed
    section: appearance
    zh: 拆封
    en: Opened
    noun: {zh: 拆封, en: Opened}
    answer: choice
    options:
      - {id: intact, zh: 未拆, en: Sealed, normal: true}
      - {id: opened, zh: 已拆, en: Opened}
      - {id: broken, zh: 损坏, en: Broken, defect: {code: seal_broken, severity: major}}
  - id: body
    section: appearance
    zh: 无划痕
    en: No scratches
    noun: {zh: 外观, en: Look}
    types:
      - {code: scratch}
  - id: imei
    section: appearance
    zh: 串号
    en: IMEI
    noun: {zh: 串号, en: IMEI}
    answer: serial
    serial: imei
  - id: battery
    section: function
    zh: 电池
    en: Battery
    noun: {zh: 电池, en: Battery}
    answer: number
    unit: "%"
    minimum: 1
    maximum: 100
    decimals: 1
    when: [{question: sealed, is: [opened, broken]}, {question: body, is: [pass, defect]}]
    limits:
      - {below: 60, defect: {code: battery_fault, severity: major}}
      - {below: 80, defect: {code: battery_fault, severity: minor}}
  - id: note
    section: function
    zh: 备注
    en: Note
    noun: {zh: 备注, en: Note}
    answer: text
    longest: 80
    optional: true
  - id: kit
    section: accessories
    zh: 清点
    en: Count
    noun: {zh: 清点, en: Count}
    answer: count
    missing: {code: accessory_missing, severity: major}
"""


def parsed(text: str) -> ChecklistTemplate:
    return parse_template(read_yaml(text, "phone.yaml"), rule_book().lists)


def test_every_answer_type_is_read() -> None:
    template = parsed(PHONE)
    sealed, body, imei, battery, note, kit = template.questions
    assert isinstance(sealed.answer, Choice) and sealed.answer.normal == "intact"
    assert body.answer is None and body.types
    assert isinstance(imei.answer, Serial) and imei.answer.kind == "imei"
    assert isinstance(battery.answer, Number) and (battery.answer.unit, battery.answer.decimals) == ("%", 1)
    assert isinstance(note.answer, FreeText) and note.optional
    assert isinstance(kit.answer, Count)


def test_what_has_no_normal_answer_or_is_depended_on_is_never_passed_in_bulk() -> None:
    explicit = {row.id: row.explicit for row in parsed(PHONE).questions}
    assert explicit == {
        "sealed": True, "body": True, "imei": True, "battery": True, "note": False, "kit": False,
    }, "sealed and body: other rows depend on them"  # fmt: skip
    fewer = PHONE.replace(", {question: body, is: [pass, defect]}", "").replace("serial: imei", "optional: true")
    alone = parsed(fewer)
    assert [row.id for row in alone.questions if row.explicit] == ["sealed", "battery"]


# what stands there, what is put there instead, the key that must be named
BROKEN = [
    ("answer: choice", "answer: choices", "questions.0.answer"),
    ("answer: choice", "answer: check", "questions.0.options"),
    ("    answer: serial\n", "    answer: serial\n    unit: g\n", "questions.2.unit"),
    ("serial: imei", "serial: number", "questions.2.serial"),
    ("{id: opened, zh: 已拆, en: Opened}", "{id: intact, zh: 已拆, en: Opened}", "questions.0.options"),
    ("{id: opened, zh: 已拆, en: Opened}", "{id: pass, zh: 已拆, en: Opened}", "questions.0.options.1.id"),
    ("{id: opened, zh: 已拆, en: Opened}", "{id: opened, zh: 已拆}", "questions.0.options.1.en"),
    ("{id: opened, zh: 已拆, en: Opened}", "{id: opened, zh: 已拆, en: Opened, normal: true}",
     "questions.0.options.1.normal"),
    ("en: Broken, defect:", "en: Broken, normal: true, defect:", "questions.0.options.2.normal"),
    ("{code: seal_broken, severity: major}", "{code: seal_gone, severity: major}", "questions.0.options.2.defect.code"),
    ("{code: seal_broken, severity: major}", "{code: seal_broken, severity: bad}",
     "questions.0.options.2.defect.severity"),
    ("{code: seal_broken, severity: major}", "seal_broken", "questions.0.options.2.defect"),
    ('    unit: "%"\n', "", "questions.3.unit"),
    ("    minimum: 1\n", "", "questions.3.minimum"),
    ("    minimum: 1\n", "    minimum: one\n", "questions.3.minimum"),
    ("    minimum: 1\n", "    minimum: true\n", "questions.3.minimum"),
    ("    minimum: 1\n", "    minimum: .nan\n", "questions.3.minimum"),
    ("    minimum: 1\n", "    minimum: 100\n", "questions.3.maximum"),
    ("    maximum: 100\n", "    maximum: .inf\n", "questions.3.maximum"),
    ("    decimals: 1\n", "    decimals: 9\n", "questions.3.decimals"),
    ("    decimals: 1\n", "    decimals: 1.5\n", "questions.3.decimals"),
    ("{below: 60, defect", "{below: 60, above: 90, defect", "questions.3.limits.0"),
    ("{below: 60, defect", "{under: 60, defect", "questions.3.limits.0.under"),
    ("{below: 60, defect", "{below: 0, defect", "questions.3.limits.0"),
    ("{below: 60, defect", "{below: 90, defect", "questions.3.limits.1"),
    ("{below: 60, defect: {code: battery_fault, severity: major}}", "{below: 60}", "questions.3.limits.0.defect"),
    ("longest: 80", "longest: 0", "questions.4.longest"),
    ("longest: 80", "longest: 501", "questions.4.longest"),
    ("longest: 80", "longest: long", "questions.4.longest"),
    ("    optional: true\n", "    optional: yes please\n", "questions.4.optional"),
    ("    missing: {code: accessory_missing, severity: major}\n", "", "questions.5.missing"),
    ("missing: {code: accessory_missing,", "missing: {code: part_missing,", "questions.5.missing.code"),
    ("{question: sealed, is: [opened, broken]}", "{question: kit, is: pass}", "questions.3.when.0.question"),
    ("{question: sealed, is: [opened, broken]}", "{question: battery, is: pass}", "questions.3.when.0.question"),
    ("{question: sealed, is: [opened, broken]}", "{question: sealed, is: open}", "questions.3.when.0.is"),
    ("{question: sealed, is: [opened, broken]}", "{question: sealed, is: []}", "questions.3.when.0.is"),
    ("{question: sealed, is: [opened, broken]}", "{question: sealed, is: [[opened]]}", "questions.3.when.0.is"),
    ("{question: sealed, is: [opened, broken]}", "{question: sealed, be: opened}", "questions.3.when.0.be"),
    ("{question: sealed, is: [opened, broken]}", "sealed", "questions.3.when.0"),
    ("when: {question: sealed, is: opened}", "when: {question: seal, is: opened}", "shots.2.when.question"),
    ("en: Screen, required: true, when", "en: Screen, when", "shots.2.when"),
    ("en: Front, required: true}", "en: Front, required: true, when: {question: sealed, is: opened}}", "shots"),
]  # fmt: skip
WHOLE = ("shots", "questions.0.options")


@pytest.mark.parametrize(("there", "instead", "key"), BROKEN, ids=[f"{one[2]}-{n}" for n, one in enumerate(BROKEN)])
def test_a_fault_of_a_value_names_line_and_key_and_what_would_be_right(there: str, instead: str, key: str) -> None:
    assert there in PHONE
    with pytest.raises(DataFileProblem) as told:
        parsed(PHONE.replace(there, instead, 1))
    problem = told.value
    assert problem.key == key and problem.file == "phone.yaml" and problem.line is not None
    first = PHONE[: PHONE.index(there)].count("\n") + 1
    begins = first - len(PHONE.splitlines())  # a key that is missing is told at the row it belongs to
    assert begins < problem.line <= first + there.count("\n") + 1 or key in WHOLE
    for language in ("en", "zh_CN"):
        with in_language(language):
            what, to_do = sentences(problem)
        assert f"phone.yaml:{problem.line}" in what and to_do and "{" not in what.replace("{id", "")


def test_only_rows_on_condition_or_counted_are_no_checklist() -> None:
    rows = PHONE[PHONE.index("  - id: kit") :]
    head = PHONE[: PHONE.index("questions:")].replace(", when: {question: sealed, is: opened}", "")
    with pytest.raises(DataFileProblem) as told:
        parsed(f"{head}questions:\n{rows}")
    assert told.value.key == "questions"


def answered(**given_: str) -> dict[str, Answer]:
    """Answers by row: a verdict, or the id of an option."""
    return {
        row: Answer(row, value if value in VERDICTS else "pass", "single", "", "" if value in VERDICTS else value)
        for row, value in given_.items()
    }


@pytest.mark.parametrize(
    ("answers", "battery", "screen"),
    [
        ({}, False, False),
        ({"sealed": "opened"}, False, True),
        ({"sealed": "opened", "body": "pass"}, True, True),
        ({"sealed": "broken", "body": "defect"}, True, False),
        ({"sealed": "opened", "body": "not_applicable"}, False, True),
        ({"sealed": "intact", "body": "pass"}, False, False),
        ({"body": "pass"}, False, False),
    ],
)
def test_a_row_and_a_photo_are_asked_only_where_their_conditions_hold(
    answers: dict[str, str], battery: bool, screen: bool
) -> None:
    template, known = parsed(PHONE), answered(**answers)
    assert ("battery" in {row.id for row in template.asked(known)}) is battery
    assert template.requires(template.shot("screen"), known) is screen
    assert template.requires(template.shot("front"), known) and template.requires(template.shot("waybill"), known)


def test_a_row_that_is_not_asked_makes_no_other_row_asked() -> None:
    chained = PHONE.replace("answer: text\n", "answer: text\n    when: {question: battery, is: pass}\n")
    template = parsed(chained)
    everything = answered(sealed="opened", body="pass", battery="pass", note="pass", kit="pass")
    assert {"battery", "note"} <= {row.id for row in template.asked(everything)}
    shut = everything | answered(sealed="intact")
    assert template.no_longer_asked(shut) == ("battery", "note")
    assert template.no_longer_asked(everything, kit=False) == ("kit",)


@given(st.data())
@properties(80)
def test_conditions_are_total_and_in_order_for_any_answers(data: st.DataObject) -> None:
    template = data.draw(st.sampled_from(sorted(rule_book().templates.values(), key=lambda one: one.id)))
    answers = {}
    for row in template.questions:
        options = [one.id for one in row.answer.options] if isinstance(row.answer, Choice) else []
        value = data.draw(st.sampled_from(["", *options, "no such option"]))
        if data.draw(st.booleans()):
            verdict = data.draw(st.sampled_from([*VERDICTS, "no such verdict"]))
            answers[row.id] = Answer(row.id, verdict, "single", "", value)
    asked = template.asked(answers)
    assert asked, "there is always something to judge"
    assert [row.id for row in asked] == [row.id for row in template.questions if row in asked]
    kept = {row.id: answers[row.id] for row in asked if row.id in answers}
    assert template.asked(kept) == asked, "answers that do not count change nothing"
    assert set(template.no_longer_asked(answers)) == set(answers) - set(kept)
    for shot in template.shots:
        assert template.requires(shot, answers) == template.requires(shot, kept)


# --- the shipped ones ---------------------------------------------------------------------------------------

TEMPLATES = sorted(rule_book().templates.values(), key=lambda one: one.id)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_no_two_shipped_checklists_ask_the_same(template: ChecklistTemplate) -> None:
    for other in TEMPLATES:
        if other is not template:
            for language in ("zh", "en"):
                mine = {getattr(row, language) for row in template.questions}
                theirs = {getattr(row, language) for row in other.questions}
                assert len(mine & theirs) <= MOST_SHARED, (other.id, mine & theirs)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_a_shipped_checklist_is_whole(template: ChecklistTemplate) -> None:
    assert template.id == template.category and template.version.startswith("2026.11.")
    codes = {kind.code for row in template.questions for kind in row.types}
    codes |= {one.defect.code for row in template.questions if isinstance(row.answer, Choice)
              for one in row.answer.options if one.defect}  # fmt: skip
    assert len(codes) >= 8 and codes <= set(rule_book().lists.words["defects"])
    assert len(template.questions) >= (5 if template.id == "general" else 8)
    for row in template.questions:
        assert any("\u4e00" <= one <= "\u9fff" for one in row.zh) and not any(one >= "\u4e00" for one in row.en)
        assert len(row.zh) <= 16 and len(row.en) <= 40, "a row is one line"


@pytest.mark.parametrize(
    ("category", "rows", "shots"),
    [
        ("footwear", {"pair", "shoe_box", "soles", "insoles"}, {"front", "back"}),
        ("bags", {"hardware", "lining", "straps", "authenticity"}, {"front", "inside"}),
        ("electronics", {"powers_on", "signed_out", "battery", "serial", "kit"}, {"front", "serial", "screen"}),
        ("appliances", {"plug", "plate", "dry_inside", "noise"}, {"front", "serial"}),
        ("cosmetics", {"seal", "batch", "expiry", "trial"}, {"front", "seal"}),
        ("food", {"seal", "shelf_life", "storage", "frozen_degrees"}, {"front", "seal"}),
        ("toys", {"mark_3c", "hygiene", "pieces_missing"}, {"front", "inside"}),
        ("home", {"laundered", "fresh", "slept_in", "unbroken"}, {"front", "inside"}),
        ("apparel", {"tidy", "no_stains", "tags_and_parts", "not_washed", "not_worn"}, {"front"}),
    ],
)
def test_each_category_asks_what_its_inspector_looks_at(category: str, rows: set[str], shots: set[str]) -> None:
    template = rule_book().templates[category]
    assert rows <= {row.id for row in template.questions}
    assert shots | {"waybill"} == {shot.id for shot in template.shots if shot.required}


@cache
def icons() -> frozenset[str]:
    fonts = Path(qtawesome.__file__).parent / "fonts"
    (chart,) = fonts.glob("materialdesignicons6-webfont-charmap-*.json")
    return frozenset(json.loads(chart.read_text(encoding="utf-8")))


def test_every_icon_of_the_shipped_checklists_can_be_drawn() -> None:
    for template in TEMPLATES:
        used = [shot.icon for shot in template.shots]
        for row in template.questions:
            used += [kind.icon for kind in row.types]
            used += [one.icon for one in row.answer.options] if isinstance(row.answer, Choice) else []
        assert {icon.removeprefix("mdi6.") for icon in used} <= icons(), template.id


def test_a_template_is_read_quickly() -> None:
    text = (SHIPPED / "checklists" / "home.yaml").read_text(encoding="utf-8")
    chance = random.Random(1)
    lines = text.splitlines()
    for _ in range(20):  # whatever line is lost, it is told at once or loads
        at = chance.randrange(len(lines))
        try:
            parse_template(read_yaml("\n".join(lines[:at] + lines[at + 1 :]), "home.yaml"), rule_book().lists)
        except DataFileProblem as problem:
            assert problem.file == "home.yaml"
