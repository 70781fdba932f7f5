"""People, systems and stations at the centre: made, changed, told to the benches, signed in, shut out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_cases import MovedClock, inspection_events, jpeg, line_of
from centre_people import MovedSteadyClock, administrator, bearer, centre_with_clocks, door, make, signed_in
from fastapi.testclient import TestClient

from inspection_station.domain.people import holder, person_from_json
from inspection_station.server import enrolment, ledger, tokens
from inspection_station.server.centre import Centre, open_centre, renew_epoch
from inspection_station.server.problems import Problem
from inspection_station.server.returns_feed import bodies_of, body_of, read_page
from inspection_station.server.tables import station
from inspection_station.sync.identity import load_or_make_key

pytestmark = pytest.mark.both_databases


@dataclass
class House:
    """A centre, a door to it, its clocks, and an administrator's header."""

    centre: Centre
    client: TestClient
    clock: MovedClock
    steady: MovedSteadyClock
    admin: dict[str, str]

    def feed(self, kind: str, thing: str) -> dict[str, Any]:
        with self.centre.database.reader.connect() as connection:
            return body_of(connection, kind, thing) or {}

    def enrolled(self, code: str, site: str, folder: Path) -> str:
        key = load_or_make_key(folder / code)
        made = enrolment.make_enrolment_code(self.centre, code, site)
        told = enrolment.enrol(self.centre, made, key.public_text, "1.0")
        return str(told["station_id"])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock, steady = MovedClock(), MovedSteadyClock()
    centre = centre_with_clocks(tmp_path / "centre", clock, steady)
    yield House(centre, door(centre), clock, steady, administrator(centre))
    centre.close()


NEW = {"number": "E77", "name": "王敏", "name_en": "Wang Min", "role": "lead", "shift": "day"}


def test_a_new_person_is_told_to_the_benches_and_the_secrets_to_the_administrator_once(house: House) -> None:
    answer = house.client.post("/api/v1/people", json=NEW, headers=house.admin)
    told = answer.json()
    assert answer.status_code == 201 and told["badge"].startswith("BADGE-") and len(told["pin"]) == 6
    person = person_from_json(house.feed("person", told["person"]["id"]))
    assert holder([person], told["badge"]) == person and person.pin_hash.startswith("$argon2id$")
    listed = house.client.get("/api/v1/people", headers=house.admin)
    assert listed.json()["people"] == [told["person"]] and told["person"]["has_pin"]
    assert not any(secret in listed.text for secret in (person.pin_hash, person.badge_hash, told["badge"], told["pin"]))


def test_a_badge_and_pin_that_were_given_are_not_told_back(house: House) -> None:
    given = {**NEW, "badge": "badge-e00077 ", "pin": "518302"}
    told = house.client.post("/api/v1/people", json=given, headers=house.admin).json()
    assert (told["badge"], told["pin"]) == ("", "")
    assert house.client.post("/api/v1/sign-in", json={"badge": "BADGE-E00077", "pin": "518302"}).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pin": "12345"}, "pin"),
        ({"pin": "１２３４５６"}, "pin"),
        ({"pin": "123456"}, "pin"),
        ({"pin": "444444"}, "pin"),
        ({"badge": "a\x07b"}, "badge"),
        ({"name": "x" * 65}, "name"),
        ({"name": ""}, "name"),
        ({"name": ["x"]}, "name"),
        ({"role": "system"}, "role"),
        ({"role": None}, "role"),
        ({"number": "E\u202e7"}, "number"),
    ],
)
def test_a_detail_that_cannot_be_is_refused_by_name(house: House, change: dict[str, Any], field: str) -> None:
    answer = house.client.post("/api/v1/people", json={**NEW, **change}, headers=house.admin)
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (422, "person.malformed", field)
    assert field in told["what"]["en"] and field in told["what"]["zh"]


def test_a_number_and_a_badge_belong_to_one_person_only(house: House) -> None:
    first = house.client.post("/api/v1/people", json=NEW, headers=house.admin).json()
    assert house.client.post("/api/v1/people", json=NEW, headers=house.admin).json()["code"] == "person.number_taken"
    other = {**NEW, "number": "E78", "badge": first["badge"]}
    assert house.client.post("/api/v1/people", json=other, headers=house.admin).json()["code"] == "person.badge_taken"
    gone = f"/api/v1/people/{first['person']['id']}"
    assert house.client.patch(gone, json={"active": False}, headers=house.admin).status_code == 200
    assert house.client.post("/api/v1/people", json=other, headers=house.admin).status_code == 201
    back = house.client.patch(gone, json={"active": True}, headers=house.admin)
    assert back.json()["code"] == "person.badge_taken"


def test_a_deactivated_person_is_signed_out_here_and_told_to_every_bench(house: House) -> None:
    lead = make(house.centre, "lead")
    header = signed_in(house.client, lead)
    assert house.client.get("/api/v1/me", headers=header).json()["role"] == "lead"
    house.client.patch(f"/api/v1/people/{lead.id}", json={"active": False}, headers=house.admin)
    assert house.client.get("/api/v1/me", headers=header).status_code == 401
    assert house.client.post("/api/v1/sign-in", json={"badge": lead.badge, "pin": lead.pin}).status_code == 401
    assert house.feed("person", lead.id)["active"] is False
    assert house.feed("revocation", lead.id) == {"person_id": lead.id, "revoked_at": house.clock.time}
    house.client.patch(f"/api/v1/people/{lead.id}", json={"active": True}, headers=house.admin)
    assert house.feed("revocation", lead.id) == {} and house.feed("person", lead.id)["active"] is True
    assert house.client.get("/api/v1/me", headers=header).status_code == 401
    signed_in(house.client, lead)


@pytest.mark.parametrize("change", [{"role": "inspector"}, {"pin": None}, {"badge": None}, {"site": "Nord"}])
def test_who_gets_another_role_pin_badge_or_site_has_to_sign_in_again(house: House, change: dict[str, Any]) -> None:
    lead = make(house.centre, "lead")
    header = signed_in(house.client, lead)
    house.client.patch(f"/api/v1/people/{lead.id}", json=change, headers=house.admin)
    assert house.client.get("/api/v1/me", headers=header).status_code == 401


def test_a_new_shift_or_name_ends_no_sign_in(house: House) -> None:
    lead = make(house.centre, "lead")
    header = signed_in(house.client, lead)
    house.client.patch(f"/api/v1/people/{lead.id}", json={"shift": "night", "name": "新名"}, headers=house.admin)
    assert house.client.get("/api/v1/me", headers=header).status_code == 200


def test_the_last_administrator_cannot_be_deactivated_nor_made_less(house: House) -> None:
    only = make(house.centre, "administrator")
    for change in ({"active": False}, {"role": "lead"}):
        answer = house.client.patch(f"/api/v1/people/{only.id}", json=change, headers=house.admin)
        assert answer.json()["code"] == "person.last_administrator"
    make(house.centre, "administrator", "A2")
    assert house.client.patch(f"/api/v1/people/{only.id}", json={"active": False}, headers=house.admin).is_success


def test_a_sign_in_ends_after_a_shift_on_either_clock_and_by_signing_out(house: House) -> None:
    lead = make(house.centre, "lead")
    by_wall, by_steady, by_hand = (signed_in(house.client, lead) for _ in range(3))
    assert house.client.post("/api/v1/sign-out", headers=by_hand).status_code == 204
    assert house.client.get("/api/v1/me", headers=by_hand).status_code == 401
    house.clock.time = "2026-11-21T12:42:33.119Z"
    assert house.client.get("/api/v1/me", headers=by_wall).status_code == 200
    house.clock.time = "2026-11-21T12:42:33.120Z"
    assert house.client.get("/api/v1/me", headers=by_wall).status_code == 401
    house.clock.time = "2024-01-01T00:00:00.000Z"
    assert house.client.get("/api/v1/me", headers=by_steady).status_code == 200
    house.steady.seconds += tokens.SIGN_IN_HOURS * 3600
    assert house.client.get("/api/v1/me", headers=by_steady).status_code == 401


def test_a_token_of_a_system_does_what_it_was_given_until_it_expires_or_is_withdrawn(house: House) -> None:
    asked = {"name": "WMS", "rights": ["see_counts", "see_inspections"], "days": 1}
    answer = house.client.post("/api/v1/tokens", json=asked, headers=house.admin)
    made = answer.json()
    wms = bearer(made["token"])
    assert house.client.get("/api/v1/stats", headers=wms).status_code == 200
    assert house.client.get("/api/v1/people", headers=wms).json()["code"] == "caller.not_allowed"
    listed = house.client.get("/api/v1/tokens", headers=house.admin)
    assert {one["name"] for one in listed.json()["tokens"]} == {"WMS", "test"} and made["token"] not in listed.text
    house.clock.time = "2026-11-22T02:42:33.120Z"
    assert house.client.get("/api/v1/stats", headers=wms).status_code == 401
    asked = {"name": "ERP", "rights": ["see_counts"]}
    made = house.client.post("/api/v1/tokens", json=asked, headers=house.admin).json()
    assert house.client.get("/api/v1/stats", headers=bearer(made["token"])).status_code == 200
    assert house.client.delete(f"/api/v1/tokens/{made['id']}", headers=house.admin).status_code == 204
    assert house.client.get("/api/v1/stats", headers=bearer(made["token"])).status_code == 401


@pytest.mark.parametrize("rights", [[], ["change_people"], ["everything"], ["see_counts", 3], "see_counts"])
def test_no_system_can_be_given_what_is_for_people(house: House, rights: object) -> None:
    answer = house.client.post("/api/v1/tokens", json={"name": "WMS", "rights": rights}, headers=house.admin)
    assert (answer.status_code, answer.json()["code"]) == (422, "token.rights")


def test_a_revoked_station_stands_in_the_list_and_in_the_feed_of_the_others(house: House, tmp_path: Path) -> None:
    first, second = (house.enrolled(code, "华东", tmp_path) for code in ("B12", "B13"))
    assert house.client.post(f"/api/v1/stations/{first}/revoke", headers=house.admin).status_code == 204
    listed = house.client.get("/api/v1/stations", headers=house.admin).json()["stations"]
    told = [(one["code"], one["number"], one["state"]) for one in listed]
    assert told == [("B12", 1, "revoked"), ("B13", 2, "active")]
    assert house.feed("revocation", first) == {"station_id": first, "revoked_at": house.clock.time}
    assert house.feed("revocation", second) == {}
    assert "public_key" not in listed[0] and "check_key" not in listed[0]
    unknown = house.client.post(f"/api/v1/stations/{first[:-1]}x/revoke", headers=house.admin)
    assert unknown.json()["code"] == "station.not_found"


def test_a_station_whose_disk_was_copied_is_flagged_in_the_list(house: House, tmp_path: Path) -> None:
    first = house.enrolled("B12", "华东", tmp_path)
    events = inspection_events()
    ledger.take(house.centre, first, [line_of(event) for event in events])
    other = inspection_events()[0]
    line = json.loads(line_of(other))
    from inspection_station.protocol.messages import make_record, record_line

    forged = record_line(make_record(events[0].id, 1, "other_kind", line["body"], ()))
    assert ledger.take(house.centre, first, [forged])[0]["verdict"] == "conflict"
    listed = house.client.get("/api/v1/stations", headers=house.admin).json()["stations"]
    assert (listed[0]["state"], listed[0]["forked_at"]) == ("forked", house.clock.time)


def test_no_number_is_given_twice_not_even_after_a_return_to_a_copy(house: House, tmp_path: Path) -> None:
    first = house.enrolled("B12", "华东", tmp_path)
    house.client.post(f"/api/v1/stations/{first}/revoke", headers=house.admin)
    with house.centre.database.writer.begin() as connection:
        connection.execute(sa.delete(station).where(station.c.id == first))
    house.enrolled("B12", "华东", tmp_path)
    renew_epoch(house.centre)
    for code in ("B14", "B15"):
        house.enrolled(code, "华东", tmp_path)
    assert [one["number"] for one in enrolment.list_stations(house.centre)] == [2, 13, 14]


def test_the_database_itself_refuses_a_second_station_with_a_number(house: House, tmp_path: Path) -> None:
    house.enrolled("B12", "华东", tmp_path)
    with house.centre.database.reader.connect() as connection:
        row = dict(connection.execute(sa.select(station)).mappings().one())
    with pytest.raises(sa.exc.IntegrityError), house.centre.database.writer.begin() as connection:
        connection.execute(sa.insert(station).values(**{**row, "id": "other"}))


def test_all_numbers_given_away_is_a_refusal(house: House, tmp_path: Path) -> None:
    house.enrolled("B12", "华东", tmp_path)
    with house.centre.database.writer.begin() as connection:
        connection.execute(sa.update(station).values(number=999))
    with pytest.raises(Problem) as refused:
        house.enrolled("B13", "华东", tmp_path)
    assert refused.value.code == "enrolment.full"


def test_somebody_of_a_site_sees_and_changes_that_site_only(house: House, tmp_path: Path) -> None:
    stations = {site: house.enrolled(f"B-{site}", site, tmp_path) for site in ("Nord", "Süd")}
    photos = {site: jpeg(number) for number, site in enumerate(stations, 1)}
    names = {site: hashlib.sha256(data).hexdigest() for site, data in photos.items()}
    ids = {}
    for number, (site, station_id) in enumerate(stations.items(), 1):
        events = inspection_events((names[site],), number)
        ids[site] = events[0].inspection_id
        ledger.take(house.centre, station_id, [line_of(event) for event in events])
    north = signed_in(house.client, make(house.centre, "administrator", site="Nord"))
    make(house.centre, "lead", site="Süd")
    south_lead = house.client.get("/api/v1/people", headers=house.admin).json()["people"][1]

    def seen(address: str, what: str) -> list[Any]:
        return [one[what] for one in house.client.get(address, headers=north).json()[address.rpartition("/")[2]]]

    assert seen("/api/v1/inspections", "id") == [ids["Nord"]]
    assert seen("/api/v1/stations", "site") == ["Nord"] and seen("/api/v1/people", "site") == ["Nord"]
    statuses = {site: house.client.get(f"/api/v1/inspections/{ids[site]}", headers=north).status_code for site in ids}
    assert statuses == {"Nord": 200, "Süd": 404}
    for address, method, body, code in (
        (f"/stations/{stations['Süd']}/revoke", "POST", None, "station.not_found"),
        (f"/people/{south_lead['id']}", "PATCH", {"active": False}, "person.not_found"),
        (f"/photos/{names['Süd']}/original", "GET", None, "photo.absent"),
        ("/links", "POST", {"inspection_id": ids["Süd"], "viewer": "x"}, "inspection.unknown"),
    ):
        answer = house.client.request(method, f"/api/v1{address}", json=body, headers=north)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    made = house.client.post("/api/v1/people", json={**NEW, "site": "Süd"}, headers=north).json()
    assert made["person"]["site"] == "Nord"
    code = {"station_code": "B20", "site": "Süd"}
    assert house.client.post("/api/v1/enrolment-codes", json=code, headers=north).json()["site"] == "Nord"
    link = {"inspection_id": ids["Nord"], "viewer": "Rotterdam"}
    path = house.client.post("/api/v1/links", json=link, headers=north).json()["path"]
    assert house.client.get(path).status_code == 200


def test_who_changed_what_is_kept(house: House, tmp_path: Path) -> None:
    header = signed_in(house.client, make(house.centre, "administrator", "A9"))
    house.client.post("/api/v1/people", json=NEW, headers=header)
    station_id = house.enrolled("B12", "华东", tmp_path)
    house.client.post(f"/api/v1/stations/{station_id}/revoke", headers=header)
    told = house.client.get("/api/v1/logs/changes", headers=header).json()["changes"]
    rows = [(row["by"], row["what"], row["thing"]) for row in told]
    assert ("Name A9", "person made", id_of(house, "E77")) in rows
    assert rows[0] == ("Name A9", "station revoked", station_id)
    page = house.client.get(f"/api/v1/logs/changes?limit=1&before={told[0]['key']}", headers=header).json()["changes"]
    assert page == told[1:2]
    assert house.client.get("/api/v1/logs/viewings?limit=x", headers=header).status_code == 400


def id_of(house: House, number: str) -> str:
    listed = house.client.get("/api/v1/people", headers=house.admin).json()["people"]
    return next(str(one["id"]) for one in listed if one["number"] == number)


def test_people_that_stations_were_told_of_before_are_known_after_the_migration(tmp_path: Path) -> None:
    import sqlite3

    from alembic import command
    from alembic.config import Config

    from inspection_station.server.database import MIGRATIONS
    from inspection_station.server.once_told import digest

    path = tmp_path / "centre.sqlite"
    engine = sa.create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    texts = {"id": "p1", "name": "王敏", "name_en": "Wang", "role": "lead", "number": "E1", "badge_hash": "b"}
    body = {**texts, "active": True}
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO administrator VALUES (?, 'Xu Dong', '2026-01-01')", (digest("old token"),))
        raw.execute("INSERT INTO feed_item (kind, id, body) VALUES ('person', 'p1', ?)", (json.dumps(body),))
    raw.close()
    centre = open_centre(tmp_path)
    listed = door(centre).get("/api/v1/people", headers=bearer("old token")).json()["people"]
    told = [(one["name"], one["role"], one["has_badge"], one["has_pin"]) for one in listed]
    assert told == [("王敏", "lead", True, False)]
    with centre.database.reader.connect() as connection:
        assert bodies_of(connection, "person", ["p1"])["p1"] == body
        assert read_page(connection, "", 10)["more"] is False
    centre.close()
