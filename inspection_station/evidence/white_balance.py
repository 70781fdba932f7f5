"""How far a camera's white is from neutral: a grey or white card in the middle of the picture, compared in CIELAB.

Only ever for judging and warning: no picture is changed by what is found here.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from inspection_station.errors import N_, StationProblem
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import Picture

if TYPE_CHECKING:
    import cv2
    import numpy as np
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

PATCH_SHARE = 0.16  # of the shorter side of the picture: the square in its middle that is looked at
CELLS = 16  # on a side, to which the square is brought, so that noise does not count
UNEVEN = 3.0  # L*, a*, b*: a square whose cells differ more than this (standard deviation) is no card
DARKEST, BLOWN_OUT = 30.0, 250  # L*; 8-bit value of a channel that may have been cut off
MOST_CHROMA = 45.0  # a white card under the light of a bulb is below; what has more colour is no grey or white card
WORST_REFERENCE = 12.0  # ΔE from neutral: such a light or white balance is to be put right, not to be got used to


@dataclass(frozen=True)
class Shade:
    """A colour in CIELAB (D65): lightness L* 0–100, red_green a* (red above 0), yellow_blue b* (yellow above 0)."""

    lightness: float
    red_green: float = 0.0
    yellow_blue: float = 0.0


def card_shade(image: Picture) -> Shade | None:
    """The shade of a card that fills the middle of `image`; None when what lies there is no even, bright, pale patch.

    A plain article of a pale colour cannot be told from a card of that colour: a person lays the card there.
    """
    if image.ndim != 3 or image.shape[2] != 3 or min(image.shape[:2]) < CELLS / PATCH_SHARE:
        return None
    rows, columns = image.shape[:2]
    side = round(min(rows, columns) * PATCH_SHARE)
    top, left = (rows - side) // 2, (columns - side) // 2
    square = cv2.resize(image[top : top + side, left : left + side], (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    if int(square.max()) >= BLOWN_OUT:
        return None
    lab = cv2.cvtColor(square.astype(np.float32) / np.float32(255), cv2.COLOR_BGR2Lab).reshape(-1, 3)
    lightness, red_green, yellow_blue = (float(value) for value in cast("list[float]", np.median(lab, axis=0)))
    uneven = float(lab.std(axis=0).max()) > UNEVEN
    if uneven or lightness < DARKEST or math.hypot(red_green, yellow_blue) > MOST_CHROMA:
        return None
    return Shade(lightness, red_green, yellow_blue)


def deviation(shade: Shade, reference: Shade | None = None) -> float:
    """ΔE between the shade of a card and `reference` (neutral when there is none); lightness does not count."""
    wanted = reference or Shade(0.0)
    return colour_difference(shade, Shade(shade.lightness, wanted.red_green, wanted.yellow_blue))


def propose_reference(cards: Sequence[Shade | None]) -> Shade:
    """How this camera shows the card, from several pictures of it; one that was not seen in most of them is none.

    Raises:
        StationProblem: ``camera.card_missing``; ``camera.card_tinted``: too far from neutral to get used to.
    """
    seen = [one for one in cards if one is not None]
    if len(seen) * 2 <= len(cards) or not seen:
        raise StationProblem(
            "camera.card_missing",
            N_("There is no even grey or white card in the middle of the picture."),
            N_("Lay the colour card so that its grey or white fills the middle, without glare, and measure again."),
        )
    middle = Shade(
        *(round(statistics.median(values), 1) for values in zip(
            *((one.lightness, one.red_green, one.yellow_blue) for one in seen), strict=True
        ))
    )  # fmt: skip
    if deviation(middle) > WORST_REFERENCE:
        raise StationProblem(
            "camera.card_tinted",
            N_("The card is shown far from grey: {difference} ΔE."),
            N_("Put the lamp or the camera's white balance right first, then measure again."),
            difference=f"{deviation(middle):.1f}",
        )
    return middle


def colour_difference(one: Shade, other: Shade) -> float:
    """ΔE00 between two shades (CIEDE2000, ISO/CIE 11664-6), with all weights 1.

    Follows G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes,
    Supplementary Test Data, and Mathematical Observations", Color Research and Application 30 (2005) 21–30.
    """
    chroma = (math.hypot(one.red_green, one.yellow_blue) + math.hypot(other.red_green, other.yellow_blue)) / 2
    stretch = 1.5 - 0.5 * math.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    chroma_1, hue_1 = _polar(stretch * one.red_green, one.yellow_blue)
    chroma_2, hue_2 = _polar(stretch * other.red_green, other.yellow_blue)
    hue_step, hue = hue_2 - hue_1, hue_1 + hue_2
    if chroma_1 * chroma_2 == 0:
        hue_step = 0.0
    elif abs(hue_1 - hue_2) <= 180:
        hue /= 2
    else:
        hue_step += -360 if hue_step > 180 else 360
        hue = (hue + 360) / 2 if hue < 360 else (hue - 360) / 2
    light_step, chroma_step = other.lightness - one.lightness, chroma_2 - chroma_1
    turn = 2 * math.sqrt(chroma_1 * chroma_2) * math.sin(math.radians(hue_step / 2))
    light, chroma = (one.lightness + other.lightness) / 2, (chroma_1 + chroma_2) / 2
    tone = 1 - 0.17 * _cosine(hue - 30) + 0.24 * _cosine(2 * hue)
    tone += 0.32 * _cosine(3 * hue + 6) - 0.20 * _cosine(4 * hue - 63)
    weight_light = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    weight_chroma, weight_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * tone
    rotation = 2 * math.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rotation *= -math.sin(math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2))))
    parts = light_step / weight_light, chroma_step / weight_chroma, turn / weight_hue
    return math.sqrt(max(0.0, sum(part * part for part in parts) + rotation * parts[1] * parts[2]))


def _polar(red_green: float, yellow_blue: float) -> tuple[float, float]:
    """Chroma, and hue in degrees (0–360)."""
    return math.hypot(red_green, yellow_blue), math.degrees(math.atan2(yellow_blue, red_green)) % 360


def _cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))
