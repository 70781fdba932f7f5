"""The label of an inspected item: grade, what becomes of it, where it goes, and its number as Code 128 and QR.

Black only, and no customer data: a label travels on the goods. Both symbols carry the RT number and the two-digit
label issue, so that an old label is told from a new one. Modules are whole printer dots and begin on a dot: a bar
that a driver widens by one dot is not read any more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from PIL import Image

from inspection_station.documents import drawing
from inspection_station.documents.code_symbols import CODE128_QUIET, QR_QUIET, code128, qr
from inspection_station.documents.drawing import Box, FilledBox, Layout, Operation, TextLine
from inspection_station.documents.fonts import Weight
from inspection_station.documents.label_icons import icon
from inspection_station.documents.label_layouts import SIZES, Area, LabelTable, Pair, Place, Words, label_table
from inspection_station.documents.typesetting import Fitted, fit, step
from inspection_station.domain.identifiers import is_practice_number, label_code
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

__all__ = ["LabelContent", "Layout", "layout", "pdf", "raster"]

FINGERPRINT_DIGITS = 8
CAPITAL_HEIGHT = 0.727  # em; of Inter
LEAST_MODULE = 2  # dots; a thinner bar is not read reliably from a thermal printer
_NOMINAL = {203: 203.2, 300: 300.0, 305: 304.8, 406: 406.4, 600: 609.6}  # printers have whole dots per mm


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
        fingerprint: SHA-256 of the sealed record or its beginning; 8 digits are printed (100 × 100 mm only).
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
    practice: bool = False
    trained: bool = False

    def __post_init__(self) -> None:
        if self.practice != is_practice_number(self.rt_number):
            raise ValueError("practice labels, and only they, carry an RT number of station 000")

    @property
    def code(self) -> str:
        """The text of both symbols."""
        return label_code(self.rt_number, self.issue)


def layout(content: LabelContent, size_mm: tuple[int, int] = (60, 40), dpi: int = 203) -> Layout:
    """`content` laid out on a label of `size_mm` (width, height) for a printer of `dpi`.

    Texts shrink, then wrap, then end in an ellipsis (`Layout.shortened` names those); nothing ever reaches into a
    symbol's quiet zone.

    Raises:
        StationProblem: ``label.size_unknown``, ``label.resolution_too_low``.
    """
    table = label_table(size_mm, practice=content.practice)
    if table is None:
        raise StationProblem(
            "label.size_unknown",
            N_("There is no label layout for {width} × {height} mm."),
            N_("Choose one of these sizes: {sizes}."),
            width=size_mm[0], height=size_mm[1], sizes=", ".join(f"{width}x{height}" for width, height in SIZES),
        )  # fmt: skip
    return _Setter(content, table, _NOMINAL.get(dpi, float(dpi)) / drawing.MILLIMETRES_PER_INCH).layout()


def raster(label: Layout) -> Image.Image:
    """The label as a 1-bit image, one pixel a dot: exactly what the printer gets."""
    return drawing.raster(label)


def pdf(label: Layout, title: str = "") -> bytes:
    """The label as a PDF page of its true size."""
    return drawing.pdf(label, title or translate("Inspection label"))


def _without_heading(line: str, heading: str) -> str:
    """`line` without the `heading` and colon it may begin with, for places where the heading stands beside it."""
    return re.sub(rf"^{re.escape(heading)}\s*[:：]\s*", "", line, flags=re.IGNORECASE)


class _Setter:
    """Places one content on one table; collects operations and what had to be shortened."""

    def __init__(self, content: LabelContent, table: LabelTable, dots_per_mm: float) -> None:
        self.content, self.table, self.dots_per_mm = content, table, dots_per_mm
        self.operations: list[Operation] = []
        self.quiet: list[Box] = []
        self.shortened: list[str] = []
        self.texts = self._texts()

    def _texts(self) -> dict[str, str]:
        content = self.content
        number = content.rt_number if content.issue == 1 else f"{content.rt_number} /{content.issue:02d}"
        digits = content.fingerprint[:FINGERPRINT_DIGITS].upper()
        mark = f"{digits[:4]}·{digits[4:]}" if len(digits) > 4 else digits
        return {
            "grade": content.grade, "disposition": content.disposition_words, "tote": content.tote_line,
            "item": content.item_name, "sku": content.sku, "findings": content.findings_line,
            "liability": content.liability_line,
            "liability_alone": _without_heading(content.liability_line, translate("Liability")),
            "order": content.order_number, "number": number,
            "time": content.time_text, "station": content.station,
            "signature": " · ".join(part for part in (content.time_text, content.station) if part),
            "evidence": translate("Fingerprint {digits}", digits=mark) if digits else "",
            "item_heading": translate("Item"), "sku_heading": "SKU", "order_heading": translate("Order"),
            "findings_heading": translate("Findings"), "liability_heading": translate("Liability"),
            "evidence_heading": translate("Evidence"),
        }  # fmt: skip

    def layout(self) -> Layout:
        table = self.table
        self._grade()
        self.operations.append(icon(self.content.disposition, self._square(table.icon)))
        for rule in table.rules:
            self.operations.append(FilledBox(self._box(rule)))
        if table.band:
            self._band(self._box(table.band))
        self._qr()
        if table.bars:
            self._bars(table.bars)
        for place in table.places:
            if isinstance(place, Place):
                self._write(self._box(place.area), place.words)
            else:
                self._write_pair(place)
        return Layout(
            self._dots(table.width), self._dots(table.height), self.dots_per_mm,
            tuple(self.operations), tuple(self.quiet), tuple(self.shortened),
        )  # fmt: skip

    def _dots(self, millimetres: float) -> int:
        return round(millimetres * self.dots_per_mm)

    def _box(self, area: Area) -> Box:
        left, top = self._dots(area.x), self._dots(area.y)
        return Box(left, top, self._dots(area.x + area.width) - left, self._dots(area.y + area.height) - top)

    def _square(self, area: Area) -> Box:
        box = self._box(area)
        side = min(box.width, box.height)
        return Box(box.left, box.top, side, side)

    def _grade(self) -> None:
        box = self._square(self.table.grade)
        self.operations.append(FilledBox(box, round(box.width * 0.08)))
        letter = fit(self.texts["grade"], round(box.width * 0.86), round(box.height * 1.2),
                     largest=round(box.height * 0.86), smallest=8, weight=Weight.HEAVY)  # fmt: skip
        for line in letter.lines:
            baseline = box.top + (box.height + round(line.size * CAPITAL_HEIGHT)) // 2
            self.operations.append(TextLine(line, box.left + (box.width - line.width) // 2, baseline, white=True))

    def _band(self, box: Box) -> None:
        self.operations.append(FilledBox(box))
        said = translate("PRACTICE · not a real case") if self.content.trained else translate("DEMO · not a real case")
        words = fit(said, box.width - box.height, round(box.height * 0.94),
                    largest=round(box.height * 0.8), smallest=8, weight=Weight.BOLD)  # fmt: skip
        self._draw(words, box, white=True, centre=True)

    def _qr(self) -> None:
        area = self._box(self.table.qr)
        symbol = qr(self.content.code)
        room = min(area.width, area.height)
        module = self._module(room // symbol.modules, "QR")
        side = symbol.modules * module
        box = Box(area.right - side, area.top, side, side)
        self.operations.append(drawing.SquareSymbol(symbol, box, module))
        self._keep_clear(box, QR_QUIET * module, QR_QUIET * module)

    def _bars(self, area: Area) -> None:
        room = self._box(area)
        symbol = code128(self.content.code)
        page = self._dots(self.table.width)
        fits = min(page // (symbol.modules + 2 * CODE128_QUIET), room.width // symbol.modules)
        module = self._module(min(fits, self._dots(self.table.bars_module)), "Code 128")
        width = symbol.modules * module
        box = Box((page - width) // 2, room.top, width, room.height)
        self.operations.append(drawing.BarSymbol(symbol, box, module))
        self._keep_clear(box, CODE128_QUIET * module, 0)

    def _keep_clear(self, box: Box, across: int, along: int) -> None:
        self.quiet.append(Box(box.left - across, box.top - along, box.width + 2 * across, box.height + 2 * along))

    def _module(self, dots: int, name: str) -> int:
        if dots < LEAST_MODULE:
            raise StationProblem(
                "label.resolution_too_low",
                N_("The printer’s resolution is too low for the {name} on this label."),
                N_("Use a larger label or a printer of at least 203 dpi."),
                name=name,
            )
        return dots

    def _fit(self, words: Words, width: int, height: int) -> Fitted:
        return fit(self.texts[words.entry], width, height, largest=self._dots(words.largest),
                   smallest=self._dots(words.smallest), weight=words.weight, most=words.most)  # fmt: skip

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
        step_mm, gap = 1 / self.dots_per_mm, self._dots(2)
        for steps in range(self._dots(max(pair.left.largest, pair.right.largest))):
            sizes = [max(words.smallest, words.largest - steps * step_mm) for words in (pair.left, pair.right)]
            right = self._fit(replace(pair.right, largest=sizes[1], smallest=sizes[1]), box.width, box.height)
            room = box.width - (right.width + gap if right.lines else 0)
            if room > 0:
                left = self._fit(replace(pair.left, largest=sizes[0], smallest=sizes[0]), room, box.height)
                if not left.shortened and not right.shortened:
                    return left, right
            if sizes == [pair.left.smallest, pair.right.smallest]:
                break
        return None

    def _shortened_pair(self, pair: Pair, box: Box) -> tuple[Fitted, Fitted]:
        """The texts at their smallest, the right one within its share, the left one in what is over."""
        right = self._fit(replace(pair.right, largest=pair.right.smallest), round(box.width * pair.share), box.height)
        room = box.width - (right.width + self._dots(2) if right.lines else 0)
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
