"""Checklist templates: per category, what is asked and which photos are required, as data (DECISIONS.md 48)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.data_checks import flag_at, list_at, mapping_at, only_known, text_at, text_or, texts_at
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_

SECTIONS = ("appearance", "function", "accessories", "wear")
PHOTO_RULES = ("minor", "major", "critical", "never")
SEVERITIES = ("minor", "major", "critical")
TYPE_KEYS = "QWERASF"
SHOT_OF_PARCEL = "waybill"
MOST_ROWS = 9  # a page of rows answers to the keys 1–9


@dataclass(frozen=True)
class DefectType:
    """A defect that the picker offers for a question; `code` is the trade's code in the lists."""

    id: str
    code: str
    zh: str
    en: str
    icon: str


@dataclass(frozen=True)
class Question:
    """One row: a statement in the positive (“no stains”), and the defects that make it untrue.

    Attributes:
        noun: heading of the picker, {zh, en}.
        photo_from: least severity from which a close-up is demanded, one of `PHOTO_RULES`.
        explicit: True when a bulk pass never answers it.
        ruler: True when a close-up of its defects counts only with a ruler in it.
        claim_words: words in the buyer's own text that make this row the claimed one.
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

    def demands_photo(self, severity: str) -> bool:
        """Whether a defect of `severity` needs its close-up."""
        return self.photo_from != "never" and SEVERITIES.index(severity) >= SEVERITIES.index(self.photo_from)


@dataclass(frozen=True)
class Shot:
    """A kind of photo of the template; `of_parcel` for the outside, taken before opening."""

    id: str
    zh: str
    en: str
    required: bool
    of_parcel: bool
    icon: str


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
        for shot in self.shots:
            if shot.id == shot_id:
                return shot
        raise KeyError(shot_id)


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


def _shot(file: DataFile, path: KeyPath, value: Any) -> Shot:
    shot = mapping_at(file, path, value)
    only_known(file, path, shot, {"id", "zh", "en", "required", "of_parcel", "icon"})
    return Shot(
        text_at(file, path, shot, "id"),
        text_at(file, path, shot, "zh"),
        text_at(file, path, shot, "en"),
        flag_at(file, path, shot, "required"),
        flag_at(file, path, shot, "of_parcel"),
        text_or(file, path, shot, "icon", "mdi6.camera-outline"),
    )


def _defect_type(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> DefectType:
    kind = mapping_at(file, path, value)
    only_known(file, path, kind, {"id", "code", "zh", "en", "icon"})
    code = text_at(file, path, kind, "code")
    if not lists.knows("defects", code):
        raise file.fault((*path, "code"), N_("“{code}” is not a defect code of the lists"), code=code)
    word = lists.word("defects", code)
    return DefectType(
        text_or(file, path, kind, "id", code), code, text_or(file, path, kind, "zh", word.zh),
        text_or(file, path, kind, "en", word.en), text_or(file, path, kind, "icon", "mdi6.alert-circle-outline"),
    )  # fmt: skip


_ROW_KEYS = {"id", "section", "zh", "en", "noun", "types", "photo_from", "explicit", "claim_words", "ruler"}


def _question(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> Question:
    row = mapping_at(file, path, value)
    only_known(file, path, row, _ROW_KEYS)
    section = text_at(file, path, row, "section")
    if section not in SECTIONS:
        raise file.fault((*path, "section"), N_("must be one of {known}"), known=", ".join(SECTIONS))
    photo_from = row.get("photo_from", "major")
    if photo_from not in PHOTO_RULES:
        raise file.fault((*path, "photo_from"), N_("must be one of {known}"), known=", ".join(PHOTO_RULES))
    noun = mapping_at(file, (*path, "noun"), row.get("noun"))
    only_known(file, (*path, "noun"), noun, {"zh", "en"})
    kinds = list_at(file, path, row, "types")
    if len(kinds) > len(TYPE_KEYS):
        raise file.fault((*path, "types"), N_("has more defect types than keys ({most})"), most=len(TYPE_KEYS))
    types = tuple(_defect_type(file, (*path, "types", place), kind, lists) for place, kind in enumerate(kinds))
    if len({kind.id for kind in types}) != len(types):
        raise file.fault((*path, "types"), N_("has the same defect type twice"))
    return Question(
        text_at(file, path, row, "id"), section, text_at(file, path, row, "zh"), text_at(file, path, row, "en"),
        text_at(file, (*path, "noun"), noun, "zh"), text_at(file, (*path, "noun"), noun, "en"),
        types, photo_from, flag_at(file, path, row, "explicit"), texts_at(file, path, row, "claim_words"),
        flag_at(file, path, row, "ruler"),
    )  # fmt: skip


def parse_template(file: DataFile, lists: TradeLists) -> ChecklistTemplate:
    """Read one template; raises DataFileProblem naming file, line, key and what would be right."""
    data = file.data
    only_known(file, (), data, {"id", "version", "category", "zh", "en", "shots", "questions"})
    category = text_at(file, (), data, "category")
    if not lists.knows("categories", category):
        raise file.fault(("category",), N_("“{code}” is not a category of the lists"), code=category)
    shots = tuple(_shot(file, ("shots", place), shot) for place, shot in enumerate(list_at(file, (), data, "shots")))
    rows = list_at(file, (), data, "questions")
    questions = tuple(_question(file, ("questions", place), row, lists) for place, row in enumerate(rows))
    for name, ids in (("shots", [shot.id for shot in shots]), ("questions", [row.id for row in questions])):
        if len(set(ids)) != len(ids):
            raise file.fault((name,), N_("has the same id twice"))
    if len(questions) > MOST_ROWS:
        raise file.fault(("questions",), N_("has more rows than one page holds ({most})"), most=MOST_ROWS)
    if sorted(questions, key=lambda row: SECTIONS.index(row.section)) != list(questions):
        order = ", ".join(SECTIONS)
        raise file.fault(("questions",), N_("must follow the order of the sections: {known}"), known=order)
    required = [shot for shot in shots if shot.required]
    if len(required) < 2 or not any(shot.of_parcel for shot in required):
        raise file.fault(("shots",), N_("must require at least two shots, one of the parcel"))
    return ChecklistTemplate(
        text_at(file, (), data, "id"), text_at(file, (), data, "version"), category,
        text_at(file, (), data, "zh"), text_at(file, (), data, "en"), shots, questions,
    )  # fmt: skip
