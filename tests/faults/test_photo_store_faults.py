"""Disks that fail and processes that die while a photo is kept: whole photos or none, and a sentence that says so."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import encode_jpeg
from inspection_station.evidence.photo_store import PhotoStore

PROJECT = Path(__file__).resolve().parents[2]


def photo(seed: int = 1) -> bytes:
    rough = np.random.default_rng(seed).integers(0, 256, (30, 40, 3), np.uint8)
    return encode_jpeg(np.kron(rough, np.ones((8, 8, 1), np.uint8)))


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def fails_on(monkeypatch: pytest.MonkeyPatch, call: str, number: int, nth: int) -> None:
    """The `nth` use of os.`call` from now on, and all later ones, fail with `number`."""
    real: Callable[..., Any] = getattr(os, call)
    uses = 0

    def failing(*arguments: Any, **named: Any) -> Any:
        nonlocal uses
        uses += 1
        if uses >= nth:
            raise OSError(number, os.strerror(number))
        if call == "write":  # a disk that takes a part first
            return real(arguments[0], bytes(arguments[1])[:100])
        return real(*arguments, **named)

    monkeypatch.setattr(os, call, failing)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk.full"),
        (errno.EIO, "disk.fault"),
        (errno.EROFS, "disk.unwritable"),
        (errno.EACCES, "disk.unwritable"),
    ],
)
@pytest.mark.parametrize(
    ("call", "nth"),
    [("open", 1), ("write", 1), ("write", 2), ("fsync", 1), ("fsync", 2), ("fsync", 4), ("replace", 1), ("mkdir", 2)],
)
@pytest.mark.expects_log("photo not kept")
def test_a_failing_disk_leaves_nothing_half_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int, number: int, code: str
) -> None:
    store = PhotoStore(tmp_path, minimum_free=0)
    kept = store.keep(photo(1))
    if call != "mkdir":
        store.path(hashlib.sha256(photo(2)).hexdigest()).parent.mkdir(parents=True)
    with monkeypatch.context() as patch:
        fails_on(patch, call, number, nth)
        with pytest.raises(StationProblem) as problem:
            store.keep(photo(2))
    assert problem.value.code == code
    assert not problem.value.work_goes_on
    assert files_below(tmp_path) == [kept.path]
    again = store.keep(photo(2))
    assert store.verify(again.sha256) and store.verify(kept.sha256)


@pytest.mark.expects_log("photo not kept")
def test_a_fault_while_keeping_a_photo_again_does_not_touch_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PhotoStore(tmp_path, minimum_free=0)
    kept = store.keep(photo(1))
    with monkeypatch.context() as patch:
        fails_on(patch, "fsync", errno.EIO, 1)
        with pytest.raises(StationProblem):
            store.keep(photo(1))
    assert store.verify(kept.sha256)


def test_the_file_is_synced_before_its_name_and_the_name_before_keep_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PhotoStore(tmp_path, minimum_free=0)
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(handle: int) -> None:
        steps.append("sync folder" if Path(f"/proc/self/fd/{handle}").resolve().is_dir() else "sync file")
        fsync(handle)

    def watched_replace(old: Path, new: Path) -> None:
        steps.append("name")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    store.keep(photo())
    assert steps == ["sync file", "name", "sync folder", "sync folder", "sync folder"]


KEEPER = """
import hashlib, sys
from pathlib import Path
import numpy as np
from inspection_station.evidence.imaging import encode_jpeg
from inspection_station.evidence.photo_store import PhotoStore

store = PhotoStore(Path(sys.argv[1]), minimum_free=0)
noise = np.random.default_rng(int(sys.argv[2])).integers(0, 256, (300, 400, 3), np.uint8)
for number in range(100_000):
    noise[0, 0] = number % 256, number // 256 % 256, number // 65536
    jpeg = encode_jpeg(noise)
    print("try", hashlib.sha256(jpeg).hexdigest(), flush=True)
    print("kept", store.keep(jpeg).sha256, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_process_killed_at_any_moment_leaves_only_whole_photos(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    seeds = random.Random(os.environ.get("INSPECTION_STATION_TEST_SEED") or time.time_ns())
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    for attempt in range(rounds(4, 100)):
        seed, delay = seeds.randrange(2**31), seeds.uniform(0.0, 0.06)
        with subprocess.Popen(
            [sys.executable, "-c", KEEPER, str(tmp_path), str(seed)],
            stdout=subprocess.PIPE, text=True, env=environment,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(delay)
            process.kill()
            told = [first, *process.stdout]
        promised = {line.split()[1] for line in told if line.startswith("kept ") and len(line) == 70}
        store = PhotoStore(tmp_path, minimum_free=0)
        store.sweep()
        there = set(store.kept())
        assert promised <= there, f"attempt {attempt}, seed {seed}: a photo told as kept is gone"
        assert all(store.verify(name) for name in there), f"attempt {attempt}, seed {seed}: a photo is not whole"
        assert all(path.suffix == ".jpg" for path in files_below(tmp_path)), "stale files stay"
