"""How the things at the bench are, kept together for the status strip: camera, printer, sync, disk; and its scale."""

from __future__ import annotations

import shutil
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from inspection_station.i18n import N_
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.bench_scale import BenchScale
from inspection_station.station.frame_views import Devices
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.sync_runner import SyncRunner

STATUS_MS = 2_000


class BenchDevices(QObject):
    """Listens to the devices, looks at the disk now and then, and tells when something is different.

    Signals:
        changed(): `now` is another value.
        ticked(): two seconds have passed (for the clock).
    """

    changed = Signal()
    ticked = Signal()

    def __init__(
        self, station: Station, background: Background, camera: BenchCamera, prints: PrintQueue, sync: SyncRunner,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._station, self._background, self._camera, self._sync = station, background, camera, sync
        self.now = Devices(enrolled=sync.enrolled)
        self.scale = BenchScale(background, self)
        self._timer = QTimer(self, interval=STATUS_MS)
        self._timer.timeout.connect(self.look)
        prints.status_changed.connect(lambda status: self._note(printer=status))
        camera.state_changed.connect(lambda state: self._note(camera=state))
        sync.changed.connect(lambda state: self._note(sync=state))

    def start(self) -> None:
        """Look after the devices from now on."""
        self._timer.start()
        self.scale.use(self._station.settings.scale)
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self.scale.stop()

    def look(self) -> None:
        """The disk's room and the labels that wait; none of it is asked on the GUI thread."""
        self.ticked.emit()
        minimum = self._station.settings.storage.min_free_mb * 1024 * 1024
        station, refused = self._station, self._sync.state.counts.refused
        self._background.run(
            lambda: (
                shutil.disk_usage(station.folder).free, station.labels.count_waiting(),
                station.attention.count_open() if refused else 0,
            ),
            lambda seen: self._note(
                free_bytes=seen[0], labels_waiting=seen[1], attention=seen[2], minimum_bytes=minimum,
                camera=self._camera.state, camera_name=self._camera_words(), enrolled=self._sync.enrolled,
            ),
        )  # fmt: skip

    def _note(self, **changed: object) -> None:
        devices = replace(self.now, **changed)  # type: ignore[arg-type]
        if devices != self.now:
            self.now = devices
            self.changed.emit()

    def _camera_words(self) -> str:
        frame = self._camera.latest()
        if frame is None:
            return ""
        rows, columns = frame.image.shape[:2]
        return N_("Simulated") if self._camera.camera.name == "simulated" else f"{columns} × {rows}"
