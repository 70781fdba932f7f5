"""Runs the sync on its threads and tells the window how it stands.

Three threads: the loop, the question that waits for the centre's news, and the watchdog over them.
"""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import start_loop
from inspection_station.station.centre_link import CentreLink, is_enrolled
from inspection_station.sync.loop import SyncState
from inspection_station.sync.watchdog import LOOK_SECONDS, Watchdog

log = logging.getLogger(__name__)
STOP_SECONDS = 5.0
AGAIN_SECONDS = 30.0  # until the station's own disk or key is tried again when they could not be read


class SyncRunner(QObject):
    """The station's sync, from enrolment to the end of the program; satisfies `watchdog.Watched`.

    Signals:
        changed(SyncState): a new state, on the GUI thread.
    """

    changed = Signal(object)

    def __init__(self, station: Station, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._thread: threading.Thread | None = None
        self._link: CentreLink | None = None
        self._rest = threading.Event()  # set when the sync is to end
        self.state = SyncState()
        self.changed.connect(self._note)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._focused)

    @property
    def enrolled(self) -> bool:
        """Whether there is a centre to sync with."""
        return is_enrolled(self._station)

    def start(self) -> None:
        """Begin to sync when the station is enrolled; harmless when it runs already."""
        if self._thread is None and self.enrolled:
            self._rest = rest = threading.Event()
            self._thread = start_loop("sync", lambda: self._run(rest))
            start_loop("sync-watchdog", lambda: self._watch(rest))

    def begin_anew(self) -> None:
        """The station is another one to its centre from now on; begins when nothing runs yet."""
        if self._thread is None:
            self.start()
        else:
            self.restart()

    def wake(self) -> None:
        """Something new waits."""
        if link := self._link:
            link.loop.wake()

    def hurry(self) -> None:
        """A person asks, the network is up or the window has the focus: try now."""
        if link := self._link:
            link.loop.hurry()

    def stop(self) -> None:
        """End the loop; blocks for the exchange under way, a few seconds at most."""
        self._rest.set()
        thread, self._thread = self._thread, None
        if link := self._link:
            link.watch.stop()
            link.loop.stop()
        if thread is not None:
            thread.join(STOP_SECONDS)

    # What the watchdog asks, on its own thread

    def is_alive(self) -> bool:
        """See `watchdog.Watched`."""
        thread = self._thread
        return thread is None or thread.is_alive()

    def attempts(self) -> int:
        """See `watchdog.Watched`."""
        link = self._link
        return link.attempts() if link is not None else 0

    def waiting(self) -> bool:
        """See `watchdog.Watched`."""
        counts = self._station.outbox.counts()
        return self._link is not None and bool(counts.records or counts.photos)

    def restart(self) -> None:
        """See `watchdog.Watched`."""
        rest = self._rest
        if rest.is_set():
            return
        if link := self._link:
            link.watch.stop()
            link.loop.stop()
        self._link = None
        self._thread = start_loop("sync", lambda: self._run(rest))

    def _watch(self, rest: threading.Event) -> None:
        watchdog = Watchdog(self)
        while not rest.wait(LOOK_SECONDS):
            try:
                watchdog.look()
            except StationProblem as problem:
                log.info("the watchdog cannot see what waits: %s", problem.code)
            except Exception:
                log.exception("fault of the watchdog")

    def _run(self, rest: threading.Event) -> None:
        while not rest.is_set():
            try:
                link = CentreLink(self._station, self.changed.emit)
            except ValueError as error:
                log.info("no sync: %s", error)
                rest.set()  # nothing to watch over
                return
            except StationProblem as problem:
                log.info("no sync now: %s", problem.code)
                self.changed.emit(SyncState(kind="fault", code=problem.code, problem=problem))
                rest.wait(AGAIN_SECONDS)
                continue
            self._link = link
            start_loop("sync-news", link.watch.run)
            try:
                if not rest.is_set():
                    link.loop.run()
            finally:
                if self._link is link:
                    self._link = None
                link.close()
            return

    def _focused(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.hurry()

    def _note(self, state: SyncState) -> None:
        self.state = state
        if state.clock_offset_ms is not None:
            self._station.clock.learn_offset(state.clock_offset_ms)
