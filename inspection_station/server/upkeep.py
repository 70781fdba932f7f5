"""Work that one process does at a time for a centre: backups, retention. Whoever dies lets go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from inspection_station.errors import N_, StationProblem
from inspection_station.server.blobs.file_lock import try_lock
from inspection_station.server.centre import Centre

FILE = ".upkeep.lock"
POSTGRES_LOCK = 0x1E7042  # an advisory lock of this program's own


def _busy() -> StationProblem:
    return StationProblem(
        "centre.upkeep_busy",
        N_("A backup or the retention of this centre is running already."),
        N_("Wait until it is done, then try again."),
    )


@contextmanager
def only_one_in(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder`; raises StationProblem ``centre.upkeep_busy`` when somebody else does."""
    with (folder / FILE).open("a") as file:
        try:
            try_lock(file.fileno())
        except OSError as error:
            raise _busy() from error
        yield


@contextmanager
def only_one(centre: Centre) -> Iterator[None]:
    """Hold this centre's lock, also against other machines on its PostgreSQL; raises as `only_one_in`."""
    if centre.database.reader.dialect.name != "postgresql":
        with only_one_in(centre.settings.data_folder):
            yield
        return
    with centre.database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(POSTGRES_LOCK))):
            raise _busy()
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(POSTGRES_LOCK)))
