"""A parcel as another bench knows it: the centre tells who has it open or has finished it.

Advice, never a lock: benches work offline, and what two of them did on one parcel is kept twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OPEN, PARKED, CLOSED = "open", "parked", "closed"
STATES = (OPEN, PARKED, CLOSED)
MOST_RESULTS = 200  # as many units as a parcel may hold


@dataclass(frozen=True)
class ResultElsewhere:
    """One item as it was decided there; `rt_number` names it."""

    rt_number: str
    grade: str
    disposition: str


@dataclass(frozen=True)
class ParcelElsewhere:
    """One inspection of a parcel at another bench, as the centre last knew it.

    Attributes:
        station: the bench's code, as people say it.
        person: id of who opened it.
        state: ``open``, ``parked`` or ``closed``.
        opened_at: UTC of that bench; closed_at is empty before it was closed.
    """

    inspection_id: str
    tracking_number: str
    station: str
    person: str
    state: str
    opened_at: str
    closed_at: str = ""
    results: tuple[ResultElsewhere, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it was finished there."""
        return self.state == CLOSED


def parcel_elsewhere_from_json(inspection_id: str, data: Mapping[str, Any]) -> ParcelElsewhere:
    """An inspection elsewhere as the feed tells it.

    Raises:
        KeyError, TypeError, ValueError: it is not of that form.
    """
    texts = {name: data[name] for name in ("tracking_number", "station", "person", "state", "opened_at", "closed_at")}
    if not all(isinstance(value, str) for value in texts.values()) or not inspection_id:
        raise TypeError("these are texts")
    if texts["state"] not in STATES or not texts["tracking_number"]:
        raise ValueError("a parcel elsewhere has a number and a state")
    results = [
        ResultElsewhere(str(one["rt_number"]), str(one["grade"]), str(one["disposition"]))
        for one in list(data.get("results", ()))[:MOST_RESULTS]
    ]
    return ParcelElsewhere(inspection_id, results=tuple(results), **texts)


def parcel_elsewhere_to_json(parcel: ParcelElsewhere) -> dict[str, Any]:
    """As the feed tells it; without the inspection's id, which is the item's own."""
    return {
        "tracking_number": parcel.tracking_number, "station": parcel.station, "person": parcel.person,
        "state": parcel.state, "opened_at": parcel.opened_at, "closed_at": parcel.closed_at,
        "results": [
            {"rt_number": one.rt_number, "grade": one.grade, "disposition": one.disposition} for one in parcel.results
        ],
    }  # fmt: skip
