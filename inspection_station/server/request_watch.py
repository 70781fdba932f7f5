"""Watches every request from outside: gives it an id, counts it, times it, and logs it by its route, never its path."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inspection_station.server.running_log import request_id
from inspection_station.server.straight_body import straight_body

log = logging.getLogger(__name__)

REQUEST_HEADER = b"request-id"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN_ROUTE = "none"

Seen = Callable[[str, str, int, float], None]


def route_of(scope: Scope, known: Mapping[Any, str]) -> str:
    """The template of the route that took the request, such as ``/sync/v1/blobs/{sha256}``; ``none`` for no route."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    return known.get(scope.get("endpoint"), UNKNOWN_ROUTE)


class RequestWatch:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, seen: Seen, routes: Mapping[Any, str]) -> None:
        self._app, self._seen, self._routes = app, seen, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = secrets.token_hex(6)
        token = request_id.set(identity)
        started = time.perf_counter()
        status = 500
        counts = [0, 0]

        async def received() -> Message:
            message = await receive()
            counts[0] += len(message.get("body", b""))
            return message

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (REQUEST_HEADER, identity.encode())]
            counts[1] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, received, sent)
        finally:
            straight = straight_body(scope)
            if straight is not None:
                counts[0] += straight.taken
            seconds = time.perf_counter() - started
            method = scope["method"] if scope["method"] in METHODS else "OTHER"
            route = route_of(scope, self._routes)
            self._seen(method, route, status, seconds)
            station = next((value.decode("ascii", "replace") for name, value in scope["headers"]
                            if name == b"station-id"), "")  # fmt: skip
            told = {
                "method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1),
                "received": counts[0], "sent": counts[1],
            }  # fmt: skip
            if re.fullmatch(r"[0-9a-f-]{36}", station):
                told["station"] = station
            usual = status < 400 or (method == "HEAD" and status == 404)  # how a station asks whether a photo is here
            log.log(logging.DEBUG if usual else logging.INFO, "request", extra=told)
            request_id.reset(token)
