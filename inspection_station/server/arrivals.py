"""One line of a batch, read: the record in it, where it belongs, and what is said of it (PROTOCOL.md 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inspection_station.domain.custody.acts import Act
from inspection_station.domain.events import InspectionEvent, event_from_json, photo_hashes
from inspection_station.domain.payloads import check_payload
from inspection_station.protocol.messages import (
    CUSTODY_ACT,
    INSPECTION_EVENT,
    Record,
    RecordFault,
    Verdict,
    content_hash,
    is_sha256,
    is_uuid,
    parse_line,
    verdict,
)
from inspection_station.server.authority import is_act_of_lead
from inspection_station.server.custody import read_act


@dataclass
class Arrival:
    """One line of a batch on its way through the ledger."""

    index: int
    line: bytes
    record: Record | None = None
    inspection_id: str = ""
    sequence: int = 0
    blobs: tuple[str, ...] = ()
    text: str = ""  # the line
    content_hash: str = ""
    fault: str = ""
    id: str = ""
    revision: int = 0
    verdict: Verdict = Verdict.RETRY
    needs: list[str] = field(default_factory=list)
    act_of_lead: InspectionEvent | None = None  # to be checked again: was its person one?
    custody_act: Act | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """The idempotency key."""
        assert self.record is not None
        return self.record.id, self.record.revision, self.record.hash

    def told(self) -> dict[str, Any]:
        """The verdict as the station gets it."""
        return verdict(
            self.index,
            self.id,
            self.revision,
            self.verdict,
            **({"need": self.needs} if self.needs else {}),
            **({"code": self.fault} if self.fault else {}),
        )


def read_arrival(index: int, line: bytes) -> Arrival:
    """Read and check line `index` of a batch; where it is no record, `fault` says why."""
    arrival = Arrival(index, line)
    try:
        arrival.record = found = parse_line(line)
        arrival.id, arrival.revision, arrival.blobs = found.id, found.revision, found.blobs
        if found.kind == INSPECTION_EVENT:
            _read_event(arrival, found)
        elif found.kind == CUSTODY_ACT:
            arrival.custody_act, photos = read_act(found)
            arrival.blobs = tuple(dict.fromkeys((*found.blobs, *photos)))
        arrival.text, arrival.content_hash = line.decode("utf-8"), content_hash(found)
    except RecordFault as fault:
        arrival.fault, arrival.record = fault.code, None
        arrival.id = fault.record_id or arrival.id
    return arrival


def _read_event(arrival: Arrival, found: Record) -> None:
    try:
        event = event_from_json(found.body)
        check_payload(event)
        photos = photo_hashes(event)
        if event.id != found.id or not is_uuid(event.inspection_id) or not all(is_sha256(name) for name in photos):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise RecordFault("event.malformed", found.id) from None
    arrival.inspection_id, arrival.sequence = event.inspection_id, event.sequence
    arrival.blobs = tuple(dict.fromkeys((*found.blobs, *photos)))
    arrival.act_of_lead = event if is_act_of_lead(event) else None
