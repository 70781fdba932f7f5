"""Setting mixed Chinese and Latin text: cleaning, choosing a face per run, measuring, and fitting into a box.

All lengths are whole printer dots. The measure is Pillow's for black-and-white glyphs, which is what a label
printer gets; a PDF of the same layout stretches each run to the same width, so both break lines alike.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor

from inspection_station.documents.fonts import CHINESE, LATIN, Weight, characters_of, pillow_font

MISSING = "〓"  # the geta mark: what Chinese typesetters put where a character is not in the case
ELLIPSIS = "…"
LONGEST_TEXT = 400  # characters; no place on paper takes more, and imported names may be of any length
ONE_LINE_FROM = 0.75  # of the size on several lines
LINE_SPACING = 1.12  # of the em, between baselines on a label

MOST_REPORTED = 500  # different characters without a glyph that are logged in one run of the program

_MEASURE = 96  # dots of the em at which advances are measured
MOST_UNSURE = 0.2  # of a width told from advances alone
_SPARE = 1.35  # of all lines together: that much, and blanks at their ends, which do not count

_LOG = logging.getLogger(__name__)
_reported: set[str] = set()

# Signs that both families have but draw for their own script: they follow the text they stand in.
_SHARED_SIGNS = frozenset("·•“”‘’…—–→←×°≠≤≥")
_ALWAYS_CHINESE = frozenset("①②③④⑤⑥⑦⑧⑨⑩")  # Inter draws them larger than the text they number
_NUMBERING = frozenset(f"{number} " for number in _ALWAYS_CHINESE)  # stays with what it numbers
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

    The first run begins `lead` dots from the left edge: some letters reach out before their origin. Letters are
    `stretch` times as many dots wide as on paper with as many dots across as down.
    """

    runs: tuple[Run, ...]
    size: int
    width: int
    above: int
    below: int
    lead: int
    stretch: float = 1.0

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
    A character that no shipped face has is printed as what it stands for where Unicode says so (𝐀 as A); any other
    (an emoji, Arabic, 𠮷) becomes `MISSING`, so that a reader sees that something stood there. What is written from
    right to left is among these, so no line ever runs backwards.
    """
    composed = unicodedata.normalize("NFC", text[:most])
    kept = "".join(" " if character.isspace() else _printable(character) for character in composed)
    return " ".join(kept.split())


def unprintable(text: str, most: int = LONGEST_TEXT) -> tuple[str, ...]:
    """The characters of `text` in whose places `clean` puts `MISSING`, each once."""
    composed = unicodedata.normalize("NFC", text[:most])
    return tuple(dict.fromkeys(one for one in composed if one != MISSING and _printable(one) == MISSING))


@lru_cache(maxsize=8192)
def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cf") or category[0] == "M":
        return ""
    if _has_glyph(character):
        return character
    meant = unicodedata.normalize("NFKC", character)
    if meant != character and all(map(_has_glyph, meant)):
        return meant
    _report(character)
    return MISSING


def _has_glyph(character: str) -> bool:
    """Whether a shipped face has it; the weights of a family have the same characters.

    What a face has for private use is something else than what the text's author meant.
    """
    faces_of_both = (LATIN[Weight.REGULAR], CHINESE[Weight.REGULAR])
    return unicodedata.category(character) != "Co" and any(
        ord(character) in characters_of(face) for face in faces_of_both
    )


def _report(character: str) -> None:
    """Log once a process that no font has the character; not without end where nothing can be read at all."""
    if character in _reported or len(_reported) >= MOST_REPORTED:
        return
    _reported.add(character)
    name = unicodedata.name(character, "")
    _LOG.info("no font has U+%04X %s: %s is printed in its place", ord(character), name, MISSING)


def missing_characters() -> tuple[str, ...]:
    """The characters that were to be set since the program began and that no font has."""
    return tuple(sorted(_reported))


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
        if character in _ALWAYS_CHINESE:
            latin = False
        face = LATIN[weight] if latin else CHINESE[weight]
        if pieces and pieces[-1][0] == face:
            pieces[-1] = (face, pieces[-1][1] + character)
        else:
            pieces.append((face, character))
    return pieces


@lru_cache(maxsize=4096)
def set_line(text: str, size: int, weight: Weight, stretch: float = 1.0) -> Line:
    """`text` (cleaned) as one line at an em of `size` dots; `stretch` are the dots across for one dot down."""
    runs: list[Run] = []
    above, below = round(size * 0.88), round(size * 0.14)
    lead = origin = end = 0
    for face, piece in faces(text, weight):
        font = pillow_font(face, size)
        left, top, right, bottom = (int(edge) for edge in font.getbbox(piece, mode="1", anchor="ls"))
        above, below = max(above, -top), max(below, bottom)
        lead = max(lead, -(origin + floor(left * stretch)))
        end = max(end, origin + ceil(right * stretch))
        runs.append(Run(piece, face, round(font.getlength(piece, mode="1") * stretch)))
        origin += runs[-1].width
    return Line(tuple(runs), size, lead + max(origin, end), above, below, lead, stretch)


def _is_code(neighbours: str) -> bool:
    """Whether a dot between these two stands inside a code (9F3A·71C0)."""
    return len(neighbours) == 2 and neighbours.isascii() and neighbours.isalnum()


def pieces_of(text: str) -> list[str]:
    """`text` cut where a line may break: around Chinese characters, after blanks, slashes and hyphens of words.

    Codes (T-000001) stay whole: a hyphen beside a digit is no place to break.
    """
    pieces: list[str] = []
    for place, character in enumerate(text):
        before = pieces[-1][-1] if pieces else ""
        may_break = (
            before != ""
            and character not in _NEVER_FIRST
            and before not in _NEVER_LAST
            and character != " "
            and pieces[-1][-2:] not in _NUMBERING
            and not (before == "·" and _is_code(text[place - 2 : place - 1] + character))
            and (before in " /_" or is_chinese(before) or is_chinese(character) or before in _NEVER_FIRST
                 or (before == "-" and character.isalpha() and text[place - 2 : place - 1].isalpha()))
        )  # fmt: skip
        if may_break or not pieces:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


@lru_cache(maxsize=16384)
def _advance(character: str, weight: Weight, chinese: bool) -> float:
    """About how wide a character is, in em; some signs are wider in Chinese text."""
    face, _ = faces(("一" if chinese else "") + character, weight)[-1]
    return pillow_font(face, _MEASURE).getlength(character) / _MEASURE


def _about(text: str, size: int, weight: Weight, stretch: float) -> float:
    """About how many dots `text` takes, for a first look; hinting moves every advance by up to half a dot."""
    chinese = any(map(is_chinese, text))
    return sum(_advance(character, weight, chinese) for character in text) * size * stretch


def _fits(text: str, size: int, weight: Weight, width: int, stretch: float) -> bool:
    """Whether `text` fits on a line of `width` dots; measured only where a first look does not tell."""
    about, unsure = _about(text, size, weight, stretch), min(MOST_UNSURE, 2.2 / size)
    if about * (1 - unsure) > width:
        return False
    return about * (1 + unsure) + 2 < width or set_line(text, size, weight, stretch).width <= width


def _shortened(text: str, size: int, weight: Weight, width: int, stretch: float) -> Line:
    """The longest beginning of `text` that fits with an ellipsis (at least the ellipsis, whatever the width)."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(text[:middle].rstrip(" -/·,，") + ELLIPSIS, size, weight, width, stretch):
            low = middle
        else:
            high = middle - 1
    return set_line(text[:low].rstrip(" -/·,，") + ELLIPSIS, size, weight, stretch)


def wrap(
    text: str, size: int, weight: Weight, width: int, most: int, stretch: float = 1.0, *, shorten: bool = True
) -> tuple[list[Line], bool]:
    """`text` on at most `most` lines of `width` dots; True when the last one had to be shortened.

    Without `shorten` such a last line is left out.
    A piece wider than a line (a long code) is parted, after a hyphen where that leaves it half a line.
    """
    lines: list[Line] = []
    current = ""
    rest = pieces_of(text)
    while rest:
        piece = rest.pop(0)
        if _fits((current + piece).rstrip(), size, weight, width, stretch):
            current += piece
            continue
        if len(lines) + 1 == most:
            if not shorten:
                return lines, True
            return [*lines, _shortened(current + piece + "".join(rest), size, weight, width, stretch)], True
        if current.strip():
            lines.append(set_line(current.strip(), size, weight, stretch))
            current = ""
            rest.insert(0, piece.lstrip())
        else:
            cut = _longest_beginning(piece, size, weight, width, stretch)
            hyphen = piece.rfind("-", 0, cut) + 1
            cut = hyphen if 2 * hyphen >= cut and cut < len(piece) else cut
            lines.append(set_line(piece[:cut], size, weight, stretch))
            rest.insert(0, piece[cut:])
    if current.strip():
        lines.append(set_line(current.strip(), size, weight, stretch))
    return lines, False


def _longest_beginning(piece: str, size: int, weight: Weight, width: int, stretch: float) -> int:
    low, high = 1, len(piece)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _fits(piece[:middle], size, weight, width, stretch)
        low, high = (middle, high) if fits else (low, middle - 1)
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


def _on_one_line(text: str, width: int, size: int, smallest: int, weight: Weight, stretch: float) -> Line | None:
    """`text` on one line not much smaller than `size`, when it fits."""
    for less in range(size, max(smallest, ceil(ONE_LINE_FROM * size)) - 1, -1):
        if _fits(text, less, weight, width, stretch):
            return set_line(text, less, weight, stretch)
    return None


def fit(
    text: str, width: int, height: int, *, largest: int, smallest: int, weight: Weight = Weight.REGULAR, most: int = 1,
    stretch: float = 1.0, shorten: bool = True,
) -> Fitted:
    """`text` in a box of `width` × `height` dots: as large as possible, on up to `most` lines, shortened only at last.

    Sizes go from `largest` down to `smallest` dots; at each size one line is tried first, then more, and one line that
    is not much smaller is better than several: what people say in one breath they read in one line. Words and codes
    are parted only where they fit whole at no size. When nothing holds all of the text at the smallest size, as many
    lines as fit are kept and the last ends in an ellipsis; without `shorten` none is.
    """
    wanted = clean(text)
    if not wanted:
        return Fitted((), 0, 0, False)
    words = {piece.strip() for piece in pieces_of(wanted) if len(piece) > 1}
    about = _about(wanted, 1, weight, stretch)
    for parted in (False, True) if most > 1 else (False,):
        for size in range(largest, smallest - 1, -1):
            if about * size > _SPARE * most * width:
                continue
            if not parted and not all(_fits(word, size, weight, width, stretch) for word in words):
                continue
            for count in range(1, most + 1):
                if about * size > _SPARE * count * width:
                    continue
                lines, cut = wrap(wanted, size, weight, width, count, stretch, shorten=False)
                if height_of(lines) > height:
                    break
                if not cut and all(line.width <= width for line in lines):
                    if count > 1 and (one := _on_one_line(wanted, width, size, smallest, weight, stretch)):
                        lines = [one]
                    return Fitted(tuple(lines), height_of(lines), max(line.width for line in lines), False)
    if not shorten:
        return Fitted((), 0, 0, True)
    for size in range(smallest, 3, -1):  # below the smallest size only where a line would not fit the box at all
        for count in range(most, 0, -1):
            lines, cut = wrap(wanted, size, weight, width, count, stretch)
            if height_of(lines) <= height and all(line.width <= width for line in lines):
                return Fitted(tuple(lines), height_of(lines), max(line.width for line in lines), cut)
    return Fitted((), 0, 0, True)
