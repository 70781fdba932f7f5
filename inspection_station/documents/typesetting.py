"""Setting mixed Chinese and Latin text: cleaning, choosing a face per run, measuring, and fitting into a box.

All lengths are whole printer dots. The measure is Pillow's for black-and-white glyphs, which is what a label
printer gets; a PDF of the same layout stretches each run to the same width, so both break lines alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from inspection_station.documents.fonts import CHINESE, LATIN, Weight, characters_of, pillow_font

MISSING = "〓"  # the geta mark: what Chinese typesetters put where a character is not in the case
ELLIPSIS = "…"
LONGEST_TEXT = 400  # characters; no place on paper takes more, and imported names may be of any length
LINE_SPACING = 1.12  # of the em, between baselines on a label

# Signs that both families have but draw for their own script: they follow the text they stand in.
_SHARED_SIGNS = frozenset("·•“”‘’…—–→←①②③④⑤⑥⑦⑧⑨⑩×°≠≤≥")
_NEVER_FIRST = frozenset("，。、；：！？）】》〉」』”’…·%,.;:!?)]}")
_NEVER_LAST = frozenset("（【《〈「『“‘([{")


@dataclass(frozen=True)
class Run:
    """A piece of one line in one face; `width` is its advance in dots."""

    text: str
    face: str
    width: int


@dataclass(frozen=True)
class Line:
    """One line of text at an em of `size` dots, with all of its ink inside `width`, `above` and `below` (dots).

    The first run begins `lead` dots from the left edge: some letters reach out before their origin.
    """

    runs: tuple[Run, ...]
    size: int
    width: int
    above: int
    below: int
    lead: int

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Fitted:
    """Text made to fit: its lines, all of one size; `shortened` when an ellipsis stands for the rest."""

    lines: tuple[Line, ...]
    height: int
    width: int
    shortened: bool


def clean(text: str, most: int = LONGEST_TEXT) -> str:
    """`text` as it can be printed: one line, composed, no control or combining characters, nothing without a glyph.

    Of a longer text only the first `most` characters are looked at.
    A character that no shipped face has (an emoji, Arabic, 𠮷) becomes `MISSING`, so that a reader sees that
    something stood there.
    """
    composed = unicodedata.normalize("NFC", text[:most])
    kept = "".join(" " if character.isspace() else _printable(character) for character in composed)
    return " ".join(kept.split())


@lru_cache(maxsize=4096)
def _printable(character: str) -> str:
    if unicodedata.category(character)[0] in "CM":
        return ""
    known = ord(character) in characters_of(LATIN[Weight.REGULAR]) or ord(character) in characters_of(
        CHINESE[Weight.REGULAR]
    )
    return character if known else MISSING


def is_chinese(character: str) -> bool:
    """Whether `character` belongs to Chinese text: an ideograph, its punctuation, or a full-width form."""
    point = ord(character)
    return (
        0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFE30 <= point <= 0xFE4F
        or 0xFF00 <= point <= 0xFFEF or 0x20000 <= point <= 0x3FFFF
    )  # fmt: skip


def faces(text: str, weight: Weight) -> list[tuple[str, str]]:
    """`text` (cleaned) cut into (face, piece): Inter for Latin and digits, Noto Sans SC for Chinese and the rest."""
    chinese_text = any(map(is_chinese, text))
    pieces: list[tuple[str, str]] = []
    for place, character in enumerate(text):
        point = ord(character)
        latin = point in characters_of(LATIN[weight]) and not is_chinese(character)
        spaced = character == "·" and text[place - 1 : place] == " "  # the Chinese dot brings its own space
        shared = character in _SHARED_SIGNS and point in characters_of(CHINESE[weight])
        if latin and chinese_text and shared and not spaced:
            latin = False
        face = LATIN[weight] if latin else CHINESE[weight]
        if pieces and pieces[-1][0] == face:
            pieces[-1] = (face, pieces[-1][1] + character)
        else:
            pieces.append((face, character))
    return pieces


@lru_cache(maxsize=2048)
def set_line(text: str, size: int, weight: Weight) -> Line:
    """`text` (cleaned) as one line at an em of `size` dots."""
    runs: list[Run] = []
    above, below = round(size * 0.88), round(size * 0.14)
    lead = origin = end = 0
    for face, piece in faces(text, weight):
        font = pillow_font(face, size)
        left, top, right, bottom = (int(edge) for edge in font.getbbox(piece, mode="1", anchor="ls"))
        above, below = max(above, -top), max(below, bottom)
        lead = max(lead, -(origin + left))
        end = max(end, origin + right)
        runs.append(Run(piece, face, round(font.getlength(piece, mode="1"))))
        origin += runs[-1].width
    return Line(tuple(runs), size, lead + max(origin, end), above, below, lead)


def _pieces(text: str) -> list[str]:
    """`text` cut where a line may break: around Chinese characters, after blanks, hyphens and slashes."""
    pieces: list[str] = []
    for character in text:
        before = pieces[-1][-1] if pieces else ""
        may_break = (
            before != ""
            and character not in _NEVER_FIRST
            and before not in _NEVER_LAST
            and character != " "
            and (before in " -/_" or is_chinese(before) or is_chinese(character) or before in _NEVER_FIRST)
        )
        if may_break or not pieces:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _shortened(text: str, size: int, weight: Weight, width: int) -> Line:
    """The longest beginning of `text` that fits with an ellipsis (at least the ellipsis, whatever the width)."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if set_line(text[:middle].rstrip(" -/·,，") + ELLIPSIS, size, weight).width <= width:
            low = middle
        else:
            high = middle - 1
    return set_line(text[:low].rstrip(" -/·,，") + ELLIPSIS, size, weight)


def wrap(text: str, size: int, weight: Weight, width: int, most: int) -> tuple[list[Line], bool]:
    """`text` on at most `most` lines of `width` dots; True when the last one had to be shortened.

    A piece wider than a line (a long code) is cut through anywhere.
    """
    lines: list[Line] = []
    current = ""
    rest = _pieces(text)
    while rest:
        piece = rest.pop(0)
        if set_line((current + piece).rstrip(), size, weight).width <= width:
            current += piece
            continue
        if len(lines) + 1 == most:
            return [*lines, _shortened(current + piece + "".join(rest), size, weight, width)], True
        if current.strip():
            lines.append(set_line(current.strip(), size, weight))
            current = ""
            rest.insert(0, piece.lstrip())
        else:
            cut = _longest_beginning(piece, size, weight, width)
            lines.append(set_line(piece[:cut], size, weight))
            rest.insert(0, piece[cut:])
    if current.strip():
        lines.append(set_line(current.strip(), size, weight))
    return lines, False


def _longest_beginning(piece: str, size: int, weight: Weight, width: int) -> int:
    low, high = 1, len(piece)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if set_line(piece[:middle], size, weight).width <= width else (low, middle - 1)
    return low


def height_of(lines: Iterable[Line]) -> int:
    """Dots from the top of the first line's ink to the bottom of the last one's."""
    rows = list(lines)
    if not rows:
        return 0
    return rows[0].above + rows[-1].below + sum(step(upper, lower) for upper, lower in pairwise(rows))


def step(upper: Line, lower: Line) -> int:
    """Dots between the baselines of two neighbouring lines: the usual spacing, more where ink would touch."""
    return max(round(upper.size * LINE_SPACING), upper.below + lower.above + 1)


def fit(
    text: str, width: int, height: int, *, largest: int, smallest: int, weight: Weight = Weight.REGULAR, most: int = 1
) -> Fitted:
    """`text` in a box of `width` × `height` dots: as large as possible, on up to `most` lines, shortened only at last.

    Sizes go from `largest` down to `smallest` dots; at each size one line is tried first, then more. When nothing
    holds all of the text at the smallest size, as many lines as fit are kept and the last ends in an ellipsis.
    """
    wanted = clean(text)
    if not wanted:
        return Fitted((), 0, 0, False)
    for size in range(largest, smallest - 1, -1):
        for count in range(1, most + 1):
            lines, cut = wrap(wanted, size, weight, width, count)
            if height_of(lines) > height:
                break
            if not cut:
                return Fitted(tuple(lines), height_of(lines), max(line.width for line in lines), False)
    for size in range(smallest, 3, -1):  # below the smallest size only where a line would not fit the box at all
        for count in range(most, 0, -1):
            lines, cut = wrap(wanted, size, weight, width, count)
            if height_of(lines) <= height and all(line.width <= width for line in lines):
                return Fitted(tuple(lines), height_of(lines), max(line.width for line in lines), cut)
    return Fitted((), 0, 0, True)
