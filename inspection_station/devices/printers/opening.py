"""From what a printer is set up as to the printer."""

from __future__ import annotations

from inspection_station.devices.printers.description import PrinterDescription
from inspection_station.devices.printers.languages import LANGUAGES
from inspection_station.devices.printers.no_printer import NoPrinter
from inspection_station.devices.printers.pdf_folder import PdfFolderPrinter
from inspection_station.devices.printers.raw_network import NetworkLine
from inspection_station.devices.printers.talking import TalkingPrinter
from inspection_station.devices.printers.vocabulary import Printer
from inspection_station.errors import N_, StationProblem


def open_printer(description: PrinterDescription) -> Printer:
    """The printer of a description; nothing is connected to before the first label or question.

    Raises:
        StationProblem: ``printer.not_set_up`` when a field that the kind needs is empty, or the kind is unknown.
    """
    kind = description.kind
    if kind == "none":
        return NoPrinter()
    if kind == "pdf_folder" and description.folder is not None:
        return PdfFolderPrinter(description.folder)
    if kind == "raw_9100" and description.address:
        address, port = description.address, description.port
        return TalkingPrinter(
            f"{address}:{port}",
            lambda: NetworkLine(address, port),
            LANGUAGES[description.language],
            description.media,
            (description.dpi_x, description.dpi_y),
        )
    raise StationProblem(
        "printer.not_set_up",
        N_("The label printer “{kind}” is not set up completely."),
        N_("Name its address or folder in the settings."),
        kind=kind,
    )
