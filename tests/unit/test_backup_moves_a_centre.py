"""A backup is of no kind of database: a centre moves by it from SQLite and its disk to PostgreSQL and S3, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from centre_backups import Bench, centre_in, held, pictures
from centre_cases import MovedClock
from centre_surroundings import Surroundings
from postgres_server import Databases, PostgresServer
from s3_server import S3Server

from inspection_station.server import search
from inspection_station.server.backup.making import make_backup
from inspection_station.server.backup.restoring import restore_backup
from inspection_station.server.blobs.disk import DiskPhotos
from inspection_station.server.blobs.store import PhotoStore
from inspection_station.server.centre import Centre, open_centre

CHANGED = ("fact", "backup", "backed_up_record", "backed_up_photo", "feed_item")


def moved(backups: Path, folder: Path, database: str, photos: PhotoStore) -> Centre:
    restore_backup(backups, folder, database, photos.keep)
    return open_centre(folder, now=MovedClock().now, database=database, photos=photos)


def in_order(centre: Centre) -> dict[str, object]:
    """What the centre holds; rows in an order that does not hang on the database."""
    return {name: sorted(map(repr, rows)) for name, rows in held(centre, CHANGED).items()}


@pytest.mark.timeout(120)
def test_a_centre_moves_to_postgresql_and_s3_and_back_with_everything_it_holds(
    tmp_path: Path, postgres_server: PostgresServer, s3_server: S3Server
) -> None:
    surroundings = Surroundings(Databases(postgres_server), s3_server)
    first = centre_in(tmp_path / "first")
    bench = Bench.at(first, tmp_path / "bench")
    names = bench.sends(1, pictures(1, 3)) + bench.sends(2, pictures(4, 2))
    make_backup(first, tmp_path / "backups-1")

    larger = tmp_path / "larger"
    photos = surroundings.photos(larger)
    assert photos is not None
    second = moved(tmp_path / "backups-1", larger, surroundings.databases.url(larger), photos)
    assert second.database.is_postgres and in_order(second) == in_order(first)
    assert sorted(photos.names()) == sorted(names)
    bench = bench.moved_to(second)
    bench.client.hello(0, ("", ""), {})
    assert bench.client.reconcile([(event.id, event.hash) for event in bench.events]) == ([], [])
    names += bench.sends(3, pictures(9, 1))
    make_backup(second, tmp_path / "backups-2")

    back = moved(tmp_path / "backups-2", tmp_path / "back", "", DiskPhotos(tmp_path / "back"))
    assert not back.database.is_postgres and in_order(back) == in_order(second)
    bench = bench.moved_to(back)
    bench.client.hello(0, ("", ""), {})
    assert bench.client.reconcile([(event.id, event.hash) for event in bench.events]) == ([], [])
    told = search.count_everything(back, verify_photos=True)
    assert (told["photos"], told["photos_damaged"], told["photos_missing_on_disk"]) == (len(names), 0, 0)
    for centre in (first, second, back):
        centre.close()
