"""Secrets that are told once and kept as a hash: codes, tokens, badges and PINs made by the centre.

Codes, tokens and made badges are long and random, so that SHA-256 is enough; a PIN of six digits is kept as argon2id.
"""

from __future__ import annotations

import hashlib
import secrets
from itertools import pairwise

from inspection_station.domain.identifiers import BADGE_PREFIX

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike
CODE_LENGTH = 16  # 78 bits
BADGE_LENGTH = 12  # 58 bits
PIN_DIGITS = 6


def digest(secret: str) -> str:
    """What is kept of a code, token or badge."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _letters(count: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(count))


def new_code() -> str:
    """A new enrolment code in groups of four."""
    code = _letters(CODE_LENGTH)
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def plain_code(code: str) -> str:
    """A typed code as it is hashed: no dashes, no blanks, upper case."""
    return code.replace("-", "").replace(" ", "").upper()


def new_token() -> str:
    """A new token: 256 bits in URL-safe text."""
    return secrets.token_urlsafe(32)


def new_badge() -> str:
    """The text of a new badge, as its barcode carries it."""
    return BADGE_PREFIX + _letters(BADGE_LENGTH)


def new_pin() -> str:
    """Six random digits, not all alike and not in a row."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
        if not is_easy_pin(pin):
            return pin


def is_easy_pin(pin: str) -> bool:
    """Whether `pin` is among the first that anybody would try: one digit only, or six in a row."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {9})
