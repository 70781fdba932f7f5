"""ZPL II: labels as one graphic field, and what the printer tells of itself.

Source: Zebra, ZPL II Programming Guide: ``^GF``, ``^PW``, ``^LL``, ``^LH``, ``^MN``, ``^PO``, ``^PR``, ``~SD``,
``~HS``, and its appendix on Z64 (zlib, Base64, CRC-16 with polynomial 0x1021 from 0 over the text).
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from PIL import Image

from inspection_station.devices.printers import vocabulary
from inspection_station.devices.printers.bitmap import packed, placed
from inspection_station.devices.printers.description import Media
from inspection_station.devices.printers.vocabulary import SILENT, PrinterStatus

DARKEST = 30
SPEEDS = (1, 14)  # inches a second, of any ZPL printer
QUESTION = b"~HS\r\n"
TRACKING = {"gap": b"^MNY", "mark": b"^MNM", "continuous": b"^MNN"}


def encode(image: Image.Image, media: Media, dpi: tuple[int, int]) -> bytes:
    """One label: `image` (mode "1", 0 is black), a pixel a dot.

    Raises:
        ValueError: the image has greys.
    """
    place = placed(image, media, dpi)
    bits, row = packed(place.image)
    if media.compressed:
        text = base64.b64encode(zlib.compress(bits, 9))
        data = b":Z64:" + text + b":%04X" % binascii.crc_hqx(text, 0)
    else:
        data = bits.hex().upper().encode()
    commands = [
        b"^XA",
        TRACKING[media.sensing],
        b"^PW%d^LL%d^LH%d,%d^LS0" % (*image.size, place.x, place.y),
        b"^POI" if media.direction == "turned" else b"^PON",
        b"" if media.speed is None else b"^PR%d" % min(max(media.speed, SPEEDS[0]), SPEEDS[1]),
        b"" if media.darkness is None else b"~SD%02d" % min(max(media.darkness, 0), DARKEST),
        b"^FO0,0^GFA,%d,%d,%d,%s^FS" % (len(bits), len(bits), row, data),
        b"^PQ1^XZ",
    ]
    return b"\n".join(command for command in commands if command) + b"\n"


def answer_is_whole(answer: bytes) -> bool:
    """Whether all three lines of ``~HS`` have come."""
    return answer.count(b"\x03") >= 3


def read_status(answer: bytes) -> PrinterStatus:
    """What the answer to ``~HS`` says: three lines between STX and ETX, of comma-separated fields.

    Line 1: ``aaa,b,c,dddd,eee,f,g,h,iii,j,k,l``: b paper out, c pause, eee formats in the buffer, f buffer full,
    j memory lost, l head too hot. Line 2: ``mmm,n,o,p,q,r,s,t,uuuuuuuu,v,www``: o head up, p ribbon out,
    t a label waits to be taken off, u labels still to be printed.
    """
    lines = [line.decode("ascii", "replace").split(",") for line in re.findall(rb"\x02([^\x02\x03]*)\x03", answer)]
    if len(lines) < 2 or len(lines[0]) < 12 or len(lines[1]) < 9:
        return SILENT
    first, second = lines[0], lines[1]
    if any(flag not in ("0", "1") for flag in (*first[1:3], first[5], first[9], first[11], *second[2:4])):
        return SILENT
    if second[2] == "1":
        return vocabulary.head_open()
    if first[1] == "1":
        return vocabulary.out_of_labels()
    if second[3] == "1":
        return vocabulary.out_of_ribbon()
    if first[11] == "1":
        return vocabulary.too_hot()
    if first[9] == "1":
        return vocabulary.faulty()
    if first[2] == "1":
        return vocabulary.paused()
    busy = first[5] == "1" or first[4].strip("0") or second[8].strip("0")
    return PrinterStatus("printing" if busy else "ready")
