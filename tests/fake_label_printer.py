"""A label printer for tests: keeps what it was given and fails when told to."""

from __future__ import annotations

from typing import Literal

from inspection_station.devices.printers import PrinterStatus, PrintJob, PrintOutcome
from inspection_station.devices.printers.vocabulary import lost


class FakeLabelPrinter:
    """Conforms to `Printer`; `unplugged` makes it fail, `printed` are the jobs that were sent."""

    name = "fake"
    takes: Literal["raster", "pdf"] = "raster"

    def __init__(self) -> None:
        self.printed: list[PrintJob] = []
        self.unplugged = False

    def print_label(self, job: PrintJob) -> PrintOutcome:
        if self.unplugged:
            return PrintOutcome("failed", lost("unplugged"))
        if all(known.id != job.id for known in self.printed):
            self.printed.append(job)
        return PrintOutcome("sent")

    def status(self) -> PrinterStatus:
        return PrinterStatus("offline", lost("unplugged")) if self.unplugged else PrinterStatus("ready")
