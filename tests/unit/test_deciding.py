"""Deciding: the one primary action, the tote, what is sealed, and what a person may set instead of the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import (
    GTIN,
    INSPECTOR,
    LEAD,
    OTHER_GTIN,
    Bench,
    earphones,
    expected,
    line,
    rule_book,
    tote,
)

from inspection_station.domain.events import EventKind, broken_link
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.verdict import ranked_dispositions
from inspection_station.errors import StationProblem
from inspection_station.workflows import answering, deciding, exceptions, inspecting, receiving
from inspection_station.workflows.case import Case, load_case
from inspection_station.workflows.deciding import NextStep, Primary


def primary(bench: Bench, case: Case) -> Primary:
    return deciding.next_step(bench.desk, case).primary


def identified(bench: Bench, case: Case, finding: str) -> Case:
    found = inspecting.Identification(finding, "", item_id=case.inspection.current_item)
    return inspecting.identify(bench.desk, case, INSPECTOR, found, "manual")


def decision(case: Case, place: int = 0) -> Any:
    made = case.inspection.items[place].decision
    assert made is not None
    return made


def test_photos_come_first_then_all_good() -> None:
    bench = Bench(expected())
    case = bench.matched(bench.opened())
    step = deciding.next_step(bench.desk, case)
    assert step.shot is not None and (step.primary, step.shot.shot, step.missing) == (Primary.TAKE_PHOTO, "waybill", 2)
    case = bench.shot(case, "waybill")
    step = deciding.next_step(bench.desk, case)
    assert step.shot is not None and (step.shot.shot, step.missing) == ("front", 1)
    assert deciding.next_step(bench.desk, bench.shot(case, "front")) == NextStep(Primary.PASS_ALL)


def test_an_item_that_is_not_identified_is_not_passed_in_bulk() -> None:
    bench = Bench(expected())
    assert primary(bench, bench.photographed(bench.opened())) is Primary.CHECK_ROWS


def test_a_claim_comes_first_and_bars_the_bulk_pass() -> None:
    bench = Bench(expected(reason="quality_defect", reason_text="有污渍"))
    case = bench.ready()
    step = deciding.next_step(bench.desk, case)
    assert (step.primary, step.claim) == (Primary.CHECK_CLAIM, "no_stains")
    case = answering.answer(bench.desk, case, INSPECTOR, "no_stains", "pass")
    assert primary(bench, case) is Primary.CHECK_ROWS


@pytest.mark.parametrize("flag", ["non_returnable", "sealed_hygiene", "high_value"])
def test_a_flagged_return_is_gone_through_row_by_row(flag: str) -> None:
    bench = Bench(expected(policy_flags=(flag,)))
    assert primary(bench, bench.ready()) is Primary.CHECK_ROWS


def test_once_a_row_was_judged_it_goes_on_row_by_row_until_all_are() -> None:
    bench = Bench(expected())
    case = answering.record_defect(bench.desk, bench.ready(), INSPECTOR, "no_stains", "oil", "minor")
    assert primary(bench, case) is Primary.CHECK_ROWS
    case = answering.pass_rest(bench.desk, case, INSPECTOR)
    assert primary(bench, case) is Primary.CONFIRM


@pytest.mark.parametrize("finding", deciding.NOT_MATCHING)
def test_what_is_not_the_item_is_photographed_and_confirmed_without_its_rows(finding: str) -> None:
    bench = Bench(expected(reason="quality_defect"))
    case = identified(bench, bench.opened(), finding)
    assert primary(bench, case) is Primary.TAKE_PHOTO
    case = bench.photographed(case)
    if finding in ("serial_mismatch", "counterfeit_suspected"):
        assert primary(bench, case) is Primary.SECOND_PERSON
        case = exceptions.seen_by_second(bench.desk, case, LEAD)
    assert primary(bench, case) is Primary.CONFIRM
    closed = deciding.confirm(bench.desk, case, INSPECTOR)
    assert (decision(closed)["grade"], decision(closed)["disposition"]) == ("U", "hold")
    assert not closed.inspection.item().answers


def test_confirming_a_clean_item_passes_decides_and_closes_in_one_transaction() -> None:
    bench = Bench(expected())
    bench.has_totes(tote("T-000001X"))
    case = bench.ready()
    before = len(case.events)
    closed = deciding.confirm(bench.desk, case, INSPECTOR)
    assert [event.kind for event in closed.events[before:]] == [
        EventKind.REST_PASSED, EventKind.ITEM_DECIDED, EventKind.INSPECTION_CLOSED,
    ]  # fmt: skip
    assert len({event.at for event in closed.events[before:]}) == 1
    one, sealed = closed.inspection.item(), decision(closed)
    assert closed.inspection.state is InspectionState.CLOSED and closed.inspection.closed_at == bench.clock.now()
    assert {answer.answered_by for answer in one.answers.values()} == {"bulk"}
    assert (sealed["grade"], sealed["disposition"], sealed["label_issue"], one.label_issue) == ("A", "restock", 1, 1)
    assert (sealed["proposed_tote"], sealed["tote"], one.tote, sealed["slot"]) == ("T-000001X", "", "", 1)
    assert [why["outcome"] for why in sealed["why"]] == ["grade", "disposition", "liability", "refund", "needs_lead"]
    assert sealed["rules_version"] == rule_book().rules.version
    assert sealed["template_version"] == rule_book().templates["apparel"].version
    assert broken_link(closed.events) is None and load_case(bench.desk, closed.inspection.id) == closed


def test_a_scanned_tote_proves_the_placement() -> None:
    bench = Bench(expected())
    bench.has_totes(tote("T-000001X"))
    closed = deciding.confirm(bench.desk, bench.ready(), INSPECTOR, "T-000001X")
    assert closed.inspection.item().tote == decision(closed)["tote"] == "T-000001X"


def test_the_parcel_closes_with_its_last_item() -> None:
    bench = Bench(expected(lines=(line(1), earphones(2))))
    case = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    assert case.inspection.state is InspectionState.OPEN
    assert case.events[-1].kind == EventKind.ITEM_DECIDED
    case = deciding.confirm(bench.desk, bench.looked_at(bench.ready(case, OTHER_GTIN)), INSPECTOR)
    assert case.inspection.state is InspectionState.CLOSED
    assert case.events[-1].payload == {"items": 2}


def test_a_missing_unit_is_decided_without_its_photos() -> None:
    bench = Bench(expected(lines=(line(1), earphones(2))))
    case = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    case = deciding.confirm(bench.desk, bench.absent(case), INSPECTOR)
    assert case.inspection.state is InspectionState.CLOSED
    assert decision(case, 1)["identity"] == "missing"


def refusal(bench: Bench, case: Case, tote: str = "") -> StationProblem:
    with pytest.raises(StationProblem) as told:
        deciding.confirm(bench.desk, case, INSPECTOR, tote)
    assert load_case(bench.desk, case.inspection.id) == case
    return told.value


def test_nothing_is_confirmed_without_photos_identity_or_the_claimed_row() -> None:
    bench = Bench(expected(reason="quality_defect"))
    case = bench.opened()
    problem = refusal(bench, case)
    assert (problem.code, problem.values["n"]) == ("shot.missing", 2)
    case = bench.photographed(case)
    assert refusal(bench, case).code == "item.not_identified"
    case = bench.matched(case)
    assert refusal(bench, case).code == "claim.open"


def test_a_close_up_that_a_defect_demands_is_not_skipped() -> None:
    bench = Bench(expected())
    case = answering.record_defect(bench.desk, bench.ready(), INSPECTOR, "no_stains", "oil", "major")
    assert refusal(bench, case).code == "shot.missing"
    assert decision(deciding.confirm(bench.desk, bench.photographed(case), INSPECTOR))["grade"] == "C"


def test_a_wrong_tote_is_refused_and_the_right_one_named() -> None:
    bench = Bench(expected())
    bench.has_totes(tote("T-000001X"), tote("T-000002V", "hold"), tote("T-000003T", state="closed"))
    case = bench.ready()
    problem = refusal(bench, case, "T-000002V")
    assert problem.code == "tote.wrong"
    assert (problem.values["got"], problem.values["tote"]) == ("T-000002V", "T-000001X")
    assert refusal(bench, case, "T-000003T").code == "tote.closed"
    assert deciding.wrong_tote(bench.desk, case, "T-000009H") is None, "the centre may know it"


FAULTY = {"reason": "function_fault", "lines": (earphones(),)}


def faulty(bench: Bench) -> Case:
    case = bench.looked_at(bench.ready(code=OTHER_GTIN))
    return bench.photographed(answering.record_defect(bench.desk, case, INSPECTOR, "works", "screen_fault", "major"))


def test_goods_for_a_vendor_go_into_that_vendors_tote() -> None:
    bench = Bench(expected(**FAULTY))
    case = faulty(bench)
    theirs, free, others = (
        tote(code, "return_to_vendor", vendor=vendor)
        for code, vendor in (("T-000003T", "V-YUNLU"), ("T-000001X", ""), ("T-000002V", "V-OTHER"))
    )
    bench.has_totes(others)
    assert refusal(bench, case, others.code).code == "tote.wrong"
    one = case.inspection.item()
    assert deciding.proposed_tote(bench.desk, case, one, "return_to_vendor") is None
    bench.has_totes(free)
    assert deciding.proposed_tote(bench.desk, case, one, "return_to_vendor") == free
    bench.has_totes(theirs)
    assert deciding.proposed_tote(bench.desk, case, one, "return_to_vendor") == theirs
    bench.has_totes(replace(theirs, content=theirs.capacity))
    assert deciding.proposed_tote(bench.desk, case, one, "return_to_vendor") == free


def test_a_changed_grade_needs_a_reason_and_is_marked() -> None:
    bench = Bench(expected())
    case = bench.ready()
    with pytest.raises(StationProblem) as told:
        deciding.change_decision(bench.desk, case, INSPECTOR, "grade", "B", "  ")
    assert told.value.code == "decision.reason_missing"
    case = deciding.change_decision(bench.desk, case, INSPECTOR, "grade", "B", "box was opened")
    sealed = decision(deciding.confirm(bench.desk, case, INSPECTOR))
    assert (sealed["grade"], sealed["disposition"], sealed["needs_lead"]) == ("B", "restock_open_box", True)
    assert sealed["changed"] == ["grade"]


@pytest.mark.parametrize(
    ("what", "other", "rules"),
    [("grade", "D", "A"), ("disposition", "hold", "restock"), ("liability", {"carrier": 100}, {})],
)
def test_what_the_rules_say_anyway_is_no_change(what: str, other: Any, rules: Any) -> None:
    bench = Bench(expected())
    case = bench.ready()
    assert deciding.change_decision(bench.desk, case, INSPECTOR, what, rules) == case
    changed = deciding.change_decision(bench.desk, case, INSPECTOR, what, other, "seen")
    assert list(changed.inspection.item().changes) == [what]
    back = deciding.change_decision(bench.desk, changed, INSPECTOR, what, rules)
    assert back.inspection.item().changes == {}
    assert load_case(bench.desk, case.inspection.id).inspection.item().changes == {}
    assert decision(deciding.confirm(bench.desk, back, INSPECTOR))["changed"] == []


def test_choosing_leaves_every_disposition_at_its_place() -> None:
    bench = Bench(expected())
    case = bench.ready()
    before = deciding.verdict_of(bench.desk, case, case.inspection.item())
    case = deciding.change_decision(bench.desk, case, INSPECTOR, "disposition", "hold")
    after = deciding.verdict_of(bench.desk, case, case.inspection.item())
    assert (after.disposition, after.proposed["disposition"]) == ("hold", "restock")
    assert ranked_dispositions(bench.desk.book, after) == ranked_dispositions(bench.desk.book, before)


def test_a_change_is_undone_like_any_step() -> None:
    bench = Bench(expected())
    case = bench.ready()
    before = deciding.verdict_of(bench.desk, case, case.inspection.item())
    case = deciding.change_decision(bench.desk, case, INSPECTOR, "grade", "D", "seen")
    case = inspecting.undo_step(bench.desk, case, INSPECTOR)
    assert deciding.verdict_of(bench.desk, case, case.inspection.item()) == before


def test_only_a_lead_sets_a_disposition_that_the_rules_rule_out() -> None:
    bench = Bench(expected(lines=(line(vendor="V-NONE"),)))
    case = bench.ready()
    with pytest.raises(StationProblem) as told:
        deciding.change_decision(bench.desk, case, INSPECTOR, "disposition", "return_to_vendor")
    assert told.value.code == "decision.blocked"
    case = deciding.change_decision(bench.desk, case, LEAD, "disposition", "return_to_vendor")
    assert deciding.verdict_of(bench.desk, case, case.inspection.item()).disposition == "return_to_vendor"
    assert deciding.change_decision(bench.desk, case, INSPECTOR, "disposition", "donate").inspection.item().changes


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("grade", "E"),
        ("grade", None),
        ("disposition", "nowhere"),
        ("liability", {"buyer": 90}),
        ("liability", {"nobody": 100}),
        ("liability", ["buyer"]),
        ("refund", {"kind": "partial"}),
        ("refund", {"kind": "partial", "percent": 150}),
        ("refund", {"kind": "deny", "reason": "because"}),
        ("refund", "full"),
    ],
)
def test_what_no_rule_could_set_no_person_can(what: str, value: Any) -> None:
    bench = Bench(expected())
    case = bench.ready()
    with pytest.raises(StationProblem) as told:
        deciding.change_decision(bench.desk, case, LEAD, what, value, "reason")
    assert told.value.code == "decision.invalid"
    assert load_case(bench.desk, case.inspection.id) == case


def test_several_parties_may_share_the_liability() -> None:
    bench = Bench(expected())
    case = deciding.change_decision(bench.desk, bench.ready(), INSPECTOR, "liability", {"carrier": 70, "seller": 30})
    sealed = decision(deciding.confirm(bench.desk, case, INSPECTOR))
    assert sealed["liability"] == [{"party": "carrier", "share": 70}, {"party": "seller", "share": 30}]


def test_an_outcome_that_nobody_may_change_is_a_bug() -> None:
    bench = Bench(expected())
    with pytest.raises(ValueError, match="needs_lead"):
        deciding.change_decision(bench.desk, bench.ready(), LEAD, "needs_lead", False)


def test_reopening_voids_the_label_and_the_next_one_says_so() -> None:
    bench = Bench(expected())
    closed = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    opened = deciding.reopen(bench.desk, closed, INSPECTOR)
    assert opened.inspection.state is InspectionState.OPEN and opened.inspection.item().decision is None
    assert primary(bench, opened) is Primary.CONFIRM, "the rows keep their answers"
    opened = answering.record_defect(bench.desk, opened, INSPECTOR, "no_stains", "oil", "minor")
    again = deciding.confirm(bench.desk, opened, INSPECTOR)
    assert (decision(again)["grade"], decision(again)["label_issue"]) == ("B", 2)
    assert again.inspection.state is InspectionState.CLOSED and broken_link(again.events) is None


def test_reopening_goes_back_one_decided_item_at_a_time_and_ends() -> None:
    bench = Bench(expected(lines=(line(quantity=2),)))
    case = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    case = deciding.confirm(bench.desk, bench.ready(case), INSPECTOR)
    first, second = (one.id for one in case.inspection.items)
    case = deciding.reopen(bench.desk, case, INSPECTOR)
    assert case.inspection.current_item == second
    case = deciding.reopen(bench.desk, case, INSPECTOR)
    assert case.inspection.current_item == first
    with pytest.raises(StationProblem) as told:
        deciding.reopen(bench.desk, case, INSPECTOR)
    assert told.value.code == "undo.nothing"


def test_a_parked_parcel_is_not_reopened() -> None:
    bench = Bench(expected(lines=(line(quantity=2),)))
    case = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    parked = receiving.park(bench.desk, case, INSPECTOR)
    with pytest.raises(StationProblem) as told:
        deciding.reopen(bench.desk, parked, INSPECTOR)
    assert told.value.code == "undo.nothing"


def test_the_wish_for_a_recheck_leaves_the_result_as_it_is() -> None:
    bench = Bench(expected())
    closed = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    asked = deciding.request_recheck(bench.desk, closed, INSPECTOR, " the stain is old ")
    assert asked.inspection.recheck == "the stain is old"
    assert (asked.inspection.items, asked.inspection.state) == (closed.inspection.items, InspectionState.CLOSED)


def test_a_printed_label_is_noted_in_the_chain() -> None:
    bench = Bench(expected())
    closed = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    one = closed.inspection.item()
    noted = deciding.label_printed(bench.desk, closed, INSPECTOR, one.id, 1, "job-1", "printed")
    assert noted.events[-1].kind == EventKind.LABEL_PRINTED and noted.inspection.items == closed.inspection.items


def test_only_bulk_passes_go_to_the_random_check() -> None:
    policies = rule_book().policies.with_random_check(100)
    bench = Bench(expected())
    bench.desk = replace(bench.desk, book=replace(rule_book(), policies=policies))
    closed = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    assert decision(closed)["random_check"] is True
    opened = deciding.reopen(bench.desk, closed, INSPECTOR)
    wrong = bench.photographed(identified(bench, opened, "wrong_item"))
    for row in wrong.inspection.item().answers:
        wrong = answering.answer(bench.desk, wrong, INSPECTOR, row, "pass")
    assert decision(deciding.confirm(bench.desk, wrong, INSPECTOR))["random_check"] is False


def test_the_whole_happy_path_is_one_scan_and_two_presses() -> None:
    bench = Bench(expected())
    case = bench.opened()
    case = bench.shot(case, "waybill", automatic=True)
    found = inspecting.compare(bench.desk, case, GTIN)
    case = inspecting.identify(bench.desk, case, INSPECTOR, found, "camera")
    presses = 0
    while case.inspection.state is InspectionState.OPEN:
        step, presses = deciding.next_step(bench.desk, case), presses + 1
        if step.primary is Primary.TAKE_PHOTO:
            assert step.shot is not None
            case = bench.shot(case, step.shot.shot)
        else:
            assert step.primary is Primary.PASS_ALL
            case = deciding.confirm(bench.desk, case, INSPECTOR)
    assert presses == 2


def test_the_window_is_counted_to_the_day_the_parcel_was_first_opened_not_to_that_of_deciding() -> None:
    bench = Bench(expected(delivered_on="2026-11-07"))  # its last day is the 21st, on which it is opened
    case = bench.ready()
    bench.clock.move(days=9)
    sealed = decision(deciding.confirm(bench.desk, case, INSPECTOR))
    assert (sealed["refund"]["kind"], sealed["counted_to"]) == ("full", "2026-11-21")


def test_the_day_of_opening_is_the_sites_not_that_of_utc() -> None:
    bench = Bench(expected(delivered_on="2026-11-07"))
    bench.clock.move(hours=14)  # half past midnight at the site, the same day in UTC
    case = bench.ready()
    assert case.inspection.opened_at.startswith("2026-11-21")
    sealed = decision(deciding.confirm(bench.desk, case, INSPECTOR))
    assert (sealed["counted_to"], sealed["refund"]["reason"]) == ("2026-11-22", "out_of_window")


def test_the_decision_is_sealed_with_what_follows_for_each_party_and_a_clients_own_share_of_checks() -> None:
    policies = replace(rule_book().policies, layers={"clients": {"client-a": {"random_check_percent": 100}}})
    bench = Bench(expected(reason="quality_defect"))
    bench.desk = replace(bench.desk, book=replace(rule_book(), policies=policies.with_random_check(0)))
    case = inspecting_all(bench, bench.ready())
    sealed = decision(deciding.confirm(bench.desk, case, INSPECTOR))
    assert sealed["next_steps"] == [{"party": "buyer", "step": "tell_buyer", "rule": "S06"}]
    assert sealed["random_check"] is True


def inspecting_all(bench: Bench, case: Case) -> Case:
    """The claimed rows are judged to be in order; the others are left to a bulk pass."""
    while open_claims := answering.undecided_claims(bench.desk, case, case.inspection.item()):
        case = answering.answer(bench.desk, case, INSPECTOR, open_claims[0], "pass")
    return case
