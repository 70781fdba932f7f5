"""The OpenAPI document of the centre: every route with its statuses, forms and examples.

Routes that stations use are told by the golden files of the protocol, so that document and protocol cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from inspection_station import protocol
from inspection_station.protocol.messages import (
    BODY_HASH_HEADER,
    EPOCH_HEADER,
    NONCE_HEADER,
    OFFSET_HEADER,
    PREFIX,
    SIGNATURE_HEADER,
    STATION_HEADER,
)
from inspection_station.server.described import JSON, answers, form_of, takes
from inspection_station.server.problems import problem_codes, problem_status
from inspection_station.server.rights import UNPROVED

SIGNED = (
    "station.unknown", "station.revoked", "station.bad_signature", "station.nonce_expired", "request.malformed",
    "request.too_large", "request.slow", "caller.too_often",
)  # fmt: skip
ANYWHERE = ("centre.busy", "caller.too_often")  # whatever is asked
_LINK = ("link.invalid", "inspection.unknown", "caller.too_often")
_SHA256 = "6943262fb6ab8409ea2c480bd41b94d1a11f035ba24ba7d1df65ffac6379efcb"
_ID = "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f700"

_PROBLEM = {
    "centre": "inspection-station", "protocol": 2, "epoch": "00000000-0000-4000-8000-000000000001",
    "centre_time": "2026-11-21T02:42:33.120Z", "code": "request.malformed",
    "what": {"en": "The request cannot be read.", "zh": "这个请求读不出来。"},
    "to_do": {"en": "Update the program that sent it.", "zh": "更新发送它的程序。"},
}  # fmt: skip
_INSPECTION = {
    "id": _ID, "state": "closed", "chain": "whole", "tracking_number": "SF1234567890123", "station": "B12",
    "person": "6f2d0c4e-58a8-5a5d-9d5c-0a4f8f7d1c11", "opened_at": "2026-11-21T02:40:02.000Z",
    "closed_at": "2026-11-21T02:42:33.120Z", "events": 9, "changed_at": "2026-11-21T02:42:34.001Z",
    "items": [
        {
            "id": "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f701", "rt_number": "RT-261121-04300001", "return_id": "r1",
            "sku": "EP-300-W", "name_zh": "无线耳机 3 代", "name_en": "Earphones 3", "identity": "match", "grade": "A",
            "disposition": "restock",
        }
    ],
    "photos": [_SHA256], "photos_pending": [], "unauthorised": [],
}  # fmt: skip
_ONE = {**_INSPECTION, "head": _SHA256, "decisions": [{"grade": "A", "disposition": "restock", "label_issue": 1}]}
_STATS = {"inspections": 120, "records": 1311, "photos": 480, "quarantined": 0, "conflicts": 0, "stations": 4}

_Described = tuple[Mapping[str, Any], Mapping[int | str, Any]]  # more of the operation, its responses


def _golden(name: str) -> tuple[str, dict[str, Any]]:
    """What a golden file's request and answer hold: the text of one, the JSON of the other."""
    path = Path(protocol.__file__).parent / "golden" / f"{name}.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    return told["request"]["body"].get("text", ""), json.loads(told["response"]["body"]["text"] or "{}")


def _of_station(name: str, *problems: str, needs_signature: bool = True) -> _Described:
    sent, answered = _golden(name)
    more: dict[str, Any] = {}
    if name == "records":
        lines = {"schema": {"type": "string"}, "example": sent}
        more = {"requestBody": {"required": True, "content": {"application/x-ndjson": lines}}}
    elif sent:
        more = takes(json.loads(sent))
    if needs_signature:
        more["security"] = [{"station": []}]
    return more, answers(answered, *(SIGNED if needs_signature else ()), *problems)


def _plain(media_type: str, text: str, *problems: str) -> _Described:
    told = answers(None, *problems, text=text)
    told[200]["content"] = {media_type: {"schema": {"type": "string"}}}
    return {}, told


def _described() -> Mapping[tuple[str, str], _Described]:
    """Of routes that do not say it themselves: what they take and answer."""
    bearer: dict[str, Any] = {"security": [{"HTTPBearer": []}]}
    page = _plain("text/html", "The page.", *_LINK)
    picture = _plain("image/jpeg", "The photo.", *_LINK, "photo.absent")
    original = _plain("application/octet-stream", "The bytes as the camera gave them.", *UNPROVED, "photo.absent")
    metrics = _plain("text/plain", "In the form of Prometheus.", *UNPROVED)
    return {
        ("post", f"{PREFIX}/enrol"): _of_station(
            "enrol", "request.malformed", "request.too_large", "request.slow", "enrolment.refused", "enrolment.full",
            needs_signature=False,
        ),
        ("post", f"{PREFIX}/hello"): _of_station("hello", "request.protocol"),
        ("post", f"{PREFIX}/records"): _of_station("records"),
        ("get", f"{PREFIX}/feed"): _of_station("feed", "feed.other_epoch", "feed.bad_cursor", "feed.protocol"),
        ("post", f"{PREFIX}/reconcile"): _of_station("reconcile"),
        ("post", f"{PREFIX}/safe"): _of_station("safe"),
        ("get", "/api/v1/inspections"): (bearer, answers({"inspections": [_INSPECTION]}, *UNPROVED)),
        ("get", "/api/v1/inspections/{inspection_id}"): (bearer, answers(_ONE, *UNPROVED, "inspection.unknown")),
        ("get", "/api/v1/stats"): (bearer, answers(_STATS, *UNPROVED)),
        ("get", "/api/v1/photos/{sha256}/original"): (bearer, original[1]),
        ("get", "/evidence/{token}"): page,
        ("get", "/evidence/{token}/photos/{sha256}"): picture,
        ("get", "/health"): ({}, answers({"status": "ok", "version": "1.4.0"})),
        ("get", "/ready"): ({}, _ready()),
        ("get", "/metrics"): (bearer, metrics[1]),
    }  # fmt: skip


def _ready() -> dict[int | str, Any]:
    said = {"status": "ready", "checks": {"database": "ok", "migrations": "ok", "photos": "ok", "disk": "ok"}}
    told = answers(said)
    held = {"schema": form_of(said), "example": {**said, "status": "not ready"}}
    told[503] = {"description": "It cannot take work; `checks` says what is not right.", "content": {JSON: held}}
    return told


def _photo_paths() -> dict[str, Any]:
    """The route of photos, which is none of the framework's."""
    named = {
        "name": "sha256", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "example": _SHA256,
    }  # fmt: skip
    part = {
        "name": "Content-Range", "in": "header", "required": False, "schema": {"type": "string"},
        "description": "Where this part belongs; without it, it is the whole photo.", "example": "bytes 0-199/729",
    }  # fmt: skip
    digest = {
        "name": BODY_HASH_HEADER, "in": "header", "required": True, "schema": {"type": "string"},
        "description": "SHA-256 of this part.", "example": _SHA256,
    }  # fmt: skip
    _sent, stored = _golden("photo-last-part")
    whole = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    signed = {"tags": ["sync"], "security": [{"station": []}]}
    head = {200: {"description": "The photo is here."}}
    absent = {"description": f"It is not, or not all of it: `{OFFSET_HEADER}` says from where to send."}
    bare = {status: {"description": one["description"]} for status, one in answers(None, *SIGNED).items()}
    return {
        "head": {
            **signed, "summary": "Photo Offset", "operationId": "photo_offset", "parameters": [named],
            "description": "Whether the photo is here, or how much of it. A refusal has no body.",
            "responses": {**bare, **head, 404: absent},
        },
        "get": {
            **signed, "summary": "Photo Out", "operationId": "photo_out", "parameters": [named],
            "description": "A photo or picture, for stations that were told of it.",
            "responses": {
                **answers(None, *SIGNED, "photo.absent", "photo.store_down"),
                200: {"description": "Its bytes.", "content": whole},
            },
        },
        "put": {
            **signed, "summary": "Photo", "operationId": "photo", "parameters": [named, part, digest],
            "description": "A photo, or the next part of one. The same again changes nothing.",
            "requestBody": {"required": True, "content": whole},
            "responses": answers(stored, *SIGNED, *problem_codes("photo")),
        },
    }  # fmt: skip


def _completed(operation: dict[str, Any]) -> None:
    """Say of an operation what every one may answer; the framework's own refusal never happens."""
    told: dict[str, Any] = {str(status): dict(one) for status, one in operation["responses"].items()}
    refused = told.get("422", {}).get("content", {}).get(JSON, {}).get("schema", {}).get("$ref", "")
    if refused.endswith("HTTPValidationError"):
        del told["422"]
    for code in ANYWHERE:
        told.setdefault(str(problem_status(code)), {"description": f"Refused; `code` is: {code}."})
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _PROBLEM}
    for status, one in told.items():
        if int(status) >= 400 and "content" not in one:
            one["content"] = {JSON: problem}
    operation["responses"] = dict(sorted(told.items()))


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    for (method, path), (more, responses) in _described().items():
        operation = document["paths"][path][method]
        operation.update(more)
        operation["responses"] = {str(status): one for status, one in responses.items()}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _completed(operation)
            if path.startswith("/evidence/") and path.endswith("}") and "photos" not in path:
                for status, one in operation["responses"].items():
                    one["content"] = {"text/html": {"schema": {"type": "string"}}} | (
                        one["content"] if status == "503" else {}
                    )
    photos = _photo_paths()
    for method, operation in photos.items():
        _completed(operation)
        if method == "head":
            for one in operation["responses"].values():
                one.pop("content", None)
    document["paths"][f"{PREFIX}/blobs/{{sha256}}"] = photos
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = form_of(_PROBLEM) | {"required": ["code", "what", "to_do"]}
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    schemes = components.setdefault("securitySchemes", {})
    schemes.setdefault("HTTPBearer", {"type": "http", "scheme": "bearer"})
    signs = f"With {STATION_HEADER}, {NONCE_HEADER} and {EPOCH_HEADER}: Ed25519, see PROTOCOL.md."
    schemes["station"] = {"type": "apiKey", "in": "header", "name": SIGNATURE_HEADER, "description": signs}
    return document


def describe(app: FastAPI) -> None:
    """Let ``app.openapi()`` and ``/openapi.json`` tell the whole document; made once, when it is first asked for."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if "Problem" not in (app.openapi_schema or {}).get("components", {}).get("schemas", {}):
            app.openapi_schema = _complete(plain())
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]
