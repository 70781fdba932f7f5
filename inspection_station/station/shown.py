"""What the window shows of the inspector's work, and whether what was pressed still belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from inspection_station.domain.events import EventKind
from inspection_station.errors import StationProblem
from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.station.page_views import ChecklistView, ExceptionView, GradeView, ParcelView, WaitingView
from inspection_station.workflows.case import Desk
from inspection_station.workflows.deciding import next_step
from inspection_station.workflows.inspecting import WantedShot

PageView = WaitingView | ParcelView | ChecklistView | GradeView | ExceptionView
Place = tuple[Screen, str, str]
LED = (Screen.PARCEL, Screen.CHECKLIST, Screen.GRADE)
"""Screens on which Enter does the next step; on the others it answers what is asked."""


def asks_anew(desk: Desk, before: BenchState, after: BenchState) -> bool:
    """Whether a key pressed before now means something else: not when only a photo came and what is next stayed."""
    same = replace(before, case=after.case, effects=after.effects) == after
    if not same or before.case is None or after.case is None:
        return after.with_effects() != before.with_effects()
    added = after.case.events[len(before.case.events) :]
    only_photos = before.case.inspection.id == after.case.inspection.id and all(
        event.kind == EventKind.PHOTO_TAKEN for event in added
    )
    led = after.screen in LED and next_step(desk, before.case) != next_step(desk, after.case)
    return not only_photos or led


def place_of(state: BenchState) -> Place:
    """Where a person is: the screen, the inspection and its item (empty where there is none)."""
    inspection = state.case.inspection if state.case is not None else None
    return state.screen, inspection.id if inspection else "", inspection.current_item if inspection else ""


@dataclass(frozen=True)
class Pressed:
    """What a key was pressed on.

    Attributes:
        turn, acted: as in `Shown`. place: where the person was.
        opens: it only opens or leaves something. leads: it does the next step, whatever that is.
    """

    turn: int
    acted: int
    place: Place
    opens: bool = False
    leads: bool = False

    def counts(self, turn: int, acted: int, state: BenchState) -> bool:
        """Whether it still means what it meant: nothing moved on; or nobody went elsewhere, and either it only opens
        something, or only what comes by itself came (a photo, a tag the camera read) and it is not the next step."""
        if self.turn == turn:
            return True
        return self.place == place_of(state) and (self.opens or (self.acted == acted and not self.leads))


@dataclass(frozen=True)
class Shown:
    """What the window shows now, and what it needs to know to act on it.

    Attributes:
        turn: counts the states; a key pressed at an older turn does nothing, but see `Pressed`. acted: counts those
            that a person's act made.
        shot: what Space takes now; None while there is nothing to photograph.
        wants_code: whether the live picture should be searched for the item's code.
        expected_codes: the texts that would be right there, in capitals.
        tracking: the parcel's number while one is open.
        no_photo: why no photo can be taken now, whatever lies there; None when one can.
        done_today: how many items are decided today; None when that cannot have changed.
    """

    turn: int
    state: BenchState
    view: PageView
    shot: WantedShot | None = None
    wants_code: bool = False
    expected_codes: tuple[str, ...] = ()
    tracking: str = ""
    no_photo: StationProblem | None = None
    done_today: int | None = None
    acted: int = 0
