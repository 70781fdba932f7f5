"""ESC/POS raster: labels as bit images in bands, and what the printer tells of itself.

Source: Epson, ESC/POS Command Reference: ``ESC @``, ``GS v 0``, ``FF``, ``GS V``, ``DLE EOT n``, and what it says of
commands in real time.

The dots may contain the bytes of such commands, which a printer obeys when they arrive, in a bit image too:

- ``DLE EOT 1`` to ``4`` (10 04 0n) makes it say a status byte that nobody asked for, and prints nothing. The image is
  not harmed, for its bytes are counted. What was said unasked is read away before each question; an answer that has
  more or fewer than four bytes, or bytes that are none of a status, is none. At worst a printer is taken for one that
  does not answer, and the label's end is unknown: never for one that is ready.
- ``DLE ENQ 1`` and ``2`` (10 05 0n) do something only while the printer waits after an error that can be recovered
  from, and such a printer is sent no label.
- ``DLE DC4 1`` (10 14 01 m t) gives a pulse to a cash drawer, of which an inspection bench has none.
- ``DLE DC4 2 1 8`` (switch off) and ``DLE DC4 8 1 3 20 1 6 2 8`` (clear all buffers) need their five and ten bytes one
  behind the other. They are lone dots, as no bar or module of a code is (those are two dots wide or more); should a
  letter ever draw them, `encode` blackens one dot beside one of them, so that they never leave.
"""

from __future__ import annotations

from PIL import Image

from inspection_station.devices.printers import vocabulary
from inspection_station.devices.printers.bitmap import black_and_white, packed, page_of
from inspection_station.devices.printers.description import Media
from inspection_station.devices.printers.vocabulary import SILENT, PrinterStatus

BAND = 128
"""Rows of dots in one ``GS v 0``: 16 kB of even the widest head, which every buffer holds."""

INITIALISE = b"\x1b@"
FORM_FEED = b"\x0c"  # to the first line of the next label
CUT = b"\x1dVB\x00"  # feed to the cutter and cut
QUESTION = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"

ORDERS = (
    (bytes.fromhex("1014020108"), bytes.fromhex("1014020308")),
    (bytes.fromhex("10140801031401060208"), bytes.fromhex("10140801031403060208")),
)
"""What would switch a printer off or clear it, and the same with a dot more."""

FIXED, FIXED_VALUE = 0x93, 0x12
"""Bits 0, 1, 4 and 7 of every answer to ``DLE EOT`` and what they always are."""


def encode(image: Image.Image, media: Media, dpi: tuple[int, int]) -> bytes:
    """One label: `image` (mode "1", 0 is black), a pixel a dot; the offset and the turn are in the dots.

    Receipt printers have no command that would turn or move raster images.

    Raises:
        ValueError: the image has greys.
    """
    page = page_of(black_and_white(image), media, dpi)
    bits, row = packed(page)
    for order, harmless in ORDERS:
        bits = bits.replace(order, harmless)
    bands = []
    for top in range(0, page.height, BAND):
        rows = min(BAND, page.height - top)
        size = row.to_bytes(2, "little") + rows.to_bytes(2, "little")
        bands.append(b"\x1dv0\x00" + size + bits[top * row : (top + rows) * row])
    end = CUT if media.sensing == "continuous" else FORM_FEED
    return INITIALISE + b"".join(bands) + end


def answer_is_whole(answer: bytes) -> bool:
    """Whether all four status bytes have come."""
    return len(answer) >= 4


def read_status(answer: bytes) -> PrinterStatus:
    """What the answers to ``DLE EOT`` 1 to 4 say: printer, cause of being offline, error, paper sensor.

    1: bit 3 offline. 2: bit 2 cover open, 3 fed by its key, 5 stopped at paper end, 6 error. 3: bit 2 recoverable
    (mechanical) error, 3 cutter, 5 unrecoverable, 6 hot or voltage, recovers by itself. 4: bits 5 and 6 paper end.
    """
    if len(answer) != 4 or any(byte & FIXED != FIXED_VALUE for byte in answer):
        return SILENT
    printer, offline, error, paper = answer
    if offline & 0x04:
        return vocabulary.head_open()
    if error & 0x0C:
        return vocabulary.jammed()
    if offline & 0x20 or paper & 0x60:
        return vocabulary.out_of_labels()
    if error & 0x40:
        return vocabulary.too_hot()
    if error & 0x20 or offline & 0x40:
        return vocabulary.faulty()
    if offline & 0x08:
        return PrinterStatus("printing")
    return vocabulary.paused() if printer & 0x08 else PrinterStatus("ready")
