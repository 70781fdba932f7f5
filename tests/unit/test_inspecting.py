"""Inspecting: photos, identity, rows and defects, and the way back one step at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import (
    GTIN,
    INSPECTOR,
    OTHER_GTIN,
    TRACKING,
    Bench,
    earphones,
    expected,
    line,
    rule_book,
)

from inspection_station.domain.events import EventKind, broken_link
from inspection_station.domain.inspection import Inspection
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows import answering, deciding, inspecting, receiving
from inspection_station.workflows.case import Case, load_case
from inspection_station.workflows.inspecting import TakenPhoto

DISK_FULL = StationProblem("disk.full", N_("The disk is full."))


def shots(bench: Bench, case: Case) -> list[tuple[str, bool, int]]:
    wanted = inspecting.wanted_shots(bench.desk, case, case.inspection.item())
    return [(one.shot, one.required, one.done) for one in wanted]


def missing(bench: Bench, case: Case) -> list[str]:
    return [one.shot for one in inspecting.missing_shots(bench.desk, case, case.inspection.item())]


def compared(bench: Bench, case: Case, code: str) -> tuple[str, str]:
    found = inspecting.compare(bench.desk, case, code)
    return found.finding, found.item_id


def test_a_photo_is_named_by_its_bytes_and_sealed_in_the_chain() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "front", codes=(GTIN,))
    taken = case.inspection.photos[0]
    assert bench.photos.kept[taken.sha256] == b"front 0"
    assert (taken.item_id, taken.size, taken.width, taken.taken_at) == (
        case.inspection.current_item, 7, 4000, bench.clock.now(),
    )  # fmt: skip
    assert case.events[-1].payload["codes"] == [GTIN]
    assert broken_link(case.events) is None and load_case(bench.desk, case.inspection.id) == case


@pytest.mark.parametrize("broken", ["photos", "store"])
def test_a_photo_that_cannot_be_kept_changes_nothing(broken: str) -> None:
    bench = Bench(expected())
    case = bench.opened()
    if broken == "photos":
        bench.photos.refuse_with = DISK_FULL
    else:
        bench.stores.inspections.refuse_with = DISK_FULL
    with pytest.raises(StationProblem) as told:
        bench.shot(case, "front")
    assert told.value is DISK_FULL
    assert load_case(bench.desk, case.inspection.id) == case
    assert bench.shot(case, "front").inspection.photos


ACTS: dict[str, Any] = {
    "identify": lambda bench, case: bench.matched(case),
    "answer": lambda bench, case: answering.answer(bench.desk, case, INSPECTOR, "tidy", "pass"),
    "defect": lambda bench, case: answering.record_defect(bench.desk, case, INSPECTOR, "no_stains", "oil", "major"),
    "rest": lambda bench, case: answering.pass_rest(bench.desk, case, INSPECTOR),
    "undo": lambda bench, case: inspecting.undo_step(bench.desk, case, INSPECTOR),
    "grade": lambda bench, case: deciding.change_decision(bench.desk, case, INSPECTOR, "grade", "B", "seen"),
    "confirm": lambda bench, case: deciding.confirm(bench.desk, case, INSPECTOR),
    "missing": lambda bench, case: bench.absent(case),
}


@pytest.mark.parametrize("act", ACTS)
def test_when_the_store_refuses_a_step_nothing_of_it_is_kept(act: str) -> None:
    bench = Bench(expected())
    case = bench.ready()
    bench.stores.inspections.refuse_with = DISK_FULL
    with pytest.raises(StationProblem) as told:
        ACTS[act](bench, case)
    assert told.value is DISK_FULL
    assert load_case(bench.desk, case.inspection.id) == case
    after = ACTS[act](bench, case)
    assert load_case(bench.desk, case.inspection.id) == after != case
    assert broken_link(after.events) is None


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_closed_inspection_is_not_edited(act: str) -> None:
    bench = Bench(expected())
    closed = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    with pytest.raises(StationProblem) as told:
        ACTS[act](bench, closed)
    assert told.value.code == "inspection.closed"
    assert load_case(bench.desk, closed.inspection.id) == closed


def test_an_entry_that_cannot_be_hashed_is_refused_before_it_is_kept() -> None:
    bench = Bench(expected())
    case = bench.opened()
    with pytest.raises(StationProblem) as told:
        answering.record_defect(bench.desk, case, INSPECTOR, "no_stains", "oil", "major", place="\ud800")
    assert told.value.code == "inspection.not_storable"
    assert load_case(bench.desk, case.inspection.id) == case


@pytest.mark.parametrize(
    ("codes", "counts"),
    [
        ((TRACKING,), True),
        (("https://sf.example/q?x=1", "sf1234567890123"), True),
        (("SF1234567890124",), False),
        ((), False),
        (("\x00\x01", "\ud800", ""), False),
        (("\x00", TRACKING), True),
    ],
)
def test_the_outside_photo_counts_only_with_the_scanned_number(codes: tuple[str, ...], counts: bool) -> None:
    assert inspecting.waybill_counts(Case(Inspection(tracking_number=TRACKING), ()), codes) is counts


@pytest.mark.parametrize(
    ("scanned", "label"),
    [
        ("JDVA01234567890-1-2-", "JDVA01234567890-1-2-"),
        ("https://jd.example/?w=jdva01234567890-1-1-", "HTTPS://JD.EXAMPLE/?W=JDVA01234567890-1-1-"),
        ("JDVA01234567890", "JDVA01234567890"),
        ("2611-5659-2564", ""),  # the order's number opened it
    ],
)
def test_the_label_is_known_as_it_was_scanned(scanned: str, label: str) -> None:
    bench = Bench(expected(tracking_numbers=("JDVA01234567890",), order_number="2611-5659-2564"))
    case = receiving.receive(bench.desk, INSPECTOR, scanned).case
    assert case is not None and case.inspection.tracking_number == "JDVA01234567890"
    carriers = bench.desk.book.carriers
    assert inspecting.label_text(case, carriers) == label
    assert inspecting.waybill_counts(case, (label,), carriers) is bool(label)
    assert not inspecting.waybill_counts(case, ("JDVA01234567891-1-2-",), carriers)


def test_nothing_that_is_read_counts_for_a_parcel_without_a_number() -> None:
    assert not inspecting.waybill_counts(Case(Inspection(), ()), ("", " ", TRACKING))


def test_the_strip_follows_the_template() -> None:
    bench = Bench(expected())
    case = bench.opened()
    assert shots(bench, case) == [("waybill", True, 0), ("front", True, 0), ("tag", False, 0), ("close_up", False, 0)]
    case = bench.shot(bench.shot(case, "waybill", automatic=True), "tag")
    assert missing(bench, case) == ["front"]
    assert case.inspection.photos[0].item_id == "" and case.inspection.photos[1].item_id
    assert inspecting.wanted_shots(bench.desk, case, case.inspection.item())[0].automatic


def test_the_items_of_a_parcel_share_its_outside_photo_and_nothing_else() -> None:
    bench = Bench(expected(lines=(line(1), earphones(2))))
    case = bench.photographed(bench.opened())
    assert missing(bench, case) == []
    assert missing(bench, bench.matched(case, OTHER_GTIN)) == ["front", "serial"]


def test_a_close_up_taken_back_is_asked_for_again() -> None:
    bench = Bench(expected())
    case = answering.record_defect(bench.desk, bench.ready(), INSPECTOR, "no_stains", "oil", "major")
    finding = case.inspection.item().findings[0].id
    case = bench.shot(case, "close_up", finding_id=finding)
    case = inspecting.undo_step(bench.desk, case, INSPECTOR)
    assert missing(bench, case) == ["close_up"]
    case = bench.shot(case, "close_up", finding_id=finding, counted=False)
    assert missing(bench, case) == ["close_up"]


def test_a_photo_the_quality_gate_refused_is_kept_and_is_no_proof() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "front", counted=False)
    assert missing(bench, case) == ["waybill", "front"]
    wanted = inspecting.wanted_shots(bench.desk, case, case.inspection.item())[1]
    assert (wanted.done, wanted.sha256) == (0, case.inspection.photos[0].sha256)
    case = bench.shot(case, "front")
    case = bench.shot(case, "front", counted=False)
    wanted = inspecting.wanted_shots(bench.desk, case, case.inspection.item())[1]
    assert (wanted.done, wanted.sha256) == (1, case.inspection.photos[1].sha256)


def test_a_template_may_call_the_outside_photo_what_it_likes() -> None:
    book = rule_book()
    apparel = book.templates["apparel"]
    named = replace(apparel, shots=(replace(apparel.shots[0], id="outside"), *apparel.shots[1:]))
    bench = Bench(expected())
    bench.desk = replace(bench.desk, book=replace(book, templates={**book.templates, "apparel": named}))
    case = bench.shot(bench.opened(), "outside")
    assert missing(bench, case) == ["front"]


@pytest.mark.parametrize(
    ("category", "question", "type_id", "severity", "demanded"),
    [
        ("apparel", "no_stains", "oil", "minor", False),
        ("apparel", "no_stains", "oil", "major", True),
        ("electronics", "housing", "scratch", "minor", True),
    ],
)
def test_a_defect_demands_its_close_up_as_the_template_says(
    category: str, question: str, type_id: str, severity: str, demanded: bool
) -> None:
    bench = Bench(expected(lines=(line(category=category),)))
    case = answering.record_defect(bench.desk, bench.ready(), INSPECTOR, question, type_id, severity)
    assert missing(bench, case) == (["close_up"] if demanded else [])
    finding = case.inspection.item().findings[0]
    case = bench.shot(case, "close_up")
    assert missing(bench, case) == (["close_up"] if demanded else []), "a close-up of something else"
    case = bench.shot(case, "close_up", finding_id=finding.id)
    assert missing(bench, case) == []
    assert shots(bench, case)[-1] == ("close_up", demanded, 1)


def test_a_row_that_a_newer_template_dropped_still_demands_its_photo() -> None:
    bench = Bench(expected())
    case = answering.record_defect(bench.desk, bench.ready(), INSPECTOR, "no_stains", "oil", "major")
    book = rule_book()
    fewer = replace(book.templates["apparel"], questions=book.templates["apparel"].questions[:2])
    bench.desk = replace(bench.desk, book=replace(book, templates={**book.templates, "apparel": fewer}))
    assert missing(bench, case) == ["close_up"]
    assert deciding.next_step(bench.desk, case).primary is deciding.Primary.TAKE_PHOTO


@pytest.mark.parametrize("finding", ["wrong_item", "wrong_variant", "serial_mismatch"])
@pytest.mark.parametrize("category", ["apparel", "electronics", "general"])
def test_a_wrong_item_is_shown_from_four_sides(category: str, finding: str) -> None:
    bench = Bench(expected(lines=(line(category=category),)))
    case = bench.opened()
    found = inspecting.Identification(finding, "X", item_id=case.inspection.current_item)
    case = inspecting.identify(bench.desk, case, INSPECTOR, found, "scan")
    assert len(missing(bench, case)) == 4
    assert missing(bench, bench.photographed(case)) == []


def test_what_is_not_in_the_parcel_needs_no_photo_but_the_parcels() -> None:
    bench = Bench(expected())
    case = bench.absent(bench.opened())
    assert missing(bench, case) == ["waybill"]


def test_a_code_of_the_line_matches() -> None:
    bench = Bench(expected(lines=(earphones(),)))
    case = bench.opened()
    mine = case.inspection.current_item
    for code in (OTHER_GTIN, f"0{OTHER_GTIN}", "ep-300-w", "sn-778-a"):
        assert compared(bench, case, code) == ("match", mine)
    case = bench.matched(case, "sn-778-a")
    one = case.inspection.item()
    assert (one.identity, one.identified_by, one.found_code) == ("match", "scan", "SN-778-A")


def test_a_code_of_another_waiting_item_makes_that_one_current() -> None:
    bench = Bench(expected(lines=(line(1), earphones(2))))
    case = bench.opened()
    first, second = (one.id for one in case.inspection.items)
    assert compared(bench, case, OTHER_GTIN) == ("match", second)
    case = bench.looked_at(bench.ready(case, OTHER_GTIN))
    assert case.inspection.current_item == second
    case = deciding.confirm(bench.desk, case, INSPECTOR)
    assert case.inspection.current_item == first
    assert compared(bench, case, OTHER_GTIN) == ("wrong_item", first), "it was inspected already"


def test_another_waiting_item_is_taken_up_by_hand_but_no_decided_one() -> None:
    bench = Bench(expected(lines=(line(quantity=3),)))
    case = bench.opened()
    first, second, third = (one.id for one in case.inspection.items)
    case = inspecting.take_up(bench.desk, case, INSPECTOR, third)
    assert case.inspection.current_item == third
    case = deciding.confirm(bench.desk, bench.ready(case), INSPECTOR)
    assert case.inspection.current_item == first
    with pytest.raises(StationProblem) as told:
        inspecting.take_up(bench.desk, case, INSPECTOR, third)
    assert told.value.code == "item.decided"
    with pytest.raises(KeyError):
        inspecting.take_up(bench.desk, case, INSPECTOR, "none")
    assert inspecting.take_up(bench.desk, case, INSPECTOR, second).inspection.current_item == second


def test_another_product_is_a_wrong_item_and_another_size_a_wrong_variant() -> None:
    other_size = line(sku="JK-01-WHITE-L", gtins=("6901234567915",), variant="白色 L")
    bench = Bench(expected(), expected("r2", tracking_numbers=("JT3045678901234",), lines=(earphones(1), other_size)))
    case = bench.opened()
    found = inspecting.compare(bench.desk, case, OTHER_GTIN)
    assert (found.finding, found.sku, found.name_en) == ("wrong_item", "EP-300-W", "Earphones 3")
    assert inspecting.compare(bench.desk, case, "JK-01-WHITE-L").finding == "wrong_variant"
    assert inspecting.compare(bench.desk, case, "6900000000007").finding == "wrong_item"


@pytest.mark.parametrize("code", ["SN-999-B", "356938035643809"])  # a serial number, an IMEI
def test_another_serial_number_is_a_suspected_swap(code: str) -> None:
    bench = Bench(expected(lines=(earphones(),)))
    case = bench.opened()
    assert inspecting.compare(bench.desk, case, code).finding == "serial_mismatch"
    assert inspecting.compare(bench.desk, case, "6900000000007").finding == "wrong_item"


def test_an_item_compared_by_eye_is_marked_so() -> None:
    bench = Bench(expected())
    one = inspecting.confirm_by_eye(bench.desk, bench.opened(), INSPECTOR).inspection.item()
    assert (one.identity, one.identified_by, one.found_code) == ("match", "manual", "")


def test_what_the_camera_read_is_not_undone_as_a_step() -> None:
    bench = Bench(expected())
    case = bench.opened()
    found = inspecting.compare(bench.desk, case, GTIN)
    case = inspecting.identify(bench.desk, case, INSPECTOR, found, "camera")
    assert case.inspection.undoable == () and case.inspection.item().identity == "match"


def test_only_answers_and_defects_of_the_template_are_taken() -> None:
    bench = Bench(expected())
    case = bench.opened()
    for error, act in (
        (KeyError, lambda: answering.answer(bench.desk, case, INSPECTOR, "battery", "pass")),
        (ValueError, lambda: answering.answer(bench.desk, case, INSPECTOR, "tidy", "defect")),
        (KeyError, lambda: answering.record_defect(bench.desk, case, INSPECTOR, "tidy", "oil", "major")),
        (ValueError, lambda: answering.record_defect(bench.desk, case, INSPECTOR, "no_stains", "oil", "huge")),
    ):
        with pytest.raises(error):
            act()


def test_the_same_defect_again_changes_its_severity_and_keeps_photos_and_place() -> None:
    bench = Bench(expected())
    case = answering.record_defect(bench.desk, bench.ready(), INSPECTOR, "no_stains", "oil", "major", "7")
    case = bench.photographed(case)
    case = answering.record_defect(bench.desk, case, INSPECTOR, "no_stains", "oil", "critical")
    case = answering.record_defect(bench.desk, case, INSPECTOR, "no_stains", "ink", "minor")
    found = case.inspection.item().findings_of("no_stains")
    assert [(one.type, one.severity, one.place) for one in found] == [("oil", "critical", "7"), ("ink", "minor", "")]
    assert missing(bench, case) == []


def test_the_rest_passes_in_bulk_but_never_a_claimed_row() -> None:
    bench = Bench(expected(reason="quality_defect", reason_text="有污渍"))
    case = bench.ready()
    one = case.inspection.item()
    assert answering.undecided_claims(bench.desk, case, one) == ("no_stains",)
    with pytest.raises(StationProblem) as told:
        answering.pass_rest(bench.desk, case, INSPECTOR)
    assert told.value.code == "claim.open" and told.value.values["row"] == "无污渍"
    case = answering.answer(bench.desk, case, INSPECTOR, "no_stains", "pass")
    case = answering.pass_rest(bench.desk, case, INSPECTOR)
    answers = case.inspection.item().answers
    assert answers["no_stains"].answered_by == "single"
    assert {answer.answered_by for row, answer in answers.items() if row != "no_stains"} == {"bulk"}
    assert answering.undecided_rows(bench.desk, case, case.inspection.item()) == ()


def test_a_row_that_demands_an_explicit_answer_never_passes_in_bulk() -> None:
    book = rule_book()
    apparel = book.templates["apparel"]
    strict = replace(apparel, questions=(replace(apparel.questions[0], explicit=True), *apparel.questions[1:]))
    bench = Bench(expected())
    bench.desk = replace(bench.desk, book=replace(book, templates={**book.templates, "apparel": strict}))
    case = bench.ready()
    step = deciding.next_step(bench.desk, case)
    assert (step.primary, step.claim) == (deciding.Primary.CHECK_CLAIM, "tidy")
    with pytest.raises(StationProblem, match="answer.open"):
        deciding.confirm(bench.desk, case, INSPECTOR)
    case = answering.answer(bench.desk, case, INSPECTOR, "tidy", "not_applicable")
    assert deciding.confirm(bench.desk, case, INSPECTOR).inspection.item().decision is not None


def test_undo_goes_back_to_the_opened_parcel_and_stops_there() -> None:
    bench = Bench(expected())
    opened = bench.opened()
    case = bench.shot(bench.matched(opened), "front")
    case = answering.record_defect(bench.desk, case, INSPECTOR, "no_stains", "oil", "major")
    for _ in range(3):
        case = inspecting.undo_step(bench.desk, case, INSPECTOR)
    with pytest.raises(StationProblem) as told:
        inspecting.undo_step(bench.desk, case, INSPECTOR)
    assert told.value.code == "undo.nothing"
    assert case.inspection.item() == opened.inspection.item()
    assert [event.kind for event in case.events[-3:]] == [EventKind.STEP_UNDONE] * 3
    assert missing(bench, case) == ["waybill", "front"]


def test_undo_directly_after_one_item_of_several_takes_its_decision_back() -> None:
    bench = Bench(expected(lines=(line(quantity=2),)))
    case = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    first, second = (one.id for one in case.inspection.items)
    assert case.inspection.current_item == second
    case = bench.shot(case, "front")
    case = inspecting.undo_step(bench.desk, case, INSPECTOR)
    assert case.inspection.current_item == second
    case = inspecting.undo_step(bench.desk, case, INSPECTOR)
    assert case.inspection.current_item == first and case.inspection.item().decision is None
    with pytest.raises(StationProblem) as told:
        inspecting.undo_step(bench.desk, case, INSPECTOR)
    assert told.value.code == "undo.nothing"


def test_a_photo_is_kept_for_the_case_it_was_taken_for() -> None:
    bench = Bench(expected())
    case = bench.opened()
    photo = TakenPhoto(b"x", "front", {}, finding_id="")
    one = inspecting.keep_photo(bench.desk, case, INSPECTOR, photo)
    with pytest.raises(StationProblem):
        inspecting.keep_photo(bench.desk, case, INSPECTOR, photo)  # the case has moved on since
    assert load_case(bench.desk, case.inspection.id) == one
