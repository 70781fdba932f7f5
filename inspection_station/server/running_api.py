"""For whoever runs the centre: is it alive, can it take work, and its figures."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station import __version__
from inspection_station.server.centre import Centre
from inspection_station.server.damaged_photos import list_damaged
from inspection_station.server.described import answers
from inspection_station.server.figures import CONTENT_TYPE, Figures
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.readiness import OK, readiness
from inspection_station.server.rights import BEARER, UNPROVED, Right, caller_of

_DAMAGED = {
    "sha256": "6943262fb6ab8409ea2c480bd41b94d1a11f035ba24ba7d1df65ffac6379efcb",
    "found_at": "2026-11-21T02:42:33.120Z", "what": "damaged", "mended_at": "", "mended_from": "",
    "inspection_id": "01938000-0000-7000-8000-00000000aaaa", "tracking_number": "SF1234567890123", "station": "B12",
}  # fmt: skip


def running_routes(centre: Centre, figures: Figures) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["running"])

    @routes.get("/health")
    async def health() -> Response:
        """Whether the process is alive; asks nothing of the database."""
        return json_response({"status": "ok", "version": __version__})

    @routes.get("/ready", responses={503: {"description": "It cannot take work; `checks` says what is not right."}})
    async def ready() -> Response:
        """Whether it can take work: database writable and up to date, photos within reach, room on the disk."""
        said = await readiness(centre)
        right = all(word == OK for word in said.values())
        return json_response({"status": "ready" if right else "not ready", "checks": said}, 200 if right else 503)

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        """The figures for Prometheus. Needs the right to run the centre."""
        (await run_in_threadpool(caller_of, centre, request)).must(Right.RUN_CENTRE)
        return Response(await run_in_threadpool(figures.text), media_type=CONTENT_TYPE)

    @routes.get(
        "/api/v1/damaged-photos",
        responses=answers({"damaged_photos": [_DAMAGED]}, *UNPROVED, "request.malformed"),
        tags=["running"],
        dependencies=[BEARER],
    )
    def damaged(request: Request, mended: bool = False, limit: str = "") -> Response:
        """Photos found damaged or gone whose right bytes are not here; with `mended` those that are here again."""
        caller_of(centre, request).must(Right.RUN_CENTRE)
        if limit and not (limit.isascii() and limit.isdigit() and len(limit) < 6):
            raise Problem("request.malformed")
        return json_response({"damaged_photos": list_damaged(centre, int(limit or 100), mended=mended)})

    return routes
