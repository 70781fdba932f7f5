"""Text set in points for office paper: face per script, widths as the fonts have them, lines broken as Chinese is.

Labels are set in printer dots (`documents.typesetting`); a page of paper has none, and a list of five hundred rows is
set so in a fifth of the time. What may stand on a line and where it may break is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from inspection_station.documents.fonts import Weight, pdf_font
from inspection_station.documents.typesetting import ELLIPSIS, clean, faces, pieces_of

LONGEST = 5000  # characters of one text that are looked at
_PER_EM = 1000  # reportlab's unit of a character's width


@dataclass(frozen=True)
class Style:
    """How a text is set: em in points, weight, grey (0 is black)."""

    size: float
    weight: Weight = Weight.REGULAR
    grey: float = 0.0


def tidy(text: str) -> str:
    """`text` as it can be printed, on one line (see `typesetting.clean`)."""
    return clean(text, LONGEST)


@lru_cache(maxsize=65536)
def _advance(face: str, character: str) -> float:
    font = pdf_font(face).face
    return float(font.charWidths.get(ord(character), font.defaultWidth))


@lru_cache(maxsize=16384)
def width_of(text: str, size: float, weight: Weight) -> float:
    """Points that `text` (tidied) takes on one line."""
    return sum(_advance(face, one) for face, piece in faces(text, weight) for one in piece) * size / _PER_EM


def broken(text: str, style: Style, width: float, most: int = 0) -> list[str]:
    """`text` on lines of `width` points, at most `most` of them when given; the last then ends in an ellipsis.

    A piece wider than a line (a long code) is cut anywhere. A wider `text` than nothing gives at least one line.
    """
    return list(_broken(tidy(text), style.size, style.weight, round(width, 2), most))


@lru_cache(maxsize=8192)
def _broken(text: str, size: float, weight: Weight, width: float, most: int) -> tuple[str, ...]:
    lines: list[str] = []
    current, taken = "", 0.0
    for piece in pieces_of(text):
        if current and taken + width_of(piece.rstrip(), size, weight) > width:
            lines.append(current.rstrip())
            current, taken, piece = "", 0.0, piece.lstrip()
        while not current and (cut := _beginning(piece.rstrip(), size, weight, width)) < len(piece.rstrip()):
            lines.append(piece[:cut])
            piece = piece[cut:]
        current += piece
        taken += width_of(piece, size, weight)
    if current.strip():
        lines.append(current.rstrip())
    if most and len(lines) > most:
        last = shortened("".join(lines[most - 1 : most + 1]), size, weight, width)
        return (*lines[: most - 1], last)
    return tuple(lines)


def _beginning(piece: str, size: float, weight: Weight, width: float) -> int:
    """How many characters of `piece` fit `width`; at least one."""
    taken, count = 0.0, 0
    for character in piece:
        taken += width_of(character, size, weight)
        if taken > width:
            break
        count += 1
    return max(count, 1)


def shortened(text: str, size: float, weight: Weight, width: float) -> str:
    """The longest beginning of `text` (tidied) that fits `width` with an ellipsis."""
    room = width - width_of(ELLIPSIS, size, weight)
    cut = _beginning(text, size, weight, room)
    return text[:cut].rstrip(" -/·,，") + ELLIPSIS


def fitted(text: str, style: Style, width: float, smallest: float) -> tuple[str, Style]:
    """`text` on one line of `width` points: in a smaller size down to `smallest`, then with an ellipsis."""
    told = tidy(text)
    wanted = width_of(told, style.size, style.weight)
    if wanted <= width or not told:
        return told, style
    size = max(smallest, int(style.size * width / wanted * 10) / 10)
    small = Style(size, style.weight, style.grey)
    if width_of(told, size, style.weight) <= width:
        return told, small
    return shortened(told, size, style.weight, width), small
