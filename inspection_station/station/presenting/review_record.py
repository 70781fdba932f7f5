"""All that is known of one item, for whoever reviews it: its photos beside what left the house, why, and what was done.

Nothing of it may be shown while a random check is to be graded blind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection_station.domain.checklist import OUTSIDE
from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import AGREED, WITHDRAWN
from inspection_station.domain.people import Person
from inspection_station.i18n import N_, localised, translate
from inspection_station.station.presenting.house_items import name_of
from inspection_station.station.presenting.review import reason_words
from inspection_station.station.presenting.words import Showing, clock_time, joined, word
from inspection_station.station.views import PictureSource

MOST_PHOTOS = 7
MOST_LINES = 8
_OUTCOMES = {"grade": N_("Grade"), "disposition": N_("Disposition"), "liability": N_("Liability"),
             "refund": N_("Refund")}  # fmt: skip


@dataclass(frozen=True)
class RecordPhotoView:
    """One picture with what it shows; `sha256` names one that is at the centre and not here, else it is empty."""

    source: PictureSource
    note: str
    sha256: str = ""


@dataclass(frozen=True)
class RecordLineView:
    """One thing that was done, or one outcome with its rule."""

    icon: str
    lead: str
    text: str
    detail: str = ""


@dataclass(frozen=True)
class RecordView:
    """The sheet; `away` are the photos that can be fetched from the centre, by SHA-256, `more` those not shown."""

    title: str
    facts: str
    photos: tuple[RecordPhotoView, ...]
    why: tuple[RecordLineView, ...]
    history: tuple[RecordLineView, ...]
    more: int = 0

    @property
    def away(self) -> tuple[str, ...]:
        """Photos that are not on this station."""
        return tuple(photo.sha256 for photo in self.photos if photo.sha256)


def record(showing: Showing, item: HouseItem, acts: Sequence[Act], people: Mapping[str, Person]) -> RecordView:
    """The sheet of one item; looks for pictures on the disk, so it MUST not run on the window's thread."""
    photos = _photos(showing, item)
    done = [*_at_the_bench(showing, item, people), *(_line(showing, act, people) for act in acts)]
    number = joined([item.order_number, item.tracking_number, item.sku])
    return RecordView(
        joined([name_of(item), item.rt_number]), number, photos[:MOST_PHOTOS], _why(showing, item),
        tuple(_newest(done)), max(0, len(photos) - MOST_PHOTOS),
    )  # fmt: skip


def _newest(done: Sequence[RecordLineView]) -> list[RecordLineView]:
    """As many as there is room for; what is left out is said."""
    if len(done) <= MOST_LINES:
        return list(done)
    left = len(done) - MOST_LINES + 1
    return [RecordLineView("mdi6.dots-horizontal", "", translate("{n} earlier", n=left)), *done[-MOST_LINES + 1 :]]


def _photos(showing: Showing, item: HouseItem) -> tuple[RecordPhotoView, ...]:
    """What left the house first, then close-ups, the item, the parcel."""
    found = []
    if item.order_number and (sent := showing.outbound(item.order_number)) is not None:
        found.append(RecordPhotoView(sent, translate("As it was sent out")))
    ranked = sorted(item.photos, key=lambda one: (not one.get("finding_id"), one["shot"] == OUTSIDE.id))
    for photo in ranked:
        path = showing.photo(photo["sha256"])
        here = path.is_file()
        found.append(
            RecordPhotoView(path if here else None, shot_name(showing, item, photo), "" if here else photo["sha256"])
        )
    return tuple(found)


def shot_name(showing: Showing, item: HouseItem, photo: Mapping[str, str]) -> str:
    """What a photo shows: the defect it belongs to, or the shot as its template calls it."""
    defect = next((one for one in item.findings if one.get("id") and one["id"] == photo.get("finding_id")), None)
    if defect is not None:
        return _known(showing, "defects", defect.get("code", ""))
    shots = {shot.id: shot for shot in (*showing.desk.book.template_for(item.category).shots, OUTSIDE)}
    shot = shots.get(photo["shot"])
    return localised({"zh": shot.zh, "en": shot.en}) if shot else photo["shot"]


def _known(showing: Showing, name: str, code: str) -> str:
    return word(showing.desk, name, code) if showing.desk.book.lists.knows(name, code) else code


def _why(showing: Showing, item: HouseItem) -> tuple[RecordLineView, ...]:
    """Each outcome with the rule it came from, and why a person set it otherwise where one did."""
    values = {
        "grade": item.grade, "disposition": _known(showing, "dispositions", item.disposition),
        "liability": " / ".join(f"{_known(showing, 'liable_parties', who)} {share} %" for who, share in item.liability),
        "refund": _known(showing, "refunds", str(item.refund.get("kind", ""))),
    }  # fmt: skip
    lines = []
    for one in item.why:
        outcome = str(one.get("outcome", ""))
        if outcome not in values:
            continue
        words = localised({"zh": str(one.get("zh", "")), "en": str(one.get("en", ""))})
        rule = translate("Rule {rule}: {words}", rule=str(one.get("rule", "")), words=words)
        by_hand = outcome in item.changed
        if by_hand:
            rule = joined([translate("Set by a person"), item.change_reasons.get(outcome, "")])
        icon = "mdi6.account-edit-outline" if by_hand else "mdi6.scale-balance"
        lines.append(RecordLineView(icon, translate(_OUTCOMES[outcome]), values[outcome], rule))
    return tuple(lines)


def person_name(people: Mapping[str, Person], person_id: str) -> str:
    """What a person is called; who is not known here stands under their id."""
    person = people.get(person_id)
    return localised({"zh": person.name, "en": person.name_en or person.name}) if person else person_id


def _at_the_bench(showing: Showing, item: HouseItem, people: Mapping[str, Person]) -> list[RecordLineView]:
    """What the bench did, in short: opened, answered (in bulk and single, told apart), decided."""
    who = joined([person_name(people, item.person), item.station])
    lines = []
    if item.arrived_at:
        opened = clock_time(showing.clock, item.arrived_at, with_day=True)
        lines.append(RecordLineView("mdi6.barcode-scan", opened, translate("Parcel opened"), item.station))
    if item.decided_at:
        at = clock_time(showing.clock, item.decided_at, with_day=True)
        if item.bulk or item.single:
            said = translate("{bulk} rows in bulk, {single} single", bulk=item.bulk, single=item.single)
            lines.append(RecordLineView("mdi6.clipboard-check-outline", at, said, who))
        result = joined([item.grade, _known(showing, "dispositions", item.disposition)])
        lines.append(RecordLineView("mdi6.star-outline", at, result, who))
    return lines


def _line(showing: Showing, act: Act, people: Mapping[str, Person]) -> RecordLineView:
    icon, text = act_words(showing, act)
    at = clock_time(showing.clock, act.at, with_day=True)
    return RecordLineView(icon, at, text, joined([person_name(people, act.person), act.station]))


def act_words(showing: Showing, act: Act) -> tuple[str, str]:
    """Icon and words of what was done with an item after its bench had decided."""
    facts = act.payload
    match act.kind:
        case ActKind.ITEM_PLACED:
            return "mdi6.tray-arrow-down", translate("Put into {tote}", tote=facts["tote"])
        case ActKind.ITEM_NOT_FOUND:
            return "mdi6.help-circle-outline", translate("Not found in {tote}", tote=facts["tote"])
        case ActKind.ITEM_REVIEWED:
            result = joined([str(facts["grade"]), _known(showing, "dispositions", str(facts["disposition"]))])
            if facts["verdict"] == AGREED:
                return "mdi6.check-bold", translate("Agreed: {result}", result=result)
            if facts["verdict"] == WITHDRAWN:
                return "mdi6.undo-variant", translate("Taken back: {result}", result=result)
            told = joined([result, reason_words(str(facts["reason"]))])
            return "mdi6.swap-horizontal", translate("Changed: {result}", result=told)
        case ActKind.ITEM_GRADED_BLIND:
            return "mdi6.eye-off-outline", translate("Graded blind: {grade}", grade=facts["grade"])
        case ActKind.NEW_LABEL_PRINTED:
            return "mdi6.printer-outline", translate("Label {issue}", issue=f"{facts['issue']:02d}")
        case ActKind.OLD_LABEL_SCANNED_OUT:
            return "mdi6.label-off-outline", translate("Old label {issue} taken off", issue=f"{facts['issue']:02d}")
        case ActKind.ITEM_MANIFESTED:
            return "mdi6.clipboard-text-outline", translate("On a manifest")
        case ActKind.ITEM_RELEASED:
            return "mdi6.clipboard-remove-outline", translate("Taken off its manifest")
        case ActKind.ITEM_SUPERSEDED:
            if not facts["counts"]:
                return "mdi6.undo-variant", translate("Counts again")
            return "mdi6.clipboard-search-outline", translate("{number} counts instead", number=facts["counts"])
    return "mdi6.circle-small", act.kind
