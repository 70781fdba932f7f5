"""What stations are told: expected returns, people, totes, parcels.

Reading on from a cursor must miss nothing. On SQLite one writer commits at a time, so that sequence numbers become
visible in their order. On PostgreSQL a later number may be committed before an earlier one: there a place is
(transaction, sequence number), and only what lies below the oldest transaction still running is told, for nothing
can appear below it any more.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql

from inspection_station.protocol.messages import FEED_PAGE
from inspection_station.server.problems import Problem
from inspection_station.server.statements import MANY, driver_faults_told, is_postgres, lock
from inspection_station.server.tables import feed_item


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
        if is_postgres(connection):
            _tell_among_others(connection, kind, {name: wanted[name] for name in differs})
            continue
        if other:
            connection.execute(sa.delete(feed_item).where(feed_item.c.kind == kind, feed_item.c.id.in_(other)))
        connection.execute(sa.insert(feed_item), [{"kind": kind, "id": name, "body": wanted[name]} for name in differs])
    return Told(tuple(new), tuple(changed), count - len(new) - len(changed))


def _tell_among_others(connection: Connection, kind: str, bodies: Mapping[str, str]) -> None:
    """Tell these bodies by id while others may tell the same things; the row gets this transaction's number."""
    if len(bodies) > 1:
        lock(connection, f"feed {kind}")  # two that tell many things might wait for each other's rows
    insert = postgresql.insert(feed_item)
    again = {name: insert.excluded[name] for name in ("seq", "xid", "body")}
    rows = [{"kind": kind, "id": name, "body": body} for name, body in bodies.items()]
    connection.execute(insert.on_conflict_do_update(index_elements=["kind", "id"], set_=again), rows)


Place = tuple[int, int]  # transaction (0 on SQLite), sequence number
BEGINNING: Place = (0, 0)


def write_cursor(place: Place) -> str:
    """The opaque text of a place in the feed."""
    xid, seq = place
    plain = f"x{xid}.{seq}" if xid else f"s{seq}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """The place that `cursor` names, the beginning for an empty one; raises Problem ``feed.bad_cursor``."""
    if not cursor:
        return BEGINNING
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        raise Problem("feed.bad_cursor") from None
    found = _CURSOR.fullmatch(plain)
    if found is None:
        raise Problem("feed.bad_cursor")
    place = int(found["xid"] or 0), int(found["seq"] or found["alone"])
    if max(place) >= 2**63:
        raise Problem("feed.bad_cursor")
    return place


_CURSOR = re.compile(r"x(?P<xid>[0-9]{1,19})\.(?P<seq>[0-9]{1,19})|s(?P<alone>[0-9]{1,19})")

# Numbers of transactions are 64 bits wide, and PostgreSQL casts them to nothing but text.
_OLDEST_RUNNING = sa.cast(sa.cast(sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot()), sa.Text), sa.BigInteger)


# Said in words of its own, and the driver's rows taken as they are: this is asked by every bench, again and again.
# PostgreSQL puts the page together itself, which costs less than handing out its rows. Aggregates take what an ordered
# subquery gives in its order. Kinds are words of our own; ids are anybody's, most of them without a sign to escape.
_PAGE_OF_SQLITE = "SELECT kind, id, body, seq FROM feed_item WHERE seq > ? ORDER BY seq LIMIT ?"
_PAGE_OF_POSTGRES = """
    SELECT count(*), max(xid), (array_agg(seq))[count(*)::int], convert_to(string_agg('{"kind":"' || kind || CASE
            WHEN id COLLATE "C" ~ '^[A-Za-z0-9._:/ -]*$' THEN '","id":"' || id || '","body":'
            ELSE '","id":' || to_json(id)::text || ',"body":'
        END || body || '}', ','), 'UTF8')
    FROM (
        SELECT xid, seq, kind, id, body FROM feed_item
        WHERE (xid, seq) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        ORDER BY xid, seq LIMIT %s
    ) AS page
"""


@dataclass(frozen=True)
class Page:
    """A part of the feed: `items` as a JSON list in UTF-8, the place after them, and whether there may be more."""

    items: bytes
    count: int
    place: Place
    more: bool

    def within(self, envelope: Mapping[str, Any]) -> bytes:
        """The JSON of `envelope` and the ``items``, in UTF-8."""
        text = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
        return b"".join((text[:-1].encode(), b',"items":', self.items, b"}"))


def page_after(connection: Connection, place: Place, limit: int) -> Page:
    """Up to `limit` things after `place`. What was told is JSON already and is not read again."""
    limit = max(1, min(limit, FEED_PAGE))
    if is_postgres(connection):
        return _page_of_postgres(connection, place, limit)
    result = connection.exec_driver_sql(_PAGE_OF_SQLITE, (place[1], limit + 1))
    rows = cast(Any, result).cursor.fetchall()
    result.close()
    more = len(rows) > limit
    del rows[limit:]
    items = [
        f'{{"kind":{encode_basestring(row[0])},"id":{encode_basestring(row[1])},"body":{row[2]}}}' for row in rows
    ]
    return Page(f"[{','.join(items)}]".encode(), len(rows), (0, rows[-1][3]) if rows else place, more)


def _page_of_postgres(connection: Connection, place: Place, limit: int) -> Page:
    cursor: Any = connection.connection.cursor()  # of a glance, which begins no transaction
    with driver_faults_told(_PAGE_OF_POSTGRES):
        count, xid, seq, items = cursor.execute(_PAGE_OF_POSTGRES, (*place, limit), binary=True).fetchone()
    if not count:
        return Page(b"[]", 0, place, False)
    return Page(b"".join((b"[", items, b"]")), count, (xid, seq), count == limit)


def read_page(connection: Connection, cursor: str, limit: int) -> dict[str, Any]:
    """Up to `limit` things after `cursor`: items, the new cursor, and whether there may be more."""
    page = page_after(connection, read_cursor(cursor), limit)
    return {"items": json.loads(page.items), "cursor": write_cursor(page.place), "more": page.more}


def end_of_feed(connection: Connection) -> Place:
    """The place of the last thing that is told by now."""
    if is_postgres(connection):
        below = sa.select(feed_item.c.xid, feed_item.c.seq).where(feed_item.c.xid < _OLDEST_RUNNING)
        last = connection.execute(below.order_by(feed_item.c.xid.desc(), feed_item.c.seq.desc()).limit(1)).first()
        return (last.xid, last.seq) if last else BEGINNING
    return 0, connection.scalar(sa.select(sa.func.max(feed_item.c.seq))) or 0


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
