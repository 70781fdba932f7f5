"""The printer's test at the window: print the test label, then scan it back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from inspection_station.devices.printers import PrintOutcome
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background, DeviceLane
from inspection_station.station.label_trial import TrialLabel, print_trial, trial_label
from inspection_station.station.notices import Notices
from inspection_station.station.presenting.settings import TrialState
from inspection_station.station.scanned_text import same_code


class LabelTrial(QObject):
    """One test label at a time: drawn, printed, and scanned back.

    Signals:
        changed(): another label or another state.
        printed(): the printer was given a label; it may have something to say now.
    """

    changed = Signal()
    printed = Signal()

    def __init__(
        self, station: Station, background: Background, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._notices = station, background, notices
        self._label: TrialLabel | None = None
        self.state: TrialState = ""
        self.raster = QImage()

    def prepare(self) -> None:
        """Draw a test label to be seen; one that is printed already stays."""
        if self.state == "":
            self._background.run(self._draw(), self._take, lane="photo")

    def forget(self) -> None:
        """The test is over."""
        self._label, self.state = None, ""

    def print(self) -> None:
        """Draw a new test label and print it."""
        draw, printer = self._draw(), self._station.printer
        self.state = "sending"
        self.changed.emit()

        def work() -> tuple[TrialLabel, PrintOutcome]:
            label = draw()
            return label, print_trial(printer, label)

        lane = DeviceLane(printer.name)
        self._background.run(work, lambda both: self._sent(*both), self._not_sent, lane)

    def scan(self, text: str) -> bool | None:
        """Whether a scanned code is the label's; None when no label waits for it, or the code is of no label."""
        waits = self.state in ("sent", "unknown", "other")
        if self._label is None or not waits or not text.upper().startswith("RT"):
            return None
        good = same_code(text, self._label.code)
        self.state = "verified" if good else "other"
        self.changed.emit()
        return good

    def _draw(self) -> Callable[[], TrialLabel]:
        station = self._station
        at, bench, labels = station.clock.local(station.clock.now()), station.desk.station.code, station.labels
        return lambda: trial_label(at, bench or "000", labels.size_mm, labels.dpi, labels.layouts())

    def _take(self, label: TrialLabel) -> None:
        self._label = label
        self.raster = QImage.fromData(label.raster_png)
        self.changed.emit()

    def _sent(self, label: TrialLabel, outcome: PrintOutcome) -> None:
        self.state = outcome.state
        if outcome.problem is not None:
            self._notices.problem(outcome.problem)
        self._take(label)
        self.printed.emit()

    def _not_sent(self, error: Exception) -> None:
        self.state = "failed"
        self._notices.failure(error)
        self.changed.emit()
