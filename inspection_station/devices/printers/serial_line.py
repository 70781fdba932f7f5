"""The line to a printer on a serial port."""

from __future__ import annotations

import errno
import select
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from inspection_station.devices.printers.description import LanguageName
from inspection_station.devices.printers.device_file import cannot_open
from inspection_station.devices.printers.talking import LARGEST_ANSWER, PartlyTaken
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import serial
else:
    serial = on_first_use("serial")

PIECE = 512  # bytes a write, half a second at 9600 baud
LOOK_AGAIN = 0.02  # seconds between two looks at what has not gone out
BITS_A_BYTE = 10  # start, eight of data, stop
XON_XOFF = ("zpl",)
"""Languages whose printers stop a sender by XOFF (ZPL II guide, ``^SC``) and whose answers are plain text. Status
bytes of the others may have the value of XOFF, which then would stop the line for good."""


class SerialLine:
    """An open serial port, 8N1, for this program alone; see `talking.Line`."""

    def __init__(self, device: str, baud: int, language: LanguageName) -> None:
        """Open the port.

        Raises:
            StationProblem: ``printer.unplugged``, ``printer.denied``, ``printer.busy``.
            OSError: anything else.
        """
        exclusive = {} if sys.platform == "win32" else {"exclusive": True}
        try:
            self._port: Any = serial.Serial(
                device, baud, timeout=0, write_timeout=0, xonxoff=language in XON_XOFF, **exclusive
            )
        except ValueError as error:  # a rate that the port does not have
            raise OSError(errno.EINVAL, "baud") from error
        except OSError as error:
            raise cannot_open(device, _with_number(error)) from error

    def write_some(self, data: bytes, seconds: float) -> int:
        """See `talking.Line`."""
        piece = data[:PIECE]
        if sys.platform == "win32":
            self._port.write_timeout = seconds
            try:
                self._port.write(piece)
            except serial.SerialTimeoutException as error:
                raise PartlyTaken from error
            return len(piece)
        else:  # noqa: RET505 - by platform
            # pyserial would not say how much of a piece had gone out when the time is over.
            if not select.select([], [self._port], [], seconds)[1]:
                raise TimeoutError
            return int(self._port.write(piece))

    def read_some(self, seconds: float) -> bytes:
        """See `talking.Line`."""
        self._port.timeout = seconds
        first: bytes = self._port.read(1)
        return first + self._port.read(min(self._port.in_waiting, LARGEST_ANSWER)) if first else b""

    def finish(self, seconds: float) -> None:
        """Wait until everything has left this machine; not by a flush, which waits for ever when the printer stops."""
        until = monotonic() + seconds
        while self._port.out_waiting:
            if monotonic() > until:
                self._port.reset_output_buffer()
                raise TimeoutError
            self._port.timeout = LOOK_AGAIN
            self._port.read(1)  # a pause; what a printer says now answers nothing

    def close(self) -> None:
        """Let the port go at once: a system waits half a minute for bytes that a stopped printer does not take."""
        with suppress(OSError):
            if self._port.out_waiting:
                self._port.reset_output_buffer()
        self._port.close()


def seconds_a_byte(baud: int) -> float:
    """How long a byte takes on the line."""
    return BITS_A_BYTE / max(baud, 1)


def _with_number(error: OSError) -> OSError:
    """pyserial's errors carry the system's number only in some versions: find it in what they are made from."""
    if error.errno is None and isinstance(error.__context__, OSError):
        return error.__context__
    if error.errno is None and "PermissionError" in str(error):  # Windows: the port is open elsewhere
        return OSError(errno.EBUSY, "busy")
    if error.errno is None and "FileNotFoundError" in str(error):
        return OSError(errno.ENOENT, "absent")
    return error
