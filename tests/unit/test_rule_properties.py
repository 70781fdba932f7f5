"""Whatever is found and announced: the rules decide, always the same, and say truly what would have changed it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from factories import SOAK, expected, item, properties
from hypothesis import given
from rule_strategies import items, returns
from trade_cases import BOOK, TODAY

from inspection_station.domain.checklist import SEVERITIES, ChecklistTemplate, Number, Question
from inspection_station.domain.conditions import FACTS, DefectFact, Rule, first_match, rule_holds
from inspection_station.domain.decision_table import DECIDED_IN_ORDER, OUTCOMES
from inspection_station.domain.inspection import Answer, Item
from inspection_station.domain.other_answers import OtherAnswer, other_answers
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.domain.rule_book import RuleBook
from inspection_station.domain.verdict import Verdict, decide, demanded_shots, regrade


def outcome_of(made: Verdict, outcome: str) -> Any:
    """The outcome as the rules have it: without the amount, which is no answer's doing but the price's."""
    if outcome == "liability":
        return dict(made.liability)
    if outcome == "refund":
        return {key: value for key, value in made.refund.items() if key in ("kind", "reason", "percent")}
    return getattr(made, outcome)


@given(items(), returns())
@properties(150)
def test_any_findings_get_a_whole_verdict_and_always_the_same(one: Item, announced: ExpectedReturn | None) -> None:
    made = decide(BOOK, one, announced, TODAY)
    assert made.grade in BOOK.lists.words["grades"] and made.disposition in BOOK.lists.words["dispositions"]
    shares = [share for _, share in made.liability]
    assert not shares or (sum(shares) == 100 and min(shares) > 0)
    assert made.refund["kind"] in BOOK.lists.words["refunds"]
    if made.refund["kind"] == "partial":
        assert 0 < made.refund["percent"] < 100
    if "amount_minor" in made.refund and announced is not None:
        assert 0 <= made.refund["amount_minor"] <= announced.lines[0].unit_price.minor
    assert made.proposed["disposition"] not in made.blocked
    if made.grade == "U" and "disposition" not in one.changes:
        assert made.needs_lead and made.disposition in ("hold", "unclaimed"), "ungraded: a lead decides"
    assert decide(BOOK, one, announced, TODAY) == made
    again = regrade(BOOK, one, announced, TODAY)
    assert {outcome: again.rules[outcome].id for outcome in OUTCOMES} == {why.outcome: why.rule for why in made.whys}
    theirs = {shot.id for shot in BOOK.template_for(one.category).shots}
    assert {shot.shot for shot in demanded_shots(BOOK, one, announced, TODAY)} <= theirs


def every_other(book: RuleBook, one: Item) -> list[OtherAnswer]:
    rules = [rule for table in book.rules.tables.values() for rule in table]
    return list(other_answers(book.template_for(one.category), one, rules))


def held_against(book: RuleBook, one: Item, announced: ExpectedReturn | None, sample: int) -> None:
    """What the verdict says would have changed it does, and where nothing would, nothing of all others does."""
    made = decide(book, one, announced, TODAY)
    others = every_other(book, one)
    for why in made.whys:
        if why.change is None:
            continue
        named = (why.change.question, why.change.to)
        then = next(other.item for other in others if (other.question, other.to) == named)
        changed = decide(book, then, announced, TODAY)
        assert outcome_of(changed, why.outcome) != outcome_of(made, why.outcome)
        assert why.change.outcome == regrade(book, then, announced, TODAY).values[why.outcome]
    never = [why.outcome for why in made.whys if why.change is None]
    for other in others if len(others) <= sample else random.Random(1).sample(others, sample):
        values = regrade(book, other.item, announced, TODAY).values
        first = regrade(book, one, announced, TODAY).values
        for outcome in never:
            assert values[outcome] == first[outcome], (other.question, other.to, outcome)


@given(items(), returns())
@properties(25)
def test_the_answer_that_would_have_changed_it_does_and_none_means_none(
    one: Item, announced: ExpectedReturn | None
) -> None:
    held_against(BOOK, one, announced, 10_000 if SOAK else 120)


def asking(*conditions: Mapping[str, Any]) -> RuleBook:
    """The book with a checklist row for the battery, and rules for the grade with these conditions; else A."""
    percent = Number("%", Decimal(0), Decimal(100))
    row = Question("battery", "function", "电", "Battery", "电", "Battery", (), answer=percent)
    template = BOOK.templates["electronics"]
    asked = ChecklistTemplate(
        template.id, template.version, template.category, "电", "E", template.shots, (*template.questions[:2], row)
    )
    rules = [Rule(f"X{place}", when, "C", "因", "why") for place, when in enumerate(conditions)]
    tables = {**BOOK.rules.tables, "grade": (*rules, Rule("XL", {}, "A", "因", "why"))}
    return replace(BOOK, rules=replace(BOOK.rules, tables=tables), templates={**BOOK.templates, "electronics": asked})


def battery(value: str, verdict: str = "pass") -> Item:
    answer = Answer("battery", verdict, "single", "", value, "%")
    return item("electronics", answers={"battery": answer} if value or verdict != "pass" else {})


def test_an_answer_by_its_row_is_a_condition_and_its_other_values_are_what_would_have_changed_it() -> None:
    low = asking({"answer": {"battery": {"below": 80}}})
    for value, grade in (("79", "C"), ("80", "A"), ("79.9", "C"), ("", "A"), ("no number", "A"), ("NaN", "A")):
        assert decide(low, battery(value), expected(), TODAY).grade == grade, value
    why = decide(low, battery("79"), expected(), TODAY).why("grade")
    assert why.answers == ("battery",) and why.change is not None
    assert (why.change.question, why.change.to, why.change.outcome) == ("battery", "=80", "A")
    for value in ("", "10", "100"):
        held_against(low, battery(value), expected(), 10_000)
    between = asking({"answer": {"battery": {"at_least": 20, "below": 40}}})
    for value in ("19", "20", "39", "40"):
        assert decide(between, battery(value), expected(), TODAY).grade == ("C" if value in ("20", "39") else "A")
        held_against(between, battery(value), expected(), 10_000)
    skipped = asking({"answer": {"battery": {"none_of": ["not_applicable"]}}})
    assert decide(skipped, battery("", "not_applicable"), expected(), TODAY).grade == "A"
    assert decide(skipped, battery("50"), expected(), TODAY).grade == "C"
    held_against(skipped, battery("50"), expected(), 10_000)


# ---- rules that can never come first ------------------------------------------------------


def _pick(chance: random.Random, condition: Any, fact: str) -> Any:
    """A value of `fact` for which `condition` holds."""
    kind = FACTS[fact]
    if isinstance(condition, Mapping):
        if "all_of" in condition:
            return frozenset(condition["all_of"])
        if "none_of" in condition:
            barred = condition["none_of"] if isinstance(condition["none_of"], list) else [condition["none_of"]]
            return chance.choice([value for value in _values(fact) if value not in barred])
        low = condition.get("at_least", 0)
        return chance.randint(low, condition.get("below", low + 500_000) - 1)
    value = chance.choice(condition) if isinstance(condition, list) else condition
    return value if kind in ("flag", "number") or fact not in _SETS else frozenset({value})


_SETS = ("liable", "outside", "policy_flags", "missing_parts")


def _values(fact: str) -> list[Any]:
    kind = FACTS[fact]
    if kind == "flag":
        return [True, False]
    if kind == "number":
        return [0, 1900, 25900, 250_000]
    codes = sorted(BOOK.lists.words[kind]) if kind in BOOK.lists.words else {
        "held": ["", "", "", "hazardous"], "seal": ["intact", "broken"], "platform": ["tmall", ""],
        "policy_flags": ["non_returnable", "sealed_hygiene", "high_value"],
    }.get(fact, ["", "CNY"])  # fmt: skip
    return [*(frozenset({code}) for code in codes), frozenset(), frozenset()] if fact in _SETS else codes


def _defect(chance: random.Random, condition: Mapping[str, Any]) -> DefectFact:
    words = BOOK.lists.words["defects"].values()
    fitting = [
        word for word in words
        if word.code in condition.get("any", [word.code]) and word.group in condition.get("group", [word.group])
        and word.code not in condition.get("except", ())
    ]  # fmt: skip
    word = chance.choice(fitting)
    least = SEVERITIES.index(condition.get("from", "minor"))
    return DefectFact(word.code, word.group, chance.choice(SEVERITIES[least:]))


def facts_for(chance: random.Random, rule: Rule) -> dict[str, Any]:
    """Facts for which `rule` holds as far as they are drawn; the others are any."""
    facts: dict[str, Any] = {fact: chance.choice(_values(fact)) for fact in FACTS}
    facts |= {"identity": chance.choice(["match", facts["identity"]]), "matched": chance.random() < 0.8}
    facts |= {fact: _pick(chance, condition, fact) for fact, condition in rule.when.items() if fact in FACTS}
    asked = rule.when.get("defect", [])
    defects = [_defect(chance, one) for one in (asked if isinstance(asked, list) else [asked])]
    if chance.random() < 0.3 and "no_defect" not in rule.when:
        defects.append(_defect(chance, {}))
    return {**facts, "defects": tuple(defects), "answers": {}}


def shadowed(tables: Iterable[tuple[Rule, ...]]) -> list[str]:
    """Rules that never come first for any of many facts made for them."""
    chance = random.Random(0 if not SOAK else None)
    found = []
    for table in tables:
        for rule in table:
            drawn = (facts_for(chance, rule) for _ in range(3000))
            if not any(rule_holds(rule, facts) and first_match(table, facts) is rule for facts in drawn):
                found.append(rule.id)
    return found


def test_no_shipped_rule_is_shadowed_by_those_before_it() -> None:
    rules = BOOK.rules
    single = [(rule,) for rule in (*rules.blocked, *rules.extra_photos)]
    first = [rules.tables[outcome] for outcome in DECIDED_IN_ORDER]
    assert shadowed([*first, *single, rules.next_steps, rules.second_person, rules.fast_lane]) == []


def test_a_shadowed_rule_is_found() -> None:
    table = BOOK.rules.tables["grade"]
    late = Rule("GX", {"defect": {"any": ["scratch"], "from": "major"}, "category": ["toys"]}, "D", "因", "why")
    at = next(place for place, rule in enumerate(table) if rule.id == "G06") + 1
    assert shadowed([(*table[:at], late, *table[at:])]) == ["GX"]
