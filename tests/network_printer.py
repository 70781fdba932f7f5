"""A label printer on a TCP port of this machine that behaves well or badly, as it is told."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Literal

Behaviour = Literal[
    "keeps open", "never closes", "closes", "resets at once", "resets after half", "closes after half", "stalls",
    "stalls after half", "never reads",
]  # fmt: skip

READY = b"\x02030,0,0,0320,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
PRINTING = READY.replace(b"00000000,1", b"00000003,1")
OUT_OF_LABELS = READY.replace(b"030,0,0", b"030,1,0")
PAUSED = READY.replace(b"030,0,0", b"030,0,1")
HEAD_OPEN = READY.replace(b"\x02000,0,0,0", b"\x02000,0,1,0")
OUT_OF_RIBBON = READY.replace(b"\x02000,0,0,0", b"\x02000,0,0,1")
TOO_HOT = READY.replace(b"000,0,0,0\x03", b"000,0,0,1\x03")
MEMORY_LOST = READY.replace(b"000,0,0,0\x03", b"000,1,0,0\x03")


class NetworkPrinter:
    """Listens on `port`; `received` are the labels that were read to their end, `begun` counts all with any byte.

    Args:
        behaviour: what it does with a connection and the label on it. "Half" is `half` bytes of label.
        answer: what it says to `question`; b"" for a printer that never answers. May be changed at any time.
        end: the last bytes of a label in its language, which are nowhere else in it.
    """

    def __init__(
        self, behaviour: Behaviour = "keeps open", answer: bytes = READY, *,
        question: bytes = b"~HS\r\n", end: bytes = b"^XZ\n", half: int = 1000,
    ) -> None:  # fmt: skip
        self.behaviour, self.answer = behaviour, answer
        self.received: list[bytes] = []
        self.moments: list[float] = []  # by `time.perf_counter`, when each was read to its end
        self.begun = 0
        self.asked = 0
        self._question, self._end, self._half = question, end, half
        self._server = socket.create_server(("127.0.0.1", 0))
        if behaviour == "never reads":
            self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # as small as a printer's
        self.port: int = self._server.getsockname()[1]
        self._stopping = threading.Event()
        self.taken = threading.Event()  # a label was read to its end
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            connection.settimeout(0.05)
            with connection:
                self._one(connection)

    def _one(self, connection: socket.socket) -> None:
        if self.behaviour == "resets at once":
            return _reset(connection)
        if self.behaviour == "never reads":
            self._stopping.wait(20)
            return None
        text = b""
        begun = False
        while (piece := self._piece(connection)) is not None:
            text += piece
            while text and not (text != self._question and self._question.startswith(text)):
                if text.startswith(self._question):
                    text = text.removeprefix(self._question)
                    self.asked += 1
                    connection.sendall(self.answer)
                    continue
                self.begun += not begun
                begun = True
                if self.behaviour.endswith("half") and len(text) >= self._half:
                    return self._at_half(connection)
                label, end, rest = text.partition(self._end)
                if not end:
                    break
                self.received.append(label + end)
                self.moments.append(time.perf_counter())
                self.taken.set()
                text, begun = rest, False
                if self.behaviour == "stalls":
                    self._stopping.wait(20)
                if self.behaviour in ("stalls", "closes"):
                    return None
        if self.behaviour == "never closes":
            self._stopping.wait(20)
        return None

    def _piece(self, connection: socket.socket) -> bytes | None:
        """What comes next, at most half a label; None when the other side is done or the test is over."""
        while not self._stopping.is_set():
            try:
                return connection.recv(self._half) or None
            except TimeoutError:
                continue
            except OSError:
                return None
        return None

    def _at_half(self, connection: socket.socket) -> None:
        if self.behaviour == "resets after half":
            return _reset(connection)
        if self.behaviour == "stalls after half":
            self._stopping.wait(20)
        return None

    def stop(self) -> None:
        """Take no more."""
        self._stopping.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


def _reset(connection: socket.socket) -> None:
    """Closing with a zero linger sends RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


StartPrinter = Callable[..., NetworkPrinter]
