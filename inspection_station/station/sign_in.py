"""Signing in: a badge is one scan; without it, a name and six digits."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEasingCurve, QPointF, QPropertyAnimation, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.page import Page
from inspection_station.station.paint import draw_box
from inspection_station.station.scan_prompt import draw_bars, draw_scan_line
from inspection_station.station.sign_in_views import PersonView, SignInView
from inspection_station.station.surfaces import PressButton, clear, column, row
from inspection_station.station.tags import Avatar
from inspection_station.station.text import TextLabel, draw_line
from inspection_station.station.top_bar import LanguageButton, Logo

DIGITS = 6
BACKSPACE = N_("Delete the last digit")
INK, PAPER, GREY = QColor("#12161B"), QColor("#FFFFFF"), QColor("#C3C9D0")


class BadgeCard(QWidget):
    """A drawn badge with the scanner's line over its code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._centre, self._name, self._role = "", "", ""
        regular = theme.current().density == "regular"
        self.setFixedSize(620 if regular else 440, 316 if regular else 224)

    def show_texts(self, centre: str, name: str, role: str) -> None:
        """Set the words on the badge."""
        self._centre, self._name, self._role = centre, name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        scale = self.height() / 316
        card = QRectF(28 * scale, 8 * scale, self.width() - 56 * scale, 300 * scale)
        draw_box(painter, card, 20, PAPER)
        photo = QRectF(card.left() + 36 * scale, card.top() + 32 * scale, 132 * scale, 168 * scale)
        draw_box(painter, photo, 12, QColor("#DCE2EA"))
        draw_icon(painter, "mdi6.account", photo.adjusted(14 * scale, 40 * scale, -14 * scale, -22 * scale),
                  QColor("#7C848E"))  # fmt: skip
        left = photo.right() + 28 * scale
        for text, role, weight, colour, top in (
            (self._centre, "bodyL", 400, QColor("#454D57"), 32), (self._name, "h1", 800, INK, 72),
            (self._role, "bodyL", 400, QColor("#454D57"), 124),
        ):  # fmt: skip
            place = QRectF(left, card.top() + top * scale, card.right() - left - 12, look.line_height(role))
            draw_line(painter, place, text, look.font(role, weight), colour)
        bars = QRectF(card.left() + 76 * scale, card.bottom() - 84 * scale, card.width() - 152 * scale, 56 * scale)
        draw_bars(painter, bars, INK)
        draw_scan_line(painter, 4 * scale, self.width() - 4 * scale, bars.center().y())


class InkPanel(QWidget):
    """The left half: product, the one instruction, the badge, and how the station is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        edge = 96 if regular else 56
        layout = column(self, margins=(edge, 68 if regular else 40, 24, 60 if regular else 36))
        head = row(spacing=16)
        head.addWidget(Logo(48, inverted=True))
        names = column()
        self._product = TextLabel("", "h2", weight=700, colour=PAPER)
        self._bench = TextLabel("", "label", weight=400, colour=GREY)
        names.addWidget(self._product)
        names.addWidget(self._bench)
        head.addLayout(names, 1)
        layout.addLayout(head)
        layout.addStretch(3)
        self._title = TextLabel("", "display", colour=PAPER, wrap=True, max_lines=2)
        self._title.set_scale(1.16 if regular else 1.05, 1.16 if regular else 1.05)
        self._hint = TextLabel("", "h2", weight=400, colour=GREY, wrap=True, max_lines=2)
        self._badge = BadgeCard()
        layout.addWidget(self._title)
        layout.addSpacing(20 if regular else 10)
        layout.addWidget(self._hint)
        layout.addSpacing(52 if regular else 28)
        # The scanner's line stands out on both sides of the badge; the badge itself keeps the margin.
        overhang = round(28 * self._badge.height() / 316)
        badge_line = row()
        badge_line.addSpacing(-overhang)
        badge_line.addWidget(self._badge)
        badge_line.addStretch(1)
        layout.addLayout(badge_line)
        layout.addStretch(3)
        self._facts = row(spacing=24)
        layout.addLayout(self._facts)

    def show_view(self, view: SignInView) -> None:
        """Show other words."""
        self._product.set_text(view.product)
        self._bench.set_text(view.bench)
        self._title.set_text(view.title)
        self._hint.set_text(view.hint)
        self._badge.show_texts(view.centre, view.card_name, view.card_role)
        self._badge.setAccessibleName(view.title)
        clear(self._facts)
        for fact in view.facts:
            self._facts.addWidget(_Fact(fact.text, fact.icon))
        self._facts.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), INK)


class _Fact(QWidget):
    """A grey icon and word on the ink panel."""

    def __init__(self, text: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        line = row(self, spacing=6, margins=(28 if icon else 0, 0, 0, 0))
        line.addWidget(TextLabel(text, "body", colour=GREY))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._icon:
            draw_icon(QPainter(self), self._icon, QRectF(0, (self.height() - 22) / 2, 22, 22), GREY)


class PersonTile(PressButton):
    """Someone who has used this bench."""

    def __init__(self, view: PersonView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        regular = theme.current().density == "regular"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(72 if regular else 60)
        edge, gap = (16, 12) if regular else (12, 10)
        line = row(self, spacing=gap, margins=(edge, 8, edge, 8))
        line.addWidget(Avatar(view.title, 44 if regular else 36))
        texts = column()
        name = TextLabel(view.title, "bodyL" if regular else "body", weight=700)
        role = TextLabel(view.role, "caption", weight=400, colour="text.secondary")
        name.set_scale(1, 0.86)
        texts.addStretch(1)
        texts.addWidget(name)
        texts.addWidget(role)
        texts.addStretch(1)
        line.addLayout(texts, 1)
        if view.shift and regular:
            line.addWidget(TextLabel(view.shift, "caption", weight=400, colour="text.secondary"))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(f"{view.role} {view.shift}".strip())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill = look.color("bg.sunken" if self.isDown() else "bg.surface")
        if self._view.selected:
            draw_box(painter, place, 12, fill, look.color("text.primary"), theme.Theme.border("selected"))
        else:
            draw_box(painter, place, 12, fill, look.color("border.hairline"), 1)


class PinDots(QWidget):
    """How many of the six digits are entered; shakes once when they were wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entered = 0
        self._shift = 0.0
        self.setFixedHeight(28)
        self._shaking = QPropertyAnimation(self, b"pos", self)
        self._shaking.setDuration(240)
        self._shaking.setEasingCurve(QEasingCurve.Type.OutCubic)

    def set_entered(self, entered: int) -> None:
        """Fill this many dots."""
        self._entered = entered
        self.setAccessibleName(f"{entered} / {DIGITS}")
        self.update()

    def shake(self) -> None:
        """Move six pixels to and fro, once; not when motion is reduced."""
        if theme.current().reduce_motion or self._shaking.state() == QPropertyAnimation.State.Running:
            return
        here = self.pos()
        self._shaking.setStartValue(here)
        for step, shift in ((0.25, -6), (0.5, 6), (0.75, -6)):
            self._shaking.setKeyValueAt(step, QPointF(here.x() + shift, here.y()).toPoint())
        self._shaking.setEndValue(here)
        self._shaking.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        left = (self.width() - DIGITS * 24 - (DIGITS - 1) * 16) / 2
        for index in range(DIGITS):
            dot = QRectF(left + index * 40, 2, 24, 24)
            if index < self._entered:
                draw_box(painter, dot, 12, look.color("text.primary"))
            else:
                draw_box(painter, dot, 12, None, look.color("border.control"), 2)


class PinKey(PressButton):
    """One key of the pad; with `icon` the word is only spoken."""

    def __init__(self, text: str, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._icon = text, icon
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(theme.current().size("pinKey"))
        self.setMinimumHeight(48)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return QSize(200, theme.current().size("pinKey"))

    def set_text(self, text: str) -> None:
        """Change the word."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill = look.color("bg.sunken" if self.isDown() or not self.isEnabled() else "bg.surface")
        draw_box(painter, place, 12, fill, look.color("border.hairline"), 1)
        colour = look.color("text.primary" if self.isEnabled() else "text.tertiary")
        if self._icon:
            draw_icon(painter, self._icon, QRectF(place.center().x() - 22, place.center().y() - 22, 44, 44), colour)
            return
        digit = len(self._text) == 1
        font = look.font("h1" if digit else "h2", 700 if digit else 600)
        draw_line(painter, place, self._text, font, colour if digit else look.color("text.secondary"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip


class SignInPage(Page):
    """Shows a `SignInView`; keeps no digits itself.

    Signals:
        person_chosen(str): by name.
        digit_entered(str), last_digit_deleted(), digits_cleared().
        language_pressed().
    """

    person_chosen = Signal(str)
    digit_entered = Signal(str)
    last_digit_deleted = Signal()
    digits_cleared = Signal()
    language_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        self._panel = InkPanel(self)
        self._right = QWidget(self)
        edge = 96 if regular else 48
        layout = column(self._right, margins=(edge, 76 if regular else 28, edge, 64 if regular else 24))
        head = row(spacing=16)
        questions = column()
        self._question = TextLabel("", "h2")
        self._question_hint = TextLabel("", "label", weight=400, colour="text.secondary", wrap=True, max_lines=2)
        questions.addWidget(self._question)
        questions.addSpacing(8 if regular else 2)
        questions.addWidget(self._question_hint)
        head.addLayout(questions, 1)
        self._language = LanguageButton("")
        self._language.clicked.connect(self.language_pressed)
        head.addWidget(self._language, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head)
        layout.addSpacing(24 if regular else 12)
        self._people = QGridLayout()
        self._people.setSpacing(16 if regular else 10)
        layout.addLayout(self._people)
        layout.addSpacing(40 if regular else 14)
        self._dots = PinDots()
        layout.addWidget(self._dots)
        self._message = TextLabel("", "body", weight=600, colour="error.text", align=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._message)
        layout.addSpacing(4)
        self._pad = QGridLayout()
        self._pad.setSpacing(16 if regular else 10)
        self._pad_keys: list[PinKey] = []
        for index, digit in enumerate("123456789"):
            self._add_key(PinKey(digit), index // 3, index % 3, partial(self.digit_entered.emit, digit))
        self._clear = PinKey("")
        self._add_key(self._clear, 3, 0, self.digits_cleared.emit)
        self._add_key(PinKey("0"), 3, 1, partial(self.digit_entered.emit, "0"))
        self._add_key(PinKey(translate(BACKSPACE), "mdi6.backspace-outline"), 3, 2, self.last_digit_deleted.emit)
        layout.addLayout(self._pad, 100)
        layout.addStretch(1)
        foot = row(spacing=16)
        self._note = TextLabel("", "caption", weight=400, colour="text.secondary", wrap=True, max_lines=2)
        self._version = TextLabel("", "caption", weight=400, colour="text.secondary")
        foot.addWidget(self._note, 1)
        foot.addWidget(self._version)
        layout.addLayout(foot)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _add_key(self, key: PinKey, line: int, place: int, act: object) -> None:
        assert callable(act)
        key.clicked.connect(lambda: act())
        self._pad.addWidget(key, line, place)
        self._pad_keys.append(key)

    def show_view(self, view: SignInView) -> None:
        """Show another state of signing in."""
        self._panel.show_view(view)
        self._question.set_text(view.question)
        self._question_hint.set_text(view.question_hint)
        self._language.set_text(view.language)
        self._clear.set_text(view.clear)
        self._note.set_text(view.note)
        self._version.set_text(view.version)
        self._message.set_text(view.message)
        self._dots.set_entered(view.entered)
        if view.shake:
            self._dots.shake()
        clear(self._people)
        for index, person in enumerate(view.people[:6]):
            tile = PersonTile(person)
            tile.clicked.connect(partial(self._tell_person, person.name))
            self._people.addWidget(tile, index // 2, index % 2)
        for place in (0, 1):
            self._people.setColumnStretch(place, 1)
        for key in self._pad_keys:
            key.setEnabled(not view.locked)
        self.unbind_all()
        if not view.locked:
            for digit in "0123456789":
                self.bind(digit, partial(self.digit_entered.emit, digit))
                self.bind(f"Num{digit}", partial(self.digit_entered.emit, digit))
            self.bind("Backspace", self.last_digit_deleted.emit)

    def _tell_person(self, name: str, _checked: bool = False) -> None:
        self.person_chosen.emit(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left = round(self.width() * 1080 / 1920)
        self._panel.setGeometry(0, 0, left, self.height())
        self._right.setGeometry(left, 0, self.width() - left, self.height())
