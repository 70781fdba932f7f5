"""Placing texts, symbols and icons on a label of printer dots, in millimetres of one design stretched to any size."""

from __future__ import annotations

from inspection_station.documents.code_symbols import CODE128_QUIET, Bars
from inspection_station.documents.drawing import BarSymbol, Box, FilledBox, Layout, Operation, TextLine
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_geometry import LEAST_BAR, LEAST_MODULE, Dots, bar_quiet, dots_of, square_quiet
from inspection_station.documents.label_geometry import square_symbol as square_in
from inspection_station.documents.label_icons import icon
from inspection_station.documents.label_layouts import Area
from inspection_station.documents.typesetting import Fitted, fit, step, unprintable


class Placing:
    """One label that is being laid out.

    Areas are given in millimetres of the design and stretched to the label; text sizes by the smaller factor.
    """

    def __init__(self, design: tuple[float, float], size_mm: tuple[float, float], dpi: int | tuple[int, int]) -> None:
        self._across, self._down = size_mm[0] / design[0], size_mm[1] / design[1]
        self.dots: Dots = dots_of(dpi)
        self.page = self.dots.page(size_mm)
        self._operations: list[Operation] = []
        self._quiet: list[Box] = []
        self._shortened: list[str] = []
        self._replaced: dict[str, None] = {}

    def layout(self) -> Layout:
        """The whole label."""
        return Layout(
            self.page.width, self.page.height, (self.dots.across, self.dots.down), tuple(self._operations),
            tuple(self._quiet), tuple(self._shortened), tuple(self._replaced),
        )  # fmt: skip

    def box(self, area: Area) -> Box:
        """The dots of `area` of the design."""
        return self.dots.box(area.scaled(self._across, self._down))

    def black(self, area: Area, radius: float = 0.0) -> None:
        """A black rectangle, its corners rounded by `radius` mm."""
        self._operations.append(FilledBox(self.box(area), round(radius * self.dots.down)))

    def icon(self, name: str, area: Area) -> None:
        """An icon in the largest square at the top left of `area`."""
        self._operations.append(icon(name, self.dots.square(area.scaled(self._across, self._down))))

    def text(
        self, text: str, area: Area, largest: float, smallest: float, *, weight: Weight = Weight.REGULAR, most: int = 1,
        align: str = "left", white: bool = False,
    ) -> None:
        """`text` in `area`, its em from `largest` down to `smallest` mm, in the middle of the height.

        What does not fit at the smallest size ends in an ellipsis and is named in the layout's `shortened`.
        """
        box, factor = self.box(area), min(self._across, self._down)
        if box.width < 1 or box.height < 1:
            return
        sizes = [max(round(size * factor * self.dots.down), 8) for size in (largest, smallest)]
        fitted = fit(text, box.width, box.height, largest=max(sizes), smallest=min(sizes), weight=weight, most=most,
                     stretch=self.dots.stretch)  # fmt: skip
        if fitted.shortened:
            self._shortened.append(text)
        self._replaced.update(dict.fromkeys(unprintable(text)))
        self._stand(fitted, box, align, white)

    def _stand(self, fitted: Fitted, box: Box, align: str, white: bool) -> None:
        top = box.top + (box.height - fitted.height) // 2
        baseline = top + (fitted.lines[0].above if fitted.lines else 0)
        for place, line in enumerate(fitted.lines):
            if place:
                baseline += step(fitted.lines[place - 1], line)
            free = box.width - line.width
            left = box.left + {"left": 0, "centre": free // 2, "right": free}[align]
            self._operations.append(TextLine(line, left, baseline, white))

    def squares(self, code: str, area: Area) -> bool:
        """QR of `code` at the top right of `area`, as large as it fits; False where it has no room."""
        symbol = square_in(code, self.box(area), self.dots, self.page)
        if symbol is None:
            return False
        self._operations.append(symbol)
        self._quiet.append(square_quiet(symbol))
        return True

    def bars(self, symbol: Bars, area: Area, largest: float = 0.5) -> bool:
        """A linear symbol in the middle of `area`, quiet zones on the label; False where its bars would be too thin."""
        room = self.box(area)
        beside = room.width + 2 * max(min(room.left - self.page.left, self.page.right - room.right), 0)
        module = min(beside // (symbol.modules + 2 * CODE128_QUIET), round(largest * self.dots.across))
        module = min(module, room.width // symbol.modules)
        if module < LEAST_MODULE or module / self.dots.across < LEAST_BAR or room.height < 1:
            return False
        width = symbol.modules * module
        left = (room.left + room.right - width) // 2
        placed = BarSymbol(symbol, Box(left, room.top, width, room.height), module)
        self._operations.append(placed)
        self._quiet.append(bar_quiet(placed))
        return True
