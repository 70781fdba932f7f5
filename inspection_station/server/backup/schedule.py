"""Backups by themselves: at the times of day the settings name, or at once when none was made when it should have been.

Before each, what is past its time is deleted, when the settings name such a time (`retention`). Both are done by
processes of their own with low priority, so that hashing a million photos takes neither time nor memory from those who
wait for an ack, and so that their end, whichever, is not the centre's.
"""

from __future__ import annotations

import json
import logging
import re
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
        command: what makes it: ``central backup --json`` of this centre.
        retention: what goes before it: ``central retention --json``; empty: nothing.
    """

    def __init__(
        self, centre: Centre, command: Sequence[str], retention: Sequence[str] = (), look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._centre, self._look_seconds = centre, look_seconds
        self._command, self._retention = list(command), list(retention)
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
        keep = self._centre.settings.retention
        if self._retention and (keep.photo_days or keep.personal_data_days):
            self._ran(self._retention, "retention did not come to its end")
        out = self._ran(self._command, "no backup was made")
        if out is None:
            return False
        told = json.loads(out)
        log.info("backup made and verified", extra={name: told[name] for name in ("records", "photos")})
        if told["photos_missing"]:
            log.warning("the backup lacks %d photos that the centre has lost", told["photos_missing"])
        if told["same_disk"]:
            log.warning("the backup lies on the disk of the centre itself")
        return True

    def _ran(self, command: list[str], otherwise: str) -> bytes | None:
        """What the process printed; None, and `otherwise` in the log with the problem's code, when it failed."""
        self._process = process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self._stop.is_set():
            process.terminate()
        out, errors = process.communicate()
        self._process = None
        if process.returncode == 0:
            return out
        if not self._stop.is_set():
            code = re.findall(r"\[([a-z_.]+)\]\s*$", errors.decode("utf-8", "replace"))
            log.warning("%s: %s", otherwise, code[0] if code else process.returncode)
        return None
