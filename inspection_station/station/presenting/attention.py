"""What needs attention in words: why the centre refused a thing, where it belongs, what was done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inspection_station.domain.people import Person, Right
from inspection_station.i18n import N_, translate
from inspection_station.station.presenting.words import clock_time, joined, number_text
from inspection_station.station.settings_views import AttentionRowView, AttentionView
from inspection_station.storage.attention import PHOTO, AttentionItem
from inspection_station.workflows.clock import SystemClock

_WHY: Mapping[str, tuple[str, str]] = {
    "record.not_canonical": (
        N_("The record holds something that cannot be sent"),
        N_("Export it and give the file to whoever looks after the centre"),
    ),
    "record.not_json": (
        N_("The centre could not read the record"),
        N_("Try again; if it is refused again, export it"),
    ),
    "record.nul": (
        N_("The record holds a character that cannot be kept"),
        N_("Export it; the centre keeps a copy as it came"),
    ),
    "record.too_large": (
        N_("The record is too large for the centre"),
        N_("Export it and give the file to whoever looks after the centre"),
    ),
    "record.malformed": (
        N_("The centre does not understand the record"),
        N_("Update the centre, then try again"),
    ),
    "record.wrong_hash": (
        N_("The record does not fit its seal"),
        N_("Do not rely on it; export it and call the lead"),
    ),
    "record.cannot_apply": (
        N_("The record does not follow from those before it"),
        N_("Export it; the centre keeps a copy as it came"),
    ),
    "photo.absent_here": (
        N_("The photo's file is not on this station"),
        N_("Look for it in a backup of this computer, then try again"),
    ),
    "photo.damaged_here": (
        N_("The photo's file has changed on this disk"),
        N_("Have the disk checked; take the photo again if the item is here"),
    ),
    "photo.damaged_there": (
        N_("The centre's copy of the photo was damaged"),
        N_("It is sent again from here by itself"),
    ),
    "photo.lost_there": (
        N_("The centre's copy of the photo was damaged, and the one here was deleted"),
        N_("Tell the administrator: an older backup of the centre may hold it"),
    ),
    "photo.not_a_picture": (
        N_("The centre does not take the file for a picture"),
        N_("Export it; take the photo again if the item is here"),
    ),
    "photo.wrong_hash": (
        N_("The photo arrived otherwise than it was sent"),
        N_("Try again; if it is refused again, look at the network"),
    ),
    "photo.wrong_offset": (
        N_("The photo could not be sent in parts"),
        N_("Try again; if it is refused again, export it"),
    ),
}  # fmt: skip
_CONFLICT = (
    N_("The centre holds another record under this number"),
    N_("Both are kept; was this computer's disk copied? Tell the administrator"),
)
_ELSE = (N_("The centre refused it: {code}"), N_("Try again; if it is refused again, export it"))
_ACTS = {
    "acknowledged": N_("Seen by {person}, {time}"),
    "tried_again": N_("Tried again by {person}, {time}"),
    "exported": N_("Exported by {person}, {time}"),
    "noted": N_("Noted by {person}, {time}: {text}"),
}


def why(item: AttentionItem) -> tuple[str, str]:
    """What happened and what to do, for the code the centre or the station gave."""
    if item.verdict == "conflict":
        what, to_do = _CONFLICT
    else:
        what, to_do = _WHY.get(item.code, _ELSE)
    return translate(what, code=item.code or item.verdict), translate(to_do)


def attention(
    items: Sequence[AttentionItem],
    names: Mapping[str, str],
    person: Person | None,
    clock: SystemClock,
    chosen: str = "",
    exported: str = "",
) -> AttentionView:
    """The list; `names` of people by id. Trying again is a lead's."""
    rows = tuple(_row(item, names, clock) for item in items)
    ids = [row.id for row in rows]
    may = person is not None and person.may(Right.OVERRIDE)
    return AttentionView(
        rows,
        chosen if chosen in ids else next(iter(ids), ""),
        sum(not row.seen for row in rows),
        "" if may else translate("Trying again: ask a shift lead."),
        exported,
    )


def _row(item: AttentionItem, names: Mapping[str, str], clock: SystemClock) -> AttentionRowView:
    kind = translate("Photo") if item.kind == PHOTO else translate("Record")
    number = item.rt_number or (number_text(item.tracking_number) if item.tracking_number else item.id[:13])
    parcel = number_text(item.tracking_number) if item.rt_number and item.tracking_number else ""
    done = ""
    if item.notes:
        last = item.notes[-1]
        who = names.get(last.person, last.person or "–")
        done = translate(_ACTS[last.act], person=who, time=clock_time(clock, last.at), text=last.text)
    what, to_do = why(item)
    time = f"{clock.local(item.queued_at):%m-%d %H:%M}" if item.queued_at else ""
    return AttentionRowView(
        item.id, item.inspection_id, item.item_id, number, joined([kind, parcel, time]), what, to_do, done,
        item.acknowledged,
    )  # fmt: skip
