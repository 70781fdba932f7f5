"""Statements that SQLite and PostgreSQL write alike, where SQLAlchemy has a form of its own for each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from inspection_station.server.columns import storable

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
        connection.execute(_insert_new(table, is_postgres(connection)), rows)


@cache
def _insert_new(table: Table, postgres: bool) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert(table) if postgres else sqlite.insert(table)
    return insert.on_conflict_do_nothing()


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
    if names and is_postgres(connection):
        numbers = sorted({_lock_number(name) for name in set(names)})
        with at_driver(connection, _HOLD) as cursor:
            cursor.execute(_HOLD, ("{" + ",".join(map(str, numbers)) + "}",))


def lock_and_ask(
    connection: Connection, names: Collection[str], query: sa.CompoundSelect[Any], bound: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of `query`, asked once `names` are held (`lock`): both in one trip to PostgreSQL.

    `query` must be one that is made once (its text is kept); it sees what those who held the names before committed.
    """
    if not is_postgres(connection):
        return [tuple(row) for row in connection.execute(query, bound)]
    asked = _text_of(query, connection.dialect)
    with at_driver(connection, asked) as cursor:
        with in_one_trip(connection):
            lock(connection, *names)
            cursor.execute(asked, bound)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


_HOLD = "SELECT count(pg_advisory_xact_lock(number)) FROM unnest(%s::bigint[]) AS number"


@cache
def _text_of(query: sa.CompoundSelect[Any], dialect: sa.Dialect) -> str:
    return str(query.compile(dialect=dialect))


@contextmanager
def in_one_trip(connection: Connection) -> Iterator[None]:
    """On PostgreSQL, `lock`, `insert_many` and `insert_names` within go there together; their faults come at its end.

    Each sees what those before it did. A trip costs as much as what it asks for.
    """
    if not is_postgres(connection) or not psycopg.Pipeline.is_supported():
        yield
        return
    fault: Exception | None = None
    with at_driver(connection, "several in one trip") as cursor:
        try:
            with cursor.connection.pipeline():
                try:
                    yield
                except Exception as error:  # the first of what the end of the pipeline would only tell about
                    fault = error
        except psycopg.Error:
            if fault is None:
                raise
    if fault is not None:
        raise fault


@contextmanager
def at_driver(connection: Connection, statement: str) -> Iterator[Any]:
    """A cursor of psycopg's own in the connection's transaction; its faults come as SQLAlchemy tells every other."""
    if not connection.in_transaction():
        connection.begin()  # as SQLAlchemy does by itself for a statement of its own
    with driver_faults_told(statement):
        yield connection.connection.cursor()


@contextmanager
def driver_faults_told(statement: str) -> Iterator[None]:
    """What psycopg raises within is raised as SQLAlchemy tells it."""
    try:
        yield
    except psycopg.Error as error:
        raise sa.exc.DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True) from error


def among(connection: Connection, column: sa.ColumnElement[Any], values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Whether `column` is one of `values`, however many: they are bound as one list."""
    return _one_of(is_postgres(connection), column, sa.bindparam(None, as_list(values), type_=sa.Text))


def among_named(postgres: bool, column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether `column` is in the list bound as `name` (`as_list`); for statements that are made once and used often."""
    return _one_of(postgres, column, sa.bindparam(name, type_=sa.Text))


def as_list(values: Collection[Any]) -> str:
    """`values` as they are bound for `among_named`."""
    return json.dumps([storable(value) if isinstance(value, str) else value for value in values])


def _one_of(postgres: bool, column: sa.ColumnElement[Any], listed: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    elements = _elements(postgres, column, listed)
    return column == sa.any_(sa.func.array(elements.scalar_subquery())) if postgres else column.in_(elements)


def _elements(postgres: bool, column: sa.ColumnElement[Any], listed: sa.BindParameter[Any]) -> sa.Select[Any]:
    """The rows of a list that is bound as JSON."""
    if not postgres:
        return sa.select(sa.func.json_each(listed).table_valued("value").c.value)
    element = sa.func.json_array_elements_text(sa.cast(listed, postgresql.JSON)).column_valued("element")
    return sa.select(sa.cast(element, column.type))


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of these columns by the driver itself, which costs half of what a statement for each row does."""
    if not rows:
        return
    statement = _bulk_statement(table, tuple(columns), is_postgres(connection))
    if is_postgres(connection):
        with at_driver(connection, statement) as cursor:
            cursor.executemany(statement, rows)
    else:
        connection.exec_driver_sql(statement, rows)  # a list of tuples: one each


def insert_names(connection: Connection, table: Table, column: str, names: Collection[str]) -> None:
    """Insert a row for each name, the rest of it by default, by one short statement: cheaper than `insert_many`."""
    if not names:
        return
    if is_postgres(connection):
        statement = f"INSERT INTO {table.name} ({column}) SELECT unnest(%s::text[])"
        with at_driver(connection, statement) as cursor:
            cursor.execute(statement, ([storable(name) for name in names],))
    else:
        insert_many(connection, table, (column,), [(name,) for name in names])


@cache
def _bulk_statement(table: Table, columns: tuple[str, ...], postgres: bool) -> str:
    places = ", ".join("%s" if postgres else "?" for _ in columns)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})"
