"""All printing of the bench: one queue for each printer, and what a scanned label says of its jobs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from inspection_station.devices.printers import PrinterStatus
from inspection_station.domain.identifiers import parse_return_label
from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.flow.state import Effects
from inspection_station.station.print_desk import PrintDesk
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.printers import PURPOSES
from inspection_station.station.session import Session
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PrintJobs
from inspection_station.workflows.clock import moment_of, utc_text

KEPT_DAYS = 90  # for so long a label that is out can be reprinted dot by dot; afterwards it is drawn anew
LOOK_MS = 24 * 3600 * 1000
PURGED_TO = "print_jobs_purged_to"  # the fact that says up to which job, by its place, bitmaps have gone


class Printing(QObject):
    """The queues by purpose.

    Signals:
        told(StationProblem): a job is queued and not on its way.
    """

    told = Signal(object)

    def __init__(
        self, station: Station, session: Session, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._station, self._background = station, background
        self.queues = {
            purpose: PrintQueue(
                station, session, background, self,
                desk=None if purpose == INSPECTION_LABEL else partial(self.desk, purpose),
                leader=partial(self._leader, purpose),
            )
            for purpose in PURPOSES
        }  # fmt: skip
        self.labels = self.queues[INSPECTION_LABEL]
        for purpose, queue in self.queues.items():
            queue.told.connect(self.told)
            queue.heard.connect(partial(self._heard, purpose))
        self._purging = QTimer(self, interval=LOOK_MS)
        self._purging.timeout.connect(self.purge)
        session.asked.connect(self._asked)

    def desk(self, purpose: str) -> PrintDesk:
        """Who makes the jobs of a purpose, as the settings are now."""
        return self._station.labels if purpose == INSPECTION_LABEL else self._station.documents[purpose]

    def _leader(self, purpose: str) -> PrintQueue | None:
        """The queue of an earlier purpose that has the same printer."""
        name = self.desk(purpose).printer_name
        earlier = PURPOSES[: PURPOSES.index(purpose)]
        return next((self.queues[one] for one in earlier if self.desk(one).printer_name == name), None)

    def _heard(self, purpose: str, status: PrinterStatus, wake: bool) -> None:
        """What a printer answered is news for every purpose that has it."""
        name = self.desk(purpose).printer_name
        for other, queue in self.queues.items():
            if other != purpose and queue.printer_name == name:
                queue.hear(status, wake)

    def purge(self) -> None:
        """Let bitmaps and documents go that are out and old, some at a time; what is said of them stays."""
        station = self._station

        def work() -> bool:
            after = int(station.facts.get(PURGED_TO) or 0)
            before = utc_text(moment_of(station.clock.now()) - timedelta(days=KEPT_DAYS))
            place = PrintJobs(station.database).let_bits_go(before, after)
            if place != after:
                station.facts.put(PURGED_TO, str(place))
            return place != after

        self._background.run(work, lambda more: self.purge() if more else None)

    def start(self) -> None:
        """Look after every printer from now on, and say which of the client's label designs cannot be used."""
        self._background.run(lambda: self._station.label_problems, self._tell, lane="photo")
        for queue in self.queues.values():
            queue.start()
        self._purging.start()
        self.purge()

    def _tell(self, problems: tuple[StationProblem, ...]) -> None:
        for problem in problems:
            self.told.emit(problem)

    def stop(self) -> None:
        """Ask no more."""
        self._purging.stop()
        for queue in self.queues.values():
            queue.stop()

    def _asked(self, effects: Effects) -> None:
        """A scanned label came out, whatever was known of its print job."""
        label = parse_return_label(effects.verified) if effects.verified else None
        if label is not None:
            rt_number, issue = label.rt_number, label.issue
            self._background.run(lambda: self._station.labels.verified(rt_number, issue), lambda _none: None)
