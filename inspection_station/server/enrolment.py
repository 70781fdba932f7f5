"""Stations at the centre: the one-time code that makes one, the list of them, and shutting one out.

A number, once given, is never given again: the highest ever given is kept as a fact of the centre, and after the
database was put back from a copy a gap is left, for the numbers that were given since the copy was made. A station that
was enrolled since then says who it was when it enrols anew, and is that again.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from inspection_station.protocol.messages import is_uuid
from inspection_station.server.administration_tables import rights_change
from inspection_station.server.centre import LAST_STATION_NUMBER, Centre, fact, later, note, secret_text
from inspection_station.server.once_told import digest, new_code, plain_code
from inspection_station.server.problems import Problem
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import enrolment_code, station

CODE_HOURS = 24
LAST_NUMBER = 999
NUMBERS_LEFT_OUT = 10  # after a return to a copy: stations enrolled since it was made
REVOCATION = "revocation"  # kind in the feed

log = logging.getLogger(__name__)


def make_enrolment_code(
    centre: Centre, station_code: str, site: str, hours: float = CODE_HOURS, by: str = "console"
) -> str:
    """A new one-time code with which one station may enrol as `station_code` at `site` within `hours`."""
    code = new_code()
    made = centre.now()
    with centre.database.writer.begin() as connection:
        connection.execute(
            sa.insert(enrolment_code).values(
                code_hash=digest(plain_code(code)),
                station_code=station_code,
                site=site,
                made_at=made,
                expires_at=later(made, hours=hours),
                station_id="",
            )
        )
        facts = {"station_code": station_code, "site": site, "hours": hours}
        note_change(connection, made, by, "enrolment code made", station_code, after=facts)
    return code


@dataclass(frozen=True)
class Former:
    """Who a station says it was, as an enrolment gave it: its id and number."""

    station_id: str
    number: int


def read_former(told: object) -> Former | None:
    """What a station says of its last enrolment; None when it says nothing that could be one."""
    number, name = (told.get("number"), told.get("station_id")) if isinstance(told, dict) else (0, "")
    right = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LAST_NUMBER
    return Former(str(name), number) if right and isinstance(number, int) and is_uuid(name) else None


def enrol(
    centre: Centre, code: str, public_key: str, app_version: str, former: Former | None = None
) -> dict[str, Any]:
    """Make the sender of `code` a station and tell it who it is; the same code and key again get the same answer.

    One that was a station of this centre before it was put back from an older copy stays who it was.

    Raises:
        Problem: ``request.malformed`` (no Ed25519 key), ``enrolment.refused``, ``enrolment.full``, or ``centre.busy``
            when another station got the number first (it is asked again).
    """
    read_public_key(public_key)
    try:
        with centre.database.writer.begin() as connection:
            known = _enrolled(connection, centre, digest(plain_code(code)), public_key, app_version, former)
    except sa.exc.IntegrityError:
        raise Problem("centre.busy") from None
    return {
        "station_id": known.id,
        "code": known.code,
        "number": known.number,
        "site": known.site,
        "random_check_key": known.check_key,
    }


def _enrolled(
    connection: Connection, centre: Centre, code_hash: str, public_key: str, app_version: str, former: Former | None
) -> sa.Row[Any]:
    now = centre.now()
    wanted = enrolment_code.c.code_hash == code_hash
    found = connection.execute(sa.select(enrolment_code).where(wanted).with_for_update()).one_or_none()
    if found is None:
        raise Problem("enrolment.refused")
    if found.station_id:
        known = connection.execute(sa.select(station).where(station.c.id == found.station_id)).one()
        if known.public_key != public_key or known.revoked_at:
            raise Problem("enrolment.refused")
        return known
    if found.expires_at <= now:
        raise Problem("enrolment.refused")
    if former is None or centre.practice or _is_taken(connection, former):
        former = Former(str(uuid.uuid4()), 0 if centre.practice else _next_number(connection))
    station_id = former.station_id
    connection.execute(
        sa.insert(station).values(
            id=station_id,
            number=former.number,
            code=found.station_code,
            site=found.site,
            public_key=public_key,
            check_key=secret_text(),
            enrolled_at=now,
            revoked_at="",
            forked_at="",
            last_seen=now,
            app_version=app_version,
        )
    )
    connection.execute(sa.update(enrolment_code).where(wanted).values(station_id=station_id))
    return connection.execute(sa.select(station).where(station.c.id == station_id)).one()


def _is_taken(connection: Connection, former: Former) -> bool:
    """Whether a station has that id or that number here."""
    held = (station.c.id == former.station_id) | (station.c.number == former.number)
    return connection.scalar(sa.select(station.c.id).where(held).limit(1)) is not None


def _next_number(connection: Connection) -> int:
    """The next number; in a new life of the database the next few are left out, which may be in use already."""
    epoch = fact(connection, "epoch")
    noted, _, given_in = fact(connection, LAST_STATION_NUMBER).partition(" ")
    highest = max(int(noted or 0), connection.scalar(sa.select(sa.func.max(station.c.number))) or 0)
    left_out = NUMBERS_LEFT_OUT if noted and given_in != epoch else 0
    number = highest + left_out + 1
    if number > LAST_NUMBER:
        raise Problem("enrolment.full")
    note(connection, LAST_STATION_NUMBER, f"{number} {epoch}")
    return number


def list_stations(centre: Centre, site: str = "") -> list[dict[str, Any]]:
    """Every station (of `site`) in the order of numbers, with a `state`: ``active``, ``forked`` or ``revoked``.

    ``forked``: two different records of it carried one id, as when its disk was copied; it still may send.
    """
    kept = (
        station.c.id, station.c.number, station.c.code, station.c.site, station.c.enrolled_at, station.c.revoked_at,
        station.c.forked_at, station.c.last_seen, station.c.app_version,
    )  # fmt: skip
    query = sa.select(*kept).order_by(station.c.number, station.c.enrolled_at, station.c.id)
    if site:
        query = query.where(station.c.site == site)
    with centre.database.reader.connect() as connection:
        return [{**row, "state": _state(row)} for row in connection.execute(query).mappings()]


def _state(row: sa.RowMapping) -> str:
    if row["revoked_at"]:
        return "revoked"
    return "forked" if row["forked_at"] else "active"


def revoke_station(centre: Centre, station_code: str, by: str = "console") -> int:
    """Shut out every station called `station_code` and tell the others; returns how many that were."""
    return _revoke(centre, station.c.code == station_code, by)


def revoke_station_by_id(centre: Centre, station_id: str, site: str = "", by: str = "console") -> None:
    """Shut out one station (of `site`); once shut out it stays so. Raises Problem ``station.not_found``."""
    wanted = station.c.id == station_id
    if site:
        wanted &= station.c.site == site
    with centre.database.reader.connect() as connection:
        if connection.scalar(sa.select(station.c.id).where(wanted)) is None:
            raise Problem("station.not_found")
    _revoke(centre, wanted, by)


def _revoke(centre: Centre, wanted: sa.ColumnElement[bool], by: str) -> int:
    now = centre.now()
    with centre.database.writer.begin() as connection:
        found = sa.select(station.c.id, station.c.code).where(wanted, station.c.revoked_at == "")
        codes = {str(row.id): str(row.code) for row in connection.execute(found)}
        ids = list(codes)
        connection.execute(sa.update(station).where(station.c.id.in_(ids)).values(revoked_at=now))
        publish(connection, REVOCATION, [(name, {"station_id": name, "revoked_at": now}) for name in sorted(ids)])
        for name in ids:
            before, after = ({"code": codes[name], "state": state} for state in ("active", "revoked"))
            note_change(connection, now, by, "station revoked", name, before=before, after=after)
    log.info("%d stations shut out", len(ids))
    return len(ids)


def note_change(
    connection: Connection, at: str, by: str, what: str, thing: str, *, before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Keep who changed what, and of its facts `before` and `after` those that differ; never secrets or their hashes."""
    old, new = dict(before or {}), dict(after or {})
    differing = [name for name in {**old, **new} if (name in old, old.get(name)) != (name in new, new.get(name))]
    parts = [{name: side[name] for name in differing if name in side} for side in (old, new)]
    told = [json.dumps(part, ensure_ascii=False, sort_keys=True) if part else "" for part in parts]
    values = {"at": at, "by": by, "what": what, "thing": thing, "before": told[0], "after": told[1]}
    connection.execute(sa.insert(rights_change).values(values))


def read_public_key(text: str) -> Ed25519PublicKey:
    """The Ed25519 key in base64 `text`; raises Problem ``request.malformed``."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise Problem("request.malformed") from None
