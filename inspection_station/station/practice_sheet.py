"""The result sheet of a practice: the cases at the left, the chosen one's comparisons, and the figures at the right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.page import Page
from inspection_station.station.paint import draw_box
from inspection_station.station.presenting.practice import SheetCaseView, SheetRowView, SheetView
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import (
    SMALLEST_TARGET,
    Card,
    HairLine,
    PressButton,
    clear,
    column,
    fixed_column,
    row,
    scrolled,
)
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel


class CaseLine(PressButton):
    """One case of the sheet: whether it agrees, its name, how many answers do, its time."""

    def __init__(self, view: SheetCaseView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        regular = theme.current().density == "regular"
        self.setFixedHeight(60 if regular else SMALLEST_TARGET)
        self.setAccessibleName(" · ".join((view.title, view.tag.text, view.agreed, view.seconds)))
        line = row(self, spacing=10, margins=(14, 0, 14, 0))
        line.addWidget(Icon(view.tag.icon, 20, f"{view.tag.tone}.text"))
        role = "label" if regular else "caption"
        name = TextLabel(view.title, role, weight=600 if view.selected else 500, wrap=True, max_lines=2)
        words = column()
        words.addStretch(1)
        words.addWidget(name)
        words.addStretch(1)
        line.addLayout(words, 1)
        right = Qt.AlignmentFlag.AlignRight
        line.addWidget(TextLabel(view.agreed, role, weight=400, colour="text.secondary", align=right, keep=True))
        time = TextLabel(view.seconds, role, weight=400, colour="text.secondary", align=right, keep=True)
        time.setMinimumWidth(44)
        line.addWidget(time)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        if self._view.selected:
            draw_box(painter, place, 8, look.color("bg.selected"))
            painter.fillRect(QRectF(place.left(), place.top(), 5, place.height()), look.color("focus.ring"))


class ComparisonRow(QWidget):
    """One comparison: what was asked with its tag, and below it what is known and what was found."""

    def __init__(self, view: SheetRowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        whole = column(self, margins=(0, 6, 0, 6))
        first = row(spacing=12)
        first.addWidget(TextLabel(view.text, "body", weight=600, wrap=True), 1)
        first.addWidget(Tag(view.tag, size="small"), 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(first)
        below = translate("Known: {known}", known=view.known)
        if view.found != view.known:
            below = translate("Known: {known}; found: {found}", known=view.known, found=view.found)
        whole.addWidget(TextLabel(below, "label", weight=400, colour="text.secondary", wrap=True))
        self.setAccessibleName(f"{view.text}, {view.tag.text}")
        self.setAccessibleDescription(below)


class PracticeSheetPage(Page):
    """Shows a `SheetView`.

    Signals:
        case_chosen(int): a case by its place, from 0.
    """

    case_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        gutter = look.size("gutter")
        body = row(self, spacing=gutter, margins=(gutter,) * 4)
        cases = Card(8)
        self._cases = column()
        cases.column.addLayout(self._cases)
        cases.column.addStretch(1)
        left = column()
        left.addWidget(cases)
        body.addWidget(fixed_column(left, look.size("colWaiting")))
        detail = Card()
        self._chosen = TextLabel("", "h2", weight=700, wrap=True, max_lines=2)
        detail.column.addWidget(self._chosen)
        detail.column.addSpacing(8)
        detail.column.addWidget(HairLine())
        holder = QWidget()
        self._rows = column(holder, margins=(0, 0, 8, 0))
        self._area = scrolled(holder)
        detail.column.addWidget(self._area, 1)
        body.addWidget(detail, 1)
        right = column(spacing=gutter)
        figures = Card()
        self._title = TextLabel("", "bodyL", weight=700, wrap=True)
        self._percent = TextLabel("", "display")
        self._caption = TextLabel("", "label", weight=400, colour="text.secondary", wrap=True)
        self._facts = column(spacing=6 if look.density == "regular" else 1)
        self._note = TextLabel("", "label", weight=400, colour="text.secondary", wrap=True)
        for widget in (self._title, self._percent, self._caption):
            figures.column.addWidget(widget)
        figures.column.addSpacing(12 if look.density == "regular" else 6)
        figures.column.addLayout(self._facts)
        figures.column.addStretch(1)
        figures.column.addWidget(self._note)
        right.addWidget(figures, 1)
        self._actions = column(spacing=8)
        right.addLayout(self._actions)
        self.primary = PrimaryButton()
        self.take_primary(self.primary)
        right.addWidget(self.primary)
        body.addWidget(fixed_column(right, look.size("colRight")))
        self._place = 0
        self._count = 0

    def show_view(self, view: SheetView) -> None:
        """Show another sheet, or another case of it."""
        self._title.set_text(view.title)
        self._percent.set_text(view.percent)
        self._caption.set_text(view.caption)
        self._note.set_text(view.note)
        self._chosen.set_text(view.chosen)
        clear(self._facts)
        for fact in view.facts:
            line = row(spacing=8)
            line.addWidget(TextLabel(fact.label, "label", weight=400, colour="text.secondary"), 1)
            line.addWidget(TextLabel(fact.value, "label", weight=600, keep=True))
            self._facts.addLayout(line)
        clear(self._cases)
        self._count = len(view.cases)
        for place, case in enumerate(view.cases):
            button = CaseLine(case)
            button.clicked.connect(lambda _=False, place=place: self.case_chosen.emit(place))
            self._cases.addWidget(button)
            self._place = place if case.selected else self._place
        clear(self._rows)
        for one in view.rows:
            self._rows.addWidget(ComparisonRow(one))
            self._rows.addWidget(HairLine())
        self._rows.addStretch(1)
        self._area.verticalScrollBar().setValue(0)
        self._bind(view)
        self.show_primary(view.primary)

    def _bind(self, view: SheetView) -> None:
        self.unbind_all()
        self.bind("Up", partial(self._move, -1))
        self.bind("Down", partial(self._move, 1))
        self.bind("PgUp", partial(self._scroll, -1))
        self.bind("PgDn", partial(self._scroll, 1))
        clear(self._actions)
        for action in view.actions:
            button = ActionButton(action)
            button.clicked.connect(lambda _=False, name=action.name: self.action_pressed.emit(name))
            self._actions.addWidget(button)
            self.bind(action.key, partial(self.action_pressed.emit, action.name))

    def _move(self, step: int) -> bool:
        place = self._place + step
        if not 0 <= place < self._count:
            return False
        self.case_chosen.emit(place)
        return True

    def _scroll(self, pages: int) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())
