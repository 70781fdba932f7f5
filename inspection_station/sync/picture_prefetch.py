"""Catalogue and outbound pictures fetched before their parcels come, so that a bench shows them offline as well."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from inspection_station.durable_files import write_whole
from inspection_station.sync.transport import Refused

MOST_A_ROUND = 16  # pictures, so that records get their turn
CACHE_BYTES = 500_000_000

log = logging.getLogger(__name__)


class WantedPictures(Protocol):
    """What the station expects."""

    def wanted(self) -> list[str]:
        """Hashes of the pictures that will be needed, what is due first before all else."""


class PicturePrefetch:
    """The folder of pictures fetched, each named by its hash; none is larger than the rest is allowed to be."""

    def __init__(
        self, folder: Path, wanted: WantedPictures, fetch: Callable[[str], bytes], *, limit: int = CACHE_BYTES
    ) -> None:
        self._folder, self._wanted, self._fetch, self._limit = folder, wanted, fetch, limit
        self._absent: set[str] = set()  # the centre does not have them (any more); asked for again after a restart

    def after_round(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Fetch some of what lacks, remove what is not needed when the room is out; how many came.

        Raises:
            SyncFailure: the centre cannot be reached.
            OSError: the station's disk.
        """
        wanted = self._wanted.wanted()
        self._folder.mkdir(parents=True, exist_ok=True)
        here = {path.name: path.stat().st_size for path in self._folder.iterdir() if len(path.name) == 64}
        fetched, kept = 0, 0
        for name in wanted:
            if kept >= self._limit or stopping():
                break
            if name not in here:
                if name in self._absent or fetched >= MOST_A_ROUND:
                    continue
                try:
                    data = self._fetch(name)
                except Refused as refusal:
                    log.info("a picture cannot be had: %s", refusal.code)
                    self._absent.add(name)
                    continue
                self._make_room(here, set(wanted), len(data))
                if sum(here.values()) + len(data) > self._limit:
                    break
                write_whole(self._folder / name, data)
                here[name] = len(data)
                fetched += 1
            kept += here[name]
        return fetched

    def _make_room(self, here: dict[str, int], wanted: set[str], size: int) -> None:
        for name in [name for name in here if name not in wanted]:
            if sum(here.values()) + size <= self._limit:
                return
            (self._folder / name).unlink(missing_ok=True)
            del here[name]
