"""What GS1 codes say: element strings (GS1-128, DataMatrix, DataBar) and Digital Links (QR).

A text of digits can be an element string by chance (a tracking number that begins with 10 or 400). So one is taken for
GS1 only with a sign of it: the symbology identifier of a GS1 code, FNC1 inside, parentheses, or a GTIN, SSCC or GRAI in
front whose check digit is right and which leaves a whole message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspection_station.domain.check_digits import gtin14, gtin_check_digit

if TYPE_CHECKING:
    from biip.gs1_messages import GS1Message

FNC1 = "\x1d"
GS1_SYMBOLS = ("]C1", "]E0", "]E1", "]E2", "]D2", "]Q3", "]J1")  # compared in capitals
_SYMBOL = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_LINK = re.compile(r"https?://", re.IGNORECASE)
_KEYED_LINK = re.compile(r"/(00|01|8003)/[0-9]{14,20}")


@dataclass(frozen=True)
class Gs1Contents:
    """The keys of a GS1 code that matter at a bench; empty where the code has none.

    Attributes:
        gtin: fourteen digits (AI 01).
        serial: of one unit of that product (AI 21), in capitals.
        sscc: of a logistic unit (AI 00).
        grai: of a returnable asset, such as a tote (AI 8003), in capitals.
    """

    gtin: str = ""
    serial: str = ""
    sscc: str = ""
    grai: str = ""


def without_symbol(text: str) -> tuple[str, str]:
    """The symbology identifier (``]C1``, in capitals) that a scanner put in front, if any, and the rest."""
    found = _SYMBOL.match(text)
    return (found[0].upper(), text[3:]) if found and len(text) > 3 else ("", text)


def read_gs1(text: str) -> Gs1Contents | None:
    """What the text of a code says in GS1's terms; None when it is no GS1 code, or none with a key above.

    `text` is as it was read, with FNC1 as ``\\x1d``; letters keep their case, Digital Links need it.
    """
    symbol, rest = without_symbol(text.strip())
    if _LINK.match(rest):
        return _of_link(rest)
    plain = rest.lstrip(FNC1)
    if plain.startswith("("):
        return _of_elements(plain, hri=True)
    signed = symbol in GS1_SYMBOLS or plain != rest or FNC1 in plain
    return _of_elements(plain) if signed or _begins_with_a_key(plain) else None


def _begins_with_a_key(text: str) -> bool:
    for prefix, length in (("01", 14), ("00", 18), ("8003", 14)):
        digits = text[len(prefix) : len(prefix) + length]
        if text.startswith(prefix) and len(digits) == length and digits.isascii() and digits.isdigit():
            return gtin_check_digit(digits[:-1]) == digits[-1]
    return False


def _of_elements(text: str, *, hri: bool = False) -> Gs1Contents | None:
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    try:
        return _keys(GS1Message.parse_hri(text) if hri else GS1Message.parse(text))
    except (ParseError, ValueError):
        return None


def _of_link(text: str) -> Gs1Contents | None:
    if not _KEYED_LINK.search(text):
        return None  # most links on labels and tags are just links
    from biip import ParseError
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        return _keys(GS1DigitalLinkURI.parse(text).as_gs1_message())
    except (ParseError, ValueError):
        return None


def _keys(message: GS1Message) -> Gs1Contents | None:
    values: dict[str, str] = {}
    for element in message.element_strings:
        values.setdefault(element.ai.ai, element.value)
    grai = values.get("8003", "")
    contents = Gs1Contents(
        gtin14(values["01"]) if "01" in values else "",
        values.get("21", "").upper(),
        values.get("00", ""),
        grai[1:].upper(),  # the filler zero in front is no part of it
    )
    right = all(gtin_check_digit(key[:-1]) == key[-1] for key in (contents.gtin, contents.sscc) if key)
    return contents if right and contents != Gs1Contents() else None
