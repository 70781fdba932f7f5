"""Characters that were given back as keys, piece after piece, and may have been one slow scan all the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile

MIN_CHARACTERS = 4  # of a code
MOST_CHARACTERS = 512  # of one scan; a scanner that sends without end fills no memory
PIECES_MS = 150  # pauses up to this length may lie between the pieces of one slow scan
TYPING_MS = 60  # people who type fast leave that much between two keys, and hardly ever less
STAMPS_WRAP = 2**32  # milliseconds; X11 and Windows count in 32 bits and start again after 49.7 days


def stamp_gap(earlier: float, later: float) -> float:
    """Milliseconds between two time stamps of key events, also over the end of a 32-bit count."""
    gap = later - earlier
    return gap + STAMPS_WRAP if gap < -STAMPS_WRAP / 2 else gap


@dataclass
class Pieces:
    """The pieces so far.

    Attributes:
        text: their characters, the newest of many.
        gaps: milliseconds between them.
        longest: characters of the longest piece that came at a scanner's speed.
        end: time stamp of the last character.
        delivered: the last piece was taken as a whole scan without an ending.
        told: the person knows that this scan was not taken.
    """

    text: str = ""
    gaps: tuple[int, ...] = ()
    longest: int = 0
    end: float = float("-inf")
    delivered: bool = False
    told: bool = False

    def add(self, text: str, stamps: list[float]) -> None:
        """One more piece, with the time stamp of each character."""
        both = [self.end, *stamps] if self.text else stamps
        gaps = tuple(round(stamp_gap(*pair)) for pair in pairwise(both))
        self.text = (self.text + text)[-MOST_CHARACTERS:]
        self.gaps = (*self.gaps, *gaps)[-MOST_CHARACTERS:]
        self.longest, self.end = max(self.longest, len(stamps)), stamps[-1]

    def reach(self, stamp: float) -> bool:
        """Whether a key at `stamp` came so soon after them that it may belong to the same scan."""
        gap = stamp_gap(self.end, stamp)
        return bool(self.text) and (gap < TYPING_MS if self.delivered else gap <= PIECES_MS)

    def begin_a_scan(self, stamp: float) -> bool:
        """Whether a code whose first character came at `stamp` goes on where they stopped."""
        return self.longest > 1 or stamp_gap(self.end, stamp) < TYPING_MS

    def are_a_scan(self, stamp: float, more: int = 0) -> bool:
        """Whether they are a scan, with `more` characters that end in Enter from `stamp` on: nobody types like that."""
        return self.longest >= MIN_CHARACTERS or self._newest(stamp) + more >= MIN_CHARACTERS

    def _newest(self, stamp: float) -> int:
        """How many of the last characters came faster than people type, up to a key at `stamp`."""
        gaps = (*self.gaps, stamp_gap(self.end, stamp))
        return sum(1 for _ in takewhile(lambda gap: gap < TYPING_MS, reversed(gaps)))

    def timing(self, stamp: float, whole: bool) -> tuple[str, tuple[int, ...]]:
        """Text and gaps up to the last key at `stamp`; not the `whole`, only what came faster than people type."""
        gaps = (*self.gaps, round(stamp_gap(self.end, stamp)))
        count = self._newest(stamp)
        if whole or self.told or count < MIN_CHARACTERS:
            return self.text, gaps
        return self.text[-count:], gaps[-count:]
