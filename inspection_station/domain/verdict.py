"""The verdict on an item: grade, disposition, liability, refund recommendation, each with its why (DECISIONS.md 48)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspection_station.domain.answers import possible_defects
from inspection_station.domain.checklist import Question
from inspection_station.domain.conditions import (
    DefectFact,
    Rule,
    asked_answers,
    first_match,
    is_decisive,
    is_ruled_out,
    rule_holds,
)
from inspection_station.domain.decision_table import DECIDED_IN_ORDER, OUTCOMES
from inspection_station.domain.inspection import Item
from inspection_station.domain.other_answers import other_answers
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.domain.rule_book import RuleBook as RuleBook
from inspection_station.domain.rule_facts import defect_fact, facts_of, line_of, terms_of, with_answers

_DECIDED_FACTS = {"grade": "grade", "liable": "liability", "refund": "refund", "disposition": "disposition"}


@dataclass(frozen=True)
class Change:
    """The single other answer that would have changed an outcome, and what it would have become.

    Attributes:
        question, to: see `other_answers.OtherAnswer`.
        outcome: a code, for liability a mapping of parties to shares, for the refund a mapping as in the rules.
    """

    question: str
    to: str
    outcome: Any


@dataclass(frozen=True)
class Why:
    """Why an outcome came out: the rule, its words, the answers that led there, and what would have changed it.

    `answers` are rows whose defects made the rule hold, whose being in order did where it asks for that, or that it
    names; and those of the outcomes it follows from.
    """

    outcome: str
    rule: str
    zh: str
    en: str
    answers: tuple[str, ...]
    change: Change | None  # None: no single other answer would have changed it


@dataclass(frozen=True)
class NextStep:
    """What follows for one liable party: the step's code, the rule, its words."""

    party: str
    step: str
    rule: str
    zh: str
    en: str


@dataclass(frozen=True)
class DemandedShot:
    """A shot that a rule demands beyond the template's, with why."""

    shot: str
    rule: str
    zh: str
    en: str


@dataclass(frozen=True)
class Outcomes:
    """What the tables and a person's changes come to: the deciding rule and the value of each outcome.

    `values` of the refund is as in the rules, a share of liability resolved to a percentage.
    """

    facts: Mapping[str, Any]
    rules: Mapping[str, Rule]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What the rules propose for one item, or what a person set instead (`changed`)."""

    grade: str
    disposition: str
    liability: tuple[tuple[str, int], ...]
    refund: Mapping[str, Any]
    needs_lead: bool
    whys: tuple[Why, ...]
    blocked: Mapping[str, Rule]
    rules_version: str
    proposed: Mapping[str, Any]  # what the rules say of each outcome, the other changes being as they are
    next_steps: tuple[NextStep, ...] = ()

    def why(self, outcome: str) -> Why:
        """The why of one outcome of `decision_table.OUTCOMES`."""
        return next(why for why in self.whys if why.outcome == outcome)


def _evaluate(book: RuleBook, ground: Mapping[str, Any], changes: Mapping[str, Any]) -> Outcomes:
    """The deciding rule and the value of each outcome; outcomes decided earlier are facts for later tables."""
    facts = dict(ground)
    rules: dict[str, Rule] = {}
    values: dict[str, Any] = {}
    for outcome in DECIDED_IN_ORDER:
        rule = first_match(book.rules.tables[outcome], facts)
        assert rule is not None, "the last rule of a table holds always"
        rules[outcome] = rule
        value = changes[outcome]["value"] if outcome in changes else rule.then
        if outcome == "liability":
            facts["liable"] = frozenset(value)
        elif outcome == "refund":
            value = _share_resolved(value, values["liability"])
            facts["refund"] = value["kind"]
        elif outcome in ("grade", "disposition"):
            facts[outcome] = value
        values[outcome] = value
    return Outcomes(facts, rules, values)


def _share_resolved(refund: Mapping[str, Any], liability: Mapping[str, int]) -> Mapping[str, Any]:
    """A partial refund less a party's share as the percentage it comes to."""
    if "less_share_of" not in refund:
        return refund
    percent = 100 - liability.get(refund["less_share_of"], 0)
    if percent == 100:
        return {"kind": "full"}
    return {"kind": "partial", "percent": percent} if percent else {"kind": "decide_later"}


def regrade(book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date) -> Outcomes:
    """What the tables say of `item`, a person's changes kept; without the whys, of which `decide` has all.

    `day` is the site's day on which the parcel was first opened: the return window and the vendor's days are counted
    to it.
    """
    return _evaluate(book, facts_of(book, item, expected, day), item.changes)


def _changes_of(book: RuleBook, item: Item, made: Outcomes) -> dict[str, Change]:
    """For each outcome the first single other answer that would have changed it; what a person set stays set."""
    found: dict[str, Change] = {}
    asking = _asking_answers(book)
    for other in other_answers(book.template_for(item.category), item, asking):
        ground = {**with_answers(book, made.facts, other.item), "grade": "", "liable": frozenset(), "refund": "",
                  "disposition": ""}  # fmt: skip
        then = _evaluate(book, ground, item.changes).values
        for outcome in OUTCOMES:
            if outcome not in found and then[outcome] != made.values[outcome]:
                found[outcome] = Change(other.question, other.to, then[outcome])
        if len(found) == len(OUTCOMES):
            break
    return found


def _asking_answers(book: RuleBook) -> Iterable[Rule]:
    return [rule for table in book.rules.tables.values() for rule in table if next(asked_answers(rule), None)]


def _led_there(book: RuleBook, item: Item, made: Outcomes) -> dict[str, tuple[str, ...]]:
    """For each outcome the rows whose answers led to its rule, with those of the outcomes the rule asks about."""
    template = book.template_for(item.category)
    defects = [(finding.question, defect_fact(book, finding)) for finding in item.findings]
    led: dict[str, tuple[str, ...]] = {}
    for outcome in DECIDED_IN_ORDER:
        rule = made.rules[outcome]
        rows = [question for question, defect in defects if is_decisive(rule, defect)]
        if "no_defect" in rule.when:
            answered = [row for row in template.questions if row.id in item.answers]
            rows += [row.id for row in answered if _could_break(book, rule, row)]
        rows += [question for question, _ in asked_answers(rule)]
        if "claim_found" in rule.when or "missing_parts" in rule.when:
            rows += [question for question, _ in defects]
        if "seal" in rule.when:
            rows += [question for question, defect in defects if defect.code == "seal_broken"]
        for fact, earlier in _DECIDED_FACTS.items():
            if fact in rule.when and earlier not in item.changes:
                rows += led[earlier]
        led[outcome] = tuple(dict.fromkeys(rows))
    return led


def _could_break(book: RuleBook, rule: Rule, row: Question) -> bool:
    """Whether `rule` holds only while a defect of `row` was not found."""
    return any(
        is_ruled_out(rule, DefectFact(one.code, book.lists.word("defects", one.code).group, one.severity))
        for one in possible_defects(row)
    )


def decide(book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date) -> Verdict:
    """The verdict on `item` by the tables, with what a person changed put in place of the tables' outcome.

    `day` is the site's day on which the parcel was first opened: the return window and the vendor's days are counted
    to it.
    """
    made = regrade(book, item, expected, day)
    changes, led = _changes_of(book, item, made), _led_there(book, item, made)
    whys = []
    for outcome in OUTCOMES:
        rule = made.rules[outcome]
        whys.append(Why(outcome, rule.id, rule.zh, rule.en, led[outcome], changes.get(outcome)))
    values = made.values
    return Verdict(
        grade=values["grade"],
        disposition=values["disposition"],
        liability=tuple(values["liability"].items()),
        refund=refund_facts(book, item, expected, made),
        needs_lead=values["needs_lead"],
        whys=tuple(whys),
        blocked={rule.then: rule for rule in reversed(book.rules.blocked) if rule_holds(rule, made.facts)},
        rules_version=book.rules.version,
        proposed={outcome: _proposed(outcome, made) for outcome in OUTCOMES},
        next_steps=tuple(_next_steps(book, made)),
    )


def _proposed(outcome: str, made: Outcomes) -> Any:
    then = made.rules[outcome].then
    return _share_resolved(then, made.values["liability"]) if outcome == "refund" else then


def refund_facts(book: RuleBook, item: Item, expected: ExpectedReturn | None, made: Outcomes) -> Mapping[str, Any]:
    """The refund recommendation as it is sealed: with its amount, the defects it is for, the platform's own reason.

    An amount never exceeds the price, and is none where the price is not known.
    """
    refund = dict(made.values["refund"])
    line = line_of(item, expected)
    if line is not None and refund["kind"] in ("full", "partial"):
        price = line.unit_price
        amount = refund["amount_minor"] if "amount_minor" in refund else price.percent(refund.get("percent", 100)).minor
        amount -= refund.get("deduct_minor", 0)
        refund.update(amount_minor=min(max(amount, 0), price.minor), currency=price.currency)
    if refund["kind"] == "partial" and "refund" not in item.changes:
        rule = made.rules["refund"]
        codes = [finding.code for finding in item.findings if is_decisive(rule, defect_fact(book, finding))]
        if codes:
            refund["findings"] = list(dict.fromkeys(codes))
    if refund["kind"] == "deny":
        words = terms_of(book.policies, expected, line).reject_reasons
        if refund["reason"] in words:
            refund["platform_reason"] = words[refund["reason"]]
    return refund


def _next_steps(book: RuleBook, made: Outcomes) -> Iterable[NextStep]:
    for party in made.values["liability"]:
        rule = first_match(book.rules.next_steps, {**made.facts, "party": party})
        if rule is not None:
            yield NextStep(party, rule.then, rule.id, rule.zh, rule.en)


def demanded_shots(
    book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date, made: Outcomes | None = None
) -> tuple[DemandedShot, ...]:
    """The shots of the item's template that the rules demand beyond those it requires itself, each with why.

    `day` as for `decide`. A shot that several rules demand has the first one's why; one that the template takes only
    on conditions is not demanded before they hold. `made`: what `regrade` said of the same, when that is known.
    """
    if not book.rules.extra_photos:
        return ()
    facts = (made or regrade(book, item, expected, day)).facts
    template = book.template_for(item.category)
    theirs = {shot.id for shot in template.shots if all(one.holds(item.answers) for one in shot.when)}
    found: dict[str, DemandedShot] = {}
    for rule in book.rules.extra_photos:
        if rule_holds(rule, facts):
            for shot in rule.then:
                if shot in theirs:
                    found.setdefault(shot, DemandedShot(shot, rule.id, rule.zh, rule.en))
    return tuple(found.values())


def second_person_rule(book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date) -> Rule | None:
    """The rule by which a second person has to look at `item` before it is decided; None when nobody has to."""
    return _asked_before(book, book.rules.second_person, item, expected, day)


def fast_lane_rule(book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date) -> Rule | None:
    """The rule by which `item` goes the fast lane: its photo is taken by itself when its tag is scanned."""
    return _asked_before(book, book.rules.fast_lane, item, expected, day)


def _asked_before(
    book: RuleBook, table: Sequence[Rule], item: Item, expected: ExpectedReturn | None, day: date
) -> Rule | None:
    rule = first_match(table, facts_of(book, item, expected, day)) if table else None
    return rule if rule is not None and rule.then else None


def ranked_dispositions(book: RuleBook, verdict: Verdict) -> Sequence[str]:
    """Dispositions in the order to offer them: what the rules propose, those possible, those blocked.

    What a person chose instead stays at its place, so that a key means the same before and after.
    """
    offered = [code for code in book.policies.slots if code != "unclaimed"]
    proposed = [verdict.proposed["disposition"]]
    possible = [code for code in offered if code not in verdict.blocked and code not in proposed]
    return [*proposed, *possible, *(code for code in offered if code in verdict.blocked and code not in proposed)]


def is_random_check(key: bytes, item_id: str, percent: int) -> bool:
    """Whether the item goes to the random check: a keyed hash of its id, so it can be neither guessed nor skipped."""
    share = int.from_bytes(hmac.new(key, item_id.encode(), hashlib.sha256).digest()[:8], "big")
    return share < percent * 2**64 // 100
