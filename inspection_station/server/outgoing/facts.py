"""What other systems are told of an inspection: facts derived from its chain of events, each with a lasting id.

A fact follows from the chain up to one event and from nothing later, so that a longer chain only ever adds facts. Its
id is derived from that event's hash: telling the same chain again, also by another instance or after a restore, makes
the same ids, and whoever receives one twice can tell.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from inspection_station.domain.events import EventKind, InspectionEvent

_NAMESPACE = uuid.UUID("7d0bb5d6-3f4e-5b0c-9a53-2f6f0c0c8a11")


class FactType(StrEnum):
    """Names of facts; never given another meaning."""

    PARCEL_STATUS = "parcel.status"
    INSPECTION_CLOSED = "inspection.closed"
    INSPECTION_VOIDED = "inspection.voided"
    ITEM_DECIDED = "item.decided"
    DECISION_WITHDRAWN = "item.decision_withdrawn"
    ITEM_PROPOSED = "item.proposed"  # to a tote: nobody has scanned it yet
    ITEM_PLACED = "item.placed"
    ITEM_TAKEN_BACK = "item.taken_back"  # out of the tote it was placed in
    REFUND_RECOMMENDED = "refund.recommended"
    REFUND_WITHDRAWN = "refund.withdrawn"
    MANIFEST_CLOSED = "manifest.closed"  # goods changed hands
    ITEM_REVIEWED = "item.reviewed"  # a lead's decision; it stands over the bench's
    ITEM_MOVED = "item.moved"  # into a tote that was scanned, after its bench was done with it
    ITEM_SUPERSEDED = "item.superseded"  # another record of the same thing counts; none named: this one again


class ParcelStatus(StrEnum):
    """Steps of a parcel, told by `FactType.PARCEL_STATUS`."""

    RECEIVED = "received"
    MATCHED = "matched"  # it came without a known return, and its return was found
    UNMATCHED = "unmatched"  # that was taken back
    OPENED = "opened"  # an item was taken from it and looked at
    PARKED = "parked"
    RESUMED = "resumed"
    CLOSED = "closed"
    REOPENED = "reopened"
    VOIDED = "voided"
    RECHECK_REQUESTED = "recheck_requested"


@dataclass(frozen=True)
class Fact:
    """One thing to tell.

    Attributes:
        place: how many events of the chain it follows from; the last of them is the one that says it.
        item_id: the item it is about; empty for the parcel as a whole.
        word: the `ParcelStatus`, or the tote's code; empty where there is none.
        replaces: id of the fact that is not true any more since; empty when there is none.
    """

    id: str
    type: FactType
    place: int
    item_id: str = ""
    word: str = ""
    replaces: str = ""


_STATUS: Mapping[str, ParcelStatus] = {
    EventKind.PARCEL_OPENED: ParcelStatus.RECEIVED,
    EventKind.RETURN_BOUND: ParcelStatus.MATCHED,
    EventKind.INSPECTION_PARKED: ParcelStatus.PARKED,
    EventKind.INSPECTION_RESUMED: ParcelStatus.RESUMED,
    EventKind.INSPECTION_CLOSED: ParcelStatus.CLOSED,
    EventKind.INSPECTION_REOPENED: ParcelStatus.REOPENED,
    EventKind.INSPECTION_VOIDED: ParcelStatus.VOIDED,
    EventKind.RECHECK_REQUESTED: ParcelStatus.RECHECK_REQUESTED,
}


@dataclass
class _Telling:
    """The facts so far, and what of them stands."""

    facts: list[Fact] = field(default_factory=list)
    last: dict[tuple[FactType, str], str] = field(default_factory=dict)  # of a type and item: the last one's id
    standing: dict[tuple[FactType, str], str] = field(default_factory=dict)  # the same, while it has not been withdrawn
    placed_by: dict[str, str] = field(default_factory=dict)  # item id → id of the event
    opened: bool = False

    def add(
        self, event: InspectionEvent, place: int, kind: FactType, item_id: str = "", word: str = "", replaces: str = ""
    ) -> None:
        made = str(uuid.uuid5(_NAMESPACE, f"{kind.value}\n{event.hash}\n{item_id}\n{word}"))
        self.facts.append(Fact(made, kind, place, item_id, word, replaces))

    def state(self, event: InspectionEvent, place: int, kind: FactType, item_id: str = "", word: str = "") -> None:
        """Tell something that stands until it is withdrawn; it replaces what was told of the same before."""
        self.add(event, place, kind, item_id, word, self.last.get((kind, item_id), ""))
        self.last[kind, item_id] = self.standing[kind, item_id] = self.facts[-1].id

    def withdraw(
        self, event: InspectionEvent, place: int, kind: FactType, said: FactType, item_id: str = ""
    ) -> None:
        """Tell that what was `said` is not so any more, if it still stands."""
        if before := self.standing.pop((said, item_id), ""):
            self.add(event, place, kind, item_id, "", before)


def facts_of(chain: Sequence[InspectionEvent]) -> list[Fact]:
    """Every fact that `chain` holds, in its order; `chain` MUST be one inspection's and foldable."""
    telling = _Telling()
    kinds = {event.id: event for event in chain}
    for place, event in enumerate(chain, start=1):
        if event.kind in _STATUS:
            telling.add(event, place, FactType.PARCEL_STATUS, word=_STATUS[event.kind].value)
        if say := _SAY.get(event.kind):
            say(telling, event, place)
        elif event.kind == EventKind.STEP_UNDONE:
            _undone(telling, event, place, kinds.get(event.payload["event_id"]))
    return telling.facts


def _identified(telling: _Telling, event: InspectionEvent, place: int) -> None:
    if not telling.opened and event.payload["by"] != "sealed":
        telling.opened = True
        telling.add(event, place, FactType.PARCEL_STATUS, word=ParcelStatus.OPENED.value)


def _decided(telling: _Telling, event: InspectionEvent, place: int) -> None:
    facts: Mapping[str, Any] = event.payload
    item_id, tote, proposed = facts["item_id"], facts.get("tote", ""), facts.get("proposed_tote", "")
    telling.state(event, place, FactType.ITEM_DECIDED, item_id)
    if facts.get("refund"):
        telling.state(event, place, FactType.REFUND_RECOMMENDED, item_id)
    if tote:
        _placed(telling, event, place, item_id, tote)
    elif proposed:
        telling.state(event, place, FactType.ITEM_PROPOSED, item_id, proposed)


def _placed(telling: _Telling, event: InspectionEvent, place: int, item_id: str, tote: str) -> None:
    telling.state(event, place, FactType.ITEM_PLACED, item_id, tote)
    telling.placed_by[item_id] = event.id


def _undone(telling: _Telling, event: InspectionEvent, place: int, step: InspectionEvent | None) -> None:
    if step is None:
        return
    if step.kind == EventKind.TOTE_SCANNED and telling.placed_by.get(step.payload["item_id"]) == step.id:
        item_id = step.payload["item_id"]
        telling.withdraw(event, place, FactType.ITEM_TAKEN_BACK, FactType.ITEM_PLACED, item_id)
    elif step.kind == EventKind.RETURN_BOUND:
        telling.add(event, place, FactType.PARCEL_STATUS, word=ParcelStatus.UNMATCHED.value)


def _withdrawn(telling: _Telling, event: InspectionEvent, place: int, item_id: str) -> None:
    telling.withdraw(event, place, FactType.DECISION_WITHDRAWN, FactType.ITEM_DECIDED, item_id)
    telling.withdraw(event, place, FactType.REFUND_WITHDRAWN, FactType.REFUND_RECOMMENDED, item_id)
    telling.withdraw(event, place, FactType.ITEM_TAKEN_BACK, FactType.ITEM_PLACED, item_id)


def _voided(telling: _Telling, event: InspectionEvent, place: int) -> None:
    closed = telling.standing.pop((FactType.INSPECTION_CLOSED, ""), "")
    telling.add(event, place, FactType.INSPECTION_VOIDED, replaces=closed)
    for item_id in dict.fromkeys(item_id for _kind, item_id in telling.standing if item_id):
        _withdrawn(telling, event, place, item_id)


_SAY: Mapping[str, Callable[[_Telling, InspectionEvent, int], None]] = {
    EventKind.ITEM_IDENTIFIED: _identified,
    EventKind.ITEM_DECIDED: _decided,
    EventKind.TOTE_SCANNED: lambda telling, event, place: _placed(
        telling, event, place, event.payload["item_id"], event.payload["tote"]
    ),
    EventKind.INSPECTION_CLOSED: lambda telling, event, place: telling.state(event, place, FactType.INSPECTION_CLOSED),
    EventKind.INSPECTION_REOPENED: lambda telling, event, place: _withdrawn(
        telling, event, place, event.payload["item_id"]
    ),
    EventKind.INSPECTION_VOIDED: _voided,
}
