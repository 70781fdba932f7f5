"""What goes with goods that leave the house, as plain facts: rows, containers, places, people, photos.

Texts are in the language of the document, times are local and name their zone; amounts and weights are numbers and
are written on the page. No buyer's name, number or address belongs here: these papers go to vendors and refurbishers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from inspection_station.domain.canonical import sha256_of
from inspection_station.domain.money import Money
from inspection_station.errors import N_, StationProblem

Kind = Literal["container_list", "return_to_vendor", "restock", "refurbish", "scrap", "carrier_claim"]
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}", re.ASCII)


class _Checked:
    """Dataclasses whose texts are checked when they are made.

    Raises:
        StationProblem: ``document.control`` for a control character, which no paper has a place for.
    """

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]
            value = getattr(self, one.name)
            if isinstance(value, str) and any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
                raise StationProblem(
                    "document.control",
                    N_("A text of the document holds control characters ({field})."),
                    N_("Type it again without them."),
                    field=one.name,
                )


@dataclass(frozen=True)
class Signatory(_Checked):
    """Who signs: name, the number on the badge, and the local time of the act; empty where not yet."""

    name: str
    number: str = ""
    at: str = ""


@dataclass(frozen=True)
class Party(_Checked):
    """Whose goods come or go: a site, a vendor, a refurbisher; `detail` is an address or a contact."""

    name: str
    detail: str = ""


@dataclass(frozen=True)
class Container(_Checked):
    """One tote or carton of the document.

    Attributes:
        code: as its label says.
        seal: number of the seal; empty when there is none.
        expected_g, measured_g: gross weight in grams, by the items' own weights and by the scales; None when unknown.
    """

    code: str
    seal: str = ""
    expected_g: int | None = None
    measured_g: int | None = None

    @property
    def difference(self) -> float | None:
        """How far the measured weight is off, as a share of the expected one; None when either is unknown."""
        if not self.expected_g or self.measured_g is None:
            return None
        return abs(self.measured_g - self.expected_g) / self.expected_g


@dataclass(frozen=True)
class HandoverRow(_Checked):
    """One returned item.

    Attributes:
        findings: what was found, in words; `reason` is the buyer's stated reason.
        value: what it was sold for; None when unknown.
        container: code of the container it lies in; empty when the document has one or none.
    """

    rt_number: str
    sku: str
    item: str
    variant: str = ""
    grade: str = ""
    findings: str = ""
    reason: str = ""
    value: Money | None = None
    serial: str = ""
    container: str = ""
    units: int = 1


@dataclass(frozen=True)
class Agreement:
    """What was agreed with a vendor: days from delivery within which goods go back, and from what unit price on."""

    days: int
    minimum: Money | None = None


@dataclass(frozen=True)
class Handover(_Checked):
    """A document of goods that change hands.

    Attributes:
        number: the document's own number (capitals, digits, hyphens), in both symbols.
        made_at: local time with zone; `made_by` prepared it.
        authorisation: the vendor's number that allows the return.
        corrects: number of the document that this one takes the place of.
        practice: of demo or practice work: every page says so.

    Raises:
        StationProblem: ``document.number``, ``document.control``.
    """

    kind: Kind
    number: str
    made_at: str
    made_by: Signatory
    sender: Party
    receiver: Party
    rows: tuple[HandoverRow, ...] = ()
    containers: tuple[Container, ...] = ()
    authorisation: str = ""
    agreement: Agreement | None = None
    corrects: str = ""
    note: str = ""
    practice: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for number in (self.number, self.corrects) if self.corrects else (self.number,):
            if not _NUMBER.fullmatch(number):
                raise StationProblem(
                    "document.number",
                    N_("“{text}” is no number of a document."),
                    N_("Use 3 to 40 capital letters, digits and hyphens."),
                    text=number[:40],
                )

    @property
    def units(self) -> int:
        """How many units all rows have."""
        return sum(row.units for row in self.rows)

    @property
    def totals(self) -> tuple[Money, ...]:
        """What all rows with a value are worth, one sum for each currency."""
        sums: dict[str, int] = {}
        for row in self.rows:
            if row.value is not None:
                sums[row.value.currency] = sums.get(row.value.currency, 0) + row.value.minor * row.units
        return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


@dataclass(frozen=True)
class DestructionPhoto(_Checked):
    """A photo of the destruction: what it shows, when, the hash that is recorded, and the picture itself."""

    caption: str
    taken_at: str
    sha256: str
    source: bytes | Path


@dataclass(frozen=True)
class ScrapCertificate(_Checked):
    """What was destroyed, how, and who saw it.

    Attributes:
        handover: the goods; its kind is ``scrap``.
        signatories: none for a certificate that is still to be signed on paper, else two different people.

    Raises:
        StationProblem: ``scrap.signatories`` for one person, three, or the same one twice.
    """

    handover: Handover
    method: str
    destroyed_at: str = ""
    signatories: tuple[Signatory, ...] = ()
    photos: tuple[DestructionPhoto, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        who = {one.number or one.name for one in self.signatories}
        if self.signatories and (len(self.signatories) != 2 or len(who) != 2):
            raise StationProblem(
                "scrap.signatories",
                N_("A scrap certificate is signed by two different people."),
                N_("A second person signs with their own badge."),
            )


def content_hash(document: Handover | ScrapCertificate) -> str:
    """SHA-256 over all facts of the document, pictures by their own hashes; the same in every language of its words."""
    return sha256_of(_plain(asdict(document)))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items() if key != "source"}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
