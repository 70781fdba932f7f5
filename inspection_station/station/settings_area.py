"""Settings at the window: shows how everything is, saves what is changed, prints and checks the test label."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, Signal

from inspection_station.devices.camera_usb import UsbDevice, find_usb_cameras
from inspection_station.devices.printers import PrinterStatus
from inspection_station.domain.people import Person, Right
from inspection_station.errors import StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.settings import Settings, Value
from inspection_station.station.assembly import Station
from inspection_station.station.attention_desk import AttentionDesk
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.bench_scale import BenchScale
from inspection_station.station.label_trial_desk import LabelTrial
from inspection_station.station.notices import Notices
from inspection_station.station.presenting import settings as words
from inspection_station.station.presenting import sync as sync_words
from inspection_station.station.presenting.camera import changes_of, row_of
from inspection_station.station.presenting.sync import Disk
from inspection_station.station.printing import Printing
from inspection_station.station.printing_desk import PrintingDesk
from inspection_station.station.scale_desk import ScaleDesk
from inspection_station.station.scanner_desk import ScannerDesk
from inspection_station.station.setting_changes import SettingChanges
from inspection_station.station.settings_camera import CameraDesk
from inspection_station.station.settings_views import CentreView
from inspection_station.station.sounds import Sounds
from inspection_station.station.sync_runner import SyncRunner
from inspection_station.station.wedge_scanner import WedgeFilter
from inspection_station.sync.identity import key_place
from inspection_station.sync.loop import SyncState
from inspection_station.workflows.clock import earlier
from inspection_station.workflows.ports import OutboxCounts

if TYPE_CHECKING:
    from inspection_station.station.settings_page import SettingsPage

LOOK_MS = 4_000
LOOKS_PER_DISK = 8  # the disk is looked at this much more seldom than the outbox


class SettingsArea(QObject):
    """Runs one settings page.

    Signals:
        changed(Settings): other settings are in force; language, theme and text size want new pages.
        enrolled(): the station has a centre from now on.
    """

    changed = Signal(object)
    enrolled = Signal()

    def __init__(
        self,
        station: Station,
        background: Background,
        notices: Notices,
        camera: BenchCamera,
        printing: Printing,
        sync: SyncRunner,
        wedge: WedgeFilter,
        sounds: Sounds,
        person: Callable[[], Person | None],
        changes: SettingChanges | None = None,
        parent: QObject | None = None,
        *,
        find_cameras: Callable[[], tuple[UsbDevice, ...]] = find_usb_cameras,
        scale: BenchScale | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._notices = station, background, notices
        prints = printing.labels
        self._camera, self._prints, self._sync = camera, prints, sync
        self._sounds, self._person = sounds, person
        self.changes = changes or SettingChanges(station, background, notices, camera, wedge, sounds, parent=self)
        self._open = False
        self._size_before: QSize | None = None
        self.camera = CameraDesk(station, background, camera, self.changes, self._why_not, find_cameras, self)
        self.camera.wanted.connect(self._change_all)
        self.scanner = ScannerDesk(wedge, background, self)
        self.scanner.gap_wanted.connect(lambda gap: self._change("scanner.max_gap_ms", gap))
        self.scale = ScaleDesk(scale or BenchScale(background, self), background, notices, self)
        self._trial = LabelTrial(station, background, notices, parent=self)
        self._waiting = 0
        self._counts, self._disk = OutboxCounts(), Disk()
        self._enrolling, self._trouble = False, ("", "")
        self._epoch = ""
        self._was_revoked = False
        self._looks = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.changes.changed.connect(self._changed)
        self.changes.refused.connect(self._not_changed)
        self.changes.enrolled.connect(self._enrolled)
        self.changes.enrolment_failed.connect(self._not_enrolled)
        self._trial.changed.connect(self._show_printer)
        self._trial.printed.connect(prints.ask)
        self.printing = PrintingDesk(station, background, notices, printing, self._trial, person, self)
        self.attention = AttentionDesk(station, background, notices, person, self)
        self.attention.offered.connect(sync.hurry)
        self.attention.changed.connect(self._show_outbox)
        prints.status_changed.connect(self._show_printer)
        sync.changed.connect(self._sync_changed)
        self._page: SettingsPage | None = None

    # --- the page ----------------------------------------------------------------------------------------

    @property
    def is_made(self) -> bool:
        """Whether there is a page already."""
        return self._page is not None

    @property
    def page(self) -> SettingsPage:
        """The page; made when it is first asked for."""
        if self._page is None:
            self._page = self._made("devices")
        return self._page

    def make_page(self) -> SettingsPage:
        """A new page in the language and theme in force, at the section shown before."""
        before = self._page
        page = self._page = self._made(before.section if before is not None else "devices")
        if before is not None:
            page.printing.show_purpose(before.printing.purpose)
        if self._open:
            self._show_all()
        return page

    def _made(self, section: str) -> SettingsPage:
        from inspection_station.station.settings_page import SettingsPage  # with the page, not with the window

        page = SettingsPage(section)
        page.setting_changed.connect(self._change)
        page.enrol_requested.connect(self._enrol)
        page.action_pressed.connect(self._act)
        page.picture_size_changed.connect(self._want_size)
        self.scanner.attach(page.scanner)
        self.scale.attach(page.scale)
        self.camera.attach(page.camera)
        self.printing.attach(page.printing)
        self.attention.attach(page.attention)
        return page

    def open(self) -> None:
        """The settings are shown from now on."""
        if not self._open:
            self._open = True
            self._size_before = self._camera.picture_size
        self.scanner.open()
        self.scale.open()
        self.camera.open()
        self.printing.open()
        self._camera.start()
        self._want_size(self.page.camera.picture_size())
        self._timer.start()
        self._prints.ask()
        self._show_all()

    def close(self) -> None:
        """The settings were left."""
        self._timer.stop()
        if self._open and self._size_before is not None:
            self._camera.picture_size = self._size_before
        self._open = False
        self.scanner.close()
        self.scale.close()
        self.camera.close()
        self._trial.forget()

    def show_section(self, name: str) -> None:
        """Show devices, sync, display or about."""
        self.page.show_section(name)

    def show_printer(self, purpose: str) -> None:
        """Show the printer of a purpose."""
        self.page.show_section("printing")
        self.page.printing.show_purpose(purpose)

    def _show_all(self) -> None:
        self._looks = 0
        self._show_settings()
        self.scanner.show_all()
        self.scale.show()
        self._show_printer()
        self.camera.show()
        self.page.show_about(words.about(self._station))
        self._show_outbox()
        self._show_centre()
        self._trial.prepare()
        self._look()

    def _show_settings(self) -> None:
        self.page.show_settings(words.setting_views(self._station.settings, self._why_not))

    def _why_not(self, key: str) -> str:
        return words.why_not(self._station.settings, key, self._person())

    # --- changing ----------------------------------------------------------------------------------------

    def _change(self, key: str, value: Value) -> None:
        self._change_all(changes_of(key, value))

    def _change_all(self, values: Mapping[str, Value]) -> None:
        person = self._person()
        if person is None or any(self._why_not(key) for key in values):
            self._show_settings()
            return
        self.changes.change_all(values, words.setting_role(person))

    def _changed(self, settings: Settings) -> None:
        self.scanner.use_gap(settings.scanner.max_gap_ms)
        self.scale.use(settings.scale)
        if self._open:
            self._show_settings()
            self.camera.show()
            self._prints.ask()
            self._trial.prepare()
            self.printing.changed()
        self.changed.emit(settings)

    def _not_changed(self, key: str, why: str) -> None:
        self._sounds.play("warn")
        self._show_settings()
        self.page.show_fault(row_of(key), why)

    # --- scanner -----------------------------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """Take a scan while the settings are shown: the scanner's test, and the check of the test label."""
        self.scanner.take(text)
        good = self._trial.scan(text)
        self._sounds.play("accept" if good is None else "done" if good else "warn")

    # --- printer -----------------------------------------------------------------------------------------

    def _show_printer(self, _status: PrinterStatus | None = None) -> None:
        if self._page is None:
            return
        labels = self._station.labels
        raster = self._trial.raster
        if not raster.isNull():
            self.page.show_label(raster)
        name = words.printer_name(self._station.settings)
        paper = (labels.size_mm, labels.dpi)
        self.page.show_printer(
            words.printer(self._prints.status, name, paper, self._waiting, self._trial.state)
        )  # fmt: skip

    def _want_size(self, size: QSize) -> None:
        if self._open and not size.isEmpty():
            self._camera.picture_size = size

    # --- sync, storage, centre ---------------------------------------------------------------------------

    def _act(self, name: str) -> None:
        if name == "print_test":
            self._trial.print()
        elif name == "other_camera":
            self.camera.other_place()
        elif name == "sync_now":
            self._sync.hurry()

    def _look(self) -> None:
        """Ask how much waits, and now and then how full the disk is."""
        station = self._station

        def work() -> tuple[OutboxCounts, int, str]:
            return station.outbox.counts(), station.labels.count_waiting(), station.feed.cursor()[0]

        self._background.run(work, lambda seen: self._looked(*seen))
        self.attention.look()
        if self._looks % LOOKS_PER_DISK == 0:
            self._look_at_disk()
        self._looks += 1

    def _looked(self, counts: OutboxCounts, waiting: int, epoch: str) -> None:
        self._counts, self._waiting = counts, waiting
        self._show_outbox()
        self._show_printer()
        self.printing.look()
        if epoch != self._epoch:
            self._epoch = epoch
            self._show_centre()

    def _look_at_disk(self) -> None:
        station = self._station

        def files() -> tuple[Disk, list[str]]:
            names, size = [], 0
            for name in station.photos.kept():
                try:
                    size += station.photos.path(name).stat().st_size
                except OSError:
                    continue  # gone meanwhile
                names.append(name)
            try:
                usage = shutil.disk_usage(station.folder)
            except OSError:
                return Disk(photos=len(names), photo_bytes=size), names
            return Disk(usage.total, usage.free, len(names), size), names

        def count_safe(found: tuple[Disk, list[str]]) -> None:
            disk, _names = found

            def work() -> Disk:
                totals = station.safe_photos.totals()
                before = earlier(station.clock.now(), station.settings.storage.retention_days * 86400)
                may_go = station.safe_photos.count_may_go(before)
                return replace(disk, safe=totals.safe, gone=totals.gone, may_go=may_go, backup_at=totals.backup_at)

            self._background.run(work, self._saw_disk)

        self._background.run(files, count_safe, lane="photo")

    def _saw_disk(self, disk: Disk) -> None:
        self._disk = disk
        self._show_outbox()

    def _show_outbox(self) -> None:
        station = self._station
        enrolled = self._sync.enrolled
        self.page.show_sync(
            sync_words.sync(
                self._sync.state, self._counts, enrolled, station.clock, key_place(station.folder),
                self.attention.view.open, forked=self.attention.forked,
            )
        )  # fmt: skip
        self.page.show_storage(sync_words.storage(self._disk, self._counts.photos, enrolled, station.clock))

    def _sync_changed(self, state: SyncState) -> None:
        if self._open:
            self._counts = state.counts
            self._show_outbox()
            if (state.code == sync_words.REVOKED) != self._was_revoked:
                self._was_revoked = not self._was_revoked
                self._show_centre()

    def _centre_view(self) -> CentreView:
        person = self._person()
        may = person is not None and person.may(Right.CHANGE_SETTINGS)
        reason = "" if may else translate("Ask an administrator.")
        view = words.centre(self._station, reason, busy=self._enrolling, trouble=self._trouble, epoch=self._epoch)
        if view.enrolled and self._sync.state.code == sync_words.REVOKED:
            url = next((fact.value for fact in view.facts if fact.label == translate("Address")), "")
            return replace(
                view, revoked=True, address=url, reason=reason, busy=self._enrolling, trouble=self._trouble
            )  # fmt: skip
        return view

    def _show_centre(self) -> None:
        try:
            self.page.show_centre(self._centre_view())
        except StationProblem as problem:
            self.page.show_centre(CentreView(False, trouble=sentences(problem)))

    def _enrol(self, url: str, code: str) -> None:
        person = self._person()
        if person is None or not person.may(Right.CHANGE_SETTINGS) or self._enrolling:
            return
        self._enrolling, self._trouble = True, ("", "")
        self._show_centre()
        self.changes.enrol(url, code)

    def _enrolled(self) -> None:
        self._enrolling, self._trouble = False, ("", "")
        self._sync.begin_anew()
        self._show_centre()
        self._show_outbox()
        self.page.show_about(words.about(self._station))
        self.enrolled.emit()

    def _not_enrolled(self, what: str, to_do: str) -> None:
        self._enrolling, self._trouble = False, (what, to_do)
        self._sounds.play("warn")
        self._show_centre()
