"""What the station's database costs: a commit beside a bare one, and finding things among many items.

python tests/benchmarks/bench_station_database.py [ITEMS]     100,000 items when not given
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert
from storage_cases import CLOSED, Making, decided, expected, feed_return, item, photo, sha

from inspection_station.domain.folding import fold
from inspection_station.storage.database import Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.reference import StoredReference
from inspection_station.storage.tables import inspection_items, inspections, products
from inspection_station.workflows.ports import HistoryFilter

GRADES = ("A", "A", "A", "A", "B", "B", "C", "D")
DISPOSITIONS = ("restock",) * 15 + ("return_to_vendor",) * 3 + ("scrap", "hold")


def commit_cost(folder: Path, steps: int = 300) -> None:
    """The median of an append of one to three events, and of a bare FULL commit of as many bytes, in turns."""
    database = open_database(folder / "appends")
    store = StoredInspections(database)
    StoredFeed(database).apply_page("e", "1", [feed_return(expected())])
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
    appended: dict[str, list[float]] = {"1 event (photo)": [], "2 events (decide, close)": [], "open parcel": []}
    committed: list[float] = []
    for number in range(1, steps + 1):
        making = Making(store)
        kinds = (
            ("open parcel", (making.parcel(f"SF{number:012d}"), item(f"i{number}", number))),
            ("1 event (photo)", (photo(sha(number), f"i{number}", quality={"sharpness": 41.5, "light": 120}),)),
            ("2 events (decide, close)", (decided(f"i{number}"), CLOSED)),
        )
        for name, what in kinds:
            events = making.next_events(*what)
            after = fold([*making.events, *events])
            started = time.perf_counter()
            store.append(after, events)
            appended[name].append(time.perf_counter() - started)
            making.events += events
            started = time.perf_counter()
            bare.execute("INSERT INTO t (b) VALUES (?)", ("x" * 1500,))
            committed.append(time.perf_counter() - started)
    floor = statistics.median(committed)
    print(f"bare FULL commit              {floor * 1000:7.2f} ms")
    for name, times in appended.items():
        middle = statistics.median(times)
        worst = sorted(times)[int(len(times) * 0.95)]
        print(f"append, {name:<24} {middle * 1000:5.2f} ms   {middle / floor:4.1f} x   95 %: {worst * 1000:.2f} ms")
    database.close()
    bare.close()


def fill(database: Database, items: int) -> None:
    """Many closed items, written straight into the tables the history reads, as `append` would have."""
    chance = random.Random(1)
    names = ("无线耳机", "连衣裙", "跑步鞋", "保温杯", "机械键盘", "面霜", "积木", "双肩包")
    with database.writing() as connection:
        connection.execute(
            insert(products),
            [
                {
                    "id": n + 1,
                    "sku": f"SKU-{n:05d}",
                    "name_zh": f"{names[n % 8]} {n}",
                    "search": f"SKU-{n:05d}\x1f{names[n % 8]} {n}",
                }
                for n in range(5000)
            ],
        )
    for start in range(0, items, 10_000):
        rows, wholes = [], []
        for n in range(start, min(start + 10_000, items)):
            day, product = n * 330 // items, chance.randrange(5000)
            tracking = f"{chance.choice(('SF', 'YT', 'JT'))}{chance.randrange(10**13):013d}"
            at = f"2026-{day // 28 + 1:02d}-{day % 28 + 1:02d}T{n % 24:02d}:00:00.000Z"
            disposition = chance.choice(DISPOSITIONS)
            rows.append(
                {
                    "place": n + 1, "inspection_id": f"in{n}", "item_id": f"it{n}",
                    "rt_number": f"RT-26{day // 28 + 1:02d}{day % 28 + 1:02d}-043{n % 99999:05d}", "return_id": f"r{n}",
                    "tracking_number": tracking, "tracking_reversed": tracking[::-1],
                    "order_number": f"TB{chance.randrange(10**15):015d}", "return_number": f"RMA{n:08d}",
                    "phone_tail": f"{chance.randrange(10**4):04d}", "product_id": product + 1,
                    "sku": f"SKU-{product:05d}", "name_zh": f"{names[product % 8]} {product}", "name_en": "Product",
                    "variant": "M", "state": "closed", "identity": "match", "grade": chance.choice(GRADES),
                    "disposition": disposition, "liable": "buyer", "person": "p1", "station": "B12", "at": at,
                    "decided_at": at, "picture": f"{n:064x}", "random_check": False, "disputed": disposition == "hold",
                }
            )  # fmt: skip
            wholes.append({"id": f"in{n}", "tracking_number": tracking, "state": "closed", "opened_at": at})
        with database.writing() as connection:
            connection.execute(insert(inspection_items), rows)
            connection.execute(insert(inspections), wholes)


def timed(what: str, act: Callable[[], object]) -> None:
    """Print the median of nine runs and the first."""
    times = []
    for _ in range(9):
        started = time.perf_counter()
        found = act()
        times.append((time.perf_counter() - started) * 1000)
    size = len(found) if isinstance(found, list) else found
    print(f"{what:<46} {statistics.median(times):7.2f} ms   first {times[0]:7.2f} ms   -> {size}")


def searches(folder: Path, items: int) -> None:
    """The searches people make, among `items` items."""
    database = open_database(folder / "history")
    fill(database, items)
    database.close()
    size = (folder / "history" / "station.sqlite3").stat().st_size
    started = time.perf_counter()
    database = open_database(folder / "history")
    print(f"open with check, {size / 1e6:.0f} MB: {(time.perf_counter() - started) * 1000:.0f} ms")
    store = StoredInspections(database)
    (some,) = store.history(HistoryFilter(), 1)
    lookups = {
        "newest 100": HistoryFilter(),
        "whole RT number": HistoryFilter(text=some.rt_number),
        "RT prefix, all of them": HistoryFilter(text="RT-26"),
        "RT prefix, one early day": HistoryFilter(text="RT-260105"),
        "whole tracking number": HistoryFilter(text=some.tracking_number),
        "tracking prefix, a third": HistoryFilter(text="SF"),
        "tracking number's last four": HistoryFilter(text=some.tracking_number[-4:]),
        "order number's beginning": HistoryFilter(text="TB00123"),
        "SKU": HistoryFilter(text="SKU-00042"),
        "product name contains, an eighth": HistoryFilter(text="耳机"),
        "product name contains, few": HistoryFilter(text="耳机 4000"),
        "nothing found": HistoryFilter(text="ZZ-NOTHING"),
        "grade D": HistoryFilter(grades=("D",)),
        "grades C and D": HistoryFilter(grades=("C", "D")),
        "grade D and scrap": HistoryFilter(grades=("D",), dispositions=("scrap",)),
        "disputed": HistoryFilter(disputed_only=True),
        "since the last day": HistoryFilter(since="2026-12-22"),
        "since mid-year, grade D": HistoryFilter(since="2026-06-01", grades=("D",)),
        "a third by text, grade D, scrap": HistoryFilter(text="SF", grades=("D",), dispositions=("scrap",)),
        "name contains, disputed, last month": HistoryFilter(text="耳机", disputed_only=True, since="2026-11-20"),
        "grade that does not occur": HistoryFilter(grades=("X",)),
        "a third by text, grade that does not occur": HistoryFilter(text="SF", grades=("X",)),
    }
    for what, wanted in lookups.items():
        timed(f"history: {what}", lambda wanted=wanted: store.history(wanted))  # type: ignore[misc]
    timed("item by RT number", lambda: store.inspection_of_item(some.rt_number))
    timed("inspections of a parcel", lambda: store.inspections_of_parcel(some.tracking_number))
    timed("unfinished", store.unfinished)
    timed("today's tally", lambda: store.closed_since(some.at[:10]))
    feed, reference, outbox = StoredFeed(database), StoredReference(database), StoredOutbox(database)
    started = time.perf_counter()
    for page in range(40):
        feed.apply_page(
            "e",
            str(page),
            [
                feed_return(
                    expected(f"r{n}", tracking_numbers=(f"SF{n:013d}",), refund_due=f"2026-12-{n % 28 + 1:02d}")
                )
                for n in range(page * 500, page * 500 + 500)
            ],
        )
    print(f"feed: 20,000 expected returns in pages of 500   {20_000 / (time.perf_counter() - started):7.0f} a second")
    timed("queue of 20,000", lambda: reference.queue()[1])
    timed("returns of a parcel", lambda: reference.returns_of_parcel("SF0000000012345"))
    timed("find returns by order number", lambda: reference.find_returns("TB-r12345-99"))
    timed("line by GTIN", lambda: str(reference.line_by_code("6901234567892")))
    timed("outbox counts", lambda: outbox.counts().records)
    database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as place:
        commit_cost(Path(place))
        searches(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
