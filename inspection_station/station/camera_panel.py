"""The camera's picture with the photo strip below it, as the pages of an open parcel have it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import CaptureButton
from inspection_station.station.camera_view import CameraView
from inspection_station.station.photo_strip import PhotoStrip
from inspection_station.station.surfaces import column, row
from inspection_station.station.views import ActionView, CameraLostView, ShotView
from inspection_station.station.views import CameraView as CameraTexts


class CameraPanel(QWidget):
    """Camera above, strip and shutter below.

    Signals:
        shot_requested(), shot_selected(int), action_pressed(str): the last for the camera-lost state's buttons.
    """

    shot_requested = Signal()
    shot_selected = Signal(int)
    action_pressed = Signal(str)

    def __init__(self, strip_height: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        gap = theme.current().size("gap")
        layout = column(self, spacing=gap)
        self.camera = CameraView()
        self.camera.action_pressed.connect(self.action_pressed)
        layout.addWidget(self.camera, 1)
        line = row(spacing=gap)
        self.strip = PhotoStrip(strip_height)
        self.strip.shot_selected.connect(self.shot_selected)
        line.addWidget(self.strip, 1)
        self._capture = CaptureButton(ActionView("capture", ""))
        self._capture.clicked.connect(self.shot_requested)
        self._capture.hide()
        line.addWidget(self._capture)
        layout.addLayout(line)
        self._lost: CameraLostView | None = None

    def show_view(
        self,
        camera: CameraTexts,
        shots: tuple[ShotView, ...],
        capture: ActionView | None,
        lost: CameraLostView | None,
    ) -> None:
        """Show another state of camera and photos."""
        self.camera.show_view(camera)
        if lost != self._lost:
            self._lost = lost
            self.camera.show_lost(lost)
        self.strip.show_shots(shots)
        self._capture.setVisible(capture is not None)
        if capture is not None:
            self._capture.set_view(capture)
