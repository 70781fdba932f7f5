"""Administration at the window: people, stations, rules, policies, totes, printers and the log, section by section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject

from inspection_station.domain.command_codes import COMMAND_PREFIX
from inspection_station.domain.identifiers import BADGE_PREFIX
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.station.administration_log import LogSection
from inspection_station.station.administration_office import Office
from inspection_station.station.administration_page import AdministrationPage
from inspection_station.station.administration_people import PeopleSection
from inspection_station.station.administration_policies import PoliciesSection
from inspection_station.station.administration_printers import PrintersSection
from inspection_station.station.administration_rules import RulesSection
from inspection_station.station.administration_section import Section
from inspection_station.station.administration_stations import StationsSection
from inspection_station.station.administration_totes import TotesSection
from inspection_station.station.area import Area, AreaParts
from inspection_station.station.flow.commands import not_here
from inspection_station.station.page import Page
from inspection_station.station.views import ActionView, TagView

SECTIONS: tuple[type[Section], ...] = (
    PeopleSection, RulesSection, PoliciesSection, StationsSection, TotesSection, PrintersSection, LogSection,
)  # fmt: skip
SIGN_IN = "sign_in"
NOT_KNOWN = StationProblem(
    "scan.not_for_administration", N_("This code means nothing here"), N_("Scan your badge to sign in at the centre.")
)


class AdministrationArea(Area):
    """Runs one page of administration."""

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self.office = Office(parts, lambda: self._shown.window(), self)
        self.office.panel_wanted.connect(self.panel_wanted)
        self.office.area_wanted.connect(self.area_wanted)
        self.office.changed.connect(self._signed)
        self.sections: dict[str, Section] = {one.NAME: one(self.office, self) for one in SECTIONS}
        for name, section in self.sections.items():
            section.changed.connect(lambda name=name: self._changed(name))
        self._name = SECTIONS[0].NAME

    def _make(self) -> Page:
        page = self._shown = AdministrationPage(
            [(name, one.ICON, translate(one.TEXT)) for name, one in self.sections.items()]
        )
        page.section_wanted.connect(self.show_section)
        page.row_chosen.connect(self._choose)
        page.end_reached.connect(lambda: self._now.more())
        page.primary_pressed.connect(self._primary)
        page.action_pressed.connect(self._act)
        return page

    @property
    def _now(self) -> Section:
        return self.sections[self._name]

    def open(self) -> None:
        """Show the section that was shown last, with what is true now."""
        assert self.page is self._shown
        self._show()
        self._now.load()

    def locked(self) -> None:
        """Nobody is at the station any more: the sign-in at the centre ends too."""
        self.office.forget()

    def scan(self, text: str) -> None:
        """One's own badge signs in at the centre; the code of a key presses it."""
        if text.upper().startswith(COMMAND_PREFIX):
            if not self.press_command(text.upper().removeprefix(COMMAND_PREFIX)):
                self._stop(not_here())
        elif text.upper().startswith(BADGE_PREFIX) and self.office.signed_in is None:
            self.office.take_badge(text)
        else:
            self._stop(NOT_KNOWN)

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """Esc takes the filter away before it leaves the screen."""
        return {"Esc": self._shown.filter.clear} if self._shown.filter.text() else {}

    def synced(self) -> None:
        """The centre told something: what is listed may be another thing."""
        if self.office.signed_in is None:
            self._now.load()

    # --- what is shown -----------------------------------------------------------------------------------

    def show_section(self, name: str) -> None:
        """Show another section."""
        if name != self._name:
            self._name = name
            self._shown.filter.clear()
        self._show()
        self._now.load()

    def _signed(self) -> None:
        self._show()
        self._now.load()

    def _changed(self, name: str) -> None:
        if name == self._name and self.is_made:
            self._show()

    def _show(self) -> None:
        self._shown.show_section(self._name, self._now.view(), self._tag())
        self._choose(self._shown.table.name)

    def _choose(self, row: str) -> None:
        view = self._now.detail(row)
        if self.office.signed_in is None:
            view = replace(view, actions=(*view.actions, ActionView(SIGN_IN, translate("Sign in"),
                                                                    "mdi6.login", "S")))  # fmt: skip
        self._shown.show_detail(view)

    def _tag(self) -> TagView:
        if self.office.signed_in is not None:
            return TagView(translate("Signed in at the centre"), "ok", "mdi6.check-circle")
        return TagView(translate("As known here"), "warn", "mdi6.cloud-off-outline")

    # --- acts --------------------------------------------------------------------------------------------

    def _primary(self) -> None:
        view = self._shown.view
        if view is not None:
            self._now.act(view.act, self._shown.table.name)

    def _act(self, name: str) -> None:
        if name == SIGN_IN:
            self.office.sign_in()
        else:
            self._now.act(name, self._shown.table.name)

    def _stop(self, problem: StationProblem) -> None:
        self._parts.sounds.play("error")
        what, to_do = sentences(problem)
        self._parts.notices.tell(problem.code, what, to_do)
