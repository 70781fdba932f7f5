"""How long each step took is in the record: opening, identifying, photographing, judging, deciding."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from factories import INSPECTOR, Bench, expected

from inspection_station.domain.events import EventKind, InspectionEvent
from inspection_station.workflows import deciding, inspecting

TO_IDENTIFY, A_PHOTO, TO_JUDGE = 4.0, 6.0, 3.0
"""Seconds the hands of this test take."""


def seconds_before(events: tuple[InspectionEvent, ...]) -> dict[str, float]:
    """Seconds from the event before, by kind, added up."""
    took: dict[str, float] = {}
    for before, event in pairwise(events):
        apart = datetime.fromisoformat(event.at) - datetime.fromisoformat(before.at)
        took[event.kind] = took.get(event.kind, 0.0) + apart.total_seconds()
    return took


def test_the_time_of_every_step_is_in_the_record() -> None:
    bench = Bench(expected())
    case = bench.opened()
    bench.clock.move(seconds=TO_IDENTIFY)
    case = bench.matched(case)
    while missing := inspecting.missing_shots(bench.desk, case, case.inspection.item()):
        bench.clock.move(seconds=A_PHOTO)
        case = bench.shot(case, missing[0].shot)
    bench.clock.move(seconds=TO_JUDGE)
    took = seconds_before(deciding.confirm(bench.desk, case, INSPECTOR).events)
    assert took[EventKind.ITEM_IDENTIFIED] == TO_IDENTIFY
    assert took[EventKind.PHOTO_TAKEN] == len(case.inspection.photos) * A_PHOTO > 0
    assert took[EventKind.REST_PASSED] == TO_JUDGE
    assert took[EventKind.ITEM_DECIDED] == 0, "one key passes the rest and decides"
