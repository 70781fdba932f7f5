"""Deciding: what the primary action is now, the verdict, and closing an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from inspection_station.domain.decision_table import is_outcome
from inspection_station.domain.events import EventKind
from inspection_station.domain.inspection import InspectionState, Item
from inspection_station.domain.people import Person, Right
from inspection_station.domain.rule_facts import line_of, terms_of
from inspection_station.domain.verdict import Verdict, decide, fast_lane_rule, is_random_check, second_person_rule
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised
from inspection_station.workflows.answering import rest_passed_steps, undecided_claims, undecided_rows
from inspection_station.workflows.case import Case, Desk, Step, claimed, last_decided, must_be_open, record
from inspection_station.workflows.inspecting import WantedShot, missing_shots
from inspection_station.workflows.ports import Tote

NOT_MATCHING = ("wrong_item", "wrong_variant", "serial_mismatch", "counterfeit_suspected", "unidentifiable",
                "empty_parcel", "missing", "extra")  # fmt: skip
"""Findings after which the rows are not judged: the grade stays open until a lead has looked."""


class Primary(StrEnum):
    """The one primary action of an open parcel."""

    TAKE_PHOTO = "take_photo"
    PASS_ALL = "pass_all"
    CHECK_CLAIM = "check_claim"  # the claimed row first
    CHECK_ROWS = "check_rows"  # row by row: bulk is not offered
    SECOND_PERSON = "second_person"  # a second person's badge is due
    CONFIRM = "confirm"  # verdict stands, nothing left to judge (all rows answered, wrong item, unclaimed)


@dataclass(frozen=True)
class NextStep:
    """What the primary button does, with the shot it would take and how many required ones are missing."""

    primary: Primary
    shot: WantedShot | None = None
    missing: int = 0
    claim: str = ""


def next_step(desk: Desk, case: Case) -> NextStep:
    """The primary action for the current item.

    Everything passes in bulk only when the return matched, the item is the expected one, every required photo is
    there, no defect is claimed, the return carries no policy flag, and no row was judged yet (DECISIONS.md 45).
    """
    item = case.inspection.item()
    missing = missing_shots(desk, case, item)
    if missing:
        return NextStep(Primary.TAKE_PHOTO, missing[0], len(missing))
    if second_person_due(desk, case, item):
        return NextStep(Primary.SECOND_PERSON)
    if item.identity in NOT_MATCHING or item.held:
        return NextStep(Primary.CONFIRM)
    claims = undecided_claims(desk, case, item)
    if claims:
        return NextStep(Primary.CHECK_CLAIM, claim=claims[0])
    if item.identity and not undecided_rows(desk, case, item):
        return NextStep(Primary.CONFIRM)
    expected = case.expected(item)
    sealed = item.identified_by == "sealed"
    plain_return = expected is not None and (sealed or (not expected.policy_flags and expected.kind != "repair"))
    plain_return = plain_return and not claimed(desk, case, item)
    if item.identity == "match" and plain_return and not item.answers and not item.waived:
        return NextStep(Primary.PASS_ALL)
    return NextStep(Primary.CHECK_ROWS)


def second_person_due(desk: Desk, case: Case, item: Item) -> bool:
    """Whether by the rules a second person has to look at `item` and scan a badge before it can be decided."""
    if item.second_person:
        return False
    return second_person_rule(desk.book, item, case.expected(item), case.opened_on(desk)) is not None


def fast_lane(desk: Desk, case: Case, item: Item) -> str:
    """The id of the rule by which `item` goes the fast lane; empty when it does not."""
    rule = fast_lane_rule(desk.book, item, case.expected(item), case.opened_on(desk))
    return rule.id if rule is not None and item.identity == "match" and not item.answers else ""


def second_missing() -> StationProblem:
    """Somebody else has to look at the item before it is decided."""
    return StationProblem(
        "second.missing", N_("A second person has to look at this"), N_("Their badge, scanned here, continues.")
    )


def verdict_of(desk: Desk, case: Case, item: Item) -> Verdict:
    """The verdict on `item` as its answers stand."""
    return decide(desk.book, item, case.expected(item), case.opened_on(desk))


def proposed_tote(desk: Desk, case: Case, item: Item, disposition: str) -> Tote | None:
    """The open tote with room for the disposition (for return to vendor: the vendor's own first); None when unknown."""
    totes = [tote for tote in desk.reference.totes() if tote.disposition == disposition]
    fitting = [tote for tote in totes if _takes(tote, case, item) and tote.content < tote.capacity]
    return min(fitting, key=lambda tote: tote.vendor == "", default=None)


def _takes(tote: Tote, case: Case, item: Item) -> bool:
    """Whether the tote is open and, for goods that go back to a vendor, that vendor's or nobody's yet."""
    line = case.line(item)
    vendor = line.vendor if line else ""
    return tote.state == "open" and (tote.disposition != "return_to_vendor" or tote.vendor in ("", vendor))


_CHANGEABLE = ("grade", "disposition", "liability", "refund")


def change_decision(desk: Desk, case: Case, person: Person, what: str, value: Any, reason: str = "") -> Case:
    """A person sets an outcome other than the rules'; a grade needs a reason.

    What the rules say anyway is no change: nothing is recorded then, or that an earlier change is taken back.

    `value` is a code, for ``liability`` a mapping of parties to shares, for ``refund`` a mapping as in the rules.

    Raises:
        StationProblem: ``decision.blocked`` when the rules rule the disposition out and the person is no lead,
            ``decision.reason_missing``, ``decision.invalid`` for a value that no rule could set.
    """
    must_be_open(case)
    if what not in _CHANGEABLE:
        raise ValueError(what)
    if not is_outcome(what, value, desk.book.lists):
        raise StationProblem(
            "decision.invalid", N_("That cannot be decided."), N_("Choose from the list; shares add up to 100.")
        )
    item = case.inspection.item()
    verdict = verdict_of(desk, case, item)
    by_rules = value == verdict.proposed[what]
    if by_rules and what not in item.changes:
        return case
    if what == "grade" and not by_rules and not reason.strip():
        raise StationProblem(
            "decision.reason_missing", N_("A changed grade needs a reason."), N_("Choose or type the reason.")
        )
    over = what == "disposition" and not by_rules and verdict.blocked.get(value) is not None
    if over and not person.may(Right.OVERRIDE):
        raise StationProblem(
            "decision.blocked", N_("This disposition is ruled out here."), N_("A lead's badge continues.")
        )
    facts = {"item_id": item.id, "field": what, "value": value, "reason": reason.strip()[:500]}
    facts |= {"by_rules": True} if by_rules else {}
    facts |= {"override": True} if over else {}  # a lead's act, checked again at the centre
    step: Step = (EventKind.DECISION_CHANGED, facts)
    return record(desk, case, person, step)


def decision_payload(desk: Desk, case: Case, item: Item, tote: str, in_bulk: bool = False) -> Mapping[str, Any]:
    """The facts of the decision as they are sealed: every outcome, its why, the versions it was made with.

    Only what passed `in_bulk` goes to the random check (DECISIONS.md 45).
    """
    verdict = verdict_of(desk, case, item)
    expected = case.expected(item)
    terms = terms_of(desk.book.policies, expected, line_of(item, expected))
    chosen = is_random_check(desk.station.random_check_key, item.id, terms.random_check_percent)
    proposed = proposed_tote(desk, case, item, verdict.disposition)
    return {
        "item_id": item.id,
        "rt_number": item.rt_number,
        "identity": item.identity or "match",
        "grade": verdict.grade,
        "disposition": verdict.disposition,
        "liability": [{"party": party, "share": share} for party, share in verdict.liability],
        "refund": dict(verdict.refund),
        "needs_lead": verdict.needs_lead,
        "why": [asdict(why) for why in verdict.whys],
        "next_steps": [{"party": one.party, "step": one.step, "rule": one.rule} for one in verdict.next_steps],
        "counted_to": case.opened_on(desk).isoformat(),
        "rules_version": verdict.rules_version,
        "policies_version": desk.book.policies.version,
        "template": item.template,
        "template_version": item.template_version,
        "slot": desk.book.policies.slots.get(verdict.disposition, 0),
        "proposed_tote": proposed.code if proposed else "",
        "tote": tote,
        "random_check": in_bulk and chosen,
        "fast_lane": fast_lane(desk, case, item),
        "sealed": item.identified_by == "sealed",
        "label_issue": item.label_issue + 1,
        "changed": sorted(name for name, one in item.changes.items() if one["value"] != verdict.proposed[name]),
    }


def wrong_tote(desk: Desk, case: Case, tote: str) -> StationProblem | None:
    """Why the scanned tote cannot take the current item, or None when it can (before the item drops).

    A tote this bench was not told of is taken: the centre knows more of them than a bench that was offline.
    """
    item = case.inspection.item()
    disposition = verdict_of(desk, case, item).disposition
    known = next((one for one in desk.reference.totes() if one.code == tote), None)
    fitting = proposed_tote(desk, case, item, disposition)
    if known is None or (known.disposition == disposition and _takes(known, case, item)):
        return None
    place = fitting.code if fitting else localised(desk.book.lists.word("dispositions", disposition).texts)
    if known.state != "open":
        return StationProblem(
            "tote.closed",
            N_("Tote {got} is closed and takes no more."),
            N_("Put it in {tote}"),
            got=tote,
            tote=place,
        )
    return StationProblem(
        "tote.wrong",
        N_("Wrong tote: {got} is for {disposition}"),
        N_("Put it in {tote}"),
        got=tote,
        disposition=localised(desk.book.lists.word("dispositions", known.disposition).texts),
        tote=place,
    )


def confirm(desk: Desk, case: Case, person: Person, tote: str = "") -> Case:
    """Decide the current item: open rows pass in bulk, the decision is sealed; the last item closes the parcel.

    All of it is ONE transaction. Scanning a tote instead of pressing Enter proves the placement (`tote`).

    Raises:
        StationProblem: ``shot.missing`` | ``claim.open`` | ``item.not_identified`` | ``second.missing`` |
            ``tote.wrong`` | ``storage.*``.
    """
    must_be_open(case)
    item = case.inspection.item()
    missing = missing_shots(desk, case, item)
    if missing:
        raise StationProblem(
            "shot.missing", N_("Required photos missing: {n}"), N_("Take them with Space."), n=len(missing)
        )
    if not item.identity and not item.held:
        raise StationProblem(
            "item.not_identified",
            N_("It is not settled yet that this is the item."),
            N_("Scan its tag, or compare by eye and press T."),
        )
    if second_person_due(desk, case, item):
        raise second_missing()
    if tote:
        refused = wrong_tote(desk, case, tote)
        if refused is not None:
            raise refused
    sealed = item.identified_by == "sealed"  # what nobody looked at is not said to be normal
    steps = [] if item.identity in NOT_MATCHING or item.held or sealed else rest_passed_steps(desk, case)
    in_bulk = bool(steps) or any(answer.answered_by == "bulk" for answer in item.answers.values())
    steps.append((EventKind.ITEM_DECIDED, decision_payload(desk, case, item, tote, in_bulk)))
    last = all(other.decision is not None for other in case.inspection.items if other.id != item.id)
    if last:
        steps.append((EventKind.INSPECTION_CLOSED, {"items": len(case.inspection.items)}))
    return record(desk, case, person, *steps)


def reopen(desk: Desk, case: Case, person: Person) -> Case:
    """Undo the last completed item (F12 on the waiting screen): a reversal, its printed label is void.

    Raises:
        StationProblem: ``undo.nothing`` when no item of the case is decided, or it is parked or void.
    """
    item_id = last_decided(case)
    if not item_id or case.inspection.state not in (InspectionState.CLOSED, InspectionState.OPEN):
        raise StationProblem("undo.nothing", N_("There is nothing to undo."))
    return record(desk, case, person, (EventKind.INSPECTION_REOPENED, {"item_id": item_id}))


def request_recheck(desk: Desk, case: Case, person: Person, reason: str) -> Case:
    """Ask a lead to look at a closed inspection again; nothing of it changes."""
    return record(desk, case, person, (EventKind.RECHECK_REQUESTED, {"reason": reason.strip()[:500] or "-"}))


def label_printed(
    desk: Desk, case: Case, person: Person, item_id: str, issue: int, job_id: str, state: str,
    *, by: str = "", reprint: bool = False,
) -> Case:  # fmt: skip
    """Note in the chain that a label of the item went to the printer, and how that ended (a physical fact).

    `by` is the id of who had it printed, where that is known; a `reprint` is the same label once more.
    """
    facts: dict[str, object] = {"item_id": item_id, "issue": issue, "job_id": job_id, "state": state}
    if by:
        facts["by"] = by
    if reprint:
        facts["reprint"] = True
    return record(desk, case, person, (EventKind.LABEL_PRINTED, facts))
