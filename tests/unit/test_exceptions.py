"""What is not as usual: outside damage, held goods, a unit too many or missing, the second badge, a waived photo."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from factories import GTIN, INSPECTOR, LEAD, OTHER_GTIN, TRACKING, Bench, earphones, expected, line

from inspection_station.domain.events import broken_link
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Person, Role
from inspection_station.errors import StationProblem
from inspection_station.workflows import answering, deciding, exceptions, inspecting
from inspection_station.workflows.case import Case
from inspection_station.workflows.deciding import Primary

COLLEAGUE = Person("p-colleague", "赵磊", "Zhao Lei", Role.INSPECTOR)


def refused(code: str) -> AbstractContextManager[object]:
    return pytest.raises(StationProblem, check=lambda problem: problem.code == code)


def swapped(bench: Bench) -> Case:
    """Earphones with another serial number than the one shipped, everything photographed."""
    case = bench.matched(bench.opened(), OTHER_GTIN)
    found = inspecting.compare(bench.desk, case, "SN-778-B")
    case = inspecting.identify(bench.desk, case, INSPECTOR, found, "scan", "number_differs")
    return bench.photographed(case)


def test_damage_outside_is_noted_once_before_opening_and_counts_for_every_item() -> None:
    bench = Bench(expected(lines=(line(quantity=2),)))
    case = exceptions.outside_damaged(bench.desk, bench.opened(), INSPECTOR, "outer_damaged")
    case = exceptions.outside_damaged(bench.desk, case, INSPECTOR, "outer_wet")
    again = exceptions.outside_damaged(bench.desk, case, INSPECTOR, "outer_wet")
    assert again is case and case.inspection.outside == ("outer_damaged", "outer_wet")
    assert [item.outside for item in case.inspection.items] == [("outer_damaged", "outer_wet")] * 2


def test_damage_outside_is_refused_once_the_item_was_looked_at() -> None:
    bench = Bench(expected())
    case = bench.opened()
    with pytest.raises(ValueError):
        exceptions.outside_damaged(bench.desk, case, INSPECTOR, "scratch")
    with refused("outside.opened"):
        exceptions.outside_damaged(bench.desk, bench.matched(case), INSPECTOR, "outer_damaged")


def test_goods_damaged_in_a_box_that_was_damaged_before_opening_are_the_carriers() -> None:
    bench = Bench(expected())
    case = exceptions.outside_damaged(bench.desk, bench.opened(), INSPECTOR, "outer_damaged")
    assert [shot.shot for shot in inspecting.missing_shots(bench.desk, case, case.inspection.item())][:2] == [
        "waybill", "outside",
    ]  # fmt: skip
    case = bench.matched(bench.photographed(case))
    assert [photo.item_id for photo in case.inspection.photos if photo.shot == "outside"] == ["", ""]
    whole = deciding.verdict_of(bench.desk, case, case.inspection.item())
    assert (whole.grade, whole.disposition) == ("A", "restock")
    case = answering.record_defect(bench.desk, case, INSPECTOR, "tidy", "tear", "major")
    torn = deciding.verdict_of(bench.desk, case, case.inspection.item())
    assert (torn.disposition, dict(torn.liability)) == ("carrier_claim", {"carrier": 100})


def test_what_is_hazardous_is_held_without_judging_its_rows() -> None:
    bench = Bench(expected())
    case = bench.photographed(exceptions.hold(bench.desk, bench.opened(), INSPECTOR, "hazardous"))
    assert deciding.next_step(bench.desk, case).primary is Primary.CONFIRM
    done = deciding.confirm(bench.desk, case, INSPECTOR)
    item = done.inspection.items[0]
    assert item.decision is not None and item.held == "hazardous" and not item.answers
    assert (item.decision["grade"], item.decision["disposition"]) == ("U", "hold")


def test_another_exception_needs_words() -> None:
    bench = Bench(expected())
    case = bench.opened()
    with refused("hold.note_missing"):
        exceptions.hold(bench.desk, case, INSPECTOR, "other", "  ")
    case = exceptions.hold(bench.desk, case, INSPECTOR, "other", " 箱内有活物 ")
    assert case.inspection.item().held_note == "箱内有活物"


def test_an_extra_unit_is_an_item_of_its_own_and_can_be_taken_back() -> None:
    bench = Bench(expected())
    case = bench.opened()
    found = inspecting.Identification("wrong_item", "6900000000001", "EXTRA-1", "围巾", "Scarf")
    more = exceptions.open_extra(bench.desk, case, INSPECTOR, found)
    extra = more.inspection.item()
    assert (extra.identity, extra.return_id, extra.name_zh, extra.found_code) == ("extra", "", "围巾", "6900000000001")
    assert extra.rt_number != case.inspection.items[0].rt_number and len(more.inspection.items) == 2
    back = inspecting.undo_step(bench.desk, more, INSPECTOR)
    assert back.inspection.items == case.inspection.items
    assert back.inspection.current_item == case.inspection.current_item
    third = exceptions.open_extra(bench.desk, back, INSPECTOR)
    assert third.inspection.item().rt_number != extra.rt_number  # a number once given is never given again


def test_the_rest_of_a_parcel_is_missing_when_something_was_found_and_nothing_begun() -> None:
    bench = Bench(expected(lines=(line(quantity=3),)))
    case = bench.opened()
    assert not exceptions.may_close_with_missing(case)
    with refused("missing.begun"):
        exceptions.close_with_missing(bench.desk, case, INSPECTOR)
    case = deciding.confirm(bench.desk, bench.ready(case), INSPECTOR)
    assert exceptions.may_close_with_missing(case)
    begun = bench.matched(case)
    assert not exceptions.may_close_with_missing(begun)
    case = inspecting.undo_step(bench.desk, begun, INSPECTOR)
    done = exceptions.close_with_missing(bench.desk, case, INSPECTOR)
    assert done.inspection.state is InspectionState.CLOSED and broken_link(done.events) is None
    assert [item.identity for item in done.inspection.items] == ["match", "missing", "missing"]
    assert all(item.decision is not None for item in done.inspection.items)


def test_a_suspected_swap_is_decided_only_after_a_second_person_looked() -> None:
    bench = Bench(expected(lines=(earphones(),)))
    case = swapped(bench)
    assert case.inspection.item().identity == "serial_mismatch"
    assert deciding.next_step(bench.desk, case).primary is Primary.SECOND_PERSON
    with refused("second.missing"):
        deciding.confirm(bench.desk, case, INSPECTOR)
    with refused("second.same_person"):
        exceptions.seen_by_second(bench.desk, case, INSPECTOR)
    case = exceptions.seen_by_second(bench.desk, case, COLLEAGUE)
    assert case.inspection.item().second_person == COLLEAGUE.id and case.events[-1].person == COLLEAGUE.id
    assert deciding.confirm(bench.desk, case, INSPECTOR).inspection.items[0].decision is not None


def test_a_required_photo_is_waived_by_a_lead_with_a_reason_only() -> None:
    bench = Bench(expected())
    case = bench.matched(bench.shot(bench.opened(), "waybill"))
    shot = inspecting.missing_shots(bench.desk, case, case.inspection.item())[0]
    with refused("role.denied"):
        exceptions.waive_shot(bench.desk, case, INSPECTOR, shot, "灯坏了")
    with refused("waive.reason_missing"):
        exceptions.waive_shot(bench.desk, case, LEAD, shot, " ")
    waived = exceptions.waive_shot(bench.desk, case, LEAD, shot, "灯坏了")
    assert waived.inspection.item().waived == (("front", ""),) and waived.events[-1].person == LEAD.id
    assert not inspecting.missing_shots(bench.desk, waived, waived.inspection.item())
    assert deciding.next_step(bench.desk, waived).primary is not Primary.PASS_ALL
    back = inspecting.undo_step(bench.desk, waived, INSPECTOR)
    assert inspecting.missing_shots(bench.desk, back, back.inspection.item()) == [shot]
    assert GTIN in back.inspection.item().found_code


def test_what_comes_in_another_parcel_of_the_return_is_not_missing_here() -> None:
    other = "SF1234567890999"
    bench = Bench(expected(tracking_numbers=(TRACKING, other), lines=(line(quantity=2),)))
    case = deciding.confirm(bench.desk, bench.ready(bench.opened()), INSPECTOR)
    done = exceptions.close_with_missing(bench.desk, case, INSPECTOR)
    assert done.inspection.state is InspectionState.CLOSED and broken_link(done.events) is None
    assert [item.unit for item in done.inspection.items] == [1]
    second = bench.opened(other)
    assert [item.unit for item in second.inspection.items] == [2], "the other unit is expected in the other parcel"
    last = exceptions.not_here(bench.desk, second, INSPECTOR)
    assert last.inspection.item().identity == "missing", "there is no further parcel it could come in"


def test_one_of_two_items_may_come_elsewhere_and_that_is_taken_back() -> None:
    bench = Bench(expected(tracking_numbers=(TRACKING, "SF1234567890999"), lines=(line(quantity=2),)))
    case = bench.opened()
    without = exceptions.not_here(bench.desk, case, INSPECTOR)
    assert [item.unit for item in without.inspection.items] == [2]
    assert without.inspection.current_item == without.inspection.items[0].id
    back = inspecting.undo_step(bench.desk, without, INSPECTOR)
    assert back.inspection.items == case.inspection.items


def test_a_refused_delivery_nobody_opened_needs_its_box_only() -> None:
    bench = Bench(expected(kind="refused_delivery", reason="refused_delivery", lines=(earphones(),)))
    case = exceptions.still_sealed(bench.desk, bench.opened(), INSPECTOR)
    assert [shot.shot for shot in inspecting.missing_shots(bench.desk, case, case.inspection.item())] == [
        "waybill", "outside",
    ]  # fmt: skip
    case = bench.photographed(case)
    assert deciding.next_step(bench.desk, case).primary is Primary.PASS_ALL
    done = deciding.confirm(bench.desk, case, INSPECTOR)
    decision = done.inspection.items[0].decision
    assert decision is not None and decision["sealed"] is True
    assert done.inspection.items[0].answers == {}, "nobody looked at the item"
    assert (decision["grade"], decision["disposition"]) == ("A", "restock")


@pytest.mark.parametrize("kind", ["return", "exchange", "repair"])
def test_other_kinds_are_always_opened(kind: str) -> None:
    bench = Bench(expected(kind=kind))
    with refused("sealed.not_refused"):
        exceptions.still_sealed(bench.desk, bench.opened(), INSPECTOR)


def test_a_damaged_box_is_opened_even_when_the_delivery_was_refused() -> None:
    bench = Bench(expected(kind="refused_delivery"))
    case = exceptions.outside_damaged(bench.desk, bench.opened(), INSPECTOR, "outer_damaged")
    with refused("sealed.damaged"):
        exceptions.still_sealed(bench.desk, case, INSPECTOR)


def test_a_tag_read_through_the_box_opens_nothing_but_a_photo_of_the_item_does() -> None:
    bench = Bench(expected(kind="refused_delivery"))
    seen = inspecting.Identification("match", "")
    case = inspecting.identify(bench.desk, bench.opened(), INSPECTOR, seen, "camera")
    assert exceptions.may_stay_closed(case)
    case = exceptions.still_sealed(bench.desk, case, INSPECTOR)
    assert case.inspection.item().identified_by == "sealed" and not exceptions.may_stay_closed(case)
    case = inspecting.undo_step(bench.desk, case, INSPECTOR)
    assert case.inspection.item().identified_by == "camera"
    with refused("sealed.opened"):
        exceptions.still_sealed(bench.desk, bench.photographed(case), INSPECTOR)


def test_a_repair_is_never_passed_in_bulk() -> None:
    bench = Bench(expected(kind="repair", reason="agreed_with_seller"))
    assert deciding.next_step(bench.desk, bench.ready()).primary is not Primary.PASS_ALL
