"""The photos of all backups in one folder: each is there once, and stays as long as a backup names it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from pathlib import Path

from inspection_station.durable_files import READ_ONLY, sync_folder, write_durably
from inspection_station.protocol.messages import is_sha256

PREFIXES = [f"{number:02x}" for number in range(256)]


class KeptPhotos:
    """``photos/`` of a backup folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where the photo is, or would be; raises ValueError when `sha256` is no hash."""
        if not is_sha256(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether a file of that name is here."""
        return self.path(sha256).is_file()

    def keep(self, sha256: str, data: bytes) -> None:
        """Keep the photo durably; raises ValueError when `data` has another hash, OSError from the disk."""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("the bytes are not this photo's")
        target = self.path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self._folder)
        write_durably(target, data, replace=True, mode=READ_ONLY)

    def read(self, sha256: str) -> bytes | None:
        """The photo's bytes; None when it is not here or its bytes have another hash."""
        try:
            data = self.path(sha256).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def size_if_whole(self, sha256: str) -> int | None:
        """The photo's bytes, counted while they are hashed; None when it is not here or damaged."""
        try:
            with self.path(sha256).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    return None
                return file.tell()
        except OSError:
            return None

    def names(self) -> Iterator[str]:
        """The names of all photos here, in order."""
        for prefix in PREFIXES:
            folder = self._folder / prefix
            yield from sorted(path.name for path in folder.iterdir() if is_sha256(path.name)) if folder.is_dir() else ()

    def sweep(self) -> None:
        """Remove what writers that died left half-written. Nobody else may be writing."""
        for prefix in PREFIXES:
            for path in (self._folder / prefix).glob(".*.part"):
                path.unlink(missing_ok=True)

    def keep_only(self, named: Iterable[Iterable[str]]) -> int:
        """Remove the photos that none of these lists (each in order) names; returns how many."""
        wanted = (name for name, _same in groupby(merge(*named)))
        removed = 0
        next_wanted = next(wanted, None)
        for name in self.names():
            while next_wanted is not None and next_wanted < name:
                next_wanted = next(wanted, None)
            if name != next_wanted:
                self.path(name).unlink(missing_ok=True)
                removed += 1
        return removed
