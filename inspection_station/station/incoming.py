"""What comes in at the window: scans, and keys that no page used; and the panel that may lie over the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent

from inspection_station.station.main_window import MainWindow
from inspection_station.station.overlay import Overlay
from inspection_station.station.page import key_name

TakesScan = Callable[[str], object]
Act = Callable[[], object]


@dataclass(frozen=True)
class Answering:
    """Who answers what.

    Attributes:
        scans: who takes a scan, by area of the window (``sign_in`` too).
        commands: command codes that mean the same in every area once somebody is signed in.
        keys: what keys do in an area, by name.
        is_test: takes a scan that answers a test of the scanner; then it means nothing else.
    """

    scans: Mapping[str, TakesScan]
    commands: Mapping[str, Act]
    keys: Callable[[str], Mapping[str, Act]]
    is_test: Callable[[str], bool]


class Incoming(QObject):
    """Gives each scan and key to the part of the window it is for.

    Signals:
        panel_closed(): the panel over the work is gone.
    """

    panel_closed = Signal()

    def __init__(self, window: MainWindow, answering: Answering, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._answering = window, answering
        self._panel: Overlay | None = None
        window.key_left.connect(self.key)

    @property
    def panel(self) -> Overlay | None:
        """The panel over the work, None while there is none."""
        return self._panel

    def open(self, panel: Overlay) -> None:
        """Lay `panel` over the work."""
        self._panel = panel
        panel.closed.connect(self._closed)
        panel.open_panel()

    def _closed(self) -> None:
        self._panel = None
        self.panel_closed.emit()

    def scan(self, text: str) -> None:
        """A scan, wherever the focus is."""
        area = self._window.area
        if area != "settings" and self._answering.is_test(text):
            return
        if self._panel is not None:
            self._panel.close_panel()
        command = self._answering.commands.get(text.upper()) if area != "sign_in" else None
        if command is not None:
            command()
        else:
            self._answering.scans[area](text)

    def key(self, event: QKeyEvent) -> None:
        """A key press that no page used."""
        name = key_name(event)
        if self._panel is not None:
            if name == "Esc":
                self._panel.close_panel()
        elif self._window.area != "sign_in":
            self._answering.keys(self._window.area).get(name, lambda: None)()
