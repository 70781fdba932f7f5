"""Shift hand-over 交接班: what lies open when one lead leaves and another takes over, with both their badges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inspection_station.domain.custody.acts import Act, ActKind, needed_right
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person
from inspection_station.workflows.acting import new_act
from inspection_station.workflows.custody_port import CustodyStore
from inspection_station.workflows.ports import Clock, StationIdentity

OPEN_ITEMS = (
    "open_parcels", "parked_parcels", "arrived_waiting", "held_items", "to_review", "recalls", "conflicts",
    "totes_open", "totes_full", "manifests_open",
    "labels_waiting", "papers_waiting", "unsent_records", "unsent_photos", "needs_attention",
)  # fmt: skip
"""What is counted, in the order in which it stands on the page."""
MOST_NOTES = 2000


@dataclass(frozen=True)
class ShiftFacts:
    """What lies open: counts by the codes of `OPEN_ITEMS`, and what the leaving lead has to say."""

    counts: Mapping[str, int]
    notes: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether nothing lies open."""
        return not any(self.counts.values())


@dataclass(frozen=True)
class HandingShift:
    """What the leaving lead does at one station."""

    store: CustodyStore
    clock: Clock
    station: StationIdentity
    person: Person

    def hand_over(self, to: Person, facts: ShiftFacts) -> Act | Refusal:
        """Keep that `to` takes the shift over as it stands; both people are named, the taker by their badge.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        right = needed_right(ActKind.SHIFT_HANDED_OVER)
        if not self.person.may(right):
            return Refusal("act.not_allowed", (("right", right.value),))
        if to.id == self.person.id:
            return Refusal("shift.same_person", ())
        if not to.may(right):
            return Refusal("shift.taker_leads_not", (("name", to.name),))
        subject = f"shift:{uuid7()}"
        counts = {name: int(facts.counts.get(name, 0)) for name in OPEN_ITEMS}
        told = {"shift": self.person.shift, "to": to.id, "facts": {**counts, "notes": facts.notes[:MOST_NOTES]}}
        kind, place = ActKind.SHIFT_HANDED_OVER, self.store.next_place(subject)
        act = new_act(self.station, self.clock, self.person, kind, subject, told, place)
        self.store.do([act])
        return act
