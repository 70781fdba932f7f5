"""A PIN asked for over the work: whose it is, six dots and the pad; the digits never leave it but as one signal."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.overlay import Overlay
from inspection_station.station.sign_in import BACKSPACE, DIGITS, PinDots, PinKey
from inspection_station.station.text import TextLabel

KEY_HEIGHT = 64


class PinPanel(Overlay):
    """Asks for a person's PIN; stays until it was right or Esc.

    Signals:
        entered(str): six digits.
    """

    entered = Signal(str)

    def __init__(self, parent: QWidget, title: str, why: str) -> None:
        super().__init__(parent, title, 560)
        self._pin = ""
        self.card.column.addWidget(TextLabel(why, "body", colour="text.secondary", wrap=True, max_lines=2))
        self._dots = PinDots()
        self.card.column.addWidget(self._dots)
        self._message = TextLabel("", "body", weight=600, colour="error.text", align=Qt.AlignmentFlag.AlignHCenter)
        self.card.column.addWidget(self._message)
        pad = QGridLayout()
        pad.setSpacing(theme.current().size("gap"))
        for place, digit in enumerate("1234567890"):
            line, at = (3, 1) if digit == "0" else (place // 3, place % 3)
            pad.addWidget(self._key(PinKey(digit), partial(self._digit, digit)), line, at)
        pad.addWidget(self._key(PinKey(translate(BACKSPACE), "mdi6.backspace-outline"), self._delete), 3, 2)
        self.card.column.addLayout(pad)

    def _key(self, key: PinKey, act: object) -> PinKey:
        assert callable(act)
        key.setFixedHeight(KEY_HEIGHT)
        key.clicked.connect(lambda: act())
        return key

    def _digit(self, digit: str) -> None:
        if len(self._pin) == DIGITS:
            return  # it is being looked at
        self._pin += digit
        self._dots.set_entered(len(self._pin))
        if len(self._pin) == DIGITS:
            self.entered.emit(self._pin)

    def _delete(self) -> None:
        self._pin = self._pin[:-1]
        self._dots.set_entered(len(self._pin))

    def refuse(self, message: str) -> None:
        """The PIN was not right: say so, and take another one."""
        self._pin = ""
        self._dots.set_entered(0)
        self._dots.shake()
        self._message.set_text(message)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in tuple("0123456789"):
            self._digit(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self._delete()
        super().keyPressEvent(event)
