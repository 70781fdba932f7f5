"""A large body read straight from its socket: whole, slow, cut off, refused, and the connection's next request."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from inspection_station.server.http_reading import LimitedHttp
from inspection_station.server.straight_body import SMALLEST, BodyEnded, straight_body

BODY = bytes(range(256)) * 4096  # 1 MiB


class _Taker:
    """Takes bodies as the route of photos does, and notes how each came."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.poured = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path == "/refused":
            return JSONResponse({"refused": True}, status_code=403)
        digest = hashlib.sha256()
        straight = straight_body(request.scope)
        if straight is None:
            with contextlib.suppress(ClientDisconnect):
                async for part in request.stream():
                    digest.update(part)
            return JSONResponse({"straight": False, "sha256": digest.hexdigest()})
        with straight.open():
            try:
                while straight.lacking:
                    await run_in_threadpool(straight.pour, digest.update)
                    self.poured.set()
                    if straight.lacking and request.url.path == "/half":
                        return JSONResponse({"half": straight.taken})
                    if straight.lacking:
                        await straight.more(10)
            except BodyEnded:
                self.ended.set()
        return JSONResponse({"straight": True, "sha256": digest.hexdigest()})


@pytest.fixture
def taker() -> _Taker:
    return _Taker()


@pytest.fixture
def port(taker: _Taker) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(taker, http=LimitedHttp, ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            running.join()


class _Line:
    """One connection that stays."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._answers = self._socket.makefile("rb")

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self._socket.sendall(part)

    def answer(self) -> tuple[int, dict[str, Any]]:
        status = int(self._answers.readline().split()[1])
        size = 0
        while (line := self._answers.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        return status, json.loads(self._answers.read(size))

    def close(self) -> None:
        self._answers.close()
        self._socket.close()


@pytest.fixture
def line(port: int) -> Iterator[_Line]:
    line = _Line(port)
    yield line
    line.close()


def _head(path: str, size: int, *more: str) -> bytes:
    return "\r\n".join([f"PUT {path} HTTP/1.1", "Host: x", f"Content-Length: {size}", *more, "", ""]).encode()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_large_bodies_of_one_connection_come_straight_and_whole_one_after_the_other(line: _Line) -> None:
    for number in range(3):
        body = bytes([number]) + BODY
        line.send(_head("/photo", len(body)), body)
        assert line.answer() == (200, {"straight": True, "sha256": _sha(body)})


def test_a_body_that_comes_with_its_head_in_one_go_is_whole_as_well(line: _Line) -> None:
    body = BODY[: SMALLEST + 1]
    line.send(_head("/photo", len(body)) + body)
    assert line.answer() == (200, {"straight": True, "sha256": _sha(body)})


def test_small_bodies_and_bodies_in_chunks_come_the_usual_way(line: _Line) -> None:
    line.send(_head("/photo", 5), b"small")
    assert line.answer() == (200, {"straight": False, "sha256": _sha(b"small")})
    line.send(b"PUT /photo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    line.send(b"%x\r\n" % len(BODY), BODY, b"\r\n0\r\n\r\n")
    assert line.answer() == (200, {"straight": False, "sha256": _sha(BODY)})


def test_a_slow_sender_is_waited_for_without_a_thread(line: _Line, taker: _Taker) -> None:
    line.send(_head("/photo", len(BODY)), BODY[:1000])
    assert taker.poured.wait(20)
    line.send(BODY[1000:2000])
    line.send(BODY[2000:])
    assert line.answer() == (200, {"straight": True, "sha256": _sha(BODY)})


def test_the_next_request_of_a_connection_is_understood_when_a_body_was_refused_unread(line: _Line) -> None:
    line.send(_head("/refused", len(BODY)), BODY)
    assert line.answer() == (403, {"refused": True})
    line.send(_head("/photo", len(BODY)), BODY)
    assert line.answer() == (200, {"straight": True, "sha256": _sha(BODY)})


def test_the_next_request_of_a_connection_is_understood_when_a_body_was_taken_in_part(line: _Line) -> None:
    line.send(_head("/half", len(BODY)), BODY[:300_000])
    status, told = line.answer()
    assert (status, 0 < told["half"] <= 300_000) == (200, True)
    line.send(BODY[300_000:], _head("/photo", len(BODY)), BODY)
    assert line.answer() == (200, {"straight": True, "sha256": _sha(BODY)})


def test_requests_that_were_sent_ahead_are_each_answered(line: _Line) -> None:
    line.send(_head("/photo", len(BODY)) + BODY + _head("/photo", len(BODY)) + BODY)
    assert line.answer() == (200, {"straight": True, "sha256": _sha(BODY)})
    assert line.answer()[1]["sha256"] == _sha(BODY)


def test_a_sender_that_goes_away_ends_the_body(line: _Line, taker: _Taker) -> None:
    line.send(_head("/photo", len(BODY)), BODY[:200_000])
    line.close()
    assert taker.ended.wait(20)
