"""kill -9 of the S3 server while it takes photos: what was acked is there, and what was not comes again."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import centre_cases
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
from centre_surroundings import Surroundings
from postgres_server import Databases
from s3_server import NoS3, S3Server

from inspection_station.domain.folding import fold
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.server import ledger, search
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.sync.client import CentreClient
from inspection_station.sync.engine import SyncEngine

INSPECTIONS, PHOTOS = 10, 2
RECORDS = INSPECTIONS * (4 + PHOTOS)
SIZES = (3000, 200_000, 3_000_000)
LATEST = 0.04  # seconds after the exchange has begun
DRAINED_WITHIN = 120.0


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """A server of this test's own, in which every centre of it keeps its photos."""
    server = S3Server()
    try:
        server.start()
    except NoS3 as error:
        pytest.skip(str(error))
    made = Surroundings(Databases(), server)
    monkeypatch.setattr(centre_cases, "photos_of", made.photos)
    monkeypatch.setattr(centre_cases, "environment_of", made.environment)
    yield server
    server.stop()


class Killer:
    """Kills the S3 server while the centre is sent a photo; `struck` is set when it has."""

    def __init__(self, client: CentreClient, server: S3Server, chance: random.Random) -> None:
        self._server, self._chance = server, chance
        self._left = -1  # photos until the next kill; -1: none is to come
        self.struck = threading.Event()
        self._timer: threading.Timer | None = None
        self._exchange = client._transport.exchange
        client._transport.exchange = self._watched  # type: ignore[method-assign]

    def again(self) -> None:
        """Kill once more, within one of the next photos."""
        self.struck.clear()
        self._left = self._chance.randrange(4)

    def rest(self) -> None:
        """Kill no more; a kill that is under way is waited for."""
        self._left = -1
        if self._timer is not None:
            self._timer.join()

    def _kill(self) -> None:
        self._server.process.kill()
        self.struck.set()

    def _watched(self, method: str, path: str, *arguments: Any) -> Any:
        if method == "PUT":
            if self._left == 0:
                self._timer = threading.Timer(self._chance.random() * LATEST, self._kill)
                self._timer.start()
            self._left -= self._left >= 0
        return self._exchange(method, path, *arguments)


@pytest.mark.timeout(3600)
def test_no_photo_is_lost_when_the_s3_server_is_killed_while_it_takes_one(
    tmp_path: Path, s3: S3Server, rounds: Callable[[int, int], int]
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance, kills, number = random.Random(seed), 0, 0
    wanted = rounds(2, 60)
    while kills < wanted:
        kills += _one_history(tmp_path / str(number), s3, chance, wanted - kills)
        number += 1


def _one_history(folder: Path, s3: S3Server, chance: random.Random, most: int) -> int:
    """A station's photos reach S3 through a centre while S3 is killed up to `most` times; how often it was."""
    centre = CentreProcess(folder / "centre").start()
    database = open_database(folder / "station", check=False)
    inspections, outbox = StoredInspections(database), StoredOutbox(database)
    photos = PhotoStore(folder / "photos", minimum_free=0)
    offers: list[tuple[str, str]] = []
    names: list[str] = []
    for number in range(INSPECTIONS):
        taken = [photos.keep(padded_jpeg(number * PHOTOS + n, chance.choice(SIZES))).sha256 for n in range(PHOTOS)]
        events = inspection_events(taken, number + 1)
        inspections.append(fold(events), events)
        offers += [(event.id, event.hash) for event in events]
        names += taken
    client = client_for(centre.url, centre.code, folder / "key")
    engine = SyncEngine(outbox, StoredFeed(database), photos, client, MovedClock(), draw=lambda: 0.0)
    killer = Killer(client, s3, chance)
    killer.again()
    kills, drained, begun = 0, False, time.monotonic()
    try:
        while not drained:
            engine.hurry()
            report = engine.run_once()
            drained = not (report.waiting.records or report.waiting.photos)
            if drained:
                killer.rest()
            if killer.struck.is_set():
                kills += 1
                killer.struck.clear()
                s3.kill()
                s3.run()
                held = in_process_centre(folder / "centre")
                arrived = set(names) - set(outbox.pending_photos(10_000))
                assert [name for name in arrived if not held.photos.verify(name)] == [], "acked, and gone"
                held.close()
                begun = time.monotonic()
                if kills < most and not drained:
                    killer.again()
            assert time.monotonic() - begun < DRAINED_WITHIN, report
        assert kills
        assert outbox.counts().refused == 0
        close_clients()
        assert centre.stop()[0] == 0
    finally:
        centre.process.kill()
    database.close()
    held = in_process_centre(folder / "centre")
    told = search.count_everything(held, verify_photos=True)
    assert ledger.lacking(held, offers) == ([], [])
    assert (told["records_stored"], told["inspections"], told["photos"]) == (RECORDS, INSPECTIONS, len(set(names)))
    assert (told["photos_damaged"], told["photos_missing_on_disk"], told["quarantined"]) == (0, 0, 0)
    assert sorted(held.photos.names()) == sorted(set(names))
    held.close()
    return kills
