"""Conditions of the decision tables: which facts they ask about, when they hold, and how they are read from a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.checklist import SEVERITIES, ChecklistTemplate
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_

# What a condition on a fact may name: a code of that list, a text, true or false, or a number.
_TEXT, _FLAG, _NUMBER = "text", "flag", "number"
FACTS: Mapping[str, str] = {
    "category": "categories", "identity": "identity_findings", "reason": "reasons", "kind": "return_kinds",
    "grade": "grades", "liable": "liable_parties", "refund": "refunds", "disposition": "dispositions",
    "party": "liable_parties", "outside": "defects", "held": _TEXT, "seal": _TEXT, "missing_parts": _TEXT,
    "platform": _TEXT, "client": _TEXT, "vendor": _TEXT, "currency": _TEXT, "policy_flags": _TEXT,
    "unit_price": _NUMBER, "matched": _FLAG, "several_parcels": _FLAG, "claims_defect": _FLAG, "claim_found": _FLAG,
    "in_window": _FLAG, "rtv_allowed": _FLAG, "high_value": _FLAG, "changed": _FLAG,
}  # fmt: skip
"""Every fact with what its conditions name; an amount is in minor units of the `currency`."""
OTHER_CONDITIONS = ("defect", "no_defect", "answer")
"""Conditions that are no plain facts: on the defects found and missing, and on answers by the row's id."""

Facts = Mapping[str, Any]
Answered = tuple[str, str]
"""Verdict and value of an answer."""


@dataclass(frozen=True)
class DefectFact:
    """A defect as the rules see it: its code, the code's group and its severity."""

    code: str
    group: str
    severity: str


@dataclass(frozen=True)
class Rule:
    """One row of a table: when all conditions hold, `then` is the outcome, `because` says why in both languages."""

    id: str
    when: Mapping[str, Any]
    then: Any
    zh: str
    en: str


def _all(condition: Any) -> Sequence[Any]:
    """The conditions on defects: one, or a list of them that must all hold."""
    return condition if isinstance(condition, list) else (condition,)


def _defect_matches(condition: Mapping[str, Any], defect: DefectFact) -> bool:
    codes, groups = condition.get("any"), condition.get("group")
    if codes is not None and defect.code not in codes:
        return False
    if groups is not None and defect.group not in groups:
        return False
    if defect.code in condition.get("except", ()):
        return False
    return SEVERITIES.index(defect.severity) >= SEVERITIES.index(condition.get("from", "minor"))


def _within(condition: Mapping[str, Any], value: int | Decimal) -> bool:
    low, high = condition.get("at_least"), condition.get("below")
    return (low is None or value >= low) and (high is None or value < high)


def _holds(condition: Any, value: Any) -> bool:
    if isinstance(condition, Mapping):
        if "none_of" in condition:
            return not _holds(condition["none_of"], value)
        if "all_of" in condition:
            return all(part in value for part in condition["all_of"])
        return _within(condition, value)
    wanted = condition if isinstance(condition, list) else [condition]
    if isinstance(value, frozenset | set | tuple | list):
        return any(part in wanted for part in value)
    return value in wanted


def _answer_holds(condition: Any, answered: Answered) -> bool:
    """Whether an answer's verdict or value is what is asked for; a number is compared as one."""
    if isinstance(condition, Mapping) and "none_of" not in condition:
        try:
            number = Decimal(answered[1])
        except InvalidOperation:
            return False
        return number.is_finite() and _within(condition, number)
    return not _holds(condition["none_of"], answered) if isinstance(condition, Mapping) else _holds(condition, answered)


def _answers_hold(condition: Mapping[str, Any], answers: Mapping[str, Answered]) -> bool:
    return all(question in answers and _answer_holds(one, answers[question]) for question, one in condition.items())


def rule_holds(rule: Rule, facts: Facts) -> bool:
    """Whether every condition of `rule` holds for `facts` (which MUST hold every fact, ``defects`` and ``answers``).

    A condition on an answer holds only when that row was answered.
    """
    defects: Sequence[DefectFact] = facts["defects"]
    for name, condition in rule.when.items():
        if name == "defect":
            held = all(any(_defect_matches(one, defect) for defect in defects) for one in _all(condition))
        elif name == "no_defect":
            held = not any(_defect_matches(one, defect) for one in _all(condition) for defect in defects)
        elif name == "answer":
            held = _answers_hold(condition, facts["answers"])
        else:
            held = _holds(condition, facts[name])
        if not held:
            return False
    return True


def first_match(table: Sequence[Rule], facts: Facts) -> Rule | None:
    """The first rule of `table` that holds, or None."""
    return next((rule for rule in table if rule_holds(rule, facts)), None)


def is_decisive(rule: Rule, defect: DefectFact) -> bool:
    """Whether `defect` is one of those for which `rule` asks."""
    condition = rule.when.get("defect")
    return condition is not None and any(_defect_matches(one, defect) for one in _all(condition))


def is_ruled_out(rule: Rule, defect: DefectFact) -> bool:
    """Whether `rule` holds only where `defect` was not found."""
    condition = rule.when.get("no_defect")
    return condition is not None and any(_defect_matches(one, defect) for one in _all(condition))


def asked_answers(rule: Rule) -> Iterator[tuple[str, Any]]:
    """(row, condition) for each answer by its row that `rule` asks about."""
    yield from rule.when.get("answer", {}).items()


def is_whole(value: Any) -> bool:
    """Whether `value` is a whole number (true and false are none)."""
    return isinstance(value, int) and not isinstance(value, bool)


def _check_defects(file: DataFile, path: KeyPath, condition: Any, lists: TradeLists) -> None:
    if isinstance(condition, list) and condition:
        for place, one in enumerate(condition):
            _check_defect(file, (*path, place), one, lists)
    else:
        _check_defect(file, path, condition, lists)


def _check_defect(file: DataFile, path: KeyPath, condition: Any, lists: TradeLists) -> None:
    if not isinstance(condition, dict) or not set(condition) <= {"any", "group", "from", "except"}:
        raise file.fault(path, N_("must be a mapping of any, group, from, except"))
    if condition.get("from", "minor") not in SEVERITIES:
        raise file.fault((*path, "from"), N_("must be one of {known}"), known=", ".join(SEVERITIES))
    for key, known in (("any", "defects"), ("except", "defects"), ("group", "defect_groups")):
        codes = condition.get(key, [])
        if not isinstance(codes, list):
            raise file.fault((*path, key), N_("must be a list of codes"))
        for place, code in enumerate(codes):
            if not isinstance(code, str) or not lists.knows(known, code):
                raise file.fault((*path, key, place), N_("“{code}” is not in the lists"), code=str(code)[:40])


def _check_bounds(file: DataFile, path: KeyPath, condition: Mapping[str, Any]) -> None:
    if not all(is_whole(bound) for bound in condition.values()):
        raise file.fault(path, N_("must be a whole number"))


def _check_fact(file: DataFile, path: KeyPath, fact: str, condition: Any, lists: TradeLists) -> None:
    kind = FACTS[fact]
    if isinstance(condition, dict):
        if set(condition) == {"none_of"} and not isinstance(condition["none_of"], dict):
            _check_fact(file, (*path, "none_of"), fact, condition["none_of"], lists)
        elif set(condition) == {"all_of"} and isinstance(condition["all_of"], list) and kind not in (_FLAG, _NUMBER):
            _check_fact(file, (*path, "all_of"), fact, condition["all_of"], lists)
        elif not condition or kind != _NUMBER or not set(condition) <= {"at_least", "below"}:
            raise file.fault(path, N_("must be a value, a list, none_of, all_of, or for a number at_least and below"))
        else:
            _check_bounds(file, path, condition)
        return
    for place, value in enumerate(condition if isinstance(condition, list) else [condition]):
        here: KeyPath = (*path, place) if isinstance(condition, list) else path
        if kind == _FLAG and not isinstance(value, bool):
            raise file.fault(here, N_("must be true or false"))
        if kind == _NUMBER and not is_whole(value):
            raise file.fault(here, N_("must be a whole number"))
        if kind not in (_FLAG, _NUMBER) and not isinstance(value, str):
            raise file.fault(here, N_("must be a text in quotes"))
        if kind not in (_FLAG, _NUMBER, _TEXT) and not lists.knows(kind, value):
            raise file.fault(here, N_("“{code}” is not in the lists"), code=value[:40])


def _check_answers(file: DataFile, path: KeyPath, condition: Any, templates: Collection[ChecklistTemplate]) -> None:
    if not isinstance(condition, dict) or not condition:
        raise file.fault(path, N_("must be a mapping of checklist rows to answers"))
    rows = {row.id for template in templates for row in template.questions}
    for question, one in condition.items():
        here: KeyPath = (*path, question)
        if templates and question not in rows:
            raise file.fault(here, N_("is no row of any checklist"))
        if isinstance(one, dict) and set(one) == {"none_of"}:
            here, one = (*here, "none_of"), one["none_of"]
        elif isinstance(one, dict):
            if not one or not set(one) <= {"at_least", "below"}:
                raise file.fault(here, N_("must be an answer, a list, none_of, or for a number at_least and below"))
            _check_bounds(file, here, one)
            continue
        if not all(isinstance(value, str) for value in (one if isinstance(one, list) else [one])):
            raise file.fault(here, N_("must be a text in quotes"))


def conditions_at(
    file: DataFile,
    path: KeyPath,
    when: Any,
    lists: TradeLists,
    templates: Collection[ChecklistTemplate],
    unknown: Collection[str],
) -> Mapping[str, Any]:
    """The conditions of a rule; `unknown` are facts not decided yet where they stand.

    Raises:
        DataFileProblem: a condition that can never be judged, with its line and key.
    """
    if when is None:
        return {}
    if not isinstance(when, dict):
        raise file.fault(path, N_("must be a mapping of facts to conditions"))
    for fact, condition in when.items():
        here: KeyPath = (*path, fact)
        if fact in ("defect", "no_defect"):
            _check_defects(file, here, condition, lists)
        elif fact == "answer":
            _check_answers(file, here, condition, templates)
        elif fact not in FACTS:
            known = ", ".join(sorted({*FACTS, *OTHER_CONDITIONS}))
            raise file.fault(here, N_("is not a fact; known are {known}"), known=known)
        elif fact in unknown:
            raise file.fault(here, N_("is not decided yet in this table"))
        else:
            _check_fact(file, here, fact, condition, lists)
    return when
