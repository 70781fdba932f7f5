"""What the history shows: the list, one inspection with its photos, chain and verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from pathlib import Path
from typing import Any

from inspection_station.domain.checklist import OUTSIDE, Question
from inspection_station.domain.events import EventKind, InspectionEvent, broken_link
from inspection_station.domain.folding import answer_of
from inspection_station.domain.inspection import Item, Photo
from inspection_station.domain.people import Person
from inspection_station.domain.returns import ReturnLine
from inspection_station.evidence.imaging import VERDICT_SENTENCES
from inspection_station.i18n import N_, localised, translate
from inspection_station.station.presenting.answer_entry import answer_words
from inspection_station.station.presenting.history_views import (
    HistoryCaseView,
    HistoryPhotoView,
    HistoryRowView,
    HistoryWish,
    TimelineView,
)
from inspection_station.station.presenting.marks import mark_views, size_words
from inspection_station.station.presenting.words import (
    Showing,
    clock_time,
    close_up_name,
    counted,
    disposition_tag,
    item_name,
    joined,
    number_text,
    product_name,
    word,
)
from inspection_station.station.views import TagView
from inspection_station.workflows.case import Case, template_of
from inspection_station.workflows.clock import moment_of, utc_text
from inspection_station.workflows.ports import HistoryFilter, InspectionSummary


def rows(showing: Showing, wish: HistoryWish, selected: str = "") -> tuple[HistoryRowView, ...]:
    """The list for `wish`, the newest first; reads the database, so it MUST run on the bench lane."""
    wanted = HistoryFilter(
        wish.text,
        since_of(showing, wish),
        (wish.grade,) if wish.grade else (),
        (wish.disposition,) if wish.disposition else (),
        wish.disputed,
    )
    return tuple(summary_row(showing, one, selected) for one in showing.desk.store.history(wanted, 100))


def since_of(showing: Showing, wish: HistoryWish) -> str:
    """From when on; a text is looked for in all days, unless a span was asked for too."""
    if wish.period == "span":
        return wish.since
    if wish.text or wish.period not in ("today", "week"):
        return ""
    days = 6 if wish.period == "week" else 0
    return utc_text(moment_of(showing.clock.start_of_day()) - timedelta(days=days))


def summary_row(showing: Showing, one: InspectionSummary, selected: str) -> HistoryRowView:
    """The line of one of this bench's own items."""
    name = product_name(one.name_zh, one.name_en)
    return HistoryRowView(
        one.inspection_id,
        one.item_id,
        one.rt_number or number_text(one.tracking_number),
        f"{name} {one.variant}".strip() or translate("Unknown item"),
        clock_time(showing.clock, one.at, with_day=True) if one.at else "",
        one.grade,
        disposition_tag(showing.desk, one.disposition) if one.disposition else None,
        showing.photo(one.picture) if one.picture else None,
        one.item_id == selected,
    )


def case_view(
    showing: Showing,
    case: Case,
    known: Sequence[Person],
    item_id: str,
    sync_state: str,
    gone: AbstractSet[str] = frozenset(),
) -> HistoryCaseView:
    """One inspection with its photos verified byte by byte; slow for many photos, so for the photo lane.

    Reads photos, never the database. `known` are the people of the station; `sync_state` is ``stored`` when the
    centre has acknowledged all of it, else what still waits in words; `gone` are the photos that were deleted here
    once they were safe there.
    """
    desk = showing.desk
    item = case.inspection.item(item_id or case.inspection.items[-1].id)
    people = {person.id: person for person in known}
    mine = [photo for photo in case.inspection.photos if photo.item_id in ("", item.id) and not photo.withdrawn]
    photos = tuple(_photo(showing, case, item, photo, people, gone) for photo in mine)
    damaged = [str(place) for place, photo in enumerate(photos, start=1) if not photo.intact]
    broken = broken_link(case.events)
    away = sum(photo.away for photo in photos)
    if damaged:
        verdict = TagView(translate("Photo {n} does not match", n=", ".join(damaged)), "error", "mdi6.shield-alert")
        detail = translate("Do not use it.")
    elif broken is not None:
        verdict = TagView(translate("Record {n} does not match", n=broken), "error", "mdi6.shield-alert")
        detail = translate("Do not use it.")
    elif item.decision is None:
        verdict = TagView(translate("Not finished"), "warn", "mdi6.shield-half-full")
        detail = translate("No result yet; record unchanged")
    elif sync_state != "stored":
        verdict = TagView(translate("Complete here"), "warn", "mdi6.shield-half-full")
        detail = joined([translate("Not uploaded yet, checked on this station only"), sync_state])
    elif away:
        verdict = TagView(translate("Complete at the centre"), "ok", "mdi6.cloud-check-outline")
        one, many = N_("1 photo is at the centre, small here"), N_("{n} photos are at the centre, small here")
        photos_away = counted(one, many, away)
        detail = joined([photos_away, translate("the evidence page of the centre has them")])
    else:
        verdict = TagView(translate("Evidence complete, unchanged"), "ok", "mdi6.shield-check")
        time = clock_time(showing.clock, showing.clock.now())
        detail = counted(N_("1 photo and the record"), N_("{n} photos and the record"), len(photos))
        detail = joined([detail, translate("checked {time}", time=time)])
    expected, line = case.expected(item), case.line(item)
    sent, sent_note = compared_with(showing, expected.order_number if expected else "", line)
    tags = []
    if item.decision is not None:
        tags.append(disposition_tag(desk, item.decision["disposition"]))
        for share in item.decision["liability"]:
            who = word(desk, "liable_parties", share["party"])
            tags.append(TagView(translate("{who} liable", who=who), "neutral", "mdi6.account-outline"))
        if item.decision["random_check"]:
            tags.append(TagView(translate("Random check"), "info", "mdi6.account-search-outline"))
    return HistoryCaseView(
        case.inspection.id,
        item.id,
        item_name(item),
        item.decision["grade"] if item.decision else "",
        tuple(tags),
        photos,
        verdict,
        detail,
        tuple(_act(showing, case, event) for event in case.events if event.payload.get("item_id", "") in ("", item.id)),
        not damaged and not away and broken is None and item.decision is not None,
        item.label_issue > 0,
        sent=sent, sent_note=sent_note,
    )  # fmt: skip


def compared_with(showing: Showing, order_number: str, line: ReturnLine | None) -> tuple[Path | None, str]:
    """The picture that a photo is compared with, and what it is; looks on the disk."""
    if order_number and (sent := showing.outbound(order_number)) is not None:
        return sent, translate("As it was sent out")
    pictured = showing.catalogue(line) if line is not None else None
    return pictured, translate("Catalogue picture") if pictured is not None else ""


def _photo(
    showing: Showing, case: Case, item: Item, photo: Photo, people: dict[str, Person], gone: AbstractSet[str]
) -> HistoryPhotoView:
    event = next(event for event in case.events if event.id == photo.event_id)
    person = people.get(event.person)
    who = product_name(person.name, person.name_en) if person else event.person
    moment = showing.clock.local(photo.taken_at)
    zone = f"{moment:%z}"
    facts = joined(
        [f"{moment:%Y-%m-%d %H:%M:%S} {zone[:3]}:{zone[3:]}", event.station, who, f"{photo.width} × {photo.height}"]
    )
    path = showing.photo(photo.sha256)
    away = photo.sha256 in gone and path != showing.desk.photos.path(photo.sha256)
    intact = away or showing.desk.photos.verify(photo.sha256)
    short = f"SHA-256 {photo.sha256[:4]} {photo.sha256[4:8]} … {photo.sha256[-4:]}"
    verdict = translate("matches") if intact else translate("does not match")
    if away:
        verdict = translate("at the centre")
    return HistoryPhotoView(
        shot_words(showing, item, photo),
        path,
        facts,
        f"{short} {verdict}",
        intact,
        photo.counted,
        mark_views(case.inspection, photo),
        away,
        photo.sha256,
        whole=None if away else path,
    )


def shot_words(showing: Showing, item: Item, photo: Photo) -> str:
    """What a stored photo shows, in words."""
    template = template_of(showing.desk, item)
    if photo.finding_id:
        for finding in item.findings:
            if finding.id == photo.finding_id:
                return close_up_name(showing.desk, item, finding)
        return translate("Close-up")
    shot = next((shot for shot in (*template.shots, OUTSIDE) if shot.id == photo.shot), None)
    return localised({"zh": shot.zh, "en": shot.en}) if shot else photo.shot


def _act(showing: Showing, case: Case, event: InspectionEvent) -> TimelineView:
    icon, text, detail = act_words(showing, case, event)
    return TimelineView(icon, f"{showing.clock.local(event.at):%H:%M:%S}", text, detail, event.at)


def _answered(row: Question | None, text: str, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Icon, row and answer of a row that was answered by itself, with what was answered beside normal or not."""
    answer = answer_of(facts)
    words = {"pass": translate("normal, single"), "defect": translate("Defect")}
    said = words.get(answer.verdict, translate("not applicable"))
    return "mdi6.alert-outline" if answer.verdict == "defect" else "mdi6.check", text, joined(
        [answer_words(row, answer), said]
    )  # fmt: skip


def act_words(showing: Showing, case: Case, event: InspectionEvent) -> tuple[str, str, str]:
    """Icon, act and detail of one event for a timeline; bulk and single answers are told apart."""
    facts, desk = event.payload, showing.desk
    item = next((item for item in case.inspection.items if item.id == facts.get("item_id")), None)
    match event.kind:
        case EventKind.PARCEL_OPENED:
            detail = f"{number_text(facts['tracking_number'])} · {event.station}"
            return "mdi6.barcode-scan", translate("Parcel scanned"), detail
        case EventKind.ITEM_OPENED:
            return "mdi6.package-variant", translate("Item opened"), facts["rt_number"]
        case EventKind.PHOTO_TAKEN:
            photo = next(photo for photo in case.inspection.photos if photo.id == facts["photo_id"])
            name = shot_words(showing, item or case.inspection.items[-1], photo)
            auto = translate("auto") if photo.automatic else ""
            refused = VERDICT_SENTENCES.get(str(photo.quality.get("verdict", "")))
            left_out = "" if photo.counted else translate(refused[0] if refused else "not counted")
            sharpness = photo.quality.get("sharpness")
            sharp = translate("sharpness {n}", n=round(100 * sharpness)) if sharpness is not None else ""
            return "mdi6.camera-outline", name, joined([auto, left_out, sharp])
        case EventKind.ITEM_IDENTIFIED:
            by = {"camera": translate("tag read"), "scan": translate("scanned"), "manual": translate("by eye")}
            text = word(desk, "identity_findings", facts["finding"])
            return "mdi6.tag-outline", text, joined([by.get(facts["by"], ""), facts.get("code", "")])
        case EventKind.QUESTION_ANSWERED | EventKind.DEFECT_FOUND if item is not None:
            row = next((one for one in template_of(desk, item).questions if one.id == facts["question"]), None)
            text = localised({"zh": row.zh, "en": row.en}) if row is not None else str(facts["question"])
            if event.kind == EventKind.DEFECT_FOUND:
                defect = word(desk, "defects", facts["code"])
                return "mdi6.alert-outline", text, joined([defect, word(desk, "severities", facts["severity"])])
            return _answered(row, text, facts)
        case EventKind.REST_PASSED:
            n = len(facts["questions"])
            rows = counted(N_("1 row normal"), N_("{n} rows normal"), n)
            return "mdi6.clipboard-check-outline", rows, translate("in bulk")
        case EventKind.ITEM_DECIDED:
            rules = [why["rule"] for why in facts["why"][:2]]
            result = joined(
                [translate("Grade {grade}", grade=facts["grade"]), word(desk, "dispositions", facts["disposition"])]
            )
            return "mdi6.star-outline", result, translate("Rules {rules}", rules=" ".join(rules))
        case EventKind.PHOTO_MARKED:
            mark = next((mark for mark in case.inspection.marks if mark.id == facts["mark_id"]), None)
            marked = next((photo for photo in case.inspection.photos if photo.id == facts["photo_id"]), None)
            shot = shot_words(showing, item or case.inspection.items[-1], marked) if marked else ""
            return "mdi6.draw", translate("Place marked on a photo"), joined([shot, size_words(mark) if mark else ""])
        case EventKind.LABEL_PRINTED:
            states = {"sent": translate("sent to the printer"), "failed": translate("waits for the printer"),
                      "seen": translate("came out of the printer"),
                      "not_seen": translate("did not come out")}  # fmt: skip
            ended = states.get(facts["state"], translate("outcome unknown"))
            detail = joined([translate("reprinted"), ended]) if facts.get("reprint") else ended
            return "mdi6.printer-outline", translate("Label {issue}", issue=f"{facts['issue']:02d}"), detail
    names = {
        EventKind.DECISION_CHANGED: ("mdi6.pencil-outline", translate("Decision changed")),
        EventKind.STEP_UNDONE: ("mdi6.undo-variant", translate("Step undone")),
        EventKind.INSPECTION_CLOSED: ("mdi6.shield-check-outline", translate("Sealed")),
        EventKind.INSPECTION_REOPENED: ("mdi6.undo-variant", translate("Result undone, label void")),
        EventKind.INSPECTION_PARKED: ("mdi6.pause-circle-outline", translate("Parked")),
        EventKind.INSPECTION_RESUMED: ("mdi6.play-circle-outline", translate("Taken up again")),
        EventKind.LABEL_VERIFIED: ("mdi6.check-decagram-outline", translate("Label scanned, readable")),
        EventKind.RECHECK_REQUESTED: ("mdi6.refresh", translate("Re-check requested")),
        EventKind.RETURN_BOUND: ("mdi6.link-variant", translate("Bound to a return")),
        EventKind.MATCH_DECLINED: ("mdi6.link-variant-off", translate("Found not to be of a return")),
        EventKind.OUTSIDE_DAMAGED: ("mdi6.package-variant-remove", translate("Outer box damaged before opening")),
        EventKind.ITEM_ELSEWHERE: ("mdi6.package-variant-closed", translate("Comes in another parcel of the return")),
        EventKind.ITEM_HELD: ("mdi6.hand-back-left-outline", translate("Held for a lead")),
        EventKind.SEEN_BY_SECOND: ("mdi6.account-check-outline", translate("Seen by a second person")),
        EventKind.SHOT_WAIVED: ("mdi6.camera-off-outline", translate("A required photo waived by a lead")),
        EventKind.TOTE_SCANNED: ("mdi6.package-variant-closed", translate("Tote scanned")),
    }
    known = {str(kind): words for kind, words in names.items()}
    icon, text = known.get(event.kind, ("mdi6.circle-small", event.kind))
    return icon, text, ""
