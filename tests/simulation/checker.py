"""What must hold in each history: nothing acked lost, nothing doubled, no verdict taken back, no cursor ahead."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from inspection_station.protocol.messages import CENTRE
from inspection_station.server import renewals
from inspection_station.server.returns_feed import read_page
from inspection_station.server.tables import (
    blob,
    fact,
    feed_item,
    inspection,
    quarantine,
    record,
    record_blob,
    station,
)
from simulation.bench_site import BenchSite
from simulation.centre_site import DATABASE, CentreSite
from simulation.engines import share_statements
from simulation.network import Answer, Sent

GOOD = ("stored", "duplicate", "need")


class Violation(AssertionError):
    """Something that must hold did not."""


def answer_of(answer: Answer) -> dict[str, Any]:
    """The centre's JSON of an answer; empty when it is none that a station takes for one."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if answer.status == 200 and isinstance(found, dict) and found.get("centre") == CENTRE else {}


def lines_of(sent: Sent) -> list[bytes]:
    """The lines of a batch."""
    packed = dict(sent.headers).get(b"Content-Encoding") == b"gzip"
    return [line for line in (gzip.decompress(sent.body) if packed else sent.body).split(b"\n") if line.strip()]


@dataclass
class Checker:
    """Looks at the centre's disk with a connection of its own.

    Attributes:
        held: (id, hash) of the records and names of the photos that the centre, in its present life, said it holds.
        words: for each record (id, hash) the kinds of final verdict it was ever given.
    """

    site: CentreSite
    held: set[tuple[str, str]] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)
    words: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    acks: Counter[str] = field(default_factory=Counter)
    _engine: sa.Engine | None = None

    def _reading(self) -> sa.Engine:
        if self._engine is None:
            path = self.site.folder / DATABASE
            self._engine = sa.create_engine(f"sqlite:///{path}")
            share_statements(self._engine)
        return self._engine

    def close(self) -> None:
        """Give the connection back, for good or before the file is replaced."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def answered(self, sent: Sent, answer: Answer) -> None:
        """The centre has answered: what it says must be on its disk now.

        Raises:
            Violation: it is not.
        """
        told = answer_of(answer)
        if told and sent.word == "POST records":
            self._batch_answered(lines_of(sent), told["verdicts"])
        elif told and sent.word == "PUT blobs" and told["verdict"] in ("stored", "duplicate"):
            self._photo_answered(sent.target.rpartition("/")[2])

    def _batch_answered(self, lines: list[bytes], verdicts: list[dict[str, Any]]) -> None:
        with self._reading().connect() as connection:
            for line, told in zip(lines, verdicts, strict=True):
                word = str(told["verdict"])
                self.acks[word] += 1
                if word == "quarantined":
                    wanted = sa.select(quarantine.c.line).where(
                        quarantine.c.line_sha256 == hashlib.sha256(line).hexdigest()
                    )
                    if connection.scalar(wanted) != line:
                        raise Violation("quarantined, but not kept word for word")
                    continue
                name = str(told["id"]), str(json.loads(line)["hash"])
                if word not in GOOD and word != "conflict":
                    continue
                self._record_held(connection, name, word)
                self.words.setdefault(name, set()).add("conflict" if word == "conflict" else "taken")

    def _record_held(self, connection: sa.Connection, name: tuple[str, str], word: str) -> None:
        mine = (record.c.id == name[0]) & (record.c.hash == name[1])
        if connection.scalar(sa.select(record.c.verdict).where(mine)) is None:
            raise Violation(f"{word} for {name[0]}, which is not on the disk")
        if word in ("stored", "duplicate"):
            lacking = (
                sa.select(record_blob.c.sha256)
                .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
                .where(record_blob.c.record_id == name[0], blob.c.sha256.is_(None))
            )
            if connection.scalar(lacking) is not None:
                raise Violation(f"{word} for {name[0]}, a photo of which is not here")
        self.held.add(name)

    def _photo_answered(self, sha256: str) -> None:
        with self._reading().connect() as connection:
            here = connection.scalar(sa.select(blob.c.sha256).where(blob.c.sha256 == sha256))
        if not here or not self._bytes_are_here(sha256):
            raise Violation("an acked photo is not on the disk")
        self.photos.add(sha256)

    def _bytes_are_here(self, sha256: str) -> bool:
        path = self.site.folder / "photos" / sha256[:2] / sha256
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        except OSError:
            return False

    def after_restart(self) -> None:
        """The centre has come up again: what it said it holds is there."""
        with self._reading().connect() as connection:
            names = {(row.id, row.hash) for row in connection.execute(sa.select(record.c.id, record.c.hash))}
        if lost := self.held - names:
            raise Violation(f"{len(lost)} acked records are not there after a restart")
        for sha256 in self.photos:
            if not self._bytes_are_here(sha256):
                raise Violation("an acked photo is not there after a restart")

    def put_back(self) -> None:
        """The centre has begun a new life from an older copy: what it lacks is to come back by itself."""
        self.close()
        self.held.clear()
        self.photos.clear()

    def check_cursor(self, bench: BenchSite) -> bool:
        """The bench holds whatever stands before its cursor; whether that is all there is.

        Raises:
            Violation: it does not.
        """
        epoch, cursor = bench.feed.cursor()
        with self._reading().connect() as connection:
            if epoch != connection.scalar(sa.select(fact.c.value).where(fact.c.name == "epoch")):
                return False
            page = read_page(connection, cursor, 500)
            to_come = {item["id"] for item in page["items"]}
            mine = sa.select(feed_item.c.id, feed_item.c.body).where(feed_item.c.kind == "tote")
            told = {row.id: json.loads(row.body) for row in connection.execute(mine) if row.id not in to_come}
        known = {tote.code: tote for tote in bench.reference.totes()}
        for name, body in told.items():
            if name not in known or known[name].slot != body["slot"]:
                raise Violation(f"{bench.name} has passed tote {name} but does not hold it")
        return not to_come

    def check_bench(self, bench: BenchSite) -> None:
        """After a restart the bench has all that it called saved."""
        for making in {event.inspection_id: event for event in bench.saved.events.values()}.values():
            kept = {event.id for event in bench.inspections.events_of(making.inspection_id)}
            mine = {e.id for e in bench.saved.events.values() if e.inspection_id == making.inspection_id}
            if mine - kept:
                raise Violation(f"{bench.name} has lost a saved event")
        if not all(bench.photos.verify(sha256) for sha256 in bench.saved.photos):
            raise Violation(f"{bench.name} has lost a photo")

    def check_end(self, benches: list[BenchSite]) -> None:
        """Everything is at the centre, once, and nothing else."""
        wanted, places, photos, poison = set(), Counter[tuple[str, int]](), set(), set()
        for event in {e.id: e for bench in benches for e in bench.saved.events.values()}.values():
            wanted.add((event.id, event.hash))
            places[event.inspection_id, event.sequence] += 1
        for bench in benches:
            photos |= bench.saved.photos
            poison |= bench.saved.poison
        forked = {place[0] for place, count in places.items() if count > 1}
        renewals.bring_up_to_date(self.site.centres[0])  # as everything does that reads the inspections
        with self._reading().connect() as connection:
            rows = connection.execute(sa.select(record)).all()
            here = set(connection.scalars(sa.select(blob.c.sha256)))
            read = {row.id: row for row in connection.execute(sa.select(inspection))}
            bad = connection.execute(sa.select(quarantine.c.line)).all()
            flagged = connection.scalar(sa.select(sa.func.count()).where(station.c.forked_at != ""))
        found = [(row.id, row.content_hash) for row in rows]
        self._require(not (lost := wanted - set(found)), f"{len(lost)} records lost")
        self._require(len(found) == len(set(found)) == len(wanted), "records doubled or made up")
        self._require(not (photos - here), f"{len(photos - here)} photos lost")
        self._require(all(self._bytes_are_here(sha256) for sha256 in photos), "a photo's bytes are lost")
        named = {str(json.loads(row.line).get("id")) for row in bad}
        self._require(named == poison, "not exactly the poison is quarantined")
        self._require(len(bad) == len(poison), "a poison record is kept twice")
        for row in rows:
            allowed = ("stored", "conflict") if row.inspection_id in forked else ("stored",)
            self._require(row.verdict in allowed, f"a record rests as {row.verdict}")
        for inspection_id, row in read.items():
            events = sum(count for place, count in places.items() if place[0] == inspection_id)
            self._require(row.events == events, "an inspection does not count its events")
            self._require(row.chain == ("forked" if inspection_id in forked else "whole"), f"a chain is {row.chain}")
        self._require(len(read) == len({place[0] for place in places}), "an inspection is missing")
        stations = {bench.enrolment.identity.station_id for bench in benches}
        self._require(bool(flagged) or not forked, "a fork is not marked")
        # A clone that shares no inspection is told by its greeting, where both have greeted since.
        self._require(not flagged or len(stations) < len(benches), "a station is marked of which there is no copy")
        hashes = {(event.id): event for bench in benches for event in bench.saved.events.values()}
        for name, words in self.words.items():
            event = hashes.get(name[0])
            if event is None or event.inspection_id not in forked:
                self._require(len(words) == 1, f"verdicts on {name[0]} contradict each other: {sorted(words)}")
        self._require(not self.site.faults, f"the centre failed: {self.site.faults[:3]}")

    @staticmethod
    def _require(holds: bool, what: str) -> None:
        if not holds:
            raise Violation(what)
