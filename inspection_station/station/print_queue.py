"""Labels on their way: queued on the bench lane, sent on the photo lane, settled on the bench lane (never twice)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from inspection_station.devices.label_printer import PrinterStatus
from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.flow.state import BenchState
from inspection_station.station.session import Session
from inspection_station.storage.print_jobs import PrintJob
from inspection_station.workflows.case import Desk

ASK_MS = 15_000


class PrintQueue(QObject):
    """Prints what the session asks for, tells when the printer cannot, and goes on by itself when it can again.

    Signals:
        status_changed(PrinterStatus): how the printer is.
        told(StationProblem): a label is queued and not on its way.
    """

    status_changed = Signal(object)
    told = Signal(object)

    def __init__(
        self, station: Station, session: Session, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._station, self._session, self._background = station, session, background
        self.status: PrinterStatus | None = None
        self._sending = False
        self._ended: dict[str, tuple[str, StationProblem | None]] = {}  # sent, but not yet noted
        self._timer = QTimer(self, interval=ASK_MS)
        self._timer.timeout.connect(self.ask)

    def start(self) -> None:
        """Look after the printer from now on."""
        self._timer.start()
        self.ask()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def print_item(self, inspection_id: str, item_id: str, person: Person) -> None:
        """Print the newest label of a decided item, after those that wait already."""
        labels = self._station.labels
        self._background.run(lambda: labels.queue(inspection_id, item_id, person), lambda _job: self._go_on(person))

    def print_again(self, inspection_id: str, item_id: str, person: Person) -> None:
        """Reprint an item's label: the same bitmap, as a job of its own."""
        station = self._station

        def queue() -> PrintJob:
            item = station.case(inspection_id).inspection.item(item_id)
            return station.labels.repeat(item.rt_number, person)

        self._background.run(queue, lambda _job: self._go_on(person))

    def ask(self) -> None:
        """Ask the printer how it is; when it is ready, labels that wait go out in order."""
        labels = self._station.labels
        self._background.run(labels.status, self._asked, lane="photo")

    def _asked(self, status: PrinterStatus) -> None:
        before, self.status = self.status, status
        self._station.printer_is_ready = status.state == "ready"
        if before is None or before.state != status.state:
            self.status_changed.emit(status)
        now = self._session.now
        person = now.state.person if now else None
        if status.state == "ready" and person is not None:
            self._go_on(person)

    def _go_on(self, person: Person) -> None:
        """Send the oldest label that waits; one at a time, so that they come out in order and none comes twice."""
        if not self._sending:
            self._sending = True
            self._background.run(
                self._station.labels.waiting, lambda jobs: self._send_first(jobs, person), self._not_read
            )

    def _not_read(self, error: Exception) -> None:
        self._sending = False
        raise error

    def _send_first(self, jobs: list[PrintJob], person: Person) -> None:
        if not jobs:
            self._sending = False
            return
        job = jobs[0]
        if job.id in self._ended:  # it came out, only its row could not be written
            self._settle(job, person)
            return
        labels = self._station.labels
        self._background.run(lambda: labels.send(job), lambda end: self._sent(job, person, *end), lane="photo")

    def _sent(self, job: PrintJob, person: Person, state: str, problem: StationProblem | None) -> None:
        self._ended[job.id] = state, problem
        self._settle(job, person)

    def _settle(self, job: PrintJob, person: Person) -> None:
        """Note in the database how a job ended; then the next one, unless this one or its note failed."""
        labels = self._station.labels
        state, problem = self._ended[job.id]
        noted: list[PrintJob] = []

        def settle(desk: Desk, bench: BenchState) -> BenchState:
            after = labels.settle(job, state, problem, person)
            noted.append(job)
            mine = bench.case is not None and bench.case.inspection.id == job.inspection_id
            # The open case has grown by this event: it must go on from there.
            return replace(bench, case=after).with_effects() if mine else bench.with_effects()

        def settled(_none: None) -> None:
            self._sending = False
            if noted:
                del self._ended[job.id]
            if problem is not None:
                self.told.emit(problem)
                self.ask()
            elif noted:
                self._go_on(person)

        self._session.do(settle)
        self._background.run(lambda: None, settled)  # after it, on the same lane
