"""Tracking numbers by the shapes their carriers use, read from a data file; shapes suggest, what is expected decides.

Carriers publish no grammar, and shapes of digits alone overlap with each other and with product codes: only those that
begin with letters of their own stand in the file. All other numbers are known by the expected returns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.check_digits import is_s10
from inspection_station.domain.data_checks import list_at, mapping_at, only_known, text_at
from inspection_station.errors import N_

POSTAL = "S10"  # the carrier of postal items: any operator of the Universal Postal Union
MOST_DIGITS = 40
_PART = r"(?:-[0-9]{1,3}-[0-9]{1,3}-?)?"  # “-1-2-”: the first of two parcels of one number
_TOKEN = re.compile(r"[A-Z0-9]+(?:-[0-9]{1,3}-[0-9]{1,3}-?)?")


@dataclass(frozen=True)
class Shape:
    """One shape of a carrier's numbers: letters it begins with, then free letters, then digits.

    Attributes:
        begins: the letters and digits in front.
        letters: fewest and most free letters after them.
        digits: fewest and most digits at the end.
        parts: whether “-1-2-” may follow, for one of several parcels; it is no part of the number.
    """

    begins: str
    digits: tuple[int, int]
    letters: tuple[int, int] = (0, 0)
    parts: bool = False

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        (fewest, most), (least, longest) = self.letters, self.digits
        number = f"{re.escape(self.begins)}[A-Z]{{{fewest},{most}}}[0-9]{{{least},{longest}}}"
        return re.compile(f"({number})" + (_PART if self.parts else ""))

    def number_in(self, text: str) -> str:
        """The tracking number that `text` is, without the mark of the parcel; empty when it has another shape."""
        found = self._pattern.fullmatch(text)
        return found[1] if found else ""


@dataclass(frozen=True)
class Carrier:
    """A carrier: its code, its words in both languages, and the shapes of its numbers."""

    code: str
    zh: str
    en: str
    shapes: tuple[Shape, ...] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        """Both words, for `i18n.localised`."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Carriers:
    """All carriers whose numbers have a shape of their own, by code."""

    version: str = ""
    by_code: Mapping[str, Carrier] = field(default_factory=dict)

    def tracking_number(self, text: str) -> tuple[str, str]:
        """Carrier code and tracking number that the normalised `text` is by its shape; two empty texts if none.

        A postal item MUST have a right check digit.
        """
        for carrier in self.by_code.values():
            for shape in carrier.shapes:
                if number := shape.number_in(text):
                    return carrier.code, number
        return (POSTAL, text) if is_s10(text) else ("", "")

    def hint(self, text: str) -> str:
        """The carrier code a tracking number suggests, or an empty text; never a decision."""
        return self.tracking_number(text)[0]

    def tracking_numbers_in(self, text: str) -> tuple[str, ...]:
        """Every tracking number that stands by itself inside a longer normalised text, as on a QR code."""
        numbers = (self.tracking_number(token)[1] for token in _TOKEN.findall(text))
        return tuple(dict.fromkeys(number for number in numbers if number))


NO_CARRIERS = Carriers()


def parse_carriers(file: DataFile) -> Carriers:
    """Read the carriers from a data file; raises DataFileProblem with file, line and key."""
    only_known(file, (), file.data, {"version", "carriers"})
    given = mapping_at(file, ("carriers",), file.data.get("carriers"))
    found: dict[str, Carrier] = {}
    for name, value in given.items():
        code = str(name)  # an unquoted code of digits is a number to YAML
        if not re.fullmatch(r"[A-Z0-9]{1,12}", code):
            fault = N_("must be a code of capital letters and digits")
            raise file.fault(("carriers", name), fault)
        path: KeyPath = ("carriers", name)
        entry = mapping_at(file, path, value)
        only_known(file, path, entry, {"zh", "en", "numbers"})
        shapes = [
            _shape(file, (*path, "numbers", place), shape)
            for place, shape in enumerate(list_at(file, path, entry, "numbers"))
        ]
        found[code] = Carrier(code, text_at(file, path, entry, "zh"), text_at(file, path, entry, "en"), tuple(shapes))
    return Carriers(text_at(file, (), file.data, "version"), found)


def _shape(file: DataFile, path: KeyPath, value: Any) -> Shape:
    entry = mapping_at(file, path, value)
    only_known(file, path, entry, {"begins", "letters", "digits", "parts"})
    begins = text_at(file, path, entry, "begins")
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,9}", begins):
        raise file.fault((*path, "begins"), N_("must begin with a capital letter, and hold only those and digits"))
    parts = entry.get("parts", False)
    if not isinstance(parts, bool):
        raise file.fault((*path, "parts"), N_("must be true or false"))
    digits = _span(file, path, entry, "digits", 4)
    letters = _span(file, path, entry, "letters", 0) if "letters" in entry else (0, 0)
    return Shape(begins, digits, letters, parts)


def _span(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str, least: int) -> tuple[int, int]:
    value = owner.get(key)
    whole = isinstance(value, list) and len(value) == 2 and all(type(end) is int for end in value)
    if not whole or not least <= value[0] <= value[1] <= MOST_DIGITS:  # type: ignore[index]
        fault = N_("must be [fewest, most], from {least} to {most}")
        raise file.fault((*path, key), fault, least=least, most=MOST_DIGITS)
    return value[0], value[1]  # type: ignore[index]
