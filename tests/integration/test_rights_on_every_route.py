"""Every route times everybody who may come: the table here says what each gets, and no route may be missing in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from centre_cases import MovedClock, inspection_events, jpeg, line_of
from centre_people import Known, MovedSteadyClock, bearer, centre_with_clocks, make, signed_in
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Route

from inspection_station.protocol.messages import PREFIX
from inspection_station.server import enrolment, ledger, people, signatures, tokens
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.configuration import QuotaSettings
from inspection_station.server.rights import GRANTABLE, RIGHTS, Right, Role
from inspection_station.sync.identity import DeviceKey, load_or_make_key

PEOPLE = ("inspector", "lead", "administrator", "dispute_desk")
NOBODIES = ("nobody", "wrong token", "expired token", "withdrawn token", "deactivated person", "signed out")
SYSTEMS = ("system with every right", "system with another right")
STATIONS = ("station", "revoked station", "unknown station", "wrong signature", "old nonce", "other station's nonce")
EVERYBODY = (*NOBODIES, *PEOPLE, *SYSTEMS, *STATIONS)

Statuses = Mapping[str, int]


@dataclass(frozen=True)
class Cell:
    """What a route answers each kind of caller, and with what body it is asked."""

    statuses: Statuses
    body: Mapping[str, Any] | None = None
    query: str = ""


def by_token(
    allowed: str, status: int = 200, body: Mapping[str, Any] | None = None, *,
    systems: bool = False, others: bool = False,
) -> Cell:  # fmt: skip
    """People with these roles (and a system that was given the right) get `status`; who proves nobody 401."""
    told = {name: status if name in allowed.split() else 403 for name in PEOPLE}
    told["system with every right"] = status if systems else 403
    told["system with another right"] = status if others else 403
    return Cell({**told, **dict.fromkeys((*NOBODIES, *STATIONS), 401)}, body)


def by_any_token(status: int) -> Cell:
    """Whoever has a good token."""
    return Cell({**dict.fromkeys((*PEOPLE, *SYSTEMS), status), **dict.fromkeys((*NOBODIES, *STATIONS), 401)})


def signed(status: int, body: Mapping[str, Any] | None = None, query: str = "", *, greeting: bool = False) -> Cell:
    """A station alone; a greeting brings its own nonce, so that none can be too old."""
    told = {**dict.fromkeys((*NOBODIES, *PEOPLE, *SYSTEMS), 401), "station": status, "revoked station": 403}
    told |= {"unknown station": 401, "wrong signature": 401}
    told |= dict.fromkeys(("old nonce", "other station's nonce"), status if greeting else 401)
    return Cell(told, body, query)


def everybody(status: int, body: Mapping[str, Any] | None = None) -> Cell:
    """Whoever comes, with or without proof."""
    return Cell(dict.fromkeys(EVERYBODY, status), body)


NEW_PERSON = {"name": "x", "role": "inspector"}  # without a number: 422 for those who may
HOOKS = "/api/v1/webhooks"
ALL = "inspector lead administrator dispute_desk"

TABLE: dict[tuple[str, str], Cell] = {
    ("GET", "/openapi.json"): everybody(200),
    ("HEAD", "/openapi.json"): everybody(200),
    ("GET", "/health"): everybody(200),
    ("GET", "/ready"): everybody(200),
    ("GET", "/metrics"): by_token("administrator", systems=True),
    ("POST", PREFIX + "/enrol"): everybody(403, {"code": "AAAA", "public_key": "{public_key}", "app_version": "1"}),
    ("POST", PREFIX + "/hello"): signed(200, {"protocol": {"min": 1, "max": 1}}, greeting=True),
    ("POST", PREFIX + "/records"): signed(200, {}),
    ("GET", PREFIX + "/feed"): signed(200, query="?epoch={epoch}"),
    ("POST", PREFIX + "/reconcile"): signed(200, {"offers": []}),
    ("POST", PREFIX + "/safe"): signed(200, {"photos": []}),
    ("HEAD", PREFIX + "/blobs/{sha256}"): signed(200),
    ("PUT", PREFIX + "/blobs/{sha256}"): signed(200),
    ("GET", PREFIX + "/blobs/{sha256}"): signed(200),  # it is of the site of each of them
    ("GET", "/evidence/{token}"): everybody(403),
    ("GET", "/evidence/{token}/photos/{sha256}"): everybody(403),
    ("POST", "/api/v1/sign-in"): everybody(401, {"badge": "BADGE-NOBODY-{number}", "pin": "518302"}),
    ("POST", "/api/v1/sign-out"): by_any_token(204),
    ("GET", "/api/v1/me"): by_any_token(200),
    ("GET", "/api/v1/people"): by_token("lead administrator"),
    ("POST", "/api/v1/people"): by_token("administrator", 422, NEW_PERSON),
    ("PATCH", "/api/v1/people/{person_id}"): by_token("administrator", 404, {"active": False}),
    ("GET", "/api/v1/stations"): by_token("lead administrator", systems=True),
    ("POST", "/api/v1/stations/{station_id}/revoke"): by_token("administrator", 404),
    ("POST", "/api/v1/enrolment-codes"): by_token("administrator", 201, {"station_code": "B99", "site": "Nord"}),
    ("GET", "/api/v1/tokens"): by_token("administrator"),
    ("POST", "/api/v1/tokens"): by_token("administrator", 201, {"name": "WMS", "rights": ["read_events"]}),
    ("DELETE", "/api/v1/tokens/{token_id}"): by_token("administrator", 404),
    ("GET", "/api/v1/rules"): by_token("lead administrator"),
    ("POST", "/api/v1/rules"): by_token("administrator", 422, {"name": "x.yaml", "text": "x"}),
    ("POST", "/api/v1/rules/withdraw"): by_token("administrator", 404, {"kind": "rules", "category": ""}),
    ("GET", "/api/v1/rules/{file_id}"): by_token("lead administrator", 404),
    ("POST", "/api/v1/rules/{file_id}/in-force"): by_token("administrator", 404),
    ("GET", "/api/v1/totes"): by_token("lead administrator", systems=True),
    ("POST", "/api/v1/totes"): by_token("administrator", 422, {"count": 0}, systems=True, others=True),
    ("POST", "/api/v1/links"): by_token(
        "lead administrator", 201, {"inspection_id": "{inspection_id}", "viewer": "Rotterdam"}
    ),
    ("GET", "/api/v1/inspections"): by_token(ALL, systems=True),
    ("POST", "/api/v1/inspections/search"): by_token(ALL, body={"text": "SF"}, systems=True),
    ("GET", "/api/v1/events"): by_token("administrator", systems=True),
    ("GET", "/api/v1/epcis/events"): by_token("administrator", systems=True),
    ("GET", "/api/v1/exports/results"): by_token("lead administrator dispute_desk", systems=True),
    ("POST", "/api/v1/returns"): by_token("administrator", body={}, systems=True),
    ("PUT", "/api/v1/pictures/{kind}/{thing}"): by_token(  # the right that the other system has
        "administrator", systems=True, others=True
    ),
    ("GET", HOOKS): by_token("administrator", systems=True),
    ("POST", HOOKS): by_token("administrator", 422, {"name": "", "url": ""}, systems=True),
    ("GET", HOOKS + "/{webhook_id}"): by_token("administrator", 404, systems=True),
    ("PATCH", HOOKS + "/{webhook_id}"): by_token("administrator", 404, {"name": "x"}, systems=True),
    ("DELETE", HOOKS + "/{webhook_id}"): by_token("administrator", 404, systems=True),
    ("POST", HOOKS + "/{webhook_id}/rotate-secret"): by_token("administrator", 404, {}, systems=True),
    ("POST", HOOKS + "/{webhook_id}/replay"): by_token("administrator", 404, {"after": ""}, systems=True),
    ("GET", HOOKS + "/{webhook_id}/dead-letters"): by_token("administrator", 404, systems=True),
    ("POST", HOOKS + "/{webhook_id}/dead-letters/resend"): by_token("administrator", 404, {}, systems=True),
    ("GET", "/api/v1/inspections/{inspection_id}"): by_token(ALL, systems=True),
    ("GET", "/api/v1/stats"): by_token("lead administrator dispute_desk", systems=True),
    ("GET", "/api/v1/photos/{sha256}/original"): by_token("lead administrator dispute_desk", systems=True),
    ("GET", "/api/v1/damaged-photos"): by_token("administrator", systems=True),
    ("GET", "/api/v1/logs/changes"): by_token("administrator"),
    ("GET", "/api/v1/logs/viewings"): by_token("administrator"),
    ("GET", "/api/v1/unauthorised"): by_token("lead administrator"),
    ("POST", "/api/v1/unauthorised/{record_id}/settle"): by_token("lead administrator", 404, {"note": "seen"}),
}


@dataclass
class House:
    """A centre with one of everybody, one inspection and one photo."""

    centre: Centre
    app: FastAPI
    client: TestClient
    clock: MovedClock
    places: dict[str, str]
    photo: bytes
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, tuple[str, DeviceKey]] = field(default_factory=dict)
    asked: int = 0

    def filled(self, text: str) -> str:
        for name, value in {**self.places, "number": str(self.asked)}.items():
            text = text.replace("{" + name + "}", value)
        return text

    def ask(self, method: str, path: str, who: str, cell: Cell) -> int:
        self.asked += 1
        target = self.filled(path + cell.query)
        body = self.filled(json.dumps(cell.body)).encode() if cell.body is not None else b""
        if method == "PUT":
            body = self.photo
        headers = dict(self.headers.get(who, {}))
        if who in STATIONS:
            headers = self.signature(method, target, body, who)
        if method == "PUT":
            headers["Body-SHA256"] = hashlib.sha256(body).hexdigest()
        # every cell from an address of its own: what is asked here is who may, not how often
        client = TestClient(self.app, client=(f"10.{self.asked // 250}.0.{self.asked % 250}", 1))
        return client.request(method, target, headers=headers, content=body).status_code

    def signature(self, method: str, target: str, body: bytes, who: str) -> dict[str, str]:
        station_id, key = self.keys.get(who, self.keys["station"])
        other = self.keys["other station"][0]
        now = self.clock.time
        self.clock.time = "2026-11-20T02:42:33.120Z" if who == "old nonce" else now
        nonce = signatures.make_nonce(self.centre, other if who == "other station's nonce" else station_id)
        self.clock.time = now
        digest, epoch = hashlib.sha256(body).hexdigest(), self.places["epoch"]
        signed_target = target + "x" if who == "wrong signature" else target
        signature = key.sign(method, signed_target, digest, station_id, nonce, epoch)
        names = {"Station-Id": station_id, "Station-Nonce": nonce, "Station-Epoch": epoch}
        return {**names, "Station-Signature": signature, "Body-SHA256": digest}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    clock = MovedClock()
    plenty = QuotaSettings(requests_per_minute=1_000_000)
    centre = centre_with_clocks(folder / "centre", clock, MovedSteadyClock(), quota=plenty)
    app = build_app(centre)
    photo = jpeg(7)
    events = inspection_events((hashlib.sha256(photo).hexdigest(),))
    places = {
        "epoch": centre.epoch(), "sha256": hashlib.sha256(photo).hexdigest(), "inspection_id": events[0].inspection_id,
        "token": "x" * 32, "person_id": "nobody", "station_id": "none", "token_id": "none", "record_id": "none",
        "webhook_id": "none", "kind": "sku", "thing": "YL-8821",
    }  # fmt: skip
    made = House(centre, app, TestClient(app), clock, places, photo)
    for name in ("station", "revoked station", "other station", "unknown station"):
        key = load_or_make_key(folder / name.replace(" ", "-"))
        code = enrolment.make_enrolment_code(centre, name, "Nord")
        station_id = "6f2d0c4e-58a8-4a5d-9d5c-0a4f8f7d1c11"
        if name != "unknown station":
            station_id = enrolment.enrol(centre, code, key.public_text, "1")["station_id"]
        made.keys[name] = (station_id, key)
        places["public_key"] = key.public_text
    enrolment.revoke_station(centre, "revoked station")
    ledger.take(centre, made.keys["station"][0], [line_of(event) for event in events])
    put = Cell({})
    assert made.ask("PUT", PREFIX + "/blobs/{sha256}", "station", put) == 200
    _fill_headers(made)
    yield made
    centre.close()


def _fill_headers(made: House) -> None:
    centre, client = made.centre, made.client
    for role in PEOPLE:
        made.headers[role] = signed_in(client, make(centre, role))
    made.headers["wrong token"] = bearer("x" * 43)
    for name, days in (("expired token", 0.5), ("withdrawn token", 5.0)):
        token = tokens.make_system_token(centre, name, sorted(GRANTABLE), days=days)
        made.headers[name] = bearer(token.token)
        if name == "withdrawn token":
            tokens.revoke_token(centre, token.id, "test")
    for name, rights in zip(SYSTEMS, (sorted(GRANTABLE), [Right.CHANGE_REFERENCE]), strict=True):
        made.headers[name] = bearer(tokens.make_system_token(centre, name, rights).token)
    gone = make(centre, "administrator", "A8")
    made.headers["deactivated person"] = signed_in(client, gone)
    people.change_person(centre, gone.id, {"active": False}, "test")
    made.headers["signed out"] = signed_in(client, make(centre, "administrator", "A9"))
    assert client.post("/api/v1/sign-out", headers=made.headers["signed out"]).status_code == 204
    made.clock.time = "2026-11-21T15:42:33.120Z"  # later than the half day of the one that expires
    for role in PEOPLE:
        made.headers[role] = signed_in(client, known(made, role))


def known(made: House, role: str) -> Known:
    """Somebody of the role, with a new PIN."""
    person = next(one for one in people.list_people(made.centre) if one["role"] == role and one["active"])
    changed = people.change_person(made.centre, person["id"], {"badge": None, "pin": None}, "test")
    return Known(person["id"], changed.badge, changed.pin)


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Every route: those the OpenAPI document knows, and the raw ones."""
    told = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    raw = {(method, one.path) for one in app.routes if isinstance(one, Route) for method in one.methods or ()}
    return told | raw


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    assert routes_of(house.app) == set(TABLE)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda part: str(part))
def test_who_may_do_what(house: House, method: str, path: str, who: str) -> None:
    cell = TABLE[method, path]
    status = house.ask(method, path, who, cell)
    assert status == cell.statuses[who], f"{who}: {method} {path}"
    if (method, path) == ("POST", "/api/v1/sign-out") and who in PEOPLE:
        house.headers[who] = signed_in(house.client, known(house, who))


def test_every_right_is_somebodys_and_every_role_has_its_rights() -> None:
    assert set(RIGHTS) == set(Role)
    assert set().union(*RIGHTS.values()) == set(Right)
    assert RIGHTS[Role.SYSTEM] == frozenset() and frozenset(Right) > GRANTABLE
    changes = {Right.CHANGE_PEOPLE, Right.CHANGE_STATIONS, Right.CHANGE_TOKENS, Right.SETTLE_UNAUTHORISED}
    assert not changes & GRANTABLE
    looks = {Right.SEE_INSPECTIONS, Right.SEE_COUNTS, Right.SEE_ORIGINALS, Right.EXPORT_RESULTS}
    assert RIGHTS[Role.DISPUTE_DESK] == looks


def test_each_look_at_an_original_is_logged_with_the_name(house: House) -> None:
    import sqlalchemy as sa

    from inspection_station.server.tables import viewing

    with house.centre.database.writer.begin() as connection:
        connection.execute(sa.delete(viewing))
    for who in ("dispute_desk", "inspector", "system with every right"):
        house.ask("GET", "/api/v1/photos/{sha256}/original", who, Cell({}))
    with house.centre.database.reader.connect() as connection:
        looks = [(row.viewer, row.what, row.sha256) for row in connection.execute(sa.select(viewing))]
    sha256 = house.places["sha256"]
    assert looks == [
        ("Name N-dispute_desk-", "original", sha256), ("system with every right", "original", sha256)
    ]  # fmt: skip
