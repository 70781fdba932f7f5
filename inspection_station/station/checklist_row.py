"""The checklist: statements in the positive, grouped, each with its number and its answer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.page_views import RowView, SectionView
from inspection_station.station.paint import draw_box, draw_plate, plate_width
from inspection_station.station.surfaces import SMALLEST_TARGET, PressButton, clear, column
from inspection_station.station.text import TextLabel, broken, draw_line, lines_fit, text_width

ANSWERS = {
    "normal": ("ok", "mdi6.check-circle"),
    "wrong": ("error", "mdi6.alert-circle"),
    "not_applicable": ("neutral", "mdi6.minus-circle-outline"),
    "open": ("", ""),
}


class ChecklistRow(PressButton):
    """One statement: key, text, the buyer's mark, finding below, answer at the right."""

    def __init__(self, view: RowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._largest = "bodyL"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.set_view(view)

    @property
    def view(self) -> RowView:
        """What it shows."""
        return self._view

    def set_view(self, view: RowView) -> None:
        """Show another state of the row."""
        self._view = view
        tag = view.tag.text if view.tag else ""
        self.setAccessibleName(f"{view.number} {view.text}")
        self.setAccessibleDescription(" · ".join(p for p in (tag, view.answer_word, view.value, view.finding) if p))
        self._measure()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, max(theme.current().size("checklistRow"), self._needed_height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, max(SMALLEST_TARGET, self._needed_height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        """Let the layout give the row the height that its words need at its width."""
        self.setMinimumHeight(self.minimumSizeHint().height())
        self.setMaximumHeight(self.sizeHint().height())

    def _chip_width(self) -> float:
        return 104.0

    def fits(self) -> bool:
        """True when statement, mark and finding are not shortened."""
        room = self._text_room()
        lines, below = self._lines(room), self._below(room)
        look = theme.current()
        tag = self._tag_width() + 12 if self._tag_beside(room) else 0
        wide = max((text_width(line, look.font(self._role(room), 600)) for line in lines), default=0.0)
        past = self._tag_width() + 12 if self._view.tag and not tag else 0
        first = below[0] if below and past and self._shares_line(room) else ""
        return (
            wide + tag <= room + 1
            and lines_fit(below, look.font("label", 500), room)
            and text_width(first, look.font("label", 500)) + (past if first else 0) <= room + 1
            and self._needed_height() <= self.height()
        )

    def _lines(self, room: float) -> tuple[str, ...]:
        """The statement on one line; on two where it is too long for one."""
        return broken(self._view.text, theme.current().font(self._role(room), 600), room)

    def _below(self, room: float) -> tuple[str, ...]:
        """The finding, or the value, on one line or on two."""
        text = self._view.finding or self._view.value
        return broken(text, theme.current().font("label", 500), room) if text else ()

    def _tag_beside(self, room: float) -> bool:
        """Whether the mark stands beside the statement; else it stands below."""
        look, view = theme.current(), self._view
        needed = text_width(view.text, look.font("label", 600)) + self._tag_width() + 12
        return view.tag is not None and needed <= room

    def _shares_line(self, room: float) -> bool:
        """Whether the mark, below the statement, leaves the finding room beside it."""
        text = self._view.finding or self._view.value
        return text_width(text, theme.current().font("label", 500)) + self._tag_width() + 12 <= room

    def _needed_height(self) -> int:
        look, room = theme.current(), self._text_room()
        statement, below = len(self._lines(room)), len(self._below(room))
        if self._view.tag is not None and not self._tag_beside(room) and not (below == 1 and self._shares_line(room)):
            below += 1
        step = look.line_height(self._role(room)) - 2
        return round(statement * step + below * look.line_height("label"))

    def _text_left(self) -> float:
        return 20 + max(30.0, keycap_size("8")[0]) + (16 if theme.current().density == "regular" else 12)

    def _text_room(self) -> float:
        return self.width() - self._text_left() - self._chip_width() - 20 - 12

    def _tag_width(self) -> float:
        look, view = theme.current(), self._view
        if view.tag is None:
            return 0.0
        return plate_width(view.tag.text, look.font("caption", 600), view.tag.icon, 16, 8, 6)

    def needed_role(self) -> str:
        """The largest text that lets the statement stand on one line."""
        return self._role(self._text_room(), "bodyL")

    def use_role(self, role: str) -> None:
        """Write no larger than this, so that all rows look alike."""
        self._largest = role
        self._measure()
        self.update()

    def _role(self, room: float, largest: str = "") -> str:
        look, view = theme.current(), self._view
        needed = self._tag_width() + 12 if self._tag_beside(room) else 0.0
        roles = ("bodyL", "body", "label")
        for role in roles[roles.index(largest or self._largest) :]:
            if text_width(view.text, look.font(role, 600)) + needed <= room:
                return role
        return "label"

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        if view.current or self.isDown():
            painter.fillRect(place, look.color("bg.selected"))
        if view.current:
            painter.fillRect(QRectF(place.left(), place.top(), 5, place.height()), look.color("focus.ring"))
        left = place.left() + 20
        cap = max(30.0, keycap_size(str(view.number))[0])
        if view.current:
            box = QRectF(left, place.center().y() - cap / 2, cap, cap)
            draw_box(painter, box, 6, look.color("action.primary"))
            draw_line(painter, box, str(view.number), look.font("label", 700), look.color("action.onPrimary"),
                      Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
        else:
            draw_keycap(painter, QRectF(left, place.top(), cap, place.height()), str(view.number), role="label")
        self._paint_words(painter, place)
        self._paint_answer(painter, place)

    def _paint_words(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        room, left = self._text_room(), self._text_left()
        role = self._role(room)
        line, small = look.line_height(role) - 2, look.line_height("label")
        lines, below = self._lines(room), self._below(room)
        beside, tag_width = self._tag_beside(room), self._tag_width()
        tag_below = view.tag is not None and not beside
        shares = tag_below and len(below) == 1 and self._shares_line(room)
        total = line * len(lines) + small * (len(below) + (tag_below and not shares))
        top = place.top() + (place.height() - total) / 2
        font = look.font(role, 600)
        for text in lines:
            draw_line(painter, QRectF(left, top, room, line), text, font, look.color("text.primary"))
            top += line
        if view.tag is not None:
            high = look.line_height("caption") + 2
            chip = QRectF(left + text_width(lines[-1], font) + 12, top - line + (line - high) / 2, tag_width, high)
            if tag_below:
                chip = QRectF(left, top + 1, tag_width, min(high, small))
                top += 0 if shares else small
            draw_plate(painter, chip, view.tag.text, look.font("caption", 600), fill=look.tone(view.tag.tone, "bg"),
                       colour=look.tone(view.tag.tone, "text"), icon=view.tag.icon, icon_size=16, padding=8,
                       gap=6)  # fmt: skip
        past = tag_width + 12 if shares else 0
        for text in below:
            draw_line(painter, QRectF(left + past, top, room - past, small), text, look.font("label", 500),
                      look.color("error.text" if view.finding else "text.secondary"))  # fmt: skip
            top += small

    def _paint_answer(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        high = look.line_height("label") + 6
        chip = QRectF(place.right() - 20 - self._chip_width(), place.center().y() - high / 2, self._chip_width(), high)
        tone, icon = ANSWERS[view.answer]
        if view.answer == "open":
            draw_box(painter, chip, 8, look.color("bg.surface"), look.color("border.control"), 1.25, dashed=True)
            draw_line(painter, chip, view.answer_word, look.font("label", 600), look.color("text.secondary"),
                      Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
            return
        text = look.tone(tone, "text")
        draw_box(painter, chip, 8, look.tone(tone, "bg"))
        role = "label" if text_width(view.answer_word, look.font("label", 600)) <= chip.width() - 40 else "caption"
        font = look.font(role, 600)
        words = min(text_width(view.answer_word, font), chip.width() - 34)
        left = chip.left() + (chip.width() - words - 24) / 2
        draw_icon(painter, icon, QRectF(left, chip.center().y() - 9, 18, 18), text)
        draw_line(painter, QRectF(left + 24, chip.top(), words + 1, chip.height()), view.answer_word, font, text)


class ChecklistRows(QScrollArea):
    """All groups of one page of the checklist.

    Signals:
        row_pressed(int): the row with this number was pressed.
    """

    row_pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget()
        self._column = column(self._content)
        self.setWidget(self._content)
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self._rows: list[ChecklistRow] = []
        self._shape: tuple[tuple[str, int], ...] = ()

    @property
    def rows(self) -> tuple[ChecklistRow, ...]:
        """The rows shown."""
        return tuple(self._rows)

    def show_sections(self, sections: tuple[SectionView, ...]) -> None:
        """Show these groups; rows are kept while the groups stay the same."""
        shape = tuple((section.title, len(section.rows)) for section in sections)
        if shape != self._shape:
            self._build(sections)
            self._shape = shape
        views = [row for section in sections for row in section.rows]
        for row, view in zip(self._rows, views, strict=True):
            row.set_view(view)
            if view.current:
                self.ensureWidgetVisible(row, 0, 24)
        self._level()

    def _level(self) -> None:
        """One text size for all rows; a single very long statement alone may be smaller still."""
        small = any(row.needed_role() != "bodyL" for row in self._rows)
        for row in self._rows:
            row.use_role("body" if small else "bodyL")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._level()

    def _build(self, sections: tuple[SectionView, ...]) -> None:
        clear(self._column)
        self._rows = []
        look = theme.current()
        regular = look.density == "regular"
        for section in sections:
            if section.title:
                title = TextLabel(section.title, "caption" if not regular else "label", weight=600,
                                  colour="text.secondary")  # fmt: skip
                title.setContentsMargins(0, 0, 0, 0)
                self._column.addSpacing(10 if regular else 0)
                holder = QWidget()
                line = column(holder, margins=(20, 0, 20, 0))
                line.addWidget(title)
                self._column.addWidget(holder)
            for view in section.rows:
                row = ChecklistRow(view)
                row.clicked.connect(lambda _=False, number=view.number: self.row_pressed.emit(number))
                self._rows.append(row)
                self._column.addWidget(row, 100)
        self._column.addStretch(1)
