"""What helps when something went wrong: rotating logs, the last words of a crash, the trace of an unclean exit,
a report of a bug that can be copied, and a report of the surroundings for ``doctor``.

Nothing written here may carry personal data: telephone numbers, mail addresses and the person's folder are masked
in every record and traceback. Never log names, PINs, keys or codes of parcels on purpose.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import faulthandler
import json
import logging
import logging.handlers
import os
import platform
import re
import shutil
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import inspection_station
from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources

_log = logging.getLogger(__name__)

LOG_BYTES = 2 * 1024 * 1024
LOG_FILES = 5

_MASKS = (
    (re.compile(r"(?<![\w.])(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)"), "<telephone>"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<mail>"),
    (re.compile(r"(?<=/home/)[^/\s\"']+|(?<=/Users/)[^/\s\"']+|(?<=\\Users\\)[^\\\s\"']+"), "<person>"),
)


def masked(text: str) -> str:
    """`text` without telephone numbers, mail addresses and names of home folders."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        text = f"{moment[:-6]}Z {record.levelname} {record.name} [{record.threadName}] {record.getMessage()}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return masked(text)


@dataclass
class Diagnostics:
    """The running logs of one program; made by `start_diagnostics`.

    Attributes:
        folder: where the files are.
        problem: told when the data folder takes no logs and `folder` is a temporary one.
        unclean_exit: when the run before this one started (UTC, ISO) if it never ended cleanly; else None.
    """

    folder: Path
    problem: StationProblem | None = None
    unclean_exit: str | None = None
    _marker: Path | None = None
    _crash_file: IO[str] | None = field(default=None, repr=False)
    _handler: logging.Handler | None = field(default=None, repr=False)

    def ended_cleanly(self) -> None:
        """Take away the mark of a running program and close the files. MUST be the last thing a run does."""
        if self._marker is not None:
            self._marker.unlink(missing_ok=True)
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()


def start_diagnostics(data_folder: Path, program: str) -> Diagnostics:
    """Begin logging into ``<data_folder>/logs`` and leave a mark that `program` runs.

    Args:
        data_folder: the data folder in force; need not exist.
        program: short name for the files, ``station`` or ``centre``.

    Never raises for a folder that cannot be written: logs then go to a temporary one and `problem` says so.
    """
    problem = None
    try:
        folder = data_folder / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        handler = _rotating(folder / f"{program}.log")
    except OSError as error:
        problem = StationProblem(
            "diagnostics.no_log",
            N_("No log can be written in {folder}: {reason}."),
            N_("Make room or ask for the right to write there; until then the log is in {instead}."),
            folder=str(data_folder),
            reason=error.strerror or str(error),
            instead=tempfile.gettempdir(),
        )
        folder = Path(tempfile.mkdtemp(prefix="inspection-station-logs-"))
        handler = _rotating(folder / f"{program}.log")
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level == logging.NOTSET or root.level > logging.INFO:
        root.setLevel(logging.INFO)
    diagnostics = Diagnostics(folder, problem, _handler=handler)
    try:
        _open_crash_file(diagnostics, program)
        _mark_running(diagnostics, program)
    except OSError as error:  # a full disk must not keep the program from starting
        _log.info("no crash file or mark in %s: %s", folder, error)
    _log.info("%s %s starts, Python %s", program, inspection_station.__version__, platform.python_version())
    return diagnostics


def _rotating(path: Path) -> logging.Handler:
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    handler.setFormatter(_Formatter())
    return handler


def _open_crash_file(diagnostics: Diagnostics, program: str) -> None:
    """Send the stacks of a crash in native code to a file; that of the run before is kept when it says anything."""
    path = diagnostics.folder / f"{program}.crash"
    if path.exists() and path.stat().st_size:
        os.replace(path, path.with_suffix(".crash.before"))
    diagnostics._crash_file = path.open("w", encoding="utf-8")
    faulthandler.enable(diagnostics._crash_file, all_threads=True)


def _mark_running(diagnostics: Diagnostics, program: str) -> None:
    marker = diagnostics.folder / f"{program}.running"
    try:
        diagnostics.unclean_exit = str(json.loads(marker.read_text(encoding="utf-8"))["started"])
    except FileNotFoundError:
        diagnostics.unclean_exit = None
    except (OSError, ValueError, TypeError, KeyError):
        diagnostics.unclean_exit = "unknown"  # cut off while it was written: unclean all the same
    started = datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    marker.write_text(json.dumps({"started": started, "process": os.getpid()}), encoding="utf-8")
    diagnostics._marker = marker
    if diagnostics.unclean_exit:
        _log.info("the run started %s did not end cleanly", diagnostics.unclean_exit)


def bug_report(error: BaseException) -> str:
    """A short text a person can copy and send: versions and the traceback, masked; English, for the makers."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    head = (
        f"inspection-station {inspection_station.__version__} · Python {platform.python_version()} · "
        f"{platform.system()} {platform.release()} {platform.machine()} · "
        f"{datetime.now(UTC).isoformat(timespec='seconds')[:-6]}Z"
    )
    return masked(f"{head}\n{trace.strip()}\n")


def keep_bug_report(data_folder: Path, report: str) -> None:
    """Append `report` to ``logs/bugs.log`` of the data folder, when that can be written."""
    path = data_folder / "logs" / "bugs.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            os.replace(path, path.with_suffix(".log.1"))
        with path.open("a", encoding="utf-8") as handle:
            handle.write(report + "\n")
    except OSError:
        return  # it has been printed; a second failure would only hide the first


def on_bugs(tell: Callable[[BaseException], object]) -> None:
    """Log every exception nobody caught, on any thread, and pass it to `tell` (called on the thread it came from)."""

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("uncaught", exc_info=(kind, error, trace))
        tell(error)

    def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread


@dataclass(frozen=True)
class Finding:
    """One line of the environment report.

    Attributes:
        name: stable name for scripts.
        state: ``ok``, ``note`` (work goes on with less) or ``fault``.
        says: msgid of the line, with named places for `values`.
        to_do: msgid of what to do; empty when ok.
    """

    name: str
    state: str
    says: str
    to_do: str = ""
    values: dict[str, Any] = field(default_factory=dict)


_PACKAGES = (
    "PySide6-Essentials", "sqlalchemy", "opencv-python-headless", "numpy", "pyzbar", "zxing-cpp", "reportlab",
    "fastapi", "pillow", "cryptography",
)  # fmt: skip


def environment_report(data_folder: Path, *, min_free_mb: int) -> list[Finding]:
    """What the surroundings are like: Python, packages, zbar, display, data folder, room, fonts, translation."""
    return [
        _python(), _packages(), _zbar(), _display(), _data_folder(data_folder), _room(data_folder, min_free_mb),
        _fonts(),
    ]  # fmt: skip


def _python() -> Finding:
    values = {"version": platform.python_version(), "system": platform.platform(terse=True)}
    return Finding("python", "ok", N_("Python {version} on {system}"), values=values)


def _packages() -> Finding:
    import importlib.metadata  # slow to load, and for the doctor alone

    versions: dict[str, str] = {}
    missing: list[str] = []
    for name in _PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        to_do = N_("Run “python installers/bootstrap.py setup”.")
        return Finding("packages", "fault", N_("Packages are missing: {names}"), to_do, {"names": ", ".join(missing)})
    names = ", ".join(f"{name} {version}" for name, version in versions.items())
    return Finding("packages", "ok", N_("Packages: {names}"), values={"names": names, "versions": versions})


def _zbar() -> Finding:
    if os.name == "nt":  # the pyzbar wheel brings its own there
        return Finding("zbar", "ok", N_("The barcode library zbar is there"))
    for name in ("libzbar.so.0", ctypes.util.find_library("zbar")):
        try:
            if name:
                ctypes.CDLL(name)
                return Finding("zbar", "ok", N_("The barcode library zbar is there"))
        except OSError:
            continue
    to_do = N_("Debian, Ubuntu: apt-get install libzbar0. macOS: brew install zbar.")
    return Finding("zbar", "note", N_("The barcode library zbar is not there; crumpled 1D codes read worse"), to_do)


def _display() -> Finding:
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        to_do = N_("Start it in a desktop session; “demo --headless” works without a screen.")
        return Finding("display", "note", N_("There is no screen here, so no window can open"), to_do)
    return Finding("display", "ok", N_("There is a screen"))


def _nearest(folder: Path) -> Path:
    """`folder`, or the nearest one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _data_folder(folder: Path) -> Finding:
    values = {"folder": str(folder)}
    here = _nearest(folder)
    try:
        with tempfile.TemporaryFile(dir=here) as probe:
            probe.write(b"doctor")
    except OSError as error:
        to_do = N_("Make it writable for this user, or name another one: --set station.data_folder=/full/path")
        values["reason"] = error.strerror or str(error)
        return Finding("data_folder", "fault", N_("Nothing can be written in {folder}: {reason}"), to_do, values)
    return Finding("data_folder", "ok", N_("Data folder {folder} can be written"), values=values)


def _room(folder: Path, min_free_mb: int) -> Finding:
    try:
        free = shutil.disk_usage(_nearest(folder)).free // (1024 * 1024)
    except OSError as error:
        values: dict[str, Any] = {"folder": str(folder), "reason": error.strerror or str(error)}
        return Finding("room", "fault", N_("The room on the disk of {folder} is not known: {reason}"), "", values)
    values = {"free_mb": free, "min_free_mb": min_free_mb}
    if free < min_free_mb:
        to_do = N_("Make room on this disk; photos stop below {min_free_mb} MB.")
        return Finding("room", "fault", N_("Only {free_mb} MB of the disk are free"), to_do, values)
    return Finding("room", "ok", N_("{free_mb} MB of the disk are free"), values=values)


def _fonts() -> Finding:
    fonts = sorted(path.name for path in (resources() / "fonts").glob("*.ttf"))
    if not fonts:
        to_do = N_("Install the program again; its fonts folder is empty.")
        return Finding("fonts", "fault", N_("The fonts that come with the program are missing"), to_do)
    return Finding("fonts", "ok", N_("Fonts: {names}"), values={"names": ", ".join(fonts)})
