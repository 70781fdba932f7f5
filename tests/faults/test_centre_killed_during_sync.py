"""kill -9 of the centre at random moments of the sync: nothing acked is lost or doubled, and everything drains."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
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
from two_instances import TwoInstances

from inspection_station.domain.folding import fold
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.server import ledger, search
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.sync.client import CentreClient
from inspection_station.sync.engine import SyncEngine

pytestmark = pytest.mark.both_surroundings(two_instances=True)

INSPECTIONS, PHOTOS = 40, 2
RECORDS = INSPECTIONS * (4 + PHOTOS)
EXCHANGES = 4 + 2 * INSPECTIONS * PHOTOS  # hello, batches, HEAD and PUT of each photo
FIRST = 4  # the exchanges after a start that are no photo's
KILLS = 10  # in one history, spread over its exchanges
LATEST_MS = 15  # after the exchange has begun


class Killer:
    """Kills the centre within a random exchange of the client, one time after the other.

    Attributes:
        moments: how often a kill fell after an exchange of that kind had begun.
        struck: whether it has killed since `again`.
    """

    def __init__(self, client: CentreClient, centre: CentreProcess, chance: random.Random) -> None:
        self.moments: Counter[str] = Counter()
        self._centre, self._chance = centre, chance
        self._left = -1  # exchanges until the next kill; -1: none is to come
        self._timer: threading.Timer | None = None
        self.struck = threading.Event()
        self.before_each: Callable[[], None] = lambda: None  # before every exchange
        self._exchange = client._transport.exchange
        client._transport.exchange = self._watched  # type: ignore[method-assign]

    def again(self) -> None:
        """Kill once more, within one of the next exchanges; the first time while the records are sent."""
        self.struck.clear()
        early = not self.moments or self._chance.random() < 0.3  # records go first, in few exchanges
        self._left = self._chance.randrange(FIRST if early else 2 * EXCHANGES // KILLS)

    def rest(self) -> None:
        """Kill no more; a kill that is under way is waited for."""
        self._left = -1
        if self._timer is not None:
            self._timer.join()

    def _kill(self) -> None:
        self._centre.strike()
        self.struck.set()

    def _watched(self, method: str, path: str, *arguments: Any) -> Any:
        self.before_each()
        if self._left == 0:
            self.moments[f"{method} {path.partition('?')[0].split('/')[3]}"] += 1
            self._timer = threading.Timer(self._chance.random() * LATEST_MS / 1000, self._kill)
            self._timer.start()
        self._left -= self._left >= 0
        return self._exchange(method, path, *arguments)


@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_doubled_when_the_centre_is_killed(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance, moments = random.Random(seed), Counter[str]()
    histories = 0
    while (left := rounds(4, 100) - moments.total()) > 0:
        moments += _one_history(tmp_path / str(histories), chance, left)
        histories += 1
    print("\n".join(f"{times:4}  {moment}" for moment, times in moments.most_common()))


def _one_history(folder: Path, chance: random.Random, most: int) -> Counter[str]:
    """A station's records and photos reach a centre that is killed up to `most` times; when it was."""
    centre = centre_cases.process_of(folder / "centre").start()
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
    killer = Killer(client, centre, chance)
    killer.again()
    kills = 0
    drained = False

    def mend() -> None:
        """Once it was struck: what was acked is there; start it again and go on killing."""
        nonlocal kills
        if not killer.struck.is_set():
            return
        kills += 1
        centre.kill()
        killer.struck.clear()
        assert _lacks(folder, set(outbox.sent_ids("", 10_000))) == []  # what was acked before the kill is there
        centre.start()
        if kills < most and not drained:
            killer.again()

    if isinstance(centre, TwoInstances):  # one of them goes on, and so does the round
        killer.before_each = mend
    deadline = time.monotonic() + 300
    while not drained:
        assert time.monotonic() < deadline, "everything drains"
        report = engine.run_once()
        drained = not (report.waiting.records or report.waiting.photos)
        if drained:
            killer.rest()
        mend()
    assert 1 <= kills == killer.moments.total()
    assert outbox.counts().records == outbox.counts().photos == outbox.counts().refused == 0
    centre.stop()
    close_clients()
    database.close()
    held = in_process_centre(folder / "centre")
    told = search.count_everything(held, verify_photos=True)
    assert ledger.lacking(held, acked) == ([], [])
    assert (told["records_stored"], told["inspections"], told["photos"]) == (RECORDS, INSPECTIONS, len(set(names)))
    assert (told["photos_damaged"], told["photos_missing_on_disk"], told["conflicts"]) == (0, 0, 0)
    assert told["quarantined"] == 0
    held.close()
    return killer.moments


def _lacks(folder: Path, acked: set[tuple[str, str]]) -> list[str]:
    """What the killed centre's disk lacks of what the station believes to be there."""
    held = in_process_centre(folder / "centre")
    records, _photos = ledger.lacking(held, sorted(acked))
    held.close()
    return records
