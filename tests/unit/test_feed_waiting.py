"""Long polls of the feed: woken by news, let go in time, and none of them holds a thread."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest
from centre_cases import InProcess, enrolled, in_process_centre
from postgres_server import Databases

from inspection_station.protocol.messages import PREFIX
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.feed_waiting import FeedWaiting
from inspection_station.server.returns_feed import BEGINNING, Place, end_of_feed, publish, read_cursor, write_cursor
from inspection_station.sync.client import CentreClient, Refused, Transport

pytestmark = pytest.mark.both_databases


def tell(centre: Centre, name: str) -> Place:
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", [(name, {"code": name})])
    with centre.database.reader.connect() as connection:
        return end_of_feed(connection)


async def waited(waiting: FeedWaiting, epoch: str, place: Place, seconds: float) -> float:
    begun = time.monotonic()
    await waiting.until_more(epoch, place, seconds)
    return time.monotonic() - begun


def test_two_hundred_wait_without_a_thread_each_and_are_woken_together(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    place = tell(centre, "T-1")
    waiting = FeedWaiting(centre, look_every=0.02)
    threads: list[int] = []

    async def all_of_them() -> list[float]:
        waits = [asyncio.create_task(waited(waiting, centre.epoch(), place, 20)) for _ in range(200)]
        while waiting.count < 200:
            await asyncio.sleep(0.01)
        threads.append(threading.active_count())
        await asyncio.to_thread(tell, centre, "T-2")
        return await asyncio.gather(*waits)

    before = threading.active_count()
    assert max(asyncio.run(all_of_them())) < 15 and waiting.count == 0
    assert threads[0] - before < 10
    centre.close()


def test_whoever_waits_in_vain_is_let_go_in_time_or_when_the_centre_stops(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    place, epoch = tell(centre, "T-1"), centre.epoch()
    waiting = FeedWaiting(centre, look_every=0.02)

    async def both() -> list[float]:
        short = await waited(waiting, epoch, place, 0.1)
        long = asyncio.create_task(waited(waiting, epoch, place, 20))
        await asyncio.sleep(0.1)
        waiting.end()
        return [short, await long, await waited(waiting, epoch, place, 20)]

    short, long, after = asyncio.run(both())
    assert 0.1 <= short < 5 and long < 10 and after < 1
    centre.close()


def test_a_new_epoch_and_what_is_there_already_wake_at_once(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    place, epoch = tell(centre, "T-1"), centre.epoch()
    waiting = FeedWaiting(centre, look_every=0.02)
    assert asyncio.run(waited(waiting, epoch, BEGINNING, 20)) < 10
    renew_epoch(centre)
    assert asyncio.run(waited(waiting, epoch, place, 20)) < 10
    centre.close()


def test_an_empty_page_is_held_back_until_there_is_something(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path / "centre")
    transport = Transport("http://centre.test", InProcess(centre))
    client = CentreClient(transport, *enrolled(centre, transport, tmp_path / "key"))
    client.hello(0, ("", ""), {})
    place = write_cursor(tell(centre, "T-1"))
    teller = threading.Timer(0.2, tell, (centre, "T-2"))
    teller.start()
    answer = client._ask("GET", f"{PREFIX}/feed?epoch={centre.epoch()}&cursor={place}&limit=10&wait=20&protocol=2", b"")
    assert [item["id"] for item in answer["items"]] == ["T-2"] and not answer["more"]
    teller.join()
    held = time.monotonic()
    target = f"{PREFIX}/feed?epoch={centre.epoch()}&cursor={answer['cursor']}&limit=10&protocol=2&wait="
    assert client._ask("GET", target + "1", b"")["items"] == []
    assert time.monotonic() - held >= 1
    for odd in ("x", "-1", "99999999", "", "0"):
        assert client._ask("GET", target + odd, b"")["items"] == []
    for odd in ("zz", "cw", "eDEyMzQ1Njc4OTAxMjM0NTY3ODkwLjE", "czk5OTk5OTk5OTk5OTk5OTk5OTk"):
        with pytest.raises(Refused):
            client._ask("GET", f"{PREFIX}/feed?epoch={centre.epoch()}&cursor={odd}&limit=10&protocol=2", b"")
    transport.close()
    centre.close()


def test_a_cursor_comes_back_as_it_was_written(centre_databases: Databases) -> None:
    for place in ((0, 0), (0, 17), (2**40, 5), (1, 2**62)):
        assert read_cursor(write_cursor(place)) == place
