"""Dock arrival in words: the last parcel, how many came, and the list of this day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection_station.domain.weights import HEAVIER, LIGHTER
from inspection_station.i18n import translate
from inspection_station.station.presenting.words import Showing, carrier_name, clock_time, joined, number_text
from inspection_station.station.views import FactView, TagView, Tone
from inspection_station.workflows.arriving import (
    DUPLICATE,
    EXPECTED,
    INSPECTED,
    OUTSIDE,
    UNKNOWN,
    ArrivalRow,
    Arrived,
)

LISTED = 60
KEYS = {"outer_damaged": "D", "wet": "W", "opened": "O", "tape_cut": "C"}
"""The key that marks what is the matter with the last parcel's outside."""
TONES: Mapping[str, Tone] = {EXPECTED: "ok", UNKNOWN: "warn", DUPLICATE: "error", INSPECTED: "warn"}
ICONS = {
    EXPECTED: "mdi6.check-circle", UNKNOWN: "mdi6.help-rhombus-outline", DUPLICATE: "mdi6.content-duplicate",
    INSPECTED: "mdi6.clipboard-check-outline",
}  # fmt: skip


@dataclass(frozen=True)
class ArrivalRowView:
    """One line of the list."""

    number: str
    shown: str
    carrier: str
    time: str
    tag: TagView
    flags: str
    weight: str


@dataclass(frozen=True)
class ArrivalVerdict:
    """The last parcel, large enough to be read from the belt."""

    text: str
    number: str = ""
    detail: str = ""
    tone: Tone = "neutral"
    icon: str = "mdi6.truck-outline"


@dataclass(frozen=True)
class ArrivalView:
    """What came today: counters and the newest first. `age` as on the sorting board."""

    counters: tuple[FactView, ...]
    total: int
    rows: tuple[ArrivalRowView, ...]
    age: str = ""


def found_word(found: str) -> str:
    """What was known of a parcel when it came."""
    return {
        EXPECTED: translate("Expected"), UNKNOWN: translate("Unknown parcel"), DUPLICATE: translate("Here already"),
        INSPECTED: translate("Inspected already"),
    }.get(found, found)  # fmt: skip


def outside_word(code: str) -> str:
    """What is the matter with a parcel's outside."""
    return {
        "outer_damaged": translate("Outside damaged"), "wet": translate("Wet"),
        "opened": translate("Opened on the way"),
        "tape_cut": translate("Tape cut"), LIGHTER: translate("Too light"), HEAVIER: translate("Too heavy"),
    }.get(code, code)  # fmt: skip


def arrivals(
    showing: Showing, rows: Sequence[ArrivalRow], counts: Mapping[str, int], age: str = ""
) -> ArrivalView:
    """The day's list."""
    counters = tuple(
        FactView(found_word(found), str(counts.get(found, 0))) for found in (EXPECTED, UNKNOWN, INSPECTED)
    )
    return ArrivalView(counters, sum(counts.values()), tuple(_row(showing, one) for one in rows), age)


def _row(showing: Showing, one: ArrivalRow) -> ArrivalRowView:
    tag = TagView(found_word(one.found), TONES.get(one.found, "neutral"), ICONS.get(one.found, ""))
    if one.done and one.found != INSPECTED:
        tag = TagView(translate("Inspected"), "neutral", "mdi6.clipboard-check-outline")
    flags = joined([outside_word(code) for code in one.flags if code in OUTSIDE or code in (LIGHTER, HEAVIER)])
    weight = _kilograms(one.grams) if one.grams else ""
    return ArrivalRowView(
        one.number, number_text(one.number), carrier_name(one.carrier), clock_time(showing.clock, one.at), tag, flags,
        weight,
    )  # fmt: skip


def _kilograms(grams: int) -> str:
    return f"{grams / 1000:.2f} kg"


def verdict(showing: Showing, one: Arrived) -> ArrivalVerdict:
    """What a scan led to."""
    detail = {
        EXPECTED: joined([carrier_name(one.carrier), translate("{n} pcs expected", n=one.units)]),
        UNKNOWN: translate("Kept as unknown; its label and contents are matched at the bench."),
        INSPECTED: translate("Put it aside for the lead."),
    }.get(one.found, "")  # fmt: skip
    if one.weight:
        return ArrivalVerdict(
            outside_word(one.weight), number_text(one.number),
            translate("It weighs {here}; {left} had left. It is photographed before it is opened.",
                      here=_kilograms(one.grams), left=_kilograms(one.outbound_grams)), "warn", "mdi6.scale",
        )  # fmt: skip
    if one.grams and one.found == EXPECTED and one.before is None:
        detail = joined([detail, _kilograms(one.grams)])
    if one.before is not None:
        at = clock_time(showing.clock, one.before.at, with_day=True)
        detail = translate("Came {time} at {station}; it is not counted again.", time=at, station=one.before.station)
    return ArrivalVerdict(
        found_word(one.found), number_text(one.number), detail, TONES.get(one.found, "neutral"),
        ICONS.get(one.found, "mdi6.truck-outline"),
    )  # fmt: skip
