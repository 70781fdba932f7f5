"""Telling a station from a copy of its disk: each greeting names the one before it (PROTOCOL.md 3).

A station makes up an id for every greeting, keeps it before it sends, and names with it the last one that was answered.
A reply that was lost has the same two come again. Whoever names a greeting that another one has followed already is a
copy of the station, or the station with an older disk put back; either gives numbers a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import fact, note
from inspection_station.server.tables import station

LONGEST = 64  # characters of a greeting's id

log = logging.getLogger(__name__)


def note_turn(connection: Connection, station_id: str, asked: Mapping[str, Any], now: str) -> None:
    """Keep which greeting this was, and since when the station counts as copied when another one was expected.

    A station that names no greeting is an older one; in a new life of the database the first one is believed.
    """
    told = asked.get("greeting")
    before, this = (_word(told.get("before")), _word(told.get("this"))) if isinstance(told, dict) else ("", "")
    if not this:
        return
    epoch, name = fact(connection, "epoch"), f"greeting of {station_id}"
    noted_epoch, _, noted = fact(connection, name).partition(" ")
    if this == noted and noted_epoch == epoch:
        return
    if noted_epoch == epoch and before != noted:
        connection.execute(
            sa.update(station).where(station.c.id == station_id, station.c.forked_at == "").values(forked_at=now)
        )
        log.info("station %s greeted as if it had not greeted since: its disk was copied or put back", station_id)
    note(connection, name, f"{epoch} {this}")


def is_copied(connection: Connection, station_id: str) -> bool:
    """Whether two have sent under this station's name."""
    return bool(connection.scalar(sa.select(station.c.forked_at).where(station.c.id == station_id)))


def _word(value: object) -> str:
    right = isinstance(value, str) and len(value) <= LONGEST and value.isascii() and value.isalnum()
    return str(value) if right else ""
