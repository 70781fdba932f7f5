"""Printers: from a description to something that takes labels, says what became of each, and how it is."""

from inspection_station.devices.printers.description import Media, PrinterDescription, PrinterKind
from inspection_station.devices.printers.no_printer import NoPrinter
from inspection_station.devices.printers.opening import open_printer
from inspection_station.devices.printers.pdf_folder import PdfFolderPrinter
from inspection_station.devices.printers.queues import QueueFacts, system_queues
from inspection_station.devices.printers.shared import SharedPrinter, shared_printer
from inspection_station.devices.printers.vocabulary import (
    FollowsJobs,
    Printer,
    PrinterStatus,
    PrintJob,
    PrintOutcome,
)

__all__ = [
    "FollowsJobs", "Media", "NoPrinter", "PdfFolderPrinter", "PrintJob", "PrintOutcome", "Printer",
    "PrinterDescription", "PrinterKind", "PrinterStatus", "QueueFacts", "SharedPrinter", "open_printer",
    "shared_printer", "system_queues",
]  # fmt: skip
