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
    `slot` is its place at this bench, 0 for none."""

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

    def totes(self) -> list[ToteRow]:
        """Every tote that is known here, those with a slot at this bench first, then by code."""

    def manifest(self, manifest_id: str) -> ManifestState:
        """How a manifest stands; one that nobody started is empty."""
