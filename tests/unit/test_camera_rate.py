"""The rate of a camera is counted from the pictures that came, never what it was asked for."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from inspection_station.devices import camera_feed
from inspection_station.devices.camera import Camera, Frame
from inspection_station.devices.camera_feed import CameraFeed


class Paced(Camera):
    """Sends so many pictures at a pace of the test's own clock, then is gone."""

    name = "paced"

    def __init__(self, clock: SimpleNamespace, paces: list[tuple[int, float]]) -> None:
        self._clock = clock
        self._waits = iter([1 / rate for count, rate in paces for _ in range(count)])

    def open(self) -> None:
        """It is there."""

    def read(self) -> Frame | None:
        wait = next(self._waits, None)
        if wait is None:
            return None
        self._clock.now += wait
        return Frame(np.zeros((4, 4, 3), np.uint8), self._clock.now)

    def close(self) -> None:
        """Nothing is held."""

    def interrupt(self) -> None:
        """Nothing waits."""


@pytest.mark.parametrize(
    ("paces", "rate"), [([(90, 30.0)], 30.0), ([(10, 5.0)], 5.0), ([(90, 30.0), (60, 12.0)], 12.0), ([(1, 30.0)], 0.0)]
)
def test_the_rate_is_that_of_the_last_two_seconds(
    monkeypatch: pytest.MonkeyPatch, paces: list[tuple[int, float]], rate: float
) -> None:
    clock = SimpleNamespace(now=1000.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(camera_feed, "time", clock)
    rates: list[float] = []
    gone = threading.Event()
    feed = CameraFeed(
        Paced(clock, paces), lambda state: gone.set() if state == "lost" else None,
        lambda _frame: rates.append(feed.rate), first_wait=60.0,
    )  # fmt: skip
    assert feed.rate == 0
    feed.start()
    assert gone.wait(10)
    assert rates[-1] == pytest.approx(rate, rel=0.02)
    assert feed.rate == 0, "nothing comes any more"
    feed.stop()
