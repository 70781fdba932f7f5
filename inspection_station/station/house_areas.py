"""The areas of those who lead: which there are, who may enter, and the key and code that lead there."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.domain.people import Person, Right
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.station.area import Area, AreaParts
from inspection_station.station.on_first_show import OnFirstShow
from inspection_station.station.views import TabView


@dataclass(frozen=True)
class AreaEntry:
    """One area: `place` is its module and class, loaded when it is first entered; `text` is a msgid.

    `tab` is its place in the top bar (inspect 1, sorting 2, containers 3, history 4, figures 5, administration 6,
    settings 7), 0 for one that is reached by key, code or button only.
    """

    name: str
    place: str
    right: Right
    text: str
    icon: str
    key: str
    command: str
    tab: int = 0


ENTRIES: tuple[AreaEntry, ...] = (
    AreaEntry(
        "sorting", "sorting_area:SortingArea", Right.SORT, N_("Sorting"), "mdi6.view-column-outline", "F6",
        "CMD-SORTING", tab=2,
    ),
    AreaEntry(
        "containers", "containers_area:ContainersArea", Right.SORT, N_("Containers"), "mdi6.package-variant-closed",
        "F7", "CMD-CONTAINERS", tab=3,
    ),
    AreaEntry(
        "arrival", "arrival_area:ArrivalArea", Right.INSPECT, N_("Dock arrival"), "mdi6.truck-outline", "Ctrl+A",
        "CMD-ARRIVAL",
    ),
    AreaEntry(
        "figures", "figures_area:FiguresArea", Right.SEE_FIGURES, N_("Figures"), "mdi6.chart-bar", "Ctrl+F",
        "CMD-FIGURES", tab=5,
    ),
    AreaEntry(
        "handover", "handover_area:HandoverArea", Right.SORT, N_("Shift hand-over"), "mdi6.account-switch-outline",
        "Ctrl+H", "CMD-HANDOVER",
    ),
    AreaEntry(
        "administration", "administration_area:AdministrationArea", Right.ADMINISTER, N_("Administration"),
        "mdi6.shield-account-outline", "Ctrl+U", "CMD-ADMIN", tab=6,
    ),
)  # fmt: skip
DENIED = StationProblem("role.denied", N_("Lead needed"), N_("A lead's badge continues."))
ADMINISTRATOR_ONLY = StationProblem(
    "role.administrator", N_("Administrator needed"), N_("An administrator's badge continues.")
)


def tabs_for(person: Person, area: str) -> dict[int, TabView]:
    """The tabs that `person` sees for these areas, by place; `area` is the one shown."""
    seen = [one for one in ENTRIES if one.tab and person.may(one.right)]
    return {one.tab: TabView(one.name, translate(one.text), one.icon, one.name == area) for one in seen}


class HouseAreas(QObject):
    """The areas, each made when it is first entered.

    Signals:
        area_wanted(str), record_wanted(str, str), history_wanted(HistoryWishFor), panel_wanted(Overlay),
            primary_changed(): as of `Area`.
    """

    area_wanted = Signal(str)
    record_wanted = Signal(str, str)
    history_wanted = Signal(object)
    panel_wanted = Signal(object)
    primary_changed = Signal()

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._entries = {one.name: one for one in ENTRIES}
        self._made: dict[str, Area] = {}

    def area(self, name: str) -> Area:
        """The area of that name; loaded and made when it is first asked for."""
        if name not in self._made:
            module, _, kind = self._entries[name].place.partition(":")
            made: Area = getattr(importlib.import_module(f"inspection_station.station.{module}"), kind)(
                self._parts, self
            )
            made.area_wanted.connect(self.area_wanted)
            made.record_wanted.connect(self.record_wanted)
            made.history_wanted.connect(self.history_wanted)
            made.panel_wanted.connect(self.panel_wanted)
            made.primary_changed.connect(self.primary_changed)
            self._made[name] = made
        return self._made[name]

    def pages(self) -> dict[str, QWidget]:
        """A place for each area's page, by name."""
        return {name: OnFirstShow(lambda name=name: self.area(name).page) for name in self._entries}  # type: ignore[misc]

    def make_pages(self) -> None:
        """Make the pages anew that there are."""
        for area in self._made.values():
            if area.is_made:
                area.make_page()

    def refused(self, name: str, person: Person | None) -> StationProblem | None:
        """Why `person` may not enter the area; None when they may, or it is none of these."""
        entry = self._entries.get(name)
        if entry is None or (person is not None and person.may(entry.right)):
            return None
        return ADMINISTRATOR_ONLY if entry.right is Right.ADMINISTER else DENIED

    def open(self, name: str) -> None:
        """The area is shown from now on; nothing when it is none of these."""
        if name in self._entries:
            self.area(name).open()

    def close(self, name: str) -> None:
        """Another area is shown from now on."""
        if name in self._made:
            self._made[name].close()

    def locked(self) -> None:
        """Nobody is at the station any more."""
        for area in self._made.values():
            area.locked()

    def rest_focus(self, name: str) -> None:
        """A panel over the area is gone: its page has the keys again."""
        if name in self._made:
            self._made[name].page.rest_focus()

    def scans(self) -> dict[str, Callable[[str], object]]:
        """Who takes a scan, by area."""
        return {name: lambda text, name=name: self.area(name).scan(text) for name in self._entries}  # type: ignore[misc]

    def commands(self) -> dict[str, Callable[[], object]]:
        """The command codes that lead to the areas."""
        return {one.command: self._way_to(one.name) for one in ENTRIES}

    def ways(self) -> dict[str, Callable[[], object]]:
        """The keys that lead to the areas, by key."""
        return {one.key: self._way_to(one.name) for one in ENTRIES}

    def _way_to(self, name: str) -> Callable[[], None]:
        return lambda: self.area_wanted.emit(name)

    def keys(self, name: str) -> Mapping[str, Callable[[], object]]:
        """What keys do in the area."""
        return self._made[name].keys() if name in self._made else {}

    def synced(self, name: str) -> None:
        """The centre told something while the area `name` is shown."""
        self._parts.background.run(self._parts.station.renew_rules, lambda _changed: None)
        if name in self._made:
            self._made[name].synced()
