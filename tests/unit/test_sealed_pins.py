"""PINs at an enrolled bench: sealed with the device's key, offline for those who used it, gone with a revocation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest

from inspection_station.domain.people import Role
from inspection_station.errors import StationProblem
from inspection_station.station.signing_in import SealedPins, SigningIn
from inspection_station.storage.database import FILE_NAME, Database
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.person_pins import REVOKED_STATION, StoredPins
from inspection_station.storage.reference import StoredReference
from inspection_station.sync.identity import load_or_make_key
from inspection_station.sync.sealed_pins import PinSeal
from inspection_station.workflows.ports import FeedItem

HASH = argon2.PasswordHasher(time_cost=1, memory_cost=64).hash("260005")
NOW = "2026-11-21T02:42:33.120Z"


def person(name: str = "p1", **changes: object) -> FeedItem:
    body = {"id": name, "name": "周敏", "name_en": "Zhou Min", "role": Role.LEAD.value, "pin_hash": HASH,
            "badge_hash": "b" * 64, "active": True, **changes}  # fmt: skip
    return FeedItem("person", name, body)


class Bench:
    """An enrolled station's people; `online` as told."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database, self.online = folder, database, True
        self.seal = PinSeal(load_or_make_key(folder, lambda: None))
        self.pins, self.facts = StoredPins(database), StationFacts(database)
        self.feed, self.reference = StoredFeed(database, self.seal.close), StoredReference(database)
        sealed = SealedPins(self.pins, self.seal.open, lambda: self.online, lambda: NOW)
        self.rules = SigningIn(self.reference, self.facts, pins=sealed)

    def tell(self, *items: FeedItem) -> None:
        self.feed.apply_page("e", "c", items)

    def sign_in(self, pin: str = "260005") -> str:
        (one,) = self.reference.people()
        return self.rules.by_pin(one, pin).id


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    database = open_database(tmp_path)
    yield Bench(tmp_path, database)
    database.close()


def test_a_told_pin_works_and_no_hash_can_be_read_from_the_data(bench: Bench) -> None:
    bench.tell(person())
    assert bench.sign_in() == "p1"
    assert [one.pin_hash for one in bench.reference.people()] == [""]
    bench.database.close()
    for file in bench.folder.glob(f"{FILE_NAME}*"):
        assert b"argon2" not in file.read_bytes()


def test_offline_only_those_count_who_proved_it_here_before(bench: Bench) -> None:
    bench.tell(person())
    bench.online = False
    with pytest.raises(StationProblem, match=r"pin\.not_here"):
        bench.sign_in()
    bench.online = True
    bench.sign_in()
    bench.online = False
    assert bench.sign_in() == "p1"
    with pytest.raises(StationProblem, match=r"pin\.wrong"):
        bench.sign_in("111111")


def test_another_device_can_do_nothing_with_the_seal(bench: Bench, tmp_path: Path) -> None:
    bench.tell(person())
    sealed, _used = bench.pins.sealed("p1")
    other = PinSeal(load_or_make_key(tmp_path / "other", lambda: None))
    assert bench.seal.open("p1", sealed) == HASH
    assert other.open("p1", sealed) == "" and bench.seal.open("p2", sealed) == ""
    assert bench.seal.open("p1", "!") == "" and bench.seal.open("p1", "") == ""


def test_hashes_of_an_older_version_are_sealed_and_nobody_is_locked_out(bench: Bench) -> None:
    StoredFeed(bench.database).apply_page("e", "c", [person()])
    assert bench.reference.people()[0].pin_hash == HASH
    assert bench.pins.seal_all(bench.seal.close, NOW) == 1
    assert bench.pins.seal_all(bench.seal.close, NOW) == 0
    bench.online = False
    assert bench.sign_in() == "p1"
    assert bench.rules.people()[0].id == "p1"


def test_a_revoked_person_has_no_pin_here_and_no_badge(bench: Bench) -> None:
    bench.tell(person())
    bench.sign_in()
    bench.tell(FeedItem("revocation", "p1", {"person_id": "p1", "revoked_at": NOW}))
    assert bench.pins.sealed("p1") == ("", "") and bench.rules.people() == []
    assert bench.rules.person("p1") is None
    with pytest.raises(StationProblem, match=r"pin\.wrong"):
        bench.sign_in()
    bench.tell(person(), FeedItem("revocation", "p1", {}))
    assert bench.sign_in() == "p1"


def test_somebody_no_longer_active_or_taken_away_leaves_no_pin(bench: Bench) -> None:
    bench.tell(person())
    bench.tell(person(active=False))
    assert bench.pins.holders() == set()
    bench.tell(person())
    bench.tell(FeedItem("person", "p1", {}))
    assert bench.pins.holders() == set()


@pytest.mark.expects_log("malformed")
def test_a_revoked_station_is_noted_and_a_malformed_revocation_kept_aside(bench: Bench) -> None:
    bench.tell(FeedItem("revocation", "s1", {"station_id": "s1", "revoked_at": NOW}))
    assert bench.facts.get(REVOKED_STATION + "s1") == NOW
    bench.tell(FeedItem("revocation", "s1", {}))
    assert bench.facts.get(REVOKED_STATION + "s1") == ""
    for wrong in ({"revoked_at": NOW}, {"person_id": 5}):
        bench.tell(FeedItem("revocation", "x", wrong))
