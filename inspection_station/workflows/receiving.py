"""Receiving: what a scan on the waiting screen leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspection_station.domain.check_digits import LONGEST_GTIN
from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import (
    Scan,
    ScanKind,
    normalise,
    parse_return_label,
    recognise,
    rt_number,
    uuid7,
)
from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.domain.parcels_elsewhere import ParcelElsewhere
from inspection_station.domain.people import Person, Right
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.case import Case, Desk, Step, load_case, must_be_open, record

MOST_CLUES = 50
MOST_UNITS = 200  # of one parcel; more is a mistake in the import, and every unit gets a verdict of its own


class Outcome(StrEnum):
    """What a scan on the waiting screen led to."""

    OPENED = "opened"  # a matched parcel lies open
    RESUMED = "resumed"  # an unfinished or parked one is open again
    NO_MATCH = "no_match"
    DUPLICATE = "duplicate"
    ELSEWHERE = "elsewhere"  # another bench has it open, or is done with it
    CASE = "case"  # a label of ours: show the case
    LABEL_VERIFIED = "label_verified"
    PRODUCT_CODE = "product_code"  # a product or serial number where a parcel was expected
    NO_NUMBER = "no_number"  # a link or sentence without any number, such as a QR code beside the barcode
    SEVERAL = "several"  # one code that names several parcels
    NOT_HERE = "not_here"  # a tote or an unknown command: nothing to do with it on this screen


@dataclass(frozen=True)
class Reception:
    """The outcome of a scan, and the case it belongs to where there is one.

    `again` says that the same code scanned once more is taken as the number of the parcel (`receive` with `sure`).
    `elsewhere` are the inspections of it at other benches, the newest first.
    """

    outcome: Outcome
    text: str
    case: Case | None = None
    again: bool = False
    elsewhere: tuple[ParcelElsewhere, ...] = ()


def receive(desk: Desk, person: Person, raw: str, *, sure: bool = False) -> Reception:
    """Take a scan (or a typed number) on the waiting screen.

    What is expected comes before what a text looks like: a number of an expected return or a known parcel opens it,
    also from inside a QR code's text. A code that looks like anything but a parcel's number is asked about; with
    `sure`, when it was scanned once more, it is the number of the parcel.

    Raises:
        StationProblem: the text is unusable, or the opening could not be kept.
    """
    scan = recognise(raw, desk.book.carriers)
    if scan.kind is ScanKind.RETURN_LABEL:
        return _receive_label(desk, person, scan.text)
    if scan.kind in (ScanKind.TOTE, ScanKind.BADGE, ScanKind.COMMAND):
        return Reception(Outcome.NOT_HERE, scan.text)
    parcels = [number for number in scan.names if is_known_parcel(desk, number)]
    if len(parcels) == 1 or scan.text in parcels:
        return _receive_parcel(desk, person, parcels[0], raw)
    if parcels:
        return Reception(Outcome.SEVERAL, scan.text)
    found = desk.reference.find_returns(scan.text)
    exact = [one for one in found if _is_number_of(one, scan.text)]
    numbers = dict.fromkeys(normalise(number) for one in exact for number in one.tracking_numbers)
    if len(exact) == 1 or len(numbers) == 1:
        return _receive_by_number(desk, person, scan.text, exact, list(numbers))
    return _unknown(desk, scan, found, sure)


def is_known_parcel(desk: Desk, number: str) -> bool:
    """Whether a parcel with this normalised number is expected or was inspected, here or at another bench."""
    return bool(
        desk.reference.returns_of_parcel(number)
        or desk.store.inspections_of_parcel(number)
        or desk.reference.parcels_elsewhere(number)
    )


def is_number_of_return(desk: Desk, text: str) -> bool:
    """Whether the normalised text is the return or order number of an expected return."""
    return any(_is_number_of(one, text) for one in desk.reference.find_returns(text))


def _is_number_of(expected: ExpectedReturn, text: str) -> bool:
    return text in (expected.return_number.upper(), expected.order_number.upper())


def _unknown(desk: Desk, scan: Scan, found: list[ExpectedReturn], sure: bool) -> Reception:
    """What a code is that names no parcel; `found` are the returns in which it stands all the same."""
    of_item = any(line.is_code(scan.text) for one in found for line in one.lines)
    said = scan.kind is ScanKind.PRODUCT and len(scan.text) > LONGEST_GTIN  # by GS1
    if of_item or said or (scan.gtin and desk.reference.line_by_code(scan.gtin)):
        return Reception(Outcome.PRODUCT_CODE, scan.text)
    if len(scan.numbers) > 1:
        return Reception(Outcome.SEVERAL, scan.text)
    if scan.numbers:
        return Reception(Outcome.NO_MATCH, scan.numbers[0])
    if scan.kind in (ScanKind.PRODUCT, ScanKind.PROSE) and not sure:
        outcome = Outcome.PRODUCT_CODE if scan.kind is ScanKind.PRODUCT else Outcome.NO_NUMBER
        return Reception(outcome, scan.text, again=True)
    return Reception(Outcome.NO_MATCH, scan.text)


def _receive_parcel(desk: Desk, person: Person, number: str, raw: str) -> Reception:
    known = desk.store.inspections_of_parcel(number)
    for inspection_id in known:
        case = load_case(desk, inspection_id)
        if case.inspection.state is InspectionState.OPEN:
            return Reception(Outcome.RESUMED, number, case)
        if case.inspection.state is InspectionState.PARKED:
            return Reception(Outcome.RESUMED, number, resume(desk, case, person))
    if known:
        return Reception(Outcome.DUPLICATE, number, load_case(desk, known[0]))
    told = desk.reference.parcels_elsewhere(number)
    if told:
        return Reception(Outcome.ELSEWHERE, number, elsewhere=tuple(told))
    returns = desk.reference.returns_of_parcel(number)
    return Reception(Outcome.OPENED, number, open_parcel(desk, person, number, returns, raw))


def receive_too(desk: Desk, person: Person, number: str) -> Reception:
    """Open a parcel that another bench has as well: both records are kept, and this one names the other.

    Raises:
        StationProblem: as `open_parcel`.
    """
    told = [one.inspection_id for one in desk.reference.parcels_elsewhere(number)]
    returns = desk.reference.returns_of_parcel(number)
    if not returns:
        return Reception(Outcome.NO_MATCH, number)
    case = open_parcel(desk, person, number, returns, number, also_at=tuple(told))
    return Reception(Outcome.OPENED, number, case)


def _receive_by_number(
    desk: Desk, person: Person, text: str, exact: list[ExpectedReturn], numbers: list[str]
) -> Reception:
    """A return or order number instead of a tracking number: the first of its parcels that is not done yet."""
    known = {number: desk.store.inspections_of_parcel(number) for number in numbers}
    cases = [load_case(desk, inspection_id) for ids in known.values() for inspection_id in ids]
    for case in cases:
        if case.inspection.state in (InspectionState.OPEN, InspectionState.PARKED):
            return receive(desk, person, case.inspection.tracking_number)
    fresh = next((number for number in numbers if not known[number]), "")
    if not fresh:
        return Reception(Outcome.DUPLICATE, text, cases[0])
    told = {number: desk.reference.parcels_elsewhere(number) for number in numbers if not known[number]}
    fresh = next((number for number, others in told.items() if not others), fresh)
    if told[fresh]:
        return Reception(Outcome.ELSEWHERE, fresh, elsewhere=tuple(told[fresh]))
    returns = desk.reference.returns_of_parcel(fresh) or exact
    return Reception(Outcome.OPENED, text, open_parcel(desk, person, fresh, returns, text))


def _receive_label(desk: Desk, person: Person, text: str) -> Reception:
    label = parse_return_label(text)
    assert label is not None, "recognise says that it is a label"
    inspection_id = desk.store.inspection_of_item(label.rt_number)
    if inspection_id is None:
        return Reception(Outcome.NO_MATCH, text)
    case = load_case(desk, inspection_id)
    item = next(item for item in case.inspection.items if item.rt_number == label.rt_number)
    newest = label.issue == item.label_issue and item.decision is not None
    if newest and not item.label_verified:
        step: Step = (EventKind.LABEL_VERIFIED, {"item_id": item.id, "issue": label.issue})
        return Reception(Outcome.LABEL_VERIFIED, text, record(desk, case, person, step))
    return Reception(Outcome.CASE, text, case)


def item_step(desk: Desk, number: int, expected: ExpectedReturn | None, line: ReturnLine | None, unit: int) -> Step:
    """The event that opens an item with the station's next item `number`; without a line it is one nobody announced."""
    category = line.category if line else "general"
    template = desk.book.template_for(category)
    return (
        EventKind.ITEM_OPENED,
        {
            "item_id": uuid7(),
            "item_number": number,
            "rt_number": rt_number(desk.today(), desk.station.number, number),
            "return_id": expected.id if expected else "",
            "line": line.line if line else 0,
            "unit": unit,
            "sku": line.sku if line else "",
            "name_zh": line.name_zh if line else "",
            "name_en": line.name_en if line else "",
            "variant": line.variant if line else "",
            "category": category,
            "template": template.id,
            "template_version": template.version,
        },
    )


def _may_inspect(person: Person) -> None:
    if not person.may(Right.INSPECT):
        raise StationProblem("role.denied", N_("Your role cannot inspect."), N_("An inspector signs in to go on."))


def expected_units(desk: Desk, returns: list[ExpectedReturn]) -> list[tuple[ExpectedReturn, ReturnLine, int]]:
    """The units of the returns, without those that were found in another of their parcels already."""
    numbers = [normalise(number) for one in returns if len(one.tracking_numbers) > 1 for number in one.tracking_numbers]
    cases = [load_case(desk, known) for number in numbers for known in desk.store.inspections_of_parcel(number)]
    found = {
        (item.return_id, item.line, item.unit)
        for case in cases
        for item in case.inspection.items
        if item.decision is not None and item.identity not in ("missing", "empty_parcel")
    }
    units = [(one, line, unit) for one in returns for line in one.lines for unit in range(1, line.quantity + 1)]
    return [(one, line, unit) for one, line, unit in units if (one.id, line.line, unit) not in found] or units


def open_parcel(
    desk: Desk,
    person: Person,
    tracking: str,
    returns: list[ExpectedReturn],
    raw: str,
    agreeing: tuple[str, ...] = (),
    also_at: tuple[str, ...] = (),
    again_of: str = "",
    only: tuple[ExpectedReturn, ReturnLine, int] | None = None,
) -> Case:
    """Open an inspection of a matched parcel with one item for each unit that may be in it.

    `agreeing` are the facts by which a person bound it; none when its number is that of the return. `also_at` are the
    ids of inspections of the same parcel at other benches that the person was told of. `again_of` is the inspection
    that this one is done anew for, of the unit `only`.

    Raises:
        StationProblem: ``role.denied``, ``returns.too_many_units``, ``storage.*``.
    """
    _may_inspect(person)
    count = sum(one.units for one in returns)
    if count > MOST_UNITS:
        raise StationProblem(
            "returns.too_many_units",
            N_("This return expects {units} units; a parcel holds at most {most}."),
            N_("Ask the lead to have the expected return corrected."),
            units=count,
            most=MOST_UNITS,
        )
    units = [only] if only else expected_units(desk, returns)
    number = desk.store.next_item_number()
    opened: Step = (
        EventKind.PARCEL_OPENED,
        {
            "tracking_number": tracking,
            "raw": raw[:200],
            "carrier": returns[0].carrier or desk.book.carriers.hint(tracking),
            "match": "matched",
            "return_ids": [one.id for one in returns],
            "agreeing": agreeing,
            **({"also_at": list(also_at)} if also_at else {}),
            **({"again_of": again_of} if again_of else {}),
            "rules_version": desk.book.rules.version,
            "lists_version": desk.book.lists.version,
            "policies_version": desk.book.policies.version,
        },
    )
    items = [item_step(desk, number + place, *unit) for place, unit in enumerate(units)]
    return record(desk, Case(Inspection(), (), tuple(returns)), person, opened, *items)


def open_unclaimed(
    desk: Desk, person: Person, tracking: str, raw: str = "", clues: Sequence[str] = (), again_of: str = ""
) -> Case:
    """Open an inspection of a parcel that matches nothing: kept with every code and photo, matched later.

    `clues` are what was scanned or typed to find its return; they are kept in its record. `again_of` as in
    `open_parcel`.
    """
    _may_inspect(person)
    opened: Step = (
        EventKind.PARCEL_OPENED,
        {
            "tracking_number": tracking,
            "raw": (raw or tracking)[:200],
            "carrier": desk.book.carriers.hint(tracking),
            "match": "none",
            "return_ids": [],
            "clues": [clue[:200] for clue in clues][:MOST_CLUES],
            **({"again_of": again_of} if again_of else {}),
            "rules_version": desk.book.rules.version,
            "lists_version": desk.book.lists.version,
            "policies_version": desk.book.policies.version,
        },
    )
    item = item_step(desk, desk.store.next_item_number(), None, None, 1)
    identity: Step = (
        EventKind.ITEM_IDENTIFIED,
        {"item_id": item[1]["item_id"], "finding": "unidentifiable", "by": "manual", "code": "", "automatic": True},
    )
    return record(desk, Case(Inspection(), ()), person, opened, item, identity)


@dataclass(frozen=True)
class Candidate:
    """An expected return that a parcel without a match may belong to, and which facts agree with it."""

    expected: ExpectedReturn
    agreeing: tuple[str, ...]  # of: carrier, product, order, phone_tail


MUST_AGREE = 3  # of four facts; below that a lead binds (DECISIONS.md 47)


def candidates(desk: Desk, tracking: str, clues: list[str]) -> list[Candidate]:
    """Returns found by the scanned or typed `clues` (product code, order number, phone tail), best first."""
    found = desk.reference.returns_by_clues([normalise(clue) for clue in clues])
    hint = desk.book.carriers.hint
    carrier = hint(tracking)
    texts = {normalise(clue) for clue in clues}
    result = []
    for expected in found:
        agreeing = []
        if carrier and any(hint(number) == carrier for number in expected.tracking_numbers):
            agreeing.append("carrier")
        if any(line.is_code(text) for text in texts for line in expected.lines):
            agreeing.append("product")
        if texts & {expected.order_number.upper(), expected.return_number.upper()}:
            agreeing.append("order")
        if expected.buyer_phone_tail and expected.buyer_phone_tail in texts:
            agreeing.append("phone_tail")
        result.append(Candidate(expected, tuple(agreeing)))
    return sorted(result, key=lambda one: -len(one.agreeing))[:5]


def open_bound(desk: Desk, person: Person, tracking: str, candidate: Candidate) -> Case:
    """Open the parcel as belonging to `candidate`; below `MUST_AGREE` facts only a lead may.

    Raises:
        StationProblem: ``role.denied``.
    """
    if len(candidate.agreeing) < MUST_AGREE and not person.may(Right.BIND_UNSURE_MATCH):
        raise StationProblem("role.denied", N_("Lead needed"), N_("A lead's badge continues."))
    return open_parcel(desk, person, tracking, [candidate.expected], tracking, candidate.agreeing)


def resume(desk: Desk, case: Case, person: Person) -> Case:
    """Take a parked inspection up again; raises StationProblem ``inspection.not_parked``, ``role.denied``."""
    _may_inspect(person)
    if case.inspection.state is not InspectionState.PARKED:
        raise StationProblem(
            "inspection.not_parked", N_("This inspection is not parked."), N_("Scan its parcel to see it.")
        )
    return record(desk, case, person, (EventKind.INSPECTION_RESUMED, {}))


def park(desk: Desk, case: Case, person: Person) -> Case:
    """Put an open inspection aside; scanning its parcel takes it up again. Raises ``inspection.closed``."""
    must_be_open(case)
    return record(desk, case, person, (EventKind.INSPECTION_PARKED, {}))
