"""A field to type or scan a number into; not needed for scanning itself."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from inspection_station.station import theme
from inspection_station.station.icons import icon

LONGEST = 200


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
        self.addAction(icon(icon_name, "text.primary"), QLineEdit.ActionPosition.LeadingPosition)
        self.returnPressed.connect(self._submit)

    def accept_scan(self, text: str) -> None:
        """Take a scanned code in place of what was typed, and submit it."""
        self.setText(text)
        self._submit(scanned=True)

    def _submit(self, *, scanned: bool = False) -> None:
        text = self.text().strip()
        if text:
            self.submitted.emit(text, scanned)
