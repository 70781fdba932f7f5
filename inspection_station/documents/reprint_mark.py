"""The mark of a reprint: the bitmap that was printed, with one word in the corner that every label keeps free."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from inspection_station.documents.drawing import TextLine, draw_text
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_geometry import Dots
from inspection_station.documents.label_layouts import reprint_corner
from inspection_station.documents.typesetting import fit
from inspection_station.i18n import translate

_SMALLEST = 8  # dots of the em


def reprint_of(raster_png: bytes, size_mm: tuple[float, float], dpi: int | tuple[int, int]) -> bytes:
    """The label `raster_png` (1-bit PNG) of `size_mm` (width, height) with “REPRINT” in the corner kept for it.

    In the language in force. Every other dot is as it was, so both symbols are. The place follows the bitmap's own
    dots: a label that was made for another printer is marked in the same corner. `dpi` stands in the new file, unless
    the old one says its own.
    """
    with Image.open(io.BytesIO(raster_png), formats=("PNG",)) as opened:
        resolution = opened.info.get("dpi")
        image = opened.convert("1")
    dots = Dots(image.width / size_mm[0], image.height / size_mm[1])
    box = dots.box(reprint_corner(size_mm))
    words = fit(
        translate("REPRINT"), box.width, box.height, largest=box.height, smallest=_SMALLEST, weight=Weight.BOLD,
        stretch=dots.stretch,
    )  # fmt: skip
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for line in words.lines:
        baseline = box.top + (box.height - words.height) // 2 + line.above
        draw_text(image, draw, TextLine(line, box.right - line.width, baseline))
    out = io.BytesIO()
    own = (dpi, dpi) if isinstance(dpi, int) else dpi
    image.save(out, "PNG", dpi=resolution or own, optimize=True)
    return out.getvalue()
