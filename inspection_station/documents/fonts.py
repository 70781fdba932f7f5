"""The shipped fonts, for paper: which face has a character, and the face as Pillow and reportlab want it.

Two families: Inter for Latin letters and digits, Noto Sans SC for Chinese. Paper uses regular and bold (these two
weights of Noto Sans SC hold all of GBK) and Inter's extra bold for the grade letter. reportlab embeds TrueType
outlines only, which both families have.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont

from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont  # reportlab is loaded with the first page, not with the window


class Weight(StrEnum):
    """How heavy a text is."""

    REGULAR = "regular"
    BOLD = "bold"
    HEAVY = "heavy"


LATIN = {Weight.REGULAR: "Inter-Regular", Weight.BOLD: "Inter-Bold", Weight.HEAVY: "Inter-ExtraBold"}
CHINESE = {Weight.REGULAR: "NotoSansSC-Regular", Weight.BOLD: "NotoSansSC-Bold", Weight.HEAVY: "NotoSansSC-Bold"}
FACES = ("Inter-Regular", "Inter-Bold", "Inter-ExtraBold", "NotoSansSC-Regular", "NotoSansSC-Bold")


def font_path(face: str) -> Path:
    """The file of the face named `face` (one of `FACES`).

    Raises:
        StationProblem: ``fonts.missing`` when the installation lacks it.
    """
    path = resources() / "fonts" / f"{face}.ttf"
    if not path.is_file():
        raise StationProblem(
            "fonts.missing",
            N_("The font {face} is missing, so nothing can be printed."),
            N_("Install the program again."),
            face=face,
        )
    return path


@cache
def pdf_font(face: str) -> TTFont:
    """`face` as reportlab wants it, under its own name; reading one takes some 80 ms, once a process.

    Raises:
        StationProblem: ``fonts.missing``, ``fonts.unreadable``.
    """
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    path = font_path(face)
    try:
        return TTFont(face, str(path))
    except (TTFError, OSError) as error:
        raise StationProblem(
            "fonts.unreadable",
            N_("The font {face} cannot be read, so nothing can be printed."),
            N_("Install the program again."),
            face=face,
        ) from error


@cache
def characters_of(face: str) -> frozenset[int]:
    """The code points that `face` has a glyph for."""
    return frozenset(pdf_font(face).face.charToGlyph)


@lru_cache(maxsize=256)
def pillow_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """`face` at an em of `size` dots. Basic layout: the same on every machine, with or without libraqm."""
    return ImageFont.truetype(str(font_path(face)), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def register_for_pdf() -> None:
    """Make all faces known to reportlab under their own names, and <b> of the two families."""
    from reportlab.pdfbase import pdfmetrics

    for face in FACES:
        pdfmetrics.registerFont(pdf_font(face))
    for family in ("Inter", "NotoSansSC"):
        regular, bold = f"{family}-Regular", f"{family}-Bold"
        pdfmetrics.registerFontFamily(regular, normal=regular, bold=bold, italic=regular, boldItalic=bold)
