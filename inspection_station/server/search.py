"""Questions to the centre: what it holds, and inspections by any of their numbers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.canonical import sha256_of
from inspection_station.server.authority import unauthorised_of
from inspection_station.server.centre import Centre
from inspection_station.server.inspections import Reading, read_inspection
from inspection_station.server.renewals import bring_up_to_date
from inspection_station.server.retention import deleted_photos
from inspection_station.server.tables import (
    blob,
    feed_item,
    inspected_item,
    inspection,
    inspection_number,
    quarantine,
    record,
    record_blob,
    station,
)

MOST_FOUND = 200
HIGHEST = "\U0010ffff"


def _of_site(inspection_id: sa.ColumnElement[str], site: str) -> sa.ColumnElement[bool]:
    """Whether a station of `site` sent a record of the inspection: by who signed, not by what the record says."""
    of_it = record.c.inspection_id == inspection_id
    return sa.exists().where(of_it, station.c.id == record.c.station_id, station.c.site == site)


def is_of_site(centre: Centre, inspection_id: str, site: str) -> bool:
    """Whether the centre holds the inspection, and `site` sent some of it; an empty site means any."""
    bring_up_to_date(centre)
    known = sa.select(inspection.c.id).where(inspection.c.id == inspection_id)
    if site:
        known = known.where(_of_site(inspection.c.id, site))
    with centre.database.reader.connect() as connection:
        return connection.scalar(known) is not None


def is_photo_of_site(centre: Centre, sha256: str, site: str) -> bool:
    """Whether a record of a station of `site` names the photo; an empty site means any photo."""
    if not site:
        return True
    of_it = (record_blob.c.sha256 == sha256) & (record.c.id == record_blob.c.record_id)
    named = sa.select(record_blob.c.sha256).where(of_it, station.c.id == record.c.station_id, station.c.site == site)
    with centre.database.reader.connect() as connection:
        return connection.scalar(named.limit(1)) is not None


def find_inspections(centre: Centre, text: str, limit: int = 50, site: str = "") -> list[dict[str, Any]]:
    """Inspections with a number (tracking, RT, SKU, return, order) that begins with `text`, the newest first.

    An empty text finds the newest of all. With `site` only those that stations of that site sent.
    """
    wanted = sa.select(inspection)
    if site:
        wanted = wanted.where(_of_site(inspection.c.id, site))
    if text := text.strip().upper():
        numbers = sa.select(inspection_number.c.inspection_id).where(
            inspection_number.c.number >= text, inspection_number.c.number < text + HIGHEST
        )
        wanted = wanted.where(inspection.c.id.in_(numbers))
    bring_up_to_date(centre)
    newest = wanted.order_by(inspection.c.changed_at.desc(), inspection.c.id.desc())
    with centre.database.reader.connect() as connection:
        rows = connection.execute(newest.limit(max(1, min(limit, MOST_FOUND)))).mappings().all()
        return [{**row, **_more(connection, row["id"])} for row in rows]


def _more(connection: Connection, inspection_id: str) -> dict[str, Any]:
    of_this = inspected_item.c.inspection_id == inspection_id
    items = connection.execute(sa.select(inspected_item).where(of_this)).mappings().all()
    photos = photos_of(connection, inspection_id)
    return {
        "items": [{name: value for name, value in item.items() if name != "inspection_id"} for item in items],
        "photos": sorted(photos),
        "photos_pending": sorted(name for name, here in photos.items() if not here),
        "unauthorised": unauthorised_of(connection, inspection_id),
    }


def photos_of(connection: Connection, inspection_id: str) -> dict[str, bool]:
    """SHA-256 of every photo the inspection's records name → whether its bytes are here."""
    query = (
        sa.select(record_blob.c.sha256, blob.c.sha256.is_not(None).label("here"))
        .join(record, record.c.id == record_blob.c.record_id)
        .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
        .where(record.c.inspection_id == inspection_id)
    )
    return {row.sha256: bool(row.here) for row in connection.execute(query)}


def tell_inspection(centre: Centre, inspection_id: str, site: str = "") -> dict[str, Any] | None:
    """One inspection with its items and decisions; None when the centre holds no event of it (from `site`)."""
    bring_up_to_date(centre)
    with centre.database.reader.connect() as connection:
        if site and not connection.scalar(sa.select(_of_site(sa.literal(inspection_id), site))):
            return None
        reading = read_inspection(connection, inspection_id)
        if reading is None:
            return None
        row = connection.execute(sa.select(inspection).where(inspection.c.id == inspection_id)).mappings().one()
        return {**row, **_more(connection, inspection_id), "head": _head(reading), "decisions": _decisions(reading)}


def _head(reading: Reading) -> str:
    return reading.chain[-1].hash if reading.chain else sha256_of([])


def _decisions(reading: Reading) -> list[dict[str, Any]]:
    return [dict(item.decision) for item in reading.inspection.items if item.decision is not None]


def count_everything(centre: Centre, *, verify_photos: bool = False) -> dict[str, Any]:
    """What the centre holds, in numbers; with `verify_photos` every photo is read and hashed again."""

    def number(connection: Connection, query: sa.Select[Any]) -> int:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0)

    bring_up_to_date(centre)
    with centre.database.reader.connect() as connection:
        by_verdict = sa.select(record.c.verdict, sa.func.count()).group_by(record.c.verdict)
        verdicts = {str(word): int(count) for word, count in connection.execute(by_verdict)}
        by_kind = sa.select(feed_item.c.kind, sa.func.count()).group_by(feed_item.c.kind)
        kinds = {str(kind): int(count) for kind, count in connection.execute(by_kind)}
        names = list(connection.scalars(sa.select(blob.c.sha256).where(blob.c.sha256.not_in(deleted_photos()))))
        told: dict[str, Any] = {
            "inspections": number(connection, sa.select(inspection.c.id)),
            "records": sum(verdicts.values()),
            "records_stored": verdicts.get("stored", 0),
            "records_waiting_for_photos": verdicts.get("need", 0),
            "conflicts": verdicts.get("conflict", 0),
            "quarantined": number(connection, sa.select(quarantine.c.key)),
            "photos": len(names),
            "photo_bytes": int(connection.scalar(sa.select(sa.func.sum(blob.c.size))) or 0),
            "stations": number(connection, sa.select(station.c.id)),
            "expected_returns": kinds.get("expected_return", 0),
            "people": kinds.get("person", 0),
            "totes": kinds.get("tote", 0),
        }
    told["photos_missing_on_disk"] = sum(not centre.photos.has(name) for name in names)
    if verify_photos:
        told["photos_damaged"] = sum(not centre.photos.verify(name) for name in names)
    return told
