"""Inspecting an item again 复检: a new inspection, linked to the first, whose result counts from then on.

Nothing of the first is rewritten. By one more act its item has no decision any more and lies nowhere, its labels are
to come off; what the new inspection finds gets a number and a label of its own. So an item is in one place at most.
"""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.domain.custody.acts import ActKind
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Person
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.workflows.acting import new_act, without_right
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.custody_port import CustodyStore
from inspection_station.workflows.receiving import open_parcel, open_unclaimed, resume
from inspection_station.workflows.reviewing import must_grade_blind

ACT = ActKind.ITEM_SUPERSEDED
_UNFINISHED = (InspectionState.OPEN, InspectionState.PARKED)


@dataclass(frozen=True)
class Reinspecting:
    """One person's new inspections of items that a bench had decided, at one station."""

    desk: Desk
    store: CustodyStore
    person: Person

    def begin(self, item: HouseItem) -> Case | Refusal:
        """Open a new inspection of `item`; one that was begun here and is not finished lies open again.

        Raises:
            StationProblem: ``role.denied``, ``storage.*``; nothing was recorded then.
        """
        if refusal := without_right(self.person, ACT):
            return refusal
        begun = self._begun(item)
        _item, state = self.store.item(item.rt_number) or (None, None)
        if state is None:
            return Refusal("item.unknown", (("rt_number", item.rt_number),))
        if refusal := self._refused(item, state, is_begun=begun is not None):
            return refusal
        case = begun or self._opened(item)
        counts = case.inspection.items[0].rt_number
        if state.superseded_by != counts:
            facts = {"rt_number": item.rt_number, "inspection": case.inspection.id, "counts": counts}
            subject = f"item:{item.id}"
            place = self.store.next_place(subject)
            act = new_act(self.desk.station, self.desk.clock, self.person, ACT, subject, facts, place)
            self.store.do([act])
        return case

    def _refused(self, item: HouseItem, state: ItemState, *, is_begun: bool) -> Refusal | None:
        named = (("rt_number", item.rt_number),)
        if item.state != "closed":
            return Refusal("item.undecided", named)
        if state.manifest:
            return Refusal("item.on_manifest", named)
        if must_grade_blind(item, state):
            return Refusal("review.blind_first", named)
        if state.superseded_by and not is_begun:
            return Refusal("item.superseded", (*named, ("counts", state.superseded_by)))
        return None

    def _begun(self, item: HouseItem) -> Case | None:
        """The new inspection of that item that was begun here and is not finished."""
        for inspection_id in self.desk.store.inspections_of_parcel(item.tracking_number):
            case = load_case(self.desk, inspection_id)
            ours = case.inspection.again_of == item.inspection_id and case.inspection.items[0].sku == item.sku
            if ours and case.inspection.state in _UNFINISHED:
                return resume(self.desk, case, self.person) if case.inspection.state is _UNFINISHED[1] else case
        return None

    def _opened(self, item: HouseItem) -> Case:
        returns = self.desk.reference.returns_of_parcel(item.tracking_number)
        unit = _unit_of(item, returns)
        if unit is None:
            return open_unclaimed(self.desk, self.person, item.tracking_number, again_of=item.inspection_id)
        return open_parcel(
            self.desk, self.person, item.tracking_number, returns, item.tracking_number,
            again_of=item.inspection_id, only=unit,
        )  # fmt: skip


def _unit_of(item: HouseItem, returns: list[ExpectedReturn]) -> tuple[ExpectedReturn, ReturnLine, int] | None:
    """The announced unit that `item` was inspected as; by its product, for the house knows no more of it."""
    return next(((one, line, 1) for one in returns for line in one.lines if line.sku == item.sku), None)
