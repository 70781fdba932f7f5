"""Two instances of the centre over one PostgreSQL take the same records at the same time: each is kept once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from centre_cases import inspection_events, line_of
from postgres_server import PostgresServer
from storage_cases import sha

from inspection_station.domain.events import hash_of
from inspection_station.server import ledger, search
from inspection_station.server.centre import Centre, open_centre
from inspection_station.server.tables import record

Instances = tuple[Centre, Centre]


@pytest.fixture
def instances(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Instances]:
    url = postgres_server.new_database()
    made = open_centre(tmp_path / "first", database=url), open_centre(tmp_path / "second", database=url)
    yield made
    for centre in made:
        centre.close()


def test_the_same_records_at_both_at_once_are_kept_once(instances: Instances) -> None:
    inspections = [[line_of(event) for event in inspection_events(number=n)] for n in range(1, 13)]
    batches = []
    for seed in range(24):
        lines = [line for some in inspections for line in some]
        random.Random(seed).shuffle(lines)
        batches.append((seed % 2, lines[:30]))

    def take(batch: tuple[int, list[bytes]]) -> list[str]:
        return [told["verdict"] for told in ledger.take(instances[batch[0]], "s", batch[1], renew=batch[0] == 0)]

    with ThreadPoolExecutor(8) as pool:
        words = [word for told in pool.map(take, batches) for word in told]
    assert set(words) == {"stored", "duplicate"} and words.count("stored") == 48
    found = search.count_everything(instances[1])
    assert (found["records"], found["conflicts"], found["quarantined"]) == (48, 0, 0)
    assert {one["chain"] for one in search.find_inspections(instances[1], "")} == {"whole"}


def test_two_records_that_claim_one_place_at_once_are_one_stored_and_one_conflict(instances: Instances) -> None:
    for number in range(1, 9):
        first = inspection_events(number=number)[0]
        other = replace(first, at="2026-11-21T09:00:00.000Z")
        other = replace(other, hash=hash_of(other))
        lines = [line_of(first), line_of(other)]

        def take(place: int, lines: list[bytes] = lines) -> str:
            return str(ledger.take(instances[place], "s", [lines[place]])[0]["verdict"])

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(take, (0, 1))) == ["conflict", "stored"]


def test_a_photo_that_comes_to_one_while_its_record_comes_to_the_other_settles_it(instances: Instances) -> None:
    for number in range(1, 13):
        name = sha(1000 + number)
        lines = [line_of(event) for event in inspection_events([name], number=number)]
        row = {"sha256": name, "size": 1, "format": "JPEG", "width": 1, "height": 1, "station_id": "s",
               "received_at": ""}  # fmt: skip

        def one(place: int, lines: list[bytes] = lines, row: dict[str, object] = row) -> None:
            if place:
                ledger.photo_arrived(instances[1], row)
            else:
                ledger.take(instances[0], "s", lines, renew=False)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, (0, 1)))
    with instances[0].database.reader.connect() as connection:
        assert set(connection.scalars(sa.select(record.c.verdict))) == {"stored"}
