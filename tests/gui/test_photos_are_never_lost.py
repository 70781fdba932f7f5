"""A photo the shutter was pressed for is kept in the case it belongs to, whatever is pressed right after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from gui.working_bench import CLEAN, SECOND, STAINED, TWO_ITEMS, WorkingBench, is_whole, kinds

from inspection_station.domain.inspection import InspectionState
from inspection_station.station import session as session_module
from inspection_station.station.flow import finishing
from inspection_station.station.flow.state import Screen


class SlowShutter:
    """Holds every shot back until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._plain = session_module.prepare_photo
        self.under_way, self.go_on = threading.Event(), threading.Event()
        monkeypatch.setattr(session_module, "prepare_photo", self._prepare)

    def _prepare(self, *args: Any, **more: Any) -> Any:
        self.under_way.set()
        assert self.go_on.wait(20)
        return self._plain(*args, **more)


@pytest.fixture
def ready(waiting: WorkingBench) -> WorkingBench:
    """A clean return with all its photos: Enter passes it."""
    waiting.open_parcel(CLEAN)
    waiting.until_identified()
    waiting.take_required_photos()
    waiting.until_primary("Enter")
    return waiting


@pytest.fixture
def slow(ready: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowShutter]:
    shutter = SlowShutter(monkeypatch)
    yield shutter
    shutter.go_on.set()


def test_a_retake_and_enter_at_once_keep_the_photo_and_pass_the_item(ready: WorkingBench, slow: SlowShutter) -> None:
    bench, inspection_id = ready, ready.case.inspection.id
    before = len(bench.case.inspection.photos)
    bench.press("Backspace", "Enter")
    assert slow.under_way.wait(5)
    bench.wait_a_turn()
    assert bench.screen is Screen.PARCEL
    slow.go_on.set()
    bench.until_screen(Screen.WAITING)
    bench.quiet()
    case = bench.stored(inspection_id)
    assert is_whole(case) and case.inspection.state is InspectionState.CLOSED
    assert len(case.inspection.photos) == before + 1
    assert case.inspection.photos[-1].shot == "front"
    assert kinds(case).index("item_decided") > max(n for n, kind in enumerate(kinds(case)) if kind == "photo_taken")


@pytest.mark.parametrize("leave", ["F9", "badge"])
def test_a_photo_under_way_is_kept_before_the_parcel_is_left(
    ready: WorkingBench, slow: SlowShutter, leave: str
) -> None:
    bench, inspection_id = ready, ready.case.inspection.id
    person = bench.state.person
    before = len(bench.case.inspection.photos)
    bench.press("Backspace")
    if leave == "F9":
        bench.press("F9")
    else:
        bench.press("Ctrl+L")
        bench.scan(SECOND.badge)
    slow.go_on.set()
    bench.until_screen(Screen.WAITING)
    bench.quiet()
    case = bench.stored(inspection_id)
    assert case.inspection.state is InspectionState.PARKED
    assert len(case.inspection.photos) == before + 1
    taken = [event for event in case.events if event.kind == "photo_taken"][-1]
    assert person is not None and taken.person == person.id


def test_what_is_shot_just_before_the_program_ends_is_kept(ready: WorkingBench, slow: SlowShutter) -> None:
    bench, inspection_id = ready, ready.case.inspection.id
    before = len(bench.case.inspection.photos)
    bench.press("Backspace")
    slow.go_on.set()
    bench.app.background.close()
    assert len(bench.app.station.case(inspection_id).inspection.photos) == before + 1


def test_a_shot_of_what_is_finished_already_is_refused_in_words(ready: WorkingBench) -> None:
    bench = ready
    shown, case = bench.shown, bench.case
    assert shown.shot is not None
    frame = bench.app.camera.latest()
    assert frame is not None
    bench.app.session.do(finishing.park)  # done, and not shown yet
    bench.app.session.shoot(frame, shown.shot)
    what, to_do = bench.until_told("photo.late")
    assert what and to_do
    bench.quiet()
    assert bench.stored(case.inspection.id).inspection.photos == case.inspection.photos


def test_a_shot_of_one_item_is_never_kept_under_the_next(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(TWO_ITEMS)
    shown, frame = bench.shown, bench.app.camera.latest()
    assert shown.shot is not None and shown.shot.shot != "waybill" and frame is not None
    other = next(one.id for one in bench.case.inspection.items if one.id != bench.case.inspection.current_item)

    def take_up(desk: Any, state: Any) -> Any:
        return replace(
            state, case=replace(
                state.case, inspection=replace(state.case.inspection, current_item=other)
            )
        )  # fmt: skip

    bench.app.session.do(take_up)
    bench.app.session.shoot(frame, shown.shot)
    bench.until_told("photo.late")


def test_once_more_never_means_a_shot_of_the_parcel_before(ready: WorkingBench) -> None:
    bench = ready
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.open_parcel(STAINED)
    bench.quiet()
    heard = bench.heard.count("shutter")
    before = len(bench.case.inspection.photos)
    bench.press("Backspace")
    bench.quiet()
    assert bench.heard.count("shutter") == heard
    assert len(bench.case.inspection.photos) == before
