"""Expected returns: what the order system announced, before any parcel is on the bench."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inspection_station.domain.check_digits import gtin14
from inspection_station.domain.money import Money


@dataclass(frozen=True)
class ReturnLine:
    """One line of an expected return: a product and how many units of it should come back."""

    line: int
    sku: str
    gtins: tuple[str, ...]
    name_zh: str
    name_en: str
    variant: str
    quantity: int
    category: str
    unit_price: Money
    vendor: str = ""
    vendor_name: str = ""
    serial_numbers: tuple[str, ...] = ()
    accessories: tuple[str, ...] = ()
    picture: str = ""  # SHA-256 of the catalogue picture, or a file name of the demo catalogue

    def is_product_code(self, text: str) -> bool:
        """Whether the normalised scan `text` names this line's product (SKU or any of its GTINs)."""
        if text == self.sku.upper():
            return True
        return text.isascii() and text.isdigit() and gtin14(text) in {gtin14(code) for code in self.gtins}

    def is_code(self, text: str) -> bool:
        """Whether the normalised scan `text` names this line's product or one of the units that were shipped."""
        return self.is_product_code(text) or text in {number.upper() for number in self.serial_numbers}


@dataclass(frozen=True)
class ExpectedReturn:
    """An announced return (RMA). `tracking_numbers` and `lines` are never empty; a window of 0 days has no end."""

    id: str
    return_number: str
    order_number: str
    kind: str
    platform: str
    shop: str
    client: str
    tracking_numbers: tuple[str, ...]
    carrier: str
    buyer_masked: str
    buyer_phone_tail: str
    reason: str
    reason_text: str
    delivered_on: str  # ISO date, site-local
    return_window_days: int
    refund_due: str  # ISO UTC
    policy_flags: tuple[str, ...]
    lines: tuple[ReturnLine, ...] = field(default=())
    outbound_grams: int = 0  # what its parcel weighed when it left; 0: not known

    @property
    def units(self) -> int:
        """How many units should come back."""
        return sum(line.quantity for line in self.lines)


def return_to_json(expected: ExpectedReturn) -> dict[str, Any]:
    """The plain form that is stored and sent."""
    lines = tuple({**vars(line), "unit_price": dict(vars(line.unit_price))} for line in expected.lines)
    plain = {**vars(expected), "lines": lines}
    if not expected.outbound_grams:  # what nobody knows is not told
        del plain["outbound_grams"]
    return plain  # a tenth of the time of `asdict`, for a hundred thousand at once


def return_from_json(data: Mapping[str, Any]) -> ExpectedReturn:
    """The inverse of `return_to_json`; unknown keys are ignored so that an older program reads newer data.

    Raises:
        ValueError, KeyError, TypeError: the data is not of that form, or nothing can be inspected by it (no line, no
            tracking number, no unit, a date that is none).
    """
    lines = tuple(_line_from_json(line) for line in data["lines"])
    numbers = _texts(data["tracking_numbers"])
    if not lines or not numbers or not all(numbers) or len({line.line for line in lines}) != len(lines):
        raise ValueError("a return has lines with a number each, and tracking numbers")
    if data["delivered_on"]:
        date.fromisoformat(data["delivered_on"])
    plain = ("id", "return_number", "order_number", "kind", "platform", "shop", "client", "carrier", "buyer_masked",
             "buyer_phone_tail", "reason", "reason_text", "delivered_on", "refund_due")  # fmt: skip
    return ExpectedReturn(
        **{name: str(data[name]) for name in plain},
        tracking_numbers=numbers,
        return_window_days=int(data["return_window_days"]),
        policy_flags=_texts(data.get("policy_flags", ())),
        lines=lines,
        outbound_grams=int(data.get("outbound_grams", 0)),
    )


def _line_from_json(line: Mapping[str, Any]) -> ReturnLine:
    price = Money(int(line["unit_price"]["minor"]), str(line["unit_price"]["currency"]))
    quantity = int(line["quantity"])
    if quantity < 1 or price.minor < 0:
        raise ValueError("a line has at least one unit, and a price that is not below nothing")
    return ReturnLine(
        line=int(line["line"]),
        sku=str(line["sku"]),
        gtins=_texts(line["gtins"]),
        name_zh=str(line["name_zh"]),
        name_en=str(line["name_en"]),
        variant=str(line["variant"]),
        quantity=quantity,
        category=str(line["category"]),
        unit_price=price,
        vendor=str(line.get("vendor", "")),
        vendor_name=str(line.get("vendor_name", "")),
        serial_numbers=_texts(line.get("serial_numbers", ())),
        accessories=_texts(line.get("accessories", ())),
        picture=str(line.get("picture", "")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise ValueError("must be a list of texts")
    return tuple(value)
