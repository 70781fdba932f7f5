"""Where things stand on the labels: areas in millimetres, read from data files, for any size of label.

A design is drawn for one size and for both kinds of label: of real work, and of practice, which gives up room for a
black band with the practice word. A size without a design of its own gets the largest design that fits, stretched to
it; smaller designs carry less, so what matters least is left out first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from inspection_station.documents.fonts import Weight
from inspection_station.errors import N_, StationProblem

SIZES = ((60, 40), (50, 30), (100, 100), (100, 150))
"""Usual sizes of inspection labels, (width, height) in mm, to choose from; any other is possible."""
LARGEST = (110, 160)
"""Width and height in mm of the largest label that can be made."""
SMALLEST = (30, 20)
"""The same of the smallest."""
LEAST_STRETCH = 0.85
"""A design is made no smaller than this: its texts would be too small to read."""
MOST_TALLER = 1.6
"""A design is stretched in height by at most so much more than in width; the rest of a tall label stays free."""
LEAST_EM = 1.5  # mm; no text of a design that was made smaller is set in less


@dataclass(frozen=True)
class Area:
    """A rectangle in millimetres from the label's top left."""

    x: float
    y: float
    width: float
    height: float

    def scaled(self, across: float, down: float) -> Area:
        """The area on a label so much wider and taller."""
        return Area(self.x * across, self.y * down, self.width * across, self.height * down)


@dataclass(frozen=True)
class Words:
    """One text: which entry of the content, its em in mm (largest, smallest), weight, and how many lines at most."""

    entry: str
    largest: float
    smallest: float
    weight: Weight = Weight.REGULAR
    most: int = 1

    def scaled(self, factor: float) -> Words:
        """The text on a label larger by `factor`; the smallest em never grows, and never gets unreadable."""
        least = max(self.smallest * min(factor, 1.0), min(self.smallest, LEAST_EM))
        return replace(self, largest=max(self.largest * factor, least), smallest=least)


@dataclass(frozen=True)
class Place:
    """A text alone in its area, standing at the left and in the middle of the height."""

    area: Area
    words: Words

    def scaled(self, across: float, down: float) -> Place:
        """The same on a label so much wider and taller."""
        return Place(self.area.scaled(across, down), self.words.scaled(min(across, down)))


@dataclass(frozen=True)
class Pair:
    """Two texts in one row: the right one takes what it needs, up to `share` of the width; the left one the rest."""

    area: Area
    left: Words
    right: Words
    share: float = 0.48

    def scaled(self, across: float, down: float) -> Pair:
        """The same on a label so much wider and taller."""
        factor = min(across, down)
        return Pair(self.area.scaled(across, down), self.left.scaled(factor), self.right.scaled(factor), self.share)


@dataclass(frozen=True)
class LabelTable:
    """A label: its size, where the pictures and symbols stand, its rules, its texts.

    `qr` is where the dark modules may stand: they are set against the area's top right corner. Symbols get the
    largest module of whole dots that fits with its quiet zone, Code 128 up to `bars_module` mm.
    """

    width: float
    height: float
    grade: Area
    icon: Area
    qr: Area
    bars: Area | None
    rules: tuple[Area, ...]
    places: tuple[Place | Pair, ...]
    bars_module: float = 0.5
    band: Area | None = None

    def for_size(self, width: float, height: float) -> LabelTable:
        """The table stretched to a label of `width` × `height` mm; unchanged for its own size."""
        if (width, height) == (self.width, self.height):
            return self
        across = width / self.width
        down = min(height / self.height, across * MOST_TALLER)
        return LabelTable(
            width, height, self.grade.scaled(across, down), self.icon.scaled(across, down),
            self.qr.scaled(across, down), self.bars.scaled(across, down) if self.bars else None,
            tuple(rule.scaled(across, down) for rule in self.rules),
            tuple(place.scaled(across, down) for place in self.places),
            self.bars_module, self.band.scaled(across, down) if self.band else None,
        )  # fmt: skip


@dataclass(frozen=True)
class LabelDesign:
    """What one file says: the tables of a real and of a practice label, both of the size the design is made for."""

    name: str
    real: LabelTable
    practice: LabelTable

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in mm."""
        return self.real.width, self.real.height


@dataclass(frozen=True)
class LabelLayouts:
    """All designs in force."""

    designs: tuple[LabelDesign, ...]

    def tables(self, size_mm: tuple[float, float], *, practice: bool) -> list[LabelTable]:
        """Tables for a label of `size_mm` (width, height), the best one first; empty when none fits.

        Which of them can be used depends on the printer: its dots must be fine enough for the symbols. Best is a
        design of that very size, then the larger one; of two of one size the one with Code 128.
        """
        width, height = size_mm
        if width > LARGEST[0] or height > LARGEST[1]:
            return []
        fitting = [
            design for design in self.designs
            if width / design.size[0] >= LEAST_STRETCH and height / design.size[1] >= LEAST_STRETCH
        ]  # fmt: skip

        def rank(design: LabelDesign) -> tuple[bool, float, bool]:
            table = design.real
            return design.size == (width, height), table.width * table.height, table.bars is not None

        best_first = sorted(fitting, key=rank, reverse=True)
        return [(one.practice if practice else one.real).for_size(width, height) for one in best_first]

    def replaced_by(self, designs: Iterable[LabelDesign]) -> LabelLayouts:
        """These with `designs` in place of all that are made for the same sizes."""
        own = tuple(designs)
        sizes = {one.size for one in own}
        return LabelLayouts((*(one for one in self.designs if one.size not in sizes), *own))


def reprint_corner(size_mm: tuple[float, float]) -> Area:
    """The corner at the bottom right of every label of `size_mm` (width, height) that is kept free for a reprint."""
    width, height = size_mm
    factor = max(1.0, min(width / 60, height / 40))
    return Area(width - 10.2 * factor, height - 3 * factor, 8.2 * factor, 2.2 * factor)


def size_problem(size_mm: tuple[float, float], *, too_large: bool = False) -> StationProblem:
    """What is said where no label of `size_mm` can be made."""
    width, height = (f"{one:g}" for one in size_mm)
    if too_large:
        return StationProblem(
            "label.too_large",
            N_("A label of {width} × {height} mm is larger than any that can be made."),
            N_("Choose one of at most {largest} mm."),
            width=width, height=height, largest="{} × {}".format(*LARGEST),
        )  # fmt: skip
    return StationProblem(
        "label.too_small",
        N_("A label of {width} × {height} mm has no room for the code and the number."),
        N_("Choose one of at least {smallest} mm."),
        width=width, height=height, smallest="{} × {}".format(*SMALLEST),
    )  # fmt: skip
