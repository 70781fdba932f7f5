"""The state of the bench: which screen, which case, what is chosen. Immutable; every act makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from inspection_station.domain.parcels_elsewhere import ParcelElsewhere
from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.workflows.case import Case
from inspection_station.workflows.inspecting import Identification
from inspection_station.workflows.receiving import Candidate


class Screen(StrEnum):
    """The inspector's screens."""

    WAITING = "waiting"
    PARCEL = "parcel"
    CHECKLIST = "checklist"
    GRADE = "grade"
    NO_MATCH = "no_match"
    WRONG_ITEM = "wrong_item"
    DUPLICATE = "duplicate"
    LATE_MATCH = "late_match"  # an unclaimed parcel whose return may have turned up
    ELSEWHERE = "elsewhere"  # another bench has the parcel open, or is done with it
    EXCEPTIONS = "exceptions"
    DAMAGE = "damage"  # is the item damaged too, after the outer box was
    REST_MISSING = "rest_missing"  # the next parcel was scanned: is nothing left in this one


class Sound(StrEnum):
    """The station's sounds."""

    ACCEPT = "accept"
    COMMAND = "command"
    SHUTTER = "shutter"
    DONE = "done"
    WARN = "warn"
    ERROR = "error"
    UNDO = "undo"


@dataclass(frozen=True)
class Effects:
    """What must happen outside when a state is taken over.

    Attributes:
        sound: to play; None for none.
        labels: item ids whose label is to be printed now.
        reprints: item ids whose newest label is to be printed once more.
        waybill_photo: take the outside photo by itself now.
        item_photo: take the item's required photo by itself now.
        problem: to tell the person (the work stands as it is).
        verified: the number of a label that was just scanned for the first time.
        ask: what the window asks a person for now: ``hold`` (what is the matter, in words), ``shares`` (who is liable
            for how much), ``weight`` (of the closed parcel), or the PIN of the lead ID: ``waive:ID`` (with why),
            ``bind:ID``, ``match:ID``; empty for nothing.
    """

    sound: Sound | None = None
    labels: tuple[str, ...] = ()
    reprints: tuple[str, ...] = ()
    waybill_photo: bool = False
    item_photo: bool = False
    problem: StationProblem | None = None
    verified: str = ""
    ask: str = ""


@dataclass(frozen=True)
class LastDone:
    """The last completed item, for the toast and its undo."""

    inspection_id: str
    item_id: str
    rt_number: str
    grade: str
    disposition: str
    slot: int
    random_check: bool
    at: str
    undone: bool = False


@dataclass(frozen=True)
class EntryFault:
    """What was typed for a row and cannot be taken, and why; said at its field."""

    row: str
    text: str
    problem: StationProblem


@dataclass(frozen=True)
class BenchState:
    """Where the bench stands.

    Attributes:
        row, kind: the checklist's current question and the defect type picked for it, or the part counted last.
        fault: the last entry for a row that could not be taken.
        text: the number a no-match or duplicate screen is about, or the code that waits for an answer.
        clues, candidates, chosen: what was scanned or typed to find the return, what was found, which is chosen
            (on the grade page: which part of the dispositions is shown).
        elsewhere: inspections of the parcel at other benches, while the screen says so.
        found: a code that does not fit the item, while the wrong-item screen asks about it.
        grade_wanted: grade that waits for its reason.
        asked: a code that looks like no parcel's number; scanned once more on the waiting screen it is taken as one.
    """

    screen: Screen = Screen.WAITING
    person: Person | None = None
    case: Case | None = None
    row: str = ""
    kind: str = ""
    fault: EntryFault | None = None
    text: str = ""
    clues: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    elsewhere: tuple[ParcelElsewhere, ...] = ()
    chosen: int = 0
    found: Identification | None = None
    found_by: str = ""
    grade_wanted: str = ""
    asked: str = ""
    last: LastDone | None = None
    effects: Effects = field(default_factory=Effects)

    def with_effects(self, **effects: Any) -> BenchState:
        """The same state with these effects (and no others)."""
        return replace(self, effects=Effects(**effects))

    def refused(self, problem: StationProblem | None = None) -> BenchState:
        """The same state, with the error sound and what is the matter."""
        return self.with_effects(sound=Sound.ERROR, problem=problem)

    @property
    def open_case(self) -> Case:
        """The case that lies open; there MUST be one."""
        assert self.case is not None
        return self.case

    @property
    def inspector(self) -> Person:
        """Who is signed in; there MUST be somebody."""
        assert self.person is not None
        return self.person

    def waiting(self, **effects: Any) -> BenchState:
        """The waiting screen, nothing open."""
        return BenchState(person=self.person, last=self.last, effects=Effects(**effects))
