"""What a fact says, as JSON: codes, numbers and goods; nothing of customers, and no free text anybody typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from inspection_station.domain.events import EventKind, InspectionEvent
from inspection_station.domain.folding import fold
from inspection_station.domain.inspection import Inspection, Item
from inspection_station.server.centre import iso
from inspection_station.server.outgoing.facts import Fact, FactType

LONGEST = 200  # characters of a text
MOST = 100  # parts of a list
LONGEST_OFFSET = 100 * 366 * 86_400_000  # ms; a clock that is further off says nothing

_REFUND_TEXTS = ("kind", "currency", "reason", "platform_reason")
_REFUND_NUMBERS = ("amount_minor", "percent", "deduct_minor")
_REFUND_TYPES = (FactType.REFUND_RECOMMENDED, FactType.REFUND_WITHDRAWN)


def plain(value: object) -> str:
    """A text that any system can take: no control characters, no halves of characters, not endless."""
    text = value if isinstance(value, str) else ""
    kept = "".join(character for character in text[:LONGEST] if character >= " " and character != "\x7f")
    return kept.encode("utf-8", "replace").decode("utf-8")


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else 0


def occurred_at(event: InspectionEvent) -> str:
    """When it happened by the centre's clock, as far as the station knew that; the station's own time otherwise."""
    offset = event.clock_offset_ms or 0
    try:
        moment = datetime.fromisoformat(event.at)
        if abs(offset) > LONGEST_OFFSET or moment.tzinfo is None:
            return plain(event.at)
        return iso(moment + timedelta(milliseconds=offset))
    except (ValueError, OverflowError):
        return plain(event.at)


class Told:
    """The bodies of one inspection's facts. `returns`: the expected returns it names, by id, as they were told."""

    def __init__(
        self, inspection_id: str, chain: Sequence[InspectionEvent], returns: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._id = inspection_id
        self._chain = chain
        self._returns = returns
        self._states: dict[int, Inspection] = {}

    def _state(self, place: int) -> Inspection:
        if place not in self._states:
            self._states[place] = fold(self._chain[:place])
        return self._states[place]

    def body(self, fact: Fact, site: str) -> dict[str, Any]:
        """What `fact` says; `site` is where the station stands that sent it."""
        event, state = self._chain[fact.place - 1], self._state(fact.place)
        body: dict[str, Any] = {
            "inspection_id": self._id,
            "occurred_at": occurred_at(event),
            "station": plain(event.station),
            "site": site,
            "tracking_number": plain(state.tracking_number),
            "carrier": plain(state.carrier),
            "returns": [self._return(name) for name in state.return_ids[:MOST]],
        }
        if fact.replaces:
            body["replaces"] = fact.replaces
        if fact.type is FactType.PARCEL_STATUS:
            body |= {"status": fact.word, "outside": _texts(state.outside)}
        if fact.type is FactType.INSPECTION_CLOSED:
            body["items"] = [self._item(item) | _decision(item) for item in state.items[:MOST]]
        if fact.item_id:
            # What is withdrawn is told as it was said.
            at = fact.place if event.kind in (EventKind.ITEM_DECIDED, EventKind.TOTE_SCANNED) else fact.place - 1
            item = next((one for one in self._state(at).items if one.id == fact.item_id), None)
            if item is not None:
                body |= self._about(fact, item)
        return body

    def _about(self, fact: Fact, item: Item) -> dict[str, Any]:
        decision = item.decision or {}
        body = self._item(item) | {"disposition": plain(decision.get("disposition"))}
        if fact.type in (FactType.ITEM_DECIDED, FactType.DECISION_WITHDRAWN):
            body |= _decision(item)
        elif fact.type in _REFUND_TYPES:
            body["refund"] = _refund(decision.get("refund"))
        else:
            body["tote"] = plain(fact.word or item.tote)
        return body

    def _return(self, return_id: str) -> dict[str, Any]:
        known = self._returns.get(return_id, {})
        names = ("return_number", "order_number", "client", "shop")
        return {"return_id": plain(return_id)} | {name: plain(known.get(name)) for name in names}

    def _item(self, item: Item) -> dict[str, Any]:
        known = self._returns.get(item.return_id, {})
        lines = known.get("lines")
        listed = lines if isinstance(lines, list) else []
        line = next((one for one in listed if isinstance(one, Mapping) and one.get("line") == item.line), {})
        numbers = [plain(number) for number in _list(line.get("serial_numbers"))]
        return {
            "item_id": plain(item.id),
            "rt_number": plain(item.rt_number),
            "return_id": plain(item.return_id),
            "return_number": plain(known.get("return_number")),
            "order_number": plain(known.get("order_number")),
            "line": _whole(item.line),
            "unit": _whole(item.unit),
            "sku": plain(item.sku),
            "gtins": _texts(_list(line.get("gtins"))),
            "serial_number": next((number for number in numbers if number.upper() == item.found_code.upper()), ""),
            "name_zh": plain(item.name_zh),
            "name_en": plain(item.name_en),
            "variant": plain(item.variant),
            "category": plain(item.category),
        }


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _texts(values: Iterable[object]) -> list[str]:
    return [text for text in map(plain, values) if text][:MOST]


def _decision(item: Item) -> dict[str, Any]:
    decision = item.decision or {}
    return {
        "identity": plain(item.identity or decision.get("identity")),
        "grade": plain(decision.get("grade")),
        "disposition": plain(decision.get("disposition")),
        "findings": [
            {"code": plain(one.code), "severity": plain(one.severity), "question": plain(one.question)}
            for one in item.findings[:MOST]
        ],
        "liability": _liability(decision.get("liability")),
        "refund": _refund(decision.get("refund")),
        "needs_lead": decision.get("needs_lead") is True,
        "changed_by_person": _texts(_list(decision.get("changed"))),
        "tote": plain(item.tote),
        "proposed_tote": plain(decision.get("proposed_tote")),
        "rules_version": plain(decision.get("rules_version")),
        "template": plain(item.template),
        "template_version": plain(item.template_version),
    }


def _liability(value: object) -> list[dict[str, Any]]:
    """The shares of the parties; as pairs in records of the first versions."""
    told = []
    for one in _list(value)[:MOST]:
        if isinstance(one, Mapping):
            told.append({"party": plain(one.get("party")), "share": _whole(one.get("share"))})
        elif isinstance(one, list | tuple) and len(one) == 2:
            told.append({"party": plain(one[0]), "share": _whole(one[1])})
    return told


def _refund(value: object) -> dict[str, Any]:
    facts = value if isinstance(value, Mapping) else {}
    told: dict[str, Any] = {name: plain(facts[name]) for name in _REFUND_TEXTS if facts.get(name)}
    told |= {name: _whole(facts[name]) for name in _REFUND_NUMBERS if name in facts}
    if facts.get("findings"):
        told["findings"] = _texts(_list(facts["findings"]))
    return told
