"""IPP messages: requests written, responses read with distrust.

Source: RFC 8010 (encoding) and RFC 8011 (operations, attributes, status codes); CUPS adds operations of its own
(0x4001 and 0x4002, "CUPS Implementation of IPP").
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

VERSION = b"\x02\x00"
MOST_BYTES = 8 * 1024 * 1024  # of a response; a hundred queues with all they say of themselves

_numbers = itertools.count(1)

Value = str | int | bool


class Operation(IntEnum):
    """What is asked for."""

    PRINT_JOB = 0x0002
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B
    CUPS_GET_DEFAULT = 0x4001
    CUPS_GET_PRINTERS = 0x4002


class Tag(IntEnum):
    """What kind of group or value follows."""

    OPERATION_GROUP = 0x01
    JOB_GROUP = 0x02
    END = 0x03
    PRINTER_GROUP = 0x04
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


FIRST_VALUE_TAG = 0x10  # below it are groups
BEGIN_COLLECTION, END_COLLECTION, MEMBER_NAME = 0x34, 0x37, 0x4A
TEXT_WITH_LANGUAGE, NAME_WITH_LANGUAGE = 0x35, 0x36
FIRST_ERROR = 0x0400
NOT_FOUND = 0x0406

Attribute = tuple[Tag, str, Value | tuple[str, ...]]
"""Kind, name, and value or values."""


@dataclass(frozen=True)
class Response:
    """What came back.

    Attributes:
        status: as RFC 8011 has it; from `FIRST_ERROR` on the request was refused.
        printers: of each printer in the response its attributes; the values of each, in a tuple.
        jobs: the same of each print job.
    """

    status: int
    printers: tuple[Mapping[str, tuple[Value, ...]], ...] = field(default_factory=tuple)
    jobs: tuple[Mapping[str, tuple[Value, ...]], ...] = field(default_factory=tuple)

    @property
    def refused(self) -> bool:
        """Whether the request was refused: nothing of it was done."""
        return self.status >= FIRST_ERROR


def message(operation: Operation, attributes: list[Attribute], job: list[Attribute] | None = None) -> bytes:
    """A request; a document to print follows right behind it."""
    number = next(_numbers) & 0x7FFFFFFF
    body = VERSION + operation.to_bytes(2, "big") + number.to_bytes(4, "big") + bytes([Tag.OPERATION_GROUP])
    first: list[Attribute] = [
        (Tag.CHARSET, "attributes-charset", "utf-8"),
        (Tag.LANGUAGE, "attributes-natural-language", "en"),
    ]
    body += b"".join(_attribute(one) for one in [*first, *attributes])
    if job:
        body += bytes([Tag.JOB_GROUP]) + b"".join(_attribute(one) for one in job)
    return body + bytes([Tag.END])


def _attribute(attribute: Attribute) -> bytes:
    tag, name, value = attribute
    written = b""
    for place, one in enumerate(value if isinstance(value, tuple) else (value,)):
        if isinstance(one, bool):
            data = b"\x01" if one else b"\x00"
        elif isinstance(one, int):
            data = one.to_bytes(4, "big", signed=True)
        else:
            data = one.encode()
        title = b"" if place else name.encode()  # a further value of an attribute has an empty name
        written += bytes([tag]) + len(title).to_bytes(2, "big") + title + len(data).to_bytes(2, "big") + data
    return written


def read_response(data: bytes) -> Response:
    """A response as it came.

    Raises:
        ValueError: it is not one.
    """
    if len(data) < 9:
        raise ValueError("an IPP response has nine bytes at least")
    groups: dict[int, list[dict[str, tuple[Value, ...]]]] = {Tag.PRINTER_GROUP: [], Tag.JOB_GROUP: []}
    group: dict[str, tuple[Value, ...]] | None = None
    last = ""
    for tag, name, raw in _fields(data[8:]):
        if tag < FIRST_VALUE_TAG:
            group = {} if tag in groups else None
            if group is not None:
                groups[tag].append(group)
            continue
        last = name or last
        if group is not None and last and (value := _value(tag, raw)) is not None:
            group[last] = (*group.get(last, ()), value)
    printers, jobs = groups[Tag.PRINTER_GROUP], groups[Tag.JOB_GROUP]
    return Response(int.from_bytes(data[2:4], "big"), tuple(printers), tuple(jobs))


def _fields(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Tag, name and value of everything in a message; collections without their members. Raises ValueError."""
    place, depth = 0, 0
    while place < len(data):
        tag = data[place]
        place += 1
        if tag == Tag.END:
            return
        if tag < FIRST_VALUE_TAG:
            yield tag, "", b""
            continue
        title, place = _counted(data, place)
        raw, place = _counted(data, place)
        if tag == END_COLLECTION:
            depth -= 1
        elif tag == BEGIN_COLLECTION:
            depth += 1
        elif depth <= 0:
            yield tag, title.decode("utf-8", "replace"), raw
    raise ValueError("an IPP message without an end")


def _counted(data: bytes, place: int) -> tuple[bytes, int]:
    start = place + 2
    end = start + int.from_bytes(data[place:start], "big")
    if end > len(data):
        raise ValueError("an IPP message that breaks off")
    return data[start:end], end


def _value(tag: int, raw: bytes) -> Value | None:
    """A value of a kind that is used here; None of any other."""
    if tag in (Tag.INTEGER, Tag.ENUM):
        return int.from_bytes(raw, "big", signed=True)
    if tag == Tag.BOOLEAN:
        return raw == b"\x01"
    if tag in (TEXT_WITH_LANGUAGE, NAME_WITH_LANGUAGE):
        try:
            _, place = _counted(raw, 0)
            raw, _ = _counted(raw, place)
        except ValueError:
            return None
        return raw.decode("utf-8", "replace")
    return raw.decode("utf-8", "replace") if 0x40 <= tag < MEMBER_NAME else None
