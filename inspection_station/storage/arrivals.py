"""Parcels that came to the dock, as this station knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, func, or_, select

from inspection_station.custody.ledger import form
from inspection_station.storage.database import Database
from inspection_station.storage.tables import custody, inspections
from inspection_station.workflows.arriving import ArrivalRow

CLOSED = "closed"


class StoredArrivals:
    """`arriving.ArrivalStore` on the station's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def arrival(self, number: str) -> ArrivalRow | None:
        """See `ArrivalStore`."""
        with self._database.reading() as connection:
            row = connection.execute(_rows().where(custody.arrival.c.number == form(number))).one_or_none()
        return _row(row) if row is not None else None

    def arrivals_since(self, since: str, most: int) -> list[ArrivalRow]:
        """See `ArrivalStore`."""
        came = custody.arrival.c
        wanted = _rows().where(came.at >= since).order_by(came.at.desc(), came.number).limit(most)
        with self._database.reading() as connection:
            return [_row(row) for row in connection.execute(wanted)]

    def count_since(self, since: str) -> Mapping[str, int]:
        """See `ArrivalStore`."""
        came = custody.arrival.c
        wanted = select(came.found, func.count()).where(came.at >= since).group_by(came.found)
        with self._database.reading() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(wanted)}

    def count_waiting(self) -> int:
        """See `ArrivalStore`."""
        came, item = custody.arrival.c, custody.item.c
        done = exists().where(item.tracking_number == came.number, item.state == CLOSED)
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(custody.arrival).where(~done)).scalar_one())

    def is_inspected(self, number: str) -> bool:
        """See `ArrivalStore`."""
        item = custody.item.c
        told = exists().where(item.tracking_number == form(number), item.state == CLOSED)
        own = exists().where(inspections.c.tracking_number == number, inspections.c.state == CLOSED)
        with self._database.reading() as connection:
            return bool(connection.execute(select(or_(told, own))).scalar_one())


def _rows() -> Any:
    came, item = custody.arrival.c, custody.item.c
    done = exists().where(item.tracking_number == came.number, item.state == CLOSED)
    return select(custody.arrival, done.label("done"))


def _row(row: Any) -> ArrivalRow:
    return ArrivalRow(
        row.number, row.act_id, row.at, row.carrier, row.found, row.station, row.person, row.grams,
        tuple(row.flags.split()), bool(row.done),
    )  # fmt: skip
