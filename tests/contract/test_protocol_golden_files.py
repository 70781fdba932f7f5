"""Both ends against the same golden exchanges: what the station sends, what the centre answers, and their form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from fastapi.testclient import TestClient
from golden_scenario import (
    ANSWER_HEADERS,
    GOLDEN,
    STEPS,
    bytes_of,
    golden,
    nothing_by_chance,
    prepared_centre,
    request_of,
    talk,
)

from inspection_station.server.app import build_app
from inspection_station.sync.client import Transport

SCHEMA = json.loads((GOLDEN.parent / "schema.json").read_text("utf-8"))
OUTCOME = {
    "number": 1,
    "code": "B12",
    "offset_ms": True,
    "copied": False,
    "days": (20058, 20059),
    "verdicts": ["stored", "need", "duplicate", "quarantined", "quarantined", "conflict"],
    "offset": 0,
    "first part": "partial",
    "resumed at": 200,
    "last part": "stored",
    "whole": None,
    "told": ["tote", "expected_return"],
    "more": True,
    "then told": ["person", "revocation", "picture", "parcel"],
    "picture": True,
    "lacks": (["01938000-0000-7000-8000-00000000ffff"], []),
    "safe": ["6943262fb6ab8409ea2c480bd41b94d1a11f035ba24ba7d1df65ffac6379efcb"],
    "refusals": ["photo.absent", "feed.other_epoch", "photo.wrong_hash", "station.bad_signature"],
}
FORMS = {
    "enrol": ("enrol_request", "enrol_answer"),
    "hello": ("hello_request", "hello_answer"),
    "records": ("", "records_answer"),
    "photo-part": ("", "photo_answer"),
    "photo-last-part": ("", "photo_answer"),
    "feed": ("", "feed_answer"),
    "feed-next": ("", "feed_answer"),
    "reconcile": ("reconcile_request", "reconcile_answer"),
    "safe": ("safe_request", "safe_answer"),
    "picture-absent": ("", "problem"),
    "feed-other-epoch": ("", "problem"),
    "photo-wrong-hash": ("", "problem"),
    "bad-signature": ("", "problem"),
}


def without_words(body: bytes) -> Any:
    """A body but for the sentences, which may be put better without a new protocol."""
    try:
        data = json.loads(body)
    except ValueError:
        return body
    return {name: value for name, value in data.items() if name not in ("what", "to_do")}


class Replay(httpx2.BaseTransport):
    """Answers from the golden files, and wants exactly their requests."""

    def __init__(self) -> None:
        self.left = golden()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        name, exchange = self.left.pop(0)
        request.read()
        assert request_of(request) == exchange["request"], name
        told = exchange["response"]
        return httpx2.Response(
            told["status"], headers=told["headers"], stream=httpx2.ByteStream(bytes_of(told["body"]))
        )


def test_the_station_sends_the_golden_requests_and_understands_the_golden_answers() -> None:
    replay = Replay()
    with nothing_by_chance():
        transport = Transport("http://centre.test", replay)
        outcome = talk(transport)
        transport.close()
    assert outcome == OUTCOME
    assert replay.left == []


def test_the_centre_gives_the_golden_answers_to_the_golden_requests(tmp_path: Path) -> None:
    with nothing_by_chance():
        centre = prepared_centre(tmp_path)
        door = TestClient(build_app(centre))
        for name, exchange in golden():
            asked, expected = exchange["request"], exchange["response"]
            answer = door.request(
                asked["method"], asked["target"], headers=asked["headers"], content=bytes_of(asked["body"])
            )
            told = {header: answer.headers[header] for header in ANSWER_HEADERS if header in answer.headers}
            assert (answer.status_code, told) == (expected["status"], expected["headers"]), name
            assert without_words(answer.content) == without_words(bytes_of(expected["body"])), name
        centre.close()


@pytest.mark.parametrize("name", sorted(FORMS))
def test_golden_messages_have_the_form_of_the_schema(name: str) -> None:
    exchange = dict(golden())[name]
    for form, body in zip(FORMS[name], (exchange["request"]["body"], exchange["response"]["body"]), strict=True):
        if form:
            schema = {"$ref": f"#/$defs/{form}", "$defs": SCHEMA["$defs"]}
            jsonschema.Draft202012Validator(schema).validate(json.loads(bytes_of(body)))


def test_golden_records_have_the_form_of_the_schema() -> None:
    lines = bytes_of(dict(golden())["records"]["request"]["body"]).splitlines()
    for form, part in (("record", lambda record: record), ("event", lambda record: record["body"])):
        validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{form}", "$defs": SCHEMA["$defs"]})
        for line in lines[:3]:
            validator.validate(part(json.loads(line)))


def test_a_golden_revocation_has_the_form_of_the_schema() -> None:
    items = json.loads(bytes_of(dict(golden())["feed-next"]["response"]["body"]))["items"]
    validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/revocation", "$defs": SCHEMA["$defs"]})
    (told,) = [item["body"] for item in items if item["kind"] == "revocation"]
    for body in (told, {"station_id": "s1", "revoked_at": told["revoked_at"]}, {}):
        validator.validate(body)
    for body in ({"person_id": "p2"}, {"revoked_at": told["revoked_at"]}, {"person_id": 7, "revoked_at": ""}):
        assert not validator.is_valid(body)


def test_a_damaged_photo_is_told_in_the_form_of_the_schema() -> None:
    validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/damaged", "$defs": SCHEMA["$defs"]})
    for body in ({"found_at": "2026-11-21T02:42:33.120Z", "what": "gone"}, {}):
        validator.validate(body)
    for body in ({"found_at": "2026-11-21T02:42:33.120Z"}, {"found_at": "then", "what": "gone"}, {"what": "away"}):
        assert not validator.is_valid(body)


def test_a_golden_picture_has_the_form_of_the_schema() -> None:
    items = json.loads(bytes_of(dict(golden())["feed-next"]["response"]["body"]))["items"]
    validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/picture", "$defs": SCHEMA["$defs"]})
    (told,) = [item["body"] for item in items if item["kind"] == "picture"]
    for body in (told, {"photos": []}):
        validator.validate(body)
    for body in ({}, {"photos": ["0" * 63]}, {"photos": ["0" * 64] * 9}, {"photos": "0" * 64}):
        assert not validator.is_valid(body)


def test_every_golden_file_is_used_and_the_document_names_every_message() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == sorted(STEPS)
    document = (GOLDEN.parent / "PROTOCOL.md").read_text("utf-8")
    for name, exchange in golden():
        path = exchange["request"]["target"].removeprefix("/sync/v1").split("?")[0].split("/")[1]
        assert f"/{path}" in document, name
    for word in ("stored", "duplicate", "need", "conflict", "quarantined", "retry"):
        assert f"`{word}`" in document
