"""What the waiting page shows: the prompt, today's tally, the queue, the last completed item."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from inspection_station.i18n import N_, translate
from inspection_station.station.page_views import QueueRowView, QueueView, TallyView, WaitingView
from inspection_station.station.presenting.words import Showing, counted, due_tag, number_text, word
from inspection_station.station.views import ActionView, FactView, TagView
from inspection_station.workflows.clock import moment_of

HOURS = 4
ROWS = 8


@dataclass(frozen=True)
class Today:
    """What was done today at this station: close times in order, and how many wait for a lead."""

    closed: tuple[str, ...] = ()
    to_review: int = 0


def tally(showing: Showing, today: Today, target: int) -> TallyView:
    """Today's count against the shift's target, the last hours, the rate."""
    now = showing.clock.local(showing.clock.now())
    hours = Counter(
        int((now - showing.clock.local(at)).total_seconds() // 3600) for at in today.closed
    )  # fmt: skip
    recent = tuple(hours.get(ago, 0) for ago in reversed(range(HOURS)))
    facts = [FactView(translate("Per hour"), str(sum(recent) // HOURS if sum(recent) >= HOURS else sum(recent)))]
    gaps = [
        (moment_of(later) - moment_of(earlier)).total_seconds()
        for earlier, later in zip(today.closed, today.closed[1:], strict=False)
    ]
    usual = sorted(gap for gap in gaps if gap < timedelta(minutes=15).total_seconds())
    if usual:
        median = int(usual[len(usual) // 2])
        facts.append(FactView(translate("Usual time"), f"{median // 60}:{median % 60:02d}"))
    facts.append(FactView(translate("To review"), str(today.to_review)))
    return TallyView(
        translate("Today"), f"{now:%m-%d}", len(today.closed), translate("pcs"), target, recent,
        translate("Last {n} hours", n=HOURS), tuple(facts),
    )  # fmt: skip


def queue(showing: Showing) -> QueueView:
    """Parcels that wait, due first; information only: scanning any parcel is right."""
    waiting, total = showing.desk.reference.queue(ROWS)
    rows = tuple(
        QueueRowView(
            number_text(one.tracking_number), word(showing.desk, "categories", one.category),
            counted(N_("1 pc"), N_("{n} pcs"), one.units),
            TagView(translate("Parked"), "info", "mdi6.pause-circle-outline") if one.parked
            else due_tag(showing.clock, one.refund_due),
            one.parked,
        )
        for one in waiting
    )  # fmt: skip
    return QueueView(
        translate("Waiting here"), counted(N_("1 parcel"), N_("{n} parcels"), total), rows,
        translate("Due first; scan any, it is right"), translate("No parcels waiting"),
        translate("A scanned parcel is matched by itself"),
    )  # fmt: skip


def waiting(showing: Showing, today: Today, target: int) -> WaitingView:
    """The whole page without its toast; reads the database, so it MUST run on the bench lane."""
    return WaitingView(
        translate("Scan a return parcel"),
        translate("Scan the parcel label to start; no need to touch the screen"),
        (
            ActionView("type_number", translate("Type a number"), "mdi6.keyboard-outline", "F2"),
            ActionView("scan_with_camera", translate("Scan with the camera"), "mdi6.camera-outline", "F3"),
            ActionView("no_label", translate("No label"), "mdi6.help-box-outline", "F4"),
        ),
        tally(showing, today, target),
        queue(showing),
        "SF · JT · YT · ZT · RT-",
        quiet=ActionView("practise", translate("Practice mode"), "mdi6.school-outline", "P"),
    )
