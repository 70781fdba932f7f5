"""The stations' side door: enrol, hello, records, feed, reconcile, safe (PROTOCOL.md)."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection_station.protocol.messages import (
    BYTES_PER_BATCH,
    CENTRE_EPOCH_HEADER,
    FEED_PAGE,
    OFFERS_PER_PAGE,
    PHOTO_BYTES,
    PREFIX,
    RECORDS_PER_BATCH,
    is_sha256,
    is_uuid,
    reply,
)
from inspection_station.server import enrolment, ledger, returns_feed, signatures
from inspection_station.server.centre import Centre
from inspection_station.server.feed_waiting import LONGEST_WAIT, FeedWaiting
from inspection_station.server.greeting import chosen_protocol, note_greeting, require_receiving
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.quotas import address_of, quotas_of
from inspection_station.server.renewals import Renewing
from inspection_station.server.requests import header, read_body, read_mapping, signed_by, unpacked
from inspection_station.server.safe_marks import safe_photos
from inspection_station.server.told_by_site import page_for

SMALL_BODY = 64 * 1024
OFFERS_BYTES = 256 * 1024


def sync_routes(centre: Centre, waiting: FeedWaiting) -> APIRouter:
    """The routes under `PREFIX` but for photos; `waiting` for the long polls of the feed."""
    routes = APIRouter(prefix=PREFIX, tags=["sync"])
    renewing = Renewing(centre)

    async def answer(**parts: Any) -> Response:
        epoch = await run_in_threadpool(centre.epoch)
        return json_response(reply(epoch, centre.now(), **parts), headers={CENTRE_EPOCH_HEADER: epoch})

    @routes.post("/enrol")
    async def enrol(request: Request) -> Response:
        """A station-to-be sends its one-time code and its Ed25519 public key."""
        asked = read_mapping(await read_body(request, SMALL_BODY))
        texts = [asked.get(name) for name in ("code", "public_key", "app_version")]
        if not all(isinstance(text, str) and len(text) <= 200 for text in texts):
            raise Problem("request.malformed")
        former = enrolment.read_former(asked.get("former"))
        try:
            told = await run_in_threadpool(partial(enrolment.enrol, former=former), centre, *map(str, texts))
        except Problem:
            quotas_of(request).note_refusal(address_of(request))
            raise
        return await answer(**told)

    @routes.post("/hello")
    async def hello(request: Request) -> Response:
        """A station says what it is and where it stands; it gets a nonce, limits and the centre's time."""
        body = await read_body(request, SMALL_BODY)
        known = await signed_by(centre, request, body, greeting=True)
        asked = read_mapping(body)
        chosen = chosen_protocol(asked.get("protocol"))
        days, copied = await run_in_threadpool(note_greeting, centre, known.id, asked)
        return await answer(
            **chosen,
            reconcile=days,
            copied=copied,
            nonce=await run_in_threadpool(signatures.make_nonce, centre, known.id),
            limits={
                "records": RECORDS_PER_BATCH,
                "bytes": BYTES_PER_BATCH,
                "photo_bytes": PHOTO_BYTES,
                "offers": OFFERS_PER_PAGE,
                "feed_page": FEED_PAGE,
            },
            station={"code": known.code, "number": known.number, "site": known.site},
        )

    @routes.post("/records")
    async def records(request: Request) -> Response:
        """A batch, one record a line; a verdict for each, given only when it is durable."""
        body = await read_body(request, BYTES_PER_BATCH)
        known = await signed_by(centre, request, body)
        plain = unpacked(body, header(request, "content-encoding"), BYTES_PER_BATCH)
        lines = [line for line in plain.split(b"\n") if line.strip()]
        if len(lines) > RECORDS_PER_BATCH:
            raise Problem("request.too_large")
        verdicts = await run_in_threadpool(partial(ledger.take, centre, known.id, lines, renew=False))
        response = await answer(verdicts=verdicts)
        response.background = BackgroundTask(renewing.run)
        return response

    @routes.get("/feed")
    async def feed(
        request: Request, epoch: str = "", cursor: str = "", limit: str = "", wait: str = ""
    ) -> Response:
        """A page of what stations are told, after `cursor`; an empty one is held back for up to `wait` seconds."""
        known = await signed_by(centre, request, b"")
        require_receiving(request.query_params.get("protocol", ""))
        if epoch != await run_in_threadpool(centre.epoch):
            raise Problem("feed.other_epoch")
        wanted = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 6 else FEED_PAGE
        place = returns_feed.read_cursor(cursor)
        page = await run_in_threadpool(_page, centre, place, wanted, known.site)
        seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < 6 else 0
        if seconds and not page.count:
            await waiting.until_more(epoch, place, seconds)
            if epoch != await run_in_threadpool(centre.epoch):
                raise Problem("feed.other_epoch")
            page = await run_in_threadpool(_page, centre, place, wanted, known.site)
        envelope = reply(epoch, centre.now(), cursor=returns_feed.write_cursor(page.place), more=page.more)
        text = page.within(envelope)
        return Response(text, headers={CENTRE_EPOCH_HEADER: epoch}, media_type="application/json")

    @routes.post("/reconcile")
    async def reconcile(request: Request) -> Response:
        """A station offers ids and hashes of what was acked; the centre says what it lacks."""
        body = await read_body(request, OFFERS_BYTES)
        await signed_by(centre, request, body)
        offers = _offers(read_mapping(body).get("offers"))
        lost, photos = await run_in_threadpool(ledger.lacking, centre, offers)
        return await answer(lacks=lost, lacks_photos=photos)

    @routes.post("/safe")
    async def safe(request: Request) -> Response:
        """A station asks which of its photos are in a verified backup, with every record that names them."""
        body = await read_body(request, OFFERS_BYTES)
        await signed_by(centre, request, body)
        names = read_mapping(body).get("photos")
        if not isinstance(names, list) or len(names) > OFFERS_PER_PAGE or not all(map(is_sha256, names)):
            raise Problem("request.malformed")
        return await answer(safe=await run_in_threadpool(_safe, centre, names))

    return routes


def _page(centre: Centre, place: returns_feed.Place, limit: int, site: str) -> returns_feed.Page:
    with centre.database.glance.connect() as connection:
        return page_for(connection, place, limit, site)


def _safe(centre: Centre, names: list[str]) -> list[str]:
    with centre.database.reader.connect() as connection:
        return safe_photos(connection, names)


def _offers(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, list) or len(value) > OFFERS_PER_PAGE:
        raise Problem("request.malformed")
    offers = []
    for offer in value:
        if not isinstance(offer, list) or len(offer) != 2 or not is_uuid(offer[0]) or not is_sha256(offer[1]):
            raise Problem("request.malformed")
        offers.append((offer[0], offer[1]))
    return offers
