"""Small durable facts of this station by name: its identity, the random check key, who was here last."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from inspection_station.storage.database import Database
from inspection_station.storage.tables import facts
from inspection_station.storage.texts import refuse_unusable

_READ = select(facts.c.value).where(facts.c.name == bindparam("fact"))
_NEW = insert(facts)
_WRITE = _NEW.on_conflict_do_update(index_elements=["name"], set_={"value": _NEW.excluded.value})


FETCHED_PHOTO = "fetched_photo/"
"""Before a photo's hash: another bench took it, so no record here names it."""


class StationFacts:
    """Texts under names, kept for good. Never secrets: those are in the system's keyring."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: str = "") -> str:
        """The text under `name`, or `default`."""
        with self._database.reading() as connection:
            found = read(connection, name)
        return default if found is None else found

    def put(self, name: str, value: str) -> None:
        """Keep `value` under `name`, durable on return; raises StationProblem when it cannot be kept."""
        refuse_unusable(name, value)
        with self._database.writing() as connection:
            write(connection, name, value)


def read(connection: Connection, name: str) -> str | None:
    """The fact under `name` inside the caller's transaction."""
    return connection.scalar(_READ, {"fact": name})


def write(connection: Connection, name: str, value: str) -> None:
    """Set a fact inside the caller's transaction."""
    connection.execute(_WRITE, {"name": name, "value": value})


def read_number(connection: Connection, name: str) -> int:
    """A counter's last value; 0 before the first."""
    return int(read(connection, name) or 0)


def write_number(connection: Connection, name: str, value: int) -> None:
    """Set a counter inside the caller's transaction."""
    write(connection, name, str(value))
