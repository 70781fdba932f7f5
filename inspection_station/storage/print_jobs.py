"""What is on its way to a printer: the true raster or the document, kept also after it is out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, literal_column, or_, select, update

from inspection_station.storage.database import Database
from inspection_station.storage.tables import print_jobs
from inspection_station.storage.texts import refuse_unusable

INSPECTION_LABEL, TOTE_LABEL, PAPER = "inspection_label", "tote_label", "paper"
SENDING = "sending"
"""Detail of a job whose bytes may be on their way now."""
SEEN = "seen"
"""Detail of a job that a person, or the scan of its label, says came out."""


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
        raster_png: what was previewed and will print; empty for a document, and of an old job that is out.
        by: a person's id.
        detail: why it stands where it stands, as a code.
        purpose: for which printer of the bench: ``inspection_label``, ``tote_label``, ``paper``.
        document: the PDF, where there is no raster.
        size: of a label, in mm, as ``60x40``.
        dpi_x: dots per inch across the head that a label was drawn for; 0 where that is not known.
        dpi_y: the same along the feed.
        reprint_of: id of the job whose label this is once more.
        ticket: what the print service calls the job, while it has it.
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
    dpi_x: int = 0
    dpi_y: int = 0
    reprint_of: str = ""
    ticket: str = ""


@dataclass(frozen=True)
class JobEntry:
    """A print job without what is printed; see `PrintJob`."""

    id: str
    inspection_id: str
    item_id: str
    rt_number: str
    issue: int
    title: str
    printer: str
    created_at: str
    by: str
    state: PrintState
    detail: str
    purpose: str
    reprint_of: str
    ticket: str


# Word for word as in the partial indexes, which SQLite uses for nothing else.
_OPEN = "state IN ('queued', 'failed')"
_UNKNOWN = "state = 'unknown'"
_TICKET = "ticket <> ''"
_COLUMNS = [print_jobs.c[name] for name in PrintJob.__dataclass_fields__]
_ENTRY = [print_jobs.c[name] for name in JobEntry.__dataclass_fields__]
_OUT = ("sent", "done")


class PrintJobs:
    """The print queue of this station, in the order the labels were made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: PrintJob) -> None:
        """Keep a new job, durable on return; a job of that id that is there already stays as it is.

        Raises:
            StationProblem: ``disk.full`` … when it cannot be kept, ``text.unusable``.
        """
        _refuse(job)
        with self._database.writing() as connection:
            _insert(connection, job)

    def put_in_place(self, old_id: str, detail: str, job: PrintJob) -> bool:
        """Keep a new job, and note in the same transaction that the old one is done with for its sake.

        False, and nothing happens, when the old one is out or done already. Raises as `add`.
        """
        _refuse(job)
        c = print_jobs.c
        done = update(print_jobs).where(c.id == old_id, c.state.not_in(_OUT))
        with self._database.writing() as connection:
            noted = connection.execute(done.values(state=PrintState.DONE.value, detail=detail, ticket=""))
            if noted.rowcount:
                _insert(connection, job)
        return bool(noted.rowcount)

    def get(self, job_id: str) -> PrintJob | None:
        """The job with that id."""
        return next(iter(self._jobs(print_jobs.c.id == job_id, limit=1)), None)

    def in_order(self, purpose: str = INSPECTION_LABEL) -> Iterator[PrintJob]:
        """Jobs of a printer that nothing was sent of yet, the oldest first, each read when it is its turn."""
        c, after = print_jobs.c, 0
        while True:
            statement = (
                select(c.position, *_COLUMNS)
                .where(literal_column(_OPEN), c.purpose == purpose, c.position > after)
                .order_by(c.position)
                .limit(1)
            )
            with self._database.reading() as connection:
                row = connection.execute(statement).mappings().first()
            if row is None:
                return
            after = row["position"]
            yield _job({name: row[name] for name in PrintJob.__dataclass_fields__})

    def to_send(self, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[PrintJob]:
        """Jobs of a printer that nothing was sent of yet, queued or failed, the oldest first."""
        return self._jobs(literal_column(_OPEN), print_jobs.c.purpose == purpose, limit=limit)

    def waiting(self, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[JobEntry]:
        """The same without what is printed."""
        return self._entries(literal_column(_OPEN), print_jobs.c.purpose == purpose, limit=limit)

    def count_waiting(self, purpose: str = INSPECTION_LABEL) -> int:
        """How many jobs of a printer nothing was sent of yet."""
        statement = select(func.count()).select_from(print_jobs)
        with self._database.reading() as connection:
            wanted = statement.where(literal_column(_OPEN), print_jobs.c.purpose == purpose)
            return int(connection.execute(wanted).scalar_one())

    def unknown(self, detail: str, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[JobEntry]:
        """Jobs of a printer of which nobody knows the end, with this detail, the oldest first."""
        c = print_jobs.c
        return self._entries(literal_column(_UNKNOWN), c.detail == detail, c.purpose == purpose, limit=limit)

    def undecided(self, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[JobEntry]:
        """Jobs of a printer of which a person has to say whether they came out, the oldest first."""
        c = print_jobs.c
        return self._entries(literal_column(_UNKNOWN), c.detail != SENDING, c.purpose == purpose, limit=limit)

    def with_ticket(self, purpose: str = INSPECTION_LABEL, limit: int = 100) -> list[JobEntry]:
        """Jobs of a printer that the print service had when it was last asked, the oldest first."""
        return self._entries(literal_column(_TICKET), print_jobs.c.purpose == purpose, limit=limit)

    def of_item(self, rt_number: str, limit: int = 100) -> list[PrintJob]:
        """The newest jobs of one item, the oldest of them first."""
        return self._jobs(print_jobs.c.rt_number == rt_number, limit=limit, newest=True)[::-1]

    def newest(self, rt_number: str) -> PrintJob | None:
        """The newest job of one item."""
        return next(iter(self._jobs(print_jobs.c.rt_number == rt_number, limit=1, newest=True)), None)

    def has_issue(self, rt_number: str, issue: int) -> bool:
        """Whether that label of the item ever was a job."""
        c = print_jobs.c
        return bool(self._entries(c.rt_number == rt_number, c.issue == issue, limit=1))

    def mark(
        self, job_id: str, state: PrintState, detail: str = "", *, printer: str | None = None, ticket: str = ""
    ) -> None:
        """Note where the job stands now; going to ``sent``, ``unknown`` or ``failed`` counts an attempt.

        ``unknown`` is also where a job stands while it is sent: how that ends is the same attempt. `printer`: the
        name of the one it goes to, where that may be another one than when it was made.
        """
        refuse_unusable(detail, printer or "", ticket)
        c = print_jobs.c
        tried = 1 if state in (PrintState.SENT, PrintState.UNKNOWN, PrintState.FAILED) else 0
        goes_to = {} if printer is None else {"printer": printer}
        with self._database.writing() as connection:
            connection.execute(
                update(print_jobs)
                .where(c.id == job_id)
                .values(
                    state=state.value,
                    detail=detail,
                    ticket=ticket,
                    attempts=c.attempts + case((c.state.in_(("unknown", "sent")), 0), else_=tried),
                    **goes_to,
                )
            )

    def verified(self, rt_number: str, issue: int) -> None:
        """A label was scanned: one of its jobs came out. Which one is known only where no other one can have."""
        c = print_jobs.c
        may_be_out = or_(
            c.state.in_((PrintState.SENT.value, PrintState.UNKNOWN.value)),
            and_(c.state == PrintState.DONE.value, c.detail == SEEN),
        )
        label = select(c.id, c.state, c.detail).where(c.rt_number == rt_number, c.issue == issue, may_be_out)
        with self._database.writing() as connection:
            found = connection.execute(label.limit(2)).all()
            if len(found) == 1 and found[0].state == PrintState.UNKNOWN.value and found[0].detail != SENDING:
                seen = update(print_jobs).where(c.id == found[0].id)
                connection.execute(seen.values(state=PrintState.DONE.value, detail=SEEN))

    def let_bits_go(self, before: str, after: int = 0, limit: int = 50) -> int:
        """Empty what was printed of jobs made `before` that are out; their rows stay.

        Looks at `limit` jobs from the place `after` on and returns the place to go on from; `after` itself when
        there is nothing more to look at.
        """
        c = print_jobs.c
        looked_at = select(c.position, c.state).where(c.position > after, c.created_at < before)
        with self._database.writing() as connection:
            rows = connection.execute(looked_at.order_by(c.position).limit(limit)).all()
            old = [row.position for row in rows if row.state in _OUT]
            connection.execute(update(print_jobs).where(c.position.in_(old)).values(raster_png=b"", document=b""))
        return max((row.position for row in rows), default=after)

    def _jobs(self, *wanted: ColumnElement[bool], limit: int, newest: bool = False) -> list[PrintJob]:
        place = print_jobs.c.position.desc() if newest else print_jobs.c.position
        statement = select(*_COLUMNS).where(*wanted).order_by(place).limit(limit)
        with self._database.reading() as connection:
            return [_job(dict(row)) for row in connection.execute(statement).mappings()]

    def _entries(self, *wanted: ColumnElement[bool], limit: int) -> list[JobEntry]:
        statement = select(*_ENTRY).where(*wanted).order_by(print_jobs.c.position).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return [JobEntry(**{**row, "state": PrintState(row["state"])}) for row in rows]


def _job(row: dict[str, object]) -> PrintJob:
    return PrintJob(**{**row, "state": PrintState(str(row["state"]))})  # type: ignore[arg-type]


def _refuse(job: PrintJob) -> None:
    refuse_unusable(job.id, job.title, job.printer, job.detail, job.rt_number, job.by, job.reprint_of)


def _insert(connection: Connection, job: PrintJob) -> None:
    values = {name: getattr(job, name) for name in PrintJob.__dataclass_fields__}
    connection.execute(insert(print_jobs).prefix_with("OR IGNORE").values({**values, "state": job.state.value}))
