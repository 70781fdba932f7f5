"""What all that sort, decide and hand over do alike: an act of one person at one station, and whether they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspection_station.domain.custody.acts import Act, ActKind, hash_of, needed_right
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person
from inspection_station.workflows.ports import Clock, StationIdentity

Place = tuple[int, tuple[str, ...]]
"""`count` and `base` of an act that is about to be made, see `CustodyStore.next_place`."""


def without_right(person: Person, kind: ActKind) -> Refusal | None:
    """The refusal of an act of that kind to somebody who may not do it; None when they may."""
    right = needed_right(kind)
    return None if person.may(right) else Refusal("act.not_allowed", (("right", right.value),))


def new_act(
    station: StationIdentity, clock: Clock, person: Person, kind: ActKind, subject: str, facts: Mapping[str, Any],
    place: Place,
) -> Act:  # fmt: skip
    """An act of `person` at `station`, now; it is kept by `CustodyStore.do`."""
    act = Act(
        uuid7(), kind, subject, *place, clock.now(), clock.offset_ms(), station.code, station.station_id, person.id,
        dict(facts),
    )  # fmt: skip
    return replace(act, hash=hash_of(act))
