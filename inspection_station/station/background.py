"""Work off the GUI thread: the one place where the window starts threads (the camera's own excepted).

Five lanes: *bench* is one thread that does its work in the order given and owns the station's database session;
*photo* is two threads for hashing and thumbnails; *shutter* is two threads for shots alone, so that none waits
for pictures; *live* is two for the live picture and the search in it, so that neither waits for a device that does
not answer; *text* is one that waits for the reader of print. Each printer has a thread of its own (`DeviceLane`): it is
used by one at a time, in order, and one that is silent for seconds keeps nothing else waiting. Results come back on the
GUI thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from inspection_station.station.notices import Notices

log = logging.getLogger(__name__)

T = TypeVar("T")
P = TypeVar("P")
Lane = Literal["bench", "photo", "shutter", "live", "text"]


@dataclass(frozen=True)
class DeviceLane:
    """One thread for one device that may not answer for seconds; `name` is the device's."""

    name: str


PRINT_SERVICE = DeviceLane("print service")
"""For what is asked of the system's print service and not of one printer."""
LANES: dict[Lane, int] = {"bench": 1, "photo": 2, "shutter": 3, "live": 2, "text": 1}


def is_gone(callback: Callable[..., object]) -> bool:
    """True when `callback` is a method, or a partial one, of a Qt object that has been destroyed meanwhile."""
    owner = getattr(getattr(callback, "func", callback), "__self__", None)
    return isinstance(owner, QObject) and not shiboken6.isValid(owner)


class Background(QObject):
    """Runs functions on a lane and hands their result, or error, to the GUI thread.

    Create it on the GUI thread and `close` it before the application ends.
    """

    _finished = Signal(object)

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._closed = False
        self._shots = 0  # counted up on the GUI thread, down on the bench lane
        self._counting = threading.Lock()
        self._lanes = {
            name: ThreadPoolExecutor(threads, thread_name_prefix=f"station-{name}") for name, threads in LANES.items()
        }
        self._devices: dict[DeviceLane, ThreadPoolExecutor] = {}
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        lane: Lane | DeviceLane = "bench",
    ) -> None:
        """Do `work` on `lane`, then call `done` with its result on the GUI thread.

        An exception goes to `failed` when given; otherwise a `StationProblem` becomes a notice and anything else
        a bug report. After `close` nothing is started and nothing delivered. Callbacks of destroyed widgets are
        left out.
        """
        if self._closed:
            log.info("work on lane %s refused: closing", lane)
            return
        executor = self._device(lane) if isinstance(lane, DeviceLane) else self._lanes[lane]
        executor.submit(work).add_done_callback(lambda future: self._hand_over(future, done, failed))

    def _device(self, lane: DeviceLane) -> ThreadPoolExecutor:
        if lane not in self._devices:  # on the GUI thread only
            self._devices[lane] = ThreadPoolExecutor(1, thread_name_prefix=f"station-{lane.name}"[:40])
        return self._devices[lane]

    def in_turn(
        self,
        prepare: Callable[[], P],
        work: Callable[[Callable[[], P]], T],
        done: Callable[[T], None],
        beside: Callable[[], object] = lambda: None,
    ) -> None:
        """Do `prepare` on the shutter lane and `work` with it on the bench lane, whose next work waits until then.

        So what was asked for first is done first, however long its preparing takes. `work` gets a function that
        waits for what `prepare` returns, or raises what it raised; what `beside` does at the same time is finished
        by then too, and what it raises comes first.
        """
        if self._closed:
            log.info("work in turn refused: closing")
            return
        first = self._lanes["shutter"].submit(beside)
        prepared = self._lanes["shutter"].submit(prepare)
        with self._counting:
            self._shots += 1

        def both() -> P:
            try:
                first.result()
            finally:
                result = prepared.result()
            return result

        def worked() -> T:
            try:
                return work(both)
            finally:
                with self._counting:
                    self._shots -= 1

        self.run(worked, done)

    def ahead(self, work: Callable[[], T]) -> Callable[[], T]:
        """Begin `work` on the shutter lane; what is returned waits for its result, or raises what it raised.

        For other work that needs it later, on a lane: never call it on the GUI thread.
        """
        return work if self._closed else self._lanes["shutter"].submit(work).result

    @property
    def is_shooting(self) -> bool:
        """Whether a shot is on its way to the disk: what can wait gives way."""
        return self._shots > 0

    @property
    def is_closing(self) -> bool:
        """Whether `close` was called: long work that can be left ends by itself. May be asked from any thread."""
        return self._closed

    def _hand_over(self, future: Future[Any], done: Callable[..., None], failed: Callable[..., None] | None) -> None:
        # Runs on the worker thread: only the queued signal may touch the GUI from here.
        if not future.cancelled() and shiboken6.isValid(self):
            self._finished.emit((future, done, failed))

    def _deliver(self, finished: tuple[Future[Any], Callable[..., None], Callable[[Exception], None] | None]) -> None:
        future, done, failed = finished
        if self._closed:
            return
        error = future.exception()
        self._conclude(error, None if error else future.result(), done, failed)

    def _conclude(
        self,
        error: BaseException | None,
        result: Any,
        done: Callable[..., None],
        failed: Callable[[Exception], None] | None,
    ) -> None:
        try:
            if error is None:
                if not is_gone(done):
                    done(result)
            elif failed is not None and isinstance(error, Exception):
                if not is_gone(failed):
                    failed(error)
            else:
                self._notices.failure(error)
        except Exception as mistake:
            self._notices.bug(mistake)

    def close(self) -> None:
        """Finish what was given (a record or a photo is never dropped), then end the threads. Blocks."""
        self._closed = True
        for executor in (*self._lanes.values(), *self._devices.values()):
            executor.shutdown(wait=True)


class InlineBackground(Background):
    """Does everything at once on the calling thread, for tests and pictures of screens."""

    def ahead(self, work: Callable[[], T]) -> Callable[[], T]:
        """Do it when it is needed."""
        return work

    def in_turn(
        self,
        prepare: Callable[[], P],
        work: Callable[[Callable[[], P]], T],
        done: Callable[[T], None],
        beside: Callable[[], object] = lambda: None,
    ) -> None:
        """Do all of it now."""

        def both() -> P:
            beside()
            return prepare()

        self.run(lambda: work(both), done)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        lane: Lane | DeviceLane = "bench",
    ) -> None:
        """Do `work` now and call `done` or `failed` before returning."""
        if self._closed:
            return
        error: Exception | None = None
        result: Any = None
        try:
            result = work()
        except Exception as caught:
            error = caught
        self._conclude(error, result, done, failed)


def start_loop(name: str, loop: Callable[[], None]) -> threading.Thread:
    """Start a loop of its own (the sync) on a thread; it MUST end when told to, and must not touch widgets."""
    thread = threading.Thread(target=loop, name=f"station-{name}", daemon=True)
    thread.start()
    return thread
