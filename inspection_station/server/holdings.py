"""Which of the named records and photos the centre holds, for those who must know that nothing was lost."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from inspection_station.server.centre import Centre
from inspection_station.server.tables import record

_AT_ONCE = 400


def held_records(centre: Centre, record_ids: Sequence[str]) -> set[str]:
    """Those of `record_ids` that the centre has stored together with every photo they need."""
    held: set[str] = set()
    with centre.database.reader.connect() as connection:
        for start in range(0, len(record_ids), _AT_ONCE):
            part = list(record_ids[start : start + _AT_ONCE])
            query = sa.select(record.c.id).where(record.c.id.in_(part), record.c.verdict == "stored")
            held.update(str(name) for name in connection.scalars(query))
    return held


def held_photos(centre: Centre, sha256s: Sequence[str]) -> set[str]:
    """Those of `sha256s` whose bytes are in the photo store and still have that hash (each is read again)."""
    return {name for name in sha256s if centre.photos.has(name) and centre.photos.verify(name)}
