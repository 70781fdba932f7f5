"""Once a day station and centre compare what they hold, day by day; what the centre lost silently comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_cases import FolderPhotos, InProcess, MovedClock, enrolled, in_process_centre, inspection_events, jpeg
from fakes_storage import MemoryStation

from inspection_station.protocol.day_sums import (
    DAY_MS,
    DAYS_TOLD,
    DaySum,
    before_day,
    day_of_id,
    day_sums,
    newest_days,
    sums_from_json,
    sums_to_json,
)
from inspection_station.server import search
from inspection_station.server.centre import Centre
from inspection_station.server.reconcile_days import days_to_reconcile
from inspection_station.server.tables import blob, record, record_blob, station_clock
from inspection_station.sync.client import CentreClient, Transport
from inspection_station.sync.engine import COMPARE_SECONDS, SyncEngine

pytestmark = pytest.mark.both_databases


@dataclass
class Bench:
    """A bench that has sent one inspection with two photos."""

    centre: Centre
    line: InProcess
    station: MemoryStation
    engine: SyncEngine
    seconds: list[float]
    station_id: str

    def next_day(self) -> list[str]:
        """A day later, one round; what was asked."""
        self.seconds[0] += COMPARE_SECONDS
        before = len(self.line.requests)
        self.engine.run_once()
        return [request.url.path.split("/")[3] for request in self.line.requests[before:]]

    def held(self) -> dict[str, Any]:
        """What the centre holds."""
        return search.count_everything(self.centre, verify_photos=True)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock, station, photos, seconds = MovedClock(), MemoryStation(), FolderPhotos(tmp_path / "photos"), [0.0]
    centre = in_process_centre(tmp_path / "centre", clock)
    line = InProcess(centre)
    transport = Transport("http://centre.test", line)
    enrolment, key = enrolled(centre, transport, tmp_path / "key")
    engine = SyncEngine(
        station.outbox, station.feed, photos, CentreClient(transport, enrolment, key), clock,
        monotonic=lambda: seconds[0],
    )  # fmt: skip
    for event in inspection_events([photos.keep(jpeg(n)).sha256 for n in range(2)]):
        station.outbox.queue(event)
    engine.run_once()
    yield Bench(centre, line, station, engine, seconds, enrolment.identity.station_id)
    transport.close()
    centre.close()


def test_a_day_that_both_hold_alike_is_not_offered(bench: Bench) -> None:
    assert bench.next_day() == ["hello", "feed"]
    assert bench.engine.run_once().failure == ""


def test_a_record_that_the_centre_lost_without_a_new_life_comes_back_the_next_day(bench: Bench) -> None:
    with bench.centre.database.writer.begin() as connection:
        gone = connection.scalar(sa.select(record.c.id).limit(1))
        connection.execute(sa.delete(record).where(record.c.id == gone))
    assert bench.held()["records"] == 5
    assert bench.next_day()[:3] == ["hello", "reconcile", "records"]
    assert bench.held()["records_stored"] == 6
    assert bench.next_day() == ["hello", "feed"]


def test_a_photo_that_the_centre_lost_comes_back_the_next_day(bench: Bench) -> None:
    with bench.centre.database.writer.begin() as connection:
        gone = connection.scalar(sa.select(blob.c.sha256).limit(1))
        connection.execute(sa.delete(blob).where(blob.c.sha256 == gone))
    assert bench.next_day()[:4] == ["hello", "reconcile", "blobs", "blobs"]
    assert (bench.held()["photos"], bench.station.outbox.counts().photos) == (2, 0)


def test_the_greeting_is_kept_with_its_clocks(bench: Bench) -> None:
    with bench.centre.database.reader.connect() as connection:
        told = connection.execute(sa.select(station_clock)).one()
    assert told.station_id == bench.station_id
    assert told.wall_ms == 1_795_228_953_120 and told.monotonic_ms > 0 and told.boot_id
    assert told.received_at == "2026-11-21T02:42:33.120Z"


def test_only_a_stations_own_days_count(bench: Bench) -> None:
    with bench.centre.database.reader.connect() as connection:
        rows = connection.execute(sa.select(record.c.id, record.c.content_hash)).all()
        sums = day_sums([(row.id, row.content_hash) for row in rows])
        assert days_to_reconcile(connection, bench.station_id, sums) == []
        assert days_to_reconcile(connection, "another", sums) == sorted(sums)
        assert days_to_reconcile(connection, bench.station_id, {}) == []
        assert connection.scalar(sa.select(sa.func.count()).select_from(record_blob)) == 2


def test_days_come_from_the_ids_and_sums_know_no_order() -> None:
    some_id = "01938000-0000-7000-8000-000000000001"
    day = day_of_id(some_id)
    assert day == int("019380000000", 16) // DAY_MS == 20058
    assert before_day(day) < some_id < before_day(day + 1)
    first, last = day * DAY_MS, (day + 1) * DAY_MS - 1
    for made in (first, last):
        text = f"{made:012x}"
        assert before_day(day) < f"{text[:8]}-{text[8:]}-7000-8000-000000000001" < before_day(day + 1)
    pairs = [(some_id, "a" * 64), (some_id.replace("1938", "1939"), "b" * 64), (some_id[:-1] + "2", "c" * 64)]
    assert day_sums(pairs) == day_sums(pairs[::-1])
    assert day_sums(pairs)[day] == DaySum(2, f"{int('a' * 64, 16) ^ int('c' * 64, 16):064x}")
    assert sums_from_json(sums_to_json(day_sums(pairs))) == day_sums(pairs)
    many = {number: DaySum(1, "0" * 64) for number in range(100)}
    assert sorted(newest_days(many)) == list(range(100 - DAYS_TOLD, 100))


@pytest.mark.parametrize(
    "hostile",
    [None, [], "x", {"x": [1, "0" * 64]}, {"-1": [1, "0" * 64]}, {"9" * 9: [1, "0" * 64]}, {"1": [True, "0" * 64]},
     {"1": [-1, "0" * 64]}, {"1": [1, "g" * 64]}, {"1": [1]}, {"1": None}, {"٣": [1, "0" * 64]}],
)  # fmt: skip
def test_hostile_sums_are_passed_over(hostile: object) -> None:
    assert sums_from_json(hostile) == {}
