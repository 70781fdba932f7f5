"""Unclaimed parcels whose return turns up later: proposed by what agrees, accepted or declined by a lead.

An accepted parcel belongs to its return from then on: its items are the units that were announced, its decisions are
taken back and its labels void, and it waits, parked, to be inspected by what is expected now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspection_station.domain.events import EventKind
from inspection_station.domain.inspection import InspectionState, Item
from inspection_station.domain.people import Person, Right
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.domain.unclaimed import FACTS, agreeing_facts, texts_known
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.case import Case, Desk, Step, load_case, record
from inspection_station.workflows.receiving import MOST_UNITS, expected_units, item_step

MOST_NOTE = 500
Unit = tuple[ExpectedReturn, ReturnLine, int]


@dataclass(frozen=True)
class Proposal:
    """A return that an unclaimed parcel may belong to, and what agrees (codes of `domain.unclaimed.FACTS`)."""

    case: Case
    expected: ExpectedReturn
    agreeing: tuple[str, ...]


def list_proposals(desk: Desk, limit: int = 50) -> list[Proposal]:
    """All proposals, those with the most telling facts first, of equal ones the newest parcel first."""
    return _proposals(desk, desk.store.match_proposals(limit=limit))[:limit]


def proposals_for(desk: Desk, case: Case) -> list[Proposal]:
    """The proposals for one parcel, as when its label or number is scanned."""
    return _proposals(desk, desk.store.match_proposals(case.inspection.id))


def _proposals(desk: Desk, pairs: Sequence[tuple[str, str]]) -> list[Proposal]:
    cases: dict[str, Case] = {}
    found = []
    for inspection_id, return_id in pairs:
        case = cases.get(inspection_id) or load_case(desk, inspection_id)
        cases[inspection_id] = case
        expected = desk.reference.expected_return(return_id)
        if expected is None or not _is_unclaimed(case) or return_id in case.inspection.declined:
            continue
        agreeing = agreeing_facts(texts_known(case.events, desk.book.carriers), expected)
        if agreeing:
            found.append(Proposal(case, expected, agreeing))
    return sorted(found, key=lambda one: (FACTS.index(one.agreeing[0]), -len(one.agreeing)))


def _is_unclaimed(case: Case) -> bool:
    return case.inspection.match == "none" and case.inspection.state is not InspectionState.VOIDED


def _must_be_unclaimed(case: Case, person: Person) -> None:
    if not person.may(Right.BIND_UNSURE_MATCH):
        raise StationProblem("role.denied", N_("Lead needed"), N_("A lead's badge continues."))
    if not _is_unclaimed(case):
        raise StationProblem(
            "unclaimed.not", N_("This parcel is not unclaimed any more."), N_("Scan it to see where it belongs.")
        )


def accept(desk: Desk, case: Case, person: Person, return_id: str) -> Case:
    """The parcel belongs to the return; ONE transaction.

    Items whose code names a line become its units, others the units left over; units announced beyond them are opened.
    What was decided is taken back, and an inspection that was closed is parked, to be taken up by scanning it.

    Raises:
        StationProblem: ``role.denied``, ``unclaimed.not``, ``unclaimed.return_gone``, ``returns.too_many_units``,
            ``inspection.changed_elsewhere``, ``storage.*``; nothing of it is kept then.
    """
    _must_be_unclaimed(case, person)
    expected = desk.reference.expected_return(return_id)
    if expected is None:
        raise StationProblem(
            "unclaimed.return_gone", N_("The return is not expected any more."), N_("Look at the other proposals.")
        )
    if expected.units > MOST_UNITS:
        raise StationProblem(
            "returns.too_many_units",
            N_("This return expects {units} units; a parcel holds at most {most}."),
            N_("Ask the lead to have the expected return corrected."),
            units=expected.units,
            most=MOST_UNITS,
        )
    units = _units_of(case, expected_units(desk, [expected]))
    agreeing = agreeing_facts(texts_known(case.events, desk.book.carriers), expected)
    bound = [_as_unit(desk, item, unit) for item, unit in units if item is not None and unit is not None]
    steps: list[Step] = [(EventKind.RETURN_BOUND, {"return_id": return_id, "agreeing": list(agreeing), "items": bound})]
    decided = [item for item in case.inspection.items if item.decision is not None]
    steps += [(EventKind.INSPECTION_REOPENED, {"item_id": item.id}) for item in decided]
    for item, unit in units:
        if item is not None and unit is not None and item.found_code and unit[1].is_code(item.found_code):
            facts = {"item_id": item.id, "finding": "match", "by": "scan", "code": item.found_code, "sku": unit[1].sku}
            steps.append((EventKind.ITEM_IDENTIFIED, {**facts, "automatic": True}))
    number = desk.store.next_item_number()
    further = [unit for item, unit in units if item is None and unit is not None]
    steps += [item_step(desk, number + place, *unit) for place, unit in enumerate(further)]
    if case.inspection.state is InspectionState.CLOSED or (case.inspection.state is InspectionState.PARKED and decided):
        steps.append((EventKind.INSPECTION_PARKED, {}))
    record(desk, case, person, *steps)
    return load_case(desk, case.inspection.id)


def _units_of(case: Case, units: Sequence[Unit]) -> list[tuple[Item | None, Unit | None]]:
    """Each item with its unit: first where a code says so, then in order; without a partner where one has too few."""
    free = list(units)
    pairs: list[tuple[Item | None, Unit | None]] = []
    unsaid = []
    for item in case.inspection.items:
        said = next((unit for unit in free if item.found_code and unit[1].is_code(item.found_code)), None)
        if said is None:
            unsaid.append(item)
            continue
        free.remove(said)
        pairs.append((item, said))
    for item in unsaid:
        pairs.append((item, free.pop(0) if free else None))
    return [*pairs, *((None, unit) for unit in free)]


def _as_unit(desk: Desk, item: Item, unit: Unit) -> Mapping[str, Any]:
    _expected, line, number = unit
    template = desk.book.template_for(line.category)
    return {
        "item_id": item.id, "line": line.line, "unit": number, "sku": line.sku, "name_zh": line.name_zh,
        "name_en": line.name_en, "variant": line.variant, "category": line.category, "template": template.id,
        "template_version": template.version,
    }  # fmt: skip


def decline(desk: Desk, case: Case, person: Person, return_id: str, reason: str = "") -> Case:
    """The return is not this parcel's: it is not proposed for it again.

    Raises:
        StationProblem: ``role.denied``, ``unclaimed.not``, ``inspection.changed_elsewhere``, ``storage.*``.
    """
    _must_be_unclaimed(case, person)
    if return_id in case.inspection.declined:
        return case
    return record(
        desk, case, person, (EventKind.MATCH_DECLINED, {"return_id": return_id, "reason": reason.strip()[:MOST_NOTE]})
    )
