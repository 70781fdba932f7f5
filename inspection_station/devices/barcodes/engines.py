"""The two decoders, brought to one form: zxing-cpp always, zbar (through pyzbar) where its library is installed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import zxingcpp

from inspection_station.devices.barcodes.bytes_to_text import text_of_bytes, whole_article_number
from inspection_station.devices.barcodes.symbologies import ZBAR_NAMES, ZXING_NAMES, Kinds, zxing_formats
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
else:
    np = on_first_use("numpy")

log = logging.getLogger(__name__)

Grey: TypeAlias = "npt.NDArray[np.uint8]"
Threshold: TypeAlias = Literal["local", "global", "fixed"]
Points = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
"""Corner points (x, y) in pixels of the picture that was given: round the code, in no promised turning."""


@dataclass(frozen=True)
class EngineRead:
    """What one engine made of one picture; whether to believe it is decided elsewhere.

    `lines` is how many scan lines agreed on it, where the engine tells (zbar), else 0.
    """

    text: str
    raw: bytes
    symbology: str
    identifier: str
    points: Points
    engine: str
    lines: int = 0


def read_with_zxing(
    image: Grey,
    kinds: Kinds = Kinds.EVERY,
    *,
    rotate: bool = False,
    invert: bool = False,
    downscale: bool = False,
    threshold: Threshold = "local",
) -> list[EngineRead]:
    """The codes of `kinds` zxing-cpp finds in a grey picture.

    Each option costs time: `rotate` looks for bars that lie down, `invert` for light codes on dark ground,
    `downscale` also in smaller copies. `threshold` tells dark from light: by the surroundings of each pixel ("local"),
    by the whole picture ("global"), or at 127 ("fixed"), for pictures that were evened out before.
    """
    found = []
    how = zxingcpp.Binarizer
    binarizers = {"local": how.LocalAverage, "global": how.GlobalHistogram, "fixed": how.FixedThreshold}
    for code in zxingcpp.read_barcodes(
        np.ascontiguousarray(image),
        formats=zxing_formats(kinds),
        try_rotate=rotate,
        try_invert=invert,
        try_downscale=downscale,
        binarizer=binarizers[threshold],
        text_mode=zxingcpp.TextMode.Plain,
    ):
        text, name = code.text, code.format.name
        if name in ("QRCode", "QRCodeModel1", "QRCodeModel2") and code.symbology_identifier in ("]Q0", "]Q1", "]Q3"):
            text = text_of_bytes(code.bytes, text)
        at = code.position
        points: Points = (
            (at.top_left.x, at.top_left.y),
            (at.top_right.x, at.top_right.y),
            (at.bottom_right.x, at.bottom_right.y),
            (at.bottom_left.x, at.bottom_left.y),
        )
        symbology = ZXING_NAMES.get(name, name)
        if text:
            found.append(EngineRead(text, bytes(code.bytes), symbology, code.symbology_identifier, points, "zxing"))
    return found


@cache
def _zbar() -> tuple[Callable[..., Any], Any] | None:
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError):  # the Python part without the library says so in several ways
        log.info("zbar is not installed; codes are read with zxing-cpp alone")
        return None
    return pyzbar.decode, pyzbar.ZBarSymbol


def has_zbar() -> bool:
    """True when the second engine is installed (the devices page and `decode` say so when it is not)."""
    return _zbar() is not None


def read_with_zbar(image: Grey, symbols: Collection[str] = tuple(ZBAR_NAMES)) -> list[EngineRead]:
    """The codes zbar finds in a grey picture, of `symbols` (zbar's names); none when it is not installed."""
    zbar = _zbar()
    if zbar is None or not symbols:
        return []
    decode, names = zbar
    found = []
    for code in decode(np.ascontiguousarray(image), symbols=[names[name] for name in symbols]):
        symbology, identifier = ZBAR_NAMES[code.type]
        raw = bytes(code.data)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if symbology == "QRCode" and not text.isascii():
            # zbar hands over its own transcoding, which garbles some Chinese; its word counts for plain texts only.
            continue
        left, top, width, height = code.rect
        right, bottom = left + width, top + height
        points = ((left, top), (right, top), (right, bottom), (left, bottom))
        if symbology == "UPCE":
            text = whole_article_number(text)
        if text:
            found.append(EngineRead(text, raw, symbology, identifier, points, "zbar", code.quality))
    return found
