"""The verdict on an item: grade, disposition, liability, refund recommendation, each with its why (DECISIONS.md 48)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspection_station.domain.answers import other_answers
from inspection_station.domain.carriers import NO_CARRIERS, Carriers
from inspection_station.domain.checklist import ChecklistTemplate
from inspection_station.domain.decision_table import (
    OUTCOMES,
    DefectFact,
    Rule,
    RuleSet,
    deciding_defects,
    first_match,
    rule_holds,
)
from inspection_station.domain.inspection import Finding, Item
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.policies import Policies
from inspection_station.domain.returns import ExpectedReturn, ReturnLine


@dataclass(frozen=True)
class RuleBook:
    """Everything the trade keeps as data: lists, tables, policies, templates by category, carriers."""

    lists: TradeLists
    rules: RuleSet
    policies: Policies
    templates: Mapping[str, ChecklistTemplate]
    carriers: Carriers = NO_CARRIERS

    def template_for(self, category: str) -> ChecklistTemplate:
        """The category's template, or the general one when it has none (`is_fallback` tells)."""
        return self.templates.get(category) or self.templates["general"]

    def is_fallback(self, category: str) -> bool:
        """Whether `category` is judged by the general template for want of its own."""
        return category not in self.templates


@dataclass(frozen=True)
class Change:
    """The single other answer that would have changed an outcome, and what it would have become.

    `question` is empty when the change is not an answer but the identity of the item; `to` is ``match`` then.
    """

    question: str
    to: str  # "pass", or "TYPE:SEVERITY" of the row's only defect then
    outcome: Any


@dataclass(frozen=True)
class Why:
    """Why an outcome came out: the rule, its words, the answers that led there, and what would have changed it."""

    outcome: str
    rule: str
    zh: str
    en: str
    answers: tuple[str, ...]  # question ids whose defects made the rule hold
    change: Change | None  # None: no single other answer would have changed it


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

    def why(self, outcome: str) -> Why:
        """The why of one outcome of `decision_table.OUTCOMES`."""
        return next(why for why in self.whys if why.outcome == outcome)


def _in_window(expected: ExpectedReturn | None, day: date) -> bool:
    if expected is None or not expected.delivered_on or not expected.return_window_days:
        return True
    return (day - date.fromisoformat(expected.delivered_on)).days <= expected.return_window_days


def _rtv_allowed(book: RuleBook, expected: ExpectedReturn | None, line: ReturnLine | None, day: date) -> bool:
    if expected is None or line is None:
        return False
    agreement = book.policies.vendor(line.vendor)
    if not agreement.rtv or line.unit_price.minor < agreement.minimum_minor:
        return False
    age = (day - date.fromisoformat(expected.delivered_on)).days if expected.delivered_on else 0
    return not agreement.within_days or age <= agreement.within_days


def facts_of(book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date) -> dict[str, Any]:
    """The facts the tables ask about, for one item on the site's `day`."""
    line = next((one for one in expected.lines if one.line == item.line), None) if expected else None
    reason = expected.reason if expected else ""
    return {
        "category": item.category,
        "identity": item.identity or "match",
        "matched": expected is not None,
        "platform": expected.platform if expected else "",
        "client": expected.client if expected else "",
        "vendor": line.vendor if line else "",
        "reason": reason,
        "claims_defect": bool(book.lists.claimed_sections(reason)) if reason else False,
        "policy_flags": frozenset(expected.policy_flags) if expected else frozenset(),
        "in_window": _in_window(expected, day),
        "unit_price": line.unit_price.minor if line else 0,
        "high_value": bool(line and line.unit_price.minor >= book.policies.high_value_minor),
        "rtv_allowed": _rtv_allowed(book, expected, line, day),
        "changed": "grade" in item.changes,
        "held": item.held,
        "outside": frozenset(item.outside),
        "defects": tuple(_defect_fact(book, finding) for finding in item.findings),
    }


def _defect_fact(book: RuleBook, finding: Finding) -> DefectFact:
    return DefectFact(finding.code, book.lists.word("defects", finding.code).group, finding.severity)


def _evaluate(
    book: RuleBook, facts: dict[str, Any], changes: Mapping[str, Any]
) -> tuple[dict[str, Rule], dict[str, Any]]:
    """The deciding rule and the value of each outcome; outcomes decided earlier are facts for later tables."""
    facts = dict(facts, grade="", disposition="", liable=frozenset())
    rules: dict[str, Rule] = {}
    values: dict[str, Any] = {}
    for outcome in OUTCOMES:
        rule = first_match(book.rules.tables[outcome], facts)
        assert rule is not None, "the last rule of a table holds always"
        rules[outcome] = rule
        values[outcome] = changes[outcome]["value"] if outcome in changes else rule.then
        if outcome == "liability":
            facts["liable"] = frozenset(values[outcome])
        elif outcome in ("grade", "disposition"):
            facts[outcome] = values[outcome]
    values["blocked"] = {rule.then: rule for rule in reversed(book.rules.blocked) if rule_holds(rule, facts)}
    return rules, values


def _other_answers(template: ChecklistTemplate, item: Item) -> Iterator[tuple[str, str, Item]]:
    """(question, what it would be, the item then): the right item, every defect taken back, every other answer."""
    if item.identity not in ("", "match"):
        yield "", "match", replace(item, identity="match")
    yield from other_answers(template, item)


def _changes_of(
    book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date, values: Mapping[str, Any]
) -> dict[str, Change]:
    """For each outcome the first single other answer that would have changed it; what a person set stays set."""
    found: dict[str, Change] = {}
    for question, to, other in _other_answers(book.template_for(item.category), item):
        _, then = _evaluate(book, facts_of(book, other, expected, day), item.changes)
        for outcome in OUTCOMES:
            if outcome not in found and then[outcome] != values[outcome]:
                found[outcome] = Change(question, to, then[outcome])
        if len(found) == len(OUTCOMES):
            break
    return found


def decide(book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date) -> Verdict:
    """The verdict on `item` by the tables, with what a person changed put in place of the tables' outcome.

    The window and the vendor's days are counted to `day`, the site's day of the inspection.
    """
    facts = facts_of(book, item, expected, day)
    rules, values = _evaluate(book, facts, item.changes)
    changes = _changes_of(book, item, expected, day, values)
    whys = []
    for outcome in OUTCOMES:
        rule = rules[outcome]
        deciding = deciding_defects(rule, facts["defects"])
        answers = [one.question for one, fact in zip(item.findings, facts["defects"], strict=True) if fact in deciding]
        whys.append(Why(outcome, rule.id, rule.zh, rule.en, tuple(dict.fromkeys(answers)), changes.get(outcome)))
    refund = dict(values["refund"])
    line = next((one for one in expected.lines if one.line == item.line), None) if expected else None
    if line is not None and refund["kind"] in ("full", "partial"):
        amount = line.unit_price.percent(refund.get("percent", 100))
        refund.update(amount_minor=amount.minor, currency=amount.currency)
    return Verdict(
        grade=values["grade"],
        disposition=values["disposition"],
        liability=tuple(values["liability"].items()),
        refund=refund,
        needs_lead=values["needs_lead"],
        whys=tuple(whys),
        blocked=values["blocked"],
        rules_version=book.rules.version,
        proposed={outcome: rule.then for outcome, rule in rules.items()},
    )


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
