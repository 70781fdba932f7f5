"""Starting and ending the station: one program a data folder, the Qt application, its end in order."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QLockFile, QTimer
from PySide6.QtWidgets import QApplication

import inspection_station
from inspection_station.diagnostics import start_diagnostics
from inspection_station.errors import N_, StationProblem
from inspection_station.station.app import StationApp
from inspection_station.station.before_qt import load_rest
from inspection_station.station.start import Start
from inspection_station.storage.opening import check_whole

LOCK_FILE = "station.lock"
REST_MS = 300
CHECK_MS = 5_000  # after the start, when nobody waits for anything


def take_folder(folder: Path) -> QLockFile:
    """Make sure that this is the only station on `folder`.

    Raises:
        StationProblem: ``station.already_running``, ``disk.unwritable``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error.strerror or str(error)) from error
    lock = QLockFile(str(folder / LOCK_FILE))
    lock.setStaleLockTime(0)
    if not lock.tryLock(200):
        if lock.error() is not QLockFile.LockError.LockFailedError:  # nobody holds it: it cannot be made
            raise _unwritable(folder, os.strerror(errno.EACCES))
        raise StationProblem(
            "station.already_running",
            N_("The station is already running on {folder}."),
            N_("Go to its window, or end it first."),
            folder=folder,
        )
    return lock


def _unwritable(folder: Path, reason: str) -> StationProblem:
    return StationProblem(
        "disk.unwritable",
        N_("The data folder {folder} cannot be written: {reason}"),
        N_("Give this user the right to write there, or name another folder in the settings."),
        folder=folder,
        reason=reason,
    )


def run_station(start: Start) -> int:
    """Open the window and work until it is closed; returns the exit code.

    The folder is taken before anything is written there, logs included: they may be another station's.

    Raises:
        StationProblem: the station cannot start; nothing was changed.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("inspection-station")
    application.setApplicationVersion(inspection_station.__version__)
    application.setDesktopFileName("inspection-station")
    lock = take_folder(start.folder)
    try:
        diagnostics = start_diagnostics(start.folder, "station")
        code = _work(replace(start, diagnostics=diagnostics), application)
        diagnostics.ended_cleanly()
        return code
    finally:
        lock.unlock()


def _work(start: Start, application: QApplication) -> int:
    app = StationApp(start)
    app.window.closing.connect(application.quit)
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    beat = QTimer(interval=250)  # lets Python see signals while Qt waits
    beat.timeout.connect(lambda: None)
    beat.start()
    app.open_window()
    QTimer.singleShot(0, _settle_memory)
    QTimer.singleShot(REST_MS, app, lambda: app.background.run(load_rest, lambda _: None, lane="photo"))
    if start.ended_cleanly:
        # The database is then read whole beside the work, not before it: a start that can be felt less.
        QTimer.singleShot(
            CHECK_MS, app, lambda: app.background.run(lambda: check_whole(start.folder), lambda _: None, lane="photo")
        )
    try:
        return application.exec()
    finally:
        app.close()


def _settle_memory() -> None:
    """What the start has made is never looked through for cycles again: such a search would be felt as a stall."""
    gc.freeze()
    gc.enable()
