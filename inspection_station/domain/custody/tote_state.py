"""A tote 周转箱 as the acts about it tell: open 使用中 → closed 已封箱 → handed over 已交接; what it refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.causal_order import in_order, latest

VENDOR_BOUND = "return_to_vendor"
CAPACITY = 60


class ToteStep(StrEnum):
    """Where a tote stands."""

    FREE = "free"  # empty, for no disposition
    OPEN = "open"
    CLOSED = "closed"
    CLAIMED = "claimed"  # on a manifest that is not closed yet
    HANDED_OVER = "handed_over"
    LOST = "lost"


@dataclass(frozen=True)
class Refusal:
    """Why an act is refused at the bench: a code and what its sentence names. Nothing is recorded then."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ToteState:
    """One tote.

    Attributes:
        disposition, vendor: what it is open for; the vendor only for goods that go back to one.
        place: where it stands, as people say it. capacity in units, capacity_g in grams (0: no limit by weight).
        manifest: id of the manifest that draws it, or drew it.
        opened_by: id of the act by which its present filling began.
        grams: as weighed at closing, 0 when not.
        apart: whether stations did different things with it that did not know of each other.
    """

    code: str
    step: ToteStep = ToteStep.FREE
    disposition: str = ""
    vendor: str = ""
    place: str = ""
    capacity: int = CAPACITY
    capacity_g: int = 0
    manifest: str = ""
    opened_by: str = ""
    opened_at: str = ""
    closed_at: str = ""
    grams: int = 0
    reason: str = ""
    apart: bool = False


_STEP_AFTER: Mapping[str, ToteStep] = {
    ActKind.TOTE_OPENED: ToteStep.OPEN,
    ActKind.TOTE_CLOSED: ToteStep.CLOSED,
    ActKind.TOTE_REOPENED: ToteStep.OPEN,
    ActKind.TOTE_LOST: ToteStep.LOST,
    ActKind.TOTE_CLAIMED: ToteStep.CLAIMED,
    ActKind.TOTE_RELEASED: ToteStep.CLOSED,
    ActKind.TOTE_HANDED_OVER: ToteStep.HANDED_OVER,
}


def fold_tote(code: str, acts: Iterable[Act], known: ToteState | None = None) -> ToteState:
    """The state that the acts about this tote add up to, on top of what the centre's list of totes says (`known`)."""
    ordered = in_order(acts)
    state = known or ToteState(code)
    before_lost = state.step
    for act in ordered:
        facts = act.payload
        step = _STEP_AFTER.get(act.kind)
        if act.kind == ActKind.TOTE_REGISTERED:
            state = replace(state, capacity=facts["capacity"] or CAPACITY, capacity_g=facts["capacity_g"],
                            place=str(facts.get("place", "")))  # fmt: skip
        elif act.kind == ActKind.TOTE_MOVED:
            state = replace(state, place=facts["place"])
        elif act.kind == ActKind.TOTE_FOUND:
            state = replace(state, step=before_lost, place=facts["place"] or state.place, reason="")
        elif step is ToteStep.OPEN and act.kind == ActKind.TOTE_OPENED:
            state = replace(
                state, step=step, disposition=facts["disposition"], vendor=facts["vendor"], manifest="",
                opened_by=act.id, opened_at=act.at, closed_at="", grams=0, reason="",
            )  # fmt: skip
        elif step is not None:
            if step is ToteStep.LOST and state.step is not ToteStep.LOST:
                before_lost = state.step
            state = replace(
                state, step=step, reason=str(facts.get("reason", "")),
                manifest="" if act.kind == ActKind.TOTE_RELEASED else str(facts.get("manifest", state.manifest)),
                grams=facts["grams"] if act.kind == ActKind.TOTE_CLOSED else state.grams,
                closed_at=act.at if act.kind == ActKind.TOTE_CLOSED else state.closed_at,
            )  # fmt: skip
    steps = latest(ordered, lambda act: act.kind in _STEP_AFTER)
    said = {(act.kind, str(act.payload.get("manifest", "")), str(act.payload.get("disposition", ""))) for act in steps}
    return replace(state, apart=len(said) > 1)


def refused_step(tote: ToteState, kind: ActKind, contents: int) -> Refusal | None:
    """Why `kind` cannot be done with the tote as it stands, with `contents` items in it; None when it can."""
    named = (("tote", tote.code),)
    if kind is ActKind.TOTE_OPENED:
        if tote.step is ToteStep.OPEN and not contents:
            return None  # an empty one may be made for something else
        if tote.step not in (ToteStep.FREE, ToteStep.HANDED_OVER):
            return Refusal(f"tote.is_{tote.step.value}", named)
        return Refusal("tote.not_empty", (*named, ("n", str(contents)))) if contents else None
    allowed = {
        ActKind.TOTE_CLOSED: (ToteStep.OPEN,),
        ActKind.TOTE_REOPENED: (ToteStep.CLOSED,),
        ActKind.TOTE_CLAIMED: (ToteStep.CLOSED,),
        ActKind.TOTE_RELEASED: (ToteStep.CLAIMED,),
        ActKind.TOTE_HANDED_OVER: (ToteStep.CLAIMED,),
        ActKind.TOTE_MOVED: (ToteStep.FREE, ToteStep.OPEN, ToteStep.CLOSED, ToteStep.CLAIMED),
        ActKind.TOTE_LOST: (ToteStep.FREE, ToteStep.OPEN, ToteStep.CLOSED, ToteStep.CLAIMED),
        ActKind.TOTE_FOUND: (ToteStep.LOST,),
        ActKind.TOTE_REGISTERED: tuple(ToteStep),
    }.get(kind, ())
    if tote.step not in allowed:
        return Refusal(f"tote.is_{tote.step.value}", named)
    if kind is ActKind.TOTE_CLOSED and not contents:
        return Refusal("tote.empty", named)
    return None


def refused_content(tote: ToteState, disposition: str, vendor: str, contents: int, grams: int = 0,
                    item_g: int = 0) -> Refusal | None:  # fmt: skip
    """Why an item with this disposition (and vendor) may not be put into the tote; None when it may.

    `contents` and `grams` are what is in it now; a weight of 0 is not known and not judged.
    """
    named = (("tote", tote.code),)
    if tote.step is not ToteStep.OPEN:
        return Refusal(f"tote.is_{tote.step.value}", named)
    if tote.disposition != disposition:
        return Refusal("tote.wrong_disposition", (*named, ("disposition", tote.disposition)))
    if disposition == VENDOR_BOUND and tote.vendor not in ("", vendor):
        return Refusal("tote.wrong_vendor", (*named, ("vendor", tote.vendor)))
    if contents >= tote.capacity:
        return Refusal("tote.full", (*named, ("n", str(tote.capacity))))
    if tote.capacity_g and item_g and grams + item_g > tote.capacity_g:
        return Refusal("tote.too_heavy", (*named, ("n", str(tote.capacity_g))))
    return None
