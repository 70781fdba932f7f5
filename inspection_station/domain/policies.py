"""Policies: what was agreed with clients, platforms and vendors, as data in layers.

The terms for one item are those at the top of the file, with what its platform, then its client, then its vendor says
otherwise put in their place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.data_checks import mapping_at, only_known, text_at
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_

LONGEST_WINDOW = 3650  # days
MOST_AMOUNT = 10**12  # minor units


@dataclass(frozen=True)
class VendorAgreement:
    """Whether a vendor takes goods back, within how many days of delivery and from what unit price (minor units), and
    whether each return needs the vendor's authorisation number."""

    rtv: bool
    within_days: int = 0
    minimum_minor: int = 0
    needs_authorisation: bool = False


@dataclass(frozen=True)
class Terms:
    """What counts for one item.

    Attributes:
        return_window_days: least days that a buyer has from delivery, where fewer were announced.
        transit_days: days that a parcel may have been on its way: the window is counted to the buyer's notice, of
            which only the parcel's arrival is known.
        non_returnable: categories that cannot be returned without a reason.
        sealed_hygiene: categories that are not intact once their one-time seal is broken.
        high_value_minor: unit price from which an item is of high value.
        random_check_percent: share of bulk-passed items that is checked once more.
        reject_reasons: the platform's own word or code for each of our reject reasons.
    """

    high_value_minor: int
    random_check_percent: int
    return_window_days: int = 0
    transit_days: int = 0
    non_returnable: tuple[str, ...] = ()
    sealed_hygiene: tuple[str, ...] = ()
    reject_reasons: Mapping[str, str] = field(default_factory=dict)


Layer = Mapping[str, Any]
"""Fields of `Terms` that one platform, client or vendor has otherwise."""


@dataclass(frozen=True)
class Policies:
    """One version of the agreements.

    Attributes:
        vendors: agreements by vendor; ``default`` is that of every other one.
        slots: at which place of the bench a disposition's tote stands.
        currency: the currency of every amount here; prices in another one cannot be compared with them.
        terms: those of everybody for whom no layer says otherwise.
        layers: ``platforms``, ``clients`` and ``vendors``, each name → `Layer`.
    """

    version: str
    vendors: Mapping[str, VendorAgreement]
    slots: Mapping[str, int]
    terms: Terms
    currency: str = "CNY"
    layers: Mapping[str, Mapping[str, Layer]] = field(default_factory=dict)

    def vendor(self, code: str) -> VendorAgreement:
        """The agreement with a vendor, or the default one."""
        return self.vendors.get(code, self.vendors["default"])

    def with_random_check(self, percent: int) -> Policies:
        """The same with another share for the random check, where no layer has its own."""
        return replace(self, terms=replace(self.terms, random_check_percent=percent))

    def terms_for(self, platform: str = "", client: str = "", vendor: str = "") -> Terms:
        """The terms for goods of this platform, client and vendor; the reject reasons of the layers add up."""
        names = {"platforms": platform, "clients": client, "vendors": vendor if vendor in self.vendors else "default"}
        found = [self.layers.get(layer, {}).get(name, {}) for layer, name in names.items()]
        said: dict[str, Any] = {key: value for layer in found for key, value in layer.items()}
        if "reject_reasons" in said:
            words = dict(self.terms.reject_reasons)
            for layer in found:
                words.update(layer.get("reject_reasons", {}))
            said["reject_reasons"] = words
        return replace(self.terms, **said) if said else self.terms

    def high_value_from(self, currency: str, platform: str = "", client: str = "", vendor: str = "") -> int:
        """The unit price in minor units of `currency` from which goods are of high value; 0 where none is agreed."""
        return self.terms_for(platform, client, vendor).high_value_minor if currency == self.currency else 0


def _whole(file: DataFile, path: KeyPath, value: Any, most: int = MOST_AMOUNT) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise file.fault(path, N_("must be a whole number from 0 to {most}"), most=most)
    return value


_LIMITS: Mapping[str, int] = {
    "high_value_minor": MOST_AMOUNT, "random_check_percent": 100, "return_window_days": LONGEST_WINDOW,
    "transit_days": 365,
}  # fmt: skip
_CATEGORIES = ("non_returnable", "sealed_hygiene")
TERM_KEYS = frozenset({*_LIMITS, *_CATEGORIES, "reject_reasons"})


def _layer(file: DataFile, path: KeyPath, owner: Mapping[str, Any], lists: TradeLists) -> dict[str, Any]:
    """The terms that the mapping at `path` sets."""
    found: dict[str, Any] = {}
    for key, most in _LIMITS.items():
        if key in owner:
            found[key] = _whole(file, (*path, key), owner[key], most)
    for key in _CATEGORIES:
        if key in owner:
            found[key] = _codes(file, (*path, key), owner[key], lists, "categories")
    if "reject_reasons" in owner:
        here = (*path, "reject_reasons")
        words = mapping_at(file, here, owner["reject_reasons"])
        only_known(file, here, words, lists.words["reject_reasons"])
        found["reject_reasons"] = {code: text_at(file, here, words, code) for code in words}
    return found


def _codes(file: DataFile, path: KeyPath, value: Any, lists: TradeLists, name: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise file.fault(path, N_("must be a list of codes"))
    for place, code in enumerate(value):
        if not isinstance(code, str) or not lists.knows(name, code):
            raise file.fault((*path, place), N_("“{code}” is not in the lists"), code=str(code)[:40])
    return tuple(value)


def _layers(file: DataFile, name: str, known: Collection[str], lists: TradeLists) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    for owner, entry in mapping_at(file, (name,), file.data.get(name, {})).items():
        path: KeyPath = (name, owner)
        only_known(file, path, mapping_at(file, path, entry), known)
        found[str(owner)] = _layer(file, path, entry, lists)
    return found


def _vendors(file: DataFile, lists: TradeLists) -> tuple[dict[str, VendorAgreement], dict[str, Layer]]:
    vendors = file.data.get("vendors")
    if not isinstance(vendors, dict) or "default" not in vendors:
        raise file.fault(("vendors",), N_("must be a mapping with an entry “default”"))
    agreements: dict[str, VendorAgreement] = {}
    terms: dict[str, Layer] = {}
    for code, entry in vendors.items():
        path: KeyPath = ("vendors", code)
        if not isinstance(entry, dict) or not isinstance(entry.get("rtv"), bool):
            raise file.fault(path, N_("must say rtv: true or rtv: false"))
        only_known(file, path, entry, {"rtv", "within_days", "minimum_minor", "needs_authorisation", *TERM_KEYS})
        needs = entry.get("needs_authorisation", False)
        if not isinstance(needs, bool):
            raise file.fault((*path, "needs_authorisation"), N_("must be true or false"))
        agreements[str(code)] = VendorAgreement(
            entry["rtv"],
            _whole(file, (*path, "within_days"), entry.get("within_days", 0), LONGEST_WINDOW),
            _whole(file, (*path, "minimum_minor"), entry.get("minimum_minor", 0)),
            needs,
        )
        terms[str(code)] = _layer(file, path, entry, lists)
    return agreements, terms


def parse_policies(file: DataFile, lists: TradeLists) -> Policies:
    """Read the policies; a file from before there were layers says the same as it did.

    Raises:
        DataFileProblem: with file, line, key and what would be right.
    """
    data = file.data
    only_known(file, (), data, {"version", "currency", "platforms", "clients", "vendors", "slots", *TERM_KEYS})
    agreements, vendor_terms = _vendors(file, lists)
    slots = mapping_at(file, ("slots",), data.get("slots"))
    only_known(file, ("slots",), slots, lists.words["dispositions"])
    for key in ("high_value_minor", "random_check_percent"):
        _whole(file, (key,), data.get(key), _LIMITS[key])
    return Policies(
        version=text_at(file, (), data, "version"),
        vendors=agreements,
        slots={str(code): _whole(file, ("slots", code), slot, 99) for code, slot in slots.items()},
        terms=Terms(**_layer(file, (), data, lists)),
        currency=text_at(file, (), data, "currency") if "currency" in data else "CNY",
        layers={
            "platforms": _layers(file, "platforms", TERM_KEYS, lists),
            "clients": _layers(file, "clients", TERM_KEYS, lists),
            "vendors": vendor_terms,
        },
    )
