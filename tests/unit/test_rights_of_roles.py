"""Who may do what with items, totes, manifests and parcels: every kind of act against every role, and every area."""

from __future__ import annotations

import pytest

from inspection_station.domain.custody.acts import ActKind, needed_right
from inspection_station.domain.people import Person, Right, Role
from inspection_station.station.house_areas import ENTRIES, tabs_for

INSPECTORS = {
    ActKind.ITEM_PLACED, ActKind.NEW_LABEL_PRINTED, ActKind.OLD_LABEL_SCANNED_OUT, ActKind.PARCEL_ARRIVED,
    ActKind.ARRIVAL_WITHDRAWN, ActKind.MANIFEST_SIGNED,
}  # fmt: skip
"""What is done at a bench or the dock; a second signature is anybody's of the house."""
AREAS = {
    "sorting": (Role.LEAD, Role.ADMINISTRATOR), "containers": (Role.LEAD, Role.ADMINISTRATOR),
    "figures": (Role.LEAD, Role.ADMINISTRATOR), "handover": (Role.LEAD, Role.ADMINISTRATOR),
    "arrival": (Role.INSPECTOR, Role.LEAD, Role.ADMINISTRATOR), "administration": (Role.ADMINISTRATOR,),
}  # fmt: skip


def person(role: Role) -> Person:
    return Person(role.value, "", "", role)


@pytest.mark.parametrize("kind", list(ActKind))
@pytest.mark.parametrize("role", list(Role))
def test_an_act_is_for_those_whose_it_is(kind: ActKind, role: Role) -> None:
    leads = role in (Role.LEAD, Role.ADMINISTRATOR)
    wanted = leads or (role is Role.INSPECTOR and kind in INSPECTORS)
    assert person(role).may(needed_right(kind)) is wanted


def test_a_kind_that_a_newer_program_knows_needs_most() -> None:
    assert needed_right("tote_teleported") is Right.ADMINISTER


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
@pytest.mark.parametrize("role", list(Role))
def test_an_area_is_for_those_whose_it_is(entry: object, role: Role) -> None:
    name, right = entry.name, entry.right  # type: ignore[attr-defined]
    wanted = role in AREAS[name]
    assert person(role).may(right) is wanted
    shown = [tab.name for tab in tabs_for(person(role), "").values()]
    assert (name in shown) is (wanted and bool(entry.tab))  # type: ignore[attr-defined]
