"""Reading a sheet of an XLSX file as rows of texts: nothing in it is run, and no bomb gets past the door.

A cell's text is what the file says: a formula stays the text of the formula, a date is ISO 8601, and a number that the
spreadsheet has shortened (more than fifteen digits) keeps its shortened form, which no field takes for a number.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.table_files import (
    LONGEST_CELL,
    Progress,
    Row,
    RowFault,
    no_progress,
    table_rows,
    too_large,
)

MOST_PARTS = 2000  # files inside the archive
MOST_UNPACKED = 768 * 1024 * 1024  # bytes of all of them; sheets are read piece by piece
MOST_SHARED = 192 * 1024 * 1024  # bytes of any part that is read whole
LARGEST_RATIO = 200  # unpacked to packed; the emptiest real sheets have some 50
MOST_SHEET_ROWS = 1_048_576  # what the format itself allows
EXACT_DIGITS = 10**15  # a spreadsheet keeps no more than fifteen digits of a number
ZIP_START = b"PK\x03\x04"
OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"
LONGEST_ROW = 8 * 1024 * 1024  # bytes of XML
_SMALL = _BLOCK = 1 << 20
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)")
_MARKUP = re.compile(rb"<!(?!\[CDATA\[)")  # in a sheet not even a comment, which could hide where a row ends
_ROW_END = re.compile(rb"</(\w+:)?row\s*>")


def old_excel() -> StationProblem:
    """The problem of a spreadsheet in the binary form of before 2007, or one behind a password."""
    return StationProblem(
        "import.old_excel",
        N_("This is an old or protected Excel file (.xls)."),
        N_("Save it as .xlsx without a password, or as CSV in UTF-8."),
    )


def _broken(reason: object) -> StationProblem:
    return StationProblem(
        "import.xlsx_broken",
        N_("The spreadsheet cannot be read: {reason}"),
        N_("Open it and save it again as .xlsx, or save it as CSV in UTF-8."),
        reason=str(reason)[:200] or type(reason).__name__,
    )


def _check_archive(file: BinaryIO) -> None:
    """Refuse an archive that is none, that unpacks to more than an import may be, or whose XML hides what it is."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts)
            if (
                len(parts) > MOST_PARTS
                or unpacked > MOST_UNPACKED
                or (unpacked > _SMALL and unpacked > packed * LARGEST_RATIO)
            ):
                raise too_large()
            for part in parts:
                if part.flag_bits & 0x1:
                    raise old_excel()
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_part(archive, part)
    except StationProblem:
        raise
    except Exception as error:  # a hostile archive fails in more ways than zipfile names
        raise _broken(error) from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """One look at all of an XML part: in UTF-8, without entities of its own, and no row of a sheet without end."""
    is_sheet = "worksheets/" in part.filename.lower()
    if not is_sheet and part.file_size > MOST_SHARED:
        raise too_large()
    since_row, kept = 0, b""
    with archive.open(part) as handle:
        while block := handle.read(_BLOCK):
            if not kept:
                head = block.removeprefix(codecs.BOM_UTF8).lstrip()
                said = _ENCODING.match(head)
                if head[:1] != b"<" or (said and said[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")):
                    raise _broken(part.filename)
            looked = kept + block
            if (_MARKUP if is_sheet else _DECLARED).search(looked):
                raise _broken(part.filename)
            since_row = 0 if _ROW_END.search(looked) else since_row + len(block)
            if is_sheet and since_row > LONGEST_ROW:
                raise too_large()
            kept = looked[-64:]


def sheet_rows(
    file: BinaryIO,
    sheet: str,
    needed: Collection[str],
    faults: list[RowFault],
    progress: Progress = no_progress,
    heading_line: int = 1,
) -> Iterator[Row]:
    """The rows of the sheet named `sheet`, the first one where that is empty; faults as in `csv_rows`.

    Raises:
        StationProblem: ``import.xlsx_broken``, ``import.no_sheet`` or ``import.too_large``.
    """
    import openpyxl

    _check_archive(file)
    file.seek(0)
    try:
        with _unwarned():
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False, rich_text=False)
    except Exception as error:  # openpyxl raises whatever a malformed part leads to
        raise _broken(error) from error
    try:
        names = [one.title for one in book.worksheets]
        if not names or (sheet and sheet not in names):
            raise StationProblem(
                "import.no_sheet",
                N_("The spreadsheet has no sheet “{sheet}”; it has: {names}"),
                N_("Name one of them in the mapping."),
                sheet=sheet,
                names=", ".join(names)[:200],
            )
        page: Any = book[sheet] if sheet else book.worksheets[0]
        total = max(int(page.max_row or 0), 1)
        page.reset_dimensions()  # what the file declares may be anything
        at = [0]

        def tell() -> None:
            progress(min(at[0], total), total)

        yield from table_rows(_records(page, at), needed, faults, tell, heading_line)
        progress(total, total)
    finally:
        book.close()


@contextmanager
def _unwarned() -> Iterator[None]:
    """openpyxl warns of styles and checks that it leaves out; an import needs none of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _records(page: Any, at: list[int]) -> Iterator[tuple[int, list[str]]]:
    rows = page.iter_rows(values_only=True)
    while True:
        try:
            with _unwarned():
                values = next(rows, None)
        except Exception as error:  # as above: the sheet is parsed while it is read
            raise _broken(error) from error
        if values is None:
            return
        at[0] += 1
        if at[0] > MOST_SHEET_ROWS:
            raise too_large()
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        yield at[0], cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()[: LONGEST_CELL + 1]  # one more than any field takes is enough to be told
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else f"{float(value):.14E}" if abs(value) < 10**300 else "E+300"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < EXACT_DIGITS
        return str(int(value)) if whole else repr(value) if abs(value) < EXACT_DIGITS else f"{value:.14E}"
    if isinstance(value, dt.datetime):
        return value.isoformat() if value.time() != dt.time() else value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "=" + str(getattr(value, "text", "") or "")[:LONGEST_CELL]  # array and table formulas
