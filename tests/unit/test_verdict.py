"""The verdict by the shipped tables: what each case comes to, why, and what would have changed it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import expected, item, line
from trade_cases import BOOK, CASES, DEAR, LATE, TODAY, TradeCase, case, found

from inspection_station.domain.decision_table import DECIDED_IN_ORDER, OUTCOMES
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.inspection import Answer, Item
from inspection_station.domain.money import Money
from inspection_station.domain.policies import VendorAgreement
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.domain.verdict import (
    Change,
    Verdict,
    decide,
    demanded_shots,
    fast_lane_rule,
    is_random_check,
    ranked_dispositions,
    second_person_rule,
)


def verdict(one: Item, announced: ExpectedReturn | None = None) -> Verdict:
    return decide(BOOK, one, announced or expected(), TODAY)


def judged(defects: str = "", category: str = "apparel", **facts: Any) -> Verdict:
    return case("", defects, category, **facts).verdict


def shots(one: TradeCase) -> dict[str, str]:
    """The shots that rules demand beyond the template's, each with its rule."""
    return {shot.shot: shot.rule for shot in demanded_shots(BOOK, one.item, one.expected, TODAY)}


@pytest.mark.parametrize("name", CASES)
def test_the_shipped_rules_decide_as_the_trade_would(name: str) -> None:
    made = CASES[name].verdict
    assert " ".join(made.why(outcome).rule for outcome in DECIDED_IN_ORDER) == CASES[name].rules


@pytest.mark.parametrize("name", CASES)
def test_every_outcome_says_why_and_no_proposal_is_blocked(name: str) -> None:
    made = CASES[name].verdict
    assert [why.outcome for why in made.whys] == list(OUTCOMES)
    for why in made.whys:
        assert why.rule in {rule.id for rule in BOOK.rules.tables[why.outcome]} and why.zh and why.en
    assert made.proposed["disposition"] not in made.blocked
    assert made.rules_version == BOOK.rules.version
    assert [step.party for step in made.next_steps] == [party for party, _ in made.liability]
    ranked = ranked_dispositions(BOOK, made)
    assert ranked[0] == made.proposed["disposition"] and len(set(ranked)) == len(ranked)
    first_blocked = next((place for place, code in enumerate(ranked) if code in made.blocked), len(ranked))
    assert all(code in made.blocked for code in ranked[first_blocked:])


def test_every_shipped_rule_is_reached_by_a_case() -> None:
    reached: set[str] = set()
    for one in CASES.values():
        made = one.verdict
        reached |= {why.rule for why in made.whys} | {rule.id for rule in made.blocked.values()}
        reached |= {step.rule for step in made.next_steps} | set(shots(one).values())
    rules = BOOK.rules
    every = [*(rule for table in rules.tables.values() for rule in table), *rules.blocked, *rules.next_steps]
    assert [rule.id for rule in every if rule.id not in reached] == []
    more = {
        "a dear phone": case("", "", "electronics", price=DEAR),
        "a dented bottle in a wet box": case("", "dent", "general", item_outside=("outer_wet",)),
        "a used cream": case("", "used_consumable", "general", announced_policy_flags=("sealed_hygiene",)),
        "suspected counterfeit": case("", "", "general", item_identity="counterfeit_suspected"),
        "a phone to repair": case("", "no_power", "electronics", announced_kind="repair"),
        "a wrong item": case("", item_identity="wrong_item"),
    }
    demanded = {rule for one in more.values() for rule in shots(one).values()}
    assert demanded == {rule.id for rule in rules.extra_photos}
    before = [case("", item_identity="serial_mismatch"), case("", price=Money(1900)), case("", price=DEAR)]
    asked = [
        [ask(BOOK, one.item, one.expected, TODAY) for one in before] for ask in (second_person_rule, fast_lane_rule)
    ]
    assert [rule.id for rule in (*rules.second_person, *rules.fast_lane)] == ["B20", "F01"], "a case for each"
    assert [[rule.id if rule else "" for rule in row] for row in asked] == [["B20", "", ""], ["", "F01", ""]]


def test_shots_are_demanded_with_why_and_only_those_the_checklist_has() -> None:
    assert set(shots(CASES["not the item of the order"])) >= {"waybill", "front", "tag", "close_up"}
    assert "serial" not in shots(CASES["not the item of the order"]), "apparel has no serial plate"
    assert shots(CASES["nothing is wrong with it"]) == {}
    assert shots(CASES["a dear phone, intact"])["serial"] == "X03"
    dear = CASES["a dear phone, intact"]
    (first, *_) = demanded_shots(BOOK, dear.item, dear.expected, TODAY)
    assert first.zh and first.en


def test_a_refusal_names_the_reason_a_platform_understands() -> None:
    def refund(name: str) -> tuple[Any, Any]:
        made = CASES[name].verdict.refund
        return made["reason"], made["platform_reason"]

    assert refund("the hangtag was cut off") == ("affects_resale", "商品影响二次销售")
    assert refund("back too late") == ("out_of_window", "超出退货期限")
    assert refund("a kind that cannot be returned without a reason") == ("not_returnable", "特殊品类")
    assert refund("said to be faulty long after, and nothing is") == ("reason_not_true", "申请原因与实际不符")
    assert refund("an empty parcel") == ("empty_or_incomplete", "空包/缺少配件或赠品")
    assert refund("not the item of the order") == ("not_our_item", "寄回非本订单商品")
    elsewhere = judged("tag_removed", announced_platform="a platform nobody mapped")
    assert elsewhere.refund == {"kind": "deny", "reason": "affects_resale"}


def test_liability_is_shared_and_each_party_has_its_next_step() -> None:
    made = CASES["damaged on the way, sent without its own box"].verdict
    assert made.liability == (("carrier", 70), ("buyer", 30))
    assert [(step.party, step.step) for step in made.next_steps] == [
        ("carrier", "carrier_claim"), ("buyer", "offer_partial"),
    ]  # fmt: skip
    assert made.refund["kind"] == "partial" and made.refund["percent"] == 70
    assert made.refund["amount_minor"] == Money(25900).percent(70).minor
    shared = CASES["a lead shared it between seller and buyer"].verdict
    assert (shared.refund["percent"], shared.refund["amount_minor"]) == (60, 15540)
    taken_back = CASES["does not work as the buyer said, and the vendor takes it back"].verdict
    assert [step.step for step in taken_back.next_steps] == ["vendor_return"]
    assert [step.step for step in CASES["the hangtag was cut off"].verdict.next_steps] == ["refuse_buyer"]


def test_the_why_names_the_answers_that_led_there_also_by_way_of_an_earlier_outcome() -> None:
    cut = CASES["the hangtag was cut off"]
    (row,) = {finding.question for finding in cut.item.findings}
    assert [cut.verdict.why(outcome).answers for outcome in OUTCOMES if outcome != "needs_lead"] == [(row,)] * 4
    assert CASES["nothing is wrong with it"].verdict.why("grade").answers == ()
    two = judged("stain deformation", announced_reason="quality_defect")
    assert len(two.why("grade").answers) == 2


def test_the_why_of_what_holds_by_absence_names_the_rows_that_were_in_order() -> None:
    rows = BOOK.template_for("apparel").questions
    one = item(answers={row.id: Answer(row.id, "pass", "bulk") for row in rows})
    made = decide(BOOK, one, expected(reason="quality_defect", delivered_on=LATE), TODAY)
    assert made.refund["reason"] == "reason_not_true"
    assert set(made.why("liability").answers) == {row.id for row in rows if row.types}


@pytest.mark.parametrize(("price", "amount"), [(25900, 20720), (1, 1), (3, 2), (99, 79), (12344, 9875)])
def test_a_partial_refund_is_a_share_of_the_price_rounded_half_up(price: int, amount: int) -> None:
    part = judged("accessory_missing", "electronics", price=Money(price, "EUR"))
    assert (part.refund["kind"], part.refund["amount_minor"], part.refund["currency"]) == ("partial", amount, "EUR")
    assert part.refund["findings"] == ["accessory_missing"]


@pytest.mark.parametrize(
    ("refund", "amount"),
    [
        ({"kind": "partial", "percent": 50}, 12950),
        ({"kind": "partial", "amount_minor": 5000}, 5000),
        ({"kind": "partial", "amount_minor": 99_999}, 25900),
        ({"kind": "partial", "deduct_minor": 900}, 25000),
        ({"kind": "partial", "deduct_minor": 99_999}, 0),
    ],
)
def test_a_person_may_set_a_share_an_amount_or_a_deduction_up_to_the_price(refund: dict[str, Any], amount: int) -> None:
    made = verdict(changed(item(), refund=refund))
    assert made.refund == {**refund, "amount_minor": amount, "currency": "CNY"}


def test_a_full_refund_is_the_price_and_a_refusal_has_no_amount() -> None:
    assert judged().refund == {"kind": "full", "amount_minor": 25900, "currency": "CNY"}
    assert set(judged("tag_removed").refund) == {"kind", "reason", "platform_reason"}


def test_the_window_is_counted_to_the_day_the_parcel_was_opened_with_days_on_its_way() -> None:
    one = item()
    last = date(2026, 11, 14)  # delivered on 1 November: seven days, and seven on its way
    announced = expected(delivered_on="2026-10-31")
    assert decide(BOOK, one, announced, last).refund["kind"] == "full"
    assert decide(BOOK, one, announced, date(2026, 11, 15)).refund["kind"] == "deny"
    assert decide(BOOK, one, replace(announced, return_window_days=15), date(2026, 11, 22)).refund["kind"] == "full"
    endless = replace(announced, delivered_on="2020-01-01", return_window_days=0)
    assert decide(BOOK, one, endless, last).refund["kind"] == "full"
    assert decide(BOOK, one, replace(announced, delivered_on=""), last).refund["kind"] == "full"


def test_the_terms_of_platform_client_and_vendor_come_one_over_the_other() -> None:
    layers = {
        "platforms": {"tmall": {"transit_days": 0, "return_window_days": 8}},
        "clients": {"client-a": {"return_window_days": 9, "high_value_minor": 100, "non_returnable": ("toys",)}},
        "vendors": {"V-LOCAL": {"return_window_days": 10}, "default": {"random_check_percent": 50}},
    }
    agreements = {"default": VendorAgreement(False), "V-LOCAL": VendorAgreement(False)}
    policies = replace(BOOK.policies, layers=layers, vendors=agreements)
    terms = policies.terms_for("tmall", "client-a", "V-LOCAL")
    assert (terms.transit_days, terms.return_window_days, terms.high_value_minor) == (0, 10, 100)
    assert policies.terms_for("tmall", "client-a", "V-OTHER").return_window_days == 9
    assert policies.terms_for("tmall", "client-a", "V-OTHER").random_check_percent == 50
    assert policies.terms_for("tmall", "client-b", "V-LOCAL").return_window_days == 10
    assert policies.terms_for("jd").transit_days == BOOK.policies.terms.transit_days
    assert policies.terms_for("jd").random_check_percent == 50, "vendors without an entry have the default one's"
    book = replace(BOOK, policies=policies)
    made = decide(book, item("toys"), expected(lines=(line(category="toys"),)), TODAY)
    assert made.refund["reason"] == "not_returnable"
    assert decide(book, item(), expected(delivered_on="2026-11-11"), TODAY).refund["kind"] == "full"
    assert decide(book, item(), expected(delivered_on="2026-11-10"), TODAY).refund["kind"] == "deny"


def test_amounts_in_another_currency_are_not_compared_with_the_policies() -> None:
    broken = {"announced_reason": "function_fault", "defects": "no_power:critical", "category": "electronics"}
    assert judged(**broken, price=Money(250_000, "JPY")).needs_lead is False
    flagged = judged(**broken, price=Money(250_000, "JPY"), announced_policy_flags=("high_value",))
    assert flagged.needs_lead is True
    assert "return_to_vendor" in judged(price=Money(59900, "USD"), vendor="V-YUNLU").blocked
    assert "return_to_vendor" not in judged(price=Money(59900), vendor="V-YUNLU").blocked


def test_scrapping_something_of_high_value_needs_a_lead() -> None:
    def broken(price: int) -> Verdict:
        return judged("crack:critical", announced_reason="quality_defect", price=Money(price))

    assert broken(100_000).disposition == "scrap" and broken(100_000).needs_lead
    assert broken(99_999).disposition == "scrap" and not broken(99_999).needs_lead


def test_goods_whose_refund_is_refused_are_neither_sold_given_away_nor_scrapped() -> None:
    for one in CASES.values():
        made = one.verdict
        if made.refund["kind"] == "deny":
            assert made.disposition in ("return_to_buyer", "hold")
            assert {"scrap", "donate"} <= set(made.blocked)


def changed(one: Item, **values: Any) -> Item:
    changes = {name: {"value": value, "reason": "seen", "person": "p"} for name, value in values.items()}
    return replace(one, changes=changes)


def test_what_a_person_set_stands_and_the_later_tables_follow_it() -> None:
    made = verdict(changed(item(), grade="C"))
    assert (made.grade, made.disposition, made.needs_lead) == ("C", "refurbish", True)
    made = verdict(changed(item(), disposition="donate", liability={"seller": 60, "carrier": 40}))
    assert (made.grade, made.disposition, made.liability) == ("A", "donate", (("seller", 60), ("carrier", 40)))
    refused = verdict(changed(item(), refund={"kind": "deny", "reason": "affects_resale"}))
    assert (refused.grade, refused.disposition) == ("A", "return_to_buyer")


def test_no_answer_would_change_what_a_person_set() -> None:
    made = verdict(changed(item(), grade="C"))
    assert made.why("grade").change is None
    assert made.why("needs_lead").change is None, "the lead looks because the grade was changed, whatever the answers"


def test_the_right_item_would_have_changed_the_verdict_on_a_wrong_one() -> None:
    made = CASES["not the item of the order"].verdict
    assert made.why("grade").change == Change("", "match", "A")
    assert made.why("disposition").change == Change("", "match", "restock")


def test_what_is_no_row_can_be_what_would_have_changed_it() -> None:
    assert CASES["hazardous"].verdict.why("disposition").change == Change("", "not_held", "restock")
    claim = CASES["damaged in a box that was damaged before it was opened"].verdict
    assert claim.why("liability").change == Change("", "box_intact", {"buyer": 100})


def test_a_verdict_is_quick_enough_to_be_made_with_every_key() -> None:
    one = item(findings=(found("apparel", "stain"),))
    best = min(_seconds(one) for _ in range(5))
    assert best < 0.05


def _seconds(one: Item) -> float:
    start = time.perf_counter()
    verdict(one)
    return time.perf_counter() - start


def test_the_random_check_takes_its_share_and_always_the_same_items() -> None:
    ids = [f"{number:032x}" for number in range(20_000)]
    chosen = {one for one in ids if is_random_check(b"key", one, 5)}
    assert 0.045 < len(chosen) / len(ids) < 0.055
    assert chosen == {one for one in ids if is_random_check(b"key", one, 5)}
    other = {one for one in ids if is_random_check(b"another key", one, 5)}
    assert len(chosen & other) < 200, "another key chooses others"
    assert not any(is_random_check(b"key", one, 0) for one in ids[:1000])
    assert all(is_random_check(b"key", one, 100) for one in ids[:1000])
    assert is_random_check(b"key", uuid7(), 100)
