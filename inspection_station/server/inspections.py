"""The read tables: each inspection as the set of its events says, in whatever order they arrived."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.events import FIRST_PREVIOUS_HASH, InspectionEvent, event_from_json
from inspection_station.domain.folding import fold
from inspection_station.domain.inspection import Inspection, Item
from inspection_station.protocol.messages import INSPECTION_EVENT
from inspection_station.server.custody import tell_items
from inspection_station.server.outgoing.telling import tell_outside
from inspection_station.server.parcels_told import tell_parcels
from inspection_station.server.returns_feed import bodies_of
from inspection_station.server.tables import inspected_item, inspection, inspection_number, record

LONGEST_SHOWN = 500  # characters of a text in a read table; the record keeps all of it


class ChainState(StrEnum):
    """Whether the events the centre holds of an inspection are one unbroken chain."""

    WHOLE = "whole"
    WAITING = "waiting"  # an event in between has not arrived
    FORKED = "forked"  # two different events claim one place, or one does not follow the one before it
    UNREADABLE = "unreadable"  # from some event on this program cannot make sense of it


@dataclass(frozen=True)
class Reading:
    """What is known of one inspection: the chain that is followed, its state, and what else was received."""

    chain: tuple[InspectionEvent, ...]
    state: ChainState
    inspection: Inspection
    received: int


def read_chain(received: Sequence[InspectionEvent]) -> Reading:
    """Follow the chain from its first event through `received` (in order of receipt) as far as it holds.

    Where two events claim one place, the one received first is followed and the inspection counts as forked.
    """
    by_place: dict[int, list[InspectionEvent]] = {}
    received = list({event.hash: event for event in received}.values())
    for event in received:
        by_place.setdefault(event.sequence, []).append(event)
    chain: list[InspectionEvent] = []
    previous = FIRST_PREVIOUS_HASH
    while following := [e for e in by_place.get(len(chain) + 1, ()) if e.previous_hash == previous]:
        chain.append(following[0])
        previous = following[0].hash
    if len(chain) == len(received):
        state = ChainState.WHOLE
    elif len(chain) + 1 in by_place or any(len(claims) > 1 for claims in by_place.values()):
        state = ChainState.FORKED
    else:
        state = ChainState.WAITING
    folded, readable = _fold_as_far_as_possible(chain)
    if readable < len(chain):
        state = ChainState.UNREADABLE
    return Reading(tuple(chain), state, folded, len(received))


def unreadable_row(connection: Connection, inspection_id: str, now: str) -> dict[str, Any]:
    """The row of an inspection of which nothing is known but that records of it came."""
    received = sa.select(sa.func.count()).where(record.c.inspection_id == inspection_id)
    nothing = Reading((), ChainState.UNREADABLE, fold([]), int(connection.scalar(received) or 0))
    return _inspection_row(inspection_id, nothing, now)


def _fold_as_far_as_possible(chain: Sequence[InspectionEvent]) -> tuple[Inspection, int]:
    """The state after the longest prefix that can be folded, and that prefix's length.

    A station of the same version never sends an event that cannot be folded; one with a valid hash but broken
    facts must not hide those before it.
    """
    try:
        return fold(chain), len(chain)
    except Exception:  # whatever hostile facts make the fold stumble over means the same
        low, high = 0, len(chain) - 1
    while low < high:
        middle = (low + high + 1) // 2
        try:
            fold(chain[:middle])
            low = middle
        except Exception:
            high = middle - 1
    return fold(chain[:low]), low


def events_received(connection: Connection, inspection_ids: Iterable[str]) -> dict[str, list[InspectionEvent]]:
    """The events the centre holds of these inspections, in order of receipt; none of those retention emptied."""
    wanted = list(inspection_ids)
    found: dict[str, list[InspectionEvent]] = {inspection_id: [] for inspection_id in wanted}
    query = (
        sa.select(record.c.inspection_id, record.c.line)
        .where(record.c.kind == INSPECTION_EVENT, record.c.inspection_id.in_(wanted), record.c.line != "")
        .order_by(record.c.key)
    )
    for row in connection.execute(query):
        found[row.inspection_id].append(event_from_json(json.loads(row.line)["body"]))
    return found


def read_inspection(connection: Connection, inspection_id: str) -> Reading | None:
    """One inspection as the centre knows it; None when it holds no event of it."""
    received = events_received(connection, [inspection_id])[inspection_id]
    return read_chain(received) if received else None


def renew(connection: Connection, inspection_ids: Iterable[str], now: str) -> None:
    """Make the rows of these inspections anew from all events the centre holds of them."""
    inspections: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    numbers: set[tuple[str, str]] = set()
    received = events_received(connection, inspection_ids)
    readings = {inspection_id: read_chain(events) for inspection_id, events in received.items() if events}
    named = {name for reading in readings.values() for name in _return_ids(reading.inspection)}
    returns = bodies_of(connection, "expected_return", named)
    for inspection_id, reading in readings.items():
        state = reading.inspection
        inspections.append(_inspection_row(inspection_id, reading, now))
        numbers.update((_shown(number), inspection_id) for number in _numbers(state, returns) if number)
        items.extend({str(item.id): _item_row(inspection_id, item) for item in state.items}.values())
    ids = [{"old": row["id"]} for row in inspections]
    if not ids:
        return
    old: sa.BindParameter[str] = sa.bindparam("old")
    connection.execute(sa.delete(inspection).where(inspection.c.id == old), ids)
    connection.execute(sa.delete(inspected_item).where(inspected_item.c.inspection_id == old), ids)
    connection.execute(sa.delete(inspection_number).where(inspection_number.c.inspection_id == old), ids)
    connection.execute(sa.insert(inspection), inspections)
    if items:
        connection.execute(sa.insert(inspected_item), items)
    tell_parcels(connection, {name: reading.inspection for name, reading in readings.items()})
    tell_items(connection, {name: reading.inspection for name, reading in readings.items()}, returns)
    tell_outside(connection, readings, returns, now)
    if numbers:
        rows = [{"number": number, "inspection_id": inspection_id} for number, inspection_id in sorted(numbers)]
        connection.execute(sa.insert(inspection_number), rows)


def _shown(value: object) -> str:
    return str(value)[:LONGEST_SHOWN]


def _inspection_row(inspection_id: str, reading: Reading, now: str) -> dict[str, Any]:
    state = reading.inspection
    return {
        "id": inspection_id,
        "state": state.state.value,
        "chain": reading.state.value,
        "tracking_number": _shown(state.tracking_number),
        "station": _shown(state.station),
        "person": _shown(state.person),
        "opened_at": _shown(state.opened_at),
        "closed_at": _shown(state.closed_at),
        "events": reading.received,
        "changed_at": now,
    }


def _item_row(inspection_id: str, item: Item) -> dict[str, Any]:
    decision: Mapping[str, Any] = item.decision if isinstance(item.decision, Mapping) else {}
    names = ("id", "rt_number", "return_id", "sku", "name_zh", "name_en", "identity")
    return {
        "inspection_id": inspection_id,
        **{name: _shown(getattr(item, name)) for name in names},
        "grade": _shown(decision.get("grade", "")),
        "disposition": _shown(decision.get("disposition", "")),
    }


def _return_ids(state: Inspection) -> set[str]:
    return {str(name) for name in (*state.return_ids, *(item.return_id for item in state.items)) if name}


def _numbers(state: Inspection, returns: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Everything by which people look for the inspection."""
    found = {str(state.tracking_number)}
    for item in state.items:
        found |= {str(item.rt_number), str(item.sku), str(item.found_code)}
    for return_id in _return_ids(state) & returns.keys():
        found |= {str(returns[return_id].get(name, "")) for name in ("return_number", "order_number")}
    return {number.upper() for number in found}
