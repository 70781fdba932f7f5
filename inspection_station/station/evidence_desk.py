"""Evidence of one item for others: the report's words, and the bundle written from history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inspection_station.documents.evidence_case import (
    CaseAct,
    CaseAnswer,
    CaseFact,
    CaseMark,
    CaseOutcome,
    CasePhoto,
    EvidenceCase,
)
from inspection_station.domain.checklist import Choice
from inspection_station.domain.events import InspectionEvent, broken_link, event_to_json
from inspection_station.domain.identifiers import is_practice_number
from inspection_station.domain.inspection import Item, Mark, Photo
from inspection_station.domain.money import Money
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.evidence.bundle import BundlePhoto, write_bundle
from inspection_station.evidence.imaging import VERDICT_SENTENCES
from inspection_station.i18n import localised, translate
from inspection_station.station.presenting.answer_entry import answer_words
from inspection_station.station.presenting.checklist import finding_words
from inspection_station.station.presenting.history import act_words, shot_words
from inspection_station.station.presenting.marks import size_words
from inspection_station.station.presenting.scale import weighing_words
from inspection_station.station.presenting.words import (
    Showing,
    carrier_name,
    item_name,
    joined,
    number_text,
    product_name,
    word,
)
from inspection_station.workflows.case import Case, claimed, template_of


def evidence_case(showing: Showing, case: Case, item: Item, made_by: Person) -> EvidenceCase:
    """The item's case in the words of the language in force, personal data masked.

    Raises:
        StationProblem: ``print.undecided`` when the item has no decision.
    """
    if item.decision is None:
        raise StationProblem("print.undecided", N_("This item has no result yet."), N_("Finish it first."))
    verdict, contradicts = _verdict(showing, case, item)
    return EvidenceCase(
        rt_number=item.rt_number,
        verdict=verdict,
        contradicts=contradicts,
        claim=_claim(showing, case, item),
        finding=_finding(showing, item),
        facts=_facts(showing, case, item),
        outcomes=_outcomes(showing, item, item.decision),
        photos=tuple(
            _photo(showing, item, photo, case.inspection.marks_of(photo.id)) for photo in photos_of(case, item)
        ),
        answers=_answers(showing, item),
        timeline=tuple(_act(showing, case, event) for event in case.events),
        sealed_at=_time(showing, case.events[-1].at),
        fingerprint=case.inspection.head,
        chain_whole=broken_link(case.events) is None,
        made_at=_time(showing, showing.clock.now()),
        made_by=product_name(made_by.name, made_by.name_en),
        practice=is_practice_number(item.rt_number),
    )


def export_bundle(showing: Showing, case: Case, item: Item, target: Path, made_by: Person) -> str:
    """Write the item's bundle to `target` and return its SHA-256; slow, so never on the GUI thread.

    Raises:
        StationProblem: ``evidence.*`` (a photo changed, the file exists …), ``print.undecided``.
    """
    return write_evidence(evidence_case(showing, case, item, made_by), showing, case, item, target)


def write_evidence(facts: EvidenceCase, showing: Showing, case: Case, item: Item, target: Path) -> str:
    """The slow part of `export_bundle`: report and zip from `facts`; reads photos, never the database.

    Raises:
        StationProblem: ``evidence.*``.
    """
    from inspection_station.documents.evidence_report import report  # brings reportlab's text setting: not at start

    expected = case.expected(item)
    announced = None
    if expected is not None:
        names = ("return_number", "order_number", "kind", "platform", "shop", "reason", "reason_text", "delivered_on")
        announced = {name: getattr(expected, name) for name in names}
    record = {
        "inspection_id": case.inspection.id,
        "tracking_number": case.inspection.tracking_number,
        "carrier": case.inspection.carrier,
        "station": case.inspection.station,
        "opened_at": case.inspection.opened_at,
        "closed_at": case.inspection.closed_at,
        "state": str(case.inspection.state),
        "return": announced,
        "item": {**asdict(item), "decision": dict(item.decision or {})},
        "head": case.inspection.head,
    }
    photos = [
        BundlePhoto(photo.shot, showing.desk.photos.path(photo.sha256), photo.sha256, photo.taken_at)
        for photo in photos_of(case, item)
    ]
    return write_bundle(
        target, record=record, chain=[event_to_json(event) for event in case.events], photos=photos,
        report_pdf=report(facts), sealed_at=case.events[-1].at,
    )  # fmt: skip


def photos_of(case: Case, item: Item) -> list[Photo]:
    """All photos of the item and its parcel, those not counted or taken back too: nothing is left out of the proof."""
    return [photo for photo in case.inspection.photos if photo.item_id in ("", item.id)]


def _time(showing: Showing, text: str) -> str:
    moment = showing.clock.local(text)
    zone = f"{moment:%z}"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} {zone[:3]}:{zone[3:]}"


def _claim(showing: Showing, case: Case, item: Item) -> str:
    expected = case.expected(item)
    if expected is None:
        return ""
    quoted = translate("“{words}”", words=expected.reason_text) if expected.reason_text else ""
    return joined([word(showing.desk, "reasons", expected.reason), quoted])


def _finding(showing: Showing, item: Item) -> str:
    parts = []
    if item.identity not in ("", "match"):
        parts.append(word(showing.desk, "identity_findings", item.identity))
    for row in template_of(showing.desk, item).questions:
        if item.findings_of(row.id):
            noun = localised({"zh": row.noun_zh, "en": row.noun_en})
            parts.append(joined([noun, finding_words(showing, item, row)]))
    return " / ".join(parts) or translate("All good")


def _verdict(showing: Showing, case: Case, item: Item) -> tuple[str, bool]:
    """The sentence that sums it up, and whether the finding contradicts the buyer's claim."""
    rows = claimed(showing.desk, case, item)
    if item.identity not in ("", "match"):
        return translate("Not the item that was expected, or not to be recognised as it"), True
    if rows and not any(item.findings_of(row) for row in rows):
        return translate("The inspection does not find what the buyer claims"), True
    if rows:
        return translate("The inspection finds a defect where the buyer claims one"), False
    if item.findings:
        return translate("The inspection finds a defect; the buyer claims none"), False
    return translate("The item is in order"), False


def _facts(showing: Showing, case: Case, item: Item) -> tuple[CaseFact, ...]:
    expected, inspection = case.expected(item), case.inspection
    tracking = joined([carrier_name(inspection.carrier), number_text(inspection.tracking_number)])
    template = template_of(showing.desk, item)
    pairs = [(translate("Item"), item_name(item)), ("SKU", item.sku)]
    if expected is not None:
        pairs += [
            (translate("Order"), expected.order_number),
            (translate("Return"), expected.return_number),
            (translate("Shop"), joined([expected.platform, expected.shop])),
            (translate("Buyer"), joined([expected.buyer_masked, expected.buyer_phone_tail])),
        ]
    pairs += [
        (translate("Tracking number"), tracking),
        (translate("Bench"), joined([inspection.station, showing.desk.station.site])),
        (translate("Inspector"), _person_name(showing, inspection.person)),
        (translate("Weight before opening"), weighing_words(inspection.weighed)),
        (translate("Opened"), _time(showing, inspection.opened_at)),
        (translate("Checklist"), f"{localised({'zh': template.zh, 'en': template.en})} {item.template_version}"),
    ]
    return tuple(CaseFact(name, value) for name, value in pairs if value)


def _person_name(showing: Showing, person_id: str) -> str:
    person = next((one for one in showing.desk.reference.people() if one.id == person_id), None)
    return product_name(person.name, person.name_en) if person else person_id


def _outcomes(showing: Showing, item: Item, decision: Mapping[str, Any]) -> tuple[CaseOutcome, ...]:
    desk = showing.desk
    parties = [f"{word(desk, 'liable_parties', one['party'])} {one['share']} %" for one in decision["liability"]]
    refund = decision["refund"]
    refund_words = word(desk, "refunds", str(refund["kind"]))
    if "amount_minor" in refund:
        refund_words = joined([refund_words, str(Money(refund["amount_minor"], refund["currency"]))])
    if refund.get("reason"):
        refund_words = joined([refund_words, word(desk, "reject_reasons", str(refund["reason"]))])
    grade = f"{decision['grade']} {word(desk, 'grades', str(decision['grade']))}"
    values = (
        ("grade", translate("Grade"), grade),
        ("disposition", translate("Disposition"), word(desk, "dispositions", str(decision["disposition"]))),
        ("liability", translate("Liability"), " / ".join(parties)),
        ("refund", translate("Refund advice"), refund_words),
    )
    return tuple(
        CaseOutcome(name, value or "—", _why(decision, outcome), _changed_by(showing, item, decision, outcome))
        for outcome, name, value in values
    )


def _why(decision: Mapping[str, Any], outcome: str) -> tuple[str, ...]:
    return tuple(
        translate("Rule {rule}: {words}", rule=why["rule"], words=localised({"zh": why["zh"], "en": why["en"]}))
        for why in decision.get("why", ())
        if why["outcome"] == outcome
    )


def _changed_by(showing: Showing, item: Item, decision: Mapping[str, Any], outcome: str) -> str:
    change = item.changes.get(outcome)
    if not change or outcome not in decision.get("changed", item.changes):
        return ""
    who = _person_name(showing, str(change["person"]))
    return translate("Set by {who}, not by the rules: {reason}", who=who, reason=change["reason"] or "—")


def _photo(showing: Showing, item: Item, photo: Photo, marks: tuple[Mark, ...] = ()) -> CasePhoto:
    template = template_of(showing.desk, item)
    notes = []
    if photo.withdrawn:
        notes.append(translate("taken back by the inspector"))
    elif not photo.counted:
        what = VERDICT_SENTENCES.get(str(photo.quality.get("verdict", "")))
        notes.append(translate(what[0]) if what else translate("not counted"))
    if photo.automatic:
        notes.append(translate("taken automatically"))
    label_in_sight = any(shot.of_parcel for shot in template.shots if shot.id == photo.shot) or not photo.item_id
    return CasePhoto(
        shot_words(showing, item, photo), _time(showing, photo.taken_at), photo.sha256,
        showing.desk.photos.path(photo.sha256), joined([*notes, *filter(None, map(size_words, marks))]),
        masked=label_in_sight,
        marks=tuple(
            CaseMark(mark.shape, mark.x1 / photo.width, mark.y1 / photo.height, mark.x2 / photo.width,
                     mark.y2 / photo.height)
            for mark in marks if photo.width > 0 and photo.height > 0
        ),
    )  # fmt: skip


def _answers(showing: Showing, item: Item) -> tuple[CaseAnswer, ...]:
    rows = []
    for row in template_of(showing.desk, item).questions:
        answer = item.answers.get(row.id)
        if answer is None:
            continue
        defect = answer.verdict == "defect"
        words = {"pass": translate("Normal"), "not_applicable": translate("Not applicable")}.get(answer.verdict, "")
        if defect:
            words = joined([translate("Defect"), finding_words(showing, item, row)])
        if not (defect and isinstance(row.answer, Choice)):  # of such a one the defect is what was chosen
            words = joined([words, answer_words(row, answer)])
        rows.append(
            CaseAnswer(localised({"zh": row.zh, "en": row.en}), words, defect, answer.answered_by == "bulk")
        )  # fmt: skip
    return tuple(rows)


def _act(showing: Showing, case: Case, event: InspectionEvent) -> CaseAct:
    _, text, detail = act_words(showing, case, event)
    who = _person_name(showing, event.person)
    return CaseAct(_time(showing, event.at), joined([text, detail]), who, event.station, event.hash)
