"""The two cards of the waiting page: today's figures, and the parcels that wait."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.icons import draw_icon
from inspection_station.station.page_views import QueueRowView, QueueView, TallyView
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import Card, HairLine, clear, column, row
from inspection_station.station.tags import Tag, tag_width
from inspection_station.station.text import TextLabel, draw_line, text_width
from inspection_station.station.views import ActionView


class HourBars(QWidget):
    """The last hours as bars, the running one in ink; the figures are in the accessible name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hours: tuple[int, ...] = ()
        self._caption = ""
        look = theme.current()
        self.setFixedSize(120, 50 + look.line_height("caption"))

    def show_hours(self, hours: tuple[int, ...], caption: str) -> None:
        """Show the counts of the last hours, oldest first."""
        self._hours, self._caption = hours, caption
        self.setAccessibleName(f"{caption} {' '.join(str(h) for h in hours)}".strip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._hours:
            return
        look = theme.current()
        painter = QPainter(self)
        most = max(1, *self._hours)
        gap = 5.0
        width = (self.width() - gap * (len(self._hours) - 1)) / len(self._hours)
        for index, count in enumerate(self._hours):
            high = max(3.0, 48 * count / most)
            last = index == len(self._hours) - 1
            bar = QRectF(index * (width + gap), 49 - high, width, high)
            draw_box(painter, bar, 3, look.color("text.primary" if last else "border.hairline"))
        draw_line(painter, QRectF(0, 51, self.width(), look.line_height("caption")), self._caption,
                  look.font("caption", 400), look.color("text.secondary"), Qt.AlignmentFlag.AlignHCenter)  # fmt: skip


class Meter(QWidget):
    """A thick progress line, ink on sunken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setFixedHeight(10)

    def set_share(self, share: float) -> None:
        """Show a share from 0 to 1."""
        self._share = max(0.0, min(1.0, share))
        self.setAccessibleName(f"{round(self._share * 100)} %")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), 5, look.color("bg.sunken"))
        if self._share > 0:
            width = max(10.0, self.width() * self._share)
            draw_box(painter, QRectF(0, 0, width, self.height()), 5, look.color("text.primary"))


class TallyCard(Card):
    """Today's figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, 0, parent)
        look = theme.current()
        regular = look.density == "regular"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        head = row(spacing=12)
        self._title = TextLabel("", "h2")
        self._shift = TextLabel("", "label", weight=400, colour="text.secondary")
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._shift)
        self.column.addLayout(head)
        self.column.addSpacing(8 if regular else 4)
        figures = row(spacing=14)
        self._done = TextLabel("", "display")
        self._goal = TextLabel("", "bodyL", colour="text.secondary")
        self._bars = HourBars()
        goal_box = column(margins=(0, 0, 0, 8 if regular else 4))
        goal_box.addStretch(1)
        goal_box.addWidget(self._goal)
        figures.addWidget(self._done)
        figures.addLayout(goal_box)
        figures.addStretch(1)
        figures.addWidget(self._bars, 0, Qt.AlignmentFlag.AlignBottom)
        self.column.addLayout(figures)
        self.column.addSpacing(14 if regular else 10)
        self._meter = Meter()
        self.column.addWidget(self._meter)
        self.column.addSpacing(14 if regular else 12)
        self._facts = row(spacing=8)
        self.column.addLayout(self._facts)

    def show_view(self, view: TallyView) -> None:
        """Show other figures."""
        self._title.set_text(view.title)
        self._shift.set_text(view.shift)
        self._done.set_text(str(view.done))
        self._goal.set_text(f"/ {view.goal} {view.unit}" if view.goal else view.unit)
        self._bars.show_hours(view.hours, view.hours_caption)
        self._bars.setVisible(bool(view.hours))
        self._meter.set_share(view.done / view.goal if view.goal else 0.0)
        self._meter.setVisible(bool(view.goal))
        clear(self._facts)
        for index, fact in enumerate(view.facts):
            if index:
                self._facts.addStretch(1)
            label = TextLabel(f"{fact.label} {fact.value}", "label", weight=400, colour="text.secondary")
            label.set_strong((fact.value,))
            self._facts.addWidget(label)
        if len(view.facts) < 2:
            self._facts.addStretch(1)


class QueueRow(QWidget):
    """One waiting parcel; information, not a button: scanning any parcel is right."""

    def __init__(self, view: QueueRowView, due_width: int, category_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        self._view = view
        with_category = category_width > 0
        self.setFixedHeight(look.size("listRow"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = row(self, spacing=12, margins=(0, 0, 0, 1))
        number = TextLabel(view.number, "body", weight=600, code=True)
        line.addWidget(number, 1)
        if view.parked and "pause" not in view.due.icon:
            line.addWidget(_Pause())
        if with_category:
            category = TextLabel(view.category, "label", weight=400, colour="text.secondary")
            category.setFixedWidth(category_width)
            line.addWidget(category)
        count = TextLabel(view.count, "label", weight=400, colour="text.secondary",
                          align=Qt.AlignmentFlag.AlignRight)  # fmt: skip
        count.setMinimumWidth(36)
        line.addWidget(count)
        line.addSpacing(12 if with_category else 4)
        due = Tag(view.due, fill_width=True, size="small")
        due.setFixedWidth(due_width)
        line.addWidget(due)
        self.setAccessibleName(" · ".join(p for p in (view.number, view.category, view.count, view.due.text) if p))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.current().color("border.hairline"))


class _Pause(QWidget):
    """The mark of a parked parcel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(22, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme.current().color("text.secondary")
        draw_icon(QPainter(self), "mdi6.pause-circle-outline", QRectF(self.rect()), colour)


class QueueCard(Card):
    """The parcels that wait, as many rows as there is room for; below them a word, and what is seldom wanted.

    Signals:
        action_pressed(str): the action below, by its name.
    """

    action_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, 0, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._view: QueueView | None = None
        self._shown = -1
        head = row(spacing=12)
        self._title = TextLabel("", "h2")
        self._count = TextLabel("", "bodyL", colour="text.secondary")
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._count)
        self.column.addLayout(head)
        self.column.addSpacing(8)
        self.column.addWidget(HairLine())
        self._rows = column()
        self.column.addLayout(self._rows)
        self.column.addStretch(1)
        self._empty: EmptyState | None = None
        self._note = TextLabel("", "label", weight=400, colour="text.secondary", wrap=True, max_lines=2)
        below = row(spacing=12)
        below.addWidget(self._note, 1)
        below.addStretch(0)
        self._action: ActionButton | None = None
        self._below = below
        self.column.addLayout(below)

    def show_action(self, action: ActionView | None) -> None:
        """Offer `action` below the queue; None for none."""
        if action == (self._action.view if self._action is not None else None):
            return
        if self._action is not None:
            self._below.removeWidget(self._action)
            self._action.hide()
            self._action.deleteLater()
            self._action = None
        if action is not None:
            button = self._action = ActionButton(action, size="small")
            button.clicked.connect(lambda: self.action_pressed.emit(action.name))
            self._below.addWidget(button)
        self._shown = -1
        self._fill()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 160)

    def show_view(self, view: QueueView) -> None:
        """Show another queue."""
        self._view = view
        self._title.set_text(view.title)
        self._count.set_text(view.count)
        self._note.set_text(view.note)
        self._note.setVisible(bool(view.note and view.rows))
        self._shown = -1
        self._fill()

    def _fill(self) -> None:
        if self._view is None:
            return
        look = theme.current()
        below = max(look.line_height("label"), self._action.height() if self._action is not None else 0)
        used = 2 * look.size("cardPadding") + look.line_height("h2") + 10 + below + 12
        room = max(1, (self.height() - used) // look.size("listRow"))
        wanted = min(room, len(self._view.rows))
        if wanted == self._shown:
            return
        self._shown = wanted
        clear(self._rows)
        rows = self._view.rows[:wanted]
        width = max([round(tag_width(r.due)) for r in rows] + [92])
        category_width = 0
        if look.density == "regular" and rows:
            font = look.font("label", 400)
            category_width = min(96, max(round(text_width(row.category, font)) for row in rows) + 2)
            number = max(text_width(row.number, look.font("body", 600, code=True)) for row in rows)
            count = max(36.0, *(text_width(row.count, font) for row in rows))
            room_for_text = self.width() - 2 * look.size("cardPadding") - 5 * 12 - min(width, 132)
            if number + count + category_width > room_for_text:
                category_width = 0  # the number is what a parcel is known by
        for view in rows:
            self._rows.addWidget(QueueRow(view, min(width, 132), category_width))
        if not rows and self._view.empty:
            empty = EmptyState("mdi6.package-variant", self._view.empty, self._view.empty_hint, small=True)
            self._rows.addWidget(empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()
