"""kill -9 of the station with its window at random moments: what the screen showed is there, and it shows it again."""

from __future__ import annotations

import io
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest
from faults.label_sink import LabelSink
from faults.window_child import child_settings
from gui.working_bench import fill
from PIL import Image

from inspection_station.devices.printers.languages import encode
from inspection_station.domain.events import broken_link, photo_hashes
from inspection_station.domain.folding import fold
from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.station.assembly import Station
from inspection_station.storage.print_jobs import PrintJobs, PrintState

PROJECT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("window_child.py")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests"))),
    "QT_QPA_PLATFORM": "offscreen",
}
LINES = 40  # said after signing in until the kill, at most: two parcels or three
LATEST = 0.15  # seconds after that line: the time in which what was begun gets done
STARTING = 1.0  # seconds: a kill within the start falls anywhere into it
SILENCE = 60  # seconds without a line: the station hangs

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


@dataclass
class Seen:
    """What the screens of the killed stations had shown so far.

    Attributes:
        events: by inspection the events that its page was made of, the longest list.
        photos: hashes of the photos whose places in the strip were marked as stored.
        done: ends of the numbers of items that the toast said were done.
        moments: what was under way at each kill, for the report.
    """

    events: dict[str, list[str]] = field(default_factory=dict)
    photos: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    moments: Counter[str] = field(default_factory=Counter)

    def take(self, told: dict[str, Any]) -> None:
        inspection, events = told.get("inspection", ""), told.get("events", [])
        known = self.events.get(inspection, [])
        if inspection:
            shorter = min(len(known), len(events))
            assert known[:shorter] == events[:shorter], "what was shown as recorded stays as it was"
            self.events[inspection] = max(known, events, key=len)
        self.photos.update(told.get("photos", []))
        if told.get("done"):
            self.done.add(told["done"].removeprefix("RT-…"))


class Child:
    """The station as a process, and what it has said."""

    def __init__(self, folder: Path, port: int, seed: str) -> None:
        self.said: list[dict[str, Any]] = []
        self._rest = b""
        command = [sys.executable, str(CHILD), str(folder), str(port), seed]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT)

    @property
    def _out(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def listen(self, enough: Callable[[dict[str, Any]], bool]) -> None:
        """Take line after line until one is enough, or the process ends."""
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                self.said.append(json.loads(line))
                if enough(self.said[-1]):
                    return
            assert select.select([self._out], [], [], SILENCE)[0], f"the station hangs after {self.said[-3:]}"
            piece = os.read(self._out.fileno(), 65536)
            if not piece:
                return  # what has no end of line was cut off by the kill: not said
            self._rest += piece

    def kill(self) -> None:
        """End it as a power cut does, and take what it had said by then."""
        assert self.process.poll() is None, f"the station worked until it was killed: {self.said[-3:]}"
        self.process.kill()
        self.listen(lambda told: False)
        self.process.wait()
        self._out.close()

    def moment(self) -> str:
        """What it was about: the screen and what was done there last."""
        screen, does = "", ""
        for told in self.said:
            screen, does = told.get("screen", screen), told.get("does", "" if "screen" in told else does)
        return f"{screen} {does.split(' ')[0]}".strip()

    @property
    def first_screen(self) -> dict[str, Any] | None:
        """What was on screen once somebody had signed in."""
        return next((told for told in self.said if told.get("signed_in")), None)


def work_until_killed(folder: Path, port: int, chance: random.Random) -> Child:
    """Start the station and kill it at a random moment: in one of eight cases while it starts."""
    child = Child(folder, port, str(chance.randrange(2**31)))
    try:
        child.listen(lambda told: "does" in told)
        if chance.random() < 0.125:
            time.sleep(chance.uniform(0, STARTING))
        else:
            child.listen(lambda told: "signed_in" in told)
            left = iter(range(chance.randrange(LINES)))
            child.listen(lambda told: next(left, None) is None)
            time.sleep(chance.uniform(0, LATEST))
        child.kill()
    finally:
        child.process.kill()
    return child


def check(station: Station, sink: LabelSink, seen: Seen) -> list[Inspection]:
    """Everything shown is there, nothing is half there, no label came out twice; the unfinished inspections."""
    with station.database.reading() as connection:
        ids = list(connection.exec_driver_sql("SELECT id FROM inspections ORDER BY place").scalars())
    assert set(seen.events) <= set(ids)
    photos: set[str] = set()
    decided: list[str] = []
    numbers: list[str] = []
    unfinished = []
    for inspection_id in ids:
        events = station.store.events_of(inspection_id)
        assert broken_link(events) is None
        shown = seen.events.get(inspection_id, [])
        assert [event.id for event in events][: len(shown)] == shown
        inspection = fold(events)
        photos |= {sha256 for event in events for sha256 in photo_hashes(event)}
        numbers += [item.rt_number for item in inspection.items]
        done = {event.payload["item_id"] for event in events if event.kind == "item_decided"}
        decided += [item.rt_number for item in inspection.items if item.id in done]
        if inspection.state is not InspectionState.CLOSED:
            unfinished.append(inspection)
    assert seen.photos <= photos
    assert all(station.photos.verify(sha256) for sha256 in photos | set(station.photos.kept()))
    for end in seen.done:
        assert [number for number in decided if number.endswith(end)] != []
    assert len(numbers) == len(set(numbers))
    assert sorted(station.store.unfinished()) == sorted(one.id for one in unfinished)
    _check_labels(station, sink, numbers)
    return unfinished


def _check_labels(station: Station, sink: LabelSink, numbers: list[str]) -> None:
    """Every label on paper is a job's, came out once, and its job is not one that would be sent (again)."""
    queue = PrintJobs(station.database)
    jobs = {encode("zpl", _bitmap(job.raster_png)): job for number in numbers for job in queue.of_item(number)}
    for label, times in Counter(sink.labels).items():
        assert times == 1, "a label came out twice"
        assert jobs[label].state in (PrintState.SENT, PrintState.UNKNOWN)
    printed = set(sink.labels)
    assert all(label in printed for label, job in jobs.items() if job.state is PrintState.SENT)


def _bitmap(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        return image.copy()


def check_comes_back(child: Child, left_open: list[Inspection]) -> None:
    """The first screen after signing in shows the inspection that lay open, with its photos, and says so."""
    screen = child.first_screen
    if screen is None:
        return  # killed before anybody had signed in
    told = [one["notice"] for one in child.said if "notice" in one]
    assert ("recovered" in told) == bool(left_open)
    if not left_open:
        assert screen["screen"] == "waiting"
        return
    (inspection,) = left_open
    assert (screen["inspection"], screen["number"]) == (inspection.id, inspection.item().rt_number)
    assert inspection.tracking_number.endswith(screen["parcel"])
    mine = {photo.sha256 for photo in inspection.photos
            if photo.item_id in ("", inspection.current_item) and photo.counted and not photo.withdrawn}  # fmt: skip
    assert set(screen["photos"]) <= mine
    assert bool(screen["photos"]) == bool(mine)


@pytest.fixture
def sink() -> Iterator[LabelSink]:
    made = LabelSink()
    yield made
    made.close()


@pytest.mark.timeout(3600)
def test_what_the_window_showed_is_there_after_a_kill_and_is_shown_again(
    tmp_path: Path, rounds: Callable[[int, int], int], sink: LabelSink
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance = random.Random(seed)
    folder = tmp_path / "station"
    fill(folder)
    seen, left_open = Seen(), list[Inspection]()
    for _ in range(rounds(3, 100)):
        child = work_until_killed(folder, sink.port, chance)
        left_open = _after(child, folder, sink, seen, left_open)
        seen.moments[child.moment()] += 1
    end = Child(folder, sink.port, "end")
    end.listen(lambda told: False)
    assert end.process.wait() == 0 and end.said[-1] == {"ended": True}
    end._out.close()
    assert _after(end, folder, sink, seen, left_open) == []
    assert not list(folder.rglob("*.part"))
    assert seen.photos and seen.done and sink.labels
    print("\n".join(f"{times:4}  {moment}" for moment, times in seen.moments.most_common()))


def _after(child: Child, folder: Path, sink: LabelSink, seen: Seen, left_open: list[Inspection]) -> list[Inspection]:
    """Hold what a child said against what lies in the folder; the inspection that lies open now."""
    for place, told in enumerate(child.said):
        before = [one.get("does") or one.get("screen") or one.get("notice") for one in child.said[:place]]
        assert "fault" not in told, f"after {before}: {told['fault']}"
    check_comes_back(child, left_open)
    for told in child.said:
        seen.take(told)
    station = Station(child_settings(folder, sink.port), folder)
    try:
        unfinished = check(station, sink, seen)
    finally:
        station.close()
    now_open = [one for one in unfinished if one.state is InspectionState.OPEN]
    assert len(now_open) <= 1, "a person works at one parcel"
    return now_open
