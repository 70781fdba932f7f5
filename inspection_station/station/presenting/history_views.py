"""What the history shows, as plain views: lines, photos, acts, one inspection; and what it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from inspection_station.station.views import FactView, MarkView, PictureSource, TagView


@dataclass(frozen=True)
class HistoryRowView:
    """One line of the list; `mark` stands where a disposition would while there is none to show, `bench` is told only
    where items of other benches are listed too."""

    inspection_id: str
    item_id: str
    number: str
    name: str
    time: str
    grade: str
    disposition: TagView | None
    picture: Path | None
    selected: bool = False
    bench: str = ""
    mark: TagView | None = None


@dataclass(frozen=True)
class HistoryPhotoView:
    """One photo of the viewer: what it is, its facts, and whether its bytes still have their hash.

    `away`: its bytes are safe at the centre and not here; what is shown is its thumbnail. `elsewhere`: another bench
    took it, and not even that is here. `whole`: the picture to look into closely.
    """

    name: str
    path: Path
    facts: str
    fingerprint: str
    intact: bool
    counted: bool
    marks: tuple[MarkView, ...] = ()
    away: bool = False
    sha256: str = ""
    elsewhere: bool = False
    whole: Path | None = None


@dataclass(frozen=True)
class LinkView:
    """Another inspection of the same parcel: which, how it is related, and what came of it."""

    inspection_id: str
    item_id: str
    text: str
    detail: str


@dataclass(frozen=True)
class TimelineView:
    """One act of the timeline; `at` is when, as it is kept."""

    icon: str
    time: str
    text: str
    detail: str = ""
    at: str = ""


@dataclass(frozen=True)
class HistoryCaseView:
    """The chosen inspection: photos, verification, timeline.

    Attributes:
        sent: what left the house for its order, else its catalogue picture, to compare with, and what it is; None
            where neither is here.
        facts: what the house knows of the item; links: other inspections of its parcel.
        is_here: whether its record is kept at this station; can_inspect_again: by whoever looks at it.
        export_note: why its evidence is not exported here, where the verification does not say it.
    """

    inspection_id: str
    item_id: str
    title: str
    grade: str
    tags: tuple[TagView, ...]
    photos: tuple[HistoryPhotoView, ...]
    verdict: TagView
    verdict_detail: str
    timeline: tuple[TimelineView, ...]
    can_export: bool
    can_print: bool
    sent: PictureSource = None
    sent_note: str = ""
    facts: tuple[FactView, ...] = ()
    links: tuple[LinkView, ...] = ()
    is_here: bool = True
    can_inspect_again: bool = False
    export_note: str = ""


@dataclass(frozen=True)
class HistoryWish:
    """What the person asked the list for.

    `period` is ``today``, ``week``, ``all``, or ``span`` from `since` on and before `until` (UTC, ISO 8601; empty
    leaves one open). Of the house, None leaves a code open, and an empty one means that the item has none.
    """

    text: str = ""
    period: str = "today"
    grade: str = ""
    disposition: str = ""
    disputed: bool = False
    since: str = ""
    until: str = ""
    waiting: bool = False
    closed: bool = False
    station: str | None = None
    person: str | None = None
    vendor: str | None = None
    reason: str | None = None
    finding: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but a text, today or this week is asked for."""
        days = self.period if self.period == "span" else "today"
        return replace(self, text="", period=days) != HistoryWish()
