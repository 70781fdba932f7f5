"""A photo that a bench deleted because it was safe is fetched back from a centre that runs as a process of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import centre_cases
import pytest
from centre_cases import CentreProcess, central
from running_bench import RunningBench

from inspection_station.errors import StationProblem

pytestmark = pytest.mark.both_surroundings(others_in_soak=True)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = centre_cases.process_of(tmp_path / "centre").start()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def bench(tmp_path: Path, centre: CentreProcess) -> Iterator[RunningBench]:
    running = RunningBench(tmp_path / "bench").enrol(centre.url, centre.code).start()
    yield running
    running.close()


def deletes_what_is_safe(bench: RunningBench, centre: CentreProcess, tmp_path: Path) -> None:
    """The centre makes a verified backup; the bench's disk is full until nothing that is safe is left on it."""
    bench.wait_until(bench.drained)
    central(centre.data, "backup", str(tmp_path / "backups"))
    bench.link.safe_photos._photos.used_share = lambda: 0.99  # type: ignore[method-assign]

    def all_gone() -> bool:
        bench.link.loop.hurry()
        return set(bench.station.safe_photos.gone(bench.photos)) == set(bench.photos)

    bench.wait_until(all_gone)
    bench.link.safe_photos._photos.used_share = lambda: 0.1  # type: ignore[method-assign]


def test_a_deleted_photo_comes_back_whole_and_stays(
    centre: CentreProcess, bench: RunningBench, tmp_path: Path
) -> None:
    bench.inspect(photos=2, size=600_000)
    deletes_what_is_safe(bench, centre, tmp_path)
    first, second = bench.photos
    assert bench.station.photos.size(first) is None
    told: list[tuple[int, int]] = []
    assert bench.station.originals is not None
    moment = bench.station.originals.fetch(first, lambda here, whole: told.append((here, whole)))
    bench.station.safe_photos.came_back(first, moment)
    assert hashlib.sha256(bench.station.photos.read(first)).hexdigest() == first
    assert told[-1] == (600_000, 600_000) and len(told) > 1
    assert set(bench.station.safe_photos.gone(bench.photos)) == {second}
    rounds = bench.link.loop.rounds

    def two_more_rounds() -> bool:
        bench.link.loop.hurry()
        return bench.link.loop.rounds > rounds + 2

    bench.wait_until(two_more_rounds)
    assert bench.station.photos.verify(first)


def test_without_the_centre_it_says_so_and_keeps_nothing(
    centre: CentreProcess, bench: RunningBench, tmp_path: Path
) -> None:
    bench.inspect()
    deletes_what_is_safe(bench, centre, tmp_path)
    centre.kill()
    assert bench.station.originals is not None
    with pytest.raises(StationProblem) as problem:
        bench.station.originals.fetch(bench.photos[0])
    assert problem.value.code == "original.offline"
    assert bench.station.photos.size(bench.photos[0]) is None
    assert set(bench.station.safe_photos.gone(bench.photos)) == set(bench.photos)
    bench.stop()
    assert bench.station.originals is None


def test_a_photo_that_the_centre_never_had_is_absent(centre: CentreProcess, bench: RunningBench) -> None:
    bench.inspect()
    bench.wait_until(lambda: bench.drained() and bench.station.is_online)
    assert bench.station.originals is not None
    with pytest.raises(StationProblem) as problem:
        bench.station.originals.fetch("0" * 64)
    assert problem.value.code == "original.absent"
