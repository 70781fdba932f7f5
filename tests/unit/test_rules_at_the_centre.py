"""Rule files and totes at the centre: loaded, checked, put in force, taken back; each change with before and after."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import centre_people
import pytest
import sqlalchemy as sa
from centre_cases import in_process_centre
from fastapi.testclient import TestClient

from inspection_station.domain.identifiers import is_tote_code
from inspection_station.locations import resources
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.rule_files import book_in_force
from inspection_station.server.tables import feed_item
from inspection_station.server.tokens import make_administrator

pytestmark = pytest.mark.both_databases

GENERAL = (resources() / "checklists" / "general.yaml").read_text("utf-8")
CHANGED = re.sub(r"(?m)^version: .*$", 'version: "99"', GENERAL, count=1)


class Office:
    """An administrator at the centre's door."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.door = TestClient(build_app(centre))
        self.door.headers["Authorization"] = f"Bearer {make_administrator(centre, '许东', 'test')}"

    def post(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        answer = self.door.post(f"/api/v1{path}", json=body)
        return answer.status_code, answer.json() if answer.content else {}

    def get(self, path: str) -> dict[str, Any]:
        answer = self.door.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def told(self, kind: str) -> dict[str, Any]:
        with self.centre.database.reader.connect() as connection:
            rows = connection.execute(sa.select(feed_item.c.id, feed_item.c.body).where(feed_item.c.kind == kind))
            return {row.id: json.loads(row.body) for row in rows}

    def log(self, what: str) -> list[dict[str, Any]]:
        return [one for one in self.get("/logs/changes?limit=500")["changes"] if one["what"] == what]

    def version_in_force(self) -> str:
        with self.centre.database.reader.connect() as connection:
            return str(book_in_force(connection).templates["general"].version)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    centre = in_process_centre(tmp_path / "centre")
    yield Office(centre)
    centre.close()


def test_the_files_that_came_with_the_program_can_be_changed_here() -> None:
    assert CHANGED != GENERAL


def test_a_version_is_loaded_and_only_then_put_in_force_for_every_station(office: Office) -> None:
    shipped = office.version_in_force()
    status, made = office.post("/rules", name="general.yaml", text=CHANGED)
    assert status == 201 and (made["file"]["kind"], made["file"]["category"]) == ("checklist", "general")
    assert made["file"]["version"] == "99" and not made["file"]["in_force"]
    assert office.told("rule_file") == {} and office.version_in_force() == shipped
    again = office.post("/rules", name="other name.yaml", text=CHANGED)[1]
    assert again["file"]["id"] == made["file"]["id"], "the same text is the same version"
    status, forced = office.post(f"/rules/{made['file']['id']}/in-force")
    assert status == 200 and forced["file"]["in_force"] and forced["file"]["in_force_by"] == "许东"
    [(name, body)] = office.told("rule_file").items()
    assert name == "checklist:general" and body["text"] == CHANGED
    assert office.version_in_force() == "99"
    assert office.get(f"/rules/{made['file']['id']}")["file"]["text"] == CHANGED
    [listed] = office.get("/rules")["files"]
    assert listed["bytes"] >= len(CHANGED) and "text" not in listed


def test_an_older_version_and_the_shipped_file_come_back(office: Office) -> None:
    shipped = office.version_in_force()
    ids = [office.post("/rules", name="g.yaml", text=CHANGED.replace("99", n, 1))[1]["file"]["id"] for n in ("7", "8")]
    for one in (ids[0], ids[1], ids[0]):
        assert office.post(f"/rules/{one}/in-force")[0] == 200
    assert office.version_in_force() == "7"
    assert [one["in_force"] for one in office.get("/rules")["files"]].count(True) == 1
    assert office.post("/rules/withdraw", kind="checklist", category="general")[0] == 204
    assert office.version_in_force() == shipped and office.told("rule_file") == {"checklist:general": {}}
    assert office.post("/rules/withdraw", kind="checklist", category="general")[0] == 404
    changes = office.log("rules put in force")
    assert [(one["before"].get("version"), one["after"].get("version")) for one in changes] == [
        ("8", "7"), ("7", "8"), (None, "7"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("general.yaml", GENERAL.replace("questions:", "questionz:", 1), "rules.faulty"),
        ("general.yaml", "nothing: that is known\n", "rules.faulty"),
        ("general.yaml", "a: [\n", "rules.faulty"),
        ("../up.yaml", CHANGED, "rules.unreadable"),
        ("general.exe", CHANGED, "rules.unreadable"),
        ("general.yaml", "#" * 300_000, "rules.unreadable"),
        ("general.yaml", "", "rules.unreadable"),
    ],
)
def test_what_is_not_right_is_refused_with_its_place_and_nothing_is_kept(
    office: Office, name: str, text: str, code: str
) -> None:
    status, refused = office.post("/rules", name=name, text=text)
    assert (status, refused["code"]) == (422, code)
    assert refused["what"]["zh"] and refused["what"]["en"] != refused["what"]["zh"]
    assert office.get("/rules")["files"] == [] and office.told("rule_file") == {}


def test_totes_are_made_in_bulk_with_codes_of_their_own_and_changed(office: Office) -> None:
    status, made = office.post("/totes", count=3, disposition="restock", vendor="", capacity=40)
    codes = [one["code"] for one in made["totes"]]
    assert status == 200 and len(set(codes)) == 3 and all(map(is_tote_code, codes))
    more = office.post("/totes", count=2, disposition="scrap", capacity=10)[1]["totes"]
    assert min(one["code"] for one in more) > max(codes)
    assert office.post("/totes", totes=[{"code": codes[0], "disposition": "hold", "slot": 6, "capacity": 40,
                                         "capacity_g": 12_000}])[0] == 200  # fmt: skip
    assert office.told("tote")[codes[0]]["disposition"] == "hold"
    assert office.told("tote")[codes[0]]["capacity_g"] == 12_000 and office.told("tote")[codes[1]]["capacity_g"] == 0
    assert len(office.get("/totes")["totes"]) == 5
    [change] = office.log("tote changed")
    assert (change["before"]["disposition"], change["after"]["disposition"]) == ("restock", "hold")
    assert "capacity" not in change["after"], "only what differs"


@pytest.mark.parametrize(
    "body",
    [
        {"count": 0, "disposition": "restock"}, {"count": True, "disposition": "restock"}, {"count": 2},
        {"count": 1, "disposition": "shelf"}, {"totes": []}, {"totes": ["T"]},
        {"totes": [{"code": "T-000001", "disposition": "restock"}]}, {"count": 5000, "disposition": "restock"},
        {"count": 1, "disposition": "restock", "capacity": -1},
        {"count": 1, "disposition": "restock", "capacity_g": -1},
        {"count": 1, "disposition": "restock", "capacity_g": 3_000_000},
        {"count": 1, "disposition": "restock", "vendor": 7},
    ],
)  # fmt: skip
def test_a_tote_that_cannot_be_is_refused_and_none_of_them_is_kept(office: Office, body: dict[str, Any]) -> None:
    status, refused = office.post("/totes", **body)
    assert (status, refused["code"]) == (422, "tote.malformed")
    assert office.told("tote") == {}


def test_changes_of_people_and_stations_tell_before_and_after_and_no_secret(office: Office) -> None:
    made = centre_people.make(office.centre, "lead")
    changed = office.door.patch(f"/api/v1/people/{made.id}", json={"role": "inspector", "pin": None})
    assert changed.status_code == 200
    [change] = office.log("person changed")
    assert change["before"]["role"] == "lead" and change["after"]["role"] == "inspector"
    assert change["after"]["new_pin"] is True
    office.post("/enrolment-codes", station_code="B99", site="Nord")
    [code] = office.log("enrolment code made")
    assert code["after"]["station_code"] == "B99" and code["before"] == {}
    whole = json.dumps(office.get("/logs/changes?limit=500"))
    assert changed.json()["pin"] not in whole and "argon2" not in whole
