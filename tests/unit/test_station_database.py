"""Opening the station's file: made, checked, copied and migrated, or refused with a sentence and left as it was."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from storage_cases import Making, decided, item, photo, sha

from inspection_station.errors import StationProblem
from inspection_station.storage import migrations, opening
from inspection_station.storage.database import FILE_NAME
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import COPIES, open_database
from inspection_station.storage.outbox import Refused, StoredOutbox
from inspection_station.storage.print_jobs import PrintJob, PrintJobs, PrintState
from inspection_station.storage.tables import metadata
from inspection_station.workflows.ports import FeedItem, HistoryFilter

NEXT_STEP = """
from alembic import op
revision = "9999"
down_revision = "{head}"
def upgrade():
    op.execute("ALTER TABLE facts ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    op.execute("UPDATE facts SET note = 'seen by 9999'")
    {more}
"""


def later_program(monkeypatch: pytest.MonkeyPatch, folder: Path, more: str = "pass") -> None:
    """This program with one more migration."""
    versions = folder / "versions"
    shutil.copytree(migrations.VERSIONS, versions, ignore=shutil.ignore_patterns("__pycache__"))
    (versions / "v9999_note.py").write_text(NEXT_STEP.format(more=more, head=migrations.HEAD), encoding="utf-8")
    monkeypatch.setattr(migrations, "VERSIONS", versions)
    monkeypatch.setattr(migrations, "HEAD", "9999")


def filled(folder: Path) -> None:
    database = open_database(folder)
    StationFacts(database).put("who", "王敏")
    making = Making(StoredInspections(database))
    making.add(making.parcel(), item("i1", 1), photo(sha(1), "i1"))
    database.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refusal(folder: Path, **how: int) -> StationProblem:
    with pytest.raises(StationProblem) as refused:
        open_database(folder, **how)  # type: ignore[arg-type]
    str(refused.value)  # every named place of the sentences is filled
    return refused.value


def test_a_new_file_is_durable_by_its_settings_and_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    database = open_database(tmp_path / "deep" / "100% & 数据")
    with database.reading() as connection:
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    database.close()
    assert (settings, keys) == (["wal", 2], 1)
    assert [path.name for path in database.path.parent.iterdir()] == [FILE_NAME]


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection:sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index:UserWarning")
def test_the_newest_migration_makes_the_tables_the_program_uses(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    database = open_database(tmp_path)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        partial = {
            row[0]: row[1]
            for row in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%) WHERE %'")
        }
    database.close()
    declared = {
        str(index.name): str(index.dialect_options["sqlite"]["where"])
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert {name: sql.partition(" WHERE ")[2] for name, sql in partial.items()} == declared
    script = ScriptDirectory(str(migrations.VERSIONS.parent), version_locations=[str(migrations.VERSIONS)])
    assert script.get_heads() == [migrations.HEAD]


def test_events_cannot_be_changed_or_removed_by_any_statement(tmp_path: Path) -> None:
    filled(tmp_path)
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    for statement in ("UPDATE inspection_events SET kind = 'x'", "DELETE FROM inspection_events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


def test_an_older_file_is_copied_before_it_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    filled(folder)
    with monkeypatch.context() as changed:
        later_program(changed, tmp_path)
        database = open_database(folder)
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT note FROM facts WHERE name = 'who'").scalar() == "seen by 9999"
        database.close()
    (copy,) = (folder / COPIES).iterdir()
    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copyfile(copy, restored / FILE_NAME)
    database = open_database(restored)
    assert StationFacts(database).get("who") == "王敏"
    assert len(StoredInspections(database).unfinished()) == 1
    database.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    filled(folder)
    with monkeypatch.context() as changed:
        later_program(changed, tmp_path, more="raise KeyError('a bug in the step')")
        with pytest.raises(KeyError):
            open_database(folder)
    database = open_database(folder)
    with database.reading() as connection:
        columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(facts)")]
    assert columns == ["name", "value"]
    assert StationFacts(database).get("who") == "王敏"
    database.close()


def test_a_newer_file_is_refused_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    filled(folder)
    with monkeypatch.context() as changed:
        later_program(changed, tmp_path)
        open_database(folder).close()
    before = digest(folder / FILE_NAME)
    assert refusal(folder).code == "database.newer"
    assert digest(folder / FILE_NAME) == before


def test_a_file_that_is_no_database_is_refused_and_a_copy_of_it_put_aside(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    for content in (b"", b"SQLite", b"x" * 5000):
        path.write_bytes(content)
        problem = refusal(tmp_path)
        assert problem.code == "database.damaged"
        assert path.read_bytes() == content
    assert problem.values["copy"] in (tmp_path / COPIES).iterdir()


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE other (a)")
    connection.close()
    assert refusal(tmp_path).code == "database.damaged"


def test_a_damaged_page_is_found_when_the_file_is_opened(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / FILE_NAME
    whole = bytearray(path.read_bytes())
    for start in range(8 * 4096, len(whole), 4096):
        whole[start : start + 64] = b"\xee" * 64
    path.write_bytes(whole)
    problem = refusal(tmp_path)
    assert problem.code == "database.damaged"
    copy = problem.values["copy"]
    assert isinstance(copy, Path)
    assert copy.read_bytes() == bytes(whole)
    assert str(copy) in str(problem)
    again = refusal(tmp_path)
    assert again.values["copy"] == copy, "the same damage is not copied at every start"


def test_a_large_file_is_read_whole_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_LARGE", 0)
    filled(tmp_path)
    database = open_database(tmp_path)
    checked = StationFacts(database).get("database.checked_on")
    database.close()
    assert checked
    path = tmp_path / FILE_NAME
    size = path.stat().st_size
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'outbox_blobs'").fetchone()
    with path.open("rb+") as file:  # a page that nothing reads at the start
        file.seek((page - 1) * 4096)
        file.write(b"\xee" * 64)
    open_database(tmp_path).close()
    monkeypatch.setattr(opening, "_LARGE", size * 2)
    assert refusal(tmp_path).code == "database.damaged"


def test_a_journal_without_its_file_is_not_taken_into_a_new_one(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    StationFacts(database).put("a", "b")
    (tmp_path / FILE_NAME).rename(tmp_path / "moved")
    assert refusal(tmp_path).code == "database.damaged"
    assert not (tmp_path / FILE_NAME).exists()
    database.close()


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    problem = refusal(tmp_path / "file" / "data")
    assert problem.code == "disk.unwritable"
    assert str(tmp_path / "file" / "data") in str(problem)


def test_a_file_another_program_holds_is_told_and_the_step_can_be_done_again(tmp_path: Path) -> None:
    database = open_database(tmp_path, busy_ms=1)
    facts = StationFacts(database)
    facts.put("a", "1")
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StationProblem, match=r"database\.locked"):
        facts.put("a", "2")
    assert facts.get("a") == "1", "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    facts.put("a", "2")
    assert facts.get("a") == "2"
    database.close()


def test_opening_a_file_that_is_held_exclusively_is_told(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    assert refusal(tmp_path, busy_ms=1).code == "database.locked"
    other.close()


def test_bench_and_sync_work_on_one_file_at_once(tmp_path: Path) -> None:
    bench, loop = open_database(tmp_path), open_database(tmp_path, check=False)
    store, outbox = StoredInspections(bench), StoredOutbox(loop)
    failed: list[BaseException] = []

    def drain() -> None:
        try:
            for _ in range(200):
                for record in outbox.pending_records(5):
                    outbox.mark(record.id, "stored")
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=drain)
    thread.start()
    makings = [Making(store) for _ in range(20)]
    for place, making in enumerate(makings):
        making.add(making.parcel(f"SF{place}"), item(f"i{place}", store.next_item_number()))
    thread.join()
    for record in outbox.pending_records(1000):
        outbox.mark(record.id, "stored")
    assert failed == []
    assert len(outbox.sent_ids("", 1000)) == 40
    bench.close()
    loop.close()


def test_a_reader_sees_one_state_while_another_writes(tmp_path: Path) -> None:
    bench, loop = open_database(tmp_path), open_database(tmp_path, check=False)
    facts = StationFacts(bench)
    facts.put("a", "1")
    with loop.reading() as connection:
        first = connection.exec_driver_sql("SELECT value FROM facts WHERE name = 'a'").scalar()
        facts.put("a", "2")
        second = connection.exec_driver_sql("SELECT value FROM facts WHERE name = 'a'").scalar()
    assert (first, second) == ("1", "1")
    bench.close()
    loop.close()


def test_a_transaction_that_raises_leaves_nothing_behind(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO facts VALUES ('a', 'b')")
        _ = 1 / 0
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO facts VALUES ('a', 'b')")
        connection.exec_driver_sql("INSERT INTO facts VALUES ('a', 'b')")
    assert StationFacts(database).get("a", "nothing") == "nothing"
    database.close()


def test_a_chain_that_does_not_hold_is_a_bug_of_the_caller_and_not_kept(tmp_path: Path) -> None:
    from dataclasses import replace

    database = open_database(tmp_path)
    store = StoredInspections(database)
    making = Making()
    (event,) = making.add(making.parcel())
    with pytest.raises(ValueError, match="no link"):
        store.append(replace(making.inspection, id="another"), [event])
    with pytest.raises(ValueError, match="its own hash"):
        store.append(making.inspection, [replace(event, person="somebody else")])
    with pytest.raises(ValueError, match="not what"):
        store.append(replace(making.inspection, head="0" * 64), [event])
    assert store.unfinished() == []
    database.close()


@pytest.mark.parametrize("poison", ["a\x00b", "\udfff"])
def test_facts_and_labels_hold_nothing_the_centre_could_not_take(tmp_path: Path, poison: str) -> None:
    database = open_database(tmp_path)
    with pytest.raises(StationProblem, match=r"text\.unusable"):
        StationFacts(database).put("a", poison)
    with pytest.raises(StationProblem, match=r"text\.unusable"):
        PrintJobs(database).add(PrintJob("j", "", "", "", 1, poison, "", b"", ""))
    database.close()


@pytest.mark.expects_log("of the feed is malformed")
def test_poison_in_the_feed_is_kept_aside_word_for_word(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    StoredFeed(database).apply_page(
        "e",
        "c",
        [
            FeedItem("person", "p\x00", {"id": "p"}),
            FeedItem("person", "p", {"id": "p", "name": "\ud800", "name_en": "", "role": "lead"}),
            FeedItem("tote", "t", {"code": "t", "disposition": "hold", "content": float("nan"), "slot": 2**70}),
            FeedItem("newer\x00kind", "n\ud800", {"deep": deep}),
        ],
    )
    assert StoredFeed(database).cursor() == ("e", "c")
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT kind, id, body FROM feed_unknown ORDER BY rowid").all()
    assert [row[0] for row in rows] == ["person", "person", "tote", "newer\\0kind"]
    assert "\\ud800" in rows[1][2]
    database.close()


def test_refused_records_and_photos_are_listed_with_their_reason(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    outbox = StoredOutbox(database)
    making = Making(StoredInspections(database))
    opened, taken = making.add(making.parcel(), photo(sha(1)))
    outbox.mark(opened.id, "quarantined", "record.malformed: \x00\ud800")
    outbox.mark(taken.id, "conflict", "another one is there")
    outbox.mark_photo_refused(sha(1), "blob.too_large")
    listed = outbox.refused(10)
    assert [(one.id, one.kind, one.verdict) for one in listed] == [
        (opened.id, "inspection_event", "quarantined"),
        (taken.id, "inspection_event", "conflict"),
        (sha(1), "photo", "refused"),
    ]
    assert listed[1] == Refused(taken.id, "inspection_event", "conflict", "another one is there", taken.at)
    assert listed[0].reason == "record.malformed: \\x00\\ud800"
    assert len(outbox.refused(1)) == 1
    outbox.offer_again([opened.id], [sha(1)])
    assert [one.id for one in outbox.refused()] == [taken.id]
    database.close()


def test_a_batch_of_verdicts_is_noted_at_once_or_not_at_all(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    outbox = StoredOutbox(database)
    making = Making(StoredInspections(database))
    opened, taken = making.add(making.parcel(), photo(sha(1)))
    with pytest.raises(ValueError, match="perhaps"):
        outbox.mark_all([(opened.id, "stored", ""), (taken.id, "perhaps", "")])
    assert outbox.counts().records == 2
    outbox.mark_all([(opened.id, "stored", ""), (taken.id, "need", sha(1))])
    assert (outbox.counts().records, outbox.counts().photos) == (0, 1)
    database.close()


def test_photos_that_no_event_names_are_told_apart(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    outbox, making = StoredOutbox(database), Making(StoredInspections(database))
    making.add(making.parcel(), photo(sha(1)), photo(sha(2)))
    outbox.mark_photo_stored(sha(1))
    outbox.mark_photo_refused(sha(2), "blob.too_large")
    assert outbox.unnamed_photos([sha(3), sha(1), sha(2), sha(4)]) == [sha(3), sha(4)]
    assert outbox.unnamed_photos([]) == []
    database.close()


def test_only_what_the_centre_calls_safe_is_safe(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    outbox, feed = StoredOutbox(database), StoredFeed(database)
    making = Making(StoredInspections(database))
    making.add(making.parcel(), photo(sha(1)), photo(sha(2)))
    outbox.mark_photo_stored(sha(1))
    assert outbox.safe_photos([sha(1), sha(2)]) == set()
    feed.apply_page("e", "1", [FeedItem("safe", sha(1)), FeedItem("safe", "", {"ids": [sha(2)]})])
    assert outbox.safe_photos([sha(1), sha(2)]) == {sha(1)}, "a photo that was never sent is not safe"
    outbox.offer_again([], [sha(1)])
    assert outbox.safe_photos([sha(1)]) == set(), "the centre lost it: safe no more"
    database.close()


def test_labels_wait_in_order_until_they_are_out(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    jobs = PrintJobs(database)
    first = PrintJob(
        "j1", "in1", "it1", "RT-261121-04300001", 1, "无线耳机", "zd", b"\x89PNG", "2026-11-21T00:00:00.000Z"
    )
    jobs.add(first)
    jobs.add(PrintJob("j2", "in1", "it2", "RT-261121-04300002", 1, "b", "other", b"x", "2026-11-21T00:00:01.000Z"))
    jobs.add(PrintJob("j1", "", "", "", 9, "again", "", b"y", ""))
    assert jobs.get("j1") == first
    assert jobs.to_send() == [first, jobs.get("j2")]
    jobs.mark("j1", PrintState.FAILED, "printer.paper")
    assert [job.id for job in jobs.to_send()] == ["j1", "j2"]
    jobs.mark("j1", PrintState.QUEUED)
    jobs.mark("j1", PrintState.SENT)
    assert [job.id for job in jobs.to_send()] == ["j2"]
    jobs.mark("j2", PrintState.UNKNOWN, "sending")
    assert ([job.id for job in jobs.unknown("sending")], jobs.unknown("else"), jobs.to_send()) == (["j2"], [], [])
    jobs.mark("j1", PrintState.DONE)
    done = jobs.get("j1")
    assert done is not None
    assert (done.state, done.attempts) == (PrintState.DONE, 2)
    assert [job.id for job in jobs.of_item("RT-261121-04300001")] == ["j1"]
    database.close()


def test_labels_that_wait_are_found_by_their_index_not_among_all_that_were_sent(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    jobs = PrintJobs(database)
    asked: list[tuple[str, Any]] = []

    def ask(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    sa.event.listen(database._engine, "before_cursor_execute", ask)
    jobs.to_send()
    jobs.unknown("sending")
    jobs.of_item("RT-261121-04300001")
    jobs.with_ticket()
    list(jobs.in_order())
    jobs.count_waiting()
    sa.event.remove(database._engine, "before_cursor_execute", ask)
    queries = [one for one in asked if one[0].startswith("SELECT")]
    with database.reading() as connection:
        plans = [
            " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", parameters))
            for query, parameters in queries
        ]
    database.close()
    is_open = "ix_print_jobs_open"
    wanted = (is_open, "ix_print_jobs_unknown", "ix_print_jobs_rt", "ix_print_jobs_ticket", is_open, is_open)
    for plan, index in zip(plans, wanted, strict=True):
        assert f"USING INDEX {index}" in plan or f"USING COVERING INDEX {index}" in plan
        assert "TEMP B-TREE" not in plan


def test_history_gives_the_same_lines_whether_a_text_fits_few_or_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspection_station.storage import history

    database = open_database(tmp_path)
    store = StoredInspections(database)
    for place in range(30):
        making = Making(store)
        making.add(making.parcel(f"SF{place:03d}77"), item(f"i{place}", place + 1, sku=f"SKU-{place % 3}"))
        making.add(decided(f"i{place}", "AB"[place % 2]))
    for words in ("RT-2611", "261121-0430000", "SF00", "77", "sku-1", "耳机", "白色"):
        for grades in ((), ("A",)):
            few = store.history(HistoryFilter(text=words, grades=grades))
            with monkeypatch.context() as changed:
                changed.setattr(history, "_FEW", 0)
                many = store.history(HistoryFilter(text=words, grades=grades))
            assert few == many
            assert few
    database.close()
