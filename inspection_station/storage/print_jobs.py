"""What is on its way to a printer: the true raster or the document, kept also after it is out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, case, insert, literal_column, select, update

from inspection_station.storage.database import Database
from inspection_station.storage.tables import print_jobs
from inspection_station.storage.texts import refuse_unusable

INSPECTION_LABEL, TOTE_LABEL, PAPER = "inspection_label", "tote_label", "paper"
SENDING = "sending"
"""Detail of a job whose bytes may be on their way now."""


class PrintState(StrEnum):
    """Where a print job stands."""

    QUEUED = "queued"
    SENT = "sent"  # the printer took all bytes
    UNKNOWN = "unknown"  # bytes went out, but whether a label came is not known: never printed again by itself
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True)
class PrintJob:
    """One label, or one document.

    Attributes:
        issue: of an inspection label its label issue.
        raster_png: what was previewed and will print; empty for a document.
        by: a person's id.
        detail: why it stands where it stands, as a code.
        purpose: for which printer of the bench: ``inspection_label``, ``tote_label``, ``paper``.
        document: the PDF, where there is no raster.
        size: of a label, in mm, as ``60x40``.
    """

    id: str
    inspection_id: str
    item_id: str
    rt_number: str
    issue: int
    title: str
    printer: str
    raster_png: bytes
    created_at: str
    by: str = ""
    state: PrintState = PrintState.QUEUED
    attempts: int = 0
    detail: str = ""
    purpose: str = INSPECTION_LABEL
    document: bytes = b""
    size: str = ""


SEEN = "seen"
"""Detail of a job that a person, or the scan of its label, says came out."""

# Word for word as in the partial indexes, which SQLite uses for nothing else.
_OPEN = "state IN ('queued', 'failed')"
_UNKNOWN = "state = 'unknown'"
_COLUMNS = [print_jobs.c[name] for name in PrintJob.__dataclass_fields__]


class PrintJobs:
    """The print queue of this station, in the order the labels were made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: PrintJob) -> None:
        """Keep a new job, durable on return; a job of that id that is there already stays as it is.

        Raises:
            StationProblem: ``disk.full`` … when it cannot be kept, ``text.unusable``.
        """
        refuse_unusable(job.id, job.title, job.printer, job.detail, job.rt_number, job.by)
        values = {name: getattr(job, name) for name in PrintJob.__dataclass_fields__}
        with self._database.writing() as connection:
            connection.execute(insert(print_jobs).prefix_with("OR IGNORE").values({**values, "state": job.state.value}))

    def get(self, job_id: str) -> PrintJob | None:
        """The job with that id."""
        found = self._jobs(print_jobs.c.id == job_id, limit=1)
        return found[0] if found else None

    def to_send(self, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[PrintJob]:
        """Jobs of a printer that nothing was sent of yet, queued or failed, the oldest first."""
        return self._jobs(literal_column(_OPEN), print_jobs.c.purpose == purpose, limit=limit)

    def unknown(self, detail: str, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[PrintJob]:
        """Jobs of a printer of which nobody knows the end, with this detail, the oldest first."""
        c = print_jobs.c
        return self._jobs(literal_column(_UNKNOWN), c.detail == detail, c.purpose == purpose, limit=limit)

    def undecided(self, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[PrintJob]:
        """Jobs of a printer of which a person has to say whether they came out, the oldest first."""
        c = print_jobs.c
        found = self._jobs(literal_column(_UNKNOWN), c.purpose == purpose, limit=limit)
        return [job for job in found if job.detail != SENDING]

    def of_item(self, rt_number: str, limit: int = 100) -> list[PrintJob]:
        """The jobs of one item, the oldest first."""
        return self._jobs(print_jobs.c.rt_number == rt_number, limit=limit)

    def mark(self, job_id: str, state: PrintState, detail: str = "") -> None:
        """Note where the job stands now; going to ``sent``, ``unknown`` or ``failed`` counts an attempt.

        ``unknown`` is also where a job stands while it is sent: how that ends is the same attempt.
        """
        refuse_unusable(detail)
        c = print_jobs.c
        tried = 1 if state in (PrintState.SENT, PrintState.UNKNOWN, PrintState.FAILED) else 0
        with self._database.writing() as connection:
            connection.execute(
                update(print_jobs)
                .where(c.id == job_id)
                .values(
                    state=state.value,
                    detail=detail,
                    attempts=c.attempts + case((c.state == PrintState.UNKNOWN.value, 0), else_=tried),
                )
            )

    def verified(self, rt_number: str, issue: int) -> None:
        """A label was scanned: it did come out, whatever was known of its jobs."""
        c = print_jobs.c
        unsure = update(print_jobs).where(literal_column(_UNKNOWN), c.detail != SENDING)
        with self._database.writing() as connection:
            connection.execute(
                unsure.where(c.rt_number == rt_number, c.issue == issue).values(
                    state=PrintState.DONE.value, detail=SEEN
                )
            )

    def _jobs(self, *wanted: ColumnElement[bool], limit: int) -> list[PrintJob]:
        statement = select(*_COLUMNS).where(*wanted).order_by(print_jobs.c.position).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return [PrintJob(**{**row, "state": PrintState(row["state"])}) for row in rows]
