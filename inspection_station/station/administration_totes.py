"""Totes 周转箱: by disposition with how full they are; new ones in bulk with their labels, and what one is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inspection_station.documents.paper.tote_label import ToteLabel, tote_layout
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate
from inspection_station.station.administration_panels import FormPanel
from inspection_station.station.administration_section import Section, moved
from inspection_station.station.administration_views import Column, DetailView, FieldView, Line, SectionView
from inspection_station.station.presenting.sorting import step_word
from inspection_station.station.presenting.words import disposition_tag
from inspection_station.station.printers import label_dpi, label_size
from inspection_station.station.printing_desk import png_of
from inspection_station.station.views import ActionView, FactView, PrimaryView, TagView
from inspection_station.storage.print_jobs import TOTE_LABEL, PrintJob
from inspection_station.sync.administration import ToteTold
from inspection_station.workflows.custody_port import ToteRow

CAPACITY, MOST, GRAMS = 60, 200, 1000
NOT_A_NUMBER = StationProblem(
    "administration.number", N_("That is no whole number from 0 to 999"), N_("Write digits only.")
)


def whole(text: str, default: int = 0, most: int = 999) -> int:
    """A whole number out of a form; raises StationProblem ``administration.number``."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise NOT_A_NUMBER
    return int(text)


@dataclass(frozen=True)
class ToteHere:
    """A tote: what the centre says it is for, and what lies in it as this station knows."""

    told: ToteTold
    row: ToteRow | None = None

    @property
    def contents(self) -> int:
        """Units that lie in it."""
        return self.row.contents if self.row is not None else 0


def _with_weight(told: ToteTold, row: ToteRow | None) -> ToteTold:
    """What it may weigh as this station knows it, where the centre is not asked."""
    return replace(told, capacity_g=row.capacity_g) if row is not None and not told.capacity_g else told


class TotesSection(Section):
    """See the module."""

    NAME, ICON, TEXT = "totes", "mdi6.package-variant-closed", N_("Totes")
    _totes: Mapping[str, ToteHere] = {}

    def load(self) -> None:
        """See `Section`; the fill is always this station's own knowledge."""
        if self._office.signed_in is not None:
            self._office.ask(lambda centre: centre.totes(), self._with_fill)
            return
        reference = self._office.station.reference

        def known() -> list[ToteTold]:
            return [ToteTold(one.code, one.disposition, one.slot, one.vendor, one.state, one.capacity)
                    for one in reference.totes()]  # fmt: skip

        self._office.parts.background.run(known, self._with_fill)

    def _with_fill(self, totes: list[ToteTold]) -> None:
        custody = self._office.station.custody

        def fill() -> list[ToteHere]:
            rows = {one.code: one for one in custody.totes()}
            return [ToteHere(_with_weight(one, rows.get(one.code)), rows.get(one.code)) for one in totes]

        self._office.parts.background.run(fill, self._took)

    def _took(self, totes: list[ToteHere]) -> None:
        order = list(self._office.station.desk.book.lists.words["dispositions"])
        places = {code: place for place, code in enumerate(order)}

        def place(one: ToteHere) -> tuple[int, int, str]:
            return places.get(one.told.disposition, 99), one.told.slot or 99, one.told.code

        self._totes = {one.told.code: one for one in sorted(totes, key=place)}
        self.changed.emit()

    # --- what is shown -----------------------------------------------------------------------------------

    def view(self) -> SectionView:
        """See `Section`."""
        desk = self._office.station.desk
        columns = (
            Column(translate("Tote"), 0.2, code=True), Column(translate("For"), 0.27),
            Column(translate("Vendor"), 0.19, code=True), Column(translate("Place"), 0.09, right=True),
            Column(translate("Fill"), 0.12, right=True), Column(translate("State"), 0.15),
        )  # fmt: skip
        lines = tuple(
            Line(
                code, (code, disposition_tag(desk, one.told.disposition) if one.told.disposition else "–",
                       one.told.vendor or "–", str(one.told.slot or "–"), f"{one.contents} / {one.told.capacity}",
                       step_word(one.row.step if one.row is not None else "open")),
            )
            for code, one in self._totes.items()
        )  # fmt: skip
        return SectionView(
            translate("Totes"), columns, lines, translate("No totes are known yet"),
            PrimaryView(translate("New totes"), translate("Codes are given, labels print"), "mdi6.plus-box-multiple"),
            "new", translate("{n} totes hold {items} units", n=len(lines),
                             items=sum(one.contents for one in self._totes.values())),
        )  # fmt: skip

    def detail(self, row: str) -> DetailView:
        """See `Section`."""
        one = self._totes.get(row)
        if one is None:
            return DetailView(translate("Totes"))
        told = one.told
        facts = (
            FactView(translate("For"), self._words(told.disposition)),
            FactView(translate("Vendor"), told.vendor or "–"),
            FactView(translate("Place at the bench"), str(told.slot or "–")),
            FactView(translate("Holds at most"), str(told.capacity)),
            FactView(translate("Weighs at most"), f"{told.capacity_g / GRAMS:g} kg" if told.capacity_g else "–"),
            FactView(translate("Units in it"), str(one.contents)),
            FactView(translate("Scanned in"), str(one.row.proved if one.row is not None else 0)),
        )  # fmt: skip
        actions = (
            ActionView("change", translate("Change it"), "mdi6.pencil-outline", "E"),
            ActionView("label", translate("Label"), "mdi6.printer-outline", "L"),
        )
        tag = TagView(step_word(one.row.step), "info", "mdi6.tray") if one.row is not None else None
        return DetailView(told.code, tag, facts, (), actions)

    def _words(self, disposition: str) -> str:
        lists = self._office.station.desk.book.lists
        return localised(lists.word("dispositions", disposition).texts) if disposition else "–"

    # --- acts --------------------------------------------------------------------------------------------

    def act(self, action: str, row: str) -> None:
        """See `Section`."""
        one = self._totes.get(row)
        if action == "new":
            words = self._office.station.desk.book.lists.words["dispositions"]
            choices = [(code, localised(word.texts), "mdi6.tray") for code, word in words.items()]
            self._office.choose(translate("New totes for what?"), choices, self._new)
        elif action == "label" and one is not None:
            self._print([one.told])
        elif action == "change" and one is not None:
            self._change(one.told)

    def _new(self, disposition: str) -> None:
        fields = (
            FieldView("count", translate("How many"), "1"), FieldView("vendor", translate("For one vendor alone")),
            FieldView("capacity", translate("Holds at most"), str(CAPACITY)),
            FieldView("kilograms", translate("At most, in kg (none: empty)")),
        )  # fmt: skip

        def given(values: Mapping[str, str], panel: FormPanel) -> None:
            try:
                count = whole(values["count"], 1, MOST)
                capacity, grams = whole(values["capacity"], CAPACITY), whole(values["kilograms"]) * GRAMS
            except StationProblem as problem:
                self._office.refuse(panel)(problem)
                return

            def made(totes: list[ToteTold]) -> None:
                panel.close_panel()
                self._office.done(translate("{n} totes are made; their labels print", n=len(totes)))
                self._print(totes)
                self.load()

            self._office.ask(
                lambda centre: centre.make_totes(count, disposition, values["vendor"], capacity, grams), made,
                self._office.refuse(panel),
            )  # fmt: skip

        title = translate("New totes for {what}", what=self._words(disposition))
        self._office.form(title, fields, translate("Make and print"), given)

    def _change(self, one: ToteTold) -> None:
        fields = (
            FieldView("slot", translate("Place at the bench"), str(one.slot or "")),
            FieldView("vendor", translate("For one vendor alone"), one.vendor),
            FieldView("capacity", translate("Holds at most"), str(one.capacity)),
            FieldView(
                "kilograms", translate("At most, in kg (none: empty)"), str(one.capacity_g // GRAMS or ""),
            ),
        )  # fmt: skip

        def given(values: Mapping[str, str], panel: FormPanel) -> None:
            try:
                slot, capacity = whole(values["slot"], 0, 99), whole(values["capacity"], CAPACITY)
                grams = whole(values["kilograms"]) * GRAMS
            except StationProblem as problem:
                self._office.refuse(panel)(problem)
                return
            facts = {"code": one.code, "disposition": one.disposition, "slot": slot, "vendor": values["vendor"],
                     "state": one.state or "open", "capacity": capacity, "capacity_g": grams}  # fmt: skip
            panel.close_panel()
            changes = [
                FactView(name, moved(str(before), str(after)))
                for name, before, after in (
                    (translate("Place at the bench"), one.slot or "", slot or ""),
                    (translate("Vendor"), one.vendor, values["vendor"]),
                    (translate("Holds at most"), one.capacity, capacity),
                    (translate("Weighs at most"), one.capacity_g // GRAMS or "", grams // GRAMS or ""),
                )
                if before != after
            ]
            if changes:
                self._office.confirm(
                    translate("Change {tote}", tote=one.code), changes,
                    ActionView("do", translate("Change it"), "mdi6.check-bold"),
                    lambda: self._office.ask(
                        lambda centre: centre.tell_totes([facts]), lambda _told: self._changed(one)
                    ),
                )  # fmt: skip

        self._office.form(translate("Change {tote}", tote=one.code), fields, translate("Go on"), given)

    def _changed(self, one: ToteTold) -> None:
        self._office.done(translate("{tote} is changed", tote=one.code))
        self.load()

    def _print(self, totes: Sequence[ToteTold]) -> None:
        """Their labels, on the printer of tote labels."""
        person, station = self._office.person, self._office.station
        if person is None or not totes:
            return
        settings, desk = station.settings, station.documents[TOTE_LABEL]
        size, dpi = label_size(settings, TOTE_LABEL), label_dpi(settings, TOTE_LABEL)
        words = {one.disposition: self._words(one.disposition) if one.disposition else "" for one in totes}

        def make() -> PrintJob | None:
            job = None
            for one in totes:
                label = ToteLabel(one.code, words[one.disposition], one.disposition, one.vendor, station.practice)
                job = desk.queue_label(one.code, png_of(tote_layout(label, size, dpi)), size, dpi, person)
            return job

        self._office.parts.printing.queues[TOTE_LABEL].print_made(make, person)
