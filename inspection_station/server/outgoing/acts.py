"""Tells the world outside what was done with items and manifests after their benches had decided.

An act is told once, by its id. A closed manifest never changes, so there is one fact of each; a correction is a fact of
its own that names the number it takes the place of. A lead's decision, a move into a tote and a record that counts no
more are told as they came; what two stations did apart is told as two facts, in the order in which they arrived.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
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
TYPES: Mapping[str, FactType] = {
    ActKind.MANIFEST_CLOSED: FactType.MANIFEST_CLOSED, ActKind.ITEM_REVIEWED: FactType.ITEM_REVIEWED,
    ActKind.ITEM_PLACED: FactType.ITEM_MOVED, ActKind.ITEM_SUPERSEDED: FactType.ITEM_SUPERSEDED,
}  # fmt: skip
SAID: Mapping[str, tuple[str, ...]] = {
    ActKind.ITEM_REVIEWED: ("verdict", "grade", "disposition"), ActKind.ITEM_PLACED: ("tote",),
    ActKind.ITEM_SUPERSEDED: ("counts",),
}  # fmt: skip
"""What is said of an act; a lead's words stay in the house."""
LONGEST_OFFSET = 366 * 24 * 3600 * 1000  # ms


def tell_acts(
    connection: Connection,
    acts: Iterable[Act],
    state_of: Callable[[str], ManifestState],
    station_id: str,
    now: str,
) -> None:
    """Tell those of these acts that others need to know of, by the id of each: none is told twice.

    Args:
        state_of: how a manifest stands, by its id.
        station_id: of the station that sent the acts.
    """
    wanted = [act for act in acts if act.kind in TYPES]
    if not wanted:
        return
    site = str(connection.scalar(sa.select(station.c.site).where(station.c.id == station_id)) or "")
    xid = 0
    if is_postgres(connection):
        xid = int(connection.exec_driver_sql("SELECT pg_current_xact_id()::text::bigint").scalar_one())
    rows = []
    for act in wanted:
        at, about = _by_the_centres_clock(act), ""
        if act.kind == ActKind.MANIFEST_CLOSED:
            state = state_of(act.about)
            if state.fingerprint != act.payload["fingerprint"]:
                continue  # another act closed or voided it before
            body = _manifest(state, act, site, at)
        else:
            about, body = plain(act.about), _item(act, site, at)
        rows.append({
            "xid": xid, "id": str(uuid.uuid5(_NAMESPACE, act.id)), "type": TYPES[act.kind].value,
            "inspection_id": "", "item_id": about, "site": site, "occurred_at": at, "recorded_at": now,
            "replaces": "", "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        })  # fmt: skip
    if rows:
        insert_new(connection, outgoing_event, rows)
        queue_for_webhooks(connection, [str(row["id"]) for row in rows], now)


def _item(act: Act, site: str, at: str) -> dict[str, object]:
    facts = act.payload
    body: dict[str, object] = {
        "item_id": plain(act.about), "rt_number": plain(facts["rt_number"]), "occurred_at": at,
        "station": plain(act.station), "site": site,
    }  # fmt: skip
    return body | {name: plain(facts[name]) for name in SAID[act.kind]}


def _manifest(state: ManifestState, act: Act, site: str, at: str) -> dict[str, object]:
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
