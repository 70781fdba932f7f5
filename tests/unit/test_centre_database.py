"""The centre's database file: made, copied before it is migrated, refused when newer, told when damaged."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from centre_cases import in_process_centre

from inspection_station.errors import StationProblem
from inspection_station.server import database as centre_database
from inspection_station.server.centre import renew_epoch
from inspection_station.server.database import FILE, open_database
from inspection_station.server.tables import metadata


def test_the_migrations_make_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    made = open_database(tmp_path)
    with made.reader.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    made.close()


def test_every_commit_is_on_the_disk_before_it_is_answered(tmp_path: Path) -> None:
    made = open_database(tmp_path)
    for engine in (made.writer, made.reader):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    made.close()


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StationProblem, match=r"centre\.database_newer"):
        open_database(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_an_older_database_is_copied_before_it_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = open_database(tmp_path)
    with made.writer.begin() as connection:
        connection.execute(sa.text("INSERT INTO fact (name, value) VALUES ('site', 'kept')"))
    made.close()
    later = tmp_path / "migrations"
    shutil.copytree(centre_database.MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(path.name[1:5] for path in (later / "versions").glob("v*.py"))
    step = f"revision = '9990'\ndown_revision = '{newest}'\nfrom alembic import op\nimport sqlalchemy as sa\n"
    step += "def upgrade() -> None:\n    op.add_column('fact', sa.Column('more', sa.Text()))\n"
    (later / "versions" / "v9990_more.py").write_text(step, "utf-8")
    monkeypatch.setattr(centre_database, "MIGRATIONS", later)
    told: list[str] = []
    open_database(tmp_path, progress=told.append).close()
    assert told == [f"{newest} → 9990"]
    copy = sqlite3.connect(tmp_path / f"{FILE}.before-9990")
    assert copy.execute("SELECT value FROM fact WHERE name = 'site'").fetchone() == ("kept",)
    assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (newest,)
    copy.close()


@pytest.mark.parametrize("content", [b"not a database at all" * 300, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_database_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StationProblem, match=r"centre\.database_damaged"):
        open_database(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_a_folder_that_is_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StationProblem, match=r"centre\.folder_unwritable"):
        open_database(tmp_path / "file")


def test_a_centre_keeps_its_epoch_until_it_begins_a_new_life(tmp_path: Path) -> None:
    first = in_process_centre(tmp_path)
    epoch = first.epoch()
    first.close()
    again = in_process_centre(tmp_path)
    assert again.epoch() == epoch
    assert renew_epoch(again) == again.epoch() != epoch
    again.close()
