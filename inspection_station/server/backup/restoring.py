"""Putting a backup back: photos first, the database last, so that what broke off is no centre yet and can be repeated.

The restored database begins a new life with a new epoch. Benches notice that with their next request, offer all they
ever sent, and send again what the backup lacks, by themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.durable_files import keep_under_name, partial_name
from inspection_station.errors import N_, StationProblem
from inspection_station.server import database, tables
from inspection_station.server.backup.dump import load_dump
from inspection_station.server.backup.kept_photos import KeptPhotos
from inspection_station.server.backup.making import Progress
from inspection_station.server.backup.manifest import (
    DATABASE,
    FILE,
    PHOTOS,
    Manifest,
    backups_in,
    check_files,
    photos_in,
    read_manifest,
)
from inspection_station.server.centre import note

KeepPhoto = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Restored:
    """What was put back.

    Attributes:
        backup: the folder it came from.
        epoch: of the database's new life.
        lacking: photos that the backup named and no longer holds whole; benches that have them send them again.
    """

    backup: Path
    manifest: Manifest
    epoch: str
    photos: int
    lacking: tuple[str, ...]


def chosen_backup(folder: Path) -> Path:
    """The backup that `folder` is, or the newest in it; raises StationProblem ``backup.none``."""
    if (folder / FILE).is_file():
        return folder
    found = backups_in(folder)
    if not found:
        raise StationProblem(
            "backup.none",
            N_("In {folder} there is no whole backup."),
            N_("Name the folder that “central backup” was given, or one backup in it."),
            folder=folder,
        )
    return found[-1][0]


def restore_backup(
    folder: Path,
    data_folder: Path,
    url: str,
    keep_photo: KeepPhoto,
    *,
    progress: Progress = lambda done, total, what: None,
) -> Restored:
    """Make a centre of a backup.

    Args:
        folder: a backup, or a backup folder: its newest.
        data_folder: the data folder of the centre to be.
        url: SQLAlchemy address of its PostgreSQL database; empty for SQLite in the data folder.
        keep_photo: keeps one photo durably under its hash; a photo that is there already may come again.

    Raises:
        StationProblem: ``backup.none``, ``backup.damaged``, ``backup.newer``, ``restore.centre_exists``.
        OSError: from the disk; what was put back so far does no harm, the restore can be repeated.
    """
    chosen = chosen_backup(folder)
    manifest = read_manifest(chosen)
    check_files(chosen, manifest)
    engine, written = _target(data_folder, url)
    try:
        photos, lacking = _put_photos_back(chosen, manifest, keep_photo, progress)
        with engine.begin() as connection:
            if url and sa.inspect(connection).get_table_names():
                raise _exists(engine.url.render_as_string())
            rows = load_dump(connection, chosen / DATABASE, manifest.revision, manifest.tables)
            if rows != {name: one.rows for name, one in manifest.tables.items()}:
                raise StationProblem(
                    "backup.damaged",
                    N_("The backup {folder} is not whole: {reason}"),
                    N_("Take another one; “central backups” lists them."),
                    folder=chosen,
                    reason=DATABASE,
                )
            epoch = _begin_new_life(connection)
        engine.dispose()
        if written is not None:
            keep_under_name(written, data_folder / database.FILE)
    finally:
        engine.dispose()
        if written is not None:
            for left in data_folder.glob(f"{written.name}*"):
                left.unlink(missing_ok=True)
    return Restored(chosen, manifest, epoch, photos, tuple(lacking))


def _target(data_folder: Path, url: str) -> tuple[sa.Engine, Path | None]:
    """Where the database is made, and for SQLite the file it grows in."""
    data_folder.mkdir(parents=True, exist_ok=True)
    if (data_folder / database.FILE).exists():
        raise _exists(data_folder / database.FILE)
    if url:
        engine = sa.create_engine(url)
        try:
            with engine.connect() as connection:
                if sa.inspect(connection).get_table_names():
                    raise _exists(engine.url.render_as_string())
        except BaseException:
            engine.dispose()
            raise
        return engine, None
    written = data_folder / partial_name(database.FILE)
    return sa.create_engine(f"sqlite:///{written}", poolclass=sa.NullPool), written


def _exists(place: object) -> StationProblem:
    return StationProblem(
        "restore.centre_exists",
        N_("There is a centre in {place} already; it is not overwritten."),
        N_("Name an empty folder or database. To put this one back, stop the centre and move its data away first."),
        place=place,
    )


def _put_photos_back(
    chosen: Path, manifest: Manifest, keep_photo: KeepPhoto, progress: Progress
) -> tuple[int, list[str]]:
    kept = KeptPhotos(chosen.parent / PHOTOS)
    count, lacking = 0, []
    for number, name in enumerate(photos_in(chosen), 1):
        data = kept.read(name)
        if data is None:
            lacking.append(name)
        else:
            keep_photo(name, data)
            count += 1
        progress(number, manifest.photos, PHOTOS)
    return count, lacking


def _begin_new_life(connection: Connection) -> str:
    epoch = str(uuid.uuid4())
    note(connection, "epoch", epoch)
    # Another server counts its transactions anew, and which one it is will be noted when the centre is opened.
    connection.execute(sa.delete(tables.fact).where(tables.fact.c.name == "cluster"))
    for table in tables.metadata.sorted_tables:
        if "xid" in table.c:
            connection.execute(sa.update(table).values(xid=0))
    return epoch
