"""Answering a row of the checklist with more than “normal”: an option, a number, a text, a serial number, parts."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.domain.checklist import ROWS_OF_A_PAGE, TYPE_KEYS, Choice, Count, Question, Serial
from inspection_station.domain.identifiers import ScanKind, recognise
from inspection_station.errors import StationProblem
from inspection_station.station.flow import scanning
from inspection_station.station.flow.state import BenchState, EntryFault, Screen, Sound
from inspection_station.workflows import answering
from inspection_station.workflows.case import Case, Desk
from inspection_station.workflows.inspecting import Identification

PART_KEYS = "QWERASFUIOPHJKLYVB"
"""Keys of the parts of a kit in order; further parts have none and are pressed."""


def asked(desk: Desk, state: BenchState) -> tuple[Question, ...]:
    """The rows asked of the current item, in order."""
    case = state.open_case
    return answering.asked_rows(desk, case, case.inspection.item())


def current_row(desk: Desk, state: BenchState) -> Question | None:
    """The row the person is at; the first one asked where an earlier answer took it away. None off the checklist."""
    if state.screen is not Screen.CHECKLIST or state.case is None or not state.row:
        return None
    rows = asked(desk, state)
    return next((row for row in rows if row.id == state.row), rows[0])


def page_of(rows: tuple[Question, ...], row: str) -> int:
    """Which page of `ROWS_OF_A_PAGE` rows, from 0, the row is on."""
    return next((place for place, one in enumerate(rows) if one.id == row), 0) // ROWS_OF_A_PAGE


def rows_of_page(rows: tuple[Question, ...], page: int) -> tuple[Question, ...]:
    """The rows of one page; they answer to the keys 1–9."""
    return rows[page * ROWS_OF_A_PAGE : (page + 1) * ROWS_OF_A_PAGE]


def gone_on(desk: Desk, state: BenchState, case: Case) -> BenchState:
    """`case` with the row just answered; the next one that must be judged itself becomes current, else an open one."""
    item = case.inspection.item()
    following = (
        *answering.undecided_claims(desk, case, item),
        *answering.undecided_rows(desk, case, item),
        state.row,
    )
    return replace(state, case=case, row=following[0], kind="", fault=None).with_effects(sound=Sound.COMMAND)


def choose_option(desk: Desk, state: BenchState, option: str) -> BenchState:
    """Q W E R A S F (or the option's id): the answer to a choice."""
    row = current_row(desk, state)
    if row is None or not isinstance(row.answer, Choice):
        return state.with_effects()
    options = row.answer.options
    if len(option) == 1 and row.answer.option(option) is None:
        place = TYPE_KEYS.find(option.upper())
        if not 0 <= place < len(options):
            return state.with_effects()
        option = options[place].id
    return gone_on(desk, state, answering.choose(desk, state.open_case, state.inspector, row.id, option))


def enter_value(desk: Desk, state: BenchState, text: str) -> BenchState:
    """What was typed or scanned for the current row; what cannot be taken is said at its field and nothing recorded.

    Another serial number than the shipped one is asked about as any code that does not fit the item.
    """
    row = current_row(desk, state)
    if row is None or row.answer is None or isinstance(row.answer, Choice | Count):
        return state.with_effects()
    case = state.open_case
    try:
        reading = answering.read_entry(desk, row, text)
    except StationProblem as problem:
        return replace(state, row=row.id, fault=EntryFault(row.id, text, problem)).with_effects(sound=Sound.ERROR)
    if isinstance(reading.value, str) and answering.differs(case, row, reading.value):
        found = Identification("serial_mismatch", reading.value, item_id=case.inspection.current_item)
        return scanning.take_identification(desk, replace(state, fault=None), found, "scan")
    return gone_on(desk, state, answering.give_value(desk, case, state.inspector, row.id, reading))


_NO_SERIAL = (ScanKind.BADGE, ScanKind.COMMAND, ScanKind.TOTE, ScanKind.RETURN_LABEL)


def is_for_row(desk: Desk, state: BenchState, text: str) -> bool:
    """Whether a scan into the field of the current row is its answer: no command, no tote, no code of the product."""
    row = current_row(desk, state)
    if row is None or not isinstance(row.answer, Serial):
        return False
    try:
        code = recognise(text, desk.book.carriers)
    except StationProblem:
        return True
    line = state.open_case.line(state.open_case.inspection.item())
    own = state.open_case.inspection.tracking_number in code.names
    return code.kind not in _NO_SERIAL and not own and not (line is not None and line.is_product_code(code.text))


def _counted(desk: Desk, state: BenchState, row: Question, part: str, found: int) -> BenchState:
    case = answering.count_part(desk, state.open_case, state.inspector, row.id, part, found)
    return replace(state, case=case, row=row.id, kind=part, fault=None).with_effects(sound=Sound.COMMAND)


def take_part(desk: Desk, state: BenchState, part: str) -> BenchState:
    """The key of a part, its digit on the keypad or its name: one less of it is there; after none all are again."""
    row = current_row(desk, state)
    if row is None or not isinstance(row.answer, Count):
        return state.with_effects()
    item = state.open_case.inspection.item()
    kit = answering.kit(state.open_case, item)
    name = _part(list(kit), part)
    if not name:
        return state.with_effects()
    there = answering.counts_of(state.open_case, item, row.id)[name]
    return _counted(desk, state, row, name, there - 1 if there else kit[name])


def _part(parts: list[str], said: str) -> str:
    if said in parts:
        return said
    place = int(said) - 1 if said.isascii() and said.isdigit() else PART_KEYS.find(said.upper()) if said else -1
    return parts[place] if 0 <= place < len(parts) else ""


def add_part(desk: Desk, state: BenchState, step: int, part: str = "") -> BenchState:
    """+ and −: one more or one less of `part`, or of the part chosen last."""
    row = current_row(desk, state)
    if row is None or not isinstance(row.answer, Count):
        return state.with_effects()
    item = state.open_case.inspection.item()
    counts = answering.counts_of(state.open_case, item, row.id)
    name = part or state.kind or next(iter(counts), "")
    if name not in counts or counts[name] + step < 0:
        return state.refused()
    return _counted(desk, state, row, name, counts[name] + step)


def turn_page(desk: Desk, state: BenchState, step: int) -> BenchState:
    """PgDn and PgUp: the next or the previous page of rows, at its first row without an answer."""
    row = current_row(desk, state)
    if row is None:
        return state.with_effects()
    rows = asked(desk, state)
    there = rows_of_page(rows, page_of(rows, row.id) + step) if page_of(rows, row.id) + step >= 0 else ()
    if not there:
        return state.with_effects()
    answers = state.open_case.inspection.item().answers
    wanted = next((one for one in there if one.id not in answers), there[0])
    return at_row(state, wanted.id)


def move_row(desk: Desk, state: BenchState, step: int) -> BenchState:
    """↓ and ↑: the next or the previous row, over the end of a page too."""
    row = current_row(desk, state)
    if row is None:
        return state.with_effects()
    rows = [one.id for one in asked(desk, state)]
    place = rows.index(row.id) + step
    return at_row(state, rows[place]) if 0 <= place < len(rows) else state.with_effects()


def at_row(state: BenchState, row: str) -> BenchState:
    """The same with another row current."""
    return replace(state, row=row, kind="", fault=None).with_effects(sound=Sound.COMMAND)
