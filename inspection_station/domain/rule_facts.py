"""The facts that the decision tables ask about, made from an item, its expected return and the policies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from inspection_station.domain.conditions import Answered, DefectFact
from inspection_station.domain.inspection import Answer, Finding, Item
from inspection_station.domain.money import Money
from inspection_station.domain.policies import Policies, Terms
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.domain.rule_book import RuleBook

_SECTION_OF = {"packaging": "accessories", "wash": "wear", "hygiene": "wear"}  # groups of defects with no own section


def line_of(item: Item, expected: ExpectedReturn | None) -> ReturnLine | None:
    """The line of the return that announced `item`."""
    return next((one for one in expected.lines if one.line == item.line), None) if expected else None


def terms_of(policies: Policies, expected: ExpectedReturn | None, line: ReturnLine | None) -> Terms:
    """The terms that count for an item of this return and line."""
    if expected is None:
        return policies.terms
    return policies.terms_for(expected.platform, expected.client, line.vendor if line else "")


def in_window(expected: ExpectedReturn | None, terms: Terms, day: date) -> bool:
    """Whether a parcel first opened on the site's `day` came back in time.

    The longer of the announced window and the policy's counts, and the days a parcel may be on its way beside it; a
    window announced without end has none.
    """
    if expected is None or not expected.delivered_on or not expected.return_window_days:
        return True
    days = max(expected.return_window_days, terms.return_window_days) + terms.transit_days
    return (day - date.fromisoformat(expected.delivered_on)).days <= days


def _reaches(price: Money, limit: int, currency: str) -> bool:
    """Whether `price` is at least `limit`; in another currency only where there is no limit."""
    return limit == 0 if price.currency != currency else price.minor >= limit


def rtv_allowed(policies: Policies, expected: ExpectedReturn | None, line: ReturnLine | None, day: date) -> bool:
    """Whether the line's vendor takes it back: by agreement, from its least price, within its days of delivery."""
    if expected is None or line is None:
        return False
    agreement = policies.vendor(line.vendor)
    if not agreement.rtv or not _reaches(line.unit_price, agreement.minimum_minor, policies.currency):
        return False
    age = (day - date.fromisoformat(expected.delivered_on)).days if expected.delivered_on else 0
    return not agreement.within_days or age <= agreement.within_days


def _flags(category: str, expected: ExpectedReturn | None, terms: Terms) -> frozenset[str]:
    """The flags the return was announced with, and those that the policies give its category."""
    flags = set(expected.policy_flags) if expected else set()
    flags |= {"non_returnable"} if category in terms.non_returnable else set()
    flags |= {"sealed_hygiene"} if category in terms.sealed_hygiene else set()
    return frozenset(flags)


def facts_of(book: RuleBook, item: Item, expected: ExpectedReturn | None, day: date) -> dict[str, Any]:
    """The facts the tables ask about, for one item of a parcel first opened on the site's `day`."""
    line = line_of(item, expected)
    terms = terms_of(book.policies, expected, line)
    reason = expected.reason if expected else ""
    flags = _flags(item.category, expected, terms)
    dear = bool(line and _reaches(line.unit_price, terms.high_value_minor, book.policies.currency))
    ground = {
        "category": item.category,
        "matched": expected is not None,
        "kind": expected.kind if expected else "",
        "platform": expected.platform if expected else "",
        "client": expected.client if expected else "",
        "vendor": line.vendor if line else "",
        "reason": reason,
        "several_parcels": bool(expected and len(expected.tracking_numbers) > 1),
        "claims_defect": bool(book.lists.claimed_sections(reason)) if reason else False,
        "policy_flags": flags,
        "in_window": in_window(expected, terms, day),
        "unit_price": line.unit_price.minor if line else 0,
        "currency": line.unit_price.currency if line else "",
        "high_value": dear or "high_value" in flags,
        "rtv_allowed": rtv_allowed(book.policies, expected, line, day),
        "changed": "grade" in item.changes,
        # decided by the tables before they are asked for
        "grade": "", "liable": frozenset(), "refund": "", "disposition": "", "party": "",
    }  # fmt: skip
    return with_answers(book, ground, item)


def with_answers(book: RuleBook, ground: Mapping[str, Any], item: Item) -> dict[str, Any]:
    """The facts `ground` of an item with those put in their place that come from what was found out about it."""
    defects = tuple(defect_fact(book, finding) for finding in item.findings)
    return {
        **ground,
        "identity": item.identity or "match",
        "held": item.held,
        "outside": frozenset(item.outside),
        "seal": "broken" if any(one.code == "seal_broken" for one in defects) else "intact",
        "missing_parts": frozenset(one.part for one in item.findings if one.part),
        "claim_found": _claim_found(book, item, ground["reason"]),
        "defects": defects,
        "answers": {question: answered(answer) for question, answer in item.answers.items()},
    }


def defect_fact(book: RuleBook, finding: Finding) -> DefectFact:
    """A finding as the rules see it."""
    return DefectFact(finding.code, book.lists.word("defects", finding.code).group, finding.severity)


def answered(answer: Answer) -> Answered:
    """Verdict and value of an answer; of counted parts, how many are missing."""
    if isinstance(answer.value, str):
        return answer.verdict, answer.value
    return answer.verdict, str(sum(max(0, part.expected - part.found) for part in answer.value))


def _claim_found(book: RuleBook, item: Item, reason: str) -> bool:
    """Whether a defect was found in a section of the checklist in which the buyer claims one."""
    claimed = book.lists.claimed_sections(reason) if reason else ()
    if not claimed:
        return False
    sections = {row.id: row.section for row in book.template_for(item.category).questions}
    for finding in item.findings:
        group = book.lists.word("defects", finding.code).group
        if finding.code != "invoice_missing" and {sections.get(finding.question), _SECTION_OF.get(group, group)} & {
            *claimed
        }:
            return True
    return False
