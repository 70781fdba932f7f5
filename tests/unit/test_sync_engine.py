"""The station's side of the sync: everything drains, only an ack is an ack, and nothing stops silently."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from centre_cases import (
    FolderPhotos,
    InProcess,
    MovedClock,
    enrolled,
    in_process_centre,
    inspection_events,
    jpeg,
    padded_jpeg,
)
from fakes_storage import MemoryStation

from inspection_station.errors import StationProblem
from inspection_station.server import enrolment, search
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import blob, record, record_blob
from inspection_station.sync.backoff import LONGEST_WAIT, WATCHDOG, Circuit, jittered_wait, next_attempt
from inspection_station.sync.client import CentreClient, Transport
from inspection_station.sync.engine import SyncEngine, SyncReport
from inspection_station.sync.loop import SyncLoop, SyncState
from inspection_station.sync.photo_upload import LARGEST_PART, SMALLEST_PART, next_part_size

pytestmark = pytest.mark.both_databases


@dataclass
class Line(httpx2.BaseTransport):
    """The line to the centre, which a test may disturb."""

    inner: InProcess
    disturb: Callable[[httpx2.Request], httpx2.Response | None] = lambda _request: None
    lose_reply: Callable[[httpx2.Request], bool] = lambda _request: False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        other = self.disturb(request)
        if other is not None:
            return other
        answer = self.inner.handle_request(request)
        if self.lose_reply(request):
            raise httpx2.ReadError("the line broke", request=request)
        return answer


def answer_of(status: int, body: bytes = b"", **headers: str) -> httpx2.Response:
    """An answer that does not come from a centre."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, headers=told, stream=httpx2.ByteStream(body))


@dataclass
class Bench:
    """A station in memory on a line to a centre in this process; time stands until it is moved."""

    centre: Centre
    line: Line
    station: MemoryStation
    photos: FolderPhotos
    client: CentreClient
    engine: SyncEngine
    seconds: list[float] = field(default_factory=lambda: [0.0])
    number: int = 0

    def inspect(self, photos: int = 0) -> list[str]:
        """One inspection with photos goes into the outbox; returns their names."""
        self.number += 1
        names = [self.photos.keep(jpeg(self.number * 100 + n)).sha256 for n in range(photos)]
        for event in inspection_events(names, self.number):
            self.station.outbox.queue(event)
        return names

    def held(self) -> dict[str, Any]:
        """What the centre holds."""
        return search.count_everything(self.centre, verify_photos=True)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = MovedClock()
    centre = in_process_centre(tmp_path / "centre", clock)
    line = Line(InProcess(centre))
    transport = Transport("http://centre.test", line)
    client = CentreClient(transport, *enrolled(centre, transport, tmp_path / "key"))
    station, photos, seconds = MemoryStation(), FolderPhotos(tmp_path / "photos"), [0.0]
    engine = SyncEngine(
        station.outbox, station.feed, photos, client, clock, monotonic=lambda: seconds[0], draw=lambda: 1.0
    )
    yield Bench(centre, line, station, photos, client, engine, seconds)
    transport.close()
    centre.close()


def waiting(bench: Bench) -> tuple[int, int, int]:
    counts = bench.station.outbox.counts()
    return counts.records, counts.photos, counts.refused


def test_one_round_sends_everything_and_takes_what_is_told(bench: Bench) -> None:
    for _ in range(40):
        bench.inspect(photos=1)
    with bench.centre.database.writer.begin() as connection:
        tote = {"code": "T-000001X", "slot": 1, "disposition": "restock"}
        publish(connection, "tote", [(f"T-{n:06d}", {**tote, "code": f"T-{n:06d}"}) for n in range(1100)])
    report = bench.engine.run_once()
    assert (report.records, report.photos, report.failure, report.wait) == (200, 40, "", 15.0)
    assert waiting(bench) == (0, 0, 0)
    assert len(bench.station.reference.totes()) == 1100
    held = bench.held()
    assert (held["records_stored"], held["photos"], held["photos_damaged"]) == (200, 40, 0)
    assert bench.station.feed.aside == []
    before = len(bench.line.inner.requests)
    bench.engine.run_once()
    assert len(bench.line.inner.requests) == before + 1  # only the feed is asked


def test_a_lost_reply_doubles_nothing(bench: Bench) -> None:
    bench.inspect(photos=2)
    lost: list[str] = []

    def lose(request: httpx2.Request) -> bool:
        target = request.url.path
        if request.method in ("POST", "PUT") and (request.method, target) not in lost and "hello" not in target:
            lost.append((request.method, target))  # type: ignore[arg-type]
            return True
        return False

    bench.line.lose_reply = lose
    for _ in range(10):
        bench.engine.run_once()
        bench.seconds[0] += LONGEST_WAIT
    assert waiting(bench) == (0, 0, 0)
    assert len(lost) == 3
    held = bench.held()
    assert (held["records"], held["photos"], held["conflicts"]) == (6, 2, 0)


def test_a_captive_portal_is_not_taken_for_an_ack(bench: Bench) -> None:
    bench.inspect(photos=1)
    bench.engine.run_once()
    bench.inspect(photos=1)

    def portal(_request: httpx2.Request) -> httpx2.Response:
        return answer_of(200, b"<html>Welcome to the airport</html>", content_type="text/html")

    bench.line.disturb = portal
    bench.seconds[0] += 60
    report = bench.engine.run_once()
    assert (report.failure, report.records, report.photos) == ("not_the_centre", 0, 0)
    assert waiting(bench) == (5, 1, 0)
    bench.line.disturb = lambda _request: None
    bench.seconds[0] += LONGEST_WAIT
    assert bench.engine.run_once().failure == ""
    assert waiting(bench) == (0, 0, 0)


@pytest.mark.parametrize(
    "body",
    [b"{}", b"null", b'{"centre":"inspection-station"}', b"\xff", b"[" * 100_000,
     b'{"centre":"inspection-station","protocol":1,"epoch":"x","verdicts":[{}]}',
     b'{"centre":"inspection-station","protocol":1,"epoch":"x"}'],
)  # fmt: skip
def test_answers_of_the_wrong_form_are_no_acks(bench: Bench, body: bytes) -> None:
    bench.inspect()
    bench.line.disturb = lambda _request: answer_of(200, body, content_type="application/json")
    assert bench.engine.run_once().failure in ("not_the_centre", "trouble")
    assert waiting(bench) == (4, 0, 0)


def test_records_and_photos_the_restored_centre_lacks_come_back_by_themselves(
    bench: Bench, expects_log: Callable[[str], None]
) -> None:
    names = bench.inspect(photos=2)
    bench.engine.run_once()
    with bench.centre.database.writer.begin() as connection:  # last night's backup
        for table in (record_blob, record, blob):
            connection.execute(table.delete())
    epoch = renew_epoch(bench.centre)
    expects_log("begun a new life")
    bench.seconds[0] += 15
    bench.engine.run_once()
    bench.seconds[0] += 15
    bench.engine.run_once()
    assert waiting(bench) == (0, 0, 0)
    held = bench.held()
    assert (held["records_stored"], held["photos"]) == (6, 2)
    assert bench.station.feed.cursor()[0] == epoch == bench.station.feed.noted("epoch")
    assert all(bench.centre.photos.verify(name) for name in names)


def test_an_interrupted_reconcile_is_done_again(bench: Bench, expects_log: Callable[[str], None]) -> None:
    bench.inspect()
    bench.engine.run_once()
    before = bench.station.feed.noted("epoch")
    renew_epoch(bench.centre)
    expects_log("begun a new life")
    bench.line.disturb = lambda request: answer_of(502) if "reconcile" in request.url.path else None
    bench.seconds[0] += 15
    assert bench.engine.run_once().failure == "trouble"
    assert bench.station.feed.noted("epoch") == before
    bench.line.disturb = lambda _request: None
    bench.seconds[0] += LONGEST_WAIT
    assert bench.engine.run_once().reconciled
    assert bench.station.feed.noted("epoch") == bench.centre.epoch()


def test_a_photo_the_centre_cannot_take_does_not_hold_up_the_others(
    bench: Bench, expects_log: Callable[[str], None]
) -> None:
    bad = bench.photos.keep(b"no picture at all").sha256
    gone = hashlib.sha256(b"gone").hexdigest()
    good = bench.photos.keep(jpeg(5)).sha256
    for event in inspection_events([bad, gone, good]):
        bench.station.outbox.queue(event)
    expects_log("a photo was refused by the centre: photo.not_a_picture")
    report = bench.engine.run_once()
    assert report.photos == 1
    assert waiting(bench)[1] == 0
    assert bench.centre.photos.verify(good)


def test_a_damaged_photo_is_told_and_not_offered_for_ever(bench: Bench, expects_log: Callable[[str], None]) -> None:
    name = bench.inspect(photos=1)[0]
    bench.photos.path(name).write_bytes(jpeg(9))
    expects_log("photo.damaged_here")
    bench.engine.run_once()
    assert waiting(bench)[1] == 0


def test_an_interrupted_photo_goes_on_where_it_broke_off(bench: Bench) -> None:
    data = padded_jpeg(1, 3_000_000)
    name = bench.photos.keep(data).sha256
    for event in inspection_events([name]):
        bench.station.outbox.queue(event)
    sent: list[int] = []

    def break_second(request: httpx2.Request) -> bool:
        if request.method == "PUT":
            sent.append(len(request.content))
            return len(sent) == 3
        return False

    bench.line.lose_reply = break_second
    assert bench.engine.run_once().failure == "unreachable"
    bench.seconds[0] += LONGEST_WAIT
    bench.engine.run_once()
    assert waiting(bench) == (0, 0, 0)
    assert sum(sent) == len(data)  # nothing of it was sent twice


def test_a_new_record_goes_out_between_two_parts_of_a_big_photo(bench: Bench) -> None:
    name = bench.photos.keep(padded_jpeg(1, 2_000_000)).sha256
    for event in inspection_events([name]):
        bench.station.outbox.queue(event)
    order: list[str] = []

    def watch(request: httpx2.Request) -> None:
        order.append(request.url.path.split("/")[3])
        if order.count("blobs") == 2 and bench.number == 0:  # the HEAD and the first part
            bench.inspect()

    bench.line.disturb = watch
    bench.engine.run_once()
    assert waiting(bench) == (0, 0, 0)
    first, last = order.index("blobs"), len(order) - 1 - order[::-1].index("blobs")
    assert "records" in order[first:last]


def test_a_record_that_can_never_be_sent_is_put_before_a_person(bench: Bench) -> None:
    events = inspection_events()
    for event in events:
        bench.station.outbox.queue(event)
    queued = bench.station.outbox.records
    object.__setattr__(queued[events[0].id].record, "body", {"text": "x" * 1_100_000})
    object.__setattr__(queued[events[1].id].record, "body", {"text": "\ud800"})
    report = bench.engine.run_once()
    assert (report.records, waiting(bench)) == (2, (0, 0, 2))


def test_large_records_go_in_more_than_one_batch(bench: Bench) -> None:
    for _ in range(3):
        for event in inspection_events():
            bench.station.outbox.queue(event)
    for queued in bench.station.outbox.records.values():
        object.__setattr__(queued.record, "kind", "bench_note")
        object.__setattr__(queued.record, "body", {"text": "x" * 300_000})
    assert bench.engine.run_once().records == 12
    assert bench.held()["records"] == 12


def test_a_revoked_station_says_so_and_keeps_everything(bench: Bench) -> None:
    bench.inspect(photos=1)
    enrolment.revoke_station(bench.centre, "B12")
    report = bench.engine.run_once()
    assert (report.failure, report.code) == ("refused", "station.revoked")
    assert report.what["zh"] and report.to_do["en"]
    assert waiting(bench) == (5, 1, 0)


def test_an_unreachable_centre_is_asked_once_a_round_and_less_and_less_often(bench: Bench) -> None:
    bench.inspect(photos=1)
    asked: list[str] = []

    def nobody(request: httpx2.Request) -> None:
        asked.append(request.url.path)
        raise httpx2.ConnectError("nobody there", request=request)

    bench.line.disturb = nobody
    waits = []
    for _ in range(10):
        report = bench.engine.run_once()
        assert (report.failure, len(asked)) == ("unreachable", len(waits) + 1)
        waits.append(report.wait)
        bench.seconds[0] += report.wait
    bench.seconds[0] -= 1
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0]
    assert bench.engine.run_once().failure == "unreachable"  # not yet asked again, and still so
    bench.line.disturb = lambda _request: None
    bench.engine.hurry()
    assert bench.engine.run_once().failure == ""
    assert waiting(bench) == (0, 0, 0)


def test_trouble_with_photos_does_not_stop_records_or_the_feed(bench: Bench) -> None:
    bench.inspect(photos=1)
    bench.line.disturb = lambda request: (
        answer_of(503, retry_after="7") if request.method in ("PUT", "HEAD") else None
    )
    report = bench.engine.run_once()
    assert (report.failure, report.records) == ("trouble", 5)
    assert 0 < report.wait <= 15.0
    bench.inspect()
    bench.seconds[0] += 1
    assert bench.engine.run_once().records == 4  # its own circuit is closed


@pytest.mark.expects_log("the centre stumbles over a record")
def test_a_record_over_which_the_centre_stumbles_holds_up_no_other(bench: Bench) -> None:
    for _ in range(30):
        bench.inspect()
    bad = next(iter(bench.station.outbox.records))

    def stumble(request: httpx2.Request) -> httpx2.Response | None:
        body = gzip.decompress(request.content) if request.headers.get("content-encoding") else request.content
        return answer_of(500) if request.url.path.endswith("records") and bad.encode() in body else None

    bench.line.disturb = stumble
    for _ in range(3):
        report = bench.engine.run_once()
        bench.seconds[0] += LONGEST_WAIT
    assert waiting(bench) == (1, 0, 0) and report.failure == "trouble"
    bench.inspect()
    bench.engine.run_once()
    assert waiting(bench) == (1, 0, 0)  # tried again for ever, after all others
    bench.line.disturb = lambda _request: None
    bench.seconds[0] += LONGEST_WAIT
    bench.engine.run_once()
    assert waiting(bench) == (0, 0, 0)
    assert bench.held()["records_stored"] == 124


@pytest.mark.expects_log("the centre stumbles over a photo")
def test_a_photo_over_which_the_centre_stumbles_holds_up_no_other(bench: Bench) -> None:
    bad = bench.inspect(photos=1)[0]
    bench.line.disturb = lambda request: answer_of(500) if request.url.path.endswith(bad) else None
    for _ in range(20):
        bench.inspect(photos=1)
    report = bench.engine.run_once()
    assert (report.photos, waiting(bench), report.failure) == (20, (0, 1, 0), "trouble")
    bench.inspect(photos=1)
    bench.seconds[0] += LONGEST_WAIT
    bench.engine.run_once()
    assert waiting(bench) == (0, 1, 0)
    bench.line.disturb = lambda _request: None
    bench.seconds[0] += LONGEST_WAIT
    bench.engine.run_once()
    assert waiting(bench) == (0, 0, 0)


def test_a_centre_that_fails_on_everything_is_left_alone_soon(bench: Bench, expects_log: Callable[[str], None]) -> None:
    expects_log("the centre stumbles over a record")
    expects_log("the centre stumbles over a photo")
    bench.engine.run_once()
    for _ in range(60):
        bench.inspect(photos=1)
    bench.line.disturb = lambda _request: answer_of(500)
    before = len(bench.line.inner.requests)
    asked: list[str] = []
    bench.line.disturb = lambda request: (asked.append(request.url.path), answer_of(500))[1]
    bench.seconds[0] += LONGEST_WAIT
    assert bench.engine.run_once().failure == "trouble"
    assert len(asked) <= 20 and len(bench.line.inner.requests) == before
    bench.line.disturb = lambda _request: None
    for _ in range(3):
        bench.seconds[0] += LONGEST_WAIT
        bench.engine.run_once()
    assert waiting(bench) == (0, 0, 0)


def test_records_that_the_centre_puts_off_hold_up_no_other(bench: Bench) -> None:
    for _ in range(40):
        bench.inspect()
    first = set(list(bench.station.outbox.records)[:120])
    plain = bench.client.send_records

    def put_off(lines: Sequence[bytes]) -> list[dict[str, Any]]:
        told = plain(lines)
        return [{**each, "verdict": "retry"} if each["id"] in first else each for each in told]

    bench.client.send_records = put_off  # type: ignore[method-assign]
    assert bench.engine.run_once().records == 40
    assert waiting(bench) == (120, 0, 0)


def test_retry_after_is_honoured_but_never_past_the_watchdog() -> None:
    circuit = Circuit()
    circuit.failed(100.0, 7.0)
    assert not circuit.is_closed(106.9) and circuit.is_closed(107.0)
    circuit.failed(100.0, 100_000.0)
    assert circuit.not_before == 160.0
    circuit.hurry()
    assert circuit.is_closed(100.0)


@pytest.mark.parametrize("failures", [1, 2, 5, 50, 10_000])
def test_waits_lie_between_nothing_and_a_ceiling_that_doubles(failures: int) -> None:
    assert jittered_wait(failures, lambda: 0.0) == 0.0
    assert jittered_wait(failures, lambda: 1.0) == min(60.0, 2.0 ** min(failures - 1, 30))


def test_a_queue_that_is_not_empty_is_tried_within_the_watchdog() -> None:
    assert next_attempt(0.0, 10_000.0, queue_is_empty=False) == WATCHDOG
    assert next_attempt(0.0, 10_000.0, queue_is_empty=True) == 10_000.0
    assert next_attempt(50.0, 10.0, queue_is_empty=False) == 0.0


def test_parts_grow_on_a_fast_line_and_shrink_on_a_slow_one() -> None:
    assert next_part_size(SMALLEST_PART, 0.01) == 2 * SMALLEST_PART
    assert next_part_size(LARGEST_PART, 0.01) == LARGEST_PART
    assert next_part_size(SMALLEST_PART, 20.0) == SMALLEST_PART
    assert next_part_size(LARGEST_PART, 2.0) == LARGEST_PART // 2


class Rounds:
    """An engine whose rounds are written beforehand; the last one stops the loop."""

    greeting = None

    def __init__(self, *rounds: SyncReport | Exception) -> None:
        self.left = list(rounds)
        self.loop: SyncLoop | None = None

    def run_once(self) -> SyncReport:
        made = self.left.pop(0)
        if not self.left and self.loop is not None:
            self.loop.stop()
        if isinstance(made, Exception):
            raise made
        return made

    def hurry(self) -> None:
        pass


def test_the_loop_survives_every_fault_and_shows_each_state(expects_log: Callable[[str], None]) -> None:
    expects_log("fault in a round of the sync")
    shown: list[SyncState] = []
    rounds = Rounds(
        SyncReport(failure="unreachable"),
        ZeroDivisionError("a bug"),
        StationProblem("disk.full", "full"),
        SyncReport(failure="refused", code="station.revoked"),
        SyncReport(),
    )
    loop = SyncLoop(rounds, MemoryStation().outbox, MovedClock(), shown.append)  # type: ignore[arg-type]
    rounds.loop = loop
    loop._wake.wait = lambda _seconds: True  # type: ignore[assignment,method-assign]
    loop.run()
    kinds = [(state.kind, state.code) for state in shown]
    assert kinds == [
        ("offline", "unreachable"), ("fault", "sync.fault"), ("fault", "disk.full"),
        ("refused", "station.revoked"), ("idle", ""),
    ]  # fmt: skip
    assert shown[-1].last_success and not shown[0].last_success
