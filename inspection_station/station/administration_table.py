"""The table of the pages of administration: painted rows of one height; one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.administration_views import Cell, Column, Line
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import draw_box
from inspection_station.station.text import draw_line
from inspection_station.station.views import TagView

HEAD = 34  # logical pixels
EDGE, GAP = 12, 18


class TableHead(QWidget):
    """The titles above the columns."""

    def __init__(self, table: QWidget, parent: QWidget | None = None) -> None:
        """`table`: as wide as it the columns are, beside a scroll bar too."""
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._table = table
        self.setFixedHeight(HEAD)

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other titles."""
        self._columns = columns
        self.setAccessibleName(" ".join(one.title for one in columns))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        for one, room in zip(self._columns, rooms(self._columns, self._table.width(), 0, HEAD), strict=True):
            align = Qt.AlignmentFlag.AlignRight if one.right else Qt.AlignmentFlag.AlignLeft
            draw_line(painter, room, one.title, look.font("caption", 600), look.color("text.secondary"), align)
        painter.fillRect(0, HEAD - 1, self.width(), 1, look.color("border.hairline"))


class Table(QWidget):
    """Rows below a `TableHead`; pressing one chooses it, pressing it again means it.

    Signals:
        chosen(int): the place of a row.
        resized(): it is wider or narrower.
    """

    chosen = Signal(int)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self.lines: tuple[Line, ...] = ()
        self.at = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @staticmethod
    def row_height() -> int:
        """Logical pixels of a row."""
        return max(48 if theme.current().density == "regular" else 44, theme.current().line_height("body") + 12)

    @property
    def name(self) -> str:
        """The name of the row chosen, empty for none."""
        return self.lines[self.at].name if 0 <= self.at < len(self.lines) else ""

    def show_lines(self, columns: tuple[Column, ...], lines: tuple[Line, ...]) -> None:
        """Show other rows; the one chosen stays so by its name."""
        before = self.name
        self._columns, self.lines = columns, lines
        places = {line.name: place for place, line in enumerate(lines)}
        self.at = places.get(before, 0 if lines else -1)
        self.setFixedHeight(max(1, len(lines) * self.row_height()))
        words = (" ".join(_text(cell) for cell in line.cells) for line in lines[:40])
        self.setAccessibleName("\n".join(words))
        self.update()

    def choose(self, place: int) -> None:
        """Choose another row."""
        self.at = place
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().y() // self.row_height())
        if 0 <= place < len(self.lines):
            self.chosen.emit(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = self.row_height()
        first, last = event.rect().top() // high, event.rect().bottom() // high
        for place in range(max(0, first), min(len(self.lines), last + 1)):
            self._paint_line(painter, place, place * high, high)

    def _paint_line(self, painter: QPainter, place: int, top: int, high: int) -> None:
        look, line = theme.current(), self.lines[place]
        if place == self.at:
            draw_box(painter, QRectF(0, top + 1, self.width(), high - 2), 8, look.color("bg.selected"))
        painter.fillRect(QRectF(0, top + high - 1, self.width(), 1), look.color("border.hairline"))
        ink = look.color("text.tertiary" if line.faint else "text.primary")
        spaces = rooms(self._columns, self.width(), top, high)
        for number, (cell, one, room) in enumerate(zip(line.cells, self._columns, spaces, strict=True)):
            if isinstance(cell, TagView):
                _paint_tag(painter, room, cell)
                continue
            font = look.font("body" if not number else "label", 600 if not number else 400, code=one.code)
            align = Qt.AlignmentFlag.AlignRight if one.right else Qt.AlignmentFlag.AlignLeft
            draw_line(painter, room, cell, font, ink if not line.faint else QColor(ink), align)


def rooms(columns: tuple[Column, ...], width: int, top: int, high: int) -> list[QRectF]:
    """Where the cells of a row lie."""
    whole = max(1.0, sum(one.share for one in columns))
    free = max(1.0, width - 2 * EDGE - GAP * (len(columns) - 1))
    left, found = float(EDGE), []
    for one in columns:
        wide = free * one.share / whole
        found.append(QRectF(left, top, wide, high))
        left += wide + GAP
    return found


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, TagView) else cell


def _paint_tag(painter: QPainter, room: QRectF, tag: TagView) -> None:
    """Icon and word in the colour of the tone."""
    look, left = theme.current(), room.left()
    colour = look.tone(tag.tone, "text")
    if tag.icon:
        side = look.type_size("label") + 4.0
        draw_icon(painter, tag.icon, QRectF(left, room.center().y() - side / 2, side, side), colour)
        left += side + 6
    draw_line(painter, QRectF(left, room.top(), room.right() - left, room.height()), tag.text,
              look.font("label", 600), colour)  # fmt: skip
