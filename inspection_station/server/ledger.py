"""Records in: each is kept once by id, revision and hash and applied to the read tables in the same transaction.

What cannot be read is kept verbatim in quarantine. A whole batch is one transaction; only when that fails are its
records taken one by one, each under a savepoint, so that one never fails its neighbours (PROTOCOL.md 4).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.events import InspectionEvent, event_from_json, photo_hashes
from inspection_station.domain.payloads import check_payload
from inspection_station.protocol.messages import (
    INSPECTION_EVENT,
    Record,
    RecordFault,
    Verdict,
    content_hash,
    is_sha256,
    is_uuid,
    parse_line,
    verdict,
)
from inspection_station.server import authority, inspections
from inspection_station.server.centre import Centre
from inspection_station.server.statements import MANY, insert_new
from inspection_station.server.tables import blob, quarantine, record, record_blob, station

log = logging.getLogger(__name__)


@dataclass
class _Arrival:
    """One line of a batch on its way through the ledger."""

    index: int
    line: bytes
    record: Record | None = None
    event: InspectionEvent | None = None
    inspection_id: str = ""
    sequence: int = 0
    blobs: tuple[str, ...] = ()
    fault: str = ""
    id: str = ""
    revision: int = 0
    verdict: Verdict = Verdict.RETRY
    needs: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int, str]:
        """The idempotency key."""
        assert self.record is not None
        return self.record.id, self.record.revision, self.record.hash


def _read(index: int, line: bytes) -> _Arrival:
    arrival = _Arrival(index, line)
    try:
        arrival.record = found = parse_line(line)
        arrival.id, arrival.revision, arrival.blobs = found.id, found.revision, found.blobs
        if found.kind == INSPECTION_EVENT:
            _read_event(arrival, found)
    except RecordFault as fault:
        arrival.fault, arrival.record = fault.code, None
        arrival.id = fault.record_id or arrival.id
    return arrival


def _read_event(arrival: _Arrival, found: Record) -> None:
    try:
        event = event_from_json(found.body)
        check_payload(event)
        photos = photo_hashes(event)
        if event.id != found.id or not is_uuid(event.inspection_id) or not all(is_sha256(name) for name in photos):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise RecordFault("event.malformed", found.id) from None
    arrival.event, arrival.inspection_id, arrival.sequence = event, event.inspection_id, event.sequence
    arrival.blobs = tuple(dict.fromkeys((*found.blobs, *photos)))


def take(centre: Centre, station_id: str, lines: Sequence[bytes]) -> list[dict[str, Any]]:
    """Keep the records of a batch and return a verdict for each line, in order, after the commit.

    Raises:
        sqlalchemy.exc.OperationalError: the database cannot be written (full disk, lock); nothing was kept.
    """
    arrivals = [_read(index, line) for index, line in enumerate(lines)]
    try:
        with centre.database.writer.begin() as connection:
            _keep(connection, arrivals, station_id, centre.now())
    except sa.exc.OperationalError:
        raise
    except Exception as error:
        log.info("batch of %d taken record by record: %s", len(arrivals), type(error).__name__)
        _one_by_one(centre, arrivals, station_id)
    return [
        verdict(
            arrival.index,
            arrival.id,
            arrival.revision,
            arrival.verdict,
            **({"need": arrival.needs} if arrival.needs else {}),
            **({"code": arrival.fault} if arrival.fault else {}),
        )
        for arrival in arrivals
    ]


def _one_by_one(centre: Centre, arrivals: Iterable[_Arrival], station_id: str) -> None:
    with centre.database.writer.begin() as connection:
        for arrival in arrivals:
            arrival.needs = []
            try:
                with connection.begin_nested():
                    _keep(connection, [arrival], station_id, centre.now())
            except sa.exc.OperationalError:
                raise
            except Exception as error:
                log.info("record quarantined, it cannot be applied: %s", type(error).__name__)
                arrival.fault, arrival.record = "record.cannot_apply", None
                _quarantine(connection, [arrival], station_id, centre.now())


def _keep(connection: Connection, arrivals: Sequence[_Arrival], station_id: str, now: str) -> None:
    _quarantine(connection, [arrival for arrival in arrivals if arrival.record is None], station_id, now)
    readable = [arrival for arrival in arrivals if arrival.record is not None]
    if not readable:
        return
    known = _known(connection, [arrival.id for arrival in readable])
    places = _places(connection, {arrival.inspection_id for arrival in readable if arrival.inspection_id})
    fresh: list[_Arrival] = []
    for arrival in readable:
        revision = (arrival.id, arrival.revision)
        place = (arrival.inspection_id, arrival.sequence)
        if arrival.key in known:
            arrival.verdict = Verdict.CONFLICT if known[arrival.key] == Verdict.CONFLICT else Verdict.DUPLICATE
            continue
        forked = any(key[:2] == revision for key in known)
        if forked or (arrival.inspection_id and place in places):
            arrival.verdict = Verdict.CONFLICT
        else:
            arrival.verdict = Verdict.STORED
            places.add(place)
        known[arrival.key] = arrival.verdict
        fresh.append(arrival)
    _mark_needs(connection, readable, fresh)
    if fresh:
        connection.execute(sa.insert(record), [_row(arrival, station_id, now) for arrival in fresh])
        acts = [arrival.event for arrival in fresh if arrival.event is not None]
        authority.check_arrivals(connection, acts, station_id, now)
        inspections.renew(connection, sorted({a.inspection_id for a in fresh if a.inspection_id}), now)
    if any(arrival.verdict == Verdict.CONFLICT for arrival in fresh):
        first = (station.c.id == station_id) & (station.c.forked_at == "")
        connection.execute(sa.update(station).where(first).values(forked_at=now))
        log.info("station %s sent a record that conflicts with one already kept", station_id)


def _known(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, int, str], str]:
    query = sa.select(record.c.id, record.c.revision, record.c.hash, record.c.verdict).where(record.c.id.in_(ids))
    return {(row.id, row.revision, row.hash): row.verdict for row in connection.execute(query)}


def _places(connection: Connection, inspection_ids: set[str]) -> set[tuple[str, int]]:
    query = sa.select(record.c.inspection_id, record.c.sequence).where(record.c.inspection_id.in_(inspection_ids))
    return {(row.inspection_id, row.sequence) for row in connection.execute(query)}


def _mark_needs(connection: Connection, readable: Sequence[_Arrival], fresh: Sequence[_Arrival]) -> None:
    wanted = {name for arrival in readable for name in arrival.blobs}
    here = photos_here(connection, wanted)
    for arrival in readable:
        arrival.needs = [name for name in arrival.blobs if name not in here]
        if arrival.needs and arrival.verdict in (Verdict.STORED, Verdict.DUPLICATE):
            arrival.verdict = Verdict.NEED
    rows = {(arrival.id, name) for arrival in fresh for name in arrival.blobs}
    if rows:
        named = [{"record_id": record_id, "sha256": name} for record_id, name in sorted(rows)]
        insert_new(connection, record_blob, named)


def photos_here(connection: Connection, names: Iterable[str]) -> set[str]:
    """Which of these photos the centre holds."""
    wanted = sorted(set(names))
    here: set[str] = set()
    for start in range(0, len(wanted), MANY):
        query = sa.select(blob.c.sha256).where(blob.c.sha256.in_(wanted[start : start + MANY]))
        here.update(connection.scalars(query))
    return here


def _row(arrival: _Arrival, station_id: str, now: str) -> dict[str, Any]:
    found = arrival.record
    assert found is not None
    return {
        "id": found.id,
        "revision": found.revision,
        "hash": found.hash,
        "content_hash": content_hash(found),
        "kind": found.kind,
        "station_id": station_id,
        "inspection_id": arrival.inspection_id,
        "sequence": arrival.sequence,
        "line": arrival.line.decode("utf-8"),
        "verdict": arrival.verdict.value,
        "received_at": now,
    }


def _quarantine(connection: Connection, arrivals: Sequence[_Arrival], station_id: str, now: str) -> None:
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
    with centre.database.writer.begin() as connection:
        insert_new(connection, blob, photo)
        _settle(connection, photo["sha256"])


def _settle(connection: Connection, sha256: str) -> None:
    mine = sa.select(record_blob.c.record_id).where(record_blob.c.sha256 == sha256)
    lacking = (
        sa.select(record_blob.c.record_id)
        .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
        .where(record_blob.c.record_id.in_(mine), blob.c.sha256.is_(None))
    )
    ready = (record.c.id.in_(mine)) & (record.c.verdict == Verdict.NEED) & (record.c.id.not_in(lacking))
    connection.execute(sa.update(record).where(ready).values(verdict=Verdict.STORED.value))


def lacking(centre: Centre, offers: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """What the centre does not hold of what a station offers, (record id, content hash): records, then photos."""
    known: dict[str, set[str]] = {}
    photos: list[str] = []
    ids = [record_id for record_id, _hash in offers]
    with centre.database.reader.connect() as connection:
        for start in range(0, len(ids), MANY):
            some = ids[start : start + MANY]
            query = sa.select(record.c.id, record.c.content_hash, record.c.hash).where(record.c.id.in_(some))
            for row in connection.execute(query):
                known.setdefault(row.id, set()).update((row.content_hash, row.hash))
            absent = (
                sa.select(record_blob.c.sha256)
                .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
                .where(record_blob.c.record_id.in_(some), blob.c.sha256.is_(None))
            )
            photos.extend(connection.scalars(absent))
    lost = [record_id for record_id, offered in offers if offered not in known.get(record_id, ())]
    return lost, sorted(set(photos))
