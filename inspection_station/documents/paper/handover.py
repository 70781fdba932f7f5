"""Documents of goods that change hands: container list, return to vendor, restock and refurbish hand-over.

A4, in the language in force with the title in the other one beside it. Every page names the document in words and as
Code 128, its page, and the fingerprint of the content, so that no page can be put into another document unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspection_station.documents.fonts import Weight
from inspection_station.documents.paper.contents import Container, Handover, HandoverRow, Signatory, content_hash
from inspection_station.documents.paper.flow import POINT, Column, Flow, Part, Row, Table
from inspection_station.documents.paper.page import A4, GREY, MARGIN, Pad, page_words
from inspection_station.documents.paper.setting import Style, broken, tidy
from inspection_station.errors import N_
from inspection_station.i18n import language, translate, translate_into

WIDTH = A4[0] - 2 * MARGIN
BOTTOM = 272.0  # mm; below stands what every page ends with
SIGNATURES = 33.0  # mm that the boxes to sign in take
WEIGHT_TOLERANCE = 0.02  # share of the expected weight
TITLES = {
    "container_list": N_("Container content list"),
    "return_to_vendor": N_("Return-to-vendor manifest"),
    "restock": N_("Restock hand-over"),
    "refurbish": N_("Refurbish hand-over"),
    "scrap": N_("Scrap certificate"),
    "carrier_claim": N_("Carrier claim pack"),
}
_SIGNS = {
    "container_list": (N_("Prepared by"), N_("Checked by")),
    "return_to_vendor": (N_("Prepared by"), N_("Checked by"), N_("Received by the vendor")),
    "restock": (N_("Prepared by"), N_("Checked by"), N_("Received by the warehouse")),
    "refurbish": (N_("Prepared by"), N_("Checked by"), N_("Received by the refurbisher")),
    "carrier_claim": (N_("Prepared by"), N_("Checked by"), N_("Received by the carrier")),
}
NAME, FACT = Style(9, grey=GREY), Style(9.5, Weight.BOLD)
CELL, BESIDE, STRONG = Style(8.5), Style(7.5, grey=GREY), Style(8.5, Weight.BOLD)


@dataclass(frozen=True)
class Box:
    """A place to sign: what for, and who signs when that is known."""

    title: str
    who: Signatory | None = None


def handover(document: Handover) -> bytes:
    """The document as PDF; its kind is any but ``scrap`` (see `scrap.certificate`). The same one gives the same bytes.

    Raises:
        StationProblem: ``fonts.*`` when the installation lacks a font.
    """
    boxes = [Box(translate(title)) for title in _SIGNS[document.kind]]
    boxes[0] = Box(boxes[0].title, document.made_by)
    pages = Pages(document, content_hash(document))
    pages.containers()
    pages.table(SIGNATURES)
    pages.signatures(boxes)
    return pages.pad.pdf()


class Pages:
    """The pages of one document while they are drawn; `flow` says where the next part stands."""

    def __init__(self, document: Handover, digest: str, facts: Sequence[tuple[str, str]] = ()) -> None:
        """`facts` are further names and values for its head."""
        self.document, self.digest = document, digest
        self.title = translate(TITLES[document.kind])
        self.pad = Pad(f"{self.title} {document.number}", practice=document.practice, foot=self._foot)
        self.flow = Flow(self.pad, self._first_head([*_facts(document), *facts]), BOTTOM, self._later_head)

    # --- what pages begin and end with -------------------------------------------------------------------

    def _first_head(self, facts: Sequence[tuple[str, str]]) -> float:
        """Title, QR, facts; returns where the rest begins."""
        pad, document = self.pad, self.document
        other = translate_into("zh_CN" if language() == "en" else "en", TITLES[document.kind])
        pad.line(MARGIN, 19.0, self.title, Style(21, Weight.BOLD), within=WIDTH - 32)
        pad.line(MARGIN, 25.0, other, Style(10, grey=GREY), within=WIDTH - 32)
        pad.squares(document.number, A4[0] - MARGIN - 23.0, 7.6, 24.0)
        pad.rule(MARGIN, 30.0, WIDTH, 0.6)
        y = 34.0
        if document.corrects:
            told = translate("Corrects document {number}, which no longer counts", number=document.corrects)
            pad.box(MARGIN, y, WIDTH, 8.0, radius=1.0, thick=0.4)
            pad.line(MARGIN + 3, y + 5.4, told, Style(10.5, Weight.BOLD), within=WIDTH - 6)
            y += 11.0
        return self._fact_columns(facts, y) + 3.0

    def _fact_columns(self, facts: Sequence[tuple[str, str]], y: float) -> float:
        """Names and values in two columns, read across; returns where they end."""
        column = WIDTH / 2
        beside = 30.0 if language() == "en" else 20.0
        for place in range(0, len(facts), 2):
            lines = 1
            for side, (name, value) in enumerate(facts[place : place + 2]):
                x = MARGIN + side * column
                self.pad.line(x, y + 4.0, name, NAME, within=beside - 2)
                told = broken(value, FACT, (column - beside - 4) / POINT, 3) or ["—"]
                for number, line in enumerate(told):
                    self.pad.line(x + beside, y + 4.0 + number * 4.5, line, FACT)
                lines = max(lines, len(told))
            y += 1.2 + lines * 4.5
        return y

    def _later_head(self) -> float:
        """A page after the first names the document in one line."""
        pad = self.pad
        pad.line(MARGIN, 13.4, f"{self.title} {self.document.number}", STRONG, within=WIDTH * 0.62)
        to = tidy(translate("To") + f" {self.document.receiver.name}") if self.document.receiver.name else ""
        pad.line(A4[0] - MARGIN, 13.4, to, Style(8.5, grey=GREY), align="right", within=WIDTH * 0.36)
        pad.rule(MARGIN, 15.4, WIDTH, 0.35)
        return 18.0

    def _foot(self, number: int, total: int) -> None:
        pad, right = self.pad, A4[0] - MARGIN
        pad.rule(MARGIN, 275.4, WIDTH, 0.2)
        pad.bars(self.document.number, MARGIN - 3.0, 277.2, 8.6, within=118.0, module=0.33)
        pad.line(MARGIN, 289.4, f"{self.document.number} · {number} / {total}", Style(8, Weight.BOLD))
        pad.line(right, 281.0, page_words(number, total), Style(9.5, Weight.BOLD), align="right")
        digits = " ".join(self.digest[start : start + 4].upper() for start in range(0, 16, 4))
        pad.line(right, 285.4, translate("Fingerprint {digits}", digits=digits), BESIDE, align="right", within=80)
        if self.document.practice:
            pad.line(right, 289.4, translate("DEMO · not a real case"), Style(8, Weight.BOLD), align="right")

    # --- parts -------------------------------------------------------------------------------------------

    def containers(self) -> None:
        """The containers with seal and weights, when there are any."""
        document = self.document
        if not document.containers:
            return
        columns = [
            Column(translate("Container"), 42), Column(translate("Units"), 18, "centre"), Column(translate("Seal"), 42),
            Column(translate("Expected weight"), 28, "right"), Column(translate("Measured weight"), 28, "right"),
            Column(translate("Difference"), WIDTH - 158, "right"),
        ]  # fmt: skip
        table = Table(self.flow, MARGIN, columns)
        alone = len(document.containers) == 1
        units: dict[str, int] = {}
        for row in document.rows:
            units[row.container] = units.get(row.container, 0) + row.units
        for one in document.containers:
            inside = units.get(one.code, 0) + (units.get("", 0) if alone else 0)
            table.row(_container_row(one, inside))
        self.flow.y += 4.0

    def table(self, closing: float) -> None:
        """The items and their totals; `closing` mm come after, and the last item stays on the page with them."""
        table = Table(self.flow, MARGIN, item_columns())
        several = len({row.container for row in self.document.rows}) > 1
        ordered = self._in_order() if several else self.document.rows
        totals = self._total_lines()
        tail, inside = 6.0 + len(totals) * 5.2 + closing, None
        for number, row in enumerate(ordered, 1):
            cells = item_row(number, row)
            if several and row.container != inside:
                inside = row.container
                table.heading(translate("Container {code}", code=inside or "—"), table.height(cells))
            table.row(cells, tail if number == len(ordered) else 0.0)
        if not self.document.rows:
            self.flow.pad.line(MARGIN, self.flow.y + 5, translate("No items"), CELL)
            self.flow.y += 8.0
        self.flow.need(tail)
        self._totals(totals)

    def _in_order(self) -> list[HandoverRow]:
        """The rows by container, the containers as they are listed, what lies in none of them last."""
        order = {one.code: place for place, one in enumerate(self.document.containers)}
        return sorted(self.document.rows, key=lambda row: (order.get(row.container, len(order)), row.container))

    def _total_lines(self) -> list[str]:
        document = self.document
        first = translate("Total: {units} units, {rows} lines", units=document.units, rows=len(document.rows))
        return [first, *(translate("Value {amount}", amount=str(total)) for total in document.totals)]

    def _totals(self, lines: Sequence[str]) -> None:
        flow = self.flow
        flow.y += 1.6
        for place, line in enumerate(lines):
            style = Style(11 if not place else 10, Weight.BOLD)
            flow.pad.line(A4[0] - MARGIN - 1.0, flow.y + 4.4, line, style, align="right", within=WIDTH)
            flow.y += 5.2
        flow.y += 3.0

    def paragraph(self, text: str, style: Style = CELL) -> None:
        """Running text across the page."""
        for line in broken(text, style, WIDTH / POINT):
            self.flow.need(style.size * POINT * 1.5)
            self.flow.y += style.size * POINT * 1.45
            self.flow.pad.line(MARGIN, self.flow.y - 0.8, line, style)
        self.flow.y += 1.4

    def signatures(self, boxes: Sequence[Box], height: float = 25.0) -> None:
        """Boxes to sign in, side by side; a known name stands in its box."""
        self.flow.need(height)
        gap = 4.0
        width = (WIDTH - gap * (len(boxes) - 1)) / len(boxes)
        for place, box in enumerate(boxes):
            self._signature(box, MARGIN + place * (width + gap), self.flow.y, width, height)
        self.flow.y += height + 3.0

    def _signature(self, box: Box, x: float, y: float, width: float, height: float) -> None:
        pad, who = self.pad, box.who
        pad.box(x, y, width, height, radius=1.0, thick=0.25)
        pad.line(x + 2.4, y + 5.0, box.title, STRONG, within=width - 4.8)
        name = " ".join(part for part in (who.name, who.number) if part) if who else ""
        entries = ((translate("Name"), name), (translate("Signature"), ""), (translate("Time"), who.at if who else ""))
        beside = 16.0 if language() == "en" else 10.0
        for place, (title, value) in enumerate(entries, 1):
            base = y + 5.0 + place * (height - 8.0) / 3
            pad.line(x + 2.4, base, title, BESIDE)
            if value:
                pad.line(x + 2.4 + beside, base, value, STRONG, within=width - beside - 4.8)
            pad.rule(x + 2.4 + beside, base + 1.2, width - beside - 4.8, 0.12, GREY)


def _facts(document: Handover) -> list[tuple[str, str]]:
    """What stands in the head, by name."""
    made = " · ".join(part for part in (document.made_by.name, document.made_by.number) if part)
    to = N_("Vendor") if document.kind == "return_to_vendor" else N_("To")
    facts = [
        (translate("Number"), document.number), (translate("Date"), document.made_at),
        (translate("From"), _party(document.sender.name, document.sender.detail)),
        (translate(to), _party(document.receiver.name, document.receiver.detail)),
        (translate("Units"), str(document.units)), (translate("Prepared by"), made),
    ]  # fmt: skip
    weights = [one.measured_g for one in document.containers]
    known = [weight for weight in weights if weight is not None]
    if known and len(known) == len(weights):
        facts.append((translate("Gross weight"), kilograms(sum(known))))
    if document.authorisation:
        facts.append((translate("Authorisation"), document.authorisation))
    if document.agreement is not None:
        told = translate("within {days} days of delivery", days=document.agreement.days)
        if document.agreement.minimum is not None:
            told += translate("; from {amount} each", amount=str(document.agreement.minimum))
        facts.append((translate("Vendor agreement"), told))
    if document.note:
        facts.append((translate("Note"), document.note))
    return facts


def _party(name: str, detail: str) -> str:
    return " · ".join(part for part in (name, detail) if part)


def kilograms(grams: int) -> str:
    """A weight as people read it off scales."""
    return f"{grams / 1000:.2f} kg"


def _container_row(one: Container, units: int) -> Row:
    off = one.difference
    told: list[Part] = []
    if off is not None:
        beyond = off > WEIGHT_TOLERANCE
        told.append((f"{off:.1%}" + (" " + translate("too far off") if beyond else ""), STRONG if beyond else CELL))
    weights = [kilograms(grams) if grams is not None else "—" for grams in (one.expected_g, one.measured_g)]
    return [
        [(one.code, STRONG)], [(str(units), CELL)], [(one.seal or "—", CELL)], [(weights[0], CELL)],
        [(weights[1], CELL)], told or [("—", CELL)],
    ]  # fmt: skip


def item_columns() -> list[Column]:
    """The columns of every list of items."""
    widths: list[tuple[Callable[[], str], float, str]] = [
        (lambda: "#", 8.0, "right"), (lambda: "SKU", 30.0, "left"), (lambda: translate("Item"), 45.0, "left"),
        (lambda: translate("Grade"), 12.0, "centre"), (lambda: translate("Reason"), 37.0, "left"),
        (lambda: translate("RT number"), 35.0, "left"), (lambda: translate("Value"), WIDTH - 167.0, "right"),
    ]  # fmt: skip
    return [Column(title(), width, align) for title, width, align in widths]


def item_row(number: int, row: HandoverRow) -> Row:
    """One item: what is read first bold, what stands beside it smaller below."""
    item: list[Part] = [(row.item, STRONG), (row.variant, BESIDE)]
    if row.serial:
        item.append((translate("Serial no. {serial}", serial=row.serial), BESIDE))
    why: list[Part] = [(row.findings or "—", CELL)]
    if row.reason:
        why.append((translate("Buyer: {reason}", reason=row.reason), BESIDE))
    worth = str(row.value) if row.value is not None else "—"
    value: list[Part] = [(f"{row.units} × {worth}" if row.units != 1 else worth, CELL)]
    return [
        [(str(number), BESIDE)], [(row.sku, CELL)], item, [(row.grade, STRONG)], why, [(row.rt_number, CELL)], value,
    ]  # fmt: skip
