"""A field to type or scan a number into; not needed for scanning itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from inspection_station.station import theme
from inspection_station.station.tags import Icon

LONGEST = 200
SIDE, LEFT = 26, 16  # of the icon, pixels


class ScanField(QLineEdit):
    """Enter submits; a scan is taken over and submitted at once.

    Signals:
        submitted(str, bool): the text without outer blanks, never empty; whether it was scanned.
    """

    submitted = Signal(str, bool)

    def __init__(self, placeholder: str, icon_name: str = "mdi6.magnify", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("acceptsScan", True)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setMaxLength(LONGEST)
        self.setMinimumHeight(60 if theme.current().density == "regular" else 52)
        self._icon = Icon(icon_name, SIDE, parent=self)
        self._icon.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextMargins(SIDE + 10, 0, 0, 0)
        self.returnPressed.connect(self._submit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._icon.move(LEFT, (self.height() - SIDE) // 2)

    def accept_scan(self, text: str) -> None:
        """Take a scanned code in place of what was typed, and submit it."""
        self.setText(text)
        self._submit(scanned=True)

    def _submit(self, *, scanned: bool = False) -> None:
        text = self.text().strip()
        if text:
            self.submitted.emit(text, scanned)
