"""Waits at the centre for news, on a line and a thread of its own, so that records and photos never wait behind it.

It takes nothing in: when there is something to tell it wakes the loop, which asks for it and keeps page and cursor
in one transaction. Polling goes on underneath; a centre that does not wait is asked no more often than that.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from inspection_station.protocol.messages import LONGEST_WAIT_FOR_NEWS
from inspection_station.sync.backoff import jittered_wait
from inspection_station.sync.client import CentreClient, SyncFailure
from inspection_station.sync.engine import SyncEngine

BETWEEN = 1.0  # seconds until the loop has surely taken what it was woken for
POLL = 15.0  # seconds, where a centre answers at once that there is nothing

log = logging.getLogger(__name__)


class FeedWatch:
    """The waiting question. `wake` is called when the centre has something to tell, or lives a new life."""

    def __init__(
        self,
        engine: SyncEngine,
        main_line: CentreClient,
        own_line: CentreClient,
        wake: Callable[[], None],
        *,
        stop: threading.Event | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._main, self._own, self._wake = engine, main_line, own_line, wake
        self._stop = stop or threading.Event()
        self._monotonic = monotonic
        self._failures = 0

    def stop(self) -> None:
        """End after the question that is under way, which may be left to itself. May be called from any thread."""
        self._stop.set()

    def run(self) -> None:
        """Ask until `stop`; never ends for any other reason."""
        while not self._stop.is_set():
            wait = POLL
            try:
                wait = self.ask()
            except Exception:
                log.exception("fault while waiting for the centre's news")
            self._stop.wait(wait)

    def ask(self) -> float:
        """Ask once and wait for the answer; seconds until the next question."""
        place = self._engine.place
        if place is None or not self._main.has_greeted:
            return BETWEEN
        self._own.greeted_as(self._main)
        epoch, cursor = place
        begun = self._monotonic()
        try:
            items, _cursor, _more = self._own.feed(epoch, cursor, 1, LONGEST_WAIT_FOR_NEWS)
        except SyncFailure as failure:
            self._failures += 1
            if getattr(failure, "code", "") == "feed.other_epoch":
                self._wake()
            return BETWEEN + jittered_wait(self._failures)
        self._failures = 0
        if items:
            self._wake()
            return BETWEEN
        return 0.0 if self._monotonic() - begun > BETWEEN else POLL
