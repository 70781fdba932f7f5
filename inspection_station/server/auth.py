"""Who may talk to the centre: stations by signed requests, administrators by token, viewers by an expiring link.

Secrets rest only as SHA-256: codes and tokens are random and long, so that guessing them is hopeless without
a slow hash.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from inspection_station.protocol.messages import signed_bytes
from inspection_station.server.centre import Centre, fact, later, secret_text
from inspection_station.server.problems import Problem
from inspection_station.server.tables import administrator, enrolment_code, link, station, viewing

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike
CODE_LENGTH = 16  # 78 bits
CODE_HOURS = 24
NONCE_HOURS = 12


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _plain_code(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()


def make_enrolment_code(centre: Centre, station_code: str, site: str, hours: float = CODE_HOURS) -> str:
    """A new one-time code with which one station may enrol as `station_code` at `site` within `hours`."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    made = centre.now()
    with centre.database.writer.begin() as connection:
        connection.execute(
            sa.insert(enrolment_code).values(
                code_hash=digest(code),
                station_code=station_code,
                site=site,
                made_at=made,
                expires_at=later(made, hours=hours),
                station_id="",
            )
        )
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def enrol(centre: Centre, code: str, public_key: str, app_version: str) -> dict[str, Any]:
    """Make the sender of `code` a station and tell it who it is; the same code and key again get the same answer.

    Raises:
        Problem: ``request.malformed`` (no Ed25519 key), ``enrolment.refused`` or ``enrolment.full``.
    """
    read_public_key(public_key)
    now = centre.now()
    with centre.database.writer.begin() as connection:
        wanted = enrolment_code.c.code_hash == digest(_plain_code(code))
        found = connection.execute(sa.select(enrolment_code).where(wanted)).one_or_none()
        if found is None:
            raise Problem("enrolment.refused")
        if found.station_id:
            known = connection.execute(sa.select(station).where(station.c.id == found.station_id)).one()
            if known.public_key != public_key or known.revoked_at:
                raise Problem("enrolment.refused")
        elif found.expires_at <= now:
            raise Problem("enrolment.refused")
        else:
            station_id = str(uuid.uuid4())
            connection.execute(
                sa.insert(station).values(
                    id=station_id,
                    number=0 if centre.practice else _next_number(connection),
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
            known = connection.execute(sa.select(station).where(station.c.id == station_id)).one()
    return {
        "station_id": known.id,
        "code": known.code,
        "number": known.number,
        "site": known.site,
        "random_check_key": known.check_key,
    }


def _next_number(connection: Connection) -> int:
    number = (connection.scalar(sa.select(sa.func.max(station.c.number))) or 0) + 1
    if number > 999:
        raise Problem("enrolment.full")
    return number


def revoke_station(centre: Centre, station_code: str) -> int:
    """Shut out every station called `station_code`; returns how many that were."""
    with centre.database.writer.begin() as connection:
        wanted = (station.c.code == station_code) & (station.c.revoked_at == "")
        return connection.execute(sa.update(station).where(wanted).values(revoked_at=centre.now())).rowcount


def read_public_key(text: str) -> Ed25519PublicKey:
    """The Ed25519 key in base64 `text`; raises Problem ``request.malformed``."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise Problem("request.malformed") from None


def make_nonce(centre: Centre, station_id: str) -> str:
    """A nonce that this station may sign with for `NONCE_HOURS` of the centre's clock."""
    with centre.database.reader.connect() as connection:
        key = fact(connection, "nonce_key")
    plain = f"{later(centre.now(), hours=NONCE_HOURS)}.{secrets.token_hex(8)}"
    return f"{plain}.{_nonce_mac(key, station_id, plain)}"


def _nonce_mac(key: str, station_id: str, plain: str) -> str:
    return hmac.new(base64.b64decode(key), f"{station_id}|{plain}".encode(), hashlib.sha256).hexdigest()[:32]


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
    """The station that signed the request; a greeting brings a nonce of its own, all else one of the centre's.

    Raises:
        Problem: ``station.unknown``, ``station.bad_signature``, ``station.revoked`` or ``station.nonce_expired``.
    """
    with centre.database.reader.connect() as connection:
        known = connection.execute(sa.select(station).where(station.c.id == signed.station_id)).one_or_none()
        nonce_key = fact(connection, "nonce_key")
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
        right = hmac.compare_digest(mac.encode(), _nonce_mac(nonce_key, known.id, plain).encode())
        if not right or plain.rpartition(".")[0] <= centre.now():
            raise Problem("station.nonce_expired")
    return known


def make_administrator(centre: Centre, name: str) -> str:
    """A new administrator's token; it is shown once and only its hash is kept."""
    token = secrets.token_urlsafe(32)
    with centre.database.writer.begin() as connection:
        connection.execute(
            sa.insert(administrator).values(token_hash=digest(token), name=name, made_at=centre.now())
        )
    return token


def check_administrator(centre: Centre, authorization: str) -> str:
    """The name of the administrator whose ``Bearer`` token this is; raises Problem ``administrator.unknown``."""
    scheme, _, token = authorization.partition(" ")
    with centre.database.reader.connect() as connection:
        name = connection.scalar(sa.select(administrator.c.name).where(administrator.c.token_hash == digest(token)))
    if scheme.lower() != "bearer" or name is None:
        raise Problem("administrator.unknown")
    return str(name)


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
