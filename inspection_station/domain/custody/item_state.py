"""Where one item is and what was decided about it, from its bench's decision and the acts about it since.

Its place is *proposed* until a tote was scanned (DECISIONS.md 4). Decisions go by authority, never by time: a lead's
stands over the bench's; two leads' that were made apart are `disputed` until one of them decides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.causal_order import in_order, latest
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.tote_state import Refusal

AGREED, CHANGED, WITHDRAWN = "agreed", "changed", "withdrawn"


@dataclass(frozen=True)
class LeadDecision:
    """What a lead decided: `verdict` is ``agreed``, ``changed``, or ``withdrawn`` (as if nobody had decided); `reason`
    is a code or words."""

    act_id: str
    person: str
    station: str
    at: str
    verdict: str
    grade: str
    disposition: str
    reason: str
    note: str
    judged_issue: int
    label_issue: int


@dataclass(frozen=True)
class ItemState:
    """One item of the house.

    Attributes:
        grade, disposition: in force.
        decision: the lead's that is in force; None while the bench's stands. rivals: others made apart from it.
        tote: where it was last scanned to lie (`proved`), or where its bench proposed to put it.
        doubt: other totes in which stations found it that did not know of each other; a scan settles it.
        manifest: id of the manifest it was last scanned onto, empty after it was taken off.
        other_manifests: further manifests that drew it apart from that one.
        label_issue: of the label that counts now. printed: whether that one was printed.
        recalls: issues of old labels that are still on the item or somewhere, until scanned out.
        blind: (lead, grade) given before the inspector's answer was shown; empty when none was.
        missing: looked for in its tote and not found.
        reasons: why it stands in the review queue now; empty when it does not.
        superseded_by: the RT number that counts instead, for a lead had it inspected again, or two benches had it:
            this one has no decision and lies nowhere, and all its labels are to come off.
    """

    id: str
    rt_number: str
    grade: str = ""
    disposition: str = ""
    decision: LeadDecision | None = None
    rivals: tuple[LeadDecision, ...] = ()
    tote: str = ""
    proved: bool = False
    placed_by: str = ""
    placed_at: str = ""
    doubt: tuple[str, ...] = ()
    manifest: str = ""
    other_manifests: tuple[str, ...] = ()
    label_issue: int = 0
    printed: bool = True
    recalls: tuple[int, ...] = ()
    blind: tuple[str, str] = ("", "")
    missing: bool = False
    reasons: tuple[str, ...] = ()
    superseded_by: str = ""


def fold_item(item: HouseItem | None, acts: Iterable[Act], reasons: tuple[str, ...] = ()) -> ItemState | None:
    """The state of one item; None when nothing names it.

    `item` is what its bench decided, None where that has not arrived yet; `reasons` are `review.review_reasons` of it.
    """
    ordered = in_order(acts)
    if item is None and not ordered:
        return None
    number = item.rt_number if item else str(ordered[0].payload.get("rt_number", ""))
    decisions = [_decision(act) for act in latest(ordered, lambda act: act.kind == ActKind.ITEM_REVIEWED)]
    said = {(one.grade, one.disposition) for one in decisions}
    decision = decisions[-1] if decisions else None
    rivals = tuple(decisions[:-1]) if len(said) > 1 else ()
    stands = decision if decision is not None and (rivals or decision.verdict != WITHDRAWN) else None
    bench_issue = item.label_issue if item else 0
    issue = max([bench_issue, *(_whole(act, "label_issue") for act in ordered if act.kind == ActKind.ITEM_REVIEWED)])
    places = latest(ordered, lambda act: act.kind in (ActKind.ITEM_PLACED, ActKind.ITEM_NOT_FOUND))
    totes = [str(act.payload["tote"]) for act in places if act.kind == ActKind.ITEM_PLACED]
    bench_tote = (item.tote or item.proposed_tote) if item else ""
    on_manifest = latest(ordered, lambda act: act.kind in (ActKind.ITEM_MANIFESTED, ActKind.ITEM_RELEASED))
    manifests = [str(act.payload["manifest"]) for act in on_manifest if act.kind == ActKind.ITEM_MANIFESTED]
    blind = [act for act in ordered if act.kind == ActKind.ITEM_GRADED_BLIND]
    told = latest(ordered, lambda act: act.kind == ActKind.ITEM_SUPERSEDED)
    counts = [str(act.payload["counts"]) for act in told if act.payload["counts"]]
    state = ItemState(
        id=item.id if item else ordered[0].about,
        rt_number=number,
        grade=stands.grade if stands else item.grade if item else "",
        disposition=stands.disposition if stands else item.disposition if item else "",
        decision=decision,
        rivals=rivals,
        tote=totes[-1] if totes else "" if places else bench_tote,
        proved=bool(totes) or (not places and item is not None and bool(item.tote)),
        placed_by=places[-1].person if totes else item.person if item and item.tote else "",
        placed_at=places[-1].at if totes else item.decided_at if item and item.tote else "",
        doubt=tuple(sorted(set(totes[:-1]) - set(totes[-1:]))),
        manifest=manifests[-1] if manifests else "",
        other_manifests=tuple(sorted(set(manifests[:-1]) - set(manifests[-1:]))),
        label_issue=issue,
        printed=issue <= bench_issue or any(_is_issue(act, ActKind.NEW_LABEL_PRINTED, issue) for act in ordered),
        recalls=_recalls(ordered, bench_issue, issue),
        blind=(blind[-1].person, str(blind[-1].payload["grade"])) if blind else ("", ""),
        missing=bool(places) and not totes,
        reasons=_open_reasons(item, stands, rivals, reasons),
    )
    if not counts:
        return state
    return replace(
        state, superseded_by=counts[-1], grade="", disposition="", rivals=(), tote="", proved=False,
        placed_by="", placed_at="", doubt=(), printed=True, recalls=_recalls(ordered, bench_issue, issue + 1),
        missing=False, reasons=(),
    )  # fmt: skip


def _decision(act: Act) -> LeadDecision:
    facts: Mapping[str, Any] = act.payload
    return LeadDecision(
        act.id, act.person, act.station, act.at, facts["verdict"], facts["grade"], facts["disposition"],
        facts["reason"], str(facts.get("note", "")), facts["judged_issue"], facts["label_issue"],
    )  # fmt: skip


def _whole(act: Act, name: str) -> int:
    value = act.payload.get(name, 0)
    return value if isinstance(value, int) else 0


def _is_issue(act: Act, kind: ActKind, issue: int) -> bool:
    return act.kind == kind and _whole(act, "issue") == issue


def _recalls(ordered: list[Act], bench_issue: int, issue: int) -> tuple[int, ...]:
    """Labels from the bench's last one on that a newer one replaced and nobody scanned out."""
    out = {_whole(act, "issue") for act in ordered if act.kind == ActKind.OLD_LABEL_SCANNED_OUT}
    return tuple(old for old in range(max(bench_issue, 1), issue) if old not in out) if issue > bench_issue else ()


def _open_reasons(
    item: HouseItem | None, decision: LeadDecision | None, rivals: tuple[LeadDecision, ...], reasons: tuple[str, ...]
) -> tuple[str, ...]:
    if rivals:
        return ("disputed", *reasons)
    if decision is None:
        return reasons
    if item is not None and item.label_issue > decision.judged_issue:  # both may have given their labels one number
        other = (item.grade, item.disposition) != (decision.grade, decision.disposition)
        return ("decided_again",) if other and item.state == "closed" else ()
    return ()


def refused_item(item: ItemState, *, to_leave: bool = False) -> Refusal | None:
    """Why the item may not be moved (or, `to_leave`, may not leave the house) as it stands; None when it may."""
    named = (("rt_number", item.rt_number),)
    if item.manifest:
        return Refusal("item.on_manifest", named)
    if item.superseded_by:
        return Refusal("item.superseded", (*named, ("counts", item.superseded_by)))
    if not item.disposition:
        return Refusal("item.undecided", named)
    if to_leave and item.disposition in ("hold", "unclaimed"):
        return Refusal("item.held", named)
    if to_leave and item.reasons and item.reasons != ("random_check",):
        return Refusal("item.under_review", named)
    return None
