"""Where the photos are: one file each, named by the SHA-256 of its bytes, written once and never changed.

A photo is either whole and on the disk for good, or not there: its bytes go to a temporary file in the same folder,
are synced, take their name by a rename, and the folder is synced. Only then `keep` returns, and only then may the
screen say that the photo is taken.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from inspection_station.durable_files import READ_ONLY, sync_file, sync_folder, write_durably, write_whole
from inspection_station.errors import N_, StationProblem
from inspection_station.evidence.imaging import thumbnail
from inspection_station.picture_files import read_header
from inspection_station.workflows.ports import StoredPhoto

log = logging.getLogger(__name__)

MINIMUM_FREE = 500 * 1024 * 1024  # bytes; the database and the print queue need room as well
_NAME = re.compile(r"[0-9a-f]{64}")
# Photos being written; the first form is that of version 0.1.0, which may have left some.
_TEMPORARY = re.compile(r"\.(?:(?:photo|thumbnail)-|[0-9a-f]{64}\.jpg\.)(\d+)-[0-9a-f]{16,32}\.part")


def _problem(error: OSError) -> StationProblem:
    """What an error of the disk means to the person at the bench: ``disk.*``."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return disk_full()
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StationProblem(
            "disk.unwritable",
            N_("The storage cannot be written to; no photos can be taken"),
            N_("Call the lead"),
            work_goes_on=False,
        )
    return StationProblem(
        "disk.fault",
        N_("The storage has a fault; this photo was not kept"),
        N_("Take the photo again; if it happens again, call the lead"),
        work_goes_on=False,
    )


def disk_full() -> StationProblem:
    """The problem to show when there is too little room for another photo."""
    return StationProblem(
        "disk.full",
        N_("Storage full; no photos can be taken"),
        N_("Connect to sync, or call the lead"),
        work_goes_on=False,
    )


def _is_running(process: int) -> bool:
    """True when a process of that number runs here ; on Windows, where asking is not harmless, only for this one."""
    if os.name == "nt" or process == os.getpid():
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


class PhotoStore:
    """The photos of this station in `folder`; satisfies `workflows.ports.PhotoStore`. May be used from any thread."""

    def __init__(self, folder: Path, *, minimum_free: int = MINIMUM_FREE) -> None:
        """`minimum_free`: bytes that must stay free on the disk; a photo that would go below is refused.

        Raises:
            StationProblem: ``disk.*`` when the folder cannot be made.
        """
        self._photos = folder / "photos"
        self._thumbnails = folder / "thumbnails"
        self._minimum_free = minimum_free
        self._keeping = threading.Lock()
        try:
            self._photos.mkdir(parents=True, exist_ok=True)
            sync_folder(folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise _problem(error) from error

    def leave_free(self, minimum: int) -> None:
        """Leave `minimum` bytes free on the disk from now on."""
        self._minimum_free = minimum

    def free_bytes(self) -> int:
        """Room on the disk that photos may still use; 0 when there is none or it cannot be told."""
        try:
            return max(0, shutil.disk_usage(self._photos).free - self._minimum_free)
        except OSError:
            return 0

    def require_room(self, size: int = 0) -> None:
        """Refuse before the shot, not after it.

        Raises:
            StationProblem: ``disk.full`` when `size` more bytes would leave less than the minimum.
        """
        try:
            free = shutil.disk_usage(self._photos).free
        except OSError as error:
            raise _problem(error) from error
        if free - size < self._minimum_free:
            raise disk_full()

    def path(self, sha256: str) -> Path:
        """Where the photo is, or would be.

        Raises:
            ValueError: `sha256` is no lower-case hexadecimal SHA-256.
        """
        return self._photos / self._below(sha256)

    @staticmethod
    def _below(sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise ValueError("a photo is named by 64 lower-case hexadecimal digits")
        return Path(sha256[:2], sha256[2:4], sha256 + ".jpg")

    def keep(self, jpeg: bytes) -> StoredPhoto:
        """Make the bytes durable and return their name; keeping the same bytes again changes nothing.

        Raises:
            StationProblem: ``picture.*`` when the bytes are no picture, ``disk.full``, ``disk.unwritable`` or
                ``disk.fault``; then nothing is kept.
        """
        header = read_header(jpeg)
        sha256 = hashlib.sha256(jpeg).hexdigest()
        target = self.path(sha256)
        stored = StoredPhoto(sha256, target, len(jpeg), header.width, header.height)
        with self._keeping:
            try:
                if self._holds(target, jpeg):
                    self._sync_names(target)
                    return stored
                self.require_room(len(jpeg))
                target.parent.mkdir(parents=True, exist_ok=True)
                write_durably(target, jpeg, replace=True, mode=READ_ONLY, settle=self._settle)
            except OSError as error:
                log.warning("photo not kept: %s", error.strerror)
                raise _problem(error) from error
        return stored

    @staticmethod
    def _holds(target: Path, jpeg: bytes) -> bool:
        """True when the very bytes are there already; a damaged file is written anew under its name."""
        try:
            return target.read_bytes() == jpeg
        except OSError:
            return False

    def _sync_names(self, target: Path) -> None:
        """Make the photo's name durable, and the names of the folders it lies in: a run that died may not have.

        The first of these syncs waits for the disk, the others find nothing left to do.
        """
        for folder in (target.parent, target.parent.parent, self._photos):
            sync_folder(folder)

    def _settle(self, target: Path) -> None:
        """Durable, or undone: a photo that `keep` refused must not turn up later."""
        try:
            self._sync_names(target)
        except OSError:
            with contextlib.suppress(OSError):
                target.unlink()
            raise

    def read(self, sha256: str) -> bytes:
        """The bytes of a photo, checked against their name.

        Raises:
            StationProblem: ``evidence.missing`` or ``evidence.bad``.
        """
        try:
            data = self.path(sha256).read_bytes()
        except OSError as error:
            raise StationProblem(
                "evidence.missing", N_("A photo is not on this station"), N_("Fetch the server's original")
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StationProblem(
                "evidence.bad", N_("A photo does not match"), N_("Do not use it; fetch the server's original")
            )
        return data

    def verify(self, sha256: str) -> bool:
        """Whether the photo is there and its bytes still have that hash."""
        digest = hashlib.sha256()
        try:
            with self.path(sha256).open("rb") as handle:
                while part := handle.read(1 << 20):
                    digest.update(part)
        except OSError:
            return False
        return digest.hexdigest() == sha256

    def thumbnail(self, sha256: str) -> bytes:
        """A small JPEG of the photo; made when first asked for, kept apart, made again whenever it is gone.

        Raises:
            StationProblem: what `read` raises.
        """
        cached = self._thumbnails / self._below(sha256)
        with contextlib.suppress(OSError):
            if data := cached.read_bytes():
                return data
        data = thumbnail(self.read(sha256))
        try:
            cached.parent.mkdir(parents=True, exist_ok=True)
            write_whole(cached, data)
        except OSError as error:
            log.info("thumbnail not kept: %s", error.strerror)
        return data

    def shown(self, sha256: str) -> Path:
        """The file to show of a photo: itself, or its thumbnail where its bytes were deleted here."""
        path, small = self.path(sha256), self._thumbnails / self._below(sha256)
        return small if not path.exists() and small.exists() else path

    def size(self, sha256: str) -> int | None:
        """Bytes of a photo that is here; None when it is not."""
        try:
            return self.path(sha256).stat().st_size
        except OSError:
            return None

    def remove(self, sha256: str) -> bool:
        """Delete the bytes of a photo that is safe elsewhere; True when they are gone for good.

        A thumbnail is kept first, durably; a photo of which none can be made stays. Who calls this has noted it before.
        """
        path = self.path(sha256)
        cached = self._thumbnails / self._below(sha256)
        try:
            self.thumbnail(sha256)
            sync_file(cached)
            sync_folder(cached.parent)
            path.unlink()
            sync_folder(path.parent)
        except (OSError, StationProblem) as error:
            log.warning("a photo was not deleted: %s", type(error).__name__)
            return not path.exists()
        return True

    def used_share(self) -> float:
        """Share of the photos' disk in use, 0-1; 0 when it cannot be told."""
        try:
            usage = shutil.disk_usage(self._photos)
        except OSError:
            return 0.0
        return usage.used / (usage.used + usage.free) if usage.used + usage.free else 0.0

    def kept(self) -> Iterator[str]:
        """The SHA-256 of every photo in the store, in no order."""
        for file in self._photos.glob("??/??/*.jpg"):
            if _NAME.fullmatch(file.stem):
                yield file.stem

    def sweep(self) -> int:
        """Remove what runs that died left half-written; the number of files removed.

        Call it once at the start, before photos are taken. Only temporary files are touched, never a photo.
        """
        removed = 0
        for folder in (self._photos, self._thumbnails):
            for file in folder.glob("??/??/.*.part"):
                named = _TEMPORARY.fullmatch(file.name)
                if named is None or _is_running(int(named.group(1))):
                    continue
                try:
                    file.unlink()
                    removed += 1
                except OSError as error:
                    log.info("stale file %s not removed: %s", file.name, error.strerror)
        return removed
