"""One item of the house in the history: what its bench decided, what was done with it since, and its other records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.item_state import WITHDRAWN, ItemState
from inspection_station.domain.custody.review import REASONS
from inspection_station.domain.money import Money
from inspection_station.domain.people import Person, Right
from inspection_station.i18n import N_, translate
from inspection_station.station.assembly import Station
from inspection_station.station.presenting.history import compared_with
from inspection_station.station.presenting.history_views import (
    HistoryCaseView,
    HistoryPhotoView,
    LinkView,
    TimelineView,
)
from inspection_station.station.presenting.house_items import line_of, name_of
from inspection_station.station.presenting.review import claim_words, finding_words, said_words
from inspection_station.station.presenting.review_record import act_words, person_name, shot_name
from inspection_station.station.presenting.sync import ago
from inspection_station.station.presenting.words import (
    Showing,
    clock_time,
    counted,
    disposition_tag,
    joined,
    number_text,
    word,
)
from inspection_station.station.views import FactView, TagView
from inspection_station.workflows.history_wish import FoundItem
from inspection_station.workflows.reviewing import must_grade_blind

MOST_LINKS = 3


@dataclass(frozen=True)
class KnownItem:
    """All that this station knows of one item of the house.

    Attributes:
        found: as its bench told it; state: how it stands, acts: all about it.
        linked: items of the same parcel, of whichever inspection.
        manifests: number of each manifest that drew it; left: the acts by which those were closed.
    """

    found: FoundItem
    state: ItemState
    acts: Sequence[Act]
    linked: Sequence[FoundItem]
    manifests: Mapping[str, str]
    left: Sequence[Act]
    people: Mapping[str, Person]

    def is_blind(self, person: Person | None) -> bool:
        """Whether `person` MUST NOT see the result: they are still to grade it without; whoever gave it knows it."""
        own = person is not None and person.id == self.found.item.person
        return not own and must_grade_blind(self.found.item, self.state)


def known_item(station: Station, inspection_id: str, item_id: str) -> KnownItem | None:
    """What is known of the item, or of the inspection's last one; None when nothing is. Reads the database."""
    house = station.house
    items = list(house.items([item_id]).values()) if item_id else house.of_inspections([inspection_id])
    if not items:
        return None
    found = items[-1]
    item = found.item
    kept = station.custody.item(item.rt_number)
    if kept is None or kept[1].id != item.id:
        return None
    acts = station.custody.acts_about(f"item:{item.id}")
    drawn = dict.fromkeys(str(act.payload["manifest"]) for act in acts if act.kind == ActKind.ITEM_MANIFESTED)
    left = [act for one in drawn for act in station.custody.acts_about(f"manifest:{one}")
            if act.kind == ActKind.MANIFEST_CLOSED and one == kept[1].manifest]  # fmt: skip
    return KnownItem(
        found, kept[1], acts, house.of_parcel(item.tracking_number),
        {one: station.custody.manifest(one).number for one in drawn}, left,
        {one.id: one for one in station.reference.people()},
    )  # fmt: skip


def with_house(showing: Showing, view: HistoryCaseView, known: KnownItem, person: Person | None) -> HistoryCaseView:
    """A record of this bench with what the house knows of its item since."""
    if known.is_blind(person):
        return blind_view(showing, known)
    acts = (*view.timeline, *_acts(showing, known))
    state, bench = known.state, known.found.item
    tags = view.tags
    if state.disposition and state.disposition != bench.disposition:
        tags = (disposition_tag(showing.desk, state.disposition), *view.tags[1:])
    return replace(
        view, grade=state.grade or view.grade, tags=tags, facts=_facts(showing, known), links=_links(showing, known),
        timeline=tuple(sorted(acts, key=lambda act: act.at)), can_inspect_again=_may_again(known, person),
    )  # fmt: skip


def blind_view(showing: Showing, known: KnownItem) -> HistoryCaseView:
    """Nothing of the result: whoever looks is still to grade it blind."""
    item = known.found.item
    said = TagView(translate("To be graded blind"), "info", "mdi6.eye-off-outline")
    return HistoryCaseView(
        item.inspection_id, item.id, name_of(item), "", (), (), said,
        translate("Grade it on the sorting board; then its record opens here."), (), False, False,
        facts=(FactView(translate("Return item"), item.rt_number, True),), is_here=False,
    )  # fmt: skip


def elsewhere_view(showing: Showing, known: KnownItem, person: Person | None, online: bool) -> HistoryCaseView:
    """An item that another bench decided: as the centre told it, with those of its photos that are here.

    Verifies those, so it is slow for many photos: for the photo lane.
    """
    if known.is_blind(person):
        return blind_view(showing, known)
    item, state = known.found.item, known.state
    photos = tuple(_photo(showing, known, photo) for photo in sorted(item.photos, key=_taken))
    tags = [disposition_tag(showing.desk, state.disposition)] if state.disposition else []
    if item.liability:
        who = word(showing.desk, "liable_parties", max(item.liability, key=lambda one: one[1])[0])
        tags.append(TagView(translate("{who} liable", who=who), "neutral", "mdi6.account-outline"))
    verdict, detail = _verdict(showing, known, photos, online)
    sent, note = compared_with(showing, item.order_number, line_of(item) if item.sku else None)
    timeline = (*_at_the_bench(showing, known), *_acts(showing, known))
    return HistoryCaseView(
        item.inspection_id, item.id, name_of(item), state.grade, tuple(tags), photos, verdict, detail,
        tuple(sorted(timeline, key=lambda act: act.at)), False, False,
        sent=sent, sent_note=note, facts=_facts(showing, known),
        links=_links(showing, known), is_here=False, can_inspect_again=_may_again(known, person),
        export_note=translate("Its originals are exported at {station} or the centre", station=item.station),
    )  # fmt: skip


def _taken(photo: Mapping[str, str]) -> str:
    return photo.get("taken_at", "")


def _may_again(known: KnownItem, person: Person | None) -> bool:
    free = known.found.item.state == "closed" and not known.state.manifest
    return person is not None and person.may(Right.REVIEW) and free


def _verdict(
    showing: Showing, known: KnownItem, photos: Sequence[HistoryPhotoView], online: bool
) -> tuple[TagView, str]:
    item = known.found.item
    damaged = [str(place) for place, photo in enumerate(photos, start=1) if not photo.intact]
    absent = sum(photo.elsewhere or photo.away for photo in photos)
    if damaged:
        words = translate("Photo {n} does not match", n=", ".join(damaged))
        return TagView(words, "error", "mdi6.shield-alert"), translate("Do not use it.")
    if item.state == "voided":
        return TagView(translate("Void"), "warn", "mdi6.cancel"), translate("Nothing of it counts any more.")
    if item.state == "open":
        said = TagView(translate("Result taken back"), "warn", "mdi6.undo-variant")
        return said, translate("It is decided anew at {station}", station=item.station)
    at = translate("Inspected at {station}", station=item.station)
    if not absent:
        checked = translate("checked {time}", time=clock_time(showing.clock, showing.clock.now()))
        whole = counted(N_("1 photo unchanged"), N_("{n} photos unchanged"), len(photos))
        return TagView(at, "ok", "mdi6.shield-check"), joined([whole if photos else "", checked])
    away = counted(N_("1 photo is not on this station"), N_("{n} photos are not on this station"), absent)
    if online:
        return TagView(at, "info", "mdi6.cloud-check-outline"), joined([away, translate("the centre has them")])
    return TagView(at, "warn", "mdi6.cloud-off-outline"), joined([away, translate("the centre is not reached")])


def _photo(showing: Showing, known: KnownItem, photo: Mapping[str, str]) -> HistoryPhotoView:
    item, sha256 = known.found.item, photo["sha256"]
    kept = showing.desk.photos
    path = showing.photo(sha256)
    shown = path.is_file()
    away = shown and path != kept.path(sha256)
    intact = not shown or away or kept.verify(sha256)
    said = translate("at the centre") if away or not shown else translate("matches")
    if not intact:
        said = translate("does not match")
    when = ""
    if photo.get("taken_at"):
        moment = showing.clock.local(photo["taken_at"])
        zone = f"{moment:%z}"
        when = f"{moment:%Y-%m-%d %H:%M:%S} {zone[:3]}:{zone[3:]}"
    return HistoryPhotoView(
        shot_name(showing, item, photo), path, joined([when, item.station, person_name(known.people, item.person)]),
        f"SHA-256 {sha256[:4]} {sha256[4:8]} … {sha256[-4:]} {said}", intact, True, (), away, sha256,
        elsewhere=not shown, whole=path if shown and not away else None,
    )  # fmt: skip


# --- what is known ---------------------------------------------------------------------------------------


def _facts(showing: Showing, known: KnownItem) -> tuple[FactView, ...]:
    item, state = known.found.item, known.state
    facts = [FactView(translate("Return item"), item.rt_number, True)]
    if item.order_number:
        facts.append(FactView(translate("Order"), item.order_number, True))
    if said := claim_words(showing, item):
        facts.append(FactView(translate("Buyer"), said))
    facts.append(FactView(translate("Inspection"), finding_words(showing, item)))
    if item.vendor:
        facts.append(FactView(translate("Vendor"), item.vendor_name or item.vendor))
    if item.currency:
        facts.append(FactView(translate("Price"), str(Money(item.price_minor, item.currency))))
    facts.append(FactView(translate("Now in"), _where(known)))
    if state.reasons:
        facts.append(FactView(translate("Review"), translate(REASONS.get(state.reasons[0], state.reasons[0]))))
    elif state.decision is not None and state.decision.verdict != WITHDRAWN:
        facts.append(FactView(translate("Review"), said_words(showing, state.decision, known.people)))
    return tuple(facts)


def _where(known: KnownItem) -> str:
    """Out with a manifest, on one, in a tote that was scanned, or only proposed to be."""
    state = known.state
    if state.manifest:
        number = known.manifests.get(state.manifest, "")
        on = translate("Manifest {number}", number=number) if number else translate("On a manifest")
        return translate("Left with {manifest}", manifest=on) if known.left else on
    if state.missing:
        return translate("not found")
    if not state.tote:
        return translate("not known")
    said = translate("scanned") if state.proved else translate("proposed, not scanned")
    return f"{state.tote} ({said})"


def _links(showing: Showing, known: KnownItem) -> tuple[LinkView, ...]:
    """Other inspections of the same parcel, those that are linked to this one first, each by its nearest item."""
    item = known.found.item
    others: dict[str, FoundItem] = {}
    for one in known.linked:
        other = one.item
        if other.inspection_id != item.inspection_id and (
            other.inspection_id not in others or other.sku == item.sku != others[other.inspection_id].item.sku
        ):
            others[other.inspection_id] = one
    linked = sorted(others.values(), key=lambda one: not _is_linked(known, one))
    return tuple(_link(showing, known, one) for one in linked[:MOST_LINKS])


def _is_linked(known: KnownItem, one: FoundItem) -> bool:
    item = known.found.item
    return item.again_of == one.item.inspection_id or one.item.again_of == item.inspection_id


def _link(showing: Showing, known: KnownItem, one: FoundItem) -> LinkView:
    item, other = known.found.item, one.item
    if other.again_of == item.inspection_id:
        text = translate("Inspected again at {station}", station=other.station)
    elif item.again_of == other.inspection_id:
        text = translate("First inspected at {station}", station=other.station)
    else:
        text = translate("Also inspected at {station}", station=other.station)
    when = f"{showing.clock.local(other.decided_at):%m-%d}" if other.decided_at else ""
    result = [one.grade, disposition_tag(showing.desk, one.disposition).text if one.disposition else ""]
    return LinkView(other.inspection_id, other.id, text, joined([when, *(result if not one.blind else ())]))


# --- what was done ---------------------------------------------------------------------------------------


def _at_the_bench(showing: Showing, known: KnownItem) -> list[TimelineView]:
    """What the bench did, in short: opened, answered (in bulk and single, told apart), decided."""
    item = known.found.item
    lines = []
    if item.arrived_at:
        detail = joined([number_text(item.tracking_number), item.station])
        lines.append(_line(showing, item.arrived_at, "mdi6.barcode-scan", translate("Parcel scanned"), detail))
    if item.decided_at:
        who = _who(showing, known, item.person, item.station, item.decided_at)
        if item.bulk or item.single:
            said = translate("{bulk} rows in bulk, {single} single", bulk=item.bulk, single=item.single)
            lines.append(_line(showing, item.decided_at, "mdi6.clipboard-check-outline", said, ""))
        result = translate("Grade {grade}", grade=item.grade)
        result = joined([result, word(showing.desk, "dispositions", item.disposition)]) if item.disposition else result
        lines.append(_line(showing, item.decided_at, "mdi6.star-outline", result, who))
    return lines


def _acts(showing: Showing, known: KnownItem) -> list[TimelineView]:
    """What was done since, with who, where and how long ago."""
    lines = []
    for act in (*known.acts, *known.left):
        icon, text = act_words(showing, act)
        if act.kind in (ActKind.ITEM_MANIFESTED, ActKind.ITEM_RELEASED):
            number = known.manifests.get(str(act.payload["manifest"]), "")
            text = joined([text, number])
        elif act.kind == ActKind.MANIFEST_CLOSED:
            number = known.manifests.get(act.about, "")
            icon, text = "mdi6.truck-check-outline", joined([translate("Handed over, out of the house"), number])
        lines.append(_line(showing, act.at, icon, text, _who(showing, known, act.person, act.station, act.at)))
    return lines


def _who(showing: Showing, known: KnownItem, person: str, station: str, at: str) -> str:
    return joined([person_name(known.people, person), station, ago(showing.clock, at)])


def _line(showing: Showing, at: str, icon: str, text: str, detail: str) -> TimelineView:
    return TimelineView(icon, clock_time(showing.clock, at, with_day=True), text, detail, at)
