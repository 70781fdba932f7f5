"""A centre's database of every older version, with rows in every table, is brought up to date without loss.

What a real centre of today holds, as far as that version had tables and columns for it, is put into a database of that
version; tables that stayed empty get rows of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import centre_cases
import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from centre_backups import Bench, centre_in, pictures
from centre_cases import MovedClock
from centre_people import bearer, door, make

from inspection_station.server import database, search, tokens
from inspection_station.server.backup.dump import go_on_counting, migrate_to
from inspection_station.server.centre import Centre, open_centre
from inspection_station.server.links import make_link
from inspection_station.server.once_told import digest
from inspection_station.server.renewals import bring_up_to_date

Rows = dict[str, list[dict[str, Any]]]
OLD_TOKEN = "an administrator's token of the first version"
COUNTED = {"xid"}  # each database counts its own transactions
READ = {"webhook_endpoint": {"types": "[]", "active": 0}}  # columns that are more than a text to the centre


def older_revisions() -> list[str]:
    """Every migration but the newest."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    return sorted(known.revision for known in script.walk_revisions() if known.revision != script.get_current_head())


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    reflected = sa.MetaData()
    reflected.reflect(connection)
    return [table for table in reflected.sorted_tables if table.name != "alembic_version"]


def rows_of(connection: sa.Connection) -> Rows:
    found: Rows = {}
    for table in tables_of(connection):
        found[table.name] = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
    return found


@dataclass
class Today:
    """A centre as it is now, the bench that sent to it, and all its rows."""

    bench: Bench
    person: str
    rows: Rows


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Today]:
    folder = tmp_path_factory.mktemp("today")
    centre = centre_in(folder / "centre")
    bench = Bench.at(centre, folder / "bench")
    bench.sends(1, pictures(1, 2))
    bench.sends(2, pictures(3, 1))
    bench.client.send_records([b"{broken", b'{"nul": "\\u0000"}'])
    bring_up_to_date(centre)
    person = make(centre, "lead", name="王敏", pin="918273")
    make_link(centre, bench.events[0].inspection_id, "client")
    with centre.database.reader.connect() as connection:
        rows = rows_of(connection)
    yield Today(bench, person.id, rows)
    centre.close()


def made_up(table: sa.Table, number: int) -> dict[str, Any]:
    """A row for a table that a small centre leaves empty."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type.python_type
        row[column.name] = number if kind is int else kind(f"{table.name} {column.name} {number}", *_encoding(kind))
    return {**row, **READ.get(table.name, {})}


def _encoding(kind: type) -> tuple[str, ...]:
    return ("utf-8",) if kind is bytes else ()


def fill(connection: sa.Connection, today: Today) -> Rows:
    """Rows into every table of the older database; what it holds then."""
    for table in tables_of(connection):
        connection.execute(sa.delete(table))
        kept = [{name: row[name] for name in row.keys() & table.c.keys()} for row in today.rows.get(table.name, [])]
        if not kept:
            kept = [made_up(table, number) for number in (1, 2, 3)]
        if table.name == "administrator":
            kept[0]["token_hash"] = digest(OLD_TOKEN)
        connection.execute(sa.insert(table), kept)
        go_on_counting(connection, table)
    return rows_of(connection)


@pytest.mark.both_databases
@pytest.mark.parametrize("revision", older_revisions())
def test_an_older_database_keeps_every_row_and_the_centre_works_on(
    tmp_path: Path, today: Today, revision: str
) -> None:
    folder = tmp_path / "centre"
    folder.mkdir()
    url = centre_cases.database_of(folder)
    engine = sa.create_engine(url or f"sqlite:///{folder / database.FILE}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        migrate_to(connection, revision)
        before = fill(connection, today)
    engine.dispose()
    assert all(before.values())

    steps: list[str] = []
    centre = open_centre(folder, now=MovedClock().now, database=url, progress=steps.append)
    assert steps and steps[0].startswith(revision)
    with centre.database.reader.connect() as connection:
        after = rows_of(connection)
    for name, rows in before.items():
        if name != "administrator":
            assert lost(rows, after[name]) == [], name
    for name, rows in after.items():
        if name in before and name not in ("fact", "renewal"):
            assert len(rows) == len(before[name]), f"{name} has rows that nobody put there"
    works_on(centre, today, before)
    centre.close()


def lost(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that are not there any more as they were."""
    names = [name for name in before[0] if name not in COUNTED]
    there = {tuple(row[name] for name in names) for row in after}
    return [row for row in before if tuple(row[name] for name in names) not in there]


def works_on(centre: Centre, today: Today, before: Rows) -> None:
    """The bench is known, misses nothing and sends more; people and administrators are who they were."""
    bench = today.bench.moved_to(centre)
    bench.events = list(bench.events)
    bench.client.hello(0, ("", ""), {})
    assert bench.client.reconcile([(event.id, event.hash) for event in bench.events]) == ([], [])
    bench.sends(3, pictures(9, 1))
    bring_up_to_date(centre)
    assert {row["chain"] for row in search.find_inspections(centre, "SF")} == {"whole"}
    assert search.count_everything(centre)["inspections"] == 3
    with centre.database.reader.connect() as connection:
        people = connection.execute(sa.text("SELECT id, name, role FROM person")).all()
    assert [tuple(row) for row in people] == [(today.person, "王敏", "lead")]
    if "administrator" in before:
        assert door(centre).get("/api/v1/people", headers=bearer(OLD_TOKEN)).status_code == 200
        assert {one["name"] for one in tokens.list_tokens(centre)} == {row["name"] for row in before["administrator"]}
    told = [json.loads(row["body"]) for row in before["feed_item"] if row["kind"] == "person"]
    assert [one["name"] for one in told] == ["王敏"]
