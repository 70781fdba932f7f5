"""The bar along the top: product, bench, areas, today's count, language, person."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import PressButton, clear, column, row
from inspection_station.station.tags import Avatar, Tag
from inspection_station.station.text import TextLabel, draw_line, text_width
from inspection_station.station.views import TabView, TopBarView

CHANGE_LANGUAGE = N_("Change the language")
LOGO = 36
STRIPES = 6  # pixels: the striped edge that marks practice mode without its colour


class Logo(QWidget):
    """The product's mark: a ticked board on ink; `inverted` on the ink panel of the sign-in page."""

    def __init__(self, side: int, inverted: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inverted = inverted
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        ground, mark = look.color("action.primary"), look.color("action.onPrimary")
        if self._inverted:
            ground, mark = QColor("#FFFFFF"), QColor("#12161B")
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), 9, ground)
        inset = self.width() * 0.2
        place = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        draw_icon(painter, "mdi6.clipboard-check-outline", place, mark)


class Tab(PressButton):
    """One area; the selected one stands on a sunken ground with an ink line below."""

    def __init__(self, view: TabView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._edge = 18
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(48 if theme.current().density == "regular" else 44)
        self.setCheckable(True)
        self.setChecked(view.selected)
        self.setAccessibleName(view.text)

    def nextCheckState(self) -> None:
        return

    def set_narrow(self, narrow: bool) -> None:
        """Take less room at both sides."""
        edge = 8 if narrow else 18
        if edge != self._edge:
            self._edge = edge
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        look = theme.current()
        words = text_width(self._view.text, look.font("label", 600))
        return QSize(round(22 + 8 + words + 2 * self._edge + 2), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        if view.selected:
            draw_box(painter, place.adjusted(0, 0, 0, -2), 8, look.color("bg.sunken"))
            under = QRectF(place.left(), place.bottom() - 3, place.width(), 3)
            draw_box(painter, under, 1.5, look.color("text.primary"))
        elif self.isDown():
            draw_box(painter, place.adjusted(0, 0, 0, -2), 8, look.color("bg.sunken"))
        colour = look.color("text.primary" if view.selected else "text.secondary")
        draw_icon(painter, view.icon, QRectF(place.left() + self._edge, place.center().y() - 12, 22, 22), colour)
        left = self._edge + 30
        draw_line(painter, QRectF(place.left() + left, place.top() - 1, place.width() - left, place.height()),
                  view.text, look.font("label", 600 if view.selected else 500), colour)  # fmt: skip


class LanguageButton(PressButton):
    """Switches between the two languages."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(translate(CHANGE_LANGUAGE))
        self.setAccessibleDescription(text)

    def set_text(self, text: str) -> None:
        """Name the languages."""
        self._text = text
        self.setAccessibleDescription(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self._text, theme.current().font("caption", 600))) + 28, 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        box = place.adjusted(0, 4, 0, -4)
        draw_box(painter, box, 8, look.color("bg.sunken" if self.isDown() else "bg.surface"),
                 look.color("border.hairline"), 1)  # fmt: skip
        draw_line(painter, box, self._text, look.font("caption", 500), look.color("text.secondary"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip


class PersonButton(PressButton):
    """Who is signed in; pressing it offers to lock or change the person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._role = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line = row(self, spacing=12, margins=(4, 0, 0, 0))
        self._avatar = Avatar("", 40 if theme.current().density == "regular" else 34)
        texts = column(spacing=0)
        self._name_label = TextLabel("", "label", weight=600)
        self._role_label = TextLabel("", "caption", weight=400, colour="text.tertiary")
        for label in (self._name_label, self._role_label):
            label.set_scale(1, 0.86)
            texts.addWidget(label)
        line.addWidget(self._avatar)
        line.addLayout(texts)
        for child in (self._avatar, self._name_label, self._role_label):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_person(self, name: str, role: str) -> None:
        """Show another person."""
        self._avatar.set_name(name)
        self._name_label.set_text(name)
        self._role_label.set_text(role)
        self.setAccessibleName(name)
        self.setAccessibleDescription(role)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        texts = max(self._name_label.sizeHint().width(), self._role_label.sizeHint().width())
        return QSize(4 + self._avatar.width() + 12 + min(texts, 220) + 2, 48)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        if self.isDown():
            draw_box(painter, place, 8, theme.current().color("bg.sunken"))


class TopBar(QFrame):
    """See the module.

    Signals:
        tab_chosen(str), language_pressed(), person_pressed(), leave_pressed(): leave practice mode.
    """

    tab_chosen = Signal(str)
    language_pressed = Signal()
    person_pressed = Signal()
    leave_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        self._regular = look.density == "regular"
        self.setProperty("uiRole", "bar")
        self.setFixedHeight(look.size("topBar"))
        gutter = look.size("gutter")
        self._left, self._middle, self._right = QWidget(self), QWidget(self), QWidget(self)
        left = row(self._left, spacing=12, margins=(gutter, 0, 0, 0))
        left.addWidget(Logo(LOGO))
        self._product = TextLabel("", "bodyL", weight=700)
        left.addWidget(self._product)
        self._bench_line = QFrame()
        self._bench_line.setProperty("uiRole", "line")
        self._bench_line.setFixedSize(1, 24)
        self._bench = TextLabel("", "label", weight=400, colour="text.secondary")
        left.addSpacing(4)
        left.addWidget(self._bench_line)
        left.addWidget(self._bench)
        left.addStretch(1)
        self._tabs = row(self._middle, spacing=6)
        right = row(self._right, spacing=16, margins=(0, 0, gutter, 0))
        right.addStretch(1)
        self._done = TextLabel("", "h2")
        self._goal = TextLabel("", "label", weight=400, colour="text.secondary")
        right.addWidget(self._done)
        right.addSpacing(-12)
        right.addWidget(self._goal)
        self._language = LanguageButton("")
        self._language.clicked.connect(self.language_pressed)
        right.addWidget(self._language)
        self._person = PersonButton()
        self._person.clicked.connect(self.person_pressed)
        right.addWidget(self._person)
        self._buttons: list[Tab] = []
        self._shown_tabs: tuple[TabView, ...] = ()
        self._practice: Tag | None = None
        self._counts = False

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """The areas shown."""
        return tuple(self._buttons)

    def show_view(self, view: TopBarView) -> None:
        """Show another state of the frame."""
        self._product.set_text(view.product)
        self._bench.set_text(view.bench)
        self._done.setVisible(view.done is not None)
        self._counts = view.done is not None
        self._done.set_text(str(view.done))
        goal = f"/ {view.goal} " if view.goal else ""
        self._goal.set_text(f"{goal}{view.done_caption}")
        self._language.set_text(view.language)
        self._person.show_person(view.person, view.role)
        if view.tabs != self._shown_tabs or (self._practice is None) != (view.practice is None):
            self._show_tabs(view)
            self._show_practice(view)
        self._place()

    def _show_tabs(self, view: TopBarView) -> None:
        self._shown_tabs = view.tabs
        clear(self._tabs)
        self._buttons = []
        for tab in view.tabs:
            button = Tab(tab)
            button.clicked.connect(lambda _=False, name=tab.name: self.tab_chosen.emit(name))
            self._tabs.addWidget(button)
            button.show()  # a child that comes later counts for nothing in the layout before it is shown
            self._buttons.append(button)

    def _show_practice(self, view: TopBarView) -> None:
        """In the place of the areas: that nothing counts, and the way out."""
        self._practice = None
        self._tabs.setSpacing(6 if view.practice is None else 16)
        self.setAccessibleName(view.practice.text if view.practice else "")
        if view.practice is not None and view.leave is not None:
            self._practice = Tag(view.practice, size="large")
            leave = ActionButton(view.leave, size="small")
            leave.clicked.connect(self.leave_pressed)
            for widget in (self._practice, leave):
                self._tabs.addWidget(widget)
                widget.show()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Tabs in the middle of the window, the two sides up to them; closer together where they are many."""
        width, height = self.width(), self.height()
        mark = theme.current().size("gutter") + LOGO + 16
        for narrow, brief in ((False, False), (True, False), (True, True)):
            for tab in self._buttons:
                tab.set_narrow(narrow)
            self._goal.setVisible(self._counts and not brief)
            if mark + self._middle.sizeHint().width() + 16 + self._right.sizeHint().width() <= width:
                break
        middle = self._middle.sizeHint().width()
        start = (width - middle) // 2
        right = self._right.sizeHint().width()
        if start + middle + right + 16 > width:
            start = max(0, width - right - 16 - middle)
        edge = STRIPES if self._practice is not None else 0
        self._middle.setGeometry(start, 0, middle, height - edge)
        self._left.setGeometry(0, 0, max(0, start - 16), height)
        self._right.setGeometry(width - right, 0, right, height)
        room = start - 16 - (self._product.x() + self._product.sizeHint().width() + 32)
        shown = self._regular and self._bench.sizeHint().width() <= room
        self._product.setHidden(room < -32)  # its mark stands for it where many tabs leave no room
        self._bench.setVisible(shown)
        self._bench_line.setVisible(shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        if self._practice is None:
            painter.fillRect(self.rect(), look.color("bg.surface"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.color("border.hairline"))
            return
        painter.fillRect(self.rect(), look.tone("warn", "bg"))
        edge = QRectF(0, self.height() - STRIPES, self.width(), STRIPES)
        painter.fillRect(edge, look.tone("warn", "solid"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(edge)
        painter.setPen(QPen(QColor("#12161B"), STRIPES))
        for left in range(-STRIPES, self.width() + STRIPES, 4 * STRIPES):
            painter.drawLine(QPointF(left, self.height()), QPointF(left + 2 * STRIPES, self.height() - 2 * STRIPES))
