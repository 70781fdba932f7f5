"""The frame around every page: context bar and the words for the last completed item."""

from __future__ import annotations

from datetime import timedelta

from inspection_station.i18n import N_, translate
from inspection_station.station.flow.state import LastDone
from inspection_station.station.presenting.words import (
    Showing,
    carrier_name,
    disposition_tag,
    due_tag,
    elapsed,
    joined,
    number_text,
    word,
)
from inspection_station.station.views import ActionView, ContextView, TagView, ToastView
from inspection_station.workflows.case import Case
from inspection_station.workflows.clock import moment_of


def context(showing: Showing, case: Case) -> ContextView:
    """What parcel is open."""
    inspection = case.inspection
    item = inspection.item()
    matched = inspection.match == "matched"
    not_fitting = item.identity not in ("", "match")
    if not matched:
        match = TagView(translate("Unclaimed"), "warn", "mdi6.help-rhombus-outline")
    elif not_fitting:
        match = TagView(word(showing.desk, "identity_findings", item.identity), "error", "mdi6.not-equal-variant")
    else:
        match = TagView(translate("Matched"), "ok", "mdi6.check-circle")
    return ContextView(
        match,
        item.rt_number,
        carrier_name(inspection.carrier),
        number_text(inspection.tracking_number),
        elapsed(showing.clock, inspection.opened_at),
        _refund_due(showing, case),
    )


def _refund_due(showing: Showing, case: Case) -> TagView | None:
    """How long until this item's refund is due; it warns within a day. None where nobody expects the item."""
    expected = case.expected(case.inspection.item())
    if expected is None or not expected.refund_due:
        return None
    tag = due_tag(showing.clock, expected.refund_due)
    left = moment_of(expected.refund_due) - moment_of(showing.clock.now())
    tone, icon = ("warn", "mdi6.clock-alert-outline") if left < timedelta(hours=24) else ("neutral", "mdi6.cash-clock")
    if tag.tone == "error":
        return TagView(translate("Refund overdue"), "error", "mdi6.clock-alert-outline")
    return TagView(translate("Refund: {when}", when=tag.text), tone, icon)  # type: ignore[arg-type]


LABEL_WORDS = {
    "sent": N_("Label printed"),
    "waiting": N_("Label queued"),
    "failed": N_("Label queued"),
    "unknown": N_("Look whether its label came out"),
}
"""What became of the last item's label, by the end `PrintQueue.label_ended` tells; nothing while it is on its way."""


def last_done(showing: Showing, last: LastDone | None, seconds: int | None, label: str = "") -> ToastView | None:
    """The toast of the last completed item; `seconds` left to undo it, None when that is over; `label`: see above."""
    if last is None or last.undone:
        return None
    tag = disposition_tag(showing.desk, last.disposition)
    where = translate("tote {slot}", slot=last.slot) if last.slot else ""
    result = f"{tag.text} → {where}" if where else tag.text
    check = translate("Random check: put it in the check tote") if last.random_check else ""
    detail = joined([check, translate(LABEL_WORDS[label]) if label else ""])
    undo = ActionView("undo", translate("Undo"), "mdi6.undo-variant", "F12") if seconds is not None else None
    return ToastView(
        translate("Last one done"),
        "ok" if not last.random_check else "warn",
        "mdi6.check-circle" if not last.random_check else "mdi6.account-search-outline",
        number=f"RT-…{last.rt_number[-4:]}",
        grade=last.grade,
        result=result,
        detail=detail,
        undo=undo,
        seconds=seconds,
    )
