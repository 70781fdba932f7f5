"""The station's window at work, timed from inside; or a bare Qt loop beside it.

    python window_child.py station FOLDER INSPECTIONS    JSON: times of scans, photos and confirmations, beats
    python window_child.py idle                          JSON: beats until its standard input is closed
    python window_child.py floor FOLDER                  JSON: times of a bare lookup, photo and commit, each painted

Everything is the real thing but the camera, which delivers one drawn parcel 15 times a second, and the hands, which
post key events as the window system does. A *beat* is how much later than asked a timer of 5 ms fired on the window's
thread. Needs the project and its tests folder in PYTHONPATH.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

BEAT_MS = 5
PATIENCE = 30.0  # seconds
PACE = 0.35  # seconds before a key: a changed primary action takes none for 0.3 s


class Beats(QObject):
    """Counts how late a timer is."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = time.perf_counter()
        timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self._last = now


def idle() -> None:
    """A Qt loop that does nothing, until the parent closes our standard input."""
    application = QApplication([])
    beats = Beats()
    ended = threading.Thread(target=sys.stdin.read)
    ended.start()
    look = QTimer(interval=100)
    look.timeout.connect(lambda: None if ended.is_alive() else application.quit())
    look.start()
    print("ready", flush=True)
    application.exec()
    print(json.dumps({"beats": beats.late}))


def floor(folder: Path, rounds: int = 60) -> None:
    """The least a scan, a photo and a confirmation can cost: one SQLite statement, then a window that paints itself.

    A photo is encoded, hashed and made durable before, at the size the camera of `station` delivers.
    """
    import sqlite3

    from bench_photos import floor as made_durable
    from PySide6.QtGui import QColor, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget
    from station_cases import tracking_number

    from inspection_station.evidence.imaging import encode_jpeg

    class Window(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor("white"))
            for place in range(40):
                painter.drawText(40, 40 + 24 * place, found)
            painter.end()

    application = QApplication([])
    window, found = Window(), ""
    window.resize(1920, 1080)
    window.show()
    application.processEvents()
    database = sqlite3.connect(folder / "station.sqlite3", isolation_level=None)
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
    plain, picture = folder / "bare photos", StillCamera().picture
    plain.mkdir()
    told: dict[str, list[float]] = {"lookup": [], "photo": [], "commit": []}
    for number in range(rounds):
        begun = time.perf_counter()
        wanted = (
            "SELECT r.body FROM return_codes c JOIN expected_returns r ON r.place = c.return_place"
            " WHERE c.kind = 'tracking' AND c.code = ?"
        )
        found = database.execute(wanted, (tracking_number(number),)).fetchone()[0][:80]
        window.repaint()
        told["lookup"].append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        made_durable(plain, encode_jpeg(picture), number)
        bare.execute("INSERT INTO t (b) VALUES (?)", ("x" * 1500,))
        window.repaint()
        told["photo"].append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        bare.execute("INSERT INTO t (b) VALUES (?)", ("x" * 3000,))
        window.repaint()
        told["commit"].append((time.perf_counter() - begun) * 1000)
    print(json.dumps(told))


class StillCamera:
    """Delivers the same parcel at a camera's pace, with the number on it that `show` names."""

    name = "still"

    def __init__(self) -> None:
        from inspection_station.devices.simulated_scenes import SceneLibrary

        picture = SceneLibrary().parcel("SF1390447120865")
        import cv2

        self._parcel = cv2.resize(picture, (1920, 1080))
        self.picture = self._parcel

    def show(self, tracking: str) -> None:
        """Put another label on the parcel: the photo of it counts only when the scanned number is read there."""
        from drawn_codes import symbol

        code = symbol("QRCode", tracking, module=6)
        picture = self._parcel.copy()
        picture[20 : 20 + code.shape[0], 20 : 20 + code.shape[1]] = code[..., None]
        self.picture = picture

    def open(self) -> None:
        """Nothing to do."""

    def read(self) -> Any:
        """The picture after a fifteenth of a second."""
        from inspection_station.devices.camera import Frame

        time.sleep(1 / 15)
        return Frame(self.picture, time.monotonic())

    def close(self) -> None:
        """Nothing to do."""

    def interrupt(self) -> None:
        """Nothing waits long."""


class Hands:
    """Scans and presses keys; waits for what the window shows."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def until(self, holds: Callable[[], object]) -> None:
        """Let the window work until `holds()`."""
        ends = time.monotonic() + PATIENCE
        while not holds():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() > ends:
                raise TimeoutError("the window did not get there")

    def rest(self) -> None:
        """Wait as long as a quick person does between two keys."""
        ends = time.monotonic() + PACE
        self.until(lambda: time.monotonic() > ends)

    def scan(self, text: str) -> float:
        """Scan; returns the moment at which the last key was posted."""
        for character in text:
            self._post(ord(character.upper()), character)
        self._post(int(Qt.Key.Key_Return), "\r")
        return time.perf_counter()

    def press(self, key: Qt.Key, text: str) -> float:
        """Press one key."""
        self._post(int(key), text)
        return time.perf_counter()

    def _post(self, key: int, text: str) -> None:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(int(time.monotonic() * 1000))
        QCoreApplication.postEvent(self._app.window.windowHandle(), event)


def station(folder: Path, inspections: int) -> None:
    """Work through parcels 1 … `inspections` of the folder."""
    from network_printer import NetworkPrinter
    from station_cases import PERSON, gtin, station_settings, tracking_number

    from inspection_station.station.app import StationApp
    from inspection_station.station.before_qt import load_rest
    from inspection_station.station.flow.state import Screen
    from inspection_station.station.start import Start

    application = QApplication([])
    device = NetworkPrinter()
    printer = {"kind": "raw_9100", "address": "127.0.0.1", "port": device.port}
    settings = station_settings(folder, wizard={"done": True}, rules={"random_check_percent": 0}, printer=printer)
    camera = StillCamera()
    app = StationApp(Start(settings, folder, camera))
    app.open_window()
    rested: list[object] = []
    app.background.run(load_rest, rested.append, lane="photo")  # as `launch` does
    hands = Hands(app)
    hands.until(lambda: rested)
    hands.until(lambda: app.camera.state == "live" and app.sign_in._people)
    app.enter(PERSON)
    hands.until(lambda: app.session.now is not None and app.window.area == "inspect")
    shown: list[tuple[float, Any]] = []
    app.session.shown.connect(lambda state: shown.append((time.perf_counter(), state)))

    def moment(begun: float, holds: Callable[[Any], object]) -> float:
        """Milliseconds from `begun` to the first state shown that `holds`."""
        hands.until(lambda: any(at >= begun and holds(one) for at, one in shown))
        return next((at - begun) * 1000 for at, one in shown if at >= begun and holds(one))

    told: dict[str, list[float]] = {"scan": [], "photo": [], "confirm": [], "label": []}
    beats = Beats()
    for number in range(1, inspections + 1):
        shown.clear()
        tracking = tracking_number(number)
        camera.show(tracking)
        hands.rest()
        begun = hands.scan(tracking)
        told["scan"].append(moment(begun, lambda one, wanted=tracking: one.tracking == wanted))
        begun = hands.scan(gtin(number))
        moment(begun, lambda one: one.state.case and one.state.case.inspection.item().identity == "match")
        hands.until(lambda: app.session.now.state.case.inspection.photos)  # the outside one takes itself
        while app.session.now.shot is not None and app.session.now.shot.required:
            taken = len(app.session.now.state.case.inspection.photos)
            hands.rest()
            begun = hands.press(Qt.Key.Key_Space, " ")
            told["photo"].append(
                moment(begun, lambda one, n=taken: one.state.case and len(one.state.case.inspection.photos) > n)
            )
        hands.until(lambda: app.bench.pages.page._primary is not None and app.bench.pages.page._primary.isEnabled())
        hands.rest()
        begun = hands.press(Qt.Key.Key_Return, "\r")
        told["confirm"].append(moment(begun, lambda one: one.state.screen is Screen.WAITING))
        hands.until(lambda n=number: len(device.moments) >= n)
        told["label"].append((device.moments[number - 1] - begun) * 1000)
        hands.rest()
    device.stop()
    print(json.dumps({**told, "beats": beats.late}))
    app.close()
    app.window.close()
    application.processEvents()


if __name__ == "__main__":
    if sys.argv[1] == "idle":
        idle()
    elif sys.argv[1] == "floor":
        floor(Path(sys.argv[2]))
    else:
        station(Path(sys.argv[2]), int(sys.argv[3]))
