"""What SQLite and the operating system report, as problems a person can do something about."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from inspection_station.errors import N_, StationProblem

_PRIMARY = 0xFF  # the low byte of SQLite's extended result codes
_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


def disk_full(path: Path) -> StationProblem:
    """No room for what should be kept."""
    return StationProblem(
        "disk.full",
        N_("Storage is full: nothing of this step has been saved."),
        N_("Make room on the disk of {folder}, or call the lead; then do the step again."),
        work_goes_on=False,
        folder=path.parent,
    )


def disk_unwritable(path: Path) -> StationProblem:
    """The disk or its folder refuses what should be kept."""
    return StationProblem(
        "disk.unwritable",
        N_("The station cannot write to its data folder {folder}: nothing of this step has been saved."),
        N_("Check that the disk is there and that this user may write to it; then do the step again."),
        work_goes_on=False,
        folder=path.parent,
    )


def locked(path: Path) -> StationProblem:
    """Another process holds the file longer than anyone should wait."""
    return StationProblem(
        "database.locked",
        N_("Another program is holding the station's data file {file}: nothing of this step has been saved."),
        N_("Close the other program, a backup or a second station window, and do the step again."),
        file=path,
    )


def damaged(path: Path, copy: Path | None = None) -> StationProblem:
    """The file is no whole database of this program any more; `copy` is where its bytes were put aside."""
    if copy is None:
        return StationProblem(
            "database.damaged",
            N_("The station's data file {file} is damaged. It was left as it is."),
            N_("Stop working at this bench and call the administrator: keep the file, then restore a backup."),
            work_goes_on=False,
            file=path,
        )
    return StationProblem(
        "database.damaged",
        N_("The station's data file {file} is damaged. It was left as it is; a copy of it is kept at {copy}."),
        N_("Stop working at this bench and call the administrator: keep both files, then restore a backup."),
        work_goes_on=False,
        file=path,
        copy=copy,
    )


def newer(path: Path) -> StationProblem:
    """A newer program has changed the file in ways this one does not know."""
    return StationProblem(
        "database.newer",
        N_("The station's data file {file} was made by a newer version of this program. It was not touched."),
        N_("Install the newer version again; this one cannot work with that file."),
        work_goes_on=False,
        file=path,
    )


def unsafe_folder(path: Path) -> StationProblem:
    """The folder is on a file system (a network share) on which commits would not be durable."""
    return StationProblem(
        "database.unsafe_folder",
        N_("The data folder {folder} is on a disk that cannot keep the station's data safely."),
        N_("Choose a folder on a disk of this computer, not on a network share."),
        work_goes_on=False,
        folder=path.parent,
    )


def problem_of(error: BaseException | None, path: Path) -> StationProblem | None:
    """The problem that `error` of the file `path` means; None when it is a bug of ours."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        primary = code & _PRIMARY if code is not None else None
        if primary == sqlite3.SQLITE_FULL:
            return disk_full(path)
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return locked(path)
        if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return damaged(path)
        if primary in (
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_PERM,
            sqlite3.SQLITE_PROTOCOL,
        ):
            return disk_unwritable(path)
    elif isinstance(error, OSError):
        return disk_full(path) if error.errno in _FULL_ERRNOS else disk_unwritable(path)
    return None


@contextmanager
def told_as_problems(path: Path) -> Iterator[None]:
    """Raise faults of the file `path` as `StationProblem`; bugs pass through unchanged."""
    try:
        yield
    except DBAPIError as error:
        problem = problem_of(error.orig, path)
        if problem is None:
            raise
        raise problem from error
    except (sqlite3.Error, OSError) as error:
        problem = problem_of(error, path)
        if problem is None:
            raise
        raise problem from error
