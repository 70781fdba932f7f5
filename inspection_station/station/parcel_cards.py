"""The cards of an open parcel: what the buyer says, what should be in it, what "all good" would mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.page_views import (
    CheckView,
    ClaimView,
    ExpectedView,
    ItemView,
    ToteView,
    VerdictView,
)
from inspection_station.station.picture import Picture
from inspection_station.station.surfaces import Card, HairLine, PressButton, Well, clear, column, row
from inspection_station.station.tags import GradeTile, Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import FactView, TagView

CHECK_ICONS = {
    "ok": ("mdi6.check-circle", "ok.solid"),
    "open": ("mdi6.checkbox-blank-circle-outline", "border.control"),
    "wrong": ("mdi6.alert-octagon", "error.solid"),
}


class ClaimCard(Card):
    """The buyer's reason first, and largest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, 0, parent)
        look = theme.current()
        self._caption = TextLabel("", "caption", weight=600, colour="text.secondary")
        self._reason = TextLabel("", "h1", wrap=True, max_lines=2)
        self._detail = TextLabel("", "bodyL", colour="text.secondary", wrap=True, max_lines=3)
        self._tags = column(spacing=8)
        self._shown_tags: tuple[TagView, ...] = ()
        for widget in (self._caption, self._reason, self._detail):
            self.column.addWidget(widget)
            self.column.addSpacing(2)
        self.column.addSpacing(14 if look.density == "regular" else 10)
        self.column.addLayout(self._tags)

    def show_view(self, view: ClaimView) -> None:
        """Show another claim."""
        self._caption.set_text(view.caption)
        self._reason.set_text(view.reason)
        self._detail.set_text(view.detail)
        self._detail.setVisible(bool(view.detail))
        self._shown_tags = view.tags
        self._lay_tags()
        self.setAccessibleName(f"{view.caption} {view.reason}")
        self.setAccessibleDescription(view.detail)

    def _lay_tags(self) -> None:
        """The tags beside each other, on as many lines as they need: none is shortened."""
        clear(self._tags)
        room = theme.current().size("colLeft") - 2 * theme.current().size("cardPadding") - 2
        line, used = row(spacing=8), 0
        for tag in (Tag(view) for view in self._shown_tags):
            if used and used + tag.sizeHint().width() > room:
                line.addStretch(1)
                self._tags.addLayout(line)
                line, used = row(spacing=8), 0
            line.addWidget(tag)
            used += tag.sizeHint().width() + 8
        line.addStretch(1)
        self._tags.addLayout(line)


class ClaimBanner(QWidget):
    """The claim on top of the checklist: amber when a defect is claimed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        self._tone = "neutral"
        line = row(self, spacing=16, margins=(20, 18 if regular else 12, 20, 18 if regular else 12))
        texts = column()
        self._caption = TextLabel("", "caption", weight=600)
        self._reason = TextLabel("", "h2", wrap=True, max_lines=2)
        texts.addStretch(1)
        texts.addWidget(self._caption)
        texts.addWidget(self._reason)
        texts.addStretch(1)
        line.addLayout(texts, 1)
        self._icon = Icon("mdi6.account-voice", 46)
        line.addWidget(self._icon)
        self.setMinimumHeight(86)

    def show_view(self, view: ClaimView) -> None:
        """Show another claim."""
        self._tone = view.tone
        colour = "text.primary" if view.tone == "neutral" else f"{view.tone}.text"
        self._caption.set_text(view.caption)
        self._caption.set_colour("text.secondary" if view.tone == "neutral" else colour)
        self._reason.set_text(view.reason + (f" · {view.detail}" if view.detail else ""))
        self._reason.set_colour(colour)
        self._icon.set_icon("mdi6.account-voice", colour)
        self.setAccessibleName(f"{view.caption} {view.reason}")
        self.setAccessibleDescription(view.detail)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(0, 0, self.width(), self.height() + 20, 11, 11)
        painter.fillPath(path, look.tone(self._tone, "bg") if self._tone != "neutral" else look.color("bg.surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.color("border.hairline"))


class FactRow(QWidget):
    """A label at the left, its value at the right."""

    def __init__(self, fact: FactView, role: str = "label", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = row(self, spacing=12)
        line.addWidget(TextLabel(fact.label, role, weight=400, colour="text.secondary"))
        value = TextLabel(fact.value, role, weight=500, code=fact.code, align=Qt.AlignmentFlag.AlignRight)
        line.addWidget(value, 1)
        self.setFixedHeight(theme.current().line_height(role) + 6)
        self.setAccessibleName(f"{fact.label} {fact.value}")


class ItemRow(PressButton):
    """One of several items of a parcel."""

    def __init__(self, view: ItemView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(92 if theme.current().density == "regular" else 76)
        line = row(self, spacing=12, margins=(16, 8, 16, 8))
        side = self.height() - 16
        picture = Picture(view.picture, radius=8)
        picture.setFixedSize(round(side * 1.1), side)
        picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line.addWidget(picture)
        texts = column()
        texts.addStretch(1)
        texts.addWidget(TextLabel(view.name, "label", weight=600))
        texts.addWidget(TextLabel(view.traits, "label", weight=400, colour="text.secondary"))
        if view.state is not None:
            texts.addWidget(Tag(view.state, size="small"), 0, Qt.AlignmentFlag.AlignLeft)
        texts.addStretch(1)
        line.addLayout(texts, 1)
        self.setAccessibleName(f"{view.name} {view.traits}")
        self.setAccessibleDescription(view.state.text if view.state else "")

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        if self._view.current or self.isDown():
            painter.fillRect(place, look.color("bg.selected"))
        if self._view.current:
            painter.fillRect(QRectF(0, 0, 5, place.height()), look.color("focus.ring"))
        painter.fillRect(QRectF(0, place.height() - 1, place.width(), 1), look.color("border.hairline"))


class _CataloguePicture(Picture):
    """The catalogue picture from edge to edge of its card."""

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 90)


class ExpectedCard(Card):
    """The expected item, or the list of them.

    Signals:
        item_chosen(int): an item of the list was pressed, from 0.
    """

    item_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        look = theme.current()
        self._regular = look.density == "regular"
        pad = look.size("cardPadding")
        self.column.setContentsMargins(1, 0, 1, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        top, bottom = (pad - 1, 14) if self._regular else (14, 12)
        head = row(spacing=12, margins=(pad - 1, top, pad - 1, bottom))
        self._title = TextLabel("", "h2")
        self._count = TextLabel("", "bodyL", colour="text.secondary")
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._count)
        self.column.addLayout(head)
        self._picture = _CataloguePicture(radius=0)
        self.column.addWidget(self._picture, 1)
        self._list = QScrollArea()
        self._list.setWidgetResizable(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self._list.setWidget(inner)
        self._list.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self._items = column(inner)
        self.column.addWidget(self._list, 1)
        self._texts = QWidget()
        texts = column(self._texts, margins=(pad - 1, 12, pad - 1, 16 if self._regular else 12))
        self._name = TextLabel("", "bodyL", weight=600, wrap=True, max_lines=2)
        self._traits = row(spacing=16)
        self._facts = column()
        texts.addWidget(self._name)
        texts.addSpacing(8 if self._regular else 6)
        texts.addLayout(self._traits)
        texts.addSpacing(8 if self._regular else 0)
        texts.addLayout(self._facts)
        self.column.addWidget(self._texts)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 200)

    def show_view(self, view: ExpectedView) -> None:
        """Show another expectation."""
        self._title.set_text(view.title)
        self._count.set_text(view.count)
        several = len(view.items) > 1
        self._list.setVisible(several)
        self._picture.setVisible(not several)
        self._name.setVisible(not several)
        clear(self._items)
        for index, item in enumerate(view.items if several else ()):
            line = ItemRow(item)
            line.clicked.connect(lambda _=False, number=index: self.item_chosen.emit(number))
            self._items.addWidget(line)
        if several:
            self._items.addStretch(1)
        self._picture._empty = view.no_picture
        self._picture.set_source(view.picture)
        self._picture.set_note(view.picture_note if view.picture is not None else "")
        self._name.set_text(view.name)
        clear(self._traits)
        for index, trait in enumerate(view.traits if not several else ()):
            if index:
                self._traits.addWidget(_Divider())
            self._traits.addWidget(TextLabel(trait, "h2"))
        self._traits.addStretch(1)
        clear(self._facts)
        # Compact leaves the facts out: numbers that are never needed to act (design 11.3).
        for fact in view.facts if self._regular and not several else ():
            self._facts.addWidget(FactRow(fact))
        self.setAccessibleName(f"{view.title} {view.name} {' '.join(view.traits)}")


class _Divider(QWidget):
    """The upright line between colour and size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(3, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().color("border.control"))


class CheckRow(QWidget):
    """One thing that is verified, open, or wrong."""

    def __init__(self, view: CheckView, role: str = "bodyL", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        icon, colour = CHECK_ICONS[view.state]
        space = 9 if look.density == "regular" else 3
        line = row(self, spacing=12, margins=(0, space, 0, space))
        line.addWidget(Icon(icon, 28 if look.density == "regular" else 24, colour), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(TextLabel(view.text, role, wrap=True, max_lines=2), 1)
        if view.note:
            line.addWidget(TextLabel(view.note, "caption", weight=400, colour="text.secondary", keep=True), 0)
        self.setAccessibleName(" · ".join(p for p in (view.text, view.note) if p))


class ToteWell(Well):
    """Where the item goes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        regular = theme.current().density == "regular"
        super().__init__((16, 12, 16, 12) if regular else (12, 10, 12, 10), 12 if regular else 8, parent)
        self.line.addWidget(Icon("mdi6.tray-arrow-down", 26))
        self._text = TextLabel("", "bodyL", weight=700, keep=True)
        role = "label" if regular else "caption"
        self._note = TextLabel("", role, weight=400, colour="text.secondary", code=True,
                               align=Qt.AlignmentFlag.AlignRight)  # fmt: skip
        self._view = ToteView("", "")
        self.line.addWidget(self._text)
        self.line.addWidget(self._note, 1)
        self.setMinimumHeight(52 if regular else 48)

    def show_view(self, view: ToteView) -> None:
        """Show another tote."""
        self._view = view
        self._text.set_text(view.text)
        self._show_note()
        self.setAccessibleName(f"{view.text} {view.note}")

    def _show_note(self) -> None:
        """The tote's code and how full it is; where it is narrow only the code."""
        whole, code = self._view.note, self._view.note.partition(" · ")[0]
        margins = self.line.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 2 * self.line.spacing() - 26
        self._note.set_text(whole)
        if self._text.sizeHint().width() + self._note.sizeHint().width() > room:
            self._note.set_text(code)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_note()


class VerdictCard(Card):
    """Grade and disposition if all is fine, what the station verified, what only the inspector can."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, 0, parent)
        look = theme.current()
        regular = look.density == "regular"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._caption = TextLabel("", "caption" if not regular else "label", weight=600, colour="text.secondary")
        self.column.addWidget(self._caption)
        self.column.addSpacing(8 if regular else 4)
        head = row(spacing=16 if regular else 12)
        self._tile = GradeTile("A", look.size("gradeTile"))
        texts = column()
        self._word = TextLabel("", "h1")
        self._disposition = Tag(TagView(""), size="large", plain=True)
        texts.addStretch(1)
        texts.addWidget(self._word)
        texts.addWidget(self._disposition, 0, Qt.AlignmentFlag.AlignLeft)
        texts.addStretch(1)
        head.addWidget(self._tile)
        head.addLayout(texts, 1)
        self.column.addLayout(head)
        self.column.addSpacing(16 if regular else 8)
        self.column.addWidget(HairLine())
        self.column.addSpacing(12 if regular else 4)
        self._checks = column()
        self.column.addLayout(self._checks)
        self.column.addStretch(1)
        self._tote = ToteWell()
        self.column.addWidget(self._tote)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 200)

    def show_view(self, view: VerdictView) -> None:
        """Show another verdict."""
        self._caption.set_text(view.caption)
        self._tile.set_letter(view.grade)
        self._word.set_text(view.grade_word)
        self._disposition.set_view(view.disposition)
        clear(self._checks)
        for check in view.checks:
            self._checks.addWidget(CheckRow(check))
        self._tote.setVisible(view.tote is not None)
        if view.tote is not None:
            self._tote.show_view(view.tote)
        self.setAccessibleName(f"{view.caption} {view.grade} {view.grade_word} {view.disposition.text}")
