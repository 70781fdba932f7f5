"""Running the centre: one process that says on one line when it is ready and stops cleanly when asked to."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import uvicorn
from prometheus_client import start_http_server

from inspection_station.errors import N_, StationProblem
from inspection_station.server.app import build_app
from inspection_station.server.backup.schedule import BackupSchedule
from inspection_station.server.centre import Centre
from inspection_station.server.configuration import ListenSettings
from inspection_station.server.figures import Figures
from inspection_station.server.http_reading import LimitedHttp
from inspection_station.server.outgoing.postman import Postman
from inspection_station.server.renewals import Renewing

log = logging.getLogger(__name__)


class _TellingServer(uvicorn.Server):
    """A uvicorn server that tells when it takes requests, and when it takes none any more."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], leaving: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._leaving = leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn; then say so."""
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so; then see uvicorn, which waits for the requests that run."""
        self._leaving()
        await super().shutdown(sockets)


def _tell_systemd(state: str) -> None:
    """Tell the service's supervisor, where one asks for that (``Type=notify``), what has become of the start."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    # When nobody hears it, it runs all the same.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


def _taken(host: str, port: int, error: OSError) -> StationProblem:
    return StationProblem(
        "centre.port_taken",
        N_("The centre cannot listen on {host}:{port}: {reason}"),
        N_("Choose another port with --port, or stop the program that uses it."),
        host=host,
        port=port,
        reason=error.strerror or error,
    )


def _listening(host: str, port: int) -> socket.socket:
    """A socket that takes requests; raises StationProblem ``centre.port_taken``."""
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise _taken(host, port, error) from error
    # Inherited by every connection. asyncio sets it only for sockets that name their protocol; without it each answer
    # waits 40 ms for the acknowledgement of its own headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


@contextmanager
def _figures_served(figures: Figures, listen: ListenSettings) -> Iterator[None]:
    """``/metrics`` on a port of its own, when the settings name one; raises StationProblem ``centre.port_taken``."""
    if not listen.metrics_port:
        yield
        return
    try:
        server, thread = start_http_server(listen.metrics_port, listen.metrics_host, figures.registry)
    except OSError as error:
        raise _taken(listen.metrics_host, listen.metrics_port, error) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serve(
    centre: Centre,
    host: str,
    port: int,
    extra: dict[str, Any] | None = None,
    *,
    backups: Sequence[str] = (),
    retention: Sequence[str] = (),
) -> None:
    """Serve until SIGTERM or SIGINT; `port` 0 takes a free one.

    Told to stop, it takes no new requests, finishes those that run within ``listen.seconds_to_finish`` (what came of a
    photo stays and is gone on with), and ends. Prints one line of JSON to stdout as soon as requests are taken:
    ``{"ready": true, "url": …, "epoch": …, "practice": …}`` and what is in `extra`.

    Args:
        backups, retention: the commands that make a backup of this centre and delete what is past its time, for
            those at set times; empty: none are made.

    Raises:
        StationProblem: ``centre.port_taken`` when it cannot listen there.
    """
    listen = centre.settings.listen
    listening = _listening(host, port)
    named = f"[{host}]" if ":" in host else host
    line = {
        "ready": True,
        "url": f"http://{named}:{listening.getsockname()[1]}",
        "epoch": centre.epoch(),
        "practice": centre.practice,
        **(extra or {}),
    }
    Renewing(centre).run()  # what was acked before the last stop may not be in the read tables yet
    app = build_app(centre)
    config = uvicorn.Config(
        app,
        access_log=False,  # addresses hold the tokens of links
        log_config=None,
        server_header=False,
        lifespan="off",
        proxy_headers=bool(listen.trusted_proxies),
        forwarded_allow_ips=list(listen.trusted_proxies),
        timeout_graceful_shutdown=listen.seconds_to_finish,
        http=LimitedHttp,
        ws="none",
    )

    def ready() -> None:
        print(json.dumps(line), flush=True)
        _tell_systemd("READY=1")

    def leaving() -> None:
        _tell_systemd("STOPPING=1")
        app.state.feed_waiting.end()

    server = _TellingServer(config, ready, leaving)

    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    # Until uvicorn takes them over; afterwards it sends itself again what stopped it, and that is a clean end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with listening, ExitStack() as beside:
        beside.enter_context(_figures_served(app.state.figures, listen))
        beside.enter_context(Postman(centre).running())
        if backups and centre.settings.backup.folder:
            beside.enter_context(BackupSchedule(centre, backups, retention).running())
        server.run(sockets=[listening])
    log.info("the centre has stopped")
