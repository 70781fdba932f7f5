"""A lead has an item inspected again from its history: a new inspection, linked to the first, whose result counts."""

from __future__ import annotations

from typing import Any

from gui.house_at_work import decided_item, standing, tell
from gui.working_bench import CLEAN, LEAD, STAINED, WorkingBench, is_whole, tote_of

from inspection_station.station.flow.state import Screen


def page(bench: WorkingBench) -> Any:
    return bench.app.history.page


def opened_in_history(bench: WorkingBench, rt_number: str) -> None:
    """A lead looks at an item's record, found by its label."""
    if bench.app.person is None or bench.app.person.id != LEAD.id:
        bench.press("Ctrl+L")
        bench.sign_in_with_pin(LEAD)
    bench.press("F8")
    bench.until(lambda: bench.app.window.area == "history")
    bench.quiet()
    bench.scan(rt_number + "01")
    bench.until(lambda: page(bench).case is not None and len(page(bench).rows) == 1)
    bench.until(lambda: page(bench).rows[0].item_id == page(bench).case.item_id)
    bench.quiet()


def test_a_new_inspection_is_linked_to_the_first_and_its_result_counts(waiting: WorkingBench) -> None:
    bench = waiting
    first = bench.work_clean(CLEAN)
    old = first.inspection.items[0]
    opened_in_history(bench, old.rt_number)
    bench.press("I")
    bench.until_screen(Screen.PARCEL)
    again = bench.case.inspection
    new = again.items[0]
    assert again.again_of == first.inspection.id and len(again.items) == 1
    assert new.rt_number != old.rt_number and new.sku == old.sku
    state = standing(bench, old.rt_number)
    assert (state.superseded_by, state.disposition, state.tote, state.proved) == (new.rt_number, "", "", False)
    assert state.recalls == (1,)

    bench.press("F9")
    bench.until_screen(Screen.WAITING)
    opened_in_history(bench, old.rt_number)
    bench.press("I")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.id == again.id, "what was begun and parked is taken up, not begun once more"

    bench.until(lambda: bench.case.inspection.photos)
    bench.until_identified()
    bench.take_required_photos()
    bench.quiet()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.quiet()
    done = bench.stored(again.id)
    assert is_whole(done) and done.inspection.items[0].decision is not None
    assert standing(bench, new.rt_number).disposition == "restock"
    kept = bench.stored(first.inspection.id).events[: len(first.events)]
    assert kept == first.events, "nothing of the first is rewritten"

    opened_in_history(bench, old.rt_number)
    bench.press("I")
    bench.until_told("item.superseded")
    assert [link.inspection_id for link in page(bench).case.links] == [again.id]
    bench.press("F6")
    bench.until(lambda: bench.app.window.area == "sorting")
    bench.quiet()
    bench.heard.clear()
    bench.scan(old.rt_number + "01")
    bench.until(lambda: "warn" in bench.heard)
    bench.quiet()
    assert standing(bench, old.rt_number).recalls == (), "its label was scanned to come off"
    bench.scan(tote_of("restock"))
    bench.until(lambda: "error" in bench.heard)
    bench.scan(new.rt_number + "01")
    bench.scan(tote_of("restock"))
    bench.until(lambda: standing(bench, new.rt_number).proved)


def test_an_open_parcel_is_not_pushed_aside(waiting: WorkingBench) -> None:
    bench = waiting
    first = bench.work_clean(CLEAN)
    bench.press("Ctrl+L")
    bench.sign_in_with_pin(LEAD)
    bench.open_parcel(STAINED)
    bench.until_identified()
    opened_in_history(bench, first.inspection.items[0].rt_number)
    bench.press("I")
    bench.until_told("again.bench_taken")
    assert bench.app.window.area == "history"
    assert standing(bench, first.inspection.items[0].rt_number).superseded_by == ""


def test_what_another_bench_decided_is_inspected_again_here(bench: WorkingBench) -> None:
    item = decided_item(3)
    bench.on_bench(lambda: tell(bench.app.station, [item]))
    bench.sign_in_with_pin(LEAD)
    opened_in_history(bench, item.rt_number)
    bench.press("I")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.again_of == item.inspection_id
    assert bench.case.inspection.match == "none", "its return is not known here"
    assert standing(bench, item.rt_number).superseded_by == bench.case.inspection.items[0].rt_number
