"""A table that runs over pages: its head on each, rows whole where they fit, nothing left alone at a page's foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspection_station.documents.fonts import Weight
from inspection_station.documents.paper.page import GREY, HAIR, Pad
from inspection_station.documents.paper.setting import Style, broken

POINT = 25.4 / 72  # mm
LEADING = 1.36  # of the em
PADDING = 1.1  # mm above and below a row's text
BESIDE = 1.0  # mm between a column's edge and its text
HEAD = Style(8, Weight.BOLD, GREY)
LEAST_LINES = 3  # of a row that is cut at a page's end


@dataclass(frozen=True)
class Column:
    """One column: its heading, its width in mm, and how its texts stand (``left``, ``right``, ``centre``)."""

    title: str
    width: float
    align: str = "left"


Part = tuple[str, Style]
"""A text of a cell and how it is set; each begins a new line."""
Row = Sequence[Sequence[Part]]
"""The cells of a row, each of parts."""
_SetLine = tuple[str, Style]


class Flow:
    """Where the next thing stands on a pad, and what a new page begins with."""

    def __init__(self, pad: Pad, top: float, bottom: float, head: Callable[[], float]) -> None:
        """`top` and `bottom` in mm from the page's top; `head` draws what later pages begin with and says where."""
        self.pad, self.y, self.bottom, self._head = pad, top, bottom, head

    @property
    def room(self) -> float:
        """Millimetres left on the page."""
        return self.bottom - self.y

    def next_page(self) -> None:
        """Go on at the top of a new page."""
        self.pad.next_page()
        self.y = self._head()

    def need(self, height: float) -> None:
        """Begin a new page unless so much room is left on this one."""
        if height > self.room:
            self.next_page()


class Table:
    """One table of a flow; call `row` and `heading` in order, `head` comes by itself."""

    def __init__(self, flow: Flow, left: float, columns: Sequence[Column]) -> None:
        self._flow, self._left, self._columns = flow, left, columns
        self.width = sum(column.width for column in columns)
        self._headed = False
        self._titles = [[(line, HEAD) for line in broken(one.title, HEAD, _inner(one))] for one in columns]
        self._head_height = _height(self._titles)

    def _new_page(self) -> None:
        self._flow.next_page()
        self._headed = False

    def _draw_head(self) -> None:
        if not self._headed:
            flow = self._flow
            self._draw(self._titles)
            flow.pad.rule(self._left, flow.y, self.width, 0.35)
            self._headed = True

    def heading(self, text: str, follows: float) -> None:
        """A heading across the table; `follows` is the height of the row after it, which stays with it."""
        style = Style(9, Weight.BOLD)
        lines = broken(text, style, (self.width - 2 * BESIDE) / POINT, 2)
        height = len(lines) * style.size * LEADING * POINT + 2 * PADDING
        if height + follows + (0 if self._headed else self._head_height) > self._flow.room:
            self._new_page()
        self._draw_head()
        flow = self._flow
        flow.pad.box(self._left, flow.y, self.width, height, fill=0.94, stroke=None)
        for place, line in enumerate(lines):
            flow.pad.line(self._left + BESIDE, flow.y + PADDING + _baseline(style, place), line, style)
        flow.y += height

    def height(self, row: Row) -> float:
        """How high `row` will be, in mm."""
        return _height(self._set(row))

    def _set(self, row: Row) -> list[list[_SetLine]]:
        return [
            [(line, style) for text, style in cell if text for line in broken(text, style, _inner(column))]
            for cell, column in zip(row, self._columns, strict=True)
        ]

    def row(self, row: Row, tail: float = 0.0) -> None:
        """Draw `row`; with it on the page stays what needs `tail` mm after it.

        A row too high for any page, or for what is left of one that is half empty, is cut between lines.
        """
        cells = self._set(row)
        head = 0.0 if self._headed else self._head_height
        if head + _height(cells) + tail > self._flow.room and self._on_a_page(cells, tail):
            self._new_page()
        self._draw_head()
        while _height(cells) > self._flow.room:
            first, cells = self._cut(cells)
            if any(first):
                self._draw(first)
            self._new_page()
            self._draw_head()
        self._draw(cells)
        self._flow.pad.rule(self._left, self._flow.y, self.width, 0.12, HAIR)

    def _on_a_page(self, cells: list[list[_SetLine]], tail: float) -> bool:
        """Whether a page of its own, at least, is worth while: it fits one, or too little is left of this one."""
        line = max(style.size for cell in cells for _, style in cell) * LEADING * POINT if any(cells) else 0.0
        return _height(cells) + tail < 150 or self._flow.room < self._head_height + LEAST_LINES * line + 2 * PADDING

    def _cut(self, cells: list[list[_SetLine]]) -> tuple[list[list[_SetLine]], list[list[_SetLine]]]:
        """What of the row fits the page, and the rest."""
        room = self._flow.room - 2 * PADDING
        first, rest = [], []
        for cell in cells:
            taken, count = 0.0, 0
            for _, style in cell:
                taken += style.size * LEADING * POINT
                if taken > room:
                    break
                count += 1
            first.append(cell[:count])
            rest.append(cell[count:])
        return first, rest

    def _draw(self, cells: list[list[_SetLine]]) -> None:
        flow, x = self._flow, self._left
        for cell, column in zip(cells, self._columns, strict=True):
            edge = {"left": BESIDE, "centre": column.width / 2, "right": column.width - BESIDE}[column.align]
            y = flow.y + PADDING
            for text, style in cell:
                flow.pad.line(x + edge, y + _baseline(style), text, style, align=column.align)
                y += style.size * LEADING * POINT
            x += column.width
        flow.y += _height(cells)


def _inner(column: Column) -> float:
    """Points for the text of a column."""
    return (column.width - 2 * BESIDE) / POINT


def _baseline(style: Style, line: int = 0) -> float:
    """Millimetres from the top of a text to the baseline of its line `line`."""
    return (line * LEADING + LEADING / 2 + 0.36) * style.size * POINT


def _height(cells: Sequence[Sequence[_SetLine]]) -> float:
    tallest = max((sum(style.size for _, style in cell) for cell in cells), default=0.0)
    return tallest * LEADING * POINT + 2 * PADDING
