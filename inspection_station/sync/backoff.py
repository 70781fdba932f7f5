"""When to try again: full jitter from one second to one minute, one circuit for each class of work (PROTOCOL.md 8)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

FIRST_WAIT = 1.0  # seconds
LONGEST_WAIT = 60.0
WATCHDOG = 90.0  # a queue that is not empty is tried again within this time, whatever else is wrong


def jittered_wait(failures: int, draw: Callable[[], float] = random.random) -> float:
    """Seconds to wait after `failures` failures in a row (1 …): anywhere below a ceiling that doubles."""
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * float(1 << min(max(failures, 1) - 1, 16)))
    return ceiling * draw()


@dataclass
class Circuit:
    """Whether one class of work may be tried now. Times are of one monotonic clock, in seconds."""

    failures: int = 0
    not_before: float = 0.0

    def is_closed(self, now: float) -> bool:
        """Whether work may be tried."""
        return now >= self.not_before

    def succeeded(self) -> None:
        """Work went through."""
        self.failures, self.not_before = 0, 0.0

    def failed(self, now: float, retry_after: float | None = None, draw: Callable[[], float] = random.random) -> None:
        """Work failed; the centre's own ``Retry-After`` is honoured, but never past the watchdog."""
        self.failures += 1
        wait = jittered_wait(self.failures, draw) if retry_after is None else max(0.0, retry_after)
        self.not_before = now + min(wait, LONGEST_WAIT)

    def hurry(self) -> None:
        """The network is up again, or a person asks: try now."""
        self.not_before = 0.0


def next_attempt(now: float, wanted: float, queue_is_empty: bool) -> float:
    """Seconds until the next attempt, given when one is `wanted`: never over `WATCHDOG` while something waits."""
    wait = max(0.0, wanted - now)
    return wait if queue_is_empty else min(wait, WATCHDOG)
