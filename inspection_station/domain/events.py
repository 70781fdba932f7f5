"""What happened during an inspection, as an append-only hash chain of events (DECISIONS.md 36).

Everything a person or the station establishes is one event; the state of an inspection is computed from its
events (`folding.fold`) and never stored instead of them. Each event names the hash of the one before it, so
that none can be changed, taken out or put in between without breaking every hash that follows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inspection_station.domain.canonical import sha256_of

FIRST_PREVIOUS_HASH = "0" * 64
SCHEMA = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


class EventKind(StrEnum):
    """Kinds of event, in the past tense. Codes are never reused; a newer program may know more of them."""

    PARCEL_OPENED = "parcel_opened"
    RETURN_BOUND = "return_bound"
    MATCH_DECLINED = "match_declined"  # a lead: this return is not the unclaimed parcel's
    ITEM_OPENED = "item_opened"
    ITEM_TAKEN_UP = "item_taken_up"
    PHOTO_TAKEN = "photo_taken"
    PHOTO_MARKED = "photo_marked"
    ITEM_IDENTIFIED = "item_identified"
    QUESTION_ANSWERED = "question_answered"
    DEFECT_FOUND = "defect_found"
    REST_PASSED = "rest_passed"
    DECISION_CHANGED = "decision_changed"
    ITEM_DECIDED = "item_decided"
    TOTE_SCANNED = "tote_scanned"
    LABEL_PRINTED = "label_printed"
    LABEL_VERIFIED = "label_verified"
    STEP_UNDONE = "step_undone"
    INSPECTION_PARKED = "inspection_parked"
    INSPECTION_RESUMED = "inspection_resumed"
    INSPECTION_CLOSED = "inspection_closed"
    INSPECTION_REOPENED = "inspection_reopened"
    INSPECTION_VOIDED = "inspection_voided"
    RECHECK_REQUESTED = "recheck_requested"
    OUTSIDE_DAMAGED = "outside_damaged"  # seen before the parcel was opened
    PARCEL_WEIGHED = "parcel_weighed"  # before it was opened
    ITEM_ELSEWHERE = "item_elsewhere"  # it comes in another parcel of its return: this one does not wait for it
    ITEM_HELD = "item_held"  # hazardous, or something only a lead can decide
    SEEN_BY_SECOND = "seen_by_second"  # a second person's badge; the event's person is that one
    SHOT_WAIVED = "shot_waived"  # a required photo that cannot be had; the event's person is the lead


@dataclass(frozen=True)
class InspectionEvent:
    """One link of an inspection's chain.

    Attributes:
        id: UUIDv7, the idempotency key at the centre.
        sequence: 1, 2, 3 … within the inspection; order comes from here, never from `at`.
        kind: an `EventKind` value, or one of a newer program.
        at: station clock, UTC, ISO 8601 with milliseconds.
        clock_offset_ms: centre time minus station time as last known; None when never known.
        station: station code; `station_id` its UUID. person: id of who was signed in.
        payload: the facts, plain JSON, by kind.
        previous_hash / hash: SHA-256 hex of the canonical JSON of the event before / of this one without `hash`.
    """

    id: str
    inspection_id: str
    sequence: int
    kind: str
    at: str
    clock_offset_ms: int | None
    station: str
    station_id: str
    person: str
    payload: Mapping[str, Any]
    previous_hash: str
    hash: str = ""
    schema: int = SCHEMA


def event_to_json(event: InspectionEvent) -> dict[str, Any]:
    """The plain form that is hashed (without ``hash``), stored and sent."""
    return {
        "schema": event.schema,
        "id": event.id,
        "inspection_id": event.inspection_id,
        "sequence": event.sequence,
        "kind": event.kind,
        "at": event.at,
        "clock_offset_ms": event.clock_offset_ms,
        "station": event.station,
        "station_id": event.station_id,
        "person": event.person,
        "payload": dict(event.payload),
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


_TEXTS = ("id", "inspection_id", "kind", "at", "station", "station_id", "person", "previous_hash", "hash")


def event_from_json(data: Any) -> InspectionEvent:
    """The inverse of `event_to_json`.

    Raises:
        ValueError, KeyError: a part is missing or of another type.
    """
    if not isinstance(data, Mapping):
        raise ValueError("not an inspection event")
    if not all(isinstance(data[name], str) for name in _TEXTS) or not isinstance(data["payload"], Mapping):
        raise ValueError("not an inspection event")
    whole = (data["sequence"], data["schema"])
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in whole) or data["sequence"] < 1:
        raise ValueError("an event's sequence and schema are whole numbers")
    offset = data["clock_offset_ms"]
    if offset is not None and (not isinstance(offset, int) or isinstance(offset, bool)):
        raise ValueError("a clock offset is a whole number of milliseconds")
    return InspectionEvent(
        **{name: data[name] for name in _TEXTS},
        sequence=data["sequence"],
        schema=data["schema"],
        clock_offset_ms=offset,
        payload=dict(data["payload"]),
    )


def hash_of(event: InspectionEvent) -> str:
    """The hash that `event` must carry; raises ValueError when its payload has no canonical form."""
    plain = event_to_json(event)
    del plain["hash"]
    return sha256_of(plain)


def broken_link(events: Sequence[InspectionEvent]) -> int | None:
    """The sequence of the first event at which the chain does not hold; None when all of it holds.

    `events` MUST be one inspection's, ordered by sequence. A missing end cannot be seen here: the closing
    event's hash, known to the centre, shows it.
    """
    previous = FIRST_PREVIOUS_HASH
    for place, event in enumerate(events, start=1):
        if event.sequence != place or event.previous_hash != previous or not _hash_holds(event):
            return place
        previous = event.hash
    return None


def _hash_holds(event: InspectionEvent) -> bool:
    try:
        return event.hash == hash_of(event)
    except ValueError:  # it has no canonical form, so it cannot be what was hashed
        return False


def photo_hashes(event: InspectionEvent) -> tuple[str, ...]:
    """The SHA-256 names of the photos whose bytes this event needs at the centre.

    Raises:
        ValueError, KeyError: it is a photo without a name that could be one (64 lower-case hex digits).
    """
    if event.kind != EventKind.PHOTO_TAKEN:
        return ()
    name = event.payload["sha256"]
    if not isinstance(name, str) or not _SHA256.fullmatch(name):
        raise ValueError("a photo is named by the SHA-256 of its bytes")
    return (name,)
