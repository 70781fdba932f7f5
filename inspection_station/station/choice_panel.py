"""A panel over the work with one choice out of a list, by digit; more than nine are turned like pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station.action_button import ActionButton
from inspection_station.station.overlay import Overlay
from inspection_station.station.surfaces import clear, column
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView

AT_ONCE = 9


class ChoicePanel(Overlay):
    """`choices` are names with texts and icons; `empty` is said when there are none.

    Signals:
        chosen(str): the name of the choice.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, title: str, choices: Sequence[tuple[str, str, str]], empty: str = "") -> None:
        super().__init__(parent, title)
        self._choices = tuple(choices)
        self._page = 0
        self._lines = column(spacing=8)
        self.card.column.addLayout(self._lines)
        self._pages = TextLabel("", "label", colour="text.secondary", align=Qt.AlignmentFlag.AlignHCenter)
        self.card.column.addWidget(self._pages)
        if not choices:
            self.card.column.addWidget(TextLabel(empty, "bodyL", colour="text.secondary", wrap=True))
        self._show()

    def _show(self) -> None:
        clear(self._lines)
        shown = self._choices[self._page * AT_ONCE : (self._page + 1) * AT_ONCE]
        for digit, (name, text, icon) in enumerate(shown, start=1):
            button = ActionButton(ActionView(name, text, icon, str(digit)))
            button.clicked.connect(lambda _=False, name=name: self._choose(name))
            self._lines.addWidget(button)
        pages = -(-len(self._choices) // AT_ONCE)
        more = translate("Page {n} of {total} · PgUp, PgDn", n=self._page + 1, total=pages)
        self._pages.set_text(more if pages > 1 else "")

    def _choose(self, name: str) -> None:
        self.close_panel()
        self.chosen.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        place = self._page * AT_ONCE + int(digit) - 1 if digit.isdigit() and digit != "0" else len(self._choices)
        if place < min(len(self._choices), (self._page + 1) * AT_ONCE):
            self._choose(self._choices[place][0])
            event.accept()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            step = -1 if event.key() == Qt.Key.Key_PageUp else 1
            last = max(0, -(-len(self._choices) // AT_ONCE) - 1)
            self._page = min(last, max(0, self._page + step))
            self._show()
            event.accept()
        else:
            super().keyPressEvent(event)
