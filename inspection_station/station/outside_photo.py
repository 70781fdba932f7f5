"""The parcel's outside photo that the station takes by itself: it waits for a frame that shows the number scanned."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer

from inspection_station.devices.camera import Frame
from inspection_station.domain.checklist import SHOT_OF_PARCEL
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.session import Session
from inspection_station.workflows.inspecting import WantedShot

AGAIN_MS = 250  # between two tries
PATIENCE = 8.0  # seconds until the person is left to take it


class OutsidePhoto(QObject):
    """Tries frame after frame while the outside photo is the next shot, until one counts or `PATIENCE` is over.

    A camera that delivers nothing for a while is waited for as a frame without the number is.
    """

    def __init__(self, session: Session, camera: BenchCamera, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._camera = session, camera
        self._until = 0.0
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._try)
        session.photo_awaited.connect(self._again.start)

    def begin(self) -> None:
        """A parcel was scanned: the next frames may show it."""
        self._until = time.monotonic() + PATIENCE
        self._camera.when_fresh(self._shoot, missed=self._again.start)

    def _try(self) -> None:
        now = self._session.now
        wanted = now.shot.shot if now is not None and now.shot is not None else ""
        if wanted == SHOT_OF_PARCEL and time.monotonic() < self._until:
            self._camera.when_fresh(self._shoot, missed=self._again.start)

    def _shoot(self, frame: Frame) -> None:
        now = self._session.now
        if now is not None and now.state.case is not None and now.no_photo is None:
            wanted = WantedShot(SHOT_OF_PARCEL, True)
            self._session.shoot(frame, wanted, automatic=True, camera=self._camera.camera.name)
