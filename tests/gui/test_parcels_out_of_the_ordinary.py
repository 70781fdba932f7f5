"""What is not the usual case: wrong items, unknown and empty parcels, duplicates, labels, several items, totes."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from gui.working_bench import (
    CLEAN,
    EMPTY,
    STAINED,
    TWO_ITEMS,
    UNKNOWN,
    WRONG,
    WorkingBench,
    is_whole,
    kinds,
    tote_of,
)
from PIL import Image
from PySide6.QtWidgets import QApplication

from inspection_station.devices.barcodes import read_codes
from inspection_station.domain.identifiers import label_code
from inspection_station.domain.inspection import InspectionState
from inspection_station.station.flow.state import Screen
from inspection_station.station.number_entry import NumberEntry

OTHER_PRODUCT = "2900015810435"  # the T-shirt's tag


def finish_as_wrong_item(bench: WorkingBench) -> None:
    """From the wrong-item screen on: four photos, and the item is held."""
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    bench.take_required_photos()
    bench.until_primary("Enter")
    item = bench.case.inspection.item()
    assert {photo.shot for photo in bench.case.inspection.photos if photo.counted} == {
        "waybill", "front", "tag", "close_up",
    }  # fmt: skip
    assert item.answers == {}
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    decision = case.inspection.items[0].decision
    assert decision is not None
    assert (decision["identity"], decision["grade"], decision["disposition"]) == ("wrong_item", "U", "hold")
    assert is_whole(case)


def test_another_article_is_noticed_by_its_tag_and_held(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(WRONG)
    bench.until_screen(Screen.WRONG_ITEM)
    assert bench.heard[-1] == "error"
    assert bench.state.found_by == "camera"
    view = bench.shown.view
    assert view.banner.title == "商品与订单不符"  # type: ignore[union-attr]
    finish_as_wrong_item(bench)


def test_another_article_is_noticed_by_its_scan_and_held(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.scan(OTHER_PRODUCT)
    bench.until_screen(Screen.WRONG_ITEM)
    assert bench.state.found_by == "scan"
    finish_as_wrong_item(bench)


def test_a_wrong_tag_on_the_right_item_is_settled_by_eye(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.scan(OTHER_PRODUCT)
    bench.until_screen(Screen.WRONG_ITEM)
    bench.press("T")
    bench.until_screen(Screen.PARCEL)
    item = bench.case.inspection.item()
    assert (item.identity, item.identified_by) == ("match", "manual")


def test_escape_from_the_wrong_item_records_nothing(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    events = bench.case.events
    bench.scan("SOME-OTHER-TEXT")
    bench.until_screen(Screen.WRONG_ITEM)
    bench.press("Esc")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.events == events


def test_an_unknown_parcel_is_registered_as_unclaimed_with_a_u_label(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.NO_MATCH)
    assert bench.heard == ["warn"]
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    bench.take_required_photos()
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    case = bench.stored(inspection_id)
    decision = case.inspection.items[0].decision
    assert decision is not None
    assert (case.inspection.match, decision["grade"], decision["disposition"]) == ("none", "U", "unclaimed")
    assert kinds(case)[-1] == "label_printed"


def test_a_parcel_without_match_is_found_by_clues_and_bound(waiting: WorkingBench) -> None:
    """Carrier, product and order number agree: three of four facts, so an inspector may bind it."""
    bench = waiting
    bench.scan("SF1390447999999")
    bench.until_screen(Screen.NO_MATCH)
    order = bench.on_bench(lambda: bench.app.station.reference.returns_of_parcel(CLEAN)[0]).order_number
    bench.scan("2900065806389")
    bench.until(lambda: bench.state.candidates)
    bench.press("B")
    bench.until_told("role.denied")
    bench.press("F2")
    bench.until(lambda: isinstance(bench.app.bench._overlay, NumberEntry))
    bench.type(order)
    bench.press("Enter")
    bench.until(lambda: any(len(one.agreeing) == 3 for one in bench.state.candidates))
    place = next(at for at, one in enumerate(bench.state.candidates, 1) if len(one.agreeing) == 3)
    bench.press(str(place))
    bench.until(lambda: bench.state.chosen == place - 1)
    bench.press("B")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.match == "matched"
    assert bench.case.inspection.tracking_number == "SF1390447999999"
    opened = bench.case.events[0].payload
    assert set(opened["agreeing"]) == {"carrier", "product", "order"}


def test_a_parcel_scanned_again_shows_its_record_and_makes_no_new_one(waiting: WorkingBench) -> None:
    bench = waiting
    case = bench.work_clean()
    bench.clock.now += 2000
    bench.scan(CLEAN)
    bench.until_screen(Screen.DUPLICATE)
    assert bench.heard[-1] == "warn"
    bench.press("Enter")
    bench.until(lambda: bench.app.window.area == "history")
    bench.until(lambda: bench.app.history.page._case is not None)
    assert bench.app.history.page._case.inspection_id == case.inspection.id
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    assert len(bench.inspections()) == 1


def test_a_bouncing_trigger_opens_the_parcel_once_without_a_second_sound(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(CLEAN)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.until_identified()
    bench.quiet()
    assert bench.heard == ["accept", "accept"]  # the parcel, the tag
    assert len(bench.inspections()) == 1


def test_the_first_scan_of_a_label_proves_it_readable_the_second_shows_the_case(waiting: WorkingBench) -> None:
    bench = waiting
    case = bench.work_clean()
    item = case.inspection.items[0]
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    job = bench.on_bench(lambda: bench.app.station.labels.newest(item.rt_number))
    codes = {read.text for read in read_codes(np.asarray(Image.open(BytesIO(job.raster_png)).convert("RGB")))}
    label = label_code(item.rt_number, 1)
    assert label in codes, "the printed bitmap reads as what is scanned"
    bench.scan(label)
    bench.until(lambda: bench.heard[-1] == "accept")
    assert bench.stored(case.inspection.id).inspection.items[0].label_verified
    assert bench.screen is Screen.WAITING
    bench.clock.now += 2000
    bench.scan(label)
    bench.until_screen(Screen.DUPLICATE)
    assert kinds(bench.stored(case.inspection.id)).count("label_verified") == 1


def test_a_number_is_typed_with_f2(waiting: WorkingBench) -> None:
    bench = waiting
    bench.press("F2")
    bench.until(lambda: isinstance(bench.app.bench._overlay, NumberEntry))
    bench.type("sf1390447120865")
    bench.app.session.refresh()  # a queue that grows meanwhile takes no character away
    bench.quiet()
    entry = bench.app.bench._overlay
    assert isinstance(entry, NumberEntry)
    assert QApplication.focusWidget() is entry.field
    assert entry.field.text() == "sf1390447120865"
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.tracking_number == CLEAN


def test_f2_is_left_with_escape_and_takes_a_scan(waiting: WorkingBench) -> None:
    bench = waiting
    bench.press("F2")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.type("12")
    bench.press("Esc")
    bench.until(lambda: bench.app.bench._overlay is None)
    assert bench.screen is Screen.WAITING
    bench.press("F2")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert bench.app.bench._overlay is None


@pytest.mark.parametrize("digit_and_finding", [("4", "empty_parcel"), ("6", "missing")])
def test_the_exception_menu_by_its_digits(waiting: WorkingBench, digit_and_finding: tuple[str, str]) -> None:
    digit, finding = digit_and_finding
    bench = waiting
    bench.open_parcel(EMPTY)
    bench.press("E")
    bench.until_screen(Screen.EXCEPTIONS)
    bench.press(digit)
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.item().identity == finding
    bench.take_required_photos()
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    decision = bench.stored(inspection_id).inspection.items[0].decision
    assert decision is not None
    assert (decision["identity"], decision["grade"]) == (finding, "U")


def test_the_menu_is_left_with_escape_and_opened_by_f4_and_by_its_command_code(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    for opening in (lambda: bench.press("F4"), lambda: bench.scan("CMD-EXCEPTION")):
        opening()
        bench.until_screen(Screen.EXCEPTIONS)
        bench.press("Esc")
        bench.until_screen(Screen.PARCEL)


def test_several_items_are_inspected_one_by_one_and_the_parcel_closes_with_the_last(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(TWO_ITEMS)
    inspection_id = bench.case.inspection.id
    first, second = bench.case.inspection.items
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until(lambda: bench.case.inspection.current_item == second.id)
    assert bench.screen is Screen.PARCEL
    assert bench.stored(inspection_id).inspection.state is InspectionState.OPEN
    bench.camera.item_taken(second.sku)
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 2)
    bench.quiet()
    case = bench.stored(inspection_id)
    assert case.inspection.state is InspectionState.CLOSED
    assert kinds(case).count("item_decided") == 2
    assert kinds(case).count("inspection_closed") == 1
    assert kinds(case).index("inspection_closed") > kinds(case).index("item_decided")
    assert len({item.rt_number for item in case.inspection.items}) == 2
    assert is_whole(case)
    assert first.sku != second.sku


def test_a_tote_scan_accepts_and_a_wrong_tote_is_refused_before_the_item_drops(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.heard.clear()
    bench.scan(tote_of("scrap"))
    what, to_do = bench.until_told("tote.wrong")
    assert tote_of("scrap") in what
    assert tote_of("restock") in to_do
    assert bench.heard == ["error"]
    assert bench.stored(inspection_id).inspection.items[0].decision is None
    bench.scan(tote_of("restock"))
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    decision = case.inspection.items[0].decision
    assert decision is not None
    assert decision["tote"] == tote_of("restock")


def test_command_codes_do_what_keys_do(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.scan("CMD-PHOTO")
    bench.until(lambda: len(bench.case.inspection.photos) == 2)
    bench.scan("CMD-PROBLEM")
    bench.until_screen(Screen.CHECKLIST)
    bench.scan("CMD-CANCEL")
    bench.until_screen(Screen.PARCEL)
    bench.scan("CMD-OK")
    bench.until_screen(Screen.WAITING)
    bench.scan("CMD-UNDO")
    bench.until_screen(Screen.PARCEL)
    bench.heard.clear()
    bench.scan("CMD-NOTHING")
    bench.until_told("command.unknown")
    assert bench.heard == ["error"]


def test_garbage_of_any_kind_is_answered_and_harms_nothing(waiting: WorkingBench) -> None:
    bench = waiting
    for text in ("T-000000-0", "6901234567892", "RT-999999-99999999", STAINED[:5], "X" * 300, "<b>&amp;"):
        bench.heard.clear()
        bench.scan(text)
        bench.quiet()
        assert bench.heard, text
        bench.press("Esc")
        bench.until_screen(Screen.WAITING)
        bench.quiet()
    assert bench.inspections() == []


def test_t_settles_by_eye_what_no_tag_says_and_nothing_that_is_settled(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(EMPTY)  # nothing lies there whose tag could be read
    assert bench.case.inspection.item().identity == ""
    bench.press("T")
    bench.until_identified()
    assert bench.case.inspection.item().identified_by == "manual"
    events = bench.case.events
    bench.press("T")
    bench.until(lambda: bench.heard[-1] == "error")
    assert bench.case.events == events
