"""The centre's web application, put together: routes, and one place where a failure becomes an answer."""

from __future__ import annotations

import logging
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inspection_station import __version__
from inspection_station.server.access_api import access_routes
from inspection_station.server.administration_api import administration_routes
from inspection_station.server.api_document import describe
from inspection_station.server.blobs.store import PhotoStoreDown
from inspection_station.server.centre import Centre
from inspection_station.server.feed_waiting import FeedWaiting
from inspection_station.server.figures import Figures
from inspection_station.server.logs_api import logs_routes
from inspection_station.server.outgoing.exchange_api import exchange_routes
from inspection_station.server.outgoing.webhook_api import webhook_routes
from inspection_station.server.people_api import people_routes
from inspection_station.server.photo_api import PhotoRoute
from inspection_station.server.pictures_api import picture_routes
from inspection_station.server.problems import Problem, problem_response
from inspection_station.server.query_api import query_routes
from inspection_station.server.quotas import Quotas
from inspection_station.server.reading_api import reading_routes
from inspection_station.server.request_watch import RequestWatch
from inspection_station.server.running_api import running_routes
from inspection_station.server.sync_api import sync_routes

log = logging.getLogger(__name__)

_SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'"),
    (b"cache-control", b"no-store"),
)


class _SafeHeaders:
    """Adds the headers that keep pages from being framed, sniffed, cached or told on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safer(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _value in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in _SAFE_HEADERS if pair[0] not in present),
                ]
            await send(message)

        await self._app(scope, receive, safer if scope["type"] == "http" else send)


def _route_paths(app: FastAPI) -> dict[Any, str]:
    """The path template of every route, by what serves it."""
    routes = [route for route in app.routes if isinstance(route, Route)]
    return {route.endpoint: route.path for route in routes}


def build_app(centre: Centre) -> FastAPI:
    """The application over `centre`; it owns no thread and no socket. ``app.state.figures`` are its figures."""
    app = FastAPI(title="inspection-station centre", version=__version__, docs_url=None, redoc_url=None)
    app.state.quotas = Quotas(centre.settings.quota, centre.steady)
    app.state.feed_waiting = FeedWaiting(centre)
    app.router.routes.append(PhotoRoute(centre).route())  # first: most of what comes
    app.include_router(sync_routes(centre, app.state.feed_waiting))
    app.include_router(query_routes(centre))
    app.include_router(reading_routes(centre))
    app.include_router(people_routes(centre))
    app.include_router(picture_routes(centre))
    app.include_router(access_routes(centre))
    app.include_router(administration_routes(centre))
    app.include_router(exchange_routes(centre))
    app.include_router(webhook_routes(centre))
    app.include_router(logs_routes(centre))
    figures = app.state.figures = Figures(centre)
    app.include_router(running_routes(centre, figures))
    describe(app)
    app.add_middleware(_SafeHeaders)
    app.add_middleware(RequestWatch, seen=figures.seen, routes=_route_paths(app))

    async def refuse(problem: Problem) -> Response:
        try:
            epoch = await run_in_threadpool(centre.epoch)
        except sa.exc.SQLAlchemyError:
            epoch = ""
        return problem_response(problem, epoch, centre.now())

    @app.exception_handler(Problem)
    async def _problem(_request: Request, problem: Problem) -> Response:
        return await refuse(problem)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        codes = {404: "request.not_found", 405: "request.wrong_method"}
        return await refuse(Problem(codes.get(error.status_code, "request.malformed")))

    @app.exception_handler(RequestValidationError)
    async def _malformed(_request: Request, _error: RequestValidationError) -> Response:
        return await refuse(Problem("request.malformed"))

    @app.exception_handler(ClientDisconnect)
    async def _gone(_request: Request, _error: ClientDisconnect) -> Response:
        return await refuse(Problem("request.malformed"))  # nobody reads it

    @app.exception_handler(sa.exc.OperationalError)
    @app.exception_handler(sa.exc.TimeoutError)
    @app.exception_handler(OSError)
    async def _busy(_request: Request, error: Exception) -> Response:
        reason = getattr(error, "orig", None) or error.__class__.__name__
        log.warning("the centre cannot write: %s", reason)
        return await refuse(Problem("centre.busy"))

    @app.exception_handler(PhotoStoreDown)
    async def _store_down(_request: Request, problem: PhotoStoreDown) -> Response:
        log.warning("the store of photos: %s", problem.values["reason"])
        return await refuse(Problem("photo.store_down"))

    @app.exception_handler(Exception)
    async def _fault(_request: Request, _error: Exception) -> Response:
        return await refuse(Problem("centre.fault"))  # the server logs it with its traceback

    return app
