"""The printers of a bench, one for each purpose, and what lies in them. Lengths are whole tenths of a millimetre."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspection_station.errors import N_
from inspection_station.settings.declaring import folder_fault, host_fault, port_fault, setting

KINDS = ("none", "pdf_folder", "raw_9100", "queue", "device_file", "serial")
SAME = "label_printer"
"""Tote labels come from the printer of the inspection labels, on the same stock."""
NARROWEST, WIDEST, SHORTEST, LONGEST = 30, 110, 20, 160  # mm of a label


def size_fault(text: str) -> str:
    """What is wrong with a label's size in mm, ``60x40`` or ``57.5x32``, or empty."""
    found = re.fullmatch(r"(\d{2,3}(?:\.\d)?)x(\d{2,3}(?:\.\d)?)", text, re.ASCII)
    right = found and NARROWEST <= float(found[1]) <= WIDEST and SHORTEST <= float(found[2]) <= LONGEST
    return "" if right else N_("must be width x height in mm, such as 60x40, from 30x20 to 110x160")


def _optional_size_fault(text: str) -> str:
    return size_fault(text) if text else ""


def _queue_fault(text: str) -> str:
    right = len(text) <= 127 and not re.search(r"[\x00-\x1f\x7f]", text)
    return "" if right else N_("must be the name of a print queue of this computer")


@dataclass(frozen=True)
class PrinterSettings:
    """Where inspection labels go."""

    kind: str = setting(
        "pdf_folder",
        N_("Printer: none, folder of PDFs, raw network address, queue of the system, device file, serial port"),
        "inspector", choices=KINDS,
    )  # fmt: skip
    address: str = setting("", N_("Network address of the label printer"), "inspector", fault=host_fault)
    port: int = setting(9100, N_("Network port of the label printer"), "inspector", between=(1, 65535))
    queue: str = setting("", N_("Name of the system's print queue"), "inspector", fault=_queue_fault)
    device: str = setting(
        "", N_("Device file or serial port of the printer, as /dev/usb/lp0 or COM3"), "inspector", fault=port_fault
    )
    baud: int = setting(
        9600, N_("Speed of the printer's serial port, baud"), "inspector",
        choices=(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200),
    )  # fmt: skip
    folder: str = setting(
        "", N_("Folder for labels as PDF; empty means “labels” in the data folder"), "inspector", fault=folder_fault
    )
    language: str = setting(
        "zpl", N_("Language of the printer where it gets no PDF"), "inspector", choices=("zpl", "tspl", "escpos")
    )
    dpi: int = setting(203, N_("Dots per inch of the label printer"), "lead", choices=(203, 300, 600))
    dpi_along: int = setting(
        0, N_("Dots per inch along the feed; 0 means as across the head"), "lead", choices=(0, 203, 300, 600)
    )
    gap: int = setting(20, N_("Gap between two labels, tenths of a millimetre"), "lead", between=(0, 200))
    sensing: str = setting(
        "gap", N_("How the printer finds the next label"), "lead", choices=("gap", "mark", "continuous")
    )
    offset_across: int = setting(
        0, N_("Print moved to the right, tenths of a millimetre"), "lead", between=(-100, 100)
    )
    offset_along: int = setting(0, N_("Print moved down, tenths of a millimetre"), "lead", between=(-100, 100))
    darkness: int = setting(-1, N_("Darkness in steps of the printer; -1 leaves its own"), "lead", between=(-1, 30))
    speed: int = setting(0, N_("Speed, inches a second; 0 leaves the printer's own"), "lead", between=(0, 14))
    turned: bool = setting(False, N_("Labels are printed the other way round"), "lead")
    compressed: bool = setting(True, N_("ZPL bitmaps are sent compressed"), "lead")


@dataclass(frozen=True)
class TotePrinterSettings(PrinterSettings):
    """Where labels of totes go."""

    kind: str = setting(
        SAME, N_("Printer of tote labels; label_printer means that of the inspection labels"), "inspector",
        choices=(SAME, *KINDS),
    )  # fmt: skip
    size: str = setting(
        "", N_("Size of tote labels, mm; empty means as inspection labels"), "lead", fault=_optional_size_fault
    )


@dataclass(frozen=True)
class PaperPrinterSettings:
    """Where A4 paper goes: command sheets, badge cards, manifests."""

    kind: str = setting(
        "pdf_folder", N_("Printer of A4 paper: none, a folder of PDFs, or a queue of the system with a driver"),
        "inspector", choices=("none", "pdf_folder", "queue"),
    )  # fmt: skip
    queue: str = setting("", N_("Name of the system's print queue"), "inspector", fault=_queue_fault)
    folder: str = setting(
        "", N_("Folder for A4 paper as PDF; empty means “paper” in the data folder"), "inspector", fault=folder_fault
    )


@dataclass(frozen=True)
class LabelSettings:
    """The label stuck on an inspected item."""

    size: str = setting("60x40", N_("Size of the inspection label, mm"), "lead", fault=size_fault)
