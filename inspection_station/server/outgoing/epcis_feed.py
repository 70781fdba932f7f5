"""Pages of EPCIS documents over the facts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from inspection_station.server.centre import Centre
from inspection_station.server.outgoing import epcis
from inspection_station.server.outgoing.event_feed import read_page
from inspection_station.server.outgoing.facts import FactType
from inspection_station.server.statements import among
from inspection_station.server.tables import outgoing_event

TOLD = (
    FactType.PARCEL_STATUS, FactType.INSPECTION_CLOSED, FactType.INSPECTION_VOIDED, FactType.ITEM_DECIDED,
    FactType.DECISION_WITHDRAWN, FactType.ITEM_PLACED, FactType.ITEM_TAKEN_BACK, FactType.MANIFEST_CLOSED,
)  # fmt: skip


def epcis_page(centre: Centre, cursor: str, limit: int, site: str = "") -> tuple[dict[str, Any], str, bool]:
    """The document of up to `limit` facts after `cursor`, where to go on, and whether there are more now.

    A fact makes no, one or two events. Raises as `event_feed.read_page`.
    """
    rows, after, more = read_page(centre, cursor, limit, [kind.value for kind in TOLD], site)
    replaced = {row.replaces for row in rows if row.replaces}
    with centre.database.reader.connect() as connection:
        query = sa.select(outgoing_event.c.id, outgoing_event.c.body).where(
            among(connection, outgoing_event.c.id, replaced)
        )
        before = {row.id: row.body for row in connection.execute(query)} if replaced else {}
    events = [
        event for row in rows for event in epcis.events_of(row.type, row.id, row.recorded_at, row.body, before)
    ]
    return epcis.document(events, centre.now()), after, more
