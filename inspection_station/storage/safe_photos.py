"""Which photos the centre keeps for good, and the journal of those whose bytes were therefore deleted here.

A mark ``safe`` holds in one life (epoch) of the centre's database alone: another epoch takes every mark away. A photo
may go when it is safe, every record that names it is at the centre, and it has been safe long enough. That it is to
go is in the journal, durably, before its bytes are touched; its row, its hash and its thumbnail stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from inspection_station.storage import facts
from inspection_station.storage.database import Database
from inspection_station.storage.tables import outbox_blobs, outbox_records, photo_deletions, photo_uploads

EPOCH = "sync.epoch"  # the fact of `StoredFeed.note`: the life of the centre that all was reconciled with
BACKUP = "safe.backup_completed_at"  # the centre's newest verified backup, as its feed told
ASKED = "safe.asked_for"  # of which life and backup every photo has been asked about
_BATCH = 500
_photo, _deleted = photo_uploads.c, photo_deletions.c
_OPEN: ColumnElement[bool] = literal_column("outcome = ''")
_MAY_GO: ColumnElement[bool] = literal_column("safe = 1 AND state = 'stored' AND gone_at = ''")


@dataclass(frozen=True)
class PhotoTotals:
    """Photos of this station by how they stand: `waiting` for the centre, `safe` there, `gone` from here."""

    waiting: int = 0
    refused: int = 0
    stored: int = 0
    safe: int = 0
    gone: int = 0
    backup_at: str = ""


@dataclass(frozen=True)
class Deletion:
    """A line of the journal: why and when the bytes of a photo were to go; `outcome` empty while they are going."""

    position: int
    sha256: str
    size: int
    reason: str
    epoch: str
    safe_since: str
    at: str
    outcome: str


class StoredSafePhotos:
    """The station's own knowledge of what is safe; `sync.safe_photos.SafeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def epoch(self) -> str:
        """The life of the centre that this station was last reconciled with."""
        with self._database.reading() as connection:
            return facts.read(connection, EPOCH) or ""

    def backup_told(self) -> str:
        """When the centre's newest verified backup was complete, as its feed told; empty for none in this epoch."""
        with self._database.reading() as connection:
            return facts.read(connection, BACKUP) or ""

    def asked_for(self) -> str:
        """What `note_asked` noted last."""
        with self._database.reading() as connection:
            return facts.read(connection, ASKED) or ""

    def note_asked(self, what: str) -> None:
        """Every photo has been asked about, for this life and backup."""
        with self._database.writing() as connection:
            facts.write(connection, ASKED, what)

    def to_ask(self, after: int, limit: int) -> list[tuple[int, str]]:
        """(position, SHA-256) of photos at the centre that are not known to be safe there, from `after` on."""
        unknown = or_(_photo.safe.is_(False), _photo.safe_since == "")
        wanted = select(_photo.position, _photo.sha256).where(
            _photo.position > after, _photo.state == "stored", _photo.gone_at == "", unknown
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(_photo.position).limit(limit))
            return [(row.position, row.sha256) for row in rows]

    def mark_safe(self, epoch: str, photos: Sequence[str], at: str) -> None:
        """The centre called these safe in its life `epoch`; of another life than the one reconciled with: no effect."""
        with self._database.writing() as connection:
            if not epoch or facts.read(connection, EPOCH) != epoch:
                return
            for start in range(0, len(photos), _BATCH):
                part = _photo.sha256.in_(list(photos[start : start + _BATCH]))
                since = func.iif(_photo.safe_since == "", at, _photo.safe_since)
                change = update(photo_uploads).where(part, _photo.state == "stored")
                connection.execute(change.values(safe=True, safe_since=since))

    def unmark(self, photos: Sequence[str]) -> None:
        """The centre does not call these safe any more."""
        with self._database.writing() as connection:
            for start in range(0, len(photos), _BATCH):
                part = _photo.sha256.in_(list(photos[start : start + _BATCH]))
                connection.execute(update(photo_uploads).where(part).values(safe=False, safe_since=""))

    def may_go(self, safe_before: str, limit: int) -> list[str]:
        """Photos that were safe before that moment (the centre's time), the longest safe first, then the oldest."""
        wanted = _deletable(safe_before).order_by(_photo.safe_since, _photo.position).limit(limit)
        with self._database.reading() as connection:
            return list(connection.scalars(wanted))

    def plan(self, epoch: str, sizes: Sequence[tuple[str, int]], reason: str, at: str) -> list[Deletion]:
        """Note in the journal that these photos, each with its bytes, go now; those that may not are left out.

        Durable when this returns. Everything is looked at once more in the same transaction: the epoch, the mark,
        and that no record that names the photo waits or was refused.
        """
        planned = []
        with self._database.writing() as connection:
            if not epoch or facts.read(connection, EPOCH) != epoch:
                return []
            for sha256, size in sizes:
                wanted = _deletable("~").add_columns(_photo.safe_since).where(_photo.sha256 == sha256)
                found = connection.execute(wanted).first()
                if found is None:
                    continue
                line = insert(photo_deletions).values(
                    sha256=sha256, size=size, reason=reason, epoch=epoch, safe_since=found.safe_since, at=at
                )
                position = connection.scalars(line.returning(_deleted.position)).one()
                connection.execute(update(photo_uploads).where(_photo.sha256 == sha256).values(gone_at=at))
                planned.append(Deletion(position, sha256, size, reason, epoch, found.safe_since, at, ""))
        return planned

    def unfinished(self) -> list[Deletion]:
        """Deletions that were decided and of which no end is noted: the program died in between."""
        with self._database.reading() as connection:
            rows = connection.execute(select(photo_deletions).where(_OPEN).order_by(_deleted.position))
            return [Deletion(*row) for row in rows]

    def may_finish(self, deletion: Deletion) -> bool:
        """Whether the photo is still as safe as when its deletion was decided."""
        safe = (_photo.sha256 == deletion.sha256) & _photo.safe.is_(True) & (_photo.state == "stored")
        with self._database.reading() as connection:
            same = facts.read(connection, EPOCH) == deletion.epoch
            return same and connection.scalar(select(_photo.position).where(safe, ~_named_unsent())) is not None

    def conclude(self, outcomes: Sequence[tuple[Deletion, bool]]) -> None:
        """Note the end of deletions: True when the bytes are gone, False when they were kept after all."""
        with self._database.writing() as connection:
            for deletion, gone in outcomes:
                line = update(photo_deletions).where(_deleted.position == deletion.position)
                connection.execute(line.values(outcome="deleted" if gone else "kept"))
                if not gone:
                    connection.execute(_is_here(deletion.sha256))

    def came_back(self, sha256: str, at: str) -> None:
        """The bytes were fetched from the centre and are here again; their time here begins anew."""
        with self._database.writing() as connection:
            connection.execute(_is_here(sha256))
            safe = update(photo_uploads).where(_photo.sha256 == sha256, _photo.safe_since != "")
            connection.execute(safe.values(safe_since=at))

    def gone(self, photos: Sequence[str]) -> dict[str, str]:
        """When each of the photos was deleted here, of those that were, by SHA-256."""
        found: dict[str, str] = {}
        with self._database.reading() as connection:
            for start in range(0, len(photos), _BATCH):
                part = _photo.sha256.in_(list(photos[start : start + _BATCH]))
                rows = connection.execute(select(_photo.sha256, _photo.gone_at).where(part, _photo.gone_at != ""))
                found.update({row.sha256: row.gone_at for row in rows})
        return found

    def journal(self, limit: int = 100) -> list[Deletion]:
        """The newest lines of the journal."""
        wanted = select(photo_deletions).order_by(_deleted.position.desc()).limit(limit)
        with self._database.reading() as connection:
            return [Deletion(*row) for row in connection.execute(wanted)]

    def totals(self) -> PhotoTotals:
        """How many photos stand how."""
        here = _photo.gone_at == ""
        counted = {
            "waiting": _photo.state == "waiting",
            "refused": _photo.state == "refused",
            "stored": (_photo.state == "stored") & here,
            "safe": (_photo.state == "stored") & here & _photo.safe & (_photo.safe_since != ""),
            "gone": ~here,
        }
        sums = [func.count().filter(condition).label(name) for name, condition in counted.items()]
        with self._database.reading() as connection:
            row = connection.execute(select(*sums)).one()
            backup_at = facts.read(connection, BACKUP) or ""
        return PhotoTotals(row.waiting, row.refused, row.stored, row.safe, row.gone, backup_at)

    def count_may_go(self, safe_before: str) -> int:
        """How many photos may go now when those safe before that moment do."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(_deletable(safe_before).subquery())) or 0)


def void_marks(connection: Connection) -> None:
    """The centre's database has begun another life: nothing is known to be safe, and no backup of it is known."""
    marked = or_(_photo.safe.is_(True), _photo.safe_since != "")
    connection.execute(update(photo_uploads).where(marked).values(safe=False, safe_since=""))
    records = update(outbox_records).where(outbox_records.c.safe.is_(True))
    connection.execute(records.values(safe=False))
    facts.write(connection, BACKUP, "")


def _named_unsent() -> ColumnElement[bool]:
    record, blob = outbox_records.c, outbox_blobs.c
    return exists().where(and_(blob.sha256 == _photo.sha256, record.id == blob.record_id, record.state != "stored"))


def _deletable(safe_before: str) -> Select[tuple[str]]:
    return select(_photo.sha256).where(
        _MAY_GO, _photo.safe_since != "", _photo.safe_since < safe_before, ~_named_unsent()
    )


def _is_here(sha256: str) -> Update:
    return update(photo_uploads).where(_photo.sha256 == sha256).values(gone_at="")
