"""An inspection as its events tell it (`folding.fold`): parcel, items, photos, answers, findings, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from inspection_station.domain.events import FIRST_PREVIOUS_HASH


class InspectionState(StrEnum):
    """Where an inspection stands. A closed one is never edited: corrections are new events."""

    OPEN = "open"
    PARKED = "parked"
    CLOSED = "closed"
    VOIDED = "voided"


@dataclass(frozen=True)
class Photo:
    """One evidence photo. `item_id` is empty for photos of the parcel; `withdrawn` after an undo (never deleted).

    `taken_at` is when it was sealed, `captured_at` when the camera delivered it (empty in older records); `trigger` is
    what released it: ``auto``, ``key``, ``pedal``, ``scan`` or ``touch``; empty in older records.
    """

    id: str
    sha256: str
    shot: str
    item_id: str
    taken_at: str
    size: int
    width: int
    height: int
    quality: Mapping[str, Any]
    automatic: bool = False
    counted: bool = True
    finding_id: str = ""
    withdrawn: bool = False
    event_id: str = ""
    captured_at: str = ""
    camera: str = ""
    trigger: str = ""

    @property
    def pixels_per_mm(self) -> float:
        """Scale by the ruler that was found in it; 0 when there was none."""
        scale = self.quality.get("ruler_pixels_per_mm", 0)
        return float(scale) if isinstance(scale, int | float) and 0 < scale < 10_000 else 0.0


@dataclass(frozen=True)
class Mark:
    """A place marked on a photo, kept beside it: pixels of the photo, its left upper corner 0, 0.

    Attributes:
        shape: ``ellipse`` within the box x1, y1, x2, y2, or ``arrow`` from x1, y1 to its head at x2, y2.
        width_mm, height_mm: size of the ellipse by the photo's ruler; 0 where there was none, and where the mark was
            only put somewhere and never made as large as what it shows.
    """

    id: str
    photo_id: str
    shape: str
    x1: int
    y1: int
    x2: int
    y2: int
    width_mm: int = 0
    height_mm: int = 0


@dataclass(frozen=True)
class PartCount:
    """How many of one part of the kit should be there, and how many are."""

    part: str
    expected: int
    found: int


@dataclass(frozen=True)
class Answer:
    """The answer to one question: ``pass``, ``defect`` or ``not_applicable``; given ``single`` or in ``bulk``.

    `value` is what was answered where more than that is asked: an option's id, a number in plain digits, a text, a
    serial number, or the counted parts (`PartCount`); empty for a statement. `unit` is the number's.
    """

    question: str
    verdict: str
    answered_by: str
    at: str = ""
    value: str | tuple[PartCount, ...] = ""
    unit: str = ""


@dataclass(frozen=True)
class Finding:
    """One defect: the question it answers, the picker's type, the trade's code, its severity and place.

    `part` names the part of the kit that is missing, as the expected line calls it.
    """

    id: str
    question: str
    type: str
    code: str
    severity: str
    place: str = ""
    part: str = ""


@dataclass(frozen=True)
class Item:
    """One returned unit (or its absence). `rt_number` names it on its label; `return_id` is empty when unclaimed."""

    id: str
    rt_number: str
    return_id: str
    line: int
    unit: int
    sku: str
    name_zh: str
    name_en: str
    variant: str
    category: str
    template: str
    template_version: str
    identity: str = ""  # a code of identity_findings; empty while not established
    identified_by: str = ""  # camera | scan | manual | sealed (a refused delivery nobody opened)
    found_code: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)  # grade, disposition, liability, refund set by a person
    decision: Mapping[str, Any] | None = None  # payload of the item_decided event in force
    decided_at: str = ""  # by the station's clock; empty while not decided
    label_issue: int = 0  # of the last label printed or owed; 0 before the first
    tote: str = ""  # scanned tote: proves the placement (DECISIONS.md 4)
    label_verified: bool = False
    outside: tuple[str, ...] = ()  # defect codes of its parcel's outer box, seen before it was opened
    held: str = ""  # why a person holds it for a lead: hazardous | other
    held_note: str = ""
    second_person: str = ""  # id of who saw it too, where a rule asks for a second badge
    second_reason: str = ""
    waived: tuple[tuple[str, str], ...] = ()  # (shot, finding id) of required photos that a lead let go

    def findings_of(self, question: str) -> tuple[Finding, ...]:
        """The defects recorded under `question`."""
        return tuple(finding for finding in self.findings if finding.question == question)


@dataclass(frozen=True)
class Weighing:
    """What a parcel weighed before it was opened, in grams: by ``scale``, ``typed``, or at the ``dock``.

    `outbound` is what had left as far as known then (0: not), `flag` what was told of the difference: ``lighter``,
    ``heavier``, or nothing.
    """

    grams: int
    by: str
    outbound: int = 0
    flag: str = ""


@dataclass(frozen=True)
class Inspection:
    """What one inspector at one station established about one parcel."""

    id: str = ""
    state: InspectionState = InspectionState.OPEN
    tracking_number: str = ""
    carrier: str = ""
    match: str = ""  # matched | none
    opened_at: str = ""
    closed_at: str = ""
    station: str = ""
    person: str = ""
    return_ids: tuple[str, ...] = ()
    also_at: tuple[str, ...] = ()  # inspections of the same parcel at other benches, known when it was opened
    again_of: str = ""  # the inspection that a lead had done anew with this one
    clues: tuple[str, ...] = ()  # what was scanned or typed to find its return, before it was opened without one
    declined: tuple[str, ...] = ()  # ids of returns that a lead found not to be its own
    items: tuple[Item, ...] = ()
    photos: tuple[Photo, ...] = ()
    marks: tuple[Mark, ...] = ()
    current_item: str = ""
    recheck: str = ""
    outside: tuple[str, ...] = ()  # defect codes of the outer box, seen before it was opened
    weighed: Weighing | None = None  # the last time; None while nobody weighed it
    void_reason: str = ""
    sequence: int = 0
    head: str = FIRST_PREVIOUS_HASH
    undoable: tuple[str, ...] = ()  # ids of the steps F12 would take back, latest last

    def item(self, item_id: str = "") -> Item:
        """The item with `item_id`, or the current one; raises KeyError when there is none."""
        wanted = item_id or self.current_item
        for item in self.items:
            if item.id == wanted:
                return item
        raise KeyError(wanted)

    def marks_of(self, photo_id: str) -> tuple[Mark, ...]:
        """What is marked on a photo, in the order it was marked."""
        return tuple(mark for mark in self.marks if mark.photo_id == photo_id)

    def counted_photos(self, item_id: str = "") -> tuple[Photo, ...]:
        """Photos that stand as proof for `item_id` (and those of the parcel): not withdrawn, quality passed."""
        return tuple(
            photo
            for photo in self.photos
            if photo.counted and not photo.withdrawn and photo.item_id in ("", item_id or self.current_item)
        )
