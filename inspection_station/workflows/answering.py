"""Answering: the rows of the item that lies on the bench, their defects and values, and what passes in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspection_station.domain import answers
from inspection_station.domain.answers import Following, Reading
from inspection_station.domain.check_digits import is_imei
from inspection_station.domain.checklist import (
    SEVERITIES,
    Choice,
    Count,
    FreeText,
    Number,
    Question,
    Serial,
    Shot,
)
from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import normalise, recognise, uuid7
from inspection_station.domain.inspection import Answer, Item
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised
from inspection_station.workflows.case import Case, Desk, Step, claimed, must_be_open, record, template_of


def kit(case: Case, item: Item) -> dict[str, int]:
    """The parts that should be with the item and how many of each, as its line names them; empty when it names none."""
    line = case.line(item)
    return answers.kit_of(line.accessories) if line else {}


def asked_rows(desk: Desk, case: Case, item: Item) -> tuple[Question, ...]:
    """The rows that are asked of `item` as its answers stand; where nothing is announced no parts are counted."""
    return template_of(desk, item).asked(item.answers, kit=bool(kit(case, item)))


def is_required(desk: Desk, case: Case, item: Item, shot: Shot) -> bool:
    """Whether the template requires `shot` as the answers stand."""
    return template_of(desk, item).requires(shot, item.answers, kit=bool(kit(case, item)))


def _asked_row(desk: Desk, case: Case, question: str) -> Question:
    item = case.inspection.item()
    row = template_of(desk, item).question(question)
    if row not in asked_rows(desk, case, item):
        raise StationProblem(
            "answer.not_asked", N_("This row is not asked: {row}"), N_("An earlier answer rules it out."),
            row=localised({"zh": row.zh, "en": row.en}),
        )  # fmt: skip
    return row


def _no_longer_asked(desk: Desk, case: Case, item: Item, answered: Answer) -> list[str]:
    """Rows whose answers do not count any more once `answered` is given."""
    after = {**item.answers, answered.question: answered}
    return list(template_of(desk, item).no_longer_asked(after, kit=bool(kit(case, item))))


def _answered(
    desk: Desk, case: Case, question: str, verdict: str, reading: Reading | None = None
) -> tuple[EventKind, Mapping[str, Any]]:
    """The event that gives `question` this answer, with the defects that follow and the answers that fall away."""
    item = case.inspection.item()
    facts: dict[str, Any] = {
        "item_id": item.id, "question": question, "verdict": verdict, "answered_by": "single",
    }  # fmt: skip
    value: Any = ""
    if reading is not None:
        value = reading.value
        if not isinstance(value, str):
            value = [{"part": one.part, "expected": one.expected, "found": one.found} for one in value]
        facts["value"] = value
        if reading.unit:
            facts["unit"] = reading.unit
        facts["findings"] = [_finding(item, question, one) for one in reading.following]
    gone = _no_longer_asked(desk, case, item, Answer(question, verdict, "single", "", value if value else ""))
    if gone:
        facts["withdrawn"] = gone
    return EventKind.QUESTION_ANSWERED, facts


def _finding(item: Item, question: str, following: Following) -> dict[str, str]:
    """A defect that follows, as it is recorded; the same one again keeps its id and so its photos."""
    known = next((one for one in item.findings_of(question) if one.type == following.type), None)
    return {
        "finding_id": known.id if known else uuid7(), "type": following.type, "code": following.code,
        "severity": following.severity, "part": following.part,
    }  # fmt: skip


def answer(desk: Desk, case: Case, person: Person, question: str, verdict: str) -> Case:
    """Answer one row as ``pass`` or ``not_applicable``; its defects are withdrawn with it.

    “Pass” gives a choice its normal option and counts every part as there; a serial number that was scanned as the
    item's own is taken.

    Raises:
        StationProblem: ``answer.value_needed``: the row asks for a value; ``answer.not_asked``.
    """
    must_be_open(case)
    row = _asked_row(desk, case, question)
    if verdict not in ("pass", "not_applicable"):
        raise ValueError("a defect is recorded by record_defect")
    reading = _normal(case, case.inspection.item(), row) if verdict == "pass" else None
    return record(desk, case, person, _answered(desk, case, question, verdict, reading))


def _normal(case: Case, item: Item, row: Question) -> Reading | None:
    """What “normal” means for `row`; None for a statement, which needs no value."""
    match row.answer:
        case None:
            return None
        case Choice(normal=normal) if normal:
            return answers.read_choice(row.answer, normal)
        case Count():
            return answers.read_count(row.answer, kit(case, item), {})
        case Serial() if (number := scanned_serial(case, item, row.answer)):
            return Reading(number)
        case _:
            raise StationProblem(
                "answer.value_needed", N_("This row asks for more than normal"), value_hint(row)
            )


def value_hint(row: Question) -> str:
    """What a row with a value asks to be done, as a msgid."""
    match row.answer:
        case Choice():
            return N_("Choose one of the answers.")
        case Number():
            return N_("Type the number, then Enter.")
        case Serial():
            return N_("Scan the number, or type it.")
        case Count():
            return N_("Mark each part that is missing.")
        case FreeText():
            return N_("Type the text, then Enter.")
        case None:
            return N_("Look closely: N if normal, or pick the defect.")


def scanned_serial(case: Case, item: Item, asked: Serial) -> str:
    """The serial number by which the item was recognised as the unit that was shipped; empty when it was not."""
    line = case.line(item)
    shipped = answers.serials_to_compare(asked, line.serial_numbers) if line else ()
    return item.found_code if item.identity == "match" and item.found_code in shipped else ""


def choose(desk: Desk, case: Case, person: Person, question: str, option: str) -> Case:
    """Answer a choice with one of its options; raises KeyError when it is no choice or has no such option."""
    must_be_open(case)
    row = _asked_row(desk, case, question)
    if not isinstance(row.answer, Choice):
        raise KeyError(option)
    reading = answers.read_choice(row.answer, option)
    return record(desk, case, person, _answered(desk, case, question, reading.verdict, reading))


def read_entry(desk: Desk, row: Question, entered: str) -> Reading:
    """What was typed or scanned for a number, text or serial row.

    Raises:
        StationProblem: ``answer.…`` with what would be taken; nothing is recorded then.
        ValueError: the row takes no typed entry.
    """
    match row.answer:
        case Number():
            return answers.read_number(row.answer, entered)
        case FreeText():
            return answers.read_text(row.answer, entered)
        case Serial():
            return answers.read_serial(row.answer, _unit_number(desk, row.answer, entered))
        case _:
            raise ValueError(row.id)


def _unit_number(desk: Desk, asked: Serial, entered: str) -> str:
    """The unit's number in what was scanned: a GS1 code or a link can hold it beside others."""
    try:
        scan = recognise(entered, desk.book.carriers)
    except StationProblem:
        return entered
    if scan.serial:
        return scan.serial
    imei = next((word for word in scan.words if asked.kind != "serial" and is_imei(word)), "")
    return imei or entered


def differs(case: Case, row: Question, number: str) -> bool:
    """Whether `number` is another one than those that were shipped; never where none of its kind is known."""
    line = case.line(case.inspection.item())
    if not isinstance(row.answer, Serial) or line is None:
        return False
    shipped = answers.serials_to_compare(row.answer, line.serial_numbers)
    return bool(shipped) and normalise(number) not in shipped


def give_value(desk: Desk, case: Case, person: Person, question: str, reading: Reading) -> Case:
    """Answer a row with what `read_entry` made of the entry, and with the defects that follow from it."""
    must_be_open(case)
    row = _asked_row(desk, case, question)
    return record(desk, case, person, _answered(desk, case, row.id, reading.verdict, reading))


def counts_of(case: Case, item: Item, question: str) -> dict[str, int]:
    """How many of each part are there by the row's answer; all of them while it has none."""
    parts = kit(case, item)
    known = item.answers.get(question)
    if known is not None and not isinstance(known.value, str):
        parts |= {one.part: one.found for one in known.value if one.part in parts}
    return parts


def count_part(desk: Desk, case: Case, person: Person, question: str, part: str, found: int) -> Case:
    """There are `found` of one part of the kit; the others stay as they were counted, all there at first.

    Raises:
        KeyError: the row counts nothing, or the kit has no such part.
        ValueError: a number that cannot be.
    """
    must_be_open(case)
    row = _asked_row(desk, case, question)
    if not isinstance(row.answer, Count):
        raise KeyError(question)
    item = case.inspection.item()
    counts = {**counts_of(case, item, question), part: found}
    reading = answers.read_count(row.answer, kit(case, item), counts)
    return record(desk, case, person, _answered(desk, case, question, reading.verdict, reading))


def record_defect(
    desk: Desk, case: Case, person: Person, question: str, type_id: str, severity: str, place: str = ""
) -> Case:
    """Record a defect under a row; the same type again changes its severity and place, and keeps its photos.

    Raises:
        KeyError: the template has no such row, or the row no such type.
        StationProblem: ``answer.not_asked``.
    """
    must_be_open(case)
    if severity not in SEVERITIES:
        raise ValueError(f"no severity {severity!r}")
    item = case.inspection.item()
    row = _asked_row(desk, case, question)
    kind = {kind.id: kind for kind in row.types}[type_id]
    known = next((finding for finding in item.findings_of(question) if finding.type == type_id), None)
    facts: dict[str, Any] = {
        "item_id": item.id,
        "finding_id": known.id if known else uuid7(),
        "question": question,
        "type": type_id,
        "code": kind.code,
        "severity": severity,
        "place": place or (known.place if known else ""),
    }
    gone = _no_longer_asked(desk, case, item, Answer(question, "defect", "single"))
    if gone:
        facts["withdrawn"] = gone
    return record(desk, case, person, (EventKind.DEFECT_FOUND, facts))


def undecided_rows(desk: Desk, case: Case, item: Item) -> tuple[str, ...]:
    """Rows that are asked, need an answer and have none, in order."""
    return tuple(
        row.id for row in asked_rows(desk, case, item)
        if row.id not in item.answers and not (row.optional and not row.explicit)
    )  # fmt: skip


def undecided_claims(desk: Desk, case: Case, item: Item) -> tuple[str, ...]:
    """Claimed rows and rows that demand an explicit answer that have none: they can never be passed in bulk."""
    template = template_of(desk, item)
    mine = claimed(desk, case, item)
    return tuple(
        question for question in undecided_rows(desk, case, item)
        if question in mine or _must_be_said(case, item, template.question(question))
    )  # fmt: skip


def _must_be_said(case: Case, item: Item, row: Question) -> bool:
    """Whether a bulk pass leaves `row` open.

    A serial number that was scanned already need not be given once more; a box nobody opened shows nothing of it.
    """
    if item.identified_by == "sealed":
        return False
    return row.explicit and not (isinstance(row.answer, Serial) and scanned_serial(case, item, row.answer))


def row_to_judge(desk: Desk, case: Case, item: Item) -> str:
    """The row to go on with: the first open claimed one, else the first without an answer, else the first asked."""
    open_claims, undecided = undecided_claims(desk, case, item), undecided_rows(desk, case, item)
    return (*open_claims, *undecided, asked_rows(desk, case, item)[0].id)[0]


def pass_rest(desk: Desk, case: Case, person: Person) -> Case:
    """Answer all open rows as normal, stored as bulk; refused while a claimed row is open.

    Raises:
        StationProblem: ``claim.open``, ``answer.open``.
    """
    must_be_open(case)
    return record(desk, case, person, *rest_passed_steps(desk, case))


def rest_passed_steps(desk: Desk, case: Case) -> list[Step]:
    """The step that passes the open rows of the current item in bulk; none when all are answered."""
    item = case.inspection.item()
    template = template_of(desk, item)
    open_claims = undecided_claims(desk, case, item)
    if open_claims:
        row = template.question(open_claims[0])
        words = localised({"zh": row.zh, "en": row.en})
        if row.answer is None and row.id in claimed(desk, case, item):
            raise StationProblem("claim.open", N_("The claimed point is open: {row}"), value_hint(row), row=words)
        raise StationProblem("answer.open", N_("Answer this row itself: {row}"), value_hint(row), row=words)
    rows = undecided_rows(desk, case, item)
    if not rows:
        return []
    facts: dict[str, Any] = {"item_id": item.id, "questions": list(rows)}
    normal = {question: _normal(case, item, template.question(question)) for question in rows}
    values = {question: one.value for question, one in normal.items() if one and isinstance(one.value, str)}
    if values:
        facts["values"] = values
    return [(EventKind.REST_PASSED, facts)]
