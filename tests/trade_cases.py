"""What a person of the trade would say of an item, one sentence each, and the rules that must decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from factories import expected, item, line, rule_book

from inspection_station.domain.answers import possible_defects
from inspection_station.domain.inspection import Finding, Item
from inspection_station.domain.money import Money
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.domain.verdict import Verdict, decide

TODAY = date(2026, 11, 21)
BOOK = rule_book()
LATE = "2026-10-01"  # delivered long before the window's end
PRICE = Money(25900)
DEAR = Money(250_000)


def found(category: str, code: str, severity: str = "major") -> Finding:
    """A defect of that code, under the first row of the category's checklist that has it."""
    for row in BOOK.template_for(category).questions:
        for one in possible_defects(row):
            if one.code == code:
                return Finding(f"f-{code}", row.id, one.type, code, severity)
    return Finding(f"f-{code}", f"a row about {code}", code, code, severity)


@dataclass(frozen=True)
class TradeCase:
    """One item: its defects as "code" or "code:severity", what else is found out, what was announced, the rules."""

    rules: str  # grade liability refund disposition needs_lead
    defects: str = ""
    category: str = "apparel"
    of_item: Mapping[str, Any] = field(default_factory=dict)
    announced: Mapping[str, Any] | None = field(default_factory=dict)
    price: Money = PRICE
    vendor: str = "V-LOCAL"

    @property
    def item(self) -> Item:
        """The item as it lies on the bench."""
        parts = [one.partition(":") for one in self.defects.split()]
        findings = tuple(found(self.category, code, severity or "major") for code, _, severity in parts)
        return item(self.category, findings=findings, **self.of_item)

    @property
    def expected(self) -> ExpectedReturn | None:
        """The return that announced it; None when nobody did."""
        if self.announced is None:
            return None
        lines = (line(category=self.category, unit_price=self.price, vendor=self.vendor),)
        return expected(**{"lines": lines, **self.announced})

    @property
    def verdict(self) -> Verdict:
        """What the shipped rules say of it."""
        return decide(BOOK, self.item, self.expected, TODAY)


def case(rules: str, defects: str = "", category: str = "apparel", **facts: Any) -> TradeCase:
    """A case; `facts` of the item are prefixed ``item_``, those of the return ``announced_``, others as they are."""
    of_item = {name.removeprefix("item_"): value for name, value in facts.items() if name.startswith("item_")}
    said = "announced_"
    announced = {name.removeprefix(said): value for name, value in facts.items() if name.startswith(said)}
    rest = {name: value for name, value in facts.items() if not name.startswith(("item_", said))}
    return TradeCase(rules, defects, category, of_item, **{"announced": announced, **rest})


_GRADED = {"value": "C", "reason": "seen", "person": "p"}
_HYGIENE = "cosmetics"

CASES: dict[str, TradeCase] = {
    "nothing is wrong with it": case("G09 L02 R06 D04 N03"),
    "it was only opened to look": case("G09 L02 R06 D04 N03", category="electronics"),
    "the hangtag was cut off": case("G05 L04 R08 D12 N03", "tag_removed:minor"),
    "the wash label was cut": case("G05 L04 R08 D12 N03", "wash_label_cut"),
    "a slight stain": case("G08 L08 R06 D05 N03", "stain:minor"),
    "it was washed": case("G05 L04 R08 D12 N03", "washed:minor"),
    "torn badly, and nobody said so": case("G04 L08 R29 D12 N03", "deformation:critical"),
    "a coat of high value torn, and nobody said so": case("G04 L08 R29 D12 N06", "crack:critical", price=DEAR),
    "a cream whose seal is broken": case("G02 L08 R10 D12 N03", "seal_broken", _HYGIENE),
    "a cream that was used": case("G02 L04 R10 D12 N03", "used_consumable", _HYGIENE),
    "a toy whose seal is broken is only opened": case("G08 L08 R06 D05 N03", "seal_broken:minor", "toys"),
    "food that expired within the window": case("G11 L20 R03 D08 N03", "expired", "food"),
    "food that expired long after": case(
        "G11 L04 R05 D12 N03", "expired", "food", announced_delivered_on=LATE,
    ),
    "a phone with the maker's mark altered": case("G03 L19 R09 D03 N04", "serial_altered", "electronics"),
    "a phone still signed in": case("G03 L19 R09 D03 N04", "account_locked", "electronics"),
    "a phone that was opened by force": case("G03 L19 R28 D12 N03", "unauthorised_repair", "electronics"),
    "a phone with the buyer's photos on it": case("G05 L19 R28 D12 N03", "personal_data_left", "electronics"),
    "a slight fault of function": case("G07 L08 R09 D07 N07", "function_fault:minor", "electronics"),
    "a kettle that does not work, as nobody had said": case("G06 L08 R09 D07 N07", "no_power", "appliances"),
    "does not work as the buyer said, and the vendor takes it back": case(
        "G06 L06 R03 D06 N03", "screen_fault", "electronics", announced_reason="function_fault", vendor="V-YUNLU",
        price=Money(59900),
    ),
    "does not work as the buyer said, too cheap for the vendor": case(
        "G06 L06 R03 D07 N03", "screen_fault", "electronics", announced_reason="function_fault", vendor="V-YUNLU",
        price=Money(4999),
    ),
    "does not work as the buyer said, too late for the vendor": case(
        "G06 L06 R03 D07 N03", "screen_fault", "electronics", announced_reason="function_fault", vendor="V-YUNLU",
        announced_delivered_on=LATE,
    ),
    "broken beyond repair as the buyer said, and dear": case(
        "G04 L06 R03 D08 N01", "no_power:critical", "electronics", announced_reason="function_fault", price=DEAR,
    ),
    "a slight flaw, as the buyer said": case(
        "G08 L22 R03 D05 N03", "stain:minor", announced_reason="quality_defect",
    ),
    "faulty as said, but worn since": case(
        "G06 L18 R11 D07 N03", "deformation pilling", announced_reason="quality_defect",
    ),
    "arrived damaged, and it is": case("G06 L05 R03 D07 N03", "crack", "home", announced_reason="damaged_on_arrival"),
    "said to be faulty and nothing is": case("G09 L15 R06 D04 N03", announced_reason="quality_defect"),
    "said to be faulty long after, and nothing is": case(
        "G09 L15 R20 D12 N03", announced_reason="function_fault", announced_delivered_on=LATE,
    ),
    "said to be faulty, nothing is, and it cannot be returned otherwise": case(
        "G09 L15 R21 D12 N03", announced_reason="function_fault", announced_policy_flags=("non_returnable",),
    ),
    "another colour than on the picture, long after": case(
        "G09 L02 R22 D04 N07", announced_reason="colour_or_style", announced_delivered_on=LATE,
    ),
    "back too late": case("G09 L02 R05 D12 N03", announced_delivered_on="2026-11-01"),
    "a kind that cannot be returned without a reason": case(
        "G09 L02 R04 D12 N03", announced_policy_flags=("non_returnable",),
    ),
    "said to be counterfeit": case("G09 L02 R16 D11 N04", announced_reason="counterfeit"),
    "a cable is missing": case("G06 L08 R07 D07 N03", "accessory_missing", "electronics"),
    "a small free gift is missing": case("G08 L08 R26 D05 N03", "gift_missing:minor", "electronics"),
    "the charging case of the earphones is missing": case(
        "G04 L08 R27 D18 N03", "accessory_missing:critical", "electronics",
    ),
    "only the invoice is missing": case("G09 L02 R06 D04 N03", "invoice_missing:critical", "electronics"),
    "parts missing, as the buyer said": case(
        "G06 L07 R03 D07 N03", "accessory_missing", "electronics", announced_reason="short_shipped",
    ),
    "parts of something dear missing, as the buyer said": case(
        "G06 L21 R07 D15 N04", "accessory_missing", "electronics", announced_reason="short_shipped", price=DEAR,
    ),
    "damaged in a box that was damaged before it was opened": case(
        "G06 L09 R03 D09 N03", "crack", "home", item_outside=("outer_damaged",),
    ),
    "damaged on the way, sent without its own box": case(
        "G06 L16 R17 D09 N03", "retail_box_missing crack", "electronics", item_outside=("outer_wet",),
    ),
    "the box was wet but the goods are fine": case("G09 L02 R06 D04 N03", item_outside=("outer_wet",)),
    "the outer box was found damaged only after opening": case("G06 L03 R03 D07 N03", "outer_damaged", "home"),
    "refused at the door and intact, however late": case(
        "G09 L02 R19 D04 N03", announced_kind="refused_delivery", announced_reason="refused_delivery",
        announced_delivered_on=LATE,
    ),
    "refused at the door and dented": case(
        "G06 L14 R03 D07 N03", "dent", "home", announced_kind="refused_delivery", announced_reason="refused_delivery",
    ),
    "refused at the door and does not work": case(
        "G06 L13 R03 D07 N03", "no_power", "electronics", announced_kind="refused_delivery",
        announced_reason="refused_delivery",
    ),
    "exchanged for another size, intact": case(
        "G09 L02 R30 D04 N03", announced_kind="exchange", announced_reason="size_mismatch",
    ),
    "sent in for repair, nothing found": case(
        "G09 L15 R12 D13 N03", category="electronics", announced_kind="repair", announced_reason="function_fault",
    ),
    "sent in for repair, and it is broken": case(
        "G06 L06 R12 D14 N03", "no_power", "electronics", announced_kind="repair", announced_reason="function_fault",
    ),
    "a cheap shirt with a stain it had from the maker": case(
        "G06 L06 R03 D17 N03", "stain", announced_reason="quality_defect", price=Money(1900),
    ),
    "not the item of the order": case("G01 L01 R14 D02 N04", item_identity="wrong_item"),
    "the seller had sent the wrong one": case(
        "G01 L10 R13 D02 N04", item_identity="wrong_variant", announced_reason="wrong_item_sent",
    ),
    "another size than was ordered": case("G01 L01 R02 D02 N04", item_identity="wrong_variant"),
    "another serial number than was shipped": case(
        "G01 L01 R14 D02 N04", category="electronics", item_identity="serial_mismatch",
    ),
    "suspected to be counterfeit": case("G01 L01 R02 D02 N04", item_identity="counterfeit_suspected"),
    "an empty parcel": case("G01 L01 R15 D02 N04", item_identity="empty_parcel"),
    "one of two is missing": case("G01 L01 R15 D02 N04", item_identity="missing"),
    "missing, but the return has a second parcel": case(
        "G01 L01 R02 D02 N04", item_identity="missing", announced_tracking_numbers=("SF1", "SF2"),
    ),
    "the buyer says it arrived empty, and empty it comes back": case(
        "G01 L11 R02 D02 N04", item_identity="empty_parcel", announced_reason="empty_parcel",
    ),
    "empty, and the box had been torn before": case(
        "G01 L12 R02 D02 N04", item_identity="empty_parcel", item_outside=("outer_damaged",),
    ),
    "nobody announced it": case(
        "G01 L01 R01 D01 N05", category="general", item_identity="unidentifiable", item_return_id="", item_line=0,
        announced=None,
    ),
    "one more than was announced": case(
        "G01 L01 R01 D19 N04", category="general", item_identity="extra", item_return_id="", item_line=0,
        announced=None,
    ),
    "hazardous": case("G10 L01 R02 D10 N04", item_held="hazardous"),
    "held for another reason": case("G10 L01 R02 D02 N04", item_held="other"),
    "the grade was set by hand": case("G09 L02 R09 D07 N02", item_changes={"grade": _GRADED}),
    "a lead shared it between seller and buyer": case(
        "G08 L08 R18 D05 N03", "stain:minor",
        item_changes={"liability": {"value": {"seller": 60, "buyer": 40}, "reason": "", "person": "p"}},
    ),
    "a lead finds the platform liable": case(
        "G08 L08 R03 D05 N03", "stain:minor",
        item_changes={"liability": {"value": {"platform": 100}, "reason": "", "person": "p"}},
    ),
    "the vendor is liable and takes back what a lead graded": case(
        "G06 L06 R03 D06 N03", "deformation", announced_reason="quality_defect", vendor="V-YUNXI",
    ),
    "a dear phone, intact": case("G09 L02 R06 D04 N03", category="electronics", price=DEAR),
}  # fmt: skip
