"""An inspector reaches no area of those who lead: by no key, no scanned code and no tab, from no screen of theirs."""

from __future__ import annotations

import pytest
from gui.house_at_work import decided_item, standing, tell
from gui.working_bench import CLEAN, INSPECTOR, WorkingBench, tote_of

from inspection_station.domain.people import Person, Role
from inspection_station.station.house_areas import ENTRIES

ITEM = decided_item(1, "scrap", station="B07")
CLOSED = [one for one in ENTRIES if not Person("", "", "", Role.INSPECTOR).may(one.right)]
KEYS_OF_LEADS = (*"ABCDEGJKLMORSTUVWX", "Shift+D", "Space", "Backspace", "F12")
CODES = (ITEM.rt_number + "01", tote_of("scrap"), "CMD-SCRAP", "CMD-RESTOCK", "CMD-CLOSE", "CMD-1", "CMD-OK")


@pytest.fixture
def inspector(bench: WorkingBench) -> WorkingBench:
    bench.on_bench(lambda: tell(bench.app.station, [ITEM]))
    bench.sign_in(INSPECTOR)
    return bench


def test_there_are_areas_to_keep_shut() -> None:
    assert {"sorting", "containers", "figures", "handover"} <= {one.name for one in CLOSED}


@pytest.mark.parametrize("screen", ["waiting", "parcel", "history", "arrival"])
def test_no_key_and_no_code_leads_there(inspector: WorkingBench, screen: str) -> None:
    bench = inspector
    if screen == "parcel":
        bench.scan(CLEAN)
        bench.quiet()
    elif screen != "waiting":
        bench.press({"history": "F8", "arrival": "Ctrl+A"}[screen])
        bench.until(lambda: bench.app.window.area == screen)
    start = bench.app.window.area
    for one in CLOSED:
        for way in (bench.press, bench.scan):
            bench.told.clear()
            way(one.key if way == bench.press else one.command)
            bench.until(lambda: any(said[0].startswith("role.") for said in bench.told))
            assert bench.app.window.area == start, (one.name, way)


def test_keys_and_codes_of_the_board_do_nothing_to_items_and_totes_on_the_bench(inspector: WorkingBench) -> None:
    bench = inspector
    totes = bench.on_bench(bench.app.station.custody.totes)
    before = standing(bench, ITEM.rt_number)
    for code in CODES:
        bench.scan(code)
        bench.quiet()
    for key in KEYS_OF_LEADS:
        bench.press(key)
    bench.quiet()
    assert standing(bench, ITEM.rt_number) == before
    assert bench.on_bench(bench.app.station.custody.totes) == totes
