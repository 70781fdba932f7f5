"""Photos in and out for stations: a PUT by hash that can be resumed and repeated (PROTOCOL.md 5), and a GET.

Bytes go from the socket to a thread that writes and hashes them in the same go: straight where that can be, else
through the event loop in pieces large enough that the way there costs little, the next read meanwhile.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import anyio
import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from inspection_station.protocol.messages import (
    BODY_HASH_HEADER,
    CENTRE_EPOCH_HEADER,
    OFFSET_HEADER,
    PHOTO_BYTES,
    PREFIX,
    is_sha256,
    parse_content_range,
    reply,
)
from inspection_station.server import ledger
from inspection_station.server.blobs.spool import Growing, SpoolBusy
from inspection_station.server.blobs.store import AcceptedPhoto, PhotoRefused, has_hash
from inspection_station.server.centre import Centre
from inspection_station.server.links import note_viewing
from inspection_station.server.photos_for_stations import photo_of_site
from inspection_station.server.pictures import is_told
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.requests import header, signed_by, signed_by_at_once
from inspection_station.server.straight_body import BodyEnded, StraightBody, straight_body

SILENCE_SECONDS = 30  # without a byte: the sender is gone
PIECE = 512 * 1024  # bytes that are written and hashed in one go


class PhotoRoute:
    """HEAD, GET and PUT of one photo, without a framework between the socket and the file."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def route(self) -> Route:
        """The route to mount."""
        return Route(PREFIX + "/blobs/{sha256}", self._serve, methods=["HEAD", "GET", "PUT"])

    async def _serve(self, request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        if not is_sha256(sha256):
            raise Problem("request.malformed")
        if request.method == "HEAD":
            await signed_by(self._centre, request, b"")
            return await run_in_threadpool(self._head, sha256)
        if request.method == "GET":
            asking = await signed_by(self._centre, request, b"")
            return await run_in_threadpool(self._get, sha256, asking)
        return await self._put(request, sha256)

    def _is_here(self, sha256: str) -> bool:
        return ledger.is_noted(self._centre, sha256) and self._centre.photos.has(sha256)

    def _head(self, sha256: str) -> Response:
        headers = {CENTRE_EPOCH_HEADER: self._centre.epoch()}
        if self._is_here(sha256):
            return Response(status_code=200, headers=headers)
        headers[OFFSET_HEADER] = str(self._centre.spool.offset(sha256))
        return Response(status_code=404, headers=headers)

    def _get(self, sha256: str, asking: sa.Row[Any]) -> Response:
        """A picture that the feed names, or an original of the station's own site, which is logged."""
        told = is_told(self._centre, sha256)
        inspection_id = None if told else photo_of_site(self._centre, sha256, asking)
        if (not told and inspection_id is None) or not self._centre.photos.has(sha256):
            raise Problem("photo.absent")
        photo = self._centre.photos.read(sha256)
        if not has_hash(photo, sha256):
            raise Problem("photo.absent")  # damaged: the next scrub finds it and asks for it again
        if inspection_id is not None:
            note_viewing(self._centre, f"station {asking.code}", inspection_id, "original", sha256)
        headers = {CENTRE_EPOCH_HEADER: self._centre.epoch()}
        return Response(photo, headers=headers, media_type="application/octet-stream")

    async def _put(self, request: Request, sha256: str) -> Response:
        straight = straight_body(request.scope)
        if straight is not None:
            with straight.open():
                return await self._put_straight(request, sha256, straight)
        with ExitStack() as held:
            arriving = await run_in_threadpool(self._arriving, held, request, sha256)
            if not await run_in_threadpool(self._begin, arriving):
                return await run_in_threadpool(self._answer, arriving, "duplicate", arriving.total)
            await _receive(request, arriving.growing, arriving.length)
            return await run_in_threadpool(self._finish, arriving)

    async def _put_straight(self, request: Request, sha256: str, body: StraightBody) -> Response:
        """A photo that comes quickly is checked, begun, taken, finished and let go by one thread in one go."""
        held = ExitStack()
        arriving: _Arriving | None = None

        def take() -> Response | None:
            nonlocal arriving
            with ExitStack() as ended:
                ended.push(held)
                if arriving is None:
                    arriving = self._arriving(held, request, sha256)
                    if not self._begin(arriving):
                        return self._answer(arriving, "duplicate", arriving.total)
                body.pour(arriving.growing.write)
                if not body.lacking:
                    return self._finish(arriving)
                ended.pop_all()  # more is to come
                return None

        try:
            while (response := await run_in_threadpool(take)) is None:
                await body.more(SILENCE_SECONDS)
        except (TimeoutError, BodyEnded):
            raise Problem("request.slow") from None  # the sender goes on from what came
        finally:
            held.close()
        return response

    def _arriving(self, held: ExitStack, request: Request, sha256: str) -> _Arriving:
        known = signed_by_at_once(self._centre, request, None)
        told = header(request, BODY_HASH_HEADER)
        return _Arriving(held, sha256, known.id, known.epoch, told, *_range(request))

    def _begin(self, arriving: _Arriving) -> bool:
        """Open the unfinished photo; False when the photo is here already."""
        sha256, spool = arriving.sha256, self._centre.spool
        if self._is_here(sha256):
            return False
        try:
            arriving.held.enter_context(spool.held(sha256))
        except SpoolBusy:
            raise Problem("photo.busy") from None
        offset = spool.offset(sha256)
        if offset > arriving.total:
            spool.cut(sha256, 0)
            offset = 0
        if arriving.start > offset:
            raise Problem("photo.wrong_offset", offset=offset)
        arriving.growing = arriving.held.enter_context(spool.growing(sha256, arriving.start))
        return True

    def _finish(self, arriving: _Arriving) -> Response:
        growing, sha256, spool = arriving.growing, arriving.sha256, self._centre.spool
        if growing.part_size != arriving.length or growing.part_digest != arriving.told:
            growing.close()
            spool.cut(sha256, growing.start)
            raise Problem("photo.part_differs")
        growing.close()
        if growing.size < arriving.total:
            return self._answer(arriving, "partial", growing.size)
        try:
            accepted = spool.finished(sha256, growing.whole.hexdigest())
        except PhotoRefused as refusal:
            raise Problem(refusal.code) from None
        self._centre.photos.publish(sha256, spool.path(sha256))
        ledger.photo_arrived(self._centre, self._row(accepted, arriving.station_id))
        return self._answer(arriving, "stored", arriving.total)

    def _row(self, photo: AcceptedPhoto, station_id: str) -> dict[str, Any]:
        return {
            "sha256": photo.sha256,
            "size": photo.size,
            "format": photo.format,
            "width": photo.width,
            "height": photo.height,
            "station_id": station_id,
            "received_at": self._centre.now(),
        }

    def _answer(self, arriving: _Arriving, word: str, offset: int) -> Response:
        body = reply(arriving.epoch, self._centre.now(), verdict=word, offset=offset)
        return json_response(body, headers={CENTRE_EPOCH_HEADER: arriving.epoch})


@dataclass
class _Arriving:
    """One part of a photo on its way in: what the request says of it, and what is open for it in `held`."""

    held: ExitStack
    sha256: str
    station_id: str
    epoch: str  # of the centre
    told: str  # the hash of this part
    start: int
    length: int
    total: int
    _growing: Growing | None = None

    @property
    def growing(self) -> Growing:
        assert self._growing is not None
        return self._growing

    @growing.setter
    def growing(self, growing: Growing) -> None:
        self._growing = growing


async def _receive(request: Request, growing: Growing, length: int) -> None:
    """Write what comes, a piece at a time, while the next is read. What came stays when the sender is gone.

    Raises:
        Problem: ``request.slow`` when the sender fell silent or went away.
        OSError: the disk.
    """
    piece, size = bytearray(), 0
    writing: asyncio.Future[None] | None = None
    stream = request.stream()
    try:
        while size <= length:
            with anyio.fail_after(SILENCE_SECONDS):
                part = await anext(stream, None)
            if part is None:
                break
            size += len(part)
            piece += part
            if len(piece) >= PIECE:
                if writing is not None:
                    await writing
                writing, piece = _written(growing, piece), bytearray()
    except (TimeoutError, ClientDisconnect):
        raise Problem("request.slow") from None  # the sender goes on from what came
    finally:
        if writing is not None:
            await writing
        if piece:
            await _written(growing, piece)


def _written(growing: Growing, piece: bytearray) -> asyncio.Future[None]:
    return asyncio.get_running_loop().run_in_executor(None, growing.write, piece)


def _range(request: Request) -> tuple[int, int, int]:
    """(start, length, total) of what the request brings; without ``Content-Range`` it is the whole photo."""
    declared = request.headers.get("content-length", "")
    if not declared.isascii() or not declared.isdigit() or len(declared) > 15:
        raise Problem("request.malformed")
    told = header(request, "content-range")
    parsed = parse_content_range(told) if told else (0, int(declared), int(declared))
    if parsed is None or parsed[1] != int(declared) or parsed[2] == 0:
        raise Problem("request.malformed")
    if parsed[2] > PHOTO_BYTES:
        raise Problem("request.too_large")
    return parsed
