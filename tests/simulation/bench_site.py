"""A bench of a history: the station's real database, photo store, sync engine and loop, on a task of their own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import insert
from storage_cases import CLOSED, Making, decided, item, photo

from inspection_station.domain.events import InspectionEvent
from inspection_station.domain.identifiers import uuid7
from inspection_station.errors import StationProblem
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.server.centre import iso
from inspection_station.storage.database import FILE_NAME, Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.reference import StoredReference
from inspection_station.storage.tables import outbox_records
from inspection_station.sync.client import CentreClient, Transport
from inspection_station.sync.engine import SyncEngine
from inspection_station.sync.identity import DeviceKey, Enrolment
from inspection_station.sync.loop import SyncLoop
from inspection_station.workflows.ports import StoredPhoto
from simulation.centre_site import BEGINNING
from simulation.engines import share_statements
from simulation.network import Network, Wire
from simulation.scheduler import Killed, Scheduler, Task, VirtualWake


@dataclass
class Saved:
    """What the bench called saved, for the checker; a cloned bench begins with a copy of it."""

    events: dict[str, InspectionEvent] = field(default_factory=dict)
    photos: set[str] = field(default_factory=set)
    poison: set[str] = field(default_factory=set)
    open: list[Making] = field(default_factory=list)


class BenchSite:
    """One bench and its folder.

    Attributes:
        kill_at: so many statements or commits of the sync from now the process dies; None: it does not.
        disk_full: whether nothing more can be written. clock_shift: how wrong the bench's clock is.
    """

    def __init__(
        self, name: str, folder: Path, scheduler: Scheduler, network: Network, enrolment: Enrolment, key: DeviceKey,
        picture: Callable[[], bytes],
    ) -> None:  # fmt: skip
        self.name, self.folder, self.scheduler, self.network = name, folder, scheduler, network
        self.enrolment, self.key, self.picture = enrolment, key, picture
        self.saved = Saved()
        self.kill_at: int | None = None
        self.disk_full = False
        self.clock_shift = timedelta()
        self.on_death: Callable[[], None] = lambda: None
        self.task: Task | None = None
        self.number = 0

    # The station's clock (`ports.Clock`)

    def now(self) -> str:
        return iso(BEGINNING + self.clock_shift + timedelta(seconds=self.scheduler.now))

    def offset_ms(self) -> int | None:
        return None

    def local_day(self) -> str:
        return self.now()[:10]

    def day_of(self, text: str) -> str:
        return text[:10]

    # The process

    @property
    def is_up(self) -> bool:
        """Whether the station's program runs."""
        return self.task is not None

    def start(self) -> None:
        """Start the program over what is on the disk."""
        self._work_database = open_database(self.folder, busy_ms=50, check=False)
        self._sync_database = open_database(self.folder, busy_ms=50, check=False)
        for database in (self._work_database, self._sync_database):
            share_statements(database._engine)
            sa.event.listen(database._engine, "before_cursor_execute", self._statement)
        sa.event.listen(self._sync_database._engine, "before_cursor_execute", self._tick)
        sa.event.listen(self._sync_database._engine, "commit", self._tick)
        self.inspections = StoredInspections(self._work_database)
        self.outbox = StoredOutbox(self._work_database)
        self.feed = StoredFeed(self._work_database)
        self.reference = StoredReference(self._work_database)
        self.photos = PhotoStore(self.folder, minimum_free=0)
        wire = Wire(self.network, self.name)
        self._transport = Transport("http://centre", wire)
        self.wake = VirtualWake(self.scheduler)
        outbox = StoredOutbox(self._sync_database)
        self.engine = SyncEngine(
            outbox, StoredFeed(self._sync_database), self.photos,
            CentreClient(self._transport, self.enrolment, self.key), self,
            monotonic=lambda: self.scheduler.now, draw=self.scheduler.chance.random,
        )  # fmt: skip
        self.loop = SyncLoop(self.engine, outbox, self, lambda state: None, wake=self.wake)
        self.task = wire.task = self.wake.task = Task(self.loop.run)
        task = self.task
        self.scheduler.after(0, lambda: self._begin(task))

    def _begin(self, task: Task) -> None:
        if task is self.task:
            task.start()

    def kill(self) -> None:
        """The program is gone, with all that is not on the disk."""
        task, self.task = self.task, None
        if task is not None and task._thread.ident is not None:
            task.kill()
        self._close()

    def _close(self) -> None:
        self._transport.close()
        for database in (self._work_database, self._sync_database):
            database.close()
        self.kill_at = None

    def clone_to(self, folder: Path) -> None:
        """Copy the disk, as a cloning station does: whole transactions, no half-written ones."""
        folder.mkdir()
        with sqlite3.connect(self.folder / FILE_NAME) as source, sqlite3.connect(folder / FILE_NAME) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = WAL")
        source.close()
        copy.close()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FILE_NAME + "*"))

    def _statement(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if self.disk_full and statement.lstrip()[:6].upper() in ("INSERT", "UPDATE"):
            raise sa.exc.OperationalError("", None, _full())

    def _tick(self, *_arguments: Any) -> None:
        if self.kill_at is not None:
            self.kill_at -= 1
            if self.kill_at < 0 and self.task is not None:
                self.kill_at = None
                task, self.task = self.task, None
                self.scheduler.after(0, self._died)
                raise task.die()

    def _died(self) -> None:
        self._close()
        self.on_death()

    # The inspector's work

    def inspect(self, photos: int, *, finish: bool = True) -> None:
        """One inspection; what the store took is `saved`. An unfinished one is gone on with by `finish_one`."""
        self.number += 1
        making = Making(self.inspections, self.name)
        item_id = uuid7()
        steps = [making.parcel(f"SF{self.name}{self.number:09d}"), item(item_id, self.number)]
        taken = []
        try:
            taken = [self._shoot() for _ in range(photos)]
            events = making.add(*steps, *(photo(one.sha256, item_id, size=one.size) for one in taken), at=self.now())
        except (StationProblem, OSError):
            self.scheduler.note(self.name, "refused an inspection")
            return
        self._note(events)
        self.saved.photos |= {one.sha256 for one in taken}
        making.item_id = item_id  # type: ignore[attr-defined]
        self.saved.open.append(making)
        if finish:
            self.finish_one()
        self.wake.set()

    def finish_one(self) -> None:
        """Decide and close an inspection that is open."""
        if not self.saved.open:
            return
        making = self.saved.open[-1]
        making.store = self.inspections
        try:
            self._note(making.add(decided(making.item_id), CLOSED, at=self.now()))  # type: ignore[attr-defined]
        except (StationProblem, OSError):
            self.scheduler.note(self.name, "refused a decision")
            return
        self.saved.open.pop()
        self.wake.set()

    def _shoot(self) -> StoredPhoto:
        if self.disk_full:
            raise OSError
        return self.photos.keep(self.picture())

    def _note(self, events: list[InspectionEvent]) -> None:
        self.saved.events.update((event.id, event) for event in events)
        self.scheduler.note(self.name, f"saved {len(events)} events")

    def poison(self) -> None:
        """A record gets into the outbox that no centre can take (a version with a bug wrote it)."""
        name = uuid7()
        body = self.scheduler.chance.choice(
            ['{"schema":1,"text":"a\\u0000b"}', '{"schema":1,"id":"no event"}', '{"schema":1,"number":"x"}']
        )
        try:
            with self._work_database.writing() as connection:
                connection.execute(
                    insert(outbox_records).values(
                        id=name, revision=1, kind="inspection_event", hash="0" * 64, body=body, state="waiting",
                        queued_at=self.now(),
                    )
                )  # fmt: skip
        except (StationProblem, sa.exc.OperationalError):
            return
        self.saved.poison.add(name)
        self.wake.set()


def _full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


__all__ = ["BenchSite", "Database", "Killed", "Saved"]
