"""People 人员: who may work here and as what; badge, PIN, role, leave; each change is made at the centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtGui import QImage

from inspection_station.documents.paper.badge_card import BadgeCard, badge_pages, badge_sheet
from inspection_station.domain.people import Role
from inspection_station.errors import N_
from inspection_station.i18n import translate
from inspection_station.station.administration_panels import FormPanel, OncePanel
from inspection_station.station.administration_section import Section, moved
from inspection_station.station.administration_views import Column, DetailView, FieldView, Line, SectionView
from inspection_station.station.frame_views import role_word, shift_word
from inspection_station.station.paper_preview import preview
from inspection_station.station.presenting.words import product_name
from inspection_station.station.views import ActionView, FactView, PrimaryView, TagView
from inspection_station.storage.print_jobs import PAPER
from inspection_station.sync.administration import PersonTold

ROLES = (Role.INSPECTOR, Role.LEAD, Role.ADMINISTRATOR, Role.DISPUTE_DESK)
ROLE_ICONS = {
    Role.INSPECTOR: "mdi6.account-outline", Role.LEAD: "mdi6.account-star-outline",
    Role.ADMINISTRATOR: "mdi6.shield-account-outline", Role.DISPUTE_DESK: "mdi6.scale-balance",
}  # fmt: skip


def name_of(one: PersonTold) -> str:
    """A person's name in the language in force."""
    return product_name(one.name, one.name_en)


def role_words(role: str) -> str:
    """A role in words; one that a newer centre has stands for itself."""
    return role_word(Role(role)) if role in {one.value for one in ROLES} else role


def state_tag(one: PersonTold) -> TagView:
    """Whether somebody may sign in."""
    if not one.active:
        return TagView(translate("On leave"), "neutral", "mdi6.account-off-outline")
    if not (one.has_badge and one.has_pin):
        return TagView(translate("No badge or PIN"), "warn", "mdi6.alert")
    return TagView(translate("Active"), "ok", "mdi6.check-circle")


class PeopleSection(Section):
    """See the module."""

    NAME, ICON, TEXT = "people", "mdi6.account-group-outline", N_("People")

    def load(self) -> None:
        """See `Section`."""
        if self._office.signed_in is not None:
            self._office.ask(lambda centre: centre.people(), self._took)
            return
        station = self._office.station

        def known() -> list[PersonTold]:
            pins = set() if station.practice else station.pins.holders()
            return [
                PersonTold(one.id, one.number, one.name, one.name_en, one.role.value, one.shift, "", one.active,
                           bool(one.badge_hash), bool(one.pin_hash) or one.id in pins)
                for one in sorted(station.reference.people(), key=lambda one: one.number)
            ]  # fmt: skip

        self._office.parts.background.run(known, self._took)

    def _took(self, people: list[PersonTold]) -> None:
        self._people = {one.id: one for one in people}
        self.changed.emit()

    _people: Mapping[str, PersonTold] = {}

    # --- what is shown -----------------------------------------------------------------------------------

    def view(self) -> SectionView:
        """See `Section`."""
        columns = (
            Column(translate("Name"), 0.30), Column(translate("Staff number"), 0.17, code=True),
            Column(translate("Role"), 0.24), Column(translate("State"), 0.29),
        )  # fmt: skip
        lines = tuple(
            Line(one.id, (name_of(one), one.number, role_words(one.role), state_tag(one)), faint=not one.active)
            for one in self._people.values()
        )
        active = sum(one.active for one in self._people.values())
        return SectionView(
            translate("People"), columns, lines, translate("Nobody is known here"),
            PrimaryView(translate("Add a person"), translate("With a badge card and a PIN"),
                        "mdi6.account-plus-outline"),
            "add", translate("{n} active of {total}", n=active, total=len(lines)),
        )  # fmt: skip

    def detail(self, row: str) -> DetailView:
        """See `Section`."""
        one = self._people.get(row)
        if one is None:
            return DetailView(translate("People"))
        facts = [FactView(translate("Staff number"), one.number), FactView(translate("Role"), role_words(one.role)),
                 FactView(translate("Shift"), shift_word(one.shift) or "–")]  # fmt: skip
        if one.site:
            facts.append(FactView(translate("Site"), one.site))
        yes, no = translate("There is one"), translate("None")
        facts += [FactView(translate("Badge"), yes if one.has_badge else no),
                  FactView(translate("PIN"), yes if one.has_pin else no)]  # fmt: skip
        leave = (translate("Leave"), "mdi6.account-off-outline") if one.active else (
            translate("Comes back"), "mdi6.account-check-outline")  # fmt: skip
        actions = (
            ActionView("badge", translate("New badge"), "mdi6.card-account-details-outline", "B"),
            ActionView("pin", translate("New PIN"), "mdi6.form-textbox-password", "P"),
            ActionView("role", translate("Role"), "mdi6.account-cog-outline", "R"),
            ActionView("edit", translate("Name, shift"), "mdi6.pencil-outline", "E"),
            ActionView("leave", *leave, "L"),
        )
        return DetailView(name_of(one), state_tag(one), tuple(facts), (), actions)

    # --- acts --------------------------------------------------------------------------------------------

    def act(self, action: str, row: str) -> None:
        """See `Section`."""
        one = self._people.get(row)
        if action == "add":
            self._choose_role(translate("The new person's role"), self._add)
        elif one is None:
            return
        elif action == "badge":
            self._sure(one, translate("A new badge for {name}", name=name_of(one)), {"badge": None},
                       translate("The old badge opens nothing any more; a card is printed."),
                       translate("Make a new badge"))  # fmt: skip
        elif action == "pin":
            self._sure(one, translate("A new PIN for {name}", name=name_of(one)), {"pin": None},
                       translate("The old PIN is no good any more."), translate("Make a new PIN"))  # fmt: skip
        elif action == "role":
            self._choose_role(translate("Role of {name}", name=name_of(one)), lambda role: self._change_role(one, role))
        elif action == "edit":
            self._edit(one)
        elif action == "leave":
            self._leave(one)

    def _choose_role(self, title: str, chosen: object) -> None:
        assert callable(chosen)
        self._office.choose(title, [(role.value, role_word(role), ROLE_ICONS[role]) for role in ROLES], chosen)

    def _add(self, role: str) -> None:
        fields = (
            FieldView("number", translate("Staff number")), FieldView("name", translate("Name")),
            FieldView("name_en", translate("Name in Latin letters")), FieldView("shift", translate("Shift")),
        )  # fmt: skip

        def given(values: Mapping[str, str], panel: FormPanel) -> None:
            facts = {"role": role, **{name: value for name, value in values.items() if value}}
            facts.setdefault("number", "")
            facts.setdefault("name", "")
            self._office.ask(
                lambda centre: centre.make_person(facts), lambda made: self._told(made, panel),
                self._office.refuse(panel),
            )  # fmt: skip

        self._office.form(translate("New person: {role}", role=role_words(role)), fields, translate("Add"), given)

    def _edit(self, one: PersonTold) -> None:
        fields = (
            FieldView("name", translate("Name"), one.name),
            FieldView("name_en", translate("Name in Latin letters"), one.name_en),
            FieldView("shift", translate("Shift"), one.shift), FieldView("site", translate("Site"), one.site),
        )  # fmt: skip

        def given(values: Mapping[str, str], panel: FormPanel) -> None:
            before = {"name": one.name, "name_en": one.name_en, "shift": one.shift, "site": one.site}
            facts = {name: value for name, value in values.items() if value != before[name]}
            if not facts:
                panel.close_panel()
                return
            self._office.ask(
                lambda centre: centre.change_person(one.id, facts), lambda made: self._told(made, panel),
                self._office.refuse(panel),
            )  # fmt: skip

        self._office.form(translate("Change {name}", name=name_of(one)), fields, translate("Save"), given)

    def _change_role(self, one: PersonTold, role: str) -> None:
        if role == one.role:
            return
        self._sure(one, translate("Another role for {name}", name=name_of(one)), {"role": role},
                   translate("Who has another role has to sign in again."), translate("Change the role"),
                   FactView(translate("Role"), moved(role_words(one.role), role_words(role))))  # fmt: skip

    def _leave(self, one: PersonTold) -> None:
        if one.active:
            self._sure(one, translate("{name} goes on leave", name=name_of(one)), {"active": False},
                       translate("Signed out everywhere at once; the badge opens nothing until the return."),
                       translate("Goes on leave"),
                       FactView(translate("State"), moved(translate("Active"), translate("On leave"))))  # fmt: skip
        else:
            self._sure(one, translate("{name} comes back", name=name_of(one)), {"active": True},
                       translate("Badge and PIN are good again."), translate("Comes back"),
                       FactView(translate("State"), moved(translate("On leave"), translate("Active"))))  # fmt: skip

    def _sure(
        self, one: PersonTold, title: str, facts: Mapping[str, object], note: str, act: str,
        change: FactView | None = None,
    ) -> None:  # fmt: skip
        shown = [FactView(translate("Staff number"), one.number), *([change] if change else [])]
        self._office.confirm(
            title, shown, ActionView("do", act, "mdi6.check-bold"),
            lambda: self._office.ask(lambda centre: centre.change_person(one.id, facts), self._told), [note],
        )  # fmt: skip

    # --- what is told once -------------------------------------------------------------------------------

    def _told(self, made: PersonTold, form: FormPanel | None = None) -> None:
        """The centre has changed a person: show it, print the card of a new badge, show secrets this once."""
        if form is not None:
            form.close_panel()
        self._people = {**self._people, made.id: replace(made, badge="", pin="")}
        self.changed.emit()
        self._office.done(translate("{name} is changed", name=name_of(made)))
        self._office.parts.sync.wake()
        self.load()
        if made.badge:
            self._make_card(made)
        elif made.pin:
            self._show_once(made, None, b"")

    def _make_card(self, made: PersonTold) -> None:
        station = self._office.station
        card = BadgeCard(made.name, made.name_en, role_words(made.role), made.number, made.badge,
                         made.site or station.desk.station.site, station.practice)  # fmt: skip

        def draw() -> tuple[QImage, bytes]:
            image, _pages = preview(badge_pages([card]), width=860)
            return image, badge_sheet([card])

        self._office.parts.background.run(draw, lambda drawn: self._show_once(made, *drawn), lane="photo")

    def _show_once(self, made: PersonTold, card: QImage | None, document: bytes) -> None:
        if document:
            self._print(made, document)
        secrets = [(translate("PIN"), " ".join((made.pin[:3], made.pin[3:])))] if made.pin else []
        panel = OncePanel(self._office.window(), name_of(made), secrets, card=card)
        panel.print_wanted.connect(lambda: self._print(made, document))
        self._office.open(panel)

    def _print(self, made: PersonTold, document: bytes) -> None:
        person = self._office.person
        if person is None:
            return
        desk, title = self._office.station.documents[PAPER], translate("Badge card {number}", number=made.number)
        self._office.parts.printing.queues[PAPER].print_made(
            lambda: desk.queue_paper(title, document, person), person
        )
