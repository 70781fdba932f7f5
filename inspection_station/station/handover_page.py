"""Shift hand-over 交接班: what lies open, notes, and the badge of who takes over."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.page import Page
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import Card, clear, column, fixed_column, row, scrolled
from inspection_station.station.tags import Avatar, Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import PrimaryView, TagView


@dataclass(frozen=True)
class OpenRowView:
    """One kind of thing that lies open, and how many there are."""

    icon: str
    text: str
    count: int
    urgent: bool = False


@dataclass(frozen=True)
class HandoverView:
    """The page: what lies open, who leaves, who takes over, the last hand-over."""

    rows: tuple[OpenRowView, ...]
    leaving: str
    taking: str
    last: str
    age: str = ""


class OpenRow(QFrame):
    """One line of what lies open."""

    def __init__(self, view: OpenRowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        regular = theme.current().density == "regular"
        self.setFixedHeight(54 if regular else 42)
        line = row(self, spacing=14, margins=(20, 0, 20, 0) if regular else (12, 0, 12, 0))
        colour = "text.tertiary" if not view.count else "warn.text" if view.urgent else "text.primary"
        line.addWidget(Icon(view.icon, 26 if regular else 22, colour))
        line.addWidget(TextLabel(view.text, "body", colour="text.secondary" if not view.count else "text.primary"), 1)
        line.addWidget(TextLabel(str(view.count), "h2", weight=700, colour=colour, keep=True))
        self.setAccessibleName(f"{view.text} {view.count}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.current().color("border.hairline"))


class HandoverPage(Page):
    """See the module.

    Signals:
        notes_changed(): the notes were written on.
    """

    notes_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        gap = 16 if regular else 10
        whole = row(self, spacing=gap, margins=(gap + 8, gap, gap + 8, gap))
        card = Card(0)
        head = row(spacing=12, margins=(20 if regular else 12, 14, 20 if regular else 12, 10))
        head.addWidget(TextLabel(translate("Shift hand-over"), "h1", weight=700))
        head.addStretch(1)
        self._age = Tag(TagView(""), size="small")
        head.addWidget(self._age)
        card.column.addLayout(head)
        holder = QWidget()
        self._rows = column(holder)
        card.column.addWidget(scrolled(holder), 1)
        whole.addWidget(card, 1)
        side = column(spacing=gap)
        notes = Card(spacing=8)
        notes.column.addWidget(TextLabel(translate("Notes for the next shift"), "label", weight=600))
        self.notes = QPlainTextEdit()
        self.notes.setProperty("acceptsScan", False)
        self.notes.setAccessibleName(translate("Notes for the next shift"))
        self.notes.setTabChangesFocus(True)
        self.notes.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Enter is the primary action until somebody writes
        self.notes.textChanged.connect(self.notes_changed)
        notes.column.addWidget(self.notes, 1)
        side.addWidget(notes, 1)
        people = Card(spacing=12)
        self._leaving = self._person(people, translate("Hands over"))
        self._taking = self._person(people, translate("Takes over"))
        side.addWidget(people)
        self._last = TextLabel("", "label", colour="text.secondary", wrap=True)
        side.addWidget(self._last)
        self.primary = PrimaryButton()
        self.take_primary(self.primary)
        side.addWidget(self.primary)
        whole.addWidget(fixed_column(side, 520 if regular else 400))
        self._shown: tuple[OpenRowView, ...] | None = None

    def _person(self, card: Card, role: str) -> tuple[Avatar, TextLabel]:
        line = row(spacing=12)
        avatar, name = Avatar("?", 44), TextLabel("", "bodyL", weight=600)
        words = column(spacing=0)
        words.addWidget(TextLabel(role, "caption", colour="text.secondary"))
        words.addWidget(name)
        line.addWidget(avatar)
        line.addLayout(words, 1)
        card.column.addLayout(line)
        return avatar, name

    def show_view(self, view: HandoverView) -> None:
        """Show how things stand."""
        self._age.setHidden(not view.age)
        self._age.set_view(TagView(view.age, "warn", "mdi6.cloud-off-outline"))
        if view.rows != self._shown:
            self._shown = view.rows
            clear(self._rows)
            for one in view.rows:
                self._rows.addWidget(OpenRow(one))
            self._rows.addStretch(1)
        waiting = translate("Scan the badge of who takes over")
        for (avatar, label), name in ((self._leaving, view.leaving), (self._taking, view.taking)):
            avatar.set_name(name or "?")
            label.set_text(name or waiting)
        self._last.set_text(view.last)
        self._last.setHidden(not view.last)
        ready = bool(view.taking)
        told = translate("One page to sign comes out") if ready else waiting
        self.show_primary(
            PrimaryView(translate("Hand over and print"), told, "mdi6.account-switch-outline", "Enter", ready)
        )
        if self.isVisible() and not self.notes.hasFocus():
            self.rest_focus()

