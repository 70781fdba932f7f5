"""What stations are told: expected returns, people, totes.

On SQLite one writer commits at a time, so that sequence numbers become visible in their order and ``seq > cursor``
misses nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.protocol.messages import FEED_PAGE
from inspection_station.server.problems import Problem
from inspection_station.server.tables import feed_item

MANY = 400  # bound values per statement


@dataclass(frozen=True)
class Told:
    """What stations are told by a publication, by id: what they never heard of, and what is not as it was."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def count(self) -> int:
        """How many things are told."""
        return len(self.new) + len(self.changed)


def publish(
    connection: Connection, kind: str, things: Iterable[tuple[str, Mapping[str, Any]]], *, preview: bool = False
) -> Told:
    """Tell every station these things of one kind, (id, body); an unchanged one is not told again.

    With `preview` nothing is told; the answer says what would be. Things in the order of their ids are told ten times
    as quickly, when there are a hundred thousand.
    """
    new: list[str] = []
    changed: list[str] = []
    count = 0
    coming = iter(things)
    while part := dict(islice(coming, MANY)):
        wanted = {name: json.dumps(body, ensure_ascii=False, sort_keys=True) for name, body in part.items()}
        count += len(part)
        mine = sa.select(feed_item.c.id, feed_item.c.body).where(feed_item.c.kind == kind, feed_item.c.id.in_(part))
        known = {row.id: row.body for row in connection.execute(mine)}
        differs = [name for name in part if known.get(name) != wanted[name]]
        other = [name for name in differs if name in known]
        new += [name for name in differs if name not in known]
        changed += other
        if preview or not differs:
            continue
        if other:
            connection.execute(sa.delete(feed_item).where(feed_item.c.kind == kind, feed_item.c.id.in_(other)))
        connection.execute(sa.insert(feed_item), [{"kind": kind, "id": name, "body": wanted[name]} for name in differs])
    return Told(tuple(new), tuple(changed), count - len(new) - len(changed))


def write_cursor(seq: int) -> str:
    """The opaque text of a place in the feed."""
    return base64.urlsafe_b64encode(f"s{seq}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """The place that `cursor` names, 0 for an empty one; raises Problem ``feed.bad_cursor``."""
    if not cursor:
        return 0
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if len(cursor) > 40 or plain[:1] != "s" or not plain[1:].isascii() or not plain[1:].isdigit():
            raise ValueError
        return int(plain[1:])
    except (ValueError, binascii.Error):
        raise Problem("feed.bad_cursor") from None


def read_page(connection: Connection, cursor: str, limit: int) -> dict[str, Any]:
    """Up to `limit` things after `cursor`: items, the new cursor, and whether there are more."""
    limit = max(1, min(limit, FEED_PAGE))
    place = read_cursor(cursor)
    query = (
        sa.select(feed_item.c.seq, feed_item.c.kind, feed_item.c.id, feed_item.c.body)
        .where(feed_item.c.seq > place)
        .order_by(feed_item.c.seq)
        .limit(limit + 1)
    )
    rows = connection.execute(query).all()
    page = rows[:limit]
    return {
        "items": [{"kind": row.kind, "id": row.id, "body": json.loads(row.body)} for row in page],
        "cursor": write_cursor(page[-1].seq if page else place),
        "more": len(rows) > limit,
    }


def bodies_of(connection: Connection, kind: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Published things of one kind by their ids; those that are not known are left out."""
    wanted = sorted(set(ids))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), MANY):
        query = sa.select(feed_item.c.id, feed_item.c.body).where(
            feed_item.c.kind == kind, feed_item.c.id.in_(wanted[start : start + MANY])
        )
        found.update({row.id: json.loads(row.body) for row in connection.execute(query)})
    return found


def body_of(connection: Connection, kind: str, thing_id: str) -> dict[str, Any] | None:
    """One published thing, by its kind and id."""
    return bodies_of(connection, kind, [thing_id]).get(thing_id)
