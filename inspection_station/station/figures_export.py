"""What the page of figures shows, as tables in a file: CSV, XLSX; on paper see `documents.paper.figures_sheet`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from inspection_station.documents.paper.figures_sheet import FiguresTable
from inspection_station.i18n import translate
from inspection_station.station.presenting.figures import FiguresView, percent

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be reckoned by a spreadsheet; names of vendors come from outside."""


def figures_tables(view: FiguresView) -> list[FiguresTable]:
    """Everything that is shown, table by table."""
    units, share = translate("Units"), translate("Share")
    return [
        FiguresTable(
            view.title, (translate("Figure"), translate("Value"), translate("Note")),
            tuple((one.label, f"{one.value} {one.unit}".strip(), one.note) for one in view.heads),
        ),
        FiguresTable(
            view.bars_title, (translate("Time"), units, translate("Target")),
            tuple((one.label, str(one.units), str(view.target)) for one in view.bars),
        ),
        FiguresTable(
            translate("Reasons of return"), (translate("Reason"), units, translate("Share up to here")),
            tuple((one.label, str(one.units), one.share) for one in view.reasons),
        ),
        FiguresTable(
            translate("Where they go"), (translate("Disposition"), units, share),
            tuple((one.tag.text, str(one.units), one.share) for one in view.mix),
        ),
        FiguresTable(
            translate("Defect rate by vendor"),
            (translate("Vendor"), translate("Returns"), translate("Defect rate"), translate("Change"),
             translate("First defect")),
            tuple((one.name, str(one.units), percent(one.rate), one.change, one.first) for one in view.vendors),
        ),
    ]  # fmt: skip


def _safe(text: str) -> str:
    number = text.lstrip("+-").replace(".", "", 1).removesuffix("%")
    return f"'{text}" if text.startswith(FORMULA) and not number.isdigit() else text


def write_csv(tables: Sequence[FiguresTable]) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read Chinese; the tables stand one below the other."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for table in tables:
        for cells in ((table.title,), table.heads, *table.rows, ()):
            writer.writerow([_safe(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def write_xlsx(tables: Sequence[FiguresTable]) -> bytes:
    """One sheet for each table; whole numbers are numbers."""
    from openpyxl import Workbook  # a bench seldom needs it, and would wait for it at its start

    book = Workbook(write_only=True)
    for number, table in enumerate(tables, 1):
        title = "".join(one for one in table.title if one not in "[]:*?/\\'")[:24]
        sheet = book.create_sheet(f"{number} {title}".strip())
        sheet.freeze_panes = "A2"
        sheet.column_dimensions["A"].width = 28
        sheet.append(table.heads)
        for cells in table.rows:
            sheet.append([int(cell) if cell.isdecimal() else _safe(cell) for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
