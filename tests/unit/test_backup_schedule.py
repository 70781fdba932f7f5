"""When a backup is due, and what the centre says of one that it made or that failed."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from centre_backups import centre_in
from centre_cases import MovedClock

from inspection_station.server.backup.making import make_backup
from inspection_station.server.backup.schedule import BackupSchedule, is_due, last_moment
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.configuration import BackupSettings, CentreSettings, RetentionSettings

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("times", "zone", "now", "moment"),
    [
        (["02:30"], SHANGHAI, "2026-11-21T18:29:59.000Z", "2026-11-20T18:30:00+00:00"),
        (["02:30"], SHANGHAI, "2026-11-21T18:30:00.000Z", "2026-11-21T18:30:00+00:00"),
        (["02:30", "14:00"], SHANGHAI, "2026-11-21T07:00:00.000Z", "2026-11-21T06:00:00+00:00"),
        (
            ["02:30"],
            "Europe/Berlin",
            "2026-03-29T12:00:00.000Z",
            "2026-03-29T01:30:00+00:00",
        ),  # a time that was left out
        (
            ["02:30"],
            "Europe/Berlin",
            "2026-10-25T12:00:00.000Z",
            "2026-10-25T00:30:00+00:00",
        ),  # one that was there twice
    ],
)
def test_the_last_moment_is_one_of_the_sites_clock(times: list[str], zone: str, now: str, moment: str) -> None:
    assert last_moment(times, zone, now).isoformat() == moment


def centre_with(tmp_path: Path, clock: MovedClock, **days: int) -> Centre:
    backup = BackupSettings(folder=str(tmp_path / "backups"), times=("02:30",))
    settings = CentreSettings(backup=backup, retention=RetentionSettings(**days))
    return centre_in(tmp_path / "centre", clock, settings)


def test_a_backup_is_due_at_its_time_once_and_when_there_is_none_of_this_epoch(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = centre_with(tmp_path, clock)
    assert is_due(centre)
    make_backup(centre, tmp_path / "backups")
    assert not is_due(centre)
    clock.time = "2026-11-21T18:30:00.000Z"
    assert is_due(centre)
    make_backup(centre, tmp_path / "backups")
    assert not is_due(centre)
    renew_epoch(centre)
    assert is_due(centre)
    nowhere = replace(centre, settings=CentreSettings(backup=BackupSettings(folder="")))
    assert not is_due(nowhere)
    centre.close()


def ran(centre: Centre, backup: str, retention: str, done: Path) -> None:
    """Run a schedule until its processes have ended."""
    ended = threading.Event()
    schedule = BackupSchedule(
        centre, [sys.executable, "-c", backup], [sys.executable, "-c", retention], look_seconds=0.05
    )
    made = schedule._make

    def make() -> bool:
        try:
            return made()
        finally:
            ended.set()

    schedule._make = make  # type: ignore[method-assign]
    with schedule.running():
        assert ended.wait(30)
    assert done.exists()


@pytest.mark.expects_log("no backup was made: backup.cannot_write")
def test_one_that_fails_is_told_by_its_code_alone(tmp_path: Path) -> None:
    centre = centre_with(tmp_path, MovedClock())
    done = tmp_path / "done"
    words = "canary [backup.cannot_write]"
    ran(centre, f"import sys; open({str(done)!r}, 'w'); sys.exit({words!r})", "1/0", done)
    centre.close()


@pytest.mark.expects_log("the backup lacks 2 photos", "on the disk of the centre itself")
def test_retention_goes_before_and_what_the_backup_lacks_is_told(tmp_path: Path) -> None:
    centre = centre_with(tmp_path, MovedClock(), photo_days=90)
    first, done = tmp_path / "first", tmp_path / "done"
    told = '{"records": 1, "photos": 1, "photos_missing": 2, "same_disk": true}'
    backup = f"import os; assert os.path.exists({str(first)!r}); open({str(done)!r}, 'w'); print({told!r})"
    ran(centre, backup, f"open({str(first)!r}, 'w')", done)
    centre.close()
