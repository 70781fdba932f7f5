"""Virtual time and one thing at a time: events in their order, and threads that run only when they are let."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable
from typing import Any


class Killed(BaseException):
    """The process that this would be is gone; nothing of the product may catch it."""


class Scheduler:
    """Events at virtual seconds. Everything random of a history is drawn here.

    Attributes:
        now: virtual seconds since the history began.
        chance: the one source of chance.
        trace: what happened, line by line; two runs of one seed have the same.
    """

    def __init__(self, seed: int | str) -> None:
        self.now = 0.0
        self.chance = random.Random(f"history {seed}")
        self.trace: list[str] = []
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` in so many virtual seconds; of two at one moment the one asked for first."""
        self._count += 1
        heapq.heappush(self._events, (self.now + max(0.0, seconds), self._count, act))

    def run_until(self, moment: float) -> None:
        """Do what is due up to `moment`; it is `now` afterwards."""
        while self._events and self._events[0][0] <= moment:
            self.now, _count, act = heapq.heappop(self._events)
            act()
        self.now = moment

    def note(self, who: str, what: str) -> None:
        """Add a line to the trace."""
        self.trace.append(f"{self.now:9.3f} {who:8} {what}")


class Task:
    """A thread under the scheduler: it runs while `resume` waits, and stands while it is parked."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._passed: tuple[Any, BaseException | None] = (None, None)
        self._killed = False
        self.fault: BaseException | None = None
        self.ended = False

    def start(self) -> None:
        """Let it run until it parks or ends."""
        self._thread.start()
        self._wait()

    def resume(self, value: Any = None, error: BaseException | None = None) -> None:
        """Let `park` return `value` or raise `error`; returns when the thread parks again or ends."""
        if self.ended:
            return
        self._passed = (value, error)
        self._go.release()
        self._wait()

    def kill(self) -> None:
        """End the thread where it is parked; harmless when it has ended. Not to be called on the thread itself."""
        self._killed = True
        self.resume()

    def park(self) -> Any:
        """Called on the thread: stand still until `resume`."""
        if self._killed:
            raise Killed
        self._back.release()
        self._go.acquire()
        value, error = self._passed
        if self._killed:
            raise Killed
        if error is not None:
            raise error
        return value

    def die(self) -> Killed:
        """Called on the thread: what to raise when it kills itself; parking from now on raises it too."""
        self._killed = True
        return Killed()

    def _wait(self) -> None:
        self._back.acquire()
        if self.ended:
            self._thread.join()
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault

    def _run(self) -> None:
        try:
            self._work()
        except Killed:
            pass
        except BaseException as fault:
            self.fault = fault
        finally:
            self.ended = True
            self._back.release()


class VirtualWake:
    """The loop's event under virtual time: `wait` parks the task until it is set or the time is over."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._is_set = False
        self._turn = 0
        self._waiting: Task | None = None
        self.task: Task | None = None
        self.waited: list[float] = []

    def set(self) -> None:
        """Wake who waits, at once in virtual time."""
        self._is_set = True
        if self._waiting is not None:
            self._end(self._turn, 0.0)

    def clear(self) -> None:
        """Wait from now on."""
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """As `threading.Event.wait`."""
        assert timeout is not None and self.task is not None
        self.waited.append(timeout)
        if not self._is_set:
            self._turn += 1
            self._waiting = self.task
            self._end(self._turn, timeout)
            self.task.park()
        return self._is_set

    def _end(self, turn: int, seconds: float) -> None:
        def end() -> None:
            if turn == self._turn and self._waiting is not None:
                task, self._waiting = self._waiting, None
                task.resume()

        self._scheduler.after(seconds, end)
