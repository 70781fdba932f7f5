"""What of the feed a station is told by its site: nobody's badge or PIN but of those who may sign in there.

A bench works offline and needs to know badges and PINs itself. A person of one site signs in at its stations alone;
elsewhere only name and number are told, so that a bench that is stolen or broken into gives away nothing of the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import Centre, fact, note
from inspection_station.server.returns_feed import Page, Place, page_after
from inspection_station.server.statements import lock
from inspection_station.server.tables import feed_item

KIND = "person"
SECRETS = ("badge_hash", "pin_hash")
_MARK = f'{{"kind":"{KIND}",'.encode()  # as pages begin an item; elsewhere it costs a look and changes nothing
_DONE = "people.told_by_site"


def page_for(connection: Connection, place: Place, limit: int, site: str) -> Page:
    """Up to `limit` things after `place`, as a station of `site` is told them."""
    page = page_after(connection, place, limit)
    if _MARK not in page.items:
        return page
    items = [{**item, "body": _as_told(item, site)} for item in json.loads(page.items)]
    return replace(page, items=json.dumps(items, ensure_ascii=False, separators=(",", ":")).encode())


def _as_told(item: Mapping[str, Any], site: str) -> Mapping[str, Any]:
    body: Mapping[str, Any] = item["body"]
    if item["kind"] != KIND or not body:
        return body
    may_sign_in = body.get("active", True) is not False and body.get("site", "") in ("", site)
    return body if may_sign_in else {**body, **dict.fromkeys(SECRETS, "")}


def tell_people_again(centre: Centre) -> None:
    """Once: a version before told everybody's hashes to all; told anew, those of other sites are forgotten there."""
    with centre.database.writer.begin() as connection:
        lock(connection, _DONE)
        if fact(connection, _DONE):
            return
        people = feed_item.c.kind == KIND
        rows = connection.execute(sa.select(feed_item.c.kind, feed_item.c.id, feed_item.c.body).where(people))
        told = [dict(row) for row in rows.mappings()]
        if told:
            connection.execute(sa.delete(feed_item).where(people))
            connection.execute(sa.insert(feed_item), told)
        note(connection, _DONE, centre.now())
