"""Closed inspections read one after the other, for what goes over many of them: dry runs, figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import func, select

from inspection_station.domain.events import InspectionEvent, event_from_json
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.storage.database import Database
from inspection_station.storage.reference import StoredReference
from inspection_station.storage.tables import inspection_events, inspections

_BATCH = 200  # inspections; a batch is in memory at once

_CLOSED = inspections.c.state == InspectionState.CLOSED.value


class ClosedInspections:
    """The inspections that are closed now, in the order of their opening."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reference = StoredReference(database)

    def count(self, since: str) -> int:
        """How many were closed since then (ISO UTC)."""
        with self._database.reading() as connection:
            wanted = select(func.count()).select_from(inspections).where(_CLOSED, inspections.c.closed_at >= since)
            return int(connection.scalar(wanted) or 0)

    def events_since(self, since: str) -> Iterator[list[list[InspectionEvent]]]:
        """The events of each one that was closed since then, many at a time; one closed meanwhile may be left out.

        No transaction stays open between two batches, so a station at work is not held up.
        """
        place = 0
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(
                    select(inspections.c.place, inspections.c.id)
                    .where(_CLOSED, inspections.c.closed_at >= since, inspections.c.place > place)
                    .order_by(inspections.c.place)
                    .limit(_BATCH)
                ).all()
                ids = [row.id for row in rows]
                found: dict[str, list[InspectionEvent]] = {one: [] for one in ids}
                wanted = (
                    select(inspection_events.c.inspection_id, inspection_events.c.body)
                    .where(inspection_events.c.inspection_id.in_(ids))
                    .order_by(inspection_events.c.inspection_id, inspection_events.c.sequence)
                )
                for inspection_id, body in connection.execute(wanted):
                    found[inspection_id].append(event_from_json(json.loads(body)))
            if not rows:
                return
            place = rows[-1].place
            yield list(found.values())

    def returns(self, return_ids: Sequence[str]) -> Mapping[str, ExpectedReturn]:
        """Those of the expected returns that are still known, by id."""
        return self._reference.known_returns(return_ids)
