"""The case on the bench: an inspection with its events, and the one way to add to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspection_station.domain.canonical import plain
from inspection_station.domain.checklist import ChecklistTemplate, claimed_questions
from inspection_station.domain.events import EventKind, InspectionEvent, hash_of
from inspection_station.domain.folding import fold
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.inspection import Inspection, InspectionState, Item
from inspection_station.domain.people import Person
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.domain.verdict import RuleBook
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.ports import (
    Clock,
    InspectionStore,
    PhotoStore,
    ReferenceStore,
    StationIdentity,
)

Step = tuple[EventKind, Mapping[str, Any]]


@dataclass(frozen=True)
class Desk:
    """What every workflow works with: the stores, the clock, who the station is and the rule book."""

    store: InspectionStore
    reference: ReferenceStore
    photos: PhotoStore
    clock: Clock
    station: StationIdentity
    book: RuleBook

    def today(self) -> date:
        """The site's calendar day."""
        return date.fromisoformat(self.clock.local_day())


@dataclass(frozen=True)
class Case:
    """An inspection, the events it is made of, and the expected returns its parcel belongs to."""

    inspection: Inspection
    events: tuple[InspectionEvent, ...]
    returns: tuple[ExpectedReturn, ...] = ()

    def opened_on(self, desk: Desk) -> date:
        """The site's day on which the parcel was first opened at a bench: windows and days are counted to it."""
        opened = self.inspection.opened_at
        return date.fromisoformat(desk.clock.day_of(opened)) if opened else desk.today()

    def expected(self, item: Item) -> ExpectedReturn | None:
        """The return that announced `item`."""
        return next((one for one in self.returns if one.id == item.return_id), None)

    def line(self, item: Item) -> ReturnLine | None:
        """The line of that return."""
        expected = self.expected(item)
        return next((line for line in expected.lines if line.line == item.line), None) if expected else None


def must_be_open(case: Case) -> None:
    """Raise StationProblem ``inspection.closed`` unless work on the case may go on."""
    if case.inspection.state is not InspectionState.OPEN:
        raise StationProblem(
            "inspection.closed", N_("This inspection is closed."), N_("Ask for a re-check in History to correct it.")
        )


def record(desk: Desk, case: Case, person: Person, *steps: Step) -> Case:
    """Add `steps` to the case in ONE durable transaction and return the case as it is then.

    Raises:
        StationProblem: it could not be kept; then nothing of it is, and `case` still stands.
    """
    sequence, head = case.inspection.sequence, case.inspection.head
    inspection_id = case.inspection.id or uuid7()
    added: list[InspectionEvent] = []
    for kind, payload in steps:
        sequence += 1
        event = InspectionEvent(
            id=uuid7(),
            inspection_id=inspection_id,
            sequence=sequence,
            kind=kind.value,
            at=desk.clock.now(),
            clock_offset_ms=desk.clock.offset_ms(),
            station=desk.station.code,
            station_id=desk.station.station_id,
            person=person.id,
            payload=plain(payload),
            previous_hash=head,
        )
        try:
            event = replace(event, hash=hash_of(event))
        except ValueError as error:
            raise StationProblem(
                "inspection.not_storable",
                N_("This entry has characters that cannot be kept."),
                N_("Type it again without them."),
            ) from error
        head = event.hash
        added.append(event)
    events = (*case.events, *added)
    after = fold(events)
    desk.store.append(after, added)
    return replace(case, inspection=after, events=events)


def last_decided(case: Case) -> str:
    """Id of the item that was decided last and still is; empty when there is none."""
    waiting = {item.id for item in case.inspection.items if item.decision is None}
    decided = [event.payload["item_id"] for event in case.events if event.kind == EventKind.ITEM_DECIDED]
    return next((item_id for item_id in reversed(decided) if item_id not in waiting), "")


def load_case(desk: Desk, inspection_id: str) -> Case:
    """The stored case with that id; raises StationProblem ``inspection.unknown`` when there is none."""
    events: Sequence[InspectionEvent] = desk.store.events_of(inspection_id)
    if not events:
        raise StationProblem(
            "inspection.unknown", N_("This station does not know that inspection."), N_("Look for it in History.")
        )
    inspection = fold(events)
    found = (desk.reference.expected_return(return_id) for return_id in inspection.return_ids)
    return Case(inspection, tuple(events), tuple(one for one in found if one is not None))


def template_of(desk: Desk, item: Item) -> ChecklistTemplate:
    """The template an item is judged by."""
    return desk.book.template_for(item.category)


def claimed(desk: Desk, case: Case, item: Item) -> tuple[str, ...]:
    """Ids of the rows the buyer's complaint is about (never passed in bulk)."""
    expected = case.expected(item)
    if expected is None:
        return ()
    return claimed_questions(template_of(desk, item), desk.book.lists, expected.reason, expected.reason_text)
