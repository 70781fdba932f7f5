"""What practice mode is, and how many cases it shall be."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station.action_button import ActionButton
from inspection_station.station.overlay import Overlay
from inspection_station.station.presenting.practice import PRACTICE
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView

SIZES = (6, 12)
"""How many cases a practice may have, by the digits 1 and 2."""


class PracticePanel(Overlay):
    """What practice mode is, and how many cases it shall be.

    Signals:
        chosen(int): begin with so many cases.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, translate(PRACTICE))
        words = translate(
            "Cases with known answers, worked as usual. Nothing of it is printed, sent or counted; "
            "at the end a sheet shows how far your findings agree."
        )
        self.card.column.addWidget(TextLabel(words, "body", colour="text.secondary", wrap=True))
        for digit, count in enumerate(SIZES, start=1):
            button = ActionButton(
                ActionView(str(digit), translate("{n} cases", n=count), "mdi6.school-outline", str(digit))
            )
            button.clicked.connect(partial(self._choose, count))
            self.card.column.addWidget(button)

    def _choose(self, count: int, _checked: bool = False) -> None:
        self.close_panel()
        self.chosen.emit(count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit in ("1", "2"):
            self._choose(SIZES[int(digit) - 1])
            event.accept()
            return
        super().keyPressEvent(event)
