"""How much may be spent on one picture: counted in pixels looked at, so that a picture always gives the same result."""

from __future__ import annotations

from inspection_station.devices.barcodes.symbologies import Kinds

# Work per pixel, in units of one zxing-cpp call with its default options, as measured.
COST = {Kinds.EVERY: 0.25, Kinds.LINEAR: 0.12, Kinds.MATRIX: 0.15, Kinds.STACKED: 0.1}
COST_OF_ZBAR = 1.2
COST_OF_CUTTING = 0.15
THOROUGH = (2.8, 60_000.0)  # default calls on the picture, and pixels on top for small ones
LIVE = (0.7, 250_000.0)


class Effort:
    """What is left for one picture; a step that costs more is left out."""

    def __init__(self, pixels: int, thorough: bool) -> None:
        share, floor = THOROUGH if thorough else LIVE
        self._left = share * pixels + floor

    def may_read(self, kinds: Kinds, pixels: float, *, cut: bool = False) -> bool:
        """Take what zxing-cpp costs on so many pixels, with cutting them out first or without."""
        return self._may((COST[kinds] + COST_OF_CUTTING * cut) * pixels)

    def may_ask_zbar(self, pixels: float) -> bool:
        """Take what zbar costs on so many pixels."""
        return self._may(COST_OF_ZBAR * pixels)

    def spend_on_cutting(self, pixels: float) -> None:
        """Take what was spent on cutting out so many pixels."""
        self._left -= COST_OF_CUTTING * pixels

    def _may(self, cost: float) -> bool:
        if cost > self._left:
            return False
        self._left -= cost
        return True
