"""Bars over a stored photo: how to mark it and what the keys do meanwhile, and whether its marks are shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.keycap import Keycap
from inspection_station.station.paint import PLATE, draw_box
from inspection_station.station.surfaces import column, row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, PrimaryView

WHITE = QColor("#FFFFFF")


def set_mark_view(arrow: bool, sized: bool) -> PrimaryView:
    """What the primary action stands for while a mark is drawn: Enter sets it, and with what Esc leaves it."""
    if arrow:
        says = translate("Points there · Esc cancels")
    elif sized:
        says = translate("Its place and size · Esc cancels")
    else:
        says = translate("Its place only, no size · Esc cancels")
    return PrimaryView(translate("Set the mark"), says, "mdi6.draw", "Enter")


class MarkBar(QWidget):
    """Lies over the lower edge of the picture; never part of it.

    Signals:
        pressed(): a mark is to be begun.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._idle, self._keys = QWidget(self), QWidget(self)
        line = row(self._idle, spacing=12, margins=(6, 4, 16, 4))
        begin = ActionButton(ActionView("mark", translate("Mark a place"), "mdi6.draw", "M"), size="small", look="dark")
        begin.clicked.connect(self.pressed)
        line.addWidget(begin)
        line.addWidget(TextLabel(translate("or drag over it"), "label", colour=WHITE, keep=True))
        line = row(self._keys, spacing=8, margins=(14, 10, 14, 10))
        for caps, words in (
            (("←", "↑", "↓", "→"), translate("Move")), (("+", "−"), translate("Size")), (("A",), translate("Arrow")),
        ):  # fmt: skip
            self._add_keys(line, caps, words)
        whole = column(self)
        whole.addWidget(self._idle)
        whole.addWidget(self._keys)
        self.show_marking(False)

    @staticmethod
    def _add_keys(line: QHBoxLayout, caps: tuple[str, ...], words: str) -> None:
        if line.count():
            line.addSpacing(10)
        together = row(spacing=3)
        for cap in caps:
            together.addWidget(Keycap(cap))
        line.addLayout(together)
        line.addWidget(TextLabel(words, "label", colour=WHITE, keep=True))

    def show_marking(self, drawn: bool) -> None:
        """Show the keys while a mark is drawn, else how to begin one."""
        self._idle.setVisible(not drawn)
        self._keys.setVisible(drawn)
        self.adjustSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_box(QPainter(self), QRectF(self.rect()), theme.Theme.radius("control"), PLATE)


class MarkSwitch(QWidget):
    """Lies over the upper edge of a photo that has marks: says whether they are shown, and turns them on and off.

    Signals:
        pressed(): the other way, please.
    """

    pressed = Signal()

    def __init__(self, picture: QWidget) -> None:
        super().__init__(picture)
        line = row(self, spacing=12, margins=(16, 4, 6, 4))
        self._says = TextLabel("", "label", weight=600, colour=WHITE, keep=True)
        self._turn = ActionButton(ActionView("marks", "", "", "M"), size="small", look="dark")
        self._turn.clicked.connect(self.pressed)
        line.addWidget(self._says)
        line.addWidget(self._turn)
        self.move(16, 16)

    @property
    def says(self) -> str:
        """Which of the two is shown, in words; empty where nothing is marked."""
        return "" if self.isHidden() else self._says.text()

    def show_state(self, marks: int, shown: bool) -> None:
        """Say that `marks` are shown over the photo, or that it is shown as it was taken; hidden without marks."""
        self.setVisible(marks > 0)
        self._says.set_text(
            translate("Marks over the photo: {n}", n=marks) if shown else translate("As taken, without marks")
        )
        self._turn.set_view(
            ActionView("marks", translate("Hide") if shown else translate("Show marks"),
                       "mdi6.eye-off-outline" if shown else "mdi6.draw", "M")
        )  # fmt: skip
        self.adjustSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_box(QPainter(self), QRectF(self.rect()), theme.Theme.radius("control"), PLATE)
