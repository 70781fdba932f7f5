"""Reading the feed on from a cursor misses nothing, however many write it at the same time."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_cases import in_process_centre
from postgres_server import PostgresServer

from inspection_station.server.centre import Centre, open_centre
from inspection_station.server.returns_feed import publish, read_page
from inspection_station.server.tables import feed_item

WRITERS = 16


@dataclass
class Following:
    """A station that reads on and on, and keeps the last form of every thing."""

    centre: Centre
    cursor: str = ""
    known: dict[str, Any] = field(default_factory=dict)
    pages: int = 0
    told: int = 0

    def read(self, limit: int = 500) -> int:
        """Read one page; how many things it had."""
        with self.centre.database.reader.connect() as connection:
            page = read_page(connection, self.cursor, limit)
        self.known.update({item["id"]: item["body"] for item in page["items"]})
        self.cursor = page["cursor"]
        self.pages += 1
        self.told += len(page["items"])
        return len(page["items"])


def write_at_once(centre: Centre, commits: int, things: int) -> None:
    """Many threads tell new and changed things, one commit each, some of them slowly and some in vain."""

    def one(writer: int) -> None:
        chance = random.Random(writer)
        for number in range(commits // WRITERS):
            name = f"T-{chance.randrange(things):06d}"
            with centre.database.writer.connect() as connection:
                publish(connection, "tote", [(name, {"by": writer, "number": number})])
                if chance.random() < 0.02:
                    publish(connection, "tote", [(f"S-{writer}-{number}", {"slow": number})])
                if chance.random() < 0.03:
                    connection.rollback()
                else:
                    connection.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(one, range(WRITERS)))


def test_sixteen_writers_at_once_and_the_reader_misses_none(
    postgres_server: PostgresServer, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    centre = open_centre(tmp_path, database=postgres_server.new_database())
    commits = rounds(5_000, 200_000)
    following, done = Following(centre), threading.Event()

    def follow() -> None:
        while not done.is_set():
            following.read(50)

    reader = threading.Thread(target=follow)
    reader.start()
    try:
        write_at_once(centre, commits, commits // 3)
    finally:
        done.set()
        reader.join()
    seen_meanwhile = following.pages
    while following.read():
        pass
    with centre.database.reader.connect() as connection:
        rows = connection.execute(sa.select(feed_item.c.id, feed_item.c.body)).all()
    assert following.known == {row.id: json.loads(row.body) for row in rows}
    assert seen_meanwhile > 20 and len(rows) > commits // 5
    newcomer = Following(centre)
    while newcomer.read():
        pass
    assert newcomer.known == following.known and newcomer.told == len(rows)  # each once, in its last form
    centre.close()


def test_what_was_told_first_but_committed_last_is_not_passed_over(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    centre = open_centre(tmp_path, database=postgres_server.new_database())
    following = Following(centre)
    slow = centre.database.writer.connect()
    publish(slow, "tote", [("slow", {})])
    with centre.database.writer.begin() as quick:
        publish(quick, "tote", [("quick", {})])
    assert following.read() == 0  # "quick" waits: something may still appear before it
    slow.commit()
    slow.close()
    assert following.read() == 2 and set(following.known) == {"slow", "quick"}
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", [("slow", {"changed": 1})])
    assert following.read() == 1 and following.known["slow"] == {"changed": 1}
    centre.close()


def test_two_that_change_one_thing_at_once_leave_it_told_once(postgres_server: PostgresServer, tmp_path: Path) -> None:
    centre = open_centre(tmp_path, database=postgres_server.new_database())
    following = Following(centre)
    first = centre.database.writer.connect()
    publish(first, "tote", [("T-1", {"by": "first"})])

    def second() -> None:
        with centre.database.writer.begin() as connection:
            publish(connection, "tote", [("T-1", {"by": "second"})])

    other = threading.Thread(target=second)
    other.start()
    first.commit()
    first.close()
    other.join()
    assert following.read() == 1 and following.known == {"T-1": {"by": "second"}}
    centre.close()


@pytest.mark.both_databases
def test_a_reader_from_the_beginning_gets_a_snapshot_and_then_the_tail(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    with centre.database.writer.begin() as connection:
        told = publish(connection, "tote", [(f"T-{n}", {"slot": n}) for n in range(1100)])
        assert len(told.new) == 1100
    with centre.database.writer.begin() as connection:
        told = publish(connection, "tote", [(f"T-{n}", {"slot": n % 7}) for n in range(1100)])
        assert (len(told.new), len(told.changed), told.unchanged) == (0, 1093, 7)
    following = Following(centre)
    assert [following.read(), following.read(), following.read(), following.read()] == [500, 500, 100, 0]
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", [("T-5", {"slot": 9})])
    assert following.read() == 1 and following.told == 1101
    centre.close()
