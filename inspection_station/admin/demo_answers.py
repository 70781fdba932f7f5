"""What the demo's inspector answers to the rows that are never passed in bulk, when there is nothing wrong."""

from __future__ import annotations

from decimal import Decimal

from inspection_station.domain.answers import plain_number
from inspection_station.domain.checklist import Choice, FreeText, Number, Question, Serial
from inspection_station.domain.people import Person
from inspection_station.workflows import answering
from inspection_station.workflows.case import Case, Desk, template_of


def fine_number(asked: Number) -> Decimal:
    """A number within all limits; the largest one that is taken where there is none."""
    edges = [edge for limit in asked.limits for edge in (limit.below, limit.above) if edge is not None]
    tried = sorted({asked.maximum, asked.minimum, *(edge for edge in edges)}, reverse=True)
    return next((one for one in tried if not any(limit.holds(one) for limit in asked.limits)), asked.maximum)


def look_closely(desk: Desk, case: Case, person: Person) -> Case:
    """Answer every open row of the current item that has to be said itself: opened, in order, as it was shipped."""
    for _ in range(len(template_of(desk, case.inspection.item()).questions)):
        item = case.inspection.item()
        due = answering.undecided_claims(desk, case, item)
        if not due:
            break
        case = _answered(desk, case, person, template_of(desk, item).question(due[0]))
    return case


def _answered(desk: Desk, case: Case, person: Person, row: Question) -> Case:
    match row.answer:
        case Choice(options=options, normal=normal):
            sound = [option.id for option in options if option.defect is None]
            return answering.choose(desk, case, person, row.id, normal or (sound or [options[0].id])[-1])
        case Number():
            entered = plain_number(fine_number(row.answer))
        case Serial():
            line = case.line(case.inspection.item())
            entered = line.serial_numbers[0] if line is not None and line.serial_numbers else "SN-DEMO-1"
        case FreeText():
            entered = "DEMO"
        case _:
            return answering.answer(desk, case, person, row.id, "pass")
    return answering.give_value(desk, case, person, row.id, answering.read_entry(desk, row, entered))
