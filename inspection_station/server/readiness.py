"""Whether this instance can take work: the database takes writes and is up to date, the photos are within reach, the
disk has room. For a load balancer, and for the person who wants to know which of them it is."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping

import anyio
import anyio.to_thread

from inspection_station.server.backup.dump import newest_revision, revision_of
from inspection_station.server.centre import Centre, note

SECONDS = 5.0  # for each check
OK = "ok"
NO_PHOTO = "0" * 64

log = logging.getLogger(__name__)


def _database(centre: Centre) -> str:
    with centre.database.writer.begin() as connection:
        note(connection, "last_ready_check", centre.now())
    return OK


def _migrations(centre: Centre) -> str:
    with centre.database.reader.connect() as connection:
        return OK if revision_of(connection) == newest_revision() else "other version"


def _photos(centre: Centre) -> str:
    centre.photos.has(NO_PHOTO)
    return OK


def _room(centre: Centre) -> str:
    folder = centre.settings.data_folder
    free = shutil.disk_usage(folder if folder.exists() else folder.anchor).free
    return OK if free >= centre.settings.centre.least_free_mb * 1_000_000 else "too little room"


CHECKS: Mapping[str, Callable[[Centre], str]] = {
    "database": _database,
    "migrations": _migrations,
    "photos": _photos,
    "room": _room,
}


async def readiness(centre: Centre) -> dict[str, str]:
    """What each check says: ``ok``, or in a few words what is not right."""
    said: dict[str, str] = {}

    async def check(name: str, look: Callable[[Centre], str]) -> None:
        said[name] = "no answer in time"
        try:
            with anyio.fail_after(SECONDS):
                said[name] = await anyio.to_thread.run_sync(look, centre, abandon_on_cancel=True)
        except TimeoutError:
            pass
        except Exception as error:  # a store's library has faults of its own; each of them means the same here
            said[name] = type(error).__name__
        if said[name] != OK:
            log.warning("not ready: %s: %s", name, said[name])

    async with anyio.create_task_group() as tasks:
        for name, look in CHECKS.items():
            tasks.start_soon(check, name, look)
    return said
