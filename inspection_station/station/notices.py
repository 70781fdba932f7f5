"""The one door through which problems and bugs reach the person at the bench.

A `StationProblem` becomes a notice with two sentences and stays until it is withdrawn or replaced; a bug becomes a
notice with a report that can be copied, once for each place in the program where it happened.
"""

from __future__ import annotations

import logging
import platform
import traceback
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal, qVersion

import inspection_station
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import sentences, translate

log = logging.getLogger(__name__)

Level = Literal["info", "warn", "error"]


@dataclass(frozen=True)
class Notice:
    """What the screen shows.

    Attributes:
        code: stable name of the cause, ``camera.lost``; notices of one code replace each other.
        what: what happened, in the language in force when it was raised.
        to_do: what to do now; may be empty.
        level: info and warn become a toast, error a banner.
        report: for bugs, the text that can be copied for support.
    """

    code: str
    what: str
    to_do: str
    level: Level
    report: str = ""


def bug_report(error: BaseException) -> str:
    """A report of a bug: versions, platform and the trace without the values of variables."""
    trace = "".join(traceback.format_exception(error))
    version = getattr(inspection_station, "__version__", "")
    return (
        f"inspection-station {version}\nPython {platform.python_version()}, Qt {qVersion()}\n"
        f"{platform.system()} {platform.release()} {platform.machine()}\n\n{trace}"
    )


def _place_of(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    last = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}@{last}"


class Notices(QObject):
    """Collects what people must be told; the window shows it.

    Signals:
        raised(Notice): show this.
        withdrawn(str): the cause with this code is gone.
    """

    raised = Signal(object)
    withdrawn = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._standing: dict[str, Notice] = {}
        self._bugs_seen: set[str] = set()

    @property
    def standing(self) -> tuple[Notice, ...]:
        """Notices raised and not yet withdrawn, oldest first."""
        return tuple(self._standing.values())

    def tell(self, code: str, what: str, to_do: str = "", level: Level = "info") -> Notice:
        """Raise a notice with ready sentences."""
        notice = Notice(code, what, to_do, level)
        self._raise(notice)
        return notice

    def problem(self, problem: StationProblem) -> Notice:
        """Raise a notice for something a person can put right."""
        what, to_do = sentences(problem)
        log.info("problem %s", problem.code)
        notice = Notice(problem.code, what, to_do, "warn" if problem.work_goes_on else "error")
        self._raise(notice)
        return notice

    def bug(self, error: BaseException) -> Notice | None:
        """Log a bug and raise one notice for it; None when this very place was reported before."""
        log.error("bug", exc_info=(type(error), error, error.__traceback__))
        place = _place_of(error)
        if place in self._bugs_seen:
            return None
        self._bugs_seen.add(place)
        notice = Notice(
            f"bug.{len(self._bugs_seen)}",
            translate(N_("The program made a mistake; your work is kept")),
            translate(N_("Go on. Copy the report for support when you have time.")),
            "error",
            bug_report(error),
        )
        self._raise(notice)
        return notice

    def failure(self, error: BaseException) -> Notice | None:
        """Raise whichever kind of notice `error` calls for."""
        return self.problem(error) if isinstance(error, StationProblem) else self.bug(error)

    def withdraw(self, code: str) -> None:
        """The cause `code` is gone; nothing happens when it was not standing."""
        if self._standing.pop(code, None) is not None:
            self.withdrawn.emit(code)

    def _raise(self, notice: Notice) -> None:
        self._standing.pop(notice.code, None)
        self._standing[notice.code] = notice
        self.raised.emit(notice)
