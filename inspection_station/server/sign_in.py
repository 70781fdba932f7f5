"""Signing in at the centre: badge and PIN for a token that lasts a shift (DECISIONS.md 15).

Whatever is wrong - no such badge, no PIN, a person gone, a wrong PIN - the answer is the same and takes the same time.
"""

from __future__ import annotations

from dataclasses import dataclass

import argon2
import sqlalchemy as sa

from inspection_station.domain.identifiers import normalise
from inspection_station.errors import StationProblem
from inspection_station.server import tokens
from inspection_station.server.centre import Centre
from inspection_station.server.lock_out import address_guard, badge_guard, begin_try, forgive
from inspection_station.server.once_told import digest, new_token
from inspection_station.server.people import hasher
from inspection_station.server.problems import Problem
from inspection_station.server.tables import access_token, person

_NOBODYS_PIN = hasher.hash(new_token())  # checked where there is none, so that time tells nothing


@dataclass(frozen=True)
class SignedIn:
    """Somebody who has proved who it is."""

    person_id: str
    name: str
    role: str
    site: str
    token: str
    expires_at: str


def sign_in(centre: Centre, badge: str, pin: str, address: str) -> SignedIn:
    """The holder of `badge`, when `pin` is theirs.

    Raises:
        Problem: ``sign_in.refused``, or ``sign_in.locked`` with `retry_after` in seconds.
    """
    try:
        badge_hash = digest(normalise(badge))
    except StationProblem:
        badge_hash = digest("")
    guards = (badge_guard(badge_hash), address_guard(address))
    locked = begin_try(centre, *guards)
    if locked:
        raise Problem("sign_in.locked", retry_after=locked)
    query = sa.select(person).where(person.c.badge_hash == badge_hash, person.c.active == 1)
    with centre.database.reader.connect() as connection:
        holders = connection.execute(query).mappings().all()
    holder = holders[0] if len(holders) == 1 else None
    right = _is_right(str(holder["pin_hash"]) if holder is not None else "", pin)
    if holder is None or not right:
        raise Problem("sign_in.refused")
    forgive(centre, *guards)
    made = tokens.make_sign_in(centre, holder["id"], holder["name"], holder["role"])
    return SignedIn(holder["id"], holder["name"], holder["role"], holder["site"], made.token, made.expires_at)


def _is_right(pin_hash: str, pin: str) -> bool:
    try:
        hasher.verify(pin_hash or _NOBODYS_PIN, pin)
    except (argon2.exceptions.Argon2Error, ValueError):
        return False
    return bool(pin_hash)


def sign_out(centre: Centre, token: str) -> None:
    """End the sign-in this token is of; one that is no good any more stays so."""
    with centre.database.writer.begin() as connection:
        mine = (access_token.c.token_hash == digest(token)) & (access_token.c.person_id != "")
        by = connection.scalar(sa.select(access_token.c.name).where(mine)) or ""
        tokens.end(connection, mine, centre.now(), by)
