"""The cameras' card at work: cameras found by themselves, one of two shown, its limits and white measured anew."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from inspection_station.devices.camera_usb import UsbDevice, find_usb_cameras
from inspection_station.errors import StationProblem
from inspection_station.evidence.calibration import propose_limits
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits
from inspection_station.evidence.ruler import Ruler, find_ruler
from inspection_station.evidence.white_balance import Shade, card_shade, propose_reference
from inspection_station.station import bench_camera
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.presenting import camera as words
from inspection_station.station.presenting.camera import CalibrationState
from inspection_station.station.setting_changes import SettingChanges
from inspection_station.station.settings_camera_card import CameraCard
from inspection_station.station.settings_camera_rows import OVERHEAD, SIDE
from inspection_station.station.shutter import limits_for

LOOK_MS = 4_000  # between two looks for cameras that were plugged in
MEASURED = 5  # pictures measured for a proposal: two and a half seconds


class CameraDesk(QObject):
    """Runs the cameras' card of the settings or of the first start; nothing is shown while they are closed.

    Signals:
        wanted(object): set these settings (a mapping of keys to values).

    Args:
        why_not: why the person at the bench may not change a setting; empty when they may.
        find: the cameras plugged in now; called away from the GUI thread.
    """

    wanted = Signal(object)

    def __init__(
        self,
        station: Station,
        background: Background,
        camera: BenchCamera,
        changes: SettingChanges,
        why_not: Callable[[str], str],
        find: Callable[[], tuple[UsbDevice, ...]] = find_usb_cameras,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._camera, self._changes = station, background, camera, changes
        self._why_not, self._find = why_not, find
        self._card: CameraCard | None = None
        self._open = self._finding = False
        self._found: tuple[UsbDevice, ...] | None = None
        # Elsewhere looking means opening every camera, which the one at work does not bear.
        self._watches = sys.platform.startswith("linux")
        self._place = OVERHEAD
        self._quality: PhotoQuality | None = None
        self._samples: list[PhotoQuality] = []
        self._shade: Shade | None = None
        self._shades: list[Shade | None] = []
        self._looking = False  # at the card in the picture
        self._calibration = CalibrationState()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        camera.pictured.connect(self._take_picture)
        camera.judged.connect(self._take_quality)
        camera.state_changed.connect(self.show)
        camera.side_changed.connect(self.show)

    # --- the card ----------------------------------------------------------------------------------------

    def attach(self, card: CameraCard) -> None:
        """Show on this card from now on (the page was made anew)."""
        self._card = card
        card.pressed.connect(self.act)
        card.place_chosen.connect(self.show_place)
        card.show_place(self._place)

    def open(self) -> None:
        """The card is shown: with the camera overhead."""
        self._open = True
        self._calibration = CalibrationState()
        self._timer.start()
        self.find()
        self.show_place(OVERHEAD)

    def close(self) -> None:
        """The card was left; the camera overhead is the one to work with."""
        self._open = False
        self._timer.stop()
        self._camera.show_overhead()

    @property
    def place(self) -> str:
        """Which camera is shown: `OVERHEAD` or `SIDE`."""
        return self._place

    def other_place(self) -> None:
        """F5: show the other camera."""
        self.show_place(OVERHEAD if self._place == SIDE else SIDE)

    def show_place(self, place: str) -> None:
        """Show the camera at `place`, and what is set for it."""
        if place != self._place:
            self._quality, self._shade, self._calibration = None, None, CalibrationState()
        self._place = place
        if self._card is not None:
            self._card.show_place(place)
        self.show()

    @property
    def _is_shown(self) -> bool:
        """Whether the bench's camera is the one at the place that is shown."""
        return self._camera.place == (bench_camera.SIDE if self._place == SIDE else bench_camera.OVERHEAD)

    def _follow(self) -> None:
        if self._is_shown:
            return
        if self._place == OVERHEAD:
            self._camera.show_overhead()
        elif self._camera.has_side:
            self._camera.switch()

    # --- what is there -----------------------------------------------------------------------------------

    def find(self) -> None:
        """Look for cameras, away from the GUI thread."""
        if not self._finding:
            self._finding = True
            self._background.run(self._find, self._take_found, self._not_found, lane="photo")

    def _look(self) -> None:
        if self._watches:
            self.find()

    def _take_found(self, found: tuple[UsbDevice, ...]) -> None:
        self._finding, self._found = False, found
        self.show()

    def _not_found(self, error: Exception) -> None:
        self._finding = False
        raise error

    # --- how it is ---------------------------------------------------------------------------------------

    def _take_picture(self, picture: QImage) -> None:
        if self._open and self._is_shown and self._card is not None:
            self._card.show_picture(picture)

    def _take_quality(self, quality: PhotoQuality) -> None:
        if not self._open or not self._is_shown:
            return
        self._quality = quality
        self._look_at_card()
        if self._calibration.left is not None and not self._calibration.card:
            self._samples.append(quality)
            self._calibration = replace(self._calibration, left=MEASURED - len(self._samples))
            if len(self._samples) >= MEASURED:
                self._conclude()
        self.show()

    def _look_at_card(self) -> None:
        """Measure the shade of a card in the middle of the newest picture, away from the GUI thread."""
        frame, place = self._camera.latest(), self._place
        if frame is None or self._looking:
            return
        self._looking = True
        image = frame.image
        self._background.run(
            lambda: card_shade(image), lambda shade: self._take_shade(shade, place), self._not_looked, lane="live"
        )

    def _take_shade(self, shade: Shade | None, place: str) -> None:
        self._looking = False
        if not self._open or place != self._place:
            return
        self._shade = shade
        if self._calibration.left is not None and self._calibration.card:
            self._shades.append(shade)
            self._calibration = replace(self._calibration, left=MEASURED - len(self._shades))
            if len(self._shades) >= MEASURED:
                self._conclude_card()
        self.show()

    def _not_looked(self, error: Exception) -> None:
        self._looking = False
        raise error

    @property
    def _limits(self) -> QualityLimits:
        return limits_for(self._station.settings, self._camera.camera.name, self._camera.place)

    def show(self, _state: str = "") -> None:
        """Show how the camera is that is chosen."""
        card = self._card
        if not self._open or card is None:
            return
        self._follow()
        settings, camera = self._station.settings, self._camera
        source = str(settings.value(f"{self._place}.source"))
        state, frame = (camera.state, camera.latest()) if self._is_shown else ("absent", None)
        size = (frame.image.shape[1], frame.image.shape[0]) if frame is not None else None
        if state != "live":
            self._quality, self._shade, self._calibration = None, None, CalibrationState()
        view = words.camera(
            state, source, size, camera.problem if self._is_shown else None, rate=camera.rate,
            found=self._found or (), refusals=camera.refusals if self._is_shown else (),
        )  # fmt: skip
        usb = words.kind_of(source) == "usb"
        card.show_view(
            replace(view, lockable=usb, why_not_lock=self._why_not(f"{self._place}.focus"),
                    can_reconnect=source != "none")
        )  # fmt: skip
        white = words.white_balance_of(settings, self._place, camera.camera.name, self._shade)
        card.show_meters(words.meters(self._quality, self._limits if self._is_shown else None, white))
        usual = words.usual_limits(self._place)
        card.show_calibration(
            words.calibration(
                self._calibration, live=state == "live", why_not=next(filter(None, map(self._why_not, usual)), ""),
                white=white, usual=all(settings.value(key) == value for key, value in usual.items()),
            )
        )  # fmt: skip
        missing = words.none_found(self._found, watched=self._watches)
        for place in (OVERHEAD, SIDE):
            choices = words.source_choices(self._found or (), str(settings.value(f"{place}.source")))
            card.show_sources(place, choices, missing)

    # --- acts --------------------------------------------------------------------------------------------

    def act(self, name: str) -> None:
        """Do what a button of the card stands for."""
        if name == "reconnect":
            self._renew()
            self.find()
        elif name == "lock_camera":
            self._lock()
        elif name == "calibrate":
            self._samples = []
            self._calibration = CalibrationState(left=MEASURED)
        elif name == "calibrate_card":
            self._shades = []
            self._calibration = CalibrationState(card=True, left=MEASURED)
        elif name == "usual_limits":
            usual = words.usual_limits(self._place)
            self._calibration = CalibrationState(undo={key: self._station.settings.value(key) for key in usual})
            self.wanted.emit(usual)
        elif name == "undo_usual" and self._calibration.undo is not None:
            before, self._calibration = self._calibration.undo, CalibrationState()
            self.wanted.emit(before)
        elif name == "use_card" and self._calibration.reference is not None:
            reference, self._calibration = self._calibration.reference, CalibrationState(card=True, kept=True)
            self.wanted.emit(words.white_changes(self._place, self._camera.camera.name, reference))
        elif name in ("stop_calibrating", "discard_limits"):
            self._calibration = CalibrationState()
        elif name == "use_limits" and self._calibration.proposal is not None:
            proposal, self._calibration = self._calibration.proposal, CalibrationState(kept=True)
            self.wanted.emit(words.limit_changes(self._place, self._camera.camera.name, proposal))
        self.show()

    def _renew(self) -> None:
        if self._place == SIDE:
            self._changes.renew_side_camera()
        else:
            self._changes.renew_camera()

    def _lock(self) -> None:
        """Focus anew and hold it; a camera that is held already lets go first, as it is opened anew."""
        changes = words.locked(self._place)
        settings = self._station.settings
        if all(settings.value(key) == value for key, value in changes.items()):
            self._renew()
        else:
            self.wanted.emit(changes)

    def _conclude_card(self) -> None:
        """Propose the card's shade as the measure of this camera's white."""
        try:
            self._calibration = CalibrationState(card=True, reference=propose_reference(self._shades))
        except StationProblem as problem:
            self._calibration = CalibrationState(card=True, problem=problem)

    def _conclude(self) -> None:
        """Propose limits from what was measured; the ruler is looked for away from the GUI thread."""
        samples, frame = self._samples, self._camera.latest()
        try:
            proposal = propose_limits(samples)
        except StationProblem as problem:
            self._calibration = CalibrationState(problem=problem)
            return
        self._calibration = CalibrationState(proposal=proposal)
        if frame is None:
            return
        image = frame.image

        def saw(ruler: Ruler | None) -> None:
            if self._calibration.proposal is proposal:
                self._calibration = replace(self._calibration, ruler=ruler)
                self.show()

        self._background.run(lambda: find_ruler(image), saw, lane="photo")
