"""Calibration of a keyboard-wedge scanner: the longest gap that lies between its speed and the fastest typing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from inspection_station.station.scan_pieces import TYPING_MS

SCANS_WANTED = 5
USUAL_GAP_MS = 35  # right for nearly all scanners; less is proposed only for people who type faster than that
NARROWEST = 2  # milliseconds between the longest gap and the scanner's slowest, or the person's fastest
LOWEST, HIGHEST = 20, 80  # what can be set


@dataclass(frozen=True)
class Proposal:
    """What was measured, and the longest gap that follows from it; all in milliseconds.

    Attributes:
        max_gap: to be set.
        slowest_scan: longest gap inside the scans.
        fastest_typing: shortest gap between keys of a person; `TYPING_MS` when nobody typed faster.
        separates: whether `max_gap` tells scans from typing without fail.
    """

    max_gap: int
    slowest_scan: int
    fastest_typing: int
    separates: bool


def propose(scans: Iterable[Iterable[int]], typing: Iterable[int] = ()) -> Proposal:
    """The longest gap to set, from the gaps of some test scans and those of a person's typing.

    It lies in the geometric middle of both, and not below the usual one where typing leaves room for that.

    Raises:
        ValueError: there is no gap of a scan.
    """
    slowest = max((gap for gaps in scans for gap in gaps), default=None)
    if slowest is None:
        raise ValueError("a proposal needs at least one scan")
    fastest = min((TYPING_MS, *typing))
    middle = max(math.sqrt(max(1, slowest) * max(1, fastest)), min(USUAL_GAP_MS, fastest - 10))
    gap = max(LOWEST, min(HIGHEST, round(middle)))
    return Proposal(gap, slowest, fastest, slowest + NARROWEST <= gap <= fastest - NARROWEST)
