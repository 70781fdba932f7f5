"""Tote labels: the tote's own code, large, and what goes in at the time it is printed; on labels, or on A4 to cut.

A tote's code is ``T-NNNNNN`` with its check character, or a GRAI (GS1 AI 8003): then Code 128 is GS1-128, and QR holds
the Digital Link, both of which benches read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inspection_station.documents.code_symbols import Bars, code128, gs1_128
from inspection_station.documents.drawing import Layout
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_layouts import Area
from inspection_station.documents.paper.badge_card import FINE, cut_lines
from inspection_station.documents.paper.page import A4, GREY, Pad, label_pages, page_words
from inspection_station.documents.paper.placing import Placing
from inspection_station.documents.paper.setting import Style
from inspection_station.domain.check_digits import gtin_check_digit
from inspection_station.domain.identifiers import is_tote_code
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

SIZE = (100.0, 60.0)  # mm
GRAI_LINK = "https://id.gs1.org/8003/0"
_GRAI = re.compile(r"[0-9]{13}[0-9A-Z]{0,16}", re.ASCII)


@dataclass(frozen=True)
class ToteLabel:
    """One tote.

    Attributes:
        code: ``T-NNNNNN`` with its check character, or a GRAI without its filler zero, as benches know it.
        words: what goes in, in the language in force; empty for a tote that nothing is assigned to.
        disposition: code of the disposition (chooses the icon); empty without one.
        vendor: for which vendor alone; may be empty.
        practice: a tote of the demo: the label says so.

    Raises:
        StationProblem: ``tote.code`` when `code` is neither, or its check character is wrong.
    """

    code: str
    words: str = ""
    disposition: str = ""
    vendor: str = ""
    practice: bool = False

    def __post_init__(self) -> None:
        if not (is_tote_code(self.code) or is_grai(self.code)):
            raise StationProblem(
                "tote.code",
                N_("“{text}” is no code of a tote."),
                N_("Write T-, six digits and the right check character, or a GRAI."),
                text=self.code[:40],
            )

    @property
    def bars(self) -> Bars:
        """The linear symbol."""
        return code128(self.code) if is_tote_code(self.code) else gs1_128("80030" + self.code)

    @property
    def link(self) -> str:
        """The text of the QR symbol."""
        return self.code if is_tote_code(self.code) else GRAI_LINK + self.code


def is_grai(text: str) -> bool:
    """Whether `text` is a GRAI: thirteen digits with a right check digit, and a serial of up to 16 characters."""
    return bool(_GRAI.fullmatch(text)) and gtin_check_digit(text[:12]) == text[12]


def tote_layout(
    label: ToteLabel, size_mm: tuple[float, float] = SIZE, dpi: int | tuple[int, int] = (203, 203)
) -> Layout:
    """One label in printer dots; on small labels Code 128 gives way to QR.

    Raises:
        StationProblem: ``tote.no_room`` when not even QR has room, ``fonts.*``.
    """
    placing = Placing(SIZE, size_mm, dpi)
    if label.practice:
        placing.black(Area(0, 0, 100, 6.6))
        placing.text(translate("DEMO · not a real case"), Area(3, 0.6, 94, 5.4), 4.0, 2.4, weight=Weight.BOLD,
                     white=True, align="centre")  # fmt: skip
    top = 7.6 if label.practice else 3.4
    if label.words:
        if label.disposition:
            placing.icon(label.disposition, Area(3, top + 1, 14, 14))
        left = 20.0 if label.disposition else 3.0
        most = 2 if len(label.words) > 6 else 1
        placing.text(label.words, Area(left, top, 74 - left, 16), 13.0, 4.0, weight=Weight.HEAVY, most=most)
    placing.text(label.vendor, Area(3, top + 16.4, 71, 6.6), 5.0, 3.0, weight=Weight.BOLD)
    placing.text(label.code, Area(3, top + 23.4 - (0 if label.words else 12), 71, 10), 9.0, 3.0, weight=Weight.BOLD)
    if not placing.squares(label.link, Area(76, top + 0.6, 20.6, 20.6)):
        raise StationProblem(
            "tote.no_room",
            N_("A label of {width} × {height} mm has no room for the tote's code."),
            N_("Choose a larger size."),
            width=f"{size_mm[0]:g}",
            height=f"{size_mm[1]:g}",
        )
    placing.bars(label.bars, Area(5, top + 34.4, 90, 56.6 - top - 34.4), 0.625)
    return placing.layout()


def tote_pages(labels: Sequence[ToteLabel], size_mm: tuple[float, float] = SIZE) -> bytes:
    """Each label as a page of that size, for a label printer; raises as `tote_sheet` and `tote_layout` do."""
    if not labels:
        raise _none()
    return label_pages([tote_layout(label, size_mm, FINE) for label in labels], translate("Tote labels"))


def tote_sheet(labels: Sequence[ToteLabel], size_mm: tuple[float, float] = SIZE) -> bytes:
    """Labels on A4 pages, as many as fit, with lines to cut along.

    Raises:
        StationProblem: ``tote.none`` without any label, ``tote.no_room`` when the size does not fit A4, ``fonts.*``.
    """
    if not labels:
        raise _none()
    columns, lines = int((A4[0] - 8) // size_mm[0]), int((A4[1] - 16) // size_mm[1])
    if columns < 1 or lines < 1:
        raise StationProblem(
            "tote.too_large",
            N_("A label of {width} × {height} mm does not fit an A4 page."),
            N_("Choose a smaller size."),
            width=f"{size_mm[0]:g}",
            height=f"{size_mm[1]:g}",
        )
    pad = Pad(translate("Tote labels"), foot=lambda number, total: _foot(pad, number, total))
    left, top = (A4[0] - columns * size_mm[0]) / 2, (A4[1] - 8 - lines * size_mm[1]) / 2
    for place, label in enumerate(labels):
        if place and place % (columns * lines) == 0:
            pad.next_page()
        line, column = divmod(place % (columns * lines), columns)
        x, y = left + column * size_mm[0], top + line * size_mm[1]
        pad.label(tote_layout(label, size_mm, FINE), x, y)
        cut_lines(pad, x, y, size_mm)
    return pad.pdf()


def _none() -> StationProblem:
    return StationProblem("tote.none", N_("There is no tote to make a label for."))


def _foot(pad: Pad, number: int, total: int) -> None:
    pad.line(A4[0] - 8, 292.6, page_words(number, total), Style(7.5, grey=GREY), align="right")
