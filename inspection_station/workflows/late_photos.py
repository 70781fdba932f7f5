"""Photos that are ready only when what they show has been left: kept where they belong as long as that may grow."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Person
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.inspecting import TakenPhoto, keep_photo

GROWING = (InspectionState.OPEN, InspectionState.PARKED)


def keep_late_photo(desk: Desk, inspection_id: str, item_id: str, person: Person, photo: TakenPhoto) -> Case | None:
    """Seal `photo` in the inspection and under the item (empty: the parcel) it was taken of, though another is open.

    Returns the case as it is then; None when its result stands already: nothing is added to what was decided by it.

    Raises:
        StationProblem: ``inspection.unknown``, ``disk.*``, ``storage.*``; the photo is not recorded then.
    """
    case = load_case(desk, inspection_id)
    inspection = case.inspection
    item = next((one for one in inspection.items if one.id == item_id), None)
    if inspection.state not in GROWING or (item_id and (item is None or item.decision is not None)):
        return None
    # As it lay there when the shutter was pressed; what is recorded is folded from the events alone.
    then = replace(inspection, state=InspectionState.OPEN, current_item=item_id or inspection.current_item)
    return keep_photo(desk, replace(case, inspection=then), person, photo)
