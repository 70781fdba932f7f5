"""Stations 工作站: which there are, when they were last heard; a code with which one enrols, and shutting one out."""

from __future__ import annotations

from collections.abc import Mapping

from inspection_station import __version__
from inspection_station.errors import N_
from inspection_station.i18n import translate
from inspection_station.station.administration_panels import FormPanel, OncePanel
from inspection_station.station.administration_section import Section
from inspection_station.station.administration_views import Column, DetailView, FieldView, Line, SectionView
from inspection_station.station.presenting.words import clock_time
from inspection_station.station.views import ActionView, FactView, PrimaryView, TagView
from inspection_station.sync.administration import StationTold

HOURS = 24  # that an enrolment code is good


def state_tag(one: StationTold) -> TagView:
    """How a station stands with the centre."""
    return {
        "active": TagView(translate("Enrolled"), "ok", "mdi6.check-circle"),
        "forked": TagView(translate("Disk copied"), "warn", "mdi6.alert"),
        "revoked": TagView(translate("Shut out"), "error", "mdi6.close-octagon"),
    }.get(one.state, TagView(one.state))  # fmt: skip


class StationsSection(Section):
    """See the module."""

    NAME, ICON, TEXT = "stations", "mdi6.desktop-classic", N_("Stations")
    _stations: Mapping[str, StationTold] = {}

    def load(self) -> None:
        """See `Section`; without a sign-in this station alone is known."""
        if self._office.signed_in is not None:
            self._office.ask(lambda centre: centre.stations(), self._took)
            return
        station, state = self._office.station, self._office.parts.sync.state
        me = station.desk.station
        self._took([StationTold(me.station_id, me.code, me.number, me.site, "active" if me.number else "", "",
                                state.last_success or "", __version__)])  # fmt: skip

    def _took(self, stations: list[StationTold]) -> None:
        self._stations = {one.id: one for one in stations}
        self.changed.emit()

    def _seen(self, one: StationTold) -> str:
        return clock_time(self._office.station.clock, one.last_seen, with_day=True) if one.last_seen else "–"

    def view(self) -> SectionView:
        """See `Section`."""
        columns = (
            Column(translate("Bench"), 0.2, code=True), Column(translate("Site"), 0.25),
            Column(translate("Last heard"), 0.2), Column(translate("Version"), 0.13, code=True),
            Column(translate("State"), 0.22),
        )  # fmt: skip
        lines = tuple(
            Line(one.id, (one.code, one.site or "–", self._seen(one), one.app_version or "–", state_tag(one)),
                 one.state == "revoked")
            for one in self._stations.values()
        )  # fmt: skip
        return SectionView(
            translate("Stations"), columns, lines, translate("No station is enrolled yet"),
            PrimaryView(translate("Enrolment code"), translate("For one new station, good for a day"),
                        "mdi6.link-variant"),
            "enrol",
        )  # fmt: skip

    def detail(self, row: str) -> DetailView:
        """See `Section`."""
        one = self._stations.get(row)
        if one is None:
            return DetailView(translate("Stations"))
        clock = self._office.station.clock
        enrolled = clock_time(clock, one.enrolled_at, with_day=True) if one.enrolled_at else "–"
        facts = (
            FactView(translate("Number on labels"), f"{one.number:03d}", True), FactView(translate("Site"), one.site),
            FactView(translate("Enrolled"), enrolled), FactView(translate("Last heard"), self._seen(one)),
            FactView(translate("Version"), one.app_version or "–", True),
        )  # fmt: skip
        copied = translate("Two computers send under this name. Enrol both anew, then shut this one out.")
        notes = (copied,) if one.state == "forked" else ()
        can = one.state in ("active", "forked") and self._office.signed_in is not None
        actions = (ActionView("revoke", translate("Shut out"), "mdi6.cancel", "X"),) if can else ()
        return DetailView(one.code or translate("This station"), state_tag(one), facts, notes, actions)

    def act(self, action: str, row: str) -> None:
        """See `Section`."""
        one = self._stations.get(row)
        if action == "enrol":
            self._enrol()
        elif action == "revoke" and one is not None:
            state = f"{state_tag(one).text} → "
            self._office.confirm(
                translate("Shut {code} out for ever", code=one.code),
                [FactView(translate("State"), state + translate("Shut out"))],
                ActionView("do", translate("Shut out"), "mdi6.cancel"),
                lambda: self._office.ask(lambda centre: centre.revoke(one.id), lambda _none: self._revoked(one)),
                [translate("It is refused from now on. What it holds stays on its disk; it can be enrolled anew.")],
            )  # fmt: skip

    def _revoked(self, one: StationTold) -> None:
        self._office.done(translate("{code} is shut out", code=one.code))
        self.load()

    def _enrol(self) -> None:
        site = self._office.station.desk.station.site
        fields = (
            FieldView("station_code", translate("Name of the bench, such as B12")),
            FieldView("site", translate("Site"), site),
        )

        def given(values: Mapping[str, str], panel: FormPanel) -> None:
            def made(code: str) -> None:
                panel.close_panel()
                self._office.parts.sounds.play("done")
                title = translate("Enrolment code for {code}", code=values["station_code"])
                self._office.open(OncePanel(self._office.window(), title, [(translate("Enrolment code"), code)],
                                            code=code))  # fmt: skip
                self.load()

            self._office.ask(
                lambda centre: centre.enrolment_code(values["station_code"], values["site"], HOURS), made,
                self._office.refuse(panel),
            )  # fmt: skip

        self._office.form(translate("A code for a new station"), fields, translate("Make the code"), given)
