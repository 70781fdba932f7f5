"""Which items a lead looks at, and why: the reasons of the review queue 待复核, gravest first."""

from __future__ import annotations

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.weights import LIGHTER
from inspection_station.errors import N_

REASONS: dict[str, str] = {
    "disputed": N_("Two leads decided differently"),
    "decided_again": N_("Decided again at the bench after a lead's decision"),
    "two_benches": N_("Inspected at two benches"),
    "serial_mismatch": N_("Serial number does not match"),
    "counterfeit_suspected": N_("Counterfeit suspected"),
    "wrong_item": N_("Wrong item"),
    "wrong_variant": N_("Wrong variant"),
    "unidentifiable": N_("Cannot be identified"),
    "empty_parcel": N_("Empty parcel"),
    "held": N_("Held"),
    "scrap_asked": N_("Scrap asked"),
    "needs_lead": N_("Asked for by a rule"),
    "high_value": N_("High value"),
    "claim_contradicted": N_("Claim contradicted"),
    "weight_contradicted": N_("Lighter than it left, and nothing found missing"),
    "grade_changed": N_("Grade changed"),
    "photo_waived": N_("Required photo waived"),
    "recheck": N_("Asked to look again"),
    "random_check": N_("Random check"),
}
"""Codes with their words, in the order in which the queue stands."""

CHANGE_REASONS: dict[str, str] = {
    "incoming_defect": N_("Defect on arrival"),
    "misjudged": N_("Bench error"),
    "buyer_proof": N_("Buyer's proof"),
    "vendor_agreed": N_("Vendor accepts"),
}
"""Why a lead decides otherwise than the bench: codes with their words; words of one's own stand for themselves."""

_IDENTITIES = ("serial_mismatch", "counterfeit_suspected", "wrong_item", "wrong_variant", "unidentifiable",
               "empty_parcel")  # fmt: skip


def review_reasons(item: HouseItem, lists: TradeLists, high_value_minor: int = 0) -> tuple[str, ...]:
    """Why a lead looks at the item, gravest first; empty when nobody has to.

    `high_value_minor` is the limit of the item's client in minor units of its currency; 0: none.
    """
    if item.state != "closed":
        return ()
    found = {
        "held": item.disposition == "hold" or bool(item.held),
        "scrap_asked": item.disposition == "scrap",
        "needs_lead": item.needs_lead,
        "high_value": 0 < high_value_minor <= item.price_minor,
        "claim_contradicted": claim_contradicted(item, lists),
        "weight_contradicted": item.weight == LIGHTER and item.identity == "match" and not item.findings,
        "grade_changed": "grade" in item.changed,
        "photo_waived": bool(item.waived),
        "recheck": bool(item.recheck),
        "random_check": item.random_check,
    }
    return tuple(
        reason for reason in REASONS if found.get(reason) or (reason in _IDENTITIES and item.identity == reason)
    )


def claim_contradicted(item: HouseItem, lists: TradeLists) -> bool:
    """Whether the buyer said that something is wrong with it and nothing was found, or nobody said and much was found.

    A claim names sections of the checklist; it is contradicted when the item matched and no defect was found at all.
    """
    claimed = lists.claimed_sections(item.reason) if item.reason else ()
    if not claimed or item.identity != "match":
        return False
    return not item.findings
