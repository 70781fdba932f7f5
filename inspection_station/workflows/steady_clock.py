"""Time that nobody can set: seconds since this machine started, with the name of that start.

What must not be shortened by moving the clock (a lock-out, a token's life) is measured with it. Two readings can be
compared when their `boot` is the same; after another start of the machine nothing is known of the time between.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # Linux: random, new at each start


@dataclass(frozen=True)
class Reading:
    """A moment: which start of the machine, and milliseconds since then."""

    boot: str
    milliseconds: int

    def seconds_since(self, boot: str, milliseconds: int) -> float | None:
        """Seconds gone since an earlier reading; None when that was before another start."""
        if boot != self.boot or milliseconds > self.milliseconds:
            return None
        return (self.milliseconds - milliseconds) / 1000


class SteadyClock(Protocol):
    """Something that reads time since the machine's start."""

    def read(self) -> Reading:
        """This moment."""


class MachineClock:
    """The machine's own. Where its start has no name, that of this process counts: then a restart forgets."""

    def __init__(self) -> None:
        try:
            self._boot = _BOOT_ID.read_text("ascii").strip()
        except (OSError, ValueError):
            self._boot = ""
        self._named = bool(self._boot)
        self._boot = self._boot or str(uuid.uuid4())

    def read(self) -> Reading:
        """This moment; it goes on while the machine sleeps, where the system can tell."""
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        now = time.clock_gettime(clock) if self._named and clock is not None else time.monotonic()
        return Reading(self._boot, int(now * 1000))
