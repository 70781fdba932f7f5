"""Which catalogue and outbound pictures there are, as the centre told, and which will be needed first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from inspection_station.storage import facts
from inspection_station.storage.database import Database
from inspection_station.storage.tables import expected_parcels, expected_returns
from inspection_station.storage.texts import refuse_unusable

MOST_OF_ONE = 8
LOOKED_AT = 2000  # parcels, those due first
_HEX = frozenset("0123456789abcdef")
_PREFIX = "picture."


def keep_pictures(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Keep what the feed says of ``sku:…`` or ``order:…``; an empty body takes it away.

    Raises:
        ValueError: the body does not name photos by their SHA-256.
    """
    names = body.get("photos", [])
    if not isinstance(names, list) or len(names) > MOST_OF_ONE or not all(map(_is_hash, names)):
        raise ValueError("pictures are named by their hashes")
    refuse_unusable(item_id)
    facts.write(connection, _PREFIX + item_id, " ".join(names))


def _is_hash(name: object) -> bool:
    return isinstance(name, str) and len(name) == 64 and set(name) <= _HEX


class StoredPictures:
    """`picture_prefetch.WantedPictures` on the station's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, kind: str, thing: str) -> tuple[str, ...]:
        """The hashes of the pictures of a ``sku`` or ``order``, the leading one first."""
        with self._database.reading() as connection:
            return _of(connection, kind, thing)

    def wanted(self) -> list[str]:
        """The hashes of the pictures of what is expected and not inspected yet, what is due first before all else."""
        query = (
            select(expected_returns.c.order_number, expected_returns.c.body)
            .join(expected_parcels, expected_parcels.c.return_place == expected_returns.c.place)
            .where(expected_parcels.c.inspected == 0)
            .order_by(expected_parcels.c.refund_due, expected_parcels.c.tracking_number)
            .limit(LOOKED_AT)
        )
        found: dict[str, None] = {}
        with self._database.reading() as connection:
            for order, body in connection.execute(query):
                skus = [str(line.get("sku", "")) for line in json.loads(body).get("lines", ())]
                for kind, thing in [*(("sku", sku) for sku in skus), ("order", order)]:
                    found.update(dict.fromkeys(_of(connection, kind, thing)))
        return list(found)


def _of(connection: Connection, kind: str, thing: str) -> tuple[str, ...]:
    return tuple((facts.read(connection, f"{_PREFIX}{kind}:{thing.upper()}") or "").split())
