"""The body of a large upload, read by threads straight from its connection's socket.

Through the event loop and the framework a photo of 2.5 MB costs about eight milliseconds of processor time, more than
its hash and its disk together. Here a thread takes all that has come, in the same go as it is written and hashed, and
the event loop waits only for more: a slow sender holds no thread.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httptools
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

EXTENSION = "inspection_station.straight_body"  # of the ASGI scope
SMALLEST = 64 * 1024  # bytes of a body for which it is worth it
PIECE = 256 * 1024  # bytes that are taken in one go
READ_AT_ONCE = 64 * 1024  # bytes by the event loop: what it reads of a photo behind its headers is copied three times
PATIENCE_MS = 5  # how long a thread waits for a sender that is nearly as quick

Write = Callable[[bytes | bytearray | memoryview], None]


class BodyEnded(ConnectionError):
    """The sender went away before its whole body came."""


class StraightBody:
    """What is still to come of one request's body. Its connection reads nothing until it is `open` and closed again.

    Attributes:
        size: bytes of the whole body, as declared. taken: bytes that were given to a `pour` so far.
    """

    def __init__(self, connection: StraightReading, size: int) -> None:
        self._connection = connection
        self._came_before = bytearray()
        self._socket: socket.socket | None = None
        self.size = size
        self.taken = 0

    @contextmanager
    def open(self) -> Iterator[None]:
        """Take the body away from the event loop; afterwards its connection goes on with what nobody took."""
        cycle = self._connection.cycle
        self._came_before, cycle.body = cycle.body, bytearray()
        came = len(self._came_before)
        with _twin(self._connection.transport) as self._socket:
            try:
                yield
            finally:
                if self.taken > came:  # the parser has seen what came before
                    if self.lacking:
                        self._connection.skip(self.taken - came)
                    else:
                        self._connection.body_was_taken()

    def pour(self, write: Write) -> None:
        """Give `write` all that has come, in order; for a thread, which does not wait for a slow sender.

        Raises:
            BodyEnded: the sender is gone; what came before was given.
        """
        if self._came_before and not self.taken:
            self.taken = len(self._came_before)
            write(memoryview(self._came_before))
        connection = self._socket
        assert connection is not None
        room = memoryview(bytearray(min(PIECE, self.lacking)))
        while self.lacking:
            try:
                size = connection.recv_into(room[: min(PIECE, self.lacking)])
            except BlockingIOError:
                if not _is_readable(connection):
                    return
                continue
            except OSError as error:
                raise BodyEnded from error
            if size == 0:
                raise BodyEnded
            self.taken += size
            write(room[:size])

    @property
    def lacking(self) -> int:
        """How many bytes are still to come."""
        return self.size - self.taken

    async def more(self, seconds: float) -> None:
        """Return when there is more to `pour`; raises TimeoutError after so long without any."""
        assert self._socket is not None
        loop, number = asyncio.get_running_loop(), self._socket.fileno()
        came = asyncio.Event()
        loop.add_reader(number, came.set)
        try:
            async with asyncio.timeout(seconds):
                await came.wait()
        finally:
            loop.remove_reader(number)


def straight_body(scope: Scope) -> StraightBody | None:
    """The body of this request to take straight; None where it comes another way (TLS here, small, in chunks)."""
    found: StraightBody | None = scope.get("extensions", {}).get(EXTENSION, {}).get("body")
    return found


class StraightReading(HttpToolsProtocol):
    """A connection that offers the large body of a PUT as a `StraightBody`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._is_skipping = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See uvicorn."""
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = READ_AT_ONCE

    def on_headers_complete(self) -> None:
        """See uvicorn."""
        size = self._declared()
        if size >= SMALLEST and self._can_wait():
            self.scope["extensions"] = {EXTENSION: {"body": StraightBody(self, size)}}
        super().on_headers_complete()
        if EXTENSION in self.scope.get("extensions", {}):
            self.flow.pause_reading()  # until somebody receives the body the usual way, or has answered

    def on_body(self, body: bytes) -> None:
        """See uvicorn."""
        if not self._is_skipping:
            super().on_body(body)

    def _declared(self) -> int:
        if self.parser.get_method() != b"PUT" or self.expect_100_continue:
            return 0
        told = dict(self.headers)
        value = told.get(b"content-length", b"")
        return int(value) if value.isdigit() and len(value) < 15 and b"transfer-encoding" not in told else 0

    def _can_wait(self) -> bool:
        """Whether the event loop can wait for a socket of ours, and the bytes on it are the request's own."""
        if self.scheme != "http" or not isinstance(self.loop, asyncio.SelectorEventLoop):
            return False
        earlier: RequestResponseCycle | None = self.cycle
        return earlier is None or earlier.response_complete

    def body_was_taken(self) -> None:
        """The whole body was read beside the parser: what comes next is another request, for another parser."""
        if not self.transport.is_closing():
            self.on_message_complete()
            self.parser = new_parser(self)

    def skip(self, size: int) -> None:
        """Have the parser believe that it saw these bytes, which keeps it in step with the connection."""
        self._is_skipping = True
        try:
            while size:
                part = _NOTHING[: min(size, len(_NOTHING))]
                self.parser.feed_data(part)
                size -= len(part)
        except httptools.HttpParserError:
            self.transport.close()
        finally:
            self._is_skipping = False


_NOTHING = memoryview(bytes(256 * 1024))


def new_parser(connection: HttpToolsProtocol) -> httptools.HttpRequestParser:
    """A parser as uvicorn makes one for a connection."""
    parser = httptools.HttpRequestParser(connection)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)
    return parser


def _twin(transport: asyncio.Transport) -> socket.socket:
    """The same connection under another number, which the event loop can wait for beside the transport."""
    held: socket.socket = transport.get_extra_info("socket")
    return socket.fromfd(held.fileno(), held.family, held.type)


def _is_readable(connection: socket.socket) -> bool:
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(PATIENCE_MS))
