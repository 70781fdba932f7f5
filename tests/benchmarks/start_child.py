"""One start, timed from outside: ``station FOLDER`` opens the station's window, ``bare`` a window without anything.

Prints ``ready`` with the moment (`time.monotonic()`) at which the window was painted and, for the station, the sign-in
page offers its people and scans are taken.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time


def tell() -> None:
    """Say that it is ready, and end the program as a person would."""
    print("ready", time.monotonic(), flush=True)


def bare() -> int:
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
    return application.exec()


class Listener(logging.Handler):
    """Hears from the station's own log that it is ready."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == "ready for scanning":
            tell()
            os.kill(os.getpid(), signal.SIGTERM)


def station(folder: str) -> int:
    """The product's own command ``run`` on a filled folder, left as soon as it is ready."""
    from inspection_station.admin.main import main

    logging.getLogger("inspection_station.station.app").addHandler(Listener())
    quiet = ["--set", f"station.data_folder={folder}", "--set", "camera.source=none", "--set", "wizard.done=true"]
    return main(["run", *quiet])


if __name__ == "__main__":
    sys.exit(bare() if sys.argv[1] == "bare" else station(sys.argv[2]))
