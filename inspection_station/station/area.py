"""An area of the window besides the bench's own pages: what every one is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from inspection_station.domain.people import Person
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.bench_scale import BenchScale
from inspection_station.station.notices import Notices
from inspection_station.station.page import Page
from inspection_station.station.printing import Printing
from inspection_station.station.setting_changes import SettingChanges
from inspection_station.station.sounds import Sounds
from inspection_station.station.sync_runner import SyncRunner
from inspection_station.station.wedge_scanner import WedgeFilter

KEYS_OF_COMMANDS = {"OK": "Enter", "PHOTO": "Space", "CANCEL": "Esc", "UNDO": "F12", "REPRINT": "F11", "MORE": "PgDn"}
"""Keys that a printed command code presses, by its name after ``CMD-``; letters and digits press themselves."""


@dataclass(frozen=True)
class AreaParts:
    """What areas work with; `person` is who is signed in, None while nobody is; `show_printer` turns the settings to
    the printer of a purpose."""

    station: Station
    background: Background
    notices: Notices
    sounds: Sounds
    printing: Printing
    camera: BenchCamera
    sync: SyncRunner
    wedge: WedgeFilter
    changes: SettingChanges
    person: Callable[[], Person | None]
    show_printer: Callable[[str], object] = lambda _purpose: None
    scale: BenchScale | None = None


class Area(QObject):
    """One area: its page and what is done there.

    Signals:
        area_wanted(str): show the area of that name.
        record_wanted(str, str): open this inspection and item in History.
        history_wanted(HistoryWishFor): open History with what stands behind a figure.
        panel_wanted(Overlay): lay a panel over the work.
        primary_changed(): the page's primary action is another one (for the scanner filter's guard).
    """

    area_wanted = Signal(str)
    record_wanted = Signal(str, str)
    history_wanted = Signal(object)
    panel_wanted = Signal(object)
    primary_changed = Signal()

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._page: Page | None = None

    def _make(self) -> Page:
        """A new page in the language and theme in force, connected and without content."""
        raise NotImplementedError

    @property
    def is_made(self) -> bool:
        """Whether there is a page already."""
        return self._page is not None

    @property
    def page(self) -> Page:
        """The page; made when it is first asked for."""
        return self._page or self.make_page()

    def make_page(self) -> Page:
        """Make the page anew: the language, the theme or the density changed. `open` fills it."""
        self._page = self._make()
        self._page.primary_changed.connect(self.primary_changed)
        return self._page

    def open(self) -> None:
        """It is shown from now on, or its page was made anew while it is: fill the page."""

    def close(self) -> None:
        """Another area is shown from now on."""

    def locked(self) -> None:
        """Nobody is at the station any more, shown or not: what needs somebody's own sign-in ends."""

    def scan(self, text: str) -> None:
        """A scan while it is shown."""

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What keys that the page did not use do while it is shown, by name."""
        return {}

    def press_command(self, name: str) -> bool:
        """Do what the key of the command code ``CMD-name`` does; False when it does nothing here."""
        key = KEYS_OF_COMMANDS.get(name, name)
        if self.page.press(key):
            return True
        act = self.keys().get(key)
        return act is not None and act() is not False

    def synced(self) -> None:
        """The centre told something while it is shown."""
