"""A label's bitmap in the language of a printer. Printers get dots only: fonts of a printer have no Chinese."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class ZplSettings:
    """How a ZPL printer is told.

    Attributes:
        compressed: send the bitmap as Z64 (2–3 kB for 60 × 40 mm); else as hex digits (38 kB), for printers
            that do not know Z64.
        darkness: 0 … 30; None leaves what is set at the printer.
        speed: inches a second; None leaves what is set at the printer.
    """

    compressed: bool = True
    darkness: int | None = None
    speed: int | None = None


def zpl(image: Image.Image, settings: ZplSettings | None = None) -> bytes:
    """One label as ZPL II: `image` (mode "1", 0 is black), a pixel a dot, from the top left corner.

    Source: Zebra ZPL II programming guide, ``^GF`` and appendix on Z64 (zlib, Base64, CRC-16/XMODEM of the text).

    Raises:
        ValueError: the image has greys; a label is drawn in black and white, never converted here.
    """
    if image.mode != "1":
        raise ValueError("a label bitmap is black and white")
    import numpy as np  # with the first label, not with the window

    chosen = settings or ZplSettings()
    width, height = image.size
    row_bytes = (width + 7) // 8
    bits = np.packbits(~np.array(image), axis=1).tobytes()  # a 1 bit is black; the last byte of a row is filled with 0
    if chosen.compressed:
        text = base64.b64encode(zlib.compress(bits, 9))
        data = b":Z64:" + text + b":%04X" % binascii.crc_hqx(text, 0)
    else:
        data = bits.hex().upper().encode()
    commands = [
        b"^XA",
        b"^PW%d^LL%d^LH0,0^LS0" % (width, height),
        b"" if chosen.speed is None else b"^PR%d" % chosen.speed,
        b"" if chosen.darkness is None else b"~SD%02d" % chosen.darkness,
        b"^FO0,0^GFA,%d,%d,%d,%s^FS" % (len(bits), len(bits), row_bytes, data),
        b"^PQ1^XZ",
    ]
    return b"\n".join(command for command in commands if command) + b"\n"
