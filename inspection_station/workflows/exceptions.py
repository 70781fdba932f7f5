"""What is not as usual: damage seen outside, units too many or missing, goods only a lead decides, a second badge.

Every one of these is an event of the inspection like any other step and can be undone; nothing here closes a parcel
except `close_with_missing`.
"""

from __future__ import annotations

from dataclasses import replace

from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import normalise
from inspection_station.domain.inspection import Item
from inspection_station.domain.people import Person, Right
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.case import Case, Desk, Step, must_be_open, record
from inspection_station.workflows.deciding import decision_payload
from inspection_station.workflows.inspecting import Identification, WantedShot, identify
from inspection_station.workflows.receiving import item_step

OUTSIDE = ("outer_damaged", "outer_wet")
"""Defect codes of the outer box that can be noted before a parcel is opened."""
HOLD_REASONS = ("hazardous", "other")
SWAP_REASONS = ("number_differs", "number_altered", "other_unit", "parts_swapped")
"""Why a unit is thought to have been swapped; the keys 1–4 of its screen."""
MOST_NOTE = 500


def outside_damaged(desk: Desk, case: Case, person: Person, code: str) -> Case:
    """Note damage of the outer box, before it is opened; its photos are asked for.

    Raises:
        ValueError: `code` is none of `OUTSIDE`.
        StationProblem: ``outside.opened``: items were looked at already, so nobody can say when it happened.
    """
    must_be_open(case)
    if code not in OUTSIDE:
        raise ValueError(code)
    if any(item.identity or item.answers or item.decision for item in case.inspection.items):
        raise StationProblem(
            "outside.opened",
            N_("The parcel is open already"),
            N_("Damage of the outer box counts only before opening; record it under packaging."),
        )
    if code in case.inspection.outside:
        return case
    return record(desk, case, person, (EventKind.OUTSIDE_DAMAGED, {"code": code}))


def hold(desk: Desk, case: Case, person: Person, reason: str, note: str = "") -> Case:
    """Hold the current item for a lead, for one of `HOLD_REASONS`; ``other`` needs a note in words.

    Raises:
        StationProblem: ``hold.note_missing``.
    """
    must_be_open(case)
    if reason not in HOLD_REASONS:
        raise ValueError(reason)
    if reason == "other" and not note.strip():
        raise StationProblem("hold.note_missing", N_("Say in a few words what is the matter."))
    facts = {"item_id": case.inspection.current_item, "reason": reason, "note": note.strip()[:MOST_NOTE]}
    return record(desk, case, person, (EventKind.ITEM_HELD, facts))


def open_extra(desk: Desk, case: Case, person: Person, found: Identification | None = None) -> Case:
    """Add a unit that no expected line announced; it becomes the current item and is held for a lead.

    `found` is what its code names, when one was scanned.
    """
    must_be_open(case)
    found = found or Identification("extra", "")
    kind, opened = item_step(desk, desk.store.next_item_number(), None, None, 1)
    opened = {**opened, "sku": found.sku, "name_zh": found.name_zh, "name_en": found.name_en, "extra": True}
    identified = {
        "item_id": opened["item_id"], "finding": "extra", "by": "scan" if found.code else "manual", "code": found.code,
        "sku": found.sku, "name_zh": found.name_zh, "name_en": found.name_en, "automatic": True,
    }  # fmt: skip
    return record(
        desk, case, person, (kind, opened), (EventKind.ITEM_IDENTIFIED, identified),
        (EventKind.ITEM_TAKEN_UP, {"item_id": opened["item_id"]}),
    )  # fmt: skip


def untouched(case: Case) -> list[Item]:
    """Items of the parcel that nobody has looked at yet: nothing scanned, answered or photographed."""
    pictured = {photo.item_id for photo in case.inspection.photos}
    return [
        item for item in case.inspection.items
        if item.decision is None and not item.identity and not item.answers and item.id not in pictured
    ]  # fmt: skip


def may_close_with_missing(case: Case) -> bool:
    """Whether something was found and decided, and nobody has begun with what is left."""
    waiting = [item for item in case.inspection.items if item.decision is None]
    return bool(waiting) and len(waiting) < len(case.inspection.items) and waiting == untouched(case)


def comes_elsewhere(desk: Desk, case: Case, item: Item) -> bool:
    """Whether the item's return has another parcel that was not inspected here yet: it may come in that one."""
    expected = case.expected(item)
    numbers = {normalise(number) for number in expected.tracking_numbers} if expected else set()
    others = numbers - {case.inspection.tracking_number}
    return any(not desk.store.inspections_of_parcel(number) for number in others)


def not_here(desk: Desk, case: Case, person: Person) -> Case:
    """The current item is not in the parcel: it is missing, or comes in another parcel of its return.

    Of a parcel in which nothing else was announced it is always missing.
    """
    must_be_open(case)
    item = case.inspection.item()
    if len(case.inspection.items) > 1 and comes_elsewhere(desk, case, item):
        return record(desk, case, person, (EventKind.ITEM_ELSEWHERE, {"item_id": item.id}))
    return identify(desk, case, person, Identification("missing", "", item_id=item.id), "manual")


def may_stay_closed(case: Case) -> bool:
    """Whether the current item can still be left closed: a refused delivery, its box whole, nothing of it shown yet.

    A tag the camera reads through the window of a box, or on it, opens nothing.
    """
    item = case.inspection.item()
    expected = case.expected(item)
    seen = bool(item.answers) or any(photo.item_id == item.id for photo in case.inspection.counted_photos())
    refused = expected is not None and expected.kind == "refused_delivery"
    unknown = item.identity in ("", "match") and item.identified_by != "sealed"
    return refused and unknown and not seen and not case.inspection.outside


def still_sealed(desk: Desk, case: Case, person: Person) -> Case:
    """A refused delivery nobody opened: the item is what was shipped; its box is photographed, not opened.

    Raises:
        StationProblem: ``sealed.not_refused`` for another kind of return, ``sealed.damaged`` after damage outside,
            ``sealed.opened`` when the item itself was photographed, judged or found to be another one.
    """
    must_be_open(case)
    item = case.inspection.item()
    expected = case.expected(item)
    if expected is None or expected.kind != "refused_delivery":
        raise StationProblem(
            "sealed.not_refused", N_("Only a refused delivery comes back unopened"), N_("Open the parcel and look.")
        )
    if case.inspection.outside:
        raise StationProblem(
            "sealed.damaged", N_("The outer box is damaged"), N_("Open the parcel and look at the item too.")
        )
    if not may_stay_closed(case):
        raise StationProblem(
            "sealed.opened", N_("This parcel was opened"), N_("Go on with the item; undo (F12) what was a mistake.")
        )
    return identify(desk, case, person, Identification("match", "", item.sku, item_id=item.id), "sealed")


def close_with_missing(desk: Desk, case: Case, person: Person) -> Case:
    """Close the parcel: nothing is left in it; each waiting unit is missing or comes elsewhere. ONE transaction.

    Raises:
        StationProblem: ``missing.begun``: one of them was begun, so it is there.
    """
    must_be_open(case)
    if not may_close_with_missing(case):
        raise StationProblem(
            "missing.begun",
            N_("An item of this parcel is not finished"),
            N_("Finish it first; what is not there is recorded as missing then."),
        )
    steps: list[Step] = []
    for item in untouched(case):
        if comes_elsewhere(desk, case, item):
            steps.append((EventKind.ITEM_ELSEWHERE, {"item_id": item.id}))
            continue
        absent = replace(item, identity="missing")
        facts = {"item_id": item.id, "finding": "missing", "by": "manual", "code": ""}
        steps += [
            (EventKind.ITEM_IDENTIFIED, facts),
            (EventKind.ITEM_DECIDED, decision_payload(desk, case, absent, "")),
        ]
    left = len(case.inspection.items) - sum(kind is EventKind.ITEM_ELSEWHERE for kind, _ in steps)
    steps.append((EventKind.INSPECTION_CLOSED, {"items": left}))
    return record(desk, case, person, *steps)


def seen_by_second(desk: Desk, case: Case, second: Person, reason: str = "") -> Case:
    """A second person has seen the item too, by badge; the event is that person's.

    Raises:
        StationProblem: ``second.same_person``: it was the inspector's own badge.
    """
    must_be_open(case)
    if second.id == case.inspection.person:
        raise StationProblem(
            "second.same_person", N_("This is your own badge"), N_("Somebody else has to look and scan a badge.")
        )
    facts = {"item_id": case.inspection.current_item, "reason": reason}
    return record(desk, case, second, (EventKind.SEEN_BY_SECOND, facts))


def waive_shot(desk: Desk, case: Case, lead: Person, shot: WantedShot, reason: str) -> Case:
    """A lead lets a required photo go that cannot be had; the event is the lead's and goes to review.

    Raises:
        StationProblem: ``role.denied``, ``waive.reason_missing``.
    """
    must_be_open(case)
    if not lead.may(Right.WAIVE_PHOTO):
        raise StationProblem("role.denied", N_("Lead needed"), N_("A lead's badge continues."))
    if not reason.strip():
        raise StationProblem("waive.reason_missing", N_("A waived photo needs a reason."))
    facts = {
        "item_id": case.inspection.current_item, "shot": shot.shot, "finding_id": shot.finding_id,
        "reason": reason.strip()[:MOST_NOTE],
    }  # fmt: skip
    return record(desk, case, lead, (EventKind.SHOT_WAIVED, facts))
