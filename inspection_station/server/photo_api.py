"""Photos in: an idempotent PUT by hash that can be resumed (PROTOCOL.md 5)."""

from __future__ import annotations

import hashlib
from typing import Any

import anyio
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
from inspection_station.server.centre import Centre
from inspection_station.server.photo_storage import AcceptedPhoto, PhotoRefused
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.requests import header, signed_by

SILENCE_SECONDS = 30  # without a byte: the sender is gone


class PhotoRoute:
    """HEAD and PUT of one photo, without a framework between the socket and the file."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._receiving: set[str] = set()

    def route(self) -> Route:
        """The route to mount."""
        return Route(PREFIX + "/blobs/{sha256}", self._serve, methods=["HEAD", "PUT"])

    async def _serve(self, request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        if not is_sha256(sha256):
            raise Problem("request.malformed")
        if request.method == "HEAD":
            await signed_by(self._centre, request, b"")
            return await self._head(sha256)
        known = await signed_by(self._centre, request, None)
        if sha256 in self._receiving:
            raise Problem("photo.busy")
        self._receiving.add(sha256)
        try:
            return await self._put(request, sha256, known.id)
        finally:
            self._receiving.discard(sha256)

    async def _is_here(self, sha256: str) -> bool:
        def look() -> bool:
            with self._centre.database.reader.connect() as connection:
                return sha256 in ledger.photos_here(connection, [sha256]) and self._centre.photos.has(sha256)

        return await run_in_threadpool(look)

    async def _head(self, sha256: str) -> Response:
        headers = {CENTRE_EPOCH_HEADER: await run_in_threadpool(self._centre.epoch)}
        if await self._is_here(sha256):
            return Response(status_code=200, headers=headers)
        headers[OFFSET_HEADER] = str(self._centre.photos.offset(sha256))
        return Response(status_code=404, headers=headers)

    async def _put(self, request: Request, sha256: str, station_id: str) -> Response:
        start, length, total = _range(request)
        if await self._is_here(sha256):
            return await self._answer("duplicate", offset=total)
        offset = self._centre.photos.offset(sha256)
        if start > offset or offset > total:
            if offset > total:
                self._centre.photos.cut(sha256, 0)
                offset = 0
            raise Problem("photo.wrong_offset", offset=offset)
        await self._receive(request, sha256, start, length)
        if start + length < total:
            return await self._answer("partial", offset=start + length)
        try:
            accepted = await run_in_threadpool(self._centre.photos.accept, sha256)
        except PhotoRefused as refusal:
            raise Problem(refusal.code) from None
        await run_in_threadpool(ledger.photo_arrived, self._centre, self._row(accepted, station_id))
        return await self._answer("stored", offset=total)

    async def _receive(self, request: Request, sha256: str, start: int, length: int) -> None:
        digest, size = hashlib.sha256(), 0
        stream = request.stream()
        with self._centre.photos.grow(sha256, start) as growing:
            try:
                while True:
                    with anyio.fail_after(SILENCE_SECONDS):
                        part = await anext(stream, None)
                    if part is None:
                        break
                    size += len(part)
                    if size > length:
                        break
                    digest.update(part)
                    growing.write(part)
            except (TimeoutError, ClientDisconnect):
                raise Problem("request.slow") from None  # what came stays: the sender goes on from there
        if size != length or digest.hexdigest() != header(request, BODY_HASH_HEADER):
            self._centre.photos.cut(sha256, start)
            raise Problem("photo.part_differs")

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

    async def _answer(self, word: str, offset: int) -> Response:
        epoch = await run_in_threadpool(self._centre.epoch)
        body = reply(epoch, self._centre.now(), verdict=word, offset=offset)
        return json_response(body, headers={CENTRE_EPOCH_HEADER: epoch})


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
