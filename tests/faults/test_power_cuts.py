"""The power is cut: all that the bench called saved, and all that the centre acked, is there afterwards."""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from centre_cases import PROJECT, CentreProcess, in_process_centre
from power_cuts import Disk, why_not
from running_bench import RunningBench

from inspection_station.domain.events import broken_link
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.server import ledger, search
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.reference import StoredReference

CHILD = Path(__file__).with_name("power_child.py")
MOST_WAITING = 60  # photos; a bench that never lets up fills the small disk
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests")))}

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.timeout(3600),
]


@pytest.fixture
def chance() -> random.Random:
    """The one source of chance; its seed is printed."""
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "image", tmp_path / "disk")
    yield made
    made.unmount()


def bench_until_cut(disk: Disk, chance: random.Random, *more: str) -> list[list[str]]:
    """Let a bench work on the disk and cut its power; what it said until then."""
    words = [sys.executable, str(CHILD), str(disk.folder / "bench"), str(chance.getrandbits(32)), *more]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as child:
        assert child.stdout is not None
        assert select.select([child.stdout], [], [], 60)[0], "the bench says something within a minute"
        time.sleep(chance.uniform(0.0, 1.2))
        disk.cut(child)
        said = child.stdout.read().decode()
    disk.unmount()
    disk.mount()
    return [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]


def test_a_bench_has_all_that_it_called_saved(
    disk: Disk, chance: random.Random, rounds: Callable[[int, int], int]
) -> None:
    saved: dict[str, int] = {}
    taken: set[str] = set()
    page = 0
    for _ in range(rounds(2, 50)):
        for word, *told in bench_until_cut(disk, chance):
            if word == "saved":
                saved[told[0]] = int(told[1])
            elif word == "photo":
                taken.add(told[0])
            else:
                page = int(told[0])
        database = open_database(disk.folder / "bench")
        inspections, outbox = StoredInspections(database), StoredOutbox(database)
        photos = PhotoStore(disk.folder / "bench" / "photos", minimum_free=0)
        for inspection_id, count in saved.items():
            events = inspections.events_of(inspection_id)
            assert len(events) >= count and broken_link(events) is None
        assert [sha256 for sha256 in taken if not photos.verify(sha256)] == []
        assert [sha256 for sha256 in photos.kept() if not photos.verify(sha256)] == []  # none is there in part
        named = outbox.pending_photos(10**6)
        assert [sha256 for sha256 in named if not photos.verify(sha256)] == []
        cursor = int(StoredFeed(database).cursor()[1] or 0)
        assert cursor >= page
        assert len(StoredReference(database).totes()) == cursor  # never ahead of the data
        database.close()
        if sum(file.stat().st_size for file in disk.folder.rglob("*") if file.is_file()) > 120 * 1024 * 1024:
            break_up(disk, saved, taken)
            page = 0
    print(f"{len(saved)} inspections, {len(taken)} photos")


def test_a_bench_that_does_not_wait_for_its_disk_is_found(disk: Disk, chance: random.Random) -> None:
    for _ in range(5):
        taken = {told[0] for word, *told in bench_until_cut(disk, chance, "careless") if word == "photo"}
        photos = PhotoStore(disk.folder / "bench" / "photos", minimum_free=0)
        if any(not photos.verify(sha256) for sha256 in taken):
            return
    raise AssertionError("no photo was lost though none was written through")


def break_up(disk: Disk, saved: dict[str, int], taken: set[str]) -> None:
    """The disk is nearly full: begin with an empty bench."""
    subprocess.run(["rm", "-rf", str(disk.folder / "bench")], check=True)
    saved.clear()
    taken.clear()


def test_a_centre_has_all_that_it_acked(
    disk: Disk, chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    centre = CentreProcess(disk.folder / "centre").start()
    bench = RunningBench(tmp_path / "bench").enrol(centre.url, centre.code).start()
    try:
        for _ in range(rounds(2, 50)):
            until = time.monotonic() + chance.uniform(0.2, 2.0)
            while time.monotonic() < until:
                if bench.station.outbox.counts().photos > MOST_WAITING:
                    time.sleep(0.05)
                    continue
                bench.inspect(photos=chance.choice([0, 1, 2]), size=chance.choice([3000, 30_000, 60_000]))
            disk.cut(centre.process)
            centre.kill()
            acked = bench.station.outbox.sent_ids("", 10**6)
            waiting = set(bench.station.outbox.pending_photos(10**6))
            disk.unmount()
            disk.mount()
            held = in_process_centre(centre.data, practice=True)
            for start in range(0, len(acked), 900):
                assert ledger.lacking(held, acked[start : start + 900])[0] == []
            sent = [sha256 for sha256 in bench.photos if sha256 not in waiting]
            assert [sha256 for sha256 in sent if not held.photos.verify(sha256)] == []
            held.close()
            centre.start()
            bench.link.loop.hurry()
        bench.wait_until(bench.drained)
    finally:
        bench.close()
        centre.kill()
    held = in_process_centre(centre.data, practice=True)
    told = search.count_everything(held, verify_photos=True)
    assert (told["records_stored"], told["photos"]) == (len(bench.events), len(set(bench.photos)))
    assert (told["photos_damaged"], told["photos_missing_on_disk"], told["conflicts"]) == (0, 0, 0)
    held.close()
    print(f"{len(bench.events)} records, {len(bench.photos)} photos")
