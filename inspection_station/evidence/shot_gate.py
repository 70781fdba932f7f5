"""What a shot must show to count as proof, beside being sharp and well lit: the parcel's number, a ruler.

Pure functions. What a photo lacks is its verdict; a photo with another verdict than ``ok`` is kept and not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from inspection_station.domain.carriers import NO_CARRIERS, Carriers
from inspection_station.domain.identifiers import ScanKind, recognise
from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import PhotoQuality
from inspection_station.evidence.ruler import Ruler
from inspection_station.workflows.inspecting import shows_number

NO_LABEL = "NO-LABEL-"
"""How the number of a parcel without a readable label begins: there is nothing to compare a photo with."""


def no_parcel(_number: str) -> bool:
    """Stands for the expected returns where none are at hand: no number is known as a parcel's."""
    return False


@dataclass(frozen=True)
class Demand:
    """What must be in the picture.

    Attributes:
        numbers: one of them must be read in it, as accepted by the decoder; empty when nothing is compared.
        ruler: a ruler must be in it.
        carriers: shapes of tracking numbers, by which codes are taken apart.
        is_parcel: whether a normalised number is that of a parcel which is expected or was inspected here.
    """

    numbers: tuple[str, ...] = ()
    ruler: bool = False
    carriers: Carriers = NO_CARRIERS
    is_parcel: Callable[[str], bool] = no_parcel


def label_demand(tracking_number: str, *, typed: bool = False) -> tuple[str, ...]:
    """The numbers that the photo of a parcel's outside must show.

    None for a parcel without a label, and for a number that was `typed`: a label no scanner reads will not be read
    in a photo either, and the photo still shows it.
    """
    return () if typed or not tracking_number or tracking_number.startswith(NO_LABEL) else (tracking_number,)


def label_verdict(demand: Demand, codes: Collection[str]) -> str:
    """Whether the `codes` accepted in a photo say one of the numbers: ``ok``, ``label_other`` or ``label_unreadable``.

    Only a code that is itself a parcel's number is another label: by a carrier's shape, or known as one. Sorting codes
    beside the barcode and product codes on the carton are none.
    """
    if not demand.numbers or any(
        shows_number(code, number, demand.carriers) for code in codes for number in demand.numbers
    ):
        return "ok"
    return "label_other" if any(_is_of_parcel(code, demand) for code in codes) else "label_unreadable"


def _is_of_parcel(code: str, demand: Demand) -> bool:
    try:
        scan = recognise(code, demand.carriers)
    except StationProblem:  # characters that no number has
        return False
    shaped = scan.kind is ScanKind.TRACKING and scan.carrier != ""
    return shaped or any(demand.is_parcel(name) for name in scan.names)


def verdict_of(quality: PhotoQuality, demand: Demand, codes: Collection[str], ruler: Ruler | None) -> str:
    """The first thing wrong with a photo, or ``ok``."""
    if quality.verdict != "ok":
        return quality.verdict
    label = label_verdict(demand, codes)
    if label != "ok":
        return label
    return "no_ruler" if demand.ruler and ruler is None else "ok"


def quality_facts(quality: PhotoQuality, verdict: str, ruler: Ruler | None) -> dict[str, Any]:
    """The figures of a photo as they are sealed beside it."""
    facts: dict[str, Any] = {
        "sharpness": round(quality.sharpness, 4),
        "brightness": round(quality.brightness, 2),
        "highlights": round(quality.highlights, 1),
        "glare_share": round(quality.glare_share, 4),
        "blown_out_share": round(quality.blown_out_share, 4),
        "verdict": verdict,
    }
    if ruler is not None:
        facts |= {"ruler_pixels_per_mm": ruler.pixels_per_mm, "ruler_lines": ruler.lines}
    return facts
