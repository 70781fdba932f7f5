"""The centre is put back from an older backup while five benches work: everything comes back without a click."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from centre_cases import CentreProcess, central, in_process_centre
from running_bench import DRAINED_WITHIN, RunningBench

from inspection_station.server import enrolment, ledger, search

pytestmark = pytest.mark.both_surroundings(others_in_soak=True)

BENCHES = 5


def work(benches: list[RunningBench], chance: random.Random, inspections: int) -> None:
    """The benches inspect on, whatever the centre does."""
    for _ in range(inspections):
        chance.choice(benches).inspect(photos=chance.choice([0, 1, 2]), size=chance.choice([3000, 60_000, 400_000]))


def is_back(bench: RunningBench, centre: CentreProcess) -> bool:
    """Whether the bench has matched with the centre's new life and nothing waits."""
    return bench.station.feed.noted("epoch") == centre.epoch and bench.drained()


@pytest.mark.timeout(3600)
@pytest.mark.expects_log("begun a new life")
def test_every_record_and_photo_of_five_benches_comes_back_untouched(
    tmp_path: Path, rounds: Callable[[int, int], int], request: pytest.FixtureRequest
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance = random.Random(seed)
    folder = tmp_path / "centre"
    made = in_process_centre(folder)
    codes = [enrolment.make_enrolment_code(made, f"B{n + 1}", "华东退货中心", hours=10**6) for n in range(BENCHES)]
    made.close()
    centre = CentreProcess(folder, demo=False).start()
    request.addfinalizer(lambda: centre.process.kill())
    benches = [
        RunningBench(tmp_path / f"bench-{n}", n + 1).enrol(centre.url, code).start() for n, code in enumerate(codes)
    ]
    work(benches, chance, 10)
    for number in range(rounds(1, 10)):
        backups = tmp_path / f"backups-{number}"
        central(centre.data, "backup", str(backups))  # while all of them send
        work(benches, chance, 15)
        chance.choice(benches).wait_until(lambda: sum(bench.waiting for bench in benches) < 20)
        centre.kill()
        work(benches, chance, 3)
        restored = tmp_path / f"restored-{number}"
        central(restored, "restore", str(backups))
        centre.data = restored
        centre.start()
        begun = time.monotonic()
        for bench in benches:
            bench.wait_until(partial(is_back, bench, centre))
        print(f"all back after {time.monotonic() - begun:.1f} s")
        assert time.monotonic() - begun < DRAINED_WITHIN
        work(benches, chance, 2)
    for bench in benches:
        bench.wait_until(bench.drained)
        bench.close()
    centre.stop()
    held = in_process_centre(centre.data)
    told = search.count_everything(held, verify_photos=True)
    events = sorted({(event.id, event.hash) for bench in benches for event in bench.events})
    photos = {name for bench in benches for name in bench.photos}
    for start in range(0, len(events), 900):
        assert ledger.lacking(held, events[start : start + 900]) == ([], [])
    assert (told["records"], told["records_stored"], told["photos"]) == (len(events), len(events), len(photos))
    assert (told["conflicts"], told["quarantined"], told["photos_damaged"]) == (0, 0, 0)
    assert told["photos_missing_on_disk"] == 0
    held.close()
