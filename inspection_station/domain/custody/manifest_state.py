"""A manifest 交接单 as the acts about it tell: what it draws, who signed, and what is still missing before it closes.

It is numbered when it is started and cannot be changed once closed; an error is corrected by a new document that names
it (`corrects`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.causal_order import in_order

WEIGHT_TOLERANCE = 0.02  # share of the expected weight
KINDS = ("return_to_vendor", "scrap", "refurbish", "restock", "carrier_claim")
IN_THE_HOUSE = ("restock",)  # does not leave: neither seal, photo nor weight is asked for
NUMBER_WORDS: Mapping[str, str] = {
    "return_to_vendor": "RTV", "scrap": "SCR", "refurbish": "REF", "restock": "RST", "carrier_claim": "CLM",
}  # fmt: skip
DISPOSITIONS_OF: Mapping[str, tuple[str, ...]] = {
    "return_to_vendor": ("return_to_vendor",), "scrap": ("scrap",), "refurbish": ("refurbish",),
    "restock": ("restock", "restock_open_box", "donate"), "carrier_claim": ("carrier_claim",),
}  # fmt: skip
NOTED = ("seal", "note", "authorisation", "method", "destination")


class ManifestStep(StrEnum):
    """Where a manifest stands."""

    OPEN = "open"
    CLOSED = "closed"
    VOIDED = "voided"


@dataclass(frozen=True)
class Weighing:
    """One tote on the scale: grams, and what its items should weigh (0: not known)."""

    grams: int
    expected_g: int

    @property
    def is_far_off(self) -> bool:
        """Whether it is more than two in a hundred off."""
        return self.expected_g > 0 and abs(self.grams - self.expected_g) > self.expected_g * WEIGHT_TOLERANCE


@dataclass(frozen=True)
class ManifestState:
    """One manifest.

    Attributes:
        kind: one of `KINDS`. destination: whom it goes to, in words; vendor: code, for goods that go back to one.
        photos: sha256 of each by shot (``closing`` or ``destruction``).
        signatures: person by place (1 the first signatory, 2 the second).
        rows: of a closed one: item_id, rt_number and tote of each; totes in the order they were scanned.
    """

    id: str
    number: str = ""
    kind: str = ""
    step: ManifestStep = ManifestStep.OPEN
    destination: str = ""
    vendor: str = ""
    authorisation: str = ""
    corrects: str = ""
    seal: str = ""
    note: str = ""
    method: str = ""
    started_at: str = ""
    started_by: str = ""
    station: str = ""
    closed_at: str = ""
    closed_by: str = ""
    weighings: Mapping[str, Weighing] = field(default_factory=dict)
    photos: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signatures: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # place → (person, at)
    rows: tuple[Mapping[str, Any], ...] = ()
    totes: tuple[str, ...] = ()
    fingerprint: str = ""
    reason: str = ""


def fold_manifest(manifest_id: str, acts: Iterable[Act]) -> ManifestState:
    """The state that the acts about this manifest add up to; what comes after it closed or was voided has no effect."""
    state = ManifestState(manifest_id)
    for act in in_order(acts):
        if state.step is ManifestStep.OPEN:
            state = _after(state, act)
    return state


def _after(state: ManifestState, act: Act) -> ManifestState:
    facts = act.payload
    match act.kind:
        case ActKind.MANIFEST_STARTED:
            return replace(
                state, number=facts["number"], kind=facts["manifest_kind"], destination=facts["destination"],
                vendor=facts["vendor"], authorisation=facts["authorisation"], corrects=facts["corrects"],
                started_at=act.at, started_by=act.person, station=act.station,
            )  # fmt: skip
        case ActKind.MANIFEST_NOTED if facts["field"] in NOTED:
            return replace(state, **{facts["field"]: facts["value"]})
        case ActKind.MANIFEST_TOTE_WEIGHED:
            return replace(
                state, weighings={**state.weighings, facts["tote"]: Weighing(facts["grams"], facts["expected_g"])}
            )  # fmt: skip
        case ActKind.MANIFEST_PHOTO_TAKEN:
            taken = (*state.photos.get(facts["shot"], ()), facts["sha256"])
            return replace(state, photos={**state.photos, facts["shot"]: taken})
        case ActKind.MANIFEST_SIGNED:
            return replace(state, signatures={**state.signatures, facts["place"]: (act.person, act.at)})
        case ActKind.MANIFEST_CLOSED:
            return replace(
                state, step=ManifestStep.CLOSED, closed_at=act.at, closed_by=act.person, rows=tuple(facts["items"]),
                totes=tuple(facts["totes"]), fingerprint=facts["fingerprint"],
            )  # fmt: skip
        case ActKind.MANIFEST_VOIDED:
            return replace(state, step=ManifestStep.VOIDED, reason=facts["reason"])
    return state


@dataclass(frozen=True)
class Drawn:
    """What an open manifest draws: totes with how many items lie in each and how many were scanned once more."""

    tote: str
    contents: int
    scanned: int
    vendors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """What was agreed with a vendor: days from delivery, least price in minor units, whether it names each return."""

    days: int = 0
    least_minor: int = 0
    needs_authorisation: bool = False


@dataclass(frozen=True)
class Check:
    """One thing that must hold before a manifest closes; `values` are named by its sentence."""

    code: str
    passed: bool
    values: tuple[tuple[str, str], ...] = ()


def closing_checks(
    manifest: ManifestState,
    drawn: Iterable[Drawn],
    *,
    outside_agreement: int = 0,
    agreement: Agreement | None = None,
    held: int = 0,
    apart: int = 0,
) -> list[Check]:
    """What must hold before the manifest closes, in the order in which it is shown.

    `outside_agreement` is how many items the vendor need not take by the agreement; `held` how many may not leave;
    `apart` how many totes and items stations drew without knowing of each other.
    """
    totes = list(drawn)
    left = sum(max(0, one.contents - one.scanned) for one in totes)
    vendors = sorted({vendor for one in totes for vendor in one.vendors})
    checks = [
        Check("has_totes", bool(totes)),
        Check("all_scanned", left == 0 and bool(totes), (("n", str(left)),)),
        Check("none_held", held == 0, (("n", str(held)),)),
    ]
    if apart:
        checks.append(Check("drawn_once", False, (("n", str(apart)),)))
    if manifest.kind == "return_to_vendor":
        checks += [
            Check("one_vendor", vendors in ([], [manifest.vendor]), (("n", str(len(vendors))),)),
            Check("within_agreement", outside_agreement == 0, (("n", str(outside_agreement)),)),
        ]
        if agreement is not None and agreement.needs_authorisation:
            checks.append(Check("authorised", bool(manifest.authorisation)))
    if manifest.kind == "scrap":
        people = {person for person, _at in manifest.signatures.values()}
        both = len(people) >= 2 and {1, 2} <= set(manifest.signatures)
        checks += [
            Check("two_signatures", both, (("n", str(len(people))),)),
            Check("method_named", bool(manifest.method)),
            Check("destruction_photo", bool(manifest.photos.get("destruction"))),
        ]
    elif manifest.kind not in IN_THE_HOUSE:
        checks.append(Check("closing_photo", bool(manifest.photos.get("closing"))))
        checks.append(Check("sealed", bool(manifest.seal)))
    asked = manifest.kind not in IN_THE_HOUSE
    unweighed = [one.tote for one in totes if asked and one.tote not in manifest.weighings]
    off = [tote for tote, one in manifest.weighings.items() if one.is_far_off and tote in {d.tote for d in totes}]
    weighed = bool(totes) and not unweighed and not off
    return [*checks, Check("weighed", weighed, (("totes", ", ".join(unweighed or off)),))]
