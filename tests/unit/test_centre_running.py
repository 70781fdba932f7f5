"""What whoever runs a centre sees of it: alive, ready or why not, figures, and a log without anybody's data."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from centre_cases import InProcess, enrolled, in_process_centre, inspection_events, line_of
from fastapi.testclient import TestClient

from inspection_station.server import readiness, tokens
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.configuration import CentreSettings, SiteSettings
from inspection_station.server.running_log import JsonFormatter
from inspection_station.sync.client import CentreClient, Transport


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    made = in_process_centre(tmp_path / "centre")
    site = SiteSettings(data_folder=str(tmp_path / "centre"), least_free_mb=0)
    yield replace(made, settings=CentreSettings(centre=site))
    made.close()


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_health_says_that_the_process_lives_even_without_its_database(centre: Centre) -> None:
    door = TestClient(build_app(centre))
    centre.close()
    assert door.get("/health").json()["status"] == "ok"


def test_ready_when_everything_is_there(centre: Centre) -> None:
    answer = TestClient(build_app(centre)).get("/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": dict.fromkeys(readiness.CHECKS, "ok")}


@pytest.mark.expects_log("not ready: database")
def test_not_ready_while_somebody_else_holds_the_database(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "SECONDS", 0.2)
    other = sqlite3.connect(centre.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = TestClient(build_app(centre)).get("/ready")
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert {name for name, word in answer.json()["checks"].items() if word != "ok"} == {"database"}


@pytest.mark.expects_log("not ready: room")
def test_not_ready_when_the_disk_is_nearly_full(centre: Centre) -> None:
    site = replace(centre.settings.centre, least_free_mb=10**9)
    full = replace(centre, settings=CentreSettings(centre=site))
    answer = TestClient(build_app(full)).get("/ready")
    assert (answer.status_code, answer.json()["checks"]["room"]) == (503, "too little room")


@pytest.mark.expects_log("not ready: migrations")
def test_not_ready_when_the_database_is_of_another_version(centre: Centre) -> None:
    with centre.database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    answer = TestClient(build_app(centre)).get("/ready")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "other version")


@pytest.mark.expects_log("not ready: photos")
def test_not_ready_when_the_photos_are_out_of_reach(centre: Centre) -> None:
    class Gone:
        def has(self, _sha256: str) -> bool:
            raise ConnectionError("no route")

    answer = TestClient(build_app(replace(centre, photos=Gone()))).get("/ready")  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["checks"]["photos"]) == (503, "ConnectionError")


def test_figures_count_requests_by_route_and_what_is_held(centre: Centre, tmp_path: Path) -> None:
    inner = InProcess(centre)
    transport = Transport("http://centre.test", inner)
    enrolment, key = enrolled(centre, transport, tmp_path / "station")
    client = CentreClient(transport, enrolment, key)
    client.hello(0, ("", ""), {})
    client.send_records([*(line_of(event) for event in inspection_events()), b"{broken"])
    assert client.photo_offset("0" * 64) == 0
    door = inner._client
    assert door.get("/no/such/SF1234567890123").status_code == 404
    token = tokens.make_administrator(centre, "何琳")
    assert door.get("/metrics").status_code == 401
    text = door.get("/metrics", headers={"authorization": f"Bearer {token}"}).text
    for line in (
        'inspection_centre_requests_total{method="POST",route="/sync/v1/records",status="200"} 1.0',
        'inspection_centre_requests_total{method="HEAD",route="/sync/v1/blobs/{sha256}",status="404"} 1.0',
        'inspection_centre_requests_total{method="GET",route="none",status="404"} 1.0',
        'inspection_centre_request_seconds_count{route="/sync/v1/hello"} 1.0',
        'inspection_centre_records{verdict="stored"} 4.0',
        "inspection_centre_quarantined 1.0",
        "inspection_centre_photos_damaged 0.0",
        'inspection_centre_stations{seen_within="5m"} 1.0',
        "inspection_centre_backup_age_seconds -1.0",
        "inspection_centre_database_up 1.0",
    ):
        assert line in text.splitlines(), line
    for told in ("SF1234", "何琳", enrolment.identity.station_id, token):
        assert told not in text
    client.close()


def test_every_request_is_logged_by_its_route_with_an_id_and_never_by_its_path(
    centre: Centre, told: io.StringIO
) -> None:
    door = TestClient(build_app(centre))
    answer = door.get("/evidence/canary-token-1?lang=zh", headers={"authorization": "Bearer canary-token-2"})
    door.get("/api/v1/inspections?text=canary-SF1390447120865")
    requests = [line for line in lines(told) if line["message"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/evidence/{token}", 403), ("/api/v1/inspections", 401),
    ]  # fmt: skip
    assert requests[0]["request"] == answer.headers["request-id"] != requests[1]["request"]
    assert "canary" not in told.getvalue()


@pytest.mark.expects_log("cannot send", "it broke")
def test_what_others_say_is_logged_without_its_values_and_faults_without_their_text(told: io.StringIO) -> None:
    logging.getLogger("some.library").error("cannot send %s", "canary-1")
    try:
        raise ValueError("canary-2 13812345678")
    except ValueError:
        logging.getLogger("inspection_station.server.app").error("it broke for 13812345678", exc_info=True)
    logging.getLogger("inspection_station.server.app").info("x", extra={"name_of_person": "canary-3", "status": 200})
    first, second, third = lines(told)
    assert "canary" not in told.getvalue() and "13812345678" not in told.getvalue()
    assert first["message"] == "cannot send %s"
    assert (second["fault"], second["message"]) == ("ValueError", "it broke for <telephone>")
    assert second["frames"] and "test_centre_running.py" in second["frames"][-1]
    assert third["status"] == 200

