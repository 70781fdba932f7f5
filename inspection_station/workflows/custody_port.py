"""What sorting needs of the place where acts, items, totes and manifests are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from inspection_station.domain.custody.acts import Act
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.custody.manifest_state import ManifestState


@dataclass(frozen=True)
class ToteRow:
    """One tote on the board. `contents` are units that lie in it, `proved` those of them that a scan put there;
    `slot` is its place at this bench, 0 for none; `capacity_g` what may lie in it, in grams, 0 for no limit."""

    code: str
    step: str
    disposition: str
    vendor: str
    place: str
    capacity: int
    manifest: str
    slot: int
    apart: bool
    contents: int
    proved: int
    capacity_g: int = 0


@dataclass(frozen=True)
class LyingItem:
    """One item that lies in a tote, or is proposed to (`proved` False). `review` is the first reason for a lead to
    look at it, `recall` the lowest issue of an old label that is still out (0: none); `apart` tells that stations did
    different things with it without knowing of each other."""

    item: HouseItem
    grade: str
    disposition: str
    tote: str
    proved: bool
    review: str = ""
    recall: int = 0
    apart: bool = False
    missing: bool = False


@dataclass(frozen=True)
class ReviewRow:
    """One item that waits for a lead. `reason` is the gravest; `apart`: stations did different things with it without
    knowing of each other."""

    item: HouseItem
    reason: str
    grade: str
    disposition: str
    apart: bool = False


class CustodyStore(Protocol):
    """Sorting at one station: what is kept here has been told by the centre or done here."""

    def do(self, acts: Sequence[Act]) -> None:
        """Keep acts of this station and queue them for the centre, with the photos they name, all or none; durable on
        return."""

    def next_place(self, subject: str) -> tuple[int, tuple[str, ...]]:
        """`count` and `base` of a new act about `subject`."""

    def acts_about(self, subject: str) -> list[Act]:
        """Every act about `subject` that is known here, in causal order."""

    def item(self, rt_number: str) -> tuple[HouseItem | None, ItemState] | None:
        """What a label names: what its bench decided, None while that has not come, and how it stands now; None when
        nothing is known of the number."""

    def twins(self, item_id: str) -> list[tuple[HouseItem, ItemState]]:
        """Other records of what may be the same thing, made at another bench or in another inspection."""

    def totes(self) -> list[ToteRow]:
        """Every tote that is known here, those with a slot at this bench first, then by code."""

    def lying_in(self, totes: Sequence[str], most: int) -> list[LyingItem]:
        """What lies in these totes and is on no manifest, what was told last first."""

    def vendors_in(self, tote: str) -> tuple[str, ...]:
        """The vendors of what lies in a tote."""

    def grams_in(self, tote: str) -> int:
        """What is known to lie in a tote, in grams; items whose weight nobody knows count nothing."""

    def vendors_since(self, since: str) -> list[tuple[str, str]]:
        """Code and name of every vendor of whom something was decided since that time, by name."""

    def to_review(self, most: int) -> list[ReviewRow]:
        """What waits for a lead, the gravest reason first, then what was told first."""

    def count_to_review(self) -> int:
        """How many items wait for a lead."""

    def count_held(self) -> int:
        """How many items are held or unclaimed and still in the house."""

    def count_apart(self) -> int:
        """How many items stations did with what speaks against each other."""

    def recalls(self, most: int) -> list[tuple[HouseItem, int]]:
        """Items with an old label that is still out, and its issue; what was told first comes first."""

    def manifest(self, manifest_id: str) -> ManifestState:
        """How a manifest stands; one that nobody started is empty."""
