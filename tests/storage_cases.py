"""Inspections and expected returns for the storage tests, made by the domain's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspection_station.domain.events import FIRST_PREVIOUS_HASH, EventKind, InspectionEvent, hash_of
from inspection_station.domain.folding import fold
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.inspection import Inspection
from inspection_station.domain.money import Money
from inspection_station.domain.returns import ExpectedReturn, ReturnLine, return_to_json
from inspection_station.workflows.ports import FeedItem, InspectionStore

Step = tuple[EventKind, Mapping[str, Any]]


class Making:
    """One inspection in the making: adds steps to its chain and, when a store is given, appends them to it."""

    def __init__(self, store: InspectionStore | None = None, station: str = "B12") -> None:
        self.store = store
        self.station = station
        self.inspection_id = uuid7()
        self.events: list[InspectionEvent] = []
        self.inspection = Inspection()

    def next_events(
        self, *steps: Step, at: str = "2026-11-21T02:42:33.120Z", person: str = "p1"
    ) -> list[InspectionEvent]:
        """The events `steps` would add, without adding them."""
        added: list[InspectionEvent] = []
        head = self.events[-1].hash if self.events else FIRST_PREVIOUS_HASH
        for sequence, (kind, payload) in enumerate(steps, start=len(self.events) + 1):
            event = InspectionEvent(
                id=uuid7(), inspection_id=self.inspection_id, sequence=sequence, kind=kind.value, at=at,
                clock_offset_ms=-12, station=self.station, station_id="station-uuid", person=person,
                payload=payload, previous_hash=head,
            )  # fmt: skip
            event = replace(event, hash=hash_of(event))
            head = event.hash
            added.append(event)
        return added

    def add(self, *steps: Step, **facts: str) -> list[InspectionEvent]:
        """Add `steps` in one append; returns their events."""
        added = self.next_events(*steps, **facts)
        after = fold([*self.events, *added])
        if self.store is not None:
            self.store.append(after, added)
        self.events += added
        self.inspection = after
        return added

    def parcel(self, tracking_number: str = "SF1234567890123", return_ids: tuple[str, ...] = ("r1",)) -> Step:
        """The parcel is opened."""
        match = "matched" if return_ids else "none"
        return EventKind.PARCEL_OPENED, {
            "tracking_number": tracking_number, "carrier": "SF", "match": match, "return_ids": list(return_ids),
        }  # fmt: skip


def item(item_id: str, number: int, **changes: Any) -> Step:
    """An item is opened."""
    facts = {
        "item_id": item_id, "item_number": number, "rt_number": f"RT-261121-043{number:05d}", "return_id": "r1",
        "line": 1, "unit": 1, "sku": "EP-300-W",
        "name_zh": "无线耳机 3 代", "name_en": "Earphones 3", "variant": "白色", "category": "electronics",
        "template": "electronics", "template_version": "1",
    }  # fmt: skip
    return EventKind.ITEM_OPENED, {**facts, **changes}


def photo(sha256: str, item_id: str = "", **changes: Any) -> Step:
    """A photo is taken."""
    facts = {
        "photo_id": uuid7(), "sha256": sha256, "shot": "whole", "item_id": item_id, "size": 1000, "width": 40,
        "height": 30,
    }  # fmt: skip
    return EventKind.PHOTO_TAKEN, {**facts, **changes}


def decided(item_id: str, grade: str = "A", disposition: str = "restock", **changes: Any) -> Step:
    """An item is decided."""
    facts = {
        "item_id": item_id, "grade": grade, "disposition": disposition, "liability": [["buyer", 100]],
        "refund": {"kind": "full"}, "label_issue": 1, "tote": "T-000001X",
    }  # fmt: skip
    return EventKind.ITEM_DECIDED, {**facts, **changes}


CLOSED: Step = (EventKind.INSPECTION_CLOSED, {})
PARKED: Step = (EventKind.INSPECTION_PARKED, {})
RESUMED: Step = (EventKind.INSPECTION_RESUMED, {})
VOIDED: Step = (EventKind.INSPECTION_VOIDED, {"reason": "practice"})


def expected(return_id: str = "r1", **changes: Any) -> ExpectedReturn:
    """An announced return."""
    line = ReturnLine(
        line=1, sku="EP-300-w", gtins=("6901234567892",), name_zh="无线耳机 3 代", name_en="Earphones 3",
        variant="白色", quantity=2, category="electronics", unit_price=Money(59900), serial_numbers=("sn-778",),
    )  # fmt: skip
    whole = ExpectedReturn(
        id=return_id, return_number=f"RMA-{return_id}", order_number=f"TB-{return_id}-99", kind="return",
        platform="tmall", shop="shop", client="client", tracking_numbers=("SF1234567890123",), carrier="SF",
        buyer_masked="王**", buyer_phone_tail="4711", reason="no_reason_7d", reason_text="", delivered_on="2026-11-14",
        return_window_days=7, refund_due="2026-11-28T00:00:00.000Z", policy_flags=(), lines=(line,),
    )  # fmt: skip
    return replace(whole, **changes)


def feed_return(one: ExpectedReturn) -> FeedItem:
    """The return as the feed tells it."""
    return FeedItem("expected_return", one.id, return_to_json(one))


def sha(number: int) -> str:
    """A SHA-256 name."""
    return f"{number:064x}"
