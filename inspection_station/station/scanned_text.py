"""What is known of a scan: its text for comparing, its timing, whether it is a bounce of the trigger."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from inspection_station.domain.gs1_codes import FNC1
from inspection_station.domain.identifiers import LONGEST_SCAN
from inspection_station.errors import N_, StationProblem

DUPLICATE_WINDOW_MS = 1500
TOO_SLOW = "scan.too_slow"
TEST_CODE = "CMD-TEST"
"""Shows on the scanner's card how it arrived; does nothing anywhere."""
_IDENTIFIER = re.compile(r"\]([A-Za-z])[0-9A-Za-z]")  # of the symbology (ISO/IEC 15424), where a scanner sends it


@dataclass(frozen=True)
class ScanFacts:
    """What is known of the last scan, for the scanner's card in the settings.

    Attributes:
        text: the code after normalisation.
        raw: the code as it was typed.
        gaps: milliseconds between its characters (and the terminator), by their time stamps.
        duration_ms: from the first character to the last key.
        terminator: ``Enter``, ``Tab`` or ``none``.
        source: ``wedge``, ``serial`` or ``camera``.
    """

    text: str
    raw: str
    gaps: tuple[int, ...]
    duration_ms: int
    terminator: str
    source: str = "wedge"


def normalise_scan(raw: str) -> str:
    """`raw` with full-width forms made half-width (NFKC) and outer blanks gone.

    Raises:
        StationProblem: it is empty, too long for any code, or holds a control or formatting character other than
            GS1's FNC1 (``scan.control``): whatever comes out of here, `identifiers.recognise` takes.
    """
    text = "".join(unicodedata.normalize("NFKC", part) for part in raw).strip(" \r\n\t")
    bad = any(unicodedata.category(c)[0] == "C" and c != FNC1 for c in text)
    if not text.strip(f"{FNC1} ") or bad or len(text.upper()) > LONGEST_SCAN:
        raise StationProblem(
            "scan.control", N_("This code cannot be read as text"), N_("Scan it again, or type the number with F2.")
        )
    return text


def apart(raw: str) -> tuple[str, str]:
    """The letter of the symbology identifier in front of a code (empty without one), and the code."""
    plain = unicodedata.normalize("NFKC", raw).strip(" \r\n\t")
    found = _IDENTIFIER.match(plain)
    return (found[1], plain[found.end() :]) if found else ("", plain)


def is_test_code(text: str) -> bool:
    """Whether a scan is the test code, in whatever letters it arrived."""
    return apart(text)[1].upper() == TEST_CODE


def too_slow() -> StationProblem:
    """What is said of a scan that came in pieces."""
    return StationProblem(
        TOO_SLOW, N_("The scanner was too slow; the code was not taken"),
        N_("Scan it again. If this happens often, measure the scanner in Settings (F10)."),
    )  # fmt: skip


def same_code(one: str, other: str) -> bool:
    """Codes are compared without regard to case."""
    return one.casefold() == other.casefold()


class BounceGuard:
    """Tells a trigger bounce: the same parcel code again within 1.5 s."""

    def __init__(self, window_ms: int = DUPLICATE_WINDOW_MS) -> None:
        self._window = window_ms
        self._last = ""
        self._when = float("-inf")

    def is_bounce(self, code: str, now_ms: float) -> bool:
        """True when `code` is to be ignored without a sound; MUST be asked for parcel codes only."""
        bounce = same_code(code, self._last) and now_ms - self._when < self._window
        self._last, self._when = code, now_ms
        return bounce
