"""Shutter to durable while preview and live scan run, at three sizes, beside the floor in turns in the same run.

    python tests/benchmarks/bench_shutter.py [SHOTS]

Of each size: an item's front; the parcel's outside, in which the number that was scanned is read before it counts; and
a close-up, in which a ruler is looked for. All of them count.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[part]) for part in (2, 1, 0)]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench_photos import SIZES, floor  # noqa: E402
from PySide6.QtCore import QSize  # noqa: E402
from PySide6.QtGui import QGuiApplication  # noqa: E402
from station_cases import PERSON, fill_station, one_return, station_settings, tracking_number  # noqa: E402

from inspection_station.devices.camera import Camera, Frame  # noqa: E402
from inspection_station.devices.simulated_scenes import SceneLibrary  # noqa: E402
from inspection_station.evidence.imaging import encode_jpeg  # noqa: E402
from inspection_station.evidence.ruler import find_ruler  # noqa: E402
from inspection_station.locations import resources  # noqa: E402
from inspection_station.picture_files import Picture, open_picture, read_picture_file  # noqa: E402
from inspection_station.station.assembly import Station  # noqa: E402
from inspection_station.station.background import Background  # noqa: E402
from inspection_station.station.bench_camera import BenchCamera  # noqa: E402
from inspection_station.station.notices import Notices  # noqa: E402
from inspection_station.station.session import Session  # noqa: E402
from inspection_station.workflows.inspecting import WantedShot  # noqa: E402

SHOTS_OF_A_PARCEL = 8
PARCEL = "SF1390447120865"  # on the label of the scene
FRONT, OUTSIDE, CLOSE_UP = "front", "parcel", "close-up"
WANTED = {
    FRONT: WantedShot("front", True), OUTSIDE: WantedShot("waybill", True),
    CLOSE_UP: WantedShot("close_up", True, ruler=True),
}  # fmt: skip
ABOVE_THE_RULER = 790  # rows of a close-up of the demo: the scale card lies below


class StillCamera(Camera):
    """30 frames a second of a scene, each with other noise in a corner."""

    name = "still"

    def __init__(self, scene: Picture) -> None:
        self._scene, self._next, self._number = scene, 0.0, 0

    def open(self) -> None:
        self._next = time.monotonic()

    def read(self) -> Frame:
        self._next = max(self._next + 1 / 30, time.monotonic() - 0.1)
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._number += 1
        self._scene[0, 0] = self._number % 256, self._number // 256 % 256, 7
        return Frame(self._scene, time.monotonic())

    def close(self) -> None:
        pass

    def interrupt(self) -> None:
        pass


@dataclass
class Times:
    """Milliseconds of every shot and of the floor beside it."""

    durable: list[float]
    shown: list[float]
    least: list[float]


def measure(folder: Path, label: str, kind: str, scene: Picture, shots: int) -> Times:
    """Shots of one kind and size through the session, with the window's preview and live scan at work.

    Raises:
        RuntimeError: a shot did not count.
    """
    application = QGuiApplication.instance() or QGuiApplication([])
    width, height = SIZES[label]
    picture = np.asarray(cv2.resize(scene, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    home, plain = folder / f"station {label} {kind}", folder / f"floor {label} {kind}"
    plain.mkdir()
    returns = [one_return(number) for number in range(1, 2 + shots // SHOTS_OF_A_PARCEL)]
    fill_station(home, [replace(returns[0], tracking_numbers=(PARCEL,)), *returns[1:]])
    background = Background(Notices())
    station = Station(station_settings(home), home, check=False)
    session = Session(station, background)
    camera = BenchCamera(StillCamera(picture.copy()), background)
    camera.picture_size = QSize(1088, 612)
    durable, kept = [0.0], threading.Event()
    append = station.store.append

    def timed_append(*arguments: Any) -> None:
        append(*arguments)
        durable[0] = time.perf_counter()

    station.store.append = timed_append  # type: ignore[method-assign]
    refused: list[str] = []
    session.photo_refused.connect(refused.append)
    for told in (session.photo_kept, session.photo_refused):
        told.connect(lambda _word: kept.set())
    bare = sqlite3.connect(plain / "bare.sqlite3", isolation_level=None, check_same_thread=False)
    bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b)")

    def until(holds: Any) -> None:
        end = time.monotonic() + 60
        while not holds():
            application.processEvents()
            time.sleep(0.0005)
            if time.monotonic() > end:
                raise TimeoutError("the session does not go on")

    def pause() -> None:
        """As long as a person takes at the least; preview and live scan go on."""
        end = time.monotonic() + 0.2
        until(lambda: time.monotonic() > end)

    session.begin(PERSON)
    camera.start()
    times, chance = Times([], [], []), np.random.default_rng(1)
    for number in range(shots):
        if number % SHOTS_OF_A_PARCEL == 0 and (kind != OUTSIDE or number == 0):
            code = PARCEL if number == 0 else tracking_number(1 + number // SHOTS_OF_A_PARCEL)
            session.do(lambda _desk, state: state.waiting())
            session.scan(code)
            until(lambda code=code: session.now is not None and session.now.state.case is not None
                  and session.now.tracking == code)  # fmt: skip
            camera.want_code(True, ("6900000000000",))
        shot = picture.copy()
        shot[:32, :32] = chance.integers(0, 256, (32, 32, 3), np.uint8)  # no two photos have the same bytes
        until(lambda: camera.latest() is not None)
        pause()
        kept.clear()
        begun = time.perf_counter()
        session.shoot(Frame(shot, time.monotonic()), WANTED[kind])
        until(kept.is_set)
        if refused:
            raise RuntimeError(f"the {kind} did not count: {refused[0]}")
        times.shown.append((time.perf_counter() - begun) * 1000)
        times.durable.append((durable[0] - begun) * 1000)
        pause()
        done = threading.Event()

        def least(number: int = number, shot: Picture = shot, done: threading.Event = done) -> None:
            started = time.perf_counter()
            floor(plain, encode_jpeg(shot), number)
            bare.execute("INSERT INTO t (b) VALUES (?)", ("x" * 1500,))
            times.least.append((time.perf_counter() - started) * 1000)
            done.set()

        background.run(least, lambda _none: None, lane="bench")
        until(done.is_set)
    camera.stop()
    background.close()
    station.close()
    return times


def figures(folder: Path, shots: int) -> Iterator[tuple[str, Times]]:
    """The times of each size and kind of shot."""
    library = SceneLibrary()
    scenes = {FRONT: library.parcel(PARCEL), OUTSIDE: library.parcel(PARCEL), CLOSE_UP: close_up_of_the_demo()}
    for label in SIZES:
        for kind, scene in scenes.items():
            yield f"{label} {kind}", measure(folder, label, kind, scene, shots)


def close_up_of_the_demo() -> Picture:
    """A defect with the scale card beside it."""
    folder = resources() / "demo"
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["pictures"]
    return open_picture(read_picture_file(folder / next(row["file"] for row in rows if row["shot"] == "close_up")))


@dataclass
class Rulers:
    """How many pictures of each kind were told rightly, of how many, and how long each took."""

    counts: list[tuple[str, int, int]]
    milliseconds: list[float]


def rulers_of_the_demo() -> Rulers:
    """Look for a ruler in the demo's close-ups, in what lies above it there, and in its tags."""
    folder = resources() / "demo"
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["pictures"]
    near = sorted({row["file"] for row in rows if row["shot"] == "close_up"})
    tags = sorted({row["file"] for row in rows if row["shot"] == "tag"})
    taken: list[float] = []

    def seen(picture: Picture) -> bool:
        started = time.perf_counter()
        ruler = find_ruler(picture)
        taken.append((time.perf_counter() - started) * 1000)
        return ruler is not None

    def shown(file: str) -> Picture:
        return open_picture(read_picture_file(folder / file))

    # The one whose scale card lies elsewhere is left out of those without.
    bare = [shown(file)[:ABOVE_THE_RULER] for file in near if "tee_stained_close" not in file]
    counts = [
        ("close-ups with one", sum(seen(shown(file)) for file in near), len(near)),
        ("the same without", sum(not seen(np.ascontiguousarray(picture)) for picture in bare), len(bare)),
        ("tags without one", sum(not seen(shown(file)) for file in tags), len(tags)),
    ]
    return Rulers(counts, taken)


def main() -> None:
    shots = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory() as made:
        for label, times in figures(Path(made), shots):
            line = "  ".join(
                f"{name} p50 {np.percentile(values, 50):6.1f} p95 {np.percentile(values, 95):6.1f}"
                for name, values in (("durable", times.durable), ("shown", times.shown), ("floor", times.least))
            )
            ratio = np.percentile(times.durable, 95) / np.percentile(times.least, 95)
            print(f"{label:16} {line}  ratio p95 {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main()
