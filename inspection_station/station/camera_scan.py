"""The live picture as a scanner (F3): for a code the handheld does not read, or a bench without one."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from inspection_station.devices.barcodes import CodeRead
from inspection_station.domain.carriers import Carriers
from inspection_station.domain.identifiers import ScanKind, recognise
from inspection_station.errors import StationProblem
from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.camera_view import CameraView
from inspection_station.station.overlay import Overlay
from inspection_station.station.presenting.parcel import lost_camera
from inspection_station.station.views import CameraView as CameraTexts
from inspection_station.station.views import TagView

WIDTH = 1040
GATHER_MS = 400  # from the first read on: other codes of the same label come in as well
RANKS = (ScanKind.TRACKING, ScanKind.RETURN_LABEL, ScanKind.OTHER, ScanKind.IMEI, ScanKind.PRODUCT, ScanKind.PROSE)


def code_meant(texts: Iterable[str], carriers: Carriers) -> str:
    """The text of one scan for what was read in the picture, where a label shows several codes; empty for none.

    A carrier's number goes before other numbers, those before a product code, and a QR code that names the same
    number is that number. Several of the best kind are handed on together: what is expected decides, or it is asked.
    """
    best: dict[int, dict[str, str]] = {}
    for text in texts:
        try:
            scan = recognise(text, carriers)
        except StationProblem:
            continue
        if len(scan.numbers) == 1:
            text = scan.numbers[0]
        rank = RANKS.index(scan.kind) if scan.kind in RANKS else len(RANKS)
        best.setdefault(rank, {}).setdefault(text.upper(), text)
    return " ".join(best[min(best)].values()) if best else ""


class CameraScan(Overlay):
    """Shows the live picture until a code in it was accepted.

    Signals:
        scanned(str): the code; the panel is gone.
    """

    scanned = Signal(str)

    def __init__(self, parent: QWidget, camera: BenchCamera, carriers: Carriers) -> None:
        super().__init__(parent, translate("Scan with the camera"), WIDTH)
        self._camera, self._carriers = camera, carriers
        self._texts: dict[str, None] = {}
        self._size_before = camera.picture_size
        self.view = CameraView()
        self.view.setMinimumHeight(420 if theme.current().density == "regular" else 300)
        self.view.show_view(
            CameraTexts(prompt=TagView(translate("Hold the code into the picture"), "info", "mdi6.barcode-scan"))
        )
        self.view.action_pressed.connect(lambda _name: camera.try_now())
        self.view.size_wanted.connect(self._want_size)
        self.card.column.addWidget(self.view)
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._finish)
        camera.pictured.connect(self._show)
        camera.code_read.connect(self._read)
        camera.state_changed.connect(self._show_state)
        camera.want_code(True, ())
        self._show_state(camera.state)

    def close_panel(self) -> None:
        self._camera.pictured.disconnect(self._show)
        self._camera.code_read.disconnect(self._read)
        self._camera.state_changed.disconnect(self._show_state)
        self._camera.want_code(False, ())
        self._camera.picture_size = self._size_before
        self._gather.stop()
        super().close_panel()

    def _want_size(self, size: QSize) -> None:
        self._camera.picture_size = size

    def _show(self, picture: QImage) -> None:
        self.view.show_frame(picture)

    def _show_state(self, state: str) -> None:
        self.view.show_lost(None if state == "live" else lost_camera(self._camera.problem))

    def _read(self, read: CodeRead, _size: QSize) -> None:
        self._texts[read.text] = None
        if not self._gather.isActive():
            self._gather.start()

    def _finish(self) -> None:
        text = code_meant(self._texts, self._carriers)
        if not text:
            self._texts.clear()
            return
        self.close_panel()
        self.scanned.emit(text)
