"""An RTSP camera on loopback for tests: RTP/JPEG (RFC 2435) interleaved over TCP (RFC 2326)."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

PIECE = 1400  # bytes of a picture in one packet


def _segments(jpeg: bytes) -> tuple[dict[int, bytes], bytes]:
    """The segments of a JPEG by marker (quantization tables joined), and its entropy-coded data."""
    found: dict[int, bytes] = {}
    at = 2
    while True:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        found[marker] = found.get(marker, b"") + jpeg[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDA:
            return found, jpeg[at:-2]


def rtp_packets(jpeg: bytes, sequence: int, timestamp: int) -> Iterator[bytes]:
    """A baseline 4:2:0 JPEG with the usual Huffman tables as packets."""
    segments, data = _segments(jpeg)
    height, width = struct.unpack(">HH", segments[0xC0][1:5])
    tables = segments[0xDB]
    quantization = b"".join(tables[start + 1 : start + 65] for start in range(0, len(tables), 65))
    for offset in range(0, len(data), PIECE):
        piece = data[offset : offset + PIECE]
        last = offset + PIECE >= len(data)
        yield (
            struct.pack(">BBHII", 0x80, 26 | (0x80 if last else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, 7)
            + struct.pack(">IBBBB", offset, 1, 255, width // 8, height // 8)
            + (struct.pack(">BBH", 0, 0, len(quantization)) + quantization if offset == 0 else b"")
            + piece
        )
        sequence += 1


class RtspServer:
    """Sends one picture again and again to whoever plays it. `silent_after` pictures it says nothing any more."""

    def __init__(self, jpeg: bytes, frames_a_second: float = 25.0, *, silent_after: int | None = None) -> None:
        self.jpeg, self.frames_a_second, self.silent_after = jpeg, frames_a_second, silent_after
        self.out = threading.Event()
        self._port = 0
        self._threads: list[threading.Thread] = []
        self._sockets: set[socket.socket] = set()

    @property
    def address(self) -> str:
        """What a setting would say."""
        return f"rtsp://127.0.0.1:{self._port}/bench"

    def __enter__(self) -> RtspServer:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def plug_in(self) -> None:
        """Listen, at the same port as before."""
        self.out.clear()
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        self._start(self._accept, listener)

    def unplug(self) -> None:
        """End everything."""
        self.out.set()
        for one in list(self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(10)
        self._threads.clear()
        self._sockets.clear()

    def _start(self, target: Callable[[socket.socket], None], given: socket.socket) -> None:
        self._sockets.add(given)
        thread = threading.Thread(target=target, args=(given,), name="rtsp server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not self.out.is_set():
                self._start(self._serve, listener.accept()[0])

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            asked = connection.makefile("rb")
            while line := asked.readline():
                method = line.split(b" ")[0].decode()
                headers = {}
                while line := asked.readline().strip():
                    name, _, value = line.decode().partition(":")
                    headers[name.lower()] = value.strip()
                connection.sendall(self._answer(method, headers.get("cseq", "0")))
                if method == "PLAY":
                    self._play(connection)
                    return

    def _answer(self, method: str, number: str) -> bytes:
        more, body = "", ""
        if method == "OPTIONS":
            more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
        elif method == "DESCRIBE":
            body = ("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=bench\r\nt=0 0\r\na=control:*\r\n"
                    "m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\na=control:track1\r\n")  # fmt: skip
            more = f"Content-Type: application/sdp\r\nContent-Base: {self.address}/\r\n"
        elif method == "SETUP":
            more = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 42\r\n"
        elif method == "PLAY":
            more = "Session: 42\r\nRange: npt=0.000-\r\n"
        return f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{more}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    def _play(self, connection: socket.socket) -> None:
        begun, sequence, sent = time.monotonic(), 0, 0
        while self.silent_after is None or sent < self.silent_after:
            for packet in rtp_packets(self.jpeg, sequence, round(sent * 90_000 / self.frames_a_second)):
                connection.sendall(b"$\x00" + struct.pack(">H", len(packet)) + packet)
                sequence += 1
            sent += 1
            if self.out.wait(max(0.0, begun + sent / self.frames_a_second - time.monotonic())):
                return
        self.out.wait(60)
