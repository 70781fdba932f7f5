"""A vendor's agreement changed in the text of a policies file, which keeps its comments and gets another version."""

from __future__ import annotations

import json
import re

from inspection_station.data_files import read_yaml, with_values
from inspection_station.domain.policies import VendorAgreement
from inspection_station.errors import N_, StationProblem

_PLAIN = re.compile(r"[A-Za-z]{1,20}-[A-Za-z0-9-]{1,30}")  # never anything but a text to YAML
_CODE = re.compile(r"[^\s\"\\{}\[\],:#&*!|>'%@`][^\s\"\\{}\[\],:#]{0,39}")
_OURS = ("rtv", "within_days", "minimum_minor", "needs_authorisation")


def with_agreement(text: str, name: str, vendor: str, agreement: VendorAgreement, day: str) -> str:
    """The policies file `text` with this agreement for a vendor, known or new, and the version of that `day`.

    Raises:
        DataFileProblem: `text` cannot be read.
        StationProblem: ``policies.vendor_code`` for a code that no vendor has, ``policies.no_vendors``.
    """
    data = read_yaml(text, name).data
    vendors = data.get("vendors")
    if not isinstance(vendors, dict):
        raise StationProblem("policies.no_vendors", N_("The policies name no vendors."))
    if not _CODE.fullmatch(vendor):
        raise StationProblem(
            "policies.vendor_code", N_("“{text}” is no code of a vendor."), N_("Write it as the returns do."),
            text=vendor[:40],
        )  # fmt: skip
    entry = vendors.get(vendor)
    others = {key: value for key, value in entry.items() if key not in _OURS} if isinstance(entry, dict) else {}
    ours: dict[str, object] = {"rtv": agreement.rtv}
    if agreement.within_days:
        ours["within_days"] = agreement.within_days
    if agreement.minimum_minor:
        ours["minimum_minor"] = agreement.minimum_minor
    if agreement.needs_authorisation:
        ours["needs_authorisation"] = True
    written = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in (ours | others).items())
    known = vendor in vendors
    key = vendor if known or _PLAIN.fullmatch(vendor) else json.dumps(vendor, ensure_ascii=False)
    version = json.dumps(next_version(str(data.get("version", "")), day))
    return with_values(text, name, {("version",): version, ("vendors", key): "{" + written + "}"})


def next_version(version: str, day: str) -> str:
    """The version after `version` on a `day` like 2026-11-21: ``2026.11.3`` after ``2026.11.2``, else the month's 1."""
    month = day[:7].replace("-", ".")
    before, dot, number = version.rpartition(".")
    if dot and before == month and number.isascii() and number.isdigit() and len(number) < 6:
        return f"{month}.{int(number) + 1}"
    return f"{month}.1"
