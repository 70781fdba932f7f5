"""Photos whose bytes are on the disk and that no record names: found at the start, copied to where they can be seen.

Such bytes stay when the program ended between the shutter and the record, or when a photo came so late that its
result stood already. They are proof of nothing, but nobody may lose them unseen.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from inspection_station.durable_files import write_durably
from inspection_station.i18n import translate
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.notices import Notices
from inspection_station.storage.facts import FETCHED_PHOTO
from inspection_station.workflows.clock import utc_text

log = logging.getLogger(__name__)

FOLDER = "photos-without-record"


def copy_strays(station: Station, names: list[str]) -> int:
    """Copy these photos (SHA-256) into `FOLDER`, each once, named by the time it was taken; how many are new there.

    The bytes themselves stay where they are, under their name. What cannot be copied now is tried at the next start.
    """
    folder = station.folder / FOLDER
    there = {file.stem.rpartition("_")[2] for file in folder.glob("*.jpg")}
    copied = 0
    for name in names:
        if name in there:
            continue
        try:
            source = station.photos.path(name)
            taken = utc_text(datetime.fromtimestamp(source.stat().st_mtime, UTC))
            folder.mkdir(exist_ok=True)
            when = f"{station.clock.local(taken):%Y%m%d-%H%M%S}"
            write_durably(folder / f"{when}_{name}.jpg", source.read_bytes(), replace=True)
            copied += 1
        except OSError as error:
            log.warning("photo without a record not copied: %s", error.strerror)
    return copied


def look_for_strays(station: Station, background: Background, notices: Notices) -> None:
    """Find photos that no record names and tell of those not told of yet; before photos are taken."""

    def found(names: list[str]) -> None:
        background.run(lambda: unnamed(names), kept_apart)

    def unnamed(names: list[str]) -> list[str]:
        return [name for name in station.outbox.unnamed_photos(names) if not station.facts.get(FETCHED_PHOTO + name)]

    def kept_apart(names: list[str]) -> None:
        if names:
            background.run(lambda: copy_strays(station, names), lambda new: tell(new, len(names)), lane="photo")

    def tell(new: int, all_of_them: int) -> None:
        log.info("photos without a record: %d, new: %d", all_of_them, new)
        if new:
            notices.tell(
                "photo.without_record",
                translate("Photos without a record: {n}", n=all_of_them),
                translate("Copies: {folder} in the data folder", folder=FOLDER),
                "warn",
            )

    background.run(lambda: list(station.photos.kept()), found, lane="photo")
