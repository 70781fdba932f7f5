"""From what a printer is set up as to the printer."""

from __future__ import annotations

import sys
from collections.abc import Callable

from inspection_station.devices.printers.description import PrinterDescription
from inspection_station.devices.printers.device_file import DeviceLine
from inspection_station.devices.printers.languages import LANGUAGES
from inspection_station.devices.printers.no_printer import NoPrinter
from inspection_station.devices.printers.pdf_folder import PdfFolderPrinter
from inspection_station.devices.printers.raw_network import NetworkLine
from inspection_station.devices.printers.serial_line import SerialLine, seconds_a_byte
from inspection_station.devices.printers.talking import Line, Patience, TalkingPrinter
from inspection_station.devices.printers.vocabulary import Printer
from inspection_station.errors import N_, StationProblem


def _talking(
    description: PrinterDescription, name: str, open_line: Callable[[], Line], patience: Patience | None = None
) -> TalkingPrinter:
    dpi = (description.dpi_x, description.dpi_y)
    return TalkingPrinter(name, open_line, LANGUAGES[description.language], description.media, dpi, patience)


def _queue(description: PrinterDescription) -> Printer:
    if sys.platform == "win32":
        from inspection_station.devices.printers.windows_spooler import WindowsQueue

        return WindowsQueue(description)
    else:  # noqa: RET505 - by platform
        from inspection_station.devices.printers.cups_queue import CupsQueue

        return CupsQueue(description)


def open_printer(description: PrinterDescription) -> Printer:
    """The printer of a description; nothing is connected to before the first label or question.

    Raises:
        StationProblem: ``printer.not_set_up`` when a field that the kind needs is empty, or the kind is unknown.
    """
    kind, device = description.kind, description.device
    if kind == "none":
        return NoPrinter()
    if kind == "pdf_folder" and description.folder is not None:
        return PdfFolderPrinter(description.folder)
    if kind == "raw_9100" and description.address:
        address, port = description.address, description.port
        return _talking(description, f"{address}:{port}", lambda: NetworkLine(address, port))
    if kind == "device_file" and device:
        return _talking(description, device, lambda: DeviceLine(device))
    if kind == "serial" and device:
        baud, language = description.baud, description.language
        patience = Patience(a_byte=seconds_a_byte(baud))
        return _talking(description, device, lambda: SerialLine(device, baud, language), patience)
    if kind in ("queue_raw", "queue_driver") and description.queue:
        return _queue(description)
    raise StationProblem(
        "printer.not_set_up",
        N_("The label printer “{kind}” is not set up completely."),
        N_("Name its address, queue, device or folder in the settings."),
        kind=kind,
    )
