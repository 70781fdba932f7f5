"""What the OpenAPI document says of a route: its body and answers by an example each, and what it may refuse.

The form is taken from the example, so that the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspection_station.server.problems import problem_status

JSON = "application/json"
BEARER_SCHEME = "bearer"


def form_of(example: Any) -> dict[str, Any]:
    """The JSON schema that an example follows: the types of its parts; further parts may come."""
    if isinstance(example, Mapping):
        return {"type": "object", "properties": {str(name): form_of(value) for name, value in example.items()}}
    if isinstance(example, list):
        forms = [form_of(one) for one in example]
        alike = all(form["type"] == forms[0]["type"] for form in forms)
        return {"type": "array", "items": forms[0] if forms and alike else {}}
    if example is None:
        return {"type": ["string", "null"]}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds[type(example)]}


def takes(example: Mapping[str, Any], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """``openapi_extra`` of a route that reads a JSON object; `needed` names what must be there."""
    form = form_of(example) | ({"required": list(needed)} if needed else {})
    return {"requestBody": {"required": True, "content": {JSON: {"schema": form, "example": dict(example)}}}}


def answers(
    example: Mapping[str, Any] | None, *problems: str, status: int = 200, text: str = ""
) -> dict[int | str, dict[str, Any]]:
    """``responses`` of a route: its answer (None: without a body) and, by their codes, the problems it may answer."""
    told: dict[int | str, dict[str, Any]] = {status: {"description": text or "As asked."}}
    if example is not None:
        told[status]["content"] = {JSON: {"schema": form_of(example), "example": dict(example)}}
    by_status: dict[int, list[str]] = {}
    for code in problems:
        by_status.setdefault(problem_status(code), []).append(code)
    for refused, codes in sorted(by_status.items()):
        told[refused] = {"description": f"Refused; `code` is one of: {', '.join(sorted(codes))}."}
    return told
