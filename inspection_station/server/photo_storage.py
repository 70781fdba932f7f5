"""Photos on the centre's disk, named by the SHA-256 of their bytes.

A photo grows in ``partial/``, is checked there, and appears under its name only when its bytes, its name and its
folder are on the disk for good. What a request calls a photo is never part of a path unless it is 64 hex digits.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from inspection_station.durable_files import keep_under_name, sync_folder
from inspection_station.errors import StationProblem
from inspection_station.picture_files import read_header
from inspection_station.protocol.messages import PHOTO_BYTES, is_sha256

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoRefused(Exception):
    """The bytes are not the photo they are said to be; nothing of them is kept. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class AcceptedPhoto:
    """A photo that is on the disk for good; width and height in pixels as its header declares."""

    sha256: str
    size: int
    format: str
    width: int
    height: int


class PhotoStorage:
    """The folders ``photos/`` and ``partial/`` of a centre."""

    def __init__(self, folder: Path) -> None:
        self._photos = folder / "photos"
        self._partial = folder / "partial"
        for made in (self._photos, self._partial):
            made.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the photo is, or would be; raises ValueError when `sha256` is no hash."""
        if not is_sha256(sha256):
            raise ValueError("not a SHA-256")
        return self._photos / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the photo is here for good."""
        return self.path(sha256).is_file()

    def partial_path(self, sha256: str) -> Path:
        """Where the photo grows; raises ValueError when `sha256` is no hash."""
        if not is_sha256(sha256):
            raise ValueError("not a SHA-256")
        return self._partial / sha256

    def offset(self, sha256: str) -> int:
        """How many bytes of an unfinished photo are here."""
        try:
            return self.partial_path(sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def grow(self, sha256: str, start: int) -> BinaryIO:
        """The unfinished photo opened for writing at `start`; what lay behind is cut off."""
        path = self.partial_path(sha256)
        handle = path.open("r+b" if path.exists() else "w+b", buffering=0)
        handle.truncate(start)
        handle.seek(start)
        return handle

    def cut(self, sha256: str, size: int) -> None:
        """Shorten the unfinished photo to `size` bytes; 0 removes it."""
        path = self.partial_path(sha256)
        if size == 0:
            path.unlink(missing_ok=True)
        elif path.exists():
            os.truncate(path, size)

    def accept(self, sha256: str) -> AcceptedPhoto:
        """Check the finished photo and make it durable under its name.

        Raises:
            PhotoRefused: ``photo.wrong_hash`` or ``photo.not_a_picture``; the bytes are deleted.
            OSError: the disk; the unfinished photo stays.
        """
        path = self.partial_path(sha256)
        try:
            with path.open("rb") as handle:
                data = handle.read(PHOTO_BYTES + 1)
                if hashlib.sha256(data).hexdigest() != sha256:
                    raise PhotoRefused("photo.wrong_hash")
                header = read_header(data)
                if header.format not in PICTURE_FORMATS:
                    raise PhotoRefused("photo.not_a_picture")
        except (PhotoRefused, StationProblem) as refusal:
            path.unlink(missing_ok=True)
            code = refusal.code if isinstance(refusal, PhotoRefused) else "photo.not_a_picture"
            raise PhotoRefused(code) from refusal
        target = self.path(sha256)
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True)
            sync_folder(self._photos)
        keep_under_name(path, target)
        return AcceptedPhoto(sha256, len(data), header.format, header.width, header.height)

    def verify(self, sha256: str) -> bool:
        """Whether the photo is here and its bytes still have that hash."""
        try:
            with self.path(sha256).open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest() == sha256
        except OSError:
            return False
