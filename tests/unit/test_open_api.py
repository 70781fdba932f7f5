"""The centre's OpenAPI document: every route is in it, and no answer is that is not."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from centre_backups import Bench
from centre_cases import in_process_centre, inspection_events, line_of
from fastapi import FastAPI
from fastapi.testclient import TestClient
from schemathesis import checks as common
from schemathesis.python import asgi
from schemathesis.specs.openapi import checks as conformance
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inspection_station.protocol.messages import (
    BODY_HASH_HEADER,
    EPOCH_HEADER,
    NONCE_HEADER,
    PREFIX,
    SIGNATURE_HEADER,
    STATION_HEADER,
)
from inspection_station.server import ledger
from inspection_station.server.app import build_app
from inspection_station.server.configuration import CentreSettings, QuotaSettings
from inspection_station.server.tokens import make_administrator

CHECKS = [
    common.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_text(_context: Any, value: Any) -> bytes:
    """Bodies of kinds the library does not know."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


class Signing:
    """Signs every request of stations as a real one does, so that what lies behind the signature is reached."""

    def __init__(self, app: ASGIApp, bench: Bench) -> None:
        self._app, self._bench = app, bench
        self.statuses: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        target = scope.get("raw_path") or scope["path"].encode()
        target += b"?" * bool(scope["query_string"]) + scope["query_string"]
        digest = hashlib.sha256(body).hexdigest()
        client = self._bench.client
        signed = {
            STATION_HEADER: client._station_id, NONCE_HEADER: client._nonce, EPOCH_HEADER: client.epoch,
            BODY_HASH_HEADER: digest,
            SIGNATURE_HEADER: self._bench.key.sign(
                scope["method"], target.decode("latin-1"), digest, client._station_id, client._nonce,
                client.epoch,
            ),
        }  # fmt: skip
        names = {name.lower().encode() for name in signed}
        kept = [pair for pair in scope["headers"] if pair[0] not in names]
        added = [(name.lower().encode(), value.encode()) for name, value in signed.items()]

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
            await send(message)

        await self._app({**scope, "headers": [*kept, *added]}, again, seen)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """A centre with an inspection in it and no quota."""
    settings = CentreSettings(quota=QuotaSettings(1_000_000, 1_000_000))
    centre = replace(in_process_centre(tmp_path), settings=settings)
    ledger.take(centre, "s", [line_of(event) for event in inspection_events()])
    made = build_app(centre)
    made.state.centre = centre
    made.state.token = make_administrator(centre, "fuzz")
    yield made
    centre.close()


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def leaves(routes: list[Any]) -> Iterator[Route]:
    """Every route that takes requests; those of a router in a router without what they are mounted under."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from leaves(inner.routes)
        elif isinstance(route, Route):
            yield route


def test_every_route_is_in_the_document(app: FastAPI) -> None:
    told = [(method.upper(), path) for method, path, _operation in operations(app)]
    served = [
        (method, route.path)
        for route in leaves(app.router.routes)
        if route.path != "/openapi.json"
        for method in route.methods or ()
    ]
    assert len(served) > 40
    for method, path in served:
        assert any(method == known and whole.endswith(path) for known, whole in told), (method, path)
    assert len(told) == len(served)


def test_every_route_tells_what_it_does_takes_and_answers_by_example(app: FastAPI) -> None:
    for method, path, operation in operations(app):
        where = f"{method} {path}"
        assert len(operation["description"]) > 10, where
        assert operation["tags"], where
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert "schema" in content, where
        body = operation.get("requestBody", {}).get("content", {})
        binary = all(one["schema"].get("format") == "binary" for one in body.values())
        assert binary or any("example" in one for one in body.values()), where
        assert operation["responses"], where
        for status, response in operation["responses"].items():
            assert response["description"], where
            if status == "204" or method == "head":
                continue
            assert response["content"], (where, status)
            if "application/json" in response["content"] and int(status) < 300 and "exports" not in path:
                assert "example" in response["content"]["application/json"], (where, status)


def test_the_document_is_served_and_is_open_api(app: FastAPI) -> None:
    told = TestClient(app).get("/openapi.json")
    assert told.json() == json.loads(json.dumps(app.openapi()))
    assert told.json()["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(told.json()).validate()


def test_no_request_is_answered_with_a_fault_or_a_status_that_is_not_told(
    app: FastAPI, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    assert not faults_of(app, app.state.token, rounds(4, 150))


def test_no_request_that_a_station_signed_is_answered_with_a_fault_or_a_status_that_is_not_told(
    app: FastAPI, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    signing = Signing(app, Bench.at(app.state.centre, tmp_path / "bench"))
    found = faults_of(signing, app.state.token, rounds(8, 300), PREFIX)
    assert not found, found
    print(dict(signing.statuses))
    assert signing.statuses[200] > 5 < signing.statuses[400]  # behind the door, whether right or wrong


def faults_of(app: ASGIApp, token: str, examples: int, under: str = "") -> str:
    """What is wrong with the answers of the routes whose paths begin so; empty when nothing is."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    faults: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith(under):
            continue

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=examples, deadline=None, derandomize=examples < 100, database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )  # fmt: skip
        def ask(case: schemathesis.Case) -> None:
            headers = {"Authorization": f"Bearer {token}"}
            case.call_and_validate(headers=headers, checks=CHECKS, session=client)

        try:
            with asgi.get_client(app) as client:
                ask()
        except Exception as error:
            faults.append(f"{operation.label}: {error}")
    return "\n\n".join(faults)
