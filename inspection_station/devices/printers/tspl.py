"""TSPL: labels as one bitmap, and what the printer tells of itself.

Source: TSC, TSPL/TSPL2 Programming Language: ``SIZE``, ``GAP``, ``BLINE``, ``DIRECTION``, ``REFERENCE``, ``SPEED``,
``DENSITY``, ``CLS``, ``BITMAP``, ``PRINT``, ``<ESC>!?``.
"""

from __future__ import annotations

from PIL import Image

from inspection_station.devices.printers import vocabulary
from inspection_station.devices.printers.bitmap import packed, placed
from inspection_station.devices.printers.description import Media
from inspection_station.devices.printers.vocabulary import SILENT, PrinterStatus

DARKEST = 15
SPEEDS = (1, 18)  # inches a second, of any TSPL printer
QUESTION = b"\x1b!?"

HEAD_OPEN, JAM, NO_PAPER, NO_RIBBON, PAUSE, PRINTING = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
COVER_OPEN = 0x40  # of some makes; others do not use the bit
OTHER_FAULT = 0x80  # of TSC; with other makes temperature
ALL_AT_ONCE = 0xFF


def encode(image: Image.Image, media: Media, dpi: tuple[int, int]) -> bytes:
    """One label: `image` (mode "1", 0 is black), a pixel a dot. In ``BITMAP`` a 1 bit is white.

    Raises:
        ValueError: the image has greys.
    """
    place = placed(image, media, dpi)
    black, row = packed(place.image)
    bits = bytes(byte ^ 0xFF for byte in black)  # the filling of a row's last byte becomes white as well
    commands = [
        b"SIZE %s mm,%s mm" % (_mm(media.width_mm), _mm(media.height_mm)),
        _sensing(media),
        b"DIRECTION %d" % (media.direction == "turned"),
        b"REFERENCE %d,%d" % (place.x, place.y),
        b"" if media.speed is None else b"SPEED %d" % min(max(media.speed, SPEEDS[0]), SPEEDS[1]),
        b"" if media.darkness is None else b"DENSITY %d" % min(max(media.darkness, 0), DARKEST),
        b"CLS",
        b"BITMAP 0,0,%d,%d,0,%s" % (row, place.image.height, bits),
        b"PRINT 1,1",
    ]
    return b"\r\n".join(command for command in commands if command) + b"\r\n"


def _sensing(media: Media) -> bytes:
    if media.sensing == "mark":
        return b"BLINE %s mm,0 mm" % _mm(media.gap_mm)
    return b"GAP %s mm,0 mm" % (_mm(media.gap_mm) if media.sensing == "gap" else b"0")


def _mm(length: float) -> bytes:
    return f"{length:.2f}".rstrip("0").rstrip(".").encode()


def answer_is_whole(answer: bytes) -> bool:
    """Whether the status byte has come."""
    return len(answer) >= 1


def read_status(answer: bytes) -> PrinterStatus:
    """What the answer to ``<ESC>!?`` says: one byte of flags, 0 when all is well.

    More than one byte is no answer to this question; nor are all flags at once, which a broken line gives.
    """
    if len(answer) != 1 or answer[0] == ALL_AT_ONCE:
        return SILENT
    flags = answer[0]
    if flags & (HEAD_OPEN | COVER_OPEN):
        return vocabulary.head_open()
    if flags & JAM:
        return vocabulary.jammed()
    if flags & NO_PAPER:
        return vocabulary.out_of_labels()
    if flags & NO_RIBBON:
        return vocabulary.out_of_ribbon()
    if flags & OTHER_FAULT:
        return vocabulary.faulty()
    if flags & PAUSE:
        return vocabulary.paused()
    return PrinterStatus("printing" if flags & PRINTING else "ready")
