"""A whole bench on a data folder of its own, its real sync loop on a thread, and inspections to send."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from centre_cases import padded_jpeg
from station_cases import station_settings
from storage_cases import CLOSED, Making, decided, item, photo

from inspection_station.domain.events import InspectionEvent
from inspection_station.domain.identifiers import uuid7
from inspection_station.station.assembly import Station
from inspection_station.station.centre_link import CentreLink, enrol_station
from inspection_station.sync.loop import SyncState
from inspection_station.workflows.clock import SystemClock, moment_of, utc_text

DRAINED_WITHIN = 120.0  # seconds after a fault has ended


class ShiftedClock(SystemClock):
    """The machine's clock, set wrong."""

    shift = timedelta()

    def now(self) -> str:
        return utc_text(moment_of(super().now()) + self.shift)


@dataclass
class RunningBench:
    """One bench; its sync runs from `start` to `stop`.

    Attributes:
        events, photos: what the bench called saved. states: what its sync said.
    """

    folder: Path
    number: int = 1
    authority: str = ""
    events: list[InspectionEvent] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    states: list[SyncState] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        settings = station_settings(self.folder, centre={"authority": self.authority})
        self.station = Station(settings, self.folder / "data")
        self.clock = ShiftedClock(settings.station.time_zone)
        self.station.clock = self.clock
        self._thread: threading.Thread | None = None

    def enrol(self, url: str, code: str) -> RunningBench:
        """Enrol at a centre."""
        enrol_station(self.station, url, code)
        return self

    def start(self) -> RunningBench:
        """Begin to sync."""
        self.link = CentreLink(self.station, self.states.append)
        self._thread = threading.Thread(target=self.link.loop.run, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the sync; what is saved stays."""
        if self._thread is not None:
            self.link.loop.stop()
            self._thread.join(60)
            self.link.close()
            self._thread = None

    def close(self) -> None:
        """End everything."""
        self.stop()
        self.station.close()

    def begin(self, photos: int = 1, size: int = 20_000) -> tuple[Making, str]:
        """Open an inspection with photos; goes on with `finish`."""
        self.count += 1
        making = Making(self.station.store, f"B{self.number}")
        item_id = uuid7()
        making.add(
            making.parcel(f"SF{self.number:04d}{self.count:09d}"), item(item_id, self.number * 1000 + self.count)
        )
        for _ in range(photos):
            taken = self.station.photos.keep(padded_jpeg(self.number * 100_000 + len(self.photos), size))
            making.add(photo(taken.sha256, item_id, size=taken.size), at=self.clock.now())
            self.photos.append(taken.sha256)
        self.events += making.events
        return making, item_id

    def finish(self, making: Making, item_id: str) -> None:
        """Decide and close it."""
        self.events += making.add(decided(item_id), CLOSED, at=self.clock.now())
        if self._thread is not None:
            self.link.loop.wake()

    def inspect(self, photos: int = 1, size: int = 20_000) -> None:
        """A whole inspection."""
        self.finish(*self.begin(photos, size))

    @property
    def waiting(self) -> int:
        """How many records and photos wait."""
        counts = self.station.outbox.counts()
        return counts.records + counts.photos

    def wait_until(self, holds: Callable[[], bool], seconds: float = DRAINED_WITHIN) -> float:
        """Touch nothing until it holds; after how many seconds it did.

        Raises:
            AssertionError: it does not within `seconds`.
        """
        begun = time.monotonic()
        while not holds():
            last = self.states[-1] if self.states else None
            assert time.monotonic() - begun < seconds, f"{self.station.outbox.counts()}, {last}"
            time.sleep(0.05)
        return time.monotonic() - begun

    def drained(self) -> bool:
        """Whether nothing waits."""
        return self.waiting == 0

    def kinds(self) -> set[str]:
        """What kinds of failure the sync has met."""
        return {state.code for state in self.states if state.code}
