"""The station's database file: connections, transactions, and their durability.

WAL with ``synchronous=FULL``: a commit that returned survives a power cut (NORMAL lost 633 of 51,908 in a trial).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event

from inspection_station.storage import faults

FILE_NAME = "station.sqlite3"
BUSY_MS = 5000
_CACHE_KIB = 16 * 1024


class Database:
    """One user of the database file, with connections of its own; the bench and the sync loop each open one.

    Every fault of the disk or the file leaves as `StationProblem`, and then nothing of the transaction is kept.
    """

    def __init__(self, path: Path, busy_ms: int = BUSY_MS) -> None:
        self.path = path
        self._busy_ms = busy_ms
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"isolation_level": None, "timeout": busy_ms / 1000, "check_same_thread": False},
        )
        event.listen(self._engine, "connect", self._prepare)
        event.listen(self._engine, "begin", _begin)

    def _prepare(self, connection: sqlite3.Connection, _record: Any) -> None:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if str(mode).lower() != "wal":
            raise faults.unsafe_folder(self.path)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: a real flush; nothing elsewhere
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {self._busy_ms:d}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB:d}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state of the data until the block ends."""
        with faults.told_as_problems(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when the block has ended, and has not happened when it raised.

        It is the only writer while it lasts (``BEGIN IMMEDIATE``): MUST be short, without network or pictures.
        """
        with (
            faults.told_as_problems(self.path),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Give the file free; the object MUST not be used afterwards."""
        self._engine.dispose()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
