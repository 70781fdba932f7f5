"""What stands on the command sheet: each code with its words, its icon and the key it is in place of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inspection_station.domain.command_codes import COMMAND_PREFIX, disposition_name
from inspection_station.domain.lists import Word
from inspection_station.errors import N_
from inspection_station.i18n import language, translate_into


@dataclass(frozen=True)
class Command:
    """One code of the sheet.

    Attributes:
        code: the text of its symbol; empty where a place stays free.
        words, beside: what it does, in the language in force and smaller in the other one.
        key: the key it is in place of, as on a keycap; empty for none.
        icon: name of its icon; empty for none.
    """

    code: str
    words: str
    beside: str
    key: str = ""
    icon: str = ""


_NAME = re.compile(r"[A-Z0-9-]{2,24}", re.ASCII)
_OTHER = {"zh_CN": "en", "en": "zh_CN"}

MAIN = (
    ("OK", N_("Confirm / all good"), "Enter", "command_ok"),
    ("PHOTO", N_("Take photo"), N_("Space"), "command_photo"),
    ("PROBLEM", N_("Problem"), "D", "command_problem"),
    ("EXCEPTION", N_("Exception"), "E", "command_exception"),
    ("UNDO", N_("Undo last"), "F12", "command_undo"),
    ("REPRINT", N_("Reprint label"), "F11", "command_reprint"),
    ("RETAKE", N_("Retake"), "Backspace", "command_retake"),
    ("CANCEL", N_("Back / cancel"), "Esc", "command_cancel"),
    ("EMPTY", N_("Empty parcel"), "E 4", "command_empty"),
    ("LOCK", N_("Lock station"), "Ctrl+L", "command_lock"),
)
ROWS = (
    *((str(digit), N_("Digit {digit}"), str(digit)) for digit in range(1, 10)),
    ("0", N_("Not applicable"), "0"),
    ("N", N_("Row normal"), "N"),
)
KINDS = tuple((key, N_("Kind {place} of the row"), key) for key in "QWERASF")
SEVERITIES = (("Z", N_("Minor"), "Z"), ("X", N_("Major"), "X"), ("C", N_("Critical"), "C"))
FURTHER = (
    ("DAMAGED", N_("Outside damaged"), "E 5", "command_damaged"),
    ("MISSING", N_("Item missing"), "E 6", "command_missing"),
    ("UNCLAIMED", N_("No label / no return"), "F4", "command_unclaimed"),
    ("PARK", N_("Park this parcel"), "F9", "command_park"),
)
SHORT = (
    ("U", N_("Liable: buyer"), "U"), ("I", N_("Liable: carrier"), "I"), ("O", N_("Liable: vendor"), "O"),
    ("P", N_("Liable: warehouse"), "P"), ("T", N_("Right item, by eye"), "T"), ("S", N_("Unopened"), "S"),
    ("B", N_("Bind the chosen order"), "B"), ("", "", ""), ("MORE", N_("Next page"), "PgDn"),
)  # fmt: skip
"""An empty one leaves its place free: the code after it is too wide to have a neighbour."""


def _command(name: str, msgid: str, key: str, icon: str = "", **values: object) -> Command:
    here = language()
    words, beside = (translate_into(code, msgid, **values) for code in (here, _OTHER[here]))
    return Command(COMMAND_PREFIX + name if name else "", words, beside, translate_into(here, key), icon)


def main_commands() -> tuple[Command, ...]:
    """The first page: what is done with every parcel."""
    return tuple(_command(*one) for one in MAIN)


def row_commands() -> tuple[Command, ...]:
    """The second page: digits and rows of the checklist, kinds of defects, severities."""
    rows = [_command(name, msgid, key, digit=name) for name, msgid, key in ROWS]
    kinds = [_command(name, msgid, key, place=place) for place, (name, msgid, key) in enumerate(KINDS, 1)]
    return (*rows, *kinds, *(_command(*one) for one in SEVERITIES))


def disposition_commands(dispositions: Iterable[Word]) -> tuple[Command, ...]:
    """The third page: what becomes of the item, while its grade is on the screen.

    One of a client's own lists whose code no symbol of the sheet holds is left out: it is chosen by its digit.
    """
    found = []
    for word in dispositions:
        if not _NAME.fullmatch(disposition_name(word.code)):
            continue
        words, beside = (word.en, word.zh) if language() == "en" else (word.zh, word.en)
        found.append(Command(COMMAND_PREFIX + disposition_name(word.code), words, beside, "", word.code))
    return tuple(found)


def further_commands() -> tuple[Command, ...]:
    """The fourth page, its upper part: what is rarer."""
    return tuple(_command(*one) for one in FURTHER)


def short_commands() -> tuple[Command, ...]:
    """The fourth page, its lower part: letters of further screens."""
    return tuple(_command(*one) for one in SHORT)
