"""Runs the engine round after round until told to stop. Whoever calls `run` owns the thread it runs on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from inspection_station.errors import StationProblem
from inspection_station.sync.backoff import WATCHDOG, jittered_wait
from inspection_station.sync.engine import SyncEngine, SyncReport
from inspection_station.sync.words import is_wrong_clock, sentences_of
from inspection_station.workflows.ports import Clock, Outbox, OutboxCounts

log = logging.getLogger(__name__)

SHORTEST_WAIT = 0.05  # seconds between two rounds, so that a fault never becomes a busy loop


@dataclass(frozen=True)
class SyncState:
    """What the status strip and the sync card show.

    Attributes:
        kind: ``offline`` | ``idle`` | ``sending`` | ``refused`` | ``fault`` (the station's own disk or program).
        counts: what waits. last_success: ISO UTC of the last round that went through, empty before the first.
        latency_ms, clock_offset_ms: as learnt at the last greeting; None before.
        code, what, to_do: the centre's or the station's problem or warning, sentences by language (``en``, ``zh``).
        next_at: ISO UTC of the next attempt, empty before the first.
        reconciling: how many records were offered again so far, while the centre's new life is reconciled with.
    """

    kind: str = "offline"
    counts: OutboxCounts = field(default_factory=OutboxCounts)
    last_success: str = ""
    latency_ms: int | None = None
    clock_offset_ms: int | None = None
    code: str = ""
    what: Mapping[str, str] = field(default_factory=dict)
    to_do: Mapping[str, str] = field(default_factory=dict)
    problem: StationProblem | None = None
    next_at: str = ""
    reconciling: int | None = None


class Wake(Protocol):
    """What a loop waits on: `threading.Event`, or one under virtual time."""

    def set(self) -> None:
        """End the wait."""

    def clear(self) -> None:
        """Wait again."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, at most `timeout` seconds."""


class SyncLoop:
    """Rounds of the sync. `on_change` is called on the loop's thread with every new state."""

    def __init__(
        self,
        engine: SyncEngine,
        outbox: Outbox,
        clock: Clock,
        on_change: Callable[[SyncState], None],
        *,
        wake: Wake | None = None,
    ) -> None:
        self._engine, self._outbox, self._clock, self._on_change = engine, outbox, clock, on_change
        self._wake: Wake = wake or threading.Event()
        self._stop = threading.Event()
        self._failures = 0
        engine.on_reconciling = self._reconciling
        self.rounds = 0  # begun so far; the watchdog sees by it that the loop lives
        self.state = SyncState()

    def is_stopping(self) -> bool:
        """Whether `stop` was called: hand it to the engine so that it ends between two records or parts."""
        return self._stop.is_set()

    def wake(self) -> None:
        """Something new waits. May be called from any thread."""
        self._wake.set()

    def hurry(self) -> None:
        """The network is up, or a person asks: try now whatever failed before. May be called from any thread."""
        self._engine.hurry()
        self._wake.set()

    def ask_feed(self) -> None:
        """The centre has something to tell. May be called from any thread."""
        self._engine.ask_feed()
        self._wake.set()

    def stop(self) -> None:
        """End after the exchange that is under way. May be called from any thread."""
        self._stop.set()
        self._wake.set()

    def run(self) -> None:
        """Work until `stop`; returns then. Never ends for any other reason."""
        while not self._stop.is_set():
            wait = WATCHDOG / 2
            self.rounds += 1
            try:
                wait = self._round()
            finally:
                # Re-armed whatever happened: a queue never stops silently.
                self._wake.wait(min(max(wait, SHORTEST_WAIT), WATCHDOG))
                self._wake.clear()

    def _round(self) -> float:
        try:
            counts = self._outbox.counts()
            if (counts.records or counts.photos) and self.state.kind == "idle":
                self._show(SyncState(**{**self.state.__dict__, "kind": "sending", "counts": counts}))
            report = self._engine.run_once()
            self._failures = 0
            self._show(self._state_after(report))
            return report.wait
        except StationProblem as problem:
            self._show(SyncState(**{**self.state.__dict__, "kind": "fault", "code": problem.code, "problem": problem}))
        except Exception:
            log.exception("fault in a round of the sync")
            self._show(SyncState(**{**self.state.__dict__, "kind": "fault", "code": "sync.fault"}))
        self._failures += 1
        return jittered_wait(self._failures)

    def _state_after(self, report: SyncReport) -> SyncState:
        greeting = self._engine.greeting
        busy = report.waiting.records > 0 or report.waiting.photos > 0
        if report.failure == "refused":
            kind = "refused"
        elif report.failure:
            kind = "offline"
        else:
            kind = "sending" if busy else "idle"
        code, what, to_do = report.code or report.failure, report.what, report.to_do
        if not code and greeting is not None and (greeting.copied or is_wrong_clock(greeting.offset_ms)):
            code = "station.copied" if greeting.copied else "clock.wrong"
            what, to_do = sentences_of(code)
        return SyncState(
            kind=kind,
            counts=report.waiting,
            last_success=self.state.last_success if report.failure else self._clock.now(),
            latency_ms=greeting.latency_ms if greeting else None,
            clock_offset_ms=greeting.offset_ms if greeting else None,
            code=code,
            what=what,
            to_do=to_do,
            next_at=self._after(report.wait),
        )

    def _after(self, seconds: float) -> str:
        moment = datetime.fromisoformat(self._clock.now()) + timedelta(seconds=seconds)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _reconciling(self, offered: int) -> None:
        self._show(replace(self.state, kind="sending", reconciling=offered))

    def _show(self, state: SyncState) -> None:
        if state != self.state:
            self.state = state
            self._on_change(state)
