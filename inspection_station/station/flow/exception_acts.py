"""The acts on exceptions (key E): another item, one more or missing, empty, damaged outside, hazardous, no return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inspection_station.domain.checklist import Count
from inspection_station.domain.identifiers import normalise
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.evidence.shot_gate import NO_LABEL
from inspection_station.station.flow import scanning, weight_acts
from inspection_station.station.flow.rows import at_its_row
from inspection_station.station.flow.state import BenchState, LastDone, Screen, Sound
from inspection_station.workflows import answering, deciding, exceptions, inspecting, receiving, weighing
from inspection_station.workflows import unclaimed as late
from inspection_station.workflows.case import Desk, template_of

ON_A_PARCEL = (Screen.PARCEL, Screen.CHECKLIST, Screen.EXCEPTIONS)
IN_TRANSIT = ("crack", "dent", "deformation", "scratch", "stain", "retail_box_damaged")
"""What the way does to goods, the worst first: the digits of the screen after damage outside."""


def menu(desk: Desk, state: BenchState) -> BenchState:
    """E: what kind of exception it is."""
    if state.case is None or state.screen not in (Screen.PARCEL, Screen.CHECKLIST):
        return state.with_effects()
    return replace(state, screen=Screen.EXCEPTIONS, chosen=0, kind="").with_effects()


def offered(state: BenchState) -> tuple[str, ...]:
    """The exceptions that can be said of the open parcel now, by the names of `CHOICES`."""
    item = state.open_case.inspection.item()
    names = ["empty_parcel", "hazardous", "other", "extra_item"]
    if item.return_id:
        names += ["wrong_item", "missing_unit", "counterfeit"]
    line = state.open_case.line(item)
    if line is not None and line.serial_numbers:
        names.append("serial_differs")
    if not any(one.identity or one.answers or one.decision for one in state.open_case.inspection.items):
        names += ["outside_damaged", "outside_wet"]
    if weighing.is_closed(state.open_case):
        names.append("weigh")
    return tuple(names)


def choose_exception(desk: Desk, state: BenchState, key: str) -> BenchState:
    """A digit or letter of the menu."""
    name = CHOICES.get(key, "") if state.screen is Screen.EXCEPTIONS else ""
    return _BY_NAME[name](desk, state) if name and name in offered(state) else state.with_effects()


def choose(desk: Desk, state: BenchState, place: int) -> BenchState:
    """A digit: a kind of damage, a reason for a suspected swap, or a candidate."""
    if state.screen is Screen.DAMAGE:
        return damaged_in_transit(desk, state, place)
    if state.screen is Screen.WRONG_ITEM:
        if state.found is None or state.found.finding != "serial_mismatch":
            return state.with_effects()
        if not 1 <= place <= len(exceptions.SWAP_REASONS):
            return state.with_effects()
        return accept_wrong_item(desk, state, exceptions.SWAP_REASONS[place - 1])
    if not 1 <= place <= len(state.candidates):
        return state.with_effects()
    return replace(state, chosen=place - 1).with_effects()


# --- another item, or one more ------------------------------------------------------------------------


def wrong_item_by_eye(desk: Desk, state: BenchState) -> BenchState:
    """The item is another one, though no code says so."""
    return _asked(state, "wrong_item")


def serial_differs_by_eye(desk: Desk, state: BenchState) -> BenchState:
    """The number on the item is not the one that was shipped, though no scanner reads it."""
    return _asked(state, "serial_mismatch")


def counterfeit(desk: Desk, state: BenchState) -> BenchState:
    """The item looks like a counterfeit; a second person confirms it, a lead decides."""
    if state.case is None or state.screen not in ON_A_PARCEL:
        return state.refused()
    return _identity(desk, state, "counterfeit_suspected")


def _asked(state: BenchState, finding: str) -> BenchState:
    found = inspecting.Identification(finding, "", item_id=state.open_case.inspection.current_item)
    return replace(state, screen=Screen.WRONG_ITEM, found=found, found_by="manual").with_effects(sound=Sound.WARN)


def accept_wrong_item(desk: Desk, state: BenchState, reason: str = "") -> BenchState:
    """Go on as what the code says: the finding is recorded, its photos are asked for, the item is held.

    A suspected swap needs a `reason`: one of the digits.
    """
    assert state.found is not None
    if state.found.finding == "serial_mismatch" and not reason:
        return state.refused(StationProblem("swap.reason_missing", N_("Choose by its digit what differs.")))
    case = state.open_case
    after = inspecting.identify(desk, case, state.inspector, state.found, state.found_by or "scan", reason)
    parcel = replace(state, case=after, screen=Screen.PARCEL, found=None)
    return at_its_row(desk, parcel, case.inspection.current_item).with_effects(sound=Sound.COMMAND)


def extra_item(desk: Desk, state: BenchState) -> BenchState:
    """One more unit than was announced lies there; what was scanned last names it."""
    if state.case is None or state.screen not in (*ON_A_PARCEL, Screen.WRONG_ITEM):
        return state.refused()
    found = state.found if state.screen is Screen.WRONG_ITEM else None
    after = exceptions.open_extra(desk, state.case, state.inspector, found)
    return replace(state, case=after, screen=Screen.PARCEL, found=None, row="", kind="").with_effects(sound=Sound.WARN)


# --- nothing there --------------------------------------------------------------------------------------


def empty_parcel(desk: Desk, state: BenchState) -> BenchState:
    """Nothing (more) is in the parcel: keep box and filling; when something was found, the rest is missing."""
    if state.case is None or state.screen not in ON_A_PARCEL:
        return state.refused()
    if exceptions.may_close_with_missing(state.case):
        return rest_missing(desk, state)
    return _identity(desk, state, "empty_parcel")


def missing_part(desk: Desk, state: BenchState, place: int) -> BenchState:
    """A digit on an open parcel: that part of the item's kit is not there; once more: it is."""
    if state.screen is not Screen.PARCEL or state.case is None:
        return state.with_effects()
    item = state.case.inspection.item()
    parts = list(answering.kit(state.case, item).items())
    row = next((one for one in answering.asked_rows(desk, state.case, item) if isinstance(one.answer, Count)), None)
    if item.identity != "match" or row is None or not 1 <= place <= len(parts):
        return state.with_effects()
    part, number = parts[place - 1]
    there = answering.counts_of(state.case, item, row.id)[part] == number
    after = answering.count_part(desk, state.case, state.inspector, row.id, part, 0 if there else number)
    return replace(state, case=after).with_effects(sound=Sound.COMMAND)


def missing_unit(desk: Desk, state: BenchState) -> BenchState:
    """This item is not in the parcel."""
    if state.case is None or state.screen not in ON_A_PARCEL:
        return state.refused()
    after = exceptions.not_here(desk, state.case, state.inspector)
    home = replace(state, case=after, screen=Screen.PARCEL, found=None)
    return at_its_row(desk, home, state.case.inspection.current_item).with_effects(sound=Sound.WARN)


def still_sealed(desk: Desk, state: BenchState) -> BenchState:
    """S: a refused delivery that nobody opened is left closed; its box is photographed from two sides."""
    if state.case is None or state.screen is not Screen.PARCEL:
        return state.refused()
    after = exceptions.still_sealed(desk, state.case, state.inspector)
    return replace(state, case=after).with_effects(sound=Sound.COMMAND)


def _identity(desk: Desk, state: BenchState, finding: str) -> BenchState:
    case = state.open_case
    found = inspecting.Identification(finding, "", item_id=case.inspection.current_item)
    after = inspecting.identify(desk, case, state.inspector, found, "manual")
    return replace(state, case=after, screen=Screen.PARCEL, found=None, kind="").with_effects(sound=Sound.WARN)


def rest_missing(desk: Desk, state: BenchState) -> BenchState:
    """What was not found in the open parcel is missing; the code that was scanned meanwhile is taken then."""
    case = state.open_case
    text = state.text if state.screen is Screen.REST_MISSING else ""
    left = {item.id for item in exceptions.untouched(case)}
    after = exceptions.close_with_missing(desk, case, state.inspector)
    missing = [item for item in after.inspection.items if item.id in left]
    last = state.last
    for item in missing[:1]:
        decision = item.decision
        assert decision is not None, "closing decides every item"
        last = LastDone(
            after.inspection.id, item.id, item.rt_number, decision["grade"], decision["disposition"],
            decision["slot"], decision["random_check"], after.events[-1].at,
        )  # fmt: skip
    done = replace(state, last=last).waiting(sound=Sound.DONE)
    return scanning.on_waiting(desk, done, text) if text else done


# --- damage, danger ----------------------------------------------------------------------------------------


def outside_damaged(desk: Desk, state: BenchState, code: str = "outer_damaged") -> BenchState:
    """The outer box is damaged, seen before opening: two photos of it come first."""
    if state.case is None or state.screen not in ON_A_PARCEL:
        return state.refused()
    after = exceptions.outside_damaged(desk, state.case, state.inspector, code)
    return replace(state, case=after, screen=Screen.PARCEL).with_effects(sound=Sound.WARN)


def outside_wet(desk: Desk, state: BenchState) -> BenchState:
    """The outer box is wet, seen before opening."""
    return outside_damaged(desk, state, "outer_wet")


def damage_choices(desk: Desk, state: BenchState) -> tuple[tuple[str, str, str], ...]:
    """What may have happened to the item on the way: (code, row, kind) as its template has them, the worst first."""
    rows = template_of(desk, state.open_case.inspection.item()).questions
    first: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        for kind in row.types:
            first.setdefault(kind.code, (kind.code, row.id, kind.id))
    return tuple(first[code] for code in IN_TRANSIT if code in first)


def damaged_in_transit(desk: Desk, state: BenchState, place: int) -> BenchState:
    """A digit after damage outside: the item is damaged this way, clearly; its close-up follows."""
    choices = damage_choices(desk, state)
    if not 1 <= place <= len(choices):
        return state.with_effects()
    _code, row, kind = choices[place - 1]
    after = answering.record_defect(desk, state.open_case, state.inspector, row, kind, "major")
    return replace(state, case=after, screen=Screen.PARCEL).with_effects(sound=Sound.COMMAND)


def hazardous(desk: Desk, state: BenchState) -> BenchState:
    """Leaking, sharp, burning or alive: nothing more is touched, the item is held."""
    return _held(desk, state, "hazardous", "")


def other(desk: Desk, state: BenchState) -> BenchState:
    """Something else only a lead can decide; the window asks for it in words and calls `held_for`."""
    return replace(state, screen=Screen.PARCEL).with_effects(ask="hold")


def held_for(desk: Desk, state: BenchState, note: str) -> BenchState:
    """The item is held, with what is the matter in words."""
    return _held(desk, state, "other", note)


def _held(desk: Desk, state: BenchState, reason: str, note: str) -> BenchState:
    if state.case is None or state.screen not in ON_A_PARCEL:
        return state.refused()
    after = exceptions.hold(desk, state.case, state.inspector, reason, note)
    return replace(state, case=after, screen=Screen.PARCEL, kind="").with_effects(sound=Sound.WARN)


def waive(desk: Desk, state: BenchState, lead: Person, reason: str) -> BenchState:
    """A lead, known by badge and PIN, lets the next required photo go."""
    step = deciding.next_step(desk, state.open_case) if state.case is not None else None
    if state.screen not in ON_A_PARCEL or step is None or step.shot is None:
        return state.refused()
    after = exceptions.waive_shot(desk, state.open_case, lead, step.shot, reason)
    return replace(state, case=after).with_effects(sound=Sound.ACCEPT)


# --- no return ---------------------------------------------------------------------------------------------


def unclaimed(desk: Desk, state: BenchState) -> BenchState:
    """The parcel matches nothing: inspect it as unclaimed."""
    if state.screen is not Screen.NO_MATCH:
        return state.refused()
    case = receiving.open_unclaimed(desk, state.inspector, normalise(state.text), clues=state.clues)
    return scanning.opened(desk, state, case)


def bind_candidate(desk: Desk, state: BenchState, lead: Person | None = None) -> BenchState:
    """B: the parcel belongs to the chosen return (a lead's act when fewer than three facts agree)."""
    if not state.candidates or state.screen is not Screen.NO_MATCH:
        return state.refused()
    chosen = state.candidates[state.chosen]
    try:
        case = receiving.open_bound(desk, lead or state.inspector, normalise(state.text), chosen)
    except StationProblem as told:
        return state.refused(told)
    return scanning.opened(desk, state, case)


def inspect_too(desk: Desk, state: BenchState) -> BenchState:
    """N: inspect a parcel here that another bench has too; the lead merges the two records."""
    if state.screen is not Screen.ELSEWHERE:
        return state.refused()
    reception = receiving.receive_too(desk, state.inspector, state.text)
    if reception.case is None:
        return replace(state.waiting(sound=Sound.WARN), screen=Screen.NO_MATCH, text=reception.text)
    return scanning.opened(desk, state, reception.case)


def accept_match(desk: Desk, state: BenchState, lead: Person | None = None) -> BenchState:
    """Enter: the unclaimed parcel belongs to the chosen return (a lead's act); it lies open to be inspected by it."""
    if state.screen is not Screen.LATE_MATCH:
        return state.refused()
    person = lead or state.inspector
    bound = late.accept(desk, state.open_case, person, state.candidates[state.chosen].expected.id)
    case = receiving.resume(desk, bound, state.inspector) if bound.inspection.state is InspectionState.PARKED else bound
    return scanning.opened(desk, state, case)


def decline_match(desk: Desk, state: BenchState, lead: Person | None = None) -> BenchState:
    """N: the chosen return is not this parcel's; it is not proposed again."""
    if state.screen is not Screen.LATE_MATCH:
        return state.refused()
    declined = state.candidates[state.chosen]
    case = late.decline(desk, state.open_case, lead or state.inspector, declined.expected.id)
    left = tuple(one for one in state.candidates if one is not declined)
    if not left:
        return state.waiting(sound=Sound.COMMAND)
    return replace(state, case=case, candidates=left, chosen=0).with_effects(sound=Sound.COMMAND)


def no_label(desk: Desk, state: BenchState) -> BenchState:
    """F4 on the waiting screen: a parcel without a readable label goes the way of no match."""
    if state.screen is not Screen.WAITING:
        return state.with_effects()
    day, time = desk.clock.local_day()[2:], desk.clock.now()[11:19]  # the site's day; the time tells them apart
    text = f"{NO_LABEL}{day.replace('-', '')}-{time.replace(':', '')}"
    return replace(state.waiting(sound=Sound.WARN), screen=Screen.NO_MATCH, text=text)


CHOICES: Mapping[str, str] = {
    "2": "wrong_item", "3": "extra_item", "4": "empty_parcel", "5": "outside_damaged", "6": "missing_unit",
    "7": "serial_differs", "8": "hazardous", "9": "other", "0": "outside_wet", "C": "counterfeit", "W": "weigh",
}  # fmt: skip
"""The menu's keys; 1 (no return) is said on the waiting screen, where F4 leads to it."""
_BY_NAME = {
    "wrong_item": wrong_item_by_eye, "extra_item": extra_item, "empty_parcel": empty_parcel,
    "outside_damaged": outside_damaged, "missing_unit": missing_unit, "serial_differs": serial_differs_by_eye,
    "hazardous": hazardous, "other": other, "outside_wet": outside_wet, "counterfeit": counterfeit,
    "weigh": weight_acts.ask_weight,
}  # fmt: skip
