"""Deleting what the law does not let the centre keep: photos and personal data of inspections that ended long ago.

The settings say after how many days; the time counted is the centre's own, from the last record of the inspection on.
Nothing is deleted of an inspection that is on hold, has not ended, or is in dispute with itself (two records claim one
place, or one is missing): such evidence may still be needed. A photo goes only when every record that names it belongs
to inspections whose photos may go. What was deleted leaves a row that says what, when and by which rule; the hashes of
the records stay, so that a bench that offers one again is told that it is known.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from inspection_station.errors import N_, StationProblem
from inspection_station.server.centre import Centre, later
from inspection_station.server.custody import withdraw_items
from inspection_station.server.renewals import bring_up_to_date
from inspection_station.server.returns_feed import publish
from inspection_station.server.statements import insert_new
from inspection_station.server.tables import (
    blob,
    deletion,
    feed_item,
    hold,
    inspected_item,
    inspection,
    inspection_number,
    link,
    outgoing_event,
    quarantine,
    record,
    record_blob,
    viewing,
    webhook_delivery,
)
from inspection_station.server.upkeep import only_one

PHOTO = "photo"
PERSONAL_DATA = "personal_data"
PHOTO_RULE = "retention.photo_days"
PERSONAL_RULE = "retention.personal_data_days"
ENDED = ("closed", "voided")
AT_A_TIME = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deleted:
    """What a run deleted, or would: photos, inspections stripped of personal data, lines in quarantine."""

    photos: int
    inspections: int
    quarantined: int


def _past(now: str, days: int) -> sa.ColumnElement[bool]:
    """Inspections that ended, are whole, are not on hold, and of which nothing came for so many days."""
    newest = sa.select(sa.func.max(record.c.received_at)).where(record.c.inspection_id == inspection.c.id)
    return sa.and_(
        inspection.c.state.in_(ENDED),
        inspection.c.chain == "whole",
        inspection.c.id.not_in(sa.select(hold.c.inspection_id)),
        newest.scalar_subquery() < later(now, days=-days),
    )


def _photos_past(now: str, days: int) -> sa.Select[tuple[str, str]]:
    """Photos that no record names but those of inspections past their time, and one of these inspections."""
    naming = sa.select(record.c.inspection_id).join(record_blob, record_blob.c.record_id == record.c.id)
    of_photo = naming.where(record_blob.c.sha256 == blob.c.sha256)
    past = sa.select(inspection.c.id).where(_past(now, days))
    one = (
        sa.select(sa.func.min(record.c.inspection_id))
        .join(record_blob, record_blob.c.record_id == record.c.id)
        .where(record_blob.c.sha256 == blob.c.sha256)
        .scalar_subquery()
    )
    return sa.select(blob.c.sha256, one).where(
        blob.c.sha256.not_in(sa.select(deletion.c.id).where(deletion.c.kind == PHOTO)),
        of_photo.exists(),
        ~of_photo.where(record.c.inspection_id.not_in(past)).exists(),
    )


def _inspections_past(now: str, days: int) -> sa.Select[tuple[str]]:
    gone = sa.select(deletion.c.id).where(deletion.c.kind == PERSONAL_DATA)
    return sa.select(inspection.c.id).where(_past(now, days), inspection.c.id.not_in(gone))


def apply_retention(centre: Centre, remove_photo: Callable[[str], None], *, dry_run: bool = False) -> Deleted:
    """Delete what is past its time; with `dry_run` only count it.

    Args:
        remove_photo: removes the bytes of one photo from the centre; one that is gone already does no harm.

    Raises:
        StationProblem: ``centre.upkeep_busy``.
    """
    keep = centre.settings.retention
    now = centre.now()
    bring_up_to_date(centre)
    with only_one(centre):
        photos = _each(centre, _photos_past(now, keep.photo_days)) if keep.photo_days else []
        inspections = _each(centre, _inspections_past(now, keep.personal_data_days)) if keep.personal_data_days else []
        lines = _quarantined(centre, later(now, days=-keep.personal_data_days)) if keep.personal_data_days else []
        if dry_run:
            return Deleted(len(photos), len(inspections), len(lines))
        _finish_photos(centre, remove_photo)
        for name, inspection_id in photos:
            _delete_photo(centre, str(name), str(inspection_id), f"{PHOTO_RULE}={keep.photo_days}", remove_photo)
        for [inspection_id] in inspections:
            _strip(centre, str(inspection_id), f"{PERSONAL_RULE}={keep.personal_data_days}")
        for start in range(0, len(lines), AT_A_TIME):
            with centre.database.writer.begin() as connection:
                part = lines[start : start + AT_A_TIME]
                connection.execute(sa.delete(quarantine).where(quarantine.c.key.in_(part)))
        if inspections or lines:
            _forget_pages(centre)
    done = Deleted(len(photos), len(inspections), len(lines))
    log.info("retention: %d inspections stripped of personal data", done.inspections, extra={"photos": done.photos})
    return done


def _each(centre: Centre, query: sa.Select[tuple[str]] | sa.Select[tuple[str, str]]) -> list[tuple[str, ...]]:
    with centre.database.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _quarantined(centre: Centre, before: str) -> list[int]:
    with centre.database.reader.connect() as connection:
        return list(connection.scalars(sa.select(quarantine.c.key).where(quarantine.c.received_at < before)))


def _forget_pages(centre: Centre) -> None:
    """Write a SQLite database anew: what was deleted or changed still stands in pages that nobody reads.

    PostgreSQL's autovacuum does that in its own time.
    """
    if centre.database.is_postgres:
        return
    with centre.database.writer.connect() as connection:
        plain = connection.connection.cursor()  # a VACUUM stands outside of every transaction
        connection.rollback()
        plain.execute("VACUUM")
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        plain.close()


def _finish_photos(centre: Centre, remove_photo: Callable[[str], None]) -> None:
    """Remove the bytes of photos whose deletion was noted by a run that did not get any further."""
    with centre.database.reader.connect() as connection:
        noted = list(connection.scalars(sa.select(deletion.c.id).where(deletion.c.kind == PHOTO)))
    for name in noted:
        if centre.photos.has(name):
            remove_photo(name)


def _delete_photo(
    centre: Centre, name: str, inspection_id: str, rule: str, remove_photo: Callable[[str], None]
) -> None:
    row = {"kind": PHOTO, "id": name, "inspection_id": inspection_id, "rule": rule, "deleted_at": centre.now()}
    with centre.database.writer.begin() as connection:
        insert_new(connection, deletion, row)
    remove_photo(name)


def _strip(centre: Centre, inspection_id: str, rule: str) -> None:
    """Take the words and numbers of people out of one inspection; ids, hashes, grades and decisions stay."""
    with centre.database.writer.begin() as connection:
        items = sa.select(inspected_item.c.return_id).where(inspected_item.c.inspection_id == inspection_id)
        returns = sorted({name for name in connection.scalars(items) if name})
        told = sa.select(feed_item.c.id).where(feed_item.c.kind == "expected_return", feed_item.c.id.in_(returns))
        publish(connection, "expected_return", [(name, {}) for name in connection.scalars(told).all()])
        publish(connection, "parcel", [(inspection_id, {})])
        withdraw_items(connection, inspection_id)
        connection.execute(sa.update(record).where(record.c.inspection_id == inspection_id).values(line=""))
        told = sa.select(outgoing_event.c.id).where(outgoing_event.c.inspection_id == inspection_id)
        connection.execute(sa.delete(webhook_delivery).where(webhook_delivery.c.event_id.in_(told)))
        for table in (inspection_number, link, viewing, outgoing_event):
            connection.execute(sa.delete(table).where(table.c.inspection_id == inspection_id))
        emptied = {"tracking_number": "", "person": ""}
        connection.execute(sa.update(inspection).where(inspection.c.id == inspection_id).values(emptied))
        mine = inspected_item.c.inspection_id == inspection_id
        connection.execute(sa.update(inspected_item).where(mine).values(identity=""))
        row = {"kind": PERSONAL_DATA, "id": inspection_id, "inspection_id": inspection_id, "rule": rule}
        insert_new(connection, deletion, {**row, "deleted_at": centre.now()})


def deleted_photos() -> sa.Select[tuple[str]]:
    """The names of photos that retention deleted: they are not missing."""
    return sa.select(deletion.c.id).where(deletion.c.kind == PHOTO)


def set_hold(centre: Centre, inspection_id: str, reason: str, by: str) -> None:
    """Let nothing of this inspection be deleted; raises StationProblem ``centre.no_inspection``."""
    with centre.database.writer.begin() as connection:
        if connection.scalar(sa.select(inspection.c.id).where(inspection.c.id == inspection_id)) is None:
            raise StationProblem(
                "centre.no_inspection",
                N_("The centre knows no inspection “{text}”."),
                N_("Check the number; it may still be waiting at its station."),
                text=inspection_id[:64],
            )
        row = {"inspection_id": inspection_id, "reason": reason, "set_by": by, "set_at": centre.now()}
        insert_new(connection, hold, row)


def release_hold(centre: Centre, inspection_id: str) -> bool:
    """Let the rules count again for this inspection; False when it was not on hold."""
    with centre.database.writer.begin() as connection:
        return connection.execute(sa.delete(hold).where(hold.c.inspection_id == inspection_id)).rowcount > 0


def holds(centre: Centre) -> Iterator[dict[str, str]]:
    """The inspections on hold, with reason, who set it and when."""
    with centre.database.reader.connect() as connection:
        for row in connection.execute(sa.select(hold).order_by(hold.c.set_at)).mappings():
            yield {str(name): str(value) for name, value in row.items()}
