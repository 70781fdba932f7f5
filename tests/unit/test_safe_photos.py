"""Photos are deleted here only when the centre has just called them safe in its present life, and always journalled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from centre_cases import MovedClock, inspection_events, jpeg
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection_station.domain.events import photo_hashes
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.protocol.messages import Verdict
from inspection_station.storage.database import Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox, queue_events, queue_photos
from inspection_station.storage.safe_photos import StoredSafePhotos
from inspection_station.sync.client import Greeting, Unreachable
from inspection_station.sync.safe_photos import LOOK_SECONDS, CentreTime, Retention, SafePhotos
from inspection_station.workflows.ports import FeedItem

DAY = 24 * 3600.0


@dataclass
class Bench:
    """A station's storage and photos with a centre that is a set of names; time moves by hand."""

    folder: Path
    database: Database
    photos: PhotoStore
    epoch: str = "first"
    safe_there: set[str] = field(default_factory=set)
    reachable: bool = True
    asked: int = 0
    seconds: float = 0.0
    share: float = 0.1
    clock: MovedClock = field(default_factory=MovedClock)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = StoredSafePhotos(self.database)
        self.outbox = StoredOutbox(self.database)
        self.feed = StoredFeed(self.database)
        self.time = CentreTime(self.clock, lambda: self.seconds)
        self.time.learn(Greeting("first", "n", {}, 0, 1))
        self.feed.note("epoch", "first")
        self.restart()

    def restart(self) -> None:
        """The program begins anew; what is on the disk is all there is."""
        self.photos.used_share = lambda: self.share  # type: ignore[method-assign]
        self.safe = SafePhotos(
            self.store, self.photos, self._safe, lambda: self.epoch, self.time, lambda: Retention(14, 80),
            monotonic=lambda: self.seconds,
        )  # fmt: skip

    def _safe(self, photos: Sequence[str]) -> list[str]:
        self.asked += len(photos)
        if not self.reachable:
            raise Unreachable("gone")
        return [name for name in photos if name in self.safe_there]

    def shoot(self, number: int, verdict: str = "stored") -> str:
        """A photo with its record, at the centre when `verdict` is ``stored``."""
        name = self.photos.keep(jpeg(number)).sha256
        event = next(one for one in inspection_events([name], number) if name in photo_hashes(one))
        with self.database.writing() as connection:
            queue_events(connection, [event])
            queue_photos(connection, [(name, self.clock.now())])
        if verdict == Verdict.STORED.value:
            self.outbox.mark_photo_stored(name)
        self.outbox.mark(event.id, verdict)
        self.names.append(name)
        return name

    def backup(self, at: str = "2026-11-21T03:00:00.000Z") -> None:
        """The centre makes a verified backup of all it has, and tells."""
        self.safe_there = set(self.names)
        self.feed.apply_page(self.epoch, at, [FeedItem("backup", "latest", {"completed_at": at})])

    def restore(self) -> None:
        """The centre begins another life without a verified backup; the station reconciles."""
        self.epoch += "'"
        self.safe_there = set()
        self.feed.note("epoch", self.epoch)

    def here(self) -> set[str]:
        return set(self.photos.kept())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    database = open_database(tmp_path)
    yield Bench(tmp_path, database, PhotoStore(tmp_path / "photos", minimum_free=0))
    database.close()


def test_a_photo_goes_fourteen_days_after_it_became_safe_and_not_before(bench: Bench) -> None:
    name = bench.shoot(1)
    bench.safe.after_round()
    assert bench.asked == 0, "no backup, nothing to ask"
    bench.backup()
    bench.safe.after_round()
    assert bench.store.totals().safe == 1
    bench.seconds += 14 * DAY - 10
    assert bench.safe.after_round() == 0 and bench.here() == {name}
    bench.seconds += 20 + LOOK_SECONDS
    assert bench.safe.after_round() == 1
    assert bench.here() == set()
    (line,) = bench.store.journal()
    assert (line.sha256, line.reason, line.outcome, line.epoch) == (name, "retention", "deleted", "first")
    assert line.size == len(jpeg(1)) and line.at
    assert set(bench.store.gone([name])) == {name}
    assert bench.photos.thumbnail(name), "the thumbnail stays"
    assert bench.outbox.counts().photos == 0
    with bench.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM photo_uploads").scalar() == 1


@pytest.mark.parametrize("jump", ["2036-11-21T00:00:00.000Z", "2024-11-21T00:00:00.000Z"])
def test_a_bench_clock_that_jumps_deletes_nothing_earlier_or_later(bench: Bench, jump: str) -> None:
    bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.clock.time = jump
    bench.seconds += LOOK_SECONDS * 2
    assert bench.safe.after_round() == 0
    bench.seconds += 14 * DAY
    assert bench.safe.after_round() == 1


def test_a_full_disk_lets_the_longest_safe_go_first_and_no_more_than_needed(bench: Bench) -> None:
    first = bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.seconds += 60
    second, third = bench.shoot(2), bench.shoot(3)
    bench.backup("2026-11-21T04:00:00.000Z")
    bench.safe.after_round()
    bench.seconds += 60
    shares = iter([0.9, 0.9, 0.5])
    bench.photos.used_share = lambda: next(shares, 0.5)  # type: ignore[method-assign]
    assert bench.safe.after_round() == 1
    assert bench.here() == {second, third}
    assert bench.store.journal()[0].reason == "disk" and bench.store.journal()[0].sha256 == first


@pytest.mark.parametrize("verdict", ["retry", "need", "quarantined", "conflict"])
def test_nothing_goes_that_the_centre_does_not_hold_with_every_record(bench: Bench, verdict: str) -> None:
    name = bench.shoot(1, verdict)
    bench.outbox.mark_photo_stored(name) if verdict in ("quarantined", "conflict") else None
    bench.backup()
    bench.safe.after_round()
    bench.seconds += 40 * DAY
    bench.share = 0.95
    assert bench.safe.after_round() == 0
    assert bench.here() == {name} and bench.store.journal() == []


def test_what_the_centre_no_longer_calls_safe_stays(bench: Bench) -> None:
    bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.safe_there.clear()
    bench.seconds += 20 * DAY
    assert bench.safe.after_round() == 0 and bench.here()
    assert bench.store.totals().safe == 0


def test_a_new_life_of_the_centre_takes_every_mark_away(bench: Bench) -> None:
    bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.restore()
    assert bench.store.totals().safe == 0 and bench.store.backup_told() == ""
    bench.safe_there = set(bench.names)
    bench.seconds += 20 * DAY
    bench.safe.after_round()
    assert bench.here(), "no backup of this life is known"
    bench.backup()
    bench.safe.after_round()
    bench.seconds += 13 * DAY
    assert bench.safe.after_round() == 0, "the time begins anew"
    bench.seconds += 2 * DAY
    assert bench.safe.after_round() == 1


def test_before_the_new_life_is_reconciled_nothing_is_asked_or_deleted(bench: Bench) -> None:
    bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.epoch = "another"
    bench.seconds += 20 * DAY
    asked = bench.asked
    assert bench.safe.after_round() == 0 and bench.asked == asked and bench.here()


def test_a_centre_out_of_reach_deletes_nothing_and_is_asked_again_later(bench: Bench) -> None:
    bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.reachable = False
    bench.seconds += 20 * DAY
    assert bench.safe.after_round() == 0 and bench.here()
    bench.reachable = True
    bench.seconds += 120
    assert bench.safe.after_round() == 1


class Killed(BaseException):
    """The program is no more."""


@pytest.mark.parametrize("voided", [False, True])
@pytest.mark.parametrize("where", ["before the bytes", "after the bytes"])
def test_a_deletion_cut_off_ends_at_the_next_round_or_keeps_what_is_not_safe_now(
    bench: Bench, where: str, voided: bool
) -> None:
    name = bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.seconds += 20 * DAY
    remove = bench.photos.remove

    def cut(sha256: str) -> bool:
        if where == "after the bytes":
            remove(sha256)
        raise Killed

    bench.photos.remove = cut  # type: ignore[method-assign]
    with pytest.raises(Killed):
        bench.safe.after_round()
    bench.photos.remove = remove  # type: ignore[method-assign]
    assert len(bench.store.unfinished()) == 1, "it was in the journal before the bytes were touched"
    if voided:
        bench.restore()
    bench.restart()
    bench.safe.after_round()
    assert bench.store.unfinished() == []
    kept = voided and where == "before the bytes"
    assert bench.here() == ({name} if kept else set())
    assert bench.store.journal()[0].outcome == ("kept" if kept else "deleted")
    assert set(bench.store.gone([name])) == (set() if kept else {name})


def test_a_photo_fetched_back_is_here_again_and_its_time_begins_anew(bench: Bench) -> None:
    name = bench.shoot(1)
    bench.backup()
    bench.safe.after_round()
    bench.seconds += 20 * DAY
    bench.safe.after_round()
    bench.photos.keep(jpeg(1))
    bench.store.came_back(name, bench.time.now() or "")
    assert bench.store.gone([name]) == {}
    bench.seconds += 10 * DAY
    assert bench.safe.after_round() == 0
    bench.seconds += 5 * DAY
    assert bench.safe.after_round() == 1


STEPS = st.sampled_from(["shoot", "waiting", "backup", "restore", "round", "days", "full", "kill", "offline"])


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(STEPS, min_size=4, max_size=25))
def test_whatever_happens_no_photo_is_gone_that_was_not_safe_then(
    steps: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bench")
    database = open_database(folder)
    bench = Bench(folder, database, PhotoStore(folder / "photos", minimum_free=0))
    killing = False
    remove = bench.photos.remove

    def checked(sha256: str) -> bool:
        assert sha256 in bench.safe_there, "deleted without being safe in this life of the centre"
        assert any(line.sha256 == sha256 for line in bench.store.unfinished())
        if killing:
            raise Killed
        return remove(sha256)

    bench.photos.remove = checked  # type: ignore[method-assign]
    unsent: set[str] = set()
    for number, step in enumerate(steps, 1):
        bench.share, bench.reachable, killing = 0.1, step != "offline", step == "kill"
        if step == "shoot":
            bench.shoot(number)
        elif step == "waiting":
            unsent.add(bench.shoot(number, "retry"))
        elif step == "backup":
            bench.backup(f"2026-11-21T03:00:{number:02d}.000Z")
        elif step == "restore":
            bench.restore()
        else:
            bench.seconds += 15 * DAY if step in ("days", "kill") else 120
            bench.share = 0.9 if step in ("full", "kill") else 0.1
            try:
                bench.safe.after_round()
            except Killed:
                bench.restart()
        assert unsent <= bench.here()
    killing = False
    bench.safe.after_round()
    journal = {line.sha256 for line in bench.store.journal(1000) if line.outcome != "kept"}
    assert set(bench.names) - bench.here() <= journal, "each is in the journal"
    assert set(bench.store.gone(bench.names)) == set(bench.names) - bench.here()
    database.close()
