"""One round of the sync: greet, records, photos, feed. A plain function of its ports; who calls it when is the loop's.

Records, photos and the feed each have their own circuit: what is wrong with one does not hold up the others.
"""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, takewhile

from inspection_station.protocol.day_sums import before_day, day_of_id, day_sums, newest_days
from inspection_station.protocol.messages import (
    BYTES_PER_BATCH,
    FEED_PAGE,
    OFFERS_PER_PAGE,
    RECORDS_PER_BATCH,
    Verdict,
    make_line,
)
from inspection_station.sync.backoff import Circuit, next_attempt
from inspection_station.sync.client import (
    CentreClient,
    Greeting,
    NotTheCentre,
    Refused,
    ServerTrouble,
    SyncFailure,
    Unreachable,
    WrongCertificate,
)
from inspection_station.sync.photo_upload import PhotoUpload
from inspection_station.sync.station_clock import unset_clock
from inspection_station.sync.words import sentences_of
from inspection_station.workflows.ports import (
    Clock,
    FeedItem,
    FeedStore,
    Outbox,
    OutboxCounts,
    OutboxRecord,
    PhotoStore,
)

COMPARE_SECONDS = 24 * 3600.0  # between two comparisons of the days with the centre
MOST_ATTEMPTS = 5  # definite failures of one record before a person has to look at it
MOST_STUMBLES = 9  # of the centre in one go before it is left alone: a batch of 100 is halved to one in seven
STATION_CODES = ("station.unknown", "station.revoked", "station.bad_signature", "request.protocol")
_WORDS = frozenset(verdict.value for verdict in Verdict)

log = logging.getLogger(__name__)


@dataclass
class SyncReport:
    """What one round did.

    Attributes:
        records, photos: how many the centre now holds by this round; feed_items: how many things it told.
        failure: ``""`` | ``unreachable`` | ``wrong_certificate`` | ``not_the_centre`` | ``trouble`` | ``refused``; the
            gravest of the round.
        code, what, to_do: when refused, the centre's code and sentences by language (``en``, ``zh``).
        waiting: what waits after the round. wait: seconds until the next round is due.
    """

    records: int = 0
    photos: int = 0
    feed_items: int = 0
    reconciled: bool = False
    failure: str = ""
    code: str = ""
    what: dict[str, str] = field(default_factory=dict)
    to_do: dict[str, str] = field(default_factory=dict)
    waiting: OutboxCounts = field(default_factory=OutboxCounts)
    wait: float = 0.0


class SyncEngine:
    """The station's side of the sync. Not to be called from two threads at once."""

    def __init__(
        self,
        outbox: Outbox,
        feed: FeedStore,
        photos: PhotoStore,
        client: CentreClient,
        clock: Clock,
        *,
        poll_seconds: float = 15.0,
        monotonic: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._outbox, self._feed, self._client, self._clock = outbox, feed, client, clock
        self._poll_seconds, self._monotonic, self._draw, self._stopping = poll_seconds, monotonic, draw, stopping
        self._upload = PhotoUpload(
            outbox, photos, client, between_parts=self._records_that_came, monotonic=monotonic
        )
        self._circuits = {"records": Circuit(), "photos": Circuit(), "feed": Circuit()}
        self._failures: dict[str, SyncFailure] = {}
        self._report = SyncReport()
        self._most_at_once = RECORDS_PER_BATCH
        self._stumbled: set[str] = set()  # records over which the centre stumbled; offered after all others
        self._compared_at: float | None = None  # when the days were last compared
        self._unequal_days: tuple[int, ...] = ()
        self.greeting: Greeting | None = None
        self.on_reconciling: Callable[[int], None] = lambda _offered: None  # told with every page of a whole reconcile
        self.place: tuple[str, str] | None = None  # epoch and cursor of the feed when all was told; for `FeedWatch`

    def hurry(self) -> None:
        """The network is up again or a person asks: the next round tries everything. May be called from any thread."""
        for circuit in self._circuits.values():
            circuit.hurry()

    def ask_feed(self) -> None:
        """The centre has something to tell: the next round asks for it. May be called from any thread."""
        self._circuits["feed"].hurry()

    def run_once(self) -> SyncReport:
        """Send what waits, take what is told; never raises for what the network or the centre does.

        Raises:
            StationProblem: the station's own disk or database.
        """
        report = self._report = SyncReport()
        for name, work in (("records", self._records), ("photos", self._photos), ("feed", self._tell)):
            circuit = self._circuits[name]
            if self._stopping() or not circuit.is_closed(self._monotonic()):
                continue
            try:
                self._greeted(work)
                circuit.succeeded()
                self._failures.pop(name, None)
            except SyncFailure as failure:
                log.info("sync of %s: %s %s", name, type(failure).__name__, failure)
                self._failures[name] = failure
                after = failure.retry_after if isinstance(failure, ServerTrouble) else None
                circuit.failed(self._monotonic(), after, self._draw)
                if not self._client.has_greeted:  # nothing else would get further
                    self._all_wait_for(circuit)
                    break
        self._tell_failures(report)
        report.waiting = self._outbox.counts()
        report.wait = self._next_round(report.waiting)
        return report

    def _all_wait_for(self, failed: Circuit) -> None:
        for circuit in self._circuits.values():
            circuit.failures = max(circuit.failures, failed.failures)
            circuit.not_before = max(circuit.not_before, failed.not_before)

    def _next_round(self, waiting: OutboxCounts) -> float:
        now = self._monotonic()
        feed = self._circuits["feed"]
        due = [feed.not_before if feed.failures else now + self._poll_seconds]
        due += [self._circuits["records"].not_before] if waiting.records else []
        due += [self._circuits["photos"].not_before] if waiting.photos else []
        return next_attempt(now, min(due), not (waiting.records or waiting.photos))

    def _tell_failures(self, report: SyncReport) -> None:
        """What is wrong now, also where this round did not try again yet: a refusal before all else."""
        for failure in self._failures.values():
            if isinstance(failure, Refused):
                report.failure, report.code = "refused", failure.code
                report.what, report.to_do = failure.what, failure.to_do
            elif not report.failure:
                names = {
                    Unreachable: "unreachable",
                    WrongCertificate: "wrong_certificate",
                    NotTheCentre: "not_the_centre",
                }
                report.failure = names.get(type(failure), "trouble")
                report.what, report.to_do = sentences_of(report.failure)

    def _greeted(self, work: Callable[[], None]) -> None:
        """Do `work` with a good nonce and a reconciled epoch; greet again once when the nonce has run out."""
        for attempt in (1, 2):
            try:
                if not self._client.has_greeted or self._days_are_due():
                    self._greet()
                self._reconcile_if_needed()
                self._offer_unequal_days()
                work()
                self._reconcile_if_needed()
                return
            except Refused:
                if self._client.has_greeted or attempt == 2:
                    raise

    def _greet(self) -> None:
        counts = self._outbox.counts()
        waiting = {"records": counts.records, "photos": counts.photos, "refused": counts.refused}
        now_ms = round(datetime.fromisoformat(self._clock.now()).timestamp() * 1000)
        days = newest_days(day_sums(self._taken(""))) if self._days_are_due() else None
        turn = self._turn()
        self.greeting = self._client.hello(now_ms, self._feed.cursor(), waiting, days, unset_clock(), turn)
        self._feed.note("greeted", turn[1])
        self._feed.note("clock_offset_ms", str(self.greeting.offset_ms))
        if days is not None:
            self._unequal_days = self.greeting.days
            self._compared_at = self._monotonic()

    def _turn(self) -> tuple[str, str]:
        """The last greeting that was answered, and this one: a new one, or the one whose answer was lost."""
        answered, this = self._feed.noted("greeted"), self._feed.noted("greeting")
        if not this or this == answered:
            this = secrets.token_hex(16)
            self._feed.note("greeting", this)  # before it is sent: what was sent once is sent again
        return answered, this

    def _days_are_due(self) -> bool:
        return self._compared_at is None or self._monotonic() - self._compared_at >= COMPARE_SECONDS

    def _reconcile_if_needed(self) -> None:
        epoch = self._client.epoch
        known = self._feed.noted("epoch")
        if epoch == known:
            return
        if known:
            log.warning("the centre's database has begun a new life; offering all that was sent")
            self._reconcile()
            self._report.reconciled = True
        self._feed.note("epoch", epoch)

    def _reconcile(self) -> None:
        self._offer(self._taken(""), self.on_reconciling)
        self._outbox.offer_quarantined_again()
        self._unequal_days = ()

    def _offer_unequal_days(self) -> None:
        """Offer the records of the days on which the centre holds others than this station thinks."""
        while self._unequal_days:
            day = self._unequal_days[0]
            self._offer(takewhile(_is_of(day), self._taken(before_day(day))))
            self._unequal_days = self._unequal_days[1:]

    def _taken(self, after: str) -> Iterator[tuple[str, str]]:
        """(id, hash) of what the centre took, by id, from `after` on."""
        while page := self._outbox.sent_ids(after, OFFERS_PER_PAGE):
            yield from page
            after = page[-1][0]

    def _offer(self, taken: Iterator[tuple[str, str]], tell: Callable[[int], None] = lambda _offered: None) -> None:
        told = 0
        while offers := list(islice(taken, OFFERS_PER_PAGE)):
            records, photos = self._client.reconcile(offers)
            offered = {record_id for record_id, _hash in offers}
            self._outbox.offer_again([name for name in records if name in offered], photos)
            told += len(offers)
            tell(told)

    def _records_that_came(self) -> None:
        if self._circuits["records"].is_closed(self._monotonic()) and self._outbox.pending_records(1):
            self._records()

    def _records(self) -> None:
        offered: set[str] = set()
        stumbles = 0
        while not self._stopping():
            waiting = self._outbox.pending_records(RECORDS_PER_BATCH + len(offered) + len(self._stumbled))
            self._stumbled &= {record.id for record in waiting}
            left = [record for record in waiting if record.id not in offered]
            batch = [record for record in left if record.id not in self._stumbled] or left
            if not batch:
                if waiting:
                    raise ServerTrouble(200)  # offered, and still waiting: not again at once
                return
            batch = batch[: self._most_at_once]
            try:
                offered |= self._send_batch(batch)
            except ServerTrouble as trouble:
                stumbles += 1
                if not trouble.is_stumble or stumbles > MOST_STUMBLES:
                    raise
                offered |= self._stumbled_over(batch)
            else:
                self._most_at_once = min(RECORDS_PER_BATCH, self._most_at_once * 2)

    def _stumbled_over(self, batch: list[OutboxRecord]) -> set[str]:
        """The centre fails on one of `batch`: send fewer at once until it stands alone, then all others before it."""
        if len(batch) > 1:
            self._most_at_once = len(batch) // 2
            return set()
        log.warning("the centre stumbles over a record; the others go first")
        self._stumbled.add(batch[0].id)
        return {batch[0].id}

    def _send_batch(self, batch: list[OutboxRecord]) -> set[str]:
        """Send the first of `batch` that fit one request; the ids of those that were dealt with."""
        lines: list[bytes] = []
        records: list[OutboxRecord] = []
        dealt_with: set[str] = set()
        size = 0
        for record in batch:
            line = self._line(record)
            if line is not None and lines and size + len(line) + 1 > BYTES_PER_BATCH:
                break
            dealt_with.add(record.id)
            if line is not None:
                lines.append(line)
                records.append(record)
                size += len(line) + 1
        if not lines:
            return dealt_with
        try:
            verdicts = self._client.send_records(lines)
        except Refused as refusal:
            if refusal.code in STATION_CODES or refusal.status in (401, 403):
                raise
            if len(records) > 1:
                for record in records:
                    self._send_batch([record])
            else:
                self._refused_for_good(records[0], refusal.code)
            return dealt_with
        self._outbox.mark_all([self._reading(record, told) for record, told in zip(records, verdicts, strict=True)])
        return dealt_with

    def _line(self, record: OutboxRecord) -> bytes | None:
        """The record's line; None when it can never be sent, which is noted."""
        try:
            line = make_line(record.id, record.revision, record.kind, record.body, record.blobs)
        except (ValueError, RecursionError):
            self._outbox.mark(record.id, "quarantined", "record.not_canonical")
            return None
        if len(line) >= BYTES_PER_BATCH:
            self._outbox.mark(record.id, "quarantined", "record.too_large")
            return None
        return line

    def _refused_for_good(self, record: OutboxRecord, code: str) -> None:
        if record.attempts + 1 < MOST_ATTEMPTS:
            self._outbox.mark(record.id, "retry", code)
            return
        log.warning("a record was refused by the centre: %s", code)
        self._outbox.mark(record.id, "quarantined", code)

    def _reading(self, record: OutboxRecord, told: dict[str, object]) -> tuple[str, str, str]:
        """The verdict on `record` as the outbox notes it; one that makes no sense is none."""
        word = str(told.get("verdict", ""))
        if told.get("id") not in (record.id, "") or word not in _WORDS:
            word = "retry"
        code, needs = str(told.get("code", "")), told.get("need")
        if word in ("quarantined", "conflict"):
            log.warning("the centre did not take a record: %s %s", word, code)
        self._report.records += word in ("stored", "duplicate", "need")
        return record.id, word, code or (" ".join(map(str, needs)) if isinstance(needs, list) else "")

    def _photos(self) -> None:
        try:
            self._upload.send_all(self._stopping)
        finally:
            self._report.photos += self._upload.arrived

    def _tell(self) -> None:
        if self.greeting is not None and self.greeting.no_receiving is not None:
            raise self.greeting.no_receiving
        restarts = 0
        while not self._stopping():
            epoch, cursor = self._feed.cursor()
            if epoch != self._client.epoch:
                cursor = ""
            try:
                items, after, more = self._client.feed(self._client.epoch, cursor, FEED_PAGE)
            except Refused as refusal:
                restarts += 1
                if restarts > 2 or refusal.code not in ("feed.other_epoch", "feed.bad_cursor"):
                    raise
                self._restart_feed(refusal)
                continue
            told = [FeedItem(str(item["kind"]), str(item["id"]), item["body"]) for item in items]
            if items or (epoch, cursor) != (self._client.epoch, after):
                self._feed.apply_page(self._client.epoch, after, told)
            self._report.feed_items += len(items)
            if not more:
                self.place = self._client.epoch, after
                return

    def _restart_feed(self, refusal: Refused) -> None:
        if refusal.epoch:
            self._client.epoch = refusal.epoch
        self._reconcile_if_needed()
        if refusal.code == "feed.bad_cursor":
            self._feed.apply_page(self._client.epoch, "", [])


def _is_of(day: int) -> Callable[[tuple[str, str]], bool]:
    return lambda record: day_of_id(record[0]) == day
