"""A camera that is pulled out, hangs, breaks and comes back: the feed says so, never waits, and takes it up again."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from inspection_station.devices.camera import Frame, NoCamera, camera_absent
from inspection_station.devices.camera_feed import CameraFeed, CameraState

IMAGE = np.zeros((4, 4, 3), np.uint8)


class FakeCamera:
    """A device that does as the test says."""

    name = "fake"

    def __init__(self, there: bool = True) -> None:
        self.there = there
        self.hangs = threading.Event()
        self.breaks = False
        self.stuck = False
        self.released = threading.Event()
        self.opened = 0
        self.closed = 0

    def open(self) -> None:
        if not self.there:
            raise camera_absent()
        self.opened += 1

    def read(self) -> Frame | None:
        if self.breaks:
            self.breaks = False
            raise RuntimeError("driver bug")
        if self.hangs.is_set():
            self.released.wait(20)
            return None
        time.sleep(0.001)
        return Frame(IMAGE, time.monotonic()) if self.there else None

    def close(self) -> None:
        self.closed += 1
        if self.stuck:
            self.stuck = False
            raise RuntimeError("driver bug while letting go")

    def interrupt(self) -> None:
        """This driver cannot be interrupted."""


class Watched:
    """A feed with its states in a queue."""

    def __init__(self, camera: FakeCamera | NoCamera, **how: float) -> None:
        self.states: queue.Queue[CameraState] = queue.Queue()
        self.feed = CameraFeed(camera, self.states.put, first_wait=0.005, **how)

    def next_state(self) -> CameraState:
        return self.states.get(timeout=10)


@pytest.fixture
def watched() -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(camera: FakeCamera | NoCamera, **how: float) -> Watched:
        made.append(Watched(camera, **how))
        return made[-1]

    yield make
    for one in made:
        one.feed.stop()


def test_pictures_come_and_only_the_newest_is_kept(watched: Callable[..., Watched]) -> None:
    one = watched(FakeCamera())
    assert one.feed.latest() is None
    one.feed.start()
    one.feed.start()
    assert one.next_state() == "live"
    first = one.feed.latest()
    assert first is not None
    while (newer := one.feed.latest()) is first:
        time.sleep(0.001)
    assert newer is not None and newer.taken_monotonic > first.taken_monotonic


def test_loss_and_return_fifty_times_leave_no_thread_and_no_open_device(watched: Callable[..., Watched]) -> None:
    before = threading.active_count()
    camera = FakeCamera()
    one = watched(camera)
    one.feed.start()
    assert one.next_state() == "live"
    for _ in range(50):
        camera.there = False
        assert one.next_state() == "lost"
        assert one.feed.latest() is None, "an old picture must not be taken for a new one"
        camera.there = True
        assert one.next_state() == "live"
    assert threading.active_count() == before + 1
    assert one.feed.stop()
    assert threading.active_count() == before
    assert camera.closed >= camera.opened


def test_a_camera_plugged_in_later_is_found(watched: Callable[..., Watched]) -> None:
    camera = FakeCamera(there=False)
    one = watched(camera)
    one.feed.start()
    assert one.feed.state == "absent"
    camera.there = True
    assert one.next_state() == "live"
    assert one.feed.state == "live"


def test_a_driver_that_hangs_is_noticed_and_stop_still_ends_within_a_second(watched: Callable[..., Watched]) -> None:
    camera = FakeCamera()
    one = watched(camera, patience=0.05)
    one.feed.start()
    assert one.next_state() == "live"
    camera.hangs.set()
    deadline = time.monotonic() + 10
    while one.feed.latest() is not None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert one.feed.state == "lost"
    assert one.next_state() == "lost"
    started = time.monotonic()
    assert one.feed.stop() is False
    assert time.monotonic() - started < 1.0
    camera.released.set()


@pytest.mark.expects_log("camera fake")
def test_a_bug_in_a_driver_does_not_end_the_feed(watched: Callable[..., Watched]) -> None:
    camera = FakeCamera()
    one = watched(camera)
    one.feed.start()
    assert one.next_state() == "live"
    camera.breaks = True
    assert [one.next_state(), one.next_state()] == ["lost", "live"]


@pytest.mark.expects_log("camera fake")
def test_a_driver_that_fails_while_letting_go_does_not_end_the_feed(watched: Callable[..., Watched]) -> None:
    camera = FakeCamera()
    one = watched(camera)
    one.feed.start()
    assert one.next_state() == "live"
    camera.stuck = True
    camera.there = False
    assert one.next_state() == "lost"
    camera.there = True
    assert one.next_state() == "live"


def test_a_stopped_feed_delivers_nothing_and_can_start_again(watched: Callable[..., Watched]) -> None:
    one = watched(FakeCamera())
    one.feed.start()
    assert one.next_state() == "live"
    assert one.feed.stop()
    assert one.feed.latest() is None
    one.feed.start()
    deadline = time.monotonic() + 10
    while one.feed.latest() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    assert one.feed.latest() is not None


def test_a_station_without_a_camera_stays_absent(watched: Callable[..., Watched]) -> None:
    one = watched(NoCamera())
    one.feed.start()
    assert one.feed.state == "absent" and one.feed.latest() is None
    started = time.monotonic()
    assert one.feed.stop()
    assert time.monotonic() - started < 1.0


def test_every_frame_reaches_whoever_listens() -> None:
    seen: queue.Queue[Frame] = queue.Queue()
    feed = CameraFeed(FakeCamera(), on_frame=seen.put)
    feed.start()
    times = [seen.get(timeout=10).taken_monotonic for _ in range(5)]
    feed.stop()
    assert times == sorted(times)
