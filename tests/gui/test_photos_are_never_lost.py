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
from inspection_station.station.stray_photos import FOLDER, look_for_strays
from inspection_station.workflows import inspecting


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


def shoot_late(bench: WorkingBench, step: Any) -> None:
    """Take the next photo as the screen shows it, while `step` is done and not shown yet."""
    shown, frame = bench.shown, bench.app.camera.latest()
    assert shown.shot is not None and frame is not None
    other = replace(frame, image=frame.image[::-1].copy(), jpeg=None)  # no picture that is a photo already
    bench.app.session.do(step)
    bench.app.session.shoot(other, shown.shot)


def test_a_shot_of_a_parcel_put_aside_is_kept_with_that_parcel(ready: WorkingBench) -> None:
    bench, before = ready, ready.case
    person = bench.state.person
    shoot_late(bench, finishing.park)
    what, to_do = bench.until_told("photo.kept_late")
    assert what and to_do
    bench.quiet()
    case = bench.stored(before.inspection.id)
    assert case.inspection.state is InspectionState.PARKED and is_whole(case)
    assert len(case.inspection.photos) == len(before.inspection.photos) + 1
    assert person is not None and case.events[-1].person == person.id
    assert bench.on_bench(lambda: strays(bench)) == []


def test_a_shot_of_what_is_finished_already_is_refused_in_words_and_found_at_the_next_start(
    ready: WorkingBench,
) -> None:
    bench, before = ready, ready.case
    shoot_late(bench, finishing.confirm)
    what, to_do = bench.until_told("photo.late")
    assert what and to_do
    bench.until_screen(Screen.WAITING)
    bench.quiet()
    closed = bench.stored(before.inspection.id)
    assert closed.inspection.state is InspectionState.CLOSED
    assert closed.inspection.photos == before.inspection.photos, "what was decided stands as it was decided"
    (lost,) = bench.on_bench(lambda: strays(bench))
    look_for_strays(bench.app.station, bench.app.background, bench.app.notices)
    said = bench.until_told("photo.without_record")
    assert "1" in said[0] and FOLDER in said[1]
    (copy,) = (bench.app.station.folder / FOLDER).glob("*.jpg")
    assert copy.read_bytes() == bench.app.station.photos.read(lost) and lost in copy.name
    bench.told.clear()
    look_for_strays(bench.app.station, bench.app.background, bench.app.notices)
    bench.quiet()
    bench.quiet()
    assert all(code != "photo.without_record" for code, *_ in bench.told), "told once"


def strays(bench: WorkingBench) -> list[str]:
    return bench.app.station.outbox.unnamed_photos(list(bench.app.station.photos.kept()))


def test_a_shot_of_one_item_is_kept_under_that_item_though_the_next_is_open(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = waiting
    monkeypatch.setattr(bench.app.session, "camera_read", lambda text: None)  # the item that lies there stays current
    bench.open_parcel(TWO_ITEMS)
    bench.quiet()
    assert bench.shown.shot is not None and bench.shown.shot.shot != "waybill"
    before = bench.case.inspection
    other = next(one.id for one in before.items if one.id != before.current_item)

    def take_up(desk: Any, state: Any) -> Any:
        return replace(state, case=inspecting.take_up(desk, state.case, state.person, other)).with_effects()

    shoot_late(bench, take_up)
    bench.until_told("photo.kept_late")
    bench.quiet()
    after = bench.case.inspection
    assert after.current_item == other
    assert [photo.item_id for photo in after.photos[len(before.photos) :]] == [before.current_item]
    stored = bench.stored(after.id)
    assert is_whole(stored) and stored.inspection.photos[: len(after.photos)] == after.photos


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
