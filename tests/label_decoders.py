"""Printers' languages read back into dots by the rules of their manuals; shares nothing with what writes them."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Dots = NDArray[np.bool_]
"""Rows of dots on the paper as the label leaves the printer; True is black."""


@dataclass
class Printed:
    """What came out, and what the printer was told on the way."""

    dots: Dots
    told: dict[str, str] = field(default_factory=dict)


def put(page: Dots, part: Dots, x: int, y: int) -> None:
    """Black dots of `part` onto the page; a printer that has none left of its edge or beyond the label is no excuse."""
    height, width = part.shape
    assert x >= 0 and y >= 0, "no dot lies left of the head or above the label"
    assert y + height <= page.shape[0], "dots below the label land on the next one"
    room = page[y : y + height, x:]
    assert not part[:, room.shape[1] :].any(), "dots right of the label"
    room[:, :width] |= part[:, : room.shape[1]]


def rows(bits: bytes, row_bytes: int) -> Dots:
    assert row_bytes > 0 and len(bits) % row_bytes == 0
    return np.unpackbits(np.frombuffer(bits, np.uint8).reshape(-1, row_bytes), axis=1).astype(bool)


def decode_zpl(data: bytes) -> Printed:
    """ZPL II: one label between ^XA and ^XZ; anything that is not expected in it fails."""
    text = data.decode("ascii")
    assert text.startswith("^XA") and text.endswith("^XZ\n")
    told: dict[str, str] = {}
    at, drawn = (0, 0), []
    for command, arguments in re.findall(r"[\^~]([A-Z]{2})([^\^~]*)", text):
        told[command] = arguments.strip()
        if command == "FO":
            at = _pair(arguments)
        if command == "GF":
            drawn.append((at, _zpl_field(arguments.strip())))
    told_only = {"XA", "MN", "PW", "LL", "LH", "LS", "PO", "PR", "SD", "FO", "GF", "FS", "PQ", "XZ"}
    assert set(told) <= told_only and told["PQ"] == "1" and told["LS"] == "0"
    page = np.zeros((int(told["LL"]), int(told["PW"])), bool)
    home = _pair(told["LH"])
    for (x, y), part in drawn:
        put(page, part, home[0] + x, home[1] + y)
    return Printed(page if told["PO"] == "N" else page[::-1, ::-1], told)


def _pair(text: str) -> tuple[int, int]:
    x, y = text.strip().split(",")
    return int(x), int(y)


def _zpl_field(arguments: str) -> Dots:
    kind, total, again, row, data = arguments.split(",", 4)
    assert kind == "A" and total == again
    if data.startswith(":Z64:"):
        _, _, encoded, check = data.split(":")
        assert int(check, 16) == binascii.crc_hqx(encoded.encode(), 0)
        bits = zlib.decompress(base64.b64decode(encoded, validate=True))
    else:
        bits = bytes.fromhex(data)
    assert len(bits) == int(total)
    return rows(bits, int(row))


def decode_tspl(data: bytes, dpi: tuple[int, int]) -> Printed:
    """TSPL: commands line by line, the bitmap's bytes counted and not searched for an end; a 1 bit is white."""
    told: dict[str, str] = {}
    page: Dots | None = None
    home, place, printed = (0, 0), 0, 0
    while place < len(data):
        if data.startswith(b"BITMAP ", place):
            assert page is not None and "CLS" in told
            found = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,").match(data, place)
            assert found
            x, y, row, height = (int(number) for number in found.groups())
            end = found.end() + row * height
            put(page, ~rows(data[found.end() : end], row), home[0] + x, home[1] + y)
            assert data[end : end + 2] == b"\r\n"
            place = end + 2
            continue
        end = data.index(b"\r\n", place)
        command, _, arguments = data[place:end].decode("ascii").partition(" ")
        told[command] = arguments
        if command == "SIZE":
            width, height_mm = (float(one.removesuffix(" mm")) for one in arguments.split(","))
            page = np.zeros((round(height_mm / 25.4 * dpi[1]), round(width / 25.4 * dpi[0])), bool)
        elif command == "REFERENCE":
            home = _pair(arguments)
        elif command == "PRINT":
            assert arguments == "1,1"
            printed += 1
        else:
            assert command in ("GAP", "BLINE", "DIRECTION", "SPEED", "DENSITY", "CLS")
        place = end + 2
    assert page is not None and printed == 1
    return Printed(page if told["DIRECTION"] == "0" else page[::-1, ::-1], told)


def decode_escpos(data: bytes) -> Printed:
    """ESC/POS: ``ESC @``, bands of ``GS v 0`` one below the other, then a form feed or a cut."""
    assert data.startswith(b"\x1b@")
    place, bands = 2, []
    while data.startswith(b"\x1dv0\x00", place):
        row, height = (int.from_bytes(data[place + at : place + at + 2], "little") for at in (4, 6))
        assert 0 < height <= 2303
        start = place + 8
        bands.append(rows(data[start : start + row * height], row))
        place = start + row * height
    end = {b"\x0c": "form feed", b"\x1dVB\x00": "cut"}[data[place:]]
    return Printed(np.vstack(bands), {"end": end})
