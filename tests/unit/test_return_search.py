"""Finding expected returns: what is found by which part of a number, and that no way there reads a whole table."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from storage_cases import CLOSED, PARKED, RESUMED, VOIDED, Making, expected, feed_return, item, photo, sha

from inspection_station.domain.events import EventKind
from inspection_station.domain.returns import ExpectedReturn, return_to_json
from inspection_station.storage.database import FILE_NAME, Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.reference import StoredReference
from inspection_station.workflows.ports import FeedItem

LARGE = (
    "unclaimed_codes", "match_proposals",
    "expected_returns", "expected_parcels", "return_codes", "inspections", "inspection_events", "inspection_items",
)  # fmt: skip
RELEASED = Path(__file__).resolve().parents[1] / "data" / "releases" / "0.1.0.sqlite3"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


def tell(database: Database, *returns: ExpectedReturn) -> None:
    StoredFeed(database).apply_page("e", "c", [feed_return(one) for one in returns])


def plans(database: Database, act: Callable[[], object]) -> list[str]:
    """How SQLite goes about every statement of `act`: the lines of EXPLAIN QUERY PLAN."""
    ran: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            ran.append((statement, values))

    event.listen(database._engine, "before_cursor_execute", note)
    act()
    event.remove(database._engine, "before_cursor_execute", note)
    assert ran
    with closing(sqlite3.connect(database.path)) as plain:
        told = [plain.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall() for statement, values in ran]
    return [str(line[3]) for lines in told for line in lines]


def test_no_search_and_no_page_of_the_feed_reads_a_whole_table(database: Database) -> None:
    tell(database, *(expected(f"r{n}", tracking_numbers=(f"SF{n:013d}",)) for n in range(300)))
    reference, store = StoredReference(database), StoredInspections(database)
    making = Making(store)
    making.add(making.parcel("SF0000000000007"), item("i1", 1))
    unclaimed = Making(store)
    unclaimed.add(unclaimed.parcel("YT1", ()), item("u1", 2, return_id=""))
    identified = {"item_id": "u1", "finding": "unidentifiable", "by": "scan", "code": "6901234567892"}
    acts: dict[str, Callable[[], object]] = {
        "code of an unclaimed parcel": lambda: unclaimed.add((EventKind.ITEM_IDENTIFIED, identified)),
        "proposals of one": lambda: store.match_proposals(unclaimed.inspection_id),
        "tracking": lambda: reference.returns_of_parcel("SF0000000000012"),
        "order": lambda: reference.find_returns("TB-r12-99"),
        "beginning": lambda: reference.find_returns("SF00000000000"),
        "ending": lambda: reference.find_returns("00012"),
        "phone tail": lambda: reference.find_returns("4711"),
        "nothing": lambda: reference.find_returns("NOTHING-LIKE-THIS"),
        "clues": lambda: reference.returns_by_clues(["4711", "00012", "6901234567892"]),
        "product": lambda: reference.line_by_code("6901234567892"),
        "by id": lambda: reference.expected_return("r12"),
        "waiting": lambda: reference.is_waiting("SF0000000000012"),
        "close": lambda: making.add(CLOSED),
        "known parcel": lambda: store.inspections_of_parcel("SF0000000000007"),
        "known item": lambda: store.inspection_of_item("RT-261121-04300001"),
        "page of the feed": lambda: tell(database, expected("r1", buyer_phone_tail="1"), expected("new")),
        "withdrawn": lambda: StoredFeed(database).apply_page("e", "c", [FeedItem("expected_return", "r2", {})]),
    }
    is_there_any = "SCAN unclaimed_codes USING COVERING INDEX ix_unclaimed_codes_inspection"  # its first row
    for name, act in acts.items():
        for line in plans(database, act):
            if name in ("page of the feed", "withdrawn") and line == is_there_any:
                continue
            assert not line.startswith("SCAN") or not any(table in line.split() for table in LARGE), (name, line)
    # These two walk an index of those that wait in its own order, and end after fifty.
    for act, table, index in (
        (lambda: reference.queue(), "expected_parcels", "ix_parcels_due"),
        (lambda: store.match_proposals(), "match_proposals", "ix_match_proposals_open"),
    ):
        walked = [line for line in plans(database, act) if line.startswith(f"SCAN {table}")]
        assert set(walked) <= {f"SCAN {table} USING INDEX {index}", f"SCAN {table} USING COVERING INDEX {index}"}


def test_a_torn_label_is_found_by_the_last_four_to_twelve_characters(database: Database) -> None:
    tell(
        database,
        expected("r1", tracking_numbers=("SF1390447120865", "JD-77"), buyer_phone_tail="0865"),
        expected("r2", tracking_numbers=("YT0865000011112",), refund_due="2026-11-20T00:00:00.000Z"),
        expected("r3", tracking_numbers=("SF9990447120865",), refund_due="2026-11-19T00:00:00.000Z"),
    )
    reference = StoredReference(database)

    def found(text: str) -> list[str]:
        return [one.id for one in reference.find_returns(text)]

    assert found("120865") == ["r3", "r1"], "due first"
    assert found("47120865") == ["r3", "r1"]
    assert found("0865") == ["r1", "r3"], "whom the phone tail names comes before what ends so"
    assert found("865") == []
    assert found("D-77") == ["r1"]
    assert found("yt0865") == ["r2"]


def test_of_a_product_with_many_returns_those_due_first_are_found(database: Database) -> None:
    days = list(range(1, 29)) * 20
    random.Random(4).shuffle(days)
    tell(database, *(
        expected(f"r{n:03d}", tracking_numbers=(f"SF{n}",), refund_due=f"2026-12-{day:02d}T00:00:00.000Z")
        for n, day in enumerate(days)
    ))  # fmt: skip
    found = StoredReference(database).find_returns("6901234567892", 20)
    assert [one.refund_due[:10] for one in found] == ["2026-12-01"] * 20


def test_several_clues_find_the_return_they_have_in_common_among_thousands(database: Database) -> None:
    line = replace(expected().lines[0], serial_numbers=())
    tell(database, *(
        expected(
            f"r{n:04d}", tracking_numbers=(f"SF{n}",), order_number=f"O{n:05d}", buyer_phone_tail=f"{n % 100:04d}",
            lines=(line,), refund_due=f"2026-12-{n % 28 + 1:02d}T00:00:00.000Z",
        )
        for n in range(2500)
    ))  # fmt: skip
    reference = StoredReference(database)
    (first, *_rest) = reference.returns_by_clues(["6901234567892", "0042", "O00342"])
    assert first.id == "r0342", "named by all three, though its product is named by more than are ever looked at"
    assert {one.buyer_phone_tail for one in reference.returns_by_clues(["6901234567892", "0042"])} == {"0042"}
    assert reference.returns_by_clues(["", "\x00", "NOWHERE"]) == []


def test_the_count_of_waiting_parcels_is_right_whatever_happens(database: Database) -> None:
    chance = random.Random(9)
    reference, store, feed = StoredReference(database), StoredInspections(database), StoredFeed(database)
    makings: list[Making] = []
    for step in range(200):
        what = chance.randrange(5)
        number = chance.randrange(12)
        if what < 3:
            numbers = tuple({f"SF{chance.randrange(12)}" for _ in range(chance.randrange(1, 4))})
            one = expected(f"r{number}", tracking_numbers=numbers, buyer_phone_tail=str(chance.randrange(3)))
            body = return_to_json(one) if what else {}
            feed.apply_page("e", str(step), [FeedItem("expected_return", f"r{number}", body)])
        elif what == 3 or not makings:
            making = Making(store)
            making.add(making.parcel(f"SF{number}"))
            makings.append(making)
        else:
            making = chance.choice(makings)
            ways = {"open": (PARKED, CLOSED), "parked": (RESUMED,), "closed": (VOIDED,), "voided": ()}
            if steps := ways[making.inspection.state.value]:
                making.add(chance.choice(steps))
        with database.reading() as connection:
            right = connection.exec_driver_sql(
                "SELECT count(DISTINCT tracking_number) FROM expected_parcels p WHERE NOT EXISTS (SELECT 1 FROM"
                " inspections i WHERE i.tracking_number = p.tracking_number AND i.state = 'closed')"
            ).scalar()
            kept = connection.exec_driver_sql("SELECT value FROM counters").scalar()
        assert kept == right, step
        assert len(reference.queue()[0]) >= (right or 0)


def test_a_page_that_says_what_is_known_writes_nothing_but_its_cursor(database: Database) -> None:
    tell(database, expected("r1"), expected("r2"))
    changes: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        changes.append(statement.split()[0])

    event.listen(database._engine, "before_cursor_execute", note)
    tell(database, expected("r1"), expected("r2"))
    assert changes.count("DELETE") == changes.count("UPDATE") == 0
    assert changes.count("INSERT") == 2, "epoch and cursor"


def test_a_database_from_before_finds_by_endings_and_counts_what_waits(tmp_path: Path) -> None:
    shutil.copyfile(RELEASED, tmp_path / FILE_NAME)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as old:
        (waiting,) = old.execute(
            "SELECT count(DISTINCT tracking_number) FROM expected_parcels WHERE inspected = 0"
        ).fetchone()
        ids = {row[0] for row in old.execute("SELECT id FROM expected_returns")}
    database = open_database(tmp_path)
    reference = StoredReference(database)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT value FROM counters").scalar() == waiting > 0
    assert [one.id for one in reference.find_returns("000003")] == ["r3"]
    assert {one.id for one in reference.find_returns("6901234567892")} == ids
    assert [one.id for one in reference.returns_of_parcel("SF0000000000003")] == ["r3"]
    tell(database, expected("r3", tracking_numbers=("SF3",)))
    assert reference.find_returns("000003") == []
    database.close()


def test_unclaimed_parcels_of_before_are_found_when_their_return_arrives(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    making = Making(StoredInspections(database))
    making.add(making.parcel("yt 1", ()), item("u1", 1, return_id=""))
    identified = {"item_id": "u1", "finding": "unidentifiable", "by": "scan", "code": "SN-778"}
    making.add((EventKind.ITEM_IDENTIFIED, identified), photo(sha(1), codes=["TB-LATE-99"]))
    matched = Making(StoredInspections(database))
    matched.add(matched.parcel("SF9"), item("m1", 2))
    database.close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as old:
        old.executescript(
            "DROP TABLE unclaimed_codes; DROP TABLE match_proposals; DROP INDEX ix_items_return_id;"
            "DROP TABLE parcels_elsewhere; DROP INDEX ix_print_jobs_open; DROP INDEX ix_print_jobs_ticket;"
            "DROP INDEX ix_photos_safe; DROP TABLE photo_deletions; DROP TABLE attention_notes; DROP TABLE person_pins;"
            "ALTER TABLE photo_uploads DROP COLUMN safe_since; ALTER TABLE photo_uploads DROP COLUMN gone_at;"
            "ALTER TABLE print_jobs DROP COLUMN dpi_x; ALTER TABLE print_jobs DROP COLUMN dpi_y;"
            "ALTER TABLE print_jobs DROP COLUMN reprint_of; ALTER TABLE print_jobs DROP COLUMN ticket;"
            "ALTER TABLE print_jobs DROP COLUMN purpose; ALTER TABLE print_jobs DROP COLUMN document;"
            "DROP TABLE custody_act; DROP TABLE custody_item; DROP TABLE custody_finding; DROP TABLE custody_tote;"
            "DROP TABLE custody_manifest; DROP TABLE custody_arrival;"
            "ALTER TABLE print_jobs DROP COLUMN size; CREATE INDEX ix_print_jobs_open ON print_jobs (position);"
            "UPDATE alembic_version SET version_num = '0003'"
        )
    database = open_database(tmp_path)
    with database.reading() as connection:
        codes = {row[0] for row in connection.exec_driver_sql("SELECT code FROM unclaimed_codes")}
    assert codes == {"YT 1", "SN-778", "TB-LATE-99"}
    tell(database, expected("late", tracking_numbers=("SF5",)))
    assert StoredInspections(database).match_proposals() == [(making.inspection_id, "late")]
    database.close()
