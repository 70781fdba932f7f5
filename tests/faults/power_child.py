"""A bench that works until its power is cut: says each time what it was told is kept.

python power_child.py FOLDER SEED [careless]     needs the project and its tests folder in PYTHONPATH
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from centre_cases import padded_jpeg
from storage_cases import CLOSED, Making, decided, item, photo

from inspection_station.domain.identifiers import uuid7
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.workflows.ports import FeedItem


def say(*words: object) -> None:
    """A line that the test reads."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main(folder: Path, seed: int) -> None:
    """Photos, inspections, verdicts and pages of the feed, as fast as they go."""
    chance = random.Random(seed)
    database = open_database(folder)
    store, feed, outbox = StoredInspections(database), StoredFeed(database), StoredOutbox(database)
    photos = PhotoStore(folder / "photos", minimum_free=0)
    page = int(feed.cursor()[1] or 0)
    while True:
        making, item_id, number = Making(store), uuid7(), store.next_item_number()
        making.add(making.parcel(f"SF{number:013d}"), item(item_id, number))
        say("saved", making.inspection_id, len(making.events))
        for _ in range(chance.randrange(3)):
            kept = photos.keep(padded_jpeg(chance.getrandbits(40), chance.choice([3000, 30_000, 300_000])))
            say("photo", kept.sha256)
            making.add(photo(kept.sha256, item_id, size=kept.size))
            say("saved", making.inspection_id, len(making.events))
        making.add(decided(item_id), CLOSED)
        say("saved", making.inspection_id, len(making.events))
        outbox.mark_all([(record.id, "stored", "") for record in outbox.pending_records(2)])
        page += 1
        totes = [
            FeedItem("tote", f"T-{page:06d}", {"code": f"T-{page:06d}", "slot": 1, "disposition": "restock"})
        ]
        feed.apply_page("epoch", str(page), totes)
        say("page", page)


if __name__ == "__main__":
    if sys.argv[3:] == ["careless"]:  # a program that does not wait for the disk, to show that the test sees it
        os.fsync = lambda _descriptor: None
    main(Path(sys.argv[1]), int(sys.argv[2]))
