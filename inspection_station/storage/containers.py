"""What lies in totes and what is on manifests, from the rows of custody; every question uses an index."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Select, select, text, union_all

from inspection_station.custody.ledger import LYING
from inspection_station.domain.custody.house_item import house_item_from_json
from inspection_station.domain.custody.tote_state import ToteStep
from inspection_station.storage.database import Database
from inspection_station.storage.tables import custody
from inspection_station.workflows.containers_port import Content, ManifestRow

ON_A_MANIFEST = "manifest <> ''"  # word for word as the indexes say it: a bound value would not let them be used
_ITEM = ("item_id", "rt_number", "body", "grade", "disposition", "vendor", "tote", "proved", "manifest", "review",
         "apart")  # fmt: skip
_MANIFEST = ("id", "number", "kind", "step", "vendor", "corrects", "station", "started_at", "closed_at", "units")


class StoredContainers:
    """`containers_port.ContainerStore` on the station's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def contents(self, tote: str, manifest: str = "") -> list[Content]:
        """See `ContainerStore`."""
        one = custody.item.c
        lying = _items().where(one.tote == tote, text(LYING))
        if not manifest:
            return self._found(lying)
        drawn = _items().where(one.manifest == manifest, text(ON_A_MANIFEST), one.tote == tote)
        return self._found(union_all(lying, drawn))

    def items_of(self, manifest: str) -> list[Content]:
        """See `ContainerStore`."""
        one = custody.item.c
        return self._found(_items().where(one.manifest == manifest, text(ON_A_MANIFEST)))

    def totes_of(self, manifest: str) -> tuple[str, ...]:
        """See `ContainerStore`."""
        one = custody.tote.c
        wanted = select(one.code).where(one.manifest == manifest, text(ON_A_MANIFEST))
        with self._database.reading() as connection:
            return tuple(connection.execute(
                wanted.where(one.step == ToteStep.CLAIMED.value).order_by(one.code)).scalars())  # fmt: skip

    def grams_of(self, tote: str) -> int:
        """See `ContainerStore`."""
        one = custody.tote.c
        with self._database.reading() as connection:
            return int(connection.execute(select(one.grams).where(one.code == tote)).scalar() or 0)

    def manifests(self, most: int, step: str = "") -> list[ManifestRow]:
        """See `ContainerStore`."""
        one = custody.manifest.c
        wanted = select(*(one[name] for name in _MANIFEST)).order_by(one.started_at.desc(), one.id.desc()).limit(most)
        if step:
            wanted = wanted.where(one.step == step)
        with self._database.reading() as connection:
            return [ManifestRow(*row) for row in connection.execute(wanted)]

    def numbers_beginning(self, prefix: str) -> list[str]:
        """See `ContainerStore`."""
        one = custody.manifest.c
        with self._database.reading() as connection:
            wanted = select(one.number).where(one.number >= prefix, one.number < prefix + "~")
            return list(connection.execute(wanted).scalars())

    def _found(self, query: Any) -> list[Content]:
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = [
            Content(
                row.item_id, row.rt_number, house_item_from_json(json.loads(row.body)) if row.body else None,
                row.grade, row.disposition, row.vendor, row.tote, bool(row.proved), row.manifest, row.review,
                bool(row.apart),
            )
            for row in rows
        ]  # fmt: skip
        return sorted(found, key=lambda one: (one.tote, one.rt_number))


def _items() -> Select[Any]:
    return select(*(custody.item.c[name] for name in _ITEM))
