"""One page for the change of shift: what lies open, notes, and two names under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspection_station.documents.fonts import Weight
from inspection_station.documents.paper.flow import POINT
from inspection_station.documents.paper.page import A4, GREY, MARGIN, Pad, page_words
from inspection_station.documents.paper.setting import Style, broken
from inspection_station.i18n import translate

WIDTH = A4[0] - 2 * MARGIN
_LINE, _NOTES = 8.4, 14  # mm a line; lines of notes
_WORDS, _COUNT, _SMALL = Style(11), Style(13, Weight.BOLD), Style(8.5, grey=GREY)


@dataclass(frozen=True)
class ShiftSheet:
    """What stands on it; texts are ready, times are local. `rows` are (words, count)."""

    station: str
    shift: str
    at: str
    rows: Sequence[tuple[str, int]]
    notes: str
    leaving: str
    taking: str


def shift_sheet(sheet: ShiftSheet) -> bytes:
    """The page as PDF.

    Raises:
        StationProblem: ``fonts.*`` when the installation lacks a font.
    """

    def foot(number: int, total: int) -> None:
        pad.rule(MARGIN, 284.0, WIDTH, 0.2)
        pad.line(MARGIN, 289.0, f"{sheet.station} · {sheet.at}", _SMALL)
        pad.line(A4[0] - MARGIN, 289.0, page_words(number, total), _SMALL, align="right")

    pad = Pad(translate("Shift hand-over"), foot=foot)
    pad.line(MARGIN, 20.0, translate("Shift hand-over"), Style(20, Weight.BOLD))
    pad.line(MARGIN, 27.0, f"{sheet.station} · {sheet.shift} · {sheet.at}", Style(11, grey=GREY), within=WIDTH)
    pad.rule(MARGIN, 31.0, WIDTH, 0.6)
    y = 39.0
    for words, count in sheet.rows:
        pad.line(MARGIN, y, words, _WORDS, within=WIDTH - 30)
        pad.line(A4[0] - MARGIN, y, str(count), _COUNT, align="right")
        pad.rule(MARGIN, y + 2.6, WIDTH, 0.1, 0.7)
        y += _LINE
    y += 4.0
    pad.line(MARGIN, y, translate("Notes"), Style(11, Weight.BOLD))
    y += 6.0
    for line in broken(sheet.notes or "—", _WORDS, WIDTH / POINT, _NOTES):
        pad.line(MARGIN, y, line, _WORDS)
        y += 5.6
    half = (WIDTH - 8.0) / 2
    people = ((translate("Hands over"), sheet.leaving), (translate("Takes over"), sheet.taking))
    for place, (role, name) in enumerate(people):
        x = MARGIN + place * (half + 8.0)
        pad.box(x, 246.0, half, 30.0, thick=0.25)
        pad.line(x + 3, 252.0, role, Style(9, grey=GREY))
        pad.line(x + 3, 259.0, name or "—", _COUNT, within=half - 6)
        pad.line(x + 3, 273.0, translate("Signature"), _SMALL)
    return pad.pdf()
