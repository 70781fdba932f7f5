"""Everything that is not the usual case, in one template: banner, evidence, the means to resolve it, actions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.banner import Banner
from inspection_station.station.camera_panel import CameraPanel
from inspection_station.station.camera_view import CameraView
from inspection_station.station.context_bar import ContextBar
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.keycap import Keycap
from inspection_station.station.page import Page
from inspection_station.station.page_views import (
    CandidateView,
    CheckView,
    ExceptionView,
    SideView,
)
from inspection_station.station.paint import draw_box
from inspection_station.station.parcel_cards import CheckRow, FactRow
from inspection_station.station.picture import Picture
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import Card, PressButton, clear, column, row, scrolled
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel


class CandidateRow(PressButton):
    """An order that may be the one; the chosen one has the ink frame."""

    def __init__(self, view: CandidateView, low: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        regular = theme.current().density == "regular"
        self._selected = view.selected
        height = (88 if regular else 60) if low else (104 if regular else 84)
        self.setMinimumHeight(height)  # a choice's words may need a second line
        if not low:
            self.setFixedHeight(height)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(low)
        self.setSizePolicy(policy)
        edge = 4 if low else 11
        line = row(self, spacing=16, margins=(14, edge, 20, edge))
        picture = Picture(view.picture, radius=8)
        picture.setFixedSize(round((height - 22) * 1.28), height - 22)
        if view.picture is not None or view.agreement.text:  # a choice of the menu has neither
            line.addWidget(picture)
        texts = column()
        texts.addStretch(1)
        texts.addWidget(TextLabel(view.text, "bodyL", weight=600))
        texts.addWidget(TextLabel(view.detail, "label", weight=400, colour="text.secondary", code=True,
                                  wrap=low, max_lines=2))  # fmt: skip
        texts.addStretch(1)
        line.addLayout(texts, 1)
        if view.agreement.text:
            line.addWidget(Tag(view.agreement))
        line.addWidget(Keycap(view.key))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(view.text)
        self.setAccessibleDescription(f"{view.detail} {view.agreement.text}")

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill = look.color("bg.sunken" if self.isDown() else "bg.surface")
        if self._selected:
            draw_box(painter, place, 12, fill, look.color("text.primary"), theme.Theme.border("selected"))
        else:
            draw_box(painter, place, 12, fill, look.color("border.hairline"), 1.25)


class Side(QWidget):
    """One of two things laid side by side, both pictures of one size."""

    def __init__(self, view: SideView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self)
        head = row(spacing=12)
        head.addWidget(TextLabel(view.title, "h2"))
        head.addStretch(1)
        head.addWidget(TextLabel(view.code, "label", weight=400, colour="text.secondary", code=True))
        layout.addLayout(head)
        layout.addSpacing(12)
        line, width = ("error.solid", 4.0) if view.wrong else ("border.hairline", 2.0)
        picture = Picture(view.picture, cover=False, line=line, line_width=width, empty=view.empty)
        picture.setAccessibleName(view.text)
        layout.addWidget(picture, 1)
        layout.addSpacing(12)
        layout.addWidget(TextLabel(view.text, "bodyL", weight=600, wrap=True, max_lines=2))
        layout.addWidget(TextLabel(view.detail, "bodyL", colour="text.secondary"))


class ExceptionPage(Page):
    """Shows an `ExceptionView`.

    Signals:
        candidate_chosen(int): one of the orders, from 0.
        shot_requested(), shot_selected(int).
    """

    candidate_chosen = Signal(int)
    shot_requested = Signal()
    shot_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        self._regular = look.density == "regular"
        gutter = look.size("gutter")
        whole = column(self)
        self.context = ContextBar()
        whole.addWidget(self.context)
        self._body: QVBoxLayout = column(spacing=gutter, margins=(gutter,) * 4)
        whole.addLayout(self._body, 1)
        self.banner: Banner | None = None
        self._middle = row(spacing=gutter)
        self.panel = CameraPanel()
        self.panel.shot_requested.connect(self.shot_requested)
        self.panel.shot_selected.connect(self.shot_selected)
        self.panel.action_pressed.connect(self.action_pressed)
        self.camera: CameraView = self.panel.camera
        self._variable = QWidget()
        self._variable_row = row(self._variable, spacing=gutter)
        self._middle.addWidget(self.panel, 7)
        self._middle.addWidget(self._variable, 10)
        self._body.addLayout(self._middle, 1)
        self._bottom = row(spacing=16 if self._regular else 12)
        self.primary = PrimaryButton("bottomBar")
        self.take_primary(self.primary)
        self._bottom.addWidget(self.primary, 1)
        self._actions = row(spacing=16 if self._regular else 12)
        self._bottom.addLayout(self._actions)
        self._body.addLayout(self._bottom)

    def show_view(self, view: ExceptionView) -> None:
        """Show another case, or the same in another state."""
        self.context.setVisible(view.context is not None)
        if view.context is not None:
            self.context.show_view(view.context)
        if self.banner is None:
            self.banner = Banner(view.banner)
            self._body.insertWidget(0, self.banner)
        else:
            self.banner.show_view(view.banner)
        self.panel.setVisible(view.camera is not None)
        if view.camera is not None:
            self.panel.show_view(view.camera, view.shots, None, view.lost)
            self.panel.strip.setVisible(bool(view.shots))
        clear(self._variable_row)
        if view.sides:
            self._show_sides(view)
        else:
            if view.camera is None and not view.wide:
                picture = Picture(view.evidence, radius=12, note=view.evidence_note, note_icon="mdi6.camera-outline",
                                  empty=view.evidence_empty)  # fmt: skip
                self._variable_row.addWidget(picture, 7)
            self._variable_row.addWidget(self._means(view), 10)
        clear(self._actions)
        for action in view.actions:
            button = ActionButton(action, size="tall")
            button.clicked.connect(lambda _=False, name=action.name: self.action_pressed.emit(name))
            self._actions.addWidget(button)
        self._bind_keys(view)
        self.show_primary(view.primary)

    def _show_sides(self, view: ExceptionView) -> None:
        card = Card()
        line = row(spacing=24)
        line.addStretch(1)
        for index, side in enumerate(view.sides):
            if index:
                line.addStretch(1)
                line.addWidget(Icon("mdi6.not-equal-variant", 48, "error.text"), 0, Qt.AlignmentFlag.AlignVCenter)
                line.addStretch(1)
            line.addWidget(Side(side), 4)
        line.addStretch(1)
        card.column.addLayout(line, 1)
        self._variable_row.addWidget(card, 1)

    def _means(self, view: ExceptionView) -> Card:
        card = Card()
        inner = card.column
        if view.title:
            inner.addWidget(TextLabel(view.title, "h2", wrap=True, max_lines=2))
        if view.subtitle:
            subtitle = TextLabel(view.subtitle, "label", weight=400, colour="text.secondary", wrap=True, max_lines=2)
            inner.addWidget(subtitle)
        if view.title or view.subtitle:
            inner.addSpacing(16 if self._regular else 10)
        if view.candidates:
            inner.addWidget(self._candidates(view), 100)
        if not view.candidates and view.candidates_empty:
            inner.addWidget(EmptyState("mdi6.magnify", view.candidates_empty, small=True), 1)
        if view.pictures:
            pictures = row(spacing=16)
            for picture in view.pictures:
                frame = Picture(picture.picture, note=picture.caption, bar=True, line="border.hairline", line_width=2,
                                empty=picture.empty)  # fmt: skip
                frame.setFixedWidth(280 if self._regular else 200)
                frame.setMaximumHeight(208 if self._regular else 150)
                frame.set_marks(picture.marks)
                pictures.addWidget(frame)
            pictures.addStretch(1)
            inner.addLayout(pictures, 100)
            inner.addSpacing(20 if self._regular else 10)
        for fact in view.facts:
            inner.addWidget(FactRow(fact, "bodyL"))
            inner.addSpacing(6 if self._regular else 0)
        for step in view.steps:
            inner.addWidget(CheckRow(CheckView(step.text, step.state, step.note)))
        inner.addStretch(1)
        return card

    def _candidates(self, view: ExceptionView) -> QScrollArea:
        """The orders to choose from; moved up and down where they are more than there is room for."""
        holder = QWidget()
        lines = column(holder)
        grid = QGridLayout()
        grid.setSpacing(12 if self._regular or view.columns == 1 else 8)
        lines.addLayout(grid)
        area = scrolled(holder)
        across = view.columns
        down = -(-len(view.candidates) // across)
        for index, candidate in enumerate(view.candidates):
            line = CandidateRow(candidate, across > 1)
            line.clicked.connect(lambda _=False, number=index: self.candidate_chosen.emit(number))
            grid.addWidget(line, index % down, index // down)
            grid.setColumnStretch(index // down, 1)
            if candidate.selected:
                QTimer.singleShot(0, line, lambda line=line: area.ensureWidgetVisible(line, 0, 12))
        lines.addStretch(1)
        return area

    def _bind_keys(self, view: ExceptionView) -> None:
        self.unbind_all()
        if view.camera is not None:
            self.bind("Space", self.shot_requested.emit)
            self.bind("G", self.camera.toggle_grid)
            self.bind("F5", partial(self.action_pressed.emit, "switch_camera"))
        for index, candidate in enumerate(view.candidates):
            self.bind(candidate.key, partial(self.candidate_chosen.emit, index))
        for action in (*view.actions, *(view.lost.actions if view.lost else ())):
            if action.key and action.enabled:
                self.bind(action.key, partial(self.action_pressed.emit, action.name))
