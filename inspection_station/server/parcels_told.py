"""Tells the benches which parcels are open or done at another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.domain.parcels_elsewhere import (
    MOST_RESULTS,
    STATES,
    ParcelElsewhere,
    ResultElsewhere,
    parcel_elsewhere_to_json,
)
from inspection_station.server.returns_feed import publish

PARCEL = "parcel"


def tell_parcels(connection: Connection, inspections: Mapping[str, Inspection]) -> None:
    """Tell how these inspections stand, by id; nothing is told again that stays as it is.

    One that is void, or of which nothing can be read, is withdrawn: an empty body.
    """
    publish(connection, PARCEL, [(name, _body(name, one)) for name, one in sorted(inspections.items())])


def _body(inspection_id: str, inspection: Inspection) -> dict[str, Any]:
    number = str(inspection.tracking_number)
    if inspection.state is InspectionState.VOIDED or inspection.state.value not in STATES or not number:
        return {}
    results = [
        ResultElsewhere(str(item.rt_number), str(item.decision.get("grade", "")),
                        str(item.decision.get("disposition", "")))
        for item in inspection.items
        if isinstance(item.decision, Mapping)
    ]  # fmt: skip
    told = ParcelElsewhere(
        inspection_id, number, str(inspection.station), str(inspection.person), inspection.state.value,
        str(inspection.opened_at), str(inspection.closed_at), tuple(results[:MOST_RESULTS]),
    )  # fmt: skip
    return parcel_elsewhere_to_json(told)
