"""What a network camera costs while it is watched: 1080p at 30 pictures a second over HTTP, from another process.

    python bench_cameras.py serve              the camera: prints its address, ends with its standard input
    python bench_cameras.py live ADDRESS SECONDS
                                               JSON: CPU seconds a second of the feed, with the preview, with live scan,
                                               and how late the window's timers are while photos are taken as well

The floor of the first is decoding the same pictures with `cv2.imdecode` and nothing else, in the same process; of the
second an idle Qt loop beside it. Needs the project and its tests folder in PYTHONPATH.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, PACE = 1920, 1080, 30
SHOWN = 1088, 612  # pixels of the preview in a window of 1920 × 1080
SHOT_EVERY = 0.7  # seconds
PARCEL = "SF1390447120865"
EXPECTED = "JD0099887766554"  # what the bench waits for does not lie there: the costliest case of the live scan


def serve() -> None:
    """A camera over a parcel, with a sensor's noise."""
    import cv2
    from mjpeg_server import MjpegServer

    from inspection_station.devices.simulated import SimulatedCamera
    from inspection_station.devices.simulated_scenes import SceneLibrary

    camera = SimulatedCamera(SceneLibrary(), WIDTH, HEIGHT)
    camera.show_parcel(PARCEL)
    camera.open()
    frames = [camera.read() for _ in range(4)]
    jpegs = [cv2.imencode(".jpg", frame.image)[1].tobytes() for frame in frames if frame is not None]
    with MjpegServer(jpegs, PACE) as server:
        print(server.address, flush=True)
        sys.stdin.read()


def floor(address: str) -> float:
    """CPU seconds that decoding a second of the stream takes."""
    import cv2
    import numpy as np

    from inspection_station.devices.camera_http import HttpCamera

    camera = HttpCamera(address)
    camera.open()
    seen = [camera.read() for _ in range(4)]
    camera.close()
    jpegs = [np.frombuffer(frame.jpeg or b"", np.uint8) for frame in seen if frame is not None]
    used = []
    for _ in range(3):
        begun = time.process_time()
        for number in range(PACE):
            cv2.imdecode(jpegs[number % len(jpegs)], cv2.IMREAD_COLOR)
        used.append(time.process_time() - begun)
    return min(used)


def feed_alone(address: str, seconds: float) -> tuple[float, float]:
    """CPU seconds a second, and pictures a second, of the camera's thread with nobody looking."""
    from inspection_station.devices.camera_feed import CameraFeed
    from inspection_station.devices.camera_http import HttpCamera

    came = 0
    first = threading.Event()

    def count(_frame: object) -> None:
        nonlocal came
        came += 1
        first.set()

    feed = CameraFeed(HttpCamera(address), on_frame=count)
    feed.start()
    first.wait(10)
    came, begun, used = 0, time.perf_counter(), time.process_time()
    threading.Event().wait(seconds)
    lasted = time.perf_counter() - begun
    told = (time.process_time() - used) / lasted, came / lasted
    feed.stop()
    return told


def beats_beside(work: Callable[[], None]) -> tuple[list[float], list[float]]:
    """How late a 5 ms timer is on this thread during `work`, and on that of an idle Qt loop meanwhile; ms."""
    from window_child import Beats

    script = str(Path(__file__).with_name("window_child.py"))
    idle = subprocess.Popen([sys.executable, script, "idle"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert idle.stdout is not None
    idle.stdout.readline()
    beats = Beats()
    work()
    told, _ = idle.communicate(timeout=30)
    return beats.late, json.loads(told.splitlines()[-1])["beats"]


def window(address: str, seconds: float) -> dict[str, Any]:
    """The same with the real preview in a window, then with the live scan; and the GUI thread's time a picture.

    Last, all of that while a photo is taken every `SHOT_EVERY`: judged, made durable.
    """
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtGui import QImage, QPaintEvent
    from PySide6.QtWidgets import QApplication

    from inspection_station.devices.camera_http import HttpCamera
    from inspection_station.evidence.photo_store import PhotoStore
    from inspection_station.station.background import Background
    from inspection_station.station.bench_camera import BenchCamera
    from inspection_station.station.camera_view import CameraView
    from inspection_station.station.notices import Notices
    from inspection_station.station.shutter import prepare_photo

    application = QApplication([])
    spent: list[float] = []  # seconds of the GUI thread, a piece at a time
    painted = 0

    class TimedView(CameraView):
        def paintEvent(self, event: QPaintEvent) -> None:
            nonlocal painted
            begun = time.perf_counter()
            super().paintEvent(event)
            spent.append(time.perf_counter() - begun)
            painted += 1

    class TimedCamera(BenchCamera):
        def _show(self) -> None:
            begun = time.perf_counter()
            super()._show()
            spent.append(time.perf_counter() - begun)

        def _scaled_shown(self, picture: QImage) -> None:
            begun = time.perf_counter()
            super()._scaled_shown(picture)
            spent.append(time.perf_counter() - begun)

    background = Background(Notices())
    view = TimedView()
    view.resize(*SHOWN)
    view.show()
    camera = TimedCamera(HttpCamera(address), background)
    camera.picture_size = view.size()
    camera.pictured.connect(view.show_frame)
    camera.start()
    told: dict[str, Any] = {}

    def for_a_while(lasting: float) -> None:
        loop = QEventLoop()  # the application's own quit would close the view
        QTimer.singleShot(round(lasting * 1000), loop.quit)
        loop.exec()

    def run(name: str) -> None:
        nonlocal painted
        for_a_while(0.8)
        spent.clear()
        painted, begun, used = 0, time.perf_counter(), time.process_time()
        for_a_while(seconds)
        lasted = time.perf_counter() - begun
        told[name] = (time.process_time() - used) / lasted
        told[f"{name} fps"] = painted / lasted
        told[f"{name} gui ms"] = sum(spent) * 1000 / max(1, painted)

    run("preview")
    camera.want_code(True, (EXPECTED,))
    run("scan")
    with tempfile.TemporaryDirectory() as folder:
        store = PhotoStore(Path(folder), minimum_free=0)
        taken: list[object] = []

        def shoot() -> None:
            frame = camera.latest()
            if frame is not None:
                background.run(
                    lambda: store.keep(prepare_photo(frame, "front").jpeg), taken.append, lane="shutter"
                )

        shutter = QTimer(interval=round(SHOT_EVERY * 1000))
        shutter.timeout.connect(shoot)
        shutter.start()
        told["late"], told["idle"] = beats_beside(lambda: for_a_while(seconds * 4))
        shutter.stop()
        for_a_while(0.5)
        told["photos"] = len(taken)
    camera.stop()
    background.close()
    application.quit()
    return told


def live(address: str, seconds: float) -> None:
    """Everything, as JSON."""
    told: dict[str, Any] = {"decode": floor(address)}
    told["feed"], told["feed fps"] = feed_alone(address, seconds)
    told.update(window(address, seconds))
    told["decode"] = min(told["decode"], floor(address))  # the machine may have been busy the first time
    print(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        live(sys.argv[2], float(sys.argv[3]))
