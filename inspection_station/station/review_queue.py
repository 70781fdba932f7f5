"""The review queue 待复核 beside the sorting board: what waits for a lead, the gravest first, a digit for each."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.paint import draw_box
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.review import QueueRowView, ReviewQueueView
from inspection_station.station.surfaces import Card, PressButton, clear, column, row, scrolled
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel, draw_line
from inspection_station.station.views import TagView


class QueueRow(PressButton):
    """One item that waits."""

    def __init__(self, view: QueueRowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.selected = False
        look = theme.current()
        regular = look.density == "regular"
        self._margin = 12 if regular else 6
        words = look.line_height("label") + look.line_height("caption") + 4
        self.setFixedHeight(max(82 if regular else 54, words + 2 * (self._margin if regular else 6)))
        self.setAccessibleName(f"{view.name} · {view.reason}")
        self.setToolTip(self.accessibleName())
        side = self.height() - 2 * self._margin if regular else 32
        picture = Picture(view.picture, radius=6, parent=self)
        picture.setGeometry(self._margin + 4, (self.height() - side) // 2, side, side)
        picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._left = self._margin + side + (14 if regular else 10)

    def select(self, selected: bool) -> None:
        """Show whether this is the item reviewed."""
        self.selected = selected
        self.update()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self.view
        if self.selected:
            draw_box(painter, place, 8, look.color("bg.selected"))
            draw_box(painter, QRectF(place.left(), place.top(), 5, place.height()), 2, look.color("focus.ring"))
        cap = keycap_size(view.key)[0]
        right = place.right() - self._margin
        draw_keycap(painter, QRectF(right - cap, place.top(), cap, place.height()), view.key)
        room = right - cap - 8 - self._left
        name, reason = look.line_height("label"), look.line_height("caption")
        top = place.center().y() - (name + reason + 2) / 2
        draw_line(painter, QRectF(self._left, top, room, name), view.name, look.font("label", 700),
                  look.color("text.primary"))  # fmt: skip
        draw_line(painter, QRectF(self._left, top + name + 2, room, reason), view.reason, look.font("caption", 400),
                  look.tone("error", "text") if view.apart else look.color("text.secondary"))  # fmt: skip
        painter.fillRect(QRectF(place.left() + 8, place.bottom() - 1, place.width() - 16, 1),
                         look.color("border.hairline"))  # fmt: skip


class ReviewQueue(Card):
    """See the module.

    Signals:
        chosen(str): an item, by RT number.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        regular = theme.current().density == "regular"
        side = 20 if regular else 12
        head = row(spacing=8, margins=(side, side - 4, side, 8))
        head.addWidget(TextLabel(translate("To review"), "h2", weight=700), 1)
        self._count = Tag(TagView(""))
        head.addWidget(self._count)
        self.column.addLayout(head)
        self._empty = EmptyState(
            "mdi6.check-all", translate("Nothing to review"), translate("Scan a label to see any item"), small=True
        )
        self.column.addWidget(self._empty, 1)
        holder = QWidget()
        self._rows = column(holder, margins=(8, 0, 8, 0))
        self._scroll = scrolled(holder)
        self.column.addWidget(self._scroll, 1)
        self._note = TextLabel("", "caption", colour="text.secondary", wrap=True)
        foot = row(margins=(side, 8, side, side - 4))
        foot.addWidget(self._note)
        self.column.addLayout(foot)
        self._made: list[QueueRow] = []
        self._selected = ""
        self.show_view(ReviewQueueView((), 0))

    def show_view(self, view: ReviewQueueView) -> None:
        """Show another queue."""
        regular = theme.current().density == "regular"
        items = translate("{n} items", n=view.count) if regular else str(view.count)
        self._count.set_view(TagView(items, "warn" if view.count else "ok", "mdi6.clock-alert-outline"))
        self._count.setHidden(not view.count)
        self._empty.setHidden(bool(view.rows))
        self._scroll.setHidden(not view.rows)
        if [one.view for one in self._made] != list(view.rows):
            clear(self._rows)
            self._made = [QueueRow(one) for one in view.rows]
            for made in self._made:
                made.clicked.connect(lambda _=False, number=made.view.rt_number: self.chosen.emit(number))
                self._rows.addWidget(made)
            self._rows.addStretch(1)
        notes = []
        if view.count > len(view.rows):
            notes.append(translate("{n} more", n=view.count - len(view.rows)))
        if view.recalls:
            notes.append(translate("{n} old labels are still out", n=view.recalls))
        if view.rows:
            notes.append(translate("Scan a label to see any item"))
        self._note.set_text("\n".join(notes))
        self.select(self._selected)

    def number_of(self, digit: int) -> str:
        """The RT number of the row with that digit; empty when there is none."""
        return self._made[digit - 1].view.rt_number if 0 < digit <= len(self._made) else ""

    def select(self, rt_number: str) -> None:
        """Mark the item reviewed."""
        self._selected = rt_number
        for made in self._made:
            made.select(made.view.rt_number == rt_number)
