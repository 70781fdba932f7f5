"""What the bench asks a person over the work: the reason for a grade, what is the matter, a lead's leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.i18n import localised, sentences, translate
from inspection_station.station.background import Background
from inspection_station.station.flow import acts, exception_acts, weight_acts
from inspection_station.station.liability_panel import LiabilityPanel
from inspection_station.station.number_entry import NumberEntry
from inspection_station.station.overlay import Overlay, ReasonPanel
from inspection_station.station.page_views import GradeView
from inspection_station.station.pin_panel import PinPanel
from inspection_station.station.session import Session, Step
from inspection_station.station.signing_in import SigningIn
from inspection_station.workflows import weighing


class Asking(QObject):
    """Opens the panels and gives their answers to the session; Esc leaves everything as it was.

    Signals:
        refused(): a PIN was not right (for the sound).
    """

    refused = Signal()

    def __init__(
        self, session: Session, background: Background, rules: SigningIn, pages: Callable[[], QWidget],
        show: Callable[[Overlay], None], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """`show` takes a panel as the one over the work; `pages` is what it covers."""
        super().__init__(parent)
        self.resting_weight: Callable[[], int] = lambda: 0  # grams that rest on the bench's scale; 0: nothing does
        self._session, self._background, self._rules, self._pages, self._show = session, background, rules, pages, show

    def grade_reason(self, grade: str) -> None:
        """Why another grade than the rules'; without a reason the wish is dropped."""
        reasons = (
            translate("The defect is smaller than it looks"),
            translate("The defect is worse than it looks"),
            translate("Several small defects together"),
            translate("Can be cleaned on the spot"),
            translate("As agreed with the client"),
        )
        self._reason(
            translate("Why grade {grade}?", grade=grade), reasons,
            lambda reason: self._session.do(lambda desk, state: acts.give_reason(desk, state, reason)),
        )  # fmt: skip

    def asked(self, what: str) -> None:
        """What a step asks for by `Effects.ask`: ``hold``, ``shares``, ``weight``, or ``waive:`` with the lead's id."""
        if what == "hold":
            self._hold_note()
        if what == "shares":
            self._shares()
        if what == "weight":
            self._weight()
        act, _, lead_id = what.partition(":")
        then = {"waive": self._waive, "bind": self._bind, "match": self._match}.get(act)
        if then is not None:
            self._background.run(lambda: self._rules.person(lead_id), then)

    def _weight(self) -> None:
        """What rests on the scale is it; without that it is typed."""

        def take(grams: int, by: str) -> None:
            self._session.do(lambda desk, state: weight_acts.weighed(desk, state, grams, by))

        grams = self.resting_weight()
        if grams:
            take(grams, weighing.SCALE)
            return
        panel = NumberEntry(self._pages(), translate("Weight of the closed parcel, in grams"), "1250")
        panel.entered.connect(
            lambda text, _scanned: take(int(text) if text.isascii() and text.isdigit() else 0, weighing.TYPED)
        )
        self._show(panel)

    def _shares(self) -> None:
        now = self._session.now
        if now is None or not isinstance(now.view, GradeView):
            return
        panel = LiabilityPanel(self._pages(), now.view.parties, dict(now.view.shares))
        panel.given.connect(
            lambda shares: self._session.do(lambda desk, state: acts.share_liability(desk, state, shares))
        )
        self._show(panel)
        panel.open_panel()

    def _hold_note(self) -> None:
        reasons = (
            translate("Things of the buyer are in the parcel"),
            translate("Goods of another shop are in the parcel"),
            translate("Return slip and goods contradict each other"),
            translate("Must not be stored here"),
        )

        def hold(note: str) -> None:
            if note.strip():
                self._session.do(lambda desk, state: exception_acts.held_for(desk, state, note))

        self._reason(translate("What is the matter?"), reasons, hold)

    def _waive(self, lead: Person | None) -> None:
        if lead is None:
            return
        reasons = (
            translate("The camera cannot show it"),
            translate("The label is torn off or unreadable"),
            translate("Dangerous to unpack"),
            translate("Photographed with another camera"),
        )

        def go_on(reason: str) -> None:
            if reason.strip():
                self._pin(lead, reason, lambda desk, state: exception_acts.waive(desk, state, lead, reason))

        self._reason(translate("Why without this photo?"), reasons, go_on)

    def _bind(self, lead: Person | None) -> None:
        if lead is not None:
            why = translate("The parcel belongs to the chosen return")
            self._pin(lead, why, lambda desk, state: exception_acts.bind_candidate(desk, state, lead))

    def _match(self, lead: Person | None) -> None:
        if lead is not None:
            why = translate("The parcel belongs to the chosen return")
            self._pin(lead, why, lambda desk, state: exception_acts.accept_match(desk, state, lead))

    def _pin(self, lead: Person, why: str, step: Step) -> None:
        name = localised({"zh": lead.name, "en": lead.name_en})
        panel = PinPanel(self._pages(), translate("PIN of {name}", name=name), why)

        def right(_person: Person) -> None:
            panel.close_panel()
            self._session.do(step)

        def wrong(error: Exception) -> None:
            if not isinstance(error, StationProblem):
                raise error
            self.refused.emit()
            panel.refuse(" / ".join(part for part in sentences(error) if part))

        panel.entered.connect(lambda pin: self._background.run(lambda: self._rules.by_pin(lead, pin), right, wrong))
        self._show(panel)
        panel.open_panel()

    def _reason(self, title: str, reasons: Sequence[str], then: Callable[[str], object]) -> None:
        panel = ReasonPanel(self._pages(), title, reasons)
        given: list[str] = []
        panel.given.connect(given.append)
        panel.closed.connect(lambda: QTimer.singleShot(0, self, lambda: then(given[0] if given else "")))
        self._show(panel)
        panel.open_panel()
