"""One inspected item as the whole house knows it: what its bench decided, and on what grounds.

Made from an inspection's folded events (`house_items`), here at the bench that inspected it and at the centre for all
others; the same events give the same item everywhere. No buyer's name or number is in it, only the phone's last digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from inspection_station.domain.inspection import Inspection, InspectionState, Item
from inspection_station.domain.returns import ExpectedReturn, ReturnLine

MOST_PHOTOS = 60
MOST_TEXT = 500


@dataclass(frozen=True)
class HouseItem:
    """One decided item.

    Attributes:
        id: the item's UUID; `inspection_id` the inspection's.
        station: code of the bench; `person` id of who decided. Times are UTC by that bench's clock.
        arrived_at: when its parcel was opened; `decided_at` when the decision in force at the bench was made.
        label_issue: of the label its bench printed last: 1 and up with each decision.
        price_minor, currency: what one unit was sold for; an empty currency when nobody told.
        liability: (party, share in percent). refund: as in the rules.
        findings: code, severity and question of each defect. photos: id, sha256, shot and finding_id of each.
        changed: outcomes that a person set other than the rules; `why` as sealed with the decision.
        tote: scanned at the bench, which proves it; `proposed_tote` was only named there.
        again_of: id of the inspection that this one was done anew for; empty for a first one.
    """

    id: str
    inspection_id: str
    rt_number: str
    tracking_number: str = ""
    order_number: str = ""
    return_number: str = ""
    phone_tail: str = ""
    client: str = ""
    platform: str = ""
    station: str = ""
    person: str = ""
    arrived_at: str = ""
    decided_at: str = ""
    state: str = "closed"  # closed | open | voided (as its inspection, or its own decision taken back)
    sku: str = ""
    name_zh: str = ""
    name_en: str = ""
    variant: str = ""
    category: str = ""
    vendor: str = ""
    vendor_name: str = ""
    delivered_on: str = ""
    price_minor: int = 0
    currency: str = ""
    reason: str = ""
    reason_text: str = ""
    identity: str = ""
    found_code: str = ""
    grade: str = ""
    disposition: str = ""
    liability: tuple[tuple[str, int], ...] = ()
    refund: Mapping[str, Any] = field(default_factory=dict)
    why: tuple[Mapping[str, Any], ...] = ()
    changed: tuple[str, ...] = ()
    change_reasons: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Mapping[str, str], ...] = ()
    photos: tuple[Mapping[str, str], ...] = ()
    waived: tuple[str, ...] = ()
    bulk: int = 0  # answers given in bulk
    single: int = 0
    label_issue: int = 0
    tote: str = ""
    proposed_tote: str = ""
    slot: int = 0
    random_check: bool = False
    needs_lead: bool = False
    held: str = ""
    recheck: str = ""
    second_person: str = ""
    weight: str = ""  # of its parcel before it was opened: lighter or heavier than what had left; empty when neither
    grams: int = 0  # what its parcel weighed where it was all that lay in it; 0: not known
    rules_version: str = ""
    template: str = ""
    template_version: str = ""
    again_of: str = ""


_PLAIN = {one.name: one.type for one in fields(HouseItem) if one.type in ("str", "int", "bool")}
_KINDS = {"str": str, "int": int, "bool": bool}


def house_items(inspection: Inspection, returns: Mapping[str, ExpectedReturn]) -> list[HouseItem]:
    """The items of an inspection that were decided, with what is known of their returns.

    An item whose decision was taken back again is told as ``open``; one of a void inspection as ``voided``.
    """
    return [
        _house_item(inspection, item, returns.get(item.return_id))
        for item in inspection.items
        if item.decision is not None or item.label_issue > 0
    ]


def _house_item(inspection: Inspection, item: Item, expected: ExpectedReturn | None) -> HouseItem:
    decision: Mapping[str, Any] = item.decision or {}
    line = _line(item, expected)
    voided = inspection.state is InspectionState.VOIDED
    answers = item.answers.values()
    photos = inspection.counted_photos(item.id)
    return HouseItem(
        id=item.id, inspection_id=inspection.id, rt_number=item.rt_number,
        tracking_number=inspection.tracking_number,
        order_number=expected.order_number if expected else "",
        return_number=expected.return_number if expected else "",
        phone_tail=expected.buyer_phone_tail if expected else "",
        client=expected.client if expected else "", platform=expected.platform if expected else "",
        station=inspection.station, person=inspection.person, arrived_at=inspection.opened_at,
        decided_at=item.decided_at, state="voided" if voided else "closed" if item.decision is not None else "open",
        sku=item.sku, name_zh=item.name_zh, name_en=item.name_en, variant=item.variant, category=item.category,
        vendor=line.vendor if line else "", vendor_name=line.vendor_name if line else "",
        delivered_on=expected.delivered_on if expected else "",
        price_minor=line.unit_price.minor if line else 0, currency=line.unit_price.currency if line else "",
        reason=expected.reason if expected else "",
        reason_text=(expected.reason_text if expected else "")[:MOST_TEXT],
        identity=str(decision.get("identity", "") or item.identity), found_code=item.found_code,
        grade=str(decision.get("grade", "")), disposition=str(decision.get("disposition", "")),
        liability=_liability(decision.get("liability")), refund=dict(decision.get("refund") or {}),
        why=tuple(one for one in decision.get("why", ()) if isinstance(one, Mapping)),
        changed=tuple(str(name) for name in decision.get("changed", ())),
        change_reasons={name: str(one.get("reason", ""))[:MOST_TEXT] for name, one in item.changes.items()},
        findings=tuple(
            {"id": one.id, "question": one.question, "code": one.code, "severity": one.severity, "place": one.place,
             "part": one.part}
            for one in item.findings
        ),
        photos=tuple(
            {"id": one.id, "sha256": one.sha256, "shot": one.shot, "finding_id": one.finding_id,
             "taken_at": one.taken_at}
            for one in photos[:MOST_PHOTOS]
        ),
        waived=tuple(shot for shot, _finding in item.waived),
        bulk=sum(one.answered_by == "bulk" for one in answers),
        single=sum(one.answered_by != "bulk" for one in answers),
        label_issue=item.label_issue, tote=item.tote, proposed_tote=str(decision.get("proposed_tote", "")),
        slot=decision.get("slot", 0) if isinstance(decision.get("slot", 0), int) else 0,
        random_check=decision.get("random_check") is True, needs_lead=decision.get("needs_lead") is True,
        held=item.held, recheck=inspection.recheck[:MOST_TEXT], second_person=item.second_person,
        weight=inspection.weighed.flag if inspection.weighed is not None else "",
        grams=inspection.weighed.grams if inspection.weighed is not None and len(inspection.items) == 1 else 0,
        rules_version=str(decision.get("rules_version", "")),
        template=item.template, template_version=item.template_version, again_of=inspection.again_of,
    )  # fmt: skip


def _line(item: Item, expected: ExpectedReturn | None) -> ReturnLine | None:
    return next((line for line in expected.lines if line.line == item.line), None) if expected else None


def _liability(told: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(told, list | tuple):
        return ()
    pairs = [(one.get("party"), one.get("share")) for one in told if isinstance(one, Mapping)]
    return tuple((party, share) for party, share in pairs if isinstance(party, str) and isinstance(share, int))


def house_item_to_json(item: HouseItem) -> dict[str, Any]:
    """The plain form that is stored and told; what is as by default is left out."""
    plain = {name: value for name, value in asdict(item).items() if value or name in ("id", "inspection_id")}
    plain["state"] = item.state
    if item.liability:
        plain["liability"] = [{"party": party, "share": share} for party, share in item.liability]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def house_item_from_json(data: Mapping[str, Any]) -> HouseItem:
    """The inverse of `house_item_to_json`; unknown keys are passed over.

    Raises:
        ValueError, KeyError, TypeError: a part is of another type, or it names no item.
    """
    known: dict[str, Any] = {}
    for name, kind in _PLAIN.items():
        if name in data:
            value = data[name]
            if type(value) is not _KINDS[str(kind)]:
                raise ValueError(f"an item's {name} must be a {kind}")
            known[name] = value
    if not known.get("id") or not known.get("inspection_id"):
        raise ValueError("an item has an id and belongs to an inspection")
    for name in ("why", "findings", "photos"):
        known[name] = _mappings(data.get(name, ()))
    for name in ("changed", "waived"):
        known[name] = _texts(data.get(name, ()))
    refund, reasons = data.get("refund", {}), data.get("change_reasons", {})
    if not isinstance(refund, Mapping) or not isinstance(reasons, Mapping):
        raise ValueError("a refund and the reasons of changes are mappings")
    return HouseItem(
        **known, liability=_liability(data.get("liability", ())), refund=dict(refund),
        change_reasons={str(name): str(text) for name, text in reasons.items()},
    )  # fmt: skip


def _mappings(value: Any) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        raise ValueError("must be a list of mappings")
    return tuple(dict(one) for one in value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of texts")
    return tuple(value)
