"""Words that all printers share: a job, what became of it, and how a printer is.

Nothing here claims that a label was printed: "sent" means that the printer's side took every byte. Whether paper
came out shows only when somebody scans the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from inspection_station.errors import N_, StationProblem

PrinterState = Literal[
    "ready", "printing", "no_media", "jam", "head_open", "paused", "offline", "unknown", "none"
]  # fmt: skip
"""How a printer is.

ready: it waits for a label. printing: it works and takes more. no_media: paper or ribbon is used up. jam: paper or
cutter is stuck. head_open: head or cover is open. paused: it was stopped, or rests until it has cooled down.
offline: nobody answers, or the printer reports a fault of its own. unknown: it is there but says nothing of itself.
none: none is set up.
"""

OutcomeState = Literal["sent", "unknown", "failed"]

CAN_PRINT = ("ready", "printing", "unknown")


@dataclass(frozen=True)
class PrintJob:
    """One label, or one document, to print.

    Attributes:
        id: the stored job's id; a job is sent once, a reprint is a new job.
        raster_png: the label as a 1-bit PNG, a pixel a printer dot; may be empty for a printer that takes PDF.
        pdf: the same as PDF; may be empty for a printer that takes the raster.
        title: what people call it, e.g. the RT number.
    """

    id: str
    raster_png: bytes
    pdf: bytes
    title: str


@dataclass(frozen=True)
class PrintOutcome:
    """What became of a job.

    Attributes:
        state: ``sent``: the other side took all bytes; ``unknown``: bytes may have gone out, a label may or may not
            come, so a person decides; ``failed``: surely nothing comes out, it can safely be sent again.
        problem: what to tell the person; None when sent.
        ticket: of a job that a print service has taken and not ended yet: what it calls it; see `FollowsJobs`.
    """

    state: OutcomeState
    problem: StationProblem | None = None
    ticket: str = ""


@dataclass(frozen=True)
class PrinterStatus:
    """How a printer is now.

    Attributes:
        state: see `PrinterState`.
        problem: what to tell the person; None where all is well or nothing is known.
        checked: False when the printer can be reached but says nothing about paper.
    """

    state: PrinterState
    problem: StationProblem | None = None
    checked: bool = True

    @property
    def can_print(self) -> bool:
        """Whether a label may be sent now; a printer that says nothing of itself gets it."""
        return self.state in CAN_PRINT


class Printer(Protocol):
    """Where labels and documents go. Neither method raises for a fault of the surroundings."""

    name: str

    @property
    def takes(self) -> Literal["raster", "pdf"]:
        """Which of a job's two forms it prints; the other is never sent to it."""

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Send the job once and say what became of it. Blocks for seconds: never call it on the screen's thread."""

    def status(self) -> PrinterStatus:
        """How the printer is now; waits a bounded time for its answer."""


@runtime_checkable
class FollowsJobs(Protocol):
    """A printer behind a print service that can tell later what became of a job it took."""

    def end_of(self, ticket: str, job_id: str) -> PrintOutcome | None:
        """How the job ended, ``sent`` or ``unknown``; None while it goes on or the service does not answer."""


SILENT = PrinterStatus("unknown", checked=False)
"""The printer is there and says nothing of itself, or nothing that can be understood."""


def lost(reason: str) -> StationProblem:
    """The printer does not answer."""
    return StationProblem(
        "printer.lost",
        N_("Printer not responding ({reason})"),
        N_("Saved; the label is queued. Check the printer's cable and power."),
        reason=reason,
    )


def broke_off(reason: str) -> StationProblem:
    """The connection ended while a label was on its way."""
    return StationProblem(
        "printer.broke_off",
        N_("The connection to the printer broke while a label was sent ({reason})"),
        N_("Look whether the label came out; reprint it with F11 if it did not."),
        reason=reason,
    )


def unsuited() -> PrintOutcome:
    """The job lacks the form that this printer takes: an A4 document for a label printer."""
    problem = StationProblem(
        "printer.unsuited",
        N_("This printer cannot print such a page"),
        N_("Choose another printer for it in the settings."),
    )
    return PrintOutcome("failed", problem)


def reason_of(error: BaseException) -> str:
    """What the system says of an error, in a word or a few."""
    if isinstance(error, TimeoutError):
        return "timeout"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def out_of_labels() -> PrinterStatus:
    """No paper."""
    return _needs_care(
        "no_media", "printer.paper", N_("Out of labels"), N_("Queued labels will print after reloading.")
    )


def out_of_ribbon() -> PrinterStatus:
    """No ribbon; what it is used up matters less than that it has to be replaced, so it is `no_media` too."""
    return _needs_care("no_media", "printer.ribbon", N_("The printer's ribbon is used up"), N_("Put in a new ribbon."))


def head_open() -> PrinterStatus:
    """The head or the cover is open."""
    return _needs_care("head_open", "printer.head_open", N_("The printer's head is open"), N_("Close it."))


def paused() -> PrinterStatus:
    """Somebody paused the printer."""
    return _needs_care("paused", "printer.paused", N_("The printer is paused"), N_("Press its pause or feed key."))


def too_hot() -> PrinterStatus:
    """The print head rests until it has cooled down."""
    return _needs_care(
        "paused", "printer.hot", N_("The printer's head is too hot"), N_("Labels go on when it has cooled down.")
    )


def jammed() -> PrinterStatus:
    """Paper is stuck, or the cutter."""
    return _needs_care(
        "jam", "printer.jam", N_("Labels are stuck in the printer"),
        N_("Open the printer, take the stuck label out and close it; queued labels then print."),
    )  # fmt: skip


def faulty() -> PrinterStatus:
    """The printer itself reports a fault that it does not name."""
    return _needs_care(
        "offline", "printer.fault", N_("The printer reports a fault"),
        N_("Switch it off and on again; if the fault stays, call the lead. Labels stay queued."),
    )  # fmt: skip


def silent() -> PrinterStatus:
    """A printer that has answered before does not: some do not while they are open or out of labels, others hang."""
    return _needs_care(
        "offline", "printer.silent", N_("The printer does not say how it is"),
        N_("Look whether it has labels, is closed and not paused. Labels stay queued."),
    )  # fmt: skip


def _needs_care(state: PrinterState, code: str, what: str, to_do: str) -> PrinterStatus:
    return PrinterStatus(state, StationProblem(code, what, to_do))
