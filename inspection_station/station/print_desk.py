"""What the print queue asks of whoever makes and sends the jobs of one printer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inspection_station.devices.printers import PrinterStatus
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.storage.print_jobs import SEEN, PrintJob, PrintJobs, PrintState
from inspection_station.workflows.case import Case


@dataclass(frozen=True)
class Recovered:
    """What a start found: labels `queued` that a sudden end had kept back, and jobs nobody knows the end of."""

    queued: tuple[PrintJob, ...] = ()
    unknown: tuple[PrintJob, ...] = ()


class PrintDesk(Protocol):
    """The jobs of one printer: every job is a stored row before anything is sent, and none is sent blindly twice.

    `status` and `send` block for seconds and belong to the photo lane, the others to the bench lane.
    """

    def status(self) -> PrinterStatus:
        """How the printer is."""

    def take_next(self) -> PrintJob | None:
        """The oldest job to send now, as it stood, noted as being sent: after a sudden end it is not sent again."""

    def send(self, job: PrintJob) -> tuple[str, StationProblem | None]:
        """Give the job to the printer once and say how it ended: ``sent``, ``unknown`` or ``failed``."""

    def settle(self, job: PrintJob, state: str, problem: StationProblem | None, person: Person) -> Case | None:
        """Note how the job ended; the case that has grown by it, if one did."""

    def recover(self) -> Recovered:
        """At a start: what a sudden end left."""

    def waiting(self) -> list[PrintJob]:
        """Jobs that were never sent, the oldest first."""

    def undecided(self) -> list[PrintJob]:
        """Jobs of which a person has to say whether they came out."""

    def came_out(self, job_id: str, person: Person) -> None:
        """A person says that the job came out; raises StationProblem ``print.settled`` when that is known already."""

    def again(self, job_id: str, person: Person) -> PrintJob:
        """A person says that it did not: the same bits as a new job; raises as `came_out`."""


def undecided_job(jobs: PrintJobs, job_id: str) -> PrintJob:
    """The job of that id, while nobody knows its end.

    Raises:
        StationProblem: ``print.settled``.
    """
    job = jobs.get(job_id)
    if job is None or job.state is not PrintState.UNKNOWN:
        raise StationProblem("print.settled", N_("What became of this print job is known already."))
    return job


def note_seen(jobs: PrintJobs, job: PrintJob) -> None:
    """A person saw what came out of the printer."""
    jobs.mark(job.id, PrintState.DONE, SEEN)
