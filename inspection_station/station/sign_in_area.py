"""Signing in at the window: badge scans, names, the PIN pad; the rules are in `signing_in`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from inspection_station.domain.people import Person, Right, Role
from inspection_station.errors import StationProblem
from inspection_station.i18n import sentences
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.frame_views import Devices, sign_in
from inspection_station.station.sign_in import SignInPage
from inspection_station.station.signing_in import BadgeScan

PIN_DIGITS = 6


class SignInArea(QObject):
    """Runs one sign-in page until somebody is in.

    Signals:
        entered(Person): this person signed in.
        language_pressed(): the other language is wanted.
        refused(): a badge or PIN was not right (for the sound).
        offered(): the page shows whom it knows; badges are taken.
        revoked(str): this person, whom `look_after` was asked about, may not sign in any more.
    """

    entered = Signal(object)
    language_pressed = Signal()
    refused = Signal()
    offered = Signal()
    revoked = Signal(str)

    def __init__(
        self, station: Station, background: Background, devices: Callable[[], Devices], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._devices = station, background, devices
        self._rules = station.signing_in()
        self._people: list[Person] = []
        self._chosen: Person | None = None
        self._pin = ""
        self.page = SignInPage()
        self.take_page(self.page)

    def take_page(self, page: SignInPage) -> None:
        """Work with a page made anew (another language or theme)."""
        self.page = page
        page.person_chosen.connect(self._choose)
        page.digit_entered.connect(self._digit)
        page.last_digit_deleted.connect(self._delete)
        page.digits_cleared.connect(self._clear)
        page.language_pressed.connect(self.language_pressed)

    def begin(self) -> None:
        """Show the page for whoever comes."""
        self._pin, self._chosen = "", None
        self._background.run(self._rules.people, self._took_people)

    def _took_people(self, people: list[Person]) -> None:
        self._people = people
        self.show()
        self.offered.emit()

    def show(self, message: str = "", *, shake: bool = False, locked: bool = False) -> None:
        """Show the page as things stand."""
        chosen = self._chosen.id if self._chosen else ""
        self.page.show_view(
            sign_in(
                self._station, self._people, chosen, len(self._pin), self._devices(), message=message, shake=shake,
                locked=locked,
            )
        )  # fmt: skip

    def look_after(self, person: Person | None) -> None:
        """The centre has told something: look whether `person`, who is signed in, still may be; None: nobody is."""
        if person is None:
            return
        self._background.run(
            lambda: self._rules.person(person.id), lambda known: None if known else self.revoked.emit(person.id)
        )

    def scan(self, text: str) -> None:
        """A scanned badge signs an inspector in; a lead's asks for the PIN and lifts a lock-out."""
        self._background.run(lambda: self._rules.by_badge(text), self._took_badge, self._failed)

    def _took_badge(self, badge: BadgeScan) -> None:
        if badge.needs_pin:
            self._chosen, self._pin = badge.person, ""
            if badge.person not in self._people:
                self._people = [badge.person, *self._people][:6]
            self.show()
        else:
            self._enter(badge.person)

    def _choose(self, person_id: str) -> None:
        self._chosen = next((one for one in self._people if one.id == person_id), None)
        self._pin = ""
        if self._chosen is not None and self._station.practice:
            self._enter(self._chosen)
        else:
            self.show()

    def _digit(self, digit: str) -> None:
        if self._chosen is None or len(self._pin) >= PIN_DIGITS:
            return
        self._pin += digit
        self.show()
        if len(self._pin) == PIN_DIGITS:
            person, pin = self._chosen, self._pin
            self._background.run(lambda: self._rules.by_pin(person, pin), self._enter, self._failed)

    def _delete(self) -> None:
        self._pin = self._pin[:-1]
        self.show()

    def _clear(self) -> None:
        self._pin = ""
        self.show()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, StationProblem):
            raise error
        self._pin = ""
        self.refused.emit()
        self.show(
            " / ".join(part for part in sentences(error) if part), shake=True, locked=error.code == "pin.locked"
        )  # fmt: skip

    def _enter(self, person: Person) -> None:
        if not person.may(Right.INSPECT) and person.role is not Role.DISPUTE_DESK:
            return
        self._pin = ""
        self._background.run(lambda: self._rules.signed_in(person), lambda _none: self.entered.emit(person))
