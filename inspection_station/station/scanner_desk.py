"""The scanner's card at work: the last scan and what was checked on it, its measuring, the serial ports there are."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from inspection_station.devices.serial_line import SerialPort, serial_ports
from inspection_station.errors import StationProblem
from inspection_station.i18n import sentences
from inspection_station.station.background import Background
from inspection_station.station.presenting import scanner as words
from inspection_station.station.scanned_text import TOO_SLOW, ScanFacts
from inspection_station.station.scanner_trial import ScannerTrial
from inspection_station.station.settings_cards import ScannerCard
from inspection_station.station.wedge_scanner import WedgeFilter


class ScannerDesk(QObject):
    """Runs the scanner's card of the settings; nothing is shown while they are closed.

    Signals:
        gap_wanted(int): set this longest gap.
    """

    gap_wanted = Signal(int)

    def __init__(self, wedge: WedgeFilter, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wedge, self._background = wedge, background
        self._card: ScannerCard | None = None
        self._scan: ScanFacts | None = None
        self._slow: ScanFacts | None = None
        self._composed, self._refused, self._line = False, "", ""
        self._open = False
        self._trial = ScannerTrial(wedge, self)
        self._trial.changed.connect(self._show_trial)
        wedge.composed.connect(self._take_composed)
        wedge.refused.connect(self._take_refused)

    def attach(self, card: ScannerCard) -> None:
        """Show on this card from now on (the page was made anew)."""
        self._card = card
        card.trial_pressed.connect(self._act)

    def open(self) -> None:
        """The settings are shown: begin without what was noticed before."""
        self._open, self._composed = True, False

    def close(self) -> None:
        """The settings were left."""
        self._open = False
        self._trial.stop()
        if self._card is not None:
            self._card.show_test_code(False)

    def take(self, text: str) -> None:
        """A scan while the settings are shown."""
        last = self._wedge.last_scan
        self._scan = last if last is not None and last.text == text else ScanFacts(text, text, (), 0, "none", "")
        self._refused, self._slow = "", None
        self._show_scan()
        self._trial.take(self._scan)

    def use_gap(self, max_gap_ms: int) -> None:
        """Another longest gap is set."""
        self._trial.use(max_gap_ms)
        if self._open:
            self._show_scan()
            self._show_trial()

    def use_line(self, state: str) -> None:
        """The serial scanner is live, lost or absent; an empty text when there is none."""
        self._line = state
        if self._open:
            self._show_scan()

    def show_all(self) -> None:
        """Show everything, and look for serial ports."""
        self._show_scan()
        self._show_trial()
        self._background.run(serial_ports, self._saw_ports, lane="photo")

    def _act(self, name: str) -> None:
        proposal = self._trial.state.proposal
        if name == "measure_scanner":
            self._trial.start()
        elif name == "stop_measuring":
            self._trial.stop()
        elif proposal is not None:
            self.gap_wanted.emit(proposal.max_gap)

    def _take_composed(self) -> None:
        self._composed = True
        if self._open:
            self._show_scan()

    def _take_refused(self, problem: StationProblem) -> None:
        if not self._open:
            return
        self._refused = sentences(problem)[0]
        self._slow = self._wedge.last_slow if problem.code == TOO_SLOW else None
        self._show_scan()
        if self._slow is not None:
            self._trial.take(self._slow)

    def _saw_ports(self, found: tuple[SerialPort, ...]) -> None:
        if self._card is not None:
            self._card.show_ports(words.ports(found))

    def _show_scan(self) -> None:
        if self._card is not None:
            gap = self._wedge.max_gap_ms
            self._card.show_view(
                words.scanner(self._scan, gap, self._composed, self._refused, self._slow, self._line)
            )

    def _show_trial(self) -> None:
        if self._card is not None:
            self._card.show_trial(words.trial(self._trial.state, self._wedge.max_gap_ms))
