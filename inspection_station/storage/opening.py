"""Opening the station's database: made when absent, checked, copied and brought up to date when older."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from inspection_station.durable_files import keep_under_name, sync_file, sync_folder
from inspection_station.errors import StationProblem
from inspection_station.storage import facts, faults, migrations
from inspection_station.storage.database import BUSY_MS, FILE_NAME, Database
from inspection_station.storage.facts import StationFacts

log = logging.getLogger(__name__)

COPIES = "copies"  # folder beside the file, for copies made before a migration or of a damaged file
_HEADER = b"SQLite format 3\x00"
_LARGE = 128 * 1024 * 1024  # bytes; beyond that a whole check would be felt at every start
_CHECKED = "database.checked_on"
_SHORTEST = 512  # bytes; the smallest page SQLite knows


def open_database(folder: Path, *, busy_ms: int = BUSY_MS, check: bool = True) -> Database:
    """Open ``station.sqlite3`` in `folder`, made or brought up to date where needed.

    Args:
        folder: made when absent.
        busy_ms: how long a transaction waits for another program before it gives up.
        check: read the whole file for damage, a large one once a day (a gigabyte takes some seconds); the second
            user of a file just opened does without, as does who lets `check_whole` follow. A file that was found
            damaged before is always read.

    Raises:
        StationProblem: ``database.newer``, ``database.damaged``, ``database.locked``, ``database.unsafe_folder``,
            ``disk.unwritable``, ``disk.full``. The file is then as it was.
    """
    path = folder / FILE_NAME
    with faults.told_as_problems(path):
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _refuse_lone_journal(path)
            _create(path, busy_ms)
        _refuse_wrong_header(path)
    database = Database(path, busy_ms)
    try:
        _check_and_migrate(database, check or _was_damaged(path))
    except StationProblem as problem:
        # Put aside while this connection is open: closing the last one would fold the journal into the file.
        aside = _put_aside(path) if problem.code == "database.damaged" else None
        database.close()
        if aside is not None:
            raise faults.damaged(path, aside) from problem
        raise
    except BaseException:
        database.close()
        raise
    return database


def check_whole(folder: Path) -> None:
    """Read the whole file of `folder` for damage, a large one once a day, on a connection of its own.

    For the program that opened it without a check, to be called on another thread while work goes on.

    Raises:
        StationProblem: ``database.damaged``; a copy has been put aside, and the next opening checks first.
    """
    path = folder / FILE_NAME
    database = Database(path)
    try:
        _check_and_migrate(database, True)
    except StationProblem as problem:
        if problem.code != "database.damaged":
            raise
        raise faults.damaged(path, _put_aside(path)) from problem
    finally:
        database.close()


def _was_damaged(path: Path) -> bool:
    """Whether a damaged file was ever put aside here: from then on nothing is taken on trust."""
    return any((path.parent / COPIES).glob(f"damaged-*-{path.name}"))


def _check_and_migrate(database: Database, check: bool) -> None:
    with database.reading() as connection:
        tables = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" not in tables:
            raise faults.damaged(database.path)
        revision = _revision(connection)
        is_current = revision == migrations.HEAD
        today = datetime.now(UTC).date().isoformat()
        is_large = database.path.stat().st_size > _LARGE
        check = check and not (is_large and is_current and facts.read(connection, _CHECKED) == today)
        if check and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise faults.damaged(database.path)
    if is_current:
        if check and is_large:
            StationFacts(database).put(_CHECKED, today)
        return
    if revision not in _known_revisions():
        raise faults.newer(database.path)
    copy = copy_database(database.path, f"before-{migrations.HEAD}-from-{revision}")
    log.info("station database copied to %s before migrating from %s to %s", copy.name, revision, migrations.HEAD)
    with database.writing() as connection:
        _upgrade(connection)


def _revision(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory  # costs a tenth of a second, so only when it is needed

    script = ScriptDirectory(str(migrations.VERSIONS.parent), version_locations=[str(migrations.VERSIONS)])
    return {step.revision for step in script.walk_revisions()}


def _upgrade(connection: Connection) -> None:
    """Run all steps that are missing, inside the caller's transaction."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(migrations.VERSIONS.parent), version_locations=[str(migrations.VERSIONS)])
    environment = EnvironmentContext(
        Config(), script, fn=lambda revision, _context: script._upgrade_revs("head", revision)
    )
    with environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


def _create(path: Path, busy_ms: int) -> None:
    """Make the database under another name first: a file with this name is always a whole one."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    _remove(fresh)
    try:
        database = Database(fresh, busy_ms)
        try:
            with database.writing() as connection:
                _upgrade(connection)
        finally:
            database.close()
        sync_file(fresh)
        _publish(fresh, path)
    finally:
        _remove(fresh)


def _publish(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)  # unlike a rename it never replaces one that another process has made meanwhile
    except FileExistsError:
        return
    except OSError:  # a file system without links
        os.replace(fresh, path)
    sync_folder(path.parent)


def _remove(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with contextlib.suppress(OSError):
            name.unlink(missing_ok=True)


def _refuse_lone_journal(path: Path) -> None:
    """A journal without its file: a new file must never take in the changes of another one."""
    journal = Path(f"{path}-wal")
    if journal.exists() and journal.stat().st_size > 0:
        raise faults.damaged(path)


def _refuse_wrong_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(_SHORTEST)
    if len(header) < _SHORTEST or not header.startswith(_HEADER):
        raise faults.damaged(path, _put_aside(path))


def _put_aside(path: Path) -> Path | None:
    """A copy of the damaged file and its journal; the same damage is copied once. None when there is no room."""
    try:
        stamp = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%dT%H%M%SZ")
        copy = path.parent / COPIES / f"damaged-{stamp}-{path.name}"
        if copy.exists():
            return copy
        copy.parent.mkdir(exist_ok=True)
        journal = Path(f"{path}-wal")
        if journal.exists():
            shutil.copyfile(journal, f"{copy}-wal")
        part = copy.with_name(copy.name + ".part")
        shutil.copyfile(path, part)
        keep_under_name(part, copy)
    except OSError:
        log.warning("the damaged station database could not be copied aside", exc_info=True)
        return None
    return copy


def copy_database(path: Path, name: str) -> Path:
    """A durable copy of the database as it stands, journal included, in the folder of copies.

    Raises:
        StationProblem: ``disk.full``, ``disk.unwritable``, ``database.locked``, ``database.damaged``.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = path.parent / COPIES / f"{stamp}-{name}-{path.name}"
    part = copy.with_name(copy.name + ".part")
    with faults.told_as_problems(path):
        copy.parent.mkdir(exist_ok=True)
        try:
            source, target = sqlite3.connect(path), sqlite3.connect(part)
            with contextlib.closing(source), contextlib.closing(target):
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")  # one file, without a journal beside it
            keep_under_name(part, copy)
        finally:
            _remove(part)
    return copy
