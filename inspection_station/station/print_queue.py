"""Print jobs on their way: queued on the bench lane, sent on the printer's, settled on the bench lane (never twice).

Each purpose of the bench has a queue of its own, and each printer a lane, so that none waits for another; purposes with
one printer are done in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from inspection_station.devices.printers import PrinterStatus, PrintOutcome
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background, DeviceLane
from inspection_station.station.flow.state import BenchState
from inspection_station.station.print_desk import Answer, PrintDesk, Recovered
from inspection_station.station.session import Session
from inspection_station.storage.print_jobs import JobEntry, PrintJob
from inspection_station.workflows.case import Case, Desk

ASK_MS = 15_000  # also how long a label that failed rests before it is sent again
FOLLOW_MS = 2_000  # after which a print service is asked what became of a label that it took


class PrintQueue(QObject):
    """Prints what the session asks for, tells when the printer cannot, and goes on by itself when it can again.

    Signals:
        status_changed(PrinterStatus): how the printer is.
        heard(PrinterStatus, bool): what the printer answered now, and whether labels that wait are to go on.
        told(StationProblem): a label is queued and not on its way.
        label_ended(str, str): the item, and what became of its label: sent, waiting, failed or unknown.
    """

    status_changed = Signal(object)
    heard = Signal(object, bool)
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
        leader: Callable[[], PrintQueue | None] = lambda: None,
    ) -> None:
        """`desk`: who makes the jobs of this printer now; that of the inspection labels where none is named.

        `leader`: another queue with the same printer, which asks it for both.
        """
        super().__init__(parent)
        self._station, self._session, self._background = station, session, background
        self._desk: Callable[[], PrintDesk] = desk or (lambda: station.labels)
        self._is_for_labels = desk is None
        self._leader = leader
        self._asking = ""  # the printer whose answer is awaited
        self._following = False
        self.status: PrinterStatus | None = None
        self._sending = False
        self._resting = False  # the last label failed: nothing is sent until the printer was asked again
        self._told = ""  # code of what was told since a label last came out
        self._ended: tuple[PrintJob, PrintOutcome] | None = None  # sent, but not yet noted
        self._timer = QTimer(self, interval=ASK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def printer_name(self) -> str:
        """The printer it goes to now; purposes with the same one share it."""
        return self._desk().printer_name

    def _lane(self) -> DeviceLane:
        return DeviceLane(self.printer_name)

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

    def decide(self, job_id: str, answer: Answer, person: Person, done: Callable[[], object] = lambda: None) -> None:
        """A person says what became of a job nobody knows the end of, or what is to become of one that waits."""

        def decided(job: PrintJob | None) -> None:
            if job is not None:
                self._queued(job, person)
            done()

        self._background.run(lambda: self._desk().answer(job_id, answer, person), decided)

    def print_again(self, inspection_id: str, item_id: str, person: Person) -> None:
        """Reprint an item's label: the same bitmap, as a job of its own."""
        station = self._station

        def queue() -> PrintJob:
            item = station.case(inspection_id).inspection.item(item_id)
            return station.labels.repeat(item.rt_number, person)

        self._background.run(queue, lambda job: self._queued(job, person))

    def ask(self) -> None:
        """Ask the printer how it is; when it is ready, labels that wait go out in order."""
        leader = self._leader()
        if leader is not None:
            leader.ask()
        elif self._asking != self.printer_name:  # else the answer is on its way
            self._ask(True)

    def _tick(self) -> None:
        self.follow()
        if self._leader() is None:
            self.ask()

    def _ask(self, wake: bool) -> None:
        desk, name = self._desk(), self.printer_name
        self._asking = name

        def answered(status: PrinterStatus) -> None:
            self._asking = "" if self._asking == name else self._asking
            if name == self.printer_name:  # else it is another one by now
                self.hear(status, wake)
                self.heard.emit(status, wake)

        def not_answered(error: Exception) -> None:
            self._asking = "" if self._asking == name else self._asking
            raise error

        self._background.run(desk.status, answered, not_answered, self._lane())

    def follow(self) -> None:
        """Ask the print service what became of labels that it took; what it gave up is a person's to decide."""
        if self._following:
            return
        self._following = True
        desk = self._desk()

        def failed(error: Exception) -> None:
            self._following = False
            raise error

        def ended(found: list[tuple[JobEntry, PrintOutcome]]) -> None:
            self._following = False
            for entry, outcome in found:
                self._end(desk, entry, outcome)

        def look(entries: list[JobEntry]) -> None:
            if entries:
                self._background.run(lambda: desk.ends(entries), ended, failed, self._lane())
            else:
                self._following = False

        self._background.run(desk.with_ticket, look, failed)

    def _end(self, desk: PrintDesk, entry: JobEntry, outcome: PrintOutcome) -> None:
        def note() -> tuple[bool, Case | None]:
            return desk.ended(entry, outcome)

        def noted(news: bool) -> None:
            if news and outcome.problem is not None:
                self.label_ended.emit(entry.item_id, outcome.state)
                self.told.emit(outcome.problem)

        self._note(entry.inspection_id, note, noted)

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
            self._go_on()
            return
        self.label_ended.emit(job.item_id, "waiting")
        if not can and self.status is not None and self.status.problem is not None:
            self._tell(self.status.problem)

    def _tell(self, problem: StationProblem) -> None:
        if problem.code != self._told:
            self._told = problem.code
            self.told.emit(problem)

    def hear(self, status: PrinterStatus, wake: bool) -> None:
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
        if now is not None and now.state.person is not None:  # labels come out where somebody is
            self._go_on()

    def _go_on(self) -> None:
        """Send the oldest label that waits; one at a time, so that they come out in order and none comes twice."""
        if self._sending:
            return
        self._sending = True
        if self._ended is not None:  # it came out, only its row could not be written
            self._settle()
            return
        problems: list[StationProblem] = []
        desk = self._desk()

        def taken(job: PrintJob | None) -> None:
            for problem in problems:
                self.told.emit(problem)  # each of another label
            self._send(desk, job)

        self._background.run(lambda: desk.take_next(problems.append), taken, self._not_read)

    def _not_read(self, error: Exception) -> None:
        self._sending = False
        raise error

    def _send(self, desk: PrintDesk, job: PrintJob | None) -> None:
        if job is None:
            self._sending = False
            return
        self._background.run(
            lambda: desk.send(job),
            lambda outcome: self._sent(job, outcome),
            lambda error: self._broken(job, error),
            DeviceLane(desk.printer_name),
        )

    def _broken(self, job: PrintJob, error: Exception) -> None:
        """Sending ended in a way that no printer explains: a person decides about this label, the others go on."""
        problem = StationProblem(
            "print.broken",
            N_("Label {number} could not be sent to the printer"),
            N_("Look whether the label came out; reprint it from History if it did not."),
            number=job.rt_number or job.title,
        )
        self._sent(job, PrintOutcome("unknown", problem))
        raise error

    def _sent(self, job: PrintJob, outcome: PrintOutcome) -> None:
        self._ended = job, outcome
        self._settle()

    def _settle(self) -> None:
        """Note in the database how a job ended; then the next one, unless this one or its note failed."""
        assert self._ended is not None
        desk = self._desk()
        job, outcome = self._ended
        state, problem = outcome.state, outcome.problem

        def settled(noted: bool) -> None:
            self._sending = False
            if noted:
                self._ended = None
                self.label_ended.emit(job.item_id, state)
            if noted and outcome.ticket:
                QTimer.singleShot(FOLLOW_MS, self, self.follow)
            if problem is not None:
                self._resting = True
                if state == "unknown":
                    self.told.emit(problem)  # each of them is a person's to decide
                else:
                    self._tell(problem)
                self._ask(False)
            elif noted:
                self._told = ""
                self._go_on()

        self._note(job.inspection_id, lambda: (True, desk.settle(job, outcome)), settled)

    def _note(
        self, inspection_id: str, note: Callable[[], tuple[bool, Case | None]], noted: Callable[[bool], None]
    ) -> None:
        """Write something about a job on the bench lane; `noted` gets what `note` said first, False where it raised.

        The open case may have grown by the event: it must go on from there.
        """
        said: list[bool] = []

        def step(_desk: Desk, bench: BenchState) -> BenchState:
            what, after = note()
            said.append(what)
            mine = bench.case is not None and bench.case.inspection.id == inspection_id
            return replace(bench, case=after).with_effects() if mine and after is not None else bench.with_effects()

        self._session.do(step, beside=True)
        self._background.run(lambda: None, lambda _none: noted(any(said)))  # after it, on the same lane
