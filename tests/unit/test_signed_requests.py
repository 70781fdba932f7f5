"""What a signature covers, which nonces are taken, and what a listener on the network can do with what passed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from centre_cases import MovedClock, in_process_centre, inspection_events, line_of
from fastapi.testclient import TestClient

from inspection_station.protocol.messages import PREFIX
from inspection_station.server import enrolment, search, signatures
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.sync.identity import DeviceKey, load_or_make_key

RECORDS = PREFIX + "/records"


@dataclass
class Listener:
    """Somebody who heard a signed request and sends it again, as it was or changed."""

    centre: Centre
    clock: MovedClock
    client: TestClient
    station_id: str
    key: DeviceKey
    other_id: str

    def request(self, body: bytes, nonce: str | None = None) -> dict[str, str]:
        """The headers of a rightly signed request."""
        nonce = signatures.make_nonce(self.centre, self.station_id) if nonce is None else nonce
        digest, epoch = hashlib.sha256(body).hexdigest(), self.centre.epoch()
        return {
            "Station-Id": self.station_id,
            "Station-Nonce": nonce,
            "Station-Epoch": epoch,
            "Station-Signature": self.key.sign("POST", RECORDS, digest, self.station_id, nonce, epoch),
        }

    def sent(self, headers: dict[str, str], body: bytes, target: str = RECORDS, method: str = "POST") -> str:
        """The code of the refusal; empty when it was taken."""
        raw = httpx2.Headers([(name.encode(), value.encode("latin-1")) for name, value in headers.items()])
        answer = self.client.request(method, target, headers=raw, content=body)
        return str(answer.json().get("code", "")) if answer.content else str(answer.status_code)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    clock = MovedClock()
    centre = in_process_centre(tmp_path / "centre", clock)
    ids = []
    for name in ("B12", "B13"):
        key = load_or_make_key(tmp_path / name)
        code = enrolment.make_enrolment_code(centre, name, "Nord")
        ids.append(str(enrolment.enrol(centre, code, key.public_text, "1")["station_id"]))
    client = TestClient(build_app(centre))
    yield Listener(centre, clock, client, ids[0], load_or_make_key(tmp_path / "B12"), ids[1])
    centre.close()


BODY = b"".join(line_of(event) + b"\n" for event in inspection_events())


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Station-Id", "{other}", "station.bad_signature"),
        ("Station-Id", "6f2d0c4e-58a8-4a5d-9d5c-0a4f8f7d1c11", "station.unknown"),
        ("Station-Id", "", "station.unknown"),
        ("Station-Id", "' OR 1=1 --", "station.unknown"),
        ("Station-Nonce", "2099-01-01T00:00:00.000Z.aa.bb", "station.bad_signature"),
        ("Station-Epoch", "another", "station.bad_signature"),
        ("Station-Signature", "", "station.bad_signature"),
        ("Station-Signature", "AAAA", "station.bad_signature"),
        ("Station-Signature", "not base64 !", "station.bad_signature"),
        ("Station-Signature", "x" * 5000, "request.malformed"),
    ],
)
def test_no_header_of_a_signed_request_can_be_changed(listener: Listener, name: str, value: str, code: str) -> None:
    headers = listener.request(BODY) | {name: value.replace("{other}", listener.other_id)}
    assert listener.sent(headers, BODY) == code
    assert search.count_everything(listener.centre)["records"] == 0


def test_method_address_and_body_are_covered_by_the_signature(listener: Listener) -> None:
    headers = listener.request(BODY)
    assert listener.sent(headers, BODY[:-1]) == "station.bad_signature"
    assert listener.sent(headers, BODY, RECORDS + "?x=1") == "station.bad_signature"
    assert listener.sent(headers, BODY, PREFIX + "/reconcile") == "station.bad_signature"
    assert listener.sent(headers, b"", PREFIX + "/feed", "GET") == "station.bad_signature"
    assert listener.sent(headers, BODY) == ""


def test_a_request_heard_and_sent_again_changes_nothing(listener: Listener) -> None:
    headers = listener.request(BODY)
    first = listener.client.post(RECORDS, headers=headers, content=BODY).json()["verdicts"]
    again = listener.client.post(RECORDS, headers=headers, content=BODY).json()["verdicts"]
    assert {one["verdict"] for one in first} == {"stored"} and {one["verdict"] for one in again} == {"duplicate"}
    assert search.count_everything(listener.centre)["records"] == 4


def test_a_request_heard_is_good_for_nothing_once_its_nonce_is_old(listener: Listener) -> None:
    headers = listener.request(BODY)
    listener.clock.time = "2026-11-21T14:42:33.120Z"
    assert listener.sent(headers, BODY) == "station.nonce_expired"
    listener.clock.time = "2020-11-21T14:42:33.120Z"  # a clock set back lets an old one in again: it is a duplicate
    assert listener.sent(headers, BODY) == ""


def test_a_nonce_cannot_be_made_lengthened_nor_borrowed(listener: Listener) -> None:
    own = signatures.make_nonce(listener.centre, listener.station_id)
    until, salt, mac = own.rsplit(".", 2)
    wrong = {
        "of another station": signatures.make_nonce(listener.centre, listener.other_id),
        "lengthened": f"2099-01-01T00:00:00.000Z.{salt}.{mac}",
        "of a greeting": "ab" * 16,
        "without its proof": f"{until}.{salt}.",
        "with another": f"{until}.{salt}.{'0' * 32}",
        "not ASCII": "ä.ö.ü".encode().decode("latin-1"),
        "empty": "",
    }
    for name, nonce in wrong.items():
        assert listener.sent(listener.request(BODY, nonce), BODY) == "station.nonce_expired", name
    assert listener.sent(listener.request(BODY, own), BODY) == ""


def test_a_greeting_heard_and_sent_again_gives_a_nonce_that_only_the_station_can_use(listener: Listener) -> None:
    body = json.dumps({"protocol": {"min": 1, "max": 1}}).encode()
    nonce, epoch, digest = "cd" * 16, listener.centre.epoch(), hashlib.sha256(body).hexdigest()
    headers = {
        "Station-Id": listener.station_id, "Station-Nonce": nonce, "Station-Epoch": epoch,
        "Station-Signature": listener.key.sign("POST", PREFIX + "/hello", digest, listener.station_id, nonce, epoch),
    }  # fmt: skip
    told = listener.client.post(PREFIX + "/hello", headers=headers, content=body).json()
    forged = listener.request(BODY) | {"Station-Nonce": told["nonce"]}
    assert listener.sent(forged, BODY) == "station.bad_signature"


def test_a_revoked_station_is_refused_whatever_it_asks_from_that_moment_on(listener: Listener) -> None:
    headers = listener.request(BODY)
    enrolment.revoke_station(listener.centre, "B12")
    assert listener.sent(headers, BODY) == "station.revoked"
    assert listener.sent(headers | {"Station-Signature": "AAAA"}, BODY) == "station.bad_signature"
    assert search.count_everything(listener.centre)["records"] == 0
