"""Structures and numbers of the Windows print spooler and of GDI, as their headers lay them out.

Source: Microsoft, winspool.h and wingdi.h (PRINTER_INFO_2W, DOC_INFO_1W, DEVMODEW, DOCINFOW, BITMAPINFOHEADER), and
MS-RPRN 2.2.3 for the bits of a printer's status.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import wintypes
from dataclasses import dataclass
from typing import Any

# Their sizes on Windows, said outright: the layouts below can then be checked on any system.
DWORD, LONG, WORD = ctypes.c_uint32, ctypes.c_int32, ctypes.c_uint16


class PrinterInfo2(ctypes.Structure):
    """PRINTER_INFO_2W."""

    _fields_ = [
        ("server_name", wintypes.LPWSTR), ("printer_name", wintypes.LPWSTR), ("share_name", wintypes.LPWSTR),
        ("port_name", wintypes.LPWSTR), ("driver_name", wintypes.LPWSTR), ("comment", wintypes.LPWSTR),
        ("location", wintypes.LPWSTR), ("device_mode", ctypes.c_void_p), ("separator_file", wintypes.LPWSTR),
        ("print_processor", wintypes.LPWSTR), ("data_type", wintypes.LPWSTR), ("parameters", wintypes.LPWSTR),
        ("security", ctypes.c_void_p), ("attributes", DWORD), ("priority", DWORD),
        ("default_priority", DWORD), ("start_time", DWORD), ("until_time", DWORD),
        ("status", DWORD), ("jobs", DWORD), ("average_ppm", DWORD),
    ]  # fmt: skip


class DocInfo1(ctypes.Structure):
    """DOC_INFO_1W."""

    _fields_ = [
        ("document_name", wintypes.LPWSTR), ("output_file", wintypes.LPWSTR), ("data_type", wintypes.LPWSTR),
    ]  # fmt: skip


class DeviceMode(ctypes.Structure):
    """DEVMODEW of a printer; a driver's own data follows behind it."""

    _fields_ = [
        ("device_name", WORD * 32), ("spec_version", WORD), ("driver_version", WORD),
        ("size", WORD), ("driver_extra", WORD), ("fields", DWORD),
        ("orientation", ctypes.c_short), ("paper_size", ctypes.c_short), ("paper_length", ctypes.c_short),
        ("paper_width", ctypes.c_short), ("scale", ctypes.c_short), ("copies", ctypes.c_short),
        ("default_source", ctypes.c_short), ("print_quality", ctypes.c_short), ("colour", ctypes.c_short),
        ("duplex", ctypes.c_short), ("y_resolution", ctypes.c_short), ("tt_option", ctypes.c_short),
        ("collate", ctypes.c_short), ("form_name", WORD * 32), ("log_pixels", WORD),
        ("bits_per_pel", DWORD), ("pels_width", DWORD), ("pels_height", DWORD),
        ("nup", DWORD), ("display_frequency", DWORD), ("icm_method", DWORD),
        ("icm_intent", DWORD), ("media_type", DWORD), ("dither_type", DWORD),
        ("reserved_1", DWORD), ("reserved_2", DWORD), ("panning_width", DWORD),
        ("panning_height", DWORD),
    ]  # fmt: skip


class DocInfo(ctypes.Structure):
    """DOCINFOW."""

    _fields_ = [
        ("size", ctypes.c_int), ("document_name", wintypes.LPWSTR), ("output", wintypes.LPWSTR),
        ("data_type", wintypes.LPWSTR), ("kind", DWORD),
    ]  # fmt: skip


class BlackAndWhite(ctypes.Structure):
    """BITMAPINFO of one bit a pixel: BITMAPINFOHEADER and the colours of 0 and 1."""

    _fields_ = [
        ("size", DWORD), ("width", LONG), ("height", LONG), ("planes", WORD),
        ("bit_count", WORD), ("compression", DWORD), ("size_image", DWORD),
        ("x_per_metre", LONG), ("y_per_metre", LONG), ("colours_used", DWORD),
        ("colours_important", DWORD), ("colours", DWORD * 2),
    ]  # fmt: skip


HEADER_BYTES = 40  # of a BITMAPINFOHEADER

# EnumPrinters: this machine's own queues, and connections to those of others.
ENUM_LOCAL, ENUM_CONNECTIONS = 0x2, 0x4

# Status of a printer.
PAUSED, ERROR, PENDING_DELETION, PAPER_JAM, PAPER_OUT = 0x1, 0x2, 0x4, 0x8, 0x10
PAPER_PROBLEM, OFFLINE, BUSY, PRINTING, NOT_AVAILABLE = 0x40, 0x80, 0x200, 0x400, 0x1000
PROCESSING, NO_TONER, USER_INTERVENTION, DOOR_OPEN, SERVER_UNKNOWN = 0x4000, 0x40000, 0x100000, 0x400000, 0x800000
WORKS_OFFLINE = 0x400  # attribute of a printer

# Fields of a DeviceMode that are set, and their values.
DM_ORIENTATION, DM_PAPER_SIZE, DM_PAPER_LENGTH, DM_PAPER_WIDTH, DM_SCALE, DM_COPIES = 0x1, 0x2, 0x4, 0x8, 0x10, 0x100
PAPER_OF_OWN_SIZE, PORTRAIT = 256, 1
DM_OUT, DM_IN = 0x2, 0x8

# GetDeviceCaps and StretchDIBits.
DPI_X, DPI_Y, OFFSET_X, OFFSET_Y = 88, 90, 112, 113
COPY, COLOURS = 0x00CC0020, 0
WHITE = 0x00FFFFFF

NO_SUCH_PRINTER = 1801  # ERROR_INVALID_PRINTER_NAME


@dataclass(frozen=True)
class Windows:
    """The two libraries; `last_error` is the number of the last call that failed."""

    spooler: Any
    drawing: Any
    last_error: Callable[[], int]


def windows() -> Windows:
    """The libraries of this Windows; raises OSError on any other system."""
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        raise OSError("this is not Windows")
    spooler, drawing = load("winspool.drv", use_last_error=True), load("gdi32", use_last_error=True)
    handle, pointer = wintypes.HANDLE, ctypes.c_void_p
    # Handles and pointers have 64 bits; without these lines they would be cut to 32.
    for name in ("StartDocPrinterW", "StartPagePrinter", "WritePrinter", "EndPagePrinter", "EndDocPrinter",
                 "AbortPrinter", "ClosePrinter", "GetPrinterW"):  # fmt: skip
        getattr(spooler, name).argtypes = _ARGUMENTS[name]
    spooler.DocumentPropertiesW.argtypes = [handle, handle, wintypes.LPWSTR, pointer, pointer, DWORD]
    spooler.DocumentPropertiesW.restype = LONG
    drawing.CreateDCW.argtypes = [wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.LPCWSTR, pointer]
    drawing.CreateDCW.restype = handle
    for name in ("StartPage", "EndPage", "EndDoc", "AbortDoc", "DeleteDC"):
        getattr(drawing, name).argtypes = [handle]
    drawing.StartDocW.argtypes = [handle, pointer]
    drawing.GetDeviceCaps.argtypes = [handle, ctypes.c_int]
    drawing.StretchDIBits.argtypes = [
        handle, *[ctypes.c_int] * 8, pointer, pointer, wintypes.UINT, DWORD,
    ]  # fmt: skip
    return Windows(spooler, drawing, getattr(ctypes, "get_last_error", int))


_ARGUMENTS: dict[str, list[Any]] = {
    "StartDocPrinterW": [wintypes.HANDLE, DWORD, ctypes.c_void_p],
    "StartPagePrinter": [wintypes.HANDLE],
    "WritePrinter": [wintypes.HANDLE, ctypes.c_char_p, DWORD, ctypes.c_void_p],
    "EndPagePrinter": [wintypes.HANDLE],
    "EndDocPrinter": [wintypes.HANDLE],
    "AbortPrinter": [wintypes.HANDLE],
    "ClosePrinter": [wintypes.HANDLE],
    "GetPrinterW": [wintypes.HANDLE, DWORD, ctypes.c_void_p, DWORD, ctypes.c_void_p],
}
