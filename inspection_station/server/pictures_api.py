"""Catalogue and outbound pictures over HTTP, for systems and administrators."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.protocol.messages import PHOTO_BYTES
from inspection_station.server.centre import Centre
from inspection_station.server.described import answers
from inspection_station.server.pictures import keep_picture
from inspection_station.server.problems import json_response
from inspection_station.server.requests import read_body
from inspection_station.server.rights import BEARER, UNPROVED, Right, caller_of

_KEPT = {"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}}
                    for kind in ("image/jpeg", "image/png", "image/webp")},
    }
}  # fmt: skip


def picture_routes(centre: Centre) -> APIRouter:
    """The route that takes pictures."""
    routes = APIRouter(prefix="/api/v1", tags=["pictures"], dependencies=[BEARER])

    @routes.put(
        "/pictures/{kind}/{thing}",
        openapi_extra=_BODY,
        responses=answers(
            _KEPT, *UNPROVED, "caller.not_allowed", "picture.unknown_kind", "picture.malformed_id",
            "photo.not_a_picture", "request.too_large", "request.slow", "photo.store_down",
        ),
    )  # fmt: skip
    async def take(request: Request, kind: str, thing: str) -> Response:
        """A JPEG, PNG or WebP picture of a product (``sku``) or of what left for an order (``order``)."""
        await run_in_threadpool(lambda: caller_of(centre, request).must(Right.CHANGE_REFERENCE))
        data = await read_body(request, PHOTO_BYTES)
        return json_response({"sha256": await run_in_threadpool(keep_picture, centre, kind, thing, data)})

    return routes
