"""Tables as files that a spreadsheet opens: CSV, XLSX. No cell is worked out as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from inspection_station.documents.paper.figures_sheet import FiguresTable
from inspection_station.workflows.table_files import safe_cell


def write_csv(tables: Sequence[FiguresTable]) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read Chinese; the tables stand one below the other."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for table in tables:
        for cells in (*([(table.title,)] if len(tables) > 1 else ()), table.heads, *table.rows):
            writer.writerow([_cell(cell) for cell in cells])
        if len(tables) > 1:
            writer.writerow(())
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def write_xlsx(tables: Sequence[FiguresTable]) -> bytes:
    """One sheet for each table; whole numbers are numbers, but for long ones: those are names of things."""
    from openpyxl import Workbook  # a bench seldom needs it, and would wait for it at its start

    book = Workbook(write_only=True)
    for number, table in enumerate(tables, 1):
        title = "".join(one for one in table.title if one not in "[]:*?/\\'")[:24]
        sheet = book.create_sheet(f"{number} {title}".strip())
        sheet.freeze_panes = "A2"
        sheet.column_dimensions["A"].width = 28
        sheet.append(table.heads)
        for cells in table.rows:
            sheet.append([int(cell) if _is_amount(cell) else _cell(cell) for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


LONGEST_AMOUNT = 9  # digits


def _is_amount(cell: str) -> bool:
    return cell.isascii() and cell.isdecimal() and len(cell) <= LONGEST_AMOUNT and (cell == "0" or cell[0] != "0")


def _cell(text: str) -> str:
    """What a spreadsheet would reckon gets an apostrophe; a number with its sign stays one. Unprintable is left out."""
    number = text.lstrip("+-").replace(".", "", 1).removesuffix("%")
    printable = "".join(one for one in text if one.isprintable())
    return printable if number.isascii() and number.isdigit() else safe_cell(printable)
