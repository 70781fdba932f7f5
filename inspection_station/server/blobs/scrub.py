"""Reading every photo again: bytes change on disks without anybody writing them, and are noticed only when read.

A photo whose hash is not its name any more is moved aside, never deleted. A verified backup gives it back where one
holds one; else the centre no longer has it: the records that name it wait for their photos again, and the feed asks
the stations for it at once. One that does not read the feed finds out when its days are compared.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.protocol.messages import Verdict
from inspection_station.server.backup.kept_photos import KeptPhotos
from inspection_station.server.backup.manifest import PHOTOS
from inspection_station.server.blobs.store import PhotoAbsent, has_hash
from inspection_station.server.centre import Centre, fact, note
from inspection_station.server.ledger import DAMAGED
from inspection_station.server.retention import deleted_photos
from inspection_station.server.returns_feed import publish
from inspection_station.server.statements import lock, put
from inspection_station.server.tables import backed_up_photo, blob, damaged_photo, record, record_blob

AT_A_TIME = 200
PLACE, STARTED, DONE = "scrub.place", "scrub.started_at", "scrub.done_at"
MEGABYTE = 1_000_000

Progress = Callable[[int, int, str], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScrubReport:
    """What a scrub found.

    Attributes:
        photos: read and whole, by this run. damaged, gone: hashes of those that were not.
        mended: those of both that a backup gave back. resumed: it went on where another run had stopped.
        lacking: photos damaged by any scrub of which the right bytes are not here yet.
    """

    photos: int
    damaged: tuple[str, ...]
    gone: tuple[str, ...]
    mended: tuple[str, ...]
    resumed: bool
    lacking: int


def scrub(
    centre: Centre,
    progress: Progress = lambda done, total, what: None,
    *,
    backups: Path | None = None,
    megabytes_per_second: float = 0.0,
    stop: Callable[[], bool] = lambda: False,
    pause: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> ScrubReport:
    """Hash every photo again; goes on where the run before was stopped.

    Args:
        backups: the backup folder, which gives back what it holds.
        megabytes_per_second: how quickly to read at most, on average; 0 for as quickly as it goes.
        stop: asked before each photo; a later run goes on from there.

    Raises:
        PhotoStoreDown: the store does not answer; a later run goes on from there.
    """
    kept = KeptPhotos(backups / PHOTOS) if backups is not None else None
    centre.spool.sweep()
    after, total = _begin(centre)
    resumed, count, size, begun = bool(after), 0, 0, monotonic()
    found: dict[str, list[str]] = {"damaged": [], "gone": [], "mended": []}
    while names := _next(centre, after):
        for name in names:
            if stop():
                return _report(centre, count, found, resumed)
            what, read = _look(centre, name)
            size += read
            if what:
                found[what].append(name)
                if _settle_damaged(centre, name, what, kept):
                    found["mended"].append(name)
            else:
                count += 1
            after = name
            progress(count + len(found["damaged"]) + len(found["gone"]), total, PHOTOS)
            if megabytes_per_second > 0:
                ahead = size / MEGABYTE / megabytes_per_second - (monotonic() - begun)
                if ahead > 0:
                    pause(ahead)
        centre.database.write(partial(note, name=PLACE, value=after))
    centre.database.write(lambda connection: _end(connection, centre.now()))
    return _report(centre, count, found, resumed)


def _begin(centre: Centre) -> tuple[str, int]:
    """Where to go on, and how many photos there are from there."""

    def begin(connection: Connection) -> tuple[str, int]:
        after = fact(connection, PLACE)
        if not after:
            note(connection, STARTED, centre.now())
        rest = sa.select(sa.func.count()).select_from(blob).where(*_held(after))
        return after, connection.scalar(rest) or 0

    return centre.database.write(begin)


def _held(after: str) -> tuple[sa.ColumnElement[bool], ...]:
    return blob.c.sha256 > after, blob.c.sha256.not_in(deleted_photos())


def _next(centre: Centre, after: str) -> list[str]:
    with centre.database.reader.connect() as connection:
        return list(
            connection.scalars(
                sa.select(blob.c.sha256).where(*_held(after)).order_by(blob.c.sha256).limit(AT_A_TIME)
            )
        )


def _end(connection: Connection, now: str) -> None:
    note(connection, PLACE, "")
    note(connection, DONE, now)


def _look(centre: Centre, name: str) -> tuple[str, int]:
    """What is wrong with the photo ("" when nothing is), and how many bytes were read."""
    try:
        data = centre.photos.read(name)
    except PhotoAbsent:
        return "gone", 0
    except OSError as error:  # a sector that cannot be read
        log.warning("a photo cannot be read: %s", error.strerror)
        return "damaged", 0
    return ("" if has_hash(data, name) else "damaged"), len(data)


def _settle_damaged(centre: Centre, name: str, what: str, kept: KeptPhotos | None) -> bool:
    """Move the copy aside and bring the photo back from a backup; True when that could be done."""
    centre.photos.set_aside(name)
    right = kept.read(name) if kept is not None else None
    if right is not None:
        centre.photos.keep(name, right)
    now = centre.now()

    def tell(connection: Connection) -> None:
        lock(connection, f"photo {name}")
        row = {"sha256": name, "found_at": now, "what": what, "mended_at": "", "mended_from": ""}
        if right is not None:
            row |= {"mended_at": now, "mended_from": "backup"}
        else:
            _lack(connection, name)
            publish(connection, DAMAGED, [(name, {"found_at": now, "what": what})])
        put(connection, damaged_photo, row)

    centre.database.write(tell)
    log.warning("a stored photo is %s: %s; %s", what, name, "a backup gave it back" if right else "benches are asked")
    return right is not None


def _lack(connection: Connection, name: str) -> None:
    """Neither the centre nor its backup has this photo any more: what names it waits for it, and it is not safe."""
    connection.execute(sa.delete(blob).where(blob.c.sha256 == name))
    connection.execute(sa.delete(backed_up_photo).where(backed_up_photo.c.sha256 == name))
    naming = sa.select(record_blob.c.record_id).where(record_blob.c.sha256 == name)
    stored = (record.c.id.in_(naming)) & (record.c.verdict == Verdict.STORED.value)
    connection.execute(sa.update(record).where(stored).values(verdict=Verdict.NEED.value))


def _report(centre: Centre, count: int, found: dict[str, list[str]], resumed: bool) -> ScrubReport:
    with centre.database.reader.connect() as connection:
        open_ones = sa.select(sa.func.count()).select_from(damaged_photo).where(damaged_photo.c.mended_at == "")
        lacking = connection.scalar(open_ones) or 0
    return ScrubReport(
        count, tuple(found["damaged"]), tuple(found["gone"]), tuple(found["mended"]), resumed, lacking
    )
