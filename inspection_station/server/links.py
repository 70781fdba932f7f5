"""Expiring links to the evidence of one inspection, and the log of who was shown what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from inspection_station.server.centre import Centre, later
from inspection_station.server.once_told import digest
from inspection_station.server.problems import Problem
from inspection_station.server.tables import link, viewing


@dataclass(frozen=True)
class Viewer:
    """Who looks at which inspection through a link, and until when."""

    inspection_id: str
    name: str
    expires_at: str


def make_link(centre: Centre, inspection_id: str, viewer: str, days: float = 7) -> str:
    """A token under which `viewer` may see one inspection for `days`; the name stays at the centre."""
    token = secrets.token_urlsafe(24)
    made = centre.now()
    with centre.database.writer.begin() as connection:
        connection.execute(
            sa.insert(link).values(
                token_hash=digest(token),
                inspection_id=inspection_id,
                viewer=viewer,
                made_at=made,
                expires_at=later(made, days=days),
            )
        )
    return token


def check_link(centre: Centre, token: str) -> Viewer:
    """Who holds the link; raises Problem ``link.invalid``."""
    with centre.database.reader.connect() as connection:
        found = connection.execute(sa.select(link).where(link.c.token_hash == digest(token))).one_or_none()
    if found is None or found.expires_at <= centre.now():
        raise Problem("link.invalid")
    return Viewer(found.inspection_id, found.viewer, found.expires_at)


def note_viewing(centre: Centre, viewer: str, inspection_id: str, what: str, sha256: str = "") -> None:
    """Log that `viewer` was shown a ``page``, a ``photo`` or an ``original``."""
    with centre.database.writer.begin() as connection:
        connection.execute(
            sa.insert(viewing).values(
                at=centre.now(), viewer=viewer, inspection_id=inspection_id, what=what, sha256=sha256
            )
        )
