"""The parts of the history's list: filters and lines."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.paint import draw_box
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.history import HistoryRowView
from inspection_station.station.surfaces import PressButton, column, row
from inspection_station.station.tags import GradeTile, Tag
from inspection_station.station.text import TextLabel, draw_line, text_width
from inspection_station.station.views import TagView


class Chip(PressButton):
    """One filter of the list; filled with ink while it is on."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_on(self, on: bool) -> None:
        """Show whether the filter is in force."""
        self.on = on
        self.setAccessibleDescription(translate("in force") if on else "")
        self.update()

    def sizeHint(self) -> QSize:
        look = theme.current()
        return QSize(max(56, round(text_width(self._text, look.font("label", 600))) + 28), 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill = look.color("action.primary") if self.on else look.color("bg.surface")
        ink = look.color("action.onPrimary") if self.on else look.color("text.primary")
        line = None if self.on else look.color("border.control")
        draw_box(painter, place.adjusted(1, 1, -1, -1), 8, fill, line)
        draw_line(painter, place, self._text, look.font("label", 600), ink, Qt.AlignmentFlag.AlignHCenter)


class HistoryRow(PressButton):
    """One line of the list."""

    def __init__(self, view: HistoryRowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.setFixedHeight(92 if theme.current().density == "regular" else 72)
        self.setAccessibleName(" · ".join(part for part in (view.number, view.name, view.grade, view.time) if part))
        side = self.height() - 28
        layout = row(self, spacing=12, margins=(16, 12, 16, 12))
        picture = Picture(view.picture, radius=8)
        picture.setFixedSize(side, side)
        layout.addWidget(picture)
        words = column(spacing=2)
        words.addStretch(1)
        words.addWidget(TextLabel(view.number, "label", weight=600, code=True))
        words.addWidget(TextLabel(view.name, "label", colour="text.secondary"))
        words.addStretch(1)
        layout.addLayout(words, 1)
        right = column(spacing=4)
        right.addStretch(1)
        marks = row(spacing=6)
        marks.addStretch(1)
        if view.grade:
            tile = GradeTile(view.grade, 28)
            marks.addWidget(tile)
        if view.disposition is not None:
            marks.addWidget(Tag(TagView("", view.disposition.tone, view.disposition.icon)))
        right.addLayout(marks)
        right.addWidget(TextLabel(view.time, "caption", colour="text.tertiary", align=Qt.AlignmentFlag.AlignRight))
        right.addStretch(1)
        layout.addLayout(right)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        if self.view.selected:
            painter.fillRect(place, look.color("bg.selected"))
            painter.fillRect(QRectF(place.left(), place.top(), 5, place.height()), look.color("focus.ring"))
        painter.fillRect(QRectF(place.left(), place.bottom() - 1, place.width(), 1), look.color("border.hairline"))
