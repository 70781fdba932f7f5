"""Webhooks: who wants to be told what, where, and the secrets that prove it was us (Standard Webhooks)."""

from __future__ import annotations

import base64
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import Centre, later
from inspection_station.server.outgoing.addresses import AddressRefused, check_address
from inspection_station.server.outgoing.facts import FactType
from inspection_station.server.problems import Problem
from inspection_station.server.tables import webhook_delivery, webhook_endpoint

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"
MOST_ENDPOINTS = 200
LONGEST_NAME = 64
LONGEST_OVERLAP_HOURS = 24 * 7
SHOWN = (
    "id", "name", "url", "site", "made_at", "made_by", "next_at", "failures", "last_success_at", "last_error",
    "secret_before_until", "stopped",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What an administrator wants of a webhook; None: as it is. `types` empty: every type."""

    name: str | None = None
    url: str | None = None
    types: tuple[str, ...] | None = None
    site: str | None = None
    active: bool | None = None


def wish(told: Mapping[str, Any]) -> Wish:
    """The wish in a request; raises Problem ``webhook.malformed``."""
    types = told.get("types")
    texts = {name: told.get(name) for name in ("name", "url", "site")}
    good = all(
        text is None or (isinstance(text, str) and len(text) <= 500 and text.isprintable()) for text in texts.values()
    )
    good = good and (texts["name"] is None or 0 < len(str(texts["name"]).strip()) <= LONGEST_NAME)
    good = good and (texts["site"] is None or len(str(texts["site"])) <= LONGEST_NAME)
    active = told.get("active")
    if not good or not (types is None or _are_types(types)) or not (active is None or isinstance(active, bool)):
        raise Problem("webhook.malformed")
    wanted = None if types is None else tuple(sorted(set(types)))
    return Wish(texts["name"], texts["url"], wanted, texts["site"], active)


def _are_types(value: object) -> bool:
    known = {kind.value for kind in FactType}
    return isinstance(value, list) and len(value) <= 100 and all(isinstance(t, str) and t in known for t in value)


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def _checked(centre: Centre, url: str) -> str:
    try:
        check_address(url, centre.settings.webhooks.private_addresses)
    except AddressRefused as refused:
        raise Problem("webhook.address", reason=str(refused)) from None
    return url


def make_endpoint(centre: Centre, wanted: Wish, by: str, site: str = "") -> dict[str, Any]:
    """Make a webhook and return it with its ``secret``, which is told this once.

    Raises:
        Problem: ``webhook.malformed`` without name or address, ``webhook.address``, ``webhook.too_many``.
    """
    if wanted.name is None or wanted.url is None:
        raise Problem("webhook.malformed")
    row: dict[str, Any] = {column.name: "" for column in webhook_endpoint.columns} | {
        "id": str(uuid.uuid4()),
        "name": wanted.name.strip(),
        "url": _checked(centre, wanted.url),
        "types": json.dumps(wanted.types or ()),
        "site": site or wanted.site or "",
        "active": int(wanted.active is not False),
        "secret": _new_secret(),
        "made_at": centre.now(),
        "made_by": by,
        "failures": 0,
    }

    def keep(connection: Connection) -> None:
        if (connection.scalar(sa.select(sa.func.count()).select_from(webhook_endpoint)) or 0) >= MOST_ENDPOINTS:
            raise Problem("webhook.too_many")
        connection.execute(sa.insert(webhook_endpoint), row)

    centre.database.write(keep)
    return shown(row) | {"waiting": 0, "dead": 0, "secret": row["secret"]}


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A webhook as it may be seen: without its secrets."""
    told = {name: row[name] for name in SHOWN}
    return told | {"types": json.loads(row["types"]), "active": bool(row["active"])}


def find_endpoint(connection: Connection, endpoint_id: str, site: str = "") -> Mapping[str, Any]:
    """The row of a webhook; raises Problem ``webhook.not_found``, also for one of another site than `site`."""
    query = sa.select(webhook_endpoint).where(webhook_endpoint.c.id == endpoint_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None or (site and row["site"] != site):
        raise Problem("webhook.not_found")
    return dict(row)


def _counts(connection: Connection) -> dict[str, dict[str, int]]:
    query = sa.select(webhook_delivery.c.endpoint_id, webhook_delivery.c.state, sa.func.count())
    grouped = query.where(webhook_delivery.c.state != "delivered").group_by(
        webhook_delivery.c.endpoint_id, webhook_delivery.c.state
    )
    counts: dict[str, dict[str, int]] = {}
    for endpoint_id, state, count in connection.execute(grouped):
        counts.setdefault(endpoint_id, {})[state] = int(count)
    return counts


def list_endpoints(centre: Centre, site: str = "") -> list[dict[str, Any]]:
    """Every webhook (of `site`) by name, each with how much waits and how much could not be delivered."""
    with centre.database.reader.connect() as connection:
        counts = _counts(connection)
        query = sa.select(webhook_endpoint).order_by(webhook_endpoint.c.name, webhook_endpoint.c.id)
        rows = connection.execute(query).mappings().all()
    return [_with_counts(dict(row), counts) for row in rows if not site or row["site"] == site]


def one_endpoint(centre: Centre, endpoint_id: str, site: str = "") -> dict[str, Any]:
    """One webhook, as `list_endpoints` tells it."""
    with centre.database.reader.connect() as connection:
        return _with_counts(find_endpoint(connection, endpoint_id, site), _counts(connection))


def _with_counts(row: Mapping[str, Any], counts: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    mine = counts.get(row["id"], {})
    return shown(row) | {"waiting": mine.get("waiting", 0), "dead": mine.get("dead", 0)}


def change_endpoint(centre: Centre, endpoint_id: str, wanted: Wish, site: str = "") -> dict[str, Any]:
    """Change what is wished; another address, or making it active, tries again at once.

    Raises:
        Problem: ``webhook.not_found``, ``webhook.address``, ``webhook.malformed`` (another site than the caller's).
    """
    changed: dict[str, Any] = {}
    if wanted.name is not None:
        changed["name"] = wanted.name.strip()
    if wanted.url is not None:
        changed["url"] = _checked(centre, wanted.url)
    if wanted.types is not None:
        changed["types"] = json.dumps(wanted.types)
    if wanted.site is not None:
        if site and wanted.site != site:
            raise Problem("webhook.malformed")
        changed["site"] = wanted.site
    if wanted.active is not None:
        changed["active"] = int(wanted.active)
    if wanted.url is not None or wanted.active:
        changed |= {"next_at": "", "failures": 0, "stopped": ""}

    def change(connection: Connection) -> None:
        find_endpoint(connection, endpoint_id, site)
        if changed:
            mine = webhook_endpoint.c.id == endpoint_id
            connection.execute(sa.update(webhook_endpoint).where(mine).values(**changed))

    centre.database.write(change)
    return one_endpoint(centre, endpoint_id, site)


def delete_endpoint(centre: Centre, endpoint_id: str, site: str = "") -> None:
    """Take a webhook away with all that waits for it; raises Problem ``webhook.not_found``."""

    def delete(connection: Connection) -> None:
        find_endpoint(connection, endpoint_id, site)
        connection.execute(sa.delete(webhook_delivery).where(webhook_delivery.c.endpoint_id == endpoint_id))
        connection.execute(sa.delete(webhook_endpoint).where(webhook_endpoint.c.id == endpoint_id))

    centre.database.write(delete)


def rotate_secret(centre: Centre, endpoint_id: str, overlap_hours: float, site: str = "") -> dict[str, Any]:
    """A new secret, told this once; the one before signs too for `overlap_hours`, so that nothing is refused meanwhile.

    Raises:
        Problem: ``webhook.not_found``.
    """
    secret, until = _new_secret(), later(centre.now(), hours=overlap_hours)

    def rotate(connection: Connection) -> None:
        before = find_endpoint(connection, endpoint_id, site)
        values = {"secret": secret, "secret_before": before["secret"], "secret_before_until": until}
        connection.execute(sa.update(webhook_endpoint).where(webhook_endpoint.c.id == endpoint_id).values(**values))

    centre.database.write(rotate)
    return {"secret": secret, "secret_before_until": until}
