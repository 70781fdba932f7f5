"""The review in words: what waits for a lead and why; one item with all that a decision needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection_station.custody.doubles import TWO_BENCHES
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import WITHDRAWN, ItemState, LeadDecision
from inspection_station.domain.custody.review import CHANGE_REASONS, REASONS
from inspection_station.domain.people import Person
from inspection_station.i18n import localised, translate
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting.house_items import name_of, picture_of, short_number
from inspection_station.station.presenting.words import Showing, clock_time, colon, disposition_tag, joined, word
from inspection_station.station.views import PictureSource, PrimaryView, TagView
from inspection_station.workflows.custody_port import ReviewRow
from inspection_station.workflows.reviewing import CONFLICTS, must_grade_blind

AT_ONCE = 9  # as many as there are digits
PHOTOS = 3
KEYS: Mapping[str, str] = {
    "restock": "A", "restock_open_box": "B", "refurbish": "F", "return_to_vendor": "V", "return_to_buyer": "U",
    "scrap": "X", "donate": "D", "carrier_claim": "C", "hold": "H", "unclaimed": "N",
}  # fmt: skip
"""The letter that chooses a disposition when reviewing."""
VERSION_KEYS = ("Q", "E")
"""The keys that take one of two versions over."""
USUAL = ("restock", "return_to_vendor", "refurbish", "scrap", "hold")


@dataclass(frozen=True)
class QueueRowView:
    """One item that waits. `apart`: decided differently in two places."""

    rt_number: str
    name: str
    reason: str
    picture: PictureSource
    key: str
    apart: bool = False


@dataclass(frozen=True)
class ReviewQueueView:
    """What waits for a lead, the gravest first."""

    rows: tuple[QueueRowView, ...]
    count: int
    recalls: int = 0


@dataclass(frozen=True)
class VersionView:
    """One of several decisions that speak against each other; `key` takes its grade and disposition over.

    One of several records of the same thing `counts` by its RT number; `key` says that no other does.
    """

    who: str
    grade: str
    disposition: TagView
    reason: str
    key: str = ""
    code: str = ""
    selected: bool = False
    counts: str = ""


@dataclass(frozen=True)
class Wish:
    """What the lead is about to decide; empty where it stays as it is. `reason` is a code or words."""

    grade: str = ""
    disposition: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ReviewView:
    """One item under review. While `blind`, nothing of the inspector's answer is in it."""

    rt_number: str
    number: str
    why: TagView | None
    photos: tuple[tuple[PictureSource, str], ...]
    more_photos: int
    name: str
    grade: str
    lines: tuple[str, ...]
    now: TagView
    wish: TagView | None
    wish_grade: str
    choices: tuple[ChoiceView, ...]
    reasons: tuple[ChoiceView, ...]
    versions: tuple[VersionView, ...]
    blind: bool
    grades: tuple[ChoiceView, ...]
    primary: PrimaryView | None
    can_agree: bool
    settled: str = ""


def queue(showing: Showing, rows: Sequence[ReviewRow], count: int, recalls: int) -> ReviewQueueView:
    """The queue's first rows; looks for pictures on the disk, so it MUST not run on the window's thread."""
    return ReviewQueueView(
        tuple(
            QueueRowView(
                row.item.rt_number, name_of(row.item), _reason(showing, row), picture_of(showing, row.item),
                str(place), row.apart or row.reason == "disputed",
            )
            for place, row in enumerate(rows[:AT_ONCE], start=1)
        ),
        count, recalls,
    )  # fmt: skip


def _reason(showing: Showing, row: ReviewRow) -> str:
    """Why it waits, and where it would go; of a random check only that it is one."""
    why = translate(REASONS.get(row.reason, row.reason))
    if row.item.random_check or row.disposition == "hold" or row.reason == "scrap_asked":
        return why
    return joined([why, disposition_tag(showing.desk, row.disposition).text if row.disposition else ""])


def review(
    showing: Showing, item: HouseItem, state: ItemState, wish: Wish, people: Mapping[str, Person], may: bool = True,
    doubles: Sequence[tuple[HouseItem, ItemState]] = (),
) -> ReviewView:
    """One item, with other records of the same thing (`doubles`); looks for pictures on the disk, so it MUST not run
    on the window's thread."""
    desk = showing.desk
    blind = must_grade_blind(item, state)
    photos = [
        (showing.photo(photo["sha256"]), word(desk, "shots", photo["shot"]) if "shots" in desk.book.lists.words else "")
        for photo in item.photos
    ]
    here = [(path if path.is_file() else None, note) for path, note in photos]
    here.sort(key=lambda one: one[0] is None)
    if not any(path for path, _note in here):
        here = [(picture_of(showing, item), "")]
    versions = () if blind else _versions(showing, item, state, wish, people) or _records(
        showing, item, state, doubles, people
    )
    changed = wish.disposition not in ("", state.disposition) or wish.grade not in ("", state.grade)
    changed = changed or any(one.selected for one in versions)
    settled = ""
    if state.decision is not None and state.decision.verdict != WITHDRAWN and not state.reasons:
        settled = said_words(showing, state.decision, people)
    return ReviewView(
        state.rt_number, f"RT-{short_number(state.rt_number)}",
        TagView(translate(REASONS[state.reasons[0]]), "warn", "mdi6.account-search-outline") if state.reasons else None,
        tuple(here[:PHOTOS]), max(0, len(item.photos) - PHOTOS), name_of(item), "" if blind else state.grade,
        _lines(showing, item, blind),
        TagView("") if blind else disposition_tag(desk, state.disposition),
        disposition_tag(desk, wish.disposition) if wish.disposition not in ("", state.disposition) else None,
        wish.grade if wish.grade != state.grade else "",
        () if blind else _choices(showing, wish.disposition or state.disposition),
        _reasons(wish.reason) if changed else (),
        versions,
        blind,
        _grades(showing) if blind else (),
        _primary(changed, wish, may) if not blind else None,
        may and not blind and not changed and not in_conflict(state), settled,
    )  # fmt: skip


def in_conflict(state: ItemState) -> bool:
    """Whether decisions speak against each other: what is in force may be chosen too, to settle it."""
    return any(reason in CONFLICTS for reason in state.reasons)


def _versions(
    showing: Showing, item: HouseItem, state: ItemState, wish: Wish, people: Mapping[str, Person]
) -> tuple[VersionView, ...]:
    """What speaks against each other, that in force last; empty when nothing does."""
    if not in_conflict(state) or state.decision is None:
        return ()
    told = [
        (_who(showing, one, people), one.grade, one.disposition, reason_words(one.reason))
        for one in (*state.rivals, state.decision)
    ]
    if not state.rivals:
        bench = people.get(item.person)
        name = localised({"zh": bench.name, "en": bench.name_en or bench.name}) if bench else item.person
        at = clock_time(showing.clock, item.decided_at, with_day=True) if item.decided_at else ""
        told.insert(0, (joined([name, item.station, at]), item.grade, item.disposition, translate("At the bench")))
    return tuple(
        VersionView(
            who, grade, disposition_tag(showing.desk, code), reason, key, code,
            (wish.grade, wish.disposition) == (grade, code),
        )
        for (who, grade, code, reason), key in zip(told[-len(VERSION_KEYS) :], VERSION_KEYS, strict=False)
    )  # fmt: skip


def _records(
    showing: Showing, item: HouseItem, state: ItemState, doubles: Sequence[tuple[HouseItem, ItemState]],
    people: Mapping[str, Person],
) -> tuple[VersionView, ...]:
    """The records of one thing that two benches made, this one last; empty where it has but one."""
    if TWO_BENCHES not in state.reasons or not doubles:
        return ()
    found = []
    for (one, stands), key in zip((doubles[0], (item, state)), VERSION_KEYS, strict=True):
        bench = people.get(one.person)
        name = localised({"zh": bench.name, "en": bench.name_en or bench.name}) if bench else one.person
        at = clock_time(showing.clock, one.decided_at, with_day=True) if one.decided_at else ""
        hidden = must_grade_blind(one, stands)
        tag = TagView("") if hidden else disposition_tag(showing.desk, stands.disposition)
        found.append(
            VersionView(
                joined([f"RT-{short_number(one.rt_number)}", name, at]), "" if hidden else stands.grade, tag,
                translate("What {station} found counts", station=one.station), key, counts=one.rt_number,
            )
        )  # fmt: skip
    return tuple(found)


def _lines(showing: Showing, item: HouseItem, blind: bool) -> tuple[str, ...]:
    """Claim against finding; of a random check only the claim."""
    said = claim_words(showing, item)
    lines = [translate("Buyer") + colon() + said] if said else []
    if not blind:
        lines.append(translate("Inspection") + colon() + finding_words(showing, item))
    return tuple(lines)


def claim_words(showing: Showing, item: HouseItem) -> str:
    """Why the buyer sent it back, with their own words; empty when nobody said."""
    desk = showing.desk
    said = word(desk, "reasons", item.reason) if item.reason in desk.book.lists.words["reasons"] else item.reason
    if item.reason_text:
        said = f"{said} “{item.reason_text}”" if said else f"“{item.reason_text}”"
    return said


def finding_words(showing: Showing, item: HouseItem) -> str:
    """What the bench found: what is wrong with its identity, and each defect with its severity."""
    desk, found = showing.desk, []
    for one in item.findings:
        code, severity = one.get("code", ""), one.get("severity", "")
        words = desk.book.lists.words
        parts = [word(desk, "defects", code) if code in words["defects"] else code]
        parts += [word(desk, "severities", severity)] if severity in words["severities"] else []
        found.append("·".join(parts))
    if item.identity not in ("", "match"):
        known = item.identity in desk.book.lists.words["identity_findings"]
        found.insert(0, word(desk, "identity_findings", item.identity) if known else item.identity)
    between = localised({"zh": "、", "en": ", "})
    return between.join(found) if found else translate("All good")


def _choices(showing: Showing, chosen: str) -> tuple[ChoiceView, ...]:
    known = showing.desk.book.lists.words["dispositions"]
    shown = [code for code in USUAL if code in known]
    if chosen not in shown and chosen in known:
        shown[-1:] = [chosen] if len(shown) == len(USUAL) else [*shown[-1:], chosen]
    found = []
    for code in shown:
        tag = disposition_tag(showing.desk, code)
        found.append(ChoiceView(code, tag.text, KEYS.get(code, ""), tag.icon, code == chosen, tag.tone))
    return tuple(found)


def _grades(showing: Showing) -> tuple[ChoiceView, ...]:
    codes = showing.desk.book.lists.words["grades"]
    return tuple(ChoiceView(code, f"{code} {word(showing.desk, 'grades', code)}", code) for code in codes)


def _reasons(chosen: str) -> tuple[ChoiceView, ...]:
    rows = [
        ChoiceView(code, translate(words), str(place), selected=code == chosen)
        for place, (code, words) in enumerate(CHANGE_REASONS.items(), start=1)
    ]
    own = chosen if chosen and chosen not in CHANGE_REASONS else ""
    rows.append(ChoiceView("", own or translate("Another…"), str(len(rows) + 1), selected=bool(own)))
    return tuple(rows)


def _primary(changed: bool, wish: Wish, may: bool) -> PrimaryView:
    ready = changed and bool(wish.reason) and may
    missing = translate("Choose a reason") if changed else translate("Choose where it goes instead")
    return PrimaryView(
        translate("Change and relabel"),
        translate("Who, when and why are recorded") if ready else missing, "mdi6.swap-horizontal", "Enter", ready,
    )  # fmt: skip


def reason_words(reason: str) -> str:
    """A reason's words, or the words a person wrote."""
    return translate(CHANGE_REASONS[reason]) if reason in CHANGE_REASONS else reason


def _who(showing: Showing, one: LeadDecision, people: Mapping[str, Person]) -> str:
    person = people.get(one.person)
    name = localised({"zh": person.name, "en": person.name_en or person.name}) if person else one.person
    return joined([name, one.station, clock_time(showing.clock, one.at, with_day=True)])


def said_words(showing: Showing, one: LeadDecision, people: Mapping[str, Person]) -> str:
    """What a lead decided: agreed or changed, why, who, where and when."""
    verdict = translate("Agreed") if one.verdict == "agreed" else translate("Changed")
    return joined([verdict, reason_words(one.reason), _who(showing, one, people)])
