"""Reading tables that people and other systems hand in as CSV, so that every fault can name line and column."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inspection_station.errors import N_, StationProblem

LARGEST_FILE = 32 * 1024 * 1024  # bytes
MOST_ROWS = 200_000
LONGEST_CELL = 2000  # characters
MOST_FAULTS = 1000  # told; a file with more is wrong as a whole
DELIMITERS = ",;\t"
LIST_SEPARATOR = "|"


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one cell and what would be right: a msgid with its values. `line` counts from 1."""

    line: int
    column: str
    fault: str
    values: Mapping[str, object] = field(default_factory=dict)


class CellFault(Exception):
    """Raised while reading a row: the cell in `column` does not say what it must."""

    def __init__(self, column: str, fault: str, **values: object) -> None:
        super().__init__(column, fault)
        self.column, self.fault, self.values = column, fault, values


@dataclass(frozen=True)
class Row:
    """One row: its first line in the file and its cells by column name, without blanks around."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str, default: str = "", longest: int = 500, *, needed: bool = False) -> str:
        """The cell's text; raises CellFault when it is too long, holds control characters or is needed and empty."""
        value = self.cells.get(column, "") or default
        if needed and not value:
            raise CellFault(column, N_("must not be empty"))
        if len(value) > longest:
            raise CellFault(column, N_("is longer than {most} characters"), most=longest)
        if any(unicodedata.category(character)[0] == "C" for character in value):
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
        """The cell as one of the `known` codes."""
        value = self.text(column, default, 64)
        if value not in known:
            raise CellFault(column, N_("must be one of: {known}"), known=", ".join(sorted(known)))
        return value


def read_table_file(path: Path) -> bytes:
    """The bytes of the file at `path`.

    Raises:
        StationProblem: ``import.unreadable`` or ``import.too_large``.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise StationProblem(
            "import.unreadable",
            N_("The file {path} cannot be read: {reason}"),
            N_("Check the file name."),
            path=path,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error
    if len(data) > LARGEST_FILE:
        raise _too_large()
    return data


def _too_large() -> StationProblem:
    return StationProblem(
        "import.too_large",
        N_("The file is larger than {mb} MB or {rows} rows."),
        N_("Split it into smaller files."),
        mb=LARGEST_FILE >> 20,
        rows=MOST_ROWS,
    )


def decoded(data: bytes) -> str:
    """The text of a table file: UTF-8 with or without a byte order mark, UTF-16 with one, else GB18030.

    Raises:
        StationProblem: ``import.encoding``.
    """
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise StationProblem(
        "import.encoding",
        N_("The file is neither UTF-8 nor GB18030 text."),
        N_("Save it as CSV in UTF-8 and import it again."),
    )


def rows_of(
    data: bytes,
    needed: Collection[str],
    faults: list[RowFault],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Row]:
    """The rows of a CSV file with a heading; faults of the file's form are added to `faults`.

    Comma, semicolon or tab, whichever the heading holds most of. Columns that are not known are passed over.
    `progress` is told (characters read, characters in all) now and then.

    Raises:
        StationProblem: ``import.too_large`` or ``import.encoding``.
    """
    if len(data) > LARGEST_FILE:
        raise _too_large()
    text = decoded(data)
    heading, _, _ = text.lstrip("\r\n").partition("\n")
    delimiter = max(DELIMITERS, key=heading.count)
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=delimiter)
    columns: list[str] = []
    start = 1
    count = 0
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                if not _heading_is_right(columns, needed, line, faults):
                    return
                continue
            count += 1
            if count > MOST_ROWS:
                raise _too_large()
            if count % 500 == 0:
                progress(source.tell(), len(text))
            if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
                faults.append(RowFault(line, "-", N_("has more cells than the heading has columns")))
                continue
            yield Row(line, {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name})
    except csv.Error as error:
        faults.append(RowFault(start, "-", N_("is not valid CSV: {detail}"), {"detail": str(error)}))
        return
    if not columns:
        faults.append(RowFault(1, "-", N_("the file is empty; its first line must be the heading")))
    progress(len(text), len(text))


def _heading_is_right(columns: list[str], needed: Collection[str], line: int, faults: list[RowFault]) -> bool:
    missing = [name for name in needed if name not in columns]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    for name in missing:
        faults.append(RowFault(line, name, N_("this column is missing in the heading")))
    for name in twice:
        faults.append(RowFault(line, name[:64], N_("this column stands twice in the heading")))
    return not missing and not twice
