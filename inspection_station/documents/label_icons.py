"""The outlines of the disposition icons, for labels."""

from __future__ import annotations

import json
import re
from functools import cache

from inspection_station.documents.drawing import Box, Point, Shape
from inspection_station.locations import resources

_COMMAND = re.compile(r"([MLQZ])([^MLQZ]*)")
_CURVE_STEPS = 8
OTHER_ICON = "unclaimed"  # the question mark, for a disposition that a client added


@cache
def _outlines(disposition: str) -> tuple[tuple[Point, ...], ...]:
    """Outlines in a box of 1 × 1; curves as short lines."""
    data = json.loads((resources() / "labels" / "icons.json").read_text(encoding="utf-8"))
    paths, box = data["paths"], float(data["box"])
    outlines: list[tuple[Point, ...]] = []
    current: list[Point] = []
    for command, numbers in _COMMAND.findall(paths.get(disposition, paths[OTHER_ICON])):
        values = [float(number) / box for number in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        if command == "Z":
            outlines.append(tuple(current))
            current = []
        elif command == "Q":
            (x0, y0), (x1, y1, x2, y2) = current[-1], values
            for part in range(1, _CURVE_STEPS + 1):
                t = part / _CURVE_STEPS
                u = 1 - t
                current.append((u * u * x0 + 2 * u * t * x1 + t * t * x2, u * u * y0 + 2 * u * t * y1 + t * t * y2))
        else:
            current.append((values[0], values[1]))
    return tuple(outlines)


def icon(disposition: str, box: Box) -> Shape:
    """The icon of the disposition with this code, filling `box` (a square)."""
    scaled = tuple(
        tuple((box.left + x * box.width, box.top + y * box.height) for x, y in outline)
        for outline in _outlines(disposition)
    )
    return Shape(scaled, box)
