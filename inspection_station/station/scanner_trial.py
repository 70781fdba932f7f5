"""The measuring of a scanner on its card: five test scans, and the longest gap that tells them from typing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from inspection_station.station.scan_calibration import SCANS_WANTED, Proposal, propose
from inspection_station.station.scanned_text import ScanFacts
from inspection_station.station.wedge_scanner import GAP_RANGE_MS, WedgeFilter


@dataclass(frozen=True)
class TrialState:
    """How far the measuring is: scans so far while it `runs`, and what came of it."""

    runs: bool = False
    scans: int = 0
    proposal: Proposal | None = None


class ScannerTrial(QObject):
    """Measures a keyboard-wedge scanner; meanwhile slow scans are heard whole, too.

    Signals:
        changed(): `state` is another one.
    """

    changed = Signal()

    def __init__(self, wedge: WedgeFilter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wedge = wedge
        self._usual = wedge.max_gap_ms
        self._gaps: list[tuple[int, ...]] = []
        self.state = TrialState()

    def start(self) -> None:
        """Measure anew."""
        if not self.state.runs:
            self._usual = self._wedge.max_gap_ms
        self._gaps = []
        self._wedge.set_max_gap(GAP_RANGE_MS[1])
        self._become(TrialState(True))

    def stop(self) -> None:
        """Leave it; the longest gap is what it was."""
        if self.state.runs:
            self._wedge.set_max_gap(self._usual)
        if self.state != TrialState():
            self._become(TrialState())

    def use(self, max_gap_ms: int) -> None:
        """Another longest gap was set: what was proposed is done, or to be measured anew."""
        self._usual = max_gap_ms
        if self.state.runs:
            self._wedge.set_max_gap(GAP_RANGE_MS[1])

    def take(self, facts: ScanFacts) -> None:
        """A scan arrived whole, or in pieces; others than typed ones say nothing of the speed."""
        if not self.state.runs or facts.source != "wedge" or not facts.gaps:
            return
        self._gaps.append(facts.gaps)
        if len(self._gaps) < SCANS_WANTED:
            self._become(TrialState(True, len(self._gaps)))
            return
        self._wedge.set_max_gap(self._usual)
        self._become(TrialState(False, len(self._gaps), propose(self._gaps, self._wedge.typing_gaps)))

    def _become(self, state: TrialState) -> None:
        self.state = state
        self.changed.emit()
