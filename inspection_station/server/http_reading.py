"""HTTP as uvicorn reads it with httptools, several times as quick as in Python, but with a limit for what comes before
a body: the parser itself would gather headers without end."""

from __future__ import annotations

from typing import Any

from inspection_station.server.straight_body import StraightReading

LARGEST_HEADERS = 16 * 1024  # bytes of request line and headers together


class LimitedHttp(StraightReading):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_headers = False
        self._header_bytes = self._told_bytes = 0

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`; a request whose headers do not end is refused and its connection closed."""
        super().data_received(data)
        if self._in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > LARGEST_HEADERS and not self.transport.is_closing():
                self.send_400_response("The headers are too large.")

    def on_message_begin(self) -> None:
        """See uvicorn."""
        self._in_headers, self._header_bytes, self._told_bytes = True, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """See uvicorn; raises ValueError, which the parser makes a refusal of, past the limit."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """See uvicorn; raises ValueError, which the parser makes a refusal of, past the limit."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """See uvicorn."""
        self._in_headers = False
        super().on_headers_complete()

    def _count(self, size: int) -> None:
        self._told_bytes += size
        if self._told_bytes > LARGEST_HEADERS:
            raise ValueError("headers too large")
