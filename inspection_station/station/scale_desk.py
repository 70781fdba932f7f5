"""The scale's card at work: what lies on the scale now, how it is reached, and the serial ports there are."""

from __future__ import annotations

from PySide6.QtCore import QObject

from inspection_station.devices.serial_line import SerialPort, serial_ports
from inspection_station.settings.declarations import ScaleSettings
from inspection_station.station.background import Background
from inspection_station.station.bench_scale import FAULTS, BenchScale
from inspection_station.station.notices import Notices
from inspection_station.station.presenting.scale import scale_card
from inspection_station.station.presenting.scanner import ports
from inspection_station.station.settings_scale import ScaleCard


class ScaleDesk(QObject):
    """Runs the scale's card of the settings; nothing is shown while they are closed, but that it was unplugged."""

    def __init__(
        self, scale: BenchScale, background: Background, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._scale, self._background, self._notices = scale, background, notices
        self._card: ScaleCard | None = None
        self._open, self._ports = False, ""
        scale.changed.connect(self._changed)
        scale.lost.connect(notices.problem)

    def attach(self, card: ScaleCard) -> None:
        """Show on this card from now on (the page was made anew)."""
        self._card = card

    def open(self) -> None:
        """The settings are shown."""
        self._open = True

    def close(self) -> None:
        """The settings were left."""
        self._open = False

    def use(self, settings: ScaleSettings) -> None:
        """Other settings are in force."""
        self._scale.use(settings)

    def show(self) -> None:
        """Show how the scale is, and look for serial ports."""
        self._changed()
        self._background.run(serial_ports, self._saw_ports, lane="photo")

    def _saw_ports(self, found: tuple[SerialPort, ...]) -> None:
        self._ports = ports(found)
        self._changed()

    def _changed(self) -> None:
        if self._scale.state == "live":
            for code in FAULTS:
                self._notices.withdraw(code)
        if self._card is not None and self._open:
            scale = self._scale
            self._card.show_view(scale_card(scale.state, scale.reading, scale.problem, self._ports))
