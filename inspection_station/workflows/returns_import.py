"""Expected returns from a CSV, XLSX or JSON file; the same code at the bench and at the centre.

One row for each line of a return; rows with one client, shop and return number make one return. A return goes in whole
or not at all: one bad row keeps back the others of its return, and no other return. A file that cannot be read to its
end is none: nothing of it goes in. Nothing is written here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from inspection_station.data_files import load_yaml
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.errors import N_
from inspection_station.i18n import translate
from inspection_station.workflows.import_mapping import (
    LINE_FIELDS,
    RETURN_FIELDS,
    ImportMapping,
    own_mapping,
    parse_mapping,
)
from inspection_station.workflows.json_files import json_rows
from inspection_station.workflows.return_cells import MOST_LINES, read_head, read_key, read_line
from inspection_station.workflows.spreadsheet_files import OLD_EXCEL_START, ZIP_START, old_excel, sheet_rows
from inspection_station.workflows.table_files import (
    MOST_FAULTS,
    CellFault,
    Progress,
    Row,
    RowFault,
    csv_rows,
    no_progress,
    opened,
    safe_cell,
)

MOST_SHOWN = 5  # returns of a preview
ERROR_COLUMNS = ("error_line", "error_column", "error")


@dataclass(frozen=True)
class ReturnsImport:
    """What a file holds.

    Attributes:
        returns: whole returns without a fault; none of them when `unusable`.
        faults: what is wrong, in the order of the rows; a row that only goes with a bad one is among them.
        rows: how many rows the file has. bad_rows: how many of them do not go in.
        unusable: the file is broken or wrong as a whole.
    """

    returns: tuple[ExpectedReturn, ...]
    faults: tuple[RowFault, ...]
    rows: int
    bad_rows: int = 0
    unusable: bool = False


@dataclass
class _Gathered:
    """The rows of one return so far."""

    head: ExpectedReturn | None = None
    line: int = 0  # where its first row stands in the file
    lines: dict[int, ReturnLine] = field(default_factory=dict)
    rows: list[tuple[int, int]] = field(default_factory=list)  # (line in the file, number) of those without a fault
    bad_line: int = 0


def load_mapping(path: Path, lists: TradeLists) -> ImportMapping:
    """The mapping in the file at `path`; raises DataFileProblem with file, line and key."""
    return parse_mapping(load_yaml(path), lists)


def read_returns(
    source: bytes | Path, lists: TradeLists, progress: Progress = no_progress, mapping: ImportMapping | None = None
) -> ReturnsImport:
    """Read the expected returns in a file, or in its bytes; what kind of file it is, its first bytes say.

    Raises:
        StationProblem: ``import.unreadable``, ``import.too_large``, ``import.encoding``, ``import.old_excel``,
            ``import.xlsx_broken`` or ``import.no_sheet``: the file cannot be read as a whole.
    """
    mapping = mapping or own_mapping()
    faults: list[RowFault] = []
    gathered: dict[str, _Gathered] = {}
    count, bad = 0, 0
    known: dict[str, str] = {}  # a text that many rows have is kept once
    with opened(source) as file:
        for row, by_field in _rows(file, mapping, faults, progress):
            count += 1
            try:
                ours = mapping.row(row, by_field=by_field)
                _take(Row(ours.line, _kept_once(ours, known), ours.number), lists, gathered)
            except CellFault as fault:
                bad += 1
                column = mapping.column_of(fault.column)
                faults.append(RowFault(row.line, column, fault.fault, fault.values, row.number))
                if bad > MOST_FAULTS:
                    faults.append(RowFault(row.line, "-", N_("too many rows are wrong; the rest was not read")))
                    break
    unusable = any(not fault.number for fault in faults)
    bad = len({fault.number for fault in faults if fault.number})
    for one in gathered.values():
        if one.bad_line:
            told = N_("another row of the same return is wrong: line {line}")
            faults += [RowFault(line, "-", told, {"line": one.bad_line}, number) for line, number in one.rows]
            bad += len(one.rows)
    faults.sort(key=lambda fault: (fault.number == 0, fault.number))
    whole = [] if unusable else [one for one in gathered.values() if one.head and one.lines and not one.bad_line]
    returns = tuple(
        replace(one.head, lines=tuple(one.lines[number] for number in sorted(one.lines))) for one in whole if one.head
    )
    return ReturnsImport(returns, tuple(faults), count, bad, unusable)


def _rows(
    file: BinaryIO, mapping: ImportMapping, faults: list[RowFault], progress: Progress
) -> Iterator[tuple[Row, bool]]:
    """The rows of the file as they are, and whether their cells are by our fields (JSON) or by heading."""
    start = file.read(4096)
    file.seek(0)
    needed = mapping.needed_columns()
    if start.startswith(OLD_EXCEL_START):
        raise old_excel()
    if start.startswith(ZIP_START):
        rows, by_field = sheet_rows(file, mapping.sheet, needed, faults, progress, mapping.heading_line), False
    elif start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        paths = mapping.paths(RETURN_FIELDS), mapping.paths(LINE_FIELDS)
        rows, by_field = json_rows(file, mapping.records, mapping.lines, *paths, faults, progress), True
    else:
        rows, by_field = csv_rows(file, needed, faults, progress, mapping.heading_line), False
    for row in rows:
        yield row, by_field


def _kept_once(row: Row, known: dict[str, str]) -> dict[str, str]:
    if len(known) > 50_000:
        known.clear()
    return {name: known.setdefault(text, text) for name, text in row.cells.items() if text}


def _take(row: Row, lists: TradeLists, gathered: dict[str, _Gathered]) -> None:
    key = read_key(row)
    mine = gathered.setdefault(key, _Gathered(line=row.line))
    try:
        head = read_head(row, lists, key)
        if mine.head is None:
            mine.head, mine.line = head, row.line
        elif mine.head != head:
            column = next(name for name in RETURN_FIELDS if getattr(mine.head, name) != getattr(head, name))
            raise CellFault(column, N_("differs from line {line} of the same return"), line=mine.line)
        line = read_line(row, lists, len(mine.lines) + 1)
        if line.line in mine.lines:
            raise CellFault("line", N_("this line number of the return stands twice"))
        if len(mine.lines) >= MOST_LINES:
            raise CellFault("line", N_("a return has at most {most} lines"), most=MOST_LINES)
    except CellFault:
        mine.bad_line = mine.bad_line or row.line
        raise
    mine.lines[line.line] = line
    mine.rows.append((row.line, row.number))


def refused_as_csv(source: bytes | Path, mapping: ImportMapping | None, faults: Sequence[RowFault]) -> bytes:
    """The bad rows as a CSV file to correct and import again: as they came, with what is wrong at the end.

    UTF-8 with byte order mark; no cell is one that a spreadsheet takes for a formula. Rows of a JSON file have our own
    names, and our words where theirs could be read, so that the corrected file needs no mapping.
    """
    mapping = mapping or own_mapping()
    told: dict[int, list[RowFault]] = {}
    for fault in faults:
        if fault.number:
            told.setdefault(fault.number, []).append(fault)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    heading: list[str] = []
    ignored: list[RowFault] = []
    with opened(source) as file:
        for row, by_field in _rows(file, mapping, ignored, no_progress):
            cells = _ours_as_far_as_possible(row, mapping) if by_field else row.cells
            if not heading:
                heading = [name for name in cells if name not in ERROR_COLUMNS]
                writer.writerow([safe_cell(name) for name in (*heading, *ERROR_COLUMNS)])
            for fault in told.get(row.number, [])[:1]:
                words = translate(fault.fault, **fault.values)
                texts = [*(cells.get(name, "") for name in heading), str(row.line), fault.column, words]
                writer.writerow([safe_cell(text.replace("\x00", "")) for text in texts])
    return out.getvalue().encode("utf-8-sig", "replace")


def _ours_as_far_as_possible(row: Row, mapping: ImportMapping) -> dict[str, str]:
    found = {}
    for name, source in mapping.fields.items():
        raw = row.cells.get(name, "")
        one = replace(mapping, fields={name: source})
        try:
            found[name] = one.row(Row(row.line, {name: raw}, row.number), by_field=True).cells[name]
        except CellFault:
            found[name] = raw
    return found
