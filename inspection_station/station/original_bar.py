"""Beside a photo that is small or changed here: how it stands, and the action that fetches its original."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station.action_button import ActionButton
from inspection_station.station.presenting.original import OriginalView
from inspection_station.station.surfaces import row
from inspection_station.station.tags import Icon
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView

_ICONS = {
    "away": ("mdi6.cloud-check-outline", "text.secondary"),
    "elsewhere": ("mdi6.cloud-outline", "text.secondary"),
    "differs": ("mdi6.shield-alert", "error.text"),
    "fetching": ("mdi6.cloud-download-outline", "info.text"),
    "failed": ("mdi6.alert", "error.text"),
    "offline": ("mdi6.cloud-off-outline", "warn.text"),
}


class OriginalBar(QWidget):
    """One line; hidden for a photo that is here and right.

    Signals:
        pressed(): fetch it.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = OriginalView()
        self._line = row(self, spacing=12)
        self._icons = {state: Icon(name, 24, colour) for state, (name, colour) in _ICONS.items()}
        for icon in self._icons.values():
            self._line.addWidget(icon)
        self._words = TextLabel("", "label", colour="text.secondary", wrap=True)
        self._line.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        words = translate("Fetch the original from the server")
        self._fetch = ActionButton(ActionView("fetch", words, "mdi6.cloud-download-outline", "F"), size="small")
        self._fetch.clicked.connect(self.pressed)
        self._line.addWidget(self._fetch)
        self.show_view(self._view)

    @property
    def view(self) -> OriginalView:
        """What it shows."""
        return self._view

    def show_view(self, view: OriginalView) -> None:
        """Show how the photo stands."""
        self._view = view
        self._words.set_text(view.words)
        for state, icon in self._icons.items():
            icon.setVisible(state == view.state)
        self._fetch.setVisible(view.can_fetch)
        self.setVisible(view.state != "none")
