"""Queues of the Windows spooler: raw ones get the printer's language, those with a driver get the dots through GDI.

Windows has no way to give a PDF to a driver, so a driver queue takes the raster too, drawn at one dot a dot. A queue
is raw when its driver is "Generic / Text Only", which passes bytes of the type RAW on as they are; a manufacturer's
driver may do so or not, so it never gets commands.

Source: Microsoft, Print Spooler API (EnumPrinters, OpenPrinter, GetPrinter, StartDocPrinter, WritePrinter), MS-RPRN.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes
from typing import Any, Literal

from inspection_station.devices.printers import vocabulary, windows_drawing
from inspection_station.devices.printers import windows_types as win
from inspection_station.devices.printers.bitmap import read_bitmap
from inspection_station.devices.printers.description import PrinterDescription
from inspection_station.devices.printers.languages import LANGUAGES
from inspection_station.devices.printers.queues import (
    QueueFacts,
    queue_changed,
    queue_missing,
    queue_refused,
    queue_stopped,
    spooler_lost,
)
from inspection_station.devices.printers.vocabulary import PrinterStatus, PrintJob, PrintOutcome, broke_off
from inspection_station.devices.printers.windows_types import PrinterInfo2, Windows
from inspection_station.errors import StationProblem

RAW_DRIVER = "Generic / Text Only"
LEVEL = 2  # of PRINTER_INFO
MOST_BYTES = 4 * 1024 * 1024  # of what the spooler tells


def installed_queues(system: Windows | None = None) -> list[QueueFacts]:
    """The queues of this Windows, by name; raises StationProblem ``printer.spooler``."""
    here = system or _windows()
    flags, needed, count = win.ENUM_LOCAL | win.ENUM_CONNECTIONS, win.DWORD(), win.DWORD()
    here.spooler.EnumPrintersW(flags, None, LEVEL, None, 0, ctypes.byref(needed), ctypes.byref(count))
    if not needed.value:
        return []
    buffer = ctypes.create_string_buffer(min(needed.value, MOST_BYTES))
    if not here.spooler.EnumPrintersW(
        flags, None, LEVEL, buffer, len(buffer), ctypes.byref(needed), ctypes.byref(count)
    ):
        raise spooler_lost(f"Windows {here.last_error()}")
    default = _default(here)
    found = ctypes.cast(buffer, ctypes.POINTER(PrinterInfo2 * count.value)).contents if count.value else ()
    queues = [QueueFacts(one.printer_name, _raw(one), one.driver_name, one.printer_name == default) for one in found]
    return sorted(queues, key=lambda one: one.name)


def _raw(info: PrinterInfo2) -> bool:
    return bool(info.driver_name == RAW_DRIVER)


def _default(here: Windows) -> str:
    size = win.DWORD()
    here.spooler.GetDefaultPrinterW(None, ctypes.byref(size))
    if not size.value:
        return ""
    name = ctypes.create_unicode_buffer(size.value)
    return name.value if here.spooler.GetDefaultPrinterW(name, ctypes.byref(size)) else ""


def _windows() -> Windows:
    try:
        return win.windows()
    except OSError as error:
        raise spooler_lost(str(error)) from error


class WindowsQueue:
    """One queue; how its kind was set up is compared with its driver before every job.

    Calls into the spooler of this machine come back at once; for a queue of another machine they last as long as
    Windows waits for it.
    """

    takes: Literal["raster", "pdf"] = "raster"

    def __init__(self, description: PrinterDescription, system: Windows | None = None) -> None:
        self.name = description.queue
        self._description = description
        self._raw = description.kind == "queue_raw"
        self._system = system

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Give the job to the queue once. "Sent" means that the spooler has it."""
        said = self._description
        if not job.raster_png:
            return vocabulary.unsuited()
        dpi = (said.dpi_x, said.dpi_y)
        bitmap = read_bitmap(job.raster_png)
        try:
            here = self._system or _windows()
            with self._open(here) as printer:
                info, _memory = self._info(here, printer)
                if _raw(info) is not self._raw:
                    return PrintOutcome("failed", queue_changed(self.name, _raw(info)))
                if not self._raw:
                    page = windows_drawing.Page(self.name, job.title, bitmap, said.media, dpi)
                    return windows_drawing.print_page(here, printer, page)
                return self._pass_on(here, printer, job, LANGUAGES[said.language].encode(bitmap, said.media, dpi))
        except StationProblem as problem:
            return PrintOutcome("failed", problem)

    def _pass_on(self, here: Windows, printer: Any, job: PrintJob, commands: bytes) -> PrintOutcome:
        """Hand bytes of the type RAW to the spooler; what breaks off is taken back where nothing went on yet."""
        spooler, taken, written = here.spooler, 0, win.DWORD()
        document = win.DocInfo1(f"{job.title} {job.id}"[:120], None, "RAW")
        if not spooler.StartDocPrinterW(printer, 1, ctypes.byref(document)):
            return PrintOutcome("failed", queue_refused(self.name, f"Windows {here.last_error()}"))
        if spooler.StartPagePrinter(printer):
            while taken < len(commands):
                rest = commands[taken:]
                if not spooler.WritePrinter(printer, rest, len(rest), ctypes.byref(written)) or not written.value:
                    break
                taken += written.value
        if taken < len(commands):
            reason = f"Windows {here.last_error()}"
            taken_back = spooler.AbortPrinter(printer)
            if taken_back and not taken:
                return PrintOutcome("failed", queue_refused(self.name, reason))
            return PrintOutcome("unknown", broke_off(reason))
        if not spooler.EndPagePrinter(printer) or not spooler.EndDocPrinter(printer):
            return PrintOutcome("unknown", broke_off(f"Windows {here.last_error()}"))
        return PrintOutcome("sent")

    def status(self) -> PrinterStatus:
        """What Windows knows of the printer, which is what its port or driver has told."""
        try:
            here = self._system or _windows()
            with self._open(here) as printer:
                info, _memory = self._info(here, printer)
                if _raw(info) is not self._raw:
                    return PrinterStatus("offline", queue_changed(self.name, _raw(info)))
                return read_status(self.name, info.status, info.attributes)
        except StationProblem as problem:
            return PrinterStatus("offline", problem)

    @contextmanager
    def _open(self, here: Windows) -> Iterator[Any]:
        """The queue's handle; raises StationProblem ``printer.queue_missing``, ``printer.spooler``."""
        printer = wintypes.HANDLE()
        if not here.spooler.OpenPrinterW(self.name, ctypes.byref(printer), None):
            error = here.last_error()
            raise queue_missing(self.name) if error == win.NO_SUCH_PRINTER else spooler_lost(f"Windows {error}")
        try:
            yield printer
        finally:
            here.spooler.ClosePrinter(printer)

    @staticmethod
    def _info(here: Windows, printer: Any) -> tuple[Any, object]:
        """What the spooler knows of the queue, and the memory its words lie in: keep it as long as them."""
        needed = win.DWORD()
        here.spooler.GetPrinterW(printer, LEVEL, None, 0, ctypes.byref(needed))
        buffer = ctypes.create_string_buffer(max(ctypes.sizeof(PrinterInfo2), min(needed.value, MOST_BYTES)))
        if not here.spooler.GetPrinterW(printer, LEVEL, buffer, len(buffer), ctypes.byref(needed)):
            raise spooler_lost(f"Windows {here.last_error()}")
        return ctypes.cast(buffer, ctypes.POINTER(PrinterInfo2)).contents, buffer


def read_status(queue: str, status: int, attributes: int = 0) -> PrinterStatus:
    """What a printer's status and attributes say (PRINTER_STATUS_… and PRINTER_ATTRIBUTE_… of winspool.h).

    Without any bit it is ready, but whether there is paper has not been said.
    """
    if status & win.DOOR_OPEN:
        return vocabulary.head_open()
    if status & win.PAPER_JAM:
        return vocabulary.jammed()
    if status & (win.PAPER_OUT | win.PAPER_PROBLEM):
        return vocabulary.out_of_labels()
    if status & win.NO_TONER:
        return vocabulary.out_of_ribbon()
    if status & (win.OFFLINE | win.NOT_AVAILABLE | win.SERVER_UNKNOWN) or attributes & win.WORKS_OFFLINE:
        return PrinterStatus("offline", vocabulary.lost("offline"))
    if status & (win.PAUSED | win.PENDING_DELETION):
        return queue_stopped(queue)
    if status & (win.ERROR | win.USER_INTERVENTION):
        return vocabulary.faulty()
    busy = status & (win.PRINTING | win.PROCESSING | win.BUSY)
    return PrinterStatus("printing" if busy else "ready", checked=False)
