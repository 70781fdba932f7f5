"""Tells the world outside of manifests that were closed: number, kind, receiver, totes, and each item on them.

A closed manifest never changes, so there is one fact of each; a correction is a fact of its own that names the number
it takes the place of.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.manifest_state import ManifestState
from inspection_station.server.centre import iso
from inspection_station.server.outgoing.bodies import plain
from inspection_station.server.outgoing.facts import FactType
from inspection_station.server.outgoing.telling import queue_for_webhooks
from inspection_station.server.statements import insert_new, is_postgres
from inspection_station.server.tables import outgoing_event, station

_NAMESPACE = uuid.UUID("5c1f4f7e-0b77-5d2d-9a30-6f6c1b9d2e55")
LONGEST_OFFSET = 366 * 24 * 3600 * 1000  # ms


def tell_manifests(
    connection: Connection, acts: Iterable[Act], state_of: Callable[[str], ManifestState], station_id: str, now: str
) -> None:
    """Tell the manifests that these acts closed, by the id of each act: none is told twice.

    Args:
        state_of: how a manifest stands, by its id.
        station_id: of the station that sent the acts.
    """
    closings = [act for act in acts if act.kind == ActKind.MANIFEST_CLOSED]
    if not closings:
        return
    site = str(connection.scalar(sa.select(station.c.site).where(station.c.id == station_id)) or "")
    xid = 0
    if is_postgres(connection):
        xid = int(connection.exec_driver_sql("SELECT pg_current_xact_id()::text::bigint").scalar_one())
    rows = []
    for act in closings:
        state = state_of(act.about)
        if state.fingerprint != act.payload["fingerprint"]:
            continue  # another act closed or voided it before
        at = _by_the_centres_clock(act)
        rows.append({
            "xid": xid, "id": str(uuid.uuid5(_NAMESPACE, act.id)), "type": FactType.MANIFEST_CLOSED.value,
            "inspection_id": "", "item_id": "", "site": site, "occurred_at": at, "recorded_at": now, "replaces": "",
            "body": json.dumps(_body(state, act, site, at), ensure_ascii=False, separators=(",", ":")),
        })  # fmt: skip
    if rows:
        insert_new(connection, outgoing_event, rows)
        queue_for_webhooks(connection, [str(row["id"]) for row in rows], now)


def _body(state: ManifestState, act: Act, site: str, at: str) -> dict[str, object]:
    return {
        "manifest_id": state.id, "number": plain(state.number), "kind": plain(state.kind), "occurred_at": at,
        "station": plain(act.station), "site": site, "vendor": plain(state.vendor),
        "destination": plain(state.destination), "authorisation": plain(state.authorisation),
        "seal": plain(state.seal), "corrects": plain(state.corrects), "totes": [plain(tote) for tote in state.totes],
        "items": [
            {"item_id": plain(row["item_id"]), "rt_number": plain(row["rt_number"]), "tote": plain(row["tote"])}
            for row in state.rows
        ],
        "fingerprint": plain(state.fingerprint),
    }  # fmt: skip


def _by_the_centres_clock(act: Act) -> str:
    offset = act.clock_offset_ms or 0
    try:
        moment = datetime.fromisoformat(act.at)
        if abs(offset) > LONGEST_OFFSET or moment.tzinfo is None:
            return plain(act.at)
        return iso(moment + timedelta(milliseconds=offset))
    except (ValueError, OverflowError):
        return plain(act.at)
