"""Rule files and totes over HTTP: their versions, what is in force, and new totes in bulk."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.server import rule_files, totes
from inspection_station.server.centre import Centre
from inspection_station.server.described import answers, takes
from inspection_station.server.people_api import mapping_in
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.rights import BEARER, UNPROVED, Caller, Right, caller_of

LARGEST_BODY = 2 * rule_files.LARGEST  # a text may need as many signs again in JSON

_FILE = {
    "id": "5b0c4a6e-2f1d-4a8e-9a51-0d6f0a1c2b3d", "kind": "checklist", "category": "apparel", "name": "apparel.yaml",
    "version": "3", "sha256": "6943262fb6ab8409ea2c480bd41b94d1a11f035ba24ba7d1df65ffac6379efcb", "bytes": 5120,
    "loaded_at": "2026-11-21T02:42:33.120Z", "loaded_by": "许东", "in_force_from": "2026-11-21T03:00:00.000Z",
    "in_force_by": "许东", "in_force": True,
}  # fmt: skip
_TOTE = {"code": "T-100204N", "disposition": "return_to_vendor", "slot": 4, "vendor": "V-YUNLU", "state": "open",
         "capacity": 60, "capacity_g": 15000}  # fmt: skip
_BODY = ("request.malformed", "request.too_large")


def administration_routes(centre: Centre) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1", dependencies=[BEARER])
    _rules(centre, routes)
    _totes(centre, routes)
    return routes


def _of_the_whole_house(caller: Caller) -> Caller:
    if caller.site:
        raise Problem("rules.site")
    return caller


def _rules(centre: Centre, routes: APIRouter) -> None:
    @routes.get("/rules", tags=["rules"], responses=answers({"files": [_FILE]}, *UNPROVED))
    def listed(request: Request) -> Response:
        """Every version of a rule file that was loaded, the newest first; one of a kind and category is in force."""
        caller_of(centre, request).must(Right.SEE_RULES)
        return json_response({"files": rule_files.list_files(centre)})

    @routes.post(
        "/rules",
        status_code=201,
        tags=["rules"],
        openapi_extra=takes({"name": "apparel.yaml", "text": "category: apparel\n…"}, ("name", "text")),
        responses=answers(
            {"file": _FILE}, *UNPROVED, *_BODY, "rules.unreadable", "rules.faulty", "rules.site", status=201
        ),
    )
    async def load(request: Request) -> Response:
        """Load a version: it is checked with what is in force, kept, and not in force yet."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.CHANGE_RULES)
        _of_the_whole_house(caller)
        told = await mapping_in(request, LARGEST_BODY)
        name, text = told.get("name"), told.get("text")
        if not isinstance(name, str) or not isinstance(text, str):
            raise Problem("request.malformed")
        made = await run_in_threadpool(rule_files.load_file, centre, name, text, caller.name)
        return json_response({"file": made}, 201)

    @routes.post(
        "/rules/withdraw",
        status_code=204,
        tags=["rules"],
        openapi_extra=takes({"kind": "checklist", "category": "apparel"}, ("kind",)),
        responses=answers(None, *UNPROVED, *_BODY, "rules.not_found", "rules.site", status=204),
    )
    async def withdraw(request: Request) -> Response:
        """Go back to the file that came with the program."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.CHANGE_RULES)
        _of_the_whole_house(caller)
        told = await mapping_in(request)
        kind, category = told.get("kind"), told.get("category", "")
        if not isinstance(kind, str) or not isinstance(category, str):
            raise Problem("request.malformed")
        await run_in_threadpool(rule_files.withdraw, centre, kind, category, caller.name)
        return Response(status_code=204)

    @routes.get(
        "/rules/{file_id}",
        tags=["rules"],
        responses=answers({"file": {**_FILE, "text": "category: apparel\n…"}}, *UNPROVED, "rules.not_found"),
    )
    def one(request: Request, file_id: str) -> Response:
        """One version with its text."""
        caller_of(centre, request).must(Right.SEE_RULES)
        return json_response({"file": rule_files.read_file(centre, file_id)})

    @routes.post(
        "/rules/{file_id}/in-force",
        tags=["rules"],
        responses=answers({"file": _FILE}, *UNPROVED, "rules.not_found", "rules.faulty", "rules.unreadable",
                          "rules.site"),
    )  # fmt: skip
    def put_in_force(request: Request, file_id: str) -> Response:
        """Have every station work by this version from now on; an inspection that is open goes on by its own."""
        caller = _of_the_whole_house(caller_of(centre, request).must(Right.CHANGE_RULES))
        return json_response({"file": rule_files.put_in_force(centre, file_id, caller.name)})


def _totes(centre: Centre, routes: APIRouter) -> None:
    @routes.get("/totes", tags=["totes"], responses=answers({"totes": [_TOTE]}, *UNPROVED))
    def listed(request: Request) -> Response:
        """Every tote by code."""
        caller_of(centre, request).must(Right.SEE_STATIONS)
        return json_response({"totes": totes.list_totes(centre)})

    @routes.post(
        "/totes",
        tags=["totes"],
        openapi_extra=takes({
            "totes": [_TOTE], "count": 20, "disposition": "restock", "vendor": "", "capacity": 60, "capacity_g": 0,
        }),
        responses=answers({"totes": [_TOTE]}, *UNPROVED, *_BODY, "tote.malformed", "tote.no_numbers"),
    )
    async def keep(request: Request) -> Response:
        """Keep `totes` as they are told, all or none; or, with `count`, make so many with codes of their own."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.CHANGE_REFERENCE)
        told: dict[str, Any] = await mapping_in(request, LARGEST_BODY)
        if "count" in told:
            made = await run_in_threadpool(totes.make_totes, centre, told, caller.name)
        elif isinstance(told.get("totes"), list):
            made = await run_in_threadpool(totes.change_totes, centre, told["totes"], caller.name)
        else:
            raise Problem("request.malformed")
        return json_response({"totes": made})
