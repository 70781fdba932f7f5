"""Which days a station should offer again: where its records and the centre's are not the same (PROTOCOL.md 7)."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.protocol.day_sums import DaySum, before_day, day_of_id, day_sums
from inspection_station.server.tables import blob, record, record_blob


def days_to_reconcile(connection: Connection, station_id: str, told: Mapping[int, DaySum]) -> list[int]:
    """Those of the days a station `told` of whose records the centre holds otherwise, or not with all their photos.

    A day of which the centre holds more (a reply was lost, the disk was cloned) counts as well: offering it costs a
    question or two and harms nothing.
    """
    if not told:
        return []
    mine = (
        (record.c.station_id == station_id)
        & (record.c.id > before_day(min(told)))
        & (record.c.id < before_day(max(told) + 1))
    )
    held = connection.execute(sa.select(record.c.id, record.c.content_hash).where(mine))
    sums = day_sums((row.id, row.content_hash) for row in held)
    lacking = (
        sa.select(record.c.id)
        .join(record_blob, record_blob.c.record_id == record.c.id)
        .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
        .where(mine, blob.c.sha256.is_(None))
    )
    wanted = {day_of_id(record_id) for record_id in connection.scalars(lacking)}
    wanted |= {day for day, one in told.items() if sums.get(day) != one}
    return sorted(wanted & told.keys())
