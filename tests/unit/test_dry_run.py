"""A dry run says what each item would be, one by one, and adds it up in units and money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from factories import INSPECTOR, Bench, expected, item, line, properties
from hypothesis import given
from hypothesis import strategies as st
from rule_strategies import items, returns
from trade_cases import BOOK, TODAY, found

from inspection_station.domain.checklist import Choice, Consequence, DefectType, Limit, Number, Option, Question
from inspection_station.domain.conditions import Rule
from inspection_station.domain.decision_table import OUTCOMES
from inspection_station.domain.inspection import Answer, Finding, Inspection, Item, Photo
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.domain.rule_book import RuleBook
from inspection_station.domain.verdict import decide
from inspection_station.workflows import deciding
from inspection_station.workflows.dry_run import (
    Closed,
    DryRun,
    closed_inspections,
    dry_run,
    found_by,
    outcome_key,
)


def sealed(book: RuleBook, one: Item, announced: ExpectedReturn | None, place: int = 0) -> Item:
    """The item with its decision by `book`, as a station seals it."""
    made = decide(book, one, announced, TODAY)
    decision = {
        "grade": made.grade, "disposition": made.disposition, "refund": dict(made.refund),
        "liability": [{"party": party, "share": share} for party, share in made.liability],
        "needs_lead": made.needs_lead, "why": [asdict(why) for why in made.whys], "counted_to": TODAY.isoformat(),
    }  # fmt: skip
    return replace(one, id=f"i{place}", rt_number=f"RT-{place}", decision=decision)


def closed(one: Item, announced: ExpectedReturn | None) -> Closed:
    inspection = Inspection(id=f"in-{one.id}", opened_at="2026-11-21T02:00:00.000Z", items=(one,))
    return inspection, [announced] if announced is not None else []


def without(book: RuleBook, rule_ids: Sequence[str]) -> RuleBook:
    """The book without some of its rules; the last of each table stays."""
    tables = {
        name: tuple(rule for rule in table if rule.id not in rule_ids or rule is table[-1])
        for name, table in book.rules.tables.items()
    }
    return replace(book, rules=replace(book.rules, version="candidate", tables=tables))


RULES = [rule.id for table in BOOK.rules.tables.values() for rule in table]


@given(
    st.lists(st.tuples(items(), returns()), min_size=1, max_size=6),
    st.lists(st.sampled_from(RULES), max_size=25),
)
@properties(40)
def test_it_agrees_with_grading_each_item_again(
    cases: list[tuple[Item, ExpectedReturn | None]], dropped: list[str]
) -> None:
    candidate = without(BOOK, dropped)
    cases = [(replace(one, return_id=""), None) if announced is None else (one, announced) for one, announced in cases]
    stored = [(sealed(BOOK, one, announced, place), announced) for place, (one, announced) in enumerate(cases)]
    made = dry_run(candidate, [closed(*one) for one in stored], lambda text: text[:10])
    counts: dict[str, Counter[tuple[str, str]]] = {outcome: Counter() for outcome in OUTCOMES}
    moved: dict[str, dict[str, tuple[str, str]]] = {}
    before_and_after: dict[str, list[int]] = {}
    for one, announced in stored:
        assert one.decision is not None
        again = decide(candidate, one, announced, TODAY)
        now = {"grade": again.grade, "disposition": again.disposition, "liability": again.liability,
               "refund": again.refund, "needs_lead": again.needs_lead}  # fmt: skip
        for outcome in OUTCOMES:
            keys = outcome_key(outcome, one.decision[outcome]), outcome_key(outcome, now[outcome])
            if keys[0] != keys[1]:
                counts[outcome][keys] += 1
                moved.setdefault(one.rt_number, {})[outcome] = keys
        for side, refund in enumerate((one.decision["refund"], again.refund)):
            if "amount_minor" in refund:
                before_and_after.setdefault(refund["currency"], [0, 0])[side] += refund["amount_minor"]
    assert made.counts == counts
    assert {
        one.rt_number: {move.outcome: (move.before, move.after) for move in one.outcomes} for one in made.moved
    } == moved
    assert {currency: [money.before, money.after] for currency, money in made.money.items()} == before_and_after
    assert (made.inspections, made.items) == (len(cases), len(cases))


@given(st.lists(st.tuples(items(), returns()), min_size=1, max_size=4))
@properties(15)
def test_the_rules_it_was_decided_by_move_nothing(cases: list[tuple[Item, ExpectedReturn | None]]) -> None:
    stored = [
        closed(sealed(BOOK, replace(one, return_id=one.return_id if announced else ""), announced), announced)
        for one, announced in cases
    ]
    made = dry_run(BOOK, stored, lambda text: text[:10])
    assert made.moved == [] and not any(made.counts.values())
    assert all(money.before == money.after for money in made.money.values())


def tried(candidate: RuleBook, one: Item, announced: ExpectedReturn | None, **changes: Any) -> DryRun:
    decided = sealed(BOOK, one, announced)
    assert decided.decision is not None
    stored = replace(decided, decision={**decided.decision, **changes})
    return dry_run(candidate, [closed(stored, announced)], lambda text: text[:10])


def test_what_moves_is_told_with_its_number_the_rules_and_the_money() -> None:
    strict = without(BOOK, ["R06", "R30"])
    made = tried(strict, item(findings=(found("apparel", "stain", "minor"),)), expected())
    (one,) = made.moved
    (refund, lead) = one.outcomes
    assert (one.rt_number, one.inspection_id) == ("RT-0", "in-i0")
    assert (refund.outcome, refund.before, refund.after) == ("refund", "full", "decide_later")
    assert (refund.rule_before, refund.rule_after) == ("R06", "R09")
    assert (lead.outcome, lead.before, lead.after) == ("needs_lead", "no", "yes")
    assert asdict(made.money["CNY"]) == {"before": 25900, "after": 0}


def test_the_day_is_that_of_the_inspection_not_of_the_dry_run() -> None:
    announced = expected(delivered_on="2026-11-07")
    assert tried(BOOK, item(), announced).moved == []
    older = tried(BOOK, item(), announced, counted_to="")  # as sealed before that day was kept: the day of opening
    assert older.moved == []
    late = tried(BOOK, item(), announced, counted_to="2026-11-22")
    assert late.moved[0].outcomes[0].after in ("return_to_buyer", "deny:out_of_window")


def test_an_item_whose_return_is_no_longer_known_is_counted_and_not_graded_again() -> None:
    stored = closed(sealed(BOOK, item(), expected()), None)
    made = dry_run(without(BOOK, ["R06"]), [stored], lambda text: text[:10])
    assert (made.items, made.unknown_returns, made.moved) == (1, 1, [])


def test_what_an_older_program_sealed_is_read_as_far_as_it_goes() -> None:
    made = tried(BOOK, item(), expected(), liability=[["buyer", 100]], why=[], refund={"kind": "full"})
    (move,) = made.moved[0].outcomes
    assert (move.outcome, move.before, move.after, move.rule_before) == ("liability", "buyer:100", "-", "")
    odd = tried(BOOK, item(), expected(), liability="nobody", refund="all", grade=None)
    assert {move.outcome for move in odd.moved[0].outcomes} == {"grade", "refund"}


def question(row_id: str, **values: Any) -> Question:
    return Question(row_id, "function", "行", "Row", "行", "Row", values.pop("types", ()), **values)


def test_answers_are_read_again_by_a_candidates_checklist() -> None:
    general = BOOK.templates["general"]
    low = Limit(Decimal(90), None, Consequence("battery_fault", "major"))
    rows = (
        question("battery", answer=Number("%", Decimal(0), Decimal(100), 0, (low,))),
        question("seal", answer=Choice((Option("opened", "拆", "Opened", "", Consequence("seal_broken", "minor")),))),
        question("body", types=(DefectType("mark", "stain", "渍", "Mark", ""),)),
    )
    template = replace(general, questions=rows)

    def answer(row: str, value: str) -> Answer:
        return Answer(row, "pass", "single", "", value)

    one = item(
        "general",
        answers={"battery": answer("battery", "85"), "seal": answer("seal", "opened"), "old": answer("old", "x")},
        findings=(Finding("f1", "body", "mark", "scratch", "major"), Finding("f2", "gone", "x", "dent", "major")),
    )
    codes = {(finding.question, finding.code) for finding in found_by(template, one).findings}
    assert codes == {("battery", "battery_fault"), ("seal", "seal_broken"), ("body", "stain"), ("gone", "dent")}
    unread = replace(one, answers={"battery": answer("battery", "much"), "seal": answer("seal", "no option")})
    assert {finding.code for finding in found_by(template, unread).findings} == {"stain", "dent"}
    candidate = replace(BOOK, templates={**BOOK.templates, "general": template})
    full = item("general", answers={"battery": answer("battery", "85")})
    made = tried(candidate, full, expected(lines=(line(category="general"),)))
    assert ("A", "C") in made.counts["grade"]


def test_items_of_which_more_photos_would_have_been_asked_for_are_counted() -> None:
    demanding = replace(
        BOOK, rules=replace(BOOK.rules, extra_photos=(Rule("X1", {"matched": True}, ["tag"], "因", "why"),))
    )
    one = sealed(BOOK, item(), expected())
    inspection, announced = closed(one, expected())

    def lacking(book: RuleBook, *shots: str) -> int:
        photos = tuple(Photo(f"p{shot}", "0" * 64, shot, one.id, "", 1, 1, 1, {}) for shot in shots)
        return dry_run(book, [(replace(inspection, photos=photos), announced)], lambda text: text[:10]).more_photos

    assert lacking(BOOK, "waybill", "front") == 0
    assert lacking(demanding, "waybill", "front") == 1
    assert lacking(demanding, "waybill", "front", "tag") == 0


def test_stored_events_are_folded_with_the_returns_of_a_whole_batch() -> None:
    bench = Bench(expected(), expected("r2", tracking_numbers=("SF2",), lines=(line(sku="X"),)))
    done = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    asked: list[Sequence[str]] = []

    def known(ids: Sequence[str]) -> dict[str, ExpectedReturn]:
        asked.append(ids)
        return {one: bench.desk.reference.expected_return(one) for one in ids}  # type: ignore[misc]

    told: list[int] = []
    made = dry_run(
        without(BOOK, ["R06"]), closed_inspections([[done.events], [done.events]], known), bench.clock.day_of,
        told.append,
    )  # fmt: skip
    assert (made.inspections, made.items, told) == (2, 2, [1, 2])
    assert asked == [["r1"], ["r1"]]
    assert made.counts["refund"] == Counter({("full", "decide_later"): 2})
    assert date.fromisoformat(done.inspection.items[0].decision["counted_to"]) == TODAY  # type: ignore[index]
