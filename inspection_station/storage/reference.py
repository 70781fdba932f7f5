"""What the centre told this bench: expected returns, people, totes; and the queue of parcels that wait."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, exists, literal_column, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from inspection_station.domain.parcels_elsewhere import ParcelElsewhere
from inspection_station.domain.people import Person, person_from_json
from inspection_station.domain.returns import ExpectedReturn, return_from_json
from inspection_station.domain.weights import HEAVIER, LIGHTER
from inspection_station.storage import return_search
from inspection_station.storage.database import Database
from inspection_station.storage.parcels_elsewhere import elsewhere
from inspection_station.storage.tables import custody, expected_parcels, expected_returns, people, totes
from inspection_station.storage.texts import search_form, stored_json
from inspection_station.workflows.ports import Tote, WaitingReturn

_BATCH = 500  # names in one statement
# The few that are looked at come from the index of those that wait, and only they meet the returns' own rows.
_WAITING_LINES = """
    SELECT r.id, p.tracking_number, p.category, p.units, p.refund_due
    FROM ({0}) AS p JOIN expected_returns AS r ON r.place = p.return_place
    ORDER BY p.refund_due, p.tracking_number
"""
_FIRST = """
    SELECT tracking_number, return_place, category, units, refund_due FROM expected_parcels
    WHERE inspected = 0 {0} ORDER BY refund_due, tracking_number LIMIT :limit
"""
_ASIDE = """
    AND tracking_number IN (SELECT tracking_number FROM inspections WHERE state IN ('open', 'parked')
    AND state = 'parked')
"""
_NEWEST_ARRIVALS = 20_000  # far more than lie at a dock; each is one row looked up
_HERE = text(
    _WAITING_LINES.format(
        _FIRST.format(
            f"AND tracking_number IN (SELECT number FROM custody_arrival ORDER BY at DESC LIMIT {_NEWEST_ARRIVALS})"
        )
    )
)
_DUE = text(_WAITING_LINES.format(_FIRST.format("")))
_PARKED = text(_WAITING_LINES.format(_FIRST.format(_ASIDE)))
_WAITING = text("SELECT value FROM counters WHERE name = 'parcels_waiting'")


class StoredReference:
    """`ports.ReferenceStore` on the station's database; everything in it comes by the feed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def returns_of_parcel(self, tracking_number: str) -> list[ExpectedReturn]:
        """See `ports.ReferenceStore`."""
        code = search_form(tracking_number)
        if not code:
            return []
        with self._database.reading() as connection:
            return _read(return_search.of_parcel(connection, code))

    def expected_return(self, return_id: str) -> ExpectedReturn | None:
        """See `ports.ReferenceStore`."""
        with self._database.reading() as connection:
            body = connection.scalar(select(expected_returns.c.body).where(expected_returns.c.id == return_id))
        return _read([body])[0] if body else None

    def known_returns(self, return_ids: Sequence[str]) -> dict[str, ExpectedReturn]:
        """Those of the returns that are known, by id."""
        found: dict[str, ExpectedReturn] = {}
        with self._database.reading() as connection:
            for start in range(0, len(return_ids), _BATCH):
                part = expected_returns.c.id.in_(return_ids[start : start + _BATCH])
                bodies = connection.scalars(select(expected_returns.c.body).where(part))
                found.update({one.id: one for one in _read(bodies)})
        return found

    def find_returns(self, text: str, limit: int = 20) -> list[ExpectedReturn]:
        """See `ports.ReferenceStore`; a part of a number is four characters or more."""
        code = search_form(text)
        if not code:
            return []
        with self._database.reading() as connection:
            return _read(return_search.by_text(connection, code, limit))

    def returns_by_clues(self, clues: Sequence[str], limit: int = 20) -> list[ExpectedReturn]:
        """See `ports.ReferenceStore`."""
        with self._database.reading() as connection:
            return _read(return_search.by_clues(connection, clues, limit))

    def line_by_code(self, text: str) -> tuple[str, str, str] | None:
        """See `ports.ReferenceStore`."""
        code = search_form(text)
        if not code:
            return None
        with self._database.reading() as connection:
            body = return_search.of_product(connection, code)
        for expected in _read([body] if body else []):
            for line in expected.lines:
                if line.is_product_code(code):
                    return line.sku, line.name_zh, line.name_en
        return None

    def queue(self, limit: int = 50) -> tuple[list[WaitingReturn], int]:
        """See `ports.ReferenceStore`: a line for each parcel of a return, until an inspection of it is closed."""
        with self._database.reading() as connection:
            aside = [_line(row, True) for row in connection.execute(_PARKED, {"limit": limit})]
            here = [_line(row, False, here=True) for row in connection.execute(_HERE, {"limit": limit})]
            due = [_line(row, False) for row in connection.execute(_DUE, {"limit": limit})]
            first: dict[tuple[str, str], WaitingReturn] = {}
            for line in (*aside, *here, *due):
                first.setdefault((line.return_id, line.tracking_number), line)
            lines = list(first.values())[:limit]
            if len(lines) < limit:
                return lines, len({line.tracking_number for line in lines})
            return lines, int(connection.scalar(_WAITING) or 0)

    def is_waiting(self, tracking_number: str) -> bool:
        """See `ports.ReferenceStore`."""
        number = search_form(tracking_number)
        parcel = expected_parcels.c
        found = select(exists().where(parcel.tracking_number == number, literal_column("inspected = 0")))
        with self._database.reading() as connection:
            return bool(number and connection.scalar(found))

    def parcels_elsewhere(self, tracking_number: str) -> list[ParcelElsewhere]:
        """See `ports.ReferenceStore`."""
        with self._database.reading() as connection:
            return elsewhere(connection, tracking_number)

    def weighed(self, tracking_number: str) -> tuple[int, str]:
        """See `ports.ReferenceStore`."""
        came = custody.arrival.c
        wanted = select(came.grams, came.flags).where(came.number == search_form(tracking_number))
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return 0, ""
        return int(row.grams), next((flag for flag in (LIGHTER, HEAVIER) if flag in row.flags.split()), "")

    def people(self) -> list[Person]:
        """See `ports.ReferenceStore`."""
        with self._database.reading() as connection:
            bodies = list(connection.scalars(select(people.c.body).order_by(people.c.id)))
        return [person_from_json(json.loads(body)) for body in bodies]

    def totes(self) -> list[Tote]:
        """See `ports.ReferenceStore`; those with a slot at this bench first, by slot."""
        with self._database.reading() as connection:
            known = [tote_from_json(json.loads(body)) for body in connection.scalars(select(totes.c.body))]
        return sorted(known, key=lambda tote: (tote.slot == 0, tote.slot, tote.code))


def _line(row: Any, parked: bool, *, here: bool = False) -> WaitingReturn:
    return WaitingReturn(row.id, row.tracking_number, row.category, row.units, row.refund_due, parked, here)


def _read(bodies: Iterable[str]) -> list[ExpectedReturn]:
    return [return_from_json(json.loads(body)) for body in bodies]


def tote_from_json(data: Mapping[str, Any]) -> Tote:
    """A tote as the feed tells it; raises KeyError, TypeError or ValueError when it is not of that form."""
    if not isinstance(data["code"], str) or not data["code"]:
        raise ValueError("a tote has a code")
    return Tote(
        code=data["code"],
        slot=int(data.get("slot", 0)),
        disposition=str(data["disposition"]),
        vendor=str(data.get("vendor", "")),
        state=str(data.get("state", "open")),
        content=int(data.get("content", 0)),
        capacity=int(data.get("capacity", 60)),
    )


def keep_person(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Keep somebody who may sign in; an empty body takes them away. Raises as `return_rows`."""
    if not body:
        connection.execute(delete(people).where(people.c.id == item_id))
        return
    if person_from_json(body).id != item_id or not item_id:
        raise ValueError("a person has their own id")
    whole, _hash = stored_json(body)
    statement = upsert(people).values(id=item_id, body=whole)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"body": whole}))


def keep_tote(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Keep a tote; an empty body takes it away. Raises as `return_rows`."""
    if not body:
        connection.execute(delete(totes).where(totes.c.code == item_id))
        return
    if tote_from_json(body).code != item_id:
        raise ValueError("a tote is named by its code")
    whole, _hash = stored_json(body)
    statement = upsert(totes).values(code=item_id, body=whole)
    connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_={"body": whole}))
