"""A photo damaged on a real centre's disk: the scrub finds it, its bench is asked at once and sends the right bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_cases import PROJECT, CentreProcess, central
from running_bench import RunningBench


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = CentreProcess(tmp_path / "centre").start()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def bench(tmp_path: Path, centre: CentreProcess) -> Iterator[RunningBench]:
    running = RunningBench(tmp_path / "bench").enrol(centre.url, centre.code).start()
    watch = threading.Thread(target=running.link.watch.run, daemon=True)
    watch.start()
    yield running
    running.close()
    centre.stop()  # which ends the question that waits
    watch.join(40)
    assert not watch.is_alive()


def damage(centre: CentreProcess, name: str) -> Path:
    file = centre.data / "photos" / name[:2] / name
    file.chmod(0o644)
    file.write_bytes(b"x" + file.read_bytes()[1:])
    return file


def scrub(centre: CentreProcess) -> dict[str, object]:
    """The command, which ends with 1 while something lacks."""
    done = subprocess.run(
        [sys.executable, "-m", "inspection_station", "central", "scrub", "--data", str(centre.data), "--json"],
        cwd=PROJECT, capture_output=True, check=False, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return dict(json.loads(done.stdout))


def damaged(centre: CentreProcess, *words: str) -> list[dict[str, str]]:
    return list(central(centre.data, "damaged-photos", *words)["damaged_photos"])


def test_the_bench_learns_at_once_and_sends_it_again(centre: CentreProcess, bench: RunningBench) -> None:
    bench.link.engine._poll_seconds = 3600.0  # only the waiting question can bring it, not polling
    bench.inspect(photos=2)
    bench.wait_until(lambda: bench.drained() and bench.link.engine.place is not None)
    compared = bench.link.engine._compared_at
    right = bench.station.photos.read(bench.photos[0])
    file = damage(centre, bench.photos[0])
    told = scrub(centre)
    assert (told["damaged"], told["lacking"]) == ([bench.photos[0]], 1)

    bench.wait_until(lambda: file.exists() and file.read_bytes() == right and bench.drained())

    assert damaged(centre) == []
    (mended,) = damaged(centre, "--mended")
    assert (mended["sha256"], mended["mended_from"]) == (bench.photos[0], "station")
    assert (mended["station"], mended["tracking_number"]) == ("B12", "SF0001000000001")
    assert bench.link.engine._compared_at == compared  # no comparison of days was needed
    bench.wait_until(lambda: bench.station.attention.items() == [])


def test_a_photo_that_is_nowhere_any_more_stands_on_the_benchs_list_and_the_centres(
    centre: CentreProcess, bench: RunningBench, tmp_path: Path
) -> None:
    bench.inspect()
    bench.wait_until(bench.drained)
    central(centre.data, "backup", str(tmp_path / "backups"))
    bench.link.safe_photos._photos.used_share = lambda: 0.99  # type: ignore[method-assign]

    def deleted() -> bool:
        bench.link.loop.hurry()
        return set(bench.station.safe_photos.gone(bench.photos)) == set(bench.photos)

    bench.wait_until(deleted)
    damage(centre, bench.photos[0])
    scrub(centre)  # without the backup folder in its settings

    bench.wait_until(lambda: [item.code for item in bench.station.attention.items()] == ["photo.lost_there"])

    (lacking,) = damaged(centre)
    assert (lacking["sha256"], lacking["what"], lacking["station"]) == (bench.photos[0], "damaged", "B12")
    assert bench.drained()
