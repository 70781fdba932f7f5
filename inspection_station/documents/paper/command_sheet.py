"""The command sheet: one scan is one key press, so that a bench can be worked with gloves on.

Its first page is the one that hangs beside every bench. Symbols are Code 128 with modules of 0.4 mm, bars 14 mm high
and 20 mm away from the next symbol, so that a scanner held over one reads no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from inspection_station.documents.fonts import Weight
from inspection_station.documents.paper import commands
from inspection_station.documents.paper.commands import Command
from inspection_station.documents.paper.page import A4, GREY, MARGIN, Pad, page_words
from inspection_station.documents.paper.setting import Style, fitted, width_of
from inspection_station.documents.paper.tote_label import is_grai
from inspection_station.domain.identifiers import is_tote_code
from inspection_station.domain.lists import Word
from inspection_station.i18n import translate

VERSION = 1
POCKET = (100.0, 150.0)  # mm; a label of that size, folded into a pocket
MODULE = 0.4  # mm
_POINT = 25.4 / 72  # mm


@dataclass(frozen=True)
class TotePlace:
    """A tote with its place at the bench.

    Attributes:
        code: the tote's own code.
        slot: its place at the bench, 0 for none.
        words: what goes in, in the language in force.
        disposition: code of the disposition (chooses the icon).
        vendor: for which vendor alone; may be empty.
    """

    code: str
    slot: int
    words: str
    disposition: str
    vendor: str = ""


@dataclass(frozen=True)
class Sheet:
    """What a command sheet is made for.

    Attributes:
        station: code of the bench, as people say it (``B12``); may be empty.
        dispositions: those of the lists in force.
        totes: the totes at the bench, by their slots; without any there is no page of them. What no bench takes for a
            tote's code is left out.
        practice: for a demo bench: every page says so.
    """

    station: str
    dispositions: Sequence[Word]
    totes: Sequence[TotePlace] = ()
    practice: bool = False


@dataclass(frozen=True)
class _Grid:
    """How cards stand: how many beside each other, from which height, how high and how far apart, in mm."""

    columns: int
    height: float
    gap: float
    bars: float = 14.0


_LARGE, _SMALL = _Grid(2, 45.5, 4.1), _Grid(3, 32.2, 2.9)
_TOP = 34.1
_BOTTOM = 281.0


def sheet_codes(sheet: Sheet) -> list[Command]:
    """Every code on the sheet, in order."""
    return [command for _title, parts in _pages(sheet) for _grid, part in parts for command in part if command.code]


def _pages(sheet: Sheet) -> list[tuple[str, list[tuple[_Grid, tuple[Command, ...]]]]]:
    """Title and parts of each page."""
    dispositions = commands.disposition_commands(sheet.dispositions)
    destinations = tuple(_destination(tote) for tote in sheet.totes if is_tote_code(tote.code) or is_grai(tote.code))
    lines = translate("One scan is one key press. With gloves on, use it in place of keyboard and touch screen.")
    grading = translate("Dispositions: scan one while the grade is on the screen.")
    totes = translate("Destinations: the code of the tote itself. Scan it when the item lies in it.")
    pages = [(lines, [(_LARGE, commands.main_commands())])]
    pages.append((translate("Checklist: digits choose rows; then kind and severity."),
                  [(_SMALL, commands.row_commands())]))  # fmt: skip
    pages += [(grading, [(_LARGE, part)]) for part in _tens(dispositions)]
    pages.append((translate("What is rarer, and who is liable."),
                  [(_LARGE, commands.further_commands()), (_SMALL, commands.short_commands())]))  # fmt: skip
    pages += [(totes, [(_LARGE, part)]) for part in _tens(destinations)]
    return pages


def _tens(some: tuple[Command, ...]) -> Iterable[tuple[Command, ...]]:
    return (some[first : first + 10] for first in range(0, len(some), 10))


def _destination(tote: TotePlace) -> Command:
    slot = translate("Slot {slot}", slot=tote.slot) if tote.slot else ""
    beside = " · ".join(part for part in (tote.vendor, tote.code) if part)
    code = tote.code if is_tote_code(tote.code) else "80030" + tote.code  # as an element string of GS1, AI 8003
    return Command(code, " · ".join(part for part in (slot, tote.words) if part), beside, "", tote.disposition)


def command_sheet(sheet: Sheet) -> bytes:
    """The sheet on A4 pages as PDF, in the language in force and smaller beside it in the other one.

    Raises:
        StationProblem: ``fonts.*`` when the installation lacks a font.
    """
    title = translate("Command codes")
    pad = Pad(title, practice=sheet.practice, foot=lambda number, total: _foot(pad, number, total))
    for number, (subtitle, parts) in enumerate(_pages(sheet)):
        if number:
            pad.next_page()
        _head(pad, title, subtitle, sheet)
        top = _TOP
        for grid, cards in parts:
            top = _cards(pad, grid, cards, top)
    return pad.pdf()


def _head(pad: Pad, title: str, subtitle: str, sheet: Sheet) -> None:
    right = pad.width - MARGIN
    pad.line(MARGIN, 18.6, title, Style(22, Weight.BOLD), within=110)
    pad.line(MARGIN, 24.6, subtitle, Style(10.5), within=132)
    bench = translate("Bench {code}", code=sheet.station) if sheet.station else ""
    house = " · ".join(part for part in (translate("Returns inspection station"), bench) if part)
    pad.line(right, 19.4, house, Style(9.5), align="right", within=70)
    made = translate("Version {n}", n=VERSION) + " · A4 · Code 128"
    pad.line(right, 24.2, made, Style(9.5), align="right", within=60)
    pad.rule(MARGIN, 28.9, pad.width - 2 * MARGIN, 0.6)


def _foot(pad: Pad, number: int, total: int) -> None:
    left = translate("Laminate it and fix it to the right of the bench, 10–30 cm from the scanner. "
                     "Cover the code next to it if it is read instead.")  # fmt: skip
    right = pad.width - MARGIN
    style = Style(8.5)
    used = pad.line(MARGIN, 285.2, left, style, within=pad.width - 2 * MARGIN)
    if number == 1:
        told = translate("CMD-OK counts only while the primary button can be pressed")
        beside = used + width_of(told, style.size, style.weight) * _POINT + 4 < right - MARGIN
        pad.line(right if beside else MARGIN, 285.2 if beside else 289.8, told, style,
                 align="right" if beside else "left")  # fmt: skip
    pad.line(right, 289.8, page_words(number, total), Style(8.5, grey=GREY), align="right")


def _cards(pad: Pad, grid: _Grid, cards: Sequence[Command], top: float) -> float:
    """Draw `cards` from the height `top` on; where the next ones may begin."""
    width = (pad.width - 2 * MARGIN - (grid.columns - 1) * 4.0) / grid.columns
    draw: Callable[[Pad, Command, float, float, float], None] = _large_card if grid is _LARGE else _small_card
    for place, command in enumerate(cards):
        line, column = divmod(place, grid.columns)
        if not command.code:
            continue
        draw(pad, command, MARGIN + column * (width + 4.0), top + line * (grid.height + grid.gap), width)
    lines = -(-len(cards) // grid.columns)
    return top + lines * (grid.height + grid.gap)


def _large_card(pad: Pad, command: Command, x: float, y: float, width: float) -> None:
    pad.box(x, y, width, _LARGE.height, radius=2.0)
    cap = keycap(pad, command.key, x + width - 4.2, y + 5.6) if command.key else 0.0
    if command.icon:
        pad.icon(command.icon, x + 4.2, y + 5.1, 8.2)
    room = width - 16 - 6 - cap
    pad.line(x + 16, y + 9.0, command.words, Style(15, Weight.BOLD), within=room, smallest=8)
    pad.line(x + 16, y + 13.0, command.beside, Style(9), within=room)
    _symbol(pad, command.code, x, y + 18.4, width, _LARGE.bars, y + 39.6)


def _small_card(pad: Pad, command: Command, x: float, y: float, width: float) -> None:
    pad.box(x, y, width, _SMALL.height, radius=1.8)
    cap = keycap(pad, command.key, x + width - 3.2, y + 2.6) if command.key else 0.0
    room = width - 3.6 - 5 - cap
    pad.line(x + 3.6, y + 6.3, command.words, Style(12, Weight.BOLD), within=room, smallest=7)
    pad.line(x + 3.6, y + 9.9, command.beside, Style(8), within=room)
    _symbol(pad, command.code, x, y + 12.2, width, _SMALL.bars, y + 29.9)


def _symbol(pad: Pad, code: str, x: float, y: float, width: float, height: float, baseline: float) -> None:
    pad.bars(code, x + width / 2, y, height, within=width - 0.6, module=MODULE, align="centre")
    spaced = Style(9, Weight.BOLD)
    pad.line(x + width / 2, baseline, code, spaced, align="centre", within=width - 6)


def keycap(pad: Pad, key: str, right: float, y: float) -> float:
    """A drawn key with its name, its right edge at `right`; returns its width in mm."""
    name, style = fitted(key, Style(9, Weight.BOLD), 60 / _POINT, 6)
    width = max(width_of(name, style.size, style.weight) * _POINT + 3.4, 5.4)
    pad.box(right - width, y, width, 5.6, radius=1.1, fill=1.0)
    pad.rule(right - width + 1.0, y + 5.6, width - 2.0, 0.5)
    pad.line(right - width / 2, y + 3.9, name, style, align="centre")
    return width


def pocket_sheet(sheet: Sheet) -> bytes:
    """The same codes on pages of 100 × 150 mm, five a page, for a label printer and a pocket."""
    pad = Pad(translate("Command codes"), POCKET, practice=sheet.practice,
              foot=lambda number, total: _pocket_foot(pad, sheet, number, total))  # fmt: skip
    every = sheet_codes(sheet)
    for place, command in enumerate(every):
        if place and place % 5 == 0:
            pad.next_page()
        _pocket_card(pad, command, 4.0 + place % 5 * 27.9)
    return pad.pdf()


def _pocket_card(pad: Pad, command: Command, y: float) -> None:
    x, width = 4.0, pad.width - 8.0
    pad.box(x, y, width, 26.4, radius=1.6)
    cap = keycap(pad, command.key, x + width - 2.6, y + 1.8) if command.key else 0.0
    left = x + 3.0
    if command.icon:
        pad.icon(command.icon, x + 2.6, y + 1.8, 5.8)
        left = x + 10.0
    words = pad.line(left, y + 6.2, command.words, Style(11, Weight.BOLD), within=44, smallest=7)
    pad.line(left + words + 2, y + 6.2, command.beside, Style(8), within=x + width - left - words - cap - 7)
    _symbol(pad, command.code, x, y + 9.2, width, 12.0, y + 24.8)


def _pocket_foot(pad: Pad, sheet: Sheet, number: int, total: int) -> None:
    bench = translate("Bench {code}", code=sheet.station) if sheet.station else ""
    head = " · ".join(part for part in (translate("Command codes"), bench) if part)
    pad.line(4.0, 147.0, head, Style(7.5), within=60)
    pad.line(pad.width - 4.0, 147.0, page_words(number, total), Style(7.5, grey=GREY), align="right")


__all__ = ["A4", "POCKET", "Sheet", "TotePlace", "command_sheet", "keycap", "pocket_sheet", "sheet_codes"]
