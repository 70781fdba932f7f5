"""The figures in words: which period is asked for, and what was counted as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from inspection_station.custody.figures import Period, Share, VendorDefects
from inspection_station.domain.money import Money
from inspection_station.i18n import N_, language, translate
from inspection_station.station.presenting.words import DISPOSITION_ICONS, DISPOSITION_TONES, Showing, clock_time, word
from inspection_station.station.views import TagView, Tone
from inspection_station.storage.house_figures import FiguresAsked, HouseFigures, StoredFigures
from inspection_station.workflows.clock import moment_of, utc_text
from inspection_station.workflows.history_wish import HistoryWishFor

PeriodName = Literal["shift", "today", "week", "month"]
PERIODS: tuple[PeriodName, ...] = ("shift", "today", "week", "month")
DAYS: Mapping[str, int] = {"week": 7, "month": 30}
PERIOD_WORDS = {"shift": N_("This shift"), "today": N_("Today"), "week": N_("7 days"), "month": N_("30 days")}
LONGEST_SHIFT = 14  # hours since the hand-over of the one before; else a shift begins with its day
SHIFT_HOURS = 8  # over which a shift's target is spread
CLOSE_DAYS = 7  # of a longer period in which pace and missing photos are counted
STRAIGHT_TARGET, CHANGED_LIMIT, ALARM = 650, 30, 100  # per mille
PARETO = 800  # per mille of the units: the reasons up to there are the few that matter
REASONS, VENDORS, DISPOSITIONS = 6, 5, 5  # rows that there is room for
NO_PERIOD = Period("", "")
Trend = Literal["up", "down", "level", ""]


@dataclass(frozen=True)
class FiguresWish:
    """Which period, and at which bench (its code; empty: all)."""

    period: PeriodName = "shift"
    station: str = ""


@dataclass(frozen=True)
class HeadView:
    """One of the figures on top."""

    label: str
    value: str
    unit: str
    note: str
    tone: Tone = "neutral"
    icon: str = ""


@dataclass(frozen=True)
class BarView:
    """A bar with its number; `wish` is its history. `strong`: it reached the target, or is among the few."""

    label: str
    units: int
    strong: bool
    wish: HistoryWishFor
    share: str = ""


@dataclass(frozen=True)
class MixView:
    """One disposition of the mix; `part` is 0–1."""

    tag: TagView
    units: int
    part: float
    share: str
    wish: HistoryWishFor


@dataclass(frozen=True)
class VendorView:
    """One vendor: `rate` in per mille, `part` of the bar 0–1; `alarm`: beyond the line."""

    vendor: str
    name: str
    units: int
    rate: int
    part: float
    alarm: bool
    change: str
    trend: Trend
    first: str
    wish: HistoryWishFor


@dataclass(frozen=True)
class FiguresView:
    """The page, all of it: the screen shows the first `REASONS`, `VENDORS` and `DISPOSITIONS`. `tags` stand beside the
    title: what is known, until when, what waits."""

    wish: FiguresWish
    title: str
    tags: tuple[TagView, ...]
    stations: tuple[str, ...]
    heads: tuple[HeadView, ...] = ()
    bars_title: str = ""
    bars_note: str = ""
    target: int = 0
    target_text: str = ""
    bars: tuple[BarView, ...] = ()
    reasons_note: str = ""
    reasons: tuple[BarView, ...] = ()
    vendors_note: str = ""
    vendors: tuple[VendorView, ...] = ()
    mix_note: str = ""
    mix: tuple[MixView, ...] = ()
    period: Period = NO_PERIOD
    vendor_period: Period = NO_PERIOD

    @property
    def is_empty(self) -> bool:
        """Whether nothing was decided in the period."""
        return not self.heads


def asked_of(showing: Showing, stored: StoredFigures, wish: FiguresWish) -> FiguresAsked:
    """The times that a wish means now; reads the database."""
    clock = showing.clock
    now, today = clock.now(), clock.start_of_day(clock.local(clock.now()).date())
    since = today
    if wish.period == "shift":
        after = utc_text(moment_of(now) - timedelta(hours=LONGEST_SHIFT))
        since = stored.shift_began(wish.station or showing.desk.station.code, after, today)
    elif wish.period in DAYS:
        since = _days_before(showing, DAYS[wish.period] - 1)
    until = utc_text(moment_of(now) + timedelta(seconds=1))
    period = Period(since, until, wish.station)
    vendors = Period(_days_before(showing, DAYS["month"] - 1), until, wish.station)
    closely = replace(period, since=max(since, _days_before(showing, CLOSE_DAYS - 1)))
    back = DAYS.get(wish.period, 1)
    return FiguresAsked(
        period, _earlier(period, back), vendors, _earlier(vendors, DAYS["month"]), closely, _earlier(closely, back)
    )


def _days_before(showing: Showing, days: int) -> str:
    today = showing.clock.local(showing.clock.now()).date()
    return showing.clock.start_of_day(today - timedelta(days=days))


def _earlier(period: Period, days: int) -> Period:
    since, until = (utc_text(moment_of(one) - timedelta(days=days)) for one in (period.since, period.until))
    return replace(period, since=since, until=until)


def figures(
    showing: Showing, stored: StoredFigures, wish: FiguresWish, shift: str, goal: int, offline_since: str | None
) -> FiguresView:
    """The page for `wish`; reads the database and takes up to a second for a month, so never on the bench lane.

    `shift` is what the person's shift is called, `goal` the units aimed at in a shift at one bench; `offline_since`
    is when the centre last told something, empty for never, None while it answers.
    """
    asked = asked_of(showing, stored, wish)
    counted = stored.of_the_house(asked)
    own = showing.desk.station.code
    tags = _tags(showing, counted, own, offline_since)
    view = FiguresView(
        wish, _title(showing, wish, shift, asked.period), tags, tuple(counted.stations), period=asked.period,
        vendor_period=asked.vendors,
    )  # fmt: skip
    if not counted.totals.units:
        return view
    benches = 1 if wish.station else max(1, len(counted.stations))
    bars, target = _bars(showing, asked.period, counted.by_hour, wish, goal * benches)
    by_day = wish.period in DAYS
    few = sum(share.cumulative <= PARETO for share in counted.reasons[:REASONS]) or 1
    base = HistoryWishFor(asked.period.since, asked.period.until, asked.period.station or None)
    return replace(
        view,
        heads=_heads(counted, wish, goal * benches),
        bars_title=translate("Done each day") if by_day else translate("Done each hour"),
        bars_note=translate("highlighted = target reached"),
        target=target,
        target_text=translate("Target {n}", n=target),
        bars=bars,
        reasons_note=translate(
            "first {n} are {share}", n=few, share=percent(counted.reasons[few - 1].cumulative, digits=0)
        ),
        reasons=_reasons(showing, counted.reasons, few, base),
        vendors_note=translate("30 days · alarm at {share}", share=percent(ALARM, digits=0)),
        vendors=_vendors(showing, counted.vendors, asked.vendors),
        mix_note=_recovered(counted),
        mix=_mix(showing, counted.dispositions, base),
    )


def percent(per_mille: int, *, digits: int = 1) -> str:
    """A share as people read it."""
    return f"{per_mille / 10:.{digits}f}%"


def per_mille(part: int, whole: int) -> int:
    """A share, half up."""
    return (2000 * part + whole) // (2 * whole) if whole else 0


def duration(minutes: int) -> str:
    """Minutes as people say them."""
    if minutes < 60:
        return translate("{n} min", n=minutes)
    if minutes < 48 * 60:
        return translate("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return translate("{n} days", n=minutes // (24 * 60))


def _title(showing: Showing, wish: FiguresWish, shift: str, period: Period) -> str:
    first, last = showing.clock.local(period.since), showing.clock.local(showing.clock.now())
    if wish.period in DAYS:
        return f"{translate(PERIOD_WORDS[wish.period])} · {_day(first)} – {_day(last)}"
    name = shift or translate(PERIOD_WORDS["shift"]) if wish.period == "shift" else translate(PERIOD_WORDS["today"])
    return f"{name} · {_day(last)}"


def _day(moment: datetime) -> str:
    return f"{moment:%b} {moment.day}" if language() == "en" else f"{moment.month} 月 {moment.day} 日"


def _tags(showing: Showing, counted: HouseFigures, own: str, offline_since: str | None) -> tuple[TagView, ...]:
    tags = []
    if set(counted.stations) <= {own}:
        tags.append(TagView(translate("This bench only"), "warn", "mdi6.desktop-classic"))
    if offline_since:
        told = translate("Data as of {time}", time=clock_time(showing.clock, offline_since, with_day=True))
        tags.append(TagView(told, "warn", "mdi6.cloud-off-outline"))
    if counted.waiting.parcels:
        age = moment_of(showing.clock.now()) - moment_of(counted.waiting.oldest)
        minutes = max(0, int(age.total_seconds() // 60))
        told = translate("{n} wait at the dock, {age}", n=counted.waiting.parcels, age=duration(minutes))
        tags.append(TagView(told, "neutral" if minutes < 24 * 60 else "warn", "mdi6.package-variant-closed"))
    if counted.totals.median_minutes is not None and counted.totals.late_minutes is not None:
        told = translate(
            "dock to decision {half}, P90 {late}", half=duration(counted.totals.median_minutes),
            late=duration(counted.totals.late_minutes),
        )  # fmt: skip
        tags.append(TagView(told, "neutral", "mdi6.timer-outline"))
    return tuple(tags)


def _heads(counted: HouseFigures, wish: FiguresWish, goal: int) -> tuple[HeadView, ...]:
    totals = counted.totals
    more = totals.units - counted.earlier
    since = {
        "week": (N_("{n} more than the 7 days before"), N_("{n} fewer than the 7 days before")),
        "month": (N_("{n} more than the 30 days before"), N_("{n} fewer than the 30 days before")),
    }.get(wish.period, (N_("{n} more than yesterday by now"), N_("{n} fewer than yesterday by now")))
    units = translate("items") if wish.period in DAYS else translate("/ {n} items", n=goal)
    straight, changed = per_mille(totals.straight, totals.units), per_mille(totals.changed, totals.units)
    whole = per_mille(counted.looked_at - counted.incomplete, counted.looked_at)
    missing = translate("{n} without a photo asked for", n=counted.incomplete)
    over = changed > CHANGED_LIMIT
    return (
        HeadView(
            translate("Inspected"), str(totals.units), units, translate(since[more < 0], n=abs(more)),
            "ok" if more > 0 else "neutral", "mdi6.trending-up" if more > 0 else "mdi6.trending-down" if more else
            "mdi6.trending-neutral",
        ),
        _pace(counted, wish),
        HeadView(
            translate("Straight through"), f"{straight / 10:.0f}", "%",
            translate("target {share}", share=percent(STRAIGHT_TARGET, digits=0)),
            "ok" if straight >= STRAIGHT_TARGET else "neutral",
            "mdi6.check-circle" if straight >= STRAIGHT_TARGET else "mdi6.minus-circle-outline",
        ),
        HeadView(
            translate("Overridden"), f"{changed / 10:.1f}", "%",
            translate("limit {share}", share=percent(CHANGED_LIMIT, digits=0)), "warn" if over else "ok",
            "mdi6.alert" if over else "mdi6.check-circle",
        ),
        HeadView(
            _of_late(translate("Evidence complete"), wish), f"{whole / 10:.1f}", "%",
            missing if counted.incomplete else translate("No photo is missing"), "ok" if whole >= 990 else "warn",
            "mdi6.check-circle" if whole >= 990 else "mdi6.alert",
        ),
    )  # fmt: skip


def _of_late(text: str, wish: FiguresWish) -> str:
    return f"{text} · {translate(PERIOD_WORDS['week'])}" if DAYS.get(wish.period, 0) > CLOSE_DAYS else text


def _pace(counted: HouseFigures, wish: FiguresWish) -> HeadView:
    label = _of_late(translate("Mean time"), wish)
    seconds, before = counted.seconds_each, counted.seconds_earlier
    if seconds is None:
        return HeadView(label, "—", "", translate("too few to tell"), "neutral", "mdi6.minus-circle-outline")
    value = f"{seconds // 60}:{seconds % 60:02d}"
    if before is None:
        return HeadView(label, value, translate("/ item"), translate("nothing to compare with"), "neutral",
                        "mdi6.minus-circle-outline")  # fmt: skip
    faster = before - seconds
    note = translate("{n} s faster", n=faster) if faster >= 0 else translate("{n} s slower", n=-faster)
    return HeadView(label, value, translate("/ item"), note, "ok" if faster > 0 else "neutral",
                    "mdi6.trending-down" if faster >= 0 else "mdi6.trending-up")  # fmt: skip


def _bars(
    showing: Showing, period: Period, by_hour: Mapping[str, int], wish: FiguresWish, goal: int
) -> tuple[tuple[BarView, ...], int]:
    """Bars by hour of one day, by day of several; and the target of one bar."""
    clock, step = showing.clock, timedelta(days=1) if wish.period in DAYS else timedelta(hours=1)
    found: dict[datetime, int] = {}
    for name, units in by_hour.items():
        at = clock.local(f"{name}:00:00.000Z")
        at = at.replace(hour=0, minute=0) if wish.period in DAYS else at
        found[at] = found.get(at, 0) + units
    target = max(1, goal if wish.period in DAYS else round(goal / SHIFT_HOURS))
    at, bars = min(found), []
    while at <= max(found):
        units = found.get(at, 0)
        label = f"{at.month}-{at.day}" if wish.period in DAYS else f"{at:%H:%M}".removeprefix("0")
        since, until = max(utc_text(at), period.since), min(utc_text(at + step), period.until)
        bars.append(BarView(label, units, units >= target, HistoryWishFor(since, until, period.station or None)))
        at += step
    return tuple(bars), target


def _reasons(showing: Showing, shares: Sequence[Share], few: int, base: HistoryWishFor) -> tuple[BarView, ...]:
    return tuple(
        BarView(
            _called(showing, "reasons", share.code), share.units, place < few, replace(base, reason=share.code),
            percent(share.cumulative, digits=0),
        )
        for place, share in enumerate(shares)
    )  # fmt: skip


def _called(showing: Showing, name: str, code: str) -> str:
    """The word of a code, or what stands for none."""
    if not code:
        return translate("None stated") if name == "reasons" else "—"
    return word(showing.desk, name, code)


def _mix(showing: Showing, shares: Sequence[Share], base: HistoryWishFor) -> tuple[MixView, ...]:
    whole = sum(share.units for share in shares)
    return tuple(
        MixView(
            TagView(_called(showing, "dispositions", one.code), DISPOSITION_TONES.get(one.code, "neutral"),
                    DISPOSITION_ICONS.get(one.code, "mdi6.help-rhombus-outline")),
            one.units, one.units / whole, percent(per_mille(one.units, whole)), replace(base, disposition=one.code),
        )
        for one in shares
    )  # fmt: skip


def _recovered(counted: HouseFigures) -> str:
    """What the units are worth that can be sold again, beside how many there are."""
    units = translate("{n} items", n=counted.totals.units)
    sums = [str(Money(back, currency)) for currency, (back, _all) in sorted(counted.recovered.items()) if back]
    return " · ".join([translate("recovered {amount}", amount=" + ".join(sums[:2])), units] if sums else [units])


def _vendors(showing: Showing, vendors: Sequence[VendorDefects], period: Period) -> tuple[VendorView, ...]:
    most = max((one.rate for one in vendors), default=0) or 1
    found = []
    for one in vendors:
        change = one.change
        trend: Trend = "" if change is None else "up" if change > 3 else "down" if change < -3 else "level"
        found.append(
            VendorView(
                one.vendor, one.name or one.vendor, one.units, one.rate, one.rate / max(most, 2 * ALARM),
                one.rate > ALARM, "" if change is None else f"{change / 10:+.1f}".replace("-", "−"), trend,
                finding_word(showing, one.first),
                HistoryWishFor(period.since, period.until, period.station or None, vendor=one.vendor),
            )
        )  # fmt: skip
    return tuple(found)


def finding_word(showing: Showing, code: str) -> str:
    """What a finding is called: a defect, or what is wrong with an item's identity."""
    if not code:
        return "—"
    lists = showing.desk.book.lists
    return word(showing.desk, "identity_findings" if lists.knows("identity_findings", code) else "defects", code)
