"""What a scan means on each screen (DECISIONS.md 43): nothing is ever silently dropped."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.domain.check_digits import LONGEST_GTIN
from inspection_station.domain.checklist import OUTSIDE, SHOT_OF_PARCEL
from inspection_station.domain.identifiers import Scan, ScanKind, normalise, recognise
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Right, holder
from inspection_station.errors import N_, StationProblem
from inspection_station.station.flow import finishing
from inspection_station.station.flow.rows import at_its_row
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows import deciding, exceptions, inspecting, receiving, unclaimed, weighing
from inspection_station.workflows.case import Case, Desk
from inspection_station.workflows.deciding import NOT_MATCHING, Primary
from inspection_station.workflows.receiving import Candidate, Outcome, Reception

MOST_PROPOSALS = 5  # the digits of the screen


def take_code(desk: Desk, state: BenchState, code: Scan) -> BenchState:
    """Take a scanned code that is no command, wherever the focus is; `state.person` MUST be signed in."""
    if code.kind is ScanKind.BADGE:
        return badge(desk, state, code)
    if state.screen in (Screen.WAITING, Screen.DUPLICATE, Screen.LATE_MATCH, Screen.ELSEWHERE):
        return on_waiting(desk, state, code.raw, sure=code.text == state.asked)
    if state.screen is Screen.NO_MATCH:
        return _on_no_match(desk, state, code)
    return _on_case(desk, state, code)


def badge(desk: Desk, state: BenchState, code: Scan) -> BenchState:
    """A badge where one helps: of a second person, or of a lead for what only a lead may do."""
    wanted = _badge_for(desk, state)
    if not wanted:
        return state.with_effects(sound=Sound.WARN, problem=badge_not_now())
    person = holder(desk.reference.people(), code.text)
    if person is None and wanted != "waive":
        return state.refused(
            StationProblem(
                "badge.unknown", N_("This badge is not known here"), N_("Ask the lead, or sync the station first.")
            )
        )
    if wanted == "second" and person is not None:
        after = exceptions.seen_by_second(desk, state.open_case, person)
        return replace(state, case=after).with_effects(sound=Sound.ACCEPT)
    if person is None or not person.may(Right.WAIVE_PHOTO if wanted == "waive" else Right.BIND_UNSURE_MATCH):
        return state.with_effects(sound=Sound.WARN, problem=badge_not_now())
    return state.with_effects(sound=Sound.COMMAND, ask=f"{wanted}:{person.id}")


def _badge_for(desk: Desk, state: BenchState) -> str:
    """What a badge is good for on this screen: ``second``, ``waive``, ``bind``, ``match``; empty for nothing."""
    if state.screen is Screen.LATE_MATCH:
        return "match"
    if state.screen is Screen.NO_MATCH:
        return "bind" if state.candidates else ""
    if state.case is None or state.screen not in (Screen.PARCEL, Screen.CHECKLIST):
        return ""
    due = deciding.next_step(desk, state.case).primary
    return {Primary.SECOND_PERSON: "second", Primary.TAKE_PHOTO: "waive"}.get(due, "")


def badge_not_now() -> StationProblem:
    """A badge was scanned where nobody asked for one."""
    return StationProblem(
        "badge.not_now",
        N_("A badge is not needed here."),
        N_("To change the person, lock the station with Ctrl+L."),
    )


def on_waiting(desk: Desk, state: BenchState, raw: str, *, sure: bool = False) -> BenchState:
    """Take a code on the waiting screen: a parcel, a label of ours, or a sentence of what it is instead."""
    assert state.person is not None
    reception = receiving.receive(desk, state.person, raw, sure=sure)
    case = reception.case
    if reception.outcome in (Outcome.OPENED, Outcome.RESUMED) and case is not None:
        return _weighed_at_the_dock(desk, opened(desk, state, case))
    if case is not None and case.inspection.match == "none" and reception.outcome in (Outcome.DUPLICATE, Outcome.CASE):
        proposals = unclaimed.proposals_for(desk, case)
        if proposals:
            found = tuple(Candidate(one.expected, one.agreeing) for one in proposals[:MOST_PROPOSALS])
            told = state.waiting(sound=Sound.ACCEPT)
            return replace(told, screen=Screen.LATE_MATCH, case=case, text=reception.text, candidates=found)
    if reception.outcome is Outcome.DUPLICATE:
        return replace(state.waiting(sound=Sound.WARN), screen=Screen.DUPLICATE, case=case, text=reception.text)
    if reception.outcome is Outcome.ELSEWHERE:
        told = replace(state.waiting(sound=Sound.WARN), screen=Screen.ELSEWHERE, text=reception.text)
        return replace(told, elsewhere=reception.elsewhere)
    if reception.outcome is Outcome.NO_MATCH:
        return replace(state.waiting(sound=Sound.WARN), screen=Screen.NO_MATCH, text=reception.text)
    if reception.outcome is Outcome.LABEL_VERIFIED:
        return state.waiting(sound=Sound.ACCEPT, verified=reception.text)
    if reception.outcome is Outcome.CASE:
        return replace(state.waiting(sound=Sound.ACCEPT), screen=Screen.DUPLICATE, case=case, text=reception.text)
    asks = reception.again or reception.outcome is Outcome.SEVERAL
    return replace(state, asked=reception.text if reception.again else "").with_effects(
        sound=Sound.WARN if asks else Sound.ERROR, problem=_no_parcel(reception)
    )


def _weighed_at_the_dock(desk: Desk, state: BenchState) -> BenchState:
    """Take over what the dock weighed, so that a difference is told before the parcel is opened."""
    case = state.open_case
    grams, _flag = desk.reference.weighed(case.inspection.tracking_number)
    if not grams or case.inspection.weighed is not None or not weighing.is_closed(case):
        return state
    after = weighing.weigh(desk, case, state.inspector, grams, weighing.DOCK)
    differs = after.inspection.weighed is not None and after.inspection.weighed.flag
    return replace(state, case=after, effects=replace(state.effects, sound=Sound.WARN if differs else Sound.ACCEPT))


def look_elsewhere(desk: Desk, state: BenchState) -> BenchState:
    """Say once of each bench that has the open parcel too: it is never locked, both keep what they did."""
    if state.case is None or state.case.inspection.state is not InspectionState.OPEN:
        return state.with_effects()
    told = tuple(desk.reference.parcels_elsewhere(state.case.inspection.tracking_number))
    known = {one.inspection_id for one in state.elsewhere} | set(state.case.inspection.also_at)
    fresh = next((one for one in told if one.inspection_id not in known), None)
    if fresh is None:
        return state.with_effects()
    problem = StationProblem(
        "parcel.elsewhere",
        N_("Another bench has this parcel too ({station})"),
        N_("Check with them before going on; both records are kept."),
        station=fresh.station,
    )
    return replace(state, elsewhere=told).with_effects(sound=Sound.WARN, problem=problem)


def _no_parcel(reception: Reception) -> StationProblem:
    """What is said of a code that names no parcel."""
    if reception.outcome is Outcome.PRODUCT_CODE:
        what, to_do = N_("This is a product code: {text}"), N_("Scan the label on the outside of the parcel first.")
        if reception.again:
            to_do = N_("Scan the parcel label first; if this is the number of the parcel, scan it once more.")
        return StationProblem("scan.product_first", what, to_do, text=reception.text)
    if reception.outcome is Outcome.NO_NUMBER:
        return StationProblem(
            "scan.no_number",
            N_("This code holds no tracking number"),
            N_("Scan the barcode on the parcel label; if there is no other code, scan this one once more."),
        )
    if reception.outcome is Outcome.SEVERAL:
        return StationProblem(
            "scan.several",
            N_("This code names several parcels"),
            N_("Scan the barcode of this parcel, or type its number with F2."),
        )
    return StationProblem(
        "scan.not_here",
        N_("Nothing can be done with this code here: {text}"),
        N_("Scan the label on the outside of a parcel."),
        text=reception.text,
    )


def opened(desk: Desk, state: BenchState, case: Case) -> BenchState:
    """The parcel lies open on the bench; its outside photo is taken by itself when it is still missing.

    A checklist that was begun goes on at the row to judge next.
    """
    photographed = any(photo.shot == "waybill" and photo.counted for photo in case.inspection.photos)
    fresh = replace(state.waiting(sound=Sound.ACCEPT, waybill_photo=not photographed), screen=Screen.PARCEL, case=case)
    if any(item.answers for item in case.inspection.items if item.id == case.inspection.current_item):
        return at_its_row(desk, replace(fresh, screen=Screen.CHECKLIST))
    return fresh


def _on_no_match(desk: Desk, state: BenchState, code: Scan) -> BenchState:
    """Another parcel starts anew; anything else is a clue to find the return by."""
    assert state.person is not None
    if normalise(state.text) in code.names:
        return state.with_effects(sound=Sound.WARN)
    if any(receiving.is_known_parcel(desk, name) for name in code.names):
        return on_waiting(desk, state.waiting(), code.raw)
    return add_clue(desk, state, code.gtin if len(code.text) > LONGEST_GTIN and code.gtin else code.text)


def add_clue(desk: Desk, state: BenchState, text: str) -> BenchState:
    """Look for the return of a parcel without a match by one more scanned or typed text."""
    clues = tuple(dict.fromkeys((*state.clues, text)))
    found = tuple(receiving.candidates(desk, state.text, list(clues)))
    sound = Sound.ACCEPT if found else Sound.WARN
    return replace(state, clues=clues, candidates=found, chosen=0).with_effects(sound=sound)


def _on_case(desk: Desk, state: BenchState, code: Scan) -> BenchState:
    """A code while a parcel is open: its own numbers, a code of an item, another parcel, or nothing of these.

    A second code on the parcel's own label, a QR code beside the barcode and an old label are never taken for an item.
    """
    case, person = state.case, state.person
    assert case is not None and person is not None
    if code.kind is ScanKind.TOTE:
        return finishing.scan_tote(desk, state, code.text)
    own = {number.upper() for one in case.returns for number in (one.return_number, one.order_number)}
    if not own.isdisjoint(code.names) or case.inspection.tracking_number in code.names:
        return state.with_effects(sound=Sound.ACCEPT)
    if code.kind is ScanKind.RETURN_LABEL:
        return state.with_effects(sound=Sound.WARN, problem=busy())
    found = inspecting.compare(desk, case, code.raw)
    if found.finding != "match":
        problem = _no_item(desk, case, code)
        if problem is not None and problem.code == "busy.parcel" and exceptions.may_close_with_missing(case):
            return replace(state, screen=Screen.REST_MISSING, text=code.raw, kind="").with_effects(sound=Sound.WARN)
        if problem is not None:
            return state.with_effects(sound=Sound.WARN, problem=problem)
    return take_identification(desk, state, found, "scan")


def busy() -> StationProblem:
    """Another parcel was scanned while one is open."""
    return StationProblem("busy.parcel", N_("Finish this one first"), N_("or park it with F9"))


def _no_item(desk: Desk, case: Case, code: Scan) -> StationProblem | None:
    """What is said of a code that can be none of an item; None when it can."""
    same = {normalise(number) for one in case.returns for number in one.tracking_numbers}
    known = [name for name in code.names if receiving.is_known_parcel(desk, name)]
    if not same.isdisjoint(known):
        return StationProblem(
            "scan.same_return",
            N_("This number belongs to the same return: {text}"),
            N_("If it is on another parcel, finish this one first."),
            text=next(name for name in known if name in same),
        )
    if known or receiving.is_number_of_return(desk, code.text):
        return busy()
    if code.kind is ScanKind.TRACKING:
        return StationProblem(
            "scan.other_label",
            N_("This is another tracking number: {text}"),
            N_("Scan a code of the item; another parcel comes after this one."),
            text=code.numbers[0] if code.numbers else code.text,
        )
    if code.kind is ScanKind.PROSE:
        return StationProblem("scan.no_product", N_("This code names no product"), N_("Scan the barcode on the tag."))
    return None


def take_identification(desk: Desk, state: BenchState, found: inspecting.Identification, by: str) -> BenchState:
    """A product or serial code of the item: a match is recorded, anything else is asked about (06b)."""
    case, person = state.case, state.person
    assert case is not None and person is not None
    item = case.inspection.item(found.item_id)
    if case.inspection.state is not InspectionState.OPEN:
        return state
    if found.finding == "match":
        if item.identity == "match" and item.found_code == found.code and item.id == case.inspection.current_item:
            return state.with_effects(sound=Sound.ACCEPT if by == "scan" else None)
        after = inspecting.identify(desk, case, person, found, by)
        screen = Screen.PARCEL if state.screen is Screen.WRONG_ITEM else state.screen
        moved = at_its_row(desk, replace(state, case=after, screen=screen, found=None), case.inspection.current_item)
        now = after.inspection.item()
        if now.outside and not now.findings and moved.screen is Screen.PARCEL:
            moved = replace(moved, screen=Screen.DAMAGE)
        return moved.with_effects(sound=Sound.ACCEPT, item_photo=by == "scan" and _photo_by_itself(desk, moved))
    if item.identity in NOT_MATCHING and item.found_code == found.code:
        return state.with_effects(sound=Sound.WARN if by == "scan" else None)
    asked = replace(state, screen=Screen.WRONG_ITEM, found=found, found_by=by)
    return asked.with_effects(sound=Sound.ERROR)


def _photo_by_itself(desk: Desk, state: BenchState) -> bool:
    """Whether the item lies there for its photo and goes the fast lane: the scan of its tag takes it."""
    case = state.open_case
    step = deciding.next_step(desk, case)
    if state.screen is not Screen.PARCEL or step.shot is None or step.shot.shot in (SHOT_OF_PARCEL, OUTSIDE.id):
        return False
    return bool(deciding.fast_lane(desk, case, case.inspection.item()))


def camera_read(desk: Desk, state: BenchState, text: str) -> BenchState:
    """A code the camera read in the live picture and the decoder accepted; only on the parcel's own screens."""
    case = state.case
    if case is None or state.screen not in (Screen.PARCEL, Screen.CHECKLIST):
        return state.with_effects()
    code = recognise(text, desk.book.carriers)
    item = case.inspection.item()
    if item.identity or code.text == case.inspection.tracking_number or not item.return_id:
        return state.with_effects()
    if any(shot.shot == OUTSIDE.id for shot in inspecting.missing_shots(desk, case, item)):
        return state.with_effects()  # the box is not open yet: another item may still lie there
    if code.kind is not ScanKind.PRODUCT:
        line = case.line(item)
        if line is None or not line.is_code(code.text):
            return state.with_effects()
    found = inspecting.compare(desk, case, code.text)
    if found.finding != "match" and _is_done_already(case, code.text):
        return state.with_effects()  # the item before still lies there; a scan of it would be told
    return take_identification(desk, state, found, "camera")


def _is_done_already(case: Case, code: str) -> bool:
    """Whether `code` is that of an item of this parcel which is decided."""
    lines = [case.line(item) for item in case.inspection.items if item.decision is not None]
    return any(line is not None and line.is_code(code) for line in lines)
