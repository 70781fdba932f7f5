"""Who may sign in at this bench: badge alone for inspectors, badge or name with PIN, lock-out after wrong PINs.

Badges are known by their SHA-256, PINs by argon2id, sealed with the device's key (DECISIONS.md 15). The count of wrong
PINs is kept in the database, so that a restart does not reset it. No Qt; to be called on the bench lane (a PIN check
takes tens of ms).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from inspection_station.domain.identifiers import BADGE_PREFIX, normalise
from inspection_station.domain.people import Person, Role, holder
from inspection_station.errors import N_, StationProblem
from inspection_station.storage.facts import StationFacts
from inspection_station.workflows.ports import ReferenceStore
from inspection_station.workflows.steady_clock import MachineClock, SteadyClock

MOST_TRIES = 5
LOCKED_SECONDS = 300
MOST_RECENT = 6
_TRIES = "pin_tries"
_RECENT = "recent_people"


@dataclass(frozen=True)
class BadgeScan:
    """A known badge: its person, and whether the PIN is needed too (leads and administrators)."""

    person: Person
    needs_pin: bool


class Pins(Protocol):
    """PIN hashes that lie sealed; `storage.person_pins.StoredPins`."""

    def sealed(self, person_id: str) -> tuple[str, str]:
        """(sealed hash, when last proved here)."""

    def holders(self) -> set[str]:
        """Whose there are."""

    def proved(self, person_id: str, at: str) -> None:
        """The person has proved it here."""


@dataclass(frozen=True)
class SealedPins:
    """What signing in needs of an enrolled station.

    Attributes:
        open: (person's id, sealed) → the hash, empty when this device cannot; raises StationProblem ``identity.*``.
        is_online: whether the centre was reached just now; offline only PINs count that were proved here before.
        now: ISO UTC.
    """

    stored: Pins
    open: Callable[[str, str], str]
    is_online: Callable[[], bool]
    now: Callable[[], str]


class SigningIn:
    """The rules of signing in."""

    def __init__(
        self,
        reference: ReferenceStore,
        facts: StationFacts,
        clock: SteadyClock | None = None,
        pins: SealedPins | None = None,
    ) -> None:
        """`pins`: None where PINs lie open in the people's rows, at a station without a centre.

        `clock` measures lock-outs; None: the machine's, which nobody can set.
        """
        self._reference, self._facts, self._clock, self._pins = reference, facts, clock or MachineClock(), pins

    def by_badge(self, text: str) -> BadgeScan:
        """The person of a scanned badge.

        Raises:
            StationProblem: ``badge.unknown``, ``badge.expected`` for a code that is no badge.
        """
        code = normalise(text)
        if not code.startswith(BADGE_PREFIX):
            raise StationProblem(
                "badge.expected", N_("Scan your badge first"), N_("Or choose your name and type the PIN.")
            )
        person = holder(self._reference.people(), code)
        if person is not None:
            if person.role is Role.LEAD:
                self._lift_lock_outs(person.id)
            return BadgeScan(person, person.role is not Role.INSPECTOR)
        raise StationProblem(
            "badge.unknown", N_("This badge is not known here"), N_("Ask the lead, or sync the station first.")
        )

    def _lift_lock_outs(self, lead_id: str) -> None:
        """A lead's badge unlocks the others; its owner's own wrong PINs still count."""
        stored = json.loads(self._facts.get(_TRIES, "{}"))
        kept = {name: tries for name, tries in stored.items() if name == lead_id}
        if kept != stored:
            self._facts.put(_TRIES, json.dumps(kept))

    def people(self) -> list[Person]:
        """Whom the page offers by name: those who were here last, then others, at most six."""
        holders = self._pins.stored.holders() if self._pins is not None else set()
        everybody = {
            one.id: one for one in self._reference.people() if one.active and (one.pin_hash or one.id in holders)
        }
        recent = [everybody[name] for name in recent_people(self._facts) if name in everybody]
        inspecting = [one for one in everybody.values() if one.role in (Role.INSPECTOR, Role.LEAD)]
        return list({one.id: one for one in (*recent, *inspecting)}.values())[:MOST_RECENT]

    def person(self, person_id: str) -> Person | None:
        """An active person by id."""
        return next((one for one in self._reference.people() if one.id == person_id and one.active), None)

    def by_pin(self, person: Person, pin: str) -> Person:
        """`person` when the PIN is right.

        Raises:
            StationProblem: ``pin.wrong`` with the tries left, ``pin.locked`` with the seconds left, ``pin.not_here``
                offline when the person has never proved it at this bench, ``identity.*`` of a silent keyring.
        """
        left = self.locked_seconds(person.id)
        if left > 0:
            raise _locked(left)
        pin_hash = self._pin_hash(person)
        tries = self._tries(person.id)[0] + 1
        self._note(person.id, tries)  # before it is looked at: a power cut in between does not give it back
        if _is_right(pin_hash, pin):
            self._note(person.id, 0)
            if self._pins is not None and not person.pin_hash:
                self._pins.stored.proved(person.id, self._pins.now())
            return person
        if tries >= MOST_TRIES:
            raise _locked(LOCKED_SECONDS)
        raise StationProblem("pin.wrong", N_("Wrong PIN, {n} tries left"), n=MOST_TRIES - tries)

    def _pin_hash(self, person: Person) -> str:
        if person.pin_hash or self._pins is None:
            return person.pin_hash
        sealed, used_at = self._pins.stored.sealed(person.id)
        if not used_at and not self._pins.is_online():
            raise StationProblem(
                "pin.not_here",
                N_("Offline: only people who have used this bench"),
                N_("Scan a badge that signs in alone, or connect the station."),
            )
        return self._pins.open(person.id, sealed) if sealed else ""

    def locked_seconds(self, person_id: str) -> int:
        """How long the person is locked out; 0 when not.

        No setting of the clock shortens it; a restart of the machine begins it anew.
        """
        tries, boot, milliseconds = self._tries(person_id)
        if tries < MOST_TRIES:
            return 0
        gone = self._clock.read().seconds_since(boot, milliseconds)
        if gone is None:
            self._note(person_id, tries)
            return LOCKED_SECONDS
        if gone >= LOCKED_SECONDS:
            self._note(person_id, 0)
            return 0
        return math.ceil(LOCKED_SECONDS - gone)

    def signed_in(self, person: Person) -> None:
        """Remember who was here, the last one first."""
        recent = [name for name in recent_people(self._facts) if name != person.id]
        self._facts.put(_RECENT, json.dumps([person.id, *recent][:MOST_RECENT]))

    def _tries(self, person_id: str) -> tuple[int, str, int]:
        stored = json.loads(self._facts.get(_TRIES, "{}")).get(person_id, [0])
        if len(stored) != 3:  # of a version that measured by the wall clock: it says nothing of when
            return int(stored[0]), "", 0
        return int(stored[0]), str(stored[1]), int(stored[2])

    def _note(self, person_id: str, tries: int) -> None:
        stored = json.loads(self._facts.get(_TRIES, "{}"))
        if tries:
            reading = self._clock.read()
            stored[person_id] = [tries, reading.boot, reading.milliseconds]
        elif person_id not in stored:
            return
        else:
            del stored[person_id]
        self._facts.put(_TRIES, json.dumps(stored))


def recent_people(facts: StationFacts) -> list[str]:
    """Ids of the people who signed in here last, the last one first."""
    return [str(name) for name in json.loads(facts.get(_RECENT, "[]"))]


def _locked(seconds: int) -> StationProblem:
    return StationProblem(
        "pin.locked",
        N_("Locked {minutes}:{seconds}"),
        N_("A lead's badge unlocks"),
        minutes=f"{seconds // 60:02d}",
        seconds=f"{seconds % 60:02d}",
    )


def _is_right(pin_hash: str, pin: str) -> bool:
    import argon2  # with the first PIN, not with the window

    try:
        return bool(pin_hash) and argon2.PasswordHasher().verify(pin_hash, pin)
    except (argon2.exceptions.Argon2Error, ValueError):
        return False
