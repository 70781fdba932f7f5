"""Where in a picture a code may lie and how it is turned: long parallel edges close together, or a dense field of them.

The direction of the edges comes from the structure tensor of a half-size picture; the crop that is cut out stands
upright, is enlarged when its bars are thin, and is small, so that a second look costs little.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from inspection_station.devices.barcode_engines import Grey, Points
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import cv2
    import numpy as np
    import numpy.typing as npt
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

WORKING_SIDE = 960  # pixels of the longer side at which regions are looked for
SMALLEST_SIDE = 12  # of a region, in those pixels
QUIET_ZONE = 0.12  # of the region's longer side, added on every side


Field: TypeAlias = "npt.NDArray[Any]"
Box: TypeAlias = "npt.NDArray[Any]"


@dataclass(frozen=True)
class CodeRegion:
    """A turned rectangle: centre, size and angle (degrees that turn it upright) in pixels of the whole picture."""

    centre: tuple[float, float]
    width: float
    height: float
    angle: float
    strength: float


def find_regions(image: Grey, limit: int = 4) -> list[CodeRegion]:
    """At most `limit` places that may hold a code, the strongest first."""
    rows, columns = image.shape
    scale = min(1.0, WORKING_SIDE / max(rows, columns))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    if min(small.shape) < SMALLEST_SIDE:
        return []
    across = cv2.Scharr(small, cv2.CV_32F, 1, 0)
    down = cv2.Scharr(small, cv2.CV_32F, 0, 1)
    window = (25, 25)
    xx, yy, xy = (cv2.blur(part, window) for part in (across * across, down * down, across * down))
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (energy + 1.0)
    # Bars are dense and parallel: dense edges count everywhere, more so where they agree on a direction.
    score = np.sqrt(energy) * (0.35 + coherence)
    top = float(np.percentile(score[::4, ::4], 99.5))
    mask = (score > 0.5 * top).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    order = sorted(range(1, count), key=lambda one: -int(stats[one, cv2.CC_STAT_AREA]))[: 2 * limit]
    found = [_region(labels == one, np.asarray(score), xx - yy, xy, coherence, scale, stats[one]) for one in order]
    good = [region for region in found if region is not None]
    return sorted(good, key=lambda region: -region.strength)[:limit]


def _region(
    inside: npt.NDArray[np.bool_],
    score: Field,
    difference: Field,
    mixed: Field,
    coherence: Field,
    scale: float,
    box: Box,
) -> CodeRegion | None:
    left, top, width, height = (int(box[side]) for side in range(4))
    view = (slice(top, top + height), slice(left, left + width))
    here = inside[view]
    if min(width, height) < SMALLEST_SIDE:
        return None
    points = cv2.findNonZero(here.astype(np.uint8))
    if float(coherence[view][here].mean()) > 0.45:
        # Edges of one direction: the bars stand upright after turning by their normal.
        angle = math.degrees(0.5 * math.atan2(2 * float(mixed[view][here].sum()), float(difference[view][here].sum())))
    else:
        angle = cv2.minAreaRect(points)[2]
    turn = math.radians(angle)
    along = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    spread = points.reshape(-1, 2).astype(np.float64) + np.array([left, top])
    extent = [(float((spread @ axis).min()), float((spread @ axis).max())) for axis in along]
    sides = [high - low for low, high in extent]
    if min(sides) < SMALLEST_SIDE:
        return None
    middle = sum((low + high) / 2 * axis for (low, high), axis in zip(extent, along, strict=True))
    margin = QUIET_ZONE * max(sides) + 6
    strength = float(score[view][here].mean()) * math.sqrt(float(here.sum()))
    x, y = (float(value) / scale for value in cast("npt.NDArray[np.float64]", middle))
    return CodeRegion((x, y), (sides[0] + 2 * margin) / scale, (sides[1] + 2 * margin) / scale, angle, strength)


@dataclass(frozen=True)
class Crop:
    """A region cut out upright, with the way back to the whole picture."""

    image: Grey
    back: npt.NDArray[np.float64]

    def points_in_picture(self, points: Points) -> Points:
        """`points` of the crop as points of the whole picture."""
        moved = np.array([(x, y, 1) for x, y in points]) @ self.back.T
        first, second, third, fourth = ((round(float(x)), round(float(y))) for x, y in moved)
        return first, second, third, fourth


def cut_out(image: Grey, region: CodeRegion, scale: float) -> Crop:
    """The region, upright, enlarged `scale` times."""
    width, height = (max(16, min(4096, round(side * scale))) for side in (region.width, region.height))
    turn = math.radians(region.angle)
    cosine, sine = math.cos(turn) / scale, math.sin(turn) / scale
    x, y = region.centre
    back = np.array(
        [
            [cosine, -sine, x - cosine * width / 2 + sine * height / 2],
            [sine, cosine, y - sine * width / 2 - cosine * height / 2],
        ]
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(image, back, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Crop(cast(Grey, cut), back)
