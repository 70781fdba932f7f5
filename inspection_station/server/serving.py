"""Running the centre: one process that says on one line when it is ready and stops cleanly when asked to."""

from __future__ import annotations

import json
import logging
import signal
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

from inspection_station.errors import N_, StationProblem
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre

LARGEST_HEADERS = 16 * 1024  # bytes of request line and headers together
SECONDS_TO_FINISH = 10

log = logging.getLogger(__name__)


class _TellingServer(uvicorn.Server):
    """A uvicorn server that tells when it takes requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn; then say so."""
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()


def serve(centre: Centre, host: str, port: int, extra: dict[str, Any] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; `port` 0 takes a free one.

    Prints one line of JSON to stdout as soon as requests are taken:
    ``{"ready": true, "url": …, "epoch": …, "practice": …}`` and what is in `extra`.

    Raises:
        StationProblem: ``centre.port_taken`` when it cannot listen there.
    """
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise StationProblem(
            "centre.port_taken",
            N_("The centre cannot listen on {host}:{port}: {reason}"),
            N_("Choose another port with --port, or stop the program that uses it."),
            host=host,
            port=port,
            reason=error.strerror or error,
        ) from error
    # Inherited by every connection. asyncio sets it only for sockets that name their protocol; without it each answer
    # waits 40 ms for the acknowledgement of its own headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    named = f"[{host}]" if ":" in host else host
    line = {
        "ready": True,
        "url": f"http://{named}:{listening.getsockname()[1]}",
        "epoch": centre.epoch(),
        "practice": centre.practice,
        **(extra or {}),
    }
    config = uvicorn.Config(
        build_app(centre),
        access_log=False,  # addresses hold the tokens of links
        log_config=None,
        server_header=False,
        lifespan="off",
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        http="h11",
        ws="none",
    )
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn sends itself again what stopped it: that is a clean end
        signal.signal(number, lambda _number, _frame: None)
    with listening:
        _TellingServer(config, lambda: print(json.dumps(line), flush=True)).run(sockets=[listening])
    log.info("the centre has stopped")
