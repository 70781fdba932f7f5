"""Wrong PINs at a bench lock for five minutes that no clock shortens and a restart does not end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import argon2
import pytest
from centre_people import MovedSteadyClock

from inspection_station.domain.people import Person, Role
from inspection_station.errors import StationProblem
from inspection_station.station.signing_in import LOCKED_SECONDS, SigningIn
from inspection_station.storage.database import Database
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.opening import open_database
from inspection_station.storage.reference import StoredReference

LEAD = Person("p5", "周敏", "Zhou Min", Role.LEAD, pin_hash=argon2.PasswordHasher(1, 64).hash("260005"))


@dataclass
class Bench:
    folder: Path
    database: Database
    clock: MovedSteadyClock

    def rules(self) -> SigningIn:
        return SigningIn(StoredReference(self.database), StationFacts(self.database), self.clock)

    def tried(self, pin: str) -> str:
        try:
            self.rules().by_pin(LEAD, pin)
        except StationProblem as problem:
            return problem.code
        return ""

    def locked(self) -> None:
        assert [self.tried("000001") for _ in range(5)] == ["pin.wrong"] * 4 + ["pin.locked"]
        assert self.rules().locked_seconds(LEAD.id) == LOCKED_SECONDS

    def restart(self) -> None:
        self.database.close()
        self.database = open_database(self.folder)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, open_database(tmp_path), MovedSteadyClock())
    yield made
    made.database.close()


def test_a_lock_lasts_its_time_through_a_restart_of_the_program(bench: Bench) -> None:
    bench.locked()
    bench.clock.seconds += 100
    bench.restart()
    assert bench.rules().locked_seconds(LEAD.id) == 200 and bench.tried("260005") == "pin.locked"
    bench.clock.seconds += 200
    assert bench.tried("260005") == ""


@pytest.mark.parametrize("years", [-2, 10])
def test_no_setting_of_the_wall_clock_shortens_a_lock(
    bench: Bench, years: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.locked()
    moved = time.time() + years * 365 * 86400
    monkeypatch.setattr(time, "time", lambda: moved)
    assert bench.rules().locked_seconds(LEAD.id) == LOCKED_SECONDS
    bench.clock.seconds += LOCKED_SECONDS
    assert bench.tried("260005") == ""


def test_a_restart_of_the_machine_begins_the_lock_anew(bench: Bench) -> None:
    bench.locked()
    bench.clock.seconds += LOCKED_SECONDS - 1
    bench.clock.restart("boot-2")
    assert bench.rules().locked_seconds(LEAD.id) == LOCKED_SECONDS
    bench.clock.seconds += LOCKED_SECONDS
    assert bench.tried("260005") == ""


def test_a_lock_of_the_version_before_begins_anew_and_ends(bench: Bench) -> None:
    StationFacts(bench.database).put("pin_tries", json.dumps({LEAD.id: [5, 1_795_228_953.0]}))
    assert bench.rules().locked_seconds(LEAD.id) == LOCKED_SECONDS
    bench.clock.seconds += LOCKED_SECONDS
    assert bench.tried("260005") == ""


def test_a_try_counts_also_when_the_power_goes_while_its_pin_is_looked_at(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspection_station.station import signing_in

    def cut(_hash: str, _pin: str) -> bool:
        raise KeyboardInterrupt

    for _ in range(5):
        with monkeypatch.context() as moment, pytest.raises(KeyboardInterrupt):
            moment.setattr(signing_in, "_is_right", cut)
            bench.rules().by_pin(LEAD, "000001")
    assert bench.tried("260005") == "pin.locked"
