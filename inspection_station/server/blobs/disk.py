"""Photos on the centre's own disk: ``photos/ab/ab…``, each durable with its name and its folder before it counts."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from inspection_station.durable_files import READ_ONLY, keep_under_name, sync_folder, write_durably
from inspection_station.protocol.messages import is_sha256
from inspection_station.server.blobs.store import DAMAGED, PhotoAbsent, checked_name, has_hash

PREFIXES = [f"{number:02x}" for number in range(256)]


class DiskPhotos:
    """`store.PhotoStore` in the folder ``photos/`` of `folder`, on one file system with it."""

    def __init__(self, folder: Path) -> None:
        self._photos = folder / "photos"
        self._photos.mkdir(parents=True, exist_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._photos / checked_name(sha256)[:2] / sha256

    def has(self, sha256: str) -> bool:
        """See `PhotoStore`."""
        return self._path(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """See `PhotoStore`."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise PhotoAbsent(*error.args) from error

    def names(self) -> Iterator[str]:
        """See `PhotoStore`."""
        for prefix in PREFIXES:
            folder = self._photos / prefix
            if folder.is_dir():
                yield from sorted(path.name for path in folder.iterdir() if is_sha256(path.name))

    def verify(self, sha256: str) -> bool:
        """See `PhotoStore`; a file that cannot be read counts as damaged."""
        try:
            with self._path(sha256).open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def publish(self, sha256: str, written: Path) -> None:
        """See `PhotoStore`: fsync of the file, rename, fsync of the folder."""
        keep_under_name(written, self._with_folder(sha256))

    def keep(self, sha256: str, data: bytes) -> None:
        """See `PhotoStore`."""
        target = self._with_folder(sha256)
        if not has_hash(data, sha256):
            raise ValueError("the bytes are not this photo's")
        write_durably(target, data, replace=True, mode=READ_ONLY | 0o200)

    def remove(self, sha256: str) -> None:
        """See `PhotoStore`."""
        path = self._path(sha256)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)

    def set_aside(self, sha256: str) -> None:
        """See `PhotoStore`."""
        path = self._path(sha256)
        with contextlib.suppress(FileNotFoundError):
            os.replace(path, path.with_name(sha256 + DAMAGED))
            sync_folder(path.parent)

    def _with_folder(self, sha256: str) -> Path:
        target = self._path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            sync_folder(self._photos)
        return target
