"""Webhooks over HTTP: made and changed, their secrets renewed, what could not be delivered seen and sent again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.server.centre import Centre
from inspection_station.server.described import answers, takes
from inspection_station.server.outgoing import deliveries, endpoints
from inspection_station.server.outgoing.exports import moment, zone_of
from inspection_station.server.outgoing.facts import FactType
from inspection_station.server.people_api import mapping_in
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.rights import BEARER, UNPROVED, Caller, Right, caller_of

EVENT_ID = "5c9c2a0e-6f57-5b4b-8a7e-7c0f2b1d9a10"
EVENT = {
    "id": EVENT_ID, "type": "item.placed", "sequence": 4711, "timestamp": "2026-11-21T02:42:33.120Z",
    "data": {
        "inspection_id": "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f700", "occurred_at": "2026-11-21T02:42:33.120Z",
        "station": "B12", "site": "华东退货中心", "tracking_number": "SF1234567890123",
        "rt_number": "RT-261121-04300001", "return_number": "RMA-20911", "sku": "EP-300-W",
        "disposition": "restock", "tote": "T-000001X",
    },
}  # fmt: skip
_WISH = {
    "name": "WMS", "url": "https://wms.example.com/returns", "types": [FactType.ITEM_PLACED.value], "site": "",
    "active": True,
}  # fmt: skip
_SHOWN = {
    **_WISH, "id": "0b9d2f1e-7f41-4c6e-9f0d-52b7a1b0c6de", "made_at": "2026-11-21T02:42:33.120Z", "made_by": "王敏",
    "next_at": "", "failures": 0, "last_success_at": "2026-11-21T02:42:33.120Z", "last_error": "", "waiting": 0,
    "dead": 0, "secret_before_until": "", "stopped": "",
}  # fmt: skip
_LETTER = {
    "event": EVENT, "attempts": 41, "queued_at": "2026-11-19T18:00:00.000Z", "done_at": "2026-11-21T02:00:00.000Z",
    "last_status": 500, "last_error": "HTTP 500",
}  # fmt: skip
_BODY = ("request.malformed", "request.too_large", "request.slow")
_GONE = "webhook.not_found"
MOST_LETTERS = 500
MOST_EVENT_IDS = 1000

Limit = Annotated[str, Query(description="How many at most.", examples=["100"])]


def count_in(text: str, default: int, most: int) -> int:
    """The number in a query, within 1 and `most`; `default` where it is none."""
    good = text.isascii() and text.isdigit() and len(text) < 10
    return max(1, min(int(text), most)) if good else default


def webhook_routes(centre: Centre) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"], dependencies=[BEARER])

    def admitted(request: Request) -> Caller:
        return caller_of(centre, request).must(Right.CHANGE_WEBHOOKS)

    @routes.get("", responses=answers({"webhooks": [_SHOWN]}, *UNPROVED))
    def listed(request: Request) -> Response:
        """Every webhook (of the caller's site), with how many facts wait for it and how many could not be delivered."""
        return json_response({"webhooks": endpoints.list_endpoints(centre, admitted(request).site)})

    @routes.post(
        "",
        status_code=201,
        openapi_extra=takes(_WISH, ("name", "url")),
        responses=answers(
            {**_SHOWN, "secret": "whsec_kJ3v…"}, *UNPROVED, *_BODY, "webhook.malformed", "webhook.address",
            "webhook.too_many", status=201,
        ),
    )  # fmt: skip
    async def make(request: Request) -> Response:
        """A webhook that is told every fact of `types` (none: all) from now on; its `secret` is told this once.

        Facts are sent as POST in the form of Standard Webhooks (headers webhook-id, webhook-timestamp and
        webhook-signature) until an answer 2xx comes: at least once, with ids that tell doubles, for 32 hours.
        """
        caller = await run_in_threadpool(admitted, request)
        wanted = endpoints.wish(await mapping_in(request))
        made = await run_in_threadpool(endpoints.make_endpoint, centre, wanted, caller.name, caller.site)
        return json_response(made, 201)

    @routes.get("/{webhook_id}", responses=answers(_SHOWN, *UNPROVED, _GONE))
    def one(request: Request, webhook_id: str) -> Response:
        """One webhook."""
        return json_response(endpoints.one_endpoint(centre, webhook_id, admitted(request).site))

    @routes.patch(
        "/{webhook_id}",
        openapi_extra=takes(_WISH),
        responses=answers(_SHOWN, *UNPROVED, *_BODY, _GONE, "webhook.malformed", "webhook.address"),
    )
    async def change(request: Request, webhook_id: str) -> Response:
        """Change what is given. An inactive webhook is told nothing; what happens meanwhile can be sent again after."""
        caller = await run_in_threadpool(admitted, request)
        wanted = endpoints.wish(await mapping_in(request))
        told = await run_in_threadpool(endpoints.change_endpoint, centre, webhook_id, wanted, caller.site)
        return json_response(told)

    @routes.delete("/{webhook_id}", status_code=204, responses=answers(None, *UNPROVED, _GONE, status=204))
    def delete(request: Request, webhook_id: str) -> Response:
        """Take a webhook away, with all that waits for it."""
        endpoints.delete_endpoint(centre, webhook_id, admitted(request).site)
        return Response(status_code=204)

    @routes.post(
        "/{webhook_id}/rotate-secret",
        openapi_extra=takes({"overlap_hours": 24}),
        responses=answers(
            {"secret": "whsec_kJ3v…", "secret_before_until": "2026-11-22T02:42:33.120Z"}, *UNPROVED, *_BODY, _GONE
        ),
    )
    async def rotate(request: Request, webhook_id: str) -> Response:
        """A new secret, told this once; for `overlap_hours` both sign every delivery."""
        caller = await run_in_threadpool(admitted, request)
        hours = (await mapping_in(request)).get("overlap_hours", 24)
        if isinstance(hours, bool) or not isinstance(hours, int | float):
            raise Problem("request.malformed")
        if not 0 <= hours <= endpoints.LONGEST_OVERLAP_HOURS:
            raise Problem("request.malformed")
        return json_response(
            await run_in_threadpool(endpoints.rotate_secret, centre, webhook_id, hours, caller.site)
        )

    _again(centre, routes)
    return routes


def _again(centre: Centre, routes: APIRouter) -> None:
    def found(request: Request, webhook_id: str) -> dict[str, Any]:
        caller = caller_of(centre, request).must(Right.CHANGE_WEBHOOKS)
        with centre.database.reader.connect() as connection:
            return dict(endpoints.find_endpoint(connection, webhook_id, caller.site))

    @routes.post(
        "/{webhook_id}/replay",
        openapi_extra=takes({"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}, ("from", "to")),
        responses=answers({"queued": 311}, *UNPROVED, *_BODY, _GONE),
    )
    async def replay(request: Request, webhook_id: str) -> Response:
        """Send every fact again that became known from `from` up to before `to`: under the same ids."""
        endpoint = await run_in_threadpool(found, request, webhook_id)
        told = await mapping_in(request)
        start = await run_in_threadpool(_moment, centre, told.get("from"))
        end = await run_in_threadpool(_moment, centre, told.get("to"))
        return json_response({"queued": await run_in_threadpool(deliveries.replay, centre, endpoint, start, end)})

    @routes.get("/{webhook_id}/dead-letters", responses=answers({"dead_letters": [_LETTER]}, *UNPROVED, _GONE))
    def dead(request: Request, webhook_id: str, after: str = "", limit: Limit = "") -> Response:
        """What could not be delivered within 32 hours, in the order of `sequence`, after that of the last one seen."""
        endpoint = found(request, webhook_id)
        seen = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
        letters = deliveries.dead_letters(centre, endpoint["id"], seen, count_in(limit, 100, MOST_LETTERS))
        return json_response({"dead_letters": letters})

    @routes.post(
        "/{webhook_id}/dead-letters/resend",
        openapi_extra=takes({"event_ids": [EVENT_ID]}),
        responses=answers({"queued": 1}, *UNPROVED, *_BODY, _GONE),
    )
    async def resend(request: Request, webhook_id: str) -> Response:
        """Send what could not be delivered again: the facts named, or all without `event_ids`."""
        endpoint = await run_in_threadpool(found, request, webhook_id)
        ids = (await mapping_in(request)).get("event_ids")
        if ids is not None and not _are_ids(ids):
            raise Problem("request.malformed")
        return json_response({"queued": await run_in_threadpool(deliveries.resend_dead, centre, endpoint["id"], ids)})


def _are_ids(value: object) -> bool:
    if not isinstance(value, list) or len(value) > MOST_EVENT_IDS:
        return False
    return all(isinstance(one, str) and len(one) <= 36 and one.isascii() and one.isprintable() for one in value)


def _moment(centre: Centre, value: object) -> str:
    try:
        if not isinstance(value, str) or not 10 <= len(value) <= 40:
            raise ValueError
        return moment(value, zone_of(centre))
    except ValueError:
        raise Problem("request.malformed") from None
