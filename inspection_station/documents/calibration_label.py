"""The label that a printer is set up with: is all of it on the paper, as large as it should be, and dark enough?

A frame on the outermost dots, a ruler from the top and from the left edge, steps from thin lines to black, an arrow
that points to the label's top, and both symbols to be scanned back.
"""

from __future__ import annotations

from inspection_station.documents.drawing import Box, FilledBox, Layout, Operation, Shape, TextLine
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_geometry import (
    LEAST_DPI,
    bar_quiet,
    bar_symbol,
    dots_of,
    square_quiet,
    square_symbol,
)
from inspection_station.documents.label_layouts import LARGEST, Area, size_problem
from inspection_station.documents.typesetting import fit, step
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

PREFIX = "CAL-"
"""What the text of both symbols begins with; no number of a parcel, a tote, an item or a badge does."""
STEPS = 4  # dark 1, 2, 3 and 4 dots of 4
_TICKS = ((10, 3.0), (5, 2.2), (1, 1.4))  # every so many mm a tick of so many mm
_RULERS, _FRAME = 4.0, 1.2  # mm from the edges with a ruler and from those without, to what else is drawn
_QUIET_SHARE = 4 / 29  # of a QR symbol of 21 modules with its quiet zone


def calibration_code(size_mm: tuple[float, float], dpi: int | tuple[int, int]) -> str:
    """The text of both symbols: ``CAL-60X40-203``, where the axes differ ``CAL-60X40-203X300``."""
    across, down = (dpi, dpi) if isinstance(dpi, int) else dpi
    resolution = f"{across}" if across == down else f"{across}X{down}"
    return f"{PREFIX}{size_mm[0]:g}X{size_mm[1]:g}-{resolution}"


def calibration_label(size_mm: tuple[float, float], dpi: int | tuple[int, int]) -> Layout:
    """The label to set up a printer of `dpi` (both axes, or across and down) for paper of `size_mm`.

    Code 128 only where it has room. Words are in the language in force.

    Raises:
        StationProblem: ``label.resolution_too_low``, ``label.too_large``; ``label.too_small`` where not even the QR
            has room.
    """
    if min((dpi, dpi) if isinstance(dpi, int) else dpi) < LEAST_DPI:
        raise StationProblem(
            "label.resolution_too_low",
            N_("The printer’s resolution is too low for the codes on this label."),
            N_("Use a larger label or a printer of at least 203 dpi."),
        )
    if size_mm[0] > LARGEST[0] or size_mm[1] > LARGEST[1]:
        raise size_problem(size_mm, too_large=True)
    return _Setter(size_mm, dpi).layout()


class _Setter:
    """Draws the parts one by one; `free` is what is left of the label for the next one, in mm."""

    def __init__(self, size_mm: tuple[float, float], dpi: int | tuple[int, int]) -> None:
        self.size, self.dpi, self.dots = size_mm, dpi, dots_of(dpi)
        self.code = calibration_code(size_mm, dpi)
        self.page = self.dots.page(size_mm)
        self.operations: list[Operation] = []
        self.quiet: list[Box] = []
        width, height = size_mm
        self.free = Area(_RULERS, _RULERS, width - _RULERS - _FRAME, height - _RULERS - _FRAME)

    def layout(self) -> Layout:
        """The whole label."""
        self._frame_and_rulers()
        self._bars()
        self._square()
        self._words()
        self._steps()
        return Layout(
            self.page.width, self.page.height, (self.dots.across, self.dots.down), tuple(self.operations),
            tuple(self.quiet),
        )  # fmt: skip

    def _frame_and_rulers(self) -> None:
        """One dot along every edge, and a tick of one dot at every millimetre from the top left."""
        right, bottom = self.page.width - 1, self.page.height - 1
        for box in (Box(0, 0, right + 1, 1), Box(0, bottom, right + 1, 1),
                    Box(0, 0, 1, bottom + 1), Box(right, 0, 1, bottom + 1)):  # fmt: skip
            self.operations.append(FilledBox(box))
        for place in range(1, int(max(self.size))):
            length = next(one for every, one in _TICKS if place % every == 0)
            if place < self.size[0]:
                tick = Box(round(place * self.dots.across), 0, 1, round(length * self.dots.down))
                self.operations.append(FilledBox(tick))
            if place < self.size[1]:
                tick = Box(0, round(place * self.dots.down), round(length * self.dots.across), 1)
                self.operations.append(FilledBox(tick))

    def _bars(self) -> None:
        free = self.free
        height = min(free.height * 0.26, 14.0)
        room = Area(free.x, free.y + free.height - height, free.width, height)
        inner = self.dots.box(free)
        symbol = bar_symbol(self.code, self.dots.box(room), self.dots, inner, 0.5)
        if symbol is not None:
            self.operations.append(symbol)
            self.quiet.append(bar_quiet(symbol))
            self.free = Area(free.x, free.y, free.width, free.height - height - 0.8)

    def _square(self) -> None:
        free = self.free
        side = min(free.height, free.width * 0.42, 26.0)
        quiet = side * _QUIET_SHARE
        room = Area(free.x + free.width - side + quiet, free.y + quiet, side - 2 * quiet, side - 2 * quiet)
        symbol = square_symbol(self.code, self.dots.box(room), self.dots, self.dots.box(free))
        if symbol is None:
            raise size_problem(self.size)
        self.operations.append(symbol)
        self.quiet.append(square_quiet(symbol))
        self.free = Area(free.x, free.y, free.width - side - 0.5, free.height)

    def _words(self) -> None:
        """An arrow that points to the top of the label, and what the label is made for."""
        free = self.free
        height = min(free.height * 0.62, 20.0)
        side = min(height, free.width * 0.3)
        self._arrow(self.dots.box(Area(free.x, free.y, side * 0.8, height)))
        across, down = (self.dpi, self.dpi) if isinstance(self.dpi, int) else self.dpi
        texts = (
            f"{self.size[0]:g} × {self.size[1]:g} mm",
            f"{across} dpi" if across == down else f"{across}×{down} dpi",
            translate("Arrow: top of the label"),
        )
        row = height / len(texts)
        for place, text in enumerate(texts):
            area = Area(free.x + side, free.y + place * row, free.width - side, row)
            self._text(text, self.dots.box(area), Weight.REGULAR if place == 2 else Weight.BOLD)
        self.free = Area(free.x, free.y + height + 0.6, free.width, free.height - height - 0.6)

    def _arrow(self, box: Box) -> None:
        middle, third = box.left + box.width / 2, box.width / 3
        head = box.top + min(box.height / 2, box.width * 0.75 * self.dots.down / self.dots.across)
        outline = (
            (middle, box.top), (box.right, head), (middle + third / 2, head), (middle + third / 2, box.bottom),
            (middle - third / 2, box.bottom), (middle - third / 2, head), (box.left, head),
        )  # fmt: skip
        self.operations.append(Shape((outline,), box))

    def _text(self, text: str, box: Box, weight: Weight) -> None:
        most = round(4.5 * self.dots.down)
        words = fit(text, box.width, box.height, largest=min(most, box.height), smallest=round(1.4 * self.dots.down),
                    weight=weight, most=2, stretch=self.dots.stretch)  # fmt: skip
        baseline = box.top + (box.height - words.height) // 2
        previous = None
        for line in words.lines:
            baseline += step(previous, line) if previous else line.above
            self.operations.append(TextLine(line, box.left, baseline))
            previous = line

    def _steps(self) -> None:
        """Fields with 1, 2, 3 and 4 dark dots of every 4 across: too dark runs together, too pale has gaps."""
        free = self.free
        box = self.dots.box(Area(free.x, free.y, free.width, min(free.height, 14.0)))
        width = box.width // STEPS // STEPS * STEPS
        for darker in range(STEPS):
            left = box.left + darker * width
            if darker == STEPS - 1:
                self.operations.append(FilledBox(Box(left, box.top, width - STEPS, box.height)))
                continue
            for column in range(left, left + width - STEPS, STEPS):
                self.operations.append(FilledBox(Box(column, box.top, darker + 1, box.height)))
