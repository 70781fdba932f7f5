"""What a printer is: how it is reached, what it understands, and what lies in it. Plain facts, from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PrinterKind = Literal["none", "pdf_folder", "raw_9100", "queue_raw", "queue_driver", "device_file", "serial"]
"""How a printer is reached.

none: not at all. pdf_folder: PDF files in a folder. raw_9100: its own language on a TCP port. queue_raw: a queue of
the system that passes bytes on. queue_driver: a queue of the system with a driver. device_file: ``/dev/usb/lp0`` and
its like. serial: a serial port.
"""

LanguageName = Literal["zpl", "tspl", "escpos"]
"""zpl: Zebra and compatible. tspl: TSC and compatible. escpos: raster of Epson's receipt and label printers."""

Sensing = Literal["gap", "mark", "continuous"]
"""How the printer finds the next label: the gap between labels, a black mark on the back, or not at all."""

KINDS_WITH_LANGUAGE = ("raw_9100", "queue_raw", "device_file", "serial")

MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Media:
    """What is printed on, and how.

    Attributes:
        width_mm: across the print head.
        height_mm: along the feed.
        gap_mm: from the end of one label to the next; of a black mark its height.
        offset_x_mm: moves everything to the right, as the label is read; negative: to the left.
        offset_y_mm: moves everything down, as the label is read; negative: up.
        darkness: in steps of the language, 0 to 30 in ZPL and 0 to 15 in TSPL; None leaves what is set at
            the printer.
        speed: inches a second; None leaves what is set at the printer.
        direction: ``turned`` prints the label the other way round, by 180°.
        compressed: ZPL sends the bitmap as Z64 (2–3 kB for 60 × 40 mm); else as hex digits (38 kB), for printers
            that do not know Z64.
        sensing: how the printer finds the next label.
    """

    width_mm: float
    height_mm: float
    gap_mm: float = 2.0
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    darkness: int | None = None
    speed: int | None = None
    direction: Literal["normal", "turned"] = "normal"
    compressed: bool = True
    sensing: Sensing = "gap"


@dataclass(frozen=True)
class PrinterDescription:
    """One printer as it is set up. Which fields count is said by `kind`.

    Attributes:
        address: of raw_9100: host name or IP address.
        port: of raw_9100.
        queue: the queue's name in the system.
        device: of device_file and serial: ``/dev/usb/lp0``, ``/dev/ttyS0``, ``COM3``.
        baud: of serial.
        folder: of pdf_folder.
        language: what the printer understands, where it gets its own language.
        dpi_x: dots per inch across the head.
        dpi_y: dots per inch along the feed.
    """

    kind: PrinterKind = "none"
    address: str = ""
    port: int = 9100
    queue: str = ""
    device: str = ""
    baud: int = 9600
    folder: Path | None = None
    language: LanguageName = "zpl"
    dpi_x: int = 203
    dpi_y: int = 203
    media: Media = field(default_factory=lambda: Media(60.0, 40.0))


def dots(length_mm: float, dpi: int) -> int:
    """A length in whole printer dots, the nearest."""
    return round(length_mm / MM_PER_INCH * dpi)
