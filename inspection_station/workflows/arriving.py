"""Dock arrival 到货登记: parcels are scanned in bulk when they come off the truck, before anybody opens one.

It starts a parcel's clock (from the dock to the decision) and puts it at the head of the benches' queues. Nothing is
asked between two scans; what is remarkable about a parcel is told at once. An arrival is withdrawn by one more act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from inspection_station.domain.carriers import Carriers
from inspection_station.domain.custody.acts import Act, ActKind, needed_right
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.identifiers import ScanKind, normalise, recognise
from inspection_station.domain.people import Person
from inspection_station.domain.weights import HEAVIEST, outbound_weight, weight_flag
from inspection_station.workflows.acting import new_act
from inspection_station.workflows.custody_port import CustodyStore
from inspection_station.workflows.ports import Clock, StationIdentity

EXPECTED, UNKNOWN, DUPLICATE, INSPECTED = "expected", "unknown", "duplicate", "inspected"
OUTSIDE = ("outer_damaged", "wet", "opened", "tape_cut")
"""What may be the matter with a parcel's outside, in the order of their keys."""


@dataclass(frozen=True)
class ArrivalRow:
    """One parcel that came. `found` is what was known of it then; `done`: it was inspected since."""

    number: str
    act_id: str
    at: str
    carrier: str
    found: str
    station: str
    person: str
    grams: int
    flags: tuple[str, ...]
    done: bool = False


class ArrivalStore(Protocol):
    """What is kept of arrivals at this station."""

    def arrival(self, number: str) -> ArrivalRow | None:
        """The arrival of the parcel with that number; None when it did not come yet."""

    def arrivals_since(self, since: str, most: int) -> list[ArrivalRow]:
        """What came since then, the newest first."""

    def count_since(self, since: str) -> Mapping[str, int]:
        """How many came since then, by what was known of them."""

    def count_waiting(self) -> int:
        """How many of all that came were not inspected yet."""

    def is_inspected(self, number: str) -> bool:
        """Whether an inspection of that parcel was closed here or, as told, anywhere."""


class ExpectedParcels(Protocol):
    """What is known of parcels that should come."""

    def returns_of_parcel(self, tracking_number: str) -> Sequence[Any]:
        """The expected returns of a parcel."""


@dataclass(frozen=True)
class Arrived:
    """What a scan at the dock led to. `before` is the arrival that was there already."""

    number: str
    found: str
    carrier: str = ""
    act_id: str = ""
    outside: tuple[str, ...] = ()
    units: int = 0
    before: ArrivalRow | None = None
    grams: int = 0
    outbound_grams: int = 0
    weight: str = ""  # `weight_flag` of the two


@dataclass(frozen=True)
class Arriving:
    """What one person registers at one station."""

    custody: CustodyStore
    arrivals: ArrivalStore
    expected: ExpectedParcels
    carriers: Carriers
    clock: Clock
    station: StationIdentity
    person: Person

    def register(self, raw: str, *, grams: int = 0) -> Arrived | Refusal:
        """A parcel's code was scanned, or its number typed; one that is here already is told and not kept twice.

        Raises:
            StationProblem: the text is unusable, or as `CustodyStore.do`; nothing was recorded then.
        """
        right = needed_right(ActKind.PARCEL_ARRIVED)
        if not self.person.may(right):
            return Refusal("act.not_allowed", (("right", right.value),))
        scan = recognise(raw, self.carriers)
        if scan.kind in (ScanKind.RETURN_LABEL, ScanKind.TOTE, ScanKind.BADGE, ScanKind.COMMAND, ScanKind.PRODUCT):
            return Refusal("arrival.not_a_parcel", (("code", scan.text),))
        names = [normalise(name) for name in (scan.names or (scan.text,))]
        known = {name: list(self.expected.returns_of_parcel(name)) for name in names}
        number = next((name for name in names if known[name]), names[0] if scan.kind is not ScanKind.PROSE else "")
        if not number:
            return Refusal("arrival.not_a_parcel", (("code", scan.text[:40]),))
        before = self.arrivals.arrival(number)
        if before is not None:
            return Arrived(number, DUPLICATE, before.carrier, before.act_id, before.flags, before=before)
        found = EXPECTED if known[number] else UNKNOWN
        if self.arrivals.is_inspected(number):
            found = INSPECTED
        units = sum(line.quantity for one in known[number] for line in one.lines)
        grams = grams if 0 < grams <= HEAVIEST else 0
        left = outbound_weight(known[number])
        flag = weight_flag(left, grams)
        act = self._act(ActKind.PARCEL_ARRIVED, number, _facts(number, scan.carrier, found, (), grams, flag))
        self.custody.do([act])
        return Arrived(
            number, found, scan.carrier, act.id, units=units, grams=grams, outbound_grams=left, weight=flag
        )  # fmt: skip

    def mark_outside(self, number: str, what: str) -> Arrived | Refusal:
        """Something is the matter with the outside of a parcel that came; marked twice, it is taken back.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        before = self.arrivals.arrival(normalise(number))
        if before is None or what not in OUTSIDE:
            return Refusal("arrival.unknown", (("number", number),))
        outside = tuple(one for one in OUTSIDE if (one in before.flags) != (one == what))
        return self._anew(before, outside, before.grams)

    def weigh(self, number: str, grams: int) -> Arrived | Refusal:
        """What a parcel weighs, in grams, by a scale or typed.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        before = self.arrivals.arrival(normalise(number))
        if before is None:
            return Refusal("arrival.unknown", (("number", number),))
        if not 0 < grams <= HEAVIEST:
            return Refusal("arrival.weight", (("n", str(grams)),))
        return self._anew(before, tuple(one for one in before.flags if one in OUTSIDE), grams)

    def withdraw(self, number: str) -> Refusal | None:
        """The parcel did not come after all: its arrival is taken back.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        before = self.arrivals.arrival(normalise(number))
        if before is None:
            return Refusal("arrival.unknown", (("number", number),))
        self.custody.do([self._act(ActKind.ARRIVAL_WITHDRAWN, before.number, {"arrival": before.act_id})])
        return None

    def _anew(self, before: ArrivalRow, outside: tuple[str, ...], grams: int) -> Arrived:
        """The same arrival with other facts: the former one is withdrawn, the parcel's clock runs on from it."""
        left = outbound_weight(self.expected.returns_of_parcel(before.number))
        flag = weight_flag(left, grams)
        gone = self._act(ActKind.ARRIVAL_WITHDRAWN, before.number, {"arrival": before.act_id})
        facts = {**_facts(before.number, before.carrier, before.found, outside, grams, flag), "since": before.at}
        again = self._act(ActKind.PARCEL_ARRIVED, before.number, facts, after=gone)
        self.custody.do([gone, again])
        return Arrived(
            before.number, before.found, before.carrier, again.id, outside, grams=grams, outbound_grams=left,
            weight=flag,
        )  # fmt: skip

    def _act(self, kind: ActKind, number: str, facts: Mapping[str, Any], after: Act | None = None) -> Act:
        count, base = self.custody.next_place(f"parcel:{number}")
        if after is not None:
            count, base = after.count + 1, (after.id,)
        return new_act(self.station, self.clock, self.person, kind, f"parcel:{number}", facts, (count, base))


def _facts(
    number: str, carrier: str, found: str, outside: tuple[str, ...], grams: int, weight: str
) -> dict[str, Any]:
    return {
        "number": number, "carrier": carrier, "found": found, "outside": list(outside), "grams": grams,
        "flags": [weight] if weight else [],
    }  # fmt: skip
