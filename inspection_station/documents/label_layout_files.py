"""Reading label designs from data files: the shipped ones, and a client's own for the same or further sizes.

A file is refused with its name, line and key when anything would touch a symbol's quiet zone, another text, the
corner for reprints, or the label's edge; what cannot be refused here cannot be cut through on a label.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from inspection_station.data_files import DataFile, KeyPath, load_yaml
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_geometry import LEAST_DPI, dots_of, symbols
from inspection_station.documents.label_layouts import (
    LARGEST,
    Area,
    LabelDesign,
    LabelLayouts,
    LabelTable,
    Pair,
    Place,
    Words,
    reprint_corner,
)
from inspection_station.domain.data_checks import list_at, mapping_at, only_known, text_at
from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources

_LOG = logging.getLogger(__name__)

FOLDER = "labels"
"""Of the shipped resources, and of the folder of a client's own data files."""
ENTRIES = frozenset({
    "disposition", "tote", "item", "sku", "findings", "findings_numbered", "liability", "liability_alone", "order",
    "number", "time", "station", "signature", "signature_full", "evidence", "item_heading", "sku_heading",
    "order_heading", "findings_heading", "liability_heading", "evidence_heading",
})  # fmt: skip
"""Names of the texts that a label may carry."""
LEAST_DESIGN = (20, 15)
"""Width and height in mm of the smallest label that a design can be made for."""
LEAST_BAND = 2.5  # mm; the practice word is in large print (DECISIONS.md 20)
_TRIED = (203, 300, 600)  # dpi of label printers: the symbols take another size on each
_SAMPLE = "RT-261121-0120004201"  # every label's code has as many modules
_TABLE_KEYS = {"grade", "icon", "qr", "bars", "rules", "band", "texts"}
_WORDS_KEYS = {"text", "em", "weight", "lines"}


def parse_design(file: DataFile) -> LabelDesign:
    """Read one design; raises DataFileProblem with file, line, key and what would be right."""
    only_known(file, (), file.data, {"version", "size", "real", "practice"})
    text_at(file, (), file.data, "version")
    size = _numbers(file, ("size",), file.data.get("size"), 2, N_("must be width and height in mm: [60, 40]"))
    if not all(least <= one <= most for least, one, most in zip(LEAST_DESIGN, size, LARGEST, strict=True)):
        raise file.fault(
            ("size",), N_("must be from {least} to {most} mm"), least="{}x{}".format(*LEAST_DESIGN),
            most="{}x{}".format(*LARGEST),
        )  # fmt: skip
    real, practice = (
        _Reader(file, name, (size[0], size[1])).table(mapping_at(file, (name,), file.data.get(name)))
        for name in ("real", "practice")
    )
    if practice.band is None or practice.band.height < LEAST_BAND:
        raise file.fault(("practice", "band"), N_("must be an area at least {height} mm high"), height=LEAST_BAND)
    return LabelDesign(file.name, real, practice)


class _Reader:
    """Reads one table of a file and checks that nothing in it touches anything else."""

    def __init__(self, file: DataFile, name: str, size: tuple[float, float]) -> None:
        self.file, self.name, self.size = file, name, size
        self.areas: list[tuple[KeyPath, Area]] = []

    def table(self, data: Mapping[str, Any]) -> LabelTable:
        """The table that `data` says."""
        file, at = self.file, (self.name,)
        only_known(file, at, data, _TABLE_KEYS)
        grade, icon, qr = (self._area((*at, key), data.get(key)) for key in ("grade", "icon", "qr"))
        band = self._area((*at, "band"), data["band"]) if "band" in data else None
        bars, module = None, 0.5
        if "bars" in data:
            bars_data = mapping_at(file, (*at, "bars"), data["bars"])
            only_known(file, (*at, "bars"), bars_data, {"area", "module"})
            bars = self._area((*at, "bars", "area"), bars_data.get("area"))
            module = self._number((*at, "bars", "module"), bars_data.get("module", 0.5), 0.15, 1.0)
        rules_data = data.get("rules", [])
        if not isinstance(rules_data, list):
            raise file.fault((*at, "rules"), N_("must be a list of areas"))
        rules = tuple(self._area((*at, "rules", place), one) for place, one in enumerate(rules_data))
        places = tuple(
            self._place((*at, "texts", place), one) for place, one in enumerate(list_at(file, at, data, "texts"))
        )
        table = LabelTable(*self.size, grade, icon, qr, bars, rules, places, module, band)
        if not any(one.entry == "number" for one in _words_of(table)):
            raise file.fault((*at, "texts"), N_("must have the text {name} somewhere"), name="number")
        self._check(table)
        return table

    def _place(self, path: KeyPath, value: Any) -> Place | Pair:
        data = mapping_at(self.file, path, value)
        area = self._area((*path, "area"), data.get("area"))
        if "text" in data:
            only_known(self.file, path, data, {"area", *_WORDS_KEYS})
            return Place(area, self._words(path, data))
        only_known(self.file, path, data, {"area", "left", "right", "share"})
        left, right = (
            self._words((*path, side), mapping_at(self.file, (*path, side), data.get(side)))
            for side in ("left", "right")
        )
        return Pair(area, left, right, self._number((*path, "share"), data.get("share", 0.48), 0.1, 0.9))

    def _words(self, path: KeyPath, data: Mapping[str, Any]) -> Words:
        file = self.file
        if path[-1] in ("left", "right"):
            only_known(file, path, data, _WORDS_KEYS)
        entry = text_at(file, path, data, "text")
        if entry not in ENTRIES:
            raise file.fault((*path, "text"), N_("must be one of {known}"), known=", ".join(sorted(ENTRIES)))
        form = N_("must be two heights in mm, the largest and the smallest: [3.5, 1.8]")
        largest, smallest = _numbers(file, (*path, "em"), data.get("em"), 2, form)
        if not 1.5 <= smallest <= largest <= 40:
            raise file.fault((*path, "em"), form)
        weight = data.get("weight", "regular")
        if weight not in (Weight.REGULAR, Weight.BOLD):
            raise file.fault((*path, "weight"), N_("must be one of {known}"), known="regular, bold")
        lines = data.get("lines", 1)
        if isinstance(lines, bool) or not isinstance(lines, int) or not 1 <= lines <= 9:
            raise file.fault((*path, "lines"), N_("must be a whole number from {least} to {most}"), least=1, most=9)
        return Words(entry, largest, smallest, Weight(weight), lines)

    def _area(self, path: KeyPath, value: Any) -> Area:
        form = N_("must be left, top, width and height in mm: [2, 2, 12, 12]")
        area = Area(*_numbers(self.file, path, value, 4, form))
        right, bottom = area.x + area.width, area.y + area.height
        if area.width <= 0 or area.height <= 0 or area.x < 0 or area.y < 0:
            raise self.file.fault(path, form)
        if right > self.size[0] + 1e-6 or bottom > self.size[1] + 1e-6:
            raise self.file.fault(path, N_("must lie within the label"))
        self.areas.append((path, area))
        return area

    def _number(self, path: KeyPath, value: Any, least: float, most: float) -> float:
        fault = N_("must be a number from {least} to {most}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.file.fault(path, fault, least=least, most=most)
        return float(value)

    def _check(self, table: LabelTable) -> None:
        """Raise for two things in one place; the symbols with their quiet zones, as they are on usual printers."""
        corner = reprint_corner(self.size)
        codes = ((self.name, "qr"), (self.name, "bars", "area"))
        others = [(path, area) for path, area in self.areas if path not in codes]
        usable = False
        for dots in map(dots_of, (LEAST_DPI, *_TRIED)):
            found = symbols(table, dots, _SAMPLE)
            usable = usable or found is not None
            for (one, first), (other, second) in combinations(others, 2):
                if dots.box(first).overlaps(dots.box(second)):
                    raise self.file.fault(
                        other, N_("must not touch what {other} says"), other=".".join(map(str, one))
                    )
            for path, area in self.areas:
                if dots.box(area).overlaps(dots.box(corner)):
                    raise self.file.fault(path, N_("must leave the corner at the bottom right free for “REPRINT”"))
            for quiet in found.quiet if found else ():
                for path, area in others:
                    if dots.box(area).overlaps(quiet):
                        raise self.file.fault(path, N_("must not touch a symbol or the clear space around it"))
            if found and len(found.quiet) == 2 and found.quiet[0].overlaps(found.quiet[1]):
                raise self.file.fault(codes[1], N_("must not touch a symbol or the clear space around it"))
        if not usable:
            squares = replace(table, bars=None)
            reason = codes[0] if all(symbols(squares, dots_of(dpi), _SAMPLE) is None for dpi in _TRIED) else codes[1]
            raise self.file.fault(reason, N_("must leave room for the symbol and the clear space around it"))


def _words_of(table: LabelTable) -> list[Words]:
    found: list[Words] = []
    for place in table.places:
        found += [place.words] if isinstance(place, Place) else [place.left, place.right]
    return found


def _numbers(file: DataFile, path: KeyPath, value: Any, count: int, form: str) -> tuple[float, ...]:
    if (
        not isinstance(value, list) or len(value) != count
        or any(isinstance(one, bool) or not isinstance(one, int | float) or not -1e4 < one < 1e4 for one in value)
    ):  # fmt: skip
        raise file.fault(path, form)
    return tuple(float(one) for one in value)


@cache
def shipped_layouts() -> LabelLayouts:
    """The designs that ship with the program."""
    paths = sorted((resources() / FOLDER).glob("*.yaml"))
    return LabelLayouts(tuple(parse_design(load_yaml(path)) for path in paths))


def layouts_in_force(own: Path | None) -> tuple[LabelLayouts, tuple[StationProblem, ...]]:
    """The designs to print by, and what is wrong with those of the client's that cannot be used.

    A client's design, a file in ``labels`` of its folder `own`, takes the place of the shipped ones for the same
    size. One that is broken leaves the shipped ones in force.
    """
    designs: list[LabelDesign] = []
    problems: list[StationProblem] = []
    for path in sorted((own / FOLDER).glob("*.yaml")) if own else ():
        try:
            designs.append(parse_design(load_yaml(path)))
        except StationProblem as problem:
            _LOG.info("the client's label design %s is not used: %s", path.name, problem)
            problems.append(problem)
    return shipped_layouts().replaced_by(designs), tuple(problems)

