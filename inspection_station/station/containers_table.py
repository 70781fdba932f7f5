"""The table of the containers' screen: items with a tick when they were scanned, totes, or manifests."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.paint import draw_box, draw_check_dot, draw_cover
from inspection_station.station.presenting.containers import TableRow
from inspection_station.station.tags import draw_grade
from inspection_station.station.text import draw_line, text_width

THUMB = (52, 36)


class ContentTable(QWidget):
    """Rows of one height; pressing one chooses it.

    Signals:
        chosen(int): the place of a row.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TableRow, ...] = ()
        self._at = -1
        self._images: dict[str, QImage] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @staticmethod
    def row_height() -> int:
        """Logical pixels of a row."""
        look = theme.current()
        return max(52 if look.density == "regular" else 46,
                   look.line_height("body") + look.line_height("caption") + 8)  # fmt: skip

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """The rows shown."""
        return self._rows

    @property
    def at(self) -> int:
        """The place of the row chosen, −1 for none."""
        return self._at

    def show_rows(self, rows: tuple[TableRow, ...]) -> None:
        """Show other rows; the one chosen stays so by its name."""
        name = self._rows[self._at].name if 0 <= self._at < len(self._rows) else ""
        self._rows = rows
        places = {row.name: place for place, row in enumerate(rows)}
        self._at = places.get(name, 0 if rows else -1)
        self.setFixedHeight(max(1, len(rows) * self.row_height()))
        self.setAccessibleName("\n".join(f"{row.text} {row.detail} {row.number}" for row in rows[:40]))
        self.update()

    def choose(self, place: int) -> None:
        """Choose another row."""
        self._at = place
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().y() // self.row_height())
        if 0 <= place < len(self._rows):
            self.chosen.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = self.row_height()
        first, last = event.rect().top() // high, event.rect().bottom() // high
        for place in range(max(0, first), min(len(self._rows), last + 1)):
            self._paint_row(painter, QRectF(0, place * high, self.width(), high), place)

    def _paint_row(self, painter: QPainter, box: QRectF, place: int) -> None:
        look, row = theme.current(), self._rows[place]
        if place == self._at:
            draw_box(painter, box.adjusted(0, 1, 0, -1), 8, look.color("bg.selected"))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.color("border.hairline"))
        left, right = box.left() + 10, box.right() - 10
        if row.ticked is not None:
            centre = QPointF(right - 11, box.center().y())
            if row.ticked:
                draw_check_dot(painter, centre, 20, look.tone("ok", "text"))
            else:
                ring = QRectF(centre.x() - 10, centre.y() - 10, 20, 20)
                draw_box(painter, ring, 10, look.color("bg.surface"), look.color("border.control"), 1.5)
            right -= 34
        if row.has_picture:
            thumb = QRectF(left, box.center().y() - THUMB[1] / 2, *THUMB)
            draw_box(painter, thumb, 6, look.color("bg.sunken"))
            image = self._image(row)
            if not image.isNull():
                draw_cover(painter, thumb, image, 6)
            left += THUMB[0] + 12
        for text, colour in ((row.mark, "text.secondary"), (row.number, "text.secondary")):
            if text:
                font = look.font("label", 600 if text == row.mark else 500, code=text == row.number)
                wide = text_width(text, font) + 4
                tone = look.tone("error", "text") if row.tone == "error" and text == row.mark else look.color(colour)
                draw_line(painter, QRectF(right - wide, box.top(), wide, box.height()), text, font, tone)
                right -= wide + 14
        if row.grade:
            draw_grade(painter, QRectF(right - 26, box.center().y() - 13, 26, 26), row.grade)
            right -= 40
        self._paint_words(painter, QRectF(left, box.top(), right - left, box.height()), row)

    def _paint_words(self, painter: QPainter, box: QRectF, row: TableRow) -> None:
        look = theme.current()
        upper, lower = look.line_height("body"), look.line_height("caption") if row.detail else 0
        top = box.top() + (box.height() - upper - lower) / 2
        line = QRectF(box.left(), top, box.width(), upper)
        draw_line(painter, line, row.text, look.font("body", 600), look.color("text.primary"))
        if row.detail:
            below = QRectF(box.left(), top + upper, box.width(), lower)
            draw_line(painter, below, row.detail, look.font("caption", 500), look.color("text.secondary"))

    def _image(self, row: TableRow) -> QImage:
        if isinstance(row.picture, QImage):
            return row.picture
        if not isinstance(row.picture, Path):
            return QImage()
        name = str(row.picture)
        if name not in self._images:
            image = QImage(name)
            size = (THUMB[0] * 2, THUMB[1] * 2)
            self._images[name] = image.scaled(*size, Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                                              Qt.TransformationMode.SmoothTransformation)  # fmt: skip
        return self._images[name]
