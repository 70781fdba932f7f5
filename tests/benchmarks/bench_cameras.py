"""What a network camera costs while it is watched: 1080p at 30 pictures a second over HTTP, from another process.

    python bench_cameras.py serve              the camera: prints its address, ends with its standard input
    python bench_cameras.py live ADDRESS SECONDS
                                               JSON: CPU seconds a second of the feed, with the preview, with live scan
    python bench_cameras.py work ADDRESS FOLDER SECONDS
                                               JSON: how late the station window's timers are while parcels are scanned
                                               by hand and by F3, watched and photographed, and those of an idle Qt loop

The floor of the first is decoding the same pictures with `cv2.imdecode` and nothing else, in the same process; of the
second an idle Qt loop beside it. Needs the project and its tests folder in PYTHONPATH.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, PACE = 1920, 1080, 30
SHOWN = 1088, 612  # pixels of the preview in a window of 1920 × 1080
SHOT_EVERY = 0.7  # seconds
SHOTS_OF_A_PARCEL = 8
DIFFERENT_FRAMES = 40  # so that hardly a photo has the bytes of another
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
    jpegs = []
    for number in range(DIFFERENT_FRAMES):
        frame = camera.read()
        assert frame is not None
        picture = frame.image.copy()
        picture[:8, : 8 * (number + 1)] = 255
        jpegs.append(cv2.imencode(".jpg", picture)[1].tobytes())
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
    """The same with the real preview in a window, then with the live scan; and the GUI thread's time a picture."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtGui import QImage, QPaintEvent
    from PySide6.QtWidgets import QApplication

    from inspection_station.devices.camera_http import HttpCamera
    from inspection_station.station.background import Background
    from inspection_station.station.bench_camera import BenchCamera
    from inspection_station.station.camera_view import CameraView
    from inspection_station.station.notices import Notices

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
    camera.stop()
    background.close()
    application.quit()
    return told


class Worker:
    """Hands at the real window: parcels are scanned, by the handheld and by F3 in turn, photographed and parked."""

    def __init__(self, address: str, folder: Path) -> None:
        from station_cases import PERSON, fill_station, one_return, station_settings
        from window_child import Hands

        from inspection_station.devices.camera_http import HttpCamera
        from inspection_station.station.app import StationApp
        from inspection_station.station.before_qt import load_rest
        from inspection_station.station.start import Start

        returns = [one_return(number) for number in range(2_000)]
        fill_station(folder, [replace(returns[0], tracking_numbers=(PARCEL,)), *returns[1:]])
        settings = station_settings(folder, wizard={"done": True}, rules={"random_check_percent": 0})
        self.app = StationApp(Start(settings, folder, HttpCamera(address)))
        self.app.window.resize(1920, 1080)
        self.app.open_window()
        self.hands = Hands(self.app)
        rested: list[object] = []
        self.app.background.run(load_rest, rested.append, lane="photo")  # as `launch` does
        self.hands.until(lambda: rested and self.app.camera.state == "live" and self.app.sign_in._people)
        self.app.enter(PERSON)
        self.hands.until(lambda: self.app.session.now is not None and self.app.window.area == "inspect")
        self.scans = self.photos = 0
        for told in (self.app.session.photo_kept, self.app.session.photo_refused):
            told.connect(self._count)

    def _count(self, _word: str) -> None:
        self.photos += 1

    @property
    def _state(self) -> Any:
        return self.app.session.now.state  # type: ignore[union-attr]

    def pause(self, seconds: float) -> None:
        """Let the window work."""
        ends = time.monotonic() + seconds
        self.hands.until(lambda: time.monotonic() > ends)

    def work(self, seconds: float) -> None:
        """Parcel after parcel."""
        from PySide6.QtCore import Qt

        from inspection_station.station.flow.state import Screen

        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if self.scans % 2:
                self.hands.press(Qt.Key.Key_F3, "")
            else:
                self.hands.scan(PARCEL)
            self.hands.until(lambda: self._state.screen is Screen.PARCEL and self._state.case.inspection.photos)
            self.scans += 1
            for _ in range(SHOTS_OF_A_PARCEL):
                self.pause(SHOT_EVERY)
                taken = self.photos
                self.hands.press(Qt.Key.Key_Space, " ")
                self.hands.until(lambda taken=taken: self.photos > taken)
            self.pause(SHOT_EVERY)
            self.hands.press(Qt.Key.Key_F9, "")
            self.hands.until(lambda: self._state.screen is Screen.WAITING)
            self.pause(1.6)  # the same code sooner is a bounce of the trigger


def work(address: str, folder: Path, seconds: float) -> None:
    """The window at work, as JSON."""
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    worker = Worker(address, folder)
    worker.work(1.0)  # the first parcel loads what every later one has
    worker.scans = worker.photos = 0
    late, idle = beats_beside(lambda: worker.work(seconds))
    print(json.dumps({"late": late, "idle": idle, "photos": worker.photos, "scans": worker.scans}))
    worker.app.close()
    worker.app.window.close()
    application.processEvents()


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
    elif sys.argv[1] == "work":
        work(sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]))
    else:
        live(sys.argv[2], float(sys.argv[3]))
