"""What a parcel weighed when it left, and whether what came back weighs so differently that it must be told.

Buyers pack anew, so a parcel may well be heavier, by padding or a box; what is missing from it makes it lighter. The
limits are ours (DECISIONS.md 123): both the grams and the share must be passed.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspection_station.domain.returns import ExpectedReturn

HEAVIEST = 200_000  # grams of a parcel
LIGHTER, HEAVIER = "lighter", "heavier"
_LESS = (50, 50)  # grams, and per mille of what left
_MORE = (200, 200)


def weight_flag(outbound_grams: int, grams: int) -> str:
    """``lighter`` or ``heavier`` than what left by more than a packing explains; empty when not, or not known (0)."""
    if outbound_grams <= 0 or grams <= 0:
        return ""
    difference = grams - outbound_grams
    least, share = _MORE if difference > 0 else _LESS
    if abs(difference) <= least or abs(difference) * 1000 <= outbound_grams * share:
        return ""
    return HEAVIER if difference > 0 else LIGHTER


def outbound_weight(returns: Sequence[ExpectedReturn]) -> int:
    """What a parcel of these returns weighed when it left, in grams; 0 where that is not known of each of them, or one
    came in several parcels."""
    known = [one.outbound_grams for one in returns if len(one.tracking_numbers) == 1]
    return sum(known) if all(known) and len(known) == len(returns) else 0


def percent_off(outbound_grams: int, grams: int) -> int:
    """By how many per cent of what left a weight is off, rounded; below 0 when it is lighter."""
    return round((grams - outbound_grams) * 100 / outbound_grams)
