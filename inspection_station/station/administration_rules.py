"""Rules 规则: checklists, decision tables, policies, lists, carriers in their versions; tried dry before they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from inspection_station.errors import N_
from inspection_station.i18n import translate
from inspection_station.station import rules_trial
from inspection_station.station.administration_office import Office
from inspection_station.station.administration_panels import FormPanel
from inspection_station.station.administration_rule_work import RuleWork
from inspection_station.station.administration_section import Section
from inspection_station.station.administration_views import Column, DetailView, FieldView, Line, SectionView
from inspection_station.station.presenting.dry_run import KIND_WORDS, kind_words
from inspection_station.station.presenting.words import clock_time
from inspection_station.station.views import ActionView, FactView, PrimaryView, TagView
from inspection_station.sync.administration import RuleFile

ORDER = tuple(KIND_WORDS)


@dataclass(frozen=True)
class Version:
    """A version of a rule file: `file` of the centre, or None for the one that came with the program."""

    kind: str
    category: str
    version: str
    in_force: bool
    file: RuleFile | None = None

    @property
    def name(self) -> str:
        """The name of its row."""
        return self.file.id if self.file is not None else f"{self.kind}:{self.category}"

    @property
    def place(self) -> tuple[str, str]:
        """What only one version can be in force for."""
        return self.kind, self.category


def listed(files: list[RuleFile], shipped: list[rules_trial.Shipped]) -> list[Version]:
    """Every version by kind and category, the newest first, the shipped one last; that counts where no other does."""
    taken = {(one.kind, one.category) for one in files if one.in_force}
    found = [Version(one.kind, one.category, one.version, one.in_force, one) for one in files]
    found += [Version(one.kind, one.category, one.version, (one.kind, one.category) not in taken) for one in shipped]

    def place(one: Version) -> tuple[int, str, bool]:
        return ORDER.index(one.kind) if one.kind in ORDER else len(ORDER), one.category, one.file is None

    newest = sorted(found, key=lambda one: one.file.loaded_at if one.file is not None else "", reverse=True)
    return sorted(newest, key=place)


class RulesSection(Section):
    """See the module."""

    NAME, ICON, TEXT = "rules", "mdi6.file-document-check-outline", N_("Rules")
    _versions: Mapping[str, Version] = {}

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(office, parent)
        self._work = RuleWork(office, self)
        self._work.done.connect(self.load)

    def load(self) -> None:
        """See `Section`; without a sign-in what counts at this station."""
        if self._office.signed_in is not None:
            self._office.ask(lambda centre: (centre.rules(), rules_trial.shipped_versions()),
                             lambda found: self._took(listed(*found)))  # fmt: skip
            return
        book = self._office.station.desk.book
        self._took([Version(one.kind, one.category, one.version, True) for one in rules_trial.versions(book)])

    def _took(self, versions: list[Version]) -> None:
        self._versions = {one.name: one for one in versions}
        self.changed.emit()

    def _state(self, one: Version) -> TagView:
        if one.in_force:
            return TagView(translate("In force"), "ok", "mdi6.check-circle")
        return TagView(translate("Kept"), "neutral", "mdi6.archive-outline")

    def _source(self, one: Version) -> str:
        if one.file is None:
            return translate("with the program") if self._office.signed_in is not None else translate("here")
        return one.file.loaded_by

    # --- what is shown -----------------------------------------------------------------------------------

    def view(self) -> SectionView:
        """See `Section`."""
        lists, clock = self._office.station.desk.book.lists, self._office.station.clock
        columns = (
            Column(translate("File"), 0.34), Column(translate("Version"), 0.16, code=True),
            Column(translate("Loaded"), 0.15), Column(translate("By"), 0.2), Column(translate("State"), 0.17),
        )  # fmt: skip
        lines = tuple(
            Line(
                name, (kind_words(one.kind, one.category, lists), one.version or "–",
                       clock_time(clock, one.file.loaded_at, with_day=True) if one.file is not None else "–",
                       self._source(one), self._state(one)),
                faint=not one.in_force,
            )
            for name, one in self._versions.items()
        )  # fmt: skip
        return SectionView(
            translate("Rules"), columns, lines, translate("No rules are known yet"),
            PrimaryView(translate("Load a file"), translate("It is checked and kept, not in force yet"),
                        "mdi6.file-upload-outline"),
            "load", self._work.words,
        )  # fmt: skip

    def detail(self, row: str) -> DetailView:
        """See `Section`."""
        one = self._versions.get(row)
        if one is None:
            return DetailView(translate("Rules"))
        lists, clock = self._office.station.desk.book.lists, self._office.station.clock
        facts = [FactView(translate("Version"), one.version or "–", True)]
        file = one.file
        if file is not None:
            facts += [
                FactView(translate("Name"), file.name), FactView(translate("Size"), f"{file.size / 1024:.1f} kB"),
                FactView(translate("Loaded"), clock_time(clock, file.loaded_at, with_day=True)),
                FactView(translate("By"), file.loaded_by), FactView("SHA-256", file.sha256[:16], True),
            ]  # fmt: skip
            if file.in_force_from:
                facts += [FactView(translate("In force since"), clock_time(clock, file.in_force_from, with_day=True)),
                          FactView(translate("Put in force by"), file.in_force_by)]  # fmt: skip
        actions = [ActionView("try", translate("Dry run"), "mdi6.test-tube", "T")]
        if not one.in_force:
            back = translate("Go back to this") if file is None else translate("Put in force")
            actions.append(ActionView("force", back, "mdi6.gavel", "P"))
        return DetailView(kind_words(one.kind, one.category, lists), self._state(one), tuple(facts), (), tuple(actions))

    # --- acts --------------------------------------------------------------------------------------------

    def act(self, action: str, row: str) -> None:
        """See `Section`."""
        one = self._versions.get(row)
        if action == "load":
            self._load_file()
        elif one is not None and action in ("try", "force"):
            now = next((other.version for other in self._versions.values()
                        if other.in_force and other.place == one.place), "")  # fmt: skip
            self._work.begin(one.kind, one.category, one.version, one.file, now, force=action == "force")

    def _load_file(self) -> None:
        fields = (FieldView("path", translate("File"), browse=True),)

        def given(values: Mapping[str, str], panel: FormPanel) -> None:
            path = Path(values["path"]).expanduser()
            self._office.parts.background.run(
                lambda: rules_trial.read_file(path), lambda text: self._work.load(path.name, text, panel),
                self._office.refuse(panel), lane="photo",
            )  # fmt: skip

        self._office.form(translate("Load a rule file"), fields, translate("Check and load"), given)
