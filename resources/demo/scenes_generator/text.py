"""The typefaces of everything printed in a scene: the fonts that ship with the product."""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).resolve().parents[2] / "fonts"


@lru_cache(maxsize=256)
def font(size: int, bold: bool = False, digits: bool = False) -> ImageFont.FreeTypeFont:
    """Noto Sans SC, or Inter for the digits beneath a barcode; `size` in pixels."""
    name = "Inter-Medium.ttf" if digits else "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    return ImageFont.truetype(str(FONTS / name), size)
