"""Killed while safe photos are deleted: each is whole here, or gone with a line of the journal; nothing else went."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from centre_cases import PROJECT, jpeg

from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox, queue_photos
from inspection_station.storage.safe_photos import StoredSafePhotos

CHILD = Path(__file__).with_name("deleting_child.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT)}
SAFE, WAITING = 40, 5
SINCE = "2026-01-01T00:00:00.000Z"


def test_each_photo_is_whole_or_journalled_after_a_kill(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    photos = PhotoStore(tmp_path / "photos", minimum_free=0)
    names = [photos.keep(jpeg(number)).sha256 for number in range(SAFE + WAITING)]
    safe, waiting = set(names[:SAFE]), set(names[SAFE:])
    database = open_database(tmp_path)
    StoredFeed(database).note("epoch", "e")
    with database.writing() as connection:
        queue_photos(connection, [(name, SINCE) for name in names])
    outbox, store = StoredOutbox(database), StoredSafePhotos(database)
    for name in safe:
        outbox.mark_photo_stored(name)
    store.mark_safe("e", sorted(safe), SINCE)
    database.close()
    draw = random.Random(6)
    for _round in range(rounds(3, 40)):
        command = [sys.executable, str(CHILD), str(tmp_path)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        time.sleep(draw.uniform(0.0, 0.25))
        child.kill()
        child.wait()
        child.stdout.close()
        database = open_database(tmp_path)
        store = StoredSafePhotos(database)
        here, lines = set(photos.kept()), store.journal(1000)
        assert waiting <= here, "nothing goes that is not safe"
        assert set(names) - here <= {line.sha256 for line in lines}, "what is gone is in the journal"
        assert all(photos.verify(name) for name in here), "what is here is whole"
        assert len(store.unfinished()) <= 1
        assert {name for name in names if photos.thumbnail(name)} == set(names)
        database.close()
    assert len(set(photos.kept())) < SAFE + WAITING, "some went at all"
