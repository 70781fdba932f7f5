"""The way to CUPS, the print service of Linux and macOS: IPP over its socket or its port on this machine.

The service is asked directly and not through ``lp`` and ``lpstat``: those say what they say in the language of the
system, need not be installed, and cannot tell a refused job from one whose end nobody knows.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import sys
from pathlib import Path

from inspection_station.devices.printers import ipp

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
FAULT_OF_SERVICE = 500  # HTTP; below it a request was refused before anything was done
PORT = 631
SOCKETS = ("/run/cups/cups.sock", "/var/run/cups/cups.sock", "/private/var/run/cupsd")
CLIENT_FILES = ("/etc/cups/client.conf",)


class ServiceLost(Exception):
    """Nobody answers, or not as a print service; `began` says whether a whole request may have reached it."""

    def __init__(self, reason: str, began: bool) -> None:
        super().__init__(reason)
        self.reason, self.began = reason, began


class _Connection(http.client.HTTPConnection):
    """To a socket in the file system, or to a port."""

    def __init__(self, place: str) -> None:
        self._path = place if place.startswith("/") else ""
        host, _, port = place.rpartition(":") if re.search(r":\d+$", place) else (place, "", str(PORT))
        super().__init__("localhost" if self._path else host.strip("[]"), int(port), timeout=CONNECT_SECONDS)

    def connect(self) -> None:
        """Connect within `CONNECT_SECONDS`; after it everything may take `ANSWER_SECONDS`."""
        if self._path and sys.platform != "win32":
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(CONNECT_SECONDS)
            self.sock.connect(self._path)
        else:
            super().connect()
        self.sock.settimeout(ANSWER_SECONDS)


class PrintService:
    """A print service.

    Args:
        place: its socket's path, or ``host:port``; without one the place that every program of this system uses:
            ``CUPS_SERVER``, else ``ServerName`` in CUPS's ``client.conf``, else its socket, else port 631.
    """

    def __init__(self, place: str = "") -> None:
        self.place = place or _usual_place()

    def ask(self, path: str, request: bytes, document: bytes = b"") -> ipp.Response:
        """Send a request, and a document behind it, and wait for the response.

        Raises:
            ServiceLost: there is none. CUPS does nothing before it has a request to its end, so one that could not
                be sent whole did not begin.
        """
        connection = _Connection(self.place)
        began = False
        try:
            connection.connect()
            # In one call: the service never has less than all of it when this returns, nor acts on a part.
            connection.request("POST", path, request + document, {"Content-Type": "application/ipp"})
            began = True
            answer = connection.getresponse()
            data = answer.read(ipp.MOST_BYTES)
            if answer.status != http.client.OK:
                raise ServiceLost(f"HTTP {answer.status}", began=answer.status >= FAULT_OF_SERVICE)
            return ipp.read_response(data)
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = "timeout" if isinstance(error, TimeoutError) else getattr(error, "strerror", None)
            raise ServiceLost(reason or type(error).__name__, began) from error
        finally:
            connection.close()

    def uri(self, path: str) -> str:
        """The name of a printer or of the service as requests carry it."""
        return f"ipp://localhost{path}"


def _usual_place() -> str:
    if place := os.environ.get("CUPS_SERVER", "").strip():
        return place
    for file in (*CLIENT_FILES, str(Path.home() / ".cups" / "client.conf")):
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if found := re.search(r"^\s*ServerName\s+(\S+)", text, re.IGNORECASE | re.MULTILINE):
            return found[1]
    return next((path for path in SOCKETS if Path(path).is_socket()), f"localhost:{PORT}")
