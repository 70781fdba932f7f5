"""Policies: what was agreed with clients, platforms and vendors, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.data_checks import mapping_at, only_known, text_at
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_


@dataclass(frozen=True)
class VendorAgreement:
    """Whether a vendor takes goods back, within how many days of delivery and from what unit price (minor units)."""

    rtv: bool
    within_days: int = 0
    minimum_minor: int = 0


@dataclass(frozen=True)
class Policies:
    """One version of the agreements; `slots` says at which place of the bench a disposition's tote stands."""

    version: str
    high_value_minor: int
    random_check_percent: int
    vendors: Mapping[str, VendorAgreement]
    slots: Mapping[str, int]

    def vendor(self, code: str) -> VendorAgreement:
        """The agreement with a vendor, or the default one."""
        return self.vendors.get(code, self.vendors["default"])


def _whole(file: DataFile, path: KeyPath, value: Any, most: int = 10**12) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise file.fault(path, N_("must be a whole number from 0 to {most}"), most=most)
    return value


def parse_policies(file: DataFile, lists: TradeLists) -> Policies:
    """Read the policies; raises DataFileProblem with file, line and key."""
    data = file.data
    only_known(file, (), data, {"version", "high_value_minor", "random_check_percent", "vendors", "slots"})
    vendors = data.get("vendors")
    if not isinstance(vendors, dict) or "default" not in vendors:
        raise file.fault(("vendors",), N_("must be a mapping with an entry “default”"))
    agreements = {}
    for code, entry in vendors.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("rtv"), bool):
            raise file.fault(("vendors", code), N_("must say rtv: true or rtv: false"))
        only_known(file, ("vendors", code), entry, {"rtv", "within_days", "minimum_minor"})
        agreements[str(code)] = VendorAgreement(
            entry["rtv"],
            _whole(file, ("vendors", code, "within_days"), entry.get("within_days", 0), 3650),
            _whole(file, ("vendors", code, "minimum_minor"), entry.get("minimum_minor", 0)),
        )
    slots = mapping_at(file, ("slots",), data.get("slots"))
    only_known(file, ("slots",), slots, lists.words["dispositions"])
    return Policies(
        text_at(file, (), data, "version"),
        _whole(file, ("high_value_minor",), data.get("high_value_minor")),
        _whole(file, ("random_check_percent",), data.get("random_check_percent"), 100),
        agreements,
        {str(code): _whole(file, ("slots", code), slot, 99) for code, slot in slots.items()},
    )
