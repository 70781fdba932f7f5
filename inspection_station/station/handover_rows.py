"""Inspected items as rows of the papers that go with goods: in words, with what they were sold for."""

from __future__ import annotations

import unicodedata

from inspection_station.documents.paper.contents import HandoverRow
from inspection_station.domain.inspection import Item
from inspection_station.i18n import localised, translate
from inspection_station.station.label_desk import findings_line
from inspection_station.workflows.case import Case, Desk


def handover_row(desk: Desk, case: Case, item: Item, container: str = "") -> HandoverRow:
    """The row of a decided item, in the language in force; no buyer's data. Its grade is that of the decision."""
    expected, line = case.expected(item), case.line(item)
    lists = desk.book.lists
    name = localised({"zh": item.name_zh, "en": item.name_en}) or translate("Unknown item")
    serial = item.found_code if line is not None and item.found_code in line.serial_numbers else ""
    return HandoverRow(
        rt_number=item.rt_number,
        sku=_plain(item.sku),
        item=_plain(name),
        variant=_plain(item.variant),
        grade=str(item.decision["grade"]) if item.decision is not None else "",
        findings=_plain(findings_line(desk, item)),
        reason=localised(lists.word("reasons", expected.reason).texts) if expected is not None else "",
        value=line.unit_price if line is not None else None,
        serial=_plain(serial),
        container=container,
    )


def _plain(text: str) -> str:
    """`text` of an order system without control characters, which no document takes."""
    return "".join(" " if unicodedata.category(one) in ("Cc", "Cs") else one for one in text)
