"""What a backup says of itself, and reading that with distrust: a backup may have been copied about, or cut off."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inspection_station import __version__
from inspection_station.durable_files import durable_file, write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.protocol.messages import is_sha256
from inspection_station.server.backup.dump import TableDump, sha256_of_file

FILE = "manifest.json"
DATABASE = "database"
PHOTO_LIST = "photos.txt"
PHOTOS = "photos"  # beside the backups, shared by all of them
FORMAT = 1
PART = ".part"


@dataclass(frozen=True)
class Manifest:
    """One verified backup.

    Attributes:
        epoch: the life of the database that was copied.
        started_at: what was committed before is in it; UTC.
        completed_at: when it had been restored for trial and found whole; UTC.
        revision: the newest migration of the database.
        tables: the files of the database by table.
        photos, photo_bytes: how many photos it holds, and their bytes together.
        photo_list_sha256: of the file that names them, one SHA-256 a line in order.
        missing: photos the database knows and the centre had lost when it was made.
    """

    epoch: str
    started_at: str
    completed_at: str
    revision: str
    dialect: str
    tables: dict[str, TableDump]
    photos: int
    photo_bytes: int
    photo_list_sha256: str
    missing: tuple[str, ...]
    program: str = __version__
    format: int = FORMAT

    @property
    def records(self) -> int:
        """How many records it holds."""
        return self.tables["record"].rows if "record" in self.tables else 0


def _damaged(folder: Path, reason: str) -> StationProblem:
    return StationProblem(
        "backup.damaged",
        N_("The backup {folder} is not whole: {reason}"),
        N_("Take another one; “central backups” lists them."),
        folder=folder,
        reason=reason,
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Keep the manifest in the backup's folder, durably."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    write_durably(folder / FILE, text.encode(), replace=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`.

    Raises:
        StationProblem: ``backup.damaged``, or ``backup.newer`` when a newer program made it.
    """
    try:
        data: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        if data["format"] > FORMAT:
            raise StationProblem(
                "backup.newer",
                N_("The backup {folder} was made by a newer version of this program ({version})."),
                N_("Restore it with that version."),
                folder=folder,
                version=str(data.get("program", ""))[:40],
            )
        tables = {str(name): TableDump(**one) for name, one in data["tables"].items()}
        if any(Path(one.file).name != one.file for one in tables.values()):
            raise ValueError("path")
        return Manifest(**{**data, "tables": tables, "missing": tuple(data["missing"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(folder, str(error) or type(error).__name__) from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare the hash of every file of the backup; raises StationProblem ``backup.damaged``."""
    wanted = {f"{DATABASE}/{one.file}": one.sha256 for one in manifest.tables.values()}
    wanted[PHOTO_LIST] = manifest.photo_list_sha256
    for name, sha256 in wanted.items():
        try:
            right = sha256_of_file(folder / name) == sha256
        except OSError as error:
            raise _damaged(folder, f"{name}: {error.strerror}") from error
        if not right:
            raise _damaged(folder, f"{name}: SHA-256")


def write_photo_list(folder: Path, names: Sequence[str] | Iterator[str]) -> tuple[int, str]:
    """Keep the photos' names, which come in order; returns how many and the file's SHA-256."""
    count = 0
    with durable_file(folder / PHOTO_LIST, replace=True) as file:
        for name in names:
            file.write(name.encode() + b"\n")
            count += 1
    return count, sha256_of_file(folder / PHOTO_LIST)


def photos_in(folder: Path) -> Iterator[str]:
    """The names of the backup's photos in order; raises StationProblem ``backup.damaged`` for what is none."""
    with (folder / PHOTO_LIST).open("rb") as file:
        for line in file:
            name = line.decode("ascii", "replace").strip()
            if not is_sha256(name):
                raise _damaged(folder, PHOTO_LIST)
            yield name


def backups_in(folder: Path) -> list[tuple[Path, Manifest]]:
    """The whole backups in a backup folder, the oldest first; others are passed over."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name == PHOTOS or path.name.endswith(PART) or path.name.startswith("."):
            continue
        if (path / FILE).is_file():
            try:
                found.append((path, read_manifest(path)))
            except StationProblem:
                continue
    return sorted(found, key=lambda one: one[1].started_at)
