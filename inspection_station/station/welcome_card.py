"""The demo's welcome: who can sign in, which parcels to scan, which keys to press (DECISIONS.md 14)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.keycap import Keycap
from inspection_station.station.overlay import Overlay
from inspection_station.station.surfaces import HairLine, row
from inspection_station.station.text import TextLabel

WIDTH = 1080


class WelcomeCard(Overlay):
    """Closes with Esc or Enter.

    Args:
        people: (name, role, badge, PIN) of each person of the demo, in words.
        parcels: (tracking number, what it shows) of the parcels to try.
    """

    def __init__(
        self, parent: QWidget, people: Sequence[tuple[str, str, str, str]], parcels: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(parent, translate("Welcome to the demo"), WIDTH)
        regular = theme.current().density == "regular"
        self.card.column.setSpacing(16 if regular else 10)
        hint = translate("Click a name to sign in, or scan a badge. Then type a parcel's number with F2, or scan it.")
        self.card.column.addWidget(TextLabel(hint, "body", colour="text.secondary", wrap=True))
        columns = row(spacing=40 if regular else 24)
        columns.addLayout(self._table(
            (translate("Person"), translate("Role"), translate("Badge"), "PIN"), people, codes=(2, 3)), 6)  # fmt: skip
        columns.addLayout(self._table((translate("Parcel"), translate("Shows")), parcels, codes=(0,)), 5)
        self.card.column.addLayout(columns)
        self.card.column.addWidget(HairLine())
        keys = QGridLayout()
        keys.setHorizontalSpacing(12)
        keys.setVerticalSpacing(6)
        for place, (key, meaning) in enumerate(self.keys()):
            across = (place % 3) * 2
            keys.addWidget(Keycap(key), place // 3, across, Qt.AlignmentFlag.AlignLeft)
            keys.addWidget(TextLabel(meaning, "label"), place // 3, across + 1)
            keys.setColumnStretch(across + 1, 1)
        self.card.column.addLayout(keys)

    @staticmethod
    def keys() -> list[tuple[str, str]]:
        """The keys that matter first, with what they do."""
        return [
            ("Enter", translate("The primary action")),
            ("Space", translate("Take photo (pedal: F13)")),
            ("D", translate("Problem: go through the rows")),
            ("E", translate("Exception")),
            ("F2", translate("Type a number")),
            ("F12", translate("Undo")),
            ("F8", translate("History")),
            ("F10", translate("Settings")),
            ("F1", translate("All keys")),
        ]

    @staticmethod
    def _table(heads: Sequence[str], lines: Sequence[Sequence[str]], codes: Sequence[int]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8 if theme.current().density == "regular" else 4)
        for across, head in enumerate(heads):
            grid.addWidget(TextLabel(head, "caption", colour="text.secondary", keep=True), 0, across)
        for down, line in enumerate(lines, start=1):
            for across, text in enumerate(line):
                code = across in codes
                grid.addWidget(TextLabel(text, "label", weight=600 if code or across == 0 else 400, code=code,
                                         wrap=not code, keep=code), down, across)  # fmt: skip
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(lines) + 1, 1)
        return grid

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_panel()
            event.accept()
            return
        super().keyPressEvent(event)
