"""From millimetres to whole printer dots: areas, and the two symbols with modules of whole dots.

A printer's dots may be finer one way than the other. Bars stand across the paper, so their module is whole dots of
that axis; the modules of a QR symbol are as square as whole dots of both axes allow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from inspection_station.documents.code_symbols import CODE128_QUIET, QR_QUIET, code128, qr
from inspection_station.documents.drawing import MILLIMETRES_PER_INCH, BarSymbol, Box, SquareSymbol
from inspection_station.documents.label_layouts import Area, LabelTable, reprint_corner

LEAST_DPI = 150  # Chinese of a label's smallest em is a blot below
LEAST_MODULE = 2  # dots; a thinner bar is not read reliably from a thermal printer
LEAST_BAR = 0.165  # mm, and no thinner however fine the dots are
LEAST_SQUARE = 0.25  # mm
SQUARE_ENOUGH = 1.12  # a module's longer side over its shorter one; readers take far more
_NOMINAL = {203: 203.2, 300: 300.0, 305: 304.8, 406: 406.4, 600: 609.6}  # printers have whole dots per mm


@dataclass(frozen=True)
class Dots:
    """How many dots make a millimetre, across the paper and down it."""

    across: float
    down: float

    @property
    def stretch(self) -> float:
        """Dots across for one dot down."""
        return self.across / self.down

    def box(self, area: Area) -> Box:
        """The dots of `area`; areas that touch stay side by side."""
        left, top = round(area.x * self.across), round(area.y * self.down)
        return Box(
            left, top, round((area.x + area.width) * self.across) - left,
            round((area.y + area.height) * self.down) - top,
        )  # fmt: skip

    def square(self, area: Area) -> Box:
        """The largest square at the top left of `area`."""
        box = self.box(area)
        side = min(box.width / self.across, box.height / self.down)
        return Box(box.left, box.top, round(side * self.across), round(side * self.down))

    def page(self, size_mm: tuple[float, float]) -> Box:
        """The whole label."""
        return self.box(Area(0, 0, *size_mm))


def dots_of(dpi: int | tuple[int, int]) -> Dots:
    """The dots of a printer of `dpi` (of both axes, or across and down), by what its makers call so."""
    across, down = (dpi, dpi) if isinstance(dpi, int) else dpi
    return Dots(*(_NOMINAL.get(one, float(one)) / MILLIMETRES_PER_INCH for one in (across, down)))


@dataclass(frozen=True)
class Symbols:
    """The symbols of a label in their places; `quiet` are both with their quiet zones."""

    square: SquareSymbol
    bars: BarSymbol | None
    quiet: tuple[Box, ...]


def symbols(table: LabelTable, dots: Dots, code: str) -> Symbols | None:
    """Both symbols of `code` as large as `table` has room for; None where the dots are too coarse for its room."""
    page, corner = dots.page((table.width, table.height)), dots.box(reprint_corner((table.width, table.height)))
    room = dots.box(table.qr)
    square = square_symbol(code, room, dots, page)
    while square is not None and square_quiet(square).overlaps(corner):
        room = Box(room.left, room.top, square.box.width - 1, square.box.height - 1)
        room = replace(room, left=square.box.right - room.width)
        square = square_symbol(code, room, dots, page)
    if square is None:
        return None
    quiet = [square_quiet(square)]
    bars = None
    if table.bars:
        bars = bar_symbol(code, dots.box(table.bars), dots, page, table.bars_module)
        for other in (quiet[0], corner):
            bars = _beside(bars, other) if bars else None
        if bars is None:
            return None
        quiet.append(bar_quiet(bars))
    return Symbols(square, bars, tuple(quiet))


def _beside(bars: BarSymbol, quiet: Box) -> BarSymbol | None:
    """The bars made lower where they reach into `quiet`, which must be free of them; None when too little is left.

    Only on a design stretched to another size can they.
    """
    if not bar_quiet(bars).overlaps(quiet):
        return bars
    above, below = quiet.top - bars.box.top, bars.box.bottom - quiet.bottom
    top, height = (bars.box.top, above) if above > below else (quiet.bottom, below)
    if height < bars.box.height / 2:
        return None
    return replace(bars, box=Box(bars.box.left, top, bars.box.width, height))


def square_symbol(code: str, room: Box, dots: Dots, page: Box) -> SquareSymbol | None:
    """A QR symbol at the top right of `room`, its quiet zone on the `page`; None when there is too little room."""
    symbol = qr(code)
    across = min(room.width // symbol.modules, (page.right - room.right) // QR_QUIET)
    down = min(room.height // symbol.modules, (room.top - page.top) // QR_QUIET)
    best: tuple[bool, float, int, int] | None = None
    for wide in range(LEAST_MODULE, across + 1):
        tall = round(wide / dots.stretch)
        sides = wide / dots.across, tall / dots.down
        if not LEAST_MODULE <= tall <= down or min(sides) < LEAST_SQUARE:
            continue
        uneven = max(sides) / min(sides)
        good = uneven <= SQUARE_ENOUGH
        candidate = (good, sides[0] * sides[1] if good else -uneven, wide, tall)
        best = max(best, candidate) if best else candidate
    if best is None:
        return None
    _, _, wide, tall = best
    width, height = symbol.modules * wide, symbol.modules * tall
    found = SquareSymbol(symbol, Box(room.right - width, room.top, width, height), wide, tall)
    return found if page.holds(square_quiet(found)) else None


def bar_symbol(code: str, room: Box, dots: Dots, page: Box, most_mm: float) -> BarSymbol | None:
    """Code 128 in the middle of `room`, its quiet zones on the `page`; None when there is too little room."""
    symbol = code128(code)
    least_margin = min(room.left - page.left, page.right - room.right)
    beside = room.width + 2 * max(least_margin, 0)
    module = min(
        beside // (symbol.modules + 2 * CODE128_QUIET), room.width // symbol.modules, round(most_mm * dots.across)
    )
    if module < LEAST_MODULE or module / dots.across < LEAST_BAR:
        return None
    width = symbol.modules * module
    left = (room.left + room.right - width) // 2
    return BarSymbol(symbol, Box(left, room.top, width, room.height), module)


def square_quiet(symbol: SquareSymbol) -> Box:
    """The symbol with its quiet zone."""
    box, across, down = symbol.box, QR_QUIET * symbol.module, QR_QUIET * symbol.module_down
    return Box(box.left - across, box.top - down, box.width + 2 * across, box.height + 2 * down)


def bar_quiet(symbol: BarSymbol) -> Box:
    """The symbol with its quiet zones; above and below the bars none is needed."""
    box, across = symbol.box, CODE128_QUIET * symbol.module
    return Box(box.left - across, box.top, box.width + 2 * across, box.height)


def clear_of(box: Box, blocked: tuple[Box, ...]) -> Box:
    """The largest part of `box`, cut straight along one side, that touches nothing of `blocked`."""
    for other in blocked:
        if not box.overlaps(other):
            continue
        parts = (
            Box(box.left, box.top, other.left - box.left, box.height),
            Box(other.right, box.top, box.right - other.right, box.height),
            Box(box.left, box.top, box.width, other.top - box.top),
            Box(box.left, other.bottom, box.width, box.bottom - other.bottom),
        )
        box = max(parts, key=lambda part: max(part.width, 0) * max(part.height, 0))
        if box.width <= 0 or box.height <= 0:
            return Box(box.left, box.top, 0, 0)
    return box
