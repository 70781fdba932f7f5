"""The centre's database on PostgreSQL: refused when it may forget, made once by many, a new life on another server."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from centre_cases import in_process_centre
from postgres_server import Databases, PostgresServer

from inspection_station.errors import StationProblem
from inspection_station.server.centre import Centre, fact, note, open_centre
from inspection_station.server.database import open_database
from inspection_station.server.returns_feed import BEGINNING, page_after, publish
from inspection_station.server.statements import in_one_trip, insert_many, insert_new, lock, put
from inspection_station.server.tables import fact as facts
from inspection_station.server.tables import feed_item, metadata

both = pytest.mark.both_databases


def refused(folder: Path, url: str) -> str:
    with pytest.raises(StationProblem) as found:
        open_database(folder, url)
    return f"{found.value.code}: {found.value}"


@both
def test_the_migrations_make_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    with centre.database.reader.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    centre.close()


@both
def test_a_centre_opened_again_is_the_same(tmp_path: Path) -> None:
    told = set()
    for _ in range(2):
        centre = in_process_centre(tmp_path)
        told.add(centre.epoch())
        centre.close()
    assert len(told) == 1


@both
def test_readers_do_not_see_what_is_committed_after_they_began(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    with centre.database.reader.connect() as reading:
        assert fact(reading, "site") == ""
        with centre.database.writer.begin() as connection:
            note(connection, "site", "after")
        assert fact(reading, "site") == ""
    assert centre.database.write(lambda connection: fact(connection, "site")) == "after"
    centre.close()


@both
def test_rows_that_are_there_are_passed_over_or_put_in_place(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    with centre.database.writer.begin() as connection:
        rows = [{"name": "a", "value": "1"}, {"name": "b", "value": "1"}]
        insert_new(connection, facts, rows)
        insert_new(connection, facts, [{"name": "a", "value": "2"}, {"name": "c", "value": "2"}])
        put(connection, facts, [{"name": "b", "value": "3"}, {"name": "d", "value": "3"}])
        insert_new(connection, facts, [])
        put(connection, facts, [])
        assert [fact(connection, name) for name in "abcd"] == ["1", "3", "2", "3"]
    centre.close()


@both
def test_what_goes_in_one_trip_sees_what_was_before_it_and_tells_its_faults(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    with centre.database.writer.begin() as connection:
        with in_one_trip(connection):
            lock(connection, "a", "b", "a")
            insert_many(connection, facts, ("name", "value"), [("one", "1"), ("two", "2")])
        assert [fact(connection, name) for name in ("one", "two")] == ["1", "2"]
    with pytest.raises(sa.exc.IntegrityError), centre.database.writer.begin() as connection, in_one_trip(connection):
        insert_many(connection, facts, ("name", "value"), [("three", "3"), ("one", "another")])
        lock(connection, "a")
    with centre.database.reader.connect() as connection:
        assert [fact(connection, name) for name in ("one", "three")] == ["1", ""]
    with centre.database.writer.begin() as connection:
        with pytest.raises(sa.exc.IntegrityError), connection.begin_nested(), in_one_trip(connection):
            insert_many(connection, facts, ("name", "value"), [("one", "another")])
        insert_many(connection, facts, ("name", "value"), [("three", "3")])
    with centre.database.reader.connect() as connection:
        assert fact(connection, "three") == "3"
    centre.close()


@both
def test_a_page_of_the_feed_is_json_whatever_its_ids_are(tmp_path: Path) -> None:
    ids = ["plain-1", 'a"b', "back\\slash", "line\nbreak", "tab\t", "中文", "ü", "x y/z:1", "", "\x7f", "a\x01b"]
    centre = in_process_centre(tmp_path)
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", ((name, {"of": name}) for name in ids))
    with centre.database.glance.connect() as connection:
        page = page_after(connection, BEGINNING, 100)
        again = page_after(connection, page.place, 100)
    told = json.loads(page.within({"epoch": "纪元"}))
    assert told["epoch"] == "纪元"
    assert [(item["kind"], item["id"]) for item in told["items"]] == [("tote", name) for name in ids]
    assert [item["body"]["of"] for item in told["items"]] == ids
    assert (page.count, again.count, json.loads(again.within({}) if again.count else b"[]")) == (len(ids), 0, [])
    centre.close()


def test_many_instances_that_start_at_once_make_one_centre(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.new_database()

    def start(number: int) -> tuple[str, str]:
        centre = open_centre(tmp_path / str(number), database=url)
        with centre.database.reader.connect() as connection:
            told = centre.epoch(), fact(connection, "nonce_key")
        centre.close()
        return told

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(start, range(6)))) == 1


@pytest.mark.parametrize(
    ("setting", "words"), [("synchronous_commit = off", "synchronous_commit"), ("synchronous_commit = local", "")]
)
def test_a_server_that_may_forget_what_it_acknowledged_is_refused(
    postgres_server: PostgresServer, tmp_path: Path, setting: str, words: str
) -> None:
    url = postgres_server.new_database()
    name = sa.make_url(url).database
    postgres_server.execute(f"ALTER DATABASE {name} SET {setting}")
    if words:
        assert refused(tmp_path, url).startswith("centre.database_forgets") and words in refused(tmp_path, url)
    else:
        open_database(tmp_path, url).close()


def test_a_commit_that_was_set_to_be_forgetful_later_is_durable_all_the_same(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.new_database()
    made = open_database(tmp_path, url)
    postgres_server.execute(f"ALTER DATABASE {sa.make_url(url).database} SET synchronous_commit = off")
    made.writer.dispose()
    with made.writer.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    made.close()


def test_a_server_that_cannot_be_used_is_told_without_its_password(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    host = postgres_server.folder
    for url, words in (
        (f"postgresql+psycopg://centre:hunter22@/nowhere?host={host}", "nowhere"),
        ("postgresql+psycopg://centre:hunter22@127.0.0.1:1/centre", "127.0.0.1"),
        (f"postgresql+psycopg://centre:hunter22@/centre?host={host}&password=hunter22&sslmode=odd", "sslmode"),
        ("postgresql+psycopg://centre:hunter22@host:port/centre", ""),
        ("mongodb://centre:hunter22@host/centre", ""),
    ):
        told = refused(tmp_path, url)
        assert told.startswith("centre.database_unreachable") and words in told and "hunter22" not in told


def test_a_database_that_cannot_hold_every_text_is_refused(postgres_server: PostgresServer, tmp_path: Path) -> None:
    postgres_server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    assert refused(tmp_path, postgres_server.url("latin")).startswith("centre.database_encoding")


def test_a_newer_database_is_refused(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.new_database()
    made = open_database(tmp_path, url)
    with made.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    made.close()
    assert refused(tmp_path, url).startswith("centre.database_newer")


def test_a_user_without_rights_of_an_administrator_suffices(postgres_server: PostgresServer, tmp_path: Path) -> None:
    postgres_server.execute("CREATE ROLE plain LOGIN")
    postgres_server.execute("CREATE DATABASE plain OWNER plain")
    centre = open_centre(tmp_path, database=postgres_server.url("plain", user="plain"))
    assert centre.epoch()
    centre.close()


def on_another_server(centre: Centre) -> None:
    with centre.database.writer.begin() as connection:
        note(connection, "cluster", "7711254050040462238/000000A0")
        connection.execute(sa.update(feed_item).values(xid=2**40))


@pytest.mark.parametrize("while_running", [False, True])
def test_another_server_or_timeline_begins_a_new_life_once(
    postgres_server: PostgresServer, tmp_path: Path, while_running: bool
) -> None:
    url = postgres_server.new_database()
    centre = open_centre(tmp_path, database=url)
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", [("T-1", {"code": "T-1"})])
    before = centre.epoch()
    on_another_server(centre)
    if while_running:  # as if connections broke and the standby answered from now on
        lives = [cell.cell_contents for cell in _prepare_of(centre).__closure__ or ()]
        [known] = [cell for cell in lives if isinstance(cell, set)]
        known.clear()
        known.add("another")
        centre.database.writer.dispose()
        centre.database.glance.dispose()
    else:
        centre.close()
        centre = open_centre(tmp_path, database=url)
    after = centre.epoch()
    assert after != before
    centre.close()
    again = open_centre(tmp_path, database=url)
    assert again.epoch() == after
    with again.database.reader.connect() as connection:
        assert connection.scalar(sa.select(feed_item.c.xid)) == 0
    again.close()


def _prepare_of(centre: Centre):  # type: ignore[no-untyped-def]
    [found] = [one for one in centre.database.writer.pool.dispatch.connect if one.__name__ == "_prepare"]
    return found


def test_a_transaction_that_postgresql_calls_off_is_done_again(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    centre = open_centre(tmp_path, database=postgres_server.new_database())
    tries = []

    def work(connection: sa.Connection) -> str:
        tries.append(1)
        note(connection, "tries", str(len(tries)))
        if len(tries) < 3:
            raise sa.exc.OperationalError("", {}, psycopg.errors.DeadlockDetected("deadlock detected"))
        return fact(connection, "tries")

    assert centre.database.write(work) == "3"
    centre.close()


def test_connections_to_which_the_server_said_goodbye_are_made_anew(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.new_database()
    centre = open_centre(tmp_path, database=url)
    epoch = centre.epoch()
    for _ in range(3):
        postgres_server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            f"WHERE datname = '{sa.make_url(url).database}'"
        )
        assert centre.epoch() == epoch
        with centre.database.writer.begin() as connection:
            note(connection, "site", "s")
    centre.close()


def test_reading_keeps_prepared_statements(postgres_server: PostgresServer, tmp_path: Path) -> None:
    centre = open_centre(tmp_path, database=postgres_server.new_database())
    for _ in range(12):
        centre.epoch()
    with centre.database.reader.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar()
    assert found
    centre.close()


def test_locks_are_taken_in_one_order_whatever_the_order_asked(databases: Databases, tmp_path: Path) -> None:
    centre = open_centre(tmp_path, database=databases.url(tmp_path))
    names = [f"inspection {number}" for number in range(40)]

    def hold(number: int) -> int:
        turned = names[number:] + names[:number]
        with centre.database.writer.begin() as connection:
            lock(connection, *turned)
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hold, range(40))) == 40
    centre.close()


@pytest.fixture
def databases(postgres_server: PostgresServer) -> Databases:
    return Databases(postgres_server)
