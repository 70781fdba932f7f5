"""What the product costs on this machine, each figure beside its floor, measured in the same run.

    make bench      or: python -m tests.benchmarks [--quick] [--only NAME]

A floor is the least that the same work can cost here: a bare window, one SQLite statement and a repaint, the bytes
made durable. Exit code 0 whatever the figures are; they are the user's to judge. Nothing is written outside a
temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
LONGEST = 900  # seconds for one child
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests"), str(HERE)]


@dataclass(frozen=True)
class Figure:
    """One line of the table: a value, its floor in the same unit, and what is asked of it ("" when nothing is)."""

    name: str
    value: float
    unit: str
    floor: float
    asked: str = ""
    ratio: bool = True  # a difference counts instead, where False

    def line(self) -> str:
        """As it is printed."""
        if self.ratio:
            beside = f"{self.value / self.floor:7.2f} ×" if self.floor else ""
        else:
            beside = f"{self.value - self.floor:+7.1f}  "
        return f"{self.name:<46}{self.value:>10.1f} {self.unit:<10}{self.floor:>10.1f}{beside:>12}   {self.asked}"


@dataclass(frozen=True)
class Bench:
    """Where and how thoroughly to measure. `filled` is a station's folder with many expected returns."""

    folder: Path
    filled: Path
    quick: bool

    def times(self, quick: int, full: int) -> int:
        """How often something is done."""
        return quick if self.quick else full


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def environment(folder: Path) -> dict[str, str]:
    """Of a child: off screen, its own data and settings, byte code kept as an installed program has it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests"))),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "INSPECTION_STATION_DATA": str(folder / "data"),
        "INSPECTION_STATION_CONFIG": str(folder / "config"),
    }  # fmt: skip


def child(bench: Bench, script: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """One of the child programs beside this file."""
    return subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments], env=environment(bench.folder), cwd=PROJECT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The last line a child printed, as JSON."""
    try:
        printed, errors = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    if process.returncode:
        raise RuntimeError(errors[-3000:])
    return dict(json.loads(printed.splitlines()[-1]))


def start(bench: Bench) -> Iterator[Figure]:
    """Process start to a window that is ready, in turns with a bare window."""

    def once(*arguments: str) -> float:
        begun = time.monotonic()
        process = child(bench, "start_child.py", *arguments)
        printed, errors = process.communicate()
        for line in printed.splitlines():
            if line.startswith("ready"):
                return (float(line.split()[1]) - begun) * 1000
        raise RuntimeError(errors[-3000:])

    bare, station = [], []
    for number in range(bench.times(3, 10) + 1):
        measured = once("bare"), once("station", str(bench.filled))
        if number:  # the first start compiles byte code and fills the disk's cache
            bare.append(measured[0])
            station.append(measured[1])
    middle = statistics.median
    yield Figure("start: process to ready for scanning", middle(station), "ms", middle(bare), "≤ 6 × a bare window")


def window(bench: Bench) -> Iterator[Figure]:
    """A run of inspections in the real window over a million returns, beside an idle Qt loop under the same load."""
    from station_cases import fill_station, one_return

    returns, folder = bench.times(20_000, 1_000_000), bench.folder / "a million"
    fill_station(folder, (one_return(number) for number in range(returns)))
    floors = answer(child(bench, "window_child.py", "floor", str(folder)))
    idle = child(bench, "window_child.py", "idle", stdin=subprocess.PIPE)
    assert idle.stdout is not None
    idle.stdout.readline()
    count = bench.times(4, 100)
    told = answer(child(bench, "window_child.py", "station", str(folder), str(count)))
    beside = answer(idle)["beats"]  # ends it: its standard input is closed
    for name, key, lowest, asked in (
        (f"scan → return shown, among {returns:,}", "scan", "lookup", "p95 ≤ 150 ms"),
        ("key → photo judged, durable, sealed, shown", "photo", "photo", "≤ 400 ms after the shutter"),
        ("confirm → waiting shown", "confirm", "commit", "≤ 200 ms"),
        ("confirm → label read by a printer on loopback", "label", "commit", "≤ 1.5 s"),
    ):
        for word, share in (("p50", 0.5), ("p95", 0.95)):
            least = percentile(floors[lowest], share)
            yield Figure(f"{name}, {word}", percentile(told[key], share), "ms", least, asked if share > 0.9 else "")
    late, least = percentile(told["beats"], 0.999), percentile(beside, 0.999)
    asked = f"≤ 50 ms more than an idle Qt loop ({count} inspections)"
    yield Figure("window: lateness of a 5 ms timer, p99.9", late, "ms", least, asked, ratio=False)
    yield Figure("window: longest stall", max(told["beats"]), "ms", max(beside), "", ratio=False)


def photos(bench: Bench) -> Iterator[Figure]:
    """Shutter to durable: judge, encode, keep and record a 1080p picture; floor: encode, hash, sync, one commit."""
    import numpy as np
    from bench_photos import floor
    from scripted_bench import ScriptedBench
    from station_cases import PERSON, fill_station, one_return, station_settings, tracking_number

    from inspection_station.devices.camera import Frame
    from inspection_station.devices.simulated_scenes import SceneLibrary
    from inspection_station.evidence.imaging import encode_jpeg
    from inspection_station.station.assembly import Station
    from inspection_station.station.shutter import prepare_photo
    from inspection_station.workflows.inspecting import keep_photo

    folder, plain = bench.folder / "photo station", bench.folder / "photo floor"
    plain.mkdir()
    fill_station(folder, [one_return(1)])
    station = Station(station_settings(folder), folder)
    worker = ScriptedBench(station, PERSON)
    worker.scan(tracking_number(1))
    bare = sqlite3.connect(plain / "bare.sqlite3", isolation_level=None)
    bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
    scene = np.array(SceneLibrary().parcel("SF1390447120865"))
    case, taken, least = worker.case, [], []
    for number in range(bench.times(5, 40)):
        picture = scene.copy()
        picture[0, 0] = number % 256
        begun = time.perf_counter()
        photo = prepare_photo(Frame(picture, time.monotonic()), "front")
        case = keep_photo(station.desk, case, PERSON, photo)
        taken.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        floor(plain, encode_jpeg(picture), number)
        bare.execute("INSERT INTO t (b) VALUES (?)", ("x" * 1500,))
        least.append((time.perf_counter() - begun) * 1000)
    station.close()
    bare.close()
    for word, share, asked in (("p50", 0.5, ""), ("p95", 0.95, "≤ 400 ms")):
        name = f"shutter → durable and recorded, {word}"
        yield Figure(name, percentile(taken, share), "ms", percentile(least, share), asked)


def shutter(bench: Bench) -> Iterator[Figure]:
    """A shot while preview and live scan run, and the floor in turns with it under the same load: sizes and kinds."""
    import bench_shutter

    folder = bench.folder / "shutter"
    folder.mkdir()
    for label, times in bench_shutter.figures(folder, bench.times(10, 40)):
        for word, share, asked in (("p50", 0.5, ""), ("p95", 0.95, "≤ 2 × the floor")):
            least = percentile(times.least, share)
            yield Figure(f"shutter → durable, {label}, {word}", percentile(times.durable, share), "ms", least, asked)


def rulers(bench: Bench) -> Iterator[Figure]:
    """The ruler in every close-up of the demo, and none in the same without its lower part, in tags or barcodes."""
    from bench_shutter import rulers_of_the_demo

    found = rulers_of_the_demo()
    for name, right, of in found.counts:
        yield Figure(f"ruler: {name}, right", right, "pictures", of, "all")
    yield Figure("ruler: one look at a picture, median", statistics.median(found.milliseconds), "ms", 0.0)


def decoding(bench: Bench) -> Iterator[Figure]:
    """The parcel's number in bench frames, accepted on a second ground; floor: zxing-cpp as it comes."""
    import zxingcpp

    from inspection_station.devices.barcodes import read_codes
    from inspection_station.devices.simulated_scenes import SceneLibrary

    library, chance = SceneLibrary(), random.Random(1)
    ours, least, right = [], [], 0
    count = bench.times(4, 20)
    for _ in range(count):
        number = f"SF{chance.randrange(10**13):013d}"
        frame = library.parcel(number)
        begun = time.perf_counter()
        reads = read_codes(frame, (number,))
        ours.append((time.perf_counter() - begun) * 1000)
        right += any(read.text == number and read.accepted for read in reads)
        begun = time.perf_counter()
        zxingcpp.read_barcodes(frame)
        least.append((time.perf_counter() - begun) * 1000)
    yield Figure(
        "decode a parcel's frame, median", statistics.median(ours), "ms", statistics.median(least),
        f"{right} of {count} read and accepted",
    )  # fmt: skip


def scanning(bench: Bench) -> Iterator[Figure]:
    """Scans and keystrokes with a window that stalls; the band between both is told by `bench_scanning.py` itself."""
    found = answer(child(bench, "bench_scanning.py", str(bench.times(500, 10_000))))
    day, waits = found["day"], found["letters"]
    name = f"scan: {day['scans']:,} scans, {day['keys']:,} keys:"
    for key in ("lost", "made up", "out of order"):
        yield Figure(f"{name} {key}", day[key], "", 0.0, "0", ratio=False)
    yield Figure("scan: a key through the filter", day["µs a key"], "µs", day["floor"])
    yield Figure("scan: typed letter → its shortcut, p99", percentile(waits, 0.99), "ms", 40.0, "≤ 100 ms", ratio=False)
    band = found["band"]
    yield Figure("scan: slow scanners misread (gaps 31–59 ms)", sum(row["misread"] for row in band), "", 0.0, "0",
                 ratio=False)  # fmt: skip
    apart = max((row["gap"] for row in band if row["separates"] and row["then"] == 1.0), default=0)
    asked = "typing from 60 ms"
    yield Figure("scan: slowest scanner a calibration separates", apart, "ms gap", 60.0, asked, ratio=False)


def live(bench: Bench) -> Iterator[Figure]:
    """A 1080p30 network camera watched: CPU beside bare decoding of the same stream, and the preview's GUI time.

    Then parcels are worked on in the real window, with that camera, beside an idle Qt loop.
    """
    camera = child(bench, "bench_cameras.py", "serve", stdin=subprocess.PIPE)
    assert camera.stdout is not None and camera.stdin is not None
    try:
        address = camera.stdout.readline().strip()
        told = answer(child(bench, "bench_cameras.py", "live", address, str(bench.times(3, 15))))
        folder = str(bench.folder / "live station")
        told |= answer(child(bench, "bench_cameras.py", "work", address, folder, str(bench.times(12, 60))))
    finally:
        camera.stdin.close()
        camera.wait(20)
    least = told["decode"] * 100
    for name, key, asked in (
        ("live: 1080p30 MJPEG feed, CPU", "feed", ""),
        ("live: feed and preview, CPU", "preview", ""),
        ("live: feed, preview and live scan, CPU", "scan", "≤ 50 % of a core on top of decoding"),
    ):
        yield Figure(name, told[key] * 100, "% of core", least, asked, ratio=False)
    yield Figure("live: preview, pictures shown a second", told["scan fps"], "a second", told["feed fps"], "30")
    yield Figure("live: preview, GUI time a picture", told["scan gui ms"], "ms", 0.0, "≤ 4 ms")
    for word, share, asked in (("p99", 0.99, "≤ 16 ms"), ("p99.9", 0.999, "≤ 50 ms")):
        late, idle = percentile(told["late"], share), percentile(told["idle"], share)
        asked = f"{asked} more than an idle Qt loop ({told['scans']} parcels, {told['photos']} photos)"
        yield Figure(f"live: lateness of the window's 5 ms timer, {word}", late, "ms", idle, asked, ratio=False)


def database(bench: Bench) -> Iterator[Figure]:
    """A photo's event appended beside a bare FULL commit of as many bytes."""
    from storage_cases import Making, item, photo, sha

    from inspection_station.domain.folding import fold
    from inspection_station.storage.inspections import StoredInspections
    from inspection_station.storage.opening import open_database

    opened = open_database(bench.folder / "appends")
    store = StoredInspections(opened)
    bare = sqlite3.connect(bench.folder / "appends" / "bare.sqlite3", isolation_level=None)
    bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
    making = Making(store)
    making.add(making.parcel(), item("i1", 1))
    appended, least = [], []
    for number in range(bench.times(20, 200)):
        events = making.next_events(photo(sha(number), "i1"))
        after = fold([*making.events, *events])
        begun = time.perf_counter()
        store.append(after, events)
        appended.append((time.perf_counter() - begun) * 1000)
        making.events += events
        begun = time.perf_counter()
        bare.execute("INSERT INTO t (b) VALUES (?)", ("x" * 1500,))
        least.append((time.perf_counter() - begun) * 1000)
    opened.close()
    bare.close()
    yield Figure("database: append one event, median", statistics.median(appended), "ms", statistics.median(least))


def rules(bench: Bench) -> Iterator[Figure]:
    """A dry run over closed inspections of one item each; floor: reading and folding the same ones."""
    import bench_rules

    count = bench.times(500, 10_000)
    ran = bench_rules.measure(bench.folder / "rules", count)
    asked = f"{count / ran.seconds:,.0f} a second; {ran.moved:,} of {ran.items:,} items would have moved"
    yield Figure(f"rules: dry run of {count:,} inspections", ran.seconds, "s", ran.floor, asked)


def paper(bench: Bench) -> Iterator[Figure]:
    """A 500-row Chinese manifest, the first of a process and later ones; floor: its texts written unset."""
    import bench_paper

    ran = bench_paper.measure(bench.times(3, 15))
    yield Figure("paper: 500-row manifest, first", ran.first * 1000, "ms", ran.floor * 1000, "≤ 1 s")
    yield Figure("paper: 500-row manifest, median", ran.later * 1000, "ms", ran.floor * 1000, "≤ 1 s")


def returns(bench: Bench) -> Iterator[Figure]:
    """Searches among a million expected returns beside one row by its key, and the feed that brings them."""
    import bench_returns

    count, folder = bench.times(20_000, 1_000_000), bench.folder / "returns"
    rate = bench_returns.fill(folder, count)
    yield Figure(f"feed of {count:,} returns, a second", rate, "returns", 0.0, "a rate: higher is better")
    for timed in bench_returns.searches(folder, count, bench.times(40, 300)):
        for word, share in (("p50", 0.5), ("p95", 0.95)):
            asked = "≤ 150 ms with the window" if share > 0.9 and timed.name.startswith("scan") else ""
            value, least = percentile(timed.ours, share), percentile(timed.least, share)
            yield Figure(f"among {count:,}: {timed.name}, {word}", value, "ms", least, asked)


def imports(bench: Bench) -> Iterator[Figure]:
    """An import of many rows beside a bulk insert of the same returns."""
    import bench_import

    folder = bench.folder / "imports"
    folder.mkdir()
    count = bench.times(2_000, 100_000)
    for timed in bench_import.figures(folder, count):
        yield Figure(f"{count:,} rows: {timed.name}", timed.seconds, "s", timed.floor)


def sync(bench: Bench) -> Iterator[Figure]:
    """Rates of the sync with a real centre; a higher one is better."""
    import bench_sync

    if bench.quick:
        bench_sync.INSPECTIONS, bench_sync.PHOTOS = 40, 10
    for name, value, unit, least in bench_sync.measure():
        yield Figure(name, value, unit, least, "a rate: higher is better")


def centre_photos(bench: Bench) -> Iterator[Figure]:
    """Photos into a real centre, hashed and durable, beside nginx's plain PUT of the same bytes."""
    import bench_centre_photos

    bench_centre_photos.ROUNDS = bench.times(2, 6)
    for name, value, unit, least in bench_centre_photos.measure(lambda text: None):
        yield Figure(name, value, unit, least, "≥ 0.6 × nginx PUT")


def centre(bench: Bench) -> Iterator[Figure]:
    """The centre on SQLite and PostgreSQL beside bare inserts, drivers and cursors; 200 benches at its door."""
    import bench_centre_database
    import bench_centre_door

    for rate in bench_centre_database.figures(bench.folder / "centre", bench.quick):
        asked = f"{rate.asked} (a rate: higher is better)" if rate.asked else "a rate: higher is better"
        yield Figure(rate.name, rate.value, "a second", rate.floor, asked)
    for name, value, unit, asked in bench_centre_door.measure(bench.folder / "door", bench.times(8, 60)):
        yield Figure(name, value, unit, 0.0, asked)


def house(bench: Bench) -> Iterator[Figure]:
    """The lead's screens with many items in the database."""
    import bench_house

    for timed in bench_house.figures(bench.folder / "house", bench.times(20_000, 1_000_000), bench.times(10, 50)):
        for word, share in (("p50", 0.5), ("p95", 0.95)):
            asked = timed.asked if share > 0.9 else ""
            ours, least = percentile(timed.ours, share), percentile(timed.least, share)
            yield Figure(f"{timed.name}, {word}", ours, "ms", least, asked)


def labels(bench: Bench) -> Iterator[Figure]:
    """Labels laid out and drawn, every one of another item; floor: the same labels with their codes alone."""
    import bench_labels

    for timed in bench_labels.figures(bench.times(12, 100)):
        for word, share in (("p50", 0.5), ("p95", 0.95)):
            asked = "≤ 50 ms" if share > 0.9 and timed.name.startswith("60×40 mm, 203 dpi") else ""
            name, value, least = f"label {timed.name}, {word}", percentile(timed.ours, share), timed.least
            yield Figure(name, value, "ms", percentile(least, share), asked)


def figures(bench: Bench) -> Iterator[Figure]:
    """The lead's figures of a month beside one bare reading of its rows."""
    import bench_figures

    for timed in bench_figures.measured(bench.folder / "figures", bench.times(20_000, 200_000), bench.times(3, 10)):
        yield Figure(timed.name, percentile(timed.ours, 0.5), "ms", percentile(timed.least, 0.5), timed.asked)


PARTS: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "start": start, "window": window, "photos": photos, "shutter": shutter, "rulers": rulers,
    "decoding": decoding, "scanning": scanning, "live": live,
    "database": database, "returns": returns, "imports": imports, "rules": rules, "sync": sync, "paper": paper,
    "centre-photos": centre_photos,
    "labels": labels, "centre": centre, "house": house, "figures": figures,
}  # fmt: skip


def main() -> int:
    """Measure and print; 1 when a part of it could not be measured at all."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a few rounds of each, for a first impression")
    parser.add_argument("--only", choices=PARTS, help="this part alone")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="only the decoder, on a folder with a manifest.csv")
    parser.add_argument("--frames", type=Path, metavar="FILE", help="only the decoder, on what a Python file draws")
    arguments = parser.parse_args()
    if arguments.corpus or arguments.frames:
        import bench_decoding

        for line in bench_decoding.lines(arguments.corpus, arguments.frames, 3 if arguments.quick else 12):
            print(line, flush=True)
        return 0
    from station_cases import fill_station, one_return

    broken = 0
    with tempfile.TemporaryDirectory(prefix="inspection-station-bench-") as made:
        bench = Bench(Path(made), Path(made) / "filled", arguments.quick)
        if arguments.only in (None, "start"):
            fill_station(bench.filled, (one_return(number) for number in range(20_000)))
        print(f"{'':<46}{'value':>10} {'unit':<10}{'floor':>10}{'ratio':>12}   asked", flush=True)
        for name, part in PARTS.items():
            if arguments.only not in (None, name):
                continue
            try:
                for figure in part(bench):
                    print(figure.line(), flush=True)
            except Exception as error:
                broken = 1
                print(f"{name}: could not be measured: {error}", file=sys.stderr)
    return broken


if __name__ == "__main__":
    sys.exit(main())
