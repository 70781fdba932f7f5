"""Small panels over the work, without a default button: give a reason, read the keys; see `number_entry` too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.keycap import Keycap
from inspection_station.station.scan_field import ScanField
from inspection_station.station.surfaces import Card, column, row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView

VEIL = QColor(18, 22, 27, 110)
WIDTH = 720


class Overlay(QWidget):
    """Covers its parent with a veil and shows one card in the middle; Esc closes it, nothing is lost.

    Signals:
        closed(): it is gone.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, title: str, width: int = WIDTH) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = column(self)
        outer.addStretch(1)
        line = row()
        line.addStretch(1)
        self.card = Card(theme.current().size("cardPadding"), spacing=16)
        self.card.setFixedWidth(min(width, max(320, parent.width() - 64)))
        line.addWidget(self.card)
        line.addStretch(1)
        outer.addLayout(line)
        outer.addStretch(1)
        heading = row(spacing=12)
        heading.addWidget(TextLabel(title, "h2", weight=700, wrap=True), 1)
        back = ActionButton(ActionView("close", translate("Close"), "", "Esc"), size="small")
        back.clicked.connect(self.close_panel)
        heading.addWidget(back)
        self.card.column.addLayout(heading)
        self.setAccessibleName(title)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())

    def open_panel(self, focus: QWidget | None = None) -> None:
        """Show it and take the keys."""
        self.show()
        self.raise_()
        (focus or self).setFocus(Qt.FocusReason.PopupFocusReason)

    def close_panel(self) -> None:
        """Take it away."""
        self.hide()
        self.deleteLater()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        event.accept()  # nothing below answers keys meanwhile

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        parent = self.parentWidget()
        if watched is parent and event.type() == QEvent.Type.Resize:
            self.setGeometry(parent.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRectF(self.rect()), VEIL)


class ReasonPanel(Overlay):
    """A reason out of five, or in words; needed for a changed grade.

    Signals:
        given(str): the reason.
    """

    given = Signal(str)

    def __init__(self, parent: QWidget, title: str, reasons: Sequence[str]) -> None:
        super().__init__(parent, title)
        self._reasons = tuple(reasons)
        for number, reason in enumerate(self._reasons, start=1):
            button = ActionButton(ActionView(str(number), reason, "", str(number)))
            button.clicked.connect(lambda _=False, reason=reason: self._give(reason))
            self.card.column.addWidget(button)
        self.field = ScanField(translate("Another reason, in words"), "mdi6.pencil-outline")
        self.field.setProperty("acceptsScan", False)
        self.field.submitted.connect(self._give)
        self.card.column.addWidget(self.field)

    def open_panel(self, focus: QWidget | None = None) -> None:
        """See `Overlay`; without reasons to choose from, words are written at once."""
        super().open_panel(focus or (None if self._reasons else self.field))

    def _give(self, reason: str) -> None:
        self.close_panel()
        self.given.emit(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit.isdigit() and 1 <= int(digit) <= len(self._reasons):
            self._give(self._reasons[int(digit) - 1])
            event.accept()
            return
        super().keyPressEvent(event)


class KeySheet(Overlay):
    """Keys and command codes (F1)."""

    def __init__(self, parent: QWidget, keys: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(parent, translate("Keys and command codes"), 1040)
        columns = row(spacing=40)
        half = (len(keys) + 1) // 2
        for part in (keys[:half], keys[half:]):
            lines = column(spacing=6)
            for key, meaning, command in part:
                line = row(spacing=12)
                cap = Keycap(key)
                line.addWidget(cap)
                line.addWidget(TextLabel(meaning, "label", wrap=True), 1)
                line.addWidget(TextLabel(command, "caption", colour="text.tertiary", code=True))
                lines.addLayout(line)
            lines.addStretch(1)
            columns.addLayout(lines, 1)
        self.card.column.addLayout(columns)


def all_keys() -> list[tuple[str, str, str]]:
    """Key, meaning and command code of everything the keyboard does."""
    return [
        ("Enter", translate("The primary action"), "CMD-OK"),
        ("Space", translate("Take photo (pedal: F13)"), "CMD-PHOTO"),
        ("Backspace", translate("Last shot once more"), "CMD-RETAKE"),
        ("D", translate("Problem: go through the rows"), "CMD-PROBLEM"),
        ("E", translate("Exception"), "CMD-EXCEPTION"),
        ("T", translate("Right item, by eye"), "CMD-T"),
        ("1–9", translate("Part missing, checklist row, disposition, candidate"), "CMD-1"),
        ("N 0", translate("Row normal, not applicable"), "CMD-N"),
        ("Q W E R A S F", translate("Kind of defect"), "CMD-Q"),
        ("Z X C", translate("Minor, major, critical"), "CMD-Z"),
        ("U I O P", translate("Liable: buyer, carrier, vendor, warehouse"), "CMD-U"),
        ("Shift+A–D", translate("Another grade, with a reason"), ""),
        ("F2", translate("Type a number"), ""),
        ("F3", translate("Scan with the camera"), ""),
        ("F4", translate("No label on the parcel; exception"), "CMD-UNCLAIMED"),
        ("F5", translate("The other camera"), ""),
        ("F6 F7", translate("Sorting board; totes and manifests"), "CMD-CONTAINERS"),
        ("Q E W", translate("When reviewing: one of two versions; why, with all photos"), "CMD-W"),
        ("Ctrl+A", translate("Dock arrival"), "CMD-ARRIVAL"),
        ("Ctrl+H", translate("Shift hand-over"), "CMD-HANDOVER"),
        ("F8", translate("History"), ""),
        ("Ctrl+F", translate("Figures: 1–4 period, B bench, H items, P people, V vendor, E export"), "CMD-FIGURES"),
        ("Ctrl+U", translate("Administration: 1–7 section, F filter, S sign in at the centre"), "CMD-ADMIN"),
        ("F9", translate("Park this parcel"), "CMD-PARK"),
        ("F10", translate("Settings"), ""),
        ("F11", translate("Reprint the last label"), "CMD-REPRINT"),
        ("F12", translate("Undo"), "CMD-UNDO"),
        ("P", translate("Practice mode"), "CMD-PRACTICE"),
        ("G", translate("Grid over the picture"), ""),
        ("M", translate("Mark a place on the stored photo shown; or drag, with Shift an arrow"), ""),
        ("← ↑ ↓ →", translate("Move the mark; with Shift its size"), ""),
        ("+ −", translate("The mark larger, smaller"), ""),
        ("A", translate("The mark as arrow or ellipse"), ""),
        ("Ctrl+L", translate("Lock"), "CMD-LOCK"),
        ("Esc", translate("Back; never loses data"), "CMD-CANCEL"),
    ]
