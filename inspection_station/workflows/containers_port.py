"""What handing over needs of the place where totes' contents and manifests are kept, besides `CustodyStore`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inspection_station.domain.custody.house_item import HouseItem


@dataclass(frozen=True)
class Content:
    """One item of a tote or of a manifest.

    Attributes:
        item: as its bench told it; None while that has not come. `proved`: a scan of the tote put it there.
        manifest: id of the manifest it was scanned onto, empty while on none.
        review: why it waits for a lead, empty when it does not. apart: stations did different things with it without
            knowing of each other.
    """

    item_id: str
    rt_number: str
    item: HouseItem | None
    grade: str
    disposition: str
    vendor: str
    tote: str
    proved: bool
    manifest: str
    review: str = ""
    apart: bool = False

    @property
    def is_blind(self) -> bool:
        """Whether a lead is still to grade it without knowing what its inspector found."""
        return self.item is not None and self.item.random_check and bool(self.review)


@dataclass(frozen=True)
class ManifestRow:
    """One manifest of the list; `units` counts the items of a closed one."""

    id: str
    number: str
    kind: str
    step: str
    vendor: str
    corrects: str
    station: str
    started_at: str
    closed_at: str
    units: int


class ContainerStore(Protocol):
    """Contents of totes and lists of manifests at one station."""

    def contents(self, tote: str, manifest: str = "") -> list[Content]:
        """What lies in a tote and is on no manifest, or on `manifest`, by RT number."""

    def items_of(self, manifest: str) -> list[Content]:
        """What was scanned onto a manifest, by tote and RT number."""

    def totes_of(self, manifest: str) -> tuple[str, ...]:
        """The totes that an open manifest draws, by code."""

    def grams_of(self, tote: str) -> int:
        """What a tote weighed when it was closed, 0 when that is not known."""

    def manifests(self, most: int, step: str = "") -> list[ManifestRow]:
        """Manifests, the newest first; of one `step` where it is given."""

    def numbers_beginning(self, prefix: str) -> list[str]:
        """Every manifest's number that begins so."""
