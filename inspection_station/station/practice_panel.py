"""What practice mode is, how many cases it shall be, and for a lead whether they are this bench's own."""

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
"""How many cases a practice may have, by the digits 1 and 2; the digit 3 is six past ones."""


class PracticePanel(Overlay):
    """Asks what shall be practised. `past`: whether past cases are offered.

    Signals:
        chosen(int, bool): begin with so many cases, and whether past ones.
    """

    chosen = Signal(int, bool)

    def __init__(self, parent: QWidget, *, past: bool) -> None:
        super().__init__(parent, translate(PRACTICE))
        words = translate(
            "Cases with known answers, worked as usual. Nothing of it is printed, sent or counted; "
            "at the end a sheet shows how far your findings agree."
        )
        self.card.column.addWidget(TextLabel(words, "body", colour="text.secondary", wrap=True))
        self._offers = [(translate("{n} cases", n=count), count, False) for count in SIZES]
        if past:
            self._offers.append((translate("{n} past cases of this bench", n=SIZES[0]), SIZES[0], True))
        for digit, (text, count, is_past) in enumerate(self._offers, start=1):
            icon = "mdi6.history" if is_past else "mdi6.school-outline"
            button = ActionButton(ActionView(str(digit), text, icon, str(digit)))
            button.clicked.connect(partial(self._choose, count, is_past))
            self.card.column.addWidget(button)

    def _choose(self, count: int, past: bool, _checked: bool = False) -> None:
        self.close_panel()
        self.chosen.emit(count, past)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit.isdecimal() and 1 <= int(digit) <= len(self._offers):
            _text, count, past = self._offers[int(digit) - 1]
            self._choose(count, past)
            event.accept()
            return
        super().keyPressEvent(event)
