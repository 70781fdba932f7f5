"""What is done with a rule file: checked, kept at the centre, tried dry over what was closed here, put in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QObject, Signal

from inspection_station.domain.rule_book import RuleBook
from inspection_station.i18n import translate
from inspection_station.station import rules_trial
from inspection_station.station.administration_office import Office
from inspection_station.station.administration_panels import FormPanel
from inspection_station.station.administration_section import moved
from inspection_station.station.presenting.dry_run import facts_of, kind_words, notes_of
from inspection_station.station.views import ActionView, FactView
from inspection_station.sync.administration import RuleFile
from inspection_station.workflows.dry_run import DryRun
from inspection_station.workflows.rule_book import Candidate

DAYS = (1, 7, 30, 90)


class RuleWork(QObject):
    """See the module; `words` tells what runs now.

    Signals:
        done(): what is kept or in force at the centre is another thing, or `words` are.
    """

    done = Signal()

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self.words = ""

    def load(
        self, name: str, text: str, panel: FormPanel, then: Callable[[RuleFile], object] = lambda _file: None
    ) -> None:
        """Check a text here, keep it at the centre; the form says what is wrong with it, or closes."""
        station = self._office.station

        def kept(file: RuleFile) -> None:
            panel.close_panel()
            named = kind_words(file.kind, file.category, station.desk.book.lists)
            self._office.done(translate("{what}, version {version}, is kept", what=named, version=file.version),
                              translate("It counts once it is put in force."))  # fmt: skip
            self.done.emit()
            then(file)

        def checked(_found: tuple[Candidate, RuleBook]) -> None:
            self._office.ask(lambda centre: centre.load_rules(name, text), kept, self._office.refuse(panel))

        self._office.parts.background.run(
            lambda: rules_trial.check(station, name, text), checked, self._office.refuse(panel), lane="photo"
        )

    def begin(
        self, kind: str, category: str, version: str, file: RuleFile | None, now: str, *, force: bool
    ) -> None:
        """Try a version dry over the last days, then ask whether it is to count.

        `file` None is the shipped one, or without a sign-in the one that counts here.
        `now` is the version in force.
        """
        choices = [(str(days), translate("The last {n} days", n=days) if days > 1 else translate("Today"),
                    "mdi6.calendar-range") for days in DAYS]  # fmt: skip

        def chosen(days: str) -> None:
            since = date.fromisoformat(self._office.station.clock.local_day()) - timedelta(days=int(days) - 1)
            if file is None:
                station, at_centre = self._office.station, self._office.signed_in is not None
                self._run(
                    lambda: rules_trial.shipped_text(kind, category) if at_centre
                    else rules_trial.text_in_force(station, kind, category), since, finished,
                )  # fmt: skip
                return
            self._office.ask(
                lambda centre: centre.rule(file.id),
                lambda whole: self._run(lambda: (whole.name, whole.text), since, finished),
            )

        def finished(made: DryRun, since: date) -> None:
            lists = self._office.station.desk.book.lists
            title = kind_words(kind, category, lists)
            facts = (FactView(translate("Version"), moved(now, version)),
                     FactView(translate("Closed here since"), since.isoformat()), *facts_of(made))  # fmt: skip
            act = ActionView("do", translate("Put in force"), "mdi6.gavel") if force else None
            self._office.confirm(title, facts, act, lambda: self._force(kind, category, title, file),
                                 tuple(notes_of(made, lists)))  # fmt: skip

        self._office.choose(translate("Try it over what was closed here in …"), choices, chosen)

    def _run(
        self, text: Callable[[], tuple[str, str]], since: date, finished: Callable[[DryRun, date], object]
    ) -> None:
        parts, station = self._office.parts, self._office.station
        self._say(translate("Dry run: grading again what was closed since {day} …", day=since.isoformat()))

        def work() -> DryRun:
            _candidate, book = rules_trial.check(station, *text())
            percent = station.settings.rules.random_check_percent
            book = replace(book, policies=book.policies.with_random_check(percent))
            return rules_trial.try_dry(station, book, since, lambda: not parts.background.is_closing)

        def done(made: DryRun) -> None:
            self._say("")
            finished(made, since)

        def failed(error: Exception) -> None:
            self._say("")
            self._office.failed(error)

        parts.background.run(work, done, failed, lane="photo")

    def _say(self, words: str) -> None:
        self.words = words
        self.done.emit()

    def _force(self, kind: str, category: str, title: str, file: RuleFile | None) -> None:
        def forced(_none: None) -> None:
            self._office.done(translate("{what} is in force", what=title), translate("Stations are told at once."))
            self._office.parts.sync.wake()
            self.done.emit()

        if file is None:
            self._office.ask(lambda centre: centre.withdraw(kind, category), forced)
        else:
            self._office.ask(lambda centre: centre.put_in_force(file.id), forced)
