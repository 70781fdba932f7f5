"""Characters that were given back as keys, piece after piece, and may have been one slow scan all the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

MOST_CHARACTERS = 512  # of one scan; a scanner that sends without end fills no memory
PIECES_MS = 150  # pauses up to this length may lie between the pieces of one slow scan
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
        return bool(self.text) and stamp_gap(self.end, stamp) <= PIECES_MS
