"""kill -9 of a whole station at random moments: what its screen said is there, whole, and work goes on from there."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, one_return, station_settings

from inspection_station.domain.events import broken_link, photo_hashes
from inspection_station.domain.folding import fold
from inspection_station.domain.inspection import InspectionState
from inspection_station.station.assembly import Station
from inspection_station.workflows.ports import HistoryFilter

PROJECT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("station_child.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests")))}
LONGEST = 1.5  # seconds from the first act to the kill: a few inspections, labels and the first loading of all parts

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


@dataclass
class Promised:
    """What the killed stations had said so far."""

    events: dict[str, list[str]] = field(default_factory=dict)  # inspection → event ids, the longest list told
    photos: set[str] = field(default_factory=set)
    done: dict[str, str] = field(default_factory=dict)  # RT number → inspection

    def take(self, said: str) -> None:
        for line in said.splitlines(keepends=True):
            if not line.endswith("\n"):
                continue  # cut off by the kill: not said
            told = json.loads(line)
            known = self.events.get(told["inspection"], [])
            if told["inspection"] and len(told["events"]) > len(known):
                assert told["events"][: len(known)] == known
                self.events[told["inspection"]] = told["events"]
            self.photos.update(told["photos"])
            if told["done"]:
                self.done[told["done"][1]] = told["done"][0]


def killed(folder: Path, seed: int, seconds: float) -> str:
    """Let a station work for `seconds` after its first act, kill it, and return what it said."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), str(seed)], stdout=subprocess.PIPE, env=ENVIRONMENT
    ) as child:
        assert child.stdout is not None
        assert select.select([child.stdout], [], [], 60)[0], "the station works within a minute"
        time.sleep(seconds)
        assert child.poll() is None, "the station worked until it was killed"
        child.kill()
        return child.stdout.read().decode()


@pytest.fixture
def open_stations() -> Iterator[list[Station]]:
    stations: list[Station] = []
    yield stations
    for station in stations:
        station.close()


def check(station: Station, promised: Promised) -> None:
    """Everything promised is there, and nothing is half there."""
    with station.database.reading() as connection:
        ids = list(connection.exec_driver_sql("SELECT id FROM inspections ORDER BY place").scalars())
    assert set(promised.events) <= set(ids)
    everything: list[str] = []
    photos: set[str] = set()
    numbers: list[str] = []
    unfinished = []
    for inspection_id in ids:
        events = station.store.events_of(inspection_id)
        assert broken_link(events) is None
        told = promised.events.get(inspection_id, [])
        assert [event.id for event in events][: len(told)] == told
        inspection = fold(events)
        everything += [event.id for event in events]
        photos |= {sha256 for event in events for sha256 in photo_hashes(event)}
        numbers += [item.rt_number for item in inspection.items]
        if inspection.state is not InspectionState.CLOSED:
            unfinished.append(inspection_id)
    assert promised.photos <= photos
    assert all(station.photos.verify(sha256) for sha256 in photos)
    assert len(numbers) == len(set(numbers)) == station.store.next_item_number() - 1
    assert sorted(station.store.unfinished()) == sorted(unfinished)
    assert len(unfinished) <= 1, "a person works at one parcel"
    assert sorted(record.id for record in station.outbox.pending_records(10**6)) == sorted(everything)
    assert set(station.outbox.pending_photos(10**6)) == photos
    assert len(station.store.history(HistoryFilter(), 10**6)) == len(numbers)
    for rt_number, inspection_id in promised.done.items():
        assert station.store.inspection_of_item(rt_number) == inspection_id


@pytest.mark.timeout(3600)
def test_what_the_screen_said_is_there_after_a_kill_and_the_inspection_goes_on(
    tmp_path: Path, rounds: Callable[[int, int], int], open_stations: list[Station]
) -> None:
    seeds = random.Random(os.environ.get("INSPECTION_STATION_TEST_SEED") or time.time_ns())
    count = rounds(5, 100)  # every state is killed in by itself (test_killed_in_every_state.py)
    fill_station(tmp_path, (one_return(number) for number in range(20 * count)))
    promised = Promised()
    for attempt in range(count):
        seed, delay = seeds.randrange(2**31), seeds.uniform(0, LONGEST)
        promised.take(killed(tmp_path, seed, delay))
        station = Station(station_settings(tmp_path), tmp_path)
        open_stations.append(station)
        station.photos.sweep()
        check(station, promised)
        if attempt % 2:  # the other half is taken up by the next child
            bench = ScriptedBench(station, PERSON)
            for inspection_id in station.store.unfinished():
                bench.take_up(inspection_id)
                bench.judge(defect=False)
                assert station.case(inspection_id).inspection.state is InspectionState.CLOSED
            assert station.store.unfinished() == []
        assert not list((tmp_path / "photos").rglob("*.part"))
        station.close()
    assert promised.photos and promised.done


@pytest.mark.timeout(600)
def test_a_label_that_a_kill_kept_from_being_queued_can_be_printed_later(
    tmp_path: Path, open_stations: list[Station]
) -> None:
    fill_station(tmp_path, [one_return(1)])
    station = Station(station_settings(tmp_path), tmp_path)
    open_stations.append(station)
    bench = ScriptedBench(station, PERSON)
    bench.label = lambda inspection_id, item_id: None  # type: ignore[method-assign]  # killed right after confirming
    bench.work("SF0000000000001")
    assert bench.state.last is not None
    job = station.labels.repeat(bench.state.last.rt_number, PERSON)
    assert (job.issue, job.inspection_id) == (1, bench.state.last.inspection_id)
    assert station.labels.send(job).state == "sent"
    assert len(list((tmp_path / "labels").glob("*.pdf"))) == 1


START = """
import sys
from pathlib import Path
from station_cases import station_settings
from inspection_station.station.assembly import Station
folder = Path(sys.argv[1])
print("starts", flush=True)
station = Station(station_settings(folder), folder)
print(station.desk.station.id, flush=True)
station.close()
"""


@pytest.mark.timeout(600)
def test_a_station_killed_during_its_very_first_start_starts_the_next_time(
    tmp_path: Path, rounds: Callable[[int, int], int], open_stations: list[Station]
) -> None:
    seeds = random.Random(os.environ.get("INSPECTION_STATION_TEST_SEED") or time.time_ns())
    for attempt in range(rounds(5, 100)):
        folder = tmp_path / str(attempt)
        with subprocess.Popen(
            [sys.executable, "-c", START, str(folder)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
        ) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            time.sleep(seeds.uniform(0, 0.5))
            child.kill()
            told = [first, *child.stdout]
        station = Station(station_settings(folder), folder)
        open_stations.append(station)
        assert station.store.next_item_number() == 1
        assert len(station.desk.station.random_check_key) == 32
        assert len(told) < 2 or told[1].strip() == station.desk.station.id, "the station is the one it said it is"
        station.close()
        again = Station(station_settings(folder), folder)
        assert again.desk.station == station.desk.station
        again.close()


def test_a_secret_cut_off_while_it_was_written_is_made_anew(tmp_path: Path, open_stations: list[Station]) -> None:
    (tmp_path / "random_check.key").touch()
    station = Station(station_settings(tmp_path), tmp_path)
    open_stations.append(station)
    assert len(station.desk.station.random_check_key) == 32
