"""What a store of photos can do, and what it raises; the same for the disk and for S3."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inspection_station.errors import N_, StationProblem
from inspection_station.picture_files import read_header
from inspection_station.protocol.messages import PHOTO_BYTES, is_sha256

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
DAMAGED = ".damaged"  # what a photo's name gets when its bytes are no longer its own
HEADER_BYTES = 256 * 1024  # of a picture: what nearly always holds its declared size


class PhotoRefused(Exception):
    """The bytes are not the photo they are said to be; nothing of them is kept. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PhotoAbsent(FileNotFoundError):
    """The store answered, and it does not hold this photo."""


class PhotoStoreDown(StationProblem):
    """The store cannot be reached, is too slow, or refuses us. Nothing is known of the photo; try again later."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "photo_store.unreachable",
            N_("The store of the photos does not do what it was asked: {reason}"),
            N_("Check that it runs and what the settings under [photos] say; photos wait at their stations meanwhile."),
            reason=reason,
        )


@dataclass(frozen=True)
class AcceptedPhoto:
    """A photo that was checked; `size` in bytes, width and height in pixels as its header declares."""

    sha256: str
    size: int
    format: str
    width: int
    height: int


class PhotoStore(Protocol):
    """Photos under their hashes. What is not 64 small hex digits raises ValueError, everywhere.

    Every method raises `PhotoStoreDown` when a store over the network does not answer, and OSError from a disk.
    """

    def has(self, sha256: str) -> bool:
        """Whether the photo is here for good."""

    def read(self, sha256: str) -> bytes:
        """The photo's bytes as they are, unchecked; raises PhotoAbsent."""

    def names(self) -> Iterator[str]:
        """The hashes of all photos here, in order."""

    def verify(self, sha256: str) -> bool:
        """Whether the photo is here and its bytes still have that hash."""

    def publish(self, sha256: str, written: Path) -> None:
        """Make the file `written`, whose bytes were checked, the photo: durably and whole, or not at all.

        `written` is gone afterwards; it stays when this raises.
        """

    def keep(self, sha256: str, data: bytes) -> None:
        """Keep a photo durably; raises ValueError when `data` has another hash."""

    def remove(self, sha256: str) -> None:
        """Take the photo away; one that is gone already does no harm."""

    def set_aside(self, sha256: str) -> None:
        """Keep a damaged photo under its name with `DAMAGED` behind; the photo is not here any more then."""


def checked_name(sha256: str) -> str:
    """`sha256`, when it is one; raises ValueError."""
    if not is_sha256(sha256):
        raise ValueError("not a SHA-256")
    return sha256


def has_hash(data: bytes, sha256: str) -> bool:
    """Whether these bytes are that photo's."""
    return hashlib.sha256(data).hexdigest() == sha256


def check_picture_file(path: Path, sha256: str) -> AcceptedPhoto:
    """What the picture in `path`, whose hash is known to be right, says of itself; nothing is decoded.

    Raises:
        PhotoRefused: ``photo.not_a_picture``.
        OSError: the disk.
    """
    size = path.stat().st_size
    if size > PHOTO_BYTES:
        raise PhotoRefused("photo.not_a_picture")
    with path.open("rb") as file:
        beginning = file.read(HEADER_BYTES)
        try:
            header = read_header(beginning)
        except StationProblem:
            try:
                header = read_header(beginning + file.read())  # metadata before the size can be long
            except StationProblem as problem:
                raise PhotoRefused("photo.not_a_picture") from problem
    if header.format not in PICTURE_FORMATS:
        raise PhotoRefused("photo.not_a_picture")
    return AcceptedPhoto(sha256, size, header.format, header.width, header.height)
