"""Sees that the sync never stops silently: a loop that died or hangs is replaced, a network that came back is used.

Runs on a thread of its own, because what it watches over may be the thread that is stuck.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from inspection_station.sync.backoff import WATCHDOG

LOOK_SECONDS = 2.0
_NOWHERE = ("192.0.2.1", 9)  # RFC 5737: an address that is nobody's; nothing is sent there

log = logging.getLogger(__name__)


class Watched(Protocol):
    """The loop that is watched over, on whatever thread it runs."""

    def is_alive(self) -> bool:
        """Whether its thread still runs."""

    def attempts(self) -> int:
        """A number that grows with every round and every exchange with the centre."""

    def waiting(self) -> bool:
        """Whether a record or a photo waits for the centre."""

    def hurry(self) -> None:
        """Try now whatever failed before."""

    def restart(self) -> None:
        """Begin anew on another thread; what hangs is told to end when it can."""


def own_address() -> str:
    """The address by which this machine would go to the world; empty without a network. Sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_NOWHERE)
            return str(probe.getsockname()[0])
    except OSError:
        return ""


@dataclass
class Watchdog:
    """Asserts that while something waits, it is tried at least every `WATCHDOG` seconds."""

    watched: Watched
    address: Callable[[], str] = own_address
    monotonic: Callable[[], float] = time.monotonic
    _seen: int = field(default=-1, init=False)
    _since: float = field(default=0.0, init=False)
    _hurried: bool = field(default=False, init=False)
    _address: str | None = field(default=None, init=False)

    def look(self) -> None:
        """Look once; to be called every `LOOK_SECONDS`."""
        self._look_at_network()
        now = self.monotonic()
        if not self.watched.is_alive():
            log.error("the sync has ended unasked; it begins anew")
            self._begin_anew(now)
            return
        attempts = self.watched.attempts()
        if attempts != self._seen or not self.watched.waiting():
            self._seen, self._since, self._hurried = attempts, now, False
            return
        idle = now - self._since
        if idle > WATCHDOG and not self._hurried:
            log.error("something waits and was not tried for %d s", idle)
            self._hurried = True
            self.watched.hurry()
        elif idle > 2 * WATCHDOG:
            log.error("the sync hangs; it begins anew")
            self._begin_anew(now)

    def _begin_anew(self, now: float) -> None:
        self._seen, self._since, self._hurried = -1, now, False
        self.watched.restart()

    def _look_at_network(self) -> None:
        address = self.address()
        if address and self._address is not None and address != self._address:
            log.info("the network has come up or changed")
            self.watched.hurry()
        self._address = address
