"""Numbers and codes: what a scanned text can be, and the numbers a station makes itself.

Sources: GS1 General Specifications section 7.9 (check digit), UPU S10 (postal items), ISO/IEC 7064 MOD 37,36
(tote check character), RFC 9562 (UUIDv7); RT number, label issue and tote code are our own (DECISIONS.md 2, 3).
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspection_station.errors import N_, StationProblem

LONGEST_SCAN = 512  # characters; the longest GS1 element string a label carries is far below
GROUP_SEPARATOR = "\x1d"  # FNC1 of GS1 codes: the only control character a scan may hold
COMMAND_PREFIX = "CMD-"
BADGE_PREFIX = "BADGE-"


class ScanKind(StrEnum):
    """What a scanned text is, by its own form alone; the context decides the rest."""

    BADGE = "badge"
    COMMAND = "command"
    TOTE = "tote"
    RETURN_LABEL = "return_label"
    PRODUCT = "product"
    OTHER = "other"  # a tracking number, an order number, a serial: the expected returns decide


@dataclass(frozen=True)
class Scan:
    """One scan: the text as it came, its normal form for comparing, and what it is by its form."""

    raw: str
    text: str
    kind: ScanKind


@dataclass(frozen=True)
class ReturnLabelCode:
    """An RT number with the label issue its barcode carries (0 when a person typed the number alone)."""

    rt_number: str
    issue: int


def uuid7() -> str:
    """A new UUIDv7 (RFC 9562 section 5.7): sortable by the millisecond it was made."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | int.from_bytes(os.urandom(10), "big") & ((1 << 76) - 1)
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def normalise(raw: str) -> str:
    """The form in which scans are compared: NFKC, no blanks around, upper case.

    Raises:
        StationProblem: ``scan.unreadable`` for an empty, over-long or control-character text.
    """
    text = unicodedata.normalize("NFKC", raw).strip(" \t\r\n").upper()
    bad = any(unicodedata.category(character)[0] == "C" and character != GROUP_SEPARATOR for character in text)
    if not text or len(text) > LONGEST_SCAN or bad:
        raise StationProblem(
            "scan.unreadable", N_("The scanned code cannot be used."), N_("Scan it again, or type the number with F2.")
        )
    return text


# re.ASCII: digits of other scripts are no digits of these codes
_RT = re.compile(r"RT-(\d{6})-(\d{3})(\d{5})(\d{2})?", re.ASCII)
_TOTE = re.compile(r"T-(\d{6})([0-9A-Z])", re.ASCII)
_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}", re.ASCII)


def recognise(raw: str) -> Scan:
    """Say what `raw` is by its form (DECISIONS.md 43); raises as `normalise` does."""
    text = normalise(raw)
    if text.startswith(BADGE_PREFIX):
        kind = ScanKind.BADGE
    elif text.startswith(COMMAND_PREFIX):
        kind = ScanKind.COMMAND
    elif is_tote_code(text):
        kind = ScanKind.TOTE
    elif _RT.fullmatch(text):
        kind = ScanKind.RETURN_LABEL
    elif is_gtin(text):
        kind = ScanKind.PRODUCT
    else:
        kind = ScanKind.OTHER
    return Scan(raw, text, kind)


def rt_number(day: date, station_number: int, counter: int) -> str:
    """The RT number of a returned item: ``RT-YYMMDD-SSSNNNNN`` (18 characters).

    `day` is the site's local day; `counter` counts the station's items and runs 1 … 99999, then starts again
    (the day tells the rounds apart).
    """
    if not 0 <= station_number <= 999:
        raise ValueError("a station number has three digits")
    return f"RT-{day:%y%m%d}-{station_number:03d}{(counter - 1) % 99999 + 1:05d}"


def parse_return_label(text: str) -> ReturnLabelCode | None:
    """The RT number and issue in the text of a label's code; None when it is none."""
    found = _RT.fullmatch(text)
    return ReturnLabelCode(text[:18], int(found[4] or 0)) if found else None


def label_code(rt: str, issue: int) -> str:
    """The text of a label's barcode: the RT number and the two-digit label issue."""
    if not 1 <= issue <= 99:
        raise ValueError("a label issue is 1 to 99")
    return f"{rt}{issue:02d}"


def is_practice_number(rt: str) -> bool:
    """Whether the RT number was made by station 000, which no centre ever enrols (DECISIONS.md 1 and 20)."""
    found = _RT.fullmatch(rt)
    return found is not None and found[2] == "000"


_TOTE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _tote_check(digits: str) -> str:
    """ISO/IEC 7064 MOD 37,36 check character (hybrid system, section 9)."""
    product = 36
    for character in digits:
        total = (product + _TOTE_ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _TOTE_ALPHABET[(37 - product) % 36]


def tote_code(number: int) -> str:
    """The code of the site's tote `number`: ``T-NNNNNN`` and a check character."""
    digits = f"{number:06d}"
    if len(digits) != 6 or number < 1:
        raise ValueError("a tote number is 1 to 999999")
    return f"T-{digits}{_tote_check(digits)}"


def is_tote_code(text: str) -> bool:
    """Whether `text` is a tote code with a right check character."""
    found = _TOTE.fullmatch(text)
    return found is not None and found[2] == _tote_check(found[1])


def gtin_check_digit(digits: str) -> str:
    """The GS1 mod-10 check digit for `digits` (without one)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Whether `text` is a GTIN-8, -12, -13 or -14 with a right check digit."""
    digits = text.isascii() and text.isdigit() and len(text) in (8, 12, 13, 14)
    return digits and gtin_check_digit(text[:-1]) == text[-1]


def gtin14(text: str) -> str:
    """The 14-digit form in which GTINs of different lengths compare equal."""
    return text.zfill(14)


def is_s10(text: str) -> bool:
    """Whether `text` is a UPU S10 item identifier with a right check digit (weights 8 6 4 2 3 5 9 7)."""
    found = _S10.fullmatch(text)
    if not found:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(found[1], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = 11 - total % 11
    return int(found[2]) == {10: 0, 11: 5}.get(check, check)


_CARRIER_PREFIXES = (
    (re.compile(r"SF\d{12,13}", re.ASCII), "SF"),
    (re.compile(r"JD[A-Z]?\d{11,15}", re.ASCII), "JD"),
    (re.compile(r"JT\d{13}", re.ASCII), "JT"),
    (re.compile(r"DPK\d{9,12}", re.ASCII), "DPK"),
    (re.compile(r"YT\d{13,15}", re.ASCII), "YT"),
)


def carrier_hint(tracking_number: str) -> str:
    """The carrier a tracking number suggests by a clear prefix (SF, JD, JT, DPK, YT, S10), or an empty text.

    Carriers publish no grammar and their patterns overlap: a hint for the eye, never a decision.
    """
    for pattern, carrier in _CARRIER_PREFIXES:
        if pattern.fullmatch(tracking_number):
            return carrier
    return "S10" if is_s10(tracking_number) else ""


def grouped(number: str) -> str:
    """A long number in groups of four from the first digit on, as people read it aloud."""
    found = re.fullmatch(r"([A-Z]*)(\d{8,})", number)
    if not found:
        return number
    digits = found[2]
    return found[1] + " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
