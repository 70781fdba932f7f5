"""What the centre's database costs, on SQLite and on PostgreSQL, beside the same work without the centre.

    PYTHONPATH=.:tests:tests/benchmarks python tests/benchmarks/bench_centre_database.py [--quick]

Every figure and its floor come from one run, in turns, on databases of one kind on one disk with the same durability:

- rows: the transaction in which a batch of 50 is kept (what is known of it looked up, rows and marks written,
  committed) beside SQLAlchemy Core's bulk insert of the same 50 rows and its commit; then the same with reading and
  checking the hashes of the lines before it, which a bulk insert does not do; then with four senders at once.
- feed: a page of 500 as the centre sends it, beside the same bytes made from rows that the bare driver fetched; and
  beside the fetching alone.
- commits: sixteen writers that tell one thing each, beside the same with the naive cursor (a sequence number).
- the door: 200 simulated benches at a real process, each waiting for news, 10 records a second in all.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from postgres_server import NoPostgres, PostgresServer
from sqlalchemy.dialects import postgresql

from inspection_station.server import ledger
from inspection_station.server.arrivals import read_arrival
from inspection_station.server.centre import Centre, open_centre
from inspection_station.server.renewals import bring_up_to_date
from inspection_station.server.returns_feed import BEGINNING, page_after, publish
from inspection_station.server.tables import record

BATCH = 50
WRITERS = 16
NOW = "2026-11-21T02:42:33.120Z"
PAGE = 500
WALKS = 8  # through the whole feed; the first does not count
WARMING = 2  # batches before the figures count: connections made, statements prepared

Work = Callable[[], object]


@dataclass(frozen=True)
class Rate:
    """A rate and its floor, so many a second; what is asked of their ratio."""

    name: str
    value: float
    floor: float
    asked: str


def seconds(work: Work) -> float:
    """How long `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def at_once(count: int, parts: Sequence[Work]) -> float:
    """Seconds in which `count` threads do these."""
    left, lock = iter(parts), threading.Lock()

    def one() -> None:
        while True:
            with lock:
                part = next(left, None)
            if part is None:
                return
            part()

    threads = [threading.Thread(target=one) for _ in range(count)]

    def all_of_them() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return seconds(all_of_them)


def lines_of(inspections: int) -> list[bytes]:
    """The records of so many inspections of ten events each."""
    import bench_sync
    from centre_cases import line_of

    bench_sync.INSPECTIONS = inspections
    return [line_of(event) for events in bench_sync._inspections() for event in events]


def rows(kind: str, make: Callable[[], Centre], lines: Sequence[bytes]) -> Iterator[Rate]:
    """Batches kept, beside bulk inserts."""
    ours, plain = make(), make()
    batches = [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]
    reading = keeping = inserting = 0.0
    prepared = []
    for turn, batch in enumerate(batches):
        if turn == WARMING:
            reading = keeping = inserting = 0.0
        begun = time.perf_counter()
        arrivals = [read_arrival(index, line) for index, line in enumerate(batch)]
        reading += time.perf_counter() - begun
        keep = ledger.keeper(arrivals, "s", NOW)
        keeping += seconds(lambda keep=keep: ours.database.write(keep))  # type: ignore[misc]
        told = [dict(zip(ledger.COLUMNS, ledger.row_of(arrival, "s", NOW), strict=True)) for arrival in arrivals]
        inserting += seconds(lambda told=told: insert(plain, told))  # type: ignore[misc]
        prepared.append(told)
    renewing = seconds(lambda: bring_up_to_date(ours))
    count = len(lines) - WARMING * BATCH
    yield Rate(f"{kind}: rows at batch 50, written", count / keeping, count / inserting, "≥ 0.8 ×")
    yield Rate(f"{kind}: … read, checked, written", count / (reading + keeping), count / inserting, "")
    yield Rate(
        f"{kind}: … and their inspections renewed", count / (reading + keeping + renewing), count / inserting, ""
    )
    ours.close()
    plain.close()
    ours, plain = make(), make()
    taken = at_once(4, [lambda batch=batch: ledger.take(ours, "s", batch, renew=False) for batch in batches])  # type: ignore[misc]
    put = at_once(4, [lambda told=told: insert(plain, told) for told in prepared])  # type: ignore[misc]
    yield Rate(f"{kind}: … by four senders at once", count / taken, count / put, "")
    ours.close()
    plain.close()


def insert(centre: Centre, told: Sequence[dict[str, Any]]) -> None:
    """A plain Core bulk insert."""
    with centre.database.writer.begin() as connection:
        connection.execute(sa.insert(record), told)


def feed(kind: str, make: Callable[[], Centre], pages: int) -> Iterator[Rate]:
    """Pages of the feed, beside the same page by the driver alone."""
    centre = make()
    body = {"tracking_number": "SF1234567890123", "lines": [{"sku": "JX-2290-WHT", "name": "无线耳机", "quantity": 2}]}
    things = ((f"R{number:07d}", {**body, "return_number": f"RMA-{number}"}) for number in range(pages * PAGE))
    with centre.database.writer.begin() as connection:
        publish(connection, "expected_return", things)
    ours = least = fetching = 0.0
    place, after = BEGINNING, 0
    bare, query = raw_reader(centre)
    for turn in range(WALKS * pages):
        if turn % pages == 0:
            place, after = BEGINNING, 0
        if turn == pages:
            ours = least = fetching = 0.0  # both were connected, had their statements prepared and everything in memory
        begun = time.perf_counter()
        with centre.database.glance.connect() as connection:
            page = page_after(connection, place, PAGE)
        page.within({"epoch": "e"})
        ours += time.perf_counter() - begun
        begun = time.perf_counter()
        found = bare.execute(query, (after,)).fetchall()
        fetching += time.perf_counter() - begun
        written_out(found).encode()
        least += time.perf_counter() - begun
        assert page.count == len(found) == PAGE
        place, after = page.place, found[-1][0]
    count = (WALKS - 1) * pages
    yield Rate(f"{kind}: feed, pages of {PAGE}", count / ours, count / least, "≥ 0.7 ×")
    yield Rate(f"{kind}: … beside rows fetched alone", count / ours, count / fetching, "")
    bare.close()
    centre.close()


def written_out(found: Sequence[tuple[int, str, str, str]]) -> str:
    """The page that is sent, of what the driver fetched."""
    items = [
        f'{{"kind":{encode_basestring(kind)},"id":{encode_basestring(name)},"body":{body}}}'
        for _seq, kind, name, body in found
    ]
    return f'{{"epoch":"e","items":[{",".join(items)}]}}'


def raw_reader(centre: Centre) -> tuple[Any, str]:
    """A bare connection, and what asks it for the same page."""
    query = "SELECT seq, kind, id, body FROM feed_item WHERE seq > {} ORDER BY seq LIMIT 500"
    if not centre.database.is_postgres:
        return sqlite3.connect(centre.database.path), query.format("?")
    url = centre.database.writer.url
    host = str(url.query["host"])
    return psycopg.connect(host=host, user=url.username, dbname=url.database, autocommit=True), query.format("%s")


def commits(make: Callable[[], Centre], each: int) -> Iterator[Rate]:
    """Sixteen writers on PostgreSQL that tell one thing a commit, a reader following; in turns with the naive way."""
    naive = sa.Table(
        "naive_item", sa.MetaData(), sa.Column("seq", sa.BigInteger, primary_key=True), sa.Column("kind", sa.Text),
        sa.Column("id", sa.Text), sa.Column("body", sa.Text), sa.UniqueConstraint("kind", "id"),
    )  # fmt: skip
    centre = make()
    naive.create(centre.database.writer)

    def tell(writer: int, number: int) -> None:
        with centre.database.writer.begin() as connection:
            publish(connection, "tote", [(f"{writer}-{number}", {"slot": number})])

    def tell_naively(writer: int, number: int) -> None:
        with centre.database.writer.begin() as connection:
            name, body = f"{writer}-{number}", json.dumps({"slot": number}, ensure_ascii=False, sort_keys=True)
            mine = sa.select(naive.c.id, naive.c.body).where(naive.c.kind == "tote", naive.c.id.in_([name]))
            connection.execute(mine).all()
            row = postgresql.insert(naive)
            row = row.on_conflict_do_update(
                index_elements=["kind", "id"], set_={"seq": row.excluded.seq, "body": row.excluded.body}
            )
            connection.execute(row, [{"kind": "tote", "id": name, "body": body}])

    def follow(done: threading.Event, read: Callable[[sa.Connection], None]) -> None:
        while not done.wait(0.05):
            with centre.database.reader.connect() as connection:
                read(connection)

    place, after = [BEGINNING], [0]

    def read(connection: sa.Connection) -> None:
        place[0] = page_after(connection, place[0], PAGE).place

    def read_naively(connection: sa.Connection) -> None:
        newer = sa.select(naive).where(naive.c.seq > after[0]).order_by(naive.c.seq).limit(PAGE)
        after[0] = max([row.seq for row in connection.execute(newer)], default=after[0])

    spent = {"ours": 0.0, "naive": 0.0}
    for turn in range(6):
        which, work, reader = (("ours", tell, read), ("naive", tell_naively, read_naively))[turn % 2]
        done = threading.Event()
        following = threading.Thread(target=follow, args=(done, reader))
        following.start()
        numbers = range(turn * each, (turn + 1) * each)
        parts = [lambda number=number, w=work: w(number % WRITERS, number) for number in numbers]  # type: ignore[misc]
        spent[which] += at_once(WRITERS, parts)
        done.set()
        following.join()
    rate = 3 * each / spent["ours"]
    yield Rate("PostgreSQL: feed, commits of 16 writers", rate, 3 * each / spent["naive"], "≥ 0.7 ×")
    centre.close()


def figures(folder: Path, quick: bool) -> Iterator[Rate]:
    """Everything but the door."""
    lines = lines_of(40 if quick else 400)
    made = 0

    def make_on(server: PostgresServer | None) -> Callable[[], Centre]:
        def make() -> Centre:
            nonlocal made
            made += 1
            return open_centre(folder / str(made), database=server.new_database() if server else "")

        return make

    for kind in ("SQLite", "PostgreSQL"):
        server = PostgresServer(on_disk=True).start() if kind == "PostgreSQL" else None
        try:
            yield from rows(kind, make_on(server), lines)
            yield from feed(kind, make_on(server), 6 if quick else 40)
            if server:
                yield from commits(make_on(server), 320 if quick else 2400)
        finally:
            if server:
                server.stop()


def main() -> None:
    """Print every figure."""
    from bench_centre_door import measure

    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory() as made:
        try:
            for rate in figures(Path(made), quick):
                ratio = rate.value / rate.floor
                print(f"{rate.name:<52}{rate.value:>9.0f}/s of {rate.floor:>7.0f}/s  {ratio:5.2f} ×  {rate.asked}")
        except NoPostgres as error:
            print(f"no PostgreSQL here: {error}")
        for name, value, unit, asked in measure(Path(made) / "door", 8 if quick else 40):
            print(f"{name:<52}{value:>9.1f} {unit:<6} {asked}")


if __name__ == "__main__":
    main()
