"""What the photo path and the simulated camera cost on this machine, beside the floor of the same run.

    python tests/benchmarks/bench_photos.py [FOLDER]

`FOLDER` (default: the system's temporary folder) is where photos are written; name one on the disk in question.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from inspection_station.devices.camera_feed import CameraFeed
from inspection_station.devices.simulated import SimulatedCamera
from inspection_station.devices.simulated_scenes import SceneLibrary
from inspection_station.durable_files import sync_folder
from inspection_station.evidence.imaging import assess, encode_jpeg, preview
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.picture_files import Picture

SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160), "12 MP": (4000, 3000)}


def timed(work: Callable[[int], object], rounds: int = 20) -> str:
    """Median and 95th percentile in milliseconds."""
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - started) * 1000)
    return f"{np.median(times):7.1f}{np.percentile(times, 95):7.1f}"


def floor(folder: Path, data: bytes, number: int) -> None:
    """The least that makes bytes durable under their hash: hash, write, sync, rename, sync the folder."""
    name = folder / f"{hashlib.sha256(data).hexdigest()}-{number}"
    with (folder / "part").open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(folder / "part", name)
    sync_folder(folder)


def photos(folder: Path, scene: Picture) -> None:
    print(f"{'':34}{'ms p50':>7}{'p95':>7}")
    for label, size in SIZES.items():
        image = np.asarray(cv2.resize(scene, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        plain = folder / f"floor {label}"
        plain.mkdir()
        store = PhotoStore(folder / f"store {label}", minimum_free=0)

        def shots(number: int, image: Picture = image) -> bytes:
            image[0, 0] = number
            return encode_jpeg(image)

        jpegs = [shots(number) for number in range(20)]
        print(f"{label:6} {len(jpegs[0]) // 1000:5} kB assess        {timed(lambda _, i=image: assess(i))}")
        print(f"{'':15} preview 1088 × 680 {timed(lambda _, i=image: preview(i, 1088, 680))}")
        print(f"{'':15} encode q92         {timed(lambda number, shoot=shots: shoot(number))}")
        print(f"{'':15} floor of keep      {timed(lambda n, p=plain, j=jpegs: floor(p, j[n], n))}")
        print(f"{'':15} keep               {timed(lambda n, s=store, j=jpegs: s.keep(j[n]))}")


def simulated(library: SceneLibrary, seconds: float = 5.0) -> None:
    camera = SimulatedCamera(library)
    frames = 0

    def count(_: object) -> None:
        nonlocal frames
        frames += 1

    feed = CameraFeed(camera, on_frame=count)
    feed.start()
    camera.show_parcel("SF1390447120865")
    time.sleep(1.0)
    frames, used, started = 0, time.process_time(), time.perf_counter()
    time.sleep(seconds)
    used, passed = time.process_time() - used, time.perf_counter() - started
    feed.stop()
    print(f"simulated camera 1080p: {frames / passed:.1f} frames a second, {100 * used / passed:.1f} % of a core")


def main() -> None:
    library = SceneLibrary()
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        photos(Path(folder), library.parcel("SF1390447120865"))
    simulated(library)


if __name__ == "__main__":
    main()
