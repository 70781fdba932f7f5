"""Seeded histories of the real code: nothing acked is lost or doubled, everything drains; and the checker can fail.

One that fails prints its seed; ``pytest tests/simulation --seed N`` or ``SIMULATION_SEED=N`` plays that one alone.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from unittest import mock

import pytest

from inspection_station.errors import StationProblem
from inspection_station.server import ledger
from inspection_station.server.centre import Centre
from inspection_station.storage import facts
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.sync import client
from inspection_station.sync.backoff import Circuit
from inspection_station.sync.client import CentreClient
from simulation.history import KINDS, MUST_DRAIN_WITHIN, Failure, play

PARTS = 8  # of the histories, so that several processes can share them


def wanted_seed(request: pytest.FixtureRequest) -> str:
    """The one seed that is asked for; empty when all are."""
    return str(request.config.getoption("--seed") or os.environ.get("SIMULATION_SEED", ""))


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_history_loses_or_doubles_anything_and_all_drain(
    part: int, rounds: Callable[[int, int], int], request: pytest.FixtureRequest
) -> None:
    if seed := wanted_seed(request):
        if part == 0:
            print("\n".join(play(seed).trace))
        return
    acks, kinds, longest = Counter[str](), Counter[str](), 0.0
    for number in range(part, rounds(200, 10_000), PARTS):
        outcome = play(number)
        acks += outcome.acks
        kinds += outcome.kinds
        longest = max(longest, outcome.drained_after)
    print(f"acks {dict(acks)}\nfaults {dict(kinds)}\nlongest drain {longest:.0f} s")
    assert acks["stored"] > 0 and acks["need"] > 0
    assert longest <= MUST_DRAIN_WITHIN


def test_every_kind_of_fault_is_met() -> None:
    for kind in KINDS:
        outcome = play(f"{kind} alone", (kind,))
        assert set(outcome.kinds) == {kind}


def test_a_seed_replays_exactly() -> None:
    first, again, other = play(5), play(5), play(6)
    assert first.trace == again.trace
    assert first.digest == again.digest != other.digest


# The checker can fail: each of these puts one fault of the known kinds into the product and must be found.


def found(only: tuple[str, ...], most: int = 40) -> str:
    """The reason why the first of these histories fails; empty when none does."""
    for number in range(most):
        try:
            play(number, only)
        except Failure as failure:
            return str(failure.reason)
    return ""


def test_an_ack_before_the_commit_is_found() -> None:
    plain, late = ledger.take, list[tuple[Any, ...]]()

    def take(centre: Centre, station_id: str, lines: Sequence[bytes], **_more: Any) -> list[dict[str, Any]]:
        while late:
            plain(*late.pop())
        late.append((centre, station_id, lines))
        words = [{"index": n, "id": client.json.loads(line)["id"], "revision": 1} for n, line in enumerate(lines)]
        return [{**word, "verdict": "stored"} for word in words]

    with mock.patch.object(ledger, "take", take):
        assert "not on the disk" in found(("slow",))


def test_an_offer_dropped_while_reconciling_is_found() -> None:
    plain = CentreClient.reconcile

    def reconcile(self: CentreClient, offers: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
        return plain(self, offers[1:])

    with mock.patch.object(CentreClient, "reconcile", reconcile):
        assert "lost" in found(("restore",))


def test_a_new_epoch_passed_over_is_found() -> None:
    with mock.patch("inspection_station.sync.engine.SyncEngine._reconcile_if_needed", lambda _self: None):
        assert "lost" in found(("restore",))


def test_taking_any_200_for_an_ack_is_found() -> None:
    plain = client.read_answer

    def believing(status: int, headers: Mapping[str, str], data: bytes) -> dict[str, Any]:
        if status == 200 and headers.get("content-type") == "text/html":
            every = [{"index": n, "id": "", "verdict": "stored"} for n in range(200)]
            return {"epoch": "", "verdict": "stored", "offset": 0, "verdicts": every, "items": [], "cursor": ""}
        return plain(status, headers, data)

    def send_records(self: CentreClient, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        epoch = self.epoch
        answer = self._ask("POST", "/sync/v1/records", b"\n".join(lines), {"Content-Type": "application/x-ndjson"})
        self.epoch = answer["epoch"] or epoch
        return [dict(each) for each in answer["verdicts"][: len(lines)]]

    with (
        mock.patch.object(client, "read_answer", believing),
        mock.patch.object(CentreClient, "send_records", send_records),
    ):
        assert "lost" in found(("portal",))


def test_a_cursor_moved_before_its_page_is_found() -> None:
    plain = StoredFeed.apply_page
    pages = itertools.count()

    def apply_page(self: StoredFeed, epoch: str, cursor: str, items: Sequence[Any]) -> None:
        with self._database.writing() as connection:
            facts.write(connection, "feed.epoch", epoch)
            facts.write(connection, "feed.cursor", cursor)
        if next(pages) % 3 == 0:
            raise StationProblem("disk.full", "full")  # between the two
        plain(self, epoch, cursor, items)

    with mock.patch.object(StoredFeed, "apply_page", apply_page):
        assert "does not hold it" in found(("slow",))


def test_a_photo_called_stored_that_was_not_sent_is_found() -> None:
    plain = StoredOutbox.pending_photos

    def pending_photos(self: StoredOutbox, limit: int) -> list[str]:
        for sha256 in (waiting := plain(self, limit))[:1]:
            self.mark_photo_stored(sha256)
        return waiting[1:]

    with mock.patch.object(StoredOutbox, "pending_photos", pending_photos):
        assert "photos lost" in found(("slow",))


def test_a_timer_that_is_not_armed_again_is_found() -> None:
    def failed(self: Circuit, now: float, *_more: Any) -> None:
        self.failures, self.not_before = self.failures + 1, now + 1e9

    with mock.patch.object(Circuit, "failed", failed):
        assert "not drained" in found(("reset", "refused"))
