"""The line to a printer that takes its own language on a TCP port (9100, "raw", "JetDirect")."""

from __future__ import annotations

import select
import socket
import sys
from time import monotonic

from inspection_station.devices.printers.talking import LARGEST_ANSWER

if sys.platform == "linux":
    import fcntl
    import termios

CONNECT_SECONDS = 3.0
LOOK_AGAIN = 0.02  # seconds between two looks at what has not been acknowledged
SO_NWRITE = 0x1024  # macOS: bytes that were not sent or not acknowledged


class NetworkLine:
    """A connection to a printer; see `talking.Line`."""

    def __init__(self, address: str, port: int, connect_seconds: float = CONNECT_SECONDS) -> None:
        """Connect.

        Raises:
            OSError: nobody is there, or nobody answers in time.
            UnicodeError: `address` cannot be a host's name.
        """
        self._socket = socket.create_connection((address, port), connect_seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a question waits 40 ms for company

    def write_some(self, data: bytes, seconds: float) -> int:
        """See `talking.Line`."""
        self._socket.settimeout(seconds)
        return self._socket.send(data)

    def read_some(self, seconds: float) -> bytes:
        """See `talking.Line`."""
        readable, _, _ = select.select([self._socket], [], [], seconds)
        return self._socket.recv(LARGEST_ANSWER) if readable else b""

    def finish(self, seconds: float) -> None:
        """End our side and wait a little for the printer to close its own: a reset says that not all was taken.

        A printer that keeps the connection has everything when its side acknowledged the last byte.
        """
        until = monotonic() + seconds
        self._socket.shutdown(socket.SHUT_WR)
        closed = False
        while (left := until - monotonic()) > 0:
            if closed and not _unacknowledged(self._socket):
                break
            if closed:
                select.select([], [], [], min(left, LOOK_AGAIN))
                continue
            self._socket.settimeout(left)
            try:
                closed = not self._socket.recv(LARGEST_ANSWER)
            except TimeoutError:
                break
        if error := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, "reset")
        if _unacknowledged(self._socket):
            raise TimeoutError

    def close(self) -> None:
        """See `talking.Line`."""
        self._socket.close()


def _unacknowledged(connection: socket.socket) -> int:
    """Bytes the other side has not acknowledged (a printer without paper stops reading); 0 where that is not known."""
    if sys.platform == "linux":
        return int.from_bytes(fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0" * 4), sys.byteorder)
    elif sys.platform == "darwin":  # noqa: RET505 - by platform
        return connection.getsockopt(socket.SOL_SOCKET, SO_NWRITE)
    else:
        return 0
