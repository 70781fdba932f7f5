"""One start, timed from outside: ``station FOLDER`` opens the station's window, ``bare`` a window without anything.

Prints ``ready`` with the moment (`time.monotonic()`) at which the window was painted and, for the station, the sign-in
page offers its people and scans are taken.
"""

from __future__ import annotations

import sys
import time


def bare() -> None:
    """A maximised, empty window of PySide6."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    class Window(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            QTimer.singleShot(0, done)

    def done() -> None:
        tell()
        application.quit()

    application = QApplication([])
    window = Window()
    window.resize(1920, 1080)
    window.showMaximized()
    application.exec()


def tell() -> None:
    print("ready", time.monotonic(), flush=True)


def station(folder: str) -> int:
    """The product's own command ``run`` on a filled folder, left as soon as it is ready."""
    from inspection_station.admin.main import main
    from inspection_station.station import before_qt

    before_qt.load()
    from inspection_station.station import launch

    class Timed(launch.StationApp):
        def open_window(self) -> None:
            super().open_window()
            self._ready = launch.QTimer(self, interval=2)
            self._ready.timeout.connect(self._look)
            self._ready.start()

        def _look(self) -> None:
            if self.window.isVisible() and self.sign_in._people:
                self._ready.stop()
                self.window.repaint()
                tell()
                self.window.close()

    launch.StationApp = Timed  # type: ignore[misc]
    quiet = ["--set", f"station.data_folder={folder}", "--set", "camera.source=none", "--set", "wizard.done=true"]
    return main(["run", *quiet])


if __name__ == "__main__":
    sys.exit(bare() if sys.argv[1] == "bare" else station(sys.argv[2]))
