"""A bench without a printer."""

from __future__ import annotations

from typing import Literal

from inspection_station.devices.printers.vocabulary import PrinterStatus, PrintJob, PrintOutcome
from inspection_station.errors import N_, StationProblem


class NoPrinter:
    """Labels stay queued, and it says so."""

    name = "none"
    takes: Literal["raster", "pdf"] = "raster"

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Nothing is sent."""
        return PrintOutcome("failed", self._none())

    def status(self) -> PrinterStatus:
        """No printer."""
        return PrinterStatus("none", self._none())

    @staticmethod
    def _none() -> StationProblem:
        return StationProblem(
            "printer.none", N_("No label printer is set up"), N_("The label is queued. Set one up in the settings.")
        )
