"""The log of changes 变更记录: who changed what at the centre, newest first, with how it was before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspection_station.domain.people import Person, Role
from inspection_station.errors import N_
from inspection_station.i18n import translate
from inspection_station.station.administration_section import Section, moved
from inspection_station.station.administration_views import Column, DetailView, Line, SectionView
from inspection_station.station.frame_views import role_word
from inspection_station.station.presenting.words import clock_time, product_name
from inspection_station.station.views import FactView, PrimaryView
from inspection_station.sync.administration import MOST_CHANGES, Change

WHATS: Mapping[str, str] = {
    "person made": N_("Person added"), "person changed": N_("Person changed"), "signed in": N_("Signed in"),
    "enrolment code made": N_("Enrolment code made"), "station revoked": N_("Station shut out"),
    "station enrolled": N_("Station enrolled"), "token made": N_("Token made"),
    "token withdrawn": N_("Token withdrawn"),
    "administrator made": N_("Administrator's token made"), "rules loaded": N_("Rule file loaded"),
    "rules put in force": N_("Rule file put in force"), "rules withdrawn": N_("Rule file taken back"),
    "tote made": N_("Tote made"), "tote changed": N_("Tote changed"),
}  # fmt: skip
FIELDS: Mapping[str, str] = {
    "number": N_("Staff number"), "name": N_("Name"), "name_en": N_("Name in Latin letters"), "role": N_("Role"),
    "shift": N_("Shift"), "site": N_("Site"), "active": N_("Active"), "has_badge": N_("Badge"), "badge": N_("Badge"),
    "has_pin": N_("PIN"), "pin": N_("PIN"), "state": N_("State"), "code": N_("Bench"), "station_code": N_("Bench"),
    "version": N_("Version"), "file": N_("File"), "slot": N_("Place at the bench"), "vendor": N_("Vendor"),
    "capacity": N_("Holds at most"), "capacity_g": N_("Weighs at most (g)"), "disposition": N_("For"),
    "in_force": N_("In force"),
    "hours": N_("Good for so many hours"), "rights": N_("Rights"), "expires_at": N_("Good until"),
    "new_badge": N_("New badge"), "new_pin": N_("New PIN"), "sha256": "SHA-256",
}  # fmt: skip
LONGEST = 200  # characters of a value


def what_word(what: str) -> str:
    """What was done, in words; what a newer centre calls it stands for itself."""
    return translate(WHATS[what]) if what in WHATS else what


def field_word(name: str) -> str:
    """What a field of a thing is called; one that is not known here stands for itself."""
    return translate(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def value_text(value: Any) -> str:
    """A value of the log as it is read."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if value in {one.value for one in Role}:
        return role_word(Role(value))
    return str(value)[:LONGEST]


def moves(change: Change, named: Callable[[str], str] = str) -> list[FactView]:
    """Each field that is another one than before: name, before → after; `named` says what a value is called."""
    names = [*change.before, *(name for name in change.after if name not in change.before)]
    sides = change.before, change.after
    return [
        FactView(field_word(name), moved(*(named(value_text(side.get(name))) for side in sides)))
        for name in names
        if change.before.get(name) != change.after.get(name)
    ]


class LogSection(Section):
    """See the module."""

    NAME, ICON, TEXT = "log", "mdi6.clipboard-text-clock-outline", N_("Changes")
    _changes: tuple[Change, ...] = ()
    _names: Mapping[str, Person] = {}
    _whole = False  # the oldest is here
    _asking = False

    def load(self) -> None:
        """See `Section`."""
        self._whole = False
        if self._office.signed_in is None:
            self._changes = ()
            self.changed.emit()
            return
        reference = self._office.station.reference

        def took(found: tuple[list[Change], list[Person]]) -> None:
            self._names = {key: one for one in found[1] for key in (one.name, one.id)}
            self._took(found[0])

        self._office.ask(lambda centre: (centre.changes(), reference.people()), took)

    def _named(self, text: str) -> str:
        """A person's name for a name or an id, in the language in force, where that is somebody known here."""
        one = self._names.get(text)
        return product_name(one.name, one.name_en) if one is not None else text

    def _about(self, change: Change) -> str:
        """What it is about, short: a name where there is one, else the beginning of the id."""
        known = self._named(change.thing)
        return known if known != change.thing else self._named(short(change))

    def _took(self, changes: list[Change]) -> None:
        self._changes, self._asking = tuple(changes), False
        self._whole = len(changes) < MOST_CHANGES
        self.changed.emit()

    def more(self) -> None:
        """See `Section`: the next older page."""
        if self._whole or self._asking or not self._changes or self._office.signed_in is None:
            return
        self._asking = True
        last = self._changes[-1].key

        def took(older: list[Change]) -> None:
            self._took([*self._changes, *older])
            self._whole = len(older) < MOST_CHANGES

        def failed(error: Exception) -> None:
            self._asking = False
            self._office.failed(error)

        self._office.ask(lambda centre: centre.changes(last), took, failed)

    def view(self) -> SectionView:
        """See `Section`."""
        clock = self._office.station.clock
        columns = (
            Column(translate("When"), 0.24), Column(translate("Who"), 0.2), Column(translate("What"), 0.3),
            Column(translate("About"), 0.26, code=True),
        )  # fmt: skip
        lines = tuple(
            Line(str(one.key),
                 (clock_time(clock, one.at, with_day=True), self._named(one.by), what_word(one.what), self._about(one)))
            for one in self._changes
        )  # fmt: skip
        ended = translate("All {n} are here", n=len(lines)) if self._whole else translate("Older ones below")
        can = self._office.signed_in is not None and not self._whole
        return SectionView(
            translate("Changes"), columns, lines,
            translate("Nothing was changed yet") if self._office.signed_in else translate("The log is at the centre"),
            PrimaryView(translate("Older ones"), "", "mdi6.chevron-down", enabled=can), "more", ended if lines else "",
        )  # fmt: skip

    def detail(self, row: str) -> DetailView:
        """See `Section`."""
        one = next((one for one in self._changes if str(one.key) == row), None)
        if one is None:
            return DetailView(translate("Changes"))
        clock = self._office.station.clock
        facts = (
            FactView(translate("When"), clock_time(clock, one.at, with_day=True)),
            FactView(translate("Who"), self._named(one.by)),
            FactView(translate("About"), self._named(one.thing)), *moves(one, self._named),
        )  # fmt: skip
        return DetailView(what_word(one.what), None, facts)

    def act(self, action: str, row: str) -> None:
        """See `Section`."""
        if action == "more":
            self.more()


def short(change: Change) -> str:
    """What it is about, short: a name or number where the log has one, else the beginning of the id."""
    for facts in (change.after, change.before):
        for name in ("number", "code", "version", "name"):
            if facts.get(name):
                return str(facts[name])[:40]
    return change.thing if len(change.thing) <= 16 else f"{change.thing[:8]}…"
