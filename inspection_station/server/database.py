"""The centre's database: one SQLite file in its data folder, every commit on the disk before it is answered.

Writing transactions go one after the other through a pool of one connection and begin as writers, so that none
fails half-way because another got ahead; readers see the last commit and never wait.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

from inspection_station.durable_files import keep_under_name
from inspection_station.errors import N_, StationProblem

FILE = "centre.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Database:
    """`writer` for every transaction that changes something, `reader` for all others."""

    path: Path
    writer: Engine
    reader: Engine

    def close(self) -> None:
        """Give the connections back; the last one merges the write-ahead log."""
        self.reader.dispose()
        self.writer.dispose()


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


def open_database(folder: Path, *, progress: Callable[[str], None] = lambda text: None) -> Database:
    """Open, make or bring up to date the database in `folder`.

    Raises:
        StationProblem: ``centre.folder_unwritable``, ``centre.database_newer`` or ``centre.database_damaged``.
    """
    path = folder / FILE
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
    database = Database(
        path,
        _engine(path, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0, pool_timeout=60),
        _engine(path, "BEGIN", pool_size=8, max_overflow=32),
    )
    try:
        _migrate(database, progress)
    except sqlalchemy.exc.DatabaseError as error:
        database.close()
        raise StationProblem(
            "centre.database_damaged",
            N_("The centre's database {path} cannot be read: {reason}"),
            N_("Put the last backup in its place; stations then send again what it lacks."),
            path=path,
            reason=error.orig,
        ) from error
    except StationProblem:
        database.close()
        raise
    return database


def _migrate(database: Database, progress: Callable[[str], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    with database.reader.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found == newest:
        return
    if found is not None:
        if found not in {known.revision for known in script.walk_revisions()}:
            raise StationProblem(
                "centre.database_newer",
                N_("The centre's database was made by a newer version of this program."),
                N_("Start the newer version, or put back the backup that this version made."),
            )
        progress(f"{found} → {newest}")
        _copy(database.path, database.path.with_name(f"{FILE}.before-{newest}"))
    with database.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    log.info("database migrated from %s to %s", found, newest)


def _copy(source: Path, target: Path) -> None:
    """A whole and durable copy of the database at `source`; an older copy of the same step is kept."""
    if target.exists():
        return
    temporary = target.with_name(target.name + ".part")
    temporary.unlink(missing_ok=True)
    with sqlite3.connect(source) as original, sqlite3.connect(temporary) as copy:
        original.backup(copy)
    original.close()
    copy.close()
    keep_under_name(temporary, target)
