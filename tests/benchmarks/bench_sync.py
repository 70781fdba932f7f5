"""How fast a station syncs with a real centre process, beside what the disk and the database alone would take.

    PYTHONPATH=.:tests python tests/benchmarks/bench_sync.py

Floors, in the same run on the same disk: for records a plain Core bulk insert of the same lines in batches of 100,
each committed with fsync; for photos writing the same bytes with fsync of file and folder, and a rename.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from centre_cases import (
    CentreProcess,
    MovedClock,
    client_for,
    close_clients,
    in_process_centre,
    inspection_events,
    line_of,
    padded_jpeg,
)

from inspection_station.domain.events import InspectionEvent
from inspection_station.domain.folding import fold
from inspection_station.durable_files import sync_folder
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.server import ledger
from inspection_station.server.database import open_database as open_centre_database
from inspection_station.server.tables import record
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.sync.engine import SyncEngine

Measured = tuple[str, float, str, float]

INSPECTIONS = 300
EVENTS_EACH = 10
PHOTOS = 60
PHOTO_BYTES = 2_500_000
BATCH = 100


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _records_floor(folder: Path, lines: list[bytes]) -> float:
    """Seconds of a plain bulk insert of the same lines."""
    database = open_centre_database(folder)
    rows = [
        {
            "id": str(number), "revision": 1, "hash": "h", "content_hash": "h", "kind": "k", "station_id": "s",
            "inspection_id": "i", "sequence": number, "line": line.decode(), "verdict": "stored", "received_at": "t",
        }
        for number, line in enumerate(lines)
    ]  # fmt: skip

    def insert() -> None:
        for start in range(0, len(rows), BATCH):
            with database.writer.begin() as connection:
                connection.execute(sa.insert(record), rows[start : start + BATCH])

    seconds = _timed(insert)
    database.close()
    return seconds


def _photos_floor(folder: Path, photos: list[bytes]) -> float:
    """Seconds to hash the same bytes and write them durably."""
    folder.mkdir()

    def write() -> None:
        for data in photos:
            name = hashlib.sha256(data).hexdigest()
            with (folder / "part").open("wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            os.replace(folder / "part", folder / name)
            sync_folder(folder)

    return _timed(write)


def _ledger_seconds(folder: Path, lines: list[bytes]) -> float:
    """Seconds of the centre's ledger alone for the same lines."""
    centre = in_process_centre(folder)

    def take() -> None:
        for start in range(0, len(lines), BATCH):
            ledger.take(centre, "s", lines[start : start + BATCH])

    seconds = _timed(take)
    centre.close()
    return seconds


def _inspections() -> list[list[InspectionEvent]]:
    from storage_cases import CLOSED, Making, decided, item

    from inspection_station.domain.events import EventKind
    from inspection_station.domain.identifiers import uuid7

    made = []
    for number in range(1, INSPECTIONS + 1):
        making, item_id = Making(), uuid7()
        making.add(making.parcel(f"SF{number:012d}"))
        making.add(item(item_id, number))
        for question in range(EVENTS_EACH - 4):
            facts = {"item_id": item_id, "question": f"q{question}", "verdict": "pass", "answered_by": "single"}
            making.add((EventKind.QUESTION_ANSWERED, facts))
        making.add(decided(item_id))
        making.add(CLOSED)
        made.append(making.events)
    return made


def measure() -> list[Measured]:
    """(name, value, unit, floor) of each rate; the floor in the same unit, from the same run."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        chains = _inspections()
        lines = [line_of(event) for events in chains for event in events]
        pictures = [padded_jpeg(number, PHOTO_BYTES) for number in range(PHOTOS)]
        database = open_database(folder / "station", check=False)
        outbox, inspections = StoredOutbox(database), StoredInspections(database)
        photos = PhotoStore(folder / "photos", minimum_free=0)
        for events in chains:
            inspections.append(fold(events), events)
        centre = CentreProcess(folder / "centre").start()
        client = client_for(centre.url, centre.code, folder / "key")
        engine = SyncEngine(outbox, StoredFeed(database), photos, client, MovedClock())
        records_seconds = _timed(engine.run_once)
        assert outbox.counts().records == 0
        events = inspection_events([photos.keep(data).sha256 for data in pictures], INSPECTIONS + 1)
        inspections.append(fold(events), events)
        photo_seconds = _timed(engine.run_once)
        assert outbox.counts().photos == 0
        centre.stop()
        close_clients()
        database.close()
        ledger_rate = len(lines) / _ledger_seconds(folder / "ledger", lines)
        insert_rate = len(lines) / _records_floor(folder / "floor", lines)
        write_rate = PHOTOS / _photos_floor(folder / "floor-photos", pictures)
    return [
        ("sync: records from outbox to ack", len(lines) / records_seconds, "records/s", insert_rate),
        ("centre: records through the ledger", ledger_rate, "records/s", insert_rate),
        ("sync: photos of 2.5 MB from outbox to ack", PHOTOS / photo_seconds, "photos/s", write_rate),
    ]


if __name__ == "__main__":
    for name, value, unit, floor in measure():
        print(f"{name}: {value:.1f} {unit}, floor {floor:.1f} ({value / floor:.2f} ×)")
