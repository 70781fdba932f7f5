"""What must hold of every label: nothing touches a symbol, another text, or the corner for reprints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inspection_station.documents import drawing
from inspection_station.documents.drawing import BarSymbol, Box, FilledBox, Layout, SquareSymbol, TextLine
from inspection_station.documents.label_geometry import Dots
from inspection_station.documents.label_layouts import reprint_corner


def corner_of(layout: Layout, size_mm: tuple[float, float]) -> Box:
    """The dots of the corner for reprints."""
    return Dots(*layout.dots_per_mm).box(reprint_corner(size_mm))


def check_nothing_collides(layout: Layout, size_mm: tuple[float, float]) -> None:
    """Everything is on the label of `size_mm`, and nothing lies where another thing must be alone."""
    page = Box(0, 0, layout.width, layout.height)
    ink = [part.box for part in layout.operations if not isinstance(part, BarSymbol | SquareSymbol)]
    corner = corner_of(layout, size_mm)
    for place, quiet in enumerate(layout.quiet):
        assert page.holds(quiet)
        assert not any(quiet.overlaps(box) for box in ink)
        assert not any(quiet.overlaps(other) for other in layout.quiet[:place])
    assert not any(corner.overlaps(box) for box in (*ink, *layout.quiet))
    texts = [part for part in layout.operations if isinstance(part, TextLine)]
    black = [part.box for part in layout.operations if isinstance(part, FilledBox)]
    for place, text in enumerate(texts):
        assert page.holds(text.box)
        assert not any(text.box.overlaps(other.box) for other in texts[:place])
        if text.white:
            assert any(box.holds(text.box) for box in black)
        else:
            assert not any(box.overlaps(text.box) for box in black)


def check_inked_where_said(layout: Layout) -> None:
    """What the texts say they ink is what they do ink: nothing is cut through and nothing reaches beyond."""
    texts = [part for part in layout.operations if isinstance(part, TextLine)]
    pixels = np.array(drawing.raster(layout)) == 0
    without = replace(layout, operations=tuple(part for part in layout.operations if not isinstance(part, TextLine)))
    changed = pixels != (np.array(drawing.raster(without)) == 0)
    for text in texts:
        box = text.box
        changed[max(box.top, 0) : box.bottom, max(box.left, 0) : box.right] = False
    assert not changed.any()
