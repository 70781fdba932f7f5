"""Past cases to practise with: closed inspections of this bench whose result stands, and their photos."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from inspection_station.domain.checklist import SHOT_OF_PARCEL, Choice, Count, Question, Serial
from inspection_station.domain.inspection import Answer, InspectionState, Item
from inspection_station.domain.practice import Known, KnownDefect
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.ports import HistoryFilter
from inspection_station.workflows.practice import PracticeTask

LOOKED_THROUGH = 120  # of the newest lines of the history
FRONT = "front"
MOST_VALUES = 4  # answered values told beside the picture


@dataclass(frozen=True)
class PastCase:
    """A past case as a task, and its photos by shot: ``waybill`` and ``front`` are always among them."""

    task: PracticeTask
    photos: Mapping[str, Path]


def past_cases(desk: Desk, count: int, seed: int) -> tuple[PastCase, ...]:
    """At most `count` past cases in the order of `seed`; empty where no closed inspection can be asked.

    Those are asked that hold one item which was the expected one, that no lead has to decide, of which nothing was
    changed by a person, and whose photos lie on this station.
    """
    found: dict[str, PastCase] = {}
    newest = desk.store.history(HistoryFilter(), LOOKED_THROUGH)
    for inspection_id in dict.fromkeys(row.inspection_id for row in newest):
        case = load_case(desk, inspection_id)
        past = _as_task(desk, case)
        if past is not None:
            found.setdefault(past.task.tracking_number, past)
    chosen = list(found.values())
    random.Random(seed).shuffle(chosen)  # an order, no secret
    return tuple(chosen[:count])


def _stands(case: Case) -> bool:
    """Whether the result of a case is known and settled."""
    inspection = case.inspection
    if inspection.state is not InspectionState.CLOSED or inspection.recheck or len(inspection.items) != 1:
        return False
    item = inspection.items[0]
    settled = item.decision is not None and not item.decision["needs_lead"] and not item.changes and not item.held
    return settled and item.identity == "match" and item.identified_by != "sealed"


def _as_task(desk: Desk, case: Case) -> PastCase | None:
    item = case.inspection.items[0] if case.inspection.items else None
    line, expected = (case.line(item), case.expected(item)) if item is not None else (None, None)
    if item is None or line is None or expected is None or not _stands(case):
        return None
    photos: dict[str, Path] = {}
    for photo in case.inspection.counted_photos(item.id):
        path = desk.photos.path(photo.sha256)
        if path.is_file():
            photos.setdefault(photo.shot, path)
    if not {SHOT_OF_PARCEL, FRONT} <= set(photos):
        return None
    known = Known(
        "match", tuple(KnownDefect(one.question, one.code, one.severity, (), one.part) for one in item.findings),
        item.outside,
    )  # fmt: skip
    delivered = expected.delivered_on
    if delivered:  # as many days ago as it was then: windows are counted to the day of practice
        delivered = (date.fromisoformat(delivered) + (desk.today() - case.opened_on(desk))).isoformat()
    asked = replace(
        expected, tracking_numbers=(case.inspection.tracking_number,), delivered_on=delivered,
        lines=(replace(line, quantity=1),),
    )  # fmt: skip
    titles = {"zh": f"{item.name_zh} · {item.rt_number}", "en": f"{item.name_en} · {item.rt_number}"}
    return PastCase(PracticeTask(case.inspection.id, titles, _values(desk, item), asked, known), photos)


def _values(desk: Desk, item: Item) -> Mapping[str, str]:
    """What was answered with a value that no picture shows, {zh, en}: a choice, a number, a text without a defect."""
    template = desk.book.template_for(item.category)
    told: dict[str, list[str]] = {"zh": [], "en": []}
    for row in template.questions:
        answer = item.answers.get(row.id)
        if answer is None or row.answer is None or isinstance(row.answer, Count | Serial) or answer.verdict != "pass":
            continue
        for language in told:
            told[language].append(_value(row, answer, language))
    return {"zh": "；".join(told["zh"][:MOST_VALUES]), "en": "; ".join(told["en"][:MOST_VALUES])}


def _value(row: Question, answer: Answer, language: str) -> str:
    name = row.noun_zh if language == "zh" else row.noun_en
    words = str(answer.value)
    if isinstance(row.answer, Choice) and (option := row.answer.option(words)):
        words = option.zh if language == "zh" else option.en
    return " ".join(part for part in (name, words, answer.unit) if part)
