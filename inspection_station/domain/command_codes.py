"""The texts of command codes: what a printed code says in place of a key (DECISIONS.md 44).

``CMD-`` and a name. A single letter or digit is the key of that name; dispositions have a word each, the shipped ones
with long codes a shorter one, so that their bars fit half a sheet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

COMMAND_PREFIX = "CMD-"
KEYS = frozenset("1234567890BCEFHIJKLNOPQRSTUVWXYAZ")
"""Keys with a code of their own: digits, normal, kinds of defect, parts, severities, parties, by eye."""
SHORT_DISPOSITIONS: Mapping[str, str] = {
    "restock_open_box": "OPEN-BOX", "return_to_vendor": "TO-VENDOR", "return_to_buyer": "TO-BUYER",
    "carrier_claim": "CLAIM",
}  # fmt: skip


def disposition_name(code: str) -> str:
    """The name after ``CMD-`` for the disposition `code` of the lists."""
    return SHORT_DISPOSITIONS.get(code, code.upper().replace("_", "-"))


def disposition_named(name: str, known: Collection[str]) -> str:
    """Which of the `known` dispositions the name after ``CMD-`` means, long or short; empty when none."""
    return next((code for code in known if name in (disposition_name(code), code.upper().replace("_", "-"))), "")
