"""The station's database when processes are killed and disks are full or read-only."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from storage_cases import Making, expected, feed_return, item, photo, sha

from inspection_station.domain.events import broken_link, photo_hashes
from inspection_station.domain.folding import fold
from inspection_station.errors import StationProblem
from inspection_station.storage.database import FILE_NAME, Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import COPIES, open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.workflows.ports import FeedItem, HistoryFilter

CHILD = Path(__file__).with_name("storage_child.py")
NOBODY = "65534"
PROJECT = CHILD.parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests")))}


def _acknowledged(folder: Path, seconds: float) -> dict[str, int]:
    """Let a child append for so long after its first word, kill it, and return what it had been told was kept."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), "append", str(folder)], stdout=subprocess.PIPE, env=ENVIRONMENT
    ) as child:
        assert child.stdout is not None
        assert select.select([child.stdout], [], [], 60)[0], "the child says something within a minute"
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        said = child.stdout.read().decode()
    kept: dict[str, int] = {}
    for line in said.splitlines(keepends=True):
        if line.endswith("\n"):
            inspection_id, sequence = line.split()
            kept[inspection_id] = int(sequence)
    return kept


@pytest.mark.skipif(os.name != "posix", reason="kill -9 and pipes that can be waited for")
@pytest.mark.timeout(600)
def test_every_append_that_returned_is_there_and_whole_after_a_kill(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    told: dict[str, int] = {}
    soak = os.environ.get("SOAK") == "1"
    for seed in range(50 if soak else rounds(3, 50)):
        told.update(_acknowledged(tmp_path, random.Random(seed).uniform(0, 0.25)))
        database = open_database(tmp_path)
        store, outbox = StoredInspections(database), StoredOutbox(database)
        with database.reading() as connection:
            ids = list(connection.exec_driver_sql("SELECT id FROM inspections ORDER BY place").scalars())
            heads = dict(connection.exec_driver_sql("SELECT id, head FROM inspections").all())
        assert set(told) <= set(ids)
        everything, photos, items = [], set(), 0
        for inspection_id in ids:
            events = store.events_of(inspection_id)
            assert len(events) >= told.get(inspection_id, 0)
            assert broken_link(events) is None
            assert heads[inspection_id] == events[-1].hash
            everything += [event.id for event in events]
            photos |= {sha256 for event in events for sha256 in photo_hashes(event)}
            items += len(fold(events).items)
        assert sorted(everything) == sorted(record.id for record in outbox.pending_records(10**6))
        assert photos == set(outbox.pending_photos(10**6))
        assert len(store.history(HistoryFilter(), 10**6)) == items == store.next_item_number() - 1
        database.close()
    assert told


def _full(database: Database) -> None:
    """From now on the file may not grow: as on a disk without a free block."""
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def _roomy(database: Database) -> None:
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


def test_a_full_disk_refuses_the_step_keeps_nothing_of_it_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    store, outbox = StoredInspections(database), StoredOutbox(database)
    making = Making(store)
    making.add(making.parcel(), item("i1", 1))
    _full(database)
    with pytest.raises(StationProblem) as refused:
        for number in range(1000):
            making.add(photo(sha(number), "i1", quality={"note": "x" * 500}))
    assert refused.value.code == "disk.full"
    assert not refused.value.work_goes_on
    before = list(making.events)
    assert store.events_of(making.inspection_id) == before
    assert len(outbox.pending_records(10**4)) == len(before)
    assert len(outbox.pending_photos(10**4)) == len(before) - 2
    assert store.inspections_of_parcel("SF1234567890123") == [making.inspection_id], "reading goes on"
    _roomy(database)
    making.add(photo(sha(99999), "i1"))
    assert store.events_of(making.inspection_id) == making.events
    database.close()


def test_a_full_disk_never_moves_the_cursor_past_what_was_kept(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    feed = StoredFeed(database)
    feed.apply_page("e", "1", [])
    _full(database)
    page = [feed_return(expected(f"r{number}")) for number in range(300)]
    with pytest.raises(StationProblem, match=r"disk\.full"):
        feed.apply_page("e", "2", page)
    assert feed.cursor() == ("e", "1")
    _roomy(database)
    feed.apply_page("e", "2", [*page, FeedItem("tote", "t", {"code": "t", "disposition": "hold"})])
    assert feed.cursor() == ("e", "2")
    database.close()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of this kind are POSIX")
def test_a_read_only_folder_is_told_and_work_resumes_when_it_may_be_written() -> None:
    """As root nothing is read-only, so the child gives up its rights first (in a folder that it can reach)."""
    who = [NOBODY] if os.getuid() == 0 else []

    def outcome(folder: Path) -> str:
        command = [sys.executable, str(CHILD), "facts", str(folder), *who]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout

    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "data"
        open_database(folder).close()
        folder.chmod(0o555)
        (folder / FILE_NAME).chmod(0o444)
        assert outcome(folder) == "disk.unwritable"
        assert outcome(folder / "new") == "disk.unwritable"
        folder.chmod(0o777)
        (folder / FILE_NAME).chmod(0o666)
        assert outcome(folder) == "kept"


def test_damage_found_while_working_is_told_and_the_file_kept(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    store = StoredInspections(database)
    makings = [Making(store) for _ in range(60)]
    for place, making in enumerate(makings):
        making.add(making.parcel(f"SF{place}"), item(f"i{place}", place + 1))
    database.close()
    opened = open_database(tmp_path, check=False)  # a check would have read all pages into its cache
    path = tmp_path / FILE_NAME
    with path.open("rb+") as file:
        for start in range(4096, path.stat().st_size, 4096):
            file.seek(start)
            file.write(b"\xee" * 64)
    broken = StoredInspections(opened)
    with pytest.raises(StationProblem) as told:
        for making in makings:
            broken.events_of(making.inspection_id)
    assert told.value.code == "database.damaged"
    opened.close()
    with pytest.raises(StationProblem, match=r"database\.damaged"):
        open_database(tmp_path)
    assert path.exists()
    assert list((tmp_path / COPIES).iterdir())


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_station_killed_at_its_first_start_starts_the_next_time(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    for seed in range(rounds(3, 30)):
        folder = tmp_path / str(seed)
        with subprocess.Popen(
            [sys.executable, str(CHILD), "append", str(folder)], stdout=subprocess.PIPE, env=ENVIRONMENT
        ) as child:
            until = time.monotonic() + 30
            while not folder.exists() and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(random.Random(seed).uniform(0, 0.3))
            os.kill(child.pid, signal.SIGKILL)
        database = open_database(folder)
        assert StoredInspections(database).next_item_number() >= 1
        database.close()
