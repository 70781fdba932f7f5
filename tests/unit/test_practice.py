"""Practice cases: the shipped ones are true by the shipped rules, and the comparison always says one thing of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.data_files import load_yaml, read_yaml
from inspection_station.devices.simulated_label import demo_serial, plate_of
from inspection_station.devices.simulated_scenes import SERIAL_MISMATCH, SceneLibrary
from inspection_station.domain.inspection import Answer, Finding, Item
from inspection_station.domain.practice import (
    IDENTITY,
    OUTSIDE,
    Agreement,
    Known,
    KnownDefect,
    compare,
    compare_row,
    known_item,
)
from inspection_station.domain.practice_files import EMPTY, PracticeCase, parse_practice
from inspection_station.domain.verdict import regrade
from inspection_station.errors import DataFileProblem
from inspection_station.locations import resources
from inspection_station.workflows.practice import (
    FILE,
    Outcome,
    PracticeResult,
    drawn,
    load_practice,
    task_of,
    totals,
)
from inspection_station.workflows.rule_book import load_rule_book

BOOK = load_rule_book(resources())
CASES = parse_practice(load_yaml(resources() / FILE), BOOK.lists)
LIBRARY = SceneLibrary()
PRODUCTS = {row["sku"]: row for row in LIBRARY.products()}
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
APPAREL = BOOK.template_for("apparel")
STAIN = KnownDefect("no_stains", "stain", "major")


def an_item(category: str = "apparel", **facts: object) -> Item:
    return Item("i", "RT-261121-00000001", "r", 1, 1, "S", "", "", "", category, category, "1", **facts)  # type: ignore[arg-type]


def finding(question: str, code: str, severity: str, part: str = "") -> Finding:
    return Finding(f"{question}-{code}", question, code, code, severity, part=part)


# --- the shipped cases --------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_shipped_rules_make_of_the_known_answers_what_the_case_states(case: PracticeCase) -> None:
    task = task_of(case, PRODUCTS[case.sku], 1, NOW, "")
    outcomes = regrade(BOOK, known_item(an_item(case.category), case.known), task.expected, NOW.date()).values
    assert outcomes["grade"] == case.grade
    assert outcomes["disposition"] == case.disposition
    assert dict(outcomes["liability"]) == dict(case.liable)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_each_case_has_its_pictures_and_its_product(case: PracticeCase) -> None:
    assert PRODUCTS[case.sku]["category"] == case.category
    LIBRARY.item(case.shown, case.state)
    LIBRARY.parcel(task_of(case, PRODUCTS[case.sku], 3, NOW, "").tracking_number, "", case.parcel)
    if case.state not in ("intact", EMPTY, SERIAL_MISMATCH):
        shown = set(LIBRARY.defect_codes(case.state))
        for defect in case.known.defects:
            if defect.question != "child_safe":  # the same tear, seen by another row
                assert shown & {defect.code, *defect.also}, f"the picture shows no {defect.code}"
    if case.state == SERIAL_MISMATCH:
        assert demo_serial(case.sku, swapped=True) in case.note_zh
        assert plate_of(case.sku) is not None


def test_there_are_cases_of_every_kind_and_every_category() -> None:
    assert len(CASES) >= 12
    assert {case.category for case in CASES} == set(BOOK.lists.words["categories"])
    codes = {defect.code for case in CASES for defect in case.known.defects}
    assert {"stain", "washed", "sole_worn", "accessory_missing", "seal_broken", "screen_fault"} <= codes
    assert {case.known.identity for case in CASES} == {"match", "wrong_item", "serial_mismatch", "empty_parcel"}
    assert any(case.known.outside for case in CASES) and any(case.known == Known() for case in CASES)


@given(count=st.sampled_from((6, 12)), seed=st.integers())
def test_a_set_is_drawn_by_its_seed_and_is_a_mixture(count: int, seed: int) -> None:
    chosen = drawn(CASES, count, seed)
    assert chosen == drawn(CASES, count, seed)
    assert len(chosen) == len({case.id for case in chosen}) == count
    assert any(case.known == Known() for case in chosen)
    assert any(case.known.identity != "match" for case in chosen)


def test_a_small_collection_is_asked_whole() -> None:
    assert {case.id for case in drawn(CASES[:4], 6, 1)} == {case.id for case in CASES[:4]}


def test_practice_numbers_are_read_as_a_carriers() -> None:
    for place in (1, 12):
        number = task_of(CASES[0], PRODUCTS[CASES[0].sku], place, NOW, "").tracking_number
        assert BOOK.carriers.tracking_number(number) == ("SF", number)


def test_a_case_that_the_clients_own_checklist_cannot_judge_is_left_out(tmp_path: Path) -> None:
    own = tmp_path / "checklists"
    own.mkdir()
    text = (resources() / "checklists" / "apparel.yaml").read_text(encoding="utf-8")
    (own / "apparel.yaml").write_text(text.replace("id: no_stains", "id: spotless"), encoding="utf-8")
    book = load_rule_book(resources(), tmp_path)
    left = {case.id for case in load_practice(resources(), book)}
    assert {case.id for case in CASES} - left == {"chinos_stained"}


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("grade: A\n", "grade: Z\n", "cases.0.grade"),
        ("reason: size_mismatch", "reason: too_large", "cases.0.reason"),
        ("price: 12900", "price: 129.00", "cases.0.price"),
        ("    days: 5\n", "    days: 5\n    dais: 5\n", "cases.0.dais"),
        ("severity: major}", "severity: grave}", "cases.1.known.defects.0.severity"),
        ("code: stain, ", "code: spot, ", "cases.1.known.defects.0.code"),
        ("liable: {vendor: 100}", "liable: {vendor: 90}", "cases.1.liable"),
        ("id: chinos_stained", "id: tee_clean", "cases.1.id"),
        ("parcel: torn", "parcel: burnt", "cases.13.parcel"),
        ("known: {identity: wrong_item}", "known: {identity: odd}", "cases.15.known.identity"),
    ],
)
def test_a_fault_is_named_with_file_line_and_key(before: str, after: str, key: str) -> None:
    text = (resources() / FILE).read_text(encoding="utf-8")
    line = text[: text.index(before)].count("\n")
    with pytest.raises(DataFileProblem) as caught:
        parse_practice(read_yaml(text.replace(before, after, 1), "cases.yaml"), BOOK.lists)
    assert (caught.value.file, caught.value.key) == ("cases.yaml", key)
    assert caught.value.line is not None and abs(caught.value.line - line) <= 3


# --- the comparison -----------------------------------------------------------------------------------------


def agreements(known: Known, item: Item) -> dict[str, Agreement]:
    template = BOOK.template_for(item.category)
    return {one.question: one.agreement for one in compare(template, known, item)}


def test_each_way_to_differ_has_its_name() -> None:
    known = Known(defects=(STAIN,))
    assert agreements(known, an_item(findings=(finding("no_stains", "stain", "major"),)))["no_stains"] == "right"
    assert agreements(known, an_item())["no_stains"] == "missed"
    assert agreements(Known(), an_item(findings=(finding("tidy", "scratch", "minor"),)))["tidy"] == "false_alarm"
    lighter = an_item(findings=(finding("no_stains", "stain", "minor"),))
    assert agreements(known, lighter)["no_stains"] == "severity_differs"
    other = an_item(findings=(finding("no_stains", "makeup_stain", "major"),))
    assert agreements(known, other)["no_stains"] == "other_defect"
    assert agreements(known, other)["tidy"] == "right"


def test_a_code_that_is_as_right_counts_and_the_part_that_is_missing_must_be_the_one() -> None:
    either = KnownDefect("not_washed", "washed", "major", also=("faded",))
    assert compare_row("not_washed", [either], [finding("not_washed", "faded", "major")]).agreement == "right"
    both = [finding("not_washed", "faded", "major"), finding("not_washed", "washed", "major")]
    assert compare_row("not_washed", [either], both).agreement == "right"
    charger = KnownDefect("kit", "accessory_missing", "major", part="充电器")
    assert compare_row("kit", [charger], [finding("kit", "accessory_missing", "major", "充电器")]).agreement == "right"
    cable = finding("kit", "accessory_missing", "major", "数据线")
    assert compare_row("kit", [charger], [cable]).agreement == "other_defect"


def test_identity_and_outside_are_compared_beside_the_rows() -> None:
    wrong = Known(identity="wrong_item")
    assert agreements(wrong, an_item(identity="wrong_item")) == {IDENTITY: "right"}
    assert agreements(wrong, an_item(identity="match", answers={"tidy": Answer("tidy", "pass", "bulk")})) == {
        IDENTITY: "missed"
    }
    assert agreements(wrong, an_item(identity="empty_parcel")) == {IDENTITY: "other_defect"}
    assert agreements(Known(defects=(STAIN,)), an_item(identity="wrong_item")) == {
        IDENTITY: "false_alarm", "no_stains": "missed",
    }  # fmt: skip
    assert agreements(Known(outside=("outer_damaged",)), an_item())[OUTSIDE] == "missed"
    assert OUTSIDE not in agreements(Known(), an_item())


FINDINGS = st.builds(
    finding, st.sampled_from([row.id for row in APPAREL.questions] + ["of_an_older_template"]),
    st.sampled_from(sorted(BOOK.lists.words["defects"])), st.sampled_from(("minor", "major", "critical", "")),
    st.sampled_from(("", "充电器")),
)  # fmt: skip
DEFECTS = st.builds(
    KnownDefect, st.sampled_from([row.id for row in APPAREL.questions]),
    st.sampled_from(sorted(BOOK.lists.words["defects"])), st.sampled_from(("minor", "major", "critical")),
    st.lists(st.sampled_from(sorted(BOOK.lists.words["defects"])), max_size=2).map(tuple),
)  # fmt: skip
IDENTITIES = st.sampled_from(["", *BOOK.lists.words["identity_findings"]])


@given(
    known=st.builds(Known, IDENTITIES.map(lambda one: one or "match"), st.lists(DEFECTS, max_size=4).map(tuple),
                    st.lists(st.sampled_from(("outer_damaged", "outer_wet")), max_size=2, unique=True).map(tuple)),
    findings=st.lists(FINDINGS, max_size=5).map(tuple), identity=IDENTITIES,
)  # fmt: skip
def test_any_findings_are_compared_row_by_row_and_each_row_once(
    known: Known, findings: tuple[Finding, ...], identity: str
) -> None:
    compared = compare(APPAREL, known, an_item(identity=identity, findings=findings))
    names = [one.question for one in compared]
    assert names[0] == IDENTITY and len(names) == len(set(names))
    assert compared == compare(APPAREL, known, an_item(identity=identity, findings=findings))
    if known.identity == "match" and identity in ("", "match"):
        rows = [one for one in compared if one.question not in (IDENTITY, OUTSIDE)]
        assert {one.question for one in findings} <= {one.question for one in rows}
        for row in rows:
            there = [one for one in known.defects if one.question == row.question]
            given_ = [one for one in findings if one.question == row.question]
            if not there:
                assert row.agreement == ("false_alarm" if given_ else "right")
            elif not given_:
                assert row.agreement == "missed"


@given(known=st.builds(Known, defects=st.lists(DEFECTS, max_size=4).map(tuple)))
def test_who_finds_exactly_what_is_known_is_right_everywhere(known: Known) -> None:
    compared = compare(APPAREL, known, known_item(an_item(), known))
    assert {one.agreement for one in compared} == {Agreement.RIGHT}


# --- the figures ----------------------------------------------------------------------------------------------


def results_of(finding_what: Callable[[Known], Known]) -> list[PracticeResult]:
    """The sheet of somebody who finds `finding_what` of what is known of each case."""
    made = []
    for case in CASES:
        template, item = BOOK.template_for(case.category), an_item(case.category)
        compared = compare(template, case.known, known_item(item, finding_what(case.known)))
        task = task_of(case, PRODUCTS[case.sku], 1, NOW, "")
        made.append(
            PracticeResult(task, compared, Outcome("A", "A"), Outcome("a", "b"), Outcome("", ""), 10, case.category)
        )
    return made


def test_who_finds_all_has_a_hundred_and_who_passes_everything_unseen_has_fifty() -> None:
    everything = totals(results_of(lambda known: known))
    assert everything.percent == 100 and everything.found == everything.defects > 12
    nothing = totals(results_of(lambda known: Known()))
    assert nothing.found == 0 and nothing.percent == 50
    assert nothing.right / nothing.compared > 0.8, "a share of all rows would flatter"
    assert (everything.grades, everything.dispositions, everything.seconds) == (len(CASES), 0, 10 * len(CASES))
    assert totals([]).percent == 0


def test_another_severity_counts_half() -> None:
    lighter = totals(results_of(
        lambda known: replace(known, defects=tuple(replace(one, severity="minor") for one in known.defects))
    ))  # fmt: skip
    assert lighter.severities == sum(len({one.question for one in case.known.defects}) for case in CASES)
    assert lighter.found == lighter.defects and 50 < lighter.percent < 100
