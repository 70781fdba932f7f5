"""What a parcel weighs before it is opened, held against what had left (DECISIONS.md 123).

By the scale at the bench, typed, or taken over from the dock; each is an event of the inspection, the last one counts.
"""

from __future__ import annotations

from inspection_station.domain.events import EventKind
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Person
from inspection_station.domain.weights import HEAVIEST, outbound_weight, weight_flag
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.case import Case, Desk, must_be_open, record

SCALE, TYPED, DOCK = "scale", "typed", "dock"


def is_closed(case: Case) -> bool:
    """Whether nothing shows that the parcel was opened: no item was scanned, judged or photographed.

    A tag that the camera read opens nothing: it shows through a box (DECISIONS.md 83).
    """
    items = case.inspection.items
    opened = any(
        item.answers or item.decision or item.identity not in ("", "match", "unidentifiable")
        or (item.identity == "match" and item.identified_by not in ("camera", "sealed"))
        for item in items
    )  # fmt: skip
    pictured = any(photo.item_id and not photo.withdrawn for photo in case.inspection.photos)
    return case.inspection.state is InspectionState.OPEN and not opened and not pictured


def wants_weight(case: Case) -> bool:
    """Whether the bench's own scale weighs it by itself: it is surely closed, and was weighed at the dock at most."""
    weighed = case.inspection.weighed
    untouched = all(item.identity in ("", "unidentifiable") for item in case.inspection.items)
    return is_closed(case) and untouched and (weighed is None or weighed.by == DOCK)


def opened_already() -> StationProblem:
    """What lay in the parcel was seen already."""
    return StationProblem(
        "weight.opened", N_("The parcel is open already"), N_("Its weight counts only before it is opened.")
    )


def weigh(desk: Desk, case: Case, person: Person, grams: int, by: str, *, by_itself: bool = False) -> Case:
    """Record what the closed parcel weighs, and whether that is to be told; `by_itself`: no person asked for it.

    Raises:
        StationProblem: ``weight.opened``: it is open already; ``weight.none``: so much no parcel weighs.
    """
    must_be_open(case)
    if not is_closed(case):
        raise opened_already()
    if not 0 < grams <= HEAVIEST:
        raise StationProblem(
            "weight.none", N_("{n} g is no parcel's weight"), N_("Type grams, such as 1250."), n=grams
        )
    outbound = outbound_weight(case.returns)
    flag = weight_flag(outbound, grams)
    facts = {
        "grams": grams, "by": by, **({"outbound": outbound} if outbound else {}), **({"flag": flag} if flag else {}),
        **({"automatic": True} if by_itself or by == DOCK else {}),
    }  # fmt: skip
    return record(desk, case, person, (EventKind.PARCEL_WEIGHED, facts))
