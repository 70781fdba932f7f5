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
from inspection_station.station.presenting.history_views import HistoryRowView
from inspection_station.station.surfaces import PressButton, column, row
from inspection_station.station.tags import GradeTile, Icon, Tag
from inspection_station.station.text import TextLabel, draw_line, text_width
from inspection_station.station.views import TagView


class Chip(PressButton):
    """One filter of the list; filled with ink while it is on. `key` stands small behind its words."""

    def __init__(self, text: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self._key = key
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
        key = round(text_width(self._key, look.font("caption"))) + 6 if self._key else 0
        return QSize(max(56, round(text_width(self._text, look.font("label", 600))) + key + 28), 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill = look.color("action.primary") if self.on else look.color("bg.surface")
        ink = look.color("action.onPrimary") if self.on else look.color("text.primary")
        line = None if self.on else look.color("border.control")
        draw_box(painter, place.adjusted(1, 1, -1, -1), 8, fill, line)
        if not self._key:
            draw_line(painter, place, self._text, look.font("label", 600), ink, Qt.AlignmentFlag.AlignHCenter)
            return
        inner = place.adjusted(13, 0, -13, 0)
        cap = text_width(self._key, look.font("caption"))
        draw_line(painter, inner.adjusted(0, 0, -cap - 6, 0), self._text, look.font("label", 600), ink)
        faint = ink if self.on else look.color("text.tertiary")
        draw_line(painter, inner, self._key, look.font("caption"), faint, Qt.AlignmentFlag.AlignRight)


class HistoryRow(PressButton):
    """One line of the list."""

    def __init__(self, view: HistoryRowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.setFixedHeight(92 if theme.current().density == "regular" else 72)
        mark = view.mark.text if view.mark is not None else ""
        told = (view.number, view.name, view.grade, mark, view.bench, view.time)
        self.setAccessibleName(" · ".join(part for part in told if part))
        side = self.height() - 28
        layout = row(self, spacing=12, margins=(16, 10, 16, 10))
        picture = Picture(view.picture, radius=8)
        picture.setFixedSize(side, side)
        layout.addWidget(picture)
        words = column()
        words.addStretch(1)
        marks = row(spacing=6)
        marks.addWidget(TextLabel(view.number, "label", weight=600, code=True), 1)
        if view.grade:
            marks.addWidget(GradeTile(view.grade, 28))
        if (tag := view.disposition or view.mark) is not None:
            marks.addWidget(Tag(TagView("", tag.tone, tag.icon)))
        words.addLayout(marks)
        below = row(spacing=8)
        if view.bench:
            below.addWidget(TextLabel(view.bench, "caption", colour="text.tertiary", keep=True))
        below.addWidget(TextLabel(view.name, "label", colour="text.secondary"), 1)
        below.addWidget(TextLabel(view.time, "caption", colour="text.tertiary", keep=True))
        words.addLayout(below)
        words.addStretch(1)
        layout.addLayout(words, 1)
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
