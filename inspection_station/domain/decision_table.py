"""Decision tables as data: rules in order, the first whose conditions all hold gives the outcome (DOMAIN section 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.checklist import SEVERITIES
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_

OUTCOMES = ("grade", "disposition", "liability", "refund", "needs_lead")
FACTS = frozenset(
    {"category", "identity", "matched", "platform", "client", "vendor", "reason", "claims_defect", "policy_flags",
     "in_window", "unit_price", "rtv_allowed", "high_value", "grade", "disposition", "liable", "changed"}
)  # fmt: skip

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
        for place, code in enumerate(condition.get(key, ())):
            if not lists.knows(known, code):
                raise file.fault((*path, key, place), N_("“{code}” is not in the lists"), code=code)


def _check_grade(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, str) and lists.knows("grades", then)


def _check_disposition(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, str) and lists.knows("dispositions", then)


def _check_liability(then: Any, lists: TradeLists) -> bool:
    if not isinstance(then, dict) or not all(lists.knows("liable_parties", party) for party in then):
        return False
    shares = list(then.values())
    whole = all(isinstance(share, int) and not isinstance(share, bool) and 0 < share <= 100 for share in shares)
    return whole and (not shares or sum(shares) == 100)


def _check_refund(then: Any, lists: TradeLists) -> bool:
    if not isinstance(then, dict) or not lists.knows("refunds", str(then.get("kind"))):
        return False
    if then["kind"] == "partial":
        return isinstance(then.get("percent"), int) and 0 < then["percent"] < 100
    return then["kind"] != "deny" or lists.knows("reject_reasons", str(then.get("reason")))


_CHECK: Mapping[str, tuple[Callable[[Any, TradeLists], bool], str]] = {
    "grade": (_check_grade, N_("must be a grade of the lists")),
    "disposition": (_check_disposition, N_("must be a disposition of the lists")),
    "blocked": (_check_disposition, N_("must be a disposition of the lists")),
    "liability": (_check_liability, N_("must be parties of the lists with shares that add up to 100")),
    "refund": (_check_refund, N_("must be {{kind: full | partial + percent | deny + reason | decide_later}}")),
    "needs_lead": (lambda then, lists: isinstance(then, bool), N_("must be true or false")),
}


def _table(file: DataFile, name: str, lists: TradeLists, seen: set[str]) -> tuple[Rule, ...]:
    rows = file.data.get(name)
    if not isinstance(rows, list) or not rows:
        raise file.fault((name,), N_("must be a list of rules"))
    rules = []
    for place, row in enumerate(rows):
        path: KeyPath = (name, place)
        if not isinstance(row, dict) or not set(row) <= {"id", "when", "then", "zh", "en"}:
            raise file.fault(path, N_("must be a rule of id, when, then, zh, en"))
        rule_id, when = str(row.get("id", "")), row.get("when", {}) or {}
        if not rule_id or rule_id in seen:
            raise file.fault((*path, "id"), N_("must be given and stand once in the file"))
        seen.add(rule_id)
        if not isinstance(when, dict):
            raise file.fault((*path, "when"), N_("must be a mapping of facts to conditions"))
        for fact, condition in when.items():
            if fact in ("defect", "no_defect"):
                _check_defect_condition(file, (*path, "when", fact), condition, lists)
            elif fact not in FACTS:
                raise file.fault((*path, "when", fact), N_("is not a fact; known are {known}"),
                                 known=", ".join(sorted(FACTS | {"defect", "no_defect"})))  # fmt: skip
            elif isinstance(condition, dict) and not set(condition) <= {"at_least", "below", "none_of"}:
                raise file.fault((*path, "when", fact), N_("must be a value, a list, at_least, below or none_of"))
        check, fault = _CHECK[name]
        if "then" not in row or not check(row["then"], lists):
            raise file.fault((*path, "then"), fault)
        if not row.get("zh") or not row.get("en"):
            raise file.fault(path, N_("must say why in both languages: zh and en"))
        rules.append(Rule(rule_id, when, row["then"], str(row["zh"]), str(row["en"])))
    if name != "blocked" and rules[-1].when:
        raise file.fault((name, len(rules) - 1, "when"), N_("the last rule must hold always: leave out its conditions"))
    return tuple(rules)


def parse_rules(file: DataFile, lists: TradeLists) -> RuleSet:
    """Read a rule set; raises DataFileProblem naming file, line, key and what would be right."""
    for key in file.data:
        if key not in (*OUTCOMES, "blocked", "version"):
            raise file.fault((key,), N_("is not a known table"))
    if not isinstance(file.data.get("version"), str):
        raise file.fault(("version",), N_("must be a text in quotes"))
    seen: set[str] = set()
    tables = {name: _table(file, name, lists, seen) for name in OUTCOMES}
    return RuleSet(file.data["version"], tables, _table(file, "blocked", lists, seen))
