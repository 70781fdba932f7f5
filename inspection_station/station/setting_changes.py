"""Changes of settings: saved on the bench lane, in force at once; and the enrolment at a centre."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from inspection_station.devices.camera import Camera
from inspection_station.devices.camera_sources import open_camera
from inspection_station.errors import DataFileProblem, StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.settings import Role, Settings, Value, change_settings, declaration
from inspection_station.settings.declarations import CameraSettings
from inspection_station.settings.layers import fault_of
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.centre_link import enrol_station
from inspection_station.station.notices import Notices
from inspection_station.station.sounds import Sounds
from inspection_station.station.wedge_scanner import WedgeFilter

C = TypeVar("C", Camera, Camera | None)


def camera_of(settings: Settings) -> Camera:
    """The camera the settings name; raises StationProblem ``camera.*`` or ``demo.pictures``."""
    return _camera(settings.camera)


def side_camera_of(settings: Settings) -> Camera | None:
    """The second camera the settings name, None where there is none; raises as `camera_of`."""
    return None if settings.side_camera.source == "none" else _camera(settings.side_camera)


def _camera(wanted: CameraSettings) -> Camera:
    return open_camera(
        wanted.source, wanted.width, wanted.height, exposure=wanted.exposure, focus=wanted.focus
    )


class SettingChanges(QObject):
    """Changes what a person changes, and sees to it that scanner, sounds, camera and printer follow at once.

    Signals:
        changed(Settings): other settings are in force from now on.
        refused(str, str): a setting's key and, in words, why its value cannot be or could not be saved.
        enrolled(): the station has a centre from now on.
        enrolment_failed(str, str): what happened, and what to do.

    Args:
        save: writes changes and returns the settings then in force, as `settings.change_settings`.
        make_camera: the camera of settings; the demo gives its own simulated one.
    """

    changed = Signal(object)
    refused = Signal(str, str)
    enrolled = Signal()
    enrolment_failed = Signal(str, str)

    def __init__(
        self,
        station: Station,
        background: Background,
        notices: Notices,
        camera: BenchCamera,
        wedge: WedgeFilter,
        sounds: Sounds,
        *,
        save: Callable[[Mapping[str, Value], Role], Settings] = change_settings,
        make_camera: Callable[[Settings], Camera] = camera_of,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._notices = station, background, notices
        self._camera, self._wedge, self._sounds = camera, wedge, sounds
        self._save, self._make_camera = save, make_camera
        self._renewals: dict[str, int] = {}  # of each camera, how often it was wished for anew

    def change(self, key: str, value: Value, role: Role) -> None:
        """Set one setting for good; see the signals for what comes of it."""
        self.change_all({key: value}, role)

    def change_all(self, values: Mapping[str, Value], role: Role) -> None:
        """Set several settings at once, all or none; of what is wrong the first is told."""
        for key, value in values.items():
            wrong = fault_of(declaration(key), value)
            if wrong is not None:
                self.refused.emit(key, translate(wrong[0], **wrong[1]))
                return
        station, save, first = self._station, self._save, next(iter(values))

        def work() -> tuple[Settings, Settings]:
            before = station.settings
            after = _in_force(before, save(values, role), values)
            station.use_settings(after)
            return before, after

        self._background.run(work, lambda both: self._follow(*both), lambda error: self._not_saved(first, error))

    def _follow(self, before: Settings, after: Settings) -> None:
        self._wedge.set_max_gap(after.scanner.max_gap_ms)
        self._wedge.accept_unterminated = after.scanner.without_terminator
        if after.sound != before.sound:
            self._sounds.set_volume(after.sound.volume, after.sound.error_floor)
            self._sounds.play("accept" if after.sound.volume != before.sound.volume else "error")
        if after.camera != before.camera:
            self.renew_camera()
        if after.side_camera != before.side_camera:
            self.renew_side_camera()
        self.changed.emit(after)

    def _not_saved(self, key: str, error: Exception) -> None:
        if isinstance(error, DataFileProblem) and error.key == key:
            self.refused.emit(key, translate(error.fault, **error.fault_values))
            return
        self._notices.failure(error)
        self.refused.emit(key, translate("Not saved"))

    def renew_camera(self) -> None:
        """Connect to the camera of the settings anew."""
        self._renew("camera", self._make_camera, self._camera.use)

    def renew_side_camera(self) -> None:
        """Connect to the second camera of the settings anew, or do without."""
        self._renew("side_camera", side_camera_of, self._camera.use_side)

    def _renew(self, section: str, make: Callable[[Settings], C], use: Callable[[C], None]) -> None:
        """Make a camera away from the GUI thread and use it, unless another was wished for meanwhile.

        The work of the lane may end in another order than it began: the last wish wins, and of a camera nobody wants
        any more nothing is said.
        """
        settings, wish = self._station.settings, self._renewals.get(section, 0) + 1
        self._renewals[section] = wish

        def is_last() -> bool:
            now = self._station.settings
            return self._renewals[section] == wish and getattr(now, section) == getattr(settings, section)

        def made(camera: C) -> None:
            if is_last():
                use(camera)

        def not_made(error: Exception) -> None:
            if is_last():
                self._notices.failure(error)

        self._background.run(lambda: make(settings), made, not_made, lane="photo")

    def enrol(self, url: str, code: str) -> None:
        """Enrol at the centre at `url`; the code is good once. Goes on in the background."""
        wrong = fault_of(declaration("centre.url"), url)
        if wrong is not None or not url:
            fault = translate(wrong[0], **wrong[1]) if wrong else translate("is missing")
            self.enrolment_failed.emit(translate("Address of the centre") + f": {fault}", "")
            return
        station = self._station
        self._background.run(
            lambda: enrol_station(station, url, code), lambda _none: self._enrolled(url), self._not_enrolled, "photo"
        )

    def _enrolled(self, url: str) -> None:
        # An address set by hand wins over the one of the enrolment: it must not go on pointing at another centre.
        if self._station.settings.centre.url not in ("", url):
            self.change("centre.url", url, "administrator")
        self.enrolled.emit()

    def _not_enrolled(self, error: Exception) -> None:
        if isinstance(error, StationProblem):
            self.enrolment_failed.emit(*sentences(error))
            return
        self._notices.failure(error)
        self.enrolment_failed.emit(translate("The station could not be enrolled"), "")


def _in_force(before: Settings, after: Settings, changes: Mapping[str, Value]) -> Settings:
    """`after` with what was given on the command line, which no file of settings knows of.

    What a person has just changed is in force even where the environment or the command line said otherwise at the
    start: until the program ends (the language is changed so at the top of the window).
    """
    kept = [one for one, origin in before.origins.items() if origin == "command line" and one not in changes]
    values = {**{one: before.value(one) for one in kept}, **changes}
    sections: dict[str, Any] = {}
    for one, wanted in values.items():
        section, _, name = one.partition(".")
        holder = sections.get(section, getattr(after, section))
        sections[section] = replace(holder, **{name: wanted})
    return replace(after, **sections, origins={**after.origins, **dict.fromkeys(kept, "command line")})
