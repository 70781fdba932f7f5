"""What the sign-in page shows."""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.station.views import TagView


@dataclass(frozen=True)
class PersonView:
    """Someone who has used this bench."""

    name: str
    title: str
    role: str
    shift: str = ""
    selected: bool = False


@dataclass(frozen=True)
class SignInView:
    """The sign-in page. `entered` of six digits; `shake` once after a wrong PIN; `locked` stops the pad."""

    product: str
    bench: str
    title: str
    hint: str
    centre: str
    card_name: str
    card_role: str
    facts: tuple[TagView, ...]
    question: str
    question_hint: str
    language: str
    people: tuple[PersonView, ...]
    clear: str
    note: str
    version: str
    entered: int = 0
    message: str = ""
    locked: bool = False
    shake: bool = False
