"""Results of inspections as CSV, XLSX or JSON files, however many: written as they are read, never all in memory.

No cell can be run by a spreadsheet: what begins like a formula gets an apostrophe in front. CSV files begin with the
mark by which Excel knows UTF-8.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from sqlalchemy import Connection

from inspection_station.domain.money import MINOR_DIGITS
from inspection_station.errors import N_, StationProblem
from inspection_station.server.centre import DEFAULT_TIME_ZONE, Centre, fact, iso
from inspection_station.server.outgoing.bodies import plain
from inspection_station.server.outgoing.facts import FactType
from inspection_station.server.renewals import bring_up_to_date
from inspection_station.server.statements import among
from inspection_station.server.tables import inspected_item, inspection, outgoing_event, record, station
from inspection_station.workflows.table_files import safe_cell

AT_ONCE = 500  # rows
ROWS_OF_A_SHEET = 1_000_000
COLUMNS = (
    "inspection_id", "rt_number", "tracking_number", "station", "closed_at", "closed_local", "return_number",
    "order_number", "sku", "name_zh", "name_en", "variant", "category", "identity", "grade", "disposition", "findings",
    "liability", "refund", "refund_amount", "refund_currency", "refund_reason", "tote", "needs_lead",
)  # fmt: skip
_WIDE = frozenset("＝＋－＠")  # what some spreadsheets read as = + - @

Row = Mapping[str, str | Decimal]


class ExportFormat(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """Its MIME type."""
        return {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "json": "application/json",
        }[self.value]


@dataclass(frozen=True)
class ExportWish:
    """Which results: of inspections closed from `start` up to before `end` (UTC, as in the data; empty: any).

    `site`: only what stations of that site sent; other empty values: any.
    """

    start: str = ""
    end: str = ""
    grades: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    site: str = ""


def moment(text: str, zone: str, *, is_end: bool = False) -> str:
    """A day of the site, or a time, as a UTC time; a day as an end includes that day.

    Raises:
        ValueError: it is neither.
    """
    if not text:
        return ""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=1 if is_end else 0)
            return iso(datetime.combine(day, time(), ZoneInfo(zone)))
        told = datetime.fromisoformat(text)
        return iso(told if told.tzinfo else told.replace(tzinfo=ZoneInfo(zone)))
    except OverflowError:
        raise ValueError(text) from None


def zone_of(centre: Centre) -> str:
    """The time zone of the site."""
    with centre.database.reader.connect() as connection:
        return fact(connection, "time_zone") or DEFAULT_TIME_ZONE


def write_export(centre: Centre, wanted: ExportWish, kind: ExportFormat, out: BinaryIO) -> int:
    """Write the wanted results to `out`, ordered by when they were closed; returns how many."""
    bring_up_to_date(centre)
    zone = ZoneInfo(zone_of(centre))
    write = {ExportFormat.CSV: _write_csv, ExportFormat.XLSX: _write_xlsx, ExportFormat.JSON: _write_json}[kind]
    with centre.database.reader.connect() as connection:
        return write(_rows(connection, wanted, zone), out)


def _query(wanted: ExportWish) -> sa.Select[Any]:
    query = (
        sa.select(inspected_item, inspection.c.tracking_number, inspection.c.station, inspection.c.closed_at)
        .join(inspection, inspection.c.id == inspected_item.c.inspection_id)
        .where(inspection.c.state == "closed", inspected_item.c.disposition != "")
    )
    for column, values in (
        (inspected_item.c.grade, wanted.grades),
        (inspected_item.c.disposition, wanted.dispositions),
        (inspection.c.station, wanted.stations),
    ):
        if values:
            query = query.where(column.in_(values))
    if wanted.start:
        query = query.where(inspection.c.closed_at >= wanted.start)
    if wanted.end:
        query = query.where(inspection.c.closed_at < wanted.end)
    if wanted.site:
        of_it = record.c.inspection_id == inspection.c.id
        query = query.where(
            sa.exists().where(of_it, station.c.id == record.c.station_id, station.c.site == wanted.site)
        )
    return query.order_by(inspection.c.closed_at, inspected_item.c.inspection_id, inspected_item.c.id)


def _rows(connection: Connection, wanted: ExportWish, zone: ZoneInfo) -> Iterator[Row]:
    streamed = connection.execution_options(yield_per=AT_ONCE).execute(_query(wanted))
    for part in streamed.partitions(AT_ONCE):
        decisions = _decisions(connection, {row.inspection_id for row in part})
        for row in part:
            yield _row(row, decisions.get((row.inspection_id, row.id), {}), zone)


def _decisions(connection: Connection, inspection_ids: set[str]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The last decision told of each item, by inspection and item."""
    event = outgoing_event.c
    query = (
        sa.select(event.inspection_id, event.item_id, event.body)
        .where(event.type == FactType.ITEM_DECIDED.value, among(connection, event.inspection_id, inspection_ids))
        .order_by(event.seq)
    )
    # Not streamed: it runs while the rows are read, on the same connection.
    rows = connection.execute(query, execution_options={"yield_per": None, "stream_results": False}).all()
    return {(row.inspection_id, row.item_id): json.loads(row.body) for row in rows}


def _row(row: Any, decision: Mapping[str, Any], zone: ZoneInfo) -> Row:
    refund = decision.get("refund", {})
    amount: str | Decimal = ""
    if "amount_minor" in refund:
        digits = MINOR_DIGITS.get(refund.get("currency", ""), 2)
        amount = Decimal(refund["amount_minor"]).scaleb(-digits)
    names = ("inspection_id", "rt_number", "tracking_number", "station", "closed_at", "sku", "name_zh", "name_en",
             "identity", "grade", "disposition")  # fmt: skip
    told = {name: plain(getattr(row, name)) for name in names}
    told |= {name: decision.get(name, "") for name in ("return_number", "order_number", "variant", "category", "tote")}
    return {
        **told,
        "closed_local": _local(row.closed_at, zone),
        "findings": "|".join(f"{one['code']}:{one['severity']}" for one in decision.get("findings", ())),
        "liability": "|".join(f"{one['party']}:{one['share']}" for one in decision.get("liability", ())),
        "refund": refund.get("kind", ""),
        "refund_amount": amount,
        "refund_currency": refund.get("currency", ""),
        "refund_reason": refund.get("reason", ""),
        "needs_lead": "yes" if decision.get("needs_lead") else "no",
    }


def _local(moment_told: str, zone: ZoneInfo) -> str:
    try:
        return datetime.fromisoformat(moment_told).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return ""


def cell(value: str | Decimal) -> str | Decimal:
    """`value` so that no spreadsheet runs it; numbers stay numbers."""
    if isinstance(value, Decimal):
        return value
    return f"'{value}" if value[:1] in _WIDE else safe_cell(value)


def _cells(row: Row) -> Sequence[str | Decimal]:
    return [cell(row[name]) for name in COLUMNS]


def _write_csv(rows: Iterator[Row], out: BinaryIO) -> int:
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=False)
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow(_cells(row))
        count += 1
    text.flush()
    text.detach()
    return count


def _write_json(rows: Iterator[Row], out: BinaryIO) -> int:
    out.write(b'{"results":[')
    count = 0
    for row in rows:
        line = json.dumps(
            {name: str(row[name]) for name in COLUMNS}, ensure_ascii=False, separators=(",", ":")
        )
        out.write((",\n" if count else "\n").encode() + line.encode())
        count += 1
    out.write(b"\n]}\n")
    return count


def _write_xlsx(rows: Iterator[Row], out: BinaryIO) -> int:
    book = Workbook(write_only=True)
    count = 0
    while True:
        part = islice(rows, ROWS_OF_A_SHEET)
        sheet = book.create_sheet(f"results {count // ROWS_OF_A_SHEET + 1}")
        sheet.freeze_panes = "A2"
        for number, name in enumerate(COLUMNS, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = max(12, len(name) + 2)
        sheet.append(COLUMNS)
        before = count
        for row in part:
            sheet.append(_cells(row))
            count += 1
        if count - before < ROWS_OF_A_SHEET:
            break
    book.save(out)
    return count


def wish_of(told: Mapping[str, str], zone: str, site: str = "") -> ExportWish:
    """The wish in words: ``from``, ``to`` (days of the site or times), ``grade``, ``disposition``, ``station``.

    Several codes are separated by commas. Raises StationProblem ``export.malformed``.
    """

    def codes(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in told.get(name, "")[:1000].split(",") if part.strip())[:100]

    try:
        start, end = moment(told.get("from", ""), zone), moment(told.get("to", ""), zone, is_end=True)
    except ValueError:
        raise StationProblem(
            "export.malformed",
            N_("The period of the export cannot be read."),
            N_("Write days like 2026-11-21, or times like 2026-11-21T08:00:00+08:00."),
        ) from None
    return ExportWish(start, end, codes("grade"), codes("disposition"), codes("station"), site)
