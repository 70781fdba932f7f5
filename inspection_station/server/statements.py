"""Statements that SQLite and PostgreSQL write alike, where SQLAlchemy has a form of its own for each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

MANY = 400  # bound values per statement; SQLite takes at least 999

Rows = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def is_postgres(connection: Connection) -> bool:
    """Whether this is PostgreSQL, where others write at the same time; SQLite has one writer at a time."""
    return connection.dialect.name == "postgresql"


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if is_postgres(connection) else sqlite.insert(table)


def insert_new(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert one row or several; a row whose key, or another unique value, is there already is passed over."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def put(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert one row or several, each in place of the row with its primary key; all must have the same columns."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    named = rows if isinstance(rows, Mapping) else rows[0]
    insert = _insert(connection, table)
    changed = {name: insert.excluded[name] for name in named if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def _lock_number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big", signed=True)


def lock(connection: Connection, *names: str) -> None:
    """Wait until nobody else holds these names, and hold them until the transaction ends.

    On SQLite a writing transaction holds everything anyway. All names of a transaction should be asked for at once:
    they are taken in one order by everybody, so that nobody waits in a circle.
    """
    if not is_postgres(connection):
        return
    numbers = sorted({_lock_number(name) for name in names})
    if numbers:
        held = sa.text("SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number")
        connection.execute(held, {"numbers": numbers})


def among(connection: Connection, column: sa.ColumnElement[Any], values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Whether `column` is one of `values`, however many: they are bound as one list."""
    listed = list(values)
    if is_postgres(connection):
        return column == sa.any_(sa.bindparam(None, listed, type_=postgresql.ARRAY(column.type)))
    elements = sa.func.json_each(sa.bindparam(None, json.dumps(listed), type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(elements.c.value))


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of these columns by one statement; twice as quick as one statement for each row."""
    if not rows:
        return
    named = ", ".join(columns)
    if is_postgres(connection):
        arrays = ", ".join(f"%s::{_array_type(table, name)}" for name in columns)
        statement = f"INSERT INTO {table.name} ({named}) SELECT * FROM unnest({arrays})"
        connection.exec_driver_sql(statement, tuple(list(column) for column in zip(*rows, strict=True)))
    else:
        places = ", ".join("?" for _ in columns)
        statement = f"INSERT INTO {table.name} ({named}) VALUES ({places})"
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _array_type(table: Table, column: str) -> str:
    return "text[]" if isinstance(table.c[column].type, sa.Text) else "bigint[]"
