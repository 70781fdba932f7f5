"""Records in: each is kept once by id, revision and hash, and its inspection is marked in the same transaction.

What cannot be read is kept verbatim in quarantine. A whole batch is one transaction; only when that fails are its
records taken one by one, each under a savepoint, so that one never fails its neighbours (PROTOCOL.md 4).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.protocol.messages import Verdict
from inspection_station.server import authority, custody, renewals
from inspection_station.server.arrivals import Arrival, read_arrival
from inspection_station.server.centre import Centre
from inspection_station.server.returns_feed import publish
from inspection_station.server.statements import (
    among,
    among_named,
    as_list,
    in_one_trip,
    insert_many,
    insert_new,
    is_postgres,
    lock,
    lock_and_ask,
)
from inspection_station.server.tables import blob, damaged_photo, quarantine, record, record_blob, station

COLUMNS = (
    "id", "revision", "hash", "content_hash", "kind", "station_id", "inspection_id", "sequence", "line", "verdict",
    "received_at",
)  # fmt: skip

DAMAGED = "damaged"  # the feed's kind for photos of which the right bytes are not here any more
log = logging.getLogger(__name__)


def take(centre: Centre, station_id: str, lines: Sequence[bytes], *, renew: bool = True) -> list[dict[str, Any]]:
    """Keep the records of a batch and return a verdict for each line, in order, after the commit.

    With `renew` the read tables are brought up to date before the return, else whoever reads them does it.

    Raises:
        sqlalchemy.exc.OperationalError: the database cannot be written (full disk, lock); nothing was kept.
    """
    arrivals = [read_arrival(index, line) for index, line in enumerate(lines)]
    try:
        centre.database.write(keeper(arrivals, station_id, centre.now()))
    except sa.exc.OperationalError:
        raise
    except Exception as error:
        log.info("batch of %d taken record by record: %s", len(arrivals), type(error).__name__)
        centre.database.write(lambda connection: _one_by_one(connection, arrivals, station_id, centre.now()))
    if renew:
        renewals.bring_up_to_date(centre)
    return [arrival.told() for arrival in arrivals]


def keeper(arrivals: Sequence[Arrival], station_id: str, now: str) -> Callable[[Connection], None]:
    """What keeps these in one transaction, and gives each its verdict."""
    return lambda connection: _keep(connection, arrivals, station_id, now)


def _one_by_one(connection: Connection, arrivals: Iterable[Arrival], station_id: str, now: str) -> None:
    for arrival in arrivals:
        try:
            with connection.begin_nested():
                _keep(connection, [arrival], station_id, now)
        except sa.exc.OperationalError:
            raise
        except Exception as error:
            log.info("record quarantined, it cannot be kept: %s", type(error).__name__)
            arrival.fault, arrival.record, arrival.needs = "record.cannot_apply", None, []
            _quarantine(connection, [arrival], station_id, now)


def _keep(connection: Connection, arrivals: Sequence[Arrival], station_id: str, now: str) -> None:
    _quarantine(connection, [arrival for arrival in arrivals if arrival.record is None], station_id, now)
    readable = [arrival for arrival in arrivals if arrival.record is not None]
    if not readable:
        return
    known, places = _known(connection, readable)
    fresh: list[Arrival] = []
    for arrival in readable:
        key = arrival.key
        if (before := known.get(key[:2], {}).get(key[2])) is not None:
            arrival.verdict = Verdict.CONFLICT if before == Verdict.CONFLICT else Verdict.DUPLICATE
            continue
        place = (arrival.inspection_id, arrival.sequence)
        forked = key[:2] in known or (arrival.inspection_id and place in places)
        arrival.verdict = Verdict.CONFLICT if forked else Verdict.STORED
        places.add(place)
        known.setdefault(key[:2], {})[key[2]] = arrival.verdict
        fresh.append(arrival)
    _mark_needs(connection, readable, fresh)
    if fresh:
        with in_one_trip(connection):
            insert_many(connection, record, COLUMNS, [row_of(arrival, station_id, now) for arrival in fresh])
            renewals.mark(connection, {arrival.inspection_id for arrival in fresh if arrival.inspection_id})
        if acts := [arrival.act_of_lead for arrival in fresh if arrival.act_of_lead is not None]:
            authority.check_arrivals(connection, acts, station_id, now)
        if sorting := [arrival.custody_act for arrival in fresh if arrival.custody_act is not None]:
            allowed = authority.apart_from_unauthorised(connection, sorting, station_id, now)
            custody.keep_acts(connection, allowed, station_id, now)
    if any(arrival.verdict == Verdict.CONFLICT for arrival in fresh):
        first = (station.c.id == station_id) & (station.c.forked_at == "")
        connection.execute(sa.update(station).where(first).values(forked_at=now))
        log.info("station %s sent a record that conflicts with one already kept", station_id)


_Known = dict[tuple[str, int], dict[str, str]]  # verdicts by hash, by id and revision


@cache
def _known_query(postgres: bool) -> sa.CompoundSelect[Any]:
    by_id = sa.select(record.c.id, record.c.revision, record.c.hash, record.c.verdict)
    nothing = sa.literal_column("''", sa.Text)
    by_place = sa.select(record.c.inspection_id, record.c.sequence, nothing, nothing)
    first, last = sa.bindparam("first", type_=sa.BigInteger), sa.bindparam("last", type_=sa.BigInteger)
    return sa.union_all(
        by_id.where(among_named(postgres, record.c.id, "ids")),
        by_place.where(among_named(postgres, record.c.inspection_id, "inspections"),
                       record.c.sequence.between(first, last)),
    )  # fmt: skip


def _known(connection: Connection, arrivals: Sequence[Arrival]) -> tuple[_Known, set[tuple[str, int]]]:
    """What the centre holds under the ids of these records, and the places taken in their inspections.

    The same records may come to two instances at once: what one of them keeps the other sees, which waits for it here.
    """
    events = [arrival for arrival in arrivals if arrival.inspection_id]
    sequences = [arrival.sequence for arrival in events] or [0]
    bound = {
        "ids": as_list({arrival.id for arrival in arrivals}),
        "inspections": as_list({arrival.inspection_id for arrival in events}),
        "first": min(sequences),
        "last": max(sequences),
    }
    known: _Known = {}
    places = set()
    names = {f"inspection {arrival.inspection_id or arrival.id}" for arrival in arrivals}
    for name, number, found_hash, word in lock_and_ask(connection, names, _known_query(is_postgres(connection)), bound):
        if found_hash:
            known.setdefault((name, number), {})[found_hash] = word
        else:
            places.add((name, number))
    return known, places


def _mark_needs(connection: Connection, readable: Sequence[Arrival], fresh: Sequence[Arrival]) -> None:
    wanted = {name for arrival in readable for name in arrival.blobs}
    absent = wanted - photos_here(connection, wanted) if wanted else wanted
    if absent and is_postgres(connection):
        lock(connection, *(f"photo {name}" for name in absent))  # one may be arriving at another instance
        absent -= photos_here(connection, absent)
    for arrival in readable:
        arrival.needs = [name for name in arrival.blobs if name in absent]
        if arrival.needs and arrival.verdict in (Verdict.STORED, Verdict.DUPLICATE):
            arrival.verdict = Verdict.NEED
    rows = {(arrival.id, name) for arrival in fresh for name in arrival.blobs}
    named = [{"record_id": record_id, "sha256": name} for record_id, name in sorted(rows)]
    insert_new(connection, record_blob, named)


def photos_here(connection: Connection, names: Iterable[str]) -> set[str]:
    """Which of these photos the centre holds."""
    return set(connection.scalars(sa.select(blob.c.sha256).where(among(connection, blob.c.sha256, set(names)))))


def row_of(arrival: Arrival, station_id: str, now: str) -> tuple[Any, ...]:
    """A row of `record`, in the order of `COLUMNS`."""
    found = arrival.record
    assert found is not None
    return (
        found.id,
        found.revision,
        found.hash,
        arrival.content_hash,
        found.kind,
        station_id,
        arrival.inspection_id,
        arrival.sequence,
        arrival.text,
        arrival.verdict.value,
        now,
    )


def _quarantine(connection: Connection, arrivals: Sequence[Arrival], station_id: str, now: str) -> None:
    rows = []
    for arrival in arrivals:
        arrival.verdict = Verdict.QUARANTINED
        rows.append(
            {
                "station_id": station_id,
                "line_sha256": hashlib.sha256(arrival.line).hexdigest(),
                "code": arrival.fault,
                "line": arrival.line,
                "received_at": now,
            }
        )
    if rows:
        insert_new(connection, quarantine, rows)


def photo_arrived(centre: Centre, photo: dict[str, Any]) -> None:
    """Note a photo that is on the disk (a row of `blob`); records that waited for it alone become `stored`."""

    def note_it(connection: Connection) -> None:
        lock(connection, f"photo {photo['sha256']}")
        insert_new(connection, blob, photo)
        connection.execute(_SETTLE, {"photo": photo["sha256"]})
        if connection.execute(_MENDED, {"photo": photo["sha256"], "now": photo["received_at"]}).rowcount:
            publish(connection, DAMAGED, [(photo["sha256"], {})])

    centre.database.write(note_it)


def is_noted(centre: Centre, sha256: str) -> bool:
    """Whether the centre's database says that this photo is here."""
    with centre.database.glance.connect() as connection:
        return connection.scalar(_NOTED, {"photo": sha256}) is not None


_NOTED = sa.select(blob.c.sha256).where(blob.c.sha256 == sa.bindparam("photo"))


# Of a photo that was never damaged this does nothing; else its right bytes came again.
_MENDED = (
    sa.update(damaged_photo)
    .where(damaged_photo.c.sha256 == sa.bindparam("photo"), damaged_photo.c.mended_at == "")
    .values(mended_at=sa.bindparam("now"), mended_from="station")
)


def _settling() -> sa.Update:
    mine = sa.select(record_blob.c.record_id).where(record_blob.c.sha256 == sa.bindparam("photo"))
    lacking = (
        sa.select(record_blob.c.record_id)
        .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
        .where(record_blob.c.record_id.in_(mine), blob.c.sha256.is_(None))
    )
    ready = (record.c.id.in_(mine)) & (record.c.verdict == Verdict.NEED) & (record.c.id.not_in(lacking))
    return sa.update(record).where(ready).values(verdict=Verdict.STORED.value)


_SETTLE = _settling()


def lacking(centre: Centre, offers: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """What the centre does not hold of what a station offers, (record id, content hash): records, then photos."""
    known: dict[str, set[str]] = {}
    photos: list[str] = []
    ids = [record_id for record_id, _hash in offers]
    with centre.database.reader.connect() as connection:
        query = sa.select(record.c.id, record.c.content_hash, record.c.hash)
        for row in connection.execute(query.where(among(connection, record.c.id, ids))):
            known.setdefault(row.id, set()).update((row.content_hash, row.hash))
        absent = (
            sa.select(record_blob.c.sha256)
            .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
            .where(among(connection, record_blob.c.record_id, ids), blob.c.sha256.is_(None))
        )
        photos.extend(connection.scalars(absent))
    lost = [record_id for record_id, offered in offers if offered not in known.get(record_id, ())]
    return lost, sorted(set(photos))
