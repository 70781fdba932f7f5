"""The scale at work: what rests on it when a parcel is scanned, or is put there then, is the parcel's weight.

Each load counts once, and only for a parcel that nobody opened yet: what is unpacked and laid on the scale afterwards
is no parcel, and what still lies there from the one before is not the next one.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from inspection_station.station.asking import Asking
from inspection_station.station.bench_scale import BenchScale
from inspection_station.station.flow import weight_acts
from inspection_station.station.flow.state import Screen
from inspection_station.station.session import Session
from inspection_station.workflows.weighing import wants_weight

NOTHING_OPEN = (Screen.WAITING, Screen.NO_MATCH, Screen.DUPLICATE, Screen.LATE_MATCH, Screen.ELSEWHERE)


class ParcelScale(QObject):
    """Weighs the open parcel by itself, and answers the bench when it asks for a weight."""

    def __init__(self, scale: BenchScale, session: Session, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scale, self._session = scale, session
        self._spent = 0  # the load that was a parcel's weight already, or lies there since one was opened
        asking.resting_weight = lambda: scale.resting
        scale.changed.connect(self._look)
        session.shown.connect(self._look)

    def _look(self, _shown: object = None) -> None:
        now = self._session.now
        case = now.state.case if now is not None else None
        if now is None or case is None or now.state.screen in NOTHING_OPEN:
            return  # what is put there now is the next parcel
        if not wants_weight(case):
            self._spent = self._scale.load
        elif self._scale.resting and self._scale.load != self._spent:
            self._spent = self._scale.load
            step = partial(
                weight_acts.weighed_by_itself, grams=self._scale.resting, inspection_id=case.inspection.id
            )  # fmt: skip
            self._session.do(step, beside=True)
