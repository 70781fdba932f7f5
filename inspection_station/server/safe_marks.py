"""What is in a verified backup of the present epoch, and may therefore be deleted at its bench (PROTOCOL.md 6a).

A photo is safe when its bytes are in such a backup and so is every record that names it. After a restore the epoch is
new, and nothing is safe until the next backup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import Centre, fact
from inspection_station.server.returns_feed import publish
from inspection_station.server.statements import MANY, insert_new
from inspection_station.server.tables import backed_up_photo, backed_up_record, backup, record, record_blob

FEED_KIND = "backup"
FEED_ID = "latest"


def _parts(things: Iterable[Any]) -> Iterator[list[Any]]:
    coming = iter(things)
    while part := list(islice(coming, MANY)):
        yield list(part)


def _mark(
    centre: Centre,
    table: sa.Table,
    column: sa.Column[str] | sa.Column[int],
    epoch: str,
    ids: Iterable[str] | Iterable[int],
) -> None:
    for part in _parts(ids):
        mine = sa.select(column).where(table.c.epoch == epoch, column.in_(part))
        with centre.database.reader.connect() as connection:
            known = set(connection.scalars(mine))
        fresh = [{"epoch": epoch, column.name: one} for one in part if one not in known]
        if fresh:
            with centre.database.writer.begin() as connection:
                insert_new(connection, table, fresh)


def mark_backup(
    centre: Centre,
    name: str,
    epoch: str,
    times: tuple[str, str],
    record_keys: Iterable[int],
    photos: Iterable[str],
    missing: Sequence[str],
) -> None:
    """Note that these records and photos are in the verified backup `name` of `epoch`, and tell the benches.

    Args:
        times: when the copy of the database was begun and when the backup was found whole.
        missing: photos that are in no backup any more, if ever they were.
    """
    for part in _parts(missing):
        with centre.database.writer.begin() as connection:
            connection.execute(sa.delete(backed_up_photo).where(backed_up_photo.c.sha256.in_(part)))
    for table in (backed_up_photo, backed_up_record):
        with centre.database.writer.begin() as connection:
            connection.execute(sa.delete(table).where(table.c.epoch != epoch))
    _mark(centre, backed_up_photo, backed_up_photo.c.sha256, epoch, photos)
    count = 0

    def counted() -> Iterator[int]:
        nonlocal count
        for key in record_keys:
            count += 1
            yield key

    _mark(centre, backed_up_record, backed_up_record.c.record_key, epoch, counted())
    with centre.database.writer.begin() as connection:
        if fact(connection, "epoch") != epoch:
            return
        held = connection.scalar(
            sa.select(sa.func.count()).select_from(backed_up_photo).where(backed_up_photo.c.epoch == epoch)
        )
        row = {"id": name, "epoch": epoch, "started_at": times[0], "completed_at": times[1]}
        insert_new(connection, backup, {**row, "records": count, "photos": held or 0})
        publish(connection, FEED_KIND, [(FEED_ID, {"completed_at": times[1]})])


def safe_photos(connection: Connection, asked: Sequence[str]) -> list[str]:
    """Which of these photos are safe, in the order asked."""
    epoch = fact(connection, "epoch")
    safe: set[str] = set()
    for start in range(0, len(asked), MANY):
        part = list(asked[start : start + MANY])
        marked = sa.select(backed_up_photo.c.sha256).where(
            backed_up_photo.c.epoch == epoch, backed_up_photo.c.sha256.in_(part)
        )
        naming = (
            sa.select(
                record_blob.c.sha256,
                sa.func.count().label("named"),
                sa.func.count(backed_up_record.c.record_key).label("kept"),
            )
            .join(record, record.c.id == record_blob.c.record_id)
            .outerjoin(
                backed_up_record,
                (backed_up_record.c.record_key == record.c.key) & (backed_up_record.c.epoch == epoch),
            )
            .where(record_blob.c.sha256.in_(part))
            .group_by(record_blob.c.sha256)
        )
        here = set(connection.scalars(marked))
        safe.update(row.sha256 for row in connection.execute(naming) if row.named == row.kept and row.sha256 in here)
    return [name for name in dict.fromkeys(asked) if name in safe]


def latest_backup(connection: Connection) -> sa.Row[tuple[str, str, str, str, int, int]] | None:
    """The newest verified backup of the present epoch."""
    mine = sa.select(backup).where(backup.c.epoch == fact(connection, "epoch"))
    return connection.execute(mine.order_by(backup.c.completed_at.desc()).limit(1)).first()
