"""A network label printer on this machine that outlives the station: it keeps every label that came out."""

from __future__ import annotations

import socket
import threading

READY = b"\x02030,0,0,0000,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
END_OF_LABEL = b"^XZ"
ASKED = b"~HS\r\n"


class LabelSink:
    """Takes raw jobs on a port of its own (`port`); a job that broke off before its end is no label."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._guard = threading.Lock()
        self._labels: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def labels(self) -> list[bytes]:
        """The labels that came out, in order."""
        with self._guard:
            return list(self._labels)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        data = b""
        try:
            while piece := connection.recv(65536):
                data += piece
                while ASKED in data:
                    data = data.replace(ASKED, b"", 1)
                    connection.sendall(READY)
        except OSError:  # the station was killed
            pass
        if data.rstrip().endswith(END_OF_LABEL):
            with self._guard:
                self._labels.append(data)

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)
