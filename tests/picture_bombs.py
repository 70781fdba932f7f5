"""Small files that claim, or would unfold to, enormous pictures; and files that are none."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

SIDE = 20_000  # pixels; 1.2 GB once decoded


def png_bomb(side: int = SIDE) -> bytes:
    """A real, whole PNG of side × side pixels, all black: a megabyte that decodes to a gigabyte."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packing = zlib.compressobj(9)
    row = bytes(1 + 3 * side)
    packed = b"".join(packing.compress(row) for _ in range(side)) + packing.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def jpeg_bomb(width: int = 65_000, height: int = 65_000) -> bytes:
    """A JPEG of 8 × 8 pixels whose header claims more."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    data = out.getvalue()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def webp_bomb() -> bytes:
    """An animated WebP whose canvas is as large as the format allows."""
    out = io.BytesIO()
    first, second = Image.new("RGB", (8, 8)), Image.new("RGB", (8, 8), "red")
    first.save(out, "WEBP", save_all=True, append_images=[second])
    data = bytearray(out.getvalue())
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = (16_383 - 1).to_bytes(3, "little") * 2
    return bytes(data)


def bmp_bomb(side: int = SIDE) -> bytes:
    """A BMP, run-length coded, that claims side × side pixels."""
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, 4, 0, 0, 256, 0)
    palette = bytes(1024)
    start = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + 4, 0, 0, start) + header + palette + b"\x00\x01\x00\x01"


def write_bombs(folder: Path) -> list[Path]:
    """All of them as files, and what is no picture at all."""
    jpeg = io.BytesIO()
    Image.effect_noise((200, 150), 60).convert("RGB").save(jpeg, "JPEG")
    bombs = {
        "bomb.png": png_bomb(), "bomb.jpg": jpeg_bomb(), "bomb.webp": webp_bomb(), "bomb.bmp": bmp_bomb(),
        "pdf.jpg": b"%PDF-1.7" + bytes(400), "cut.jpg": jpeg.getvalue()[:900], "empty.jpg": b"", "text.png": b"<html>",
        "tiff.jpg": b"II*\x00\x08\x00\x00\x00" + bytes(60), "svg.png": b'<svg width="20000" height="20000"/>',
    }  # fmt: skip
    for name, data in bombs.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in bombs]
