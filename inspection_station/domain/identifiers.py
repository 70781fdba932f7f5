"""Numbers and codes: what a scanned text can be, and the numbers a station makes itself.

Sources: RFC 9562 (UUIDv7); RT number, label issue and tote code are our own (DECISIONS.md 2, 3). Check digits, carriers
and GS1 codes stand in modules of their own; `recognise` is where all come together.
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
from urllib.parse import unquote

from inspection_station.domain.carriers import NO_CARRIERS, Carriers
from inspection_station.domain.check_digits import gtin14, is_gtin, is_imei, mod_37_36
from inspection_station.domain.command_codes import COMMAND_PREFIX
from inspection_station.domain.gs1_codes import FNC1, read_gs1, without_symbol
from inspection_station.errors import N_, StationProblem

LONGEST_SCAN = 512  # characters; the longest GS1 element string a label carries is far below
BADGE_PREFIX = "BADGE-"
MOST_WORDS = 16  # of one text that are looked up


class ScanKind(StrEnum):
    """What a scanned text is, by its own form alone; the context decides the rest."""

    BADGE = "badge"
    COMMAND = "command"
    TOTE = "tote"
    RETURN_LABEL = "return_label"
    PRODUCT = "product"
    TRACKING = "tracking"  # it has the shape of a carrier's number, or holds one or more of them
    IMEI = "imei"  # or a number of fifteen digits that looks like one
    PROSE = "prose"  # a link, JSON or sentence without a number that is known by its form
    OTHER = "other"  # a tracking number, an order number, a serial: the expected returns decide


@dataclass(frozen=True)
class Scan:
    """One scan: the text as it came, its normal form for comparing, and what it is by its form.

    Attributes:
        numbers: tracking numbers (or SSCC) the text holds besides being one itself, as on a QR code beside the barcode.
        words: what else in a longer text could be a number that only the expected returns know.
        gtin: fourteen digits, of a product code or inside a GS1 code.
        serial: the unit's serial number inside a GS1 code.
        carrier: code of the carrier whose shape the number has.
    """

    raw: str
    text: str
    kind: ScanKind
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    gtin: str = ""
    serial: str = ""
    carrier: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which a parcel may be looked up: the text itself first."""
        return tuple(dict.fromkeys((self.text, *self.numbers, *self.words)))


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
    bad = any(unicodedata.category(character)[0] == "C" and character != FNC1 for character in text)
    if not text or len(text) > LONGEST_SCAN or bad:
        raise StationProblem(
            "scan.unreadable", N_("The scanned code cannot be used."), N_("Scan it again, or type the number with F2.")
        )
    return text


# re.ASCII: digits of other scripts are no digits of these codes
_RT = re.compile(r"RT-(\d{6})-(\d{3})(\d{5})(\d{2})?", re.ASCII)
_TOTE = re.compile(r"T-(\d{6})([0-9A-Z])", re.ASCII)
_WORD = re.compile(r"[0-9A-Z][0-9A-Z-]{6,38}[0-9A-Z]")
_PROSE = re.compile(r"://|[\s{}<>=?&\"',;，。]|^WWW\.")  # no number of the trade holds any of these


def recognise(raw: str, carriers: Carriers = NO_CARRIERS) -> Scan:
    """Say what `raw` is by its form (DECISIONS.md 43); raises as `normalise` does.

    A symbology identifier that the scanner puts in front (``]C1``) is taken off. Any number of the trade that a longer
    text holds is named, so that a QR code beside the barcode of a label means the same parcel.
    """
    code = without_symbol(unicodedata.normalize("NFKC", raw).strip(" \t\r\n"))[1]
    text = normalise(code.strip(FNC1) or code)
    if text.startswith(BADGE_PREFIX):
        return Scan(raw, text, ScanKind.BADGE)
    if text.startswith(COMMAND_PREFIX):
        return Scan(raw, text, ScanKind.COMMAND)
    if is_tote_code(text):
        return Scan(raw, text, ScanKind.TOTE)
    if _RT.fullmatch(text):
        return Scan(raw, text, ScanKind.RETURN_LABEL)
    if is_gtin(text):
        return Scan(raw, text, ScanKind.PRODUCT, gtin=gtin14(text))
    carrier, number = carriers.tracking_number(text)
    if number:
        return Scan(raw, text, ScanKind.TRACKING, (number,) if number != text else (), carrier=carrier)
    contents = read_gs1(unicodedata.normalize("NFKC", raw))
    if contents is not None:
        sscc = (contents.sscc,) if contents.sscc else ()
        if contents.grai:
            return Scan(raw, contents.grai, ScanKind.TOTE)
        kind = ScanKind.PRODUCT if contents.gtin else ScanKind.TRACKING if sscc else ScanKind.OTHER
        return Scan(raw, text, kind, sscc, gtin=contents.gtin, serial=contents.serial)
    if is_imei(text):
        return Scan(raw, text, ScanKind.IMEI)
    inside = unquote(text).upper()
    numbers = carriers.tracking_numbers_in(inside)
    prose = bool(_PROSE.search(inside))
    words = tuple(dict.fromkeys(word for word in _WORD.findall(inside) if any(map(str.isdigit, word))))[:MOST_WORDS]
    kind = ScanKind.TRACKING if numbers else ScanKind.PROSE if prose else ScanKind.OTHER
    return Scan(raw, text, kind, numbers, words if prose else (), carrier=carriers.hint(numbers[0]) if numbers else "")


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


def tote_code(number: int) -> str:
    """The code of the site's tote `number`: ``T-NNNNNN`` and a check character."""
    digits = f"{number:06d}"
    if len(digits) != 6 or number < 1:
        raise ValueError("a tote number is 1 to 999999")
    return f"T-{digits}{mod_37_36(digits)}"


def is_tote_code(text: str) -> bool:
    """Whether `text` is a tote code with a right check character."""
    found = _TOTE.fullmatch(text)
    return found is not None and found[2] == mod_37_36(found[1])


def grouped(number: str) -> str:
    """A long number in groups of four from the first digit on, as people read it aloud."""
    found = re.fullmatch(r"([A-Z]*)(\d{8,})", number)
    if not found:
        return number
    digits = found[2]
    return found[1] + " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
