"""Checklist templates: what is asked and which photos are required, per category, as versioned data (DOMAIN 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
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
    """Ids of the rows that the buyer's complaint is about; empty when nothing is claimed to be wrong.

    Rows of the claimed sections whose words stand in the buyer's own `text`; when none does, all of these rows.
    """
    sections = lists.claimed_sections(reason)
    rows = [row for row in template.questions if row.section in sections]
    named = [row.id for row in template.questions if sections and any(word in text for word in row.claim_words)]
    return tuple(named or (row.id for row in rows))


def _text(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str) -> str:
    value = owner.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise file.fault((*path, key), N_("must be a text of 1 to 200 characters"))
    return value


def _mapping(file: DataFile, path: KeyPath, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise file.fault(path, N_("must be a mapping of keys to values"))
    return value


def _only(file: DataFile, path: KeyPath, owner: Mapping[str, Any], known: set[str]) -> None:
    for key in owner:
        if key not in known:
            raise file.fault((*path, key), N_("is not a known key; known are {known}"), known=", ".join(sorted(known)))


def _listed(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str) -> list[Any]:
    value = owner.get(key)
    if not isinstance(value, list) or not value:
        raise file.fault((*path, key), N_("must be a list with at least one entry"))
    return value


def _shot(file: DataFile, path: KeyPath, value: Any) -> Shot:
    shot = _mapping(file, path, value)
    _only(file, path, shot, {"id", "zh", "en", "required", "of_parcel", "icon"})
    for flag in ("required", "of_parcel"):
        if not isinstance(shot.get(flag, False), bool):
            raise file.fault((*path, flag), N_("must be true or false"))
    return Shot(
        _text(file, path, shot, "id"),
        _text(file, path, shot, "zh"),
        _text(file, path, shot, "en"),
        shot.get("required", False),
        shot.get("of_parcel", False),
        str(shot.get("icon", "mdi6.camera-outline")),
    )


def _defect_type(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> DefectType:
    kind = _mapping(file, path, value)
    _only(file, path, kind, {"id", "code", "zh", "en", "icon"})
    code = _text(file, path, kind, "code")
    if not lists.knows("defects", code):
        raise file.fault((*path, "code"), N_("“{code}” is not a defect code of the lists"), code=code)
    word = lists.word("defects", code)
    return DefectType(
        str(kind.get("id", code)), code, str(kind.get("zh", word.zh)), str(kind.get("en", word.en)),
        str(kind.get("icon", "mdi6.alert-circle-outline")),
    )  # fmt: skip


def _question(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> Question:
    row = _mapping(file, path, value)
    _only(file, path, row, {"id", "section", "zh", "en", "noun", "types", "photo_from", "explicit", "claim_words"})
    section = _text(file, path, row, "section")
    if section not in SECTIONS:
        raise file.fault((*path, "section"), N_("must be one of {known}"), known=", ".join(SECTIONS))
    photo_from = row.get("photo_from", "major")
    if photo_from not in PHOTO_RULES:
        raise file.fault((*path, "photo_from"), N_("must be one of {known}"), known=", ".join(PHOTO_RULES))
    if not isinstance(row.get("explicit", False), bool):
        raise file.fault((*path, "explicit"), N_("must be true or false"))
    words = row.get("claim_words", [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise file.fault((*path, "claim_words"), N_("must be a list of words"))
    noun = _mapping(file, (*path, "noun"), row.get("noun"))
    kinds = _listed(file, path, row, "types")
    if len(kinds) > len(TYPE_KEYS):
        raise file.fault((*path, "types"), N_("has more defect types than keys ({most})"), most=len(TYPE_KEYS))
    types = tuple(_defect_type(file, (*path, "types", place), kind, lists) for place, kind in enumerate(kinds))
    if len({kind.id for kind in types}) != len(types):
        raise file.fault((*path, "types"), N_("has the same defect type twice"))
    return Question(
        _text(file, path, row, "id"), section, _text(file, path, row, "zh"), _text(file, path, row, "en"),
        _text(file, (*path, "noun"), noun, "zh"), _text(file, (*path, "noun"), noun, "en"),
        types, photo_from, row.get("explicit", False), tuple(words),
    )  # fmt: skip


def parse_template(file: DataFile, lists: TradeLists) -> ChecklistTemplate:
    """Read one template; raises DataFileProblem naming file, line, key and what would be right."""
    data = file.data
    _only(file, (), data, {"id", "version", "category", "zh", "en", "shots", "questions"})
    category = _text(file, (), data, "category")
    if not lists.knows("categories", category):
        raise file.fault(("category",), N_("“{code}” is not a category of the lists"), code=category)
    shots = tuple(_shot(file, ("shots", place), shot) for place, shot in enumerate(_listed(file, (), data, "shots")))
    rows = _listed(file, (), data, "questions")
    questions = tuple(_question(file, ("questions", place), row, lists) for place, row in enumerate(rows))
    for name, ids in (("shots", [shot.id for shot in shots]), ("questions", [row.id for row in questions])):
        if len(set(ids)) != len(ids):
            raise file.fault((name,), N_("has the same id twice"))
    if len(questions) > MOST_ROWS:
        raise file.fault(("questions",), N_("has more rows than one page holds ({most})"), most=MOST_ROWS)
    if sorted(questions, key=lambda row: SECTIONS.index(row.section)) != list(questions):
        raise file.fault(("questions",), N_("must follow the order of the sections: {known}"), known=", ".join(SECTIONS))
    required = [shot for shot in shots if shot.required]
    if len(required) < 2 or not any(shot.of_parcel for shot in required):
        raise file.fault(("shots",), N_("must require at least two shots, one of the parcel"))
    return ChecklistTemplate(
        _text(file, (), data, "id"), str(data.get("version", "")) or _text(file, (), data, "version"), category,
        _text(file, (), data, "zh"), _text(file, (), data, "en"), shots, questions,
    )  # fmt: skip
