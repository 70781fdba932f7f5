"""Portals, certificates, clones and clocks against real processes: nothing false is an ack, all drains untouched."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from centre_cases import CentreProcess, in_process_centre
from running_bench import RunningBench
from tls_front import Authority, Front

from inspection_station.errors import StationProblem
from inspection_station.server import ledger, search
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.tables import station

pytestmark = pytest.mark.both_surroundings


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = CentreProcess(tmp_path / "centre").start()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def front(centre: CentreProcess) -> Iterator[Front]:
    line = Front(centre.port).start()
    yield line
    line.stop()


@pytest.fixture
def bench(tmp_path: Path, front: Front, centre: CentreProcess) -> Iterator[RunningBench]:
    made = RunningBench(tmp_path / "bench").enrol(f"http://127.0.0.1:{front.own_port}", centre.code)
    yield made
    made.close()


def at_centre(centre: CentreProcess) -> Centre:
    """The centre's data, once its process has ended."""
    if centre.process.poll() is None:
        centre.stop()
    return in_process_centre(centre.data, practice=True)


def require_all(centre: CentreProcess, *benches: RunningBench) -> None:
    """Everything the benches saved is at the centre, once."""
    held = at_centre(centre)
    told = search.count_everything(held, verify_photos=True)
    events = {(event.id, event.hash) for bench in benches for event in bench.events}
    photos = {name for bench in benches for name in bench.photos}
    assert ledger.lacking(held, sorted(events)) == ([], [])
    assert (told["records_stored"], told["photos"]) == (len(events), len(photos))
    assert (told["photos_damaged"], told["photos_missing_on_disk"], told["quarantined"]) == (0, 0, 0)
    held.close()


class Portal(BaseHTTPRequestHandler):
    """A captive portal: whatever is asked, it answers 200 with its page."""

    def _page(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        page = b"<html><body>Welcome to the airport. Please sign in.</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    def log_message(self, *_arguments: object) -> None:
        pass


for _method in ("GET", "POST", "PUT", "HEAD"):
    setattr(Portal, f"do_{_method}", Portal._page)


def test_a_captive_portal_is_no_centre_and_all_drains_when_it_is_gone(
    centre: CentreProcess, front: Front, bench: RunningBench
) -> None:
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    bench.inspect(photos=2)
    front.stop()
    front.port, behind = portal.server_address[1], front.port
    front.start()  # the same address leads elsewhere
    bench.start()
    bench.wait_until(lambda: "not_the_centre" in bench.kinds(), 30)
    assert bench.waiting == 8 and bench.states[-1].what["en"].startswith("Something else answers")
    front.stop()
    front.port = behind
    front.start()
    print(f"drained after {bench.wait_until(bench.drained):.1f} s")
    portal.shutdown()
    portal.server_close()
    bench.stop()
    require_all(centre, bench)


def test_a_wrong_certificate_gets_nothing_and_the_sites_own_authority_is_enough(
    centre: CentreProcess, front: Front, tmp_path: Path
) -> None:
    ours = Authority(tmp_path / "ours")
    front.context = ours.context_for("127.0.0.1")
    url = f"https://127.0.0.1:{front.own_port}"
    stranger = RunningBench(tmp_path / "stranger", 2)
    with pytest.raises(StationProblem) as refused:
        stranger.enrol(url, centre.code)  # it trusts whom the system trusts
    assert refused.value.code == "centre.unreachable"
    stranger.close()
    assert front.passed == 0

    bench = RunningBench(tmp_path / "bench", authority=str(ours.file)).enrol(url, centre.code)
    bench.inspect(photos=2)
    passed = front.passed
    for wrong in (ours.context_for("centre.example"), Authority(tmp_path / "theirs").context_for("127.0.0.1")):
        front.stop()
        front.context = wrong
        front.start()
        bench.states.clear()
        bench.start()
        bench.wait_until(lambda: "wrong_certificate" in bench.kinds(), 30)
        assert bench.states[-1].to_do["en"].startswith("Check the centre's address")
        bench.stop()
    assert (bench.waiting, front.passed) == (8, passed)

    front.stop()
    front.context = ours.context_for("127.0.0.1")
    front.start()
    bench.start()
    print(f"drained after {bench.wait_until(bench.drained):.1f} s")
    bench.close()
    require_all(centre, bench)


def test_an_authority_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    bench = RunningBench(tmp_path / "bench", authority=str(tmp_path / "absent.pem"))
    with pytest.raises(StationProblem) as problem:
        bench.enrol("https://127.0.0.1:1", "CODE")
    assert problem.value.code == "centre.authority"
    bench.close()


@pytest.mark.expects_log("begun a new life")
def test_a_wrong_epoch_has_everything_offered_and_nothing_wiped(
    centre: CentreProcess, bench: RunningBench
) -> None:
    bench.inspect(photos=1)
    bench.start()
    bench.wait_until(bench.drained)
    before = bench.station.feed.cursor()
    bench.stop()
    held = at_centre(centre)
    epoch = renew_epoch(held)
    held.close()
    centre.start()
    bench.inspect(photos=1)
    bench.start()
    bench.wait_until(lambda: bench.drained() and bench.station.feed.cursor()[0] == epoch)
    assert before[0] != epoch and bench.station.feed.noted("epoch") == epoch
    assert len(bench.station.store.events_of(bench.events[0].inspection_id)) == 5
    bench.stop()
    require_all(centre, bench)


@pytest.mark.expects_log("the centre did not take a record: conflict")
def test_a_cloned_disk_is_a_fork_and_both_are_kept(
    centre: CentreProcess, bench: RunningBench, tmp_path: Path
) -> None:
    opened, item_id = bench.begin(photos=1)
    bench.inspect(photos=1)
    shutil.copytree(bench.folder / "data", tmp_path / "clone" / "data")
    clone = RunningBench(tmp_path / "clone", 1, events=list(bench.events), photos=list(bench.photos), count=50)
    twin = type(opened)(clone.station.store, "B1")
    twin.inspection_id, twin.events, twin.inspection = opened.inspection_id, list(opened.events), opened.inspection
    bench.finish(opened, item_id)
    clone.clock.shift = timedelta(minutes=3)
    clone.finish(twin, item_id)
    clone.inspect(photos=2)
    for one in (bench, clone):
        one.start()
        one.wait_until(one.drained)
        one.stop()
    clone.close()
    events = {(event.id, event.hash) for one in (bench, clone) for event in one.events}
    held = at_centre(centre)
    told = search.count_everything(held, verify_photos=True)
    assert ledger.lacking(held, sorted(events)) == ([], [])
    assert (told["records"], told["conflicts"], told["quarantined"]) == (len(events), 2, 0)
    assert told["photos"] == len({*bench.photos, *clone.photos})
    with held.database.reader.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).where(station.c.forked_at != "")) == 1
    shown = search.tell_inspection(held, opened.inspection_id)
    assert shown is not None and shown["chain"] == "forked"
    held.close()
    assert (bench.station.outbox.counts().refused, bench.waiting) == (0, 0)


@pytest.mark.parametrize("days", [-730, 3650], ids=["two years back", "ten years ahead"])
def test_a_clock_years_off_changes_no_order_no_token_and_no_ack_and_is_told(
    centre: CentreProcess, bench: RunningBench, days: int
) -> None:
    bench.start()
    bench.inspect(photos=1)
    bench.wait_until(bench.drained)
    bench.stop()
    bench.clock.shift = timedelta(days=days)
    bench.inspect(photos=1)
    bench.states.clear()
    bench.start()
    bench.wait_until(bench.drained)
    bench.wait_until(lambda: "clock.wrong" in bench.kinds(), 30)
    state = bench.states[-1]
    assert state.clock_offset_ms is not None
    assert abs(state.clock_offset_ms + days * 86_400_000) < 60_000
    assert (state.kind, bool(state.what["zh"])) == ("idle", True)
    bench.clock.shift = timedelta()  # it jumps back while the same nonce is used
    bench.inspect(photos=1)
    bench.wait_until(bench.drained)
    bench.stop()
    require_all(centre, bench)
    held = at_centre(centre)
    assert {row["chain"] for row in search.find_inspections(held, "")} == {"whole"}
    held.close()
