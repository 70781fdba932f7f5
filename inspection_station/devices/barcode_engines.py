"""The two decoders, brought to one form: zxing-cpp always, zbar (through pyzbar) where its library is installed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import zxingcpp

from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
else:
    np = on_first_use("numpy")

log = logging.getLogger(__name__)

Grey: TypeAlias = "npt.NDArray[np.uint8]"
Points = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
"""Corner points (x, y) in pixels of the picture that was given: round the code, in no promised turning."""

_ZXING_NAMES = {
    "ITF14": "ITF", "Code39Std": "Code39", "Code39Ext": "Code39", "DataBarOmni": "DataBar", "DataBarStk": "DataBar",
    "DataBarStkOmni": "DataBar", "QRCodeModel1": "QRCode", "QRCodeModel2": "QRCode",
}  # fmt: skip
_ZBAR_NAMES = {
    "EAN13": ("EAN13", "]E0"), "EAN8": ("EAN8", "]E4"), "UPCA": ("UPCA", "]E0"), "UPCE": ("UPCE", "]E0"),
    "CODE128": ("Code128", "]C0"), "CODE39": ("Code39", "]A0"), "CODE93": ("Code93", "]G0"), "I25": ("ITF", "]I0"),
    "CODABAR": ("Codabar", "]F0"), "QRCODE": ("QRCode", "]Q1"),
}  # fmt: skip


@dataclass(frozen=True)
class EngineRead:
    """What one engine made of one picture; whether to believe it is decided elsewhere."""

    text: str
    raw: bytes
    symbology: str
    identifier: str
    points: Points
    engine: str


@cache
def _zxing_formats() -> Any:
    kinds = zxingcpp.BarcodeFormat
    return zxingcpp.BarcodeFormats(
        [
            kinds.Code128, kinds.Code39, kinds.Code93, kinds.ITF, kinds.EAN13, kinds.EAN8, kinds.UPCA, kinds.UPCE,
            kinds.Codabar, kinds.DataBar, kinds.QRCode, kinds.DataMatrix, kinds.PDF417,
        ]
    )  # fmt: skip


def text_of_bytes(raw: bytes, guess: str) -> str:
    """The text of a code without a declared character set: UTF-8, then GB18030 (China's own), then the engine's guess.

    zxing-cpp falls back to Latin-1 for Chinese, zbar takes it for Japanese. A guess of Shift-JIS with kana in it is
    left: the same bytes would also pass as GB18030, but as nonsense.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if any("\u3040" <= sign <= "\u30ff" or "\uff66" <= sign <= "\uff9f" for sign in guess):
        return guess
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return guess


def read_with_zxing(image: Grey, *, rotate: bool = True) -> list[EngineRead]:
    """All codes zxing-cpp finds in a grey picture."""
    found = []
    for code in zxingcpp.read_barcodes(
        np.ascontiguousarray(image),
        formats=_zxing_formats(),
        try_rotate=rotate,
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
        symbology = _ZXING_NAMES.get(name, name)
        if text:
            found.append(EngineRead(text, bytes(code.bytes), symbology, code.symbology_identifier, points, "zxing"))
    return found


@cache
def _zbar() -> tuple[Callable[..., Any], list[Any]] | None:
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError):  # the Python part without the library says so in several ways
        log.info("zbar is not installed; codes are read with zxing-cpp alone")
        return None
    # DataBar is left out: zbar 0.23 has failing assertions there, zxing-cpp reads it.
    return pyzbar.decode, [pyzbar.ZBarSymbol[name] for name in _ZBAR_NAMES]


def has_zbar() -> bool:
    """True when the second engine is installed (the devices page and `decode` say so when it is not)."""
    return _zbar() is not None


def read_with_zbar(image: Grey) -> list[EngineRead]:
    """All codes zbar finds in a grey picture; none when it is not installed."""
    zbar = _zbar()
    if zbar is None:
        return []
    decode, symbols = zbar
    found = []
    for code in decode(np.ascontiguousarray(image), symbols=symbols):
        symbology, identifier = _ZBAR_NAMES[code.type]
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
        if text:
            found.append(EngineRead(text, raw, symbology, identifier, points, "zbar"))
    return found
