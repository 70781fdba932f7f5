"""One column of the sorting board: its disposition, the tote that takes items now, and what lies in its totes."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import draw_box
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.sorting import CardView, ColumnView
from inspection_station.station.surfaces import PressButton, clear, column, row
from inspection_station.station.tags import Icon, draw_grade
from inspection_station.station.text import TextLabel, broken, draw_line, text_width
from inspection_station.station.views import TagView
from inspection_station.station.waiting_cards import Meter

ITEM = "application/x-return-item"  # what is dragged: an RT number
PADDING = 10


def card_height() -> int:
    """The height of an item's card, in logical pixels."""
    look = theme.current()
    words = 2 * look.line_height("label") + 34
    return max(90 if look.density == "regular" else 76, words + 2 * PADDING - 6)


class Mark(QWidget):
    """What is the matter with an item, on the corner of its picture."""

    def __init__(self, view: TagView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.setFixedSize(26, 26)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        draw_box(painter, QRectF(self.rect()), 13, look.tone(self._view.tone, "bg"), look.color("bg.surface"), 2)
        draw_icon(painter, self._view.icon, QRectF(4, 4, 18, 18), look.tone(self._view.tone, "text"))


class ItemCard(PressButton):
    """One item; can be pressed, and dragged to another column."""

    def __init__(self, view: CardView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.selected = False
        self._pressed_at: QPoint | None = None
        self.setFixedHeight(card_height())
        said = [view.name, view.grade, view.number, view.mark.text if view.mark else ""]
        said.append(translate("Only proposed") if view.proposed else "")
        self.setAccessibleName(" · ".join(part for part in said if part))
        self.setToolTip(self.accessibleName())
        side = card_height() - 2 * PADDING - 6 if theme.current().density == "regular" else 46
        self._picture = Picture(view.picture, radius=6, parent=self)
        self._picture.setGeometry(PADDING, PADDING + 3, side, side)
        self._picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if view.elsewhere:
            self._picture.set_source(None)
        self._left = PADDING + side + 10
        if view.mark is not None:
            self._mark = Mark(view.mark, self)
            self._mark.move(PADDING + side - 18, PADDING + side - 16)

    def select(self, selected: bool) -> None:
        """Show whether this is the item chosen."""
        if selected != self.selected:
            self.selected = selected
            self.setAccessibleDescription(translate("selected") if selected else "")
            self.update()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        box = place.adjusted(1.5, 1.5, -1.5, -1.5)
        chosen = look.color("focus.ring") if self.selected else look.color("border.hairline")
        proposed = self.view.proposed and not self.selected
        line = look.color("border.control") if proposed else chosen
        draw_box(painter, box, 8, look.color("bg.surface"), line, 3 if self.selected else 1, dashed=proposed)
        ink = look.color("text.tertiary" if self.view.elsewhere else "text.primary")
        font, high = look.font("label", 600), look.line_height("label")
        width = place.width() - self._left - PADDING
        for number, words in enumerate(broken(self.view.name, font, width)):
            draw_line(painter, QRectF(self._left, PADDING + number * high, width, high), words, font, ink)
        bottom = place.bottom() - PADDING - 24
        draw_grade(painter, QRectF(self._left, bottom, 24, 24), self.view.grade)
        room = QRectF(self._left + 32, bottom, place.right() - PADDING - self._left - 32, 24)
        draw_line(painter, room, self.view.number, look.font("label", 400, True), look.color("text.secondary"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = self._pressed_at is not None and (
            (event.position().toPoint() - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        )
        if far and event.buttons() & Qt.MouseButton.LeftButton:
            self._pressed_at = None
            self.setDown(False)
            drag, what = QDrag(self), QMimeData()
            what.setData(ITEM, self.view.rt_number.encode())
            drag.setMimeData(what)
            drag.setPixmap(self.grab())
            drag.exec(Qt.DropAction.MoveAction)


class BoardColumn(QFrame):
    """See the module.

    Signals:
        chosen(str): an item was pressed, by RT number.
        dropped(str, str): an item was dropped here: RT number, disposition of the column.
    """

    chosen = Signal(str)
    dropped = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.disposition = self.tote = ""  # `tote`: the code of that which takes items now
        self._view: ColumnView | None = None
        self._made: list[ItemCard] = []
        self._accent = "neutral"
        look = theme.current()
        regular = look.density == "regular"
        side = 16 if regular else 10
        whole = column(self)
        head = column(spacing=8 if regular else 5, margins=(side, 18 if regular else 12, side, 14 if regular else 9))
        line = row(spacing=8)
        self._icon = Icon("mdi6.package-up", 26 if regular else 20)
        self._title = TextLabel("", "bodyL", weight=700, wrap=True, max_lines=2)
        self._count = TextLabel("", "h2", weight=700, keep=True)
        line.addWidget(self._icon)
        line.addStrut(2 * look.line_height("caption"))  # of all columns alike, whatever their titles need
        line.addWidget(self._title, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._count)
        head.addLayout(line)
        line = row(spacing=6)
        self._tote = TextLabel("", "caption", weight=600)
        self._fill = TextLabel("", "caption", colour="text.secondary", keep=True)
        line.addWidget(self._tote, 1)
        line.addWidget(self._fill)
        head.addLayout(line)
        self._meter = Meter()
        head.addWidget(self._meter)
        whole.addLayout(head)
        self._cards = column(spacing=8, margins=(side - 4, 10, side - 4, 8))
        whole.addLayout(self._cards)
        self._more = TextLabel("", "label", colour="text.secondary", align=Qt.AlignmentFlag.AlignHCenter)
        whole.addWidget(self._more)
        whole.addStretch(1)

    @property
    def cards(self) -> list[ItemCard]:
        """The cards shown, from the top."""
        return self._made

    def show_view(self, view: ColumnView, selected: str) -> None:
        """Show another column; `selected` is the RT number of the item chosen."""
        self.disposition, self.tote, self._accent = view.disposition, view.tote, view.tag.tone
        self.setAccessibleName(f"{view.tag.text} {view.count}")
        self._icon.set_icon(view.tag.icon, "text.primary")
        self._title.set_text(view.tag.text)
        self._count.set_text(str(view.count))
        self._tote.set_text(view.tote_text)
        self._tote.set_colour("text.primary" if view.tote else "error.text")
        self._fill.set_text(view.fill)
        self._meter.set_share(view.share)
        if self._view is None or self._view.cards != view.cards:
            clear(self._cards)
            self._made = [ItemCard(one) for one in view.cards]
            for one, card in zip(view.cards, self._made, strict=True):
                card.clicked.connect(lambda _=False, number=one.rt_number: self.chosen.emit(number))
                self._cards.addWidget(card)
        self._view = view
        self._fit_title()
        self._more.set_text(view.more)
        self.select(selected)
        self.update()

    def select(self, rt_number: str) -> None:
        """Mark the card of the item chosen."""
        for card in self.cards:
            card.select(card.view.rt_number == rt_number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()

    def _fit_title(self) -> None:
        """The title in the largest role in which it is whole on one line, else on two."""
        look, text = theme.current(), self._view.tag.text if self._view is not None else ""
        taken = 2 * (16 if look.density == "regular" else 10) + self._icon.width() + 16 + self._count.sizeHint().width()
        room = self.width() - taken - 2
        roles = ("bodyL", "body", "label", "caption")
        role = next((one for one in roles if text_width(text, look.font(one, 700)) <= room), "caption")
        self._title.set_role(role, 700)

    @staticmethod
    def head_height() -> int:
        """Height of what stands above the cards, in logical pixels."""
        look = theme.current()
        regular = look.density == "regular"
        texts = 2 * look.line_height("caption") + look.line_height("caption") + 10
        return texts + (18 + 14 + 16 if regular else 12 + 9 + 10)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ITEM):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = bytes(event.mimeData().data(ITEM).data())
        event.acceptProposedAction()
        self.dropped.emit(data.decode(errors="replace"), self.disposition)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        draw_box(painter, place, 10, look.color("bg.sunken"), look.color("border.hairline"))
        head = QRectF(place.left(), place.top(), place.width(), self._cards.geometry().top() - 2)
        painter.save()
        painter.setClipRect(head)
        draw_box(painter, place, 10, look.color("bg.surface"), look.color("border.hairline"))
        painter.setClipRect(QRectF(head.left(), head.top(), head.width(), 6))
        draw_box(painter, place, 10, look.tone(self._accent, "solid"))
        painter.restore()
        painter.fillRect(QRectF(head.left(), head.bottom(), head.width(), 1), look.color("border.hairline"))
