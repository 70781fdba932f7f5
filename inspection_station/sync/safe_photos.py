"""Which photos may be deleted here: asks the centre, and deletes what it calls safe once it has been so long enough.

Nothing goes that the centre has not just now, in its present life, called safe: it is asked about every photo once
more right before. The journal is durable before a byte is touched, so that a program killed in between finishes, or
keeps the photo where the centre has taken its word back meanwhile. Ages are counted in the centre's time: a bench
clock that jumps deletes nothing earlier or later.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from inspection_station.sync.backoff import Circuit
from inspection_station.sync.client import Greeting, Refused, SyncFailure
from inspection_station.workflows.ports import Clock

PHOTOS_PER_QUESTION = 1000
DELETIONS_PER_ROUND = 200  # so that records never wait long behind them
LOOK_SECONDS = 600.0  # between two looks for photos that may go
UNSUPPORTED = (404, 405)  # a centre of before this question

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retention:
    """How long photos stay after they became safe, and from which share of the disk in use they go sooner."""

    days: int = 14
    full_percent: int = 80


class SafeStore(Protocol):
    """The station's own knowledge of what is safe; `storage.safe_photos.StoredSafePhotos`."""

    def epoch(self) -> str:
        """The centre's life that was reconciled with."""

    def backup_told(self) -> str:
        """When its newest verified backup was complete."""

    def asked_for(self) -> str:
        """What was noted by `note_asked`."""

    def note_asked(self, what: str) -> None:
        """All photos have been asked about."""

    def to_ask(self, after: int, limit: int) -> list[tuple[int, str]]:
        """Photos not known to be safe, by position."""

    def mark_safe(self, epoch: str, photos: Sequence[str], at: str) -> None:
        """These are safe in that life of the centre."""

    def unmark(self, photos: Sequence[str]) -> None:
        """These are not safe any more."""

    def may_go(self, safe_before: str, limit: int) -> list[str]:
        """Photos safe since before that moment."""

    def plan(self, epoch: str, sizes: Sequence[tuple[str, int]], reason: str, at: str) -> list[Any]:
        """Note durably that these go now; those that may, as lines of the journal."""

    def unfinished(self) -> list[Any]:
        """Lines of the journal without an end."""

    def may_finish(self, deletion: Any) -> bool:
        """Whether the photo is still safe."""

    def conclude(self, outcomes: Sequence[tuple[Any, bool]]) -> None:
        """Note how they ended."""


class PhotoBytes(Protocol):
    """The photos' bytes on this station's disk."""

    def size(self, sha256: str) -> int | None:
        """Bytes of a photo that is here; None when it is not."""

    def remove(self, sha256: str) -> bool:
        """Delete its bytes, keeping a thumbnail; whether they are gone, durably."""

    def used_share(self) -> float:
        """Share of the disk in use, 0-1; 0 when it cannot be told."""


class CentreTime:
    """The centre's time, learnt at a greeting and carried on by the clock that nobody sets."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._greeting: Greeting | None = None
        self._anchor: tuple[float, datetime] | None = None

    def learn(self, greeting: Greeting | None) -> None:
        """Take the time of a greeting just made; the same one again changes nothing."""
        if greeting is not None and greeting is not self._greeting:
            self._greeting = greeting
            here = datetime.fromisoformat(self._clock.now())
            self._anchor = self._monotonic(), here + timedelta(milliseconds=greeting.offset_ms)

    def now(self, *, days_ago: int = 0) -> str | None:
        """UTC now, ISO 8601, or so many days before; None before the first greeting."""
        if self._anchor is None:
            return None
        since, then = self._anchor
        moment = then + timedelta(seconds=self._monotonic() - since) - timedelta(days=days_ago)
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SafePhotos:
    """Asks and deletes; to be called on the sync's thread, after a round that went through."""

    def __init__(
        self,
        store: SafeStore,
        photos: PhotoBytes,
        safe: Callable[[Sequence[str]], list[str]],
        centre_epoch: Callable[[], str],
        centre_time: CentreTime,
        retention: Callable[[], Retention],
        *,
        stopping: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`safe`: asks the centre about at most 1000 photos. `centre_epoch`: the epoch of its last answer."""
        self._store, self._photos, self._safe, self._centre_epoch = store, photos, safe, centre_epoch
        self._time, self._retention, self._stopping, self._monotonic = centre_time, retention, stopping, monotonic
        self._circuit = Circuit()
        self._next_look = 0.0

    def after_round(self) -> int:
        """Ask when there is reason to, delete what may go; how many photos went.

        Raises:
            StationProblem: the station's own database.
        """
        now = self._time.now()
        if now is None or not self._circuit.is_closed(self._monotonic()) or self._stopping():
            return 0
        epoch = self._centre_epoch()
        if not epoch or epoch != self._store.epoch():
            return 0  # another life of the centre: it is reconciled with first
        self.finish()
        try:
            self._ask_all(epoch, now)
            gone = self._delete(epoch, now)
            self._circuit.succeeded()
            return gone
        except SyncFailure as failure:
            log.info("photos were not asked about: %s", type(failure).__name__)
            old_centre = isinstance(failure, Refused) and failure.status in UNSUPPORTED
            self._circuit.failed(self._monotonic())
            if old_centre:
                self._circuit.not_before = self._monotonic() + LOOK_SECONDS
            return 0

    def finish(self) -> None:
        """End the deletions that a killed program left: the bytes go, or stay where they are not safe now."""
        left = self._store.unfinished()
        if left:
            self._store.conclude([(line, self._end(line)) for line in left])

    def _end(self, line: Any) -> bool:
        if self._photos.size(line.sha256) is None:
            return True
        return self._store.may_finish(line) and self._photos.remove(line.sha256)

    def _ask_all(self, epoch: str, now: str) -> None:
        wanted = f"{epoch} {self._store.backup_told()}"
        if not self._store.backup_told() or wanted == self._store.asked_for():
            return
        after = 0
        while page := self._store.to_ask(after, PHOTOS_PER_QUESTION):
            if self._stopping():
                return
            self._take(epoch, [sha256 for _position, sha256 in page], now)
            after = page[-1][0]
        self._store.note_asked(wanted)

    def _take(self, epoch: str, photos: list[str], now: str) -> list[str]:
        """Ask about these and note the answer; those that are safe."""
        told = set(self._safe(photos))
        if self._centre_epoch() != epoch:
            return []  # the answer came from another life of the centre
        safe = [sha256 for sha256 in photos if sha256 in told]
        self._store.mark_safe(epoch, safe, now)
        return safe

    def _delete(self, epoch: str, now: str) -> int:
        retention = self._retention()
        is_full = self._photos.used_share() * 100 > retention.full_percent
        if self._monotonic() < self._next_look and not is_full:
            return 0
        old = self._time.now(days_ago=retention.days) or ""
        reason, before = ("disk", now) if is_full else ("retention", old)
        candidates = self._store.may_go(before, DELETIONS_PER_ROUND)
        if not candidates:
            self._next_look = self._monotonic() + LOOK_SECONDS
            return 0
        safe = self._take(epoch, candidates, now)
        if self._centre_epoch() != epoch:
            return 0
        if doubtful := [sha256 for sha256 in candidates if sha256 not in set(safe)]:
            self._store.unmark(doubtful)
        gone = 0
        for sha256 in safe:
            if self._stopping() or (is_full and self._photos.used_share() * 100 <= retention.full_percent):
                break
            gone += self._delete_one(epoch, sha256, reason, now)
        if len(candidates) < DELETIONS_PER_ROUND:
            self._next_look = self._monotonic() + LOOK_SECONDS
        if gone:
            log.info("%d photos that are safe at the centre were deleted here (%s)", gone, reason)
        return gone

    def _delete_one(self, epoch: str, sha256: str, reason: str, now: str) -> bool:
        size = self._photos.size(sha256)
        if size is None:
            return False
        for line in self._store.plan(epoch, [(sha256, size)], reason, now):
            gone = self._photos.remove(sha256)
            self._store.conclude([(line, gone)])
            return gone
        return False
