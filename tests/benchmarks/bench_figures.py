"""What the page of figures costs for a month, beside one bare reading of the same rows in the same run.

    PYTHONPATH=.:tests:tests/benchmarks python tests/benchmarks/bench_figures.py [ITEMS] [FOLDER]

200,000 inspections of a month when not given, and as many of the month before, against which the page compares.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests"), str(PROJECT / "tests" / "benchmarks")]

from bench_house import item  # noqa: E402

from inspection_station.settings import Settings  # noqa: E402
from inspection_station.station.assembly import Station  # noqa: E402
from inspection_station.station.presenting.figures import FiguresWish, asked_of, figures  # noqa: E402
from inspection_station.storage.database import FILE_NAME  # noqa: E402
from inspection_station.workflows.clock import utc_text  # noqa: E402

MODELS = 500  # items written as a bench writes them; the rest are their copies at other times
REASONS = ("size_mismatch", "unwanted", "quality_defect", "not_as_described", "other")


@dataclass(frozen=True)
class Timed:
    """How long each of ours took and each of the floor's, in milliseconds."""

    name: str
    ours: list[float]
    least: list[float]
    asked: str = "≤ 1 s"


def fill(folder: Path, count: int) -> Station:
    """A station with `count` items of the last thirty days, and as many of the thirty before."""
    there = (folder / FILE_NAME).exists()
    station = Station(Settings(), folder, check=False)
    if there:
        return station
    now, chance = datetime.now(UTC), random.Random(7)
    models = []
    for number in range(MODELS):
        at = utc_text(now)
        one = item(number, "")
        models.append(
            replace(one, decided_at=at, arrived_at=at, reason=chance.choice(REASONS),
                    findings=one.findings if chance.random() < 0.15 else ())
        )  # fmt: skip
    with station.database.writing() as connection:
        station.ledger.keep_items(connection, models)
    bare = sqlite3.connect(folder / FILE_NAME)
    names = [row[1] for row in bare.execute("PRAGMA table_info(custody_item)") if row[1] not in
             ("place", "item_id", "decided_at")]  # fmt: skip
    columns = ", ".join(names)
    bare.execute("CREATE TEMP TABLE model AS SELECT * FROM custody_item ORDER BY place")
    ages = sorted((60 + chance.randrange(60 * 86_400) for _ in range(2 * count)), reverse=True)
    rows = (  # in the order of their decisions, as they come
        (f"copy-{n}", utc_text(now - timedelta(seconds=age)), 1 + chance.randrange(MODELS))
        for n, age in enumerate(ages)
    )
    bare.executemany(
        f"INSERT INTO custody_item (item_id, decided_at, {columns}) SELECT ?, ?, {columns} FROM model WHERE rowid = ?",
        rows,
    )
    bare.execute("DELETE FROM custody_item WHERE item_id NOT LIKE 'copy-%'")
    bare.commit()
    bare.execute("ANALYZE")
    bare.close()
    return station


def measured(folder: Path, count: int, rounds: int) -> Iterator[Timed]:
    """The whole page of a month, in turns with one reading of the month's rows."""
    station = fill(folder, count)
    bare = sqlite3.connect(folder / FILE_NAME)
    wish, ours, least = FiguresWish("month"), [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        view = figures(station.showing, station.figures, wish, "", 1000, None)
        ours.append((time.perf_counter() - begun) * 1000)
        if view.is_empty:
            raise RuntimeError("nothing was counted")
        period = asked_of(station.showing, station.figures, wish).period
        begun = time.perf_counter()
        bare.execute(
            "SELECT count(*), sum(price_minor), max(reason), max(disposition), max(vendor) FROM custody_item"
            " WHERE decided_at >= ? AND decided_at < ? AND state = 'closed'", (period.since, period.until),
        ).fetchone()  # fmt: skip
        least.append((time.perf_counter() - begun) * 1000)
    bare.close()
    station.close()
    yield Timed(f"figures of a month of {count:,}", ours, least)


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for timed in measured(folder, count, 10):
            ours, least = sorted(timed.ours), sorted(timed.least)
            print(f"{timed.name}: median {ours[len(ours) // 2]:.0f}, worst {ours[-1]:.0f} ms, "
                  f"one reading {least[len(least) // 2]:.0f} ms ({timed.asked})")  # fmt: skip


if __name__ == "__main__":
    main()
