"""The printers of the bench, one for each purpose, as the settings describe them. No Qt."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from PIL import Image

from inspection_station.devices.printers import (
    FollowsJobs,
    Media,
    NoPrinter,
    PdfFolderPrinter,
    Printer,
    PrinterDescription,
    PrinterKind,
    PrinterStatus,
    PrintJob,
    PrintOutcome,
    open_printer,
    shared_printer,
)
from inspection_station.devices.printers.description import MM_PER_INCH
from inspection_station.devices.printers.queues import queue_missing, system_queues
from inspection_station.errors import StationProblem
from inspection_station.settings import Settings
from inspection_station.settings.printing import SAME, PaperPrinterSettings, PrinterSettings
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL

PURPOSES = (INSPECTION_LABEL, TOTE_LABEL, PAPER)
SECTIONS = {INSPECTION_LABEL: "printer", TOTE_LABEL: "tote_printer", PAPER: "paper_printer"}
"""The section of the settings for each purpose."""
A4_MM = (210.0, 297.0)
_TENTHS = 10.0

SizeMm = tuple[float, float]
Dpi = tuple[int, int]


def size_of(text: str) -> SizeMm:
    """Width and height in mm of a size as the settings write it, ``60x40``."""
    width, _, height = text.partition("x")
    return float(width), float(height)


def text_of_size(size: SizeMm) -> str:
    """A size as the settings and print jobs write it."""
    return "x".join(f"{side:g}" for side in size)


def dpi_of_bitmap(raster_png: bytes, size: SizeMm) -> Dpi:
    """Dots per inch of a label of that size, as its bitmap has them."""
    with Image.open(io.BytesIO(raster_png), formats=("PNG",)) as image:
        width, height = (round(dots / side * MM_PER_INCH) for dots, side in zip(image.size, size, strict=True))
    return width, height


def label_size(settings: Settings, purpose: str) -> SizeMm:
    """The labels in the printer of a purpose, in mm; tote labels from the label printer are on its stock."""
    own = settings.tote_printer.size if purpose == TOTE_LABEL and settings.tote_printer.kind != SAME else ""
    return size_of(own or settings.label.size)


def label_dpi(settings: Settings, purpose: str) -> Dpi:
    """Dots per inch across the head and along the feed of the label printer for a purpose."""
    printer = _label_printer(settings, purpose)
    return printer.dpi, printer.dpi_along or printer.dpi


def _label_printer(settings: Settings, purpose: str) -> PrinterSettings:
    own = purpose == TOTE_LABEL and settings.tote_printer.kind != SAME
    return settings.tote_printer if own else settings.printer


def printer_for(settings: Settings, purpose: str, folder: Path) -> Printer:
    """The printer of a purpose; none while its settings are not complete. `folder`: the station's data.

    Purposes that go to one physical printer share it: they never use it at once (see `SharedPrinter`).
    """
    if purpose == PAPER:
        paper = settings.paper_printer
        described, is_queue = _paper(paper, folder), paper.kind == "queue"
    else:
        printer = _label_printer(settings, purpose)
        described, is_queue = _label(printer, label_size(settings, purpose), folder), printer.kind == "queue"
    opened: Printer = SystemQueue(described) if is_queue else _opened(described)
    if isinstance(opened, NoPrinter | PdfFolderPrinter):
        return opened  # any number of files can be written at once
    return shared_printer((is_queue, described), opened.name, lambda: opened)


def _opened(described: PrinterDescription) -> Printer:
    try:
        return open_printer(described)
    except StationProblem:
        return NoPrinter()


def _paper(paper: PaperPrinterSettings, folder: Path) -> PrinterDescription:
    kind = cast("PrinterKind", "none" if paper.kind == "queue" else paper.kind)  # see SystemQueue
    target = Path(paper.folder) if paper.folder else folder / "paper"
    return PrinterDescription(kind=kind, queue=paper.queue, folder=target, media=Media(*A4_MM, sensing="continuous"))


def _label(printer: PrinterSettings, size: SizeMm, folder: Path) -> PrinterDescription:
    return PrinterDescription(
        kind=cast("PrinterKind", "none" if printer.kind == "queue" else printer.kind),
        address=printer.address,
        port=printer.port,
        queue=printer.queue,
        device=printer.device,
        baud=printer.baud,
        folder=Path(printer.folder) if printer.folder else folder / "labels",
        language=cast("Literal['zpl', 'tspl', 'escpos']", printer.language),
        dpi_x=printer.dpi,
        dpi_y=printer.dpi_along or printer.dpi,
        media=Media(
            *size,
            gap_mm=printer.gap / _TENTHS,
            offset_x_mm=printer.offset_across / _TENTHS,
            offset_y_mm=printer.offset_along / _TENTHS,
            darkness=printer.darkness if printer.darkness >= 0 else None,
            speed=printer.speed or None,
            direction="turned" if printer.turned else "normal",
            compressed=printer.compressed,
            sensing=cast("Literal['gap', 'mark', 'continuous']", printer.sensing),
        ),
    )


class SystemQueue:
    """A print queue of the system by its name: whether it is raw or has a driver the system says, not a person.

    It is asked when the queue is first needed, on the thread that prints, and again after a queue has changed.
    """

    takes: Literal["raster", "pdf"] = "pdf"

    def __init__(self, described: PrinterDescription) -> None:
        self._described = described
        self._found: Printer | None = None
        self.name = described.queue

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """See `Printer`; nothing was printed when there is no such queue."""
        try:
            printer = self._queue()
        except StationProblem as problem:
            return PrintOutcome("failed", problem)
        outcome = printer.print_label(job)
        self._look_again(outcome.problem)
        return outcome

    def status(self) -> PrinterStatus:
        """See `Printer`."""
        try:
            printer = self._queue()
        except StationProblem as problem:
            return PrinterStatus("offline", problem)
        status = printer.status()
        self._look_again(status.problem)
        return status

    def end_of(self, ticket: str, job_id: str) -> PrintOutcome | None:
        """See `FollowsJobs`; of a print service without tickets nothing more will be known."""
        try:
            printer = self._queue()
        except StationProblem as problem:
            return PrintOutcome("sent") if problem.code == "printer.queue_missing" else None
        return printer.end_of(ticket, job_id) if isinstance(printer, FollowsJobs) else PrintOutcome("sent")

    def _queue(self) -> Printer:
        if self._found is None:
            if not self.name:
                return NoPrinter()
            facts = next((one for one in system_queues() if one.name == self.name), None)
            if facts is None:
                raise queue_missing(self.name)
            self._found = open_printer(replace(self._described, kind=facts.kind))
            self.takes = self._found.takes
        return self._found

    def _look_again(self, problem: StationProblem | None) -> None:
        if problem is not None and problem.code in ("printer.queue_changed", "printer.queue_missing"):
            self._found = None
