"""The application: puts settings, station, camera, sync and window together, and takes them apart in order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from inspection_station.devices.camera import Camera
from inspection_station.diagnostics import on_bugs
from inspection_station.domain.people import Person
from inspection_station.i18n import language, set_language, translate
from inspection_station.settings import Settings
from inspection_station.station import pictures, theme
from inspection_station.station.answers import answering
from inspection_station.station.area import AreaParts
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_area import BenchArea
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.bench_devices import BenchDevices
from inspection_station.station.flow import finishing
from inspection_station.station.frame_views import strip, top_bar
from inspection_station.station.history_area import HistoryArea
from inspection_station.station.house_areas import HouseAreas, tabs_for
from inspection_station.station.incoming import Incoming
from inspection_station.station.main_window import MainWindow
from inspection_station.station.notices import Notices
from inspection_station.station.on_first_show import OnFirstShow
from inspection_station.station.overlay import Overlay
from inspection_station.station.parcel_scale import ParcelScale
from inspection_station.station.practice_area import PracticeArea, leave_first
from inspection_station.station.printing import Printing
from inspection_station.station.scanners import Scanners
from inspection_station.station.session import Session
from inspection_station.station.setting_changes import SettingChanges, camera_of
from inspection_station.station.settings_area import SettingsArea
from inspection_station.station.shown import Shown
from inspection_station.station.sign_in import SignInPage
from inspection_station.station.sign_in_area import SignInArea
from inspection_station.station.sounds import Sounds
from inspection_station.station.start import Start
from inspection_station.station.stray_photos import look_for_strays
from inspection_station.station.sync_runner import SyncRunner
from inspection_station.station.ways_between import WaysBetween
from inspection_station.station.wedge_scanner import WedgeFilter
from inspection_station.sync.loop import SyncState

if TYPE_CHECKING:
    from inspection_station.station.first_run_area import FirstRunArea

log = logging.getLogger(__name__)
IDLE_MS = 600_000  # ten minutes without a key or scan lock the bench


class StationApp(QObject):
    """One running station with its window. Made on the GUI thread; `close` before the application ends."""

    def __init__(self, start: Start, parent: QObject | None = None) -> None:
        """Open the data and build the window.

        Raises:
            StationProblem: ``database.*``, ``disk.*`` …: the station cannot work on this data.
        """
        super().__init__(parent)
        self._start = start
        self.settings = start.settings
        set_language(self.settings.station.language)
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self._use_theme(screen.width(), screen.height())  # as the window will fill it: its pages are made once
        self.station = Station(self.settings, start.folder, check=not start.ended_cleanly)
        self.station.photos.sweep()
        self.notices = Notices(self)
        self.background = Background(self.notices, self)
        pictures.use(pictures.Pictures(self.background))
        self.sounds = Sounds(self.settings.sound.volume, error_floor=self.settings.sound.error_floor)
        self.wedge = WedgeFilter(
            max_gap_ms=self.settings.scanner.max_gap_ms,
            accept_unterminated=self.settings.scanner.without_terminator,
            parent=self,
        )
        self.camera = BenchCamera(start.camera, self.background, self)
        self.camera.itf_lengths = lambda: self.station.settings.scanner.itf_lengths
        self.session = Session(self.station, self.background, self)
        self.scanners = Scanners(
            self.wedge, self.background, self.notices, self.sounds, lambda: self.station.desk.book.carriers,
            lambda: (now.tracking, *now.expected_codes) if (now := self.practice.shown or self.session.now) else (),
            self,
        )  # fmt: skip
        self.printing = Printing(self.station, self.session, self.background, self)
        self.prints = self.printing.labels
        self.sync = SyncRunner(self.station, self)
        self.person: Person | None = None
        self.devices = BenchDevices(self.station, self.background, self.camera, self.prints, self.sync, self)
        self._done_today, self._last_success, self._area = 0, "", "inspect"
        self.window = MainWindow()
        self.sign_in = SignInArea(self.station, self.background, lambda: self.devices.now, self)
        self.bench = BenchArea(
            self.station, self.background, self.session, self.camera, self.prints, self.sounds, self.notices,
            start.scene, self,
        )  # fmt: skip
        self.parcel_scale = ParcelScale(self.devices.scale, self.session, self.bench.asking, self)
        self.history = HistoryArea(self.station, self.background, self.notices, self.prints, lambda: self.person, self)
        self._changes = changes = SettingChanges(
            self.station, self.background, self.notices, self.camera, self.wedge, self.sounds,
            make_camera=self._camera_of, parent=self,
        )  # fmt: skip
        self.options = SettingsArea(
            self.station, self.background, self.notices, self.camera, self.printing, self.sync, self.wedge, self.sounds,
            lambda: self.person, changes, self, scale=self.devices.scale,
        )  # fmt: skip
        parts = AreaParts(
            self.station, self.background, self.notices, self.sounds, self.printing, self.camera, self.sync,
            self.wedge, changes, lambda: self.person, self.options.show_printer, self.devices.scale,
        )  # fmt: skip
        self.house = HouseAreas(parts, self)
        self.first_run: FirstRunArea | None = None
        if start.welcome is None and start.scene is None and self.station.wants_first_run():
            from inspection_station.station.first_run_area import FirstRunArea

            given = (self.station, self.background, self.notices, self.camera, self.prints, changes, self)
            self.first_run = FirstRunArea(*given)
            self.first_run.done.connect(self._first_run_done)
        self.practice = PracticeArea(self.station, self.background, self.notices, self.sounds, self.camera, parent=self)
        self.incoming = Incoming(self.window, answering(self), self)
        self._idle = QTimer(self, interval=IDLE_MS, singleShot=True)
        self._idle.timeout.connect(self.lock)
        self._connect()
        self._ways = WaysBetween(self)
        self._build()

    def _use_theme(self, width: int, height: int) -> None:
        look = self.settings.station
        density = theme.density_for(width, height)
        theme.use(theme.Theme(look.theme, density, look.text_size, look.reduce_motion))  # type: ignore[arg-type]

    def _camera_of(self, settings: Settings) -> Camera:
        """The camera of other settings; the demo's own one while it stays simulated."""
        if self._start.scene is not None and settings.camera.source == "simulated":
            return self._start.camera
        return camera_of(settings)

    def _connect(self) -> None:
        self.wedge.scanned.connect(self.incoming.scan)
        self.wedge.used.connect(self._idle.start)
        self.wedge.used.connect(self._wake)
        self.notices.raised.connect(self.window.show_notice)
        self.notices.withdrawn.connect(self.window.hide_notice)
        self.session.shown.connect(self._shown)
        self.sign_in.entered.connect(self.enter)
        self.sign_in.language_pressed.connect(self.other_language)
        self.sign_in.refused.connect(lambda: self.sounds.play("error"))
        self.sign_in.offered.connect(self._ready, Qt.ConnectionType.SingleShotConnection)
        self.bench.worked.connect(self.sync.wake)
        self.bench.action_left.connect(lambda _name: self.practise())
        self.practice.begun.connect(lambda: self.show_area("practice"))
        self.practice.ended.connect(self._practised)
        self.practice.changed.connect(self._show_frame)
        self.practice.camera_scanned.connect(lambda text: self.wedge.enter(text, "camera"))
        self.bench.camera_scanned.connect(lambda text: self.wedge.enter(text, "camera"))
        self.printing.told.connect(self.notices.problem)
        self.devices.changed.connect(lambda: self.window.show_devices(strip(self.devices.now)))
        self.devices.ticked.connect(self._show_time)
        self.options.changed.connect(self.take_settings)
        self.scanners.state_changed.connect(self.options.scanner.use_line)
        self.options.enrolled.connect(self._enrolled)
        self.sign_in.revoked.connect(lambda _person: self.lock())
        self.sync.changed.connect(self._synced)
        self.window.density_changed.connect(self.rebuild)
        on_bugs(self.notices.bug)

    def _build(self) -> None:
        history, options = OnFirstShow(lambda: self.history.page), OnFirstShow(lambda: self.options.page)
        pages = {"inspect": self.bench.pages, "history": history, "settings": options, "practice": self.practice.pages,
                 **self.house.pages()}  # fmt: skip
        first = self.first_run.page if self.first_run is not None else self.sign_in.page
        self.window.build(first, pages)
        frame = self.window.frame
        frame.top_bar.tab_chosen.connect(self.show_area)
        frame.top_bar.language_pressed.connect(self.other_language)
        frame.top_bar.person_pressed.connect(self.lock)
        frame.top_bar.leave_pressed.connect(self.practice.finish)
        frame.strip.device_pressed.connect(self._show_device)
        self.bench.pages.primary_changed.connect(self.wedge.primary_changed)
        self._show_frame()

    def rebuild(self) -> None:
        """Make every page anew: the language, the theme, the text size or the window's density changed."""
        signed_in, area = self.person is not None and self.window.area != "sign_in", self._area
        self._use_theme(self.window.width(), self.window.height())
        self.sign_in.take_page(SignInPage())
        self.bench.make_pages()
        self.practice.make_pages()
        for made in (self.history, self.options):
            if made.is_made:
                made.make_page()
        self.house.make_pages()
        if self.first_run is not None:
            self.first_run.make_page()
        self._build()
        if signed_in:
            self.show_area(area)
        else:
            self.sign_in.begin()
            self.window.show_sign_in()
        if self.overlay is not None:
            self.overlay.open_panel()  # the pages made anew lie below it

    def other_language(self) -> None:
        """Chinese or English, the one not in force."""
        wanted = "zh_CN" if language() == "en" else "en"
        self.options.changes.change("station.language", wanted, "inspector")

    def take_settings(self, settings: Settings) -> None:
        """Work with other settings from now on; what the window shows is made anew where it must."""
        before, self.settings = self.settings, settings
        self.scanners.use(settings.scanner)
        if before.station != settings.station:
            set_language(settings.station.language)
            self.rebuild()

    # --- running --------------------------------------------------------------------------------------
    def open_window(self) -> None:
        """Show the window and start everything that runs beside it."""
        self.wedge.install()
        self.scanners.use(self.settings.scanner)
        if self._start.kiosk:
            self.window.showFullScreen()
        else:
            self.window.showMaximized()
        self.window.show_sign_in()
        self.sign_in.begin()
        self.camera.start()
        self._changes.renew_side_camera()
        self.printing.start()
        self.sync.start()
        self.devices.start()
        self.practice.sweep()
        if self.first_run is not None:
            self.first_run.open()
        logs = self._start.diagnostics.problem if self._start.diagnostics is not None else None
        for problem in (logs, self.station.rules_problem, *self._start.problems):
            if problem is not None:
                self.notices.problem(problem)
        look_for_strays(self.station, self.background, self.notices)
        if self._start.welcome is not None:
            self.incoming.open(self._start.welcome(self.window))

    def _ready(self) -> None:
        QTimer.singleShot(0, self, lambda: log.info("ready for scanning"))  # once what is shown has been painted

    @property
    def overlay(self) -> Overlay | None:
        """The panel over the work, None while there is none."""
        return self.incoming.panel

    def _wake(self) -> None:
        """Somebody is at work: the scan line moves again."""
        (self.practice.bench if self.practice.is_on else self.bench).pages.waiting.prompt.wake()

    def close(self) -> None:
        """End everything in order; what was given to the background is finished first."""
        self._idle.stop()
        self.devices.stop()
        self.wedge.remove()
        self.scanners.stop()
        self.printing.stop()
        self.camera.stop()
        self.house.locked()
        for part in (self.practice, self.bench, self.background):
            part.close()
        self.sync.stop()
        self.station.close()

    def enter(self, person: Person) -> None:
        """`person` is signed in: the unfinished inspection lies open again, or their own work goes on."""
        again = self.person is not None and self.person.id == person.id and self.session.now is not None
        self.person = person
        self.sounds.play("accept")
        if again:
            self.show_area(self._area)
            return
        self.practice.end()  # it is nobody else's
        self.session.do(finishing.leave)
        self.background.run(self.station.left_open, lambda found: self._begin(person, found))

    def _begin(self, person: Person, found: tuple[str, int]) -> None:
        inspection_id, photos = found
        self.session.begin(person, inspection_id)
        self.show_area("inspect")
        if inspection_id:
            self.notices.tell(
                "recovered",
                translate("1 unfinished return restored"),
                translate("Its {n} photos are there", n=photos),
            )

    def lock(self) -> None:
        """Ctrl+L, or ten minutes without work: the sign-in page over the kept work."""
        if self.person is not None:
            self.house.locked()
            self.sign_in.begin()
            self.window.show_sign_in()

    # --- what comes in -----------------------------------------------------------------------------------

    def practise(self) -> None:
        """Practice mode is asked for, by key, button or code; from its own screens it is left."""
        self.practice.toggle(self.window, self.window.area, self.person, self.session.now)

    def _practised(self) -> None:
        if self.window.area == "practice":
            self.show_area("inspect")
        else:
            self._area = "inspect"

    def show_area(self, name: str) -> None:
        """inspect, history, settings, practice or one of the house; while somebody practises, only that."""
        refused = leave_first() if self.practice.is_on and name != "practice" else self.house.refused(name, self.person)
        if refused is not None:
            self.sounds.play("error")
            self.notices.problem(refused)
            return
        if self._area == "settings" and name != "settings":
            self.options.close()
        if self._area != name:
            self.house.close(self._area)
        self._area = name
        self.house.open(name)
        if name == "history":
            self.history.open()
        elif name == "settings":
            self.options.open()
        self.window.show_area(name)
        self._show_frame()
        if name == "inspect":
            if self.session.now is not None:
                self.session.refresh()
            self.bench.pages.page.rest_focus()
        elif name == "practice":
            self.practice.rest_focus()

    def _shown(self, shown: Shown) -> None:
        self._done_today = self._done_today if shown.done_today is None else shown.done_today
        self._show_frame()

    def _show_frame(self) -> None:
        if self.person is not None:
            practises, tabs = self.practice.is_on, tabs_for(self.person, self._area)
            self.window.show_top_bar(top_bar(self.station, self.person, self._area, self._done_today, tabs, practises))
        self.window.show_devices(strip(self.devices.now))

    def _show_time(self) -> None:
        now = self.station.clock.local(self.station.clock.now())
        self.window.frame.strip.show_time(f"{now:%H:%M}")

    def _show_device(self, name: str) -> None:
        """A chip of the status strip: its card in the settings."""
        self.options.show_section("sync" if name in ("sync", "storage") else "devices")
        self.show_area("settings")

    def _enrolled(self) -> None:
        """The station has a centre: sync from now on, under the name it gave."""
        self.sync.start()
        self.devices.look()
        self._show_frame()

    def _first_run_done(self) -> None:
        self.first_run = None
        self.rebuild()

    def _synced(self, state: SyncState) -> None:
        self.session.offline = state.kind == "offline"
        fresh, self._last_success = state.last_success != self._last_success, state.last_success
        self.sign_in.look_after(self.person if fresh else None)
        if fresh and self.window.area == "history":
            self.history.synced()
        elif fresh and self.window.area == "inspect":
            self.session.synced()
        elif fresh:
            self.house.synced(self.window.area)
