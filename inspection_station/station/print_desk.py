"""What the print queue asks of whoever makes the jobs of one printer, and what all of them do alike."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from inspection_station.devices import printers
from inspection_station.devices.printers import FollowsJobs, PdfFolderPrinter, Printer, PrinterStatus, PrintOutcome
from inspection_station.documents.bitmap_pdf import pdf_of_bitmap
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.station.printers import Dpi, SizeMm, dpi_of_bitmap, size_of
from inspection_station.storage.print_jobs import (
    INSPECTION_LABEL,
    SEEN,
    SENDING,
    JobEntry,
    PrintJob,
    PrintJobs,
    PrintState,
)
from inspection_station.workflows.case import Case
from inspection_station.workflows.clock import SystemClock

log = logging.getLogger(__name__)

Answer = Literal["seen", "not_seen", "again", "anew", "discard"]
"""What a person says of a job: it came out; it did not; it did not and is printed once more; the label is drawn anew
for the printer there is now; it is not wanted any more."""
Tell = Callable[[StationProblem], object]

REPLACED = "replaced"
"""Detail of a job that did not come out and was sent anew as another one."""
VOID = "void"
"""Detail of a job that was never sent, or did not come out, and whose label counts no more."""
NOT_SEEN = "not_seen"
"""Detail of a job that did not come out, as a person says, and is not printed again."""
DISCARDED = "discarded"
"""Detail of a job that nobody wants any more, of which nothing was sent."""
INTERRUPTED = "print.unknown"
OTHER_STOCK = "print.other_stock"
NO_INSPECTION = "print.no_inspection"
_ALIKE = 3  # dots per inch within which the bitmap of an old job is taken for one of the printer


@dataclass(frozen=True)
class Recovered:
    """What a start found: labels `queued` that a sudden end had kept back, and jobs nobody knows the end of."""

    queued: tuple[PrintJob, ...] = ()
    unknown: tuple[JobEntry, ...] = ()


class PrintDesk(ABC):
    """The jobs of one printer: every job is a stored row before anything is sent, and none is sent blindly twice.

    `status`, `send` and `ends` wait for the printer and belong to its own lane, all others to the bench lane.
    """

    def __init__(
        self, purpose: str, clock: SystemClock, jobs: PrintJobs, printer: Printer, stock: tuple[SizeMm, Dpi] | None
    ) -> None:
        """`stock`: what lies in the printer, in mm, and its dots per inch; None for paper, which fits any document."""
        self.purpose, self.printer = purpose, printer
        self._clock, self._jobs, self._stock = clock, jobs, stock

    @property
    def printer_name(self) -> str:
        """What the printer is called; a PDF folder is one too. Printers of one name are one thing on the table."""
        return self.printer.name

    def status(self) -> PrinterStatus:
        """How the printer is; may wait for its answer."""
        return self.printer.status()

    def send(self, job: PrintJob) -> PrintOutcome:
        """Give the job to the printer once and say how it ended."""
        size = self._drawn_for(job)[0] if job.raster_png else (0.0, 0.0)
        pdf = job.document or pdf_of_bitmap(job.raster_png, size, job.title)
        title = f"{job.title}-{job.issue:02d}" if self.purpose == INSPECTION_LABEL else job.title
        return self.printer.print_label(printers.PrintJob(job.id, job.raster_png, pdf, title))

    # --- what is to be sent ------------------------------------------------------------------------------

    def take_next(self, tell: Tell = lambda _problem: None) -> PrintJob | None:
        """The oldest job to send now, as it stood, noted as being sent: after a sudden end it is not sent again.

        What stands in the way of one job stops none of those behind it; it is told once.
        """
        for job in self._jobs.in_order(self.purpose):
            try:
                if self._is_done_with(job):
                    self._jobs.mark(job.id, PrintState.DONE, VOID)
                    continue
            except Exception as error:
                if passes_by(error):
                    raise
                log.warning("print job %s: its inspection cannot be read", job.id, exc_info=True)
                self._jobs.mark(job.id, PrintState.UNKNOWN, NO_INSPECTION)
                tell(_unreadable(job))
                continue
            if (misfit := self._misfit(job)) is not None:
                if job.detail != OTHER_STOCK:
                    self._jobs.mark(job.id, PrintState.FAILED, OTHER_STOCK)
                    tell(misfit)
                continue
            self._jobs.mark(job.id, PrintState.UNKNOWN, SENDING, printer=self.printer.name)
            return job
        return None

    @abstractmethod
    def _is_done_with(self, job: PrintJob) -> bool:
        """Whether the job counts no more and MUST not be sent; may raise what reading its inspection raises."""

    def _drawn_for(self, job: PrintJob) -> tuple[SizeMm, Dpi]:
        """Size in mm and dots per inch that a label was drawn for; of jobs of older programs as the bitmap has it."""
        size = size_of(job.size) if job.size or self._stock is None else self._stock[0]
        return size, (job.dpi_x, job.dpi_y) if job.dpi_x else dpi_of_bitmap(job.raster_png, size)

    def _misfit(self, job: PrintJob) -> StationProblem | None:
        """What to tell when the label was drawn for another printer or other stock than there is now."""
        if self._stock is None or not job.raster_png or isinstance(self.printer, PdfFolderPrinter):
            return None  # a file has the size of its label
        (size, dpi), (size_now, dpi_now) = self._drawn_for(job), self._stock
        tolerance = 0 if job.dpi_x else _ALIKE
        alike = all(abs(one - now) <= tolerance for one, now in zip(dpi, dpi_now, strict=True))
        if size == size_now and alike:
            return None
        return StationProblem(
            OTHER_STOCK,
            N_("Label {number} was drawn for {size} mm at {dpi} dpi, the printer has {size_now} mm at {dpi_now} dpi"),
            N_("Have it drawn anew in the settings under Printers; its codes stay the same."),
            number=job.title, size=_size(size), dpi=_dpi(dpi), size_now=_size(size_now), dpi_now=_dpi(dpi_now),
        )  # fmt: skip

    def settle(self, job: PrintJob | JobEntry, outcome: PrintOutcome) -> Case | None:
        """Note how the job ended; the case that has grown by it, if one did."""
        code = outcome.problem.code if outcome.problem else ""
        self._jobs.mark(job.id, PrintState(outcome.state), code, ticket=outcome.ticket)
        return None

    # --- what a print service has ------------------------------------------------------------------------

    def with_ticket(self) -> list[JobEntry]:
        """Jobs that a print service had taken when it was last asked."""
        return self._jobs.with_ticket(self.purpose)

    def ends(self, entries: Sequence[JobEntry]) -> list[tuple[JobEntry, PrintOutcome]]:
        """Which of them have ended, and how. What went to another printer than there is now is not followed."""
        found = []
        for entry in entries:
            outcome: PrintOutcome | None = PrintOutcome("sent")
            if entry.printer == self.printer.name and isinstance(self.printer, FollowsJobs):
                outcome = self.printer.end_of(entry.ticket, entry.id)
            if outcome is not None:
                found.append((entry, outcome))
        return found

    def ended(self, entry: JobEntry, outcome: PrintOutcome) -> tuple[bool, Case | None]:
        """Note how it ended at the print service; whether that is news for a person, and the case that has grown.

        What somebody has seen meanwhile stays seen.
        """
        job = self._jobs.get(entry.id)
        if job is None or job.ticket != entry.ticket:
            return False, None
        if outcome.state == "sent" or job.state is not PrintState.SENT:
            self._jobs.mark(job.id, job.state, job.detail)
            return False, None
        return True, self.settle(job, outcome)

    # --- what a sudden end left --------------------------------------------------------------------------

    def recover(self) -> Recovered:
        """At a start: what a sudden end left. A file in a folder can be written again under the same name; whether
        a printer's label came out only a person can see.
        """
        unknown = []
        for job in self._jobs.unknown(SENDING, self.purpose):
            if isinstance(self.printer, PdfFolderPrinter) and job.printer == self.printer.name:
                self._jobs.mark(job.id, PrintState.QUEUED)
            else:
                self._jobs.mark(job.id, PrintState.UNKNOWN, INTERRUPTED)
                unknown.append(job)
        return Recovered(unknown=tuple(unknown))

    # --- what a person is asked --------------------------------------------------------------------------

    def waiting(self) -> list[JobEntry]:
        """Jobs that were never sent, the oldest first; those with an unknown end are a person's to decide."""
        return self._jobs.waiting(self.purpose)

    def count_waiting(self) -> int:
        """How many they are."""
        return self._jobs.count_waiting(self.purpose)

    def undecided(self) -> list[JobEntry]:
        """Jobs of which a person has to say whether they came out, the oldest first."""
        return self._jobs.undecided(self.purpose)

    def void_labels(self, entries: Sequence[JobEntry]) -> frozenset[str]:
        """Ids of those jobs whose label counts no more: its result was undone."""
        return frozenset()

    def answer(self, job_id: str, answer: Answer, person: Person) -> PrintJob | None:
        """A person says what became of a job, or what is to become of it; the new job, where there is one.

        Raises:
            StationProblem: ``print.settled`` when that is known already; ``print.void``, ``print.no_inspection`` when
                it cannot be printed once more; ``print.not_drawn``, ``label.*`` when it cannot be drawn anew.
        """
        if answer in ("anew", "discard"):
            job = self._open_job(job_id)
            if answer == "anew":
                return self._replace(job, self._drawn_anew(job, person))
            self._jobs.mark(job.id, PrintState.DONE, DISCARDED)
            return None
        job = self._undecided_job(job_id)
        if answer == "again":
            return self._replace(job, self._once_more(job, person))
        self._seen(job, person, answer == "seen")
        return None

    def _replace(self, job: PrintJob, anew: PrintJob) -> PrintJob:
        if not self._jobs.put_in_place(job.id, REPLACED, anew):
            raise _settled()
        return anew

    def _undecided_job(self, job_id: str) -> PrintJob:
        job = self._jobs.get(job_id)
        if job is None or job.state is not PrintState.UNKNOWN or job.detail == SENDING:
            raise _settled()
        return job

    def _open_job(self, job_id: str) -> PrintJob:
        job = self._jobs.get(job_id)
        if job is None or job.state not in (PrintState.QUEUED, PrintState.FAILED):
            raise _settled()
        return job

    def _seen(self, job: PrintJob, person: Person, came_out: bool) -> None:
        """`person` looked whether the job `came_out`."""
        self._jobs.mark(job.id, PrintState.DONE, SEEN if came_out else NOT_SEEN)

    @abstractmethod
    def _once_more(self, job: PrintJob, person: Person) -> PrintJob:
        """The very same label or document as a new job, with the mark of a reprint; raises as `answer`."""

    def _drawn_anew(self, job: PrintJob, person: Person) -> PrintJob:
        """The label of the job drawn for the printer there is now; raises as `answer`."""
        raise StationProblem(
            "print.not_drawn", N_("This label cannot be drawn anew here."), N_("Discard it and print the labels again.")
        )


def passes_by(error: Exception) -> bool:
    """Whether an error is one of the whole disk, which passes, and not of one job's own data."""
    return isinstance(error, StationProblem) and (error.code.startswith("disk.") or error.code == "database.locked")


def _unreadable(job: PrintJob) -> StationProblem:
    return StationProblem(
        NO_INSPECTION,
        N_("Label {number} was not printed: its inspection cannot be read"),
        N_("Decide about it in the settings under Printers; the labels after it go on."),
        number=job.rt_number or job.title,
    )


def _settled() -> StationProblem:
    return StationProblem("print.settled", N_("What became of this print job is known already."))


def _size(size: SizeMm) -> str:
    return "×".join(f"{side:g}" for side in size)


def _dpi(dpi: Dpi) -> str:
    return "×".join(map(str, dict.fromkeys(dpi)))
