"""Which items of the house are meant: what its history is filtered by, from the list's own filters or a figure."""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.domain.custody.house_item import HouseItem


@dataclass(frozen=True)
class HistoryWishFor:
    """Items decided from `since` on and before `until` (UTC, ISO 8601) with these codes; None leaves one open, for
    an empty code means that the item has none."""

    since: str
    until: str
    station: str | None = None
    reason: str | None = None
    disposition: str | None = None
    vendor: str | None = None
    person: str | None = None
    finding: str | None = None


@dataclass(frozen=True)
class HouseFilter:
    """Which of the house's items a list shows.

    Attributes:
        text: a number or its beginning, the end of a tracking or RT number, a phone tail, a SKU, a part of a
            product's name; `defects` are codes that the text names in words.
        since, until: decided from then on, and before then (UTC, ISO 8601); empty leaves one open.
        grade, disposition: in force. `finding` is the gravest defect, or what is wrong with the item's identity. None
            leaves one open, an empty code means that the item has none.
        waiting: only what is held, disputed or waits for a lead.
        closed: only what is decided and stands.
        without_blind: not what a lead is still to grade without seeing what its inspector found.
    """

    text: str = ""
    defects: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    grade: str | None = None
    disposition: str | None = None
    person: str | None = None
    station: str | None = None
    vendor: str | None = None
    reason: str | None = None
    finding: str | None = None
    waiting: bool = False
    closed: bool = False
    without_blind: bool = False


@dataclass(frozen=True)
class FoundItem:
    """One item of the house: as its bench told it, and how it stands now.

    Attributes:
        grade, disposition, tote: in force; `proved` when the tote was scanned. manifest: id of the one it is on.
        waiting: held, disputed, or to be looked at by a lead.
        blind: a lead is still to grade it without seeing what its inspector found.
    """

    item: HouseItem
    grade: str
    disposition: str
    tote: str = ""
    proved: bool = False
    manifest: str = ""
    waiting: bool = False
    blind: bool = False
