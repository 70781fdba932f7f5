"""Receiving: what a scan on the waiting screen leads to, several returns and units, parcels that match nothing."""

from __future__ import annotations

import pytest
from factories import (
    DISPUTE_DESK,
    GTIN,
    INSPECTOR,
    LEAD,
    OTHER_GTIN,
    TRACKING,
    Bench,
    earphones,
    expected,
    line,
)

from inspection_station.domain.events import broken_link
from inspection_station.domain.identifiers import label_code, tote_code
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.parcels_elsewhere import ParcelElsewhere, ResultElsewhere
from inspection_station.errors import StationProblem
from inspection_station.workflows import deciding, inspecting, receiving
from inspection_station.workflows.case import load_case
from inspection_station.workflows.receiving import Outcome, Reception


def receive(bench: Bench, raw: str) -> Reception:
    return receiving.receive(bench.desk, INSPECTOR, raw)


def done(bench: Bench) -> None:
    deciding.confirm(bench.desk, bench.ready(), INSPECTOR)


def told_of(bench: Bench, state: str = "open", number: str = TRACKING) -> ParcelElsewhere:
    """The centre tells that bench B07 has the parcel."""
    results = (ResultElsewhere("RT-261121-00700001", "A", "restock"),) if state == "closed" else ()
    told = ParcelElsewhere(f"there-{number}", number, "B07", "p9", state, "2026-11-21T02:00:00.000Z", "", results)
    bench.stores.reference.elsewhere[told.inspection_id] = told
    return told


@pytest.mark.parametrize("state", ["open", "parked", "closed"])
def test_a_parcel_another_bench_has_is_said_so_and_opened_here_only_when_wanted(state: str) -> None:
    bench = Bench(expected())
    told = told_of(bench, state)
    reception = receive(bench, TRACKING)
    assert (reception.outcome, reception.elsewhere, reception.case) == (Outcome.ELSEWHERE, (told,), None)
    assert receive(bench, TRACKING).outcome is Outcome.ELSEWHERE, "however often it is scanned"
    assert receive(bench, "TB-r1-99").outcome is Outcome.ELSEWHERE, "also by its order number"
    too = receiving.receive_too(bench.desk, INSPECTOR, TRACKING)
    assert too.outcome is Outcome.OPENED and too.case is not None
    assert too.case.inspection.also_at == (told.inspection_id,), "for the lead who merges the two"
    assert receive(bench, TRACKING).outcome is Outcome.RESUMED


def test_a_parcel_nobody_announced_that_another_bench_has_is_known_by_that() -> None:
    bench = Bench()
    told_of(bench, "closed")
    assert receive(bench, TRACKING).outcome is Outcome.ELSEWHERE
    assert receiving.receive_too(bench.desk, INSPECTOR, TRACKING).outcome is Outcome.NO_MATCH


def test_of_a_return_in_two_parcels_the_one_no_bench_has_is_opened() -> None:
    bench = Bench(expected(tracking_numbers=(TRACKING, "SF1234567890999")))
    told_of(bench, "closed")
    case = receive(bench, "TB-r1-99").case
    assert case is not None and case.inspection.tracking_number == "SF1234567890999"


def test_a_known_tracking_number_opens_its_parcel() -> None:
    bench = Bench(expected())
    reception = receive(bench, " ｓｆ1234567890123\r")
    case = reception.case
    assert reception.outcome is Outcome.OPENED and case is not None
    opened, one = case.inspection, case.inspection.item()
    assert (opened.tracking_number, opened.carrier, opened.match) == (TRACKING, "SF", "matched")
    assert (opened.opened_at, opened.station, opened.person) == ("2026-11-21T02:42:33.120Z", "B12", INSPECTOR.id)
    assert (one.rt_number, one.sku, one.template) == ("RT-261121-04300001", "JK-01-WHITE-M", "apparel")
    assert case.events[0].payload["raw"] == " ｓｆ1234567890123\r"
    assert {event.clock_offset_ms for event in case.events} == {250}
    assert broken_link(case.events) is None
    assert load_case(bench.desk, opened.id) == case


def test_a_second_scan_takes_the_open_parcel_up_again_and_adds_nothing() -> None:
    bench = Bench(expected())
    case = bench.opened()
    again = receive(bench, TRACKING)
    assert again.outcome is Outcome.RESUMED and again.case == case


def test_a_parked_parcel_is_taken_up_by_its_scan() -> None:
    bench = Bench(expected())
    parked = receiving.park(bench.desk, bench.opened(), INSPECTOR)
    assert parked.inspection.state is InspectionState.PARKED
    with pytest.raises(StationProblem) as told:
        bench.shot(parked, "front")
    assert told.value.code == "inspection.closed"
    again = receive(bench, TRACKING)
    assert again.outcome is Outcome.RESUMED and again.case is not None
    assert again.case.inspection.state is InspectionState.OPEN


def test_only_an_open_case_parks_and_only_a_parked_one_resumes() -> None:
    bench = Bench(expected())
    case = bench.opened()
    with pytest.raises(StationProblem) as told:
        receiving.resume(bench.desk, case, INSPECTOR)
    assert told.value.code == "inspection.not_parked"
    parked = receiving.park(bench.desk, case, INSPECTOR)
    with pytest.raises(StationProblem) as told:
        receiving.park(bench.desk, parked, INSPECTOR)
    assert told.value.code == "inspection.closed"


def test_a_parcel_inspected_before_is_said_to_be_a_duplicate_and_shown() -> None:
    bench = Bench(expected())
    done(bench)
    again = receive(bench, TRACKING)
    assert again.outcome is Outcome.DUPLICATE and again.case is not None
    assert again.case.inspection.state is InspectionState.CLOSED
    assert receive(bench, "RMA-r1").outcome is Outcome.DUPLICATE


@pytest.mark.parametrize("number", ["RMA-r1", "tb-r1-99"])
def test_a_return_or_order_number_opens_the_parcel_too(number: str) -> None:
    bench = Bench(expected())
    reception = receive(bench, number)
    assert reception.outcome is Outcome.OPENED and reception.case is not None
    assert reception.case.inspection.tracking_number == TRACKING


def test_an_order_with_two_returns_in_one_parcel_opens_that_parcel() -> None:
    bench = Bench(expected("r1", order_number="TB-7"), expected("r2", order_number="TB-7"))
    reception = receive(bench, "TB-7")
    assert reception.case is not None and reception.case.inspection.return_ids == ("r1", "r2")


def test_an_order_number_that_could_be_two_parcels_is_left_to_the_person() -> None:
    other = expected("r2", order_number="TB-7", tracking_numbers=("JT3045678901234",))
    assert receive(Bench(expected("r1", order_number="TB-7"), other), "TB-7").outcome is Outcome.NO_MATCH


def test_the_return_number_of_a_return_in_two_parcels_opens_the_one_that_is_not_done() -> None:
    bench = Bench(expected(tracking_numbers=(TRACKING, "JT3045678901234")))
    done(bench)
    reception = receive(bench, "RMA-r1")
    assert reception.outcome is Outcome.OPENED and reception.case is not None
    assert reception.case.inspection.tracking_number == "JT3045678901234"
    receiving.park(bench.desk, reception.case, INSPECTOR)
    assert receive(bench, "RMA-r1").outcome is Outcome.RESUMED


def test_a_later_parcel_of_a_return_holds_what_the_earlier_ones_did_not() -> None:
    bench = Bench(expected(tracking_numbers=(TRACKING, "JT3045678901234"), lines=(line(1, quantity=2), earphones(2))))
    case = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    for _ in range(2):
        case = bench.absent(case)
        case = deciding.confirm(bench.desk, bench.photographed(case), INSPECTOR)
    assert case.inspection.state is InspectionState.CLOSED
    later = bench.opened("JT3045678901234")
    assert [(one.line, one.unit) for one in later.inspection.items] == [(1, 2), (2, 1)]


def test_a_further_parcel_of_a_return_that_is_complete_expects_all_of_it_again() -> None:
    bench = Bench(expected(tracking_numbers=(TRACKING, "JT3045678901234")))
    done(bench)
    assert len(bench.opened("JT3045678901234").inspection.items) == 1


QR_TEXTS = (
    "https://ucmp.sf-express.com/w?no={number}&from=label",
    "MMM={{'k1':'021W','k3':'','k5':'{number}'}}",
    '{{"waybillNo":"{number}","station":"杭州"}}',
)


@pytest.mark.parametrize("text", QR_TEXTS)
@pytest.mark.parametrize("number", [TRACKING, "75312345678903", "JDVA01234567890"])
def test_a_qr_code_beside_the_barcode_opens_the_same_parcel(text: str, number: str) -> None:
    bench = Bench(expected(tracking_numbers=(number,)))
    reception = receive(bench, text.format(number=number))
    assert reception.outcome is Outcome.OPENED and reception.case is not None
    assert reception.case.inspection.tracking_number == reception.text == number
    assert receive(bench, number).outcome is Outcome.RESUMED


def test_a_qr_code_with_an_unknown_tracking_number_is_about_that_number() -> None:
    reception = receive(Bench(expected()), QR_TEXTS[0].format(number="SF9999999999999"))
    assert (reception.outcome, reception.text) == (Outcome.NO_MATCH, "SF9999999999999")


def test_one_code_that_names_two_parcels_is_asked_about() -> None:
    other = "JT3045678901234"
    both = f"OUT:{TRACKING} BACK:{other}"
    known = Bench(expected(), expected("r2", tracking_numbers=(other,)))
    assert receive(known, both).outcome is Outcome.SEVERAL
    assert receive(Bench(), both).outcome is Outcome.SEVERAL
    one = receive(Bench(expected()), both)
    assert (one.outcome, one.text) == (Outcome.OPENED, TRACKING), "what is expected decides"


def test_the_part_barcode_of_a_parcel_means_its_number() -> None:
    bench = Bench(expected(tracking_numbers=("JDVA01234567890",)))
    reception = receive(bench, "JDVA01234567890-1-2-")
    assert (reception.outcome, reception.text) == (Outcome.OPENED, "JDVA01234567890")


def test_a_link_without_a_number_is_asked_about_and_taken_when_scanned_once_more() -> None:
    bench = Bench(expected())
    first = receive(bench, "https://weixin.qq.com/r/x0Ab")
    assert (first.outcome, first.again) == (Outcome.NO_NUMBER, True)
    second = receiving.receive(bench.desk, INSPECTOR, "https://weixin.qq.com/r/x0Ab", sure=True)
    assert (second.outcome, second.text) == (Outcome.NO_MATCH, "HTTPS://WEIXIN.QQ.COM/R/X0AB")


def test_digits_that_only_look_like_a_product_are_taken_as_a_number_when_scanned_once_more() -> None:
    bench = Bench(expected())
    first = receive(bench, OTHER_GTIN)
    assert (first.outcome, first.again) == (Outcome.PRODUCT_CODE, True)
    assert receiving.receive(bench.desk, INSPECTOR, OTHER_GTIN, sure=True).outcome is Outcome.NO_MATCH


@pytest.mark.parametrize(
    "raw",
    [GTIN, "jk-01-white-m", "SN-778-A", f"(01)0{GTIN}(21)A7", f"]d2\x1d010{GTIN}21A7", f"https://id.gs1.org/01/0{GTIN}"],
)
def test_a_code_of_an_item_is_never_taken_for_a_parcel(raw: str) -> None:
    bench = Bench(expected(lines=(line(), earphones(2))))
    for sure in (False, True):
        reception = receiving.receive(bench.desk, INSPECTOR, raw, sure=sure)
        assert (reception.outcome, reception.again, reception.case) == (Outcome.PRODUCT_CODE, False, None)


def test_what_is_expected_comes_before_what_a_number_looks_like() -> None:
    for number in (OTHER_GTIN, "490154203237518", "00106141412345678908", "BOX 17"):
        bench = Bench(expected(tracking_numbers=(number,)))
        assert receive(bench, number).outcome is Outcome.OPENED, number


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        ("SF9999999999999", Outcome.NO_MATCH),
        ("RT-261121-04399999", Outcome.NO_MATCH),
        (GTIN, Outcome.PRODUCT_CODE),
        (tote_code(4), Outcome.NOT_HERE),
        ("BADGE-1", Outcome.NOT_HERE),
        ("CMD-UNDO", Outcome.NOT_HERE),
    ],
)
def test_other_codes_open_nothing(raw: str, outcome: Outcome) -> None:
    bench = Bench(expected())
    assert receive(bench, raw) == Reception(outcome, raw, None)
    assert not bench.stores.inspections.kept


def test_a_garbage_scan_is_told() -> None:
    with pytest.raises(StationProblem) as told:
        receive(Bench(), "\x00\x1b")
    assert told.value.code == "scan.unreadable"


def test_the_newest_label_is_verified_once_and_then_shows_its_case() -> None:
    bench = Bench(expected())
    done(bench)
    label = label_code("RT-261121-04300001", 1)
    first = receive(bench, label)
    assert first.outcome is Outcome.LABEL_VERIFIED and first.case is not None
    assert first.case.inspection.item().label_verified
    assert receive(bench, label).outcome is Outcome.CASE
    assert receive(bench, "RT-261121-04300001").outcome is Outcome.CASE


def test_an_old_label_and_a_typed_number_verify_nothing() -> None:
    bench = Bench(expected())
    done(bench)
    case = deciding.reopen(bench.desk, load_case(bench.desk, next(iter(bench.stores.inspections.kept))), INSPECTOR)
    assert receive(bench, label_code("RT-261121-04300001", 1)).outcome is Outcome.CASE
    deciding.confirm(bench.desk, case, INSPECTOR)
    assert receive(bench, label_code("RT-261121-04300001", 1)).outcome is Outcome.CASE
    assert receive(bench, "RT-261121-04300001").outcome is Outcome.CASE
    assert receive(bench, label_code("RT-261121-04300001", 2)).outcome is Outcome.LABEL_VERIFIED


def test_every_unit_line_and_return_of_a_parcel_gets_a_number_of_its_own() -> None:
    bench = Bench(
        expected("r1", lines=(line(1, quantity=2), earphones(2))),
        expected("r2", lines=(line(category="toys"),)),
    )
    case = bench.opened()
    items = case.inspection.items
    assert [(one.return_id, one.line, one.unit) for one in items] == [
        ("r1", 1, 1), ("r1", 1, 2), ("r1", 2, 1), ("r2", 1, 1),
    ]  # fmt: skip
    assert [one.rt_number[-5:] for one in items] == ["00001", "00002", "00003", "00004"]
    assert [one.template for one in items] == ["apparel", "apparel", "electronics", "toys"]
    assert case.line(items[2]) == earphones(2) and case.expected(items[3]) == case.returns[1]
    bench.expects(expected("r3", tracking_numbers=("JT3045678901234",)))
    assert bench.opened("JT3045678901234").inspection.item().rt_number.endswith("00005")


def test_a_return_of_more_units_than_a_parcel_holds_is_a_mistake_in_it() -> None:
    bench = Bench(expected(lines=(line(quantity=10**9),)))
    with pytest.raises(StationProblem) as told:
        receive(bench, TRACKING)
    assert told.value.code == "returns.too_many_units" and not bench.stores.inspections.kept


def test_who_may_not_inspect_opens_nothing() -> None:
    bench = Bench(expected())
    parked = receiving.park(bench.desk, bench.opened(), INSPECTOR)
    for act in (
        lambda: receiving.receive(bench.desk, DISPUTE_DESK, TRACKING),
        lambda: receiving.open_unclaimed(bench.desk, DISPUTE_DESK, "X1"),
        lambda: receiving.open_parcel(bench.desk, DISPUTE_DESK, "X1", [expected()], "X1"),
        lambda: receiving.resume(bench.desk, parked, DISPUTE_DESK),
    ):
        with pytest.raises(StationProblem) as told:
            act()
        assert told.value.code == "role.denied"


def test_a_parcel_without_a_match_is_kept_as_unclaimed() -> None:
    bench = Bench()
    case = receiving.open_unclaimed(bench.desk, INSPECTOR, "JT3045678901234", "jt3045678901234")
    one = case.inspection.item()
    assert (case.inspection.match, case.inspection.carrier, one.identity) == ("none", "JT", "unidentifiable")
    assert deciding.next_step(bench.desk, case).primary is deciding.Primary.TAKE_PHOTO
    closed = deciding.confirm(bench.desk, bench.photographed(case), INSPECTOR)
    decision = closed.inspection.item().decision
    assert decision is not None and (decision["grade"], decision["disposition"]) == ("U", "unclaimed")
    assert closed.inspection.state is InspectionState.CLOSED


def test_the_codes_of_an_unclaimed_item_are_kept_and_name_no_wrong_item() -> None:
    bench = Bench(expected())
    case = receiving.open_unclaimed(bench.desk, INSPECTOR, "JT3045678901234")
    found = inspecting.compare(bench.desk, case, GTIN)
    assert (found.finding, found.sku) == ("unidentifiable", "JK-01-WHITE-M")
    case = inspecting.identify(bench.desk, case, INSPECTOR, found, "scan")
    assert case.inspection.item().found_code == GTIN


def test_candidates_are_found_by_clues_and_ranked_by_what_agrees() -> None:
    far = expected("r2", lines=(earphones(),), tracking_numbers=("JT3045678901234",), buyer_phone_tail="4711")
    bench = Bench(expected(), far)
    found = receiving.candidates(bench.desk, "SF7777777777777", ["4711", GTIN, "tb-r1-99"])
    assert [(one.expected.id, one.agreeing) for one in found] == [
        ("r1", ("carrier", "product", "order", "phone_tail")),
        ("r2", ("phone_tail",)),
    ]
    serial = receiving.candidates(bench.desk, "SF7777777777777", ["sn-778-a"])
    assert [(one.expected.id, one.agreeing) for one in serial] == [("r2", ("product",))]
    assert receiving.candidates(bench.desk, "SF7777777777777", []) == []


def test_three_of_four_facts_bind_a_parcel_below_that_a_lead_does() -> None:
    bench = Bench(expected())
    [sure] = receiving.candidates(bench.desk, "SF7777777777777", ["4711", GTIN])
    [unsure] = receiving.candidates(bench.desk, "SF7777777777777", [OTHER_GTIN, "4711"])
    assert (len(sure.agreeing), len(unsure.agreeing)) == (3, 2)
    with pytest.raises(StationProblem) as told:
        receiving.open_bound(bench.desk, INSPECTOR, "SF7777777777777", unsure)
    assert told.value.code == "role.denied" and not bench.stores.inspections.kept
    case = receiving.open_bound(bench.desk, INSPECTOR, "SF7777777777777", sure)
    assert (case.inspection.match, case.inspection.return_ids) == ("matched", ("r1",))
    assert case.inspection.tracking_number == "SF7777777777777"
    by_lead = receiving.open_bound(bench.desk, LEAD, "SF7777777777778", unsure)
    assert by_lead.inspection.return_ids == ("r1",)
    assert by_lead.events[0].payload["agreeing"] == ["carrier", "phone_tail"], "who bound it on what is kept"


def test_an_unknown_inspection_is_told() -> None:
    with pytest.raises(StationProblem) as told:
        load_case(Bench().desk, "0198")
    assert told.value.code == "inspection.unknown"
