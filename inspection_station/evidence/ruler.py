"""A centimetre ruler in a photo: whether one lies there, and how many pixels a millimetre is.

A ruler is told by its graduation, not by its shape: fine dark lines that begin on one straight edge, evenly spaced,
every fifth longer than its neighbours and every tenth the longest (DIN 866, JIS B 7516 and GB/T 9056 all print it
so). Barcodes, zips, combs and ribs have lines too, but not that order. Pure functions for worker threads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import Picture

if TYPE_CHECKING:
    import cv2
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

WORKING_WIDTH = 1300
"""Widest in pixels, at first, of what lines are looked for in: a whole fraction of the picture, which is quickly made.
Then twice and half of that; a millimetre must be 4–14 pixels in one of them."""
LEAST_LINES = 16  # one and a half centimetres: at least one tenth and one fifth line and their neighbours
NARROWEST, WIDEST = 3.5, 15.0  # pixels from line to line
STEEPEST = 0.35  # slope of the ruler against the picture's side, 19°
_SLOPES_EACH_WAY = 35
_SAME_EDGE = 2.5  # pixels by which line ends may miss the edge they begin on
_MOST_LINES = 4000  # more fine lines than this are fabric
_BEST_EDGES = 8


@dataclass(frozen=True)
class Ruler:
    """A ruler found in a photo.

    Attributes:
        pixels_per_mm: of the photo, along the ruler, in its middle.
        lines: millimetre lines that were found in order.
    """

    pixels_per_mm: float
    lines: int


@dataclass(frozen=True)
class _Lines:
    """Fine lines that stand across a ruler: their middles and lengths, in pixels."""

    x: Floats
    y: Floats
    length: Floats


def find_ruler(image: Picture) -> Ruler | None:
    """The ruler in `image` (rows × columns × 3 or grey), along either side of it, or None.

    A ruler of inches is none: its lines stand in another order.
    """
    if image.size == 0:
        return None
    grey = cast(Picture, cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)) if image.ndim == 3 else image
    whole = math.ceil(grey.shape[1] / WORKING_WIDTH)
    for part in dict.fromkeys((whole, (whole + 1) // 2, 2 * whole)):
        scaled = grey if part == 1 else _one_of(grey, part)
        for turn in (False, True):
            found = _along(cast(Picture, np.ascontiguousarray(scaled.T)) if turn else scaled)
            if found is not None:
                return Ruler(round(found.pixels_per_mm * part, 3), found.lines)
    return None


def _one_of(grey: Picture, part: int) -> Picture:
    """`grey` at one `part`-th of its size, rows and columns that do not make a whole pixel left out."""
    rows, columns = max(part, grey.shape[0] - grey.shape[0] % part), max(part, grey.shape[1] - grey.shape[1] % part)
    return cast(Picture, cv2.resize(
        grey[:rows, :columns], (columns // part, max(1, rows // part)), interpolation=cv2.INTER_AREA
    ))  # fmt: skip


def _along(grey: Picture) -> Ruler | None:
    """The ruler that lies along the rows of `grey`, its lines beginning at its upper or its lower edge."""
    lines = _fine_lines(grey)
    if lines is None:
        return None
    for up in (True, False):
        for chosen, slope in _edges(lines, up):
            found = _graduation(lines, chosen, slope)
            if found is not None:
                return found
    return None


def _fine_lines(grey: Picture) -> _Lines | None:
    """Dark upright lines no more than a few pixels wide. What is dark over a wider stretch of a row is none."""
    row = np.ones((1, 9), np.uint8)
    filled = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, row)
    depth = cv2.subtract(filled, grey)
    needed = cv2.LUT(filled, np.maximum(np.arange(256) // 6, 9).astype(np.uint8))
    dark = cv2.compare(depth, needed, cv2.CMP_GT)
    count, _, stats, middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    if count < LEAST_LINES:
        return None
    wide, high, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    upright = (high >= 5) & (high <= 160) & (wide <= 4 + STEEPEST * high) & (area >= high * 0.8) & (area <= 5.5 * high)
    if not LEAST_LINES <= int(upright.sum()) <= _MOST_LINES:
        return None
    at = middles[1:][upright]
    return _Lines(*(part.astype(np.float64) for part in (at[:, 0], at[:, 1], high[upright])))


def _edges(lines: _Lines, up: bool) -> list[tuple[npt.NDArray[np.intp], float]]:
    """The straight edges on which most lines begin: the lines' places, ordered along it, and the edge's slope."""
    sign = -1.0 if up else 1.0
    slopes = np.linspace(-STEEPEST, STEEPEST, 2 * _SLOPES_EACH_WAY + 1)[:, None]
    # All slopes at once, a row each: seventy steps one by one would keep the GUI thread waiting for the interpreter.
    # A line stands upright on the edge, so its end lies aside of its middle by the slope.
    end_y = lines.y + sign * lines.length / 2
    offset = end_y - slopes * (lines.x - sign * slopes * lines.length / 2)
    lowest = offset.min(axis=1, keepdims=True)
    bins = ((offset - lowest) / (2 * _SAME_EDGE)).astype(np.intp)
    many = int(bins.max()) + 2
    counts = np.bincount((bins + many * np.arange(slopes.size)[:, None]).ravel(), minlength=many * slopes.size)
    counts = counts.reshape(slopes.size, many)
    both = counts[:, :-1] + counts[:, 1:]
    enough = np.argwhere(both >= LEAST_LINES)
    found = sorted(
        ((int(both[row, place]), float(slopes[row, 0]), float(lowest[row, 0] + (place + 1) * 2 * _SAME_EDGE))
         for row, place in enough), reverse=True,
    )  # fmt: skip
    edges = []
    for _, slope, middle in found[:_BEST_EDGES]:
        end_x, end_y = lines.x - sign * slope * lines.length / 2, lines.y + sign * lines.length / 2
        near = np.abs(end_y - slope * end_x - middle) <= 2 * _SAME_EDGE
        for _ in range(2):  # a line through the ends, then through those near it
            if int(near.sum()) < LEAST_LINES:
                break
            slope, start = _straight(end_x[near], end_y[near])
            near = np.abs(end_y - slope * end_x - start) <= _SAME_EDGE
        chosen = np.flatnonzero(near)
        if chosen.size >= LEAST_LINES:
            edges.append((chosen[np.argsort(lines.x[chosen])], slope))
    return edges


def _straight(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope and start of the straight line of least squares; ten times as quick as a polynomial of any degree."""
    middle_x, middle_y = float(x.mean()), float(y.mean())
    apart = x - middle_x
    spread = float(apart @ apart)
    slope = float(apart @ (y - middle_y)) / spread if spread else 0.0
    return slope, middle_y - slope * middle_x


def _graduation(lines: _Lines, chosen: npt.NDArray[np.intp], slope: float) -> Ruler | None:
    """The longest evenly spaced run among lines of one edge, when its lengths are those of a ruler."""
    lean = math.sqrt(1 + slope * slope)
    along = (lines.x[chosen] + slope * lines.y[chosen]) / lean
    length = lines.length[chosen] * lean
    gaps = np.diff(along)
    fair = gaps[(gaps >= NARROWEST) & (gaps <= WIDEST)]
    if fair.size < LEAST_LINES - 4:
        return None
    pitch = float(np.median(fair))
    best: tuple[list[int], list[int]] = ([], [])
    places, numbers = [0], [0]
    for at in range(1, along.size):
        gap, steps = along[at] - along[places[-1]], 0
        for many in (1, 2, 3):  # a line or two may be hidden
            if abs(gap - many * pitch) <= 0.3 * pitch:
                steps = many
        if steps:
            places.append(at)
            numbers.append(numbers[-1] + steps)
            # Seen from aside the lines come nearer to each other along the ruler.
            pitch += 0.1 * (gap / steps - pitch)
        elif gap > 0.6 * pitch:
            if len(places) > len(best[0]):
                best = places, numbers
            places, numbers = [at], [0]
    if len(places) > len(best[0]):
        best = places, numbers
    places, numbers = best
    if len(places) < LEAST_LINES or numbers[-1] > 1.3 * len(places):
        return None
    number, of_run = np.array(numbers), length[places]
    if not _is_ruled(number, of_run):
        return None
    per_mm = float(np.polyfit(number, along[places], 1)[0])
    return Ruler(per_mm, len(places))


def _is_ruled(number: npt.NDArray[np.int64], length: Floats) -> bool:
    """Whether every fifth line is longer than those between, and every tenth as long as that or longer."""
    for phase in range(10):
        place = (number + phase) % 10
        tenths, fifths, others = length[place == 0], length[place == 5], length[(place % 5) != 0]
        if not (tenths.size and fifths.size and others.size >= 10):
            continue
        usual = float(np.median(others))
        even = float(np.mean(np.abs(others - usual) <= 0.25 * usual + 1)) >= 0.85
        longer = float(np.mean(fifths >= 1.2 * usual)) >= 0.7 and float(np.mean(tenths >= 1.3 * usual)) >= 0.7
        if even and longer and float(np.median(tenths)) >= float(np.median(fifths)) * 1.05:
            return True
    return False
