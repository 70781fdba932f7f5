"""Parcels that matched nothing: what is known of one, and what of it agrees with an expected return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from inspection_station.domain.carriers import NO_CARRIERS, Carriers
from inspection_station.domain.check_digits import LONGEST_GTIN, are_digits, gtin14
from inspection_station.domain.events import EventKind, InspectionEvent
from inspection_station.domain.identifiers import ScanKind, normalise, recognise
from inspection_station.domain.returns import ExpectedReturn
from inspection_station.errors import StationProblem

FACTS = ("tracking", "return", "order", "serial", "product", "phone_tail")
"""What can agree, from what names one return to what many have."""
NAMING = frozenset(FACTS[:4])
"""Facts of which one is enough to think of a return whenever it was announced."""
MOST_TEXTS = 200  # of one parcel
_NOT_OF_PARCELS = (ScanKind.BADGE, ScanKind.COMMAND, ScanKind.TOTE, ScanKind.RETURN_LABEL)


def texts_known(events: Iterable[InspectionEvent], carriers: Carriers = NO_CARRIERS) -> frozenset[str]:
    """Every number, code and clue that the events of an inspection hold, as they are compared; GTINs also in 14 digits.

    What was undone counts as well: it was read all the same, and only ever leads to a proposal.
    """
    found: dict[str, None] = {}
    for event in events:
        for raw in _raw(event):
            found.update(dict.fromkeys(_names(raw, carriers)))
    return frozenset(list(found)[:MOST_TEXTS])


def _raw(event: InspectionEvent) -> list[str]:
    facts = event.payload
    parts: list[object] = []
    if event.kind == EventKind.PARCEL_OPENED:
        parts = [facts["tracking_number"], facts.get("raw", ""), *_listed(facts, "clues")]
    elif event.kind == EventKind.ITEM_IDENTIFIED:
        parts = [facts.get("code", "")]
    elif event.kind == EventKind.PHOTO_TAKEN:
        parts = _listed(facts, "codes")
    elif event.kind == EventKind.QUESTION_ANSWERED:
        parts = [facts.get("value", "")]
    return [part for part in parts if isinstance(part, str) and part]


def _listed(facts: Mapping[str, object], name: str) -> list[object]:
    value = facts.get(name, ())
    return list(value) if isinstance(value, list | tuple) else []


def _names(raw: str, carriers: Carriers) -> list[str]:
    try:
        scan = recognise(raw, carriers)
    except StationProblem:  # a text that no scanner reads is no number
        return []
    if scan.kind in _NOT_OF_PARCELS:
        return []
    names = [*scan.names, scan.gtin, scan.serial]
    names += [gtin14(name) for name in names if are_digits(name) and len(name) <= LONGEST_GTIN and len(name) >= 8]
    return [name for name in names if name]


def agreeing_facts(texts: frozenset[str], expected: ExpectedReturn) -> tuple[str, ...]:
    """Which of `FACTS` the known `texts` of a parcel and a return have in common, in that order."""
    lines = expected.lines
    agree = {
        "tracking": _any(texts, expected.tracking_numbers),
        "return": _any(texts, (expected.return_number,)),
        "order": _any(texts, (expected.order_number,)),
        "serial": _any(texts, [number for line in lines for number in line.serial_numbers]),
        "product": any(line.is_product_code(text) for line in lines for text in texts),
        "phone_tail": _any(texts, (expected.buyer_phone_tail,)),
    }
    return tuple(fact for fact in FACTS if agree[fact])


def _any(texts: frozenset[str], numbers: Sequence[str]) -> bool:
    return any(number and _form(number) in texts for number in numbers)


def _form(number: str) -> str:
    try:
        return normalise(number)
    except StationProblem:
        return ""


def names_return(facts: Sequence[str]) -> bool:
    """Whether the agreeing `facts` point to this return among all: one that names it, or two others together."""
    return bool(NAMING.intersection(facts)) or len(facts) > 1
