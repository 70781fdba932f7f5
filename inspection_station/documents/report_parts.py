"""The parts that reports are made of: text set by our own typesetting, pictures, and numbered pages.

reportlab's own paragraphs break mixed Chinese and Latin text inside words and know one font a piece; these use the
same face per script and the same line breaking as labels do.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageFilter, ImageOps
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from inspection_station.documents.drawing import write_line
from inspection_station.documents.evidence_case import CaseMark
from inspection_station.documents.fonts import FACES, Weight, register_for_pdf
from inspection_station.documents.typesetting import ELLIPSIS, Line, clean, set_line, wrap
from inspection_station.errors import StationProblem
from inspection_station.picture_files import FORMATS, check_picture

DOTS_A_POINT = 10  # text is measured in these; fine enough that nothing of hinting shows
LEADING = 1.42  # of the em; Chinese wants at least 1.35
PAGE_WIDTH = A4[0]
LONGEST_PARAGRAPH = 4000  # characters
TALLEST_ROW = 320.0  # points
CELL_MARGINS = 20  # points; the most that a table takes from a cell's width
PICTURE_SIDE = 1400  # pixels on the longer side; some 200 dpi at the size printed
PICTURE_QUALITY = 82

INK, GREY, LIGHT, HAIRLINE = HexColor("#12161B"), HexColor("#454D57"), HexColor("#626B76"), HexColor("#D6DADF")
SUNKEN, GOOD, GOOD_PAPER = HexColor("#F5F6F7"), HexColor("#006B52"), HexColor("#E2F3ED")
BAD, BAD_PAPER = HexColor("#A83400"), HexColor("#FCE8DF")


class Text(Flowable):  # type: ignore[misc, unused-ignore]
    """A paragraph; line ends in `text` begin a new line. Splits between lines at a page's end."""

    def __init__(
        self, text: str, size: float = 9.5, weight: Weight = Weight.REGULAR, colour: Color = INK, after: float = 0
    ) -> None:
        super().__init__()
        self._text, self._size, self._weight, self._colour = text, size, weight, colour
        self._lines: list[Line] = []
        self.spaceAfter = after

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        """reportlab asks how much room the text takes in a width."""
        self._lines = self._set(aW)
        self.width, self.height = aW, len(self._lines) * self._size * LEADING
        return self.width, self.height

    def _set(self, width: float) -> list[Line]:
        text = self._text
        if len(text) > LONGEST_PARAGRAPH:
            text = text[: LONGEST_PARAGRAPH - 1] + ELLIPSIS
        lines: list[Line] = []
        for part in text.splitlines() or [""]:
            size = round(self._size * DOTS_A_POINT)
            dots = max(int(width * DOTS_A_POINT), size)
            lines += wrap(clean(part, LONGEST_PARAGRAPH), size, self._weight, dots, LONGEST_PARAGRAPH)[0]
        return lines

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803
        """reportlab asks for two pieces when the text does not fit the rest of the page."""
        lines = self._set(aW)
        fitting = int(aH // (self._size * LEADING))
        if fitting < 1 or fitting >= len(lines):
            return []
        return [self._piece(lines[:fitting]), self._piece(lines[fitting:])]

    def _piece(self, lines: list[Line]) -> Text:
        text = "\n".join(line.text for line in lines)
        return Text(text, self._size, self._weight, self._colour, self.spaceAfter)

    def draw(self) -> None:
        """reportlab: draw at the canvas' origin."""
        step = self._size * LEADING
        self.canv.setFillColor(self._colour)
        for place, line in enumerate(self._lines):
            top = self.height - place * step
            write_on(self.canv, line, 0, top - step * 0.5 - self._size * 0.37)


def row_pieces(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> list[list[Any]]:
    """Table rows of `Text` cells (alone or in lists), the too tall ones as several: reportlab refuses such rows."""
    pieces: list[list[Any]] = []
    for row in rows:
        rest: list[list[Any]] = [cell if isinstance(cell, list) else [cell] if cell else [] for cell in row]
        while any(rest):
            cut = [_cut(cell, width - CELL_MARGINS) for cell, width in zip(rest, widths, strict=True)]
            pieces.append([head or "" for head, _ in cut])
            rest = [tail for _, tail in cut]
    return pieces


def _cut(cell: list[Any], width: float) -> tuple[list[Any], list[Any]]:
    """What of a cell fits `TALLEST_ROW`, and the rest."""
    room = TALLEST_ROW
    for place, part in enumerate(cell):
        height = part.wrap(width, TALLEST_ROW)[1] if isinstance(part, Text) else 0
        if height > room:
            head, *tail = part.split(width, room) or [None, part]
            return [*cell[:place], *([head] if head else [])], [*tail, *cell[place + 1 :]]
        room -= height
    return cell, []


def write_on(page: Canvas, line: Line, left: float, baseline: float) -> None:
    """Write a line set in `DOTS_A_POINT` at a place in points, y upwards, in the colour in force."""
    page.saveState()
    page.translate(left, baseline)
    page.scale(1 / DOTS_A_POINT, -1 / DOTS_A_POINT)
    write_line(page, line, 0, 0)
    page.restoreState()


def line_of(text: str, size: float, weight: Weight = Weight.REGULAR) -> Line:
    """`text` on one line at `size` points, for `write_on`."""
    return set_line(clean(text), round(size * DOTS_A_POINT), weight)


class Picture(Flowable):  # type: ignore[misc, unused-ignore]
    """A picture as wide as its place, at most `tallest` points high, over a hairline frame; a note where it fails."""

    def __init__(
        self, data: bytes | None, absent: str, tallest: float, *, masked: bool = False, marks: tuple[CaseMark, ...] = ()
    ) -> None:
        super().__init__()
        self._marks = marks
        self._absent, self._tallest = absent, tallest
        self._image = reduced(data, masked=masked) if data is not None else None

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        """reportlab asks for the size."""
        self.width, self.height = aW, self._tallest
        return self.width, self.height

    def draw(self) -> None:
        """reportlab: draw at the canvas' origin."""
        self.canv.setFillColor(SUNKEN)
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setLineWidth(0.5)
        self.canv.rect(0, 0, self.width, self.height, stroke=1, fill=1)
        if self._image is None:
            self.canv.setFillColor(BAD)
            write_on(self.canv, line_of(self._absent, 9), 8, self.height / 2)
            return
        reader = ImageReader(io.BytesIO(self._image))
        width, height = reader.getSize()
        scale = min(self.width / width, self.height / height)
        left, bottom = (self.width - width * scale) / 2, (self.height - height * scale) / 2
        self.canv.drawImage(reader, left, bottom, width * scale, height * scale)
        for mark in self._marks:
            self._draw_mark(mark, left, bottom, width * scale, height * scale)

    def _draw_mark(self, mark: CaseMark, left: float, bottom: float, width: float, height: float) -> None:
        """White with a dark rim, as on the screen; fractions count from the upper edge, paper from the lower."""
        x1, x2 = left + mark.x1 * width, left + mark.x2 * width
        y1, y2 = bottom + (1 - mark.y1) * height, bottom + (1 - mark.y2) * height
        for colour, thick in ((INK, 2.4), (white, 1.2)):
            self.canv.setStrokeColor(colour)
            self.canv.setLineWidth(thick)
            if mark.shape == "ellipse":
                self.canv.ellipse(x1, y2, x2, y1, stroke=1, fill=0)
                continue
            back = math.atan2(y1 - y2, x1 - x2)
            self.canv.line(x1, y1, x2, y2)
            for aside in (-0.5, 0.5):
                self.canv.line(x2, y2, x2 + math.cos(back + aside) * 8, y2 + math.sin(back + aside) * 8)


def reduced(data: bytes, *, masked: bool = False) -> bytes | None:
    """`data` as a smaller JPEG for paper; unreadable when `masked`; None when it is not a whole picture."""
    try:
        check_picture(data)
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            opened.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (StationProblem, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    image.thumbnail((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.LANCZOS)
    if masked:
        coarse = image.resize((max(1, image.width // 40), max(1, image.height // 40)), Image.Resampling.BOX)
        image = coarse.resize(image.size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(6))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=PICTURE_QUALITY)
    return out.getvalue()


class NumberedPages(Canvas):
    """A canvas that knows the number of pages before it writes them, for "2 / 5" at their foot."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        register_for_pdf()
        # Without a first font of ours an unembedded Helvetica would be listed.
        super().__init__(*arguments, **{**options, "initialFontName": FACES[0], "invariant": 1})
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802
        """Keep the page; it is written when the last is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        """Write all pages, each with its number."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            line = line_of(f"{number} / {len(self._pages)}", 8)
            self.setFillColor(LIGHT)
            write_on(self, line, PAGE_WIDTH - 48 - line.width / DOTS_A_POINT, 28)
            super().showPage()
        super().save()
