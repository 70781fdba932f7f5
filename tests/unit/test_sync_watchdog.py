"""A queue never stops silently: what died or hangs begins anew; a network that came back and news are used at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from centre_cases import FolderPhotos, InProcess, MovedClock, enrolled, in_process_centre, inspection_events
from fakes_storage import MemoryStation

from inspection_station.protocol.messages import LONGEST_WAIT_FOR_NEWS
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.returns_feed import publish
from inspection_station.sync.backoff import WATCHDOG
from inspection_station.sync.client import CentreClient, Transport
from inspection_station.sync.engine import SyncEngine, SyncReport
from inspection_station.sync.feed_watch import BETWEEN, POLL, FeedWatch
from inspection_station.sync.loop import SyncLoop
from inspection_station.sync.watchdog import Watchdog, own_address


@dataclass
class Loop:
    """A loop as the watchdog sees it; time stands until it is moved."""

    alive: bool = True
    tried: int = 0
    waits: bool = True
    address: str = "10.0.0.5"
    seconds: float = 0.0
    did: list[str] = field(default_factory=list)

    def is_alive(self) -> bool:
        return self.alive

    def attempts(self) -> int:
        return self.tried

    def waiting(self) -> bool:
        return self.waits

    def hurry(self) -> None:
        self.did.append("hurry")

    def restart(self) -> None:
        self.did.append("restart")


def watchdog(loop: Loop) -> Watchdog:
    return Watchdog(loop, address=lambda: loop.address, monotonic=lambda: loop.seconds)


def look_for(dog: Watchdog, loop: Loop, seconds: float) -> None:
    """Look every two seconds."""
    until = loop.seconds + seconds
    while loop.seconds < until:
        loop.seconds += 2
        dog.look()


def test_a_queue_that_is_tried_is_left_alone() -> None:
    loop = Loop()
    dog = watchdog(loop)
    for _ in range(10):
        look_for(dog, loop, WATCHDOG - 4)
        loop.tried += 1
    assert loop.did == []


def test_an_empty_queue_may_rest() -> None:
    loop = Loop(waits=False)
    look_for(watchdog(loop), loop, 10 * WATCHDOG)
    assert loop.did == []


def test_a_queue_that_is_not_tried_for_90_seconds_is_hurried_and_then_begun_anew(
    expects_log: Callable[[str], None],
) -> None:
    expects_log("something waits and was not tried for 9")
    expects_log("the sync hangs; it begins anew")
    loop = Loop()
    dog = watchdog(loop)
    look_for(dog, loop, WATCHDOG)
    assert loop.did == []
    look_for(dog, loop, 4)
    assert loop.did == ["hurry"]
    look_for(dog, loop, WATCHDOG)
    assert loop.did == ["hurry", "restart"]


def test_a_loop_that_died_begins_anew_at_once(expects_log: Callable[[str], None]) -> None:
    expects_log("the sync has ended unasked")
    loop = Loop(alive=False, waits=False)
    watchdog(loop).look()
    assert loop.did == ["restart"]


def test_a_network_that_comes_up_or_changes_resets_the_backoff() -> None:
    loop = Loop(waits=False)
    dog = watchdog(loop)
    for address, did in (("10.0.0.5", 0), ("", 0), ("10.0.0.5", 1), ("10.0.0.5", 1), ("192.168.1.9", 2), ("", 2)):
        loop.address = address
        dog.look()
        assert loop.did == ["hurry"] * did


def test_the_own_address_is_asked_of_the_kernel_alone() -> None:
    assert own_address().count(".") in (0, 3)


class Rounds:
    """An engine that wishes for a very long wait."""

    greeting = None

    def __init__(self) -> None:
        self.count = 0

    def run_once(self) -> SyncReport:
        self.count += 1
        if self.count == 2:
            raise SystemExit("something that no loop expects")
        return SyncReport(wait=10_000.0)

    def hurry(self) -> None:
        pass


class Wake(threading.Event):
    """Notes how long the loop would wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0.0)
        return True


def test_the_timer_is_armed_again_whatever_happens() -> None:
    wake = Wake()
    loop = SyncLoop(Rounds(), MemoryStation().outbox, MovedClock(), lambda _state: None, wake=wake)  # type: ignore[arg-type]
    with pytest.raises(SystemExit):
        loop.run()
    assert loop.rounds == 2
    assert len(wake.waited) == 2 and max(wake.waited) <= WATCHDOG


@dataclass
class Bench:
    """A bench with a second line on which it waits for news."""

    centre: Centre
    engine: SyncEngine
    watch: FeedWatch
    station: MemoryStation
    asked: list[httpx2.Request]
    seconds: list[float]
    woken: list[bool]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock, station, seconds = MovedClock(), MemoryStation(), [0.0]
    centre = in_process_centre(tmp_path / "centre", clock)
    first, second = InProcess(centre), InProcess(centre)
    transport, own = Transport("http://centre.test", first), Transport("http://centre.test", second)
    enrolment, key = enrolled(centre, transport, tmp_path / "key")
    main_line = CentreClient(transport, enrolment, key)
    engine = SyncEngine(station.outbox, station.feed, FolderPhotos(tmp_path), main_line, clock)
    woken: list[bool] = []
    watch = FeedWatch(
        engine, main_line, CentreClient(own, enrolment, key), lambda: woken.append(True),
        monotonic=lambda: seconds[0],
    )  # fmt: skip

    plain = second.handle_request

    def waiting(request: httpx2.Request) -> httpx2.Response:
        """As a centre that waits: 20 seconds pass."""
        seconds[0] += 20.0
        path = request.url.raw_path.decode()
        assert path.endswith(f"&wait={LONGEST_WAIT_FOR_NEWS}")
        second.requests.append(request)
        return plain(request)

    second.handle_request = waiting  # type: ignore[method-assign]
    yield Bench(centre, engine, watch, station, second.requests, seconds, woken)
    transport.close()
    own.close()
    centre.close()


def publish_tote(centre: Centre, number: int) -> None:
    body = {"code": f"T-{number:06d}", "slot": 1, "disposition": "restock"}
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", [(str(body["code"]), body)])


def test_news_wake_the_loop_which_takes_them_in_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspection_station.protocol.messages.LONGEST_WAIT_FOR_NEWS", 0)
    assert bench.watch.ask() == BETWEEN and bench.asked == []  # nobody has greeted yet
    bench.engine.run_once()
    publish_tote(bench.centre, 1)
    assert bench.watch.ask() == BETWEEN
    assert bench.woken == [True] and bench.station.reference.totes() == []
    bench.engine.ask_feed()
    bench.engine.run_once()
    assert len(bench.station.reference.totes()) == 1


def test_a_new_life_of_the_centre_wakes_the_loop_too(bench: Bench) -> None:
    bench.engine.run_once()
    renew_epoch(bench.centre)
    assert bench.watch.ask() > BETWEEN - 1e-9
    assert bench.woken == [True]


def test_records_go_out_while_the_other_line_waits(bench: Bench) -> None:
    bench.engine.run_once()
    plain = bench.watch._own.feed

    def feed(*arguments: object) -> object:
        for event in inspection_events():
            bench.station.outbox.queue(event)
        assert bench.engine.run_once().records == 4  # while this question is under way
        raise_if_shared = bench.watch._own._transport is bench.watch._main._transport
        assert not raise_if_shared
        return [], "", False

    bench.watch._own.feed = feed  # type: ignore[method-assign,assignment]
    assert bench.watch.ask() == POLL  # it answered at once: a centre that does not wait is not asked all the time
    bench.watch._own.feed = plain  # type: ignore[method-assign]


def test_a_fault_of_the_second_line_ends_nothing(bench: Bench, expects_log: Callable[[str], None]) -> None:
    expects_log("fault while waiting for the centre's news")
    waits: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            if len(waits) == 3:
                self.set()
            return True

    def fault() -> float:
        raise ZeroDivisionError

    bench.watch._stop = Stop()
    bench.watch.ask = fault  # type: ignore[method-assign]
    bench.watch.run()
    assert waits == [POLL] * 3
