"""One list of drawing operations in whole printer dots, drawn as a black-and-white bitmap or as a PDF page.

Black only. The bitmap is what a printer gets and what a screen previews; the PDF has the same operations at the
same places, for printers behind a driver.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from inspection_station.documents.code_symbols import Bars, Squares
from inspection_station.documents.fonts import FACES, pillow_font, register_for_pdf
from inspection_station.documents.typesetting import Line

if TYPE_CHECKING:
    from reportlab.pdfgen import canvas  # loaded with the first page, not with the window

MILLIMETRES_PER_INCH = 25.4
POINTS_PER_INCH = 72
FILL_EVEN_ODD = 0  # reportlab's own constant, which its type stub lacks
BLACK, WHITE = 0, 1
# In a PDF every module gives way by this part of a dot on each side: renderers that ink each dot a shape touches
# (Ghostscript, Poppler without smoothing) would widen bars by one dot for a rounding error, and unread they stay.
_GIVE = 0.08
_FINER = 4  # icons and stretched letters are drawn this many times larger before they become black and white
_LARGE = 48  # dots of the em; larger letters are as good without

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle in dots: left, top, width, height; y runs downwards."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column right of the box."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.top + self.height

    def overlaps(self, other: Box) -> bool:
        """Whether the two share a dot."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether `other` lies wholly inside."""
        return (
            self.left <= other.left and other.right <= self.right and self.top <= other.top
            and other.bottom <= self.bottom
        )  # fmt: skip


@dataclass(frozen=True)
class FilledBox:
    """A black rectangle, its corners rounded by `radius` dots."""

    box: Box
    radius: int = 0


@dataclass(frozen=True)
class TextLine:
    """A set line, its left edge and baseline at (`left`, `baseline`); white on black when `white`."""

    line: Line
    left: int
    baseline: int
    white: bool = False

    @property
    def box(self) -> Box:
        """The dots the line may ink."""
        return Box(self.left, self.baseline - self.line.above, self.line.width, self.line.above + self.line.below)


@dataclass(frozen=True)
class BarSymbol:
    """Code 128 with its first bar at the left of `box`; a module is `module` dots wide."""

    symbol: Bars
    box: Box
    module: int


@dataclass(frozen=True)
class SquareSymbol:
    """A QR symbol whose dark modules begin at the top left of `box`; a module is `module` by `module_down` dots."""

    symbol: Squares
    box: Box
    module: int
    module_down: int


@dataclass(frozen=True)
class Shape:
    """Closed outlines, filled by the even-odd rule; coordinates in dots."""

    outlines: tuple[tuple[Point, ...], ...]
    box: Box


Operation = FilledBox | TextLine | BarSymbol | SquareSymbol | Shape


@dataclass(frozen=True)
class Layout:
    """A page of operations: size in dots, and how many dots make a millimetre (across, down)."""

    width: int
    height: int
    dots_per_mm: tuple[float, float]
    operations: tuple[Operation, ...]
    quiet: tuple[Box, ...] = ()  # symbols with their quiet zones: nothing else may ink a dot there
    shortened: tuple[str, ...] = ()  # names of the texts that end in an ellipsis
    replaced: tuple[str, ...] = ()  # characters that no shipped font has: another sign stands in their places

    @property
    def dots_per_inch(self) -> tuple[float, float]:
        """Resolution of the bitmap, across and down."""
        return self.dots_per_mm[0] * MILLIMETRES_PER_INCH, self.dots_per_mm[1] * MILLIMETRES_PER_INCH


def raster(layout: Layout) -> Image.Image:
    """`layout` as an image of mode "1" (0 is black), one pixel a printer dot."""
    image = Image.new("1", (layout.width, layout.height), WHITE)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for operation in layout.operations:
        match operation:
            case FilledBox(box, radius):
                corners = (box.left, box.top, box.right - 1, box.bottom - 1)
                draw.rounded_rectangle(corners, radius, fill=BLACK) if radius else draw.rectangle(corners, fill=BLACK)
            case TextLine():
                draw_text(image, draw, operation)
            case BarSymbol() | SquareSymbol():
                for dark in dark_boxes(operation):
                    draw.rectangle((dark.left, dark.top, dark.right - 1, dark.bottom - 1), fill=BLACK)
            case Shape(outlines, box):
                image.paste(BLACK, (box.left, box.top), _shape_mask(outlines, box))
    return image


def draw_text(image: Image.Image, draw: ImageDraw.ImageDraw, operation: TextLine) -> None:
    """Ink a line on `image` (mode "1"), with the `draw` of it whose font mode is "1"."""
    line, left = operation.line, operation.left + operation.line.lead
    fill = WHITE if operation.white else BLACK
    for run in line.runs:
        font = pillow_font(run.face, line.size)
        if line.stretch == 1:
            draw.text((left, operation.baseline), run.text, font=font, fill=fill, anchor="ls")
        elif not run.text.isspace():
            mask, before, above = _stretched(run.text, run.face, line.size, line.stretch)
            image.paste(fill, (left + before, operation.baseline - above), mask)
        left += run.width


def _stretched(text: str, face: str, size: int, stretch: float) -> tuple[Image.Image, int, int]:
    """The ink of `text` made wider by `stretch`, and where its top left lies from the origin: dots right, dots up."""
    left, top, right, bottom = (int(edge) for edge in pillow_font(face, size).getbbox(text, mode="1", anchor="ls"))
    finer = pillow_font(face, size * (_FINER if size < _LARGE else 1))
    edges = [int(edge) for edge in finer.getbbox(text, anchor="ls")]
    inked = Image.new("L", (max(edges[2] - edges[0], 1), max(edges[3] - edges[1], 1)), 0)
    ImageDraw.Draw(inked).text((-edges[0], -edges[1]), text, font=finer, fill=255, anchor="ls")
    first, last = floor(left * stretch), ceil(right * stretch)
    grey = inked.resize((max(last - first, 1), max(bottom - top, 1)), Image.Resampling.BOX)
    return grey.point(lambda value: 255 if value >= 128 else 0).convert("1"), first, -top


def dark_boxes(operation: BarSymbol | SquareSymbol) -> list[Box]:
    """The black rectangles of a symbol, each a whole number of modules."""
    box, module = operation.box, operation.module
    found: list[Box] = []
    if isinstance(operation, BarSymbol):
        left = box.left
        for place, width in enumerate(operation.symbol.widths):
            if place % 2 == 0:
                found.append(Box(left, box.top, width * module, box.height))
            left += width * module
        return found
    for row, modules in enumerate(operation.symbol.rows):
        column = 0
        while column < len(modules):
            end = column
            while end < len(modules) and modules[end]:
                end += 1
            if end > column:
                left, top = box.left + column * module, box.top + row * operation.module_down
                found.append(Box(left, top, (end - column) * module, operation.module_down))
            column = max(end, column + 1)
    return found


def _shape_mask(outlines: Sequence[Sequence[Point]], box: Box) -> Image.Image:
    size = (box.width * _FINER, box.height * _FINER)
    filled = Image.new("1", size, 0)
    for outline in outlines:
        one = Image.new("1", size, 0)
        points = [((x - box.left) * _FINER, (y - box.top) * _FINER) for x, y in outline]
        ImageDraw.Draw(one).polygon(points, fill=1)
        filled = ImageChops.logical_xor(filled, one)
    grey = filled.convert("L").resize((box.width, box.height), Image.Resampling.BOX)
    return grey.point(lambda value: 255 if value >= 128 else 0).convert("1")


def png(image: Image.Image, layout: Layout) -> bytes:
    """`image` (of `raster`) as PNG with its resolution in the file."""
    out = io.BytesIO()
    image.save(out, "PNG", dpi=layout.dots_per_inch, compress_level=6)
    return out.getvalue()


def pdf(layout: Layout, title: str) -> bytes:
    """`layout` as a PDF page of its true size. The same layout and title give the same bytes."""
    from reportlab.pdfgen import canvas

    register_for_pdf()
    across, down = (POINTS_PER_INCH / one for one in layout.dots_per_inch)
    out = io.BytesIO()
    size = (layout.width * across, layout.height * down)
    # Without a first font of ours an unembedded Helvetica would be listed; the stub has a wrong type for its name.
    page = canvas.Canvas(out, size, invariant=1, initialFontName=FACES[0])  # type: ignore[arg-type]
    page.setTitle(title)
    page.setCreator("Inspection Station")
    draw_on(page, layout, 0, size[1])
    page.showPage()
    page.save()
    return out.getvalue()


def draw_on(page: canvas.Canvas, layout: Layout, left: float, top: float) -> None:
    """Draw `layout` in its true size on a page, its top left corner at a place in points, y upwards."""
    across, down = (POINTS_PER_INCH / one for one in layout.dots_per_inch)
    page.saveState()
    page.transform(across, 0, 0, -down, left, top)  # from here on in dots, y downwards
    page.setFillGray(0)
    for operation in layout.operations:
        match operation:
            case FilledBox(box, radius):
                page.roundRect(box.left, box.top, box.width, box.height, radius, stroke=0, fill=1)
            case TextLine():
                _pdf_text(page, operation)
            case BarSymbol() | SquareSymbol():
                path = page.beginPath()
                for dark in dark_boxes(operation):
                    path.rect(dark.left + _GIVE, dark.top + _GIVE, dark.width - 2 * _GIVE, dark.height - 2 * _GIVE)
                page.drawPath(path, stroke=0, fill=1)
            case Shape(outlines, _):
                path = page.beginPath()
                for outline in outlines:
                    path.moveTo(*outline[0])
                    for point in outline[1:]:
                        path.lineTo(*point)
                    path.close()
                page.drawPath(path, stroke=0, fill=1, fillMode=FILL_EVEN_ODD)
    page.restoreState()


def _pdf_text(page: canvas.Canvas, operation: TextLine) -> None:
    page.saveState()
    page.setFillGray(1 if operation.white else 0)
    write_line(page, operation.line, operation.left, operation.baseline)
    page.restoreState()


def write_line(page: canvas.Canvas, line: Line, left: float, baseline: float) -> None:
    """Write a set line on a page whose unit is the line's dot and whose y runs downwards, in the colour in force."""
    left += line.lead
    for run in line.runs:
        natural = page.stringWidth(run.text, run.face, line.size)
        text = page.beginText()
        text.setTextTransform(1, 0, 0, -1, left, baseline)
        text.setFont(run.face, line.size)
        if natural > 0:
            text.setHorizScale(100 * run.width / natural)
        text.textOut(run.text)
        page.drawText(text)
        left += run.width
