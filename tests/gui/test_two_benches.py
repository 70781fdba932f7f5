"""One parcel at two benches, as the centre tells it: said at once, never locked, both records kept."""

from __future__ import annotations

from dataclasses import replace

from gui.eyes import Looking
from gui.working_bench import CLEAN, SECOND, STAINED, WorkingBench

from inspection_station.station.flow.state import Screen
from inspection_station.storage.feed import StoredFeed
from inspection_station.workflows.ports import FeedItem


def tell_of_parcel(bench: WorkingBench, number: str, state: str = "open") -> None:
    """The centre tells this bench that B07 has the parcel."""
    body = {"tracking_number": number, "station": "B07", "person": SECOND.id, "state": state,
            "opened_at": "2026-11-21T02:14:00.000Z", "closed_at": "", "results": []}  # fmt: skip
    if state == "closed":
        result = {"rt_number": "RT-261121-00700031", "grade": "B", "disposition": "restock"}
        body |= {"closed_at": "2026-11-21T02:16:00.000Z", "results": [result]}
    told = [FeedItem("parcel", f"there-{number}", body)]
    bench.on_bench(lambda: StoredFeed(bench.app.station.database).apply_page("epoch", "2", told))


def synced(bench: WorkingBench) -> None:
    """A round with the centre went through."""
    before = bench.app.sync.state
    success = "2026-11-21T03:00:00.000Z" if before.last_success < "2026-11-21T03" else before.last_success + "1"
    bench.app.sync.changed.emit(replace(before, kind="idle", last_success=success))


def test_a_parcel_open_at_another_bench_is_left_to_it(waiting: WorkingBench) -> None:
    bench = waiting
    tell_of_parcel(bench, CLEAN)
    bench.scan(CLEAN)
    bench.until_screen(Screen.ELSEWHERE)
    assert bench.heard[-1] == "warn"
    assert "B07" in bench.shown.view.banner.title  # type: ignore[union-attr]
    bench.scan(CLEAN)
    bench.quiet()
    assert bench.screen is Screen.ELSEWHERE, "a second scan opens nothing"
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    assert bench.inspections() == []


def test_a_parcel_done_at_another_bench_is_said_with_its_result(waiting: WorkingBench) -> None:
    bench = waiting
    tell_of_parcel(bench, CLEAN, "closed")
    bench.scan(CLEAN)
    bench.until_screen(Screen.ELSEWHERE)
    view = bench.shown.view
    told = " ".join(fact.value for fact in view.facts)  # type: ignore[union-attr]
    assert "RT-261121-00700031" in told and SECOND.name in view.banner.sentence  # type: ignore[union-attr]
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    assert bench.inspections() == []


def test_a_parcel_another_bench_has_can_be_inspected_here_too(waiting: WorkingBench) -> None:
    bench = waiting
    tell_of_parcel(bench, CLEAN)
    bench.scan(CLEAN)
    bench.until_screen(Screen.ELSEWHERE)
    bench.press("N")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.also_at == (f"there-{CLEAN}",)
    synced(bench)
    bench.quiet()
    assert not [one for one in bench.told if one[0] == "parcel.elsewhere"], "it was known"


def test_the_second_of_two_benches_is_told_while_it_works(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(STAINED)
    tell_of_parcel(bench, STAINED)
    synced(bench)
    what, to_do = bench.until_told("parcel.elsewhere")
    assert "B07" in what and to_do
    assert bench.case.inspection.tracking_number == STAINED, "nothing is locked"
    synced(bench)
    bench.quiet()
    assert len([one for one in bench.told if one[0] == "parcel.elsewhere"]) == 1, "said once"


def test_a_parcel_done_elsewhere_leaves_the_queue(waiting: WorkingBench) -> None:
    bench = waiting
    before = bench.on_bench(lambda: bench.app.station.reference.queue()[1])
    tell_of_parcel(bench, CLEAN, "closed")
    synced(bench)
    bench.quiet()
    assert bench.on_bench(lambda: bench.app.station.reference.queue()[1]) == before - 1


def test_the_screen_of_another_benchs_parcel_is_whole(looking: Looking) -> None:
    bench = looking.bench
    bench.sign_in()
    for state, number in (("open", CLEAN), ("closed", STAINED)):
        tell_of_parcel(bench, number, state)
        bench.scan(number)
        bench.until_screen(Screen.ELSEWHERE)
        looking.at(f"elsewhere_{state}")
        bench.press("Esc")
        bench.until_screen(Screen.WAITING)
