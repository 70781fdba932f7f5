"""Labels of totes and A4 paper: their print jobs, without an inspection they would belong to."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.devices.printers import Printer
from inspection_station.documents.reprint_mark import reprint_of
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person
from inspection_station.station.print_desk import PrintDesk
from inspection_station.station.printers import Dpi, SizeMm, text_of_size
from inspection_station.storage.print_jobs import PrintJob, PrintJobs, PrintState
from inspection_station.workflows.clock import SystemClock


class DocumentDesk(PrintDesk):
    """Makes the jobs of one printer that are no inspection labels."""

    def __init__(
        self, purpose: str, clock: SystemClock, jobs: PrintJobs, printer: Printer,
        stock: tuple[SizeMm, Dpi] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(purpose, clock, jobs, printer, stock)

    def queue_label(self, title: str, raster_png: bytes, size: SizeMm, dpi: Dpi, person: Person) -> PrintJob:
        """Store the job of a label: its bitmap, of a `size` in mm, drawn for a printer of `dpi`."""
        job = self._job(title, person)
        return self._add(replace(job, raster_png=raster_png, size=text_of_size(size), dpi_x=dpi[0], dpi_y=dpi[1]))

    def queue_paper(self, title: str, document: bytes, person: Person) -> PrintJob:
        """Store the job of a PDF document."""
        return self._add(replace(self._job(title, person), document=document))

    def _job(self, title: str, person: Person) -> PrintJob:
        return PrintJob(
            id=uuid7(), inspection_id="", item_id="", rt_number="", issue=0, title=title, printer=self.printer.name,
            raster_png=b"", created_at=self._clock.now(), by=person.id, purpose=self.purpose,
        )  # fmt: skip

    def _add(self, job: PrintJob) -> PrintJob:
        self._jobs.add(job)
        return job

    def _is_done_with(self, job: PrintJob) -> bool:
        return False  # a tote is no less a tote for having waited

    def _once_more(self, job: PrintJob, person: Person) -> PrintJob:
        raster = reprint_of(job.raster_png, *self._drawn_for(job)) if job.raster_png else b""
        return replace(
            job, id=uuid7(), raster_png=raster, state=PrintState.QUEUED, created_at=self._clock.now(), by=person.id,
            attempts=0, printer=self.printer.name, detail="", reprint_of=job.id, ticket="",
        )  # fmt: skip
