"""A pad of pages to draw on in millimetres from the top left: text, rules, boxes, symbols, pictures; numbered at last.

Every page of practice or demo work is marked across in large grey letters, under what stands on it; symbols keep
their white ground. The same content gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from inspection_station.documents.code_symbols import CODE128_QUIET, QR_QUIET, code128, qr
from inspection_station.documents.drawing import FILL_EVEN_ODD, Box, Layout, draw_on
from inspection_station.documents.fonts import FACES, Weight, register_for_pdf
from inspection_station.documents.label_icons import icon
from inspection_station.documents.paper.setting import Style, fitted, tidy, width_of
from inspection_station.documents.typesetting import faces
from inspection_station.i18n import translate

A4 = (210.0, 297.0)
MARGIN = 11.4  # mm on all sides
BLACK, GREY, PALE, HAIR = 0.0, 0.32, 0.9, 0.72
"""Grey values: what is read, what is read beside it, the mark of practice work, thin rules."""
LEAST_MODULE = 0.25  # mm; a thinner bar is not read off office paper
ICON_UNIT = 1000  # of a box in which an icon's outlines are taken


class _Counting(Canvas):
    """A canvas that keeps its pages until it knows how many there are."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802
        """Keep the page."""
        self.pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def finish(self, foot: Callable[[int, int], None]) -> None:
        """Write all pages, each after `foot` was drawn on it with its number and how many there are."""
        kept = self.pages
        for number, page in enumerate(kept, 1):
            self.__dict__.update(page)
            foot(number, len(kept))
            super().showPage()
        super().save()


class Pad:
    """Pages of one size, drawn one after the other."""

    def __init__(
        self, title: str, size_mm: tuple[float, float] = A4, *, practice: bool = False,
        foot: Callable[[int, int], None] | None = None,
    ) -> None:
        """`foot` draws at the end what needs the number of a page and of all."""
        register_for_pdf()
        self.width, self.height = size_mm
        self._practice, self._foot, self._out = practice, foot, io.BytesIO()
        # Without a first font of ours an unembedded Helvetica would be listed.
        self._canvas = _Counting(
            self._out, pagesize=(self.width * mm, self.height * mm), initialFontName=FACES[0], invariant=1,
            pageCompression=1,
        )  # fmt: skip
        self._canvas.setTitle(tidy(title))
        self._canvas.setCreator("Inspection Station")
        self._begin()

    def _begin(self) -> None:
        if self._practice:
            self._mark()

    def next_page(self) -> None:
        """The page is full; go on with an empty one."""
        self._canvas.showPage()
        self._begin()

    def pdf(self) -> bytes:
        """All pages as a PDF file; nothing can be drawn after."""
        self._canvas.showPage()
        self._canvas.finish(self._foot or (lambda _number, _all: None))
        return self._out.getvalue()

    def _mark(self) -> None:
        """The word for practice work across the page, three times."""
        word = translate("DEMO · not a real case")
        page = self._canvas
        room = self.width * mm * 0.92
        text, style = fitted(word, Style(self.width * mm / 7, Weight.BOLD, PALE), room, 8)
        across = width_of(text, style.size, style.weight)
        for share in (0.17, 0.5, 0.83) if self.height >= self.width else (0.5,):
            page.saveState()
            page.translate(self.width * mm / 2, self.height * mm * share)
            page.rotate(28 if self.height >= self.width else 18)
            self._write(text, style, -across / 2, -style.size * 0.35)
            page.restoreState()

    # --- text --------------------------------------------------------------------------------------------

    def _write(self, text: str, style: Style, left: float, baseline: float) -> None:
        """`text` (tidied) at a place in points, y upwards."""
        written = self._canvas.beginText(left, baseline)
        written.setFillGray(style.grey)
        for face, piece in faces(text, style.weight):
            written.setFont(face, style.size)
            written.textOut(piece)
        self._canvas.drawText(written)

    def line(
        self, x: float, baseline: float, text: str, style: Style, *, align: str = "left", within: float = 0.0,
        smallest: float = 5.5,
    ) -> float:
        """One line of text; returns its width in mm.

        `x` is its left edge, middle or right edge as `align` says (``left``, ``centre``, ``right``). Within a width in
        mm it is set smaller, down to `smallest` points, and then shortened.
        """
        told, style = fitted(text, style, within * mm, smallest) if within else (tidy(text), style)
        wide = width_of(told, style.size, style.weight)
        left = x * mm - {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        self._write(told, style, left, (self.height - baseline) * mm)
        return wide / mm

    # --- shapes ------------------------------------------------------------------------------------------

    def rule(self, x: float, y: float, width: float, thick: float = 0.2, grey: float = BLACK) -> None:
        """A level rule of `thick` mm."""
        self._canvas.setStrokeGray(grey)
        self._canvas.setLineWidth(thick * mm)
        self._canvas.line(x * mm, (self.height - y) * mm, (x + width) * mm, (self.height - y) * mm)

    def box(
        self, x: float, y: float, width: float, height: float, *, radius: float = 0.0, thick: float = 0.25,
        fill: float | None = None, stroke: float | None = BLACK,
    ) -> None:
        """A rectangle; `fill` and `stroke` are grey values or None."""
        page = self._canvas
        if fill is not None:
            page.setFillGray(fill)
        if stroke is not None:
            page.setStrokeGray(stroke)
            page.setLineWidth(thick * mm)
        page.roundRect(
            x * mm, (self.height - y - height) * mm, width * mm, height * mm, radius * mm,
            stroke=int(stroke is not None), fill=int(fill is not None),
        )  # fmt: skip

    def dashed(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A line to cut along."""
        page = self._canvas
        page.saveState()
        page.setStrokeGray(HAIR)
        page.setLineWidth(0.15 * mm)
        page.setDash(2, 3)
        page.line(x1 * mm, (self.height - y1) * mm, x2 * mm, (self.height - y2) * mm)
        page.restoreState()

    def icon(self, name: str, x: float, y: float, side: float) -> None:
        """The icon `name` of the labels' icons in a square of `side` mm."""
        page, unit = self._canvas, side / ICON_UNIT
        page.setFillGray(BLACK)
        path = page.beginPath()
        for outline in icon(name, Box(0, 0, ICON_UNIT, ICON_UNIT)).outlines:
            points = [((x + across * unit) * mm, (self.height - y - down * unit) * mm) for across, down in outline]
            path.moveTo(*points[0])
            for point in points[1:]:
                path.lineTo(*point)
            path.close()
        page.drawPath(path, stroke=0, fill=1, fillMode=FILL_EVEN_ODD)

    def picture(self, jpeg: bytes, x: float, y: float, width: float, height: float) -> None:
        """A picture as large as it fits the place, in its middle."""
        reader = ImageReader(io.BytesIO(jpeg))
        wide, tall = reader.getSize()
        scale = min(width / wide, height / tall)
        left, top = x + (width - wide * scale) / 2, y + (height - tall * scale) / 2
        self._canvas.drawImage(
            reader, left * mm, (self.height - top - tall * scale) * mm, wide * scale * mm, tall * scale * mm
        )

    def label(self, layout: Layout, x: float, y: float) -> None:
        """A label in its true size."""
        draw_on(self._canvas, layout, x * mm, (self.height - y) * mm)  # type: ignore[arg-type, unused-ignore]

    # --- symbols -----------------------------------------------------------------------------------------

    def bars(
        self, text: str, x: float, y: float, height: float, *, within: float, module: float = 0.4, align: str = "left"
    ) -> float:
        """Code 128 of `text` on white ground; returns its width in mm, quiet zones included, 0 when it has no room.

        A module is `module` mm, less where the symbol would be wider than `within` mm, but never below what is read.
        `x` is the left edge, middle or right edge of symbol and quiet zones.
        """
        symbol = code128(text)
        modules = symbol.modules + 2 * CODE128_QUIET
        module = min(module, within / modules)
        if module < LEAST_MODULE:
            return 0.0
        whole = modules * module
        left = x - {"left": 0.0, "centre": whole / 2, "right": whole}[align]
        self.box(left, y, whole, height, fill=1.0, stroke=None)
        path, place = self._canvas.beginPath(), left + CODE128_QUIET * module
        for number, wide in enumerate(symbol.widths):
            if number % 2 == 0:
                path.rect(place * mm, (self.height - y - height) * mm, wide * module * mm, height * mm)
            place += wide * module
        self._canvas.setFillGray(BLACK)
        self._canvas.drawPath(path, stroke=0, fill=1)
        return whole

    def squares(self, text: str, x: float, y: float, side: float) -> None:
        """QR of `text` in a square of `side` mm, quiet zone included, on white ground."""
        symbol = qr(text)
        module = side / (symbol.modules + 2 * QR_QUIET)
        self.box(x, y, side, side, fill=1.0, stroke=None)
        path = self._canvas.beginPath()
        for row, modules in enumerate(symbol.rows):
            top = y + (row + QR_QUIET) * module
            column = 0
            while column < len(modules):
                end = column
                while end < len(modules) and modules[end]:
                    end += 1
                if end > column:
                    left = x + (column + QR_QUIET) * module
                    path.rect(left * mm, (self.height - top - module) * mm, (end - column) * module * mm, module * mm)
                column = max(end, column + 1)
        self._canvas.setFillGray(BLACK)
        self._canvas.drawPath(path, stroke=0, fill=1)


def label_pages(layouts: Sequence[Layout], title: str) -> bytes:
    """Labels as pages of their own size, one a page; all MUST be of one size."""
    first = layouts[0]
    size = first.width / first.dots_per_mm[0], first.height / first.dots_per_mm[1]
    pad = Pad(title, size)
    for number, layout in enumerate(layouts):
        if number:
            pad.next_page()
        pad.label(layout, 0, 0)
    return pad.pdf()


def page_words(number: int, total: int) -> str:
    """“Page 1 of 23”, as it stands at a page's foot."""
    return translate("Page {n} / {total}", n=number, total=total)
