"""Making a backup: copy, restore for trial, count, hash; only then does it get its name and its photos their marks."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.durable_files import sync_folder
from inspection_station.errors import N_, StationProblem
from inspection_station.server.backup import manifest as manifests
from inspection_station.server.backup.dump import load_dump, revision_of, rows_in, snapshot, write_dump
from inspection_station.server.backup.kept_photos import KeptPhotos
from inspection_station.server.backup.manifest import DATABASE, PART, PHOTOS, Manifest, backups_in
from inspection_station.server.centre import Centre, fact
from inspection_station.server.retention import deleted_photos
from inspection_station.server.safe_marks import mark_backup
from inspection_station.server.tables import blob
from inspection_station.server.upkeep import only_one, only_one_in

TRIAL = "trial.sqlite"

Progress = Callable[[int, int, str], None]


def make_backup(
    centre: Centre, folder: Path, *, keep: int = 0, progress: Progress = lambda done, total, what: None
) -> tuple[Path, Manifest]:
    """Make a backup of `centre` in the backup folder `folder`, verify it, and mark what is safe by it.

    Args:
        keep: how many verified backups stay, this one among them; 0 for all.

    Returns:
        the folder of the backup, and what it says of itself.

    Raises:
        StationProblem: ``centre.upkeep_busy``, ``backup.cannot_write`` or ``backup.not_verified``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.name != "nt":  # it holds what the database holds
            folder.chmod(stat.S_IRWXU)
        with only_one_in(folder), only_one(centre):
            return _make(centre, folder, keep, progress)
    except OSError as error:
        raise StationProblem(
            "backup.cannot_write",
            N_("The backup in {folder} did not come about: {reason}"),
            N_("Make room there, or name another folder; the backups before are as they were."),
            folder=folder,
            reason=error.strerror or error,
        ) from error


def _make(centre: Centre, folder: Path, keep: int, progress: Progress) -> tuple[Path, Manifest]:
    kept = KeptPhotos(folder / PHOTOS)
    (folder / PHOTOS).mkdir(exist_ok=True)
    for left in folder.glob(f"*{PART}"):
        shutil.rmtree(left)
    kept.sweep()
    started = centre.now()
    name = started.replace(":", "").replace("-", "").replace(".", "-") + "-" + secrets.token_hex(3)
    part = folder / f"{name}{PART}"
    (part / DATABASE).mkdir(parents=True)
    with snapshot(centre.database.reader) as connection:
        epoch, revision = fact(connection, "epoch"), revision_of(connection)
        tables = write_dump(connection, part / DATABASE)
        total, missing = _copy_photos(centre, connection, kept, part, progress)
    made = Manifest(
        epoch=epoch, started_at=started, completed_at="", revision=revision,
        dialect=centre.database.reader.dialect.name, tables=tables, photos=total, photo_bytes=0,
        photo_list_sha256="", missing=(),
    )  # fmt: skip
    made = _verify(centre, part, made, kept, missing, progress)
    manifests.write_manifest(part, made)
    sync_folder(part / DATABASE)
    sync_folder(part)
    target = folder / name
    part.rename(target)
    sync_folder(folder)
    keys = (int(row["key"]) for row in rows_in(target / DATABASE / made.tables["record"].file))
    times = (made.started_at, made.completed_at)
    mark_backup(centre, name, epoch, times, keys, manifests.photos_in(target), made.missing)
    if keep:
        prune(folder, keep)
    return target, made


def _copy_photos(
    centre: Centre, connection: Connection, kept: KeptPhotos, part: Path, progress: Progress
) -> tuple[int, list[str]]:
    """Copy the photos that no backup holds yet; how many there are in all, and those that are nowhere."""
    held = blob.c.sha256.not_in(deleted_photos())
    total = connection.scalar(sa.select(sa.func.count()).where(held)) or 0
    missing: list[str] = []
    names = connection.execution_options(yield_per=1000).scalars(
        sa.select(blob.c.sha256).where(held).order_by(blob.c.sha256)
    )

    def copied() -> Iterator[str]:
        for number, name in enumerate(names, 1):
            if not kept.has(name) and not _copy(centre, kept, name):
                missing.append(name)
            else:
                yield name
            progress(number, total, PHOTOS)

    count, _sha256 = manifests.write_photo_list(part, copied())
    return count, missing


def _copy(centre: Centre, kept: KeptPhotos, name: str) -> bool:
    """Take the photo from the centre; False when it is not there, or not with its own bytes."""
    try:
        data = centre.photos.read(name)
    except FileNotFoundError:
        return False
    try:
        kept.keep(name, data)
    except ValueError:
        return False
    return True


def _verify(
    centre: Centre, part: Path, made: Manifest, kept: KeptPhotos, missing: list[str], progress: Progress
) -> Manifest:
    """Restore the backup for trial and hash all its photos; what the bytes of a copy have become is copied again."""
    rows, photos = _trial(part, made)
    if rows != {name: one.rows for name, one in made.tables.items()}:
        differing = sorted(name for name, one in made.tables.items() if rows.get(name) != one.rows)
        raise _not_verified(part, ", ".join(differing))
    size = 0

    def whole() -> Iterator[str]:
        nonlocal size
        for number, name in enumerate(list_before, 1):
            found = kept.size_if_whole(name)
            if found is None and _copy(centre, kept, name):
                found = kept.size_if_whole(name)
            if found is None:
                missing.append(name)
            else:
                size += found
                yield name
            progress(number, made.photos, "verify")

    list_before = list(manifests.photos_in(part))
    count, sha256 = manifests.write_photo_list(part, whole())
    if count + len(missing) != photos:
        raise _not_verified(part, PHOTOS)
    return Manifest(
        **{
            **made.__dict__,
            "completed_at": centre.now(),
            "photos": count,
            "photo_bytes": size,
            "photo_list_sha256": sha256,
            "missing": tuple(sorted(missing)),
        }
    )


def _trial(part: Path, made: Manifest) -> tuple[dict[str, int], int]:
    """How many rows each table has in a database that was made of the backup alone, and how many photos it wants."""
    trial = sa.create_engine(f"sqlite:///{part / TRIAL}", poolclass=sa.NullPool)
    try:
        with trial.begin() as connection:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")  # it is thrown away
            rows = load_dump(connection, part / DATABASE, made.revision, made.tables)
            if fact(connection, "epoch") != made.epoch:
                raise _not_verified(part, "fact")
        with trial.connect() as connection:
            photos = connection.scalar(sa.select(sa.func.count()).where(blob.c.sha256.not_in(deleted_photos())))
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if said != "ok":
                raise _not_verified(part, str(said)[:100])
        return rows, photos or 0
    except (sa.exc.SQLAlchemyError, ValueError, EOFError, KeyError) as error:
        raise _not_verified(part, type(error).__name__) from error
    finally:
        trial.dispose()
        for name in (TRIAL, f"{TRIAL}-journal", f"{TRIAL}-wal", f"{TRIAL}-shm"):
            (part / name).unlink(missing_ok=True)


def _not_verified(part: Path, reason: str) -> StationProblem:
    return StationProblem(
        "backup.not_verified",
        N_("The backup {folder} was made and could not be restored for trial: {reason}"),
        N_("Check the disk it lies on; the backups before are as they were, and nothing was marked safe."),
        folder=part,
        reason=reason,
    )


def prune(folder: Path, keep: int) -> int:
    """Remove all but the newest `keep` backups and the photos only they named; returns how many backups went."""
    found = backups_in(folder)
    old = found[:-keep] if keep else []
    for path, _manifest in old:
        going = path.with_name(path.name + PART)
        path.rename(going)  # from here on it is no backup, whatever happens
        sync_folder(folder)
        shutil.rmtree(going)
    if old:
        staying = [path for path, _manifest in found[len(old) :]]
        with contextlib.ExitStack():
            KeptPhotos(folder / PHOTOS).keep_only(manifests.photos_in(path) for path in staying)
    return len(old)
