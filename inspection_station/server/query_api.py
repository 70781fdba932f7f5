"""The evidence page behind an expiring link: for people of other houses, without a token of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from inspection_station.errors import StationProblem
from inspection_station.i18n import translate_into
from inspection_station.protocol.messages import is_sha256
from inspection_station.server import links
from inspection_station.server.blobs.store import PhotoStoreDown
from inspection_station.server.centre import Centre
from inspection_station.server.described import answers
from inspection_station.server.evidence_page import build_page
from inspection_station.server.inspections import read_inspection
from inspection_station.server.problems import Problem, problem_sentences
from inspection_station.server.quotas import address_of, quotas_of
from inspection_station.server.renditions import SIZES, must_be_blurred, rendition

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "web"), autoescape=True, undefined=StrictUndefined
)

_REFUSED = answers(None, "link.invalid", "inspection.unknown", "caller.too_often", text="The page, as HTML.")
_PHOTO = answers(None, "link.invalid", "photo.absent", "photo.store_down", "caller.too_often")
_JPEG = {"schema": {"type": "string", "format": "binary"}}
_PHOTO[200] = {"description": "The photo, smaller and without metadata.", "content": {"image/jpeg": _JPEG}}


def language_of(request: Request) -> str:
    """The reader's language: ``?lang``, else the first of ours in Accept-Language, else Chinese."""
    asked = request.query_params.get("lang", "")
    for wanted in (asked, *request.headers.get("accept-language", "")[:200].split(",")):
        code = wanted.strip().lower()[:2]
        if code in ("zh", "en"):
            return "en" if code == "en" else "zh_CN"
    return "zh_CN"


def render(template: str, language: str, **parts: Any) -> str:
    """A page in `language`."""

    def say(msgid: str, **values: object) -> str:
        return translate_into(language, msgid, **values)

    return _TEMPLATES.get_template(template).render(_=say, language=language, **parts)


def query_routes(centre: Centre) -> APIRouter:
    """The routes behind links."""
    routes = APIRouter(tags=["evidence"])

    def viewer_of(request: Request, token: str) -> links.Viewer:
        try:
            return links.check_link(centre, token)
        except Problem:
            quotas_of(request).note_refusal(address_of(request))
            raise

    @routes.get("/evidence/{token}", response_class=HTMLResponse, responses=_REFUSED)
    async def page(request: Request, token: str) -> Response:
        """The evidence page of the inspection the link was made for."""
        language = language_of(request)
        try:
            viewer = await run_in_threadpool(viewer_of, request, token)
            return HTMLResponse(await run_in_threadpool(_page, centre, viewer, token, language))
        except Problem as problem:
            what, to_do = problem_sentences(problem.code, language)
            wait = {"Retry-After": str(problem.parts["retry_after"])} if "retry_after" in problem.parts else None
            return HTMLResponse(render("message.html", language, what=what, to_do=to_do), problem.status, wait)

    @routes.get("/evidence/{token}/photos/{sha256}", responses=_PHOTO)
    def photo(request: Request, token: str, sha256: str, size: str = "large") -> Response:
        """A photo of that inspection, smaller, without metadata, blurred where it may show a parcel's label."""
        viewer = viewer_of(request, token)
        if size not in SIZES or not is_sha256(sha256):
            raise Problem("photo.absent")
        with centre.database.reader.connect() as connection:
            reading = read_inspection(connection, viewer.inspection_id)
        shown = [p for p in reading.inspection.photos if p.sha256 == sha256 and not p.withdrawn] if reading else []
        if not shown or not centre.photos.has(sha256):
            raise Problem("photo.absent")
        try:
            blurred = any(must_be_blurred(each) for each in shown)
            marks = [mark for each in shown for mark in reading.inspection.marks_of(each.id)] if reading else []
            data = rendition(centre.photos.read(sha256), size, blurred=blurred, marks=marks)
        except PhotoStoreDown:
            raise
        except (StationProblem, OSError, ValueError):
            raise Problem("photo.absent") from None
        if size == "large":
            links.note_viewing(centre, viewer.name, viewer.inspection_id, "photo", sha256)
        return Response(data, media_type="image/jpeg")

    return routes


def _page(centre: Centre, viewer: links.Viewer, token: str, language: str) -> str:
    told = build_page(centre, viewer.inspection_id, language)
    if told is None:
        raise Problem("inspection.unknown")
    links.note_viewing(centre, viewer.name, viewer.inspection_id, "page")
    return render(
        "evidence.html", language, page=told, token=token, viewer=viewer.name, until=viewer.expires_at[:10]
    )
