"""The facts for whoever fetches them: pages in the order they became visible, with an opaque place to go on from.

On PostgreSQL a transaction may commit later than one with a higher sequence number. Pages are therefore ordered by
(transaction id, sequence) and end below the oldest transaction that still runs, so that nothing is passed over.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import Centre, fact
from inspection_station.server.outgoing.deliveries import told_event
from inspection_station.server.problems import Problem
from inspection_station.server.renewals import bring_up_to_date
from inspection_station.server.statements import is_postgres
from inspection_station.server.tables import outgoing_event

MOST = 1000  # events of a page
LONGEST_CURSOR = 200
_LARGEST = 2**63 - 1

_event = outgoing_event.c


def write_cursor(epoch: str, xid: int, seq: int) -> str:
    """The opaque text of a place in the events of one life of the database."""
    return base64.urlsafe_b64encode(f"{epoch} {xid} {seq}".encode()).decode().rstrip("=")


def read_cursor(cursor: str, epoch: str) -> tuple[int, int]:
    """The place that `cursor` names; the beginning for an empty one.

    Raises:
        Problem: ``events.bad_cursor``, ``events.other_epoch``.
    """
    if not cursor:
        return 0, 0
    try:
        if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
            raise ValueError
        told = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode("ascii")
        of, xid, seq = told.split(" ")
        if not (xid.isdigit() and seq.isdigit()) or max(int(xid), int(seq)) > _LARGEST:
            raise ValueError
    except (ValueError, binascii.Error):
        raise Problem("events.bad_cursor") from None
    if of != epoch:
        raise Problem("events.other_epoch")
    return int(xid), int(seq)


def read_rows(
    connection: Connection, place: tuple[int, int], limit: int, types: Collection[str] = (), site: str = ""
) -> list[sa.Row[Any]]:
    """Rows of facts after `place`, at most `limit`, each with its own place as ``xid`` and ``seq``."""
    later_on = sa.tuple_(_event.xid, _event.seq) > sa.tuple_(sa.literal(place[0]), sa.literal(place[1]))
    query = sa.select(outgoing_event).where(later_on)
    if is_postgres(connection):
        oldest = sa.text("xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        query = query.where(oldest)
    if types:
        query = query.where(_event.type.in_(sorted(types)))
    if site:
        query = query.where(_event.site == site)
    return list(connection.execute(query.order_by(_event.xid, _event.seq).limit(limit)).all())


def read_page(
    centre: Centre, cursor: str, limit: int, types: Collection[str] = (), site: str = ""
) -> tuple[list[sa.Row[Any]], str, bool]:
    """Up to `limit` facts after `cursor`: their rows, where to go on, and whether there are more now.

    Raises:
        Problem: as `read_cursor`.
    """
    bring_up_to_date(centre)
    limit = max(1, min(limit, MOST))
    with centre.database.reader.connect() as connection:
        epoch = fact(connection, "epoch")
        place = read_cursor(cursor, epoch)
        rows = read_rows(connection, place, limit + 1, types, site)
    page = rows[:limit]
    last = (page[-1].xid, page[-1].seq) if page else place
    return page, write_cursor(epoch, *last), len(rows) > limit


def told_page(rows: list[sa.Row[Any]], cursor: str, more: bool) -> dict[str, Any]:
    """The page as it is answered."""
    return {"events": [told_event(row, row.id) for row in rows], "cursor": cursor, "more": more}
