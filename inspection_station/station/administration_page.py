"""Administration 管理: a list of sections at the left, a table, and what is chosen in it with its actions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.administration_table import Table, TableHead
from inspection_station.station.administration_views import DetailView, Line, SectionView
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.page import Page
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.settings_controls import Field
from inspection_station.station.settings_page import SideEntry
from inspection_station.station.settings_parts import FactLines
from inspection_station.station.surfaces import Card, clear, column, fixed_column, row, scrolled
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView

SIDE = {"regular": 250, "compact": 176}  # widths, by density
DETAIL = {"regular": 470, "compact": 330}
FILTER = {"regular": 300, "compact": 190}


class NumberedEntry(SideEntry):
    """An entry of the side list with the digit that leads to it."""

    def __init__(self, icon: str, text: str, digit: str, parent: QWidget | None = None) -> None:
        super().__init__(icon, text, parent)
        self._digit = digit

    def _left(self) -> int:
        return 58 if theme.current().density == "regular" else 42

    def paint(self, painter: QPainter, place: QRectF) -> None:
        super().paint(painter, place)
        wide = keycap_size(self._digit)[0]
        draw_keycap(painter, QRectF(place.right() - wide - 8, place.top(), wide, place.height()), self._digit, dim=True)


class AdministrationPage(Page):
    """See the module.

    Signals:
        section_wanted(str): another section.
        row_chosen(str): another row, by its name; empty for none.
        end_reached(): the last row is in sight.
    """

    section_wanted = Signal(str)
    row_chosen = Signal(str)
    end_reached = Signal()

    def __init__(self, sections: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        gap = 16 if regular else 8
        whole = row(self, spacing=gap, margins=(gap, gap, gap, gap))
        whole.addWidget(self._make_side(sections, look.density))
        whole.addWidget(self._make_table(look.density), 1)
        whole.addWidget(self._make_detail(look.density, gap))
        self._lines: tuple[Line, ...] = ()
        self._bound: list[str] = []
        self._below: tuple[ActionView, ...] = ()
        self._of_section: tuple[ActionView, ...] = ()
        self.view: SectionView | None = None
        for key, step in (("Up", -1), ("Down", 1), ("PgUp", -8), ("PgDn", 8)):
            self.bind(key, partial(self._step, step))
        self.bind("F", self._begin_filter)

    def _make_side(self, sections: Sequence[tuple[str, str, str]], density: str) -> QWidget:
        side = column(spacing=4)
        self.entries: dict[str, NumberedEntry] = {}
        for digit, (name, icon, text) in enumerate(sections, start=1):
            entry = NumberedEntry(icon, text, str(digit))
            entry.clicked.connect(lambda _=False, name=name: self.section_wanted.emit(name))
            self.entries[name] = entry
            side.addWidget(entry)
            self.bind(str(digit), partial(self.section_wanted.emit, name))
        side.addStretch(1)
        return fixed_column(side, SIDE[density])

    def _make_table(self, density: str) -> Card:
        card = Card(spacing=8)
        head = row(spacing=10)
        self._title = TextLabel("", "h2", weight=700, keep=True)
        self._tag = Tag(TagView(""), size="small")
        head.addWidget(self._title)
        head.addWidget(self._tag)
        head.addStretch(1)
        self.filter = Field(translate("Filter (F)"))
        self.filter.setClearButtonEnabled(False)
        self.filter.setFixedWidth(FILTER[density])
        self.filter.textChanged.connect(lambda _text: self._show_lines())
        self.filter.installEventFilter(self)
        self.filter.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        head.addWidget(self.filter)
        card.column.addLayout(head)
        self._note = TextLabel("", "label", colour="text.secondary", wrap=True, max_lines=2)
        card.column.addWidget(self._note)
        self.table = Table()
        self._head = TableHead(self.table)
        self.table.resized.connect(self._head.update)
        card.column.addWidget(self._head)
        self.table.chosen.connect(self._move_to)
        self._scroll = scrolled(self.table)
        self._scroll.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._empty = QWidget()
        inside = column(self._empty, spacing=12)
        self._empty_words = TextLabel("", "bodyL", weight=600, wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(1)
        inside.addWidget(Icon("mdi6.tray", 56, "text.tertiary"), 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(self._empty_words)
        inside.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._empty)
        card.column.addWidget(self._stack, 1)
        return card

    def _make_detail(self, density: str, gap: int) -> QWidget:
        side = column(spacing=gap)
        card = Card(spacing=10)
        head = row(spacing=10)
        self._detail_title = TextLabel("", "h2" if density == "regular" else "bodyL", weight=700, wrap=True,
                                       max_lines=2)  # fmt: skip
        self._detail_tag = Tag(TagView(""), size="small")
        head.addWidget(self._detail_title, 1)
        head.addWidget(self._detail_tag, 0, Qt.AlignmentFlag.AlignTop)
        card.column.addLayout(head)
        inside = QWidget()
        lines = column(inside, spacing=8)
        self._facts = FactLines("label", wrap=True)
        lines.addWidget(self._facts)
        self._notes = column(spacing=4)
        lines.addLayout(self._notes)
        lines.addStretch(1)
        card.column.addWidget(scrolled(inside), 1)
        side.addWidget(card, 1)
        self._actions = column(spacing=8)
        side.addLayout(self._actions)
        self.primary = PrimaryButton()
        side.addWidget(self.primary)
        self.take_primary(self.primary)
        return fixed_column(side, DETAIL[density])

    # --- what is shown -----------------------------------------------------------------------------------

    def show_section(self, name: str, view: SectionView, tag: TagView) -> None:
        """Show a section; what is chosen comes by `show_detail`."""
        for one, entry in self.entries.items():
            entry.set_on(one == name)
        self.view = view
        self._title.set_text(view.title)
        self._tag.set_view(tag)
        self._note.set_text(view.note)
        self._note.setHidden(not view.note)
        self._head.show_columns(view.columns)
        self._of_section = view.actions
        self._show_lines()
        rests = self.primary.hasFocus() or self.hasFocus()
        self.show_primary(view.primary)
        if rests:  # a disabled button gives the focus to whatever comes next
            self.rest_focus()

    def _show_lines(self) -> None:
        if self.view is None:
            return
        wanted = self.filter.text().strip().casefold()
        before = self.table.name
        lines = self.view.lines if not wanted else tuple(
            line for line in self.view.lines
            if wanted in " ".join(one.text if isinstance(one, TagView) else one for one in line.cells).casefold()
        )  # fmt: skip
        self.table.show_lines(self.view.columns, lines)
        self._empty_words.set_text(translate("Nothing of that kind") if wanted else self.view.empty)
        self._stack.setCurrentWidget(self._scroll if lines else self._empty)
        self._head.setHidden(not lines)
        if self.table.name != before or not lines:
            self.row_chosen.emit(self.table.name)

    def show_detail(self, view: DetailView) -> None:
        """Show what is chosen and what can be done with it."""
        self._detail_title.set_text(view.title)
        self._detail_tag.setHidden(view.tag is None)
        self._detail_tag.set_view(view.tag or TagView(""))
        self._facts.show_facts(view.facts)
        clear(self._notes)
        for text in view.notes:
            self._notes.addWidget(TextLabel(text, "label", colour="text.secondary", wrap=True))
        actions = (*view.actions, *self._of_section)
        if actions != self._below:
            self._below = actions
            self._show_actions(actions)

    def _show_actions(self, actions: tuple[ActionView, ...]) -> None:
        clear(self._actions)
        for key in self._bound:
            self._keys.pop(key, None)
        self._bound = [one.key for one in actions if one.key and one.enabled]
        for action in actions:
            if action.key and action.enabled:
                self.bind(action.key, partial(self.action_pressed.emit, action.name))
        for start in range(0, len(actions), 2):
            line = row(spacing=8)
            for action in actions[start : start + 2]:
                button = ActionButton(action, size="small")
                button.clicked.connect(lambda _=False, name=action.name: self.action_pressed.emit(name))
                line.addWidget(button, 1)
            self._actions.addLayout(line)

    # --- keys --------------------------------------------------------------------------------------------

    def _step(self, step: int) -> bool:
        if not self.table.lines:
            return False
        last = len(self.table.lines) - 1
        if step > 0 and self.table.at == last:
            self.end_reached.emit()
        self._move_to(min(last, max(0, self.table.at + step)))
        return True

    def _move_to(self, place: int) -> None:
        self.table.choose(place)
        high = self.table.row_height()
        self._scroll.ensureVisible(0, round((place + 0.5) * high), 0, high)
        self.row_chosen.emit(self.table.name)

    def _scrolled(self, value: int) -> None:
        bar = self._scroll.verticalScrollBar()
        if value and value >= bar.maximum() - self.table.row_height():
            self.end_reached.emit()

    def _begin_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.filter:
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                self.filter.clear()
            if key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                self.rest_focus()
                return True
        return super().eventFilter(watched, event)
