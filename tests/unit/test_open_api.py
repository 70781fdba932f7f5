"""The centre's OpenAPI document: every route is in it, and no answer is that is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from centre_cases import in_process_centre, inspection_events, line_of
from fastapi import FastAPI
from fastapi.testclient import TestClient
from schemathesis import checks as common
from schemathesis.python import asgi
from schemathesis.specs.openapi import checks as conformance
from starlette.routing import Route

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


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """A centre with an inspection in it and no quota."""
    settings = CentreSettings(quota=QuotaSettings(1_000_000, 1_000_000))
    centre = replace(in_process_centre(tmp_path), settings=settings)
    ledger.take(centre, "s", [line_of(event) for event in inspection_events()])
    made = build_app(centre)
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
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    examples = rounds(4, 150)
    faults: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=examples, deadline=None, derandomize=examples < 100, database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )  # fmt: skip
        def ask(case: schemathesis.Case) -> None:
            headers = {"Authorization": f"Bearer {app.state.token}"}
            case.call_and_validate(headers=headers, checks=CHECKS, session=client)

        try:
            with asgi.get_client(app) as client:
                ask()
        except Exception as error:
            faults.append(f"{operation.label}: {error}")
    assert not faults, "\n\n".join(faults)
