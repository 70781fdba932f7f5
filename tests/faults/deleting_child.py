"""Deletes photos that are safe until it is killed: ``deleting_child.py FOLDER``. Says "ready" when it begins."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.storage.opening import open_database
from inspection_station.storage.safe_photos import StoredSafePhotos
from inspection_station.sync.client import Greeting
from inspection_station.sync.safe_photos import CentreTime, Retention, SafePhotos
from inspection_station.workflows.clock import SystemClock


def delete(folder: Path) -> None:
    """Delete, a round after the other."""
    photos = PhotoStore(folder / "photos", minimum_free=0)
    photos.used_share = lambda: 0.9  # type: ignore[method-assign]
    time = CentreTime(SystemClock("UTC"))
    time.learn(Greeting("e", "n", {}, 0, 1))

    def safe(names: Sequence[str]) -> list[str]:
        return list(names)

    store = StoredSafePhotos(open_database(folder, check=False))
    deleting = SafePhotos(store, photos, safe, lambda: "e", time, lambda: Retention(14, 80))
    print("ready", flush=True)
    while True:
        deleting.after_round()


if __name__ == "__main__":
    delete(Path(sys.argv[1]))
