"""What the sections of administration work with: the sign-in at the centre, questions over the work, the printers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.domain.identifiers import BADGE_PREFIX
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.station.administration_panels import BadgePanel, ConfirmPanel, FormPanel
from inspection_station.station.administration_views import FieldView
from inspection_station.station.area import AreaParts
from inspection_station.station.assembly import Station
from inspection_station.station.background import DeviceLane
from inspection_station.station.centre_link import transport_to
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.station.overlay import Overlay
from inspection_station.station.pin_panel import PinPanel
from inspection_station.station.views import ActionView, FactView
from inspection_station.sync.administration import PATIENCE, Administration, SignedIn
from inspection_station.sync.identity import load_enrolment

CENTRE = DeviceLane("centre")
"""One thread for what is asked of the centre here: it may take seconds, and the sync goes on beside it."""
T = TypeVar("T")


def connected(station: Station) -> Administration:
    """The way to the station's centre; raises StationProblem ``administration.no_centre``, ``centre.*``."""
    enrolment = load_enrolment(station.folder)
    url = station.settings.centre.url or (enrolment.centre_url if enrolment is not None else "")
    if not url:
        raise StationProblem(
            "administration.no_centre",
            N_("This station has no centre; administration needs one."),
            N_("Enrol the station in the settings."),
        )
    return Administration(transport_to(station, url, PATIENCE))


class Office(QObject):
    """See the module.

    Signals:
        changed(): somebody is signed in at the centre, or no longer.
        panel_wanted(Overlay): lay a panel over the work.
        area_wanted(str): show the area of that name.
    """

    changed = Signal()
    panel_wanted = Signal(object)
    area_wanted = Signal(str)

    def __init__(self, parts: AreaParts, window: Callable[[], QWidget], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts, self._window = parts, window
        self.connect_to = connected
        self._client: Administration | None = None  # on the lane only
        self._signed_in: SignedIn | None = None
        self._after: Callable[[], object] | None = None  # what waits for the sign-in
        self.trouble: StationProblem | None = None  # why the centre could not be asked when it last was

    @property
    def station(self) -> Station:
        """The station."""
        return self.parts.station

    @property
    def person(self) -> Person | None:
        """Who is signed in here."""
        return self.parts.person()

    @property
    def signed_in(self) -> SignedIn | None:
        """The sign-in at the centre of whoever is signed in here; None without one."""
        person = self.parts.person()
        if self._signed_in is not None and (person is None or person.id != self._signed_in.person_id):
            self.forget()
        return self._signed_in

    # --- the centre --------------------------------------------------------------------------------------

    def ask(
        self, call: Callable[[Administration], T], done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:  # fmt: skip
        """Ask the centre something; who is not signed in there does so first."""
        if self.signed_in is None:
            self.sign_in(lambda: self.ask(call, done, failed))
            return

        def work() -> T:
            if self._client is None:
                raise StationProblem("administration.signed_out", N_("The sign-in at the centre is over."),
                                     N_("Sign in there again."))  # fmt: skip
            return call(self._client)

        def went_wrong(error: Exception) -> None:
            self._heard(error)
            (failed or self.failed)(error)

        def went_well(found: T) -> None:
            self.trouble = None
            done(found)

        self.parts.background.run(work, went_well, went_wrong, lane=CENTRE)

    def _heard(self, error: Exception) -> None:
        if isinstance(error, StationProblem):
            self.trouble = error
            if error.code == "administration.signed_out":
                self._signed_in = None
                self.changed.emit()

    def failed(self, error: Exception) -> None:
        """Say what went wrong."""
        if isinstance(error, StationProblem):
            self.parts.sounds.play("error")
            self.parts.notices.problem(error)
        else:
            self.parts.notices.bug(error)

    def sign_in(self, after: Callable[[], object] | None = None) -> None:
        """Ask for badge and PIN, then do what waits for it."""
        self._after = after
        panel = BadgePanel(
            self._window(), translate("Sign in at the centre"),
            translate("Administration is done at the centre. It asks for your badge and PIN once a shift."),
        )  # fmt: skip
        panel.given.connect(self.take_badge)
        self.panel_wanted.emit(panel)

    def take_badge(self, text: str) -> bool:
        """A badge was scanned or typed; False when it is none."""
        badge = text.strip().upper()
        if not badge.startswith(BADGE_PREFIX):
            self.failed(StationProblem("administration.no_badge", N_("This is no badge"), N_("Scan your own badge.")))
            return False
        panel = PinPanel(self._window(), translate("Your PIN"), translate("For the centre"))
        panel.entered.connect(lambda pin: self._enter(badge, pin, panel))
        self.panel_wanted.emit(panel)
        return True

    def _enter(self, badge: str, pin: str, panel: PinPanel) -> None:
        person, station = self.parts.person(), self.parts.station
        if person is None:
            return

        def work() -> SignedIn:
            if self._client is not None:
                self._client.close()
            client = self._client = self.connect_to(station)
            found = client.sign_in(badge, pin)
            if found.person_id != person.id:
                client.sign_out()
                raise StationProblem(
                    "administration.other_person", N_("This badge is not yours"),
                    N_("Who is signed in at this station signs in at the centre too."),
                )  # fmt: skip
            return found

        def entered(found: SignedIn) -> None:
            self._signed_in, self.trouble = found, None
            self.parts.sounds.play("accept")
            panel.close_panel()
            self.changed.emit()
            after, self._after = self._after, None
            if after is not None:
                after()

        def refused(error: Exception) -> None:
            self._heard(error)
            if not isinstance(error, StationProblem):
                self.parts.notices.bug(error)
                return
            self.parts.sounds.play("error")
            panel.refuse(sentences(error)[0])

        self.parts.background.run(work, entered, refused, lane=CENTRE)

    def forget(self) -> None:
        """End the sign-in: whoever comes next has to prove who they are."""
        if self._signed_in is None:
            return
        self._signed_in = self._after = None

        def work() -> None:
            client, self._client = self._client, None
            if client is not None:
                try:
                    client.sign_out()
                finally:
                    client.close()

        self.parts.background.run(work, lambda _none: None, lambda _error: None, lane=CENTRE)

    # --- questions ---------------------------------------------------------------------------------------

    def open(self, panel: Overlay) -> None:
        """Lay a panel over the work."""
        self.panel_wanted.emit(panel)

    def form(
        self, title: str, fields: Sequence[FieldView], send: str,
        given: Callable[[Mapping[str, str], FormPanel], object],
    ) -> None:  # fmt: skip
        """Ask for some texts, signed in at the centre; `given` closes the form once they are taken, or refuses them."""
        if self.signed_in is None:
            self.sign_in(lambda: self.form(title, fields, send, given))
            return
        panel = FormPanel(self._window(), title, fields, send)
        panel.given.connect(lambda values: given(values, panel))
        self.panel_wanted.emit(panel)

    def refuse(self, panel: FormPanel) -> Callable[[Exception], None]:
        """What a form says of a refusal."""

        def refused(error: Exception) -> None:
            if isinstance(error, StationProblem):
                self.parts.sounds.play("error")
                panel.refuse(*sentences(error))
            else:
                self.parts.notices.bug(error)

        return refused

    def confirm(
        self, title: str, facts: Sequence[FactView], act: ActionView | None, confirmed: Callable[[], object],
        notes: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Ask once more, with what changes; `act` None only tells."""
        panel = ConfirmPanel(self._window(), title, facts, notes, act)
        panel.confirmed.connect(confirmed)
        self.panel_wanted.emit(panel)

    def choose(self, title: str, choices: Sequence[tuple[str, str, str]], chosen: Callable[[str], object]) -> None:
        """One out of a list, by digit: (name, text, icon)."""
        panel = ChoicePanel(self._window(), title, choices)
        panel.chosen.connect(chosen)
        self.panel_wanted.emit(panel)

    def window(self) -> QWidget:
        """What panels lie over."""
        return self._window()

    def done(self, what: str, detail: str = "") -> None:
        """Something was done: a sound and a notice."""
        self.parts.sounds.play("done")
        self.parts.notices.tell("administration.done", what, detail)
