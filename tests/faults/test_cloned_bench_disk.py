"""A bench's disk is copied while nothing is open, and both go on: both are told, and all of both is at the centre."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from centre_cases import PROJECT, CentreProcess, in_process_centre
from running_bench import RunningBench

from inspection_station.server import enrolment, ledger, search

pytestmark = pytest.mark.both_surroundings(others_in_soak=True)

CHILD = Path(__file__).with_name("sync_child.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests")))}


def synced(folder: Path) -> list[str]:
    """What a station in a process of its own says of itself once all is sent."""
    done = subprocess.run(
        [sys.executable, str(CHILD), str(folder)], env=ENVIRONMENT, capture_output=True, check=True, timeout=120
    )
    return [line for line in done.stdout.decode().splitlines() if line in ("copied", "drained")]


def test_two_stations_of_one_disk_are_both_told_and_nothing_of_either_is_lost(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    centre = CentreProcess(tmp_path / "centre").start()
    request.addfinalizer(lambda: centre.process.kill())
    bench = RunningBench(tmp_path / "bench").enrol(centre.url, centre.code)
    bench.inspect(photos=1)
    bench.station.close()
    assert synced(bench.folder / "data") == ["drained"]

    shutil.copytree(bench.folder, tmp_path / "copy")
    bench = RunningBench(bench.folder, 1, events=bench.events, photos=bench.photos, count=1)
    copy = RunningBench(tmp_path / "copy", 1, photos=list(bench.photos), count=1)
    bench.start()  # it works on, and knows of nothing
    bench.inspect(photos=1)
    bench.wait_until(bench.drained)
    copy.inspect(photos=2)  # under the numbers that the other one gives as well
    copy.inspect(photos=0)
    copy.station.close()
    assert synced(copy.folder / "data") == ["copied", "drained"]
    bench.wait_until(lambda: "station.copied" in bench.kinds(), 60)
    assert bench.states[-1].what["en"].startswith("Another computer has sent")
    bench.inspect(photos=1)
    bench.wait_until(bench.drained)
    bench.close()
    assert synced(bench.folder / "data") == ["copied", "drained"]

    assert centre.stop()[0] == 0
    held = in_process_centre(centre.data, practice=True)
    events = sorted((event.id, event.hash) for event in (*bench.events, *copy.events))
    told = search.count_everything(held, verify_photos=True)
    assert ledger.lacking(held, events) == ([], [])
    assert (told["records_stored"], told["conflicts"], told["quarantined"]) == (len(events), 0, 0)
    assert told["photos"] == len({*bench.photos, *copy.photos}) and told["photos_missing_on_disk"] == 0
    assert [one["state"] for one in enrolment.list_stations(held)] == ["forked"]
    held.close()
