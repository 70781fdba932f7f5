"""Decision tables as data: rules in order, the first whose conditions all hold gives the outcome (DECISIONS.md 48)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.checklist import SEVERITIES
from inspection_station.domain.data_checks import text_at
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_

OUTCOMES = ("grade", "disposition", "liability", "refund", "needs_lead")

# What a condition on a fact may name: a code of that list, a text, true or false, or a number.
_TEXT, _FLAG, _NUMBER = "text", "flag", "number"
FACTS: Mapping[str, str] = {
    "category": "categories", "identity": "identity_findings", "reason": "reasons", "grade": "grades",
    "disposition": "dispositions", "liable": "liable_parties", "platform": _TEXT, "client": _TEXT, "vendor": _TEXT,
    "policy_flags": _TEXT, "unit_price": _NUMBER, "matched": _FLAG, "claims_defect": _FLAG, "in_window": _FLAG,
    "rtv_allowed": _FLAG, "high_value": _FLAG, "changed": _FLAG,
    "held": _TEXT, "outside": "defects",
}  # fmt: skip
# Outcomes that are facts for the tables after their own; before that, a condition on them would never hold.
_DECIDED_LATER: Mapping[str, tuple[str, ...]] = {
    "grade": ("grade", "disposition", "liable"), "disposition": ("disposition", "liable"), "liability": ("liable",),
}  # fmt: skip

Facts = Mapping[str, Any]


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


@dataclass(frozen=True)
class RuleSet:
    """All tables of one version; `blocked` lists every disposition that the facts rule out, with the reason."""

    version: str
    tables: Mapping[str, tuple[Rule, ...]]
    blocked: tuple[Rule, ...]


def _defect_matches(condition: Mapping[str, Any], defect: DefectFact) -> bool:
    codes, groups = condition.get("any"), condition.get("group")
    if codes is not None and defect.code not in codes:
        return False
    if groups is not None and defect.group not in groups:
        return False
    if defect.code in condition.get("except", ()):
        return False
    return SEVERITIES.index(defect.severity) >= SEVERITIES.index(condition.get("from", "minor"))


def _holds(condition: Any, value: Any) -> bool:
    if isinstance(condition, Mapping):
        if "none_of" in condition:
            return not _holds(condition["none_of"], value)
        low, high = condition.get("at_least"), condition.get("below")
        return (low is None or value >= low) and (high is None or value < high)
    wanted = condition if isinstance(condition, list) else [condition]
    if isinstance(value, frozenset | set | tuple | list):
        return any(part in wanted for part in value)
    return value in wanted


def rule_holds(rule: Rule, facts: Facts) -> bool:
    """Whether every condition of `rule` holds for `facts` (which MUST hold every fact and ``defects``)."""
    for name, condition in rule.when.items():
        if name == "defect":
            if not any(_defect_matches(condition, defect) for defect in facts["defects"]):
                return False
        elif name == "no_defect":
            if any(_defect_matches(condition, defect) for defect in facts["defects"]):
                return False
        elif not _holds(condition, facts[name]):
            return False
    return True


def first_match(table: Sequence[Rule], facts: Facts) -> Rule | None:
    """The first rule of `table` that holds, or None."""
    return next((rule for rule in table if rule_holds(rule, facts)), None)


def deciding_defects(rule: Rule, defects: Sequence[DefectFact]) -> list[DefectFact]:
    """The defects that made `rule` hold (none when it has no condition on defects)."""
    condition = rule.when.get("defect")
    return [defect for defect in defects if condition is not None and _defect_matches(condition, defect)]


def _check_defect_condition(file: DataFile, path: KeyPath, condition: Any, lists: TradeLists) -> None:
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


def _check_condition(file: DataFile, path: KeyPath, fact: str, condition: Any, lists: TradeLists) -> None:
    kind = FACTS[fact]
    if isinstance(condition, dict):
        if set(condition) == {"none_of"} and not isinstance(condition["none_of"], dict):
            _check_condition(file, (*path, "none_of"), fact, condition["none_of"], lists)
        elif not condition or kind != _NUMBER or not set(condition) <= {"at_least", "below"}:
            raise file.fault(path, N_("must be a value, a list, none_of, or for a number at_least and below"))
        elif not all(_is_whole(bound) for bound in condition.values()):
            raise file.fault(path, N_("must be a whole number"))
        return
    for place, value in enumerate(condition if isinstance(condition, list) else [condition]):
        here: KeyPath = (*path, place) if isinstance(condition, list) else path
        if kind == _FLAG and not isinstance(value, bool):
            raise file.fault(here, N_("must be true or false"))
        if kind == _NUMBER and not _is_whole(value):
            raise file.fault(here, N_("must be a whole number"))
        if kind not in (_FLAG, _NUMBER) and not isinstance(value, str):
            raise file.fault(here, N_("must be a text in quotes"))
        if kind not in (_FLAG, _NUMBER, _TEXT) and not lists.knows(kind, value):
            raise file.fault(here, N_("“{code}” is not in the lists"), code=value[:40])


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_grade(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, str) and lists.knows("grades", then)


def _check_disposition(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, str) and lists.knows("dispositions", then)


def _check_liability(then: Any, lists: TradeLists) -> bool:
    if not isinstance(then, Mapping) or not all(lists.knows("liable_parties", party) for party in then):
        return False
    shares = list(then.values())
    whole = all(_is_whole(share) and 0 < share <= 100 for share in shares)
    return whole and (not shares or sum(shares) == 100)


def _check_refund(then: Any, lists: TradeLists) -> bool:
    if not isinstance(then, Mapping) or not isinstance(then.get("kind"), str):
        return False
    if then["kind"] == "partial":
        return set(then) == {"kind", "percent"} and _is_whole(then["percent"]) and 0 < then["percent"] < 100
    if then["kind"] == "deny":
        return set(then) == {"kind", "reason"} and lists.knows("reject_reasons", str(then["reason"]))
    return set(then) == {"kind"} and then["kind"] in ("full", "decide_later")


_CHECK: Mapping[str, tuple[Callable[[Any, TradeLists], bool], str]] = {
    "grade": (_check_grade, N_("must be a grade of the lists")),
    "disposition": (_check_disposition, N_("must be a disposition of the lists")),
    "blocked": (_check_disposition, N_("must be a disposition of the lists")),
    "liability": (_check_liability, N_("must be parties of the lists with shares that add up to 100")),
    "refund": (_check_refund, N_("must be kind full, partial with a percent, deny with a reason, or decide_later")),
    "needs_lead": (lambda then, lists: isinstance(then, bool), N_("must be true or false")),
}


def is_outcome(outcome: str, value: Any, lists: TradeLists) -> bool:
    """Whether `value` is what a rule, or a person instead of it, may set for one of `OUTCOMES`."""
    return _CHECK[outcome][0](value, lists)


def _table(file: DataFile, name: str, lists: TradeLists, seen: set[str]) -> tuple[Rule, ...]:
    rows = file.data.get(name)
    if not isinstance(rows, list) or not rows:
        raise file.fault((name,), N_("must be a list of rules"))
    rules = []
    for place, row in enumerate(rows):
        path: KeyPath = (name, place)
        if not isinstance(row, dict) or not set(row) <= {"id", "when", "then", "zh", "en"}:
            raise file.fault(path, N_("must be a rule of id, when, then, zh, en"))
        rule_id = text_at(file, path, row, "id")
        if rule_id in seen:
            raise file.fault((*path, "id"), N_("must be given and stand once in the file"))
        seen.add(rule_id)
        when = _conditions(file, name, (*path, "when"), row.get("when"), lists)
        check, fault = _CHECK[name]
        if "then" not in row or not check(row["then"], lists):
            raise file.fault((*path, "then"), fault)
        zh, en = text_at(file, path, row, "zh"), text_at(file, path, row, "en")
        rules.append(Rule(rule_id, when, row["then"], zh, en))
    if name != "blocked" and rules[-1].when:
        raise file.fault((name, len(rules) - 1, "when"), N_("the last rule must hold always: leave out its conditions"))
    return tuple(rules)


def _conditions(file: DataFile, table: str, path: KeyPath, when: Any, lists: TradeLists) -> Mapping[str, Any]:
    if when is None:
        return {}
    if not isinstance(when, dict):
        raise file.fault(path, N_("must be a mapping of facts to conditions"))
    for fact, condition in when.items():
        here: KeyPath = (*path, fact)
        if fact in ("defect", "no_defect"):
            _check_defect_condition(file, here, condition, lists)
        elif fact not in FACTS:
            raise file.fault(here, N_("is not a fact; known are {known}"),
                             known=", ".join(sorted({*FACTS, "defect", "no_defect"})))  # fmt: skip
        elif fact in _DECIDED_LATER.get(table, ()):
            raise file.fault(here, N_("is not decided yet in this table"))
        else:
            _check_condition(file, here, fact, condition, lists)
    return when


def parse_rules(file: DataFile, lists: TradeLists) -> RuleSet:
    """Read a rule set; raises DataFileProblem naming file, line, key and what would be right."""
    for key in file.data:
        if key not in (*OUTCOMES, "blocked", "version"):
            raise file.fault((key,), N_("is not a known table"))
    version = text_at(file, (), file.data, "version")
    seen: set[str] = set()
    tables = {name: _table(file, name, lists, seen) for name in OUTCOMES}
    return RuleSet(version, tables, _table(file, "blocked", lists, seen))
