"""Three station processes and a centre: inspected, sorted, overridden and handed over while networks are cut and one is
killed; at the end every item is in exactly one place, and everybody tells the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import centre_people
import pytest
from centre_cases import CentreProcess, in_process_centre
from faults.house_child import dumped
from station_cases import station_settings

from inspection_station.domain.identifiers import tote_code
from inspection_station.server import enrolment
from inspection_station.server.custody_tables import CUSTODY
from inspection_station.station.assembly import Station
from inspection_station.station.centre_link import enrol_station

PROJECT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("house_child.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests")))}
STATIONS, WITHIN = 3, 120.0  # seconds
TOTES = {"restock": tote_code(501), "refurbish": tote_code(502), "scrap": tote_code(503), "donate": tote_code(504)}
SECOND = {"restock": tote_code(511), "refurbish": tote_code(512), "scrap": tote_code(513), "donate": tote_code(514)}

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


class Bench:
    """One station's process."""

    def __init__(self, folder: Path, number: int, lead: str) -> None:
        self.folder, self.number, self.lead = folder, number, lead
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(CHILD), str(self.folder), str(self.number), self.lead]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True, bufsize=1
        )

    def __call__(self, word: str, *rest: Any) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([word, *rest]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"station {self.number} has ended"
        return json.loads(line)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def until(holds: Callable[[], bool], what: str) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < WITHIN, what
        time.sleep(0.1)


@pytest.mark.timeout(900)
def test_every_item_is_in_one_place_and_all_tell_the_same(
    tmp_path: Path, rounds: Callable[[int, int], int], request: pytest.FixtureRequest
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance = random.Random(seed)
    each, overrides, missorts = rounds(8, 100), rounds(4, 40), rounds(4, 30)
    made = in_process_centre(tmp_path / "centre")
    lead = centre_people.make(made, "lead").id
    codes = [enrolment.make_enrolment_code(made, f"B{n + 1}", "", hours=10**6) for n in range(STATIONS)]
    made.close()
    centre = CentreProcess(tmp_path / "centre", demo=False).start()
    request.addfinalizer(lambda: centre.kill() if centre.process.poll() is None else None)
    folders = [tmp_path / f"bench-{n}" for n in range(STATIONS)]
    for folder, code in zip(folders, codes, strict=True):
        station = Station(station_settings(folder), folder / "data")
        enrol_station(station, centre.url, code)
        station.close()
    benches = [Bench(folder, number + 1, lead) for number, folder in enumerate(folders)]
    request.addfinalizer(lambda: [bench.kill() for bench in benches if bench.process.poll() is None])

    for disposition, tote in TOTES.items():
        assert benches[0]("open", tote, disposition) == ""
    for disposition, tote in SECOND.items():
        assert benches[1]("open", tote, disposition) == ""
    items: dict[str, str] = {}
    for number, bench in enumerate(benches):
        told = bench("inspect", number * 10_000 + 1, each, TOTES, chance.randrange(10**6))
        items.update(map(tuple, told))
    whole = each * STATIONS
    until(lambda: all(bench("known") == whole for bench in benches), "not everybody knows every item")

    cut = chance.choice(benches)
    cut("network", True)
    overridden = chance.sample(sorted(items), overrides)
    for rt_number in overridden:
        other = chance.choice([one for one in TOTES if one != items[rt_number]])
        code = benches[chance.randrange(STATIONS)]("review", rt_number, other)
        assert code == "", code
        items[rt_number] = other
    benches[0].kill()
    cut("network", False) if cut is not benches[0] else None
    benches[0].start()
    until(lambda: all(bench("waiting") == 0 for bench in benches), "acts wait for ever")
    until(lambda: all(_decided(bench, overridden, items) for bench in benches), "decisions do not arrive")

    for rt_number in chance.sample(sorted(items), missorts):
        wrong = chance.choice([tote for name, tote in TOTES.items() if name != items[rt_number]])
        bench = chance.choice(benches)
        assert bench("place", rt_number, wrong) == "tote.wrong_disposition"
    for rt_number, disposition in items.items():
        bench = chance.choice(benches)
        one, other = chance.sample((TOTES, SECOND), 2)
        code = bench("place", rt_number, one[disposition])
        assert code in ("", "tote.full"), code
        assert not code or bench("place", rt_number, other[disposition]) == "", "there is room in the other"
    until(lambda: all(bench("waiting") == 0 for bench in benches), "acts wait for ever")
    until(lambda: _alike(benches), "the stations do not tell the same")

    handed: list[list[str]] = []
    for bench, tote in zip(benches, (TOTES["restock"], SECOND["restock"]), strict=False):
        if bench("close", tote) == "":
            handed.append([tote, *bench("manifest", "restock", [tote])])
    assert handed
    until(lambda: all(bench("waiting") == 0 for bench in benches), "acts wait for ever")
    until(lambda: _alike(benches), "the stations do not tell the same after the manifest")
    for tote, manifest, _number, *scanned in handed:
        assert all(sorted(bench("exported", manifest)) == sorted(scanned) for bench in benches)
        assert benches[2]("draw_again", tote) != "", "a tote on a manifest is not drawn again"
    until(lambda: all(bench("waiting") == 0 for bench in benches), "acts wait for ever")
    until(lambda: _alike(benches), "the stations do not tell the same at the end")

    told = benches[2]("dump")
    for bench in benches:
        bench("end")
        bench.process.communicate()
    assert centre.stop() == (0, "")
    held = in_process_centre(tmp_path / "centre")
    at_centre = dumped(held.database.reader.connect, CUSTODY)
    held.close()
    assert at_centre == told
    rows = told["items"]
    assert len(rows) == whole and len({row[0] for row in rows}) == whole
    assert {row[1]: row[5] for row in rows} == items, "every override counts everywhere"
    assert all(row[3] == 1 for row in rows), "every place is proved by a scan"
    listed = [name for one in handed for name in one[3:]]
    assert len(listed) == len(set(listed)), "nothing is on two"
    assert {row[1] for row in rows if row[4]} == set(listed), "exactly what was scanned"
    units = {row[0]: row[3] for row in told["manifests"] if row[2] == "closed"}
    assert units == {one[2]: len(one[3:]) for one in handed}


def _decided(bench: Bench, names: list[str], items: dict[str, str]) -> bool:
    rows = {row[1]: row[5] for row in bench("dump")["items"]}
    return all(rows.get(name) == items[name] for name in names)


def _alike(benches: list[Bench]) -> bool:
    first, *rest = [bench("dump") for bench in benches]
    return all(one == first for one in rest)
