"""A copy of a station's disk is told by its greetings; a lost reply, an older station and a new epoch are no copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from centre_cases import (
    FolderPhotos,
    InProcess,
    MovedClock,
    enrolled,
    in_process_centre,
    inspection_events,
    line_of,
)
from fakes_storage import MemoryStation

from inspection_station.domain.folding import fold
from inspection_station.server import enrolment
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.tables import station
from inspection_station.sync.client import CentreClient, Refused, Transport, Unreachable
from inspection_station.sync.engine import SyncEngine

pytestmark = pytest.mark.both_databases


class Site:
    """A centre and the stations that say they are B12."""

    def __init__(self, folder: Path) -> None:
        self.clock = MovedClock()
        self.centre: Centre = in_process_centre(folder / "centre", self.clock)
        self.transport = Transport("http://centre.test", InProcess(self.centre))
        self.enrolment, self.key = enrolled(self.centre, self.transport, folder / "key")

    def client(self) -> CentreClient:
        return CentreClient(self.transport, self.enrolment, self.key)

    def greet(self, before: str, this: str) -> bool:
        """Whether a greeting with these ids is told of a copy."""
        return self.client().hello(0, ("", ""), {}, turn=(before, this)).copied

    @property
    def state(self) -> str:
        return str(enrolment.list_stations(self.centre)[0]["state"])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.transport.close()
    made.centre.close()


def test_a_station_that_greets_in_turn_is_one_however_often_replies_are_lost(site: Site) -> None:
    assert not site.greet("", "g1")
    assert not site.greet("", "g1"), "the reply was lost, and again"
    assert not site.greet("", "g1")
    assert not site.greet("g1", "g2")
    assert not site.greet("g1", "g2")
    assert not site.greet("g2", "g2"), "it ended before it noted that it has greeted"
    assert not site.greet("g2", "g3")
    assert site.state == "active"


def test_one_that_greets_from_where_another_went_on_is_a_copy_and_both_are_told(site: Site) -> None:
    site.greet("", "g1")
    assert not site.greet("g1", "a2")
    assert site.greet("g1", "b2"), "the copy"
    assert site.greet("a2", "a3"), "the one that was copied"
    assert site.greet("b2", "b3")
    assert site.state == "forked"


def test_an_older_disk_put_back_is_told_like_a_copy(site: Site) -> None:
    for before, this in (("", "g1"), ("g1", "g2"), ("g2", "g3")):
        assert not site.greet(before, this)
    assert site.greet("g1", "other")


def test_a_new_epoch_believes_the_first_greeting_and_watches_from_there(site: Site) -> None:
    site.greet("", "g1")
    site.greet("g1", "g2")
    renew_epoch(site.centre)
    assert not site.greet("g7", "g8"), "the backup knows nothing of what came after it"
    assert not site.greet("g8", "g9")
    assert site.greet("g8", "b9")


@pytest.mark.parametrize("told", ["", "x", {"before": "", "this": 7}, {"this": ""}, {"this": "ä"}, {"this": "a" * 65}])
def test_what_names_no_greeting_says_nothing(site: Site, told: object) -> None:
    from inspection_station.server.greeting import note_greeting

    for _again in range(2):
        days, copied = note_greeting(site.centre, site.enrolment.identity.station_id, {"greeting": told})
        assert (days, copied) == ([], False)
    assert not site.greet("", "g1")


def test_whoever_greeted_before_the_copy_was_found_has_to_greet_again_and_learns_of_it(site: Site) -> None:
    first, copy = site.client(), site.client()
    first.hello(0, ("", ""), {}, turn=("", "g1"))
    site.clock.time = "2026-11-21T03:00:00.000Z"
    first.hello(0, ("", ""), {}, turn=("g1", "a2"))
    site.clock.time = "2026-11-21T03:00:01.000Z"
    assert copy.hello(0, ("", ""), {}, turn=("g1", "b2")).copied
    with pytest.raises(Refused) as refused:
        first.send_records([line_of(inspection_events()[0])])
    assert refused.value.code == "station.nonce_expired" and not first.has_greeted
    assert first.hello(0, ("", ""), {}, turn=("a2", "a3")).copied
    for one in (first, copy):
        sent = one.send_records([line_of(event) for event in inspection_events()])
        assert {verdict["verdict"] for verdict in sent} == {"stored"}, "both go on"


def test_a_clock_of_the_centre_that_is_set_back_after_a_copy_was_found_locks_nobody_out(site: Site) -> None:
    first, copy = site.client(), site.client()
    site.clock.time = "2026-11-22T09:00:00.000Z"
    first.hello(0, ("", ""), {}, turn=("", "g1"))
    first.hello(0, ("", ""), {}, turn=("g1", "a2"))
    assert copy.hello(0, ("", ""), {}, turn=("g1", "b2")).copied
    site.clock.time = "2026-11-21T03:00:00.000Z"
    assert first.hello(0, ("", ""), {}, turn=("a2", "a3")).copied
    sent = first.send_records([line_of(event) for event in inspection_events()])
    assert {verdict["verdict"] for verdict in sent} == {"stored"}


def engine_of(site: Site, memory: MemoryStation, folder: Path) -> SyncEngine:
    return SyncEngine(memory.outbox, memory.feed, FolderPhotos(folder), site.client(), site.clock)


def test_the_engine_greets_in_turn_over_restarts_and_lost_replies(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = MemoryStation()
    for number in range(4):
        engine = engine_of(site, memory, tmp_path)
        if number % 2:
            exchange = site.transport.exchange

            def lost(method: str, target: str, *arguments: object, exchange: object = exchange) -> object:
                exchange(method, target, *arguments)  # type: ignore[operator]
                raise Unreachable("the reply was lost")

            with monkeypatch.context() as patch:
                patch.setattr(site.transport, "exchange", lost)
                assert engine.run_once().failure == "unreachable"
            engine.hurry()
        events = inspection_events(number=number + 1)
        memory.inspections.append(fold(events), events)
        assert engine.run_once().failure == ""
        assert engine.greeting is not None and not engine.greeting.copied
        site.clock.time = f"2026-11-21T04:00:0{number}.000Z"
    assert site.state == "active"
    with site.centre.database.reader.connect() as connection:
        assert connection.scalar(sa.select(station.c.forked_at)) == ""
