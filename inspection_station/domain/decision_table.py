"""Decision tables as data: rules in order, the first whose conditions all hold gives the outcome (DECISIONS.md 48)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.checklist import ChecklistTemplate
from inspection_station.domain.conditions import Rule, conditions_at, is_whole
from inspection_station.domain.data_checks import text_at
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_

OUTCOMES = ("grade", "disposition", "liability", "refund", "needs_lead")
"""What the tables decide of an item, in the order in which it is told."""
DECIDED_IN_ORDER = ("grade", "liability", "refund", "disposition", "needs_lead")
"""The order in which it is decided; goods whose refund is refused go another way, so the refund comes first."""
BEFORE_TABLES = ("second_person", "fast_lane")
"""Tables asked before anything is decided: is a second badge due, is the item's photo taken by itself."""
MORE_TABLES = ("blocked", "extra_photos", "next_steps", *BEFORE_TABLES)
"""Tables of which every rule that holds counts: dispositions ruled out, shots demanded, what follows for a party."""

_FACT_OF = {"grade": "grade", "liability": "liable", "refund": "refund", "disposition": "disposition"}
_STEP = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LARGEST_AMOUNT = 10**12  # minor units


@dataclass(frozen=True)
class RuleSet:
    """All tables of one version.

    Attributes:
        tables: the table of each of `OUTCOMES`; its last rule holds always.
        blocked: dispositions that the facts rule out, with the reason.
        extra_photos: shots that are demanded beyond the template's; `then` is a list of shot ids.
        next_steps: what follows for a liable party; `then` is the step's code, asked with the fact ``party``.
        second_person: when somebody else's badge is due before the item is decided; `then` is true or false.
        fast_lane: when the item's photo is taken by itself as its tag is scanned; `then` is true or false.
    """

    version: str
    tables: Mapping[str, tuple[Rule, ...]]
    blocked: tuple[Rule, ...]
    extra_photos: tuple[Rule, ...] = ()
    next_steps: tuple[Rule, ...] = ()
    second_person: tuple[Rule, ...] = ()
    fast_lane: tuple[Rule, ...] = ()


def _not_known_in(table: str) -> frozenset[str]:
    """Facts that a rule of `table` cannot ask about, because they are decided with it or after it."""
    party = {"party"} if table != "next_steps" else set()
    if table in BEFORE_TABLES:
        return frozenset(party | set(_FACT_OF.values()))
    if table not in DECIDED_IN_ORDER:
        return frozenset(party)
    later = DECIDED_IN_ORDER[DECIDED_IN_ORDER.index(table) :]
    return frozenset(party | {_FACT_OF[outcome] for outcome in later if outcome in _FACT_OF})


def _check_grade(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, str) and lists.knows("grades", then)


def _check_disposition(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, str) and lists.knows("dispositions", then)


def _check_liability(then: Any, lists: TradeLists) -> bool:
    if not isinstance(then, Mapping) or not all(lists.knows("liable_parties", party) for party in then):
        return False
    shares = list(then.values())
    whole = all(is_whole(share) and 0 < share <= 100 for share in shares)
    return whole and (not shares or sum(shares) == 100)


def _check_partial(then: Mapping[str, Any], lists: TradeLists) -> bool:
    if set(then) == {"kind", "percent"}:
        return is_whole(then["percent"]) and 0 < then["percent"] < 100
    if set(then) == {"kind", "less_share_of"}:
        return isinstance(then["less_share_of"], str) and lists.knows("liable_parties", then["less_share_of"])
    (key,) = set(then) - {"kind"} if len(then) == 2 else ("",)
    return key in ("amount_minor", "deduct_minor") and is_whole(then[key]) and 0 < then[key] <= _LARGEST_AMOUNT


def _check_refund(then: Any, lists: TradeLists) -> bool:
    if not isinstance(then, Mapping) or not isinstance(then.get("kind"), str):
        return False
    if then["kind"] == "partial":
        return _check_partial(then, lists)
    if then["kind"] == "deny":
        return set(then) == {"kind", "reason"} and lists.knows("reject_reasons", str(then["reason"]))
    return set(then) == {"kind"} and then["kind"] in ("full", "decide_later")


def _check_shots(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, list) and bool(then) and all(isinstance(shot, str) and shot for shot in then)


def _check_step(then: Any, lists: TradeLists) -> bool:
    return isinstance(then, str) and _STEP.fullmatch(then) is not None


_CHECK: Mapping[str, tuple[Callable[[Any, TradeLists], bool], str]] = {
    "grade": (_check_grade, N_("must be a grade of the lists")),
    "disposition": (_check_disposition, N_("must be a disposition of the lists")),
    "blocked": (_check_disposition, N_("must be a disposition of the lists")),
    "liability": (_check_liability, N_("must be parties of the lists with shares that add up to 100")),
    "refund": (
        _check_refund,
        N_(
            "must be kind full, decide_later, deny with a reason, or partial with one of percent, amount_minor, "
            "deduct_minor, less_share_of"
        ),
    ),
    "needs_lead": (lambda then, lists: isinstance(then, bool), N_("must be true or false")),
    "second_person": (lambda then, lists: isinstance(then, bool), N_("must be true or false")),
    "fast_lane": (lambda then, lists: isinstance(then, bool), N_("must be true or false")),
    "extra_photos": (_check_shots, N_("must be a list of shots of the checklists")),
    "next_steps": (_check_step, N_("must be a word of small letters, digits and _")),
}


def is_outcome(outcome: str, value: Any, lists: TradeLists) -> bool:
    """Whether `value` is what a rule, or a person instead of it, may set for one of `OUTCOMES`."""
    return _CHECK[outcome][0](value, lists)


def _rules(
    file: DataFile, name: str, lists: TradeLists, templates: Collection[ChecklistTemplate], seen: set[str]
) -> tuple[Rule, ...]:
    rows = file.data.get(name)
    if not isinstance(rows, list) or not rows:
        raise file.fault((name,), N_("must be a list of rules"))
    shots = {shot.id for template in templates for shot in template.shots}
    rules = []
    for place, row in enumerate(rows):
        path: KeyPath = (name, place)
        if not isinstance(row, dict) or not set(row) <= {"id", "when", "then", "zh", "en"}:
            raise file.fault(path, N_("must be a rule of id, when, then, zh, en"))
        rule_id = text_at(file, path, row, "id")
        if rule_id in seen:
            raise file.fault((*path, "id"), N_("must be given and stand once in the file"))
        seen.add(rule_id)
        when = conditions_at(file, (*path, "when"), row.get("when"), lists, templates, _not_known_in(name))
        check, fault = _CHECK[name]
        if "then" not in row or not check(row["then"], lists):
            raise file.fault((*path, "then"), fault)
        if name == "extra_photos" and shots:
            for at, shot in enumerate(row["then"]):
                if shot not in shots:
                    raise file.fault((*path, "then", at), N_("is no shot of any checklist"))
        zh, en = text_at(file, path, row, "zh"), text_at(file, path, row, "en")
        rules.append(Rule(rule_id, when, row["then"], zh, en))
    if name in OUTCOMES and rules[-1].when:
        raise file.fault((name, len(rules) - 1, "when"), N_("the last rule must hold always: leave out its conditions"))
    return tuple(rules)


def parse_rules(file: DataFile, lists: TradeLists, templates: Collection[ChecklistTemplate] = ()) -> RuleSet:
    """Read a rule set; with the `templates` given, the shots and rows it names MUST be theirs.

    Of the tables beside the outcomes only `blocked` must be there; without the others nothing of theirs is asked for.

    Raises:
        DataFileProblem: with file, line, key and what would be right.
    """
    for key in file.data:
        if key not in (*OUTCOMES, *MORE_TABLES, "version"):
            raise file.fault((key,), N_("is not a known table"))
    version = text_at(file, (), file.data, "version")
    seen: set[str] = set()
    tables = {name: _rules(file, name, lists, templates, seen) for name in OUTCOMES}
    more = {
        name: _rules(file, name, lists, templates, seen) if name == "blocked" or name in file.data else ()
        for name in MORE_TABLES
    }
    return RuleSet(version, tables, **more)
