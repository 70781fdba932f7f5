"""Where a photo grows while it arrives: a folder on this instance's own disk, the same for every store.

What came of a photo stays when the line breaks, and the sender is told how much is here. Another instance has a
spool of its own and tells its own figure; a photo is taken from whichever has it whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Any

from inspection_station.server.blobs.file_lock import try_lock
from inspection_station.server.blobs.store import AcceptedPhoto, PhotoRefused, check_picture_file, checked_name

DAYS_UNTOUCHED = 30  # after which what came of a photo is given up
MOST_REMEMBERED = 256  # photos whose running hash is kept in memory


class SpoolBusy(Exception):
    """Another request is writing this photo just now, in this process or another."""


class Spool:
    """The folder ``partial/`` of an instance."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "partial"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._hashes: dict[str, tuple[int, Any]] = {}  # by photo: how many bytes, and their hash so far
        self._lock = Lock()

    def path(self, sha256: str) -> Path:
        """Where the photo grows; raises ValueError when `sha256` is no hash."""
        return self._folder / checked_name(sha256)

    def offset(self, sha256: str) -> int:
        """How many bytes of an unfinished photo are here."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return 0

    @contextlib.contextmanager
    def held(self, sha256: str) -> Iterator[None]:
        """Let nobody else write this photo meanwhile, in this process or another over the same folder.

        Raises:
            SpoolBusy: somebody writes it.
        """
        path = self.path(sha256).with_name(f".{sha256}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                try_lock(descriptor)
            except OSError as error:
                raise SpoolBusy from error
            if not _is_still(path, descriptor):  # its last holder has just taken it away
                raise SpoolBusy
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    path.unlink()
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def growing(self, sha256: str, start: int) -> Iterator[Growing]:
        """The unfinished photo opened for writing at `start`; what lay behind is cut off. Hold it meanwhile."""
        descriptor = os.open(self.path(sha256), os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with FileIO(descriptor, "r+b") as file:
            growing = Growing(file, start, self._hash_up_to(sha256, start, file))
            try:
                yield growing
            finally:
                self._remember(sha256, growing)

    def cut(self, sha256: str, size: int) -> None:
        """Shorten the unfinished photo to `size` bytes; 0 removes it."""
        path = self.path(sha256)
        self._forget(sha256)
        if size == 0:
            path.unlink(missing_ok=True)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.truncate(path, size)

    def finished(self, sha256: str, digest: str) -> AcceptedPhoto:
        """Check the photo that is here whole, and whose bytes have the hash `digest`.

        Raises:
            PhotoRefused: ``photo.wrong_hash`` or ``photo.not_a_picture``; the bytes are deleted.
            OSError: the disk; the unfinished photo stays.
        """
        path = self.path(sha256)
        self._forget(sha256)
        try:
            if digest != sha256:
                raise PhotoRefused("photo.wrong_hash")
            return check_picture_file(path, sha256)
        except PhotoRefused:
            path.unlink(missing_ok=True)
            raise

    def sweep(self, seconds: float = DAYS_UNTOUCHED * 86400.0) -> int:
        """Remove what nobody has added to for so long; returns how many."""
        removed = 0
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if abs(time.time() - path.stat().st_mtime) > seconds:
                    path.unlink()
                    removed += 1
        return removed

    def _hash_up_to(self, sha256: str, start: int, file: FileIO) -> Any:
        """The hash of the first `start` bytes: remembered from the part before, else read again."""
        with self._lock:
            size, found = self._hashes.pop(sha256, (0, None))
        if found is None or size != start:
            found = hashlib.sha256()
            file.seek(0)
            left = start
            while left and (part := file.read(min(left, 1 << 20))):
                found.update(part)
                left -= len(part)
        file.truncate(start)
        file.seek(start)
        return found

    def _remember(self, sha256: str, growing: Growing) -> None:
        with self._lock:
            self._hashes[sha256] = (growing.size, growing.whole)
            while len(self._hashes) > MOST_REMEMBERED:
                del self._hashes[next(iter(self._hashes))]

    def _forget(self, sha256: str) -> None:
        with self._lock:
            self._hashes.pop(sha256, None)


class Growing:
    """A photo while a part of it arrives: what is written is hashed in the same go, off the event loop.

    Attributes:
        start: where this part begins. size: bytes here, those before this part among them.
        whole: their SHA-256 so far. part: that of this part.
    """

    def __init__(self, file: FileIO, start: int, whole: Any) -> None:
        self._file = file
        self.start = start
        self.size = start
        self.whole = whole
        self._part = hashlib.sha256() if start else None  # from the beginning both are the same

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Add bytes; raises OSError, and what was written before stays."""
        rest = memoryview(data)
        while rest:
            written = self._file.write(rest)
            self.whole.update(rest[:written])
            if self._part is not None:
                self._part.update(rest[:written])
            self.size += written
            rest = rest[written:]

    @property
    def part_size(self) -> int:
        """How many bytes this part brought so far."""
        return self.size - self.start

    @property
    def part_digest(self) -> str:
        """The SHA-256 of what this part brought."""
        return str((self.whole if self._part is None else self._part).hexdigest())

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
