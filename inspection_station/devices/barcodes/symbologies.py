"""The kinds of code a bench meets: one name for each, groups to look for at once, and how far each proves itself."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

import zxingcpp

ZXING_NAMES = {
    "ITF14": "ITF", "Code39Std": "Code39", "Code39Ext": "Code39", "Code32": "Code39", "PZN": "Code39",
    "DataBarOmni": "DataBar", "DataBarStk": "DataBar", "DataBarStkOmni": "DataBar", "QRCodeModel1": "QRCode",
    "QRCodeModel2": "QRCode", "CompactPDF417": "PDF417", "ISBN": "EAN13",
}  # fmt: skip
"""zxing-cpp's names of variants that are one kind here; every other name is kept."""

ZBAR_NAMES = {
    "EAN13": ("EAN13", "]E0"), "EAN8": ("EAN8", "]E4"), "UPCA": ("UPCA", "]E0"), "UPCE": ("UPCE", "]E0"),
    "CODE128": ("Code128", "]C0"), "CODE39": ("Code39", "]A0"), "CODE93": ("Code93", "]G0"), "I25": ("ITF", "]I0"),
    "CODABAR": ("Codabar", "]F0"), "QRCODE": ("QRCode", "]Q1"),
}  # fmt: skip
"""zbar's name → (name, AIM identifier). Its DataBar is left out: zbar 0.23 has failing assertions there."""

ARTICLE_NUMBERS = frozenset({"EAN13", "EAN8", "UPCA", "UPCE"})
LINEAR = ARTICLE_NUMBERS | {"Code128", "Code39", "Code93", "ITF", "Codabar", "DataBar", "DataBarLtd", "DataBarExp"}

WEAKLY_CHECKED = ARTICLE_NUMBERS | {"ITF", "Codabar", "Code39"}
"""Symbologies whose one check digit, or none, lets a blurred code pass as another one."""


class Kinds(Enum):
    """Groups of symbologies that are looked for together; fewer kinds cost less time."""

    EVERY = "every"
    LINEAR = "linear"
    MATRIX = "matrix"  # QR and DataMatrix
    STACKED = "stacked"  # PDF417


@cache
def zxing_formats(kinds: Kinds) -> Any:
    """zxing-cpp's set of formats for `kinds`."""
    one = zxingcpp.BarcodeFormat
    linear = [
        one.Code128, one.Code39, one.Code93, one.ITF, one.EAN13, one.EAN8, one.UPCA, one.UPCE, one.Codabar, one.DataBar
    ]  # fmt: skip
    groups = {
        Kinds.LINEAR: linear,
        Kinds.MATRIX: [one.QRCode, one.DataMatrix],
        Kinds.STACKED: [one.PDF417],
        Kinds.EVERY: [*linear, one.QRCode, one.DataMatrix, one.PDF417],
    }
    return zxingcpp.BarcodeFormats(groups[kinds])


def zbar_symbols(symbology: str) -> frozenset[str]:
    """zbar's names for what may be the same code as one of `symbology`; empty when zbar reads no such code."""
    wanted = ARTICLE_NUMBERS if symbology in ARTICLE_NUMBERS else {symbology}
    return frozenset(name for name, (plain, _) in ZBAR_NAMES.items() if plain in wanted)


LINEAR_IN_ZBAR = frozenset(ZBAR_NAMES) - {"QRCODE"}
