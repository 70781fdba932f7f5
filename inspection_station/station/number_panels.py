"""The panels that ask for a number: typed (F2), or read by the camera (F3)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.camera_scan import CameraScan
from inspection_station.station.flow.state import BenchState
from inspection_station.station.number_entry import NumberEntry, NumberReading, number_wanted
from inspection_station.workflows.expected_parcels import WaitingParcels
from inspection_station.workflows.ports import WaitingReturn


class NumberPanels(QObject):
    """Makes the panels, and answers what they ask for. `lay` puts a parcel under the demo's camera; None at a bench.

    Signals:
        entered(str, bool): a number; whether it was scanned, not typed.
        scanned(str): a code in the live picture.
        typing_wanted(): the number is to be typed instead of scanned.
    """

    entered = Signal(str, bool)
    scanned = Signal(str)
    typing_wanted = Signal()

    def __init__(
        self,
        station: Station,
        background: Background,
        camera: BenchCamera,
        lay: Callable[[str], object] | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._camera, self._lay = station, background, camera, lay
        self.reading = NumberReading(background, parent=self)

    def typing(self, parent: QWidget, state: BenchState) -> NumberEntry | None:
        """F2 over `parent`: type the number a screen waits for; None where it waits for none."""
        title = number_wanted(state)
        if not title:
            return None
        entry = NumberEntry(parent, title, translate("Number"))
        entry.entered.connect(self.entered)
        self.reading.attach(entry, self._camera.latest(), self._station.reference, state.case)
        return entry

    def scanning(self, parent: QWidget, state: BenchState) -> CameraScan | None:
        """F3 over `parent`: the live picture is the scanner while a parcel or a clue to one is awaited, else None."""
        if state.case is not None or state.person is None:
            return None
        carriers = self._station.desk.book.carriers
        panel = CameraScan(
            parent, self._camera, carriers, WaitingParcels(self._station.reference, carriers),
            reads_print=self.reading.is_possible, lays_parcels=self._lay is not None,
        )  # fmt: skip
        panel.scanned.connect(self.scanned)
        panel.taken_in_print.connect(lambda number: self.entered.emit(number, False))
        panel.typing_wanted.connect(self.typing_wanted)
        panel.print_wanted.connect(
            lambda: self.reading.attach(panel, self._camera.latest(), self._station.reference)
        )
        panel.parcel_wanted.connect(lambda: self._lay_next(panel))
        return panel

    def _lay_next(self, panel: CameraScan) -> None:
        """The demo's parcel that waits first lies under the camera."""
        _Laying(panel, self._lay).begin(self._background, self._station)


class _Laying(QObject):
    """Goes with the panel it was asked for: an answer to a closed one is left out."""

    def __init__(self, panel: CameraScan, lay: Callable[[str], object] | None) -> None:
        super().__init__(panel)
        self._panel, self._lay = panel, lay

    def begin(self, background: Background, station: Station) -> None:
        background.run(lambda: station.reference.queue(1)[0], self._take)

    def _take(self, waiting: list[WaitingReturn]) -> None:
        if waiting and self._lay is not None:
            self._lay(waiting[0].tracking_number)
            self._panel.tell(translate("The next parcel lies under the camera."))
        else:
            self._panel.tell(translate("No parcel waits in the demo any more."))
