"""All printing of the bench: one queue for each printer, and what a scanned label says of its jobs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from inspection_station.domain.identifiers import parse_return_label
from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.flow.state import Effects
from inspection_station.station.print_desk import PrintDesk
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.printers import PURPOSES
from inspection_station.station.session import Session
from inspection_station.storage.print_jobs import INSPECTION_LABEL


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
            )
            for purpose in PURPOSES
        }  # fmt: skip
        self.labels = self.queues[INSPECTION_LABEL]
        for queue in self.queues.values():
            queue.told.connect(self.told)
        session.asked.connect(self._asked)

    def desk(self, purpose: str) -> PrintDesk:
        """Who makes the jobs of a purpose, as the settings are now."""
        return self._station.labels if purpose == INSPECTION_LABEL else self._station.documents[purpose]

    def start(self) -> None:
        """Look after every printer from now on, and say which of the client's label designs cannot be used."""
        self._background.run(lambda: self._station.label_problems, self._tell, lane="photo")
        for queue in self.queues.values():
            queue.start()

    def _tell(self, problems: tuple[StationProblem, ...]) -> None:
        for problem in problems:
            self.told.emit(problem)

    def stop(self) -> None:
        """Ask no more."""
        for queue in self.queues.values():
            queue.stop()

    def _asked(self, effects: Effects) -> None:
        """A scanned label came out, whatever was known of its print job."""
        label = parse_return_label(effects.verified) if effects.verified else None
        if label is not None:
            rt_number, issue = label.rt_number, label.issue
            self._background.run(lambda: self._station.labels.verified(rt_number, issue), lambda _none: None)
