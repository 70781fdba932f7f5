"""Wrong PINs lock for a growing time that no clock, restart or second instance shortens."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from centre_cases import MovedClock, in_process_centre
from centre_people import Known, MovedSteadyClock, centre_with_clocks, make

from inspection_station.server import people, sign_in
from inspection_station.server.centre import Centre
from inspection_station.server.lock_out import (
    FIRST_LOCK_SECONDS,
    LONGEST_LOCK_SECONDS,
    address_guard,
    badge_guard,
    begin_try,
    lock_length,
)
from inspection_station.server.problems import Problem
from inspection_station.server.tables import wrong_pin

both = pytest.mark.both_databases


@dataclass
class Desk:
    """A centre with one person, and its clocks."""

    folder: Path
    clock: MovedClock
    steady: MovedSteadyClock
    centre: Centre
    lead: Known

    def tried(self, pin: str, badge: str = "", address: str = "10.0.0.1") -> tuple[str, int]:
        """The code of the refusal (empty when signed in) and the seconds to wait."""
        try:
            sign_in.sign_in(self.centre, badge or self.lead.badge, pin, address)
        except Problem as problem:
            return problem.code, problem.parts.get("retry_after", 0)
        return "", 0

    def wrong(self) -> str:
        return "000000" if self.lead.pin != "000000" else "000001"

    def locked(self) -> int:
        """Five wrong PINs; the seconds of the lock."""
        assert [self.tried(self.wrong())[0] for _ in range(5)] == ["sign_in.refused"] * 5
        code, seconds = self.tried(self.lead.pin)
        assert code == "sign_in.locked"
        return seconds

    def reopened(self) -> None:
        self.centre.close()
        opened = in_process_centre(self.folder, self.clock)
        self.centre = replace(opened, steady=self.steady)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    import argon2

    quick = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for module in (people, sign_in):
        monkeypatch.setattr(module, "hasher", quick)
    clock, steady = MovedClock(), MovedSteadyClock()
    centre = centre_with_clocks(tmp_path / "centre", clock, steady)
    made = Desk(tmp_path / "centre", clock, steady, centre, make(centre, "lead"))
    yield made
    made.centre.close()


@both
def test_five_wrong_pins_lock_and_the_right_one_does_not_open(desk: Desk) -> None:
    assert desk.locked() == FIRST_LOCK_SECONDS
    desk.steady.seconds += FIRST_LOCK_SECONDS - 1
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", 1)
    desk.steady.seconds += 1
    assert desk.tried(desk.lead.pin) == ("", 0)


def test_four_wrong_pins_are_forgotten_with_a_right_one(desk: Desk) -> None:
    for _ in range(3):
        assert [desk.tried(desk.wrong())[0] for _ in range(4)] == ["sign_in.refused"] * 4
        assert desk.tried(desk.lead.pin) == ("", 0)


@both
def test_each_further_wrong_pin_doubles_the_lock_up_to_a_day(desk: Desk) -> None:
    desk.locked()
    for length in (600, 1200, 2400):
        desk.steady.seconds += LONGEST_LOCK_SECONDS
        assert desk.tried(desk.wrong())[0] == "sign_in.refused"
        assert desk.tried(desk.lead.pin) == ("sign_in.locked", length)
    assert [lock_length(wrong, 5) for wrong in (4, 5, 6, 20, 10_000)] == [0, 300, 600, 86_400, 86_400]


@pytest.mark.parametrize("time", ["2036-11-21T02:42:33.120Z", "2016-11-21T02:42:33.120Z", "2026-11-22T02:42:33.120Z"])
def test_no_change_of_the_wall_clock_shortens_or_lengthens_a_lock(desk: Desk, time: str) -> None:
    desk.locked()
    desk.clock.time = time
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", FIRST_LOCK_SECONDS)
    desk.steady.seconds += FIRST_LOCK_SECONDS
    assert desk.tried(desk.lead.pin) == ("", 0)


@both
def test_a_lock_goes_on_after_a_restart_of_the_program(desk: Desk) -> None:
    desk.locked()
    desk.steady.seconds += 100
    desk.reopened()
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", 200)


def test_a_restart_of_the_machine_never_shortens_a_lock(desk: Desk) -> None:
    desk.locked()
    desk.steady.seconds += 250
    for boot in ("boot-2", "boot-3"):
        desk.steady.restart(boot)
        desk.reopened()
        assert desk.tried(desk.lead.pin) == ("sign_in.locked", FIRST_LOCK_SECONDS)
    desk.steady.seconds += FIRST_LOCK_SECONDS
    assert desk.tried(desk.lead.pin) == ("", 0)


def test_a_steady_clock_that_went_back_begins_the_measure_anew(desk: Desk) -> None:
    desk.locked()
    desk.steady.seconds = 0
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", FIRST_LOCK_SECONDS)
    desk.steady.seconds = FIRST_LOCK_SECONDS
    assert desk.tried(desk.lead.pin) == ("", 0)


@both
def test_instances_on_two_machines_each_measure_the_lock_themselves(desk: Desk) -> None:
    desk.locked()
    other = MovedSteadyClock("other machine", 10)
    here, there = desk.centre, replace(desk.centre, steady=other)
    desk.centre = there
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", FIRST_LOCK_SECONDS)
    desk.steady.seconds += 200
    other.seconds += 200
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", 100)
    desk.centre = here
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", 100)
    desk.steady.seconds += 100
    assert desk.tried(desk.lead.pin) == ("", 0)


def test_a_badge_that_does_not_exist_is_answered_and_locked_like_one_that_does(desk: Desk) -> None:
    answers = [desk.tried("123450", badge="BADGE-NOBODY") for _ in range(7)]
    assert answers == [desk.tried(desk.wrong()) for _ in range(7)]
    assert answers[4:] == [("sign_in.refused", 0), ("sign_in.locked", 300), ("sign_in.locked", 300)]


def test_an_unreadable_badge_an_empty_pin_and_a_gone_person_are_the_same_refusal(desk: Desk) -> None:
    people.change_person(desk.centre, desk.lead.id, {"active": False}, "test")
    asked = [("", "1"), ("\x00", "123456"), (desk.lead.badge, desk.lead.pin), (desk.lead.badge, ""), ("X" * 200, "9")]
    assert {desk.tried(pin, badge=badge or " ") for badge, pin in asked} == {("sign_in.refused", 0)}


def test_every_refusal_looks_a_pin_up_as_slowly_as_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    class Counting:
        def verify(self, pin_hash: str, pin: str) -> bool:
            looked.append(pin_hash)
            return hasher.verify(pin_hash, pin)

    hasher = sign_in.hasher
    monkeypatch.setattr(sign_in, "hasher", Counting())
    desk.tried("123450", badge="BADGE-NOBODY")
    desk.tried("123450", badge="\x00")
    desk.tried(desk.wrong())
    assert len(looked) == 3 and all(pin_hash.startswith("$argon2id$") for pin_hash in looked)


def test_an_address_is_locked_after_many_badges_whosever_they_are(desk: Desk) -> None:
    for number in range(20):
        assert desk.tried("123450", badge=f"BADGE-{number:05d}")[0] == "sign_in.refused"
    assert desk.tried(desk.lead.pin) == ("sign_in.locked", FIRST_LOCK_SECONDS)
    assert desk.tried(desk.lead.pin, address="10.0.0.2") == ("", 0)


def test_a_right_pin_in_between_does_not_free_an_address(desk: Desk) -> None:
    codes = []
    for number in range(30):
        codes.append(desk.tried("123450", badge=f"BADGE-{number:05d}")[0])
        codes.append(desk.tried(desk.lead.pin)[0])
    assert codes.count("sign_in.refused") == 20 and codes[-1] == "sign_in.locked"


@both
def test_hundred_tries_at_once_are_counted_one_by_one(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.tried(desk.wrong())[0], range(40)))
    assert answers.count("sign_in.refused") == 5
    assert answers.count("sign_in.locked") == 35


def test_a_try_counts_also_when_the_program_dies_before_its_pin_is_looked_at(desk: Desk) -> None:
    guards = badge_guard(people.badge_digest(desk.lead.badge)), address_guard("10.0.0.1")
    for _ in range(5):
        assert begin_try(desk.centre, *guards) == 0
    desk.reopened()
    assert desk.tried(desk.lead.pin)[0] == "sign_in.locked"


def test_a_new_pin_from_an_administrator_ends_the_lock(desk: Desk) -> None:
    desk.locked()
    made = people.change_person(desk.centre, desk.lead.id, {"pin": None}, "test")
    assert desk.tried(made.pin) == ("", 0)


def test_the_database_names_neither_badge_nor_address(desk: Desk) -> None:
    desk.tried(desk.wrong())
    with desk.centre.database.reader.connect() as connection:
        rows = [str(dict(row)) for row in connection.execute(sa.select(wrong_pin)).mappings()]
    kept = " ".join(rows)
    assert len(rows) == 2
    assert not any(secret in kept for secret in (desk.lead.badge, people.badge_digest(desk.lead.badge), "10.0.0.1"))
