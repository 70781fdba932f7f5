"""A clean return costs one scan and two key presses, and all of it is recorded as it happened."""

from __future__ import annotations

from gui.working_bench import CLEAN, WorkingBench, is_whole, kinds

from inspection_station.station.flow.state import Screen


def test_a_clean_return_is_one_scan_and_two_key_presses(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.until(lambda: bench.case.inspection.photos)
    bench.until_identified()
    bench.until_primary("Space")
    bench.press("Space")
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    assert (bench.scans, bench.presses) == (1, 2)
    assert bench.told == []
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    case = bench.stored(inspection_id)
    print(kinds(case), bench.heard)
    assert is_whole(case)
