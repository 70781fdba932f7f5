"""The lines of the history, made from an inspection: one for each item, or one for the parcel while it has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from inspection_station.domain.events import EventKind, InspectionEvent
from inspection_station.domain.inspection import Inspection, InspectionState, Item
from inspection_station.storage.texts import search_form

_NO_ITEM = Item(
    id="", rt_number="", return_id="", line=0, unit=0, sku="", name_zh="", name_en="", variant="", category="",
    template="", template_version="",
)  # fmt: skip


@dataclass(frozen=True)
class ReturnNumbers:
    """What the history keeps of an expected return, so that a line is found when the return is long gone."""

    order_number: str = ""
    return_number: str = ""
    phone_tail: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """One line as it is stored; the names are those of `ports.InspectionSummary` and of the table."""

    inspection_id: str
    item_id: str
    rt_number: str
    return_id: str
    tracking_number: str
    order_number: str
    return_number: str
    phone_tail: str
    sku: str
    name_zh: str
    name_en: str
    variant: str
    state: str
    identity: str
    grade: str
    disposition: str
    liable: str
    person: str
    station: str
    at: str
    decided_at: str
    picture: str
    random_check: bool
    disputed: bool

    def columns(self) -> dict[str, Any]:
        """The values by column, with the tracking number reversed for finding it by its end."""
        return {**asdict(self), "tracking_reversed": self.tracking_number[::-1]}


def lines_of(
    after: Inspection,
    events: Sequence[InspectionEvent],
    decided: Mapping[str, tuple[str, str]],
    numbers: Mapping[str, ReturnNumbers],
) -> list[HistoryLine]:
    """The lines of `after`.

    Args:
        after: the inspection as it is with `events`.
        events: those added now; they tell when an item was decided and by whom.
        decided: by item id, (time, person) of decisions known before `events`.
        numbers: by return id, the numbers of the returns the inspection belongs to.
    """
    times = dict(decided)
    for event in events:
        if event.kind == EventKind.ITEM_DECIDED:
            times[str(event.payload["item_id"])] = (event.at, event.person)
    if not after.items:
        return [_item_line(after, _NO_ITEM, ("", ""), numbers)]
    return [_item_line(after, item, times.get(item.id, ("", "")), numbers) for item in after.items]


def _numbers(after: Inspection, return_id: str, numbers: Mapping[str, ReturnNumbers]) -> tuple[str, ReturnNumbers]:
    found = return_id or (after.return_ids[0] if after.return_ids else "")
    return found, numbers.get(found, ReturnNumbers())


def _item_line(
    after: Inspection, item: Item, decided: tuple[str, str], numbers: Mapping[str, ReturnNumbers]
) -> HistoryLine:
    return_id, known = _numbers(after, item.return_id, numbers)
    decision = item.decision or {}
    decided_at, decided_by = decided if item.decision is not None else ("", "")
    disposition = _word(decision.get("disposition"))
    return HistoryLine(
        inspection_id=after.id,
        item_id=item.id,
        rt_number=item.rt_number,
        return_id=return_id,
        tracking_number=after.tracking_number,
        order_number=search_form(known.order_number),
        return_number=search_form(known.return_number),
        phone_tail=search_form(known.phone_tail),
        sku=item.sku,
        name_zh=item.name_zh,
        name_en=item.name_en,
        variant=item.variant,
        state=after.state.value,
        identity=item.identity,
        grade=_word(decision.get("grade")),
        disposition=disposition,
        liable=",".join(liable_parties(decision.get("liability"))),
        person=decided_by or after.person,
        station=after.station,
        at=decided_at or after.opened_at,
        decided_at=decided_at,
        picture=_picture(after, item.id),
        random_check=bool(decision.get("random_check", False)),
        disputed=after.state != InspectionState.VOIDED and (disposition == "hold" or bool(after.recheck)),
    )


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def liable_parties(liability: object) -> list[str]:
    """The codes of the liable parties, the largest share first.

    `liability` is what a decision holds: a list of ``[party, share]`` or ``{"party": …, "share": …}``, or a mapping
    of party to share; anything else (a newer program's) gives none.
    """
    entries = list(liability.items()) if isinstance(liability, Mapping) else liability
    if not isinstance(entries, list | tuple):
        return []
    shares: list[tuple[float, str]] = []
    for entry in entries:
        party, share = (entry.get("party"), entry.get("share")) if isinstance(entry, Mapping) else _pair(entry)
        if isinstance(party, str) and isinstance(share, int | float):
            shares.append((share, party))
    return [party for _share, party in sorted(shares, key=lambda one: -one[0])]


def _pair(entry: object) -> tuple[object, object]:
    return (entry[0], entry[1]) if isinstance(entry, list | tuple) and len(entry) == 2 else (None, None)


def _picture(after: Inspection, item_id: str) -> str:
    """The photo to show: the item's first that counts, else the parcel's first."""
    shown = [photo for photo in after.photos if photo.counted and not photo.withdrawn]
    own = [photo.sha256 for photo in shown if item_id and photo.item_id == item_id]
    return (own or [photo.sha256 for photo in shown if not photo.item_id] or [""])[0]
