"""What every part of a running centre shares: its database, photos, clock and epoch."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server import tables
from inspection_station.server.blobs.disk import DiskPhotos
from inspection_station.server.blobs.spool import Spool
from inspection_station.server.blobs.store import PhotoStore
from inspection_station.server.configuration import CentreSettings
from inspection_station.server.database import Database, open_database
from inspection_station.server.postgres import note_server
from inspection_station.server.statements import insert_new, put
from inspection_station.workflows.steady_clock import MachineClock, SteadyClock

DEFAULT_TIME_ZONE = "Asia/Shanghai"
LAST_STATION_NUMBER = "last_station_number"  # fact: the highest ever given, and the epoch it was given in


def iso(moment: datetime) -> str:
    """`moment` as UTC ISO 8601 with milliseconds and ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def utc_now() -> str:
    """The centre's clock."""
    return iso(datetime.now(UTC))


def later(moment: str, **duration: float) -> str:
    """The ISO time that is `duration` (keywords of `timedelta`) after the ISO time `moment`."""
    return iso(datetime.fromisoformat(moment) + timedelta(**duration))


@dataclass(frozen=True)
class Centre:
    """One centre over one data folder. `practice`: a demo, whose stations all get the number 000."""

    database: Database
    photos: PhotoStore
    spool: Spool
    practice: bool = False
    now: Callable[[], str] = utc_now
    steady: SteadyClock = field(default_factory=MachineClock)
    settings: CentreSettings = field(default_factory=CentreSettings)

    def epoch(self) -> str:
        """The random id of this database's life (PROTOCOL.md 3)."""
        with self.database.glance.connect() as connection:
            return fact(connection, "epoch")

    def close(self) -> None:
        """Give back the database."""
        self.database.close()


def fact(connection: Connection, name: str) -> str:
    """A fact about the centre; an empty text when it was never noted."""
    found = connection.scalar(_FACT, {"fact": name})
    return found or ""


_FACT = sa.select(tables.fact.c.value).where(tables.fact.c.name == sa.bindparam("fact"))


def note(connection: Connection, name: str, value: str) -> None:
    """Keep a fact about the centre in place of the one before."""
    put(connection, tables.fact, {"name": name, "value": value})


def secret_text(size: int = 32) -> str:
    """`size` random bytes as base64."""
    return base64.b64encode(os.urandom(size)).decode()


def open_centre(
    folder: Path,
    *,
    practice: bool = False,
    now: Callable[[], str] = utc_now,
    progress: Callable[[str], None] = lambda text: None,
    database: str = "",
    photos: PhotoStore | None = None,
) -> Centre:
    """Open or make the centre in `folder`, its database there or at the address `database` (PostgreSQL),
    its photos there or in the store `photos`.

    Facts about the centre are made once, by whichever instance is the first; raises as `open_database` does.
    """
    opened = open_database(folder, database, progress=progress)
    with opened.writer.begin() as connection:
        made = {"epoch": str(uuid.uuid4()), "nonce_key": secret_text(), "time_zone": DEFAULT_TIME_ZONE}
        made[LAST_STATION_NUMBER] = f"0 {made['epoch']}"  # of another epoch when it was lost: then a gap is left
        insert_new(connection, tables.fact, [{"name": name, "value": value} for name, value in made.items()])
        if opened.is_postgres:
            note_server(connection)
    return Centre(opened, photos or DiskPhotos(folder), Spool(folder), practice, now)


def renew_epoch(centre: Centre) -> str:
    """Begin a new life of the database after it was put back from a copy; stations then offer all they sent."""
    epoch = str(uuid.uuid4())
    with centre.database.writer.begin() as connection:
        note(connection, "epoch", epoch)
    return epoch
