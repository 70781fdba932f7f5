"""The evidence bundle: one zip with the original photos, the record, the report, and checksums anybody can check.

Inside, below one folder named after the case::

    photos/01_waybill_3fa1b2c4.jpg   the originals, byte for byte
    manifest.json                    the record, its chain of entries with their hashes, and the list of photos,
                                     as canonical JSON (RFC 8785)
    report.pdf
    SHA256SUMS                       of all files above; ``sha256sum -c SHA256SUMS`` checks them

The same input gives the same bytes: files stand in a fixed order with the time of sealing.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from inspection_station.domain.canonical import canonical_bytes
from inspection_station.durable_files import durable_file
from inspection_station.errors import N_, StationProblem

FORMAT = "inspection-station evidence bundle"
VERSION = 1
PIECE = 1024 * 1024  # bytes read at a time
_FIRST_ZIP_TIME = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class BundlePhoto:
    """A photo for the bundle: the shot's code, the stored file, the SHA-256 in the sealed record, when it was taken."""

    shot: str
    path: Path
    sha256: str
    taken_at: str = ""


def write_bundle(
    target: Path,
    *,
    record: Mapping[str, Any],
    chain: Sequence[Mapping[str, Any]],
    photos: Iterable[BundlePhoto],
    report_pdf: bytes,
    sealed_at: str,
    replace: bool = False,
) -> str:
    """Write the bundle durably to `target` and return its SHA-256.

    Args:
        record: the inspection as plain JSON; `chain` its entries, in order, as they were hashed.
        sealed_at: UTC, ISO 8601; the files in the zip bear this time.
        replace: take the place of a file of that name; else that is refused.

    Raises:
        StationProblem: ``evidence.photo_changed`` (also when a photo is gone), ``evidence.not_storable`` (the record
            is no canonical JSON), ``evidence.exists``, ``evidence.unwritable``. Then no file was written or changed.
    """
    files = _Files(_folder_name(target), sealed_at)
    wanted = list(photos)
    try:
        with durable_file(target, replace=replace) as handle:
            hashing = _Hashing(handle)
            with zipfile.ZipFile(cast(BinaryIO, hashing), "w") as archive:
                listed = [_add_photo(files, archive, number, photo) for number, photo in enumerate(wanted, 1)]
                files.add(archive, "manifest.json", _manifest(record, chain, listed))
                files.add(archive, "report.pdf", report_pdf)
                files.add(archive, "SHA256SUMS", files.sums())
        return hashing.digest()
    except FileExistsError as error:
        raise StationProblem(
            "evidence.exists",
            N_("There is a file {file} already"),
            N_("Choose another name; nothing was overwritten."),
            file=str(target),
        ) from error
    except OSError as error:
        raise StationProblem(
            "evidence.unwritable",
            N_("The evidence bundle {file} cannot be written ({reason})"),
            N_("Choose another folder, or make room."),
            file=str(target),
            reason=error.strerror or type(error).__name__,
        ) from error


class _Hashing:
    """A file to write that hashes what goes by; it cannot seek, so the zip is written in one go."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle, self._sum, self._place = handle, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._sum.update(data)
        self._place += len(data)
        return self._handle.write(data)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        self._handle.flush()

    def digest(self) -> str:
        return self._sum.hexdigest()


class _Files:
    """The files of one bundle: names, times, and the sums of what was added."""

    def __init__(self, folder: str, sealed_at: str) -> None:
        self._folder = folder
        self._time = _zip_time(sealed_at)
        self._sums: list[tuple[str, str]] = []

    def entry(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self._folder}/{name}", self._time)
        info.compress_type = zipfile.ZIP_STORED  # packed bytes would depend on the zlib at hand
        info.create_system = 3  # the same bytes on every system
        info.external_attr = 0o644 << 16
        return info

    def add(self, archive: zipfile.ZipFile, name: str, data: bytes) -> None:
        archive.writestr(self.entry(name), data)
        self.note(name, hashlib.sha256(data).hexdigest())

    def note(self, name: str, digest: str) -> None:
        self._sums.append((name, digest))

    def sums(self) -> bytes:
        """Lines as ``sha256sum`` writes them (binary mode)."""
        return "".join(f"{digest} *{name}\n" for name, digest in self._sums).encode("ascii")


def _add_photo(files: _Files, archive: zipfile.ZipFile, number: int, photo: BundlePhoto) -> dict[str, Any]:
    """Copy one photo into the archive, hashing what is copied; returns its line for the manifest."""
    name = f"photos/{number:02d}_{_plain(photo.shot)}_{photo.sha256[:8]}.jpg"
    digest, size = hashlib.sha256(), 0
    try:
        with photo.path.open("rb") as source, archive.open(files.entry(name), "w", force_zip64=True) as place:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                place.write(piece)
    except FileNotFoundError as error:
        raise _changed(number, photo) from error
    if digest.hexdigest() != photo.sha256:
        raise _changed(number, photo)
    files.note(name, photo.sha256)
    return {"file": name, "shot": photo.shot, "sha256": photo.sha256, "bytes": size, "taken_at": photo.taken_at}


def _changed(number: int, photo: BundlePhoto) -> StationProblem:
    return StationProblem(
        "evidence.photo_changed",
        N_("Photo {number} ({shot}) does not match its hash"),
        N_("Do not use it; fetch the server's original."),
        number=number,
        shot=photo.shot,
    )


def _manifest(
    record: Mapping[str, Any], chain: Sequence[Mapping[str, Any]], photos: Sequence[Mapping[str, Any]]
) -> bytes:
    try:
        return canonical_bytes(
            {"format": FORMAT, "version": VERSION, "record": record, "chain": list(chain), "photos": list(photos)}
        )
    except ValueError as error:
        raise StationProblem(
            "evidence.not_storable",
            N_("The record cannot be written as canonical JSON: {reason}"),
            N_("Report this with the inspection's number."),
            reason=str(error),
        ) from error


def _plain(text: str) -> str:
    """`text` as part of a file name that every system and ``sha256sum`` take."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40] or "photo"


def _folder_name(target: Path) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", target.stem).strip("-")[:80] or "evidence"


def _zip_time(sealed_at: str) -> tuple[int, int, int, int, int, int]:
    """The time of sealing as zip files hold it (UTC, from 1980 on); the first one when it is no time."""
    try:
        moment = datetime.fromisoformat(sealed_at.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        moment = _FIRST_ZIP_TIME
    moment = max(moment, _FIRST_ZIP_TIME)
    return (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
