"""Practice cases: what is known of them, and how far what an inspector found agrees with it.

What is compared are an item's identity, its parcel's outside, and every row of its checklist under which a defect can
stand. Grade, disposition and liability follow from the findings by the rules in force: they are no answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from inspection_station.domain.answers import possible_defects
from inspection_station.domain.checklist import SEVERITIES, ChecklistTemplate
from inspection_station.domain.inspection import Answer, Finding, Item

IDENTITY, OUTSIDE = "identity", "outside"
"""Names of the two comparisons that are no row of a checklist."""


class Agreement(StrEnum):
    """How what was found agrees with what is known."""

    RIGHT = "right"
    MISSED = "missed"
    FALSE_ALARM = "false_alarm"
    OTHER_DEFECT = "other_defect"
    SEVERITY_DIFFERS = "severity_differs"


@dataclass(frozen=True)
class KnownDefect:
    """A defect that is there: the row it belongs to, its code of the lists and its severity.

    `also` are codes that are as right; `part` names the part of the kit that is missing, where that is the defect.
    """

    question: str
    code: str
    severity: str
    also: tuple[str, ...] = ()
    part: str = ""

    def is_meant_by(self, finding: Finding) -> bool:
        """Whether `finding` names this defect, whatever severity it gives."""
        same_part = not self.part or finding.part in ("", self.part)
        return finding.question == self.question and finding.code in (self.code, *self.also) and same_part


@dataclass(frozen=True)
class Known:
    """What is true of a case: identity finding, defects, and defect codes of the outer box seen before opening."""

    identity: str = "match"
    defects: tuple[KnownDefect, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """One comparison: a row's id, `IDENTITY` or `OUTSIDE`; codes known and found, the worst severity of each."""

    question: str
    agreement: Agreement
    known: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    known_severity: str = ""
    found_severity: str = ""


def _one(known: Collection[str], found: Collection[str]) -> Agreement:
    """How two sets of codes agree."""
    if set(known) == set(found):
        return Agreement.RIGHT
    if known and found and not set(known) & set(found):
        return Agreement.OTHER_DEFECT
    return Agreement.MISSED if set(known) - set(found) else Agreement.FALSE_ALARM


def _worst(severities: Iterable[str]) -> str:
    return max(severities, key=lambda one: SEVERITIES.index(one) if one in SEVERITIES else -1, default="")


def _identities(known: str, found: str) -> Agreement:
    return _one({known} - {"match"}, {found} - {"match"})


def compare_row(question: str, known: Collection[KnownDefect], found: Collection[Finding]) -> Compared:
    """One row: the defects that are there against those that were found under it.

    A defect counts as found by its code, or one as right; its severity is compared once all are found.
    """
    left = list(found)
    missed, pairs = [], []
    for defect in known:
        match = next((one for one in left if defect.is_meant_by(one)), None)
        if match is None:
            missed.append(defect)
        else:
            left.remove(match)
            pairs.append((defect, match))
    # A second finding that another known defect of the row would also be meant by is no false alarm.
    left = [one for one in left if not any(defect.is_meant_by(one) for defect, _ in pairs)]
    if missed and left and not pairs:
        agreement = Agreement.OTHER_DEFECT
    elif missed:
        agreement = Agreement.MISSED
    elif left:
        agreement = Agreement.FALSE_ALARM
    elif any(defect.severity != finding.severity for defect, finding in pairs):
        agreement = Agreement.SEVERITY_DIFFERS
    else:
        agreement = Agreement.RIGHT
    return Compared(
        question, agreement,
        tuple(dict.fromkeys(defect.code for defect in known)), tuple(dict.fromkeys(one.code for one in found)),
        _worst(defect.severity for defect in known), _worst(one.severity for one in found),
    )  # fmt: skip


def compare(template: ChecklistTemplate, known: Known, item: Item, *, kit: bool = True) -> tuple[Compared, ...]:
    """Every comparison of one item, identity first.

    Rows are compared only where the item is the expected one: where it is not, nobody judges them. Where the inspector
    took the right item for a wrong one, or held it unjudged, the defects that are there count as missed.
    """
    found_identity = item.identity or "match"
    made = [
        Compared(
            IDENTITY, _identities(known.identity, found_identity), (known.identity,), (found_identity,)
        )
    ]  # fmt: skip
    if known.outside or item.outside:
        agreement = _one(known.outside, item.outside)
        made.append(Compared(OUTSIDE, agreement, tuple(known.outside), tuple(item.outside)))
    if known.identity != "match":
        return tuple(made)
    judged = found_identity == "match" and not item.held
    asked = template.asked(item.answers, kit=kit) if judged else ()
    rows = [row.id for row in asked if next(possible_defects(row), None)]
    due = [*rows, *(defect.question for defect in known.defects), *(one.question for one in item.findings if judged)]
    for question in dict.fromkeys(due):
        mine = [defect for defect in known.defects if defect.question == question]
        made.append(compare_row(question, mine, item.findings_of(question) if judged else ()))
    return tuple(made)


def known_item(item: Item, known: Known) -> Item:
    """`item` as it would be had all been found that is known, and nothing changed by a person: what rules say of it."""
    findings = tuple(
        Finding(f"known-{place}", one.question, one.code, one.code, one.severity, part=one.part)
        for place, one in enumerate(known.defects)
    )
    answers = {one.question: Answer(one.question, "defect", "single") for one in known.defects}
    return replace(
        item, identity=known.identity, findings=findings, answers=answers, outside=known.outside, held="", changes={},
        decision=None,
    )  # fmt: skip
