"""kill -9 of the centre at a random moment of the sync: nothing acked is lost or doubled, and everything drains."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from centre_cases import (
    CentreProcess,
    MovedClock,
    client_for,
    close_clients,
    in_process_centre,
    inspection_events,
    padded_jpeg,
)

from inspection_station.domain.inspection import fold
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.server import ledger, search
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.sync.client import CentreClient
from inspection_station.sync.engine import SyncEngine

INSPECTIONS, PHOTOS = 40, 2
RECORDS = INSPECTIONS * (4 + PHOTOS)
EXCHANGES = 4 + 2 * INSPECTIONS * PHOTOS  # hello, batches, HEAD and PUT of each photo: the kill falls into one
LATEST_MS = 15  # after the exchange has begun


@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_doubled_when_the_centre_is_killed(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    for seed in range(rounds(3, 50)):
        _one_history(tmp_path / str(seed), random.Random(seed))


def _one_history(folder: Path, chance: random.Random) -> None:
    centre = CentreProcess(folder / "centre").start()
    database = open_database(folder / "station", check=False)
    inspections, outbox = StoredInspections(database), StoredOutbox(database)
    photos = PhotoStore(folder / "photos", minimum_free=0)
    acked: list[tuple[str, str]] = []
    names: list[str] = []
    for number in range(INSPECTIONS):
        size = chance.choice([3000, 40_000, 600_000])
        taken = [photos.keep(padded_jpeg(number * PHOTOS + n, size)).sha256 for n in range(PHOTOS)]
        events = inspection_events(taken, number + 1)
        inspections.append(fold(events), events)
        acked += [(event.id, event.hash) for event in events]
        names += taken
    client = client_for(centre.url, centre.code, folder / "key")
    engine = SyncEngine(outbox, StoredFeed(database), photos, client, MovedClock(), draw=lambda: 0.0)
    killer = threading.Timer(chance.random() * LATEST_MS / 1000, centre.process.kill)
    _at_exchange(client, chance.randrange(EXCHANGES), killer.start)
    killed = 0
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        report = engine.run_once()
        if centre.process.poll() is not None:
            centre.kill()
            stored_before = set(outbox.sent_ids("", 10_000))
            assert _lacks(folder, stored_before) == []  # what was acked before the kill is there
            centre.start()
            killed += 1
        elif killed and not (report.waiting.records or report.waiting.photos):
            break
    killer.join()
    assert killed == 1
    assert outbox.counts().records == outbox.counts().photos == outbox.counts().refused == 0
    if centre.process.poll() is None:
        centre.stop()
    else:
        centre.kill()
    close_clients()
    database.close()
    held = in_process_centre(folder / "centre")
    told = search.count_everything(held, verify_photos=True)
    assert ledger.lacking(held, acked) == ([], [])
    assert (told["records_stored"], told["inspections"], told["photos"]) == (RECORDS, INSPECTIONS, len(set(names)))
    assert (told["photos_damaged"], told["photos_missing_on_disk"], told["conflicts"]) == (0, 0, 0)
    assert told["quarantined"] == 0
    held.close()


def _at_exchange(client: CentreClient, number: int, act: Callable[[], None]) -> None:
    """Have `act` done when the client begins its exchange `number`, from 0 on."""
    transport, count = client._transport, itertools.count()
    plain = transport.exchange

    def exchange(*arguments: Any) -> Any:
        if next(count) == number:
            act()
        return plain(*arguments)

    transport.exchange = exchange  # type: ignore[method-assign]


def _lacks(folder: Path, acked: set[tuple[str, str]]) -> list[str]:
    """What the killed centre's disk lacks of what the station believes to be there."""
    held = in_process_centre(folder / "centre")
    records, _photos = ledger.lacking(held, sorted(acked))
    held.close()
    return records
