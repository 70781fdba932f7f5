"""Originals fetched back from the centre, one after the other, on a thread of their own."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background, DeviceLane
from inspection_station.station.presenting.original import OriginalView, failed, fetching
from inspection_station.sync.original_fetch import FetchEnded, offline

CENTRE = DeviceLane("originals")
STEP = 64 * 1024  # bytes between two words about how far it is


@dataclass
class _Progress:
    told: int = 0


class OriginalDesk(QObject):
    """Fetches photos and knows how each stands.

    Signals:
        changed(str): the photo with this SHA-256 stands otherwise. fetched(str): it is here.
    """

    changed = Signal(str)
    fetched = Signal(str)
    _came = Signal(str, int, int)

    def __init__(self, station: Station, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station, self._background = station, background
        self._views: dict[str, OriginalView] = {}
        self._came.connect(self._progressed)

    def view(self, sha256: str) -> OriginalView | None:
        """How the fetch of this photo stands; None when nobody asked for it, or it is here."""
        return self._views.get(sha256)

    def fetch(self, sha256: str) -> None:
        """Fetch the photo, unless that is being done."""
        known = self._views.get(sha256)
        if known is not None and known.state == "fetching":
            return
        self._show(sha256, fetching(0, 0))
        station, background, progress = self._station, self._background, _Progress()

        def arriving(here: int, whole: int) -> None:
            if background.is_closing:
                raise FetchEnded
            if here - progress.told >= STEP:
                progress.told = here
                self._came.emit(sha256, here, whole)

        def work() -> str:
            originals = station.originals
            if originals is None or background.is_closing:
                raise offline()
            return originals.fetch(sha256, arriving)

        def note(moment: str) -> None:
            background.run(
                lambda: station.safe_photos.came_back(sha256, moment), lambda _none: self._arrived(sha256),
                lambda error: self._failed(sha256, error),
            )  # fmt: skip

        background.run(work, note, lambda error: self._failed(sha256, error), lane=CENTRE)

    def _progressed(self, sha256: str, here: int, whole: int) -> None:
        known = self._views.get(sha256)
        if known is not None and known.state == "fetching":
            self._show(sha256, fetching(here, whole))

    def _arrived(self, sha256: str) -> None:
        self._views.pop(sha256, None)
        self.changed.emit(sha256)
        self.fetched.emit(sha256)

    def _failed(self, sha256: str, error: Exception) -> None:
        if isinstance(error, StationProblem):
            self._show(sha256, failed(error))
            return
        self._views.pop(sha256, None)
        self.changed.emit(sha256)
        if not isinstance(error, FetchEnded):
            raise error  # a fault of the program: told as one

    def _show(self, sha256: str, view: OriginalView) -> None:
        self._views[sha256] = view
        self.changed.emit(sha256)
