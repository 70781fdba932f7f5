"""Which photos a station may fetch: pictures that the feed names, and those of inspections of its own site.

A bench deletes what is safe at the centre and may want an original back. It gets those that a record of a station of
its site names and that such a station sent: the hash alone opens nothing, so that a station that has learnt the hash
of another site's photo does not get it by naming it in a record of its own.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from inspection_station.server.centre import Centre
from inspection_station.server.tables import blob, record, record_blob, station


def photo_of_site(centre: Centre, sha256: str, asking: sa.Row[Any]) -> str | None:
    """The inspection of which the photo is, for the station `asking` (a row of `station`); None when it is not for it.

    A station without a site gets what it sent itself.
    """
    mine = [station.c.id == asking.id] + ([station.c.site == asking.site] if asking.site else [])
    of_site = sa.select(station.c.id).where(sa.or_(*mine))
    wanted = (
        sa.select(record.c.inspection_id)
        .select_from(record_blob)
        .join(record, record.c.id == record_blob.c.record_id)
        .join(blob, blob.c.sha256 == record_blob.c.sha256)
        .where(record_blob.c.sha256 == sha256, record.c.station_id.in_(of_site), blob.c.station_id.in_(of_site))
        .order_by(record.c.key)
        .limit(1)
    )
    with centre.database.reader.connect() as connection:
        return connection.scalar(wanted)
