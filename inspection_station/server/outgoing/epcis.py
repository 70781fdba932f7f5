"""The same facts as EPCIS 2.0 events (GS1 CBV 2.0), for systems that follow goods by that standard.

Goods are named by their GTIN and serial number as a GS1 Digital Link where both are known; parcels, totes, stations and
goods without one by URIs of this product's own, which the standard allows (``urn:inspection-station:…``). A statement
that is taken back is told again under its own id with an error declaration, as the standard asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from inspection_station.domain.check_digits import gtin14, is_gtin
from inspection_station.server.outgoing.facts import FactType, ParcelStatus

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"returns": "urn:inspection-station:epcis:"},
]
DIGITAL_LINK = "https://id.gs1.org"
_OWN = "urn:inspection-station"
_TIME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")

# What becomes of goods with each disposition: business step and state once they are in their tote.
_STEPS: Mapping[str, tuple[str, str]] = {
    "restock": ("storing", "sellable_not_accessible"),
    "restock_open_box": ("storing", "sellable_not_accessible"),
    "donate": ("staging_outbound", "non_sellable_other"),
    "refurbish": ("repairing", "unavailable"),
    "return_to_vendor": ("staging_outbound", "returned"),
    "return_to_buyer": ("staging_outbound", "returned"),
    "scrap": ("holding", "disposed"),
    "carrier_claim": ("holding", "damaged"),
    "hold": ("holding", "non_sellable_other"),
    "unclaimed": ("holding", "unknown"),
}
# What a closed manifest does with its totes and all that is in them.
_HANDED_OVER: Mapping[str, tuple[str, str]] = {
    "restock": ("stocking", "sellable_accessible"),
    "refurbish": ("repairing", "unavailable"),
    "return_to_vendor": ("shipping", "returned"),
    "scrap": ("destroying", "destroyed"),
    "carrier_claim": ("shipping", "damaged"),
}
_IDENTITIES: Mapping[str, str] = {
    "wrong_item": "mismatch_class",
    "wrong_variant": "mismatch_class",
    "extra": "mismatch_quantity",
    "missing": "mismatch_quantity",
    "empty_parcel": "mismatch_quantity",
    "serial_mismatch": "mismatch_instance",
    "counterfeit_suspected": "mismatch_instance",
    "unidentifiable": "unknown",
}
_DAMAGES = frozenset({"scratch", "dent", "crack", "stain", "deformation", "outer_damaged", "outer_wet", "screen_fault"})
_LACKS = frozenset({"accessory_missing", "accessory_swapped", "gift_missing"})


def document(events: Sequence[Mapping[str, Any]], made_at: str) -> dict[str, Any]:
    """An EPCIS document of these events."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": made_at,
        "epcisBody": {"eventList": list(events)},
    }


def events_of(
    kind: str, fact_id: str, recorded_at: str, body: str, before: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The EPCIS events of a fact, by its type, id, time of record and body (JSON).

    Args:
        before: the bodies of facts that are not true any more since, by id.
    """
    said = json.loads(body)
    if kind in _WITHDRAWS:
        withdrawn, reason = _WITHDRAWS[kind]
        return _declared_wrong(withdrawn, said, recorded_at, reason, before or {}, "")
    if kind == FactType.INSPECTION_CLOSED and said["items"]:
        wrong = _declared_wrong(kind, said, recorded_at, "incorrect_data", before or {}, fact_id)
        return [*wrong, _unpacked(said, fact_id, recorded_at)]
    if kind == FactType.PARCEL_STATUS:
        return _parcel(said, fact_id, recorded_at)
    if kind == FactType.ITEM_DECIDED:
        return [_decided(said, fact_id, recorded_at)]
    if kind == FactType.ITEM_PLACED:
        return [_placed(said, fact_id, recorded_at)]
    if kind == FactType.MANIFEST_CLOSED and said["totes"]:
        return [_handed_over(said, fact_id, recorded_at)]
    return []


_WITHDRAWS: Mapping[str, tuple[FactType, str]] = {
    FactType.DECISION_WITHDRAWN: (FactType.ITEM_DECIDED, "incorrect_data"),
    FactType.ITEM_TAKEN_BACK: (FactType.ITEM_PLACED, "incorrect_data"),
    FactType.INSPECTION_VOIDED: (FactType.INSPECTION_CLOSED, "did_not_occur"),
}


def _declared_wrong(
    kind: str, said: Mapping[str, Any], recorded_at: str, reason: str, before: Mapping[str, str], instead: str
) -> list[dict[str, Any]]:
    """The event of the fact that `said` replaces, declared wrong; `instead`: the fact that says it right."""
    replaced = said.get("replaces", "")
    if replaced not in before:
        return []
    wrong: dict[str, Any] = {"declarationTime": recorded_at, "reason": reason}
    if instead:
        wrong["correctiveEventIDs"] = [f"urn:uuid:{instead}"]
    again = events_of(kind, replaced, recorded_at, before[replaced])
    return [event | {"errorDeclaration": wrong} for event in again]


def _event(
    kind: str, said: Mapping[str, Any], fact_id: str, recorded_at: str, action: str, step: str, state: str
) -> dict[str, Any]:
    transactions = [
        {"type": "rma", "bizTransaction": _own("rma", one["return_number"])}
        for one in said["returns"]
        if one["return_number"]
    ]
    document_of_it = {"type": "testres", "bizTransaction": _own("inspection", said["inspection_id"])}
    event = _bare(kind, said, fact_id, recorded_at, action, step, state)
    return event | {"bizTransactionList": [*transactions, document_of_it]}


def _bare(
    kind: str, said: Mapping[str, Any], fact_id: str, recorded_at: str, action: str, step: str, state: str
) -> dict[str, Any]:
    place, bench = quote(said["site"] or "site", safe=""), quote(said["station"] or "station", safe="")
    return {
        "type": kind,
        "eventID": f"urn:uuid:{fact_id}",
        "eventTime": said["occurred_at"] if _TIME.fullmatch(said["occurred_at"]) else recorded_at,
        "eventTimeZoneOffset": "+00:00",
        "recordTime": recorded_at,
        "action": action,
        "bizStep": step,
        "disposition": state,
        "readPoint": {"id": f"{_OWN}:station:{place}.{bench}"},
        "bizLocation": {"id": f"{_OWN}:site:{place}"},
    }


def _own(kind: str, name: str) -> str:
    return f"{_OWN}:{kind}:{quote(name, safe='')}"


def _parcel_id(said: Mapping[str, Any]) -> str:
    return _own("parcel", said["tracking_number"] or said["inspection_id"])


def item_id(item: Mapping[str, Any]) -> str:
    """What an item is called: the Digital Link of its GTIN and serial number, or its RT number."""
    gtin = next((code for code in item["gtins"] if is_gtin(code)), "")
    serial = item["serial_number"]
    if gtin and serial and len(serial) <= 20:  # as long as AI 21 may be
        return f"{DIGITAL_LINK}/01/{gtin14(gtin)}/21/{quote(serial, safe='')}"
    return _own("item", item["rt_number"] or item["item_id"])


_PARCEL_STEPS: Mapping[str, tuple[str, str]] = {
    ParcelStatus.RECEIVED: ("arriving", "returned"),
    ParcelStatus.OPENED: ("unpacking", "container_open"),
    ParcelStatus.PARKED: ("holding", "in_progress"),
    ParcelStatus.RESUMED: ("inspecting", "in_progress"),
}


def _parcel(said: Mapping[str, Any], fact_id: str, recorded_at: str) -> list[dict[str, Any]]:
    if said["status"] not in _PARCEL_STEPS:
        return []
    step, state = _PARCEL_STEPS[said["status"]]
    if said["status"] == ParcelStatus.RECEIVED and said["outside"]:
        state = "damaged"
    event = _event("ObjectEvent", said, fact_id, recorded_at, "OBSERVE", step, state)
    return [event | {"epcList": [_parcel_id(said)]}]


def _found(said: Mapping[str, Any]) -> str:
    codes = {one["code"] for one in said["findings"]}
    if state := _IDENTITIES.get(said["identity"]):
        return state
    if codes & _LACKS:
        return "needs_replacement"
    if codes & _DAMAGES:
        return "damaged"
    if said["grade"] in ("A", "B"):
        return "conformant"
    return "unknown" if said["grade"] in ("", "U") else "non_conformant"


def _decided(said: Mapping[str, Any], fact_id: str, recorded_at: str) -> dict[str, Any]:
    event = _event("ObjectEvent", said, fact_id, recorded_at, "OBSERVE", "inspecting", _found(said))
    own = {"returns:rtNumber": said["rt_number"], "returns:grade": said["grade"]}
    return event | {"epcList": [item_id(said)], **own, "returns:disposition": said["disposition"]}


def _placed(said: Mapping[str, Any], fact_id: str, recorded_at: str) -> dict[str, Any]:
    step, state = _STEPS.get(said["disposition"], ("holding", "unknown"))
    event = _event("AggregationEvent", said, fact_id, recorded_at, "ADD", step, state)
    return event | {"parentID": _own("tote", said["tote"] or "unknown"), "childEPCs": [item_id(said)]}


def _unpacked(said: Mapping[str, Any], fact_id: str, recorded_at: str) -> dict[str, Any]:
    """The parcel is empty: its items are no longer in it."""
    whole = all(item["identity"] == "match" for item in said["items"])
    state = "completeness_verified" if whole else "mismatch_quantity"
    event = _event("AggregationEvent", said, fact_id, recorded_at, "DELETE", "unpacking", state)
    children = list(dict.fromkeys(item_id(item) for item in said["items"]))
    return event | {"parentID": _parcel_id(said), "childEPCs": children}


def _handed_over(said: Mapping[str, Any], fact_id: str, recorded_at: str) -> dict[str, Any]:
    """The totes leave; of what they hold the events before have told, so it is not named again."""
    step, state = _HANDED_OVER.get(said["kind"], ("shipping", "unknown"))
    event = _bare("ObjectEvent", said, fact_id, recorded_at, "OBSERVE", step, state)
    paper = {"type": "desadv", "bizTransaction": _own("manifest", said["number"] or said["manifest_id"])}
    receiver = {"type": "owning_party", "destination": _own("vendor", said["vendor"])}
    return event | {
        "epcList": [_own("tote", tote) for tote in said["totes"]],
        "bizTransactionList": [paper],
        **({"destinationList": [receiver]} if said["vendor"] else {}),
        "returns:fingerprint": said["fingerprint"],
    }
