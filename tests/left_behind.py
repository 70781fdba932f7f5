"""Servers and folders of test runs that were killed: ended and taken away by the next run that needs such a server.

A folder's name says which process made it. Only what belongs to a process that is no more is touched.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import tempfile
import time
from pathlib import Path

LONGEST_END = 5.0  # seconds

_pause = time.sleep  # a server is waited for; tests themselves never sleep


def folder_of_this_run(prefix: str, place: str | None = None) -> Path:
    """A new folder ``PREFIX-PROCESS-…`` in `place` or where temporary files go; those of dead processes go first."""
    clear(prefix, Path(place or tempfile.gettempdir()))
    return Path(tempfile.mkdtemp(prefix=f"{prefix}-{os.getpid()}-", dir=place))


def clear(prefix: str, place: Path) -> list[Path]:
    """End what works in folders of `prefix` whose makers are dead, and remove them; returns those."""
    gone = []
    for folder in sorted(place.glob(f"{prefix}-*-*")):
        made_by = re.fullmatch(rf"{re.escape(prefix)}-(\d+)-\w+", folder.name)
        if made_by is None or _lives(int(made_by[1])):
            continue
        _end_all_in(folder)
        shutil.rmtree(folder, ignore_errors=True)
        gone.append(folder)
    return gone


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _end_all_in(folder: Path) -> None:
    """End the processes that name the folder in their command: PostgreSQL by itself, for it has children."""
    left = _working_in(folder)
    for process in left:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGQUIT)
    until = time.monotonic() + LONGEST_END
    while left and time.monotonic() < until:
        _pause(0.05)
        left = _working_in(folder)
    for process in left:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGKILL)


def _working_in(folder: Path) -> list[int]:
    name = os.fsencode(f"{folder}/")
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):  # none where there is no such place
        with contextlib.suppress(OSError):
            words = one.read_bytes().split(b"\0")
            if any(part.startswith(name) for word in words for part in word.partition(b"=")[::2]):
                found.append(int(one.parent.name))
    return [process for process in found if process != os.getpid()]
