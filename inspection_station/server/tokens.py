"""Bearer tokens: of other systems and administrators, made for them, and of people who signed in.

Only the hash is kept. A sign-in also ends by the machine's steady clock, so that setting the clock back does not
lengthen it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import Centre, later
from inspection_station.server.enrolment import note_change
from inspection_station.server.once_told import digest, new_token
from inspection_station.server.problems import Problem
from inspection_station.server.tables import access_token, person

SIGN_IN_HOURS = 10  # a shift and its overtime
KEPT_DAYS = 30  # rows of sign-ins that are over


@dataclass(frozen=True)
class NewToken:
    """A token that was just made: the only time its text is known."""

    id: str
    token: str
    expires_at: str


def _row(now: str, name: str, role: str, by: str, expires_at: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "name": name, "role": role, "rights": "", "site": "", "person_id": "",
        "made_at": now, "made_by": by, "expires_at": expires_at, "revoked_at": "", "seconds": 0, "boot": "",
        "boot_ms": 0,
    }  # fmt: skip


def make_system_token(
    centre: Centre, name: str, rights: Iterable[str], *, site: str = "", days: float | None = None, by: str = "console"
) -> NewToken:
    """A token for another system with these rights (`rights.grant`), good for `days` (None: until withdrawn)."""
    now = centre.now()
    expires_at = later(now, days=days) if days is not None else ""
    row = _row(now, name, "system", by, expires_at) | {"rights": " ".join(sorted(set(rights))), "site": site}
    return _keep(centre, row)


def make_administrator(centre: Centre, name: str, by: str = "console") -> str:
    """A new administrator's token, without a person; it is shown once and only its hash is kept."""
    return _keep(centre, _row(centre.now(), name, "administrator", by, "")).token


def make_sign_in(centre: Centre, person_id: str, name: str, role: str) -> NewToken:
    """The token of a person who has just proved who it is."""
    now, reading = centre.now(), centre.steady.read()
    row = _row(now, name, role, name, later(now, hours=SIGN_IN_HOURS))
    row |= {
        "person_id": person_id, "seconds": SIGN_IN_HOURS * 3600, "boot": reading.boot, "boot_ms": reading.milliseconds,
    }  # fmt: skip
    return _keep(centre, row)


def _keep(centre: Centre, row: Mapping[str, Any]) -> NewToken:
    token = new_token()
    with centre.database.writer.begin() as connection:
        connection.execute(sa.insert(access_token).values(token_hash=digest(token), **row))
        if row["person_id"]:  # sign-ins long over; the log keeps that there were
            mine = access_token.c.person_id == row["person_id"]
            over = later(row["made_at"], days=-KEPT_DAYS)
            connection.execute(sa.delete(access_token).where(mine, access_token.c.expires_at < over))
        what = "signed in" if row["person_id"] else "token made"
        facts = {name: row[name] for name in ("name", "role", "rights", "site", "expires_at")}
        note_change(connection, row["made_at"], row["made_by"], what, row["id"], after=facts)
    return NewToken(row["id"], token, row["expires_at"])


def find_token(centre: Centre, token: str) -> sa.RowMapping | None:
    """The token's row, of a sign-in with the person's role and site as they are now; None when it is no good."""
    theirs = (person.c.role.label("person_role"), person.c.site.label("person_site"), person.c.active)
    query = sa.select(access_token, *theirs).outerjoin(person, person.c.id == access_token.c.person_id)
    with centre.database.reader.connect() as connection:
        found = connection.execute(query.where(access_token.c.token_hash == digest(token))).mappings().one_or_none()
    if found is None or found["revoked_at"] or (found["expires_at"] and found["expires_at"] <= centre.now()):
        return None
    if found["person_id"] and not found["active"]:
        return None
    gone = centre.steady.read().seconds_since(found["boot"], found["boot_ms"]) if found["seconds"] else None
    return None if gone is not None and gone >= found["seconds"] else found


def list_tokens(centre: Centre, site: str = "") -> list[dict[str, Any]]:
    """Tokens of systems and administrators (bound to `site`), the newest first; sign-ins are not listed."""
    shown = (
        access_token.c.id, access_token.c.name, access_token.c.role, access_token.c.rights, access_token.c.site,
        access_token.c.made_at, access_token.c.made_by, access_token.c.expires_at, access_token.c.revoked_at,
    )  # fmt: skip
    query = sa.select(*shown).where(access_token.c.person_id == "").order_by(access_token.c.made_at.desc())
    if site:
        query = query.where(access_token.c.site == site)
    with centre.database.reader.connect() as connection:
        rows = connection.execute(query.order_by(access_token.c.id)).mappings()
        return [{**row, "rights": str(row["rights"]).split()} for row in rows]


def revoke_token(centre: Centre, token_id: str, by: str, site: str = "") -> None:
    """Withdraw a token (bound to `site`) for ever; raises Problem ``token.not_found``."""
    with centre.database.writer.begin() as connection:
        known = sa.select(access_token.c.id).where(access_token.c.id == token_id)
        if site:
            known = known.where(access_token.c.site == site)
        if connection.scalar(known) is None:
            raise Problem("token.not_found")
        end(connection, access_token.c.id == token_id, centre.now(), by)


def end(connection: Connection, wanted: sa.ColumnElement[bool], now: str, by: str) -> None:
    """Withdraw every token that `wanted` names and that is still good."""
    still = wanted & (access_token.c.revoked_at == "")
    for name in list(connection.scalars(sa.select(access_token.c.id).where(still))):
        states = ({"state": "good"}, {"state": "withdrawn"})
        note_change(connection, now, by, "token withdrawn", name, before=states[0], after=states[1])
    connection.execute(sa.update(access_token).where(still).values(revoked_at=now))
