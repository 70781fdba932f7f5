"""A photo whose bytes are not here, or not right here: what the history says of fetching it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inspection_station.errors import StationProblem
from inspection_station.i18n import N_, translate

State = Literal["none", "away", "elsewhere", "differs", "fetching", "failed", "offline"]
MEGABYTE = 1_000_000

_WORDS = {
    "none": "",
    "away": N_("Small here; the original is at the centre."),
    "elsewhere": N_("Another bench took it; it is at the centre, not on this station."),
    "differs": N_("Changed here; do not use it."),
}


@dataclass(frozen=True)
class OriginalView:
    """What stands beside a photo that can be fetched; `can_fetch`: whether the action is shown.

    States: ``none`` (it is here and right), ``away`` (deleted once it was safe at the centre), ``elsewhere`` (of
    another bench, and never was here), ``differs`` (its bytes here have changed), ``fetching``, ``failed``,
    ``offline``.
    """

    state: State = "none"
    words: str = ""
    can_fetch: bool = False


def resting(away: bool, intact: bool, elsewhere: bool = False) -> OriginalView:
    """Nobody has asked for it yet."""
    state: State = "elsewhere" if elsewhere else "away" if away else "none" if intact else "differs"
    return OriginalView(state, translate(_WORDS[state]) if state != "none" else "", state != "none")


def unreached() -> OriginalView:
    """Another bench took it, and there is no centre to fetch it from just now; nobody has asked for it yet."""
    return OriginalView("offline", translate("Not here; the centre is not reached"), True)


def fetching(here: int, whole: int) -> OriginalView:
    """So many bytes came, of so many (0: not said)."""
    if whole > 0:
        words = translate("Fetching the original, {n} %", n=min(99, 100 * here // whole))
    else:
        words = translate("Fetching the original, {n} MB", n=f"{here / MEGABYTE:.1f}")
    return OriginalView("fetching", words)


def failed(problem: StationProblem) -> OriginalView:
    """It did not come; it can be asked for again."""
    said = [translate(problem.what, **problem.values)]
    if problem.to_do:
        said.append(translate(problem.to_do, **problem.values))
    state: State = "offline" if problem.code == "original.offline" else "failed"
    return OriginalView(state, "\n".join(said), True)
