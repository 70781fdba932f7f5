"""A real receiver of webhooks on the loopback, which answers as it is told and keeps what came."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = ("127.0.0.0/8",)


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Receiver:
    """Answers 204, or what `answer` says for a request: a status, or None to say nothing and hang up."""

    answer: Callable[[Received], int | None] = lambda _one: 204
    headers: dict[str, str] = field(default_factory=dict)
    trust: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                one = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver.received.append(one)
                status = receiver.answer(one)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_arguments: object) -> None:
                pass  # the sender hung up

        self._server = Server(("127.0.0.1", self.port), Handler)
        if self.trust is not None:
            self._server.socket = self.trust.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.02))
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"{'https' if self.trust else 'http'}://127.0.0.1:{self.port}/hook?for=us"

    @property
    def ids(self) -> list[str]:
        """What came, each once, in the order it first came."""
        return list(dict.fromkeys(one.id for one in self.received))
