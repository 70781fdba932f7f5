"""The inspector's cases, each in no more deliberate actions than the trade's table allows; scans and key presses only.

An action is a scan or a key press. Photos that a template or finding asks for beyond those named in the table are not
counted (`named`), as the table says.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gui.working_bench import CLEAN, EMPTY, SECOND, STAINED, TWO_ITEMS, UNKNOWN, WorkingBench, is_whole, tote_of

from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.station.flow.state import Screen
from inspection_station.workflows.deciding import verdict_of

WITH_KIT, KIT_TAG = "JD0192741567071", "2900115802330"  # sneakers, their box and spare laces
TORN_BOX, TORN_TAG = "ZC6401882290455", "2900105823147"  # a jacket in a torn box
SWAPPED, SWAPPED_TAG, OTHER_SERIAL = "SF1390447120873", "2900175877477", "YX17A26093528"
CHEAP, CHEAP_TAG = "JD0192746872185", "2900395819653"  # sealed and of low value
CLEAN_TAG, STAINED_TAG = "2900065806389", "2900015810435"


def photos(bench: WorkingBench, most: int) -> int:
    """Take what is required; how many of these photos the table does not name (`most` are named)."""
    before = bench.photos_by_hand
    bench.take_required_photos()
    return max(0, bench.photos_by_hand - before - most)


def proposed(bench: WorkingBench) -> str:
    """The disposition the rules propose for the open item."""
    case = bench.case
    return str(bench.on_bench(lambda: verdict_of(bench.app.station.desk, case, case.inspection.item()).disposition))


def decided(bench: WorkingBench, inspection_id: str, place: int = 0) -> dict[str, object]:
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    decision = case.inspection.items[place].decision
    assert decision is not None and is_whole(case)
    return dict(decision)


def actions(bench: WorkingBench) -> int:
    return bench.scans + bench.presses


def test_clean_one_item_in_four(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    further = photos(bench, 1)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of("restock"))
    decision = decided(bench, inspection_id)
    assert (decision["grade"], decision["disposition"], decision["tote"]) == ("A", "restock", tote_of("restock"))
    assert actions(bench) - further <= 4


def test_sealed_and_low_value_in_three(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CHEAP)
    bench.scan(CHEAP_TAG)
    bench.until_identified()
    bench.until(lambda: len(bench.case.inspection.photos) == 2)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of("restock"))
    decision = decided(bench, inspection_id)
    assert (decision["grade"], decision["disposition"], decision["fast_lane"]) == ("A", "restock", "F01")
    photo = bench.stored(inspection_id).inspection.photos[1]
    assert (photo.shot, photo.trigger, photo.counted) == ("front", "auto", True)
    assert actions(bench) <= 3


def test_a_dearer_item_is_not_photographed_by_itself(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.scan(CLEAN_TAG)
    bench.quiet()
    assert [photo.shot for photo in bench.case.inspection.photos] == ["waybill"]


def test_no_return_found_in_five(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.NO_MATCH)
    bench.scan(CLEAN_TAG)
    bench.until(lambda: bench.state.candidates)
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    further = photos(bench, 1)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of("unclaimed"))
    assert decided(bench, inspection_id)["disposition"] == "unclaimed"
    assert actions(bench) - further <= 5


def test_wrong_item_in_six(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.scan(STAINED_TAG)
    bench.until_screen(Screen.WRONG_ITEM)
    assert bench.heard[-1] == "error"
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    further = photos(bench, 2)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of("hold"))
    decision = decided(bench, inspection_id)
    assert (decision["identity"], decision["disposition"]) == ("wrong_item", "hold")
    assert actions(bench) - further <= 6


def test_missing_accessory_in_five(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(WITH_KIT)
    bench.scan(KIT_TAG)
    bench.until_identified()
    bench.press("2")
    bench.until(lambda: bench.case.inspection.item().findings)
    further = photos(bench, 1)
    inspection_id = bench.case.inspection.id
    bench.until(lambda: bench.shown.view.verdict.tote is not None)  # type: ignore[union-attr]
    bench.scan(tote_of(proposed(bench)))
    decision = decided(bench, inspection_id)
    case = bench.stored(inspection_id)
    assert [finding.code for finding in case.inspection.items[0].findings] == ["accessory_missing"]
    assert decision["tote"]
    assert actions(bench) - further <= 5


def test_empty_parcel_in_five(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(EMPTY)
    bench.scan("CMD-EMPTY")
    bench.until(lambda: bench.case.inspection.item().identity == "empty_parcel")
    further = photos(bench, 2)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of("hold"))
    assert decided(bench, inspection_id)["identity"] == "empty_parcel"
    assert actions(bench) - further <= 5


def test_damaged_in_transit_in_eight(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(TORN_BOX)
    bench.until_screen(Screen.PARCEL)
    bench.scan("CMD-DAMAGED")
    bench.until(lambda: bench.case.inspection.outside == ("outer_damaged",))
    outside = photos_of_parcel(bench)
    bench.scan(TORN_TAG)
    bench.until_screen(Screen.DAMAGE)
    bench.press("1")
    bench.until_screen(Screen.PARCEL)
    further = photos(bench, 1)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of("carrier_claim"))
    decision = decided(bench, inspection_id)
    assert decision["disposition"] == "carrier_claim"
    assert decision["liability"] == [{"party": "carrier", "share": 100}]
    assert actions(bench) - further - max(0, outside - 2) <= 8


def photos_of_parcel(bench: WorkingBench) -> int:
    """Take the photos of the outer box; how many by hand."""
    before = bench.photos_by_hand
    bench.until(lambda: bench.case.inspection.photos)
    while sum(photo.shot == "outside" and photo.counted for photo in bench.case.inspection.photos) < 2:
        count = bench.photos_by_hand
        bench.until_primary("Space")
        bench.press("Space")
        bench.until(lambda count=count: bench.photos_by_hand > count)
        bench.quiet()
    return bench.photos_by_hand - before


def test_suspected_swap_in_nine(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(SWAPPED)
    bench.scan(SWAPPED_TAG)
    bench.until(lambda: bench.case.inspection.item().identity or bench.screen is Screen.WRONG_ITEM)
    bench.scan(OTHER_SERIAL)
    bench.until_screen(Screen.WRONG_ITEM)
    banner = bench.shown.view.banner  # type: ignore[union-attr]
    assert "YX17A26110042" in banner.sentence and OTHER_SERIAL in banner.sentence, "the shipped number is shown"
    bench.press("1")
    bench.until_screen(Screen.PARCEL)
    further = photos(bench, 3)
    inspection_id = bench.case.inspection.id
    bench.scan(SECOND.badge)
    bench.until(lambda: bench.case.inspection.item().second_person == SECOND.id)
    bench.scan(tote_of("hold"))
    decision = decided(bench, inspection_id)
    assert (decision["identity"], decision["disposition"]) == ("serial_mismatch", "hold")
    assert actions(bench) - further <= 9


def test_one_defect_in_seven(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(STAINED)
    bench.until_identified()
    further = photos(bench, 1)
    bench.press("D")
    bench.until_screen(Screen.CHECKLIST)
    bench.press("Q", "X")
    bench.until(lambda: bench.case.inspection.item().findings)
    further += photos(bench, 1)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of(proposed(bench)))
    assert decided(bench, inspection_id)["grade"] == "C"
    assert actions(bench) - further <= 7


def test_n_items_in_three_each_and_two(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(TWO_ITEMS)
    inspection_id = bench.case.inspection.id
    further = 0
    for place, item in enumerate(bench.case.inspection.items):
        if place:
            bench.camera.item_taken(item.sku)
            bench.until(lambda item=item: bench.case.inspection.current_item == item.id)
        bench.until_identified()
        further += photos(bench, 1)
        bench.until_primary("Enter")
        bench.scan(tote_of("restock"))
        bench.quiet()
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    assert case.inspection.state is InspectionState.CLOSED
    assert all(item.decision is not None for item in case.inspection.items)
    assert actions(bench) - further <= 3 * 2 + 2


@pytest.mark.parametrize(
    "how", [lambda bench: bench.scan("CMD-EMPTY"), lambda bench: bench.scan(CLEAN)], ids=["by code", "next parcel"]
)
def test_what_is_left_of_a_parcel_is_missing(waiting: WorkingBench, how: Callable[[WorkingBench], None]) -> None:
    bench = waiting
    bench.open_parcel(TWO_ITEMS)
    inspection_id = bench.case.inspection.id
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until(lambda: bench.case.inspection.items[0].decision is not None)
    bench.quiet()
    how(bench)
    bench.quiet()
    if bench.screen is Screen.REST_MISSING:
        bench.press("Enter")
        bench.until_screen(Screen.PARCEL)
        assert bench.case.inspection.tracking_number == CLEAN
    inspection: Inspection = bench.stored(inspection_id).inspection
    assert inspection.state is InspectionState.CLOSED
    assert [item.identity for item in inspection.items] == ["match", "missing"]
    bench.quiet()
    assert len(bench.labels) == 1, "what is not there gets no label"
