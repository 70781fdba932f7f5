"""Results as files: what was decided, in every format, safe to open in a spreadsheet, in bounded memory."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from centre_cases import in_process_centre, line_of
from storage_cases import CLOSED, Making, decided, expected, item

from inspection_station.domain.returns import return_to_json
from inspection_station.errors import StationProblem
from inspection_station.server import ledger
from inspection_station.server.centre import Centre
from inspection_station.server.outgoing.exports import (
    COLUMNS,
    ExportFormat,
    ExportWish,
    cell,
    moment,
    wish_of,
    write_export,
)
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import inspected_item, inspection

both = pytest.mark.both_databases
ZONE = "Asia/Shanghai"


def inspects(centre: Centre, number: int, at: str = "2026-11-21T02:42:33.120Z", **decision: Any) -> None:
    making = Making(station=decision.pop("station", "B12"))
    names = decision.pop("names", {})
    making.add(making.parcel(f"SF{number}"), item(f"i{number}", number, **names))
    making.add(decided(f"i{number}", **decision), CLOSED, at=at)
    verdicts = ledger.take(centre, "s", [line_of(event) for event in making.events])
    assert {verdict["verdict"] for verdict in verdicts} == {"stored"}


def exported(centre: Centre, kind: str, **wish: Any) -> bytes:
    out = io.BytesIO()
    write_export(centre, ExportWish(**wish), ExportFormat(kind), out)
    return out.getvalue()


def as_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@both
def test_every_format_holds_the_same_results(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    with centre.database.writer.begin() as connection:
        publish(connection, "expected_return", [("r1", return_to_json(expected()))])
    refund = {"kind": "partial", "amount_minor": 41930, "currency": "CNY", "reason": "affects_resale"}
    inspects(centre, 1, refund=refund, liability=[{"party": "buyer", "share": 60}, {"party": "carrier", "share": 40}])
    inspects(centre, 2, grade="D", disposition="scrap")
    rows = as_csv(exported(centre, "csv"))
    assert tuple(rows[0]) == COLUMNS
    first = rows[0]
    assert (first["rt_number"], first["return_number"], first["name_zh"]) == (
        "RT-261121-04300001", "RMA-r1", "无线耳机 3 代",
    )  # fmt: skip
    assert (first["refund"], first["refund_amount"], first["refund_currency"]) == ("partial", "419.30", "CNY")
    assert (first["liability"], first["closed_local"]) == ("buyer:60|carrier:40", "2026-11-21 10:42:33")
    assert json.loads(exported(centre, "json"))["results"] == rows
    sheet = openpyxl.load_workbook(io.BytesIO(exported(centre, "xlsx"))).worksheets[0]
    table = list(sheet.iter_rows(values_only=True))
    assert table[0] == COLUMNS
    amount = COLUMNS.index("refund_amount")
    assert table[1][amount] == 419.3  # a number: it can be added up
    texts = [["" if value is None else str(value) for value in line] for line in table[1:]]
    for told, row in zip(texts, rows, strict=True):
        assert [text for place, text in enumerate(told) if place != amount] == [
            value for name, value in row.items() if name != "refund_amount"
        ]
    centre.close()


@both
def test_results_by_period_grade_disposition_and_station(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    inspects(centre, 1, at="2026-11-20T15:59:59.999Z")
    inspects(centre, 2, at="2026-11-20T16:00:00.000Z", grade="B", disposition="restock_open_box")
    inspects(centre, 3, at="2026-11-21T15:59:59.999Z", station="B13", grade="D", disposition="scrap")
    inspects(centre, 4, at="2026-11-21T16:00:00.000Z", grade="D", disposition="scrap")
    open_one = Making()
    open_one.add(open_one.parcel("SF9"), item("i9", 9), decided("i9"))
    ledger.take(centre, "s", [line_of(event) for event in open_one.events])

    def numbers(told: dict[str, str]) -> list[str]:
        out = io.BytesIO()
        write_export(centre, wish_of(told, ZONE), ExportFormat.JSON, out)
        return [row["tracking_number"] for row in json.loads(out.getvalue())["results"]]

    assert numbers({}) == ["SF1", "SF2", "SF3", "SF4"]
    assert numbers({"from": "2026-11-21", "to": "2026-11-21"}) == ["SF2", "SF3"]  # days of the site
    assert numbers({"from": "2026-11-21T16:00:00Z"}) == ["SF4"]
    assert numbers({"grade": "B,D", "disposition": "scrap"}) == ["SF3", "SF4"]
    assert numbers({"station": "B13"}) == ["SF3"]
    assert numbers({"grade": "U"}) == []
    with pytest.raises(StationProblem) as refused:
        numbers({"from": "yesterday"})
    assert refused.value.code == "export.malformed"
    assert as_csv(exported(centre, "csv", site="West")) == []
    centre.close()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_can_be_run_as_a_formula(tmp_path: Path, start: str) -> None:
    centre = in_process_centre(tmp_path)
    bad = f'{start}cmd|"/c calc"!A1'
    inspects(centre, 1, names={"sku": bad, "name_zh": bad, "name_en": bad, "variant": bad}, tote=bad)
    [row] = as_csv(exported(centre, "csv"))
    book = openpyxl.load_workbook(io.BytesIO(exported(centre, "xlsx")))
    cells = dict(zip(COLUMNS, book.worksheets[0][2], strict=True))
    for name in ("sku", "name_zh", "name_en", "variant", "tote"):
        assert row[name] == cells[name].value == f"'{bad}"
        assert cells[name].data_type == "s"
    centre.close()


def test_tabs_and_returns_begin_no_formula_either() -> None:
    assert cell("\t=1") == "'\t=1" and cell("\r=1") == "'\r=1" and cell("a=1") == "a=1" and cell("") == ""


def test_times_are_days_of_the_site_or_moments() -> None:
    assert moment("2026-11-21", ZONE) == "2026-11-20T16:00:00.000Z"
    assert moment("2026-11-21", ZONE, is_end=True) == "2026-11-21T16:00:00.000Z"
    assert moment("2026-11-21T08:00:00", ZONE) == "2026-11-21T00:00:00.000Z"
    for text in ("2026-13-01", "today", "9999-12-31T23:59:59-23:00", "0001-01-01"):
        with pytest.raises(ValueError):
            moment(text, ZONE)


def test_memory_does_not_grow_with_the_number_of_results(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    centre = in_process_centre(tmp_path)
    peaks = []
    had = 0
    for count in (500, rounds(3_000, 200_000)):
        with centre.database.writer.begin() as connection:
            numbers = range(had, count)
            blank = {column.name: "" for column in inspection.c} | {"state": "closed", "events": 4}
            connection.execute(
                sa.insert(inspection),
                [blank | {"id": f"p{n:07d}", "closed_at": f"2026-11-21T{n:09d}"} for n in numbers],
            )
            blank = {column.name: "" for column in inspected_item.c} | {"grade": "A", "disposition": "restock"}
            connection.execute(
                sa.insert(inspected_item),
                [blank | {"id": f"i{n}", "inspection_id": f"p{n:07d}", "name_zh": "无线耳机" * 20} for n in numbers],
            )
        had = count
        for kind in ("csv", "json", "xlsx"):
            with (tmp_path / "out").open("wb") as out:
                tracemalloc.start()
                assert write_export(centre, ExportWish(), ExportFormat(kind), out) == count
                peaks.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.stop()
    few, many = peaks[:3], peaks[3:]
    assert all(after < before * 1.5 + 1_000_000 for before, after in zip(few, many, strict=True)), peaks
    centre.close()
