"""Numbers of parcels, orders and devices in text that a person or a camera read off a label.

Text read from a picture confuses letters and figures, breaks numbers into groups and prints words before them. What
comes out of here is a proposal in the order of its likeliness; a person confirms it (DECISIONS.md 50).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

SHORTEST, LONGEST = 8, 34  # characters; S10 and RMA numbers on one end, GS1 and serial numbers on the other
MOST = 5  # what fits on the keys 1–5
_LOOK_ALIKE = str.maketrans("OQDILZSGB", "000112568")
_WORD = re.compile(r"[0-9A-Z]+(?:[-.][0-9A-Z]+)*")
_DATE = re.compile(r"(19|20)\d\d[-.]\d\d?[-.]\d\d?")


def folded(text: str) -> str:
    """`text` with look-alikes made one (O and 0, I and 1 …), without anything but letters and figures."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isascii())
    return "".join(filter(str.isalnum, plain)).translate(_LOOK_ALIKE)


def proposed_numbers(lines: Iterable[str], expected: Collection[str] = ()) -> tuple[str, ...]:
    """Up to five numbers that may be meant by `lines` of text, those that are `expected` first.

    An expected number is proposed as it is expected, though the text has look-alikes of its letters.
    """
    by_look = {folded(number): number for number in expected}
    right: dict[str, None] = {}
    others: dict[str, None] = {}
    for line in lines:
        for number in _numbers(line):
            known = by_look.get(folded(number))
            if known is not None:
                right[known] = None
            elif _is_likely(number):
                others[number] = None
    whole = {folded(number): number for number in (*right, *others)}
    unlike = [
        number for number in others if not any(folded(number) in look and number != whole[look] for look in whole)
    ]
    unlike.sort(key=lambda number: (number.isdecimal(), -len(number)))
    return (*right, *unlike)[:MOST]


def _numbers(line: str) -> Iterable[str]:
    """Runs of neighbouring words of a line, grouped numbers joined: the longest runs first."""
    plain = unicodedata.normalize("NFKC", line).upper()
    words = [word for word in _WORD.findall(plain) if not _DATE.fullmatch(word)]
    for length in range(len(words), 0, -1):
        for first in range(len(words) - length + 1):
            group = words[first : first + length]
            number = "".join(group)
            if SHORTEST <= len(number) <= LONGEST and (length == 1 or all(map(_has_figure, group))):
                yield number


def _has_figure(word: str) -> bool:
    return any(letter.isdecimal() for letter in word)


def _is_likely(number: str) -> bool:
    figures = sum(letter.isdecimal() for letter in number)
    return len(number) >= SHORTEST and figures >= max(6, len(number) // 2)
