"""A station's records and photos reach a centre that runs as a process of its own, and the feed comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import centre_cases
import pytest
from centre_cases import (
    CentreProcess,
    FolderPhotos,
    MovedClock,
    central,
    client_for,
    close_clients,
    inspection_events,
    jpeg,
)
from fakes_storage import MemoryStation

from inspection_station.domain.folding import fold
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.reference import StoredReference
from inspection_station.sync.client import Transport, enrol
from inspection_station.sync.engine import SyncEngine
from inspection_station.sync.identity import Enrolment, load_or_make_key

pytestmark = pytest.mark.both_surroundings(two_instances=True)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = centre_cases.process_of(tmp_path / "centre").start()
    yield running
    close_clients()
    if running.process.poll() is None:
        running.stop()


def test_300_records_with_photos_reach_the_centre_and_returns_come_back(centre: CentreProcess, tmp_path: Path) -> None:
    table = tmp_path / "returns.csv"
    heading = "return_number,tracking_numbers,sku,name_zh,quantity,category,unit_price_minor\n"
    table.write_text(
        heading + "".join(f"R{n},SF{n:012d},SKU-{n},无线耳机,1,electronics,59900\n" for n in range(600)), "utf-8"
    )
    assert central(centre.data, "import-returns", str(table))["taken"] == 600
    database = open_database(tmp_path / "station")
    inspections, outbox, feed = StoredInspections(database), StoredOutbox(database), StoredFeed(database)
    photos = PhotoStore(tmp_path / "photos", minimum_free=0)
    taken = []
    for number in range(50):
        names = [photos.keep(jpeg(number * 2 + side)).sha256 for side in range(2)]
        events = inspection_events(names, number + 1)
        inspections.append(fold(events), events)
        taken += names
    engine = SyncEngine(outbox, feed, photos, client_for(centre.url, centre.code, tmp_path / "key"), MovedClock())

    report = engine.run_once()

    assert (report.records, report.photos, report.failure) == (300, 100, "")
    assert (report.waiting.records, report.waiting.photos, report.waiting.refused) == (0, 0, 0)
    assert len(StoredReference(database).returns_of_parcel("SF000000000007")) == 1
    assert StoredReference(database).queue(1)[1] == 600
    told = central(centre.data, "stats", "--verify")
    assert (told["records"], told["records_stored"], told["photos"], told["inspections"]) == (300, 300, 100, 50)
    assert (told["photos_damaged"], told["photos_missing_on_disk"], told["quarantined"]) == (0, 0, 0)
    assert engine.run_once().records == 0
    database.close()
    code, errors = centre.stop()
    assert (code, errors) == (0, "")


def test_practice_stations_get_the_number_000(centre: CentreProcess, tmp_path: Path) -> None:
    station = MemoryStation()
    engine = SyncEngine(
        station.outbox, station.feed, FolderPhotos(tmp_path / "photos"),
        client_for(centre.url, centre.code, tmp_path / "key"), MovedClock(),
    )  # fmt: skip
    assert engine.run_once().failure == ""
    assert load_enrolment_again(centre, tmp_path).identity.number == 0


def load_enrolment_again(centre: CentreProcess, folder: Path) -> Enrolment:
    """What the centre answers when the same code and key come again."""
    transport = Transport(centre.url)
    try:
        return enrol(transport, centre.code, load_or_make_key(folder / "key"))
    finally:
        transport.close()
