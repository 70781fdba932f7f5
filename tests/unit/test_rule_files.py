"""Lists, checklists, decision tables and policies as files: every fault names file, line, key and what is right."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from factories import SHIPPED, SOAK, expected, item, rule_book

from inspection_station.data_files import DataFile, read_yaml
from inspection_station.domain.checklist import MOST_ROWS, claimed_questions
from inspection_station.domain.checklist_files import parse_template
from inspection_station.domain.decision_table import parse_rules
from inspection_station.domain.inspection import Finding
from inspection_station.domain.lists import parse_lists
from inspection_station.domain.policies import parse_policies
from inspection_station.domain.verdict import RuleBook, decide
from inspection_station.errors import DataFileProblem, StationProblem
from inspection_station.i18n import in_language, sentences
from inspection_station.workflows.rule_book import load_rule_book, rule_book_or_shipped

LISTS, TABLE, POLICIES = "rules/lists.yaml", "rules/decision_table.yaml", "policies/default.yaml"
TODAY = date(2026, 11, 21)
APPAREL = "checklists/apparel.yaml"
CHECKLISTS = [f"checklists/{path.name}" for path in sorted((SHIPPED / "checklists").glob("*.yaml"))]
FILES = [LISTS, TABLE, POLICIES, *CHECKLISTS]


@cache
def shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def parsed(name: str, text: str) -> Any:
    file = read_yaml(text, Path(name).name)
    lists = rule_book().lists
    parsers: dict[str, Callable[[DataFile], Any]] = {
        LISTS: parse_lists,
        TABLE: lambda data: parse_rules(data, lists),
        POLICIES: lambda data: parse_policies(data, lists),
    }
    return parsers.get(name, lambda data: parse_template(data, lists))(file)


# file, what stands there, what is put there instead, the key that must be named
BROKEN: list[tuple[str, str, str, str]] = [
    (LISTS, 'version: "2026.11"', "version: 2026.11", "version"),
    (LISTS, "grades:", "grade:", "grade"),
    (LISTS, '  A: {zh: "全新", en: "As new"}', '  A: {zh: "全新"}', "grades.A.en"),
    (LISTS, '  A: {zh: "全新", en: "As new"}', '  A: {zh: "全新", en: 5}', "grades.A.en"),
    (LISTS, '  A: {zh: "全新", en: "As new"}', '  true: {zh: "全新", en: "As new"}', "grades.True"),
    (LISTS, '  stain: {zh: "污渍", en: "Stain", group: appearance}', '  stain: {zh: "污渍", en: "Stain", group: looks}',
     "defects.stain.group"),
    (LISTS, "claims: [function]", "claims: [functions]", "reasons.function_fault.claims"),
    (LISTS, "claims: [function]", "claims: function", "reasons.function_fault.claims"),
    (LISTS, "claims: [function]", "clams: [function]", "reasons.function_fault.clams"),
    (APPAREL, "category: apparel", "category: garments", "category"),
    (APPAREL, 'version: "2026.11.3"', "version:", "version"),
    (APPAREL, "    section: appearance\n    zh: 无污渍", "    section: looks\n    zh: 无污渍", "questions.2.section"),
    (APPAREL, "    section: wear", "    section: function", "questions"),
    (APPAREL, "photo_from: major", "photo_from: always", "questions.5.photo_from"),
    (APPAREL, "    claim_words: [污, 脏, 渍]", "    claim_words: 污", "questions.2.claim_words"),
    (APPAREL, "    noun: {zh: 污渍, en: Stain}", "    noun: 污渍", "questions.2.noun"),
    (APPAREL, "    noun: {zh: 污渍, en: Stain}", "    noun: {zh: 污渍}", "questions.2.noun.en"),
    (APPAREL, "      - {id: oil, code: stain,", "      - {id: oil, code: stains,", "questions.2.types.1.code"),
    (APPAREL, "      - {id: oil, code: stain,", "      - {id: ink, code: stain,", "questions.2.types"),
    (APPAREL, "  - id: packaging", "  - id: tidy", "questions"),
    (APPAREL, "    photo_from: major", "    explicit: maybe", "questions.5.explicit"),
    (APPAREL, "en: Item front, required: true,", "en: Item front,", "shots"),
    (APPAREL, "en: Item front, required: true,", "en: Item front, required: yes please,", "shots.1.required"),
    (APPAREL, "  - {id: tag, zh: 吊牌 / 洗标, en: Hangtag / care, icon: mdi6.tag-outline}", "  - tag", "shots.2"),
    (APPAREL, "en: Apparel", "en: Apparel\ncolour: red", "colour"),
    (TABLE, 'version: "2026.11.2"', "version: 2026", "version"),
    (TABLE, "needs_lead:", "needs_boss:", "needs_boss"),
    (TABLE, "  - id: G02", "  - id: G01", "grade.2.id"),
    (TABLE, "    then: B\n", "    then: E\n", "grade.9.then"),
    (TABLE, "{defect: {from: critical,", "{defect: {from: worst,", "grade.5.when.defect.from"),
    (TABLE, "{defect: {group: [function]}}", "{defect: {group: function}}", "grade.8.when.defect.group"),
    (TABLE, "any: [serial_altered, unauthorised", "any: [serial_changed, unauthorised", "grade.4.when.defect.any.0"),
    (TABLE, "category: [apparel, footwear,", "category: [apparels, footwear,", "refund.25.when.category.0"),
    (TABLE, "when: {matched: false}\n    then: unclaimed", "when: {matched: no match}\n    then: unclaimed",
     "disposition.2.when.matched"),
    (TABLE, "when: {matched: false}\n    then: unclaimed", "when: {matches: false}\n    then: unclaimed",
     "disposition.2.when.matches"),
    (TABLE, "when: {grade: A}", "when: {grade: {at_least: 3}}", "disposition.12.when.grade"),
    (TABLE, "when: {grade: A}", "when: {unit_price: {at_least: cheap}}", "disposition.12.when.unit_price"),
    (TABLE, "when: {grade: A}", "when: {disposition: [hold]}", "disposition.12.when.disposition"),
    (TABLE, "when: {grade: A}", "when: grade A", "disposition.12.when"),
    (TABLE, "then: {undetermined: 100}", "then: {undetermined: 90}", "liability.3.then"),
    (TABLE, "then: {undetermined: 100}", "then: {nobody: 100}", "liability.3.then"),
    (TABLE, "{kind: partial, percent: 80}", "{kind: partial}", "refund.19.then"),
    (TABLE, "{kind: partial, percent: 80}", "{kind: partial, percent: true}", "refund.19.then"),
    (TABLE, "{kind: partial, percent: 80}", "{kind: full, percent: 80}", "refund.19.then"),
    (TABLE, "reason: affects_resale", "reason: because", "refund.17.then"),
    (TABLE, "    en: A lead decides", "    em: A lead decides", "refund.4"),
    (TABLE, "  - id: N03\n    then", "  - id: N03\n    when: {matched: true}\n    then", "needs_lead.6.when"),
    (TABLE, "when: {grade: A}", "when: {party: [buyer]}", "disposition.12.when.party"),
    (TABLE, "{liable: {all_of: [buyer, vendor]}}", "{liable: {all_of: [buyer, nobody]}}",
     "refund.7.when.liable.all_of.1"),
    (TABLE, "{liable: {all_of: [buyer, vendor]}}", "{liable: {at_least: 2}}", "refund.7.when.liable"),
    (TABLE, "{liable: {all_of: [buyer, vendor]}}", "{answer: {battery: {under: 80}}}", "refund.7.when.answer.battery"),
    (TABLE, "{liable: {all_of: [buyer, vendor]}}", "{answer: {battery: {below: low}}}", "refund.7.when.answer.battery"),
    (TABLE, "{liable: {all_of: [buyer, vendor]}}", "{answer: {battery: 80}}", "refund.7.when.answer.battery"),
    (TABLE, "{liable: {all_of: [buyer, vendor]}}", "{answer: battery}", "refund.7.when.answer"),
    (TABLE, "less_share_of: buyer", "less_share_of: nobody", "refund.7.then"),
    (TABLE, "less_share_of: buyer", "amount_minor: 0", "refund.7.then"),
    (TABLE, "[{any: [retail_box_missing,", "[{any: [retail_box_lost,", "liability.6.when.defect.0.any.0"),
    (TABLE, "then: [back, tag, serial, close_up]", "then: back", "extra_photos.1.then"),
    (TABLE, "then: carrier_claim\n    zh: 向", "then: Carrier claim\n    zh: 向", "next_steps.0.then"),
    (TABLE, "{party: carrier}", "{party: the carrier}", "next_steps.0.when.party"),
    (POLICIES, "return_window_days: 7", "return_window_days: seven", "return_window_days"),
    (POLICIES, "transit_days: 7", "transit_days: 900", "transit_days"),
    (POLICIES, "sealed_hygiene: [cosmetics, food]", "sealed_hygiene: [cosmetics, drinks]", "sealed_hygiene.1"),
    (POLICIES, "non_returnable: []", "non_returnable: food", "non_returnable"),
    (POLICIES, "      affects_resale: 商品", "      effects_resale: 商品",
     "platforms.tmall.reject_reasons.effects_resale"),
    (POLICIES, "      affects_resale: 商品影响二次销售", "      affects_resale: 7",
     "platforms.tmall.reject_reasons.affects_resale"),
    (POLICIES, "# clients:\n", "clients: {client-a: {window: 7}}\n", "clients.client-a.window"),
    (POLICIES, "{rtv: true, within_days: 60,", "{rtv: true, high_value_minor: -1, within_days: 60,",
     "vendors.V-YUNXI.high_value_minor"),
    (POLICIES, "currency: CNY", "currency:", "currency"),
    (POLICIES, "  default: {rtv: false}", "  other: {rtv: false}", "vendors"),
    (POLICIES, "  default: {rtv: false}", "  default: {rtv: maybe}", "vendors.default"),
    (POLICIES, "within_days: 60", "within_dais: 60", "vendors.V-YUNXI.within_dais"),
    (POLICIES, "within_days: 60", "within_days: -1", "vendors.V-YUNXI.within_days"),
    (POLICIES, "random_check_percent: 5", "random_check_percent: 101", "random_check_percent"),
    (POLICIES, "high_value_minor: 100000", "high_value: 100000", "high_value"),
    (POLICIES, "scrap: 5", "scarp: 5", "slots.scarp"),
    (POLICIES, "scrap: 5", "scrap: five", "slots.scrap"),
]  # fmt: skip


# faults of a list or a row as a whole stand at its first line
WHOLE = ("questions", "questions.2.types", "shots", "vendors", "version", "grades.True", "refund.4")


@pytest.mark.parametrize(("name", "there", "instead", "key"), BROKEN, ids=[f"{one[0][:-5]}:{one[3]}" for one in BROKEN])
def test_a_fault_names_file_line_and_key(name: str, there: str, instead: str, key: str) -> None:
    text = shipped(name)
    assert there in text, "the shipped file has changed"
    broken = text.replace(there, instead, 1)
    with pytest.raises(DataFileProblem) as told:
        parsed(name, broken)
    assert (told.value.file, told.value.key) == (Path(name).name, key)
    line = told.value.line
    assert line is not None
    first = text[: text.index(there)].count("\n") + 1
    exact = first <= line <= first + instead.count("\n")
    assert exact or key in WHOLE, line
    for language in ("en", "zh_CN"):
        with in_language(language):
            what, to_do = sentences(told.value)
        assert f"{Path(name).name}:{line}" in what and key in what and to_do
        assert "{" not in what, "a place was left unfilled"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [1", "data_file.not_yaml"),
        ("a: 2026-13-45", "data_file.not_yaml"),
        ("a: " + "[" * 100_000, "data_file.too_deep"),
        ("a: &x 1\nb: *x", "data_file.alias"),
        ("a: 1\na: 2", "data_file.repeated_key"),
        ("- a", "data_file.not_mapping"),
        ("", "data_file.not_mapping"),
        ("a: \x00", "data_file.not_yaml"),
        ("? {b: 1}\n: 2", "data_file.not_yaml"),
        ("a: !!python/object/apply:os.system [ls]", "data_file.not_yaml"),
    ],
)
def test_what_is_no_data_file_is_told(text: str, code: str) -> None:
    with pytest.raises(DataFileProblem) as told:
        read_yaml(text, "x.yaml")
    assert told.value.code == code


def mutated(text: str, chance: random.Random) -> str:
    """A line dropped, doubled, moved, or a word of it replaced by one of another kind."""
    lines = text.splitlines()
    at = chance.randrange(len(lines))
    act = chance.randrange(5)
    if act == 0:
        del lines[at]
    elif act == 1:
        lines.insert(at, lines[chance.randrange(len(lines))])
    elif act == 2:
        lines[at] = " " * chance.randrange(6) + lines[at].lstrip()
    else:
        words = lines[at].replace(",", " , ").replace("}", " }").split(" ")
        spots = [place for place, word in enumerate(words) if word] or [0]  # the indentation stays
        words[chance.choice(spots)] = chance.choice(
            ["", "7", "-1", "true", "null", "[]", "{}", "[[a]]", "{a: 1}", "x", "1.5", "2026-11-21", '""', "*a", "A"]
        )
        lines[at] = " ".join(words)
    return "\n".join(lines)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_loads_or_is_refused_and_what_loads_can_be_used(name: str) -> None:
    chance = random.Random(0 if not SOAK else None)
    book, loaded = rule_book(), 0
    for _ in range(600 if SOAK else 40):
        text = shipped(name)
        for _ in range(chance.randint(1, 3)):
            text = mutated(text, chance)
        try:
            made = parsed(name, text)
        except DataFileProblem:
            continue
        loaded += 1
        if name == TABLE:
            for findings in ((), (Finding("f", "tidy", "tear", "crack", "major"),)):
                decide(RuleBook(book.lists, made, book.policies, book.templates), item(findings=findings), expected(),
                       TODAY)  # fmt: skip
    assert loaded, "no mutation was harmless: the mutations are too coarse"


def test_the_shipped_rule_book_is_whole() -> None:
    book = load_rule_book(SHIPPED)
    assert set(book.templates) == set(book.lists.words["categories"]), "each category has a template of its own"
    assert not any(book.is_fallback(category) for category in book.templates)
    without = replace(book, templates={key: one for key, one in book.templates.items() if key != "toys"})
    assert without.template_for("toys") is book.templates["general"] and without.is_fallback("toys")
    assert set(book.policies.slots) == set(book.lists.words["dispositions"])
    for template in book.templates.values():
        with pytest.raises(KeyError):
            template.question("none")
        with pytest.raises(KeyError):
            template.shot("none")


@pytest.mark.parametrize(
    ("reason", "text", "rows"),
    [
        ("no_reason_7d", "有污渍", ()),
        ("quality_defect", "袖口有一块污渍", ("no_stains",)),
        ("quality_defect", "拉链坏了", ("closures",)),
        ("quality_defect", "", ("tidy", "as_ordered", "no_stains")),
        ("function_fault", "用不了", ("closures",)),
        ("a reason of a newer list", "污", ()),
    ],
)
def test_the_claimed_rows_are_those_the_buyer_writes_of(reason: str, text: str, rows: tuple[str, ...]) -> None:
    book = rule_book()
    assert claimed_questions(book.templates["apparel"], book.lists, reason, text) == rows


def test_a_claim_that_no_row_covers_makes_every_row_claimed() -> None:
    book = rule_book()
    text = shipped(APPAREL).replace("section: function", "section: accessories")
    template = parse_template(read_yaml(text, "apparel.yaml"), book.lists)
    assert len(claimed_questions(template, book.lists, "function_fault", "")) == len(template.questions)


def with_grades(*rules: str) -> RuleBook:
    """The rule book with these rules for the grade, each ``{condition} → grade`` in order; else A."""
    rows = [f"  - {{id: X{place}, when: {rule.split(' → ')[0]}, then: {rule.split(' → ')[1]}, zh: 因, en: why}}"
            for place, rule in enumerate(rules)]  # fmt: skip
    text = shipped(TABLE)
    table = text[: text.index("grade:\n")] + "\n".join(
        ["grade:", *rows, "  - {id: XL, then: A, zh: 因, en: why}", "", text[text.index("liability:\n") :]]
    )
    book = rule_book()
    return RuleBook(book.lists, parsed(TABLE, table), book.policies, book.templates)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("{unit_price: {at_least: 25900}}", True),
        ("{unit_price: {at_least: 25901}}", False),
        ("{unit_price: {below: 25901}}", True),
        ("{unit_price: {below: 25900}}", False),
        ("{unit_price: {at_least: 20000, below: 30000}}", True),
        ("{unit_price: [1, 25900]}", True),
        ("{category: {none_of: [toys, food]}}", True),
        ("{category: {none_of: [toys, apparel]}}", False),
        ("{policy_flags: [high_value, sealed_hygiene]}", True),
        ("{policy_flags: {none_of: sealed_hygiene}}", False),
        ("{platform: tmall, client: client-a, vendor: V-LOCAL}", True),
        ("{platform: tmall, client: client-b}", False),
        ("{no_defect: {group: [wear]}, matched: true}", True),
        ("{defect: {}}", False),
    ],
)
def test_a_condition_holds_as_its_words_say(condition: str, holds: bool) -> None:
    announced = expected(policy_flags=("sealed_hygiene", "x"))
    made = decide(with_grades(f"{condition} → B"), item(), announced, TODAY)
    assert made.grade == ("B" if holds else "A")


def test_the_first_rule_that_holds_decides_also_why_something_is_blocked() -> None:
    made = decide(with_grades("{matched: true} → C", "{matched: true} → B"), item(), expected(), TODAY)
    assert (made.grade, made.why("grade").rule) == ("C", "X0")
    text = shipped(TABLE).replace("  - id: B03", "  - {id: B00, then: restock, zh: 因, en: why}\n  - id: B03")
    book = rule_book()
    rules = parsed(TABLE, text)
    minor = item(findings=(Finding("f", "no_stains", "oil", "stain", "minor"),))
    made = decide(RuleBook(book.lists, rules, book.policies, book.templates), minor, expected(), TODAY)
    assert made.blocked["restock"].id == "B01"


def test_no_more_rows_than_three_pages_hold_and_no_more_types_than_there_are_keys() -> None:
    text = shipped(APPAREL)
    row = text[text.index("  - id: not_worn") :]
    types = row[row.index("      - {code: creases") :]
    eight = types + "      - {code: stain, icon: x}\n      - {code: washed, icon: x}\n"
    most = text + "".join(row.replace("not_worn", f"row{number}") for number in range(9, MOST_ROWS + 1))
    more = most + row.replace("not_worn", "one_too_many")
    assert len(parsed(APPAREL, most).questions) == MOST_ROWS == 27
    for broken, key in ((more, "questions"), (text.replace(types, eight), "questions.7.types")):
        with pytest.raises(DataFileProblem) as told:
            parsed(APPAREL, broken)
        assert told.value.key == key


def client(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_clients_file_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    own = client(
        tmp_path,
        policies__default=shipped(POLICIES).replace("high_value_minor: 100000", "high_value_minor: 5"),
        checklists__jackets=shipped(APPAREL).replace('version: "2026.11.3"', 'version: "client 3"'),
        checklists__toys=shipped(APPAREL).replace("category: apparel", "category: toys"),
    )
    book, problem = rule_book_or_shipped(SHIPPED, own)
    assert problem is None
    assert book.policies.terms.high_value_minor == 5
    assert book.template_for("apparel").version == "client 3"
    assert book.template_for("toys").id == "apparel"
    assert book.rules == rule_book().rules


BROKEN_CLIENTS = [
    {"rules__decision_table": "grade: ["},
    {"rules__lists": shipped(LISTS).replace("  A: {", "  X: {")},  # the shipped tables need grade A
    {"checklists__jackets": "id: jackets"},
    {"checklists__a": shipped(APPAREL), "checklists__b": shipped(APPAREL)},
    {"policies__default": ""},
]


@pytest.mark.parametrize("files", BROKEN_CLIENTS, ids=lambda files: "+".join(files))
def test_a_broken_client_file_leaves_the_shipped_ones_in_force(tmp_path: Path, files: dict[str, str]) -> None:
    book, problem = rule_book_or_shipped(SHIPPED, client(tmp_path, **files))
    assert book == rule_book()
    assert isinstance(problem, DataFileProblem) and problem.file.endswith(".yaml")


def test_a_client_without_files_uses_the_shipped_ones(tmp_path: Path) -> None:
    assert rule_book_or_shipped(SHIPPED, tmp_path / "none") == (rule_book(), None)


def test_without_the_general_checklist_nothing_starts(tmp_path: Path) -> None:
    names = {name.removesuffix(".yaml").replace("/", "__"): shipped(name) for name in FILES if "general" not in name}
    with pytest.raises(StationProblem) as told:
        load_rule_book(client(tmp_path, **names))
    assert told.value.code == "rules.no_general_template"


OLD_POLICIES = """
version: "2026.11.1"
high_value_minor: 100000
random_check_percent: 5
vendors:
  default: {rtv: false}
  V-YUNLU: {rtv: true, within_days: 30, minimum_minor: 5000}
slots: {restock: 1, hold: 6}
"""


def test_a_file_of_policies_from_before_there_were_layers_says_the_same() -> None:
    policies = parsed(POLICIES, OLD_POLICIES)
    terms = policies.terms_for("tmall", "client-a", "V-YUNLU")
    assert (terms.high_value_minor, terms.random_check_percent, terms.return_window_days) == (100000, 5, 0)
    assert policies.vendor("V-YUNLU").rtv and not policies.vendor("V-OTHER").rtv
    assert policies.slots == {"restock": 1, "hold": 6} and policies.currency == "CNY"


def test_a_rule_file_from_before_there_were_further_photos_and_next_steps_demands_none() -> None:
    text = shipped(TABLE)
    old = text[: text.index("# Photos beyond the template's")]
    rules = parsed(TABLE, old)
    assert rules.extra_photos == () and rules.next_steps == ()
    book = rule_book()
    made = decide(RuleBook(book.lists, rules, book.policies, book.templates), item(), expected(), TODAY)
    assert made.grade == "A" and made.next_steps == ()
