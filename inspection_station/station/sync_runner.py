"""Runs the sync loop on its thread and tells the window how it stands."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, Signal

from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import start_loop
from inspection_station.station.centre_link import CentreLink, is_enrolled
from inspection_station.sync.loop import SyncLoop, SyncState

log = logging.getLogger(__name__)
STOP_SECONDS = 5.0


class SyncRunner(QObject):
    """The station's sync, from enrolment to the end of the program.

    Signals:
        changed(SyncState): a new state, on the GUI thread.
    """

    changed = Signal(object)

    def __init__(self, station: Station, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._thread: threading.Thread | None = None
        self._loop: SyncLoop | None = None
        self._stopping = False
        self.state = SyncState()
        self.changed.connect(self._note)

    @property
    def enrolled(self) -> bool:
        """Whether there is a centre to sync with."""
        return is_enrolled(self._station)

    def start(self) -> None:
        """Begin to sync when the station is enrolled; harmless when it runs already."""
        if self._thread is None and self.enrolled:
            self._stopping = False
            self._thread = start_loop("sync", self._run)

    def wake(self) -> None:
        """Something new waits."""
        if self._loop is not None:
            self._loop.wake()

    def hurry(self) -> None:
        """A person asks: try now."""
        if self._loop is not None:
            self._loop.hurry()

    def stop(self) -> None:
        """End the loop; blocks for the exchange under way, a few seconds at most."""
        self._stopping = True
        thread, self._thread = self._thread, None
        if self._loop is not None:
            self._loop.stop()
        if thread is not None:
            thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            link = CentreLink(self._station, self.changed.emit)
        except (StationProblem, ValueError) as error:
            log.info("no sync: %s", error)
            return
        self._loop = link.loop
        try:
            if not self._stopping:
                link.loop.run()
        finally:
            self._loop = None
            link.close()

    def _note(self, state: SyncState) -> None:
        self.state = state
        if state.clock_offset_ms is not None:
            self._station.clock.learn_offset(state.clock_offset_ms)
