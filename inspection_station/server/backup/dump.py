"""A database as text: one file a table, one row a line, all of one moment; and a database made of that again."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from inspection_station.durable_files import durable_file
from inspection_station.server import database

MANY = 500  # rows fetched or inserted at a time
REVISION_TABLE = "alembic_version"
BYTES = "base64"


@dataclass(frozen=True)
class TableDump:
    """One table's file: its name, how many rows it holds, the SHA-256 of the file."""

    file: str
    rows: int
    sha256: str


def revision_of(connection: Connection) -> str:
    """The newest migration the database has."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    """The newest migration this program has."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def snapshot(engine: Engine) -> Connection:
    """A connection of the `reader` that sees the database as it is now, whatever comes later; the caller closes it."""
    connection = engine.connect()
    connection.execute(sa.text("SELECT 1 FROM fact")).first()  # the snapshot is taken with the first reading
    return connection


def _columns(table: sa.Table) -> list[str]:
    return [column.name for column in table.columns]


def _tables(connection: Connection) -> list[sa.Table]:
    reflected = sa.MetaData()
    reflected.reflect(connection)
    return [table for table in reflected.sorted_tables if table.name != REVISION_TABLE]


def _plain(value: Any) -> Any:
    return {BYTES: base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _value(plain: Any) -> Any:
    return base64.b64decode(plain[BYTES]) if isinstance(plain, dict) else plain


def write_dump(connection: Connection, folder: Path) -> dict[str, TableDump]:
    """Write every table as the connection sees it into `folder`, durably; returns the files by table."""
    return {table.name: _write_table(connection, table, folder) for table in _tables(connection)}


def _write_table(connection: Connection, table: sa.Table, folder: Path) -> TableDump:
    path = folder / f"{table.name}.jsonl.gz"
    order = list(table.primary_key.columns)
    rows = connection.execution_options(yield_per=MANY).execute(sa.select(table).order_by(*order))
    count = 0
    with durable_file(path) as file, gzip.GzipFile("", "wb", compresslevel=3, fileobj=file, mtime=0) as packed:
        packed.write(json.dumps(_columns(table)).encode() + b"\n")
        for row in rows:
            line = json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))
            packed.write(line.encode("utf-8", "surrogatepass") + b"\n")
            count += 1
    return TableDump(path.name, count, sha256_of_file(path))


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_in(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table's file, in the order of its key."""
    with gzip.open(path, "rb") as packed:
        names: list[str] = json.loads(packed.readline())
        for line in packed:
            values = json.loads(line.decode("utf-8", "surrogatepass"))
            yield {name: _value(value) for name, value in zip(names, values, strict=True)}


def migrate_to(connection: Connection, revision: str) -> None:
    """Make the tables as `revision` had them, or bring them there; ``head`` is this program's own."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def load_dump(connection: Connection, folder: Path, revision: str, files: dict[str, TableDump]) -> dict[str, int]:
    """Make the tables of `revision` in an empty database, fill them, and bring them to this program's version.

    Returns:
        how many rows each table had before it was brought up to date.
    """
    migrate_to(connection, revision)
    counts: dict[str, int] = {}
    for table in _tables(connection):
        if table.name not in files:
            continue
        connection.execute(sa.delete(table))  # what a migration itself put there is in the dump as well
        for part in _parts(rows_in(folder / files[table.name].file)):
            connection.execute(sa.insert(table), part)
        counts[table.name] = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        go_on_counting(connection, table)
    migrate_to(connection, "head")
    return counts


def _parts(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    coming = iter(rows)
    while part := list(islice(coming, MANY)):
        yield part


def go_on_counting(connection: Connection, table: sa.Table) -> None:
    """Have the next row numbered after the last; SQLite sees to that itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
        if sequence:
            last = connection.scalar(sa.select(sa.func.max(column)))
            connection.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))
