"""How much one station, token or address may ask for: buckets that fill steadily, in memory, by the steady clock.

Every process keeps its own, so that two instances admit twice as much: a quota guards against floods, it bills nobody.
A refusal is 429 with ``Retry-After``, and is as cheap as the check itself.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from starlette.requests import Request

from inspection_station.server.configuration import QuotaSettings
from inspection_station.server.problems import Problem
from inspection_station.workflows.steady_clock import SteadyClock

BURST_MINUTES = 5  # so much at once is a bench that comes back from a night offline
MOST_KNOWN = 10_000  # buckets; the one not asked for longest goes first
SIGN_INS_PER_MINUTE = 60
REFUSALS_PER_MINUTE = 600  # unknown tokens, links, codes and stations of one address
LONGEST_WAIT = 60  # seconds: as long as a station waits at most between attempts
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Allowance:
    """So many a minute, and so many at once."""

    per_minute: float
    burst: float


class Buckets:
    """One bucket for each key, all of one allowance."""

    def __init__(self, allowance: Allowance, clock: SteadyClock) -> None:
        self._allowance, self._clock = allowance, clock
        self._levels: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, amount: float = 1) -> float:
        """Take `amount`; 0 when it was there, else the seconds until it will be (nothing is taken then).

        A single amount larger than the burst is admitted from a full bucket and leaves a debt.
        """
        now = self._clock.read().milliseconds
        speed = self._allowance.per_minute / 60_000
        with self._lock:
            level, since = self._levels.pop(key, (self._allowance.burst, now))
            level = min(self._allowance.burst, level + max(0, now - since) * speed)
            lacks = min(amount, self._allowance.burst) - level
            if lacks <= 0:
                level -= amount
            self._levels[key] = (level, now)
            if len(self._levels) > MOST_KNOWN:
                self._levels.popitem(last=False)
        return max(0.0, lacks / speed / 1000)


def address_of(request: Request) -> str:
    """The network address a request came from (through a trusted proxy: the one it names)."""
    return request.client.host if request.client else ""


def quotas_of(request: Request) -> Quotas:
    """The quotas of the application that serves the request."""
    quotas: Quotas = request.app.state.quotas
    return quotas


class Quotas:
    """The quotas of a running centre."""

    def __init__(self, settings: QuotaSettings, clock: SteadyClock) -> None:
        asked, megabytes = settings.requests_per_minute, settings.photo_mb_per_minute
        self._requests = Buckets(Allowance(asked, asked * BURST_MINUTES), clock)
        self._bytes = Buckets(
            Allowance(megabytes * MEGABYTE, megabytes * MEGABYTE * BURST_MINUTES), clock
        )
        self._sign_ins = Buckets(Allowance(SIGN_INS_PER_MINUTE, SIGN_INS_PER_MINUTE), clock)
        self._refusals = Buckets(Allowance(REFUSALS_PER_MINUTE, REFUSALS_PER_MINUTE * BURST_MINUTES), clock)

    def admit(self, who: str, size: int) -> None:
        """A request of `size` bytes of the station or token `who`; raises Problem ``caller.too_often``."""
        _must_be_there(self._requests.take(who))
        if size:
            _must_be_there(self._bytes.take(who, size))

    def admit_sign_in(self, address: str) -> None:
        """A try to sign in from `address`; raises Problem ``caller.too_often``."""
        _must_be_there(self._sign_ins.take(address))

    def note_refusal(self, address: str) -> None:
        """A request from `address` that proved nobody; raises Problem ``caller.too_often`` when they are too many."""
        _must_be_there(self._refusals.take(address))


def _must_be_there(seconds: float) -> None:
    if seconds > 0:
        raise Problem("caller.too_often", retry_after=min(LONGEST_WAIT, math.ceil(seconds)))
