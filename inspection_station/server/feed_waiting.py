"""Long polls of the feed: a bench that knows everything waits for the next thing, at no thread's cost.

One look at the end of the feed, a few times a second and only while somebody waits, serves all of them; it also sees
what another instance or the command line told. They are woken one after the other, those first that wait longest, so
that a parcel opened at one of two hundred benches does not bring two hundred requests at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool

from inspection_station.server.centre import Centre, fact
from inspection_station.server.returns_feed import BEGINNING, Place, end_of_feed

LONGEST_WAIT = 25  # seconds
LOOK_EVERY = 0.25  # seconds
WOKEN_A_SECOND = 60  # each of them asks at once again: all at the same time, and records would wait behind them


@dataclass(eq=False)
class _Waiter:
    epoch: str
    place: Place
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class FeedWaiting:
    """Everybody who waits for something new in the feed of `centre`."""

    def __init__(self, centre: Centre, look_every: float = LOOK_EVERY) -> None:
        self._centre = centre
        self._look_every = look_every
        self._waiters: dict[_Waiter, None] = {}  # in the order in which they came
        self._looking: asyncio.Task[None] | None = None
        self._ended = False

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._waiters)

    async def until_more(self, epoch: str, place: Place, seconds: float) -> None:
        """Return when there is something after `place`, when the epoch is another one, or after `seconds`."""
        if self._ended:
            return
        waiter = _Waiter(epoch, place)
        self._waiters[waiter] = None
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(waiter.woken.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._waiters.pop(waiter, None)

    def end(self) -> None:
        """Let everybody go, and nobody wait any more: the centre stops. For the thread of the requests."""
        self._ended = True
        for waiter in self._waiters:
            waiter.woken.set()

    async def _look(self) -> None:
        while self._waiters:
            try:
                epoch, last = await run_in_threadpool(self._end)
            except sa.exc.SQLAlchemyError:
                epoch, last = "", BEGINNING  # whoever asks anew is told what is wrong
            for waiter in [one for one in self._waiters if one.epoch != epoch or last > one.place]:
                waiter.woken.set()
                await asyncio.sleep(1 / WOKEN_A_SECOND)
            await asyncio.sleep(self._look_every)

    def _end(self) -> tuple[str, Place]:
        with self._centre.database.reader.connect() as connection:
            return fact(connection, "epoch"), end_of_feed(connection)
