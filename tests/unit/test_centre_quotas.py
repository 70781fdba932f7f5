"""A flood from one station, token or address is told to wait, and nobody else notices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from centre_cases import InProcess, MovedClock, enrolled, inspection_events, jpeg, line_of
from centre_people import MovedSteadyClock, administrator, bearer, centre_with_clocks, make
from fastapi import FastAPI
from fastapi.testclient import TestClient

from inspection_station.server import enrolment
from inspection_station.server import quotas as quotas_module
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.configuration import QuotaSettings
from inspection_station.server.problems import Problem
from inspection_station.server.quotas import (
    BURST_MINUTES,
    REFUSALS_PER_MINUTE,
    SIGN_INS_PER_MINUTE,
    Allowance,
    Buckets,
    Quotas,
)
from inspection_station.sync.client import CentreClient, ServerTrouble, Transport

FEW = QuotaSettings(requests_per_minute=10, photo_mb_per_minute=10)


@dataclass
class House:
    centre: Centre
    steady: MovedSteadyClock
    carrier: InProcess
    client: TestClient

    def quotas(self) -> Quotas:
        app = self.client.app
        assert isinstance(app, FastAPI)
        held: Quotas = app.state.quotas
        return held

    def station(self, code: str, folder: Path) -> CentreClient:
        transport = Transport("http://centre.test", self.carrier)
        made = CentreClient(transport, *enrolled(self.centre, transport, folder / code, code))
        made.hello(0, ("", ""), {})
        return made


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    steady = MovedSteadyClock()
    centre = centre_with_clocks(tmp_path / "centre", MovedClock(), steady, quota=FEW)
    carrier = InProcess(centre)
    yield House(centre, steady, carrier, carrier._client)
    centre.close()


def test_a_station_that_floods_is_told_how_long_to_wait_and_its_neighbour_is_not(house: House, tmp_path: Path) -> None:
    flooding, neighbour = house.station("B12", tmp_path), house.station("B13", tmp_path)
    answers = []
    for _ in range(100):
        try:
            flooding.feed(flooding.epoch, "", 10)
            answers.append(200)
        except ServerTrouble as trouble:  # as one of those a station waits for, and never gives up
            answers.append(429)
            assert trouble.retry_after == 6
    assert answers.count(200) == BURST_MINUTES * FEW.requests_per_minute - 1  # one was the greeting
    assert neighbour.send_records([line_of(inspection_events()[0])])
    house.steady.seconds += 6
    assert len(flooding.feed(flooding.epoch, "", 10)[0]) == 1


def test_a_token_that_floods_is_told_how_long_to_wait_and_another_is_not(house: House) -> None:
    first, second = administrator(house.centre), administrator(house.centre)
    answers = [house.client.get("/api/v1/me", headers=first) for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 10 and {answer.headers["retry-after"] for answer in refused} == {"6"}
    assert json.loads(refused[0].content)["code"] == "caller.too_often"
    assert house.client.get("/api/v1/me", headers=second).status_code == 200


def test_bytes_count_as_declared_before_they_are_read(house: House, tmp_path: Path) -> None:
    client = house.station("B12", tmp_path)
    (station,) = enrolment.list_stations(house.centre)
    house.quotas().admit(f"station {station['id']}", BURST_MINUTES * 10_000_000 - 600)
    data = jpeg(1)
    with pytest.raises(ServerTrouble):
        client.send_photo_part(hashlib.sha256(data).hexdigest(), data, 0, len(data))
    assert client.photo_offset(hashlib.sha256(data).hexdigest()) == 0


def test_who_proves_nobody_is_told_to_wait_in_the_end(house: House) -> None:
    answers = [
        house.client.get("/api/v1/me", headers=bearer("wrong")).status_code
        for _ in range(REFUSALS_PER_MINUTE * BURST_MINUTES // 100)
    ]
    assert set(answers) == {401}
    for _ in range(REFUSALS_PER_MINUTE * BURST_MINUTES - len(answers)):
        house.quotas().note_refusal("testclient")
    for path in ("/api/v1/me", "/evidence/" + "x" * 32, "/sync/v1/feed"):
        assert house.client.get(path, headers=bearer("wrong")).status_code == 429, path
    code = {"code": "AAAA", "public_key": "x", "app_version": "1"}
    assert house.client.post("/sync/v1/enrol", json=code).status_code == 429
    assert house.client.get("/api/v1/me", headers=administrator(house.centre)).status_code == 200


def test_signing_in_has_a_quota_for_each_address(tmp_path: Path) -> None:
    centre = centre_with_clocks(tmp_path / "centre", MovedClock(), MovedSteadyClock())
    here, there = (TestClient(build_app(centre), client=(host, 1)) for host in ("10.0.0.1", "10.0.0.2"))
    codes = [here.post("/api/v1/sign-in", content=b"{}").status_code for _ in range(SIGN_INS_PER_MINUTE + 5)]
    assert codes == [400] * SIGN_INS_PER_MINUTE + [429] * 5
    lead = make(centre, "lead")
    own = TestClient(here.app, client=("10.0.0.2", 1))
    assert own.post("/api/v1/sign-in", json={"badge": lead.badge, "pin": lead.pin}).status_code == 200
    assert there.post("/api/v1/sign-in", json={"badge": lead.badge, "pin": lead.pin}).status_code == 200
    centre.close()


def test_a_bucket_fills_steadily_up_to_its_burst_and_not_by_a_clock_that_goes_back() -> None:
    clock = MovedSteadyClock(seconds=1000)
    bucket = Buckets(Allowance(per_minute=60, burst=3), clock)
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 1]
    clock.seconds += 0.5
    assert bucket.take("a") == 0.5
    clock.seconds = 1
    assert bucket.take("a") == 0.5
    clock.seconds += 3600
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 1]
    assert bucket.take("b") == 0


def test_something_larger_than_the_burst_passes_a_full_bucket_and_leaves_a_debt() -> None:
    clock = MovedSteadyClock(seconds=1000)
    bucket = Buckets(Allowance(per_minute=60, burst=10), clock)
    assert bucket.take("a", 30) == 0
    assert bucket.take("a", 1) == 21
    clock.seconds += 21
    assert bucket.take("a", 1) == 0


def test_a_flood_of_names_keeps_no_more_than_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas_module, "MOST_KNOWN", 100)
    bucket = Buckets(Allowance(1, 1), MovedSteadyClock())
    for number in range(1000):
        bucket.take(str(number))
    assert len(bucket._levels) == 100


def test_the_wait_told_is_never_longer_than_a_station_waits_at_most() -> None:
    held = Quotas(QuotaSettings(requests_per_minute=10), MovedSteadyClock())
    with pytest.raises(Problem) as refused:
        for _ in range(10_000):
            held.admit("a", 1_000_000_000)
    assert 1 <= refused.value.parts["retry_after"] <= 60
