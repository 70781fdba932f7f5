"""Opening pictures of unknown origin: how large they say they are is checked before anything is decoded.

A PNG of one megabyte can unfold to gigabytes, and a cut-off JPEG decodes to a picture with a grey half. Every
picture that comes from a file, a camera stream or the network is opened here and nowhere else.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast

from PIL import Image

from inspection_station.errors import N_, StationProblem
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import cv2
    import numpy as np
    import numpy.typing as npt
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

LARGEST_PICTURE_PIXELS = 52_428_800  # 8192 × 6400: larger than any camera a bench uses
LARGEST_PICTURE_BYTES = 64 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "BMP")

Picture: TypeAlias = "npt.NDArray[np.uint8]"
"""Rows × columns × 3 (blue, green, red) or rows × columns (grey), 8 bits each."""

# Pillow only warns between one and two times its own limit; for us that is a refusal as well.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class PictureHeader:
    """What a picture file says about itself: format (one of `FORMATS`), width and height in pixels."""

    format: str
    width: int
    height: int


def _refuse(code: str, what: str, to_do: str = N_("Use another picture."), **values: str | int) -> NoReturn:
    raise StationProblem(code, what, to_do, work_goes_on=True, **values)


def read_header(data: bytes) -> PictureHeader:
    """Format and size of an encoded picture, without decoding it.

    Raises:
        StationProblem: picture.empty, picture.too_large (bytes or pixels) or picture.wrong_type.
    """
    if not data:
        _refuse("picture.empty", N_("The picture file is empty."))
    if len(data) > LARGEST_PICTURE_BYTES:
        _refuse("picture.too_large", N_("The picture is larger than {mb} MB."), mb=LARGEST_PICTURE_BYTES >> 20)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            kind = str(picture.format)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _too_many_pixels()
    except Exception:  # whatever a parser stumbles over in hostile bytes means the same: not a picture
        _refuse("picture.wrong_type", N_("This file is not a picture (JPEG, PNG, WebP or BMP)."))
    if width <= 0 or height <= 0:
        raise picture_damaged()
    if width * height > LARGEST_PICTURE_PIXELS:
        _too_many_pixels()
    return PictureHeader("JPEG" if kind == "MPO" else kind, width, height)


def _too_many_pixels() -> NoReturn:
    megapixels = LARGEST_PICTURE_PIXELS // 1_000_000
    _refuse("picture.too_large", N_("The picture has more than {megapixels} megapixels."), megapixels=megapixels)


def _is_whole(data: bytes, kind: str) -> bool:
    """False when the end that the format demands is missing (a decoder would fill the rest with grey)."""
    if kind == "JPEG":
        return data.rfind(b"\xff\xd9") > data.rfind(b"\xff\xda")
    if kind == "PNG":
        return b"IEND" in data[-64:] or data.rfind(b"IEND") > data.rfind(b"IDAT")
    if kind == "WEBP":
        return len(data) >= int.from_bytes(data[4:8], "little") + 8
    return len(data) >= int.from_bytes(data[2:6], "little")


def check_picture(data: bytes) -> PictureHeader:
    """What a picture says about itself, when it is of a size that may be decoded and its end is there.

    For those who decode with another library than `open_picture`; nothing is decoded here.

    Raises:
        StationProblem: what `read_header` raises, or picture.truncated.
    """
    header = read_header(data)
    if not _is_whole(data, header.format):
        _refuse("picture.truncated", N_("The picture file ends too early; a part is missing."))
    return header


def picture_damaged() -> StationProblem:
    """What to raise when a picture that passed `check_picture` cannot be decoded after all."""
    return StationProblem("picture.unreadable", N_("The picture is damaged."), N_("Use another picture."))


def open_picture(data: bytes) -> Picture:
    """Decode an encoded picture to blue, green, red.

    Raises:
        StationProblem: what `check_picture` raises, or picture.unreadable.
    """
    check_picture(data)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except (cv2.error, MemoryError):
        image = None
    if image is None or image.size == 0:
        raise picture_damaged()
    return cast(Picture, image)


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for somebody to write into a named pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_picture_file(path: Path) -> bytes:
    """The bytes of the regular file at `path`, refused before reading when it is larger than a picture may be.

    Raises:
        StationProblem: picture.no_file or picture.too_large.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as handle:
            about = os.fstat(handle.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            if about.st_size > LARGEST_PICTURE_BYTES:
                _refuse("picture.too_large", N_("The picture is larger than {mb} MB."), mb=LARGEST_PICTURE_BYTES >> 20)
            return handle.read(LARGEST_PICTURE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse("picture.no_file", N_("The file cannot be read: {reason}"), N_("Check the file name."), reason=reason)
