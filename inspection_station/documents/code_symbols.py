"""Code 128 and QR as modules, for drawing on whole printer dots.

Code 128: ISO/IEC 15417, code sets B and C, switched so that the symbol is as short as it can be (a program over
all switch points, not the standard's rule of thumb). QR: ISO/IEC 18004 through segno.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

CODE128_QUIET = 10  # modules on each side
QR_QUIET = 4

# Widths of three bars and spaces of the symbol characters 0 … 105, in modules, a blank between two characters
# (ISO/IEC 15417 table 1).
_PATTERNS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
)
_STOP = "2331112"
_START = {"B": 104, "C": 105}
_SWITCH = {"B": 100, "C": 99}
_FNC1 = 102


@dataclass(frozen=True)
class Bars:
    """A linear symbol: widths in modules, bar and space in turn, beginning and ending with a bar."""

    text: str
    widths: tuple[int, ...]

    @property
    def modules(self) -> int:
        """Length of the symbol in modules, quiet zones not counted."""
        return sum(self.widths)


@dataclass(frozen=True)
class Squares:
    """A matrix symbol: rows of modules, True is dark; quiet zone not included."""

    text: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def modules(self) -> int:
        """Modules on a side."""
        return len(self.rows)


def _symbol_characters(text: str) -> list[int]:
    """The shortest sequence of start, data and switch characters for `text` (printable ASCII)."""
    best: dict[str, list[int] | None] = {"B": [_START["B"]], "C": [_START["C"]]}
    table: list[dict[str, list[int] | None]] = [best]
    for place in range(1, len(text) + 1):
        here: dict[str, list[int] | None] = {"B": None, "C": None}
        before = table[place - 1]["B"]
        if before is not None:
            here["B"] = [*before, ord(text[place - 1]) - 32]
        pair = text[place - 2 : place] if place >= 2 else ""
        earlier = table[place - 2]["C"] if place >= 2 else None
        if earlier is not None and pair.isascii() and pair.isdigit():
            here["C"] = [*earlier, int(pair)]
        for one, other in (("B", "C"), ("C", "B")):
            source = here[other]
            if place < len(text) and source is not None and len(source) + 1 < len(here[one] or [0] * 999):
                here[one] = [*source, _SWITCH[one]]
        table.append(here)
    found = [sequence for sequence in table[-1].values() if sequence is not None]
    return min(found, key=len)


@lru_cache(maxsize=64)
def code128(text: str) -> Bars:
    """`text` as Code 128.

    Raises:
        ValueError: empty, or not printable ASCII (code sets B and C hold nothing else).
    """
    if not text or not all(32 <= ord(character) < 127 for character in text):
        raise ValueError("Code 128 holds printable ASCII here")
    return _bars(text, _symbol_characters(text))


@lru_cache(maxsize=64)
def gs1_128(text: str) -> Bars:
    """A GS1 element string of one element as GS1-128: Code 128 with FNC1 in front; raises as `code128` does."""
    code128(text)
    start, *rest = _symbol_characters(text)
    return _bars(text, [start, _FNC1, *rest])


def _bars(text: str, characters: list[int]) -> Bars:
    check = (characters[0] + sum(place * value for place, value in enumerate(characters[1:], 1))) % 103
    patterns = "".join(_PATTERNS[value * 7 : value * 7 + 6] for value in (*characters, check)) + _STOP
    return Bars(text, tuple(int(width) for width in patterns))


@lru_cache(maxsize=64)
def qr(text: str) -> Squares:
    """`text` as QR, error correction M, the smallest version that holds it (20 characters of an RT code: version 1)."""
    import segno  # with the first label, not with the window

    symbol = segno.make_qr(text, error="m", boost_error=False)
    return Squares(text, tuple(tuple(bool(module) for module in row) for row in symbol.matrix))
