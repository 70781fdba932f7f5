"""From events to the inspection they add up to; events are the truth, the state is always made from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from inspection_station.domain.events import EventKind, InspectionEvent
from inspection_station.domain.inspection import (
    Answer,
    Finding,
    Inspection,
    InspectionState,
    Item,
    Mark,
    PartCount,
    Photo,
    Weighing,
)
from inspection_station.domain.payloads import check_payload


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
        clues=tuple(facts.get("clues", ())),
        also_at=tuple(facts.get("also_at", ())),
        again_of=facts.get("again_of", ""),
        opened_at=event.at,
        station=event.station,
        person=event.person,
    )


def _return_bound(state: Inspection, event: InspectionEvent) -> Inspection:
    """The parcel belongs to a return; each of `items` becomes the unit of a line, and is to be identified anew."""
    return_id = event.payload["return_id"]
    units = {facts["item_id"]: facts for facts in event.payload.get("items", ())}

    def bound(item: Item) -> Item:
        facts = units.get(item.id)
        if facts is None:
            return item
        names = ("line", "unit", "sku", "name_zh", "name_en", "variant", "category", "template", "template_version")
        changes = {name: facts[name] for name in names}
        return replace(item, return_id=return_id, identity="", identified_by="", **changes)

    return replace(
        state, match="matched", return_ids=(*state.return_ids, return_id), items=tuple(map(bound, state.items))
    )


def _item_opened(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    names = ("rt_number", "return_id", "line", "unit", "sku", "name_zh", "name_en", "variant", "category", "template",
             "template_version")  # fmt: skip
    item = Item(id=facts["item_id"], outside=state.outside, **{name: facts[name] for name in names})
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


def _without(item: Item, questions: Collection[str]) -> Item:
    """The item without the answers and defects of rows that are no longer asked."""
    if not questions:
        return item
    answers = {question: answer for question, answer in item.answers.items() if question not in questions}
    return replace(
        item, answers=answers, findings=tuple(one for one in item.findings if one.question not in questions)
    )  # fmt: skip


def answer_of(facts: Mapping[str, Any], at: str = "") -> Answer:
    """The answer that the payload of a question_answered event gives."""
    value = facts.get("value", "")
    if not isinstance(value, str):
        value = tuple(PartCount(one["part"], one["expected"], one["found"]) for one in value)
    return Answer(facts["question"], facts["verdict"], facts["answered_by"], at, value, facts.get("unit", ""))


def _question_answered(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    answer = answer_of(facts, event.at)
    question = answer.question
    following = tuple(
        Finding(one["finding_id"], question, one["type"], one["code"], one["severity"], "", one["part"])
        for one in facts.get("findings", ())
    )

    def change(item: Item) -> Item:
        keep = answer.verdict == "defect" and "findings" not in facts
        kept = tuple(one for one in item.findings if keep or one.question != question)
        answered = replace(item, answers={**item.answers, question: answer}, findings=(*kept, *following))
        return _without(answered, facts.get("withdrawn", ()))

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
        found = replace(item, findings=(*others, finding), answers=answers)
        return _without(found, facts.get("withdrawn", ()))

    return _with_item(state, facts["item_id"], change)


def _rest_passed(state: Inspection, event: InspectionEvent) -> Inspection:
    values = event.payload.get("values", {})
    passed = {
        question: Answer(question, "pass", "bulk", event.at, values.get(question, ""))
        for question in event.payload["questions"]
    }
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
        lambda item: replace(
            item, decision=facts, decided_at=event.at, label_issue=facts["label_issue"], tote=facts.get("tote", "")
        ),
    )
    waiting = [item.id for item in decided.items if item.decision is None]
    return _looking_at(decided, waiting[0] if waiting else facts["item_id"])


def _tote_scanned(state: Inspection, event: InspectionEvent) -> Inspection:
    return _with_item(state, event.payload["item_id"], lambda item: replace(item, tote=event.payload["tote"]))


def _label_verified(state: Inspection, event: InspectionEvent) -> Inspection:
    return _with_item(state, event.payload["item_id"], lambda item: replace(item, label_verified=True))


def _outside_damaged(state: Inspection, event: InspectionEvent) -> Inspection:
    code = event.payload["code"]
    seen = state.outside if code in state.outside else (*state.outside, code)
    return replace(state, outside=seen, items=tuple(replace(item, outside=seen) for item in state.items))


def _parcel_weighed(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    weighed = Weighing(facts["grams"], facts["by"], facts.get("outbound", 0), facts.get("flag", ""))
    return replace(state, weighed=weighed)


def _item_elsewhere(state: Inspection, event: InspectionEvent) -> Inspection:
    left = tuple(item for item in state.items if item.id != event.payload["item_id"])
    waiting = [item.id for item in left if item.decision is None] or [item.id for item in left]
    gone = state.current_item == event.payload["item_id"]
    return replace(state, items=left, current_item=waiting[0] if gone and waiting else state.current_item)


def _item_held(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    return _with_item(
        state, facts["item_id"],
        lambda item: replace(item, held=facts["reason"], held_note=facts.get("note", "")),
    )  # fmt: skip


def _seen_by_second(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    return _with_item(
        state, facts["item_id"],
        lambda item: replace(item, second_person=event.person, second_reason=facts.get("reason", "")),
    )  # fmt: skip


def _shot_waived(state: Inspection, event: InspectionEvent) -> Inspection:
    facts = event.payload
    shot = (facts["shot"], facts.get("finding_id", ""))
    return _with_item(state, facts["item_id"], lambda item: replace(item, waived=(*item.waived, shot)))


def _reopened(state: Inspection, event: InspectionEvent) -> Inspection:
    item_id = event.payload["item_id"]
    opened = _with_item(
        state, item_id,
        lambda item: replace(item, decision=None, decided_at="", tote="", label_verified=False),
    )  # fmt: skip
    return replace(_looking_at(opened, item_id), state=InspectionState.OPEN, closed_at="")


_APPLY: Mapping[str, Callable[[Inspection, InspectionEvent], Inspection]] = {
    EventKind.PARCEL_OPENED: _parcel_opened,
    EventKind.RETURN_BOUND: _return_bound,
    EventKind.MATCH_DECLINED: lambda state, event: replace(
        state, declined=(*state.declined, event.payload["return_id"])
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
    EventKind.OUTSIDE_DAMAGED: _outside_damaged,
    EventKind.PARCEL_WEIGHED: _parcel_weighed,
    EventKind.ITEM_ELSEWHERE: _item_elsewhere,
    EventKind.ITEM_HELD: _item_held,
    EventKind.SEEN_BY_SECOND: _seen_by_second,
    EventKind.SHOT_WAIVED: _shot_waived,
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
        EventKind.OUTSIDE_DAMAGED,
        EventKind.PARCEL_WEIGHED,
        EventKind.ITEM_ELSEWHERE,
        EventKind.ITEM_HELD,
        EventKind.SEEN_BY_SECOND,
        EventKind.SHOT_WAIVED,
    }
)


def _may_be_undone(event: InspectionEvent) -> bool:
    return event.kind in _UNDOABLE or (event.kind == EventKind.ITEM_OPENED and event.payload.get("extra") is True)


def fold(events: Sequence[InspectionEvent]) -> Inspection:
    """The state that `events` (one inspection's, ordered by sequence) add up to.

    An undone step has no effect, but a photo stays in the list, marked withdrawn. Only steps of a person can be
    undone, and a unit added that nobody announced; an opened parcel or a decision cannot. Kinds of a newer program
    are passed over. Decisions forget the steps before them: F12 then means the whole decision.

    Raises:
        ValueError, KeyError: an event's payload is not what its kind says (`payloads.check_payload`).
    """
    for event in events:
        check_payload(event)
    reversals = {event.payload["event_id"] for event in events if event.kind == EventKind.STEP_UNDONE}
    undone = {event.id for event in events if event.id in reversals and _may_be_undone(event)}
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
            elif _may_be_undone(event) and not event.payload.get("automatic"):
                undoable.append(event.id)
        state = replace(state, sequence=event.sequence, head=event.hash)
    return replace(state, undoable=tuple(undoable))
