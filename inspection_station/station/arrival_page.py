"""Dock arrival 到货登记: scan after scan, the verdict on each large, the day's list below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.page import Page
from inspection_station.station.paint import draw_box
from inspection_station.station.presenting.arrival import (
    KEYS,
    ArrivalRowView,
    ArrivalVerdict,
    ArrivalView,
    outside_word,
)
from inspection_station.station.surfaces import Card, clear, column, fixed_column, row, scrolled
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView


class LargeVerdict(QFrame):
    """The last parcel: what is known of it, its number, what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        regular = theme.current().density == "regular"
        self._tone = "neutral"
        self.setMinimumHeight(196 if regular else 150)
        line = row(self, spacing=24, margins=(36, 16, 36, 16) if regular else (20, 10, 20, 10))
        self._icon = Icon("mdi6.truck-outline", 96 if regular else 68)
        line.addWidget(self._icon)
        words = column(spacing=4)
        words.addStretch(1)
        self._text = TextLabel("", "h1", weight=800)
        self._number = TextLabel("", "h1", weight=600, code=True)
        self._detail = TextLabel("", "bodyL", colour="text.secondary", wrap=True, max_lines=2)
        for label in (self._text, self._number, self._detail):
            words.addWidget(label)
        words.addStretch(1)
        line.addLayout(words, 1)

    def show_view(self, view: ArrivalVerdict) -> None:
        """Show another verdict."""
        self._tone = view.tone
        self._text.set_text(view.text)
        self._number.set_text(view.number)
        self._number.setHidden(not view.number)
        self._detail.set_text(view.detail)
        self._icon.set_icon(view.icon, "text.secondary" if view.tone == "neutral" else f"{view.tone}.text")
        self.setAccessibleName(" ".join(part for part in (view.text, view.number, view.detail) if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        plain = self._tone == "neutral"
        fill = look.color("bg.surface") if plain else look.tone(self._tone, "bg")
        line = look.color("border.hairline") if plain else look.tone(self._tone, "text")
        draw_box(QPainter(self), QRectF(self.rect()), theme.Theme.radius("card"), fill, line, 1 if plain else 3)


class ArrivalLine(QFrame):
    """One parcel of the list."""

    def __init__(self, view: ArrivalRowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        regular = theme.current().density == "regular"
        self.setFixedHeight(56 if regular else 46)
        line = row(self, spacing=16, margins=(20, 0, 20, 0) if regular else (12, 0, 12, 0))
        time = TextLabel(view.time, "label", colour="text.secondary", code=True, keep=True)
        line.addWidget(time)
        line.addWidget(TextLabel(view.shown, "body", weight=600, code=True, keep=True))
        line.addWidget(TextLabel(view.carrier, "label", colour="text.secondary"), 1)
        if view.weight:
            line.addWidget(TextLabel(view.weight, "label", code=True, keep=True))
        if view.flags:
            line.addWidget(Tag(TagView(view.flags, "warn", "mdi6.package-variant-remove"), size="small"))
        line.addWidget(Tag(view.tag, size="small"))
        self.setAccessibleName(f"{view.time} {view.shown} {view.tag.text} {view.flags}".strip())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.current().color("border.hairline"))


class ArrivalPage(Page):
    """See the module.

    Signals:
        outside_marked(str): something is the matter with the last parcel's outside, by code.
    """

    outside_marked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        gap = 16 if regular else 10
        whole = column(self, spacing=gap, margins=(gap + 8, gap, gap + 8, gap))
        head = row(spacing=12)
        head.addWidget(TextLabel(translate("Dock arrival"), "h1", weight=700))
        self._age = Tag(TagView(""), size="small")
        head.addStretch(1)
        head.addWidget(self._age)
        whole.addLayout(head)
        self.verdict = LargeVerdict()
        whole.addWidget(self.verdict)
        marks = row(spacing=gap)
        marks.addWidget(TextLabel(translate("The last one's outside"), "label", weight=600, keep=True))
        for code, key in KEYS.items():
            button = ActionButton(ActionView(code, outside_word(code), "", key), size="small")
            button.clicked.connect(lambda _=False, code=code: self.outside_marked.emit(code))
            marks.addWidget(button, 1)
            self.bind(key, partial(self.outside_marked.emit, code))
        whole.addLayout(marks)
        below = row(spacing=gap)
        card = Card(0)
        inset = 20 if regular else 12
        top = row(spacing=12, margins=(inset, 14, inset, 10))
        top.addWidget(TextLabel(translate("Came today"), "h2", weight=700))
        top.addStretch(1)
        self._total = TextLabel("", "h2", weight=700, keep=True)
        top.addWidget(self._total)
        card.column.addLayout(top)
        self._empty = EmptyState(
            "mdi6.truck-outline", translate("No parcel came yet"), translate("Scan one after the other"), small=True
        )
        card.column.addWidget(self._empty, 1)
        holder = QWidget()
        self._lines = column(holder)
        self._scroll = scrolled(holder)
        card.column.addWidget(self._scroll, 1)
        below.addWidget(card, 1)
        side = column(spacing=gap)
        figures = Card()
        self._counters = column(spacing=10)
        figures.column.addLayout(self._counters)
        side.addWidget(figures)
        for name, text, icon, key in (
            ("weigh", translate("Type the weight"), "mdi6.scale", "G"),
            ("type_number", translate("Type a number"), "mdi6.keyboard-outline", "F2"),
            ("undo", translate("Take the last one back"), "mdi6.undo-variant", "F12"),
        ):
            button = ActionButton(ActionView(name, text, icon, key), size="small")
            button.clicked.connect(lambda _=False, name=name: self.action_pressed.emit(name))
            self.bind(key, partial(self.action_pressed.emit, name))
            side.addWidget(button)
        side.addStretch(1)
        below.addWidget(fixed_column(side, 380 if regular else 280))
        whole.addLayout(below, 1)
        self._shown: tuple[ArrivalRowView, ...] | None = None
        self.show_verdict(ArrivalVerdict(translate("Scan a parcel"), detail=translate("No key between two scans")))

    def show_verdict(self, view: ArrivalVerdict) -> None:
        """Show the verdict on another scan."""
        self.verdict.show_view(view)

    def show_view(self, view: ArrivalView) -> None:
        """Show another list."""
        self._total.set_text(str(view.total))
        self._age.setHidden(not view.age)
        self._age.set_view(TagView(view.age, "warn", "mdi6.cloud-off-outline"))
        self._empty.setHidden(bool(view.rows))
        self._scroll.setHidden(not view.rows)
        if view.rows != self._shown:
            self._shown = view.rows
            clear(self._lines)
            for one in view.rows:
                self._lines.addWidget(ArrivalLine(one))
            self._lines.addStretch(1)
        clear(self._counters)
        for fact in view.counters:
            line = row(spacing=12)
            line.addWidget(TextLabel(fact.label, "body", colour="text.secondary"))
            line.addStretch(1)
            line.addWidget(TextLabel(fact.value, "h2", weight=700, keep=True, align=Qt.AlignmentFlag.AlignRight))
            self._counters.addLayout(line)
