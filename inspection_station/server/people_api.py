"""People over HTTP: signing in and out, and who is known at the centre."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.server import people, sign_in
from inspection_station.server.centre import Centre
from inspection_station.server.described import answers, takes
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.quotas import address_of, quotas_of
from inspection_station.server.requests import read_body, read_mapping
from inspection_station.server.rights import BEARER, RIGHTS, UNPROVED, Right, Role, bearer_token, caller_of

SMALL_BODY = 16 * 1024
LONGEST_SECRET = 200  # characters of a badge or PIN; longer ones are none

_PERSON = {
    "id": "6f2d0c4e-58a8-5a5d-9d5c-0a4f8f7d1c11", "number": "E1042", "name": "王敏", "name_en": "Wang Min",
    "role": "lead", "shift": "早班", "active": True, "site": "", "has_badge": True, "has_pin": True,
}  # fmt: skip
_NEW = {"number": "E1042", "name": "王敏", "name_en": "Wang Min", "role": "lead", "shift": "早班", "site": ""}
_MADE = {"person": _PERSON, "badge": "BADGE-7H3K9QWXTM2R", "pin": "518302"}
_SIGNED_IN = {
    "token": "kJ3v…", "expires_at": "2026-11-21T12:42:33.120Z", "person_id": _PERSON["id"], "name": "王敏",
    "role": "lead", "site": "", "rights": ["see_inspections", "see_originals"],
}  # fmt: skip
_ME = {"name": "王敏", "role": "lead", "site": "", "person_id": _PERSON["id"], "rights": ["see_inspections"]}


async def mapping_in(request: Request, largest: int = SMALL_BODY) -> dict[str, Any]:
    """The JSON object in the body; raises Problem ``request.malformed`` or ``request.too_large``."""
    return read_mapping(await read_body(request, largest))


def people_routes(centre: Centre) -> APIRouter:
    """Signing in, and the routes of people."""
    routes = APIRouter(prefix="/api/v1", tags=["people"])
    known = APIRouter(dependencies=[BEARER])

    @routes.post(
        "/sign-in",
        openapi_extra=takes({"badge": "BADGE-7H3K9QWXTM2R", "pin": "518302"}, ("badge", "pin")),
        responses=answers(
            _SIGNED_IN, "request.malformed", "request.too_large", "sign_in.refused", "sign_in.locked",
            "caller.too_often",
        ),
    )  # fmt: skip
    async def sign_in_here(request: Request) -> Response:
        """Badge and PIN for a token that lasts a shift; five wrong PINs lock the badge for a growing time."""
        address = address_of(request)
        quotas_of(request).admit_sign_in(address)
        told = await mapping_in(request)
        badge, pin = told.get("badge"), told.get("pin")
        if not isinstance(badge, str) or not isinstance(pin, str) or max(len(badge), len(pin)) > LONGEST_SECRET:
            raise Problem("request.malformed")
        found = await run_in_threadpool(sign_in.sign_in, centre, badge, pin, address)
        rights = sorted(RIGHTS[Role(found.role)])
        return json_response({**asdict(found), "rights": rights})

    @known.post("/sign-out", status_code=204, responses=answers(None, *UNPROVED, status=204))
    def sign_out_here(request: Request) -> Response:
        """End the sign-in whose token is sent; a token of a system or administrator stays good."""
        caller_of(centre, request)
        sign_in.sign_out(centre, bearer_token(request))
        return Response(status_code=204)

    @known.get("/me", responses=answers(_ME, *UNPROVED))
    def me(request: Request) -> Response:
        """Who the token's holder is to the centre, and what that one may do."""
        caller = caller_of(centre, request)
        told = {name: getattr(caller, name) for name in ("name", "role", "site", "person_id")}
        return json_response({**told, "rights": sorted(caller.rights)})

    @known.get("/people", responses=answers({"people": [_PERSON]}, *UNPROVED))
    def everybody(request: Request) -> Response:
        """Everybody of the caller's site by number; no hashes."""
        caller = caller_of(centre, request).must(Right.SEE_PEOPLE)
        return json_response({"people": people.list_people(centre, caller.site)})

    @known.post(
        "/people",
        status_code=201,
        openapi_extra=takes({**_NEW, "badge": None, "pin": None}, ("number", "name", "role")),
        responses=answers(
            _MADE, *UNPROVED, "request.malformed", "request.too_large", "person.malformed", "person.number_taken",
            "person.badge_taken", status=201,
        ),
    )  # fmt: skip
    async def make(request: Request) -> Response:
        """Make a person and tell the stations. A badge or PIN not given is made up and told in the answer, once."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.CHANGE_PEOPLE)
        told = await mapping_in(request)
        made = await run_in_threadpool(people.make_person, centre, told, caller.name, caller.site)
        return json_response(asdict(made), 201)

    @known.patch(
        "/people/{person_id}",
        openapi_extra=takes({"role": "inspector", "active": True, "pin": None}),
        responses=answers(
            _MADE, *UNPROVED, "request.malformed", "request.too_large", "person.malformed", "person.not_found",
            "person.badge_taken", "person.last_administrator",
        ),
    )  # fmt: skip
    async def change(request: Request, person_id: str) -> Response:
        """Change a person and tell the stations; with `active` false the person is signed out everywhere.

        `badge` or `pin` as null makes up a new one, told in the answer, once.
        """
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.CHANGE_PEOPLE)
        told = await mapping_in(request)
        made = await run_in_threadpool(
            people.change_person, centre, person_id, told, caller.name, caller.site
        )
        return json_response(asdict(made))

    routes.include_router(known)
    return routes
