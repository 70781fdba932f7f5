"""An inspection: the state that its events add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from inspection_station.domain.events import FIRST_PREVIOUS_HASH, EventKind, InspectionEvent
from inspection_station.domain.payloads import check_payload


class InspectionState(StrEnum):
    """Where an inspection stands. A closed one is never edited: corrections are new events."""

    OPEN = "open"
    PARKED = "parked"
    CLOSED = "closed"
    VOIDED = "voided"


@dataclass(frozen=True)
class Photo:
    """One evidence photo. `item_id` is empty for photos of the parcel; `withdrawn` after an undo (never deleted).

    `taken_at` is when it was sealed, `captured_at` when the camera delivered it (empty in older records); `trigger` is
    what released it: ``auto``, ``key``, ``pedal``, ``scan`` or ``touch``; empty in older records.
    """

    id: str
    sha256: str
    shot: str
    item_id: str
    taken_at: str
    size: int
    width: int
    height: int
    quality: Mapping[str, Any]
    automatic: bool = False
    counted: bool = True
    finding_id: str = ""
    withdrawn: bool = False
    event_id: str = ""
    captured_at: str = ""
    camera: str = ""
    trigger: str = ""

    @property
    def pixels_per_mm(self) -> float:
        """Scale by the ruler that was found in it; 0 when there was none."""
        scale = self.quality.get("ruler_pixels_per_mm", 0)
        return float(scale) if isinstance(scale, int | float) and 0 < scale < 10_000 else 0.0


@dataclass(frozen=True)
class Mark:
    """A place marked on a photo, kept beside it: pixels of the photo, its left upper corner 0, 0.

    Attributes:
        shape: ``ellipse`` within the box x1, y1, x2, y2, or ``arrow`` from x1, y1 to its head at x2, y2.
        width_mm, height_mm: size of the ellipse by the photo's ruler; 0 where there was none.
    """

    id: str
    photo_id: str
    shape: str
    x1: int
    y1: int
    x2: int
    y2: int
    width_mm: int = 0
    height_mm: int = 0


@dataclass(frozen=True)
class Answer:
    """The answer to one question: ``pass``, ``defect`` or ``not_applicable``; given ``single`` or in ``bulk``."""

    question: str
    verdict: str
    answered_by: str
    at: str = ""


@dataclass(frozen=True)
class Finding:
    """One defect: the question it answers, the picker's type, the trade's code, its severity and place."""

    id: str
    question: str
    type: str
    code: str
    severity: str
    place: str = ""


@dataclass(frozen=True)
class Item:
    """One returned unit (or its absence). `rt_number` names it on its label; `return_id` is empty when unclaimed."""

    id: str
    rt_number: str
    return_id: str
    line: int
    unit: int
    sku: str
    name_zh: str
    name_en: str
    variant: str
    category: str
    template: str
    template_version: str
    identity: str = ""  # a code of identity_findings; empty while not established
    identified_by: str = ""  # camera | scan | manual
    found_code: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)  # grade, disposition, liability, refund set by a person
    decision: Mapping[str, Any] | None = None  # payload of the item_decided event in force
    label_issue: int = 0  # of the last label printed or owed; 0 before the first
    tote: str = ""  # scanned tote: proves the placement (DECISIONS.md 4)
    label_verified: bool = False

    def findings_of(self, question: str) -> tuple[Finding, ...]:
        """The defects recorded under `question`."""
        return tuple(finding for finding in self.findings if finding.question == question)


@dataclass(frozen=True)
class Inspection:
    """What one inspector at one station established about one parcel."""

    id: str = ""
    state: InspectionState = InspectionState.OPEN
    tracking_number: str = ""
    carrier: str = ""
    match: str = ""  # matched | none
    opened_at: str = ""
    closed_at: str = ""
    station: str = ""
    person: str = ""
    return_ids: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    photos: tuple[Photo, ...] = ()
    marks: tuple[Mark, ...] = ()
    current_item: str = ""
    recheck: str = ""
    void_reason: str = ""
    sequence: int = 0
    head: str = FIRST_PREVIOUS_HASH
    undoable: tuple[str, ...] = ()  # ids of the steps F12 would take back, latest last

    def item(self, item_id: str = "") -> Item:
        """The item with `item_id`, or the current one; raises KeyError when there is none."""
        wanted = item_id or self.current_item
        for item in self.items:
            if item.id == wanted:
                return item
        raise KeyError(wanted)

    def marks_of(self, photo_id: str) -> tuple[Mark, ...]:
        """What is marked on a photo, in the order it was marked."""
        return tuple(mark for mark in self.marks if mark.photo_id == photo_id)

    def counted_photos(self, item_id: str = "") -> tuple[Photo, ...]:
        """Photos that stand as proof for `item_id` (and those of the parcel): not withdrawn, quality passed."""
        return tuple(
            photo
            for photo in self.photos
            if photo.counted and not photo.withdrawn and photo.item_id in ("", item_id or self.current_item)
        )


def _with_item(state: Inspection, item_id: str, change: Callable[[Item], Item]) -> Inspection:
    return replace(state, items=tuple(change(item) if item.id == item_id else item for item in state.items))


def _looking_at(state: Inspection, item_id: str) -> Inspection:
    """The same with that item current; an item this program does not know is passed over."""
    known = any(item.id == item_id for item in state.items)
    return replace(state, current_item=item_id) if known else state


def _parcel_opened(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    return replace(
        state,
        id=event.inspection_id,
        tracking_number=facts["tracking_number"],
        carrier=facts.get("carrier", ""),
        match=facts["match"],
        return_ids=tuple(facts.get("return_ids", ())),
        opened_at=event.at,
        station=event.station,
        person=event.person,
    )


def _item_opened(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    names = ("rt_number", "return_id", "line", "unit", "sku", "name_zh", "name_en", "variant", "category", "template",
             "template_version")  # fmt: skip
    item = Item(id=facts["item_id"], **{name: facts[name] for name in names})
    return replace(state, items=(*state.items, item), current_item=state.current_item or item.id)


def _photo_taken(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    photo = Photo(
        id=facts["photo_id"],
        sha256=facts["sha256"],
        shot=facts["shot"],
        item_id=facts["item_id"],
        taken_at=event.at,
        size=facts["size"],
        width=facts["width"],
        height=facts["height"],
        quality=facts.get("quality", {}),
        automatic=facts.get("automatic", False),
        counted=facts.get("counted", True),
        finding_id=facts.get("finding_id", ""),
        event_id=event.id,
        captured_at=facts.get("captured_at", ""),
        camera=facts.get("camera", ""),
        trigger=facts.get("trigger", ""),
    )
    return replace(state, photos=(*state.photos, photo))


def _photo_marked(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    names = ("photo_id", "shape", "x1", "y1", "x2", "y2")
    mark = Mark(
        id=facts["mark_id"], width_mm=facts.get("width_mm", 0), height_mm=facts.get("height_mm", 0),
        **{name: facts[name] for name in names},
    )  # fmt: skip
    return replace(state, marks=(*state.marks, mark))


def _item_identified(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    return _with_item(
        _looking_at(state, facts["item_id"]),
        facts["item_id"],
        lambda item: replace(
            item, identity=facts["finding"], identified_by=facts["by"], found_code=facts.get("code", "")
        ),
    )


def _question_answered(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    question = facts["question"]
    answer = Answer(question, facts["verdict"], facts["answered_by"], event.at)

    def change(item: Item) -> Item:
        kept = item.findings if answer.verdict == "defect" else tuple(
            finding for finding in item.findings if finding.question != question
        )  # fmt: skip
        return replace(item, answers={**item.answers, question: answer}, findings=kept)

    return _with_item(state, facts["item_id"], change)


def _defect_found(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    names = ("question", "type", "code", "severity")
    finding = Finding(id=facts["finding_id"], place=facts.get("place", ""), **{name: facts[name] for name in names})
    answer = Answer(finding.question, "defect", "single", event.at)

    def change(item: Item) -> Item:
        others = tuple(
            known
            for known in item.findings
            if known.id != finding.id and (known.question, known.type) != (finding.question, finding.type)
        )
        answers = {**item.answers, finding.question: answer}
        return replace(item, findings=(*others, finding), answers=answers)

    return _with_item(state, facts["item_id"], change)


def _rest_passed(state: Inspection, event: InspectionEvent) -> Inspection:
    passed = {question: Answer(question, "pass", "bulk", event.at) for question in event.payload["questions"]}
    item_id = event.payload["item_id"]
    return _with_item(state, item_id, lambda item: replace(item, answers={**item.answers, **passed}))


def _decision_changed(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    new = {"value": facts["value"], "reason": facts.get("reason", ""), "person": event.person}
    change = {} if facts.get("by_rules") else {facts["field"]: new}  # back at the rules nothing is changed any more

    def put(item: Item) -> Item:
        others = {field: known for field, known in item.changes.items() if field != facts["field"]}
        return replace(item, changes={**others, **change})

    return _with_item(state, facts["item_id"], put)


def _item_decided(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    decided = _with_item(
        state,
        facts["item_id"],
        lambda item: replace(item, decision=facts, label_issue=facts["label_issue"], tote=facts.get("tote", "")),
    )
    waiting = [item.id for item in decided.items if item.decision is None]
    return _looking_at(decided, waiting[0] if waiting else facts["item_id"])


def _tote_scanned(state: Inspection, event: InspectionEvent) -> Inspection:
    return _with_item(state, event.payload["item_id"], lambda item: replace(item, tote=event.payload["tote"]))


def _label_verified(state: Inspection, event: InspectionEvent) -> Inspection:
    return _with_item(state, event.payload["item_id"], lambda item: replace(item, label_verified=True))


def _reopened(state: Inspection, event: InspectionEvent) -> Inspection:
    item_id = event.payload["item_id"]
    opened = _with_item(state, item_id, lambda item: replace(item, decision=None, tote="", label_verified=False))
    return replace(_looking_at(opened, item_id), state=InspectionState.OPEN, closed_at="")


_APPLY: Mapping[str, Callable[[Inspection, InspectionEvent], Inspection]] = {
    EventKind.PARCEL_OPENED: _parcel_opened,
    EventKind.RETURN_BOUND: lambda state, event: replace(
        state, match="matched", return_ids=(*state.return_ids, event.payload["return_id"])
    ),
    EventKind.ITEM_OPENED: _item_opened,
    EventKind.ITEM_TAKEN_UP: lambda state, event: _looking_at(state, event.payload["item_id"]),
    EventKind.PHOTO_TAKEN: _photo_taken,
    EventKind.PHOTO_MARKED: _photo_marked,
    EventKind.ITEM_IDENTIFIED: _item_identified,
    EventKind.QUESTION_ANSWERED: _question_answered,
    EventKind.DEFECT_FOUND: _defect_found,
    EventKind.REST_PASSED: _rest_passed,
    EventKind.DECISION_CHANGED: _decision_changed,
    EventKind.ITEM_DECIDED: _item_decided,
    EventKind.TOTE_SCANNED: _tote_scanned,
    EventKind.LABEL_VERIFIED: _label_verified,
    EventKind.INSPECTION_PARKED: lambda state, event: replace(state, state=InspectionState.PARKED),
    EventKind.INSPECTION_RESUMED: lambda state, event: replace(state, state=InspectionState.OPEN),
    EventKind.INSPECTION_CLOSED: lambda state, event: replace(
        state, state=InspectionState.CLOSED, closed_at=event.at, person=event.person
    ),
    EventKind.INSPECTION_REOPENED: _reopened,
    EventKind.INSPECTION_VOIDED: lambda state, event: replace(
        state, state=InspectionState.VOIDED, void_reason=event.payload.get("reason", "")
    ),
    EventKind.RECHECK_REQUESTED: lambda state, event: replace(state, recheck=event.payload["reason"]),
}

_UNDOABLE = frozenset(
    {
        EventKind.PHOTO_TAKEN,
        EventKind.PHOTO_MARKED,
        EventKind.ITEM_IDENTIFIED,
        EventKind.QUESTION_ANSWERED,
        EventKind.DEFECT_FOUND,
        EventKind.REST_PASSED,
        EventKind.DECISION_CHANGED,
        EventKind.TOTE_SCANNED,
        EventKind.RETURN_BOUND,
    }
)


def fold(events: Sequence[InspectionEvent]) -> Inspection:
    """The state that `events` (one inspection's, ordered by sequence) add up to.

    An undone step has no effect, but a photo stays in the list, marked withdrawn. Only steps of a person can be
    undone; an opened parcel or a decision cannot. Kinds of a newer program are passed over. Decisions forget the
    steps before them: F12 then means the whole decision.

    Raises:
        ValueError, KeyError: an event's payload is not what its kind says (`payloads.check_payload`).
    """
    for event in events:
        check_payload(event)
    reversals = {event.payload["event_id"] for event in events if event.kind == EventKind.STEP_UNDONE}
    undone = {event.id for event in events if event.id in reversals and event.kind in _UNDOABLE}
    state = Inspection()
    undoable: list[str] = []
    for event in events:
        apply = _APPLY.get(event.kind)
        if event.id in undone:
            if event.kind == EventKind.PHOTO_TAKEN:
                state = _photo_taken(state, event)
                state = replace(state, photos=(*state.photos[:-1], replace(state.photos[-1], withdrawn=True)))
        elif apply is not None:
            state = apply(state, event)
            if event.kind in (EventKind.ITEM_DECIDED, EventKind.INSPECTION_REOPENED, EventKind.INSPECTION_CLOSED):
                undoable.clear()
            elif event.kind in _UNDOABLE and not event.payload.get("automatic"):
                undoable.append(event.id)
        state = replace(state, sequence=event.sequence, head=event.hash)
    return replace(state, undoable=tuple(undoable))
