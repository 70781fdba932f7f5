"""Numbers that prove themselves: check digits of products, postal items, phones, logistic units and totes.

Sources: GS1 General Specifications section 7.9 (GTIN, SSCC), UPU S10 (postal items), 3GPP TS 23.003 annex B (IMEI, the
Luhn formula of ISO/IEC 7812-1), ISO/IEC 7064 MOD 37,36 (totes).
"""

from __future__ import annotations

import re

LONGEST_GTIN = 14  # digits
# re.ASCII: digits of other scripts are no digits of these codes
_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}", re.ASCII)
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def are_digits(text: str) -> bool:
    """Whether `text` is digits of the codes alone, and at least one."""
    return text.isascii() and text.isdigit()


def gtin_check_digit(digits: str) -> str:
    """The GS1 mod-10 check digit for `digits` (without one)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Whether `text` is a GTIN-8, -12, -13 or -14 with a right check digit."""
    return are_digits(text) and len(text) in (8, 12, 13, 14) and gtin_check_digit(text[:-1]) == text[-1]


def gtin14(text: str) -> str:
    """The 14-digit form in which GTINs of different lengths compare equal."""
    return text.zfill(14)


def is_sscc(text: str) -> bool:
    """Whether `text` is a serial shipping container code: 18 digits with a right check digit."""
    return are_digits(text) and len(text) == 18 and gtin_check_digit(text[:-1]) == text[-1]


def is_s10(text: str) -> bool:
    """Whether `text` is a UPU S10 item identifier with a right check digit (weights 8 6 4 2 3 5 9 7)."""
    found = _S10.fullmatch(text)
    if not found:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(found[1], _S10_WEIGHTS, strict=True))
    check = 11 - total % 11
    return int(found[2]) == {10: 0, 11: 5}.get(check, check)


def luhn_check_digit(digits: str) -> str:
    """The Luhn check digit for `digits` (without one)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        twice = int(digit) * (2 if place % 2 == 0 else 1)
        total += twice - 9 if twice > 9 else twice
    return str(-total % 10)


def is_imei(text: str) -> bool:
    """Whether `text` can be an IMEI: 15 digits with a right check digit, not all of them zero.

    One in ten numbers of fifteen digits is one by chance; what is expected decides.
    """
    return are_digits(text) and len(text) == 15 and text.strip("0") != "" and luhn_check_digit(text[:-1]) == text[-1]


def mod_37_36(text: str) -> str:
    """The check character for `text` (0–9 and A–Z), hybrid system of ISO/IEC 7064 section 9."""
    product = 36
    for character in text:
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]
