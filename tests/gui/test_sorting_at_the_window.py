"""The sorting board driven by scans and keys: an item and a tote, refused before the item drops, corrected by two."""

from __future__ import annotations

from typing import Any

import pytest
from gui.house_at_work import decided_item, house_of, standing
from gui.test_containers_at_the_window import papers
from gui.working_bench import INSPECTOR, LEAD, WorkingBench, tote_of

from inspection_station.domain.identifiers import tote_code
from inspection_station.storage.print_jobs import PAPER, TOTE_LABEL

EMPTY_TOTE = tote_code(777)


def verdict(bench: WorkingBench) -> str:
    """What the board says of the last scan."""
    return str(page(bench).verdict.accessibleName())


def page(bench: WorkingBench) -> Any:
    return bench.app.house.area("sorting").page


def test_an_item_and_a_tote_are_two_scans_without_a_look_at_the_screen(bench: WorkingBench) -> None:
    item = decided_item(1)
    house_of(bench, [item])
    assert not standing(bench, item.rt_number).proved
    bench.scan(item.rt_number + "01")
    bench.quiet()
    bench.scan(tote_of("restock"))
    bench.until(lambda: "done" in bench.heard)
    assert bench.heard == ["accept", "done"] and (bench.scans, bench.presses) == (2, 0)
    assert standing(bench, item.rt_number).proved
    assert tote_of("restock") in verdict(bench)


def test_the_wrong_tote_is_refused_with_the_stop_sound_and_the_right_ones_name(bench: WorkingBench) -> None:
    item = decided_item(1, "scrap")
    house_of(bench, [item])
    bench.scan(item.rt_number + "01")
    bench.quiet()
    bench.scan(tote_of("restock"))
    bench.until(lambda: "error" in bench.heard)
    assert tote_of("scrap") in verdict(bench)
    assert not standing(bench, item.rt_number).proved
    bench.scan(tote_of("scrap"))  # the item is still in hand
    bench.until(lambda: "done" in bench.heard)
    assert standing(bench, item.rt_number).tote == tote_of("scrap")


def test_a_missort_is_corrected_by_two_scans_and_undone_by_one_key(bench: WorkingBench) -> None:
    item = decided_item(1)
    house_of(bench, [item])
    for code in (EMPTY_TOTE, "CMD-RESTOCK"):
        bench.scan(code)
        bench.quiet()
    bench.press("Esc")
    for tote in (tote_of("restock"), EMPTY_TOTE):
        bench.scan(item.rt_number + "01")
        bench.quiet()
        bench.scan(tote)
        bench.quiet()
    assert standing(bench, item.rt_number).tote == EMPTY_TOTE
    bench.press("F12")
    bench.quiet()
    assert standing(bench, item.rt_number).tote == tote_of("restock")


def test_a_tote_is_opened_by_two_scans_and_closed_by_a_scan_and_a_key(bench: WorkingBench) -> None:
    item = decided_item(1)
    house_of(bench, [item])
    bench.scan(EMPTY_TOTE)
    bench.quiet()
    bench.scan("CMD-RESTOCK")
    bench.quiet()
    assert (bench.scans, bench.presses) == (2, 0)
    [tote] = bench.on_bench(lambda: [one for one in bench.app.station.custody.totes() if one.code == EMPTY_TOTE])
    assert (tote.step, tote.disposition) == ("open", "restock")
    bench.press("Esc")
    bench.scan(item.rt_number + "01")
    bench.quiet()
    bench.scan(EMPTY_TOTE)
    bench.quiet()
    bench.scans = bench.presses = 0
    bench.scan(EMPTY_TOTE)
    bench.quiet()
    bench.press("K")
    bench.quiet()
    assert (bench.scans, bench.presses) == (1, 1)
    [tote] = bench.on_bench(lambda: [one for one in bench.app.station.custody.totes() if one.code == EMPTY_TOTE])
    assert tote.step == "closed"
    bench.quiet()
    for purpose in (PAPER, TOTE_LABEL):
        assert EMPTY_TOTE in papers(bench, purpose), "its list and its label print"


def test_what_a_drag_does_keys_do_too(bench: WorkingBench) -> None:
    item = decided_item(1)
    house_of(bench, [item])
    bench.press("Right", "M")
    bench.until(lambda: bench.app.overlay is not None)
    bench.press("1")
    bench.quiet()
    assert standing(bench, item.rt_number).proved
    assert standing(bench, item.rt_number).tote == tote_of("restock")


def test_a_drop_on_a_column_is_judged_as_a_scan_is(bench: WorkingBench) -> None:
    items = [decided_item(1), decided_item(2, "scrap")]
    house_of(bench, items)
    page(bench).item_dropped.emit(items[0].rt_number, "scrap")
    bench.until(lambda: "error" in bench.heard)
    assert not standing(bench, items[0].rt_number).proved
    page(bench).item_dropped.emit(items[0].rt_number, "restock")
    bench.until(lambda: "done" in bench.heard)
    assert standing(bench, items[0].rt_number).proved


@pytest.mark.parametrize("code", ["RT-261121-0079999901", "SF1390447120865", "nothing at all", "CMD-NO-SUCH"])
def test_what_means_nothing_here_is_refused_aloud(bench: WorkingBench, code: str) -> None:
    house_of(bench, [decided_item(1)])
    bench.scan(code)
    bench.until(lambda: "error" in bench.heard)
    assert verdict(bench)


@pytest.mark.parametrize("way", ["F6", "CMD-SORTING"])
def test_an_inspector_does_not_get_to_the_board(bench: WorkingBench, way: str) -> None:
    bench.sign_in(INSPECTOR)
    assert len(bench.app.window.frame.top_bar.tabs) == 3, "inspect, history, settings"
    if way.startswith("CMD"):
        bench.scan(way)
    else:
        bench.press(way)
    bench.until_told("role.denied")
    assert bench.app.window.area == "inspect"


def test_what_the_centre_told_before_is_shown_with_its_age_while_it_is_away(bench: WorkingBench) -> None:
    house_of(bench, [decided_item(1)])
    area = bench.app.house.area("sorting")
    bench.until(lambda: page(bench)._view.columns)
    assert page(bench)._view.age  # no centre answers in this test
    assert LEAD.name  # the board is a lead's
    assert area.page.columns[0].cards[0].view.elsewhere
