"""People at the station: who they are and what their role lets them do (DECISIONS.md 15)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """A person's role; the words on screen are in the lists."""

    INSPECTOR = "inspector"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    DISPUTE_DESK = "dispute_desk"


class Right(StrEnum):
    """An act that needs a role."""

    INSPECT = "inspect"
    OVERRIDE = "override"
    WAIVE_PHOTO = "waive_photo"
    BIND_UNSURE_MATCH = "bind_unsure_match"
    CHANGE_DEVICES = "change_devices"
    CHANGE_SETTINGS = "change_settings"
    EXPORT_EVIDENCE = "export_evidence"
    REVIEW = "review"  # decide what stands in the review queue
    SORT = "sort"  # open, close, move totes; hand the shift over
    HAND_OVER = "hand_over"  # make manifests and close them
    SIGN = "sign"  # put one's name under a document
    SEE_FIGURES = "see_figures"
    ADMINISTER = "administer"  # templates, rules, policies, people, stations


_RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.INSPECTOR: frozenset({Right.INSPECT, Right.CHANGE_DEVICES, Right.EXPORT_EVIDENCE, Right.SIGN}),
    Role.LEAD: frozenset(Right) - {Right.CHANGE_SETTINGS, Right.ADMINISTER},
    Role.ADMINISTRATOR: frozenset(Right),
    Role.DISPUTE_DESK: frozenset({Right.EXPORT_EVIDENCE}),
}


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in. `pin_hash` is argon2id; `badge_hash` is the SHA-256 of the badge's text."""

    id: str
    name: str
    name_en: str
    role: Role
    shift: str = ""
    number: str = ""
    badge_hash: str = ""
    pin_hash: str = ""
    active: bool = True

    def may(self, right: Right) -> bool:
        """Whether this person's role holds `right`."""
        return self.active and right in _RIGHTS[self.role]


def holder(people: Iterable[Person], badge: str) -> Person | None:
    """Whose badge the normalised text `badge` is; None when nobody active has it."""
    digest = hashlib.sha256(badge.encode()).hexdigest()
    return next((person for person in people if person.active and person.badge_hash == digest), None)


def person_to_json(person: Person) -> dict[str, Any]:
    """The plain form that is stored and sent."""
    return {**asdict(person), "role": person.role.value}


def person_from_json(data: Mapping[str, Any]) -> Person:
    """The inverse of `person_to_json`; raises ValueError or KeyError when it is not of that form."""
    texts = {name: data[name] for name in ("id", "name", "name_en")}
    further = {name: data[name] for name in ("shift", "number", "badge_hash", "pin_hash") if name in data}
    active = data.get("active", True)
    if not all(isinstance(text, str) for text in (*texts.values(), *further.values())) or active not in (True, False):
        raise ValueError("not a person")
    return Person(**texts, **further, role=Role(data["role"]), active=bool(active))
