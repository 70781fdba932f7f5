"""The acts of a person on an open parcel: the primary action, answers, defects, decisions, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inspection_station.domain.checklist import TYPE_KEYS, Choice, Count
from inspection_station.errors import N_, StationProblem
from inspection_station.station.flow import answer_acts, exception_acts, finishing
from inspection_station.station.flow.rows import at_its_row
from inspection_station.station.flow.state import BenchState, Screen, Sound
from inspection_station.workflows import answering, deciding, inspecting, marking
from inspection_station.workflows.case import Desk
from inspection_station.workflows.deciding import Primary

SEVERITY_KEYS = {"Z": "minor", "X": "major", "C": "critical"}
LIABILITY_KEYS = {"U": "buyer", "I": "carrier", "O": "vendor", "P": "warehouse"}


def primary(desk: Desk, state: BenchState) -> BenchState:
    """Enter: the primary action of the screen. Taking photos is not done here: it needs the camera (Space)."""
    assert state.person is not None
    if state.screen is Screen.NO_MATCH:
        return exception_acts.unclaimed(desk, state)
    if state.screen is Screen.WRONG_ITEM:
        return exception_acts.accept_wrong_item(desk, state)
    if state.screen is Screen.LATE_MATCH:
        return exception_acts.accept_match(desk, state)
    if state.screen is Screen.REST_MISSING:
        return exception_acts.rest_missing(desk, state)
    if state.screen is Screen.DAMAGE:
        return replace(state, screen=Screen.PARCEL).with_effects(sound=Sound.COMMAND)  # the item itself is whole
    if state.screen in (Screen.DUPLICATE, Screen.ELSEWHERE):
        return state.waiting()  # the window opens the record in History, where there is one
    if state.screen is Screen.GRADE:
        return finishing.confirm(desk, state)
    if state.screen not in (Screen.PARCEL, Screen.CHECKLIST):
        return state.with_effects()
    case = state.open_case
    step = deciding.next_step(desk, case)
    if step.primary is Primary.TAKE_PHOTO:
        problem = StationProblem(
            "shot.missing", N_("Required photos missing: {n}"), N_("Take them with Space."), n=step.missing
        )
        return state.refused(problem)
    if state.screen is Screen.CHECKLIST:
        return to_grading(desk, state)
    if step.primary is Primary.PASS_ALL:
        return finishing.confirm(desk, state)
    if step.primary is Primary.SECOND_PERSON:
        return state.refused(deciding.second_missing())
    if step.primary is Primary.CONFIRM:
        return replace(state, screen=Screen.GRADE, chosen=0).with_effects()
    return to_checklist(desk, state)


def leave_duplicate(desk: Desk, state: BenchState) -> BenchState:
    """The earlier record is looked at elsewhere: the bench waits for the next parcel."""
    return state.waiting() if state.screen is Screen.DUPLICATE else state.with_effects()


def to_checklist(desk: Desk, state: BenchState) -> BenchState:
    """The checklist at the claimed row, or at the first one without an answer."""
    case = state.open_case
    row = answering.row_to_judge(desk, case, case.inspection.item())
    return replace(state, screen=Screen.CHECKLIST, row=row, kind="").with_effects()


def problem(desk: Desk, state: BenchState) -> BenchState:
    """D: something is wrong, go through the rows."""
    if state.screen is not Screen.PARCEL:
        return state.with_effects()
    if not state.open_case.inspection.item().return_id:
        return state.refused()
    return to_checklist(desk, state)


def to_grading(desk: Desk, state: BenchState) -> BenchState:
    """Enter on the checklist: the rest is normal; refused while a claimed row or a required shot is open."""
    case, person = state.open_case, state.person
    assert person is not None
    item = case.inspection.item()
    if not item.identity:
        problem = StationProblem(
            "item.not_identified",
            N_("It is not settled yet that this is the item."),
            N_("Scan its tag, or compare by eye and press T."),
        )
        return state.refused(problem)
    try:
        passed = answering.undecided_rows(desk, case, item)
        after = answering.pass_rest(desk, case, person) if passed else case
    except StationProblem as told:
        claims = answering.undecided_claims(desk, case, item)
        if claims and claims[0] != state.row:
            return answer_acts.at_row(state, claims[0]).with_effects(sound=Sound.WARN, problem=told)
        return state.refused(told)
    return replace(state, screen=Screen.GRADE, case=after, kind="", chosen=0).with_effects()


def choose_row(desk: Desk, state: BenchState, number: int) -> BenchState:
    """1–9: mark row `number` of the page wrong and open its picker; a row marked wrong goes back to normal."""
    item = state.open_case.inspection.item()
    every = answer_acts.asked(desk, state)
    rows = answer_acts.rows_of_page(every, answer_acts.page_of(every, state.row))
    if state.screen is not Screen.CHECKLIST or not 1 <= number <= len(rows):
        return state.with_effects()
    row = rows[number - 1]
    if row.id == state.row and row.answer is None and item.findings_of(row.id):
        return normal(desk, state)
    return answer_acts.at_row(state, row.id)


def answer_row(desk: Desk, state: BenchState, verdict: str) -> BenchState:
    """N or 0: the current row is normal, or does not apply; the next open row becomes current."""
    row = answer_acts.current_row(desk, state)
    if row is None:
        return state.with_effects()
    after = answering.answer(desk, state.open_case, state.inspector, row.id, verdict)
    return answer_acts.gone_on(desk, replace(state, row=row.id), after).with_effects()


def normal(desk: Desk, state: BenchState) -> BenchState:
    """N: the current row is normal."""
    return answer_row(desk, state, "pass")


def not_applicable(desk: Desk, state: BenchState) -> BenchState:
    """0: the current row does not apply."""
    return answer_row(desk, state, "not_applicable")


def choose_kind(desk: Desk, state: BenchState, kind: str) -> BenchState:
    """Q W E R A S F (or the type's id): the kind of defect for the current row; its severity follows.

    On a choice it is the answer itself, on counted parts a part.
    """
    row = answer_acts.current_row(desk, state)
    if row is None:
        return state.with_effects()
    if isinstance(row.answer, Choice):
        return answer_acts.choose_option(desk, state, kind)
    if isinstance(row.answer, Count):
        return answer_acts.take_part(desk, state, kind)
    types = row.types
    if len(kind) == 1:
        place = TYPE_KEYS.find(kind.upper())
        if not 0 <= place < len(types):
            return state.with_effects()
        kind = types[place].id
    return replace(state, row=row.id, kind=kind).with_effects()


def choose_severity(desk: Desk, state: BenchState, severity: str) -> BenchState:
    """Z X C: record the defect with this severity; without a kind, the severity of the row's last defect changes."""
    row = answer_acts.current_row(desk, state)
    if row is None:
        return state.with_effects()
    case = state.open_case
    known = case.inspection.item().findings_of(row.id)
    kind = state.kind or (known[-1].type if known else "")
    if not kind or row.answer is not None:  # the severity of what follows from a value stands in the template
        return state.refused()
    severity = SEVERITY_KEYS.get(severity, severity)
    after = answering.record_defect(desk, case, state.inspector, row.id, kind, severity)
    return replace(state, case=after, row=row.id, kind="").with_effects(sound=Sound.COMMAND)


def mark_place(desk: Desk, state: BenchState, place: str) -> BenchState:
    """Note where the current row's last defect is: a zone 1–9 of the outline (numeric keypad order).

    Where parts are counted the keypad's digits are the parts.
    """
    row = answer_acts.current_row(desk, state)
    if row is not None and isinstance(row.answer, Count):
        return answer_acts.take_part(desk, state, place)
    case = state.open_case
    known = case.inspection.item().findings_of(row.id) if row is not None and row.answer is None else ()
    if not known:
        return state.with_effects()
    last = known[-1]
    after = answering.record_defect(desk, case, state.inspector, last.question, last.type, last.severity, place)
    return replace(state, case=after).with_effects()


def mark_photo(
    desk: Desk, state: BenchState, photo_id: str, shape: str, box: tuple[int, int, int, int], sized: bool = True
) -> BenchState:
    """Mark a place on a stored photo of the case (pixels, see `marking.mark_photo`)."""
    case, person = state.case, state.person
    if case is None or person is None:
        return state.with_effects()
    try:
        after = marking.mark_photo(desk, case, person, photo_id, shape, box, sized=sized)
    except (ValueError, KeyError):
        return state.refused()
    return replace(state, case=after).with_effects(sound=Sound.COMMAND)


def choose_disposition(desk: Desk, state: BenchState, disposition: str) -> BenchState:
    """A disposition other than the proposed one; a blocked one gives the warn sound and its reason."""
    case, person = state.open_case, state.person
    assert person is not None
    try:
        after = deciding.change_decision(desk, case, person, "disposition", disposition)
    except StationProblem as told:
        return state.with_effects(sound=Sound.WARN, problem=told)
    return replace(state, case=after).with_effects()


def choose_liability(desk: Desk, state: BenchState, party: str) -> BenchState:
    """U I O P (or the party's code): this party is liable for all of it."""
    case, person = state.open_case, state.person
    assert person is not None
    party = LIABILITY_KEYS.get(party, party)
    after = deciding.change_decision(desk, case, person, "liability", {party: 100})
    return replace(state, case=after).with_effects()


def share_liability(desk: Desk, state: BenchState, shares: Mapping[str, int]) -> BenchState:
    """L: several parties are liable, each for its share of 100."""
    if state.screen is not Screen.GRADE or not shares:
        return state.with_effects()
    after = deciding.change_decision(desk, state.open_case, state.inspector, "liability", dict(shares))
    return replace(state, case=after).with_effects()


def ask_shares(desk: Desk, state: BenchState) -> BenchState:
    """L: the window asks who is liable for how much."""
    return state.with_effects(ask="shares") if state.screen is Screen.GRADE else state.with_effects()


def more_dispositions(desk: Desk, state: BenchState) -> BenchState:
    """PgDn: the next dispositions of the list, after the last ones the first again."""
    if state.screen is not Screen.GRADE:
        return state.with_effects()
    return replace(state, chosen=state.chosen + 1).with_effects()


def want_grade(desk: Desk, state: BenchState, grade: str) -> BenchState:
    """Shift+A … D: another grade than the rules' asks for a reason; theirs again takes the change back."""
    if state.screen is not Screen.GRADE:
        return state.with_effects()
    case, person = state.open_case, state.person
    assert person is not None
    if grade == deciding.verdict_of(desk, case, case.inspection.item()).proposed["grade"]:
        after = deciding.change_decision(desk, case, person, "grade", grade)
        return replace(state, case=after, grade_wanted="").with_effects()
    return replace(state, grade_wanted=grade).with_effects()


def give_reason(desk: Desk, state: BenchState, reason: str) -> BenchState:
    """The reason for the wanted grade; an empty one drops the wish."""
    case, person = state.open_case, state.person
    assert person is not None
    if not state.grade_wanted or not reason.strip():
        return replace(state, grade_wanted="").with_effects()
    after = deciding.change_decision(desk, case, person, "grade", state.grade_wanted, reason)
    return replace(state, case=after, grade_wanted="").with_effects()


def confirm_by_eye(desk: Desk, state: BenchState) -> BenchState:
    """T: the item was compared by eye; on the wrong-item screen: the tag is wrong, the item is right."""
    case, person = state.open_case, state.person
    assert person is not None
    item = case.inspection.item()
    if state.screen is not Screen.WRONG_ITEM and (item.identity or not item.return_id):
        return state.refused()  # settled already, or nothing is expected that it could be
    after = inspecting.confirm_by_eye(desk, case, person)
    screen = Screen.PARCEL if state.screen is Screen.WRONG_ITEM else state.screen
    return replace(state, case=after, screen=screen, found=None).with_effects(sound=Sound.COMMAND)


def reprint(desk: Desk, state: BenchState) -> BenchState:
    """F11: print the newest label of the case on screen, or of the last completed item, once more."""
    if state.screen is Screen.DUPLICATE and state.case is not None:
        decided = [item.id for item in state.case.inspection.items if item.decision is not None]
        if not decided:
            return state.refused(StationProblem("print.undecided", N_("This item has no result yet.")))
        return state.with_effects(sound=Sound.COMMAND, reprints=tuple(decided[-1:]))
    if state.last is None:
        return state.refused(StationProblem("print.nothing", N_("No label has been printed yet.")))
    if state.last.undone:
        problem = StationProblem(
            "print.void",
            N_("This label is void: the result was undone."),
            N_("Finish the item again; its new label prints by itself."),
        )
        return state.refused(problem)
    return state.with_effects(sound=Sound.COMMAND, reprints=(state.last.item_id,))


def recheck(desk: Desk, state: BenchState) -> BenchState:
    """R on the duplicate screen: ask a lead to look at the closed inspection again."""
    case, person = state.case, state.person
    if state.screen is not Screen.DUPLICATE or case is None or person is None:
        return state.with_effects()
    deciding.request_recheck(desk, case, person, "")
    told = StationProblem("recheck.requested", N_("Re-check requested"), N_("The lead sees it on the review list."))
    return state.waiting(sound=Sound.COMMAND, problem=told)


def back(desk: Desk, state: BenchState) -> BenchState:
    """Esc: one step back; never loses data."""
    if state.screen is Screen.GRADE:
        case = state.open_case
        screen = Screen.CHECKLIST if case.inspection.item().answers else Screen.PARCEL
        home = replace(state, screen=screen, grade_wanted="")
        return at_its_row(desk, home, case.inspection.current_item).with_effects()
    if state.screen in (Screen.CHECKLIST, Screen.WRONG_ITEM, Screen.EXCEPTIONS, Screen.REST_MISSING, Screen.DAMAGE):
        return replace(state, screen=Screen.PARCEL, kind="", found=None).with_effects()
    if state.screen in (Screen.NO_MATCH, Screen.DUPLICATE, Screen.LATE_MATCH, Screen.ELSEWHERE):
        return state.waiting()
    return state.with_effects()


def choose_item(desk: Desk, state: BenchState, place: int) -> BenchState:
    """Make another open item of the parcel the current one (`place` from 0)."""
    case, person = state.case, state.person
    if case is None or person is None or not 0 <= place < len(case.inspection.items):
        return state.with_effects()
    item = case.inspection.items[place]
    if item.decision is not None or item.id == case.inspection.current_item:
        return state.with_effects()
    return replace(state, case=inspecting.take_up(desk, case, person, item.id), row="", kind="").with_effects()
