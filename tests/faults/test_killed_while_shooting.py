"""kill -9 at any moment of a shot: every photo the screen showed as taken is there with its hash, no half file is."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from station_cases import fill_station, one_return, station_settings

from inspection_station.domain.events import broken_link, photo_hashes
from inspection_station.domain.folding import fold
from inspection_station.station.assembly import Station

PROJECT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("shutter_child.py")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests"))),
    "QT_QPA_PLATFORM": "offscreen",
}
SHOTS_BEFORE = 4  # at most, of each run, before the one that is cut off
LONGEST_SHOT = 0.08  # seconds from the shutter to the kill, at most: a shot and a little of the next

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


def killed_while_shooting(folder: Path, seed: int, shots: int, delay: float) -> list[str]:
    """What a station said that was killed `delay` seconds after the shutter of its shot number `shots`."""
    command = [sys.executable, str(CHILD), str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT) as child:
        assert child.stdout is not None
        said: list[bytes] = []
        while said.count(b"shoot\n") <= shots:
            line = child.stdout.readline()
            assert line, "the station ended by itself"
            said.append(line)
        time.sleep(delay)
        child.kill()
        said += child.stdout.readlines()
    return [line.decode().strip() for line in said if line.endswith(b"\n")]


@pytest.mark.timeout(3600)
def test_every_photo_shown_as_taken_survives_a_kill_at_any_moment_of_a_shot(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance = random.Random(seed)
    folder = tmp_path / "station"
    fill_station(folder, [one_return(1)])
    shown: set[str] = set()
    cut_off = 0
    for attempt in range(rounds(10, 200)):
        said = killed_while_shooting(
            folder, chance.randrange(2**31), chance.randrange(SHOTS_BEFORE), chance.uniform(0, LONGEST_SHOT)
        )
        told = [line.split()[1] for line in said if line.startswith("shown ")]
        cut_off += said.count("shoot") > len(told)
        shown.update(told)
        check(folder, shown, f"attempt {attempt}, seed {seed}")
    assert shown and cut_off, "the kills fell into shots, and shots came before them"


def check(folder: Path, shown: set[str], where: str) -> None:
    """What lies in the folder against what the screen showed so far."""
    station = Station(station_settings(folder), folder)
    try:
        station.photos.sweep()
        kept = set(station.photos.kept())
        assert shown <= kept, f"{where}: a photo shown as taken is gone"
        assert all(station.photos.verify(name) for name in kept), f"{where}: a photo is not whole"
        with station.database.reading() as connection:
            (inspection_id,) = connection.exec_driver_sql("SELECT id FROM inspections").one()
        events = station.store.events_of(inspection_id)
        assert broken_link(events) is None, f"{where}: the chain is broken"
        listed = {photo.sha256 for photo in fold(events).photos}
        assert shown <= listed <= kept, f"{where}: the record does not list what is there"
        assert listed == {name for event in events for name in photo_hashes(event)}
        assert not list(folder.rglob("*.part")), f"{where}: half a file stays"
    finally:
        station.close()
