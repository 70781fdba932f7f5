"""The centre's two logs over HTTP: who changed people, stations and tokens, and who was shown which evidence."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.server.administration_tables import rights_change
from inspection_station.server.centre import Centre
from inspection_station.server.described import answers
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.rights import BEARER, UNPROVED, Right, caller_of
from inspection_station.server.tables import viewing

MOST_LISTED = 500

_CHANGE = {"key": 17, "at": "2026-11-21T02:42:33.120Z", "by": "王敏", "what": "station revoked", "thing": "0b9d2f1e…",
           "before": {"code": "B12", "state": "active"}, "after": {"code": "B12", "state": "revoked"}}  # fmt: skip
_VIEWING = {
    "key": 4, "at": "2026-11-21T02:42:33.120Z", "viewer": "何琳", "inspection_id": "", "what": "original",
    "sha256": "6943262fb6ab8409ea2c480bd41b94d1a11f035ba24ba7d1df65ffac6379efcb",
}  # fmt: skip


def _whole(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Problem("request.malformed")
    return int(text)


def _page(centre: Centre, table: sa.Table, before: str, limit: str) -> list[dict[str, Any]]:
    query = sa.select(table).order_by(table.c.key.desc()).limit(max(1, min(_whole(limit, 100), MOST_LISTED)))
    if before:
        query = query.where(table.c.key < _whole(before, 0))
    with centre.database.reader.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def logs_routes(centre: Centre) -> APIRouter:
    """The routes; both list the newest first, and with `before` those before that key."""
    routes = APIRouter(prefix="/api/v1/logs", tags=["logs"], dependencies=[BEARER])

    @routes.get("/changes", responses=answers({"changes": [_CHANGE]}, *UNPROVED, "request.malformed"))
    def changes(request: Request, before: str = "", limit: str = "") -> Response:
        """Who made or changed which person, station, token, tote or rules, how it was before and after, and who
        signed in."""
        caller_of(centre, request).must(Right.SEE_LOGS)
        rows = _page(centre, rights_change, before, limit)
        told = [{**row, **{side: json.loads(row[side] or "{}") for side in ("before", "after")}} for row in rows]
        return json_response({"changes": told})

    @routes.get("/viewings", responses=answers({"viewings": [_VIEWING]}, *UNPROVED, "request.malformed"))
    def viewings(request: Request, before: str = "", limit: str = "") -> Response:
        """Who was shown which page, photo or original, by name."""
        caller_of(centre, request).must(Right.SEE_LOGS)
        return json_response({"viewings": _page(centre, viewing, before, limit)})

    return routes
