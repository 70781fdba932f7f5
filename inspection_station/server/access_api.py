"""Stations, tokens of other systems, links, and acts that nobody was allowed to do, over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.protocol.messages import is_uuid
from inspection_station.server import authority, enrolment, links, search, tokens
from inspection_station.server.centre import Centre
from inspection_station.server.described import answers, takes
from inspection_station.server.people_api import mapping_in
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.rights import BEARER, UNPROVED, Right, caller_of, grant

LONGEST_HOURS = 24 * 14
LONGEST_DAYS = 366 * 5

_STATION_ID = "0b9d2f1e-7f41-4c6e-9f0d-52b7a1b0c6de"
_STATION = {
    "id": _STATION_ID, "number": 12, "code": "B12", "site": "华东退货中心", "enrolled_at": "2026-11-02T01:12:09.000Z",
    "revoked_at": "", "forked_at": "", "last_seen": "2026-11-21T02:42:33.120Z", "app_version": "1.4.0",
    "state": "active",
}  # fmt: skip
_TOKEN = {
    "id": _STATION_ID, "name": "WMS", "role": "system", "rights": ["read_events", "tell_returns"], "site": "",
    "made_at": "2026-11-02T01:12:09.000Z", "made_by": "王敏", "expires_at": "", "revoked_at": "",
}  # fmt: skip
_ACT = {
    "record_id": "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f708", "kind": "shot_waived", "needed": "waive_photo",
    "reason": "role", "person_id": _STATION_ID, "role": "inspector", "found_at": "2026-11-21T02:42:33.120Z",
    "settled_at": "", "settled_by": "", "note": "",
}  # fmt: skip
_LISTED = {
    **_ACT, "inspection_id": "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f700", "station_id": _STATION_ID, "station": "B12",
    "person": "李强", "tracking_number": "SF1234567890123",
}  # fmt: skip
_BODY = ("request.malformed", "request.too_large")


def _text(told: dict[str, Any], name: str, longest: int, code: str) -> str:
    value = told.get(name)
    good = isinstance(value, str) and value.strip() and len(value) <= longest and value.isprintable()
    if not good:
        raise Problem(code)
    return str(value).strip()


def _number(told: dict[str, Any], name: str, default: float, most: float) -> float:
    value = told.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise Problem("request.malformed")
    return float(value)


def _count(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def access_routes(centre: Centre) -> APIRouter:
    """The routes of stations, tokens, links and unauthorised acts."""
    routes = APIRouter(prefix="/api/v1", dependencies=[BEARER])
    _stations(centre, routes)
    _tokens(centre, routes)
    _acts(centre, routes)
    return routes


def _stations(centre: Centre, routes: APIRouter) -> None:
    @routes.get("/stations", tags=["stations"], responses=answers({"stations": [_STATION]}, *UNPROVED))
    def stations(request: Request) -> Response:
        """Every station of the caller's site with its `state`: active, forked (its disk was copied) or revoked."""
        caller = caller_of(centre, request).must(Right.SEE_STATIONS)
        return json_response({"stations": enrolment.list_stations(centre, caller.site)})

    @routes.post(
        "/enrolment-codes",
        status_code=201,
        tags=["stations"],
        openapi_extra=takes({"station_code": "B12", "site": "华东退货中心", "hours": 24}, ("station_code", "site")),
        responses=answers(
            {"enrolment_code": "7H3K-9QWX-TM2R-PN4V", "station_code": "B12", "site": "华东退货中心", "hours": 24},
            *UNPROVED, *_BODY, "station.malformed", status=201,
        ),
    )  # fmt: skip
    async def enrolment_code(request: Request) -> Response:
        """A one-time code with which one station enrols; it is told this once."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.CHANGE_STATIONS)
        told = await mapping_in(request)
        code = _text(told, "station_code", 32, "station.malformed")
        site = caller.site or _text(told, "site", 64, "station.malformed")
        hours = _number(told, "hours", enrolment.CODE_HOURS, LONGEST_HOURS)
        made = await run_in_threadpool(enrolment.make_enrolment_code, centre, code, site, hours, caller.name)
        return json_response({"enrolment_code": made, "station_code": code, "site": site, "hours": hours}, 201)

    @routes.post(
        "/stations/{station_id}/revoke",
        status_code=204,
        tags=["stations"],
        responses=answers(None, *UNPROVED, "station.not_found", status=204),
    )
    def revoke(request: Request, station_id: str) -> Response:
        """Shut a station out for ever: it is refused from now on, and the others are told by the feed."""
        caller = caller_of(centre, request).must(Right.CHANGE_STATIONS)
        enrolment.revoke_station_by_id(centre, station_id, caller.site, caller.name)
        return Response(status_code=204)


def _tokens(centre: Centre, routes: APIRouter) -> None:
    @routes.get("/tokens", tags=["tokens"], responses=answers({"tokens": [_TOKEN]}, *UNPROVED))
    def listed(request: Request) -> Response:
        """Tokens of systems and administrators; the tokens themselves are not known any more."""
        caller = caller_of(centre, request).must(Right.CHANGE_TOKENS)
        return json_response({"tokens": tokens.list_tokens(centre, caller.site)})

    @routes.post(
        "/tokens",
        status_code=201,
        tags=["tokens"],
        openapi_extra=takes(
            {"name": "WMS", "rights": ["read_events", "tell_returns"], "site": "", "days": 365}, ("name", "rights")
        ),
        responses=answers(
            {"id": _STATION_ID, "token": "kJ3v…", "expires_at": ""}, *UNPROVED, *_BODY, "token.rights", status=201
        ),
    )
    async def make(request: Request) -> Response:
        """A token for another system with chosen rights, told this once. Without `days` it is good until withdrawn."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.CHANGE_TOKENS)
        told = await mapping_in(request)
        name, wanted = _text(told, "name", 64, "token.rights"), told.get("rights")
        if not isinstance(wanted, list) or not all(isinstance(word, str) for word in wanted):
            raise Problem("token.rights")
        site = caller.site or (_text(told, "site", 64, "request.malformed") if told.get("site") else "")
        days = _number(told, "days", 1, LONGEST_DAYS) if told.get("days") is not None else None
        rights = grant(wanted)

        def act() -> tokens.NewToken:
            return tokens.make_system_token(centre, name, rights, site=site, days=days, by=caller.name)

        return json_response(asdict(await run_in_threadpool(act)), 201)

    @routes.delete(
        "/tokens/{token_id}",
        status_code=204,
        tags=["tokens"],
        responses=answers(None, *UNPROVED, "token.not_found", status=204),
    )
    def withdraw(request: Request, token_id: str) -> Response:
        """Withdraw a token for ever."""
        caller = caller_of(centre, request).must(Right.CHANGE_TOKENS)
        tokens.revoke_token(centre, token_id, caller.name, caller.site)
        return Response(status_code=204)

    @routes.post(
        "/links",
        status_code=201,
        tags=["reading"],
        openapi_extra=takes(
            {"inspection_id": _LISTED["inspection_id"], "viewer": "Rotterdam Ops", "days": 7},
            ("inspection_id", "viewer"),
        ),
        responses=answers(
            {"path": "/evidence/3fWq…", "days": 7}, *UNPROVED, *_BODY, "inspection.unknown", status=201
        ),
    )
    async def link(request: Request) -> Response:
        """An expiring link to the evidence of one inspection; every look is logged under the viewer's name."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.MAKE_LINKS)
        told = await mapping_in(request)
        wanted, viewer = told.get("inspection_id"), _text(told, "viewer", 100, "request.malformed")
        days = _number(told, "days", 7, 90)
        known = is_uuid(wanted) and await run_in_threadpool(search.is_of_site, centre, str(wanted), caller.site)
        if not known:
            raise Problem("inspection.unknown")
        token = await run_in_threadpool(links.make_link, centre, str(wanted), viewer, days)
        return json_response({"path": f"/evidence/{token}", "days": days}, 201)


def _acts(centre: Centre, routes: APIRouter) -> None:
    @routes.get("/unauthorised", tags=["reading"], responses=answers({"acts": [_LISTED]}, *UNPROVED))
    def acts(request: Request, settled: str = "", limit: str = "") -> Response:
        """Acts at benches that their persons had no right to; `settled=1` lists those a lead has looked at."""
        caller = caller_of(centre, request).must(Right.SEE_UNAUTHORISED)
        found = authority.list_unauthorised(centre, caller.site, _count(limit, 100), settled=settled == "1")
        return json_response({"acts": found})

    @routes.post(
        "/unauthorised/{record_id}/settle",
        tags=["reading"],
        openapi_extra=takes({"note": "Seen with the inspector; the photo could not be had."}, ("note",)),
        responses=answers(_ACT, *UNPROVED, *_BODY, "unauthorised.not_found"),
    )
    async def settle(request: Request, record_id: str) -> Response:
        """A lead has looked at the act and answers for it, with a note; it stays marked on its inspection."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.SETTLE_UNAUTHORISED)
        note = _text(await mapping_in(request), "note", authority.LONGEST_NOTE, "request.malformed")
        told = await run_in_threadpool(authority.settle, centre, record_id, caller.name, note, caller.site)
        return json_response(told)
