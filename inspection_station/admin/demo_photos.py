"""Photos of what other benches of the demo decided: the demo's own pictures, as if they had been fetched already."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from inspection_station.devices.simulated_scenes import SceneLibrary
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.storage.database import Database
from inspection_station.storage.facts import FETCHED_PHOTO, StationFacts

HIDDEN = ("creases", "function_fault")
"""Defects that no picture of the item from the front would show."""
_NAMESPACE = uuid.UUID("b2d6f3f0-3a7e-5c1c-8f6e-0d9a1c5b7e42")


@cache
def _library() -> SceneLibrary:
    return SceneLibrary()


def pictures_of(sku: str, defect: str) -> list[tuple[Path, str]]:
    """Files and shots that show an article with that defect, or whole where none can be seen; empty when none do."""
    return _library().files(sku, "" if defect in HIDDEN else defect)


def with_photos(item: HouseItem) -> HouseItem:
    """The item with the photos its bench would have taken; as it is where no picture shows it."""
    finding = item.findings[0] if item.findings else {}
    photos = [
        {
            "id": str(uuid.uuid5(_NAMESPACE, f"{item.id} {path.name}")),
            "sha256": sha256(path.read_bytes()).hexdigest(), "shot": shot,
            "finding_id": finding.get("id", "") if shot == "close_up" else "",
            "taken_at": item.decided_at,
        }
        for path, shot in pictures_of(item.sku, finding.get("code", ""))
    ]  # fmt: skip
    return replace(item, photos=tuple(photos))


def keep_photos(items: Iterable[HouseItem], photos: PhotoStore, database: Database) -> None:
    """Keep the photos of these items at the demo's bench, durable on return; those that are there stay.

    Raises:
        StationProblem: ``storage.*``, they cannot be kept.
    """
    facts = StationFacts(database)
    for item in items:
        finding = item.findings[0] if item.findings else {}
        named = {photo["sha256"] for photo in item.photos}
        for path, _shot in pictures_of(item.sku, finding.get("code", "")) if named else ():
            jpeg = path.read_bytes()
            if (name := sha256(jpeg).hexdigest()) in named:
                facts.put(FETCHED_PHOTO + name, item.decided_at)  # first: nothing here names it
                photos.keep(jpeg)
