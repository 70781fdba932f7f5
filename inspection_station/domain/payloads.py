"""What an event's payload must hold, by kind: events come from other programs too and are checked before use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspection_station.domain.checklist import SEVERITIES
from inspection_station.domain.events import EventKind, InspectionEvent

_TEXT, _WHOLE, _FLAG, _TEXTS, _MAPPING, _LIST = "text", "whole number", "flag", "list of texts", "mapping", "list"

_VALUE, _FINDINGS, _TEXT_BY_NAME = "text or list of counted parts", "list of findings", "mapping of texts"

_ITEM = {"item_id": _TEXT}
_UNITS = "list of items with the unit of a line each"
_UNIT = {
    **_ITEM, "line": _WHOLE, "unit": _WHOLE, "sku": _TEXT, "name_zh": _TEXT, "name_en": _TEXT, "variant": _TEXT,
    "category": _TEXT, "template": _TEXT, "template_version": _TEXT,
}  # fmt: skip
_PART = {"part": _TEXT, "expected": _WHOLE, "found": _WHOLE}
_FINDING = {"finding_id": _TEXT, "type": _TEXT, "code": _TEXT, "severity": _TEXT, "part": _TEXT}

_NEEDED: Mapping[str, Mapping[str, str]] = {
    EventKind.PARCEL_OPENED: {"tracking_number": _TEXT, "match": _TEXT},
    EventKind.RETURN_BOUND: {"return_id": _TEXT},
    EventKind.MATCH_DECLINED: {"return_id": _TEXT},
    EventKind.ITEM_OPENED: {
        **_ITEM, "rt_number": _TEXT, "return_id": _TEXT, "line": _WHOLE, "unit": _WHOLE, "sku": _TEXT, "name_zh": _TEXT,
        "name_en": _TEXT, "variant": _TEXT, "category": _TEXT, "template": _TEXT, "template_version": _TEXT,
    },
    EventKind.PHOTO_TAKEN: {
        **_ITEM, "photo_id": _TEXT, "sha256": _TEXT, "shot": _TEXT, "size": _WHOLE, "width": _WHOLE, "height": _WHOLE,
    },
    EventKind.PHOTO_MARKED: {
        **_ITEM, "mark_id": _TEXT, "photo_id": _TEXT, "shape": _TEXT, "x1": _WHOLE, "y1": _WHOLE, "x2": _WHOLE,
        "y2": _WHOLE,
    },
    EventKind.ITEM_IDENTIFIED: {**_ITEM, "finding": _TEXT, "by": _TEXT},
    EventKind.QUESTION_ANSWERED: {**_ITEM, "question": _TEXT, "verdict": _TEXT, "answered_by": _TEXT},
    EventKind.DEFECT_FOUND: {
        **_ITEM, "finding_id": _TEXT, "question": _TEXT, "type": _TEXT, "code": _TEXT, "severity": _TEXT,
    },
    EventKind.REST_PASSED: {**_ITEM, "questions": _TEXTS},
    EventKind.DECISION_CHANGED: {**_ITEM, "field": _TEXT, "value": ""},
    EventKind.ITEM_DECIDED: {**_ITEM, "label_issue": _WHOLE},
    EventKind.TOTE_SCANNED: {**_ITEM, "tote": _TEXT},
    EventKind.ITEM_TAKEN_UP: _ITEM,
    EventKind.LABEL_VERIFIED: _ITEM,
    EventKind.STEP_UNDONE: {"event_id": _TEXT},
    EventKind.INSPECTION_REOPENED: _ITEM,
    EventKind.RECHECK_REQUESTED: {"reason": _TEXT},
    EventKind.OUTSIDE_DAMAGED: {"code": _TEXT},
    EventKind.PARCEL_WEIGHED: {"grams": _WHOLE, "by": _TEXT},
    EventKind.ITEM_ELSEWHERE: _ITEM,
    EventKind.ITEM_HELD: {**_ITEM, "reason": _TEXT},
    EventKind.SEEN_BY_SECOND: _ITEM,
    EventKind.SHOT_WAIVED: {**_ITEM, "shot": _TEXT, "reason": _TEXT},
}  # fmt: skip

_OPTIONAL: Mapping[str, Mapping[str, str]] = {
    EventKind.PARCEL_OPENED: {"carrier": _TEXT, "return_ids": _TEXTS, "clues": _TEXTS, "also_at": _TEXTS,
                              "again_of": _TEXT},
    EventKind.RETURN_BOUND: {"agreeing": _TEXTS, "items": _UNITS},
    EventKind.MATCH_DECLINED: {"reason": _TEXT},
    EventKind.PHOTO_TAKEN: {
        "quality": _MAPPING, "automatic": _FLAG, "counted": _FLAG, "finding_id": _TEXT, "captured_at": _TEXT,
        "camera": _TEXT, "trigger": _TEXT,
    },
    EventKind.PHOTO_MARKED: {"width_mm": _WHOLE, "height_mm": _WHOLE, "sha256": _TEXT},
    EventKind.ITEM_IDENTIFIED: {"code": _TEXT, "automatic": _FLAG, "reason": _TEXT},
    EventKind.ITEM_OPENED: {"extra": _FLAG},
    EventKind.QUESTION_ANSWERED: {"value": _VALUE, "unit": _TEXT, "findings": _FINDINGS, "withdrawn": _TEXTS},
    EventKind.DEFECT_FOUND: {"place": _TEXT, "withdrawn": _TEXTS},
    EventKind.REST_PASSED: {"values": _TEXT_BY_NAME},
    EventKind.DECISION_CHANGED: {"reason": _TEXT, "by_rules": _FLAG, "override": _FLAG},
    EventKind.ITEM_DECIDED: {
        "identity": _TEXT, "grade": _TEXT, "disposition": _TEXT, "liability": _LIST, "refund": _MAPPING, "tote": _TEXT,
        "needs_lead": _FLAG, "random_check": _FLAG, "why": _LIST, "slot": _WHOLE, "proposed_tote": _TEXT,
    },
    EventKind.INSPECTION_VOIDED: {"reason": _TEXT},
    EventKind.ITEM_HELD: {"note": _TEXT},
    EventKind.PARCEL_WEIGHED: {"outbound": _WHOLE, "flag": _TEXT, "automatic": _FLAG},
    EventKind.SEEN_BY_SECOND: {"reason": _TEXT},
    EventKind.SHOT_WAIVED: {"finding_id": _TEXT},
}  # fmt: skip


def _all_hold(value: Any, needed: Mapping[str, str]) -> bool:
    """Whether `value` is a list of mappings that hold everything `needed`."""
    return isinstance(value, list | tuple) and all(
        isinstance(one, Mapping) and all(name in one and _is(one[name], shape) for name, shape in needed.items())
        for one in value
    )


def _is(value: Any, shape: str) -> bool:
    if shape == _UNITS:
        return _all_hold(value, _UNIT)
    if shape == _VALUE:
        return isinstance(value, str) or _all_hold(value, _PART)
    if shape == _FINDINGS:
        return _all_hold(value, _FINDING) and all(one["severity"] in SEVERITIES for one in value)
    if shape == _TEXT_BY_NAME:
        return isinstance(value, Mapping) and all(isinstance(part, str) for part in value.values())
    if shape == _TEXT:
        return isinstance(value, str)
    if shape == _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if shape == _FLAG:
        return isinstance(value, bool)
    if shape == _MAPPING:
        return isinstance(value, Mapping)
    if shape == _LIST:
        return isinstance(value, list | tuple)
    if shape == _TEXTS:
        return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
    return True


def check_payload(event: InspectionEvent) -> None:
    """Make sure that `event` holds what its kind says; kinds of a newer program and further keys are let pass.

    Raises:
        KeyError: a part is missing.
        ValueError: a part is of another type, or a severity is unknown.
    """
    facts = event.payload
    for name, shape in _NEEDED.get(event.kind, {}).items():
        if not _is(facts[name], shape):
            raise ValueError(f"{event.kind}: {name} must be a {shape}")
    for name, shape in _OPTIONAL.get(event.kind, {}).items():
        if name in facts and not _is(facts[name], shape):
            raise ValueError(f"{event.kind}: {name} must be a {shape}")
    if event.kind == EventKind.DEFECT_FOUND and facts["severity"] not in SEVERITIES:
        raise ValueError(f"{event.kind}: unknown severity")
