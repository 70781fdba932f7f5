"""A photo that was deleted once it was safe comes back by a key: how far it is, and what is said when it cannot."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from gui.working_bench import WorkingBench

from inspection_station.sync.client import Refused, Unreachable
from inspection_station.sync.original_fetch import OriginalFetch

CENTRE_TIME = "2026-11-22T10:00:00.000Z"


class Line:
    """The centre as a line of the sync sees it: gives half of a photo, waits, and gives the rest or fails."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.failure: Exception | None = None
        self.half, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self.has_greeted = True

    def greeted_as(self, _other: Any) -> None:
        pass

    def picture(self, sha256: str, arriving: Callable[[int, int], None]) -> bytes:
        assert sha256 == hashlib.sha256(self.data).hexdigest()
        whole = max(len(self.data), 200_000)
        arriving(whole // 2, whole)
        self.half.set()
        self.go_on.wait(30)
        arriving(whole, whole)
        if self.failure is not None:
            raise self.failure
        return self.data


@pytest.fixture
def away(waiting: WorkingBench) -> tuple[WorkingBench, Line]:
    """One inspection is done and at the centre, its first photo is deleted here, and the history shows it."""
    bench = waiting
    case = bench.work_clean()
    station = bench.app.station
    name = case.inspection.photos[0].sha256
    data = station.photos.read(name)

    def delete() -> None:
        outbox, store = station.outbox, station.safe_photos
        for photo in outbox.pending_photos(100):
            outbox.mark_photo_stored(photo)
        outbox.mark_all([(record.id, "stored", "") for record in outbox.pending_records(1000)])
        station.feed.note("epoch", "life")
        store.mark_safe("life", [name], "2026-11-01T00:00:00.000Z")
        lines = store.plan("life", [(name, len(data))], "retention", CENTRE_TIME)
        assert len(lines) == 1 and station.photos.remove(name)
        store.conclude([(lines[0], True)])

    bench.on_bench(delete)
    line = Line(data)
    station.originals = OriginalFetch(line, line, station.photos, lambda: CENTRE_TIME)  # type: ignore[arg-type]
    bench.press("F8")
    page = bench.app.history.page
    bench.until(lambda: page.case is not None and page.case.inspection_id == case.inspection.id)
    bench.quiet()
    page.rest_focus()
    assert page.photo is not None and page.photo.sha256 == name
    return bench, line


def test_the_key_brings_the_original_back_and_tells_how_far_it_is(away: tuple[WorkingBench, Line]) -> None:
    bench, line = away
    page, station = bench.app.history.page, bench.app.station
    assert page.original.state == "away" and page.original.can_fetch
    assert page.case is not None and not page.case.can_export
    line.go_on.clear()
    bench.press("F")
    bench.until(lambda: page.original.words == "正在取原图，50 %")
    assert not page.original.can_fetch
    bench.press("F")  # once is enough
    line.go_on.set()
    bench.until(lambda: page.photo is not None and not page.photo.away and page.photo.intact)
    bench.quiet()
    assert page.original.state == "none"
    assert page.case is not None and page.case.can_export
    name = hashlib.sha256(line.data).hexdigest()
    assert station.photos.read(name) == line.data
    assert bench.on_bench(lambda: station.safe_photos.gone([name])) == {}


@pytest.mark.parametrize(
    ("failure", "state", "words"),
    [(Unreachable("ConnectError"), "offline", "连不上中心"),
     (Refused(404, {"code": "photo.absent"}), "failed", "中心已没有这张照片")],
)  # fmt: skip
def test_what_cannot_come_is_said_and_can_be_asked_for_again(
    away: tuple[WorkingBench, Line], failure: Exception, state: str, words: str
) -> None:
    bench, line = away
    page = bench.app.history.page
    line.failure = failure
    bench.press("F")
    bench.until(lambda: page.original.state == state)
    assert words in page.original.words
    line.failure = None
    bench.press("F")
    bench.until(lambda: page.photo is not None and not page.photo.away)


def test_without_a_sync_it_says_so_at_once(away: tuple[WorkingBench, Line]) -> None:
    bench, _line = away
    page = bench.app.history.page
    bench.app.station.originals = None
    bench.press("F")
    bench.until(lambda: page.original.state == "offline")
    assert page.original.can_fetch


def test_a_full_disk_is_said_and_the_photo_stays_where_it_is(away: tuple[WorkingBench, Line]) -> None:
    bench, _line = away
    page, station = bench.app.history.page, bench.app.station
    station.photos.leave_free(1 << 60)
    bench.press("F")
    bench.until(lambda: page.original.state == "failed")
    assert "存储" in page.original.words
    assert page.photo is not None and page.photo.away


def test_a_photo_that_changed_on_this_disk_is_replaced_by_the_original(away: tuple[WorkingBench, Line]) -> None:
    bench, line = away
    page, station = bench.app.history.page, bench.app.station
    path = station.photos.path(hashlib.sha256(line.data).hexdigest())
    path.write_bytes(line.data[:-1] + b"x")
    bench.app.history.open()
    bench.until(lambda: page.original.state == "differs")
    bench.quiet()
    bench.press("F")
    bench.until(lambda: page.photo is not None and page.photo.intact and page.original.state == "none")
    assert path.read_bytes() == line.data


def test_here_nothing_is_fetched_and_the_key_does_nothing(away: tuple[WorkingBench, Line]) -> None:
    bench, line = away
    page = bench.app.history.page
    bench.press("Right")
    bench.until(lambda: page.original.state == "none")
    bench.press("F")
    assert not line.half.is_set()
    assert page.original.state == "none"


def test_closing_the_program_ends_a_fetch_that_is_under_way(away: tuple[WorkingBench, Line]) -> None:
    bench, line = away
    line.go_on.clear()
    bench.press("F")
    bench.until(line.half.is_set)
    background = bench.app.background

    def once_it_closes() -> None:
        while not background.is_closing:
            pass
        line.go_on.set()

    closing = threading.Thread(target=once_it_closes)
    closing.start()
    background.close()
    closing.join()
    assert not bench.app.station.photos.path(hashlib.sha256(line.data).hexdigest()).exists()
