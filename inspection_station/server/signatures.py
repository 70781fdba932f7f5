"""Requests that stations sign: the nonce that the centre hands out, and the check of a signature (PROTOCOL.md 2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature

from inspection_station.protocol.messages import signed_bytes
from inspection_station.server.centre import Centre, fact, later
from inspection_station.server.copied_stations import is_copied
from inspection_station.server.enrolment import read_public_key
from inspection_station.server.problems import Problem
from inspection_station.server.tables import fact as fact_table
from inspection_station.server.tables import station

NONCE_HOURS = 12


def _fact(name: str) -> sa.Label[str]:
    found = sa.select(fact_table.c.value).where(fact_table.c.name == name).scalar_subquery()
    return sa.func.coalesce(found, "").label(name)


# Made once: every request that a station signs asks it.
_STATION = sa.select(station, _fact("nonce_key"), _fact("epoch")).where(station.c.id == sa.bindparam("station"))


def make_nonce(centre: Centre, station_id: str) -> str:
    """A nonce that this station may sign with for `NONCE_HOURS` of the centre's clock.

    One given out before the station was found to be copied is good no more: whoever holds it has to greet, and is told.
    """
    with centre.database.reader.connect() as connection:
        key, copied = fact(connection, "nonce_key"), is_copied(connection, station_id)
    plain = f"{later(centre.now(), hours=NONCE_HOURS)}.{secrets.token_hex(8)}"
    return f"{plain}.{_nonce_mac(key, station_id, plain, copied)}"


def _nonce_mac(key: str, station_id: str, plain: str, copied: bool) -> str:
    # A nonce of a copied station says so itself: by the time alone, a centre whose clock was set back refused it.
    told = f"{station_id}|{plain}{'|copied' if copied else ''}"
    return hmac.new(base64.b64decode(key), told.encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True)
class Signature:
    """The headers and facts of a request that a station signed."""

    method: str
    target: str
    body_sha256: str
    station_id: str
    nonce: str
    epoch: str
    signature: str


def check_station(centre: Centre, signed: Signature, *, greeting: bool = False) -> sa.Row[Any]:
    """The station that signed the request, with the centre's `epoch`.

    A greeting brings a nonce of its own, all else one of the centre's.

    Raises:
        Problem: ``station.unknown``, ``station.bad_signature``, ``station.revoked`` or ``station.nonce_expired``.
    """
    with centre.database.glance.connect() as connection:
        known = connection.execute(_STATION, {"station": signed.station_id}).one_or_none()
    if known is None:
        raise Problem("station.unknown")
    try:
        message = signed_bytes(
            signed.method, signed.target, signed.body_sha256, signed.station_id, signed.nonce, signed.epoch
        )
        read_public_key(known.public_key).verify(base64.b64decode(signed.signature, validate=True), message)
    except (InvalidSignature, ValueError):
        raise Problem("station.bad_signature") from None
    if known.revoked_at:
        raise Problem("station.revoked")
    if not greeting:
        plain, _, mac = signed.nonce.rpartition(".")
        expires_at = plain.rpartition(".")[0]
        copied = hmac.compare_digest(mac.encode(), _nonce_mac(known.nonce_key, known.id, plain, True).encode())
        plainly = hmac.compare_digest(mac.encode(), _nonce_mac(known.nonce_key, known.id, plain, False).encode())
        if not (copied or plainly) or expires_at <= centre.now():
            raise Problem("station.nonce_expired")
        if known.forked_at and not copied and expires_at < later(known.forked_at, hours=NONCE_HOURS):
            raise Problem("station.nonce_expired")
    return known
