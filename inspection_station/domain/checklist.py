"""Checklist templates: per category, what is asked and which photos are required, as data (DECISIONS.md 48).

What a row asks is said by its answer type: a statement that holds or has a defect (`check`), one of several choices, a
number with its unit, a text, a serial number, or the count of the parts of the kit. Templates are read by
`checklist_files`, answers by `answers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from inspection_station.domain.inspection import Answer, Finding
from inspection_station.domain.lists import TradeLists

SECTIONS = ("appearance", "function", "accessories", "wear")
PHOTO_RULES = ("minor", "major", "critical", "never")
SEVERITIES = ("minor", "major", "critical")
VERDICTS = ("pass", "defect", "not_applicable")
ANSWER_TYPES = ("check", "choice", "number", "text", "serial", "count")
SERIAL_KINDS = ("serial", "imei", "any")
TYPE_KEYS = "QWERASF"
SHOT_OF_PARCEL = "waybill"
ROWS_OF_A_PAGE = 9  # rows answer to the keys 1–9
MOST_ROWS = 27
LONGEST_ANSWER = 500  # characters of a typed text

BELOW, ABOVE, PART = "below", "above", "part"
"""Types of the findings that follow from a number under or over a limit, and from a part that is missing."""


@dataclass(frozen=True)
class DefectType:
    """A defect that the picker offers for a question; `code` is the trade's code in the lists."""

    id: str
    code: str
    zh: str
    en: str
    icon: str


@dataclass(frozen=True)
class Consequence:
    """The defect that follows from an answer: its code of the lists and its severity."""

    code: str
    severity: str


@dataclass(frozen=True)
class Option:
    """One of several answers; with `defect` None nothing is wrong with it."""

    id: str
    zh: str
    en: str
    icon: str
    defect: Consequence | None = None


@dataclass(frozen=True)
class Choice:
    """One of `options` is chosen. `normal` is the one that “normal” and a bulk pass mean; empty when none is."""

    options: tuple[Option, ...]
    normal: str = ""

    def option(self, option_id: str) -> Option | None:
        """The option with that id."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True)
class Limit:
    """A number under `below` or over `above` (one of the two is set) has this defect."""

    below: Decimal | None
    above: Decimal | None
    defect: Consequence

    def holds(self, number: Decimal) -> bool:
        """Whether `number` lies outside of this limit."""
        return (self.below is not None and number < self.below) or (self.above is not None and number > self.above)


@dataclass(frozen=True)
class Number:
    """A number in `unit`, taken between `minimum` and `maximum` with at most `decimals` places after the point.

    The first of `limits` that holds gives its defect; within all of them the answer is normal.
    """

    unit: str
    minimum: Decimal
    maximum: Decimal
    decimals: int = 0
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class FreeText:
    """A text of at most `longest` characters."""

    longest: int = 200


@dataclass(frozen=True)
class Serial:
    """The number of the unit itself: ``serial``, ``imei`` (fifteen digits with a check digit) or ``any`` of them."""

    kind: str = "serial"


@dataclass(frozen=True)
class Count:
    """The parts of the kit, as the expected line names them; each one missing is this defect."""

    missing: Consequence


AnswerType = Choice | Number | FreeText | Serial | Count


@dataclass(frozen=True)
class Condition:
    """Holds when the earlier row `question` is asked and answered by one of `values` (verdicts and ids of options)."""

    question: str
    values: tuple[str, ...]

    def holds(self, answers: Mapping[str, Answer]) -> bool:
        """Whether it holds for the answers of the rows that are asked."""
        answer = answers.get(self.question)
        return answer is not None and (answer.verdict in self.values or answer.value in self.values)


@dataclass(frozen=True)
class Question:
    """One row: a statement in the positive (“no stains”), and the defects that make it untrue.

    Attributes:
        noun: heading of the picker, {zh, en}.
        types: defects that a person may pick; only a statement has them.
        photo_from: least severity from which a close-up is demanded, one of `PHOTO_RULES`.
        explicit: True when a bulk pass never answers it; rows on which others depend are always so.
        ruler: True when a close-up of its defects counts only with a ruler in it.
        claim_words: words in the buyer's own text that make this row the claimed one.
        answer: what is asked other than whether the statement holds; None for a statement.
        optional: True when it may stay without an answer.
        when: conditions that MUST all hold for the row to be asked.
    """

    id: str
    section: str
    zh: str
    en: str
    noun_zh: str
    noun_en: str
    types: tuple[DefectType, ...]
    photo_from: str = "major"
    explicit: bool = False
    claim_words: tuple[str, ...] = ()
    ruler: bool = False
    answer: AnswerType | None = None
    optional: bool = False
    when: tuple[Condition, ...] = ()

    def demands_photo(self, severity: str) -> bool:
        """Whether a defect of `severity` needs its close-up."""
        return self.photo_from != "never" and SEVERITIES.index(severity) >= SEVERITIES.index(self.photo_from)

    @property
    def has_normal(self) -> bool:
        """Whether it can be answered as normal without a value of its own (N, and a bulk pass)."""
        return self.answer is None or isinstance(self.answer, Count) or bool(
            isinstance(self.answer, Choice) and self.answer.normal
        )  # fmt: skip

    def words_of(self, finding: Finding) -> Mapping[str, str] | None:
        """What one of its defects is called here, {zh, en}; None when only the trade's lists have a word for it."""
        if isinstance(self.answer, Choice) and (option := self.answer.option(finding.type)):
            return {"zh": option.zh, "en": option.en}
        kind = next((kind for kind in self.types if kind.id == finding.type), None)
        return {"zh": kind.zh, "en": kind.en} if kind else None


@dataclass(frozen=True)
class Shot:
    """A kind of photo of the template; `of_parcel` for the outside, taken before opening.

    With conditions (`when`) it is required only where they hold.
    """

    id: str
    zh: str
    en: str
    required: bool
    of_parcel: bool
    icon: str
    when: tuple[Condition, ...] = ()


OUTSIDE = Shot("outside", "外箱破损处", "Outer box", True, True, "mdi6.package-variant-closed-remove")
"""The shot of an outer box damaged before opening, from two sides; in no template, asked where damage was noted."""


@dataclass(frozen=True)
class ChecklistTemplate:
    """The questions and shots of one category, with the version that stays with each result."""

    id: str
    version: str
    category: str
    zh: str
    en: str
    shots: tuple[Shot, ...]
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question:
        """The question by its stable id; raises KeyError when there is none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def shot(self, shot_id: str) -> Shot:
        """The shot by its id; raises KeyError when there is none."""
        for shot in (*self.shots, OUTSIDE):
            if shot.id == shot_id:
                return shot
        raise KeyError(shot_id)

    def asked(self, answers: Mapping[str, Answer], *, kit: bool = True) -> tuple[Question, ...]:
        """The rows that are asked as the `answers` stand; without a `kit` there are no parts to count.

        A row that is not asked cannot make another one asked, whatever was answered to it before.
        """
        counting: dict[str, Answer] = {}
        rows = []
        for row in self.questions:
            if (kit or not isinstance(row.answer, Count)) and all(one.holds(counting) for one in row.when):
                rows.append(row)
                if row.id in answers:
                    counting[row.id] = answers[row.id]
        return tuple(rows)

    def no_longer_asked(self, answers: Mapping[str, Answer], *, kit: bool = True) -> tuple[str, ...]:
        """Ids of rows with an answer that are not asked (any more): these answers do not count."""
        asked = {row.id for row in self.asked(answers, kit=kit)}
        return tuple(row.id for row in self.questions if row.id in answers and row.id not in asked)

    def requires(self, shot: Shot, answers: Mapping[str, Answer], *, kit: bool = True) -> bool:
        """Whether `shot` is required as the answers stand."""
        rows = {row.id for row in self.asked(answers, kit=kit)}
        counting = {question: answer for question, answer in answers.items() if question in rows}
        return shot.required and all(one.holds(counting) for one in shot.when)


def claimed_questions(template: ChecklistTemplate, lists: TradeLists, reason: str, text: str) -> tuple[str, ...]:
    """Ids of the rows that the buyer's complaint is about; empty when `reason` claims nothing to be wrong.

    The rows whose words stand in the buyer's own `text`, whatever their section; when none does, all rows of the
    sections that the reason claims; when the template has none of these, all rows.
    """
    sections = lists.claimed_sections(reason)
    if not sections:
        return ()
    named = [row.id for row in template.questions if any(word in text for word in row.claim_words)]
    of_sections = [row.id for row in template.questions if row.section in sections]
    return tuple(named or of_sections or [row.id for row in template.questions])
