"""Reading the records of a JSON file one by one: a list, a list inside an object, or one record a line.

Numbers stay the text that stands in the file, so that no price becomes a float. What is read of a record are the
texts at given paths (``buyer.phone``), one row for each entry of its list of lines.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from inspection_station.errors import N_
from inspection_station.workflows.table_files import (
    LIST_SEPARATOR,
    MOST_ROWS,
    Progress,
    Row,
    RowFault,
    no_progress,
    size_of,
    text_of,
    too_large,
)

LARGEST_RECORD = 4 * 1024 * 1024  # characters
MOST_ENTRIES = 5000  # lines of one record that are read; a return has far fewer
_BLOCK = 1 << 18
_BLANK = " \t\r\n"
UNREADABLE = "\x00"  # stands for a value that is no text, number, yes or no: no field takes it


class _NotJsonError(Exception):
    """The file is no JSON from this place on."""


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


class _Text:
    """The text of the file, filled up as it is read; `line` is that of the place where it is read."""

    def __init__(self, source: io.TextIOWrapper) -> None:
        self._source, self._text, self._at, self._ended = source, "", 0, False
        self.line = 1

    def _fill(self) -> bool:
        more = self._source.read(_BLOCK)
        self._text, self._at = self._text[self._at :] + more, 0
        self._ended = not more
        return bool(more)

    def _take(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def peek(self) -> str:
        """The next character that is no blank, left where it is; empty at the end."""
        while True:
            end = self._at
            while end < len(self._text) and self._text[end] in _BLANK:
                end += 1
            self._take(end)
            if end < len(self._text):
                return self._text[end]
            if not self._fill():
                return ""

    def step(self, expected: str) -> str:
        """Take the next character, one of `expected`."""
        found = self.peek()
        if not found or found not in expected:
            raise _NotJsonError
        self._take(self._at + 1)
        return found

    def value(self) -> Any:
        """Take a whole value."""
        if not self.peek():
            raise _NotJsonError
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not self._more():
                    raise _NotJsonError from error
                continue
            if end == len(self._text) and not self._ended and self._more():
                continue  # a number may go on
            self._take(end)
            return found

    def _more(self) -> bool:
        if len(self._text) - self._at > LARGEST_RECORD:
            raise _NotJsonError
        return self._fill()


def _records(text: _Text, path: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """Each record with the line it begins in: of the list at `path`, or those that follow each other."""
    first = text.peek()
    if first == "{" and not path:
        while text.peek():
            yield text.line, text.value()
            if text.peek() == ",":
                raise _NotJsonError
        return
    for name in path:
        _go_to(text, name)
    text.step("[")
    if text.peek() == "]":
        text.step("]")
    else:
        while True:
            text.peek()
            yield text.line, text.value()
            if text.step(",]") == "]":
                break
    _to_the_end(text, len(path))


def _go_to(text: _Text, name: str) -> None:
    text.step("{")
    while True:
        if text.peek() != '"':
            raise _NotJsonError
        key = text.value()
        text.step(":")
        if key == name:
            return
        text.value()
        text.step(",")


def _to_the_end(text: _Text, depth: int) -> None:
    """What stands after the list must be JSON to its end: a file that was cut off is taken for none."""
    for _ in range(depth):
        while text.step(",}") == ",":
            if not isinstance(text.value(), str):
                raise _NotJsonError
            text.step(":")
            text.value()
    if text.peek():
        raise _NotJsonError


def at_path(record: Any, path: str) -> Any:
    """What stands at `path` in a record; None when nothing does."""
    if not isinstance(record, Mapping):
        return None
    if path in record:
        return record[path]
    name, dot, rest = path.partition(".")
    return at_path(record.get(name), rest) if dot else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, list) and len(value) <= MOST_ENTRIES:
        parts = [UNREADABLE if isinstance(part, list) else _text(part) for part in value]
        return LIST_SEPARATOR.join(UNREADABLE if LIST_SEPARATOR in part else part for part in parts)
    return UNREADABLE


def json_rows(
    file: BinaryIO,
    records: Sequence[str],
    lines: str,
    of_record: Mapping[str, str],
    of_line: Mapping[str, str],
    faults: list[RowFault],
    progress: Progress = no_progress,
) -> Iterator[Row]:
    """A row of the texts of each line of each record, by the names of `of_record` and `of_line` (name → path).

    Args:
        records: names that lead to the list of records; empty for a file that is one, or has one record after another.
        lines: path of the list of lines in a record; empty when each record is one.
        of_line: looked up in the line, and in the record when the line has nothing there.

    Raises:
        StationProblem: ``import.encoding`` or ``import.too_large``.
    """
    size = size_of(file)
    count = 0
    with text_of(file) as source:
        text = _Text(source)
        try:
            for line, record in _records(text, records):
                entries: Collection[Any] = [record]
                if lines:
                    found = at_path(record, lines)
                    entries = found if isinstance(found, list) and found else [{}]
                if count + len(entries) > MOST_ROWS:
                    raise too_large()
                cells = {name: _text(at_path(record, path)) for name, path in of_record.items()}
                for entry in list(entries)[:MOST_ENTRIES]:
                    count += 1
                    if count % 500 == 0:
                        progress(file.tell(), size)
                    yield Row(line, {**cells, **{n: _of_line(entry, record, p) for n, p in of_line.items()}}, count)
        except _NotJsonError:
            faults.append(RowFault(text.line, "-", N_("is not valid JSON from here on")))
            return
    if not count:
        faults.append(RowFault(1, "-", N_("the file holds no records")))
    progress(size, size)


def _of_line(entry: Any, record: Any, path: str) -> str:
    found = at_path(entry, path)
    return _text(at_path(record, path) if found is None else found)
