"""Pictures of what was sold: of products (SKU) and of what left the house for an order, given to the centre.

They are checked as any photo, kept as any photo, and named to the stations by the feed (kind ``picture``, id
``sku:…`` or ``order:…``, body ``{"photos": [SHA-256 …]}``), which fetch the bytes they will need.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.identifiers import normalise
from inspection_station.errors import StationProblem
from inspection_station.picture_files import read_header
from inspection_station.protocol.messages import PHOTO_BYTES
from inspection_station.server import ledger
from inspection_station.server.blobs.store import PICTURE_FORMATS
from inspection_station.server.centre import Centre
from inspection_station.server.problems import Problem
from inspection_station.server.returns_feed import body_of, publish
from inspection_station.server.tables import feed_item

FEED_KIND = "picture"
KINDS = ("sku", "order")
MOST_OF_ONE = 8  # pictures of one product or order; the newest stay
LONGEST_ID = 64
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True)
class PicturesTaken:
    """What became of a folder: files taken, and the names of those that are no pictures or name nothing."""

    taken: int
    refused: tuple[str, ...]


def keep_picture(centre: Centre, kind: str, thing: str, data: bytes, *, add: bool = False) -> str:
    """Keep a picture of the product or order `thing` and tell it to the stations; returns its SHA-256.

    It takes the place of those before, or comes before them with `add`.

    Raises:
        Problem: ``picture.unknown_kind``, ``picture.malformed_id``, ``photo.not_a_picture``.
        PhotoStoreDown: the store of the photos.
    """
    if kind not in KINDS:
        raise Problem("picture.unknown_kind")
    try:
        name = normalise(thing)
    except StationProblem:
        name = ""
    if not name or len(name) > LONGEST_ID:
        raise Problem("picture.malformed_id")
    try:
        header = read_header(data)
    except StationProblem:
        raise Problem("photo.not_a_picture") from None
    if header.format not in PICTURE_FORMATS or len(data) > PHOTO_BYTES:
        raise Problem("photo.not_a_picture")
    sha256 = hashlib.sha256(data).hexdigest()
    centre.photos.keep(sha256, data)
    row = {
        "sha256": sha256, "size": len(data), "format": header.format, "width": header.width, "height": header.height,
        "station_id": "", "received_at": centre.now(),
    }  # fmt: skip
    ledger.photo_arrived(centre, row)

    def tell(connection: Connection) -> None:
        before = (body_of(connection, FEED_KIND, f"{kind}:{name}") or {}).get("photos", []) if add else []
        photos = [sha256, *(each for each in before if each != sha256)][:MOST_OF_ONE]
        publish(connection, FEED_KIND, [(f"{kind}:{name}", {"photos": photos})])

    centre.database.write(tell)
    return sha256


def is_told(centre: Centre, sha256: str) -> bool:
    """Whether the feed names this photo as a picture that stations may fetch; `sha256` is a hash."""
    named = (feed_item.c.kind == FEED_KIND) & feed_item.c.body.contains(sha256, autoescape=True)
    with centre.database.reader.connect() as connection:
        return connection.scalar(sa.select(feed_item.c.id).where(named).limit(1)) is not None


def import_pictures(centre: Centre, folder: Path, kind: str) -> PicturesTaken:
    """Take every picture of a folder: ``SKU.jpg``, or ``SKU_2.jpg`` for one more of the same.

    Raises:
        OSError: the folder cannot be read.
        PhotoStoreDown: the store of the photos; those before are taken.
    """
    taken, refused = 0, []
    seen: set[str] = set()
    for path in _files(folder):
        plain, _, number = path.stem.rpartition("_")
        thing = plain if plain and number.isascii() and number.isdigit() and len(number) < 3 else path.stem
        try:
            if path.stat().st_size > PHOTO_BYTES:
                raise Problem("photo.not_a_picture")
            keep_picture(centre, kind, thing, path.read_bytes(), add=thing in seen)
        except Problem:
            refused.append(path.name)
            continue
        seen.add(thing)
        taken += 1
    return PicturesTaken(taken, tuple(refused))


def _files(folder: Path) -> Iterator[Path]:
    """The picture files of a folder, the last of a thing first: the first then leads."""
    found = [path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.is_file()]
    yield from sorted(found, key=lambda path: (path.stem, path.name), reverse=True)
