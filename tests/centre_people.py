"""People, tokens and a steady clock for tests of the centre."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from centre_cases import MovedClock, in_process_centre
from fastapi.testclient import TestClient

from inspection_station.server import people, tokens
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.workflows.steady_clock import Reading


@dataclass
class MovedSteadyClock:
    """Seconds since the start of a machine; `restart` starts it anew."""

    boot: str = "boot-1"
    seconds: float = 1000.0

    def read(self) -> Reading:
        return Reading(self.boot, int(self.seconds * 1000))

    def restart(self, boot: str) -> None:
        self.boot, self.seconds = boot, 5.0


@dataclass(frozen=True)
class Known:
    """A person with the secrets that were told once."""

    id: str
    badge: str
    pin: str


def centre_with_clocks(folder: Path, clock: MovedClock, steady: MovedSteadyClock, **settings: Any) -> Centre:
    """A centre whose both clocks the test moves; `settings` replace fields of its settings."""
    centre = in_process_centre(folder, clock)
    return replace(centre, steady=steady, settings=replace(centre.settings, **settings))


def door(centre: Centre) -> TestClient:
    """A plain HTTP client of the centre; what goes wrong inside is raised."""
    return TestClient(build_app(centre))


def make(centre: Centre, role: str, number: str = "", site: str = "", **told: Any) -> Known:
    """A person at the centre, with a badge and PIN of its own."""
    number = number or f"N-{role}-{site}"
    made = people.make_person(centre, {"number": number, "name": f"Name {number}", "role": role, **told}, "test", site)
    return Known(made.person["id"], told.get("badge") or made.badge, told.get("pin") or made.pin)


def bearer(token: str) -> dict[str, str]:
    """The header that carries the token."""
    return {"Authorization": f"Bearer {token}"}


def signed_in(client: TestClient, who: Known) -> dict[str, str]:
    """The header of a person who signed in."""
    answer = client.post("/api/v1/sign-in", json={"badge": who.badge, "pin": who.pin})
    assert answer.status_code == 200, answer.text
    return bearer(answer.json()["token"])


def administrator(centre: Centre) -> dict[str, str]:
    """The header of an administrator's own token."""
    return bearer(tokens.make_administrator(centre, "test"))
