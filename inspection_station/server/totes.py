"""Totes as reference data of the house: which there are, what they are for, and new ones in bulk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.identifiers import is_tote_code, tote_code
from inspection_station.server.centre import Centre
from inspection_station.server.enrolment import note_change
from inspection_station.server.problems import Problem
from inspection_station.server.returns_feed import Told, publish
from inspection_station.server.rule_files import book_in_force
from inspection_station.server.statements import lock
from inspection_station.server.tables import feed_item

TOTE = "tote"  # kind in the feed
MOST = 1000  # at once
LAST_NUMBER = 999_999
STATES = ("open", "closed")
_MOST_OF = {"slot": 99, "capacity": 10_000, "capacity_g": 2_000_000}
_LEAST_OF = {"slot": 0, "capacity": 1, "capacity_g": 0}
_SHOWN: Mapping[str, Any] = {
    "code": "", "disposition": "", "slot": 0, "vendor": "", "state": "open", "capacity": 60, "capacity_g": 0
}  # fmt: skip


def list_totes(centre: Centre) -> list[dict[str, Any]]:
    """Every tote by code."""
    with centre.database.reader.connect() as connection:
        return [_shown(body) for _code, body in sorted(_known(connection).items())]


def change_totes(centre: Centre, totes: Sequence[Any], by: str) -> list[dict[str, Any]]:
    """Keep these totes as they are told, all or none, and tell the stations; how they are now.

    Raises:
        Problem: ``tote.malformed`` with the `row` (from 1) and its `field`.
    """
    if not 0 < len(totes) <= MOST:
        raise Problem("tote.malformed", row=0, field="totes")
    with centre.database.writer.begin() as connection:
        known_words = book_in_force(connection).lists.words["dispositions"]
        wanted = {one["code"]: one for one in (_read(row, told, known_words) for row, told in enumerate(totes, 1))}
        known = _known(connection)
        bodies = {code: {**known.get(code, {}), **one} for code, one in wanted.items()}
        keep_totes(connection, bodies, centre.now(), by)
    return [_shown(body) for body in bodies.values()]


def make_totes(centre: Centre, told: Mapping[str, Any], by: str) -> list[dict[str, Any]]:
    """`count` new totes with the numbers after the highest; raises Problem ``tote.malformed``, ``tote.no_numbers``."""
    count = told.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MOST:
        raise Problem("tote.malformed", row=0, field="count")
    with centre.database.writer.begin() as connection:
        lock(connection, f"made {TOTE}")
        numbers = [int(code[2:8]) for code in _known(connection) if is_tote_code(code)]
        first = max(numbers, default=100_000) + 1
        if first + count - 1 > LAST_NUMBER:
            raise Problem("tote.no_numbers")
        words = book_in_force(connection).lists.words["dispositions"]
        facts = {name: told[name] for name in ("disposition", "vendor", "capacity", "capacity_g") if name in told}
        codes = [tote_code(first + place) for place in range(count)]
        made = {code: _read(1, {**facts, "code": code}, words) for code in codes}
        keep_totes(connection, made, centre.now(), by)
    return [_shown(body) for body in made.values()]


def keep_totes(connection: Connection, totes: Mapping[str, Mapping[str, Any]], now: str, by: str) -> Told:
    """Keep and tell totes by code, and note what changed of which."""
    known = _known(connection)
    told = publish(connection, TOTE, sorted(totes.items()))
    for code in sorted({*told.new, *told.changed}):
        what = "tote changed" if code in known else "tote made"
        note_change(connection, now, by, what, code, before=known.get(code, {}), after=totes[code])
    return told


def _known(connection: Connection) -> dict[str, dict[str, Any]]:
    rows = connection.execute(sa.select(feed_item.c.id, feed_item.c.body).where(feed_item.c.kind == TOTE))
    bodies = {str(row.id): json.loads(row.body) for row in rows}
    return {code: body for code, body in bodies.items() if body}


def _shown(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body.get(name, usual) for name, usual in _SHOWN.items()}


def _read(row: int, told: Any, dispositions: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(told, Mapping):
        raise Problem("tote.malformed", row=row, field="totes")
    found: dict[str, Any] = {}
    for name in ("code", "disposition", "vendor", "state"):
        value = told.get(name, _SHOWN[name])
        if not isinstance(value, str) or len(value) > 64 or not (value.isprintable() or not value):
            raise Problem("tote.malformed", row=row, field=name)
        found[name] = value.strip()
    for name, least in _LEAST_OF.items():
        value = told.get(name, _SHOWN[name])
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST_OF[name]:
            raise Problem("tote.malformed", row=row, field=name)
        found[name] = value
    found["code"] = found["code"].upper()
    for name, right in (
        ("code", is_tote_code(found["code"])), ("disposition", found["disposition"] in dispositions),
        ("state", found["state"] in STATES),
    ):  # fmt: skip
        if not right:
            raise Problem("tote.malformed", row=row, field=name)
    return found
