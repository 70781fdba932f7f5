"""The change of shift by keys and badges: what lies open is counted, both people are kept, one page comes out."""

from __future__ import annotations

from typing import Any

import pytest
from gui.house_at_work import decided_item, house_of
from gui.working_bench import INSPECTOR, LEAD, OFFICE, WorkingBench

from inspection_station.admin.demo_people import demo_people
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.workflows.shift_handover import OPEN_ITEMS

CHIEF = demo_people()[5]  # the administrator


@pytest.fixture
def leaving(bench: WorkingBench) -> WorkingBench:
    """A lead before the hand-over page; one item waits for review."""
    house_of(bench, [decided_item(1, "hold"), decided_item(2)])
    bench.press("Ctrl+H")
    bench.until(lambda: bench.app.window.area == "handover")
    bench.quiet()
    bench.heard.clear()
    return bench


def page(bench: WorkingBench) -> Any:
    return bench.app.house.area("handover").page


def handed(bench: WorkingBench) -> list[dict[str, Any]]:
    station = bench.app.station
    waiting = bench.on_bench(lambda: StoredOutbox(station.database).pending_records(100))
    return [one.body for one in waiting if one.body.get("kind") == "shift_handed_over"]


def test_what_lies_open_is_counted(leaving: WorkingBench) -> None:
    leaving.until(lambda: page(leaving)._shown)
    counts = dict(zip(OPEN_ITEMS, (one.count for one in page(leaving)._shown), strict=True))
    assert (counts["held_items"], counts["to_review"]) == (1, 1)
    assert counts["totes_open"] == 2, "two totes hold something"


def test_another_lead_takes_over_by_badge_and_one_page_is_printed(leaving: WorkingBench) -> None:
    page(leaving).notes.setPlainText("3 号箱快满了")
    leaving.scan(CHIEF.badge)
    leaving.until(lambda: page(leaving).primary.isEnabled())
    leaving.press("Enter")
    leaving.until(lambda: "done" in leaving.heard)
    [act] = handed(leaving)
    assert (act["person"], act["payload"]["to"]) == (LEAD.id, CHIEF.id)
    assert act["payload"]["facts"]["to_review"] == 1 and act["payload"]["facts"]["notes"] == "3 号箱快满了"
    station = leaving.app.station

    def papers() -> list[Any]:
        with station.database.reading() as connection:
            return list(connection.exec_driver_sql("SELECT title FROM print_jobs WHERE purpose = 'paper'"))

    leaving.until(lambda: leaving.on_bench(papers))
    assert page(leaving).notes.toPlainText() == ""


@pytest.mark.parametrize("badge", [LEAD.badge, INSPECTOR.badge, OFFICE.badge, "BADGE-NOBODY"])
def test_nobody_takes_over_from_themselves_nor_without_the_right(leaving: WorkingBench, badge: str) -> None:
    leaving.scan(badge)
    leaving.quiet()
    if page(leaving).primary.isEnabled():
        leaving.press("Enter")
    leaving.until(lambda: "error" in leaving.heard)
    assert handed(leaving) == []


def test_an_inspector_does_not_hand_a_shift_over(bench: WorkingBench) -> None:
    bench.sign_in(INSPECTOR)
    bench.press("Ctrl+H")
    bench.until_told("role.denied")
    assert bench.app.window.area == "inspect"
