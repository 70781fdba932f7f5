"""The centre of a history: the real application over a real SQLite file and photo folder, one or two instances.

Requests go straight into the application, their bodies in pieces that may lie apart in virtual time, so that
requests interleave wherever a body is waited for. A kill takes away all that is not on the disk; it may fall before
any statement or commit.
"""

from __future__ import annotations

import asyncio
import errno
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa
from fastapi import APIRouter

from inspection_station.server import app as app_module
from inspection_station.server.centre import Centre, iso, open_centre, renew_epoch
from inspection_station.workflows.steady_clock import Reading
from simulation.engines import share_statements
from simulation.network import Answer, Answered, Sent
from simulation.scheduler import Killed, Scheduler

BEGINNING = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PIECES_APART = 0.4  # seconds between two pieces of a body, at most
DATABASE = "centre.sqlite"
OTHER_ROUTES = (
    "query_routes", "people_routes", "access_routes", "administration_routes", "logs_routes", "running_routes",
    "outgoing_routes", "export_routes", "returns_routes", "picture_routes", "catalogue_routes", "events_routes",
    "webhook_routes",
)  # fmt: skip

_loop = asyncio.new_event_loop()


def sync_app(centre: Centre) -> Any:
    """The application with the stations' routes alone: making the others anew for each history costs most of it."""
    with ExitStack() as stack:
        for name in OTHER_ROUTES:
            if hasattr(app_module, name):
                stack.enter_context(mock.patch.object(app_module, name, lambda *_arguments: APIRouter()))
        return app_module.build_app(centre)


class FailingPhotos:
    """A centre's photo store that can be made to fail as a disk or an object store does."""

    def __init__(self, inner: Any, site: CentreSite) -> None:
        self._inner, self._site = inner, site

    def __getattr__(self, name: str) -> Any:
        if self._site.photos_down:
            raise OSError(errno.EIO, "the photo store does not answer")
        return getattr(self._inner, name)


@dataclass
class _Serving:
    """One request inside an instance."""

    site: CentreSite
    sent: Sent
    pieces: list[bytes]
    is_last: bool
    answered: Answered
    waiting: asyncio.Future[None] | None = None
    gone: bool = False
    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    task: asyncio.Task[None] | None = None

    @property
    def blocked(self) -> bool:
        return (self.task is not None and self.task.done()) or self.waiting is not None

    async def receive(self) -> dict[str, Any]:
        while not self.pieces and not self.gone:
            self.waiting = _loop.create_future()
            self.site.moved()
            try:
                await self.waiting
            finally:
                self.waiting = None
        if self.pieces:
            more = len(self.pieces) > 1 or not self.is_last
            return {"type": "http.request", "body": self.pieces.pop(0), "more_body": more}
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], tuple(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def go_on(self) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(None)
            self.waiting = None


class CentreSite:
    """The centre and its folder.

    Attributes:
        instances: how many applications share the folder. photos_down, disk_full: faults of its stores.
        kill_at: so many statements or commits from now the process dies; None: it does not.
        faults: what the centre did that it must not do, for the checker.
    """

    def __init__(self, folder: Path, scheduler: Scheduler, instances: int) -> None:
        self.folder, self.scheduler, self.instances = folder, scheduler, instances
        self.centres: list[Centre] = []
        self._apps: list[Any] = []
        self._serving: list[_Serving] = []
        self._idle: asyncio.Future[None] | None = None
        self.photos_down = self.disk_full = False
        self.kill_at: int | None = None
        self.clock_shift = timedelta()
        self.on_death: Callable[[], None] = lambda: None
        self.faults: list[str] = []

    def now(self) -> str:
        """The centre's clock."""
        return iso(BEGINNING + self.clock_shift + timedelta(seconds=self.scheduler.now))

    def read(self) -> Reading:
        """The clock that nobody sets (`SteadyClock`)."""
        return Reading("simulated", round(self.scheduler.now * 1000))

    @property
    def is_up(self) -> bool:
        """Whether it takes requests."""
        return bool(self._apps)

    def start(self) -> None:
        """Open what is on the disk."""
        for _ in range(self.instances):
            centre = open_centre(self.folder, now=self.now)
            for engine in {centre.database.writer, centre.database.reader}:
                share_statements(engine)
                sa.event.listen(engine, "before_cursor_execute", self._statement)
            sa.event.listen(centre.database.writer, "commit", self._commit)
            centre = replace(centre, photos=FailingPhotos(centre.photos, self), steady=self)
            self.centres.append(centre)
            self._apps.append(sync_app(centre))

    def kill(self) -> None:
        """The process is gone, with all that is not on the disk."""
        serving, self._serving = self._serving, []
        self._apps = []
        for one in serving:
            if one.task is not None and not one.task.done():
                one.task.cancel()
        pending = [one.task for one in serving if one.task is not None]
        if pending:
            _loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        for centre in self.centres:
            centre.close()
        self.centres = []
        self.kill_at = None
        for one in serving:
            one.answered(None)

    def copy(self, target: Path) -> None:
        """A copy of the database, then of the photos, as a backup makes them while the centre runs."""
        target.mkdir()
        with sqlite3.connect(self.folder / DATABASE) as source, sqlite3.connect(target / DATABASE) as copy:
            source.backup(copy)
        source.close()
        copy.close()
        shutil.copytree(self.folder, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(DATABASE + "*"))

    def put_back(self, copy: Path) -> None:
        """Begin a new life from an older copy; the centre must be down."""
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)
        centre = open_centre(self.folder, now=self.now)
        renew_epoch(centre)
        centre.close()

    def serve(self, sent: Sent, cut: int | None, answered: Answered) -> None:
        """Give a request to one of the instances; cut: the line breaks after so many bytes of its body."""
        if not self._apps:
            answered(None)
            return
        chance = self.scheduler.chance
        body = sent.body if cut is None else sent.body[:cut]
        pieces = [body]
        if sent.method == "PUT" and len(body) > 1 and chance.random() < 0.4:
            place = chance.randrange(1, len(body))
            pieces = [body[:place], body[place:]]
        serving = _Serving(self, sent, pieces[:1], len(pieces) == 1 and cut is None, answered)
        self._serving.append(serving)
        path, _, query = sent.target.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": sent.method,
            "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "root_path": "", "headers": [(name.lower(), value) for name, value in sent.headers],
            "client": ("127.0.0.1", 1), "server": ("centre", 80),
        }  # fmt: skip
        application = self._apps[chance.randrange(len(self._apps))]

        async def handle() -> None:
            try:
                await application(scope, serving.receive, serving.send)
            finally:
                _loop.call_soon(self.moved)

        serving.task = _loop.create_task(handle())
        self._run()
        if serving.task.done():
            return
        rest = pieces[1:]

        def more() -> None:
            if serving.task is None or serving.task.done():
                return
            if rest:
                serving.pieces.append(rest.pop())
                serving.is_last = cut is None
            else:
                serving.gone = True
            serving.go_on()
            self._run()
            if not serving.task.done():
                self.scheduler.after(chance.uniform(0.001, PIECES_APART), more)

        self.scheduler.after(chance.uniform(0.001, PIECES_APART), more)

    def moved(self) -> None:
        """A request has ended or waits for more of its body."""
        if self._idle is not None and not self._idle.done() and all(one.blocked for one in self._serving):
            self._idle.set_result(None)

    def _run(self) -> None:
        """Let the instances work until each request has ended or waits; then send off what is answered."""
        self._idle = _loop.create_future()
        _loop.call_soon(self.moved)
        _loop.run_until_complete(self._idle)
        ended = [one for one in self._serving if one.task is not None and one.task.done()]
        self._serving = [one for one in self._serving if one not in ended]
        died = False
        for one in ended:
            fault = one.task.exception() if one.task is not None else None
            if isinstance(fault, Killed):
                died = True
                one.answered(None)
                continue
            if fault is not None:
                self.faults.append(f"{one.sent.word}: {fault!r}")
            self._judge(one)
            one.answered(Answer(one.status, one.headers, one.body) if one.status else None)
        if died:
            self.kill()
            self.on_death()

    def _judge(self, one: _Serving) -> None:
        busy = self.photos_down or self.disk_full or one.sent.method == "PUT"  # two may bring one photo at once
        unexpected = one.status >= 500 and not (one.status == 503 and busy)
        if unexpected:
            self.faults.append(f"{one.sent.word} was answered with {one.status}")

    def _statement(self, *_arguments: Any) -> None:
        self._tick()
        if self.disk_full and str(_arguments[2]).lstrip()[:6].upper() in ("INSERT", "UPDATE"):
            raise sa.exc.OperationalError("", None, sqlite3.OperationalError("database or disk is full"))

    def _commit(self, _connection: object) -> None:
        self._tick()

    def _tick(self) -> None:
        if self.kill_at is not None:
            self.kill_at -= 1
            if self.kill_at < 0:
                self.kill_at = None
                raise Killed
