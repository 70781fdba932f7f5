"""The sorting board: what waits for review at the left, a column for each disposition, what was chosen at the right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.keycap import Keycap
from inspection_station.station.page import Page
from inspection_station.station.paint import draw_box
from inspection_station.station.presenting.sorting import BoardView, BoardWish, TotePanelView
from inspection_station.station.sorting_column import BoardColumn, card_height
from inspection_station.station.surfaces import column, fixed_column, row
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.tote_panel import TotePanel
from inspection_station.station.views import TagView, Tone

NARROWEST = 172  # logical pixels of a column
MOST_COLUMNS = 5
QUEUE = {"regular": 312, "compact": 240}  # widths of what stands beside the columns, by density
REVIEW = {"regular": 400, "compact": 300}


@dataclass(frozen=True)
class VerdictView:
    """What came of the last scan, or what to do next."""

    text: str
    detail: str = ""
    tone: Tone = "neutral"
    icon: str = "mdi6.barcode-scan"
    key: str = ""  # leaves what is begun


class VerdictBar(QFrame):
    """The line under the columns: the verdict on the last scan, in its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        self.setFixedHeight(max(60 if regular else 52, look.line_height("label") + look.line_height("bodyL") + 12))
        line = row(self, spacing=14, margins=(18, 4, 18, 4) if regular else (12, 2, 12, 2))
        self._icon = Icon("mdi6.barcode-scan", 30 if regular else 24)
        words = column(spacing=0)
        self._text = TextLabel("", "bodyL", weight=700)
        self._detail = TextLabel("", "label", colour="text.secondary")
        words.addStretch(1)
        words.addWidget(self._text)
        words.addWidget(self._detail)
        words.addStretch(1)
        self._age = Tag(TagView(""), size="small")
        self._pages = TextLabel("", "label", colour="text.secondary", keep=True)
        self._key = Keycap("Esc")
        line.addWidget(self._icon)
        line.addLayout(words, 1)
        for widget in (self._age, self._pages, self._key):
            line.addWidget(widget)
        self._tone: Tone = "neutral"
        self.show_view(VerdictView(""))
        self.show_place("", "")

    def show_view(self, view: VerdictView) -> None:
        """Show another verdict."""
        self._tone = view.tone
        self._text.set_text(view.text)
        self._detail.set_text(view.detail)
        self._detail.setHidden(not view.detail)
        self._icon.set_icon(view.icon, "text.secondary" if view.tone == "neutral" else f"{view.tone}.text")
        self._key.setHidden(not view.key)
        self.setAccessibleName(f"{view.text} {view.detail}".strip())
        self.update()

    def show_place(self, age: str, pages: str) -> None:
        """Until when the board holds, and which page of it is shown."""
        self._age.setHidden(not age)
        self._age.set_view(TagView(age, "warn", "mdi6.cloud-off-outline"))
        self._pages.setHidden(not pages)
        self._pages.set_text(pages)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        plain = self._tone == "neutral"
        fill = look.color("bg.surface") if plain else look.tone(self._tone, "bg")
        line = look.color("border.hairline") if plain else look.tone(self._tone, "text")
        draw_box(QPainter(self), QRectF(self.rect()), theme.Theme.radius("card"), fill, line, 1 if plain else 2)


class SortingPage(Page):
    """`queue` stands at the left, `review` at the right unless a tote is looked at.

    Signals:
        item_chosen(str): an item was pressed or reached by arrows, by RT number.
        item_dropped(str, str): an item was dropped on a disposition's column.
        wished(): another page of columns, or room for others: see `wish`.
    """

    item_chosen = Signal(str)
    item_dropped = Signal(str, str)
    wished = Signal()

    def __init__(self, queue: QWidget, review: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        gap = 14 if look.density == "regular" else 8
        line = row(self, spacing=gap, margins=(gap + 2, gap + 2, gap + 2, gap + 2))
        beside = row()
        beside.addWidget(queue)
        line.addWidget(fixed_column(beside, QUEUE[look.density]))
        middle = column(spacing=gap)
        self._stack = QStackedWidget()
        self._holder = QWidget()
        self._columns_line = row(self._holder, spacing=gap)
        self._columns: list[BoardColumn] = []
        self._empty = EmptyState(
            "mdi6.tray-plus", translate("No tote is open"), translate("Scan an empty tote, then a disposition code")
        )
        self._stack.addWidget(self._holder)
        self._stack.addWidget(self._empty)
        middle.addWidget(self._stack, 1)
        self.verdict = VerdictBar()
        middle.addWidget(self.verdict)
        line.addLayout(middle, 1)
        self._right = QStackedWidget()
        self.tote = TotePanel()
        self._review = review
        self._right.addWidget(review)
        self._right.addWidget(self.tote)
        beside = row()
        beside.addWidget(self._right)
        line.addWidget(fixed_column(beside, REVIEW[look.density]))
        self.tote.action_pressed.connect(self.action_pressed)
        self._page = 0
        self._view = BoardView(())
        self._selected = ""
        self._room = (0, 0)
        for key, step in (("PgUp", -1), ("PgDn", 1)):
            self.bind(key, partial(self.turn, step))
        for key, across, down in (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1)):
            self.bind(key, partial(self._move, across, down))

    @property
    def wish(self) -> BoardWish:
        """What there is room for, and which page is wanted."""
        columns, cards = self._room
        return BoardWish(self._page, max(1, columns), max(1, cards))

    @property
    def columns(self) -> list[BoardColumn]:
        """The columns shown, from the left."""
        return self._columns[: len(self._view.columns)]

    @property
    def shows_tote(self) -> bool:
        """Whether a tote is looked at, at the right."""
        return self._right.currentWidget() is self.tote

    def turn(self, step: int) -> bool:
        """Another page of columns; False when there is none."""
        page = self._view.page + step
        if not 0 <= page < self._view.pages:
            return False
        self._page = page
        self.wished.emit()
        return True

    def show_board(self, view: BoardView, selected: str) -> None:
        """Show other columns; the item `selected` (an RT number) is marked."""
        self._view, self._selected, self._page = view, selected, view.page
        self._stack.setCurrentWidget(self._holder if view.columns else self._empty)
        while len(self._columns) < len(view.columns):
            made = BoardColumn()
            made.chosen.connect(self.item_chosen)
            made.dropped.connect(self.item_dropped)
            self._columns_line.addWidget(made, 1)
            self._columns.append(made)
        for place, one in enumerate(self._columns):
            one.setHidden(place >= len(view.columns))
            if place < len(view.columns):
                one.show_view(view.columns[place], selected)
        pages = translate("{n} / {total} · PgUp PgDn", n=view.page + 1, total=view.pages) if view.pages > 1 else ""
        self.verdict.show_place(view.age, pages)

    def select(self, rt_number: str) -> None:
        """Mark the item chosen; an empty number marks none."""
        self._selected = rt_number
        for one in self.columns:
            one.select(rt_number)

    def show_tote(self, view: TotePanelView | None) -> None:
        """A tote at the right; None: the review again."""
        here = self.has_focus
        if view is not None:
            self.tote.show_view(view)
        self._right.setCurrentWidget(self._review if view is None else self.tote)
        if here and self.isVisible():
            self.rest_focus()  # what had it is hidden or gone, and the keys are this page's

    @property
    def has_focus(self) -> bool:
        """Whether keys come here: to the page or something in it, or to nothing at all."""
        focus: QWidget | None = self.window().focusWidget()
        return focus is None or focus is self or self.isAncestorOf(focus)

    def rest_focus(self) -> None:
        """On the primary action where it can be seen, else on the page."""
        if self._primary is not None and self._primary.isVisibleTo(self):
            super().rest_focus()
            return
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, across: int, down: int) -> bool:
        """The next item by arrow; the columns' first when none is chosen."""
        lists = [[card.view.rt_number for card in one.cards] for one in self.columns]
        places = {one: (c, r) for c, cards in enumerate(lists) for r, one in enumerate(cards)}
        at = places.get(self._selected)
        if at is None:
            wanted = next((cards[0] for cards in lists if cards), "")
        elif down:
            cards = lists[at[0]]
            wanted = cards[min(len(cards) - 1, max(0, at[1] + down))]
        else:
            beside = [cards for c, cards in enumerate(lists) if cards and (c - at[0]) * across > 0]
            cards = (beside[0] if across > 0 else beside[-1]) if beside else lists[at[0]]
            wanted = cards[min(at[1], len(cards) - 1)]
        if wanted:
            self.item_chosen.emit(wanted)
        return bool(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        look = theme.current()
        gap = self._columns_line.spacing()
        sides = QUEUE[look.density] + REVIEW[look.density]
        width = self.width() - sides - 4 * gap - 2 * (gap + 2)
        columns = max(2, min(MOST_COLUMNS, (width + gap) // (NARROWEST + gap)))
        high = self.height() - 2 * (gap + 2) - self.verdict.height() - gap - BoardColumn.head_height() - 18
        high -= look.line_height("label") + 12
        room = columns, max(1, high // (card_height() + 8))
        if room != self._room:
            self._room = room
            self.wished.emit()
