"""Reading printed text where no code can be read: a worker process, so that its half gigabyte goes when it goes.

Needs the optional extra ``ocr`` (``make setup ARGS=--ocr``). What is read is never used by itself: a person confirms
it (DECISIONS.md 50).
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import math
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspection_station.errors import N_, StationProblem
from inspection_station.picture_files import read_header

log = logging.getLogger(__name__)

WORKER = (sys.executable, "-m", "inspection_station.devices.text_reading_worker")
PROGRAM = Path(__file__).parents[2]  # where ``-m`` finds the package, wherever the station was started
TIME_LIMIT = 30.0  # seconds for one picture, starting the worker included; a slow bench needs a few
LONGEST_ANSWER = 1 << 20  # bytes
MOST_LINES = 500


@dataclass(frozen=True)
class ReadLine:
    """One line of text in a picture.

    Attributes:
        text: as read, blanks included.
        score: how sure the reader is, 0–1.
        points: the four corners in pixels of the picture, clockwise from the top left.
    """

    text: str
    score: float
    points: tuple[tuple[float, float], ...]


def can_read_text() -> bool:
    """True when the extra ``ocr`` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def no_text_reading() -> StationProblem:
    """The problem to show where the extra is not installed."""
    return StationProblem(
        "text.not_installed",
        N_("Reading text from pictures is not installed here."),
        N_("Type the number, or ask an administrator to install the extra “ocr”."),
        work_goes_on=True,
    )


def _failed() -> StationProblem:
    return StationProblem(
        "text.failed", N_("No text could be read in this picture."), N_("Type the number."), work_goes_on=True
    )


class TextReader:
    """Asks the worker process, which is started when first needed and ends by itself when it has nothing to do.

    May be used from any thread; one picture at a time. `command` is another worker, for tests.
    """

    def __init__(self, command: Sequence[str] = WORKER, *, time_limit: float = TIME_LIMIT) -> None:
        self._command = tuple(command)
        self._time_limit = time_limit
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None

    def read(self, picture: bytes) -> tuple[ReadLine, ...]:
        """The lines of text in a picture file (JPEG, PNG …), from the top down as the reader found them.

        Raises:
            StationProblem: ``picture.*``; ``text.not_installed``; ``text.failed`` when the worker died, said nothing
                sensible or took too long.
        """
        read_header(picture)
        if self._command == WORKER and not can_read_text():
            raise no_text_reading()
        with self._turn:
            try:
                answer = self._ask(picture)
            except (OSError, ValueError) as error:
                log.info("text reading failed: %s", error)
                self._end()
                raise _failed() from error
        return answer

    def close(self) -> None:
        """End the worker."""
        worker = self._worker
        if worker is not None and worker.poll() is None:
            worker.kill()  # ends a read that is under way, too; nothing of it is kept anywhere
        with self._turn:
            self._end()

    def _ask(self, picture: bytes) -> tuple[ReadLine, ...]:
        worker = self._started()
        assert worker.stdin is not None and worker.stdout is not None
        limit = threading.Timer(self._time_limit, worker.kill)
        limit.daemon = True
        limit.start()
        try:
            worker.stdin.write(len(picture).to_bytes(8, "big") + picture)
            worker.stdin.flush()
            line = worker.stdout.readline(LONGEST_ANSWER)
        finally:
            limit.cancel()
        return _answer(line)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is not None:
            self._end()
        if self._worker is None:
            hidden: dict[str, Any] = {"creationflags": 0x08000000} if os.name == "nt" else {}
            self._worker = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROGRAM,
                **hidden,
            )  # fmt: skip
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not yet written goes nowhere
                    pipe.close()
        worker.wait()


def _answer(line: bytes) -> tuple[ReadLine, ...]:
    """What the worker said.

    Raises:
        ValueError: it is not an answer.
        StationProblem: ``text.failed``; the worker could not open the picture.
    """
    if not line.endswith(b"\n"):
        raise ValueError("the worker ended or said too much")
    said = json.loads(line)
    if not isinstance(said, dict):
        raise ValueError("not an answer")
    if said.get("error"):
        raise _failed()
    lines = said.get("lines")
    if not isinstance(lines, list):
        raise ValueError("an answer without lines")
    return tuple(_line(one) for one in lines[:MOST_LINES])


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)


def _line(said: object) -> ReadLine:
    if not isinstance(said, dict) or not isinstance(said.get("text"), str) or not isinstance(said.get("points"), list):
        raise ValueError("not a line")
    points = tuple((_number(x), _number(y)) for x, y in said["points"])
    return ReadLine(said["text"][:200], min(1.0, max(0.0, _number(said.get("score")))), points)
