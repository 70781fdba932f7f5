"""The centre's database as one SQLite file: every commit on the disk before it is answered.

Writing transactions go one after the other through a pool of one connection and begin as writers, so that none
fails half-way because another got ahead; readers see the last commit and never wait.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, event

from inspection_station.durable_files import keep_under_name
from inspection_station.errors import N_, StationProblem


def writable(folder: Path) -> None:
    """Make `folder`; raises StationProblem ``centre.folder_unwritable``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(folder)
    except OSError as error:
        raise StationProblem(
            "centre.folder_unwritable",
            N_("The centre cannot write to the folder {folder}."),
            N_("Choose another folder with --data, or ask for the right to write there."),
            folder=folder,
        ) from error


def sqlite_engines(path: Path) -> tuple[Engine, Engine]:
    """The writer and the reader over the file at `path`."""
    return (
        _engine(path, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0, pool_timeout=60),
        _engine(path, "BEGIN", pool_size=8, max_overflow=32),
    )


def _engine(path: Path, begin: str, **pool: Any) -> Engine:
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"timeout": 20}, **pool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where `begin` says so, not at sqlite3's discretion
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def damaged(path: Path, error: sqlalchemy.exc.DatabaseError) -> StationProblem:
    """The sentence about a file that is no database any more."""
    return StationProblem(
        "centre.database_damaged",
        N_("The centre's database {path} cannot be read: {reason}"),
        N_("Put the last backup in its place; stations then send again what it lacks."),
        path=path,
        reason=error.orig,
    )


def copy_once(source: Path, target: Path) -> None:
    """A whole and durable copy of the database at `source`; an older copy under that name is kept."""
    if target.exists():
        return
    temporary = target.with_name(target.name + ".part")
    temporary.unlink(missing_ok=True)
    with sqlite3.connect(source) as original, sqlite3.connect(temporary) as copy:
        original.backup(copy)
    original.close()
    copy.close()
    keep_under_name(temporary, target)
