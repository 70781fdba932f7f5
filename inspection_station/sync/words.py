"""What the station itself says of its sync, in both languages, in the form in which a centre says such things."""

from __future__ import annotations

from collections.abc import Mapping

from inspection_station.errors import N_
from inspection_station.i18n import translate_into

WRONG_CLOCK_MS = 2 * 60 * 1000  # beyond that a person should know; nothing depends on the station's clock

# code of a failure → what happened, what to do
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "wrong_certificate": (
        N_("What answers cannot prove that it is the centre; nothing was sent to it."),
        N_("Check the centre's address, or name the site's own authority in the settings."),
    ),
    "not_the_centre": (
        N_("Something else answers in the centre's place, such as a network's sign-in page."),
        N_("Sign in to the network; everything stays kept here and is sent by itself."),
    ),
    "station.copied": (
        N_("Another computer has sent under this station's name, or an older disk of it was put back."),
        N_("All is kept; have an administrator enrol each of them anew, as both give the same numbers."),
    ),
    "clock.wrong": (
        N_("This computer's clock differs from the centre's by more than two minutes."),
        N_("Set it right when you can; nothing is lost or put in another order by it."),
    ),
}


def both_languages(msgid: str) -> dict[str, str]:
    """The sentence in ``en`` and ``zh``."""
    return {"en": translate_into("en", msgid), "zh": translate_into("zh_CN", msgid)}


def sentences_of(code: str) -> tuple[dict[str, str], dict[str, str]]:
    """What happened and what to do; both empty for what explains itself."""
    what, to_do = _SENTENCES.get(code, ("", ""))
    return (both_languages(what), both_languages(to_do)) if what else ({}, {})


def is_wrong_clock(offset_ms: int | None) -> bool:
    """Whether a station's clock is so far from the centre's that a person should know."""
    return offset_ms is not None and abs(offset_ms) > WRONG_CLOCK_MS
