"""The checklist: statements in the positive, grouped, each with its number and its answer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.page_views import RowView, SectionView
from inspection_station.station.paint import draw_box, draw_plate, plate_width
from inspection_station.station.surfaces import SMALLEST_TARGET, PressButton, clear, column
from inspection_station.station.text import TextLabel, draw_line, text_width

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
        self.setMaximumHeight(theme.current().size("checklistRow"))
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
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, theme.current().size("checklistRow"))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, SMALLEST_TARGET)

    def _chip_width(self) -> float:
        return 104.0

    def fits(self) -> bool:
        """True when statement, mark and finding are not shortened."""
        look, view = theme.current(), self._view
        room = self._text_room()
        role = self._role(room)
        tag = self._tag_width() + 12 if view.tag else 0
        above, below = (0, tag) if self._tag_is_below() else (tag, 0)
        font = look.font(role, 600)
        return (
            all(text_width(line, font) + above <= room + 1 for line in self._lines(font, room))
            and text_width(view.finding or view.value, look.font("label", 500)) + below <= room + 1
        )

    def _lines(self, font: QFont, room: float) -> tuple[str, ...]:
        """The statement on one line; on two where it is too long for one and nothing stands below it."""
        view = self._view
        if text_width(view.text, font) <= room or view.finding or view.value or view.tag is not None:
            return (view.text,)
        layout = QTextLayout(view.text, font)
        layout.beginLayout()
        first = layout.createLine()
        first.setLineWidth(room)
        layout.endLayout()
        end = first.textLength()
        return view.text[:end].strip(), view.text[end:].strip()

    def _tag_is_below(self) -> bool:
        """Whether the mark leaves the statement no room on its line: then it stands on the line below."""
        look, view = theme.current(), self._view
        needed = text_width(view.text, look.font("label", 600)) + self._tag_width() + 12
        return view.tag is not None and needed > self._text_room()

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
        self.update()

    def _role(self, room: float, largest: str = "") -> str:
        look, view = theme.current(), self._view
        needed = self._tag_width() + 12 if view.tag and not self._tag_is_below() else 0.0
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
        room = self._text_room()
        role = self._role(room)
        left = self._text_left()
        line, small = look.line_height(role), look.line_height("label")
        below = view.finding or view.value
        tag_below = self._tag_is_below()
        font = look.font(role, 600)
        lines = self._lines(font, room)
        total = line + (small if below or tag_below or len(lines) > 1 else 0)
        top = place.top() + (place.height() - total) / 2
        tag_width = self._tag_width()
        words = min(text_width(view.text, font), room - (tag_width + 12 if view.tag and not tag_below else 0))
        for number, text in enumerate(lines):
            at = QRectF(left, top + number * (line - 2), room if len(lines) > 1 else words + 1, line)
            draw_line(painter, at, text, font, look.color("text.primary"))
        if view.tag is not None:
            high = look.line_height("caption") + 2
            chip = QRectF(left + words + 12, top + (line - high) / 2, tag_width, high)
            if tag_below:
                chip = QRectF(left, top + line, tag_width, min(high, small))
            draw_plate(painter, chip, view.tag.text, look.font("caption", 600), fill=look.tone(view.tag.tone, "bg"),
                       colour=look.tone(view.tag.tone, "text"), icon=view.tag.icon, icon_size=16, padding=8,
                       gap=6)  # fmt: skip
        if below:
            past = tag_width + 12 if tag_below else 0
            draw_line(painter, QRectF(left + past, top + line - 2, room - past, small), below, look.font("label", 500),
                      look.color("error.text" if view.finding else "text.secondary"))  # fmt: skip

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
