"""The first start at the window: shows how camera and printer are, enrols, and notes that it was done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Signal

from inspection_station.devices.camera_usb import UsbDevice, find_usb_cameras
from inspection_station.errors import StationProblem
from inspection_station.i18n import sentences
from inspection_station.settings import Role
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.first_run import FirstRunPage
from inspection_station.station.label_trial_desk import LabelTrial
from inspection_station.station.notices import Notices
from inspection_station.station.presenting import settings as words
from inspection_station.station.presenting.camera import changes_of, row_of
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.setting_changes import SettingChanges
from inspection_station.station.settings_camera import CameraDesk
from inspection_station.station.settings_views import CentreView

ROLE: Role = "administrator"
"""Whoever sets up a station that nobody works at yet may set all of it."""


class FirstRunArea(QObject):
    """Runs one first start's page.

    Signals:
        done(): it was finished or skipped and will not be shown again.
    """

    done = Signal()

    def __init__(
        self,
        station: Station,
        background: Background,
        notices: Notices,
        camera: BenchCamera,
        prints: PrintQueue,
        changes: SettingChanges,
        parent: QObject | None = None,
        *,
        find_cameras: Callable[[], tuple[UsbDevice, ...]] = find_usb_cameras,
    ) -> None:
        super().__init__(parent)
        self._station, self._camera, self._prints, self._changes = station, camera, prints, changes
        self._open = self._enrolling = False
        self._trouble = ("", "")
        self._size_before = camera.picture_size
        self._trial = LabelTrial(station, background, notices, parent=self)
        self._trial.changed.connect(self._show_printer)
        self._trial.printed.connect(prints.ask)
        prints.status_changed.connect(lambda _status: self._show_printer())
        self._camera_desk = CameraDesk(station, background, camera, changes, self._why_not, find_cameras, self)
        self._camera_desk.wanted.connect(lambda values: changes.change_all(values, ROLE))
        changes.changed.connect(lambda _settings: self._changed())
        changes.refused.connect(self._not_changed)
        changes.enrolled.connect(self._enrolled)
        changes.enrolment_failed.connect(self._not_enrolled)
        self.page = self._made(0)

    def make_page(self) -> FirstRunPage:
        """A new page in the language and theme in force, at the step shown before."""
        self.page = self._made(self.page.step)
        if self._open:
            self._show_all()
        return self.page

    def _made(self, step: int) -> FirstRunPage:
        page = FirstRunPage(step)
        page.setting_changed.connect(lambda key, value: self._changes.change_all(changes_of(key, value), ROLE))
        page.enrol_requested.connect(self._enrol)
        page.action_pressed.connect(self._act)
        page.picture_size_changed.connect(self._want_size)
        page.done.connect(self._finish)
        self._camera_desk.attach(page.camera)
        return page

    def open(self) -> None:
        """The page is shown from now on."""
        self._open = True
        self._size_before = self._camera.picture_size
        self._camera_desk.open()
        self._camera.start()
        self._prints.ask()
        self._show_all()

    def close(self) -> None:
        """The page was left."""
        if self._open:
            self._camera.picture_size = self._size_before
            self._camera_desk.close()
        self._open = False
        self._trial.forget()

    def scan(self, text: str) -> None:
        """Take a scan: the check of the test label."""
        self._trial.scan(text)

    def _finish(self) -> None:
        if not self._open:
            return
        self.close()
        self._changes.change("wizard.done", True, ROLE)
        self.done.emit()

    def _act(self, name: str) -> None:
        if name == "print_test":
            self._trial.print()

    def _want_size(self, size: QSize) -> None:
        if self._open and not size.isEmpty():
            self._camera.picture_size = size

    # --- showing -----------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        self._show_settings()
        self._show_centre()
        self._camera_desk.show()
        self._show_printer()
        self._trial.prepare()

    def _show_settings(self) -> None:
        self.page.show_settings(words.setting_views(self._station.settings, self._why_not))

    def _why_not(self, key: str) -> str:
        return words.given_elsewhere(self._station.settings, key)

    def _show_centre(self) -> None:
        try:
            self.page.show_centre(words.centre(self._station, "", busy=self._enrolling, trouble=self._trouble))
        except StationProblem as problem:
            self.page.show_centre(CentreView(False, trouble=sentences(problem)))

    def _show_printer(self) -> None:
        labels = self._station.labels
        if not self._trial.raster.isNull():
            self.page.show_label(self._trial.raster)
        name = words.printer_name(self._station.settings)
        self.page.show_printer(
            words.printer(self._prints.status, name, (labels.size_mm, labels.dpi), None, self._trial.state)
        )  # fmt: skip

    # --- changing ----------------------------------------------------------------------------------------

    def _changed(self) -> None:
        if self._open:
            self._show_settings()
            self._camera_desk.show()
            self._prints.ask()
            self._trial.prepare()

    def _not_changed(self, key: str, why: str) -> None:
        if self._open:
            self._show_settings()
            self.page.show_fault(row_of(key), why)

    def _enrol(self, url: str, code: str) -> None:
        if not self._enrolling:
            self._enrolling, self._trouble = True, ("", "")
            self._show_centre()
            self._changes.enrol(url, code)

    def _enrolled(self) -> None:
        self._enrolling, self._trouble = False, ("", "")
        if self._open:
            self._show_centre()

    def _not_enrolled(self, what: str, to_do: str) -> None:
        self._enrolling, self._trouble = False, (what, to_do)
        if self._open:
            self._show_centre()
