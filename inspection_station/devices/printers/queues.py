"""The print queues of this system, and whether a program's bytes go through them unchanged."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from inspection_station.devices.printers.vocabulary import PrinterStatus
from inspection_station.errors import N_, StationProblem


@dataclass(frozen=True)
class QueueFacts:
    """What the system says of one of its print queues.

    Attributes:
        name: by which a job is sent to it.
        is_raw: it passes bytes on as they are; else a driver makes the printer's data, and only documents go in.
        makes: make and model of the printer or its driver, in the words of the system.
        default: it is the system's default queue.
    """

    name: str
    is_raw: bool
    makes: str = ""
    default: bool = False

    @property
    def kind(self) -> Literal["queue_raw", "queue_driver"]:
        """What a description of this queue has as its kind."""
        return "queue_raw" if self.is_raw else "queue_driver"


def system_queues() -> list[QueueFacts]:
    """The system's print queues by name; waits for the system for some seconds.

    Raises:
        StationProblem: ``printer.spooler`` when the system's print service does not answer.
    """
    if sys.platform == "win32":
        from inspection_station.devices.printers.windows_spooler import installed_queues

        return installed_queues()
    else:  # noqa: RET505 - by platform
        from inspection_station.devices.printers.cups_queue import cups_queues

        return cups_queues()


def spooler_lost(reason: str) -> StationProblem:
    """The system's print service does not answer."""
    return StationProblem(
        "printer.spooler",
        N_("The system's print service does not answer ({reason})"),
        N_("Saved; the label is queued. Start the print service, or restart the computer."),
        reason=reason,
    )


def queue_missing(queue: str) -> StationProblem:
    """The system has no such queue."""
    return StationProblem(
        "printer.queue_missing",
        N_("This computer has no print queue “{queue}”"),
        N_("Saved; the label is queued. Choose another queue in the settings."),
        queue=queue,
    )


def queue_refused(queue: str, reason: str) -> StationProblem:
    """The queue takes no jobs."""
    return StationProblem(
        "printer.queue_refused",
        N_("The print queue “{queue}” did not take the label ({reason})"),
        N_("Saved; the label is queued. Look at the queue in the system's printer settings."),
        queue=queue,
        reason=reason,
    )


def given_up(queue: str) -> StationProblem:
    """The print service ended a job that it had taken, or somebody took it away there."""
    return StationProblem(
        "printer.given_up",
        N_("The print queue “{queue}” gave up a label it had taken"),
        N_("Look whether the label came out; print it again in the settings under Printers if it did not."),
        queue=queue,
    )


def queue_changed(queue: str, is_raw: bool) -> StationProblem:
    """The queue is raw now and was set up with a driver, or the other way round: what it would get, it cannot print."""
    what = (
        N_("The print queue “{queue}” has no driver any more")
        if is_raw
        else N_("The print queue “{queue}” has a driver now")
    )
    to_do = N_("Saved; the label is queued. Choose the queue anew in the settings.")
    return StationProblem("printer.queue_changed", what, to_do, queue=queue)


def queue_stopped(queue: str) -> PrinterStatus:
    """Somebody, or the system after a fault, stopped the queue."""
    problem = StationProblem(
        "printer.queue_stopped",
        N_("The print queue “{queue}” is stopped"),
        N_("Start it again in the system's printer settings; queued labels then print."),
        queue=queue,
    )
    return PrinterStatus("paused", problem)
