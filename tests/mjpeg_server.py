"""A network camera on loopback for tests and benchmarks: sends JPEGs over HTTP, and is unplugged and plugged in."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence

Say = Callable[[socket.socket, bytes], None]
"""Answers one request (its header's bytes) on a connection; the server closes it afterwards."""


def multipart_header(content_type: str = "multipart/x-mixed-replace; boundary=frame") -> bytes:
    """The header of an answer that is a stream."""
    return f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n".encode()


def part(jpeg: bytes, boundary: bytes = b"frame", *, length: int | None = -1) -> bytes:
    """One picture of a stream; `length` is what its header says, -1 for the truth, None for nothing."""
    told = f"Content-Length: {len(jpeg) if length == -1 else length}\r\n" if length is not None else ""
    return b"--" + boundary + b"\r\nContent-Type: image/jpeg\r\n" + told.encode() + b"\r\n" + jpeg + b"\r\n"


class MjpegServer:
    """Sends `pictures` one after the other, again and again, at `frames_a_second`, to whoever connects.

    As a context manager it is plugged in at entry and unplugged at exit. `say` answers in its own way instead.
    """

    def __init__(
        self, pictures: Sequence[bytes] = (), frames_a_second: float = 30.0, *, say: Say | None = None
    ) -> None:
        self.pictures = list(pictures)
        self.frames_a_second = frames_a_second
        self.requests: list[bytes] = []
        self.sent = 0
        self.silent = threading.Event()  # while set, connections stay and nothing comes: a cable is out
        self._say = say or self._stream
        self._port = 0
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._out = threading.Event()

    @property
    def address(self) -> str:
        """What a setting would say; good once it was plugged in for the first time."""
        return f"http://127.0.0.1:{self._port}/stream"

    def plug_in(self) -> None:
        """Listen, at the same port as before."""
        self._out.clear()
        listener = socket.create_server(("127.0.0.1", self._port), reuse_port=False)
        self._port = listener.getsockname()[1]
        self._listener = listener
        self._run(self._accept, listener)

    def unplug(self) -> None:
        """End the listening and every connection, and wait until all threads have ended."""
        self._out.set()
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            ending = list(self._connections)
        for connection in ending:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._threads.clear()

    def __enter__(self) -> MjpegServer:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def wait(self, seconds: float) -> bool:
        """Wait; True when it was unplugged meanwhile."""
        return self._out.wait(seconds)

    def _run(self, target: Callable[[socket.socket], None], given: socket.socket) -> None:
        thread = threading.Thread(target=target, args=(given,), name="mjpeg server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not self._out.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            self._run(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):
                connection.settimeout(10)
                asked = b""
                while b"\r\n\r\n" not in asked and (data := connection.recv(65536)):
                    asked += data
                self.requests.append(asked)
                if asked:
                    self._say(connection, asked)
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    def _stream(self, connection: socket.socket, _asked: bytes) -> None:
        connection.sendall(multipart_header())
        begun = time.monotonic()
        for number, jpeg in enumerate(self._endless()):
            if self._out.wait(max(0.0, begun + number / self.frames_a_second - time.monotonic())):
                return
            if not self.silent.is_set():
                connection.sendall(part(jpeg))
                self.sent += 1

    def _endless(self) -> Iterator[bytes]:
        while True:
            yield from self.pictures
