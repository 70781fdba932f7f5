"""``central`` commands about people, stations and tokens: told once, listed, changed, withdrawn."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from centre_cases import in_process_centre
from centre_people import Known, bearer, door, signed_in

from inspection_station.admin.main import main
from inspection_station.server import enrolment, people
from inspection_station.sync.identity import load_or_make_key


@pytest.fixture
def data(tmp_path: Path) -> str:
    in_process_centre(tmp_path / "centre").close()
    return str(tmp_path / "centre")


def run(capsys: pytest.CaptureFixture[str], data: str, *words: str) -> dict[str, Any]:
    assert main(["--language", "en", "central", *words, "--data", data, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def refused(capsys: pytest.CaptureFixture[str], data: str, *words: str) -> str:
    assert main(["--language", "en", "central", *words, "--data", data]) != 0
    out, errors = capsys.readouterr()
    return out + errors


def test_the_first_administrator_can_sign_in_and_use_the_token(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, data, "create-admin", "许东")
    assert (told["number"], told["role"]) == ("A001", "administrator")
    centre = in_process_centre(Path(data))
    client = door(centre)
    header = signed_in(client, Known("", told["badge"], told["pin"]))
    for each in (header, bearer(told["token"])):
        assert client.get("/api/v1/me", headers=each).json()["role"] == "administrator"
    centre.close()
    assert "number" in refused(capsys, data, "create-admin", "许东")


def test_badge_and_pin_may_be_typed_and_are_not_told_back(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("badge-e00077\n918273\n"))
    told = run(capsys, data, "create-person", "王敏", "--number", "E77", "--role", "lead", "--ask-badge", "--ask-pin")
    assert "badge" not in told and "pin" not in told
    centre = in_process_centre(Path(data))
    signed_in(door(centre), Known("", "BADGE-E00077", "918273"))
    centre.close()
    monkeypatch.setattr("sys.stdin", io.StringIO("123456\n"))
    assert "pin" in refused(capsys, data, "change-person", "E77", "--ask-pin")


def test_a_person_is_changed_by_number_and_listed(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = run(capsys, data, "create-person", "王敏", "--number", "E77", "--role", "lead", "--site", "Nord")
    told = run(capsys, data, "change-person", "E77", "--role", "inspector", "--shift", "night", "--new-pin")
    assert told["role"] == "inspector" and len(told["pin"]) == 6 and told["pin"] != made["pin"]
    run(capsys, data, "change-person", "E77", "--deactivate")
    (listed,) = run(capsys, data, "people")["people"]
    assert (listed["active"], listed["site"], listed["shift"]) == (False, "Nord", "night")
    run(capsys, data, "change-person", "E77", "--activate", "--new-badge")
    assert main(["--language", "en", "central", "people", "--data", data]) == 0
    line = capsys.readouterr().out
    assert "E77  王敏  inspector" in line and "active" in line
    assert "no such person" in refused(capsys, data, "change-person", "E78", "--deactivate")


def test_a_systems_token_is_made_listed_and_withdrawn(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = run(capsys, data, "create-token", "WMS", "--right", "see_counts", "--right", "read_events", "--days", "30")
    assert made["rights"] == ["read_events", "see_counts"] and made["expires_at"]
    centre = in_process_centre(Path(data))
    client = door(centre)
    assert client.get("/api/v1/stats", headers=bearer(made["token"])).status_code == 200
    (listed,) = run(capsys, data, "tokens")["tokens"]
    assert listed["id"] == made["id"] and made["token"] not in json.dumps(listed)
    run(capsys, data, "revoke-token", made["id"])
    assert client.get("/api/v1/stats", headers=bearer(made["token"])).status_code == 401
    centre.close()
    assert main(["--language", "en", "central", "tokens", "--data", data]) == 0
    assert "withdrawn" in capsys.readouterr().out
    assert "rights" in refused(capsys, data, "create-token", "WMS", "--right", "change_people")
    assert "no such token" in refused(capsys, data, "revoke-token", "nothing")


def test_stations_are_listed_and_one_of_two_called_alike_is_shut_out_by_its_id(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    centre = in_process_centre(Path(data))
    for number in range(2):
        code = run(capsys, data, "enrol", "--station-code", "B12", "--site", "Nord")["enrolment_code"]
        enrolment.enrol(centre, code, load_or_make_key(tmp_path / str(number)).public_text, "1.0")
    centre.close()
    first, second = run(capsys, data, "stations")["stations"]
    assert (first["number"], second["number"], first["state"], second["state"]) == (1, 2, "active", "active")
    assert run(capsys, data, "revoke-station", "--id", second["id"]) == {"revoked": 1}
    assert [one["state"] for one in run(capsys, data, "stations")["stations"]] == ["active", "revoked"]
    assert run(capsys, data, "revoke-station", "--station-code", "B12") == {"revoked": 1}
    assert main(["--language", "en", "central", "stations", "--data", data]) == 0
    assert capsys.readouterr().out.count("shut out") == 2
    assert "No station called B12 may send" in refused(capsys, data, "revoke-station", "--station-code", "B12")
    assert "no such station" in refused(capsys, data, "revoke-station", "--id", "nothing")


def test_people_from_a_file_are_known_to_the_centre_itself(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "people.csv"
    heading = "number,name,role,badge,pin,active\n"
    table.write_text(heading + "E1,王敏,lead,BADGE-E1,918273,yes\nE2,李强,inspector,BADGE-E2,827364,yes\n", "utf-8")
    assert main(["--language", "en", "central", "import-people", str(table), "--data", data]) == 0
    centre = in_process_centre(Path(data))
    client = door(centre)
    header = signed_in(client, Known("", "BADGE-E1", "918273"))
    table.write_text(heading + "E1,王敏,lead,,,no\nE2,李强,inspector,,,yes\n", "utf-8")
    assert main(["--language", "en", "central", "import-people", str(table), "--data", data]) == 0
    assert client.get("/api/v1/me", headers=header).status_code == 401
    assert {one["number"]: one["active"] for one in people.list_people(centre)} == {"E1": False, "E2": True}
    signed_in(client, Known("", "BADGE-E2", "827364"))
    centre.close()
