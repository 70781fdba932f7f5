"""Records and photos that wait for the centre. Nothing leaves but by a verdict; nothing is ever deleted here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, exists, func, insert, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from inspection_station.domain.events import InspectionEvent, photo_hashes
from inspection_station.storage.database import Database
from inspection_station.storage.tables import inspection_events, outbox_blobs, outbox_records, photo_uploads
from inspection_station.storage.texts import storable
from inspection_station.workflows.ports import OutboxCounts, OutboxRecord

INSPECTION_EVENT = "inspection_event"
_WAITING: ColumnElement[bool] = literal_column(
    "state = 'waiting'"
)  # literal, so that SQLite sees that the partial index fits
_REFUSED: ColumnElement[bool] = literal_column("state = 'refused'")
_ADD_RECORDS = insert(outbox_records)
_ADD_BLOBS = insert(outbox_blobs)
_ADD_PHOTOS = upsert(photo_uploads).on_conflict_do_nothing()
_LONGEST_DETAIL = 2000
_BATCH = 500
_STATES = {"stored": "stored", "duplicate": "stored", "conflict": "refused", "quarantined": "refused"}
_VERDICTS = {*_STATES, "need", "retry"}


@dataclass(frozen=True)
class Refused:
    """A record (`kind`) or photo (``photo``) the centre refused, with its word and reason."""

    id: str
    kind: str
    verdict: str
    reason: str
    at: str


class StoredOutbox:
    """`ports.Outbox` on the station's database, and the list of what the centre refused."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending_records(self, limit: int) -> list[OutboxRecord]:
        """See `ports.Outbox`."""
        c = outbox_records.c
        body = func.coalesce(c.body, inspection_events.c.body).label("whole")
        wanted = (
            select(c.id, c.revision, c.kind, body, c.attempts)
            .outerjoin(inspection_events, inspection_events.c.id == c.id)
            .where(_WAITING)
            .order_by(c.position)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            blobs: dict[str, list[str]] = {}
            ids = [row.id for row in rows]
            for start in range(0, len(ids), _BATCH):
                part = outbox_blobs.c.record_id.in_(ids[start : start + _BATCH])
                for record_id, sha256 in connection.execute(
                    select(outbox_blobs.c.record_id, outbox_blobs.c.sha256).where(part)
                ):
                    blobs.setdefault(record_id, []).append(sha256)
        return [
            OutboxRecord(
                row.id,
                row.revision,
                row.kind,
                json.loads(row.whole),
                tuple(sorted(blobs.get(row.id, ()))),
                row.attempts,
            )
            for row in rows
        ]

    def mark(self, record_id: str, verdict: str, detail: str = "") -> None:
        """See `ports.Outbox`. A verdict on a record that is not known has no effect.

        ``need`` offers those of the record's photos again that were thought to be at the centre: it says that it
        lacks one, and one upload too many costs one question.

        Raises:
            ValueError: `verdict` is none of the protocol's.
        """
        self.mark_all([(record_id, verdict, detail)])

    def mark_all(self, verdicts: Sequence[tuple[str, str, str]]) -> None:
        """`mark` for each (record id, verdict, detail), in one transaction: a batch costs one write to the disk."""
        if unknown := {verdict for _id, verdict, _detail in verdicts} - _VERDICTS:
            raise ValueError(f"unknown verdict {unknown.pop()!r}")
        with self._database.writing() as connection:
            for record_id, verdict, detail in verdicts:
                _mark(connection, record_id, verdict, _storable(detail))

    def pending_photos(self, limit: int) -> list[str]:
        """See `ports.Outbox`."""
        c = photo_uploads.c
        with self._database.reading() as connection:
            return list(connection.scalars(select(c.sha256).where(_WAITING).order_by(c.position).limit(limit)))

    def mark_photo_stored(self, sha256: str) -> None:
        """See `ports.Outbox`; records that waited for this photo alone become stored."""
        c, blob, photo = outbox_records.c, outbox_blobs.c, photo_uploads.c
        with self._database.writing() as connection:
            connection.execute(
                update(photo_uploads).where(photo.sha256 == sha256).values(state="stored", reason="")
            )  # fmt: skip
            missing = exists().where(blob.record_id == c.id, photo.sha256 == blob.sha256, photo.state != "stored")
            connection.execute(
                update(outbox_records)
                .where(c.id.in_(select(blob.record_id).where(blob.sha256 == sha256)), c.state == "need", ~missing)
                .values(state="stored", verdict="stored")
            )

    def mark_photo_refused(self, sha256: str, reason: str) -> None:
        """See `ports.Outbox`."""
        c = photo_uploads.c
        with self._database.writing() as connection:
            connection.execute(
                update(photo_uploads).where(c.sha256 == sha256).values(state="refused", reason=_storable(reason))
            )

    def counts(self) -> OutboxCounts:
        """See `ports.Outbox`."""

        with self._database.reading() as connection:
            times = [
                connection.scalar(select(table.c.queued_at).where(_WAITING).order_by(table.c.position).limit(1))
                for table in (outbox_records, photo_uploads)
            ]
            return OutboxCounts(
                records=_count(connection, outbox_records, _WAITING),
                photos=_count(connection, photo_uploads, _WAITING),
                refused=_count(connection, outbox_records, _REFUSED) + _count(connection, photo_uploads, _REFUSED),
                oldest=min((time for time in times if time), default=""),
            )

    def offer_again(self, record_ids: Sequence[str], photos: Sequence[str]) -> None:
        """See `ports.Outbox`; also how a person has refused ones tried again. Attempts count anew."""
        with self._database.writing() as connection:
            for start in range(0, len(record_ids), _BATCH):
                part = outbox_records.c.id.in_(list(record_ids[start : start + _BATCH]))
                connection.execute(update(outbox_records).where(part).values(state="waiting", attempts=0, safe=False))
            for start in range(0, len(photos), _BATCH):
                part = photo_uploads.c.sha256.in_(list(photos[start : start + _BATCH]))
                connection.execute(update(photo_uploads).where(part).values(state="waiting", safe=False))

    def sent_ids(self, after: str, limit: int) -> list[tuple[str, str]]:
        """See `ports.Outbox`; the hash of an inspection event is the one it carries in its chain."""
        c = outbox_records.c
        taken = c.state.in_(("stored", "need")) | (_REFUSED & (c.verdict == "conflict"))
        wanted = select(c.id, c.hash).where(c.id > after, taken).order_by(c.id).limit(limit)
        with self._database.reading() as connection:
            return [(row.id, row.hash) for row in connection.execute(wanted)]

    def offer_quarantined_again(self) -> None:
        """See `ports.Outbox`."""
        c = outbox_records.c
        with self._database.writing() as connection:
            change = update(outbox_records).where(_REFUSED & (c.verdict == "quarantined"))
            connection.execute(change.values(state="waiting", attempts=0))

    def waiting_of(self, inspection_id: str) -> int:
        """How many records of an inspection the centre does not hold yet, or not with all their photos."""
        events, records = inspection_events.c, outbox_records.c
        of_this = select(events.id).where(events.inspection_id == inspection_id)
        wanted = select(func.count()).where(records.id.in_(of_this), records.state != "stored")
        with self._database.reading() as connection:
            return int(connection.scalar(wanted) or 0)

    def refused(self, limit: int = 200) -> list[Refused]:
        """What the centre refused and why, the oldest first; records before photos."""
        c, p = outbox_records.c, photo_uploads.c
        records = select(c.id, c.kind, c.verdict, c.detail, c.queued_at).where(_REFUSED).order_by(c.position)
        photos = select(p.sha256, p.reason, p.queued_at).where(_REFUSED).order_by(p.position)
        with self._database.reading() as connection:
            found = [Refused(*row) for row in connection.execute(records.limit(limit))]
            rest = connection.execute(photos.limit(limit - len(found)))
            return found + [Refused(row.sha256, "photo", "refused", row.reason, row.queued_at) for row in rest]

    def safe_photos(self, sha256s: Sequence[str]) -> set[str]:
        """Those of the photos that the centre holds in a verified backup: only these may ever be deleted here."""
        c = photo_uploads.c
        found: set[str] = set()
        with self._database.reading() as connection:
            for start in range(0, len(sha256s), _BATCH):
                part = c.sha256.in_(list(sha256s[start : start + _BATCH]))
                found.update(connection.scalars(select(c.sha256).where(part, c.safe, c.state == "stored")))
        return found

    def unnamed_photos(self, sha256s: Sequence[str]) -> list[str]:
        """Those of the photos that no event of this station names: every one that does has queued them."""
        c = photo_uploads.c
        named: set[str] = set()
        with self._database.reading() as connection:
            for start in range(0, len(sha256s), _BATCH):
                part = list(sha256s[start : start + _BATCH])
                named.update(connection.scalars(select(c.sha256).where(c.sha256.in_(part))))
        return [sha256 for sha256 in sha256s if sha256 not in named]


def _mark(connection: Connection, record_id: str, verdict: str, detail: str) -> None:
    c, photo = outbox_records.c, photo_uploads.c
    change = update(outbox_records).where(c.id == record_id)
    named = select(outbox_blobs.c.sha256).where(outbox_blobs.c.record_id == record_id)
    if verdict in _STATES:
        connection.execute(change.values(state=_STATES[verdict], verdict=verdict, detail=detail))
    elif verdict == "need" and connection.scalar(named.limit(1)) is not None:
        connection.execute(change.values(state="need", verdict=verdict, detail=detail))
        lost = update(photo_uploads).where(photo.sha256.in_(named), photo.state == "stored")
        connection.execute(lost.values(state="waiting", safe=False))
    else:  # also a need of nothing that we know: offered again
        connection.execute(change.where(_WAITING).values(attempts=c.attempts + 1, verdict=verdict, detail=detail))


def queue_events(connection: Connection, events: Sequence[InspectionEvent]) -> None:
    """Queue the events inside the caller's transaction; their bodies stand in their own table."""
    connection.execute(
        _ADD_RECORDS,
        [
            {
                "id": event.id,
                "revision": 1,
                "kind": INSPECTION_EVENT,
                "hash": event.hash,
                "state": "waiting",
                "queued_at": event.at,
            }
            for event in events
        ],
    )
    blobs = [
        {"record_id": event.id, "sha256": sha256} for event in events for sha256 in dict.fromkeys(photo_hashes(event))
    ]
    if blobs:
        connection.execute(_ADD_BLOBS, blobs)


def queue_records(
    connection: Connection, records: Sequence[tuple[str, str, str, str, str, tuple[str, ...]]]
) -> None:
    """Queue records that keep their own bodies, each (id, kind, hash, time, body, photos), inside the caller's
    transaction."""
    if not records:
        return
    rows = [
        {"id": name, "revision": 1, "kind": kind, "hash": found, "state": "waiting", "queued_at": at, "body": body}
        for name, kind, found, at, body, _photos in records
    ]
    connection.execute(_ADD_RECORDS, rows)
    blobs = [{"record_id": one[0], "sha256": sha256} for one in records for sha256 in dict.fromkeys(one[5])]
    if blobs:
        connection.execute(_ADD_BLOBS, blobs)


def queue_photos(connection: Connection, photos: Sequence[tuple[str, str]]) -> None:
    """Queue photos, each (SHA-256, time taken), for upload inside the caller's transaction; each once."""
    if photos:
        rows = [{"sha256": sha256, "state": "waiting", "queued_at": at} for sha256, at in photos]
        connection.execute(_ADD_PHOTOS, rows)


def mark_safe(connection: Connection, names: Sequence[str]) -> None:
    """Note that the centre has these records (ids) and photos (SHA-256) in a verified backup."""
    for start in range(0, len(names), _BATCH):
        part = list(names[start : start + _BATCH])
        connection.execute(update(outbox_records).where(outbox_records.c.id.in_(part)).values(safe=True))
        connection.execute(update(photo_uploads).where(photo_uploads.c.sha256.in_(part)).values(safe=True))


def _count(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(condition)) or 0)


def _storable(text: str) -> str:
    """A text of the centre as it may be stored: cut, with what cannot be stored written out."""
    short = text[:_LONGEST_DETAIL]
    return short if storable(short) else short.encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")
