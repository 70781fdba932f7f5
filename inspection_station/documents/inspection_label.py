"""The label of an inspected item: grade, what becomes of it, where it goes, and its number as Code 128 and QR.

Black only, and no customer data: a label travels on the goods. Both symbols carry the RT number and the two-digit
label issue, so that an old label is told from a new one. Modules are whole printer dots and begin on a dot: a bar
that a driver widens by one dot is not read any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image

from inspection_station.documents import drawing
from inspection_station.documents.drawing import Box, FilledBox, Layout, Operation, TextLine
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_geometry import LEAST_DPI, Dots, Symbols, clear_of, dots_of, symbols
from inspection_station.documents.label_icons import icon
from inspection_station.documents.label_layout_files import shipped_layouts
from inspection_station.documents.label_layouts import (
    LARGEST,
    Area,
    LabelLayouts,
    LabelTable,
    Pair,
    Place,
    Words,
    reprint_corner,
    size_problem,
)
from inspection_station.documents.typesetting import Fitted, fit, is_chinese, step, unprintable
from inspection_station.domain.identifiers import is_practice_number, label_code
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

__all__ = ["LabelContent", "Layout", "layout", "pdf", "raster"]

FINGERPRINT_DIGITS = 8
NUMBERS = "①②③④⑤⑥⑦⑧⑨"
LEAST_BOLD = 17  # dots; smaller, bold Chinese runs together on paper
LEAST_GRADE = 8  # dots of the em
CAPITAL_HEIGHT = 0.727  # em; of Inter


@dataclass(frozen=True)
class LabelContent:
    """What stands on a label, in the words of the language it is printed in.

    Attributes:
        rt_number: ``RT-YYMMDD-SSSNNNNN``.
        issue: label issue, 1 to 99; the symbols carry it, and from 2 on it is printed beside the number.
        grade: the grade's letter.
        disposition: the disposition's code (chooses the icon); `disposition_words` is what people read.
        tote_line: work to do and tote, e.g. ``干洗 · 3 号箱 F-0087``.
        time_text: local time of the decision, e.g. ``11-21 10:43``.
        fingerprint: SHA-256 of the sealed record or its beginning; 8 digits are printed, on large labels only.
        photos: how many photos the record has; on large labels only, and not printed when 0.
        inspector: who decided, on large labels only. People of the warehouse only: no customer's name, number or
            address stands on a label.
        practice: work of demo or training; the number must be one of station 000, which no centre ever gives
            out, so the symbols cannot match a real case (DECISIONS.md 1 and 20). `trained`: the band says that it was
            practised, not that it is the demo.
    """

    rt_number: str
    issue: int
    grade: str
    disposition: str
    disposition_words: str
    tote_line: str
    item_name: str
    sku: str
    findings_line: str
    liability_line: str
    time_text: str
    station: str
    fingerprint: str = ""
    order_number: str = ""
    photos: int = 0
    inspector: str = ""
    practice: bool = False
    trained: bool = False

    def __post_init__(self) -> None:
        if self.practice != is_practice_number(self.rt_number):
            raise ValueError("practice labels, and only they, carry an RT number of station 000")

    @property
    def code(self) -> str:
        """The text of both symbols."""
        return label_code(self.rt_number, self.issue)


def layout(
    content: LabelContent,
    size_mm: tuple[float, float] = (60, 40),
    dpi: int | tuple[int, int] = 203,
    layouts: LabelLayouts | None = None,
) -> Layout:
    """`content` laid out on a label of `size_mm` (width, height) for a printer of `dpi` (both axes, or across, down).

    `layouts` are the designs in force, else the shipped ones; any size they can be stretched to is possible. Texts
    shrink, then wrap, then end in an ellipsis (`Layout.shortened` names those); nothing ever reaches into a symbol's
    quiet zone or the corner for reprints. `Layout.replaced` are the characters that cannot be printed.

    Raises:
        StationProblem: ``label.too_small``, ``label.too_large``, ``label.resolution_too_low``.
    """
    dots = dots_of(dpi)
    tables = (layouts or shipped_layouts()).tables(size_mm, practice=content.practice)
    if not tables:
        raise size_problem(size_mm, too_large=size_mm[0] > LARGEST[0] or size_mm[1] > LARGEST[1])
    if min(dots.across, dots.down) * drawing.MILLIMETRES_PER_INCH >= LEAST_DPI - 0.5:
        for table in tables:
            found = symbols(table, dots, content.code)
            if found is not None:
                return _Setter(content, table, dots, found).layout()
    raise StationProblem(
        "label.resolution_too_low",
        N_("The printer’s resolution is too low for the codes on this label."),
        N_("Use a larger label or a printer of at least 203 dpi."),
    )


def raster(label: Layout) -> Image.Image:
    """The label as a 1-bit image, one pixel a dot: exactly what the printer gets."""
    return drawing.raster(label)


def pdf(label: Layout, title: str = "") -> bytes:
    """The label as a PDF page of its true size."""
    return drawing.pdf(label, title or translate("Inspection label"))


def _without_heading(line: str, heading: str) -> str:
    """`line` without the `heading` and colon it may begin with, for places where the heading stands beside it."""
    return re.sub(rf"^{re.escape(heading)}\s*[:：]\s*", "", line, flags=re.IGNORECASE)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _numbered(line: str) -> str:
    """The findings of `line`, which stand with `` / `` between them, numbered where there are more than one."""
    parts = [part for part in line.split(" / ") if part.strip()]
    if not 1 < len(parts) <= len(NUMBERS):
        return line
    return " ".join(f"{number} {part}" for number, part in zip(NUMBERS, parts, strict=False))


class _Setter:
    """Places one content on one table; collects operations and what had to be shortened."""

    def __init__(self, content: LabelContent, table: LabelTable, dots: Dots, found: Symbols) -> None:
        self.content, self.table, self.dots, self.symbols = content, table, dots, found
        self.operations: list[Operation] = []
        self.shortened: list[str] = []
        self.blocked = (*found.quiet, dots.box(reprint_corner((table.width, table.height))))
        self.texts = self._texts()

    def _texts(self) -> dict[str, str]:
        content = self.content
        number = content.rt_number if content.issue == 1 else f"{content.rt_number} /{content.issue:02d}"
        digits = content.fingerprint[:FINGERPRINT_DIGITS].upper()
        mark = f"{digits[:4]}·{digits[4:]}" if len(digits) > 4 else digits
        evidence = [translate("Photos: {count}", count=content.photos)] if content.photos > 0 else []
        evidence += [translate("Fingerprint {digits}", digits=mark)] if digits else []
        return {
            "grade": content.grade, "disposition": content.disposition_words, "tote": content.tote_line,
            "item": content.item_name, "sku": content.sku, "findings": content.findings_line,
            "findings_numbered": _numbered(content.findings_line),
            "liability": content.liability_line,
            "liability_alone": _without_heading(content.liability_line, translate("Liability")),
            "order": content.order_number, "number": number,
            "time": content.time_text, "station": content.station,
            "signature": _joined(content.time_text, content.station),
            "signature_full": _joined(content.time_text, content.station, content.inspector),
            "evidence": " · ".join(evidence),
            "item_heading": translate("Item"), "sku_heading": "SKU", "order_heading": translate("Order"),
            "findings_heading": translate("Findings"), "liability_heading": translate("Liability"),
            "evidence_heading": translate("Evidence"),
        }  # fmt: skip

    def layout(self) -> Layout:
        """The whole label."""
        table = self.table
        self._grade()
        self.operations.append(icon(self.content.disposition, self.dots.square(table.icon)))
        for rule in table.rules:
            self.operations.append(FilledBox(self._box(rule)))
        if table.band:
            self._band(self._box(table.band))
        self.operations.append(self.symbols.square)
        if self.symbols.bars:
            self.operations.append(self.symbols.bars)
        for place in table.places:
            if isinstance(place, Place):
                self._write(self._box(place.area), place.words)
            else:
                self._write_pair(place)
        page = self.dots.page((table.width, table.height))
        replaced = dict.fromkeys(one for entry in self._entries() for one in unprintable(self.texts[entry]))
        return Layout(
            page.width, page.height, (self.dots.across, self.dots.down), tuple(self.operations), self.symbols.quiet,
            tuple(self.shortened), tuple(replaced),
        )  # fmt: skip

    def _entries(self) -> Iterator[str]:
        yield "grade"
        for place in self.table.places:
            for words in (place.words,) if isinstance(place, Place) else (place.left, place.right):
                yield words.entry

    def _box(self, area: Area) -> Box:
        """The dots of `area` that are free for ink; designs keep them all free on the usual printers."""
        return clear_of(self.dots.box(area), self.blocked)

    def _down(self, millimetres: float) -> int:
        return round(millimetres * self.dots.down)

    def _grade(self) -> None:
        box = self.dots.square(self.table.grade)
        self.operations.append(FilledBox(box, round(box.height * 0.08)))
        for largest in range(round(box.height * 0.86), LEAST_GRADE - 1, -1):
            letter = fit(self.texts["grade"], round(box.width * 0.86), box.height, largest=largest,
                         smallest=LEAST_GRADE, weight=Weight.HEAVY, stretch=self.dots.stretch)  # fmt: skip
            if not letter.lines:
                return
            line = letter.lines[0]
            baseline = box.top + (box.height + round(line.size * CAPITAL_HEIGHT)) // 2
            placed = TextLine(line, box.left + (box.width - line.width) // 2, baseline, white=True)
            if box.holds(placed.box):  # capitals do at once; a letter with a tail or an accent is set smaller
                self.operations.append(placed)
                return

    def _band(self, box: Box) -> None:
        self.operations.append(FilledBox(box))
        said = translate("PRACTICE · not a real case") if self.content.trained else translate("DEMO · not a real case")
        words = fit(said, box.width - box.height, round(box.height * 0.94), largest=round(box.height * 0.8),
                    smallest=8, weight=Weight.BOLD, stretch=self.dots.stretch)  # fmt: skip
        self._draw(words, box, white=True, centre=True)

    def _fit(self, words: Words, width: int, height: int, *, shorten: bool = True) -> Fitted:
        text, stretch = self.texts[words.entry], self.dots.stretch
        largest, smallest = self._down(words.largest), self._down(words.smallest)
        fitted = fit(text, width, height, largest=largest, smallest=smallest, weight=words.weight, most=words.most,
                     stretch=stretch, shorten=shorten)  # fmt: skip
        small = words.weight is Weight.BOLD and fitted.lines and fitted.lines[0].size < LEAST_BOLD
        if small and any(map(is_chinese, text)):
            largest = max(smallest, min(largest, LEAST_BOLD - 1))
            return fit(text, width, height, largest=largest, smallest=smallest, most=words.most, stretch=stretch,
                       shorten=shorten)  # fmt: skip
        return fitted

    def _write(self, box: Box, words: Words) -> None:
        fitted = self._fit(words, box.width, box.height)
        self._note(words.entry, fitted)
        self._draw(fitted, box)

    def _write_pair(self, pair: Pair) -> None:
        box = self._box(pair.area)
        left, right = self._shrunk_alike(pair, box) or self._shortened_pair(pair, box)
        self._note(pair.left.entry, left)
        self._note(pair.right.entry, right)
        self._draw(right, Box(box.right - right.width, box.top, right.width, box.height))
        self._draw(left, box)

    def _shrunk_alike(self, pair: Pair, box: Box) -> tuple[Fitted, Fitted] | None:
        """Both texts whole, shrunk by the same steps; None when that does not go."""
        step_mm, gap = 1 / self.dots.down, round(2 * self.dots.across)
        for steps in range(self._down(max(pair.left.largest, pair.right.largest))):
            sizes = [max(words.smallest, words.largest - steps * step_mm) for words in (pair.left, pair.right)]
            right = self._fit(replace(pair.right, largest=sizes[1], smallest=sizes[1]), box.width, box.height,
                              shorten=False)  # fmt: skip
            room = box.width - (right.width + gap if right.lines else 0)
            if room > 0 and not right.shortened:
                left = self._fit(replace(pair.left, largest=sizes[0], smallest=sizes[0]), room, box.height,
                                 shorten=False)  # fmt: skip
                if not left.shortened:
                    return left, right
            if sizes == [pair.left.smallest, pair.right.smallest]:
                break
        return None

    def _shortened_pair(self, pair: Pair, box: Box) -> tuple[Fitted, Fitted]:
        """The texts at their smallest, the right one within its share, the left one in what is over."""
        right = self._fit(replace(pair.right, largest=pair.right.smallest), round(box.width * pair.share), box.height)
        room = box.width - (right.width + round(2 * self.dots.across) if right.lines else 0)
        return self._fit(replace(pair.left, largest=pair.left.smallest), room, box.height), right

    def _note(self, entry: str, fitted: Fitted) -> None:
        if fitted.shortened:
            self.shortened.append(entry)

    def _draw(self, fitted: Fitted, box: Box, *, white: bool = False, centre: bool = False) -> None:
        top = box.top + (box.height - fitted.height) // 2
        previous = None
        baseline = top
        for line in fitted.lines:
            baseline += step(previous, line) if previous else line.above
            left = box.left + ((box.width - line.width) // 2 if centre else 0)
            self.operations.append(TextLine(line, left, baseline, white))
            previous = line
