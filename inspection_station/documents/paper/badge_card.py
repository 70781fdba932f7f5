"""Badge cards: who somebody is, and the badge as Code 128 and QR; ten cards of bank card size to an A4 page, or one.

A badge signs its holder in, so its text stands in the symbols only and is not printed for reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inspection_station.documents.code_symbols import code128
from inspection_station.documents.drawing import Layout
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_layouts import Area
from inspection_station.documents.paper.page import A4, GREY, Pad, label_pages, page_words
from inspection_station.documents.paper.placing import Placing
from inspection_station.documents.paper.setting import Style
from inspection_station.domain.identifiers import BADGE_PREFIX
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

SIZE = (85.6, 54.0)  # mm; ISO/IEC 7810 ID-1
FINE = 610  # dots per inch of a card on office paper: 24 dots a millimetre
_BADGE = re.compile(rf"{BADGE_PREFIX}[0-9A-Z-]{{2,32}}", re.ASCII)


@dataclass(frozen=True)
class BadgeCard:
    """One card.

    Attributes:
        name, name_en: the person's name in both scripts; either may be empty, not both.
        role: the role in the language in force.
        number: the personnel number people read; may be empty.
        badge: the text of the symbols, ``BADGE-`` and capitals, digits, hyphens.
        house: name of the site; may be empty.
        practice: a badge of the demo: it says so.

    Raises:
        StationProblem: ``badge.text`` when the symbols cannot hold `badge` or no bench would take it for a badge,
            ``badge.nameless``.
    """

    name: str
    name_en: str
    role: str
    number: str
    badge: str
    house: str = ""
    practice: bool = False

    def __post_init__(self) -> None:
        if not _BADGE.fullmatch(self.badge):
            raise StationProblem(
                "badge.text",
                N_("“{text}” is no text of a badge."),
                N_("Write BADGE- and 2 to 32 capital letters, digits or hyphens."),
                text=self.badge[:40],
            )
        if not (self.name.strip() or self.name_en.strip()):
            raise StationProblem("badge.nameless", N_("A badge card needs a name."))


def badge_layout(
    card: BadgeCard, size_mm: tuple[float, float] = SIZE, dpi: int | tuple[int, int] = (203, 203)
) -> Layout:
    """One card in printer dots; on small labels Code 128 gives way to QR.

    Raises:
        StationProblem: ``badge.no_room`` when not even QR has room, ``fonts.*``.
    """
    placing = Placing(SIZE, size_mm, dpi)
    heading = card.house or translate("Returns inspection station")
    if card.practice:
        heading = translate("DEMO · not a real case")
    placing.black(Area(0, 0, 85.6, 9.4))
    placing.text(heading, Area(4, 1.2, 48, 7), 4.0, 2.4, weight=Weight.BOLD, white=True)
    placing.text(card.role, Area(54, 1.2, 27.6, 7), 4.0, 2.4, weight=Weight.BOLD, white=True, align="right")
    main, beside = (card.name, card.name_en) if card.name.strip() else (card.name_en, "")
    placing.text(main, Area(4, 12, 52, 11), 9.0, 3.6, weight=Weight.BOLD, most=2)
    placing.text(beside, Area(4, 23.6, 52, 6), 4.4, 2.6)
    placing.text(card.number, Area(4, 30.2, 52, 5.4), 4.4, 2.6, weight=Weight.BOLD)
    if not placing.squares(card.badge, Area(59, 12.4, 22.6, 22.6)):
        raise StationProblem(
            "badge.no_room",
            N_("A card of {width} × {height} mm has no room for the badge."),
            N_("Choose a larger size."),
            width=f"{size_mm[0]:g}",
            height=f"{size_mm[1]:g}",
        )
    placing.bars(code128(card.badge), Area(6, 38.6, 73.6, 11.6), 0.42)
    return placing.layout()


def badge_pages(cards: Sequence[BadgeCard], size_mm: tuple[float, float] = SIZE) -> bytes:
    """Each card as a page of that size, for a card or label printer; raises as `badge_sheet` and `badge_layout` do."""
    if not cards:
        raise _nobody()
    return label_pages([badge_layout(card, size_mm, FINE) for card in cards], translate("Badge cards"))


def badge_sheet(cards: Sequence[BadgeCard]) -> bytes:
    """Cards on A4 pages, ten a page, with lines to cut along.

    Raises:
        StationProblem: ``badge.none`` without any card, ``fonts.*``.
    """
    if not cards:
        raise _nobody()
    pad = Pad(translate("Badge cards"), foot=lambda number, total: _foot(pad, number, total))
    left, top = (A4[0] - 2 * SIZE[0]) / 2, (A4[1] - 5 * SIZE[1]) / 2 - 1.5
    for place, card in enumerate(cards):
        if place and place % 10 == 0:
            pad.next_page()
        line, column = divmod(place % 10, 2)
        x, y = left + column * SIZE[0], top + line * SIZE[1]
        pad.label(badge_layout(card, SIZE, FINE), x, y)
        cut_lines(pad, x, y, SIZE)
    return pad.pdf()


def _nobody() -> StationProblem:
    return StationProblem("badge.none", N_("There is nobody to make a badge card for."))


def cut_lines(pad: Pad, x: float, y: float, size: tuple[float, float]) -> None:
    """Dashed lines around a card or label, to cut along."""
    right, bottom = x + size[0], y + size[1]
    for edge in ((x, y, right, y), (x, bottom, right, bottom), (x, y, x, bottom), (right, y, right, bottom)):
        pad.dashed(*edge)


def _foot(pad: Pad, number: int, total: int) -> None:
    """Small, below the last row of cards."""
    pad.line(A4[0] - 19.4, 292.0, page_words(number, total), Style(7.5, grey=GREY), align="right")
