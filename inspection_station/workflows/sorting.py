"""Sorting 分拣: an item's label and a tote's are scanned; it is put there, or refused before it drops.

Whatever is refused records nothing. Two scans correct a mis-sort: the item again, then the right tote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.item_state import ItemState, refused_item
from inspection_station.domain.custody.tote_state import (
    VENDOR_BOUND,
    Refusal,
    ToteState,
    ToteStep,
    refused_content,
    refused_step,
)
from inspection_station.domain.people import Person
from inspection_station.workflows.acting import new_act, without_right
from inspection_station.workflows.custody_port import CustodyStore, ToteRow
from inspection_station.workflows.ports import Clock, StationIdentity

BY_SCAN, BY_KEY = "scan", "key"


@dataclass(frozen=True)
class Placed:
    """The item lies in the tote now. `before` is the tote it lay in by a scan, `moved` whether anything changed."""

    rt_number: str
    tote: str
    before: str = ""
    moved: bool = True


@dataclass(frozen=True)
class Misplaced:
    """It may not go there. `right` are the codes of open totes it may go into, those with most in them first."""

    refusal: Refusal
    right: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sorting:
    """What one person does at one station's sorting board."""

    store: CustodyStore
    clock: Clock
    station: StationIdentity
    person: Person

    def place(self, rt_number: str, tote_code: str, by: str = BY_SCAN) -> Placed | Misplaced:
        """Put the item into the tote, `by` a scan of it or a key on its column.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        if refusal := self._without_right(ActKind.ITEM_PLACED):
            return Misplaced(refusal)
        found = self.store.item(rt_number)
        if found is None:
            return Misplaced(Refusal("item.unknown", (("rt_number", rt_number),)))
        known, item = found
        if refusal := refused_item(item):
            return Misplaced(refusal)
        vendor, grams = (known.vendor, known.grams) if known else ("", 0)
        totes = {tote.code: tote for tote in self.store.totes()}
        tote = totes.get(tote_code)
        if tote is None:
            return Misplaced(Refusal("tote.unknown", (("tote", tote_code),)), self._right(totes, item, vendor, grams))
        there = item.tote == tote_code and item.proved
        if there and tote.disposition == item.disposition:  # else a lead decided otherwise since it was put there
            return Placed(item.rt_number, tote_code, tote_code, moved=False)
        # What its bench proposed to put there is counted in already.
        contents = tote.contents - (item.tote == tote_code)
        inside = self._grams_in(tote, grams) - (grams if item.tote == tote_code else 0)
        if refusal := refused_content(self._with_vendor(tote), item.disposition, vendor, contents, inside, grams):
            return Misplaced(refusal, self._right(totes, item, vendor, grams))
        facts = {"rt_number": item.rt_number, "tote": tote_code, "by": by}
        self.store.do([self._act(ActKind.ITEM_PLACED, f"item:{item.id}", facts)])
        return Placed(item.rt_number, tote_code, item.tote if item.proved else "")

    def change_tote(self, kind: ActKind, code: str, facts: Mapping[str, Any]) -> Refusal | None:
        """Open, close, reopen, move, lose or find a tote; why that cannot be, None when it was done.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        if refusal := self._without_right(kind):
            return refusal
        row = next((tote for tote in self.store.totes() if tote.code == code), None)
        state, contents = (_state(row), row.contents) if row else (ToteState(code), 0)
        if refusal := refused_step(state, kind, contents):
            return refusal
        if kind is ActKind.TOTE_REOPENED and not str(facts.get("reason", "")).strip():
            return Refusal("tote.reason_missing", (("tote", code),))
        self.store.do([self._act(kind, f"tote:{code}", facts)])
        return None

    def _with_vendor(self, row: ToteRow) -> ToteState:
        """A tote for any vendor is for the one whose goods lie in it already."""
        state = _state(row)
        if state.disposition != VENDOR_BOUND or state.vendor or not row.contents:
            return state
        inside = [vendor for vendor in self.store.vendors_in(row.code) if vendor]
        return replace(state, vendor=inside[0]) if inside else state

    def _grams_in(self, tote: ToteRow, item_g: int) -> int:
        """What lies in a tote as far as it matters: it has a limit by weight, and the item's weight is known."""
        return self.store.grams_in(tote.code) if tote.capacity_g and item_g else 0

    def _right(self, totes: Mapping[str, ToteRow], item: ItemState, vendor: str, item_g: int) -> tuple[str, ...]:
        """Open totes that take the item; one for its own vendor before one for any."""
        fitting = [
            tote for tote in totes.values()
            if tote.disposition == item.disposition
            and refused_content(
                self._with_vendor(tote), item.disposition, vendor, tote.contents, self._grams_in(tote, item_g), item_g
            ) is None
        ]  # fmt: skip
        own = item.disposition == VENDOR_BOUND
        ranked = sorted(fitting, key=lambda tote: (own and tote.vendor != vendor, -tote.contents, tote.code))
        return tuple(tote.code for tote in ranked)

    def _without_right(self, kind: ActKind) -> Refusal | None:
        return without_right(self.person, kind)

    def _act(self, kind: ActKind, subject: str, facts: Mapping[str, Any]) -> Act:
        return new_act(self.station, self.clock, self.person, kind, subject, facts, self.store.next_place(subject))


def _state(row: ToteRow) -> ToteState:
    return ToteState(
        row.code, ToteStep(row.step or ToteStep.FREE), row.disposition, row.vendor, row.place, row.capacity,
        row.capacity_g, manifest=row.manifest, apart=row.apart,
    )  # fmt: skip
