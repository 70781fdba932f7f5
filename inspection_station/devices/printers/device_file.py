"""The line to a printer that the system shows as a file: ``/dev/usb/lp0`` of Linux and its like."""

from __future__ import annotations

import errno
import os
import select
import stat
from pathlib import Path
from time import monotonic

from inspection_station.devices.printers.talking import LARGEST_ANSWER
from inspection_station.errors import N_, StationProblem

PIECE = 8192  # bytes a write; what the driver of USB printers takes at once
LOOK_AGAIN = 0.02  # seconds after which a driver that said it takes bytes, and took none, is asked again


class DeviceLine:
    """An open device file, never waited for longer than said; see `talking.Line`."""

    def __init__(self, device: str) -> None:
        """Open the file.

        Raises:
            StationProblem: ``printer.unplugged``, ``printer.denied``, ``printer.busy``; ``printer.no_device`` for a
                plain file, or on a system that shows no printers as files.
            OSError: anything else.
        """
        flags = os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
        try:
            if os.name == "nt" or not stat.S_ISCHR(Path(device).stat().st_mode):
                raise _no_device(device)  # a plain file would swallow every label
            self._file = os.open(device, flags)
        except OSError as error:
            raise cannot_open(device, error) from error

    def write_some(self, data: bytes, seconds: float) -> int:
        """See `talking.Line`."""
        until = monotonic() + seconds
        while True:
            self._until_takes(until - monotonic())
            try:
                return os.write(self._file, data[:PIECE])
            except BlockingIOError:
                # Some drivers are always "writable": without a pause this would be a loop at full speed.
                if monotonic() + LOOK_AGAIN > until:
                    raise TimeoutError from None
                select.select([], [], [], LOOK_AGAIN)

    def read_some(self, seconds: float) -> bytes:
        """See `talking.Line`."""
        if not select.select([self._file], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            return os.read(self._file, LARGEST_ANSWER)
        except BlockingIOError:
            return b""

    def finish(self, seconds: float) -> None:
        """Wait until the last piece is with the printer: closing the file before would take it back."""
        self._until_takes(seconds)

    def close(self) -> None:
        """See `talking.Line`."""
        os.close(self._file)

    def _until_takes(self, seconds: float) -> None:
        if not select.select([], [self._file], [], max(0.0, seconds))[1]:
            raise TimeoutError


def cannot_open(device: str, error: OSError) -> Exception:
    """The problem in an error at opening a device; the error itself where it has none."""
    if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return StationProblem(
            "printer.unplugged",
            N_("No printer at {device}"),
            N_("Saved; the label is queued. Plug its cable in and switch it on."),
            device=device,
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return StationProblem(
            "printer.denied",
            N_("The printer at {device} may not be used by this program"),
            N_("Ask an administrator for the right to use it; labels stay queued."),
            device=device,
        )
    if error.errno in (errno.EBUSY, errno.EAGAIN):
        return StationProblem(
            "printer.busy",
            N_("Another program uses the printer at {device}"),
            N_("Close the other program; queued labels then print."),
            device=device,
        )
    return error


def _no_device(device: str) -> StationProblem:
    return StationProblem(
        "printer.no_device",
        N_("{device} is no printer's device file"),
        N_("Saved; the label is queued. Choose the printer anew in the settings."),
        device=device,
    )
