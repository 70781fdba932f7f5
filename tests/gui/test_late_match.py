"""An unclaimed parcel whose return turns up: proposed when it is scanned again, bound by a lead only."""

from __future__ import annotations

import pytest
from gui.working_bench import CLEAN, LEAD, UNKNOWN, WorkingBench, is_whole

from inspection_station.domain.returns import return_to_json
from inspection_station.station.flow.state import Screen
from inspection_station.station.overlay import Overlay
from inspection_station.station.pin_panel import PinPanel
from inspection_station.storage.feed import StoredFeed
from inspection_station.workflows.ports import FeedItem


def announce(bench: WorkingBench, number: str) -> str:
    """The order system announces a return with this tracking number; its id."""
    known = bench.on_bench(lambda: bench.app.station.reference.returns_of_parcel(CLEAN)[0])
    body = return_to_json(known) | {
        "id": "late-1", "return_number": "RMA-LATE-1", "order_number": "26-LATE-1", "tracking_numbers": [number],
    }  # fmt: skip
    told = [FeedItem("expected_return", "late-1", body)]
    bench.on_bench(lambda: StoredFeed(bench.app.station.database).apply_page("epoch", "2", told))
    return "late-1"


def kept_as_unclaimed(bench: WorkingBench) -> str:
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.NO_MATCH)
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    bench.take_required_photos()
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.quiet()
    return inspection_id


@pytest.fixture
def matched(waiting: WorkingBench) -> tuple[WorkingBench, str]:
    """A parcel kept as unclaimed whose return was announced afterwards, scanned again."""
    bench = waiting
    inspection_id = kept_as_unclaimed(bench)
    announce(bench, UNKNOWN)
    bench.clock.now += 2000
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.LATE_MATCH)
    return bench, inspection_id


def pin_panel(bench: WorkingBench) -> PinPanel | None:
    panels = [one for one in bench.app.window.findChildren(Overlay) if isinstance(one, PinPanel) and one.isVisible()]
    return panels[0] if panels else None


def test_an_inspector_alone_cannot_bind_it(matched: tuple[WorkingBench, str]) -> None:
    bench, inspection_id = matched
    assert not bench.primary.isEnabled()
    bench.scan("CMD-OK")
    bench.until_told("role.denied")
    bench.press("N")
    bench.quiet()
    assert bench.stored(inspection_id).inspection.match == "none"
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)


def test_a_leads_badge_and_pin_bind_it_and_it_lies_open(matched: tuple[WorkingBench, str]) -> None:
    bench, inspection_id = matched
    bench.scan(LEAD.badge)
    bench.until(lambda: pin_panel(bench) is not None)
    bench.type("000000")
    bench.until(lambda: bench.heard[-1] == "error")
    assert bench.stored(inspection_id).inspection.match == "none", "a wrong PIN binds nothing"
    bench.type(LEAD.pin)
    bench.until_screen(Screen.PARCEL)
    case = bench.stored(inspection_id)
    assert case.inspection.match == "matched" and case.inspection.item().return_id == "late-1"
    assert case.inspection.item().decision is None and is_whole(case)
    bound = next(event for event in case.events if event.kind == "return_bound")
    assert bound.person == LEAD.id and bound.payload["agreeing"][0] == "tracking"


def test_a_lead_accepts_it_in_two_actions(bench: WorkingBench) -> None:
    bench.sign_in_with_pin(LEAD)
    inspection_id = kept_as_unclaimed(bench)
    announce(bench, UNKNOWN)
    bench.clock.now += 2000
    bench.scans = bench.presses = 0
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.LATE_MATCH)
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    assert bench.stored(inspection_id).inspection.match == "matched"
    assert bench.scans + bench.presses == 2


def test_what_a_lead_declines_is_not_proposed_again(bench: WorkingBench) -> None:
    bench.sign_in_with_pin(LEAD)
    inspection_id = kept_as_unclaimed(bench)
    announce(bench, UNKNOWN)
    bench.clock.now += 2000
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.LATE_MATCH)
    bench.press("N")
    bench.until_screen(Screen.WAITING)
    assert "late-1" in bench.stored(inspection_id).inspection.declined
    bench.clock.now += 2000
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.DUPLICATE)
