"""Practising: which cases are asked, the returns they pretend, and what came of them.

Nothing here writes: practice is worked at a station of its own (DECISIONS.md 40), whose store this reads.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from inspection_station.data_files import load_yaml
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.money import Money
from inspection_station.domain.practice import Agreement, Compared, Known, compare, known_item
from inspection_station.domain.practice_files import PracticeCase, is_judged_by, parse_practice
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.domain.rule_book import RuleBook
from inspection_station.domain.verdict import Outcomes, regrade
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.clock import moment_of, utc_text

FILE = "practice/cases.yaml"
CURRENCY = "CNY"
NUMBER = "SF0000000{0:06d}"
"""Tracking numbers of practice parcels: read as a carrier's, and none that a carrier gives out begins so."""
CLEAN_SHARE, ODD_SHARE = 6, 6  # one of so many cases has nothing wrong with it, one is not what was expected


@dataclass(frozen=True)
class PracticeTask:
    """A case as it is asked: what is expected, what is true, and what to show; `titles` and `notes` are {zh, en}."""

    id: str
    titles: Mapping[str, str]
    notes: Mapping[str, str]
    expected: ExpectedReturn
    known: Known

    @property
    def tracking_number(self) -> str:
        """The number of its parcel."""
        return self.expected.tracking_numbers[0]


@dataclass(frozen=True)
class Outcome:
    """One outcome: what the rules make of the known answers, and what the inspector came to."""

    known: str
    found: str

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.known == self.found


@dataclass(frozen=True)
class PracticeResult:
    """What came of one case; `seconds` from opening to closing it."""

    task: PracticeTask
    compared: tuple[Compared, ...]
    grade: Outcome
    disposition: Outcome
    liability: Outcome
    seconds: int
    category: str

    @property
    def right(self) -> int:
        """How many comparisons agree."""
        return sum(one.agreement is Agreement.RIGHT for one in self.compared)


@dataclass(frozen=True)
class PracticeTotals:
    """The whole sheet in figures; `defects` there were, `found` of them; `percent` see `_percent`."""

    cases: int
    compared: int
    right: int
    defects: int
    found: int
    false_alarms: int
    severities: int
    grades: int
    dispositions: int
    seconds: int
    percent: int


def load_practice(shipped: Path, book: RuleBook) -> tuple[PracticeCase, ...]:
    """The shipped cases that the templates in force can judge; raises DataFileProblem with file, line and key."""
    cases = parse_practice(load_yaml(shipped / FILE), book.lists)
    return tuple(case for case in cases if is_judged_by(case, book.template_for(case.category)))


def drawn(cases: Sequence[PracticeCase], count: int, seed: int) -> tuple[PracticeCase, ...]:
    """`count` of the cases in a random order, the same for the same seed; all of them where there are fewer.

    Some have nothing wrong with them and some are not what was expected, so that neither can be guessed.
    """
    chance = random.Random(seed)  # an order, no secret
    clean = [one for one in cases if one.known == Known()]
    odd = [one for one in cases if one.known.identity != "match"]
    some = [
        *chance.sample(clean, min(len(clean), count // CLEAN_SHARE)),
        *chance.sample(odd, min(len(odd), count // ODD_SHARE)),
    ]
    rest = [one for one in cases if one not in some]
    some += chance.sample(rest, max(0, min(len(rest), count - len(some))))
    chance.shuffle(some)
    return tuple(some[:count])


def task_of(case: PracticeCase, product: Mapping[str, Any], place: int, now: datetime, serial: str) -> PracticeTask:
    """The case as the `place`-th parcel of a practice that begins `now` (the site's time).

    `product` is the picture set's row of its SKU; `serial` the number of the unit that was shipped, empty without one.
    """
    price = Money(case.price, CURRENCY)
    line = ReturnLine(
        1, case.sku, (str(product["gtin"]),), str(product["name_zh"]), str(product["name_en"]), str(product["variant"]),
        1, case.category, price, case.vendor, "", (serial,) if serial else (), case.parts,
        Path(str(product["picture"])).name,
    )  # fmt: skip
    number = f"PRACTICE-{place:04d}"
    expected = ExpectedReturn(
        id=f"practice-{place}-{case.id}", return_number=number, order_number=number, kind=case.kind, platform="",
        shop="", client="", tracking_numbers=(NUMBER.format(place),), carrier="SF", buyer_masked="",
        buyer_phone_tail="", reason=case.reason, reason_text=case.text,
        delivered_on=(now.date() - timedelta(days=case.days)).isoformat(), return_window_days=7,
        refund_due=utc_text(now + timedelta(days=2)), policy_flags=case.flags, lines=(line,),
    )  # fmt: skip
    return PracticeTask(
        case.id, {"zh": case.zh, "en": case.en}, {"zh": case.note_zh, "en": case.note_en}, expected, case.known
    )


def finished_case(desk: Desk, task: PracticeTask) -> Case | None:
    """The closed inspection of the task's parcel; None while there is none."""
    cases = (load_case(desk, inspection_id) for inspection_id in desk.store.inspections_of_parcel(task.tracking_number))
    return next((case for case in cases if case.inspection.state is InspectionState.CLOSED), None)


def known_outcomes(book: RuleBook, task: PracticeTask, case: Case, day: date) -> Outcomes:
    """What the rules in force make of the known answers."""
    item = case.inspection.items[0]
    return regrade(book, known_item(item, task.known), task.expected, day)


def result_of(desk: Desk, task: PracticeTask, case: Case) -> PracticeResult:
    """How far a closed practice case agrees with what is known of it."""
    inspection = case.inspection
    item = inspection.items[0]
    template = desk.book.template_for(item.category)
    found = item.decision or {}
    liable = {one["party"]: one["share"] for one in found.get("liability", ())}
    compared = compare(template, task.known, item, kit=bool(task.expected.lines[0].accessories))
    extra = tuple(one.identity or "match" for one in inspection.items[1:])
    if extra:  # a unit that nobody sent
        identity = replace(compared[0], agreement=Agreement.FALSE_ALARM, found=(*compared[0].found, *extra))
        compared = (identity, *compared[1:])
    by_rules = known_outcomes(desk.book, task, case, case.opened_on(desk)).values
    last = inspection.closed_at or (case.events[-1].at if case.events else inspection.opened_at)
    seconds = (moment_of(last) - moment_of(inspection.opened_at)).total_seconds() if inspection.opened_at else 0
    return PracticeResult(
        task, compared,
        Outcome(str(by_rules["grade"]), str(found.get("grade", ""))),
        Outcome(str(by_rules["disposition"]), str(found.get("disposition", ""))),
        Outcome(_shares(by_rules["liability"]), _shares(liable)),
        max(0, int(seconds)), item.category,
    )  # fmt: skip


def _shares(shares: Mapping[str, int]) -> str:
    """Liable parties with their shares as one text, the largest first; empty when nobody is liable."""
    return " ".join(f"{party}:{share}" for party, share in sorted(shares.items(), key=lambda one: (-one[1], one[0])))


def totals(results: Iterable[PracticeResult]) -> PracticeTotals:
    """The figures of a sheet."""
    done = list(results)
    compared = [one for result in done for one in result.compared]
    kinds = [one.agreement for one in compared]
    there = [one for one in compared if one.known not in ((), ("match",))]
    sound = [one for one in compared if one.known in ((), ("match",))]
    found = (Agreement.RIGHT, Agreement.SEVERITY_DIFFERS, Agreement.FALSE_ALARM)
    return PracticeTotals(
        cases=len(done),
        compared=len(compared),
        right=kinds.count(Agreement.RIGHT),
        defects=len(there),
        found=sum(one.agreement in found for one in there),
        false_alarms=kinds.count(Agreement.FALSE_ALARM),
        severities=kinds.count(Agreement.SEVERITY_DIFFERS),
        grades=sum(result.grade.agrees for result in done),
        dispositions=sum(result.disposition.agrees for result in done),
        seconds=sum(result.seconds for result in done),
        percent=_percent(there, sound),
    )


def _percent(there: Sequence[Compared], sound: Sequence[Compared]) -> int:
    """The mean of two shares in whole percent: of what was wrong and was found, of what was right and was passed.

    Most rows of most cases are sound: by a share of all rows who passes everything unseen would come near a hundred, by
    this mean to fifty. A defect called by another severity counts half. Rounded down: a hundred means all.
    """
    halves = {Agreement.RIGHT: 2, Agreement.SEVERITY_DIFFERS: 1}
    shares = [(sum(halves.get(one.agreement, 0) for one in part), 2 * len(part)) for part in (there, sound) if part]
    if not shares:
        return 0
    return int(sum(Fraction(points, most) for points, most in shares) / len(shares) * 100)
