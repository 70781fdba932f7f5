"""What an import of expected returns costs, beside a bulk insert of the same returns in the same run.

python tests/benchmarks/bench_import.py [ROWS]     100,000 when not given

The floor is one transaction of bare sqlite3 that inserts the same bodies into a table with the same keys, on disk.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests"), str(Path(__file__).resolve().parent)]

from bench_returns import scattered  # noqa: E402
from centre_cases import in_process_centre  # noqa: E402

from inspection_station.admin.demo_csv import COLUMNS  # noqa: E402
from inspection_station.domain.returns import return_to_json  # noqa: E402
from inspection_station.server.reference_import import import_returns, shipped_lists  # noqa: E402
from inspection_station.workflows.returns_import import read_returns  # noqa: E402


@dataclass(frozen=True)
class Timed:
    """Seconds of a step, and of its floor."""

    name: str
    seconds: float
    floor: float


def rows(count: int) -> Iterator[dict[str, str]]:
    """Rows of returns, one in ten of them with a second line."""
    number = made = 0
    while made < count:
        expected = return_to_json(scattered(number))
        line = {**expected, **expected["lines"][0], "client": "client", "gtin": expected["lines"][0]["gtins"]}
        line |= {"unit_price_minor": line["unit_price"]["minor"], "currency": "CNY"}
        for place in (1, 2) if number % 10 == 0 else (1,):
            cells = {name: line[name] for name in COLUMNS} | {"line": place}
            yield {name: "|".join(cell) if isinstance(cell, tuple) else str(cell) for name, cell in cells.items()}
            made += 1
        number += 1


def as_csv(table: list[dict[str, str]], path: Path) -> None:
    """The rows as CSV."""
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(table)


def as_xlsx(table: list[dict[str, str]], path: Path) -> None:
    """The rows as a sheet."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append(list(COLUMNS))
    for row in table:
        page.append(list(row.values()))
    book.save(path)


def as_json(table: list[dict[str, str]], path: Path) -> None:
    """The rows as records of one line each, or two where two rows follow each other."""
    records: list[dict[str, Any]] = []
    for row in table:
        if records and records[-1]["return_number"] == row["return_number"]:
            records[-1]["lines"].append(row)
        else:
            records.append({**row, "lines": [row]})
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def bulk_insert(bodies: list[tuple[str, str]], folder: Path) -> float:
    """Seconds of the floor."""
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
        " kind TEXT, id TEXT, body TEXT, UNIQUE (kind, id))"
    )
    begun = time.perf_counter()
    bare.execute("BEGIN IMMEDIATE")
    bare.executemany("INSERT INTO t (kind, id, body) VALUES ('expected_return', ?, ?)", bodies)
    bare.execute("COMMIT")
    seconds = time.perf_counter() - begun
    bare.close()
    return seconds


def figures(folder: Path, count: int) -> Iterator[Timed]:
    """Each way of importing so many rows."""
    table = list(rows(count))
    as_csv(table, folder / "returns.csv")
    as_xlsx(table, folder / "returns.xlsx")
    as_json(table, folder / "returns.json")
    del table
    lists = shipped_lists()
    read = read_returns(folder / "returns.csv", lists)
    assert read.rows == count and not read.faults, read.faults[:2]
    bodies = [(one.id, json.dumps(return_to_json(one), ensure_ascii=False, sort_keys=True)) for one in read.returns]
    floor = bulk_insert(bodies, folder)
    del bodies, read
    centre = in_process_centre(folder / "centre")
    again = "import, nothing changed"
    for name, kind in (("import, all new", "csv"), (again, "csv"), (again, "xlsx"), (again, "json")):
        begun = time.perf_counter()
        report = import_returns(centre, folder / f"returns.{kind}")
        yield Timed(f"{name} ({kind})", time.perf_counter() - begun, floor)
        assert not report.faults and bool(report.new) == ("new" in name), report.faults[:2]
    begun = time.perf_counter()
    text = (folder / "returns.csv").read_text(encoding="utf-8-sig")
    assert sum(1 for _ in csv.reader(io.StringIO(text))) == count + 1
    bare = time.perf_counter() - begun
    for kind in ("csv", "xlsx", "json"):
        begun = time.perf_counter()
        assert not read_returns(folder / f"returns.{kind}", lists).faults
        yield Timed(f"read and check alone ({kind}); floor: csv.reader alone", time.perf_counter() - begun, bare)
    centre.close()


def main(count: int) -> None:
    """Print."""
    with tempfile.TemporaryDirectory() as made:
        print(f"{count:,} rows{'':<46}{'s':>8}{'rows/s':>10}{'floor s':>10}{'ratio':>8}")
        for timed in figures(Path(made), count):
            rate, ratio = count / timed.seconds, timed.seconds / timed.floor
            print(f"{timed.name:<56}{timed.seconds:8.2f}{rate:10,.0f}{timed.floor:10.2f}{ratio:7.1f} ×", flush=True)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
