"""Dock arrival driven by scans: one scan a parcel, told by sound, no key between two."""

from __future__ import annotations

from typing import Any

import pytest
from gui.working_bench import CLEAN, EMPTY, INSPECTOR, STAINED, UNKNOWN, WorkingBench

from inspection_station.devices.serial_scale import ScaleReading
from inspection_station.station.flow.state import Screen
from inspection_station.storage.arrivals import StoredArrivals


@pytest.fixture
def dock(bench: WorkingBench) -> WorkingBench:
    """An inspector at the dock."""
    bench.sign_in(INSPECTOR)
    bench.press("Ctrl+A")
    bench.until(lambda: bench.app.window.area == "arrival")
    bench.quiet()
    bench.heard.clear()
    bench.scans = bench.presses = 0
    return bench


def came(bench: WorkingBench) -> dict[str, Any]:
    rows = bench.on_bench(lambda: StoredArrivals(bench.app.station.database).arrivals_since("", 100))
    return {row.number: row for row in rows}


def said(bench: WorkingBench) -> str:
    return str(bench.app.house.area("arrival").page.verdict.accessibleName())


def test_parcels_are_scanned_one_after_the_other_and_told_by_sound(dock: WorkingBench) -> None:
    for code in (CLEAN, STAINED, UNKNOWN, CLEAN):
        dock.scan(code)
        dock.quiet()
    assert dock.heard == ["done", "done", "warn", "error"]
    assert (dock.scans, dock.presses) == (4, 0)
    assert {number: row.found for number, row in came(dock).items()} == {
        CLEAN: "expected", STAINED: "expected", UNKNOWN: "unknown",
    }  # fmt: skip
    dock.quiet()
    page: Any = dock.app.house.area("arrival").page
    assert page._total.text() == "3" and len(page._shown) == 3


def test_outside_damage_is_one_key_and_the_last_one_is_taken_back_by_one(dock: WorkingBench) -> None:
    dock.scan(EMPTY)
    dock.quiet()
    dock.press("W")
    dock.quiet()
    assert came(dock)[EMPTY].flags == ("wet",)
    dock.press("F12")
    dock.quiet()
    assert came(dock) == {}
    assert "undo" in dock.heard


def test_a_weight_is_typed(dock: WorkingBench) -> None:
    dock.scan(EMPTY)
    dock.quiet()
    dock.press("G")
    dock.until(lambda: dock.app.overlay is not None)
    dock.type("1.25")
    dock.press("Enter")
    dock.until(lambda: came(dock)[EMPTY].grams == 1250)
    dock.until(lambda: dock.app.overlay is None)


def test_a_parcel_that_came_too_light_is_told_at_the_dock_and_at_the_bench_before_it_is_opened(
    dock: WorkingBench,
) -> None:
    dock.scan(CLEAN)
    dock.quiet()
    dock.heard.clear()
    dock.press("G")
    dock.until(lambda: dock.app.overlay is not None)
    dock.type("0.1")
    dock.press("Enter")
    dock.until(lambda: "lighter" in came(dock)[CLEAN].flags)
    dock.until(lambda: "0.10" in said(dock))
    assert "warn" in dock.heard
    dock.press("Esc")
    dock.until(lambda: dock.app.window.area == "inspect")
    dock.scan(CLEAN)
    dock.until_screen(Screen.PARCEL)
    notice = dock.app.bench.pages.parcel.notice
    dock.until(notice.isVisible)
    assert "100 g" in notice.accessibleDescription()
    assert dock.case.inspection.weighed is not None and dock.case.inspection.weighed.by == "dock"
    dock.until(lambda: any(photo.automatic for photo in dock.case.inspection.photos))


@pytest.mark.parametrize("code", ["CMD-NO-SUCH", "RT-261121-0079999901", "T-100201T"])
def test_what_is_no_parcel_stops(dock: WorkingBench, code: str) -> None:
    dock.scan(code)
    dock.until(lambda: "error" in dock.heard)
    assert said(dock) and came(dock) == {}


def test_keys_without_a_parcel_do_nothing_but_sound(dock: WorkingBench) -> None:
    dock.press("D", "F12", "G")
    dock.quiet()
    assert came(dock) == {} and dock.app.overlay is None


def test_what_came_is_at_the_head_of_the_benchs_queue(dock: WorkingBench) -> None:
    dock.scan(STAINED)
    dock.quiet()
    dock.press("Esc")
    dock.until(lambda: dock.app.window.area == "inspect")
    waiting, _total = dock.on_bench(lambda: dock.app.station.reference.queue(3))
    assert waiting[0].tracking_number == STAINED and waiting[0].here


def test_what_rests_on_the_scale_is_the_weight_of_the_parcel_that_is_scanned(dock: WorkingBench) -> None:
    scale = dock.app.devices.scale
    scale._show(ScaleReading(90, True, "text"))
    dock.scan(CLEAN)
    dock.until(lambda: CLEAN in came(dock))
    assert (came(dock)[CLEAN].grams, came(dock)[CLEAN].flags) == (90, ("lighter",))
    dock.quiet()
    assert dock.heard == ["warn"] and "0.09" in said(dock)
    dock.scan(STAINED)
    dock.until(lambda: STAINED in came(dock))
    assert came(dock)[STAINED].grams == 0, "the parcel before still lies there"
    scale._show(ScaleReading(0, True, "text"))
    scale._show(ScaleReading(500, False, "text"))
    dock.scan(EMPTY)
    dock.until(lambda: EMPTY in came(dock))
    assert came(dock)[EMPTY].grams == 0, "it was still moving"
