"""Every single other answer that an item could have had, to tell which one would have changed an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inspection_station.domain import answers
from inspection_station.domain.answers import Reading, read_choice, read_number
from inspection_station.domain.checklist import (
    PART,
    ChecklistTemplate,
    Choice,
    Count,
    FreeText,
    Number,
    Question,
    Serial,
)
from inspection_station.domain.conditions import Rule, asked_answers
from inspection_station.domain.inspection import Answer, Finding, Item, PartCount
from inspection_station.errors import StationProblem


@dataclass(frozen=True)
class OtherAnswer:
    """What is answered otherwise, and the item as it would be then.

    Attributes:
        question: the row; empty when it is no row but what is said of the item or its parcel.
        to: as in `answers.other_answers`, or ``=VALUE`` for a value that a rule asks about; for the empty question
            ``match``, ``not_held`` or ``box_intact``.
    """

    question: str
    to: str
    item: Item


def other_answers(template: ChecklistTemplate, item: Item, rules: Iterable[Rule] = ()) -> Iterator[OtherAnswer]:
    """All of them, the likelier first: the right item, every defect taken back, then every other answer of each row.

    Of numbers and texts there is no end: of these, one for each that a limit of the row or one of `rules` tells apart.
    """
    yield from _of_the_whole(item)
    for question, to, other in answers.other_answers(template, item):
        yield OtherAnswer(question, to, other)
    asked = [condition for rule in rules for condition in asked_answers(rule)]
    for row in template.asked(item.answers) if asked else ():
        values = [value for question, condition in asked if question == row.id for value in _values(condition)]
        for value in dict.fromkeys(values):
            yield from _with_value(row, item, value)


def _of_the_whole(item: Item) -> Iterator[OtherAnswer]:
    if item.identity not in ("", "match"):
        yield OtherAnswer("", "match", replace(item, identity="match"))
    if item.held:
        yield OtherAnswer("", "not_held", replace(item, held=""))
    if item.outside:
        yield OtherAnswer("", "box_intact", replace(item, outside=()))


def _values(condition: Any) -> Iterator[str]:
    """A value for each side of every bound, and every value named."""
    if isinstance(condition, Mapping) and "none_of" not in condition:
        for bound in condition.values():
            yield str(bound)
            yield str(bound - 1)
        return
    named = condition["none_of"] if isinstance(condition, Mapping) else condition
    yield from named if isinstance(named, list) else [named]
    if isinstance(condition, Mapping):
        yield "-"  # any other text


def _with_value(row: Question, item: Item, value: str) -> Iterator[OtherAnswer]:
    """The row answered with `value`; nothing when it is no answer to it."""
    if value in ("pass", "not_applicable"):
        yield OtherAnswer(row.id, f"={value}", _answered(item, row.id, value, Reading("")))
        return
    try:
        match row.answer:
            case Choice():
                reading = read_choice(row.answer, value)
            case Number():
                reading = read_number(row.answer, value)
            case Count(missing=missing) if value.isdecimal():
                following = (answers.Following(PART, missing.code, missing.severity),) if int(value) else ()
                reading = Reading((PartCount("", int(value), 0),), "", following)
            case FreeText() | Serial():
                reading = Reading(value)
            case _:
                return
    except (KeyError, StationProblem):
        return
    verdict = "defect" if reading.following else "pass"
    yield OtherAnswer(row.id, f"={value}", _answered(item, row.id, verdict, reading))


def _answered(item: Item, question: str, verdict: str, reading: Reading) -> Item:
    rest = tuple(finding for finding in item.findings if finding.question != question)
    findings = tuple(Finding("", question, one.type, one.code, one.severity, "", one.part) for one in reading.following)
    answer = Answer(question, verdict, "single", "", reading.value, reading.unit)
    return replace(item, answers={**item.answers, question: answer}, findings=(*rest, *findings))
