"""What the centre tells of parcels at other benches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from inspection_station.domain.parcels_elsewhere import ParcelElsewhere, parcel_elsewhere_from_json
from inspection_station.storage.return_rows import note_inspected
from inspection_station.storage.tables import inspections, parcels_elsewhere
from inspection_station.storage.texts import search_form, stored_json

MOST_SHOWN = 5
_OF_PARCEL = text(
    "SELECT inspection_id, body FROM parcels_elsewhere WHERE tracking_number = :number"
    " ORDER BY inspection_id DESC LIMIT :limit"
)


def keep_parcel(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Keep how an inspection stands; an empty body takes it away. A parcel done anywhere leaves the queue.

    What the centre says of this bench's own inspections is passed over: here they are known better.

    Raises:
        KeyError, TypeError, ValueError: it is not of that form.
    """
    if connection.scalar(select(inspections.c.id).where(inspections.c.id == item_id)) is not None:
        return
    known = parcels_elsewhere.c
    before = connection.scalar(select(known.tracking_number).where(known.inspection_id == item_id))
    if body:
        told = parcel_elsewhere_from_json(item_id, body)
        whole, _hash = stored_json(body)
        values = {"tracking_number": search_form(told.tracking_number), "state": told.state, "body": whole}
        statement = upsert(parcels_elsewhere).values(inspection_id=item_id, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["inspection_id"], set_=values))
        note_inspected(connection, told.tracking_number, ())
    else:
        connection.execute(delete(parcels_elsewhere).where(known.inspection_id == item_id))
    if before is not None and (not body or before != values["tracking_number"]):
        note_inspected(connection, before, ())


def elsewhere(connection: Connection, tracking_number: str) -> list[ParcelElsewhere]:
    """Inspections of a parcel at other benches, the newest first."""
    rows = connection.execute(_OF_PARCEL, {"number": search_form(tracking_number), "limit": MOST_SHOWN})
    return [parcel_elsewhere_from_json(row.inspection_id, json.loads(row.body)) for row in rows]
