"""What the centre refused for certain or has lost, with where it belongs and what people did about it; nothing is ever
deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal_column, select

from inspection_station.storage.damaged_photos import SENT_AGAIN
from inspection_station.storage.database import Database
from inspection_station.storage.tables import (
    attention_notes,
    inspection_events,
    inspection_items,
    inspections,
    outbox_blobs,
    outbox_records,
    photo_uploads,
)
from inspection_station.storage.texts import refuse_unusable

PHOTO = "photo"
ACTS = ("noted", "acknowledged", "tried_again", "exported")
MOST_SHOWN = 200
WAITING = "waiting"  # the verdict on a photo that is being sent again; it needs nobody
_REFUSED: ColumnElement[bool] = literal_column("state = 'refused'")
_SENT_AGAIN: ColumnElement[bool] = literal_column("state = 'waiting'") & (photo_uploads.c.reason == SENT_AGAIN)


@dataclass(frozen=True)
class AttentionNote:
    """What somebody did about a refused thing: an act of `ACTS`, with words where there are some."""

    act: str
    text: str
    person: str
    at: str


@dataclass(frozen=True)
class AttentionItem:
    """A record or photo the centre refused.

    Attributes:
        id: the record's id or the photo's SHA-256. kind: of the record, or `PHOTO`.
        verdict: ``conflict`` | ``quarantined`` | ``refused`` | ``waiting`` (sent again by itself).
        code: the centre's reason.
        act: the kind of event in it, empty for a photo. inspection_id, item_id, rt_number, tracking_number: where it
            belongs; empty where that is not known.
        notes: what was done about it, the oldest first; `acknowledged`: somebody has seen to it since its last try.
    """

    id: str
    kind: str
    verdict: str
    code: str
    queued_at: str
    act: str = ""
    inspection_id: str = ""
    item_id: str = ""
    rt_number: str = ""
    tracking_number: str = ""
    notes: tuple[AttentionNote, ...] = ()

    @property
    def acknowledged(self) -> bool:
        """Whether it needs nobody any more: seen to since its last try, or sent again by itself."""
        told = [note.act for note in self.notes if note.act in ("acknowledged", "tried_again")]
        return self.verdict == WAITING or (bool(told) and told[-1] == "acknowledged")


@dataclass(frozen=True)
class RefusedRecord:
    """A refused record as it was to be sent, for a file."""

    id: str
    revision: int
    kind: str
    hash: str
    body: Any
    photos: tuple[str, ...]


class StoredAttention:
    """The list of what needs attention."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def items(self, limit: int = MOST_SHOWN) -> list[AttentionItem]:
        """What was refused, the oldest first; records before photos, and last those that are sent again."""
        with self._database.reading() as connection:
            found = _records(connection, limit)
            for state, verdict in ((_REFUSED, "refused"), (_SENT_AGAIN, WAITING)):
                found += _photos(connection, limit - len(found), state, verdict)
            return found

    def count_open(self) -> int:
        """How many nobody has acknowledged yet."""
        return sum(not one.acknowledged for one in self.items(10 * MOST_SHOWN))

    def note(self, subjects: Sequence[str], act: str, text: str, person: str, at: str) -> None:
        """Keep what `person` did about these, for good. Raises ValueError for an act that is none of `ACTS`."""
        if act not in ACTS:
            raise ValueError(f"unknown act {act!r}")
        refuse_unusable(text, person, at, *subjects)
        rows = [{"subject": one, "act": act, "text": text[:500], "person": person, "at": at} for one in subjects]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(attention_notes), rows)

    def records(self, ids: Sequence[str]) -> list[RefusedRecord]:
        """These records whole, those refused alone, in the order they were made."""
        c = outbox_records.c
        body = func.coalesce(c.body, inspection_events.c.body).label("whole")
        found = []
        with self._database.reading() as connection:
            for record_id in ids:
                wanted = select(c.id, c.revision, c.kind, c.hash, body).outerjoin(
                    inspection_events, inspection_events.c.id == c.id
                )
                row = connection.execute(wanted.where(c.id == record_id, _REFUSED_RECORD)).first()
                if row is None:
                    continue
                blob = outbox_blobs.c
                named = select(blob.sha256).where(blob.record_id == record_id).order_by(blob.sha256)
                photos = connection.scalars(named)
                found.append(
                    RefusedRecord(row.id, row.revision, row.kind, row.hash, json.loads(row.whole), tuple(photos))
                )
        return found


_REFUSED_RECORD: ColumnElement[bool] = outbox_records.c.state == "refused"


def _records(connection: Connection, limit: int) -> list[AttentionItem]:
    c, event = outbox_records.c, inspection_events.c
    wanted = (
        select(c.id, c.kind, c.verdict, c.detail, c.queued_at, event.inspection_id, event.kind.label("act"), event.body)
        .outerjoin(inspection_events, event.id == c.id)
        .where(_REFUSED_RECORD)
        .order_by(c.position)
        .limit(limit)
    )
    items = []
    for row in connection.execute(wanted).all():
        item_id = _item_of(row.body)
        numbers = _numbers(connection, row.inspection_id or "", item_id)
        items.append(
            AttentionItem(
                row.id, row.kind, row.verdict, row.detail, row.queued_at, row.act or "", row.inspection_id or "",
                *numbers, notes=_notes(connection, row.id),
            )
        )  # fmt: skip
    return items


def _photos(
    connection: Connection, limit: int, state: ColumnElement[bool], verdict: str
) -> list[AttentionItem]:
    p, blob, event = photo_uploads.c, outbox_blobs.c, inspection_events.c
    wanted = select(p.sha256, p.reason, p.queued_at).where(state).order_by(p.position).limit(max(0, limit))
    items = []
    for row in connection.execute(wanted).all():
        named = (
            select(event.inspection_id, event.body)
            .join(outbox_blobs, blob.record_id == event.id)
            .where(blob.sha256 == row.sha256)
        )
        place = connection.execute(named.limit(1)).first()
        inspection_id, body = (place.inspection_id, place.body) if place is not None else ("", "")
        numbers = _numbers(connection, inspection_id, _item_of(body))
        items.append(
            AttentionItem(
                row.sha256, PHOTO, verdict, row.reason, row.queued_at, "", inspection_id, *numbers,
                notes=_notes(connection, row.sha256),
            )
        )  # fmt: skip
    return items


def _item_of(body: str | None) -> str:
    try:
        item = json.loads(body or "{}").get("payload", {}).get("item_id", "")
    except (ValueError, AttributeError):
        return ""
    return item if isinstance(item, str) else ""


def _numbers(connection: Connection, inspection_id: str, item_id: str) -> tuple[str, str, str]:
    """(item id, RT number, tracking number); of an inspection of one item that item."""
    if not inspection_id:
        return "", "", ""
    i = inspection_items.c
    rows = connection.execute(select(i.item_id, i.rt_number).where(i.inspection_id == inspection_id)).all()
    found = next((row for row in rows if row.item_id == item_id), rows[0] if len(rows) == 1 else None)
    number = connection.scalar(select(inspections.c.tracking_number).where(inspections.c.id == inspection_id)) or ""
    return (found.item_id, found.rt_number, number) if found is not None else (item_id, "", number)


def _notes(connection: Connection, subject: str) -> tuple[AttentionNote, ...]:
    c = attention_notes.c
    rows = connection.execute(select(c.act, c.text, c.person, c.at).where(c.subject == subject).order_by(c.position))
    return tuple(AttentionNote(*row) for row in rows)
