"""The parcels a bench waits for, as something a code read in a picture is held against."""

from __future__ import annotations

from inspection_station.domain.carriers import Carriers
from inspection_station.domain.identifiers import recognise
from inspection_station.errors import StationProblem
from inspection_station.workflows.ports import ReferenceStore

MOST_REMEMBERED = 1_000  # texts; a camera reads the same few over and over


class WaitingParcels:
    """``text in parcels`` is true when the code names a parcel that waits; each is looked up, none listed.

    A QR code beside the barcode, with the number in a link, names the same parcel. What was looked up is remembered:
    make a new one for every search. May be asked from any thread.
    """

    def __init__(self, reference: ReferenceStore, carriers: Carriers) -> None:
        self._reference, self._carriers = reference, carriers
        self._known: dict[str, bool] = {}

    def __contains__(self, text: object) -> bool:
        if not isinstance(text, str):
            return False
        known = self._known.get(text)
        if known is None:
            known = self._is_waiting(text)
            if len(self._known) < MOST_REMEMBERED:
                self._known[text] = known
        return known

    def _is_waiting(self, text: str) -> bool:
        try:
            names = recognise(text, self._carriers).names
        except StationProblem:
            return False
        return any(self._reference.is_waiting(name) for name in names)
