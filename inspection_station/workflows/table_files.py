"""Reading tables that people and other systems hand in as CSV, so that every fault can name line and column.

A file is read as it comes, never all of it at once; what is read is a row of texts by column name.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from inspection_station.errors import N_, StationProblem

LARGEST_FILE = 256 * 1024 * 1024  # bytes
MOST_ROWS = 300_000
MOST_COLUMNS = 500
LONGEST_CELL = 2000  # characters
MOST_FAULTS = 10_000  # told; a file with more is wrong as a whole
DELIMITERS = ",;\t"
LIST_SEPARATOR = "|"
FORMULA_STARTS = "=+-@\t\r"  # with one of these in front a spreadsheet runs a cell as a formula
_FORMULA = tuple(FORMULA_STARTS)
_SAFE_FORMULA = tuple(f"'{start}" for start in FORMULA_STARTS)
_BLOCK = 1 << 20

Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """For who need not be told."""


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one cell and what would be right: a msgid with its values. `line` counts from 1.

    `number` is the place of the row among the rows, from 1; 0 where it is the file that is wrong.
    """

    line: int
    column: str
    fault: str
    values: Mapping[str, object] = field(default_factory=dict)
    number: int = 0


class CellFault(Exception):
    """Raised while reading a row: the cell in `column` does not say what it must."""

    def __init__(self, column: str, fault: str, **values: object) -> None:
        super().__init__(column, fault)
        self.column, self.fault, self.values = column, fault, values


@dataclass(frozen=True)
class Row:
    """One row: its first line in the file, its cells by column name, without blanks around, and its place."""

    line: int
    cells: Mapping[str, str]
    number: int = 0

    def text(self, column: str, default: str = "", longest: int = 500, *, needed: bool = False) -> str:
        """The cell's text; raises CellFault when it is too long, holds control characters or is needed and empty."""
        value = self.cells.get(column) or default
        if not value:
            if needed:
                raise CellFault(column, N_("must not be empty"))
            return value
        if len(value) > longest:
            raise CellFault(column, N_("is longer than {most} characters"), most=longest)
        if not value.isprintable() and any(unicodedata.category(character)[0] == "C" for character in value):
            raise CellFault(column, N_("holds a character that cannot be shown"))
        return value

    def whole(self, column: str, default: int | None, least: int, most: int) -> int:
        """The cell as a whole number; an empty one is `default`, or a fault when that is None."""
        value = self.text(column, longest=20)
        if not value and default is not None:
            return default
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise CellFault(column, N_("must be a whole number from {least} to {most}"), least=least, most=most)
        return int(value)

    def listed(self, column: str, most: int = 50) -> tuple[str, ...]:
        """The parts of a cell that are separated by ``|``, empty ones left out."""
        parts = [part.strip() for part in self.text(column, longest=LONGEST_CELL).split(LIST_SEPARATOR)]
        found = tuple(part for part in parts if part)
        if len(found) > most:
            raise CellFault(column, N_("names more than {most} things"), most=most)
        return found

    def one_of(self, column: str, known: Collection[str], default: str = "") -> str:
        """The cell as one of the `known` codes; capitals and full-width letters make no other code of it."""
        value = self.text(column, default, 64)
        if value in known:
            return value
        meant = [code for code in known if heading_name(code) == heading_name(value)]
        if len(meant) != 1:
            raise CellFault(column, N_("must be one of: {known}"), known=", ".join(sorted(known)))
        return meant[0]


@contextmanager
def opened(source: bytes | Path) -> Iterator[BinaryIO]:
    """The file `source`, or its bytes, to read from.

    Raises:
        StationProblem: ``import.unreadable`` or ``import.too_large``.
    """
    if isinstance(source, bytes):
        if len(source) > LARGEST_FILE:
            raise too_large()
        yield io.BytesIO(source)
        return
    try:
        with source.open("rb") as handle:
            if size_of(handle) > LARGEST_FILE:
                raise too_large()
            yield handle
    except (OSError, ValueError) as error:
        raise StationProblem(
            "import.unreadable",
            N_("The file {path} cannot be read: {reason}"),
            N_("Check the file name."),
            path=source,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error


def read_table_file(path: Path) -> bytes:
    """The bytes of the file at `path`; raises as `opened` does."""
    with opened(path) as handle:
        return handle.read()


def size_of(file: BinaryIO) -> int:
    """How many bytes `file` has; it is read from its beginning then."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def too_large() -> StationProblem:
    """The problem of a file that is larger than one import takes."""
    return StationProblem(
        "import.too_large",
        N_("The file is larger than {mb} MB or {rows} rows."),
        N_("Split it into smaller files."),
        mb=LARGEST_FILE >> 20,
        rows=MOST_ROWS,
    )


def encoding_of(file: BinaryIO) -> str:
    """How the text of `file` is written: UTF-8 with or without a byte order mark, UTF-16 with one, else GB18030.

    Raises:
        StationProblem: ``import.encoding``.
    """
    file.seek(0)
    encodings = ["utf-16"] if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", True)
        except UnicodeError:
            continue
        file.seek(0)
        return encoding
    raise StationProblem(
        "import.encoding",
        N_("The file is neither UTF-8 nor GB18030 text."),
        N_("Save it as CSV in UTF-8 and import it again."),
    )


@contextmanager
def text_of(file: BinaryIO) -> Iterator[io.TextIOWrapper]:
    """The text of `file`, line ends as they are; `file` stays open. Raises as `encoding_of` does."""
    wrapper = io.TextIOWrapper(file, encoding=encoding_of(file), newline="")
    try:
        yield wrapper
    finally:
        wrapper.detach()


def safe_cell(text: str) -> str:
    """`text` as a cell of a CSV file that no spreadsheet takes for a formula; `csv_rows` takes the sign off again."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def heading_name(text: str) -> str:
    """The form in which headings and codes are compared: NFKC, small letters, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def _plain_cell(text: str) -> str:
    return (text[1:] if text.startswith(_SAFE_FORMULA) else text).strip()


def csv_rows(
    file: BinaryIO,
    needed: Collection[str],
    faults: list[RowFault],
    progress: Progress = no_progress,
    heading_line: int = 1,
) -> Iterator[Row]:
    """The rows of a CSV file with a heading; faults of the file's form are added to `faults`.

    Comma, semicolon or tab, whichever the heading holds most of. `progress` is told (bytes read, bytes in all).

    Raises:
        StationProblem: ``import.too_large`` or ``import.encoding``.
    """
    size = size_of(file)
    with text_of(file) as text:
        yield from table_rows(_records(text, faults), needed, faults, lambda: progress(file.tell(), size), heading_line)
    progress(size, size)


def _records(text: io.TextIOWrapper, faults: list[RowFault]) -> Iterator[tuple[int, list[str]]]:
    heading = ""
    while not heading.strip() and (heading := text.readline()):
        pass
    delimiter = max(DELIMITERS, key=heading.count)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter, strict=True)  # a quote that never ends is a file cut off
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            yield line, [_plain_cell(cell) for cell in cells]
    except csv.Error as error:
        faults.append(RowFault(start, "-", N_("is not valid CSV: {detail}"), {"detail": str(error)}))


def table_rows(
    records: Iterator[tuple[int, list[str]]],
    needed: Collection[str],
    faults: list[RowFault],
    tell: Callable[[], None],
    heading_line: int = 1,
) -> Iterator[Row]:
    """The rows below the heading in `records`, each a line number and its cells; blank ones are passed over.

    `tell` is called now and then. Raises StationProblem ``import.too_large``.
    """
    columns: list[str] = []
    count = 0
    for line, cells in records:
        if line < heading_line or not any(cells):
            continue
        if not columns:
            columns = [heading_name(cell) for cell in cells]
            if not _heading_is_right(columns, needed, line, faults):
                return
            continue
        count += 1
        if count > MOST_ROWS:
            raise too_large()
        if count % 500 == 0:
            tell()
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            fault = N_("has more cells than the heading has columns")
            faults.append(RowFault(line, "-", fault, number=count))
            continue
        yield Row(line, {name: cell for name, cell in zip(columns, cells, strict=False) if name}, count)
    if not columns and not faults:
        faults.append(RowFault(1, "-", N_("the file is empty; its first line must be the heading")))


def rows_of(
    data: bytes, needed: Collection[str], faults: list[RowFault], progress: Progress = no_progress
) -> Iterator[Row]:
    """`csv_rows` of a file's bytes; columns that are not known are passed over."""
    if len(data) > LARGEST_FILE:
        raise too_large()
    yield from csv_rows(io.BytesIO(data), needed, faults, progress)


def _heading_is_right(columns: Sequence[str], needed: Collection[str], line: int, faults: list[RowFault]) -> bool:
    if len(columns) > MOST_COLUMNS:
        faults.append(RowFault(line, "-", N_("the heading has more than {most} columns"), {"most": MOST_COLUMNS}))
        return False
    missing = [name for name in needed if heading_name(name) not in columns]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    for name in missing:
        faults.append(RowFault(line, name, N_("this column is missing in the heading")))
    for name in twice:
        faults.append(RowFault(line, name[:64], N_("this column stands twice in the heading")))
    return not missing and not twice
