"""A photo that the centre has lost is sent again from its bench, and where that is not possible a person is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_cases import inspection_events, jpeg

from inspection_station.domain.events import photo_hashes
from inspection_station.domain.folding import fold
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.station.presenting.attention import attention, why
from inspection_station.storage.attention import WAITING, StoredAttention
from inspection_station.storage.database import Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.safe_photos import StoredSafePhotos
from inspection_station.workflows.clock import SystemClock
from inspection_station.workflows.ports import FeedItem

AT = "2026-11-21T02:42:33.120Z"


class Bench:
    """One inspection with two photos, both at the centre; the second is safe there and was deleted here."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.outbox, self.feed = StoredOutbox(database), StoredFeed(database)
        self.safe, self.attention = StoredSafePhotos(database), StoredAttention(database)
        photos = PhotoStore(folder / "photos", minimum_free=0)
        self.here, self.gone = (photos.keep(jpeg(number)).sha256 for number in (1, 2))
        events = inspection_events([self.here, self.gone])
        StoredInspections(database).append(fold(events), events)
        assert {name for event in events for name in photo_hashes(event)} == {self.here, self.gone}
        for name in (self.here, self.gone):
            self.outbox.mark_photo_stored(name)
        self.outbox.mark_all([(event.id, "stored", "") for event in events])
        self.feed.note("epoch", "life")
        self.safe.mark_safe("life", [self.here, self.gone], AT)
        self.safe.conclude([(line, True) for line in self.safe.plan("life", [(self.gone, 1)], "retention", AT)])

    def tell(self, name: str, *, mended: bool = False) -> None:
        body = {} if mended else {"found_at": AT, "what": "damaged"}
        self.feed.apply_page("life", "c", [FeedItem("damaged", name, body)])

    def listed(self) -> dict[str, tuple[str, str]]:
        return {item.id: (item.verdict, item.code) for item in self.attention.items()}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    database = open_database(tmp_path)
    yield Bench(tmp_path, database)
    database.close()


def test_what_is_here_waits_again_is_safe_no_more_and_needs_nobody(bench: Bench) -> None:
    bench.tell(bench.here)
    assert bench.outbox.pending_photos(10) == [bench.here]
    assert bench.outbox.safe_photos([bench.here]) == set()
    assert bench.safe.may_go("~", 10) == []
    assert bench.listed() == {bench.here: (WAITING, "photo.damaged_there")}
    assert bench.attention.count_open() == 0
    (item,) = bench.attention.items()
    assert item.rt_number and item.inspection_id
    bench.outbox.mark_photo_stored(bench.here)
    assert bench.listed() == {}


def test_what_was_deleted_here_is_put_before_a_person_until_the_centre_has_it_again(bench: Bench) -> None:
    bench.tell(bench.gone)
    assert bench.outbox.pending_photos(10) == []
    assert bench.listed() == {bench.gone: ("refused", "photo.lost_there")}
    assert bench.attention.count_open() == bench.outbox.counts().refused == 1
    bench.tell(bench.gone, mended=True)
    assert bench.listed() == {} and bench.outbox.counts().refused == 0
    assert set(bench.safe.gone([bench.gone])) == {bench.gone}


def test_told_twice_or_from_the_beginning_again_it_is_the_same(bench: Bench) -> None:
    for _ in range(2):
        bench.tell(bench.here)
        bench.tell(bench.gone)
    assert bench.outbox.pending_photos(10) == [bench.here]
    assert len(bench.listed()) == 2


def test_mended_from_elsewhere_it_is_still_offered_but_no_more_listed(bench: Bench) -> None:
    bench.tell(bench.here)
    bench.tell(bench.here, mended=True)
    assert bench.listed() == {}
    assert bench.outbox.pending_photos(10) == [bench.here]


def test_photos_of_others_and_what_already_waits_or_was_refused_are_left_alone(bench: Bench) -> None:
    bench.tell("f" * 64)
    bench.outbox.mark_photo_refused(bench.here, "photo.damaged_here")
    bench.tell(bench.here)
    assert bench.listed() == {bench.here: ("refused", "photo.damaged_here")}
    bench.tell(bench.here, mended=True)
    assert bench.listed() == {bench.here: ("refused", "photo.damaged_here")}


def test_the_list_says_what_is_done_by_itself_and_what_a_person_can_do(bench: Bench) -> None:
    bench.tell(bench.here)
    bench.tell(bench.gone)
    view = attention(bench.attention.items(), {}, None, SystemClock("Asia/Shanghai"))
    assert view.open == 1
    assert {row.id: row.seen for row in view.rows} == {bench.gone: False, bench.here: True}
    assert len({why(item) for item in bench.attention.items()}) == 2
