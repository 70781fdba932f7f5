"""Photos of which the centre's copy was found damaged or gone, as its feed tells them (kind ``damaged``).

What is here is offered again at once. What was deleted here, because the centre had called it safe, cannot be: it is
put before a person. Photos of other stations are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, update

from inspection_station.storage.tables import photo_uploads

SENT_AGAIN = "photo.damaged_there"  # the reason of a photo that waits because of this
LOST = "photo.lost_there"  # of one that is not here any more


def keep_damaged(connection: Connection, sha256: str, body: Mapping[str, Any]) -> None:
    """The centre lacks the right bytes of this photo; an empty body: it has them again."""
    photo = photo_uploads.c
    mine = update(photo_uploads).where(photo.sha256 == sha256)
    if not body:
        connection.execute(mine.where(photo.state == "waiting", photo.reason == SENT_AGAIN).values(reason=""))
        connection.execute(mine.where(photo.state == "refused", photo.reason == LOST).values(state="stored", reason=""))
        return
    lost = mine.where(photo.state == "stored")
    unsafe = {"safe": False, "safe_since": ""}
    connection.execute(lost.where(photo.gone_at != "").values(state="refused", reason=LOST, **unsafe))
    connection.execute(lost.where(photo.gone_at == "").values(state="waiting", reason=SENT_AGAIN, **unsafe))
