"""A bench is told badges and PINs of those alone who may sign in at its site, and forgets those of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from centre_cases import InProcess, MovedClock, in_process_centre
from centre_people import Known, make
from station_cases import station_settings

from inspection_station.errors import StationProblem
from inspection_station.server import people
from inspection_station.server.centre import Centre, note
from inspection_station.server.enrolment import make_enrolment_code
from inspection_station.server.returns_feed import publish, write_cursor
from inspection_station.server.told_by_site import page_for, tell_people_again
from inspection_station.station import centre_link
from inspection_station.station.assembly import Station
from inspection_station.station.signing_in import SealedPins, SigningIn
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.person_pins import StoredPins
from inspection_station.storage.reference import StoredReference
from inspection_station.sync.client import CentreClient, Transport, enrol
from inspection_station.sync.identity import load_or_make_key
from inspection_station.sync.sealed_pins import PinSeal
from inspection_station.workflows.ports import FeedItem

pytestmark = pytest.mark.both_databases


@dataclass
class House:
    """A centre and stations of any site, each with all that it is told."""

    centre: Centre
    folder: Path

    def client(self, code: str, site: str) -> CentreClient:
        transport, key = Transport("http://centre.test", InProcess(self.centre)), load_or_make_key(self.folder / code)
        client = CentreClient(transport, enrol(transport, make_enrolment_code(self.centre, code, site), key), key)
        client.hello(0, ("", ""), {})
        return client

    def told(self, client: CentreClient, limit: int = 500) -> dict[str, dict[str, Any]]:
        """Everything of kind person, in pages of `limit`."""
        found, cursor, more = {}, "", True
        while more:
            items, cursor, more = client.feed(client.epoch, cursor, limit)
            found.update({item["id"]: item["body"] for item in items if item["kind"] == "person"})
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    centre = in_process_centre(tmp_path / "centre", MovedClock())
    yield House(centre, tmp_path)
    centre.close()


def secrets_of(body: dict[str, Any]) -> tuple[bool, bool]:
    return bool(body["badge_hash"]), bool(body["pin_hash"])


def test_only_people_of_the_site_and_of_no_site_come_with_badge_and_pin(house: House) -> None:
    east, west, all_sites = (make(house.centre, "lead", site=site) for site in ("East", "West", ""))
    for limit in (1, 500):
        told = house.told(house.client(f"B{limit}", "East"), limit)
        assert {name: secrets_of(body) for name, body in told.items()} == {
            east.id: (True, True), west.id: (False, False), all_sites.id: (True, True)
        }  # fmt: skip
        assert told[west.id]["name"] == "Name N-lead-West"
    nowhere = house.told(house.client("B9", ""))
    assert {name for name, body in nowhere.items() if any(secrets_of(body))} == {all_sites.id}


def test_who_is_shut_out_comes_without_them(house: House) -> None:
    one = make(house.centre, "inspector", site="East")
    people.change_person(house.centre, one.id, {"active": False}, "test")
    assert secrets_of(house.told(house.client("B1", "East"))[one.id]) == (False, False)


def test_everything_else_in_the_page_stays_as_it_was_told(house: House) -> None:
    make(house.centre, "lead", site="West")
    body = {"n": 1.50, "text": 'die "Ware" {"kind":"person", "id":1} 无线\u2028', "site": "West", "pin_hash": "x"}
    house.centre.database.write(lambda connection: publish(connection, "tote", [("T-1", body)]))
    with house.centre.database.reader.connect() as connection:
        page = page_for(connection, (0, 0), 500, "East")
    assert b'"pin_hash":"x"' in page.items
    client = house.client("B1", "East")
    items = client.feed(client.epoch, "", 500)[0]
    assert next(item["body"] for item in items if item["kind"] == "tote") == body
    assert page.count == len(items) == 2


def test_people_of_before_are_told_once_more_and_only_once(house: House) -> None:
    make(house.centre, "lead", site="West")
    client = house.client("B1", "East")
    first = client.feed(client.epoch, "", 500)[1]
    tell_people_again(house.centre)
    items, cursor, _more = client.feed(client.epoch, first, 500)
    assert [item["kind"] for item in items] == ["person"] and cursor != first
    tell_people_again(house.centre)
    assert client.feed(client.epoch, cursor, 500)[0] == []
    with house.centre.database.writer.begin() as connection:
        note(connection, "people.told_by_site", "")
    tell_people_again(house.centre)
    assert len(client.feed(client.epoch, cursor, 500)[0]) == 1


class Bench:
    """A station that keeps what it is told, and signs people in."""

    def __init__(self, folder: Path) -> None:
        self.database = open_database(folder)
        seal, self.pins = PinSeal(load_or_make_key(folder, lambda: None)), StoredPins(self.database)
        self.feed, self.reference = StoredFeed(self.database, seal.close), StoredReference(self.database)
        sealed = SealedPins(self.pins, seal.open, lambda: True, MovedClock().now)
        self.rules = SigningIn(self.reference, StationFacts(self.database), pins=sealed)

    def take(self, client: CentreClient) -> None:
        epoch, cursor = self.feed.cursor()
        items, after, _more = client.feed(client.epoch, cursor if epoch == client.epoch else "", 500)
        self.feed.apply_page(client.epoch, after, [FeedItem(one["kind"], one["id"], one["body"]) for one in items])

    def lets_in(self, who: Known) -> bool:
        try:
            person = self.rules.by_badge(who.badge).person
            return self.rules.by_pin(person, who.pin).id == who.id
        except StationProblem as problem:
            assert problem.code == "badge.unknown"
            return False


def test_who_moves_to_another_site_is_forgotten_at_the_benches_of_the_old_one(house: House) -> None:
    who = make(house.centre, "lead", site="East")
    east, west = Bench(house.folder / "e"), Bench(house.folder / "w")
    doors = (house.client("B1", "East"), house.client("W1", "West"))
    for bench, client in zip((east, west), doors, strict=True):
        bench.take(client)
    assert (east.lets_in(who), west.lets_in(who)) == (True, False)
    people.change_person(house.centre, who.id, {"site": "West"}, "test")
    for bench, client in zip((east, west), doors, strict=True):
        bench.take(client)
    assert (east.lets_in(who), west.lets_in(who)) == (False, True)
    assert east.pins.sealed(who.id) == ("", "") and east.rules.people() == []
    for bench in (east, west):
        bench.database.close()


def test_a_bench_enrolled_at_another_site_reads_the_people_anew(house: House) -> None:
    who = make(house.centre, "lead", site="East")
    bench = Bench(house.folder / "e")
    bench.take(house.client("B1", "East"))
    assert bench.lets_in(who)
    moved = house.client("W1", "West")
    bench.take(moved)
    assert bench.lets_in(who)  # told nothing new
    bench.feed.read_again()
    bench.take(moved)
    assert not bench.lets_in(who)
    assert bench.feed.cursor()[1] != write_cursor((0, 0))
    bench.database.close()


def test_only_an_enrolment_at_another_site_begins_the_feed_anew(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = InProcess(house.centre)
    monkeypatch.setattr(centre_link, "transport_to", lambda _station, url: Transport(url, there))
    station = Station(station_settings(tmp_path), tmp_path / "data")
    for site, cursor in (("East", "x"), ("East", "x"), ("West", "")):
        station.feed.apply_page("e", "x", [])
        centre_link.enrol_station(station, "http://centre.test", make_enrolment_code(house.centre, "B1", site))
        assert station.feed.cursor() == ("e", cursor)
    station.close()
