"""Reading requests of unknown origin: sizes, times and packing are limited before anything is believed."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import anyio
import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from inspection_station.protocol.messages import (
    BODY_HASH_HEADER,
    EPOCH_HEADER,
    LONGEST_HEADER_VALUE,
    NONCE_HEADER,
    PHOTO_BYTES,
    SIGNATURE_HEADER,
    STATION_HEADER,
    is_sha256,
    read_json,
)
from inspection_station.server.centre import Centre
from inspection_station.server.problems import Problem
from inspection_station.server.quotas import address_of, quotas_of
from inspection_station.server.signatures import Signature, check_station

BODY_SECONDS = 90  # for a whole small body; a megabyte at 100 kbit/s


async def read_body(request: Request, largest: int) -> bytes:
    """The body as sent, at most `largest` bytes.

    Raises:
        Problem: ``request.too_large`` or ``request.slow``.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > largest:
        raise Problem("request.too_large")
    parts: list[bytes] = []
    size = 0
    try:
        with anyio.fail_after(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > largest:
                    raise Problem("request.too_large")
                parts.append(part)
    except TimeoutError:
        raise Problem("request.slow") from None
    return b"".join(parts)


def unpacked(body: bytes, encoding: str, largest: int) -> bytes:
    """The body without its packing; a bomb is refused at `largest` bytes, not unfolded."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise Problem("request.malformed")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, largest + 1)
    except zlib.error:
        raise Problem("request.malformed") from None
    if len(plain) > largest or unpacker.unconsumed_tail:
        raise Problem("request.too_large")
    if not unpacker.eof or unpacker.unused_data:
        raise Problem("request.malformed")
    return plain


def read_mapping(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; raises Problem ``request.malformed``."""
    try:
        data = read_json(body)
    except ValueError:
        raise Problem("request.malformed") from None
    if not isinstance(data, dict):
        raise Problem("request.malformed")
    return data


def header(request: Request, name: str) -> str:
    """A header's value; raises Problem ``request.malformed`` when it is absurdly long."""
    value = request.headers.get(name, "")
    if len(value) > LONGEST_HEADER_VALUE:
        raise Problem("request.malformed")
    return value


def target_of(request: Request) -> str:
    """Path and query as they were sent."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    return (raw + (b"?" + query if query else b"")).decode("latin-1")


async def signed_by(
    centre: Centre, request: Request, body: bytes | None, *, greeting: bool = False
) -> sa.Row[Any]:
    """The station that signed the request. Without `body` its hash is the header's, which the caller MUST compare.

    Raises:
        Problem: as `check_station`, ``request.malformed``, or ``caller.too_often`` past the station's quota.
    """
    return await run_in_threadpool(signed_by_at_once, centre, request, body, greeting=greeting)


def signed_by_at_once(
    centre: Centre, request: Request, body: bytes | None, *, greeting: bool = False
) -> sa.Row[Any]:
    """As `signed_by`, for a thread that may wait for the database."""
    if body is None:
        body_sha256 = header(request, BODY_HASH_HEADER)
        if not is_sha256(body_sha256):
            raise Problem("request.malformed")
    else:
        body_sha256 = hashlib.sha256(body).hexdigest()
    signed = Signature(
        request.method,
        target_of(request),
        body_sha256,
        header(request, STATION_HEADER),
        header(request, NONCE_HEADER),
        header(request, EPOCH_HEADER),
        header(request, SIGNATURE_HEADER),
    )
    quotas = quotas_of(request)
    try:
        known = check_station(centre, signed, greeting=greeting)
    except Problem as problem:
        if problem.code != "station.nonce_expired":  # the station is known and greets at once
            quotas.note_refusal(address_of(request))
        raise
    quotas.admit(f"station {known.id}", _declared_size(request) if body is None else len(body))
    return known


def _declared_size(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 12 else PHOTO_BYTES
