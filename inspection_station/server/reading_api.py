"""Reading at the centre for those who may: inspections of the caller's site, counts, and original photos."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.protocol.messages import is_sha256, is_uuid
from inspection_station.server import links, search
from inspection_station.server.centre import Centre
from inspection_station.server.described import answers, takes
from inspection_station.server.people_api import mapping_in
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.rights import BEARER, UNPROVED, Right, caller_of

LONGEST_TEXT = 200
FEW = 50

_SHA256 = "6943262fb6ab8409ea2c480bd41b94d1a11f035ba24ba7d1df65ffac6379efcb"
_ITEM = {
    "id": "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f711", "rt_number": "RT-261121-01200017", "return_id": "r1",
    "sku": "EP-300-W", "name_zh": "无线耳机", "name_en": "Earphones", "identity": "match", "grade": "A",
    "disposition": "restock",
}  # fmt: skip
_ACT = {
    "record_id": "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f708", "kind": "shot_waived", "needed": "waive_photo",
    "reason": "role", "person_id": "p1", "role": "inspector", "found_at": "2026-11-21T02:42:33.120Z",
    "settled_at": "", "settled_by": "", "note": "",
}  # fmt: skip
_INSPECTION = {
    "id": "0193a2b4-5d6e-7f80-91a2-b3c4d5e6f700", "state": "closed", "chain": "whole",
    "tracking_number": "SF1234567890123", "station": "B12", "person": "p1", "opened_at": "2026-11-21T02:40:00.000Z",
    "closed_at": "2026-11-21T02:42:33.120Z", "events": 9, "changed_at": "2026-11-21T02:42:34.000Z",
    "items": [_ITEM], "photos": [_SHA256], "photos_pending": [_SHA256], "unauthorised": [_ACT],
}  # fmt: skip
_WHOLE = {**_INSPECTION, "head": _SHA256, "decisions": [{"grade": "A", "disposition": "restock"}]}
_COUNTS = {"inspections": 812, "records": 7306, "photos": 2904, "photo_bytes": 1048576, "stations": 4}
_ORIGINAL = answers(None, *UNPROVED, "photo.absent", "photo.store_down")
_ORIGINAL[200] = {
    "description": "The bytes as the camera made them.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def reading_routes(centre: Centre) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[BEARER])

    @routes.get("/inspections", responses=answers({"inspections": [_INSPECTION]}, *UNPROVED))
    def find(request: Request, text: str = "", limit: str = "") -> Response:
        """Inspections by the beginning of a number, the newest first. Only of the caller's site."""
        caller = caller_of(centre, request).must(Right.SEE_INSPECTIONS)
        wanted = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 5 else FEW
        return json_response({"inspections": search.find_inspections(centre, text[:LONGEST_TEXT], wanted, caller.site)})

    @routes.post(
        "/inspections/search",
        openapi_extra=takes({"text": "SF1234567890123", "limit": 50}, ("text",)),
        responses=answers({"inspections": [_INSPECTION]}, *UNPROVED, "request.malformed", "request.too_large"),
    )
    async def search_for(request: Request) -> Response:
        """The same search with its text in the body, where no proxy's log keeps a customer's number."""
        caller = (await run_in_threadpool(caller_of, centre, request)).must(Right.SEE_INSPECTIONS)
        told = await mapping_in(request)
        text, limit = told.get("text"), told.get("limit", FEW)
        if not isinstance(text, str) or isinstance(limit, bool) or not isinstance(limit, int):
            raise Problem("request.malformed")
        found = await run_in_threadpool(search.find_inspections, centre, text[:LONGEST_TEXT], limit, caller.site)
        return json_response({"inspections": found})

    @routes.get("/inspections/{inspection_id}", responses=answers(_WHOLE, *UNPROVED, "inspection.unknown"))
    def one(request: Request, inspection_id: str) -> Response:
        """One inspection with its items, decisions, photo hashes, and acts that were not their person's to do."""
        caller = caller_of(centre, request).must(Right.SEE_INSPECTIONS)
        told = search.tell_inspection(centre, inspection_id, caller.site) if is_uuid(inspection_id) else None
        if told is None:
            raise Problem("inspection.unknown")
        return json_response(told)

    @routes.get("/stats", responses=answers(_COUNTS, *UNPROVED))
    def stats(request: Request) -> Response:
        """What the centre holds, in numbers."""
        caller_of(centre, request).must(Right.SEE_COUNTS)
        return json_response(search.count_everything(centre))

    @routes.get("/photos/{sha256}/original", responses=_ORIGINAL)
    def original(request: Request, sha256: str) -> Response:
        """An original photo, unblurred. Each look is logged with the caller's name."""
        caller = caller_of(centre, request).must(Right.SEE_ORIGINALS)
        seen = is_sha256(sha256) and search.is_photo_of_site(centre, sha256, caller.site)
        if not seen or not centre.photos.has(sha256):
            raise Problem("photo.absent")
        data = centre.photos.read(sha256)
        links.note_viewing(centre, caller.name, "", "original", sha256)
        return Response(data, media_type="application/octet-stream")

    return routes
