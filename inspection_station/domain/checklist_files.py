"""Reading a checklist template from its file; every fault names file, line, key and what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.checklist import (
    ANSWER_TYPES,
    LONGEST_ANSWER,
    MOST_ROWS,
    PHOTO_RULES,
    SECTIONS,
    SERIAL_KINDS,
    SEVERITIES,
    TYPE_KEYS,
    VERDICTS,
    AnswerType,
    ChecklistTemplate,
    Choice,
    Condition,
    Consequence,
    Count,
    DefectType,
    FreeText,
    Limit,
    Number,
    Option,
    Question,
    Serial,
    Shot,
)
from inspection_station.domain.data_checks import flag_at, list_at, mapping_at, only_known, text_at, text_or, texts_at
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_

MOST_DECIMALS = 4
LARGEST_NUMBER = 1_000_000_000
_ROW_KEYS = {"id", "section", "zh", "en", "noun", "photo_from", "explicit", "claim_words", "ruler", "answer", "when"}
_OWN_KEYS: Mapping[str, frozenset[str]] = {
    "check": frozenset({"types"}),
    "choice": frozenset({"options", "optional"}),
    "number": frozenset({"unit", "minimum", "maximum", "decimals", "limits", "optional"}),
    "text": frozenset({"longest", "optional"}),
    "serial": frozenset({"serial", "optional"}),
    "count": frozenset({"missing"}),
}


def _one_of(file: DataFile, path: KeyPath, value: Any, known: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise file.fault(path, N_("must be one of {known}"), known=", ".join(known))
    return value


def _defect_code(file: DataFile, path: KeyPath, owner: Mapping[str, Any], lists: TradeLists) -> str:
    code = text_at(file, path, owner, "code")
    if not lists.knows("defects", code):
        raise file.fault((*path, "code"), N_("“{code}” is not a defect code of the lists"), code=code)
    return code


def _consequence(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> Consequence:
    defect = mapping_at(file, path, value)
    only_known(file, path, defect, {"code", "severity"})
    code = _defect_code(file, path, defect, lists)
    return Consequence(code, _one_of(file, (*path, "severity"), defect.get("severity"), SEVERITIES))


def _number(file: DataFile, path: KeyPath, value: Any) -> Decimal:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= LARGEST_NUMBER:
        raise file.fault(path, N_("must be a number up to {most}"), most=LARGEST_NUMBER)
    return Decimal(str(value))


def _whole(file: DataFile, path: KeyPath, value: Any, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise file.fault(path, N_("must be a whole number from {least} to {most}"), least=least, most=most)
    return value


def _defect_type(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> DefectType:
    kind = mapping_at(file, path, value)
    only_known(file, path, kind, {"id", "code", "zh", "en", "icon"})
    code = _defect_code(file, path, kind, lists)
    word = lists.word("defects", code)
    return DefectType(
        text_or(file, path, kind, "id", code), code, text_or(file, path, kind, "zh", word.zh),
        text_or(file, path, kind, "en", word.en), text_or(file, path, kind, "icon", "mdi6.alert-circle-outline"),
    )  # fmt: skip


def _types(file: DataFile, path: KeyPath, row: Mapping[str, Any], lists: TradeLists) -> tuple[DefectType, ...]:
    kinds = list_at(file, path, row, "types")
    path = (*path, "types")
    if len(kinds) > len(TYPE_KEYS):
        raise file.fault(path, N_("has more defect types than keys ({most})"), most=len(TYPE_KEYS))
    types = tuple(_defect_type(file, (*path, place), kind, lists) for place, kind in enumerate(kinds))
    if len({kind.id for kind in types}) != len(types):
        raise file.fault(path, N_("has the same defect type twice"))
    return types


def _choice(file: DataFile, path: KeyPath, row: Mapping[str, Any], lists: TradeLists) -> Choice:
    values = list_at(file, path, row, "options")
    path = (*path, "options")
    if not 2 <= len(values) <= len(TYPE_KEYS):
        raise file.fault(path, N_("must have 2 to {most} options, one for each key"), most=len(TYPE_KEYS))
    options, normal = [], ""
    for place, value in enumerate(values):
        at = (*path, place)
        option = mapping_at(file, at, value)
        only_known(file, at, option, {"id", "zh", "en", "icon", "defect", "normal"})
        option_id = text_at(file, at, option, "id")
        if option_id in VERDICTS:
            raise file.fault((*at, "id"), N_("must not be one of {known}"), known=", ".join(VERDICTS))
        defect = _consequence(file, (*at, "defect"), option["defect"], lists) if "defect" in option else None
        if flag_at(file, at, option, "normal"):
            if normal or defect:
                raise file.fault((*at, "normal"), N_("only one option can be normal, and it has no defect"))
            normal = option_id
        options.append(
            Option(option_id, text_at(file, at, option, "zh"), text_at(file, at, option, "en"),
                   text_or(file, at, option, "icon", "mdi6.circle-outline"), defect)
        )  # fmt: skip
    if len({option.id for option in options}) != len(options):
        raise file.fault(path, N_("has the same id twice"))
    return Choice(tuple(options), normal)


def _limit(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> Limit:
    limit = mapping_at(file, path, value)
    only_known(file, path, limit, {"below", "above", "defect"})
    if ("below" in limit) == ("above" in limit):
        raise file.fault(path, N_("must have either below or above"))
    side = "below" if "below" in limit else "above"
    number = _number(file, (*path, side), limit[side])
    defect = _consequence(file, (*path, "defect"), limit.get("defect"), lists)
    return Limit(number if side == "below" else None, number if side == "above" else None, defect)


def _number_answer(file: DataFile, path: KeyPath, row: Mapping[str, Any], lists: TradeLists) -> Number:
    least = _number(file, (*path, "minimum"), row.get("minimum"))
    most = _number(file, (*path, "maximum"), row.get("maximum"))
    if least >= most:
        raise file.fault((*path, "maximum"), N_("must be more than the minimum"))
    decimals = _whole(file, (*path, "decimals"), row.get("decimals", 0), 0, MOST_DECIMALS)
    values = list_at(file, path, row, "limits") if "limits" in row else []
    limits: list[Limit] = []
    for place, value in enumerate(values):
        at = (*path, "limits", place)
        limit = _limit(file, at, value, lists)
        edge = limit.above if limit.below is None else limit.below
        if edge is None or not least <= edge <= most:
            raise file.fault(at, N_("must lie between minimum and maximum"))
        if any(_covers(known, limit) for known in limits):
            raise file.fault(at, N_("is never reached; put the narrower limit first"))
        limits.append(limit)
    return Number(text_at(file, path, row, "unit"), least, most, decimals, tuple(limits))


def _covers(known: Limit, limit: Limit) -> bool:
    """Whether everything outside of `limit` is outside of `known` already."""
    if known.below is not None and limit.below is not None:
        return limit.below <= known.below
    return known.above is not None and limit.above is not None and limit.above >= known.above


def _answer(file: DataFile, path: KeyPath, kind: str, row: Mapping[str, Any], lists: TradeLists) -> AnswerType | None:
    match kind:
        case "choice":
            return _choice(file, path, row, lists)
        case "number":
            return _number_answer(file, path, row, lists)
        case "text":
            return FreeText(_whole(file, (*path, "longest"), row.get("longest", 200), 1, LONGEST_ANSWER))
        case "serial":
            return Serial(_one_of(file, (*path, "serial"), row.get("serial", "serial"), SERIAL_KINDS))
        case "count":
            return Count(_consequence(file, (*path, "missing"), row.get("missing"), lists))
        case _:
            return None


def _conditions(
    file: DataFile, path: KeyPath, owner: Mapping[str, Any], earlier: Sequence[Question]
) -> tuple[Condition, ...]:
    """The conditions under ``when``: one mapping, or a list of them that must all hold; none when the key is absent."""
    if "when" not in owner:
        return ()
    path = (*path, "when")
    value = owner["when"]
    if not isinstance(value, list):
        return (_condition(file, path, value, earlier),)
    if not value:
        raise file.fault(path, N_("must be a list with at least one entry"))
    return tuple(_condition(file, (*path, place), one, earlier) for place, one in enumerate(value))


def _condition(file: DataFile, path: KeyPath, value: Any, earlier: Sequence[Question]) -> Condition:
    condition = mapping_at(file, path, value)
    only_known(file, path, condition, {"question", "is"})
    name = text_at(file, path, condition, "question")
    row = next((row for row in earlier if row.id == name), None)
    if row is None:
        raise file.fault((*path, "question"), N_("must be the id of an earlier question"))
    wanted = condition.get("is")
    values: list[Any] = wanted if isinstance(wanted, list) else [wanted]
    options = [option.id for option in row.answer.options] if isinstance(row.answer, Choice) else []
    known = [*options, *VERDICTS]
    if not values or any(not isinstance(one, str) or one not in known for one in values):
        raise file.fault((*path, "is"), N_("must be one of {known}"), known=", ".join(known))
    return Condition(name, tuple(values))


def _question(file: DataFile, path: KeyPath, value: Any, lists: TradeLists, earlier: Sequence[Question]) -> Question:
    row = mapping_at(file, path, value)
    kind = _one_of(file, (*path, "answer"), row.get("answer", "check"), ANSWER_TYPES)
    only_known(file, path, row, _ROW_KEYS | _OWN_KEYS[kind])
    section = _one_of(file, (*path, "section"), row.get("section"), SECTIONS)
    photo_from = _one_of(file, (*path, "photo_from"), row.get("photo_from", "major"), PHOTO_RULES)
    noun = mapping_at(file, (*path, "noun"), row.get("noun"))
    only_known(file, (*path, "noun"), noun, {"zh", "en"})
    types = _types(file, path, row, lists) if kind == "check" else ()
    return Question(
        text_at(file, path, row, "id"), section, text_at(file, path, row, "zh"), text_at(file, path, row, "en"),
        text_at(file, (*path, "noun"), noun, "zh"), text_at(file, (*path, "noun"), noun, "en"),
        types, photo_from, flag_at(file, path, row, "explicit"), texts_at(file, path, row, "claim_words"),
        flag_at(file, path, row, "ruler"), _answer(file, path, kind, row, lists), flag_at(file, path, row, "optional"),
        _conditions(file, path, row, earlier),
    )  # fmt: skip


def _shot(file: DataFile, path: KeyPath, value: Any, questions: Sequence[Question]) -> Shot:
    shot = mapping_at(file, path, value)
    only_known(file, path, shot, {"id", "zh", "en", "required", "of_parcel", "icon", "when"})
    found = Shot(
        text_at(file, path, shot, "id"),
        text_at(file, path, shot, "zh"),
        text_at(file, path, shot, "en"),
        flag_at(file, path, shot, "required"),
        flag_at(file, path, shot, "of_parcel"),
        text_or(file, path, shot, "icon", "mdi6.camera-outline"),
        _conditions(file, path, shot, questions),
    )
    if found.when and (found.of_parcel or not found.required):
        raise file.fault((*path, "when"), N_("is only for a required shot of the item"))
    return found


def _explicit(questions: Sequence[Question], shots: Sequence[Shot]) -> tuple[Question, ...]:
    """The questions with `explicit` as it follows from the whole template.

    A row without a normal answer of its own, and a row on which others or a photo depend, is never passed in bulk: a
    bulk pass then never makes anything else asked for.
    """
    whens = [*(row.when for row in questions), *(shot.when for shot in shots)]
    depended = {one.question for when in whens for one in when}
    return tuple(
        replace(row, explicit=row.explicit or row.id in depended or (not row.has_normal and not row.optional))
        for row in questions
    )


def parse_template(file: DataFile, lists: TradeLists) -> ChecklistTemplate:
    """Read one template; raises DataFileProblem naming file, line, key and what would be right."""
    data = file.data
    only_known(file, (), data, {"id", "version", "category", "zh", "en", "shots", "questions"})
    category = text_at(file, (), data, "category")
    if not lists.knows("categories", category):
        raise file.fault(("category",), N_("“{code}” is not a category of the lists"), code=category)
    rows = list_at(file, (), data, "questions")
    if len(rows) > MOST_ROWS:
        raise file.fault(("questions",), N_("has more rows than a checklist holds ({most})"), most=MOST_ROWS)
    questions: list[Question] = []
    for place, row in enumerate(rows):
        questions.append(_question(file, ("questions", place), row, lists, questions))
    values = list_at(file, (), data, "shots")
    shots = tuple(_shot(file, ("shots", place), shot, questions) for place, shot in enumerate(values))
    for name, ids in (("shots", [shot.id for shot in shots]), ("questions", [row.id for row in questions])):
        if len(set(ids)) != len(ids):
            raise file.fault((name,), N_("has the same id twice"))
    if sorted(questions, key=lambda row: SECTIONS.index(row.section)) != questions:
        order = ", ".join(SECTIONS)
        raise file.fault(("questions",), N_("must follow the order of the sections: {known}"), known=order)
    if not any(not row.when and not isinstance(row.answer, Count) for row in questions):
        raise file.fault(("questions",), N_("must have a row that is always asked"))
    required = [shot for shot in shots if shot.required and not shot.when]
    if len(required) < 2 or not any(shot.of_parcel for shot in required):
        raise file.fault(("shots",), N_("must require at least two shots, one of the parcel"))
    return ChecklistTemplate(
        text_at(file, (), data, "id"), text_at(file, (), data, "version"), category,
        text_at(file, (), data, "zh"), text_at(file, (), data, "en"), shots, _explicit(questions, shots),
    )  # fmt: skip
