"""Labels on their way to the printer: the true raster, kept until a person or the printer says it is out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, case, insert, literal_column, select, update

from inspection_station.storage.database import Database
from inspection_station.storage.tables import print_jobs
from inspection_station.storage.texts import refuse_unusable


class PrintState(StrEnum):
    """Where a print job stands."""

    QUEUED = "queued"
    SENT = "sent"  # the printer took all bytes
    UNKNOWN = "unknown"  # bytes went out, but whether a label came is not known: never printed again by itself
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True)
class PrintJob:
    """One label. `raster_png` is what was previewed and will print; `issue` its label issue; `by` a person's id."""

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

    def to_send(self, limit: int = 100) -> list[PrintJob]:
        """Jobs that nothing was sent of yet, queued or failed, the oldest first."""
        return self._jobs(literal_column(_OPEN), limit=limit)

    def unknown(self, detail: str, limit: int = 100) -> list[PrintJob]:
        """Jobs of which nobody knows the end, with this detail, the oldest first."""
        return self._jobs(literal_column(_UNKNOWN), print_jobs.c.detail == detail, limit=limit)

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

    def _jobs(self, *wanted: ColumnElement[bool], limit: int) -> list[PrintJob]:
        statement = select(*_COLUMNS).where(*wanted).order_by(print_jobs.c.position).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return [PrintJob(**{**row, "state": PrintState(row["state"])}) for row in rows]
