"""What it costs to find things among a million expected returns, each kind of search beside a floor in the same run.

python tests/benchmarks/bench_returns.py [RETURNS] [FOLDER]     1,000,000 when not given; a FOLDER is used again

The floor of a search is one row read by its primary key with bare sqlite3 in turns with it; that of a scan is that and
one durable commit of as many bytes.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]

from factories import HandClock, MemoryPhotos, rule_book  # noqa: E402
from station_cases import PERSON, gtin, one_return, tracking_number  # noqa: E402

from inspection_station.domain.returns import ExpectedReturn, return_to_json  # noqa: E402
from inspection_station.storage.database import FILE_NAME  # noqa: E402
from inspection_station.storage.feed import StoredFeed  # noqa: E402
from inspection_station.storage.inspections import StoredInspections  # noqa: E402
from inspection_station.storage.opening import open_database  # noqa: E402
from inspection_station.storage.reference import StoredReference  # noqa: E402
from inspection_station.workflows.case import Desk  # noqa: E402
from inspection_station.workflows.ports import FeedItem, StationIdentity  # noqa: E402
from inspection_station.workflows.receiving import Outcome, candidates, receive  # noqa: E402

PAGE = 2000
POPULAR = 50  # products that half of all returns are of


def return_id(number: int) -> str:
    """The id of the return `number`, scattered as those of an import are."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))


def scattered(number: int) -> ExpectedReturn:
    """The return `number`: its own numbers in no order, half of them of a few popular products, due within a month."""
    chance = random.Random(number)
    product = chance.randrange(POPULAR) if number % 2 else number
    one = one_return(product)
    serial = (f"SN{chance.randrange(10**10):010d}",)
    minute = chance.randrange(30 * 1440)
    return replace(
        one_return(number), id=return_id(number), tracking_numbers=(scattered_tracking(number),),
        order_number=f"TB{chance.randrange(10**15):015d}", buyer_phone_tail=f"{chance.randrange(10**4):04d}",
        refund_due=f"2026-12-{minute // 1440 + 1:02d}T{minute % 1440 // 60:02d}:{minute % 60:02d}:00.000Z",
        lines=(replace(one.lines[0], serial_numbers=serial),),
    )  # fmt: skip


def scattered_tracking(number: int) -> str:
    """The parcel number of `scattered`."""
    return tracking_number(number * 7_368_787 % 10**13)


@dataclass
class Timed:
    """Milliseconds of an act and of its floor, in turns."""

    name: str
    ours: list[float]
    least: list[float]


def fill(folder: Path, count: int) -> float:
    """Give the station of `folder` so many returns by the feed; returns the rate a second of the feed alone."""
    database = open_database(folder, check=False)
    feed = StoredFeed(database)
    spent = 0.0
    for start in range(0, count, PAGE):
        page = [
            FeedItem("expected_return", one.id, return_to_json(one))
            for one in map(scattered, range(start, min(start + PAGE, count)))
        ]
        begun = time.perf_counter()
        feed.apply_page("epoch", str(start), page)
        spent += time.perf_counter() - begun
    database.close()
    return count / spent


def desk_of(folder: Path) -> tuple[Desk, StoredReference]:
    """A desk on the station's real database."""
    database = open_database(folder, check=False)
    reference = StoredReference(database)
    identity = StationIdentity("station", "B12", 43, "site", b"k" * 32)
    return Desk(
        StoredInspections(database), reference, MemoryPhotos(), HandClock(), identity, rule_book()
    ), reference


def searches(folder: Path, count: int, rounds: int) -> Iterator[Timed]:
    """Each kind of search, and the scan on the waiting screen that opens a parcel or finds nothing."""
    desk, reference = desk_of(folder)
    bare = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        commits = sqlite3.connect(Path(place) / "bare.sqlite3", isolation_level=None)
        commits.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (b)")

        def row(number: int) -> None:
            bare.execute("SELECT body FROM expected_returns WHERE id = ?", (return_id(number),)).fetchone()

        def commit(number: int) -> None:
            row(number)
            commits.execute("INSERT INTO t VALUES (?)", ("x" * 4000,))

        chance = random.Random(1)
        fresh = iter(random.Random(desk.store.next_item_number()).sample(range(count), rounds))

        def scan(number: int) -> None:
            assert receive(desk, PERSON, scattered_tracking(number)).outcome is Outcome.OPENED

        def clues(number: int) -> None:
            one = scattered(number)
            found = candidates(desk, "SF1", [one.lines[0].gtins[0], one.buyer_phone_tail])
            assert found and "phone_tail" in found[0].agreeing

        acts: dict[str, tuple[Callable[[int], object], Callable[[int], None]]] = {
            "tracking number": (lambda n: _one(reference.returns_of_parcel(scattered_tracking(n))), row),
            "order number": (lambda n: _one(reference.find_returns(scattered(n).order_number)), row),
            "return number": (lambda n: _one(reference.find_returns(scattered(n).return_number)), row),
            "tracking number's last 4": (lambda n: _one(reference.find_returns(scattered_tracking(n)[-4:])), row),
            "tracking number's last 6": (lambda n: _one(reference.find_returns(scattered_tracking(n)[-6:])), row),
            "tracking number's last 8": (lambda n: _one(reference.find_returns(scattered_tracking(n)[-8:])), row),
            "beginning of a tracking number": (lambda n: reference.find_returns(scattered_tracking(n)[:6]), row),
            "phone tail": (lambda n: _one(reference.find_returns(scattered(n).buyer_phone_tail)), row),
            "SKU": (lambda n: _one(reference.find_returns(scattered(n).lines[0].sku)), row),
            "GTIN of a popular product": (lambda n: _one(reference.find_returns(gtin(n % POPULAR))), row),
            "serial number": (lambda n: _one(reference.find_returns(scattered(n).lines[0].serial_numbers[0])), row),
            "nothing": (lambda n: reference.find_returns(f"ZZ{n}NOTHING"), row),
            "product and phone tail (candidates)": (clues, row),
            "queue and count": (lambda _n: reference.queue(), row),
            "scan → nothing expected": (lambda n: receive(desk, PERSON, f"ZT{n:012d}"), row),
            "scan → parcel open": (scan, commit),
        }
        for name, (act, floor) in acts.items():
            timed = Timed(name, [], [])
            for _ in range(rounds):
                number = next(fresh) if act is scan else chance.randrange(count)
                begun = time.perf_counter()
                act(number)
                timed.ours.append((time.perf_counter() - begun) * 1000)
                begun = time.perf_counter()
                floor(chance.randrange(count))
                timed.least.append((time.perf_counter() - begun) * 1000)
            yield timed
        commits.close()
    bare.close()


def _one(found: list[ExpectedReturn]) -> None:
    assert found


def main(count: int, folder: Path) -> None:
    """Fill, where that was not done, and print."""
    if not (folder / FILE_NAME).exists():
        rate = fill(folder, count)
        print(f"feed: {count:,} returns in pages of {PAGE:,}: {rate:.0f} a second", flush=True)
    size = (folder / FILE_NAME).stat().st_size / 1e6
    print(f"file: {size:,.0f} MB\n{'':<40}{'p50':>9}{'p95':>9}{'floor p50':>12}{'p95':>9}  ms")
    for timed in searches(folder, count, 300):
        ours, least = sorted(timed.ours), sorted(timed.least)
        at = [int(len(ours) * share) for share in (0.5, 0.95)]
        told = "".join(f"{values[place]:9.2f}" for values in (ours,) for place in at)
        floor = "".join(f"{least[place]:9.3f}" for place in at)
        print(f"{timed.name:<40}{told}   {floor}", flush=True)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        main(wanted, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(wanted, Path(made))
