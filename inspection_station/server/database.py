"""The centre's database: one SQLite file in its data folder, or PostgreSQL.

On both, every commit is on the disk before it is answered, and migrations run once, however many instances start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from inspection_station.errors import N_, StationProblem
from inspection_station.server.postgres import check_server, end_for_good, postgres_engines, retried, unreachable
from inspection_station.server.shared_commits import SharedCommits
from inspection_station.server.sqlite_file import copy_once, damaged, sqlite_engines, writable
from inspection_station.server.statements import lock

FILE = "centre.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"

_Result = TypeVar("_Result")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Database:
    """`writer` for every transaction that changes something, `reader` for all others, `glance` for a single question.

    `path` is the SQLite file, or where it would be. A reader sees one state of everything until its transaction ends.
    """

    path: Path
    writer: Engine
    reader: Engine
    glance: Engine

    def __post_init__(self) -> None:
        object.__setattr__(self, "_shared", SharedCommits(self.writer))

    _shared: SharedCommits = field(init=False, repr=False, compare=False)

    @property
    def is_postgres(self) -> bool:
        """Whether it is PostgreSQL, which other instances of the centre may share."""
        return self.writer.dialect.name == "postgresql"

    def write(self, work: Callable[[Connection], _Result]) -> _Result:
        """What `work` returns, after its commit, which several callers may share.

        It may be done more than once: PostgreSQL calls a transaction off when two wait for each other.
        """
        return retried(self.writer, work) if self.is_postgres else self._shared.do(work)

    def close(self) -> None:
        """Give the connections back; the last one merges the write-ahead log of SQLite."""
        if self.is_postgres:
            end_for_good(self.writer, self.glance)
        self.glance.dispose()
        self.reader.dispose()
        self.writer.dispose()


def open_database(folder: Path, url: str = "", *, progress: Callable[[str], None] = lambda text: None) -> Database:
    """Open, make or bring up to date the database: the SQLite file in `folder`, or the PostgreSQL at `url`.

    `url` is SQLAlchemy's, ``postgresql+psycopg://user@host/name``; the folder is made in any case.

    Raises:
        StationProblem: ``centre.folder_unwritable``, ``centre.database_newer``, ``centre.database_damaged``;
            for PostgreSQL ``centre.database_unreachable`` and as `postgres.check_server`.
    """
    path = folder / FILE
    writable(folder)
    if url:
        return _opened_postgres(path, url, progress)
    writer, reader = sqlite_engines(path)
    database = Database(path, writer, reader, glance=reader)
    try:
        _migrate(database, progress)
    except sqlalchemy.exc.DatabaseError as error:
        database.close()
        raise damaged(path, error) from error
    except StationProblem:
        database.close()
        raise
    return database


def _opened_postgres(path: Path, url: str, progress: Callable[[str], None]) -> Database:
    try:
        database = Database(path, *postgres_engines(url))
    except (sqlalchemy.exc.ArgumentError, ValueError) as error:
        raise unreachable(url, error) from None  # the address in it may hold a password
    try:
        with database.reader.connect() as connection:
            check_server(connection)
        _migrate(database, progress)
    except sqlalchemy.exc.DBAPIError as error:
        database.close()
        raise unreachable(url, error) from None
    except StationProblem:
        database.close()
        raise
    return database


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _migrate(database: Database, progress: Callable[[str], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    with database.reader.connect() as connection:
        found = _found(connection)
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
        if not database.is_postgres:
            copy_once(database.path, database.path.with_name(f"{FILE}.before-{newest}"))
    with database.writer.begin() as connection:
        lock(connection, "migration")
        if _found(connection) == newest:
            return  # another instance was quicker
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    log.info("database migrated from %s to %s", found, newest)
