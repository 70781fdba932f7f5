"""What became of photos whose bytes were found changed or gone: for whoever runs the centre."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from inspection_station.server import renewals
from inspection_station.server.centre import Centre
from inspection_station.server.tables import damaged_photo, inspection, record, record_blob, station

MOST_LISTED = 500


def list_damaged(centre: Centre, limit: int = 100, *, mended: bool = False) -> list[dict[str, Any]]:
    """Damaged photos of which the right bytes are not here (or those that are again), the newest first.

    Each with the inspection and the station of the first record that names it; empty where none does.
    """
    renewals.bring_up_to_date(centre)
    photo, naming = damaged_photo, record.alias()
    first = (
        sa.select(sa.func.min(naming.c.key))
        .select_from(naming)
        .join(record_blob, record_blob.c.record_id == naming.c.id)
        .where(record_blob.c.sha256 == photo.c.sha256)
        .correlate(photo)
        .scalar_subquery()
    )
    query = (
        sa.select(
            photo, sa.func.coalesce(record.c.inspection_id, "").label("inspection_id"),
            sa.func.coalesce(inspection.c.tracking_number, "").label("tracking_number"),
            sa.func.coalesce(station.c.code, "").label("station"),
        )
        .select_from(photo)
        .outerjoin(record, record.c.key == first)
        .outerjoin(inspection, inspection.c.id == record.c.inspection_id)
        .outerjoin(station, station.c.id == record.c.station_id)
        .where(photo.c.mended_at != "" if mended else photo.c.mended_at == "")
        .order_by(photo.c.found_at.desc(), photo.c.sha256)
        .limit(max(1, min(limit, MOST_LISTED)))
    )  # fmt: skip
    with centre.database.reader.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
