"""Print jobs on their way: queued on the bench lane, sent on the photo lane, settled on the bench lane (never twice).

Each printer of the bench has a queue of its own, so that none waits for another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from inspection_station.devices.printers import PrinterStatus
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.flow.state import BenchState
from inspection_station.station.print_desk import PrintDesk, Recovered
from inspection_station.station.session import Session
from inspection_station.storage.print_jobs import PrintJob
from inspection_station.workflows.case import Desk

ASK_MS = 15_000  # also how long a label that failed rests before it is sent again


class PrintQueue(QObject):
    """Prints what the session asks for, tells when the printer cannot, and goes on by itself when it can again.

    Signals:
        status_changed(PrinterStatus): how the printer is.
        told(StationProblem): a label is queued and not on its way.
        label_ended(str, str): the item, and what became of its label: sent, waiting, failed or unknown.
    """

    status_changed = Signal(object)
    told = Signal(object)
    label_ended = Signal(str, str)

    def __init__(
        self,
        station: Station,
        session: Session,
        background: Background,
        parent: QObject | None = None,
        *,
        desk: Callable[[], PrintDesk] | None = None,
    ) -> None:
        """`desk`: who makes the jobs of this printer now; that of the inspection labels where none is named."""
        super().__init__(parent)
        self._station, self._session, self._background = station, session, background
        self._desk: Callable[[], PrintDesk] = desk or (lambda: station.labels)
        self._is_for_labels = desk is None
        self.status: PrinterStatus | None = None
        self._sending = False
        self._resting = False  # the last label failed: nothing is sent until the printer was asked again
        self._told = ""  # code of what was told since a label last came out
        self._ended: tuple[PrintJob, str, StationProblem | None] | None = None  # sent, but not yet noted
        self._timer = QTimer(self, interval=ASK_MS)
        self._timer.timeout.connect(self.ask)

    def start(self) -> None:
        """Look after the printer from now on; first of all after labels that a sudden end had kept back."""
        self._timer.start()
        self._background.run(lambda: self._desk().recover(), self._recovered)
        self.ask()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def print_item(self, inspection_id: str, item_id: str, person: Person) -> None:
        """Print the newest label of a decided item, after those that wait already."""
        labels = self._station.labels
        self._background.run(
            lambda: labels.queue(inspection_id, item_id, person), lambda job: self._queued(job, person)
        )

    def print_made(
        self, make: Callable[[], PrintJob | None], person: Person, done: Callable[[], object] = lambda: None
    ) -> None:
        """Print what `make` stores as jobs, of which it gives the last; it runs on the bench lane and may raise."""

        def made(job: PrintJob | None) -> None:
            if job is not None:
                self._queued(job, person)
            done()

        self._background.run(make, made)

    def decide(self, job_id: str, came_out: bool, person: Person, done: Callable[[], object] = lambda: None) -> None:
        """A person says what became of a job nobody knows the end of: it came out, or it is printed once more."""

        def work() -> PrintJob | None:
            if came_out:
                self._desk().came_out(job_id, person)
                return None
            return self._desk().again(job_id, person)

        def decided(job: PrintJob | None) -> None:
            if job is not None:
                self._queued(job, person)
            done()

        self._background.run(work, decided)

    def print_again(self, inspection_id: str, item_id: str, person: Person) -> None:
        """Reprint an item's label: the same bitmap, as a job of its own."""
        station = self._station

        def queue() -> PrintJob:
            item = station.case(inspection_id).inspection.item(item_id)
            return station.labels.repeat(item.rt_number, person)

        self._background.run(queue, lambda job: self._queued(job, person))

    def ask(self) -> None:
        """Ask the printer how it is; when it is ready, labels that wait go out in order."""
        self._background.run(lambda: self._desk().status(), lambda status: self._asked(status, True), lane="photo")

    def _recovered(self, found: Recovered) -> None:
        for job in found.unknown:
            problem = StationProblem(
                "print.unknown",
                N_("The program ended while label {number} was sent."),
                N_("Look whether the label came out; reprint it from History if it did not."),
                number=job.rt_number or job.title,
            )
            self.told.emit(problem)

    def _queued(self, job: PrintJob, person: Person) -> None:
        """A label was queued: it goes out now when the printer can, else it waits, which is told once."""
        can = self.status is None or self.status.can_print
        if can and not self._resting:
            self._go_on(person)
            return
        self.label_ended.emit(job.item_id, "waiting")
        if not can and self.status is not None and self.status.problem is not None:
            self._tell(self.status.problem)

    def _tell(self, problem: StationProblem) -> None:
        if problem.code != self._told:
            self._told = problem.code
            self.told.emit(problem)

    def _asked(self, status: PrinterStatus, wake: bool) -> None:
        """The printer said how it is; labels go on when it has become ready, or is and they are to (`wake`)."""
        before, self.status = self.status, status
        if self._is_for_labels:
            self._station.printer_is_ready = status.can_print
        changed = before is None or before.state != status.state
        if changed:
            self.status_changed.emit(status)
        if not status.can_print or not (wake or changed):
            return
        if changed:
            self._told = ""
        self._resting = False
        now = self._session.now
        person = now.state.person if now else None
        if person is not None:
            self._go_on(person)

    def _go_on(self, person: Person) -> None:
        """Send the oldest label that waits; one at a time, so that they come out in order and none comes twice."""
        if self._sending:
            return
        self._sending = True
        if self._ended is not None:  # it came out, only its row could not be written
            self._settle(person)
            return
        self._background.run(lambda: self._desk().take_next(), lambda job: self._send(job, person), self._not_read)

    def _not_read(self, error: Exception) -> None:
        self._sending = False
        raise error

    def _send(self, job: PrintJob | None, person: Person) -> None:
        if job is None:
            self._sending = False
            return
        desk = self._desk()
        self._background.run(
            lambda: desk.send(job),
            lambda end: self._sent(job, person, *end),
            lambda error: self._broken(job, person, error),
            lane="photo",
        )

    def _broken(self, job: PrintJob, person: Person, error: Exception) -> None:
        """Sending ended in a way that no printer explains: a person decides about this label, the others go on."""
        problem = StationProblem(
            "print.broken",
            N_("Label {number} could not be sent to the printer"),
            N_("Look whether the label came out; reprint it from History if it did not."),
            number=job.rt_number or job.title,
        )
        self._sent(job, person, "unknown", problem)
        raise error

    def _sent(self, job: PrintJob, person: Person, state: str, problem: StationProblem | None) -> None:
        self._ended = job, state, problem
        self._settle(person)

    def _settle(self, person: Person) -> None:
        """Note in the database how a job ended; then the next one, unless this one or its note failed."""
        assert self._ended is not None
        settling = self._desk()
        job, state, problem = self._ended
        noted: list[PrintJob] = []

        def settle(desk: Desk, bench: BenchState) -> BenchState:
            after = settling.settle(job, state, problem, person)
            noted.append(job)
            if after is None:
                return bench.with_effects()
            mine = bench.case is not None and bench.case.inspection.id == job.inspection_id
            # The open case has grown by this event: it must go on from there.
            return replace(bench, case=after).with_effects() if mine else bench.with_effects()

        def settled(_none: None) -> None:
            self._sending = False
            if noted:
                self._ended = None
                self.label_ended.emit(job.item_id, state)
            if problem is not None:
                self._resting = True
                if state == "unknown":
                    self.told.emit(problem)  # each of them is a person's to decide
                else:
                    self._tell(problem)
                self._background.run(settling.status, lambda status: self._asked(status, False), lane="photo")
            elif noted:
                self._told = ""
                self._go_on(person)

        self._session.do(settle, beside=True)
        self._background.run(lambda: None, settled)  # after it, on the same lane
