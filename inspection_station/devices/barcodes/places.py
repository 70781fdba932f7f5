"""Where in a picture a code may lie and how it is turned: dense edges, of one direction (bars) or of both (squares).

Differences between neighbouring pixels in four directions are summed over small cells; everything after that works on
some thousands of cells, so that looking costs a fraction of reading.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from inspection_station.devices.barcodes.engines import Grey, Points
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import cv2
    import numpy as np
    import numpy.typing as npt
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

MOST_PIXELS = 2_600_000  # a picture with more is halved before it is searched
LARGE_SIDE = 1200  # pixels: from this longer side on a cell is 8 pixels wide, below 4
WINDOW = 5  # cells: edges are judged over windows of this side
STRONG = 0.5  # of the strongest edges: what counts as a place
ONE_DIRECTION = 0.3  # coherence from which the edges tell how a code is turned
QUIET_ZONE = 0.12  # of the place's longer side, added on every side of a crop
INSIDE_BARS = 0.9  # of a place's height: what is cut out of bars
LARGEST_CROP_SIDE = 4096  # pixels

Cells: TypeAlias = "npt.NDArray[np.float32]"


@dataclass(frozen=True)
class Place:
    """A turned rectangle that may hold a code, in pixels of the whole picture.

    Attributes:
        centre: x, y.
        width, height: along and across the direction in which the picture changes most.
        angle: degrees that turn the bars upright.
        coherence: 0 (edges of every direction, as in a QR code) to 1 (parallel bars).
        strength: how much of edges it holds; only to put places in order.
        noise: differences between neighbouring pixels in the picture's flat parts, in grey levels.
    """

    centre: tuple[float, float]
    width: float
    height: float
    angle: float
    coherence: float
    strength: float
    noise: float


def _edge_cells(grey: Grey, cell: int) -> tuple[Cells, Cells, Cells, Cells]:
    """Mean differences across, down and along both diagonals, by cell."""
    columns, rows = ((side - 1) // cell for side in (grey.shape[1], grey.shape[0]))
    height, width = rows * cell, columns * cell
    here = grey[:height, :width]
    pairs = (
        (grey[:height, 1 : width + 1], here),
        (grey[1 : height + 1, :width], here),
        (grey[1 : height + 1, 1 : width + 1], here),
        (grey[1 : height + 1, :width], grey[:height, 1 : width + 1]),
    )
    sums = (
        cv2.resize(cv2.absdiff(one, other), (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
        for one, other in pairs
    )
    across, down, falling, rising = cast("Any", sums)
    return across, down, falling, rising


def noise_of(grey: Grey) -> float:
    """Noise of the flat parts in grey levels, from every eighth row."""
    rows = np.ascontiguousarray(grey[::8])
    if rows.shape[1] < 64 or rows.shape[0] < 4:
        return 0.0
    change = cv2.absdiff(rows[:, 1:], rows[:, :-1])
    cells = cv2.resize(change, (change.shape[1] // 16, change.shape[0]), interpolation=cv2.INTER_AREA)
    return float(np.percentile(cells, 20))


class EdgeMap:
    """Where a picture has edges and in which direction they run, by cell; computed once, asked for places often."""

    def __init__(self, image: Grey) -> None:
        rows, columns = image.shape
        shrink = 1
        while rows * columns > MOST_PIXELS * shrink * shrink:
            shrink *= 2
        size = (columns // shrink, rows // shrink)
        small = image if shrink == 1 else np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        cell = 8 if max(small.shape) >= LARGE_SIDE else 4
        self._pixels = float(cell * shrink)
        self._usable = min(small.shape) >= 4 * cell
        self.noise = 0.0
        if not self._usable:
            return
        across, down, falling, rising = _edge_cells(small, cell)
        self.noise = float(np.percentile(across + down, 20)) / 2
        window = (WINDOW, WINDOW)
        xx, yy = cv2.blur(across * across, window), cv2.blur(down * down, window)
        xy = cv2.blur((falling * falling - rising * rising) / 4, window)
        energy = xx + yy
        floor = 2 * self.noise * self.noise
        coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (energy + floor + 4.0)
        # Bars are dense and parallel: dense edges count everywhere, more so where they agree on a direction.
        score = np.sqrt(np.maximum(energy - floor, 0)) * (0.35 + coherence)
        self._fields = cast("tuple[Cells, Cells, Cells, Cells]", (score, xx - yy, xy, coherence))
        self._top = float(np.percentile(score, 99.5))

    def places(self, limit: int = 4, strong: float = STRONG) -> list[Place]:
        """At most `limit` places with edges of at least `strong` times the strongest, the strongest first."""
        if not self._usable:
            return []
        mask = (self._fields[0] > strong * self._top).astype(np.uint8)
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        count, labels, boxes, _ = cv2.connectedComponentsWithStats(opened)
        order = sorted(range(1, count), key=lambda one: -int(boxes[one, cv2.CC_STAT_AREA]))[: 2 * limit]
        found = [_place(labels, one, boxes[one], self._fields, self._pixels, self.noise) for one in order]
        return sorted((place for place in found if place), key=lambda place: -place.strength)[:limit]


def _place(
    labels: npt.NDArray[Any],
    number: int,
    box: npt.NDArray[Any],
    fields: tuple[Cells, Cells, Cells, Cells],
    pixels: float,
    noise: float,
) -> Place | None:
    """The rectangle round the cells labelled `number`; `pixels` is the side of a cell in the whole picture."""
    left, top, width, height = (int(box[side]) for side in range(4))
    if max(width, height) < 4:
        return None
    view = (slice(top, top + height), slice(left, left + width))
    here = labels[view] == number
    score, difference, mixed, coherences = (field[view][here] for field in fields)
    coherence = float(coherences.mean())
    if coherence > ONE_DIRECTION:
        angle = math.degrees(0.5 * math.atan2(2 * float(mixed.sum()), float(difference.sum())))
    else:
        angle = cv2.minAreaRect(cv2.findNonZero(here.astype(np.uint8)))[2]
    turn = math.radians(angle)
    axes = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    down, along = np.nonzero(here)
    points = np.stack([along + left + 0.5, down + top + 0.5], axis=1) @ axes.T * pixels
    low, high = points.min(axis=0) - pixels / 2, points.max(axis=0) + pixels / 2
    x, y = (low + high) / 2 @ axes
    size = high - low
    strength = float(score.mean()) * math.sqrt(float(here.sum()))
    return Place((float(x), float(y)), float(size[0]), float(size[1]), angle, coherence, strength, noise)


def place_of(points: Points, bars: bool) -> Place:
    """The place of a code that was read at `points`; `bars`: one that runs from the first point to the second."""
    corners = np.array(points, np.float64)
    x, y = corners.mean(axis=0)
    along = (corners[1] - corners[0]) + (corners[2] - corners[3])
    width = float(np.hypot(*along)) / 2
    height = float(np.hypot(*((corners[3] - corners[0]) + (corners[2] - corners[1])))) / 2
    angle = math.degrees(math.atan2(along[1], along[0])) if bars and width else 0.0
    if not bars:
        width, height = (float(side) for side in np.ptp(corners, axis=0))
    return Place((float(x), float(y)), max(width, 8.0), max(height, 8.0), angle, 1.0 if bars else 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Crop:
    """A part of a picture, turned and scaled, with the way back to the whole picture."""

    image: Grey
    back: npt.NDArray[np.float64]

    def points_in_picture(self, points: Points) -> Points:
        """`points` of the crop as points of the whole picture."""
        moved = np.array([(x, y, 1) for x, y in points]) @ self.back.T
        first, second, third, fourth = ((round(float(x)), round(float(y))) for x, y in moved)
        return first, second, third, fourth


def alike(one: Place, other: Place) -> bool:
    """True when both are much the same place, so that looking at the second would show nothing new."""
    far = max(abs(one.centre[0] - other.centre[0]), abs(one.centre[1] - other.centre[1]))
    larger = max(abs(one.width - other.width), abs(one.height - other.height))
    return max(far, larger) < 0.08 * max(one.width, one.height) and abs(one.angle - other.angle) < 5


def _sides(place: Place) -> tuple[float, float]:
    """Width and height of the place with its quiet zones."""
    margin = 2 * (QUIET_ZONE * max(place.width, place.height) + 8)
    return place.width + margin, place.height + margin


def pixels_of(place: Place, scale: float = 1.0, *, square: bool = False) -> float:
    """How many pixels a crop of `place` has."""
    width, height = _sides(place)
    return (max(width, height) ** 2 if square else width * height) * scale * scale


def cut_out(
    image: Grey, place: Place, scale: float = 1.0, *, down_scale: float | None = None, bars: bool = False
) -> Crop:
    """The place with its quiet zones, upright, enlarged `scale` times (across the bars; along them `down_scale`).

    `bars`: bars have no quiet zone at their ends, and are cut off a little inside of them.
    """
    down_scale = scale if down_scale is None else down_scale
    sides = _sides(place)
    if bars:
        sides = (sides[0], max(8.0, INSIDE_BARS * place.height))
    width = max(16, min(LARGEST_CROP_SIDE, round(sides[0] * scale)))
    height = max(8, min(LARGEST_CROP_SIDE, round(sides[1] * down_scale)))
    turn = math.radians(place.angle)
    cosine, sine = math.cos(turn), math.sin(turn)
    steps = np.array([[cosine / scale, -sine / down_scale], [sine / scale, cosine / down_scale]])
    start = np.array(place.centre) - steps @ np.array([width / 2, height / 2])
    back = np.column_stack([steps, start])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(image, back, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Crop(cast(Grey, cut), back)


def cut_square(image: Grey, place: Place, scale: float = 1.0) -> Crop:
    """A square round the place, not turned: matrix codes are found turned, but not when a corner is missing."""
    half = max(_sides(place)) / 2
    rows, columns = image.shape
    left, top = (max(0, int(middle - half)) for middle in place.centre)
    right, bottom = (
        min(end, int(middle + half) + 1) for end, middle in zip((columns, rows), place.centre, strict=True)
    )
    back = np.array([[1.0, 0.0, left], [0.0, 1.0, top]])
    part = image[top : max(bottom, top + 1), left : max(right, left + 1)]
    width, height = (max(4, round(side * scale)) for side in (part.shape[1], part.shape[0]))
    crop = Crop(part, back)
    return crop if scale == 1.0 else _resized(crop, width, height)


def cut_band(image: Grey, place: Place, rows: int) -> Crop:
    """The place with its bars upright, its height brought down to `rows` by averaging along the bars.

    A bar is the same all along; the mean over it has less noise and costs less to scan.
    """
    crop = cut_out(image, place, down_scale=min(1.0, 4 * rows / max(1.0, place.height)), bars=True)
    height, width = crop.image.shape
    return crop if height <= rows * 1.3 else _resized(crop, width, rows)


def widened(band: Crop, scale: float) -> Crop:
    """`band` made `scale` times as wide."""
    height, width = band.image.shape
    return band if scale == 1.0 else _resized(band, min(LARGEST_CROP_SIDE, round(width * scale)), height)


def _resized(crop: Crop, width: int, height: int) -> Crop:
    before = crop.image.shape
    how = cv2.INTER_AREA if width <= before[1] else cv2.INTER_CUBIC
    back = crop.back.copy()
    back[:, 0] *= before[1] / width
    back[:, 1] *= before[0] / height
    return Crop(cast(Grey, cv2.resize(crop.image, (width, height), interpolation=how)), back)
