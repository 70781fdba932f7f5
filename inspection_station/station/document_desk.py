"""Labels of totes and A4 paper: their print jobs, without an inspection they would belong to."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.devices import printers
from inspection_station.devices.printers import Printer, PrinterStatus
from inspection_station.documents.bitmap_pdf import pdf_of_bitmap
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.station.print_desk import Recovered, note_seen, undecided_job
from inspection_station.station.printers import size_of
from inspection_station.storage.print_jobs import SENDING, PrintJob, PrintJobs, PrintState
from inspection_station.workflows.case import Case
from inspection_station.workflows.clock import SystemClock

REPLACED = "replaced"
"""Detail of a job that did not come out and was sent anew as another one."""


class DocumentDesk:
    """Makes the jobs of one printer that are no inspection labels; see `print_desk.PrintDesk`."""

    def __init__(self, purpose: str, clock: SystemClock, jobs: PrintJobs, printer: Printer) -> None:
        self.purpose = purpose
        self._clock, self._jobs, self._printer = clock, jobs, printer

    @property
    def printer_name(self) -> str:
        """What the printer is called."""
        return self._printer.name

    def queue_label(self, title: str, raster_png: bytes, size: str, person: Person) -> PrintJob:
        """Store the job of a label: its bitmap, of a `size` as ``60x40``."""
        return self._queue(title, person, raster_png=raster_png, size=size)

    def queue_paper(self, title: str, document: bytes, person: Person) -> PrintJob:
        """Store the job of a PDF document."""
        return self._queue(title, person, document=document)

    def _queue(
        self, title: str, person: Person, *, raster_png: bytes = b"", document: bytes = b"", size: str = ""
    ) -> PrintJob:
        job = PrintJob(
            id=uuid7(), inspection_id="", item_id="", rt_number="", issue=0, title=title, printer=self._printer.name,
            raster_png=raster_png, created_at=self._clock.now(), by=person.id, purpose=self.purpose,
            document=document, size=size,
        )  # fmt: skip
        self._jobs.add(job)
        return job

    def status(self) -> PrinterStatus:
        """See `PrintDesk`."""
        return self._printer.status()

    def take_next(self) -> PrintJob | None:
        """See `PrintDesk`."""
        job = next(iter(self._jobs.to_send(self.purpose, 1)), None)
        if job is not None:
            self._jobs.mark(job.id, PrintState.UNKNOWN, SENDING)
        return job

    def send(self, job: PrintJob) -> tuple[str, StationProblem | None]:
        """See `PrintDesk`."""
        pdf = job.document or pdf_of_bitmap(job.raster_png, size_of(job.size), job.title)
        outcome = self._printer.print_label(printers.PrintJob(job.id, job.raster_png, pdf, job.title))
        return outcome.state, outcome.problem

    def settle(self, job: PrintJob, state: str, problem: StationProblem | None, person: Person) -> Case | None:
        """See `PrintDesk`."""
        self._jobs.mark(job.id, PrintState(state), problem.code if problem else "")
        return None

    def recover(self) -> Recovered:
        """See `PrintDesk`."""
        unknown = self._jobs.unknown(SENDING, self.purpose)
        for job in unknown:
            self._jobs.mark(job.id, PrintState.UNKNOWN, "print.unknown")
        return Recovered(unknown=tuple(unknown))

    def waiting(self) -> list[PrintJob]:
        """See `PrintDesk`."""
        return self._jobs.to_send(self.purpose)

    def undecided(self) -> list[PrintJob]:
        """See `PrintDesk`."""
        return self._jobs.undecided(self.purpose)

    def came_out(self, job_id: str, person: Person) -> None:
        """See `PrintDesk`."""
        note_seen(self._jobs, undecided_job(self._jobs, job_id))

    def again(self, job_id: str, person: Person) -> PrintJob:
        """See `PrintDesk`."""
        job = undecided_job(self._jobs, job_id)
        anew = replace(
            job, id=uuid7(), state=PrintState.QUEUED, created_at=self._clock.now(), by=person.id, attempts=0,
            printer=self._printer.name, detail="reprint",
        )  # fmt: skip
        self._jobs.add(anew)
        self._jobs.mark(job.id, PrintState.DONE, REPLACED)
        return anew
