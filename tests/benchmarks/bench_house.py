"""What the lead's screens cost with many items in the database, each beside a floor in the same run.

    PYTHONPATH=.:tests:tests/benchmarks python tests/benchmarks/bench_house.py [ITEMS] [FOLDER]

1,000,000 when not given; a FOLDER is used again. Almost all items have left the house, 20,000 lie in 600 totes, 400
wait for a lead. The floor of opening the board is one row read by primary key and the parsing of as many item bodies
as are shown; that of a scan with its verdict is one row read and one durable commit of as many bytes, with bare
sqlite3, in turns.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]

from factories import HandClock  # noqa: E402

from inspection_station.domain.custody.acts import Act, ActKind, hash_of  # noqa: E402
from inspection_station.domain.custody.house_item import HouseItem  # noqa: E402
from inspection_station.domain.identifiers import tote_code, uuid7  # noqa: E402
from inspection_station.domain.people import Person, Role  # noqa: E402
from inspection_station.settings import Settings  # noqa: E402
from inspection_station.station.assembly import Station  # noqa: E402
from inspection_station.station.presenting import house_list, house_record, review, sorting  # noqa: E402
from inspection_station.station.presenting.history_views import HistoryWish  # noqa: E402
from inspection_station.storage.custody import keep_names  # noqa: E402
from inspection_station.storage.database import FILE_NAME  # noqa: E402
from inspection_station.workflows.sorting import Placed, Sorting  # noqa: E402

LYING, TO_REVIEW, TOTES, PAGE = 20_000, 400, 600, 5_000
DISPOSITIONS = ("restock", "refurbish", "scrap", "restock_open_box", "donate")


@dataclass(frozen=True)
class Timed:
    """One kind of work: how long each of ours took and each of the floor's, in milliseconds."""

    name: str
    ours: list[float]
    least: list[float]
    asked: str


def item(number: int, tote: str) -> HouseItem:
    """The item `number`; one without a tote has left the house."""
    chance = random.Random(number)
    disposition = DISPOSITIONS[number % len(DISPOSITIONS)]
    month, day, second = 1 + number // 28 % 11, 1 + number % 28, chance.randrange(86_400)
    at = f"2026-{month:02d}-{day:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000Z"
    rt_number = f"RT-26{month:02d}{day:02d}-{number % 999 + 1:03d}{number % 99_999 + 1:05d}"
    return HouseItem(
        f"item-{number:08d}", f"inspection-{number:08d}", rt_number,
        tracking_number=f"SF{chance.randrange(10**13):013d}",
        order_number=f"TB{chance.randrange(10**15):015d}",
        phone_tail=f"{chance.randrange(10**4):04d}",
        client=f"c{number % 7}", station=f"B{number % 40:02d}", person=f"p{number % 60}", arrived_at=at, decided_at=at,
        sku=f"YL-{number % 5000:04d}", name_zh="轻薄羽绒服", name_en="Light down jacket", variant="藏青 / M",
        category="apparel", vendor=f"v{number % 80}", vendor_name=f"供应商 {number % 80}", price_minor=19_900,
        currency="CNY", reason="size_mismatch", identity="match", grade="A", disposition=disposition, label_issue=1,
        tote=tote, needs_lead=bool(tote) and number < TO_REVIEW,
        findings=({"id": "f", "question": "q", "code": "stain", "severity": "minor", "place": "", "part": ""},),
        why=({"text": "x" * 300},),
    )  # fmt: skip


def fill(folder: Path, count: int) -> Station:
    """A station with `count` items; one that is there already is opened."""
    there = (folder / FILE_NAME).exists()
    station = Station(Settings(), folder, check=False)
    if there:
        return station
    codes = [tote_code(number + 1) for number in range(TOTES)]
    with station.database.writing() as connection:
        station.ledger.keep_acts(connection, [opened(code, number) for number, code in enumerate(codes)])
    lying = min(LYING, count)
    for start in range(0, count, PAGE):
        items = [item(n, codes[n % TOTES] if n < lying else "") for n in range(start, min(count, start + PAGE))]
        with station.database.writing() as connection:
            station.ledger.keep_items(connection, items)
            keep_names(connection, {(one.sku, one.name_zh, one.name_en, one.variant) for one in items})
    return station


def opened(code: str, number: int) -> Act:
    """A tote opened for one of the dispositions."""
    facts = {"disposition": DISPOSITIONS[number % len(DISPOSITIONS)], "vendor": ""}
    at = "2026-11-21T01:00:00.000Z"
    act = Act(uuid7(), ActKind.TOTE_OPENED, f"tote:{code}", 1, (), at, 0, "B01", "s", "p", facts)
    return replace(act, hash=hash_of(act))


def ms(begun: float) -> float:
    """Milliseconds since."""
    return (time.perf_counter() - begun) * 1000


def figures(folder: Path, count: int, rounds: int) -> Iterator[Timed]:
    """Open the board, and scan items into totes, each in turns with its floor."""
    station = fill(folder, count)
    bare = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    keeper = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    keeper.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b)"
    )
    [body] = bare.execute("SELECT body FROM custody_item WHERE place = 1").fetchone()
    wish, ours, least = sorting.BoardWish(), [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        view = sorting.board(station.showing, station.custody, wish, "B01")
        rows, waiting = station.custody.to_review(review.AT_ONCE), station.custody.count_to_review()
        review.queue(station.showing, rows, waiting, 0)
        ours.append(ms(begun))
        shown = sum(len(one.cards) for one in view.columns) + len(rows)
        begun = time.perf_counter()
        bare.execute("SELECT body FROM custody_item WHERE place = 1").fetchone()
        for _one in range(shown):
            json.loads(body)
        least.append(ms(begun))
    yield Timed(f"board of {count:,} items, open", ours, least, "≤ 400 ms p95")
    lead = Person("lead", "", "", Role.LEAD)
    board = Sorting(station.custody, HandClock(), station.desk.station, lead)
    chance, ours, least = random.Random(3), [], []
    for _ in range(rounds * 4):
        number = chance.randrange(min(LYING, count))
        code = tote_code(1 + (number + len(DISPOSITIONS) * chance.randrange(1, 100)) % TOTES)
        rt_number = item(number, "").rt_number
        begun = time.perf_counter()
        station.custody.item(rt_number)
        outcome = board.place(rt_number, code)
        ours.append(ms(begun))
        if not isinstance(outcome, Placed) and outcome.refusal.code != "tote.full":
            raise RuntimeError(f"{rt_number} → {code}: {outcome}")
        begun = time.perf_counter()
        bare.execute("SELECT body FROM custody_item WHERE rt_number = ?", (rt_number,)).fetchone()
        keeper.execute("INSERT INTO t (b) VALUES (?)", ("x" * 1500,))
        least.append(ms(begun))
    yield Timed("scan of an item and its tote, to the verdict", ours, least, "≤ 150 ms p95")
    yield from history(station, bare, body, count, rounds)
    bare.close()
    keeper.close()
    station.close()


def history(station: Station, bare: sqlite3.Connection, body: str, count: int, rounds: int) -> Iterator[Timed]:
    """Open the history with its first record, and find items by all that they are found by."""
    lead, chance = Person("lead", "", "", Role.LEAD), random.Random(5)
    showing, house = station.showing, station.house
    ours, least = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        rows = house_list.rows(showing, house, HistoryWish(period="all"))
        known = house_record.known_item(station, rows[0].inspection_id, rows[0].item_id)
        if known is None:
            raise RuntimeError("the first line has no record")
        house_record.elsewhere_view(showing, known, lead, True)
        ours.append(ms(begun))
        least.append(parsed(bare, body, len(rows) + 1))
    yield Timed("history, open with its first record", ours, least, "≤ 400 ms p95")
    ours, least = [], []
    for turn in range(rounds * len(SOUGHT)):
        one = item(chance.randrange(count), "")
        wish = HistoryWish(period="all", **SOUGHT[turn % len(SOUGHT)](one))
        begun = time.perf_counter()
        found = house_list.rows(showing, house, wish)
        ours.append(ms(begun))
        if not found:
            raise RuntimeError(f"nothing found for {wish}")
        least.append(parsed(bare, body, len(found)))
    yield Timed("history, search and filter", ours, least, "≤ 100 ms p95")


def parsed(bare: sqlite3.Connection, body: str, shown: int) -> float:
    """How long one row by its key and the parsing of as many items take."""
    begun = time.perf_counter()
    bare.execute("SELECT body FROM custody_item WHERE place = 1").fetchone()
    for _one in range(shown):
        json.loads(body)
    return ms(begun)


SOUGHT: tuple[Callable[[HouseItem], dict[str, str]], ...] = (
    lambda one: {"text": one.rt_number},
    lambda one: {"text": one.rt_number[-6:]},
    lambda one: {"text": one.tracking_number},
    lambda one: {"text": one.tracking_number[-6:]},
    lambda one: {"text": one.order_number[:6]},
    lambda one: {"text": one.phone_tail},
    lambda one: {"text": one.sku},
    lambda one: {"text": "羽绒服"},  # every item
    lambda one: {"text": "污渍"},  # every item has it
    lambda one: {"station": one.station, "grade": one.grade},
    lambda one: {"person": one.person, "disposition": one.disposition},
    lambda one: {"vendor": one.vendor, "text": "羽绒服"},
)


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for timed in figures(folder, count, 50):
            ours, least = sorted(timed.ours), sorted(timed.least)
            at = int(len(ours) * 0.95)
            print(f"{timed.name}: p50 {ours[len(ours) // 2]:.1f}, p95 {ours[at]:.1f} ms, floor p95 {least[at]:.1f} ms "
                  f"= {ours[at] / least[at]:.1f} × ({timed.asked})")  # fmt: skip


if __name__ == "__main__":
    main()
