"""Tells the world outside what became known of inspections, in the transaction that renews their read tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.outgoing.bodies import Told, occurred_at, plain
from inspection_station.server.outgoing.facts import Fact, facts_of
from inspection_station.server.statements import among, insert_new, is_postgres
from inspection_station.server.tables import outgoing_event, record, station, webhook_delivery, webhook_endpoint

if TYPE_CHECKING:
    from inspection_station.server.inspections import Reading

WAITING = "waiting"


def tell_outside(
    connection: Connection,
    readings: Mapping[str, Reading],
    returns: Mapping[str, Mapping[str, Any]],
    now: str,
) -> None:
    """Tell every fact of these inspections that was not told yet, and queue it for the webhooks that want it.

    The facts follow from the chains alone (`facts.facts_of`): none is told twice, whoever asks and however often.

    Args:
        returns: the expected returns that the inspections name, by id.
    """
    facts = {name: _readable_facts(reading) for name, reading in readings.items()}
    ids = [fact.id for told in facts.values() for fact in told]
    if not ids:
        return
    known = set(connection.scalars(sa.select(outgoing_event.c.id).where(among(connection, outgoing_event.c.id, ids))))
    fresh = {name: [fact for fact in told if fact.id not in known] for name, told in facts.items()}
    fresh = {name: told for name, told in fresh.items() if told}
    if not fresh:
        return
    sites = _sites(connection, readings, fresh)
    xid = 0
    if is_postgres(connection):
        xid = int(connection.exec_driver_sql("SELECT pg_current_xact_id()::text::bigint").scalar_one())
    rows: list[dict[str, Any]] = []
    for name, told in fresh.items():
        chain = readings[name].chain
        bodies = Told(name, chain, returns)
        for fact in told:
            event = chain[fact.place - 1]
            site = sites.get(event.id, "")
            body = json.dumps(bodies.body(fact, site), ensure_ascii=False, separators=(",", ":"))
            rows.append(
                {
                    "xid": xid, "id": fact.id, "type": fact.type.value, "inspection_id": name,
                    "item_id": plain(fact.item_id), "site": site, "occurred_at": occurred_at(event), "recorded_at": now,
                    "replaces": fact.replaces, "body": body,
                }
            )  # fmt: skip
    insert_new(connection, outgoing_event, rows)
    queue_for_webhooks(connection, [row["id"] for row in rows], now)


def _readable_facts(reading: Reading) -> list[Fact]:
    return facts_of(reading.chain[: reading.inspection.sequence])


def _sites(
    connection: Connection, readings: Mapping[str, Reading], fresh: Mapping[str, Sequence[Fact]]
) -> dict[str, str]:
    """Where the stations stand that sent the events, by event id: by who signed, not by what a record says."""
    ids = {readings[name].chain[fact.place - 1].id for name, told in fresh.items() for fact in told}
    query = (
        sa.select(record.c.id, station.c.site)
        .join(station, station.c.id == record.c.station_id)
        .where(among(connection, record.c.id, ids))
        .order_by(record.c.key.desc())
    )
    return {row.id: row.site for row in connection.execute(query)}


def queue_for_webhooks(connection: Connection, event_ids: Sequence[str], now: str) -> None:
    """Queue what was told just now for the webhooks that want it."""
    active = sa.select(webhook_endpoint).where(webhook_endpoint.c.active == 1)
    endpoints = connection.execute(active).all()
    if not endpoints:
        return
    mine = sa.select(outgoing_event.c.seq, outgoing_event.c.id, outgoing_event.c.type, outgoing_event.c.site)
    events = connection.execute(mine.where(among(connection, outgoing_event.c.id, event_ids))).all()
    insert_new(
        connection,
        webhook_delivery,
        [
            delivery_row(endpoint.id, event.id, event.seq, now)
            for endpoint in endpoints
            for event in events
            if wants(endpoint, event.type, event.site)
        ],
    )


def wants(endpoint: Any, kind: str, site: str) -> bool:
    """Whether a webhook (its row) is told facts of this type and site."""
    types = json.loads(endpoint.types)
    return (not types or kind in types) and endpoint.site in ("", site)


def delivery_row(endpoint_id: str, event_id: str, seq: int, now: str) -> dict[str, Any]:
    """A delivery that has not been tried yet."""
    return {
        "endpoint_id": endpoint_id, "event_id": event_id, "seq": seq, "state": WAITING, "attempts": 0, "set_aside": 0,
        "queued_at": now, "next_at": now, "done_at": "", "last_status": 0, "last_error": "",
    }  # fmt: skip
