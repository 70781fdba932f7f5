"""The Windows spooler and GDI as far as printing calls them: keeps what it is given, and fails where it is told to."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from label_decoders import Dots

from inspection_station.devices.printers import windows_types as win
from inspection_station.devices.printers.windows_types import BlackAndWhite, DeviceMode, PrinterInfo2, Windows

RAW_DRIVER, OTHER_DRIVER = "Generic / Text Only", "ZDesigner GK420d"


class FakeWindows:
    """Has a raw queue, a queue with a driver, and a default.

    Attributes:
        fails: names of calls that fail.
        status: of every printer.
        raw_jobs: documents that ended, with their bytes and type.
        pages: drawn pages that ended: the dots with the place of the first, and the paper in tenths of a millimetre.
        taken_back: documents that were aborted.
        piece: how many bytes WritePrinter takes at once; 0 for none.
    """

    def __init__(self) -> None:
        self.queues = {"raw": RAW_DRIVER, "driver": OTHER_DRIVER}
        self.fails: set[str] = set()
        self.status = 0
        self.raw_jobs: list[tuple[str, str, bytes]] = []
        self.pages: list[tuple[Dots, tuple[int, int], tuple[int, int]]] = []
        self.taken_back = 0
        self.piece = 1000
        self.takes = 1 << 40  # bytes before WritePrinter fails
        self.dpi = (203, 203)
        self.offset = (3, 5)
        self.open_handles = 0
        self._opened = ""
        self._document: tuple[str, str, bytes] | None = None
        self._drawn: tuple[Dots, tuple[int, int]] | None = None
        self._paper = (0, 0)
        self._memory: list[Any] = []

    @property
    def system(self) -> Windows:
        return Windows(self, self, lambda: 1801 if "OpenPrinterW" in self.fails or not self._opened else 5)

    def _info(self, name: str) -> PrinterInfo2:
        info = PrinterInfo2()
        info.printer_name, info.driver_name, info.status = name, self.queues[name], self.status
        return info

    # --- winspool ---

    def EnumPrintersW(
        self, flags: int, name: None, level: int, buffer: Any, size: int, needed: Any, count: Any
    ) -> int:
        assert (flags, level) == (6, 2)
        whole = ctypes.sizeof(PrinterInfo2) * len(self.queues)
        needed._obj.value = whole
        if buffer is None or size < whole or "EnumPrintersW" in self.fails:
            return 0
        found = (PrinterInfo2 * len(self.queues))(*[self._info(one) for one in self.queues])
        self._memory.append(found)
        ctypes.memmove(buffer, found, whole)
        count._obj.value = len(self.queues)
        return 1

    def GetDefaultPrinterW(self, buffer: Any, size: Any) -> int:
        if buffer is None:
            size._obj.value = len("raw") + 1
            return 0
        buffer.value = "raw"
        return 1

    def OpenPrinterW(self, name: str, handle: Any, defaults: None) -> int:
        if "OpenPrinterW" in self.fails or name not in self.queues:
            return 0
        handle._obj.value, self._opened = 7, name
        self.open_handles += 1
        return 1

    def ClosePrinter(self, handle: Any) -> int:
        self.open_handles -= 1
        return 1

    def GetPrinterW(self, handle: Any, level: int, buffer: Any, size: int, needed: Any) -> int:
        assert level == 2
        needed._obj.value = ctypes.sizeof(PrinterInfo2)
        if buffer is None or "GetPrinterW" in self.fails:
            return 0
        info = self._info(self._opened)
        self._memory.append(info)
        ctypes.memmove(buffer, ctypes.byref(info), ctypes.sizeof(info))
        return 1

    def StartDocPrinterW(self, handle: Any, level: int, document: Any) -> int:
        if "StartDocPrinterW" in self.fails:
            return 0
        said = document._obj
        assert said.output_file is None
        self._document = (said.document_name, said.data_type, b"")
        return 12

    def StartPagePrinter(self, handle: Any) -> int:
        return int("StartPagePrinter" not in self.fails)

    def WritePrinter(self, handle: Any, data: bytes, size: int, written: Any) -> int:
        assert self._document is not None and size == len(data)
        name, kind, before = self._document
        taken = min(self.piece, size, self.takes - len(before))
        written._obj.value = taken
        self._document = (name, kind, before + data[:taken])
        return int(taken > 0)

    def EndPagePrinter(self, handle: Any) -> int:
        return int("EndPagePrinter" not in self.fails)

    def EndDocPrinter(self, handle: Any) -> int:
        assert self._document is not None
        if "EndDocPrinter" in self.fails:
            return 0
        self.raw_jobs.append(self._document)
        return 1

    def AbortPrinter(self, handle: Any) -> int:
        self.taken_back += 1
        return int("AbortPrinter" not in self.fails)

    def DocumentPropertiesW(self, window: None, handle: Any, name: str, out: Any, given: Any, mode: int) -> int:
        if "DocumentPropertiesW" in self.fails:
            return -1
        if mode == 0:
            return ctypes.sizeof(DeviceMode) + 300  # a driver's own data lies behind
        assert len(out) == ctypes.sizeof(DeviceMode) + 300
        return 1

    # --- gdi32 ---

    def CreateDCW(self, driver: str, name: str, port: None, mode: Any) -> int:
        assert driver == "WINSPOOL"
        if "CreateDCW" in self.fails:
            return 0
        if mode is not None:
            told = ctypes.cast(mode, ctypes.POINTER(DeviceMode)).contents
            assert told.fields & 0xE == 0xE and told.paper_size == 256 and told.scale == 100
            self._paper = (told.paper_width, told.paper_length)
        self.open_handles += 1
        return 9

    def DeleteDC(self, surface: int) -> int:
        self.open_handles -= 1
        return 1

    def GetDeviceCaps(self, surface: int, what: int) -> int:
        return {88: self.dpi[0], 90: self.dpi[1], 112: self.offset[0], 113: self.offset[1]}[what]

    def StartDocW(self, surface: int, document: Any) -> int:
        assert document._obj.size == ctypes.sizeof(win.DocInfo)
        return -1 if "StartDocW" in self.fails else 12

    def StartPage(self, surface: int) -> int:
        return 0 if "StartPage" in self.fails else 1

    def StretchDIBits(
        self, surface: int, x: int, y: int, width: int, height: int, from_x: int, from_y: int, from_width: int,
        from_height: int, bits: bytes, header: Any, colours: int, how: int,
    ) -> int:  # fmt: skip
        if "StretchDIBits" in self.fails:
            return -1
        said: BlackAndWhite = header._obj
        assert (from_x, from_y, from_width, from_height) == (0, 0, width, height), "one dot a dot"
        assert (said.size, said.width, said.height, said.planes, said.bit_count) == (40, width, -height, 1, 1)
        assert (colours, how, list(said.colours)) == (0, 0x00CC0020, [0, 0xFFFFFF])
        row = (width + 31) // 32 * 4
        assert len(bits) == said.size_image == row * height
        white = np.unpackbits(np.frombuffer(bits, np.uint8).reshape(height, row), axis=1)[:, :width]
        self._drawn = (~white.astype(bool), (x, y))
        return height

    def EndPage(self, surface: int) -> int:
        return 0 if "EndPage" in self.fails else 1

    def EndDoc(self, surface: int) -> int:
        if "EndDoc" in self.fails:
            return -1
        assert self._drawn is not None
        self.pages.append((*self._drawn, self._paper))
        return 1

    def AbortDoc(self, surface: int) -> int:
        self.taken_back += 1
        return 1
