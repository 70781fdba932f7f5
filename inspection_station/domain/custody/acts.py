"""What is done with items, totes, manifests and arriving parcels, as acts: facts that are added and never changed.

An inspection's own events are a chain of one station. Sorting is done by many stations at once, often offline, so each
act stands alone: it names its subject (one item, tote, manifest or parcel) and the acts about that subject its station
knew last (`base`). From these every station and the centre make the same state, in whatever order acts arrive;
what two stations did without knowing of each other is seen as just that (`causal_order`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inspection_station.domain.canonical import sha256_of
from inspection_station.domain.people import Right

SCHEMA = 1
MOST_BASES = 16
MOST_ROWS = 2000  # items of one manifest
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUBJECT = re.compile(r"(item|tote|manifest|parcel|shift):[!-~]{1,80}")


class ActKind(StrEnum):
    """Kinds of act, in the past tense. Codes are never reused; a newer program may know more of them."""

    TOTE_REGISTERED = "tote_registered"
    TOTE_OPENED = "tote_opened"
    TOTE_CLOSED = "tote_closed"
    TOTE_REOPENED = "tote_reopened"
    TOTE_MOVED = "tote_moved"
    TOTE_LOST = "tote_lost"
    TOTE_FOUND = "tote_found"
    TOTE_CLAIMED = "tote_claimed"  # a manifest draws it
    TOTE_RELEASED = "tote_released"
    TOTE_HANDED_OVER = "tote_handed_over"
    ITEM_PLACED = "item_placed"  # a scan of the tote: proof
    ITEM_NOT_FOUND = "item_not_found"  # looked for in its tote
    ITEM_REVIEWED = "item_reviewed"
    ITEM_GRADED_BLIND = "item_graded_blind"  # a lead, before the inspector's answer was shown
    NEW_LABEL_PRINTED = "new_label_printed"
    OLD_LABEL_SCANNED_OUT = "old_label_scanned_out"
    ITEM_MANIFESTED = "item_manifested"
    ITEM_RELEASED = "item_released"
    MANIFEST_STARTED = "manifest_started"
    MANIFEST_NOTED = "manifest_noted"
    MANIFEST_TOTE_WEIGHED = "manifest_tote_weighed"
    MANIFEST_PHOTO_TAKEN = "manifest_photo_taken"
    MANIFEST_SIGNED = "manifest_signed"
    MANIFEST_CLOSED = "manifest_closed"
    MANIFEST_VOIDED = "manifest_voided"
    PARCEL_ARRIVED = "parcel_arrived"
    ARRIVAL_WITHDRAWN = "arrival_withdrawn"
    SHIFT_HANDED_OVER = "shift_handed_over"
    ITEM_SUPERSEDED = "item_superseded"  # another record of the same thing counts; of none: this one again


_TEXT, _WHOLE, _TEXTS, _ROWS, _MAPPING = "text", "whole number", "list of texts", "list of items", "mapping"
_NEEDED: Mapping[str, Mapping[str, str]] = {
    ActKind.TOTE_REGISTERED: {"capacity": _WHOLE, "capacity_g": _WHOLE},
    ActKind.TOTE_OPENED: {"disposition": _TEXT, "vendor": _TEXT},
    ActKind.TOTE_CLOSED: {"items": _WHOLE, "grams": _WHOLE},
    ActKind.TOTE_REOPENED: {"reason": _TEXT},
    ActKind.TOTE_MOVED: {"place": _TEXT},
    ActKind.TOTE_LOST: {"reason": _TEXT},
    ActKind.TOTE_FOUND: {"place": _TEXT},
    ActKind.TOTE_CLAIMED: {"manifest": _TEXT},
    ActKind.TOTE_RELEASED: {"manifest": _TEXT},
    ActKind.TOTE_HANDED_OVER: {"manifest": _TEXT},
    ActKind.ITEM_PLACED: {"rt_number": _TEXT, "tote": _TEXT, "by": _TEXT},
    ActKind.ITEM_NOT_FOUND: {"rt_number": _TEXT, "tote": _TEXT},
    ActKind.ITEM_REVIEWED: {
        "rt_number": _TEXT, "judged_issue": _WHOLE, "verdict": _TEXT, "grade": _TEXT, "disposition": _TEXT,
        "reason": _TEXT, "label_issue": _WHOLE,
    },
    ActKind.ITEM_GRADED_BLIND: {"rt_number": _TEXT, "judged_issue": _WHOLE, "grade": _TEXT},
    ActKind.NEW_LABEL_PRINTED: {"rt_number": _TEXT, "issue": _WHOLE},
    ActKind.OLD_LABEL_SCANNED_OUT: {"rt_number": _TEXT, "issue": _WHOLE},
    ActKind.ITEM_MANIFESTED: {"rt_number": _TEXT, "manifest": _TEXT, "tote": _TEXT},
    ActKind.ITEM_RELEASED: {"rt_number": _TEXT, "manifest": _TEXT},
    ActKind.MANIFEST_STARTED: {
        "number": _TEXT, "manifest_kind": _TEXT, "destination": _TEXT, "vendor": _TEXT, "authorisation": _TEXT,
        "corrects": _TEXT,
    },
    ActKind.MANIFEST_NOTED: {"field": _TEXT, "value": _TEXT},
    ActKind.MANIFEST_TOTE_WEIGHED: {"tote": _TEXT, "grams": _WHOLE, "expected_g": _WHOLE},
    ActKind.MANIFEST_PHOTO_TAKEN: {"sha256": _TEXT, "shot": _TEXT, "size": _WHOLE, "width": _WHOLE, "height": _WHOLE},
    ActKind.MANIFEST_SIGNED: {"place": _WHOLE},
    ActKind.MANIFEST_CLOSED: {"items": _ROWS, "totes": _TEXTS, "fingerprint": _TEXT},
    ActKind.MANIFEST_VOIDED: {"reason": _TEXT},
    ActKind.PARCEL_ARRIVED: {"number": _TEXT, "carrier": _TEXT, "found": _TEXT, "outside": _TEXTS, "grams": _WHOLE,
                             "flags": _TEXTS},
    ActKind.ARRIVAL_WITHDRAWN: {"arrival": _TEXT},
    ActKind.SHIFT_HANDED_OVER: {"shift": _TEXT, "to": _TEXT, "facts": _MAPPING},
    ActKind.ITEM_SUPERSEDED: {"rt_number": _TEXT, "inspection": _TEXT, "counts": _TEXT},
}  # fmt: skip
_ROW = ("item_id", "rt_number", "tote")

_RIGHTS: Mapping[str, Right] = {
    **dict.fromkeys([kind for kind in ActKind if kind.startswith("tote_")], Right.SORT),
    **dict.fromkeys([kind for kind in ActKind if kind.startswith("manifest_")], Right.HAND_OVER),
    ActKind.ITEM_MANIFESTED: Right.HAND_OVER,
    ActKind.ITEM_RELEASED: Right.HAND_OVER,
    ActKind.ITEM_NOT_FOUND: Right.SORT,
    ActKind.ITEM_REVIEWED: Right.REVIEW,
    ActKind.ITEM_GRADED_BLIND: Right.REVIEW,
    ActKind.ITEM_SUPERSEDED: Right.REVIEW,
    ActKind.SHIFT_HANDED_OVER: Right.SORT,
    ActKind.MANIFEST_SIGNED: Right.SIGN,
}


@dataclass(frozen=True)
class Act:
    """One act about one subject.

    Attributes:
        id: UUIDv7, the idempotency key at the centre.
        kind: an `ActKind` value, or one of a newer program.
        subject: ``item:`` and the item's id, ``tote:`` and its code, ``manifest:`` and its id, ``parcel:`` and its
            normalised tracking number, ``shift:`` and a UUID.
        count: one more than that of the newest act in `base`, 1 without any; order comes from here and from `id`,
            never from `at`.
        base: ids of those acts about the subject, known then, that no other known act had built on.
        at: station clock, UTC, ISO 8601 with milliseconds; `clock_offset_ms` as in an inspection's events.
        station: station code; `station_id` its UUID. person: id of who did it (who signed, for a signature).
        payload: the facts, plain JSON, by kind.
        hash: SHA-256 hex of the canonical JSON of the act without it.
    """

    id: str
    kind: str
    subject: str
    count: int
    base: tuple[str, ...]
    at: str
    clock_offset_ms: int | None
    station: str
    station_id: str
    person: str
    payload: Mapping[str, Any]
    hash: str = ""
    schema: int = SCHEMA

    @property
    def about(self) -> str:
        """The subject's own id, without what kind of thing it is."""
        return self.subject.partition(":")[2]


def needed_right(kind: str) -> Right:
    """The right that an act of this kind needs at the bench, and again at the centre; unknown kinds need most."""
    if kind not in _NEEDED:
        return Right.ADMINISTER
    return _RIGHTS.get(kind, Right.INSPECT)


def act_to_json(act: Act) -> dict[str, Any]:
    """The plain form that is hashed (without ``hash``), stored and sent."""
    return {
        "schema": act.schema, "id": act.id, "kind": act.kind, "subject": act.subject, "count": act.count,
        "base": list(act.base), "at": act.at, "clock_offset_ms": act.clock_offset_ms, "station": act.station,
        "station_id": act.station_id, "person": act.person, "payload": dict(act.payload), "hash": act.hash,
    }  # fmt: skip


def act_from_json(data: Any) -> Act:
    """The inverse of `act_to_json`; its payload is checked by its kind, kinds of a newer program are let pass.

    Raises:
        ValueError, KeyError: a part is missing, of another type, or beyond what one act may hold.
    """
    names = ("id", "kind", "subject", "at", "station", "station_id", "person", "hash")
    if not isinstance(data, Mapping) or not all(isinstance(data[name], str) for name in names):
        raise ValueError("not an act")
    base, offset, payload = data["base"], data["clock_offset_ms"], data["payload"]
    if not _is(base, _TEXTS) or len(base) > MOST_BASES or not isinstance(payload, Mapping):
        raise ValueError("an act names what it builds on, and its facts")
    if not all(_is(data[name], _WHOLE) and data[name] >= 1 for name in ("count", "schema")):
        raise ValueError("an act's count and schema are whole numbers")
    if offset is not None and not _is(offset, _WHOLE):
        raise ValueError("a clock offset is a whole number of milliseconds")
    if not _SUBJECT.fullmatch(data["subject"]):
        raise ValueError("an act is about an item, a tote, a manifest, a parcel or a shift")
    for name, shape in _NEEDED.get(data["kind"], {}).items():
        if not _is(payload[name], shape):
            raise ValueError(f"{data['kind']}: {name} must be a {shape}")
    return Act(
        **{name: data[name] for name in names}, count=data["count"], base=tuple(base), clock_offset_ms=offset,
        payload=dict(payload), schema=data["schema"],
    )  # fmt: skip


def _is(value: Any, shape: str) -> bool:
    if shape == _TEXT:
        return isinstance(value, str)
    if shape == _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if shape == _MAPPING:
        return isinstance(value, Mapping)
    if not isinstance(value, list | tuple):
        return False
    if shape == _TEXTS:
        return all(isinstance(part, str) for part in value)
    return len(value) <= MOST_ROWS and all(
        isinstance(row, Mapping) and all(isinstance(row.get(name), str) for name in _ROW) for row in value
    )


def hash_of(act: Act) -> str:
    """The hash that `act` must carry; raises ValueError when its payload has no canonical form."""
    plain = act_to_json(act)
    del plain["hash"]
    return sha256_of(plain)


def photo_hashes(act: Act) -> tuple[str, ...]:
    """The SHA-256 names of the photos whose bytes this act needs at the centre.

    Raises:
        ValueError, KeyError: it is a photo without a name that could be one (64 lower-case hex digits).
    """
    if act.kind != ActKind.MANIFEST_PHOTO_TAKEN:
        return ()
    name = act.payload["sha256"]
    if not isinstance(name, str) or not _SHA256.fullmatch(name):
        raise ValueError("a photo is named by the SHA-256 of its bytes")
    return (name,)
