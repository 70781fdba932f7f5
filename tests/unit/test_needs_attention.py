"""What the centre refused: listed with place and reason, tried again, acknowledged, exported whole; never deleted."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_cases import jpeg
from storage_cases import CLOSED, Making, decided, item, photo

from inspection_station.domain.people import Person, Role
from inspection_station.errors import StationProblem
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.evidence.refused_export import RECORDS, SUMS, write_refused
from inspection_station.i18n import set_language
from inspection_station.station.presenting.attention import _WHY, attention, why
from inspection_station.storage.attention import PHOTO, AttentionItem, StoredAttention
from inspection_station.storage.database import Database
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.workflows.clock import SystemClock

AT = "2026-11-21T02:42:33.120Z"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def language() -> Iterator[None]:
    yield
    set_language("zh_CN")


def closed(database: Database, sha256: str) -> Making:
    """A closed inspection of one item with a photo, kept."""
    making = Making(StoredInspections(database))
    making.add(making.parcel())
    making.add(item("i1", 1))
    making.add(photo(sha256, "i1"))
    making.add(decided("i1"))
    making.add(CLOSED)
    return making


@pytest.fixture
def refused(database: Database, tmp_path: Path) -> tuple[StoredAttention, str, str]:
    """A quarantined record and a refused photo of one inspection: the list, the record's id, the photo's name."""
    photos = PhotoStore(tmp_path / "photos", minimum_free=0)
    name = photos.keep(jpeg(1)).sha256
    closed(database, name)
    outbox = StoredOutbox(database)
    record = next(one for one in outbox.pending_records(20) if one.blobs)
    outbox.mark(record.id, "quarantined", "record.cannot_apply")
    outbox.mark_photo_refused(name, "photo.not_a_picture")
    return StoredAttention(database), record.id, name


def test_each_is_listed_with_its_reason_and_where_it_belongs(refused: tuple[StoredAttention, str, str]) -> None:
    listed, record_id, name = refused
    record, picture = listed.items()
    assert (record.id, record.verdict, record.code) == (record_id, "quarantined", "record.cannot_apply")
    assert (picture.id, picture.kind, picture.code) == (name, PHOTO, "photo.not_a_picture")
    for one in (record, picture):
        assert one.rt_number .startswith("RT-") and one.inspection_id and one.tracking_number
    assert listed.count_open() == 2


def test_acknowledged_it_stays_listed_and_counts_no_more_until_it_is_refused_anew(
    refused: tuple[StoredAttention, str, str], database: Database
) -> None:
    listed, record_id, name = refused
    listed.note([record_id, name], "acknowledged", "", "p2", AT)
    assert listed.count_open() == 0 and len(listed.items()) == 2
    listed.note([record_id], "tried_again", "", "p2", AT)
    outbox = StoredOutbox(database)
    outbox.offer_again([record_id], [])
    assert [one.id for one in listed.items()] == [name], "it waits again"
    outbox.mark(record_id, "quarantined", "record.cannot_apply")
    assert listed.count_open() == 1
    assert [note.act for note in listed.items()[0].notes] == ["acknowledged", "tried_again"]
    with pytest.raises(ValueError, match="unknown act"):
        listed.note([record_id], "deleted", "", "p2", AT)


def test_the_export_holds_every_record_and_photo_and_can_be_checked(
    refused: tuple[StoredAttention, str, str], tmp_path: Path
) -> None:
    listed, record_id, name = refused
    (record,) = listed.records([record_id, "nothing"])
    lines = [{"id": record.id, "body": record.body, "hash": record.hash}]
    photos = {name: PhotoStore(tmp_path / "photos").path(name), "0" * 64: tmp_path / "absent.jpg"}
    target = tmp_path / "out" / "refused.zip"
    sha256 = write_refused(target, lines, photos)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == sha256
    with zipfile.ZipFile(target) as bundle:
        assert bundle.testzip() is None
        sums = dict(reversed(line.split("  ")) for line in bundle.read(SUMS).decode().splitlines())
        assert set(sums) == {RECORDS, f"photos/{name}.jpg", "missing.txt"}
        assert all(hashlib.sha256(bundle.read(part)).hexdigest() == told for part, told in sums.items())
        assert sums[f"photos/{name}.jpg"] == name
        assert [json.loads(line) for line in bundle.read(RECORDS).splitlines()] == lines
    assert not list(target.parent.glob("*.part"))


def test_an_export_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StationProblem, match=r"export\.unwritable"):
        write_refused(tmp_path / "file" / "x.zip", [], {})


@pytest.mark.parametrize("words", ["zh_CN", "en"])
@pytest.mark.parametrize("code", [*_WHY, "record.never_heard_of", ""])
def test_every_code_is_a_sentence_and_something_to_do(code: str, words: str, language: None) -> None:
    set_language(words)
    what, to_do = why(AttentionItem("x", "inspection_event", "quarantined", code, AT))
    assert what and to_do and (code in what or code in _WHY)


def test_only_a_lead_tries_again(refused: tuple[StoredAttention, str, str]) -> None:
    items, clock = refused[0].items(), SystemClock("Asia/Shanghai")
    inspector, lead = (Person("p", "陈", "Chen", role) for role in (Role.INSPECTOR, Role.LEAD))
    assert attention(items, {}, inspector, clock).reason and not attention(items, {}, lead, clock).reason
    assert attention([], {}, lead, clock).rows == ()
