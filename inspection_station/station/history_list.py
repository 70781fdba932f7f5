"""The parts of the history's list: filters and lines."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.paint import draw_box
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.history import HistoryRowView
from inspection_station.station.surfaces import PressButton, column, row
from inspection_station.station.tags import GradeTile, Icon, Tag
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

    def select(self, selected: bool) -> None:
        """Show whether this is the line chosen."""
        if selected != self.view.selected:
            self.view = replace(self.view, selected=selected)
            self.update()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        if self.view.selected:
            painter.fillRect(place, look.color("bg.selected"))
            painter.fillRect(QRectF(place.left(), place.top(), 5, place.height()), look.color("focus.ring"))
        painter.fillRect(QRectF(place.left(), place.bottom() - 1, place.width(), 1), look.color("border.hairline"))


class VerificationBanner(QWidget):
    """Whether the evidence is whole: a tinted card with a shield, two lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        regular = theme.current().density == "regular"
        self._tone = "ok"
        line = row(self, spacing=16, margins=(20, 18, 20, 18) if regular else (16, 12, 16, 12))
        self._icon = Icon("mdi6.shield-check", 56 if regular else 44, "ok.solid")
        line.addWidget(self._icon)
        words = column(spacing=2)
        self._title = TextLabel("", "h2", weight=700, wrap=True)
        self._detail = TextLabel("", "label", colour="text.secondary", wrap=True)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        line.addLayout(words, 1)

    def show_verdict(self, verdict: TagView, detail: str) -> None:
        """Show another verdict."""
        self._tone = verdict.tone
        self._icon.set_icon(verdict.icon, f"{verdict.tone}.text")
        self._title.set_text(verdict.text)
        self._detail.set_text(detail)
        self.setAccessibleName(f"{verdict.text} {detail}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        fill, line = look.color(f"{self._tone}.bg"), look.color(f"{self._tone}.text")
        draw_box(QPainter(self), place, theme.Theme.radius("card"), fill, line, 2)
