"""kill -9 of the station at random moments of its sync: nothing is lost, nothing doubled, the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from centre_cases import CentreProcess, in_process_centre, inspection_events, padded_jpeg
from station_cases import station_settings

from inspection_station.domain.folding import fold
from inspection_station.server import ledger, search
from inspection_station.station.assembly import Station
from inspection_station.station.centre_link import enrol_station

PROJECT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("sync_child.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests")))}
INSPECTIONS, PHOTOS = 80, 2
RECORDS = INSPECTIONS * (4 + PHOTOS)
EXCHANGES = 4 + 2 * INSPECTIONS * PHOTOS  # hello, batches, HEAD and PUT of each photo
FIRST = 4  # the exchanges after a start that are no photo's
KILLS = 10  # in one history, spread over its exchanges
LATEST = 0.015  # seconds after the exchange has begun

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL"),
    pytest.mark.both_surroundings(others_in_soak=True),
]


def fill(station: Station, chance: random.Random) -> tuple[list[tuple[str, str]], list[str]]:
    """Closed inspections with photos that wait to be sent; ids and hashes of their records, names of their photos."""
    records: list[tuple[str, str]] = []
    names: list[str] = []
    for number in range(INSPECTIONS):
        size = chance.choice([3000, 40_000, 600_000])
        taken = [station.photos.keep(padded_jpeg(number * PHOTOS + n, size)).sha256 for n in range(PHOTOS)]
        events = inspection_events(taken, number + 1)
        station.store.append(fold(events), events)
        records += [(event.id, event.hash) for event in events]
        names += taken
    return records, names


def sync(folder: Path, most: int | None, seconds: float = 0.0) -> str:
    """Let the station sync and kill it `seconds` after it began its exchange `most` (never, when None).

    Returns the exchange that the kill fell into; an empty text when all was sent before.
    """
    with subprocess.Popen([sys.executable, str(CHILD), str(folder)], stdout=subprocess.PIPE, env=ENVIRONMENT) as child:
        assert child.stdout is not None
        for count, line in enumerate(child.stdout):
            if line == b"drained\n":
                return ""
            if count == most:
                time.sleep(seconds)
                child.kill()
                rest = child.stdout.read()
                return "" if b"drained\n" in rest else (line + rest).decode().splitlines()[-1]
    raise AssertionError("the sync ended before all was sent")


@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_doubled_when_the_station_is_killed_while_it_syncs(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance, moments = random.Random(seed), Counter[str]()
    number = 0
    while (left := rounds(5, 100) - moments.total()) > 0:
        folder = tmp_path / str(number)
        number += 1
        centre = CentreProcess(folder / "centre").start()
        station = Station(station_settings(folder), folder / "station")
        enrol_station(station, centre.url, centre.code)
        records, names = fill(station, chance)
        for attempt in range(left):
            early = not attempt or chance.random() < 0.3  # records go first, in few exchanges
            most = chance.randrange(FIRST if early else 2 * EXCHANGES // KILLS)
            within = sync(folder / "station", most, chance.uniform(0, LATEST))
            if not within:
                break
            moments[within] += 1
            pending = {record.id for record in station.outbox.pending_records(10**6)}
            sent = {name for name, _hash in station.outbox.sent_ids("", 10**6)}
            assert pending | sent == {name for name, _hash in records}, "every record waits or was acked"
        assert sync(folder / "station", None) == ""
        counts = station.outbox.counts()
        assert (counts.records, counts.photos, counts.refused) == (0, 0, 0)
        station.close()
        assert centre.stop() == (0, "")
        held = in_process_centre(folder / "centre", practice=True)
        told = search.count_everything(held, verify_photos=True)
        assert ledger.lacking(held, records) == ([], [])
        held.close()
        assert (told["records_stored"], told["inspections"], told["photos"]) == (RECORDS, INSPECTIONS, len(set(names)))
        assert (told["photos_damaged"], told["photos_missing_on_disk"], told["conflicts"]) == (0, 0, 0)
        assert told["quarantined"] == 0
    print("\n".join(f"{times:4}  {moment}" for moment, times in moments.most_common()))
