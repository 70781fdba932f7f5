"""PINs of people at this bench, sealed for this device, and what a revocation takes away.

The argon2id hash of six digits falls in minutes to whoever has it; so an enrolled station keeps none that can be read
without its own key. Sealing itself is the caller's: this module never sees the key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from inspection_station.storage import facts
from inspection_station.storage.database import Database
from inspection_station.storage.tables import people, person_pins
from inspection_station.storage.texts import refuse_unusable, stored_json

Seal = Callable[[str, str], str]
"""(person's id, argon2id hash) → what may be kept."""

REVOKED_STATION = "revoked.station."  # the fact of a station, by its id


class StoredPins:
    """The sealed hashes by person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sealed(self, person_id: str) -> tuple[str, str]:
        """(sealed hash, when last proved here); empty texts when there is none."""
        c = person_pins.c
        with self._database.reading() as connection:
            found = connection.execute(select(c.sealed, c.used_at).where(c.person_id == person_id)).first()
        return (found.sealed, found.used_at) if found is not None else ("", "")

    def holders(self) -> set[str]:
        """The ids of everybody whose PIN is known here."""
        with self._database.reading() as connection:
            return set(connection.scalars(select(person_pins.c.person_id)))

    def proved(self, person_id: str, at: str) -> None:
        """The person has proved the PIN here: it counts offline too from now on."""
        with self._database.writing() as connection:
            connection.execute(update(person_pins).where(person_pins.c.person_id == person_id).values(used_at=at))

    def seal_all(self, seal: Seal, at: str) -> int:
        """Take the hashes that lie open in the people's own rows behind the seal; how many there were.

        They counted offline before, by an older version, and go on to: as if proved `at`.
        """
        with self._database.writing() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")  # what lay open is overwritten, not only let go
            rows = [(row.id, json.loads(row.body)) for row in connection.execute(select(people.c.id, people.c.body))]
            open_ones = [(name, body) for name, body in rows if body.get("pin_hash")]
            for name, body in open_ones:
                without = keep_sealed(connection, name, body, seal, at)
                connection.execute(update(people).where(people.c.id == name).values(body=stored_json(without)[0]))
        return len(open_ones)


def keep_sealed(
    connection: Connection, person_id: str, body: Mapping[str, Any], seal: Seal, proved_at: str = ""
) -> dict[str, Any]:
    """Keep the PIN of a person's `body` sealed, and return the body without it."""
    pin_hash = body.get("pin_hash", "")
    if not pin_hash:
        forget_pin(connection, person_id)
    else:
        line = upsert(person_pins).values(person_id=person_id, sealed=seal(person_id, pin_hash), used_at=proved_at)
        known = {"sealed": line.excluded.sealed}  # a changed PIN of somebody known here is known here
        connection.execute(line.on_conflict_do_update(index_elements=["person_id"], set_=known))
    return {**body, "pin_hash": ""}


def forget_pin(connection: Connection, person_id: str) -> None:
    """Forget the person's PIN."""
    connection.execute(delete(person_pins).where(person_pins.c.person_id == person_id))


def keep_revocation(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Apply ``{person_id}`` or ``{station_id}`` with ``revoked_at``; an empty body withdraws it.

    A person's PIN is forgotten and badge and name sign in no more; a station's revocation is noted under its id.
    Raises ValueError or TypeError when it is not of that form.
    """
    person_id, station_id = body.get("person_id", ""), body.get("station_id", "")
    revoked_at = body.get("revoked_at", "") if body else ""
    if not all(isinstance(text, str) for text in (person_id, station_id, revoked_at)):
        raise TypeError("a revocation names a person or a station")
    refuse_unusable(item_id, person_id, station_id, revoked_at)
    if not body:
        facts.write(connection, REVOKED_STATION + item_id, "")
    elif station_id:
        facts.write(connection, REVOKED_STATION + station_id, revoked_at or "revoked")
    elif person_id:
        forget_pin(connection, person_id)
        known = connection.scalar(select(people.c.body).where(people.c.id == person_id))
        if known is not None:
            whole = stored_json({**json.loads(known), "pin_hash": "", "active": False})[0]
            connection.execute(update(people).where(people.c.id == person_id).values(body=whole))
    else:
        raise ValueError("a revocation names a person or a station")
