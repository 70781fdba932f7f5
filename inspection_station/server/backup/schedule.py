"""Backups by themselves: at the times of day the settings name, or at once when none was made when it should have been.

Each is made by a process of its own with low priority, so that hashing a million photos takes neither time nor memory
from those who wait for an ack, and so that its end, whichever, is not the centre's.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from inspection_station.server.centre import Centre
from inspection_station.server.safe_marks import latest_backup

LOOK_SECONDS = 20.0
AGAIN_SECONDS = 900.0  # after one that failed

log = logging.getLogger(__name__)


def last_moment(times: Sequence[str], zone: str, now: str) -> datetime:
    """The last moment before `now` at which a backup was to be made."""
    moment = datetime.fromisoformat(now)
    here = moment.astimezone(ZoneInfo(zone)).date()
    wanted = [
        datetime.combine(here - timedelta(days=back), time.fromisoformat(at), ZoneInfo(zone)).astimezone(UTC)
        for back in (0, 1, 2)
        for at in times
    ]
    return max(one for one in wanted if one <= moment)


def is_due(centre: Centre) -> bool:
    """Whether there ought to be a backup of this epoch that is not there yet."""
    times = centre.settings.backup.times
    if not centre.settings.backup.folder or not times:
        return False
    with centre.database.reader.connect() as connection:
        newest = latest_backup(connection)
    if newest is None:
        return True
    wanted = last_moment(times, centre.settings.centre.time_zone, centre.now())
    return datetime.fromisoformat(newest.started_at) < wanted


class BackupSchedule:
    """A thread that looks now and then whether a backup is due, and starts the process that makes it.

    Args:
        command: the process: ``central backup --json`` of this centre.
    """

    def __init__(self, centre: Centre, command: Sequence[str], look_seconds: float = LOOK_SECONDS) -> None:
        self._centre, self._command, self._look_seconds = centre, list(command), look_seconds
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="backups", daemon=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look for the length of the block; a backup that is under way then is given up and counts for nothing."""
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            if (process := self._process) is not None:
                process.terminate()
            self._thread.join(10)

    def _run(self) -> None:
        wait = 0.0
        while not self._stop.wait(wait):
            wait = self._look_seconds
            try:
                if is_due(self._centre) and not self._make():
                    wait = AGAIN_SECONDS
            except (sa.exc.SQLAlchemyError, OSError) as error:
                log.warning("no backup now: %s", type(error).__name__)

    def _make(self) -> bool:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self._stop.is_set():
            self._process.terminate()
        out, errors = self._process.communicate()
        code, self._process = self._process.returncode, None
        if code == 0:
            told = json.loads(out)
            made = {name: told[name] for name in ("records", "photos")}
            log.info("backup made and verified", extra=made)
            if told["photos_missing"]:
                log.warning("the backup lacks %d photos that the centre has lost", told["photos_missing"])
            if told["same_disk"]:
                log.warning("the backup lies on the disk of the centre itself")
            return True
        if not self._stop.is_set():
            last = errors.decode("utf-8", "replace").strip().rpartition("[")[2].rstrip("]")
            log.warning(
                "no backup was made: %s", last[:60] if last.replace(".", "").replace("_", "").isalnum() else code
            )
        return False
