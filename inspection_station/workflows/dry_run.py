"""A dry run of changed rules: closed inspections graded once more, and what would have moved, in units and money.

What was decided, as it was sealed, is held against what the candidate says of the same answers on the same day.
Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from inspection_station.domain.answers import Reading, read_choice, read_number
from inspection_station.domain.checklist import ChecklistTemplate, Choice, Number, Question
from inspection_station.domain.decision_table import OUTCOMES
from inspection_station.domain.events import InspectionEvent
from inspection_station.domain.folding import fold
from inspection_station.domain.inspection import Answer, Finding, Inspection, Item
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.domain.rule_book import RuleBook
from inspection_station.domain.verdict import demanded_shots, refund_facts, regrade
from inspection_station.errors import StationProblem

Closed = tuple[Inspection, Sequence[ExpectedReturn]]
"""A closed inspection and those of its expected returns that are still known."""


def closed_inspections(
    batches: Iterable[Sequence[Sequence[InspectionEvent]]],
    known_returns: Callable[[Sequence[str]], Mapping[str, ExpectedReturn]],
) -> Iterator[Closed]:
    """The inspections that the events of each batch add up to, with their returns looked up a batch at a time."""
    for batch in batches:
        inspections = [fold(events) for events in batch]
        ids = {return_id for one in inspections for return_id in one.return_ids}
        ids |= {item.return_id for one in inspections for item in one.items if item.return_id}
        known = known_returns(sorted(ids))
        for one in inspections:
            mine = {*one.return_ids, *(item.return_id for item in one.items)}
            yield one, [known[return_id] for return_id in mine if return_id in known]


@dataclass(frozen=True)
class OutcomeMove:
    """One outcome that would be another one: what it was and would be (see `outcome_key`), and by which rules.

    `rule_before` is empty where the record does not say it.
    """

    outcome: str
    before: str
    after: str
    rule_before: str
    rule_after: str


@dataclass(frozen=True)
class ItemMove:
    """One item for which something would be otherwise."""

    rt_number: str
    inspection_id: str
    outcomes: tuple[OutcomeMove, ...]


@dataclass
class MoneyMove:
    """Sums of the refunds recommended in one currency, in minor units; what is to be decided later counts nothing."""

    before: int = 0
    after: int = 0


@dataclass
class DryRun:
    """What came of it.

    Attributes:
        counts: for each outcome (before, after) → units.
        money: by currency.
        unknown_returns: items whose expected return is not known here any more; they are not graded again.
        more_photos: items of which further photos would have been demanded.
    """

    inspections: int = 0
    items: int = 0
    moved: list[ItemMove] = field(default_factory=list)
    counts: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    money: dict[str, MoneyMove] = field(default_factory=dict)
    unknown_returns: int = 0
    more_photos: int = 0


def outcome_key(outcome: str, value: Any) -> str:
    """An outcome as one word: a code; ``carrier:70+buyer:30``; ``deny:REASON``, ``partial:80%``, ``partial:4200``.

    An amount is in minor units. A value of another form, as an older program may have sealed it, stands for itself.
    """
    if outcome == "liability":
        return "+".join(f"{party}:{share}" for party, share in _shares(value)) or "-"
    if outcome == "needs_lead":
        return "yes" if value else "no"
    if outcome == "refund" and isinstance(value, Mapping):
        kind = str(value.get("kind", ""))
        if kind == "deny":
            return f"deny:{value.get('reason', '')}"
        if kind == "partial":
            told = f"{value['percent']}%" if "percent" in value else str(value.get("amount_minor", ""))
            return f"partial:{told}"
        return kind
    return str(value)


def _shares(value: Any) -> list[tuple[str, Any]]:
    """Parties and shares of a liability as a mapping (rules), as pairs, or as sealed in a decision."""
    pairs = value.items() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    found = []
    for one in pairs:
        if isinstance(one, Mapping):
            found.append((str(one.get("party", "")), one.get("share", 0)))
        elif isinstance(one, list | tuple) and len(one) == 2:
            found.append((str(one[0]), one[1]))
    return found


def found_by(template: ChecklistTemplate, item: Item) -> Item:
    """The item with the defects that its answers have by `template`, which may be another one than it was judged by.

    What was found under a row that the template does not have stays as it is.
    """
    rows = {row.id: row for row in template.questions}
    findings: list[Finding] = []
    for finding in item.findings:
        row = rows.get(finding.question)
        if row is None or not isinstance(row.answer, Choice | Number):
            kind = next((kind for kind in row.types if kind.id == finding.type), None) if row else None
            findings.append(replace(finding, code=kind.code) if kind else finding)
    for answer in item.answers.values():
        row = rows.get(answer.question)
        if row is not None and isinstance(row.answer, Choice | Number):
            reading = _read_again(row, answer)
            mine = item.findings_of(row.id)
            if reading is None:
                findings += mine
            else:
                findings += [Finding("", row.id, one.type, one.code, one.severity) for one in reading.following]
    return item if _same(findings, item.findings) else replace(item, findings=tuple(findings))


def _same(findings: Sequence[Finding], known: Sequence[Finding]) -> bool:
    def seen(some: Sequence[Finding]) -> list[tuple[str, str, str]]:
        return sorted((one.question, one.code, one.severity) for one in some)

    return seen(findings) == seen(known)


def _read_again(row: Question, answer: Answer) -> Reading | None:
    """What the answer's value says by this row; None when it is no answer to it, or was answered without a value."""
    if not isinstance(answer.value, str) or not answer.value:
        return None
    try:
        if isinstance(row.answer, Choice):
            return read_choice(row.answer, answer.value)
        return read_number(row.answer, answer.value) if isinstance(row.answer, Number) else None
    except (KeyError, StationProblem):
        return None


def dry_run(
    book: RuleBook,
    closed: Iterable[Closed],
    day_of: Callable[[str], str],
    progress: Callable[[int], None] = lambda done: None,
) -> DryRun:
    """Grade every decided item of the `closed` inspections by `book`; `day_of` gives the site's day of a kept time.

    `progress` is told after each inspection how many are done.
    """
    made = DryRun(counts={outcome: Counter() for outcome in OUTCOMES})
    for inspection, returns in closed:
        made.inspections += 1
        known = {one.id: one for one in returns}
        for item in inspection.items:
            if item.decision is None:
                continue
            made.items += 1
            if item.return_id and item.return_id not in known:
                made.unknown_returns += 1
                continue
            expected = known.get(item.return_id)
            day = date.fromisoformat(item.decision.get("counted_to") or day_of(inspection.opened_at))
            _hold_against(made, book, inspection, item, expected, day)
        progress(made.inspections)
    return made


def _hold_against(
    made: DryRun, book: RuleBook, inspection: Inspection, item: Item, expected: ExpectedReturn | None, day: date
) -> None:
    assert item.decision is not None
    sealed = item.decision
    item = found_by(book.template_for(item.category), item)
    again = regrade(book, item, expected, day)
    values = {**again.values, "refund": refund_facts(book, item, expected, again)}
    whys = {why.get("outcome"): str(why.get("rule", "")) for why in sealed.get("why", ()) if isinstance(why, Mapping)}
    moves = []
    for outcome in OUTCOMES:
        if outcome not in sealed:
            continue
        before, after = outcome_key(outcome, sealed[outcome]), outcome_key(outcome, values[outcome])
        if before != after:
            moves.append(OutcomeMove(outcome, before, after, whys.get(outcome, ""), again.rules[outcome].id))
            made.counts[outcome][before, after] += 1
    if moves:
        made.moved.append(ItemMove(item.rt_number, inspection.id, tuple(moves)))
    refund_moved = any(move.outcome == "refund" for move in moves)
    _count_money(made, sealed.get("refund"), values["refund"] if refund_moved else sealed.get("refund"))
    demanded = {one.shot for one in demanded_shots(book, item, expected, day, again)}
    if _lacks_photos(book, inspection, item, demanded):
        made.more_photos += 1


def _count_money(made: DryRun, before: Any, after: Any) -> None:
    for refund, name in ((before, "before"), (after, "after")):
        if isinstance(refund, Mapping) and isinstance(refund.get("amount_minor"), int):
            money = made.money.setdefault(str(refund.get("currency", "")), MoneyMove())
            setattr(money, name, getattr(money, name) + refund["amount_minor"])


def _lacks_photos(book: RuleBook, inspection: Inspection, item: Item, demanded: set[str]) -> bool:
    """Whether a shot that the template requires or that is `demanded` was neither taken nor waived."""
    if item.identity == "missing":
        return False
    template = book.template_for(item.category)
    required = demanded | {shot.id for shot in template.shots if template.requires(shot, item.answers)}
    taken = {photo.shot for photo in inspection.counted_photos(item.id)} | {shot for shot, _ in item.waived}
    return not required <= taken
