"""A photo ready only after its parcel was left: kept where it belongs, or not recorded at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import INSPECTOR, Bench, expected

from inspection_station.domain.events import broken_link
from inspection_station.domain.inspection import InspectionState
from inspection_station.errors import StationProblem
from inspection_station.workflows import deciding, receiving
from inspection_station.workflows.inspecting import TakenPhoto
from inspection_station.workflows.late_photos import keep_late_photo

PHOTO = TakenPhoto(b"late", "front", {})


def test_it_is_kept_in_an_inspection_that_was_put_aside() -> None:
    bench = Bench(expected())
    case = bench.opened()
    item = case.inspection.current_item
    receiving.park(bench.desk, case, INSPECTOR)
    after = keep_late_photo(bench.desk, case.inspection.id, item, INSPECTOR, PHOTO)
    assert after is not None and after.inspection.state is InspectionState.PARKED, "a photo takes nothing up again"
    assert after.inspection.photos[-1].item_id == item and broken_link(after.events) is None
    assert bench.desk.store.events_of(case.inspection.id) == list(after.events)
    outside = keep_late_photo(bench.desk, case.inspection.id, "", INSPECTOR, replace(PHOTO, shot="waybill"))
    assert outside is not None and outside.inspection.photos[-1].item_id == ""


def test_nothing_is_added_to_what_was_decided_by_it() -> None:
    bench = Bench(expected())
    case = bench.ready()
    item = case.inspection.current_item
    closed = deciding.confirm(bench.desk, case, INSPECTOR)
    assert keep_late_photo(bench.desk, case.inspection.id, item, INSPECTOR, PHOTO) is None
    assert bench.desk.store.events_of(case.inspection.id) == list(closed.events)
    assert keep_late_photo(bench.desk, case.inspection.id, "no such item", INSPECTOR, PHOTO) is None


def test_of_an_inspection_that_nobody_knows_it_is_refused_in_words() -> None:
    with pytest.raises(StationProblem) as problem:
        keep_late_photo(Bench(expected()).desk, "0", "", INSPECTOR, PHOTO)
    assert problem.value.code == "inspection.unknown"
