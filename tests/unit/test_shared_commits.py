"""Requests that write at the same time share a commit, and none pays for another's fault."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event

from inspection_station.server.shared_commits import SharedCommits
from inspection_station.server.sqlite_file import sqlite_engines


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    writer, reader = sqlite_engines(tmp_path / "some.sqlite")
    with writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE seen (number INTEGER PRIMARY KEY)")
    yield writer
    writer.dispose()
    reader.dispose()


def write(connection: Connection, number: int) -> int:
    connection.exec_driver_sql("INSERT INTO seen VALUES (?)", (number,))
    return number


def seen(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT number FROM seen ORDER BY number")))


def all_at_once(commits: SharedCommits, numbers: list[int], engine: Engine) -> tuple[list[str], int]:
    """Write these while a first one holds the writer; what each got, and how many commits that took."""
    begun, go_on, told, count = threading.Event(), threading.Event(), [""] * len(numbers), []
    event.listen(engine, "commit", lambda _connection: count.append(1))

    def first(connection: Connection) -> None:
        begun.set()
        go_on.wait(10)

    def one(place: int) -> None:
        try:
            told[place] = str(commits.do(lambda connection: write(connection, numbers[place])))
        except sa.exc.IntegrityError:
            told[place] = "refused"

    leader = threading.Thread(target=lambda: commits.do(first))
    leader.start()
    begun.wait(10)
    others = [threading.Thread(target=one, args=(place,)) for place in range(len(numbers))]
    for thread in others:
        thread.start()
    while len(commits._waiting) < len(numbers):
        pass
    go_on.set()
    for thread in [leader, *others]:
        thread.join(20)
    return told, len(count)


def test_those_that_wait_for_the_writer_go_with_one_commit(engine: Engine) -> None:
    told, commits = all_at_once(SharedCommits(engine), list(range(10)), engine)
    assert told == [str(number) for number in range(10)] and seen(engine) == list(range(10))
    assert commits == 2


def test_a_fault_of_one_is_its_own(engine: Engine) -> None:
    told, _commits = all_at_once(SharedCommits(engine), [1, 2, 1, 3], engine)
    assert sorted(told) == ["1", "2", "3", "refused"] and seen(engine) == [1, 2, 3]


def test_one_alone_that_fails_leaves_nothing(engine: Engine) -> None:
    commits = SharedCommits(engine)

    def half(connection: Connection) -> None:
        write(connection, 1)
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        commits.do(half)
    assert seen(engine) == [] and commits.do(lambda connection: write(connection, 2)) == 2


def test_nobody_is_told_that_it_is_kept_when_the_commit_fails(engine: Engine) -> None:
    def no_commit(_connection: Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, OSError("disk full"))

    commits = SharedCommits(engine)
    event.listen(engine, "commit", no_commit)
    with pytest.raises(sa.exc.OperationalError):
        commits.do(lambda connection: write(connection, 1))
    event.remove(engine, "commit", no_commit)
    assert seen(engine) == []
