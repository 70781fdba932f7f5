"""What the evidence page of one inspection says, computed from its events; the template only lays it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inspection_station.domain.answers import value_words
from inspection_station.domain.checklist import OUTSIDE, ChecklistTemplate, Choice
from inspection_station.domain.events import EventKind, broken_link
from inspection_station.domain.inspection import Finding, InspectionState, Item, Mark, Photo
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.verdict import RuleBook
from inspection_station.errors import N_
from inspection_station.i18n import translate_into
from inspection_station.locations import resources
from inspection_station.server.centre import Centre, fact
from inspection_station.server.inspections import ChainState, Reading, read_inspection
from inspection_station.server.renditions import must_be_blurred
from inspection_station.server.returns_feed import body_of
from inspection_station.server.rule_files import book_in_force, state_of_rules
from inspection_station.server.search import photos_of
from inspection_station.workflows.rule_book import load_rule_book

_TIMELINE: Mapping[str, str] = {
    EventKind.PARCEL_OPENED: N_("Parcel scanned at the bench"),
    EventKind.RETURN_BOUND: N_("Return assigned"),
    EventKind.MATCH_DECLINED: N_("Found not to be of a return"),
    EventKind.ITEM_IDENTIFIED: N_("Item compared with the order"),
    EventKind.DEFECT_FOUND: N_("Defect recorded"),
    EventKind.PHOTO_MARKED: N_("Place marked on a photo"),
    EventKind.ITEM_DECIDED: N_("Inspection decided"),
    EventKind.TOTE_SCANNED: N_("Placed in its tote"),
    EventKind.OUTSIDE_DAMAGED: N_("Outer box damaged before opening"),
    EventKind.PARCEL_WEIGHED: N_("Parcel weighed before opening"),
    EventKind.ITEM_ELSEWHERE: N_("Comes in another parcel of the return"),
    EventKind.ITEM_HELD: N_("Held for a lead"),
    EventKind.SEEN_BY_SECOND: N_("Seen by a second person"),
    EventKind.SHOT_WAIVED: N_("A required photo waived by a lead"),
    EventKind.INSPECTION_CLOSED: N_("Inspection closed and sealed"),
    EventKind.INSPECTION_REOPENED: N_("Reopened for a correction"),
    EventKind.INSPECTION_VOIDED: N_("Inspection voided"),
    EventKind.RECHECK_REQUESTED: N_("Re-check asked for"),
}


@lru_cache(maxsize=1)
def _shipped() -> RuleBook:
    return load_rule_book(resources())


def _book(connection: Connection) -> RuleBook:
    """The rules in force; those of the program, where nothing else is, are read once."""
    return book_in_force(connection) if state_of_rules(connection) else _shipped()


@dataclass(frozen=True)
class _Reader:
    """Words and times in the reader's language and the site's zone."""

    language: str
    zone: ZoneInfo
    lists: TradeLists
    templates: Mapping[str, ChecklistTemplate]

    def say(self, msgid: str, **values: object) -> str:
        return translate_into(self.language, msgid, **values)

    def word(self, name: str, code: object) -> str:
        return self.pick(self.lists.word(name, str(code)).texts) if code else ""

    def pick(self, texts: Mapping[str, str]) -> str:
        first, second = ("en", "zh") if self.language == "en" else ("zh", "en")
        return str(texts.get(first) or texts.get(second) or "")

    def time(self, iso: str, form: str = "%Y-%m-%d %H:%M:%S") -> str:
        try:
            return datetime.fromisoformat(iso).astimezone(self.zone).strftime(form)
        except ValueError:
            return iso


def build_page(centre: Centre, inspection_id: str, language: str) -> dict[str, Any] | None:
    """Everything the page shows, in `language`; None when the centre knows no such inspection.

    Every photo is hashed again from the disk and the whole chain is checked again, each time.
    """
    with centre.database.reader.connect() as connection:
        reading = read_inspection(connection, inspection_id)
        if reading is None:
            return None
        book = _book(connection)
        reader = _Reader(language, ZoneInfo(fact(connection, "time_zone") or "UTC"), book.lists, book.templates)
        here = photos_of(connection, inspection_id)
        returns = {
            return_id: body
            for return_id in map(str, reading.inspection.return_ids)
            if (body := body_of(connection, "expected_return", return_id)) is not None
        }
    state = reading.inspection
    shown = [photo for photo in state.photos if not photo.withdrawn]
    verified = {name: centre.photos.verify(name) for name in here if here[name]}
    return {
        "language": language,
        "title": state.tracking_number,
        "opened": reader.time(state.opened_at),
        "items": [_item(reader, item, returns) for item in state.items],
        "sentence": _sentence(reader, reading, returns),
        "photos": sorted(
            (_photo(reader, one, state.marks_of(one.id), here, verified) for one in shown),
            key=lambda one: not one["of_finding"],
        ),
        "verification": _verification(reader, reading, here, verified, centre.now()),
        "timeline": _timeline(reader, reading, returns),
        "site_zone": reader.zone.key,
    }


def _sentence(reader: _Reader, reading: Reading, returns: Mapping[str, Mapping[str, Any]]) -> str:
    state = reading.inspection
    if state.state is InspectionState.VOIDED:
        return reader.say(N_("This inspection was voided"))
    if state.state is not InspectionState.CLOSED:
        return reader.say(N_("The inspection is not finished"))
    if any(item.identity not in ("", "match") for item in state.items):
        return reader.say(N_("What came back is not what was sold"))
    claimed = any(reader.lists.claimed_sections(str(body.get("reason", ""))) for body in returns.values())
    found = any(item.findings for item in state.items)
    blamed = any(
        share.get("party") == "buyer"
        for item in state.items
        for share in _listed(item.decision, "liability")
        if isinstance(share, Mapping)
    )
    if claimed and (not found or blamed):
        return reader.say(N_("The finding differs from what the buyer stated"))
    if found:
        return reader.say(N_("The inspection found defects"))
    if not returns:
        return reader.say(N_("No return was announced for this parcel"))
    return reader.say(N_("The item is as it should be"))


def _listed(decision: Mapping[str, Any] | None, name: str) -> list[Any]:
    value = decision.get(name) if decision is not None else None
    return value if isinstance(value, list) else []


def _item(reader: _Reader, item: Item, returns: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    decision = item.decision or {}
    expected = returns.get(item.return_id) or {}
    refund = decision.get("refund")
    return {
        "rt_number": item.rt_number,
        "order_number": expected.get("order_number", ""),
        "name": reader.pick({"zh": item.name_zh, "en": item.name_en}),
        "variant": item.variant,
        "sku": item.sku,
        "claim": _claim(reader, expected),
        "finding": _finding(reader, item),
        "clean": not item.findings and item.identity in ("", "match"),
        "checks": _checks(reader, item),
        "grade": str(decision.get("grade", "")),
        "grade_word": reader.word("grades", decision.get("grade", "")),
        "disposition": reader.word("dispositions", decision.get("disposition", "")),
        "liability": [
            f"{reader.word('liable_parties', share.get('party', ''))} {share.get('share', '')}%"
            for share in _listed(decision, "liability")
            if isinstance(share, Mapping)
        ],
        "refund": reader.word("refunds", refund.get("kind", "")) if isinstance(refund, Mapping) else "",
        "why": [
            reader.pick({"zh": str(why.get("zh", "")), "en": str(why.get("en", ""))})
            for why in _listed(decision, "why")
            if isinstance(why, Mapping)
        ],
    }


def _claim(reader: _Reader, expected: Mapping[str, Any]) -> str:
    words = [reader.word("reasons", expected.get("reason", "")), str(expected.get("reason_text", ""))]
    return " · ".join(word for word in words if word)


def _finding(reader: _Reader, item: Item) -> str:
    parts = []
    if item.identity not in ("", "match"):
        parts.append(reader.word("identity_findings", item.identity))
    parts += [_defect(reader, item, found) for found in item.findings]
    return " · ".join(parts) or reader.say(N_("No defect found"))


def _defect(reader: _Reader, item: Item, found: Finding) -> str:
    template = reader.templates.get(item.category) or reader.templates.get(item.template)
    row = next((one for one in template.questions if one.id == found.question), None) if template else None
    named = row.words_of(found) if row is not None else None
    words = f"{reader.pick(named) if named else reader.word('defects', found.code)} {found.part}".strip()
    comma = ", " if reader.language == "en" else "，"
    return comma.join(word for word in (words, reader.word("severities", found.severity)) if word)


def _checks(reader: _Reader, item: Item) -> list[dict[str, Any]]:
    wanted = (item.template, item.category, "general")
    template = next((reader.templates[name] for name in wanted if name in reader.templates), None)
    questions = {question.id: question for question in template.questions} if template else {}
    rows = []
    for question, answer in item.answers.items():
        found = [_defect(reader, item, finding) for finding in item.findings_of(question)]
        known = questions.get(question)
        value = reader.pick(value_words(known, answer))
        if found and known is not None and isinstance(known.answer, Choice):
            value = ""  # the defect is what was chosen
        result = {
            "defect": " · ".join(found) or reader.say(N_("Defect")),
            "not_applicable": reader.say(N_("Not applicable")),
        }.get(answer.verdict, reader.say(N_("As it should be")))
        rows.append(
            {
                "statement": reader.pick({"zh": known.zh, "en": known.en}) if known else question,
                "failed": answer.verdict == "defect",
                "result": " · ".join(part for part in (result, value) if part),
                "bulk": answer.answered_by == "bulk",
            }
        )
    return sorted(rows, key=lambda row: not row["failed"])


def _photo(
    reader: _Reader,
    photo: Photo,
    marks: Sequence[Mark],
    here: Mapping[str, bool],
    verified: Mapping[str, bool],
) -> dict[str, Any]:
    words = {"zh": photo.shot, "en": photo.shot}
    for template in reader.templates.values():
        for shot in (*template.shots, OUTSIDE):
            if shot.id == photo.shot:
                words = {"zh": shot.zh, "en": shot.en}
    return {
        "sha256": photo.sha256,
        "name": reader.pick(words),
        "taken": reader.time(photo.taken_at),
        "pending": not here.get(photo.sha256, False),
        "damaged": here.get(photo.sha256, False) and not verified.get(photo.sha256, False),
        "blurred": must_be_blurred(photo),
        "of_finding": bool(photo.finding_id),
        "counted": photo.counted,
        "sizes": [
            reader.say(N_("≈ {width} × {height} cm"), width=f"{mark.width_mm / 10:.1f}",
                       height=f"{mark.height_mm / 10:.1f}")
            for mark in marks if mark.width_mm and mark.height_mm
        ],
    }


def _verification(
    reader: _Reader, reading: Reading, here: Mapping[str, bool], verified: Mapping[str, bool], now: str
) -> dict[str, Any]:
    broken = broken_link(reading.chain)
    right = sum(verified.values())
    whole = reading.state is ChainState.WHOLE and broken is None
    waiting = sum(not present for present in here.values())
    if not whole and reading.state is ChainState.WAITING:
        headline = reader.say(N_("Not complete yet: records are still on their way"))
    elif not whole:
        headline = reader.say(N_("Not verified: the records do not form one unbroken chain"))
    elif right < len(verified):
        headline = reader.say(N_("Not verified: a photo was changed"))
    elif waiting:
        headline = reader.say(N_("Unbroken; photos are still on their way"))
    else:
        headline = reader.say(N_("Evidence complete and unchanged"))
    closing = [event for event in reading.chain if event.kind == EventKind.INSPECTION_CLOSED]
    fingerprint = reading.chain[-1].hash if reading.chain else ""
    bad = (not whole and reading.state is not ChainState.WAITING) or right < len(verified)
    return {
        "good": whole and not waiting and right == len(verified),
        "bad": bad,
        "headline": headline,
        "photos": reader.say(N_("{right} of {all} photos match"), right=right, all=len(here)),
        "events": len(reading.chain),
        "sealed": reader.time(closing[-1].at) if closing else "",
        "fingerprint": fingerprint,
        "checked": reader.time(now),
    }


def _timeline(reader: _Reader, reading: Reading, returns: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    rows = [
        {"at": str(body.get("delivered_on", "")), "what": reader.say(N_("Delivered to the buyer"))}
        for body in returns.values()
        if body.get("delivered_on")
    ]
    rows += [
        {"at": reader.time(event.at, "%m-%d %H:%M:%S"), "what": reader.say(_TIMELINE[event.kind])}
        for event in reading.chain
        if event.kind in _TIMELINE
    ]
    return rows
