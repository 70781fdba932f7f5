"""The figures that a page shows, as tables on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspection_station.documents.fonts import Weight
from inspection_station.documents.paper.flow import Column, Flow, Table
from inspection_station.documents.paper.page import A4, GREY, MARGIN, Pad, page_words
from inspection_station.documents.paper.setting import Style
from inspection_station.i18n import translate

WIDTH = A4[0] - 2 * MARGIN
BOTTOM = 280.0
CELL, STRONG, BESIDE = Style(9), Style(9, Weight.BOLD), Style(8, grey=GREY)


@dataclass(frozen=True)
class FiguresTable:
    """One table: its title, its headings and its rows of texts; the first column is the widest."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def figures_sheet(title: str, made_at: str, station: str, tables: Sequence[FiguresTable]) -> bytes:
    """All tables one below the other, as PDF; `made_at` is local time.

    Raises:
        StationProblem: ``fonts.*`` when the installation lacks a font.
    """

    def foot(number: int, total: int) -> None:
        pad.rule(MARGIN, 284.0, WIDTH, 0.2)
        pad.line(MARGIN, 289.0, f"{station} · {made_at}", BESIDE)
        pad.line(A4[0] - MARGIN, 289.0, page_words(number, total), STRONG, align="right")

    pad = Pad(title, foot=foot)

    def later_head() -> float:
        pad.line(MARGIN, 13.4, title, STRONG, within=WIDTH)
        pad.rule(MARGIN, 15.4, WIDTH, 0.35)
        return 18.0

    pad.line(MARGIN, 19.0, translate("Figures"), Style(20, Weight.BOLD))
    pad.line(MARGIN, 26.0, title, Style(11, grey=GREY), within=WIDTH)
    pad.rule(MARGIN, 30.0, WIDTH, 0.6)
    flow = Flow(pad, 36.0, BOTTOM, later_head)
    for table in tables:
        if table.rows:
            _draw(flow, table)
    return pad.pdf()


def _draw(flow: Flow, table: FiguresTable) -> None:
    flow.need(24.0)
    flow.pad.line(MARGIN, flow.y + 4.0, table.title, Style(12, Weight.BOLD), within=WIDTH)
    flow.y += 6.5
    first = WIDTH * 0.4
    rest = (WIDTH - first) / max(1, len(table.heads) - 1)
    columns = [
        Column(head, first if not place else rest, "left" if not place else "right")
        for place, head in enumerate(table.heads)
    ]
    drawn = Table(flow, MARGIN, columns)
    for cells in table.rows:
        drawn.row([[(text or "—", STRONG if not place else CELL)] for place, text in enumerate(cells)])
    flow.y += 6.0
