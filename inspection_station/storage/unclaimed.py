"""Unclaimed parcels by their codes, and the returns proposed for them, kept with what leads to them.

A proposal is written when a return that agrees arrives or is corrected, and when a parcel is given a code that names a
known return. Returns that agree in nothing but the product or the phone tail are many: of those a few are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from inspection_station.domain.events import EventKind, InspectionEvent, event_from_json
from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.domain.unclaimed import names_return, texts_known
from inspection_station.storage.return_rows import ReturnRows
from inspection_station.storage.texts import search_form

MOST_UNSURE = 5  # returns proposed for one parcel by what many have
MOST_PARCELS = 200  # with one code, the newest
_FACT = {"tracking": "tracking", "return": "return", "order": "order", "serial": "serial", "phone": "phone_tail",
         "sku": "product", "gtin": "product"}  # fmt: skip
_NAMING_KINDS = "('tracking', 'return', 'order', 'serial')"
_ADD_CODES = text("INSERT OR IGNORE INTO unclaimed_codes (code, inspection_id) VALUES (:code, :inspection)")
_FORGET_CODES = text("DELETE FROM unclaimed_codes WHERE inspection_id = :inspection")
_FORGET_PARCEL = text("DELETE FROM match_proposals WHERE inspection_id = :inspection")
_FORGET_RETURNS = text(
    "DELETE FROM match_proposals WHERE return_id IN (SELECT value FROM json_each(:returns)) AND declined = 0"
)
_ANY = text("SELECT 1 FROM unclaimed_codes LIMIT 1")
_WITH_CODE = text(
    "SELECT u.code, u.inspection_id FROM json_each(:codes) AS c JOIN unclaimed_codes AS u ON u.code = c.value"
)
_NAMED_BY = text(
    "SELECT DISTINCT r.id FROM json_each(:codes) AS c JOIN return_codes AS k ON k.code = c.value AND k.kind IN "
    f"{_NAMING_KINDS} JOIN expected_returns AS r ON r.place = k.return_place LIMIT 50"
)
_UNSURE = text("SELECT count(*) FROM match_proposals WHERE inspection_id = :inspection AND naming = 0")
_PROPOSE = text(
    "INSERT INTO match_proposals (inspection_id, return_id, naming) VALUES (:inspection, :return_id, :naming)"
    " ON CONFLICT DO UPDATE SET naming = max(naming, excluded.naming)"
)
_DECLINE = text(
    "INSERT INTO match_proposals (inspection_id, return_id, declined) VALUES (:inspection, :return_id, 1)"
    " ON CONFLICT DO UPDATE SET declined = 1"
)
_LIST = text(
    "SELECT inspection_id, return_id FROM match_proposals WHERE declined = 0"
    " ORDER BY naming DESC, inspection_id DESC LIMIT :limit"
)
_LIST_OF = text(
    "SELECT inspection_id, return_id FROM match_proposals WHERE inspection_id = :inspection AND declined = 0"
    " ORDER BY naming DESC, return_id LIMIT :limit"
)
_EVENTS = text("SELECT body FROM inspection_events WHERE inspection_id = :inspection ORDER BY sequence")
_HOLDS_CODES = frozenset(
    {EventKind.PARCEL_OPENED, EventKind.PHOTO_TAKEN, EventKind.ITEM_IDENTIFIED, EventKind.QUESTION_ANSWERED}
)


def note_unclaimed(connection: Connection, after: Inspection, events: Sequence[InspectionEvent]) -> None:
    """Keep what an unclaimed parcel is known by, as it is after `events`; forget it when it is none any more."""
    kinds = {event.kind for event in events}
    gone = after.match != "none" or after.state is InspectionState.VOIDED
    if gone:
        if kinds & {EventKind.RETURN_BOUND, EventKind.INSPECTION_VOIDED}:
            connection.execute(_FORGET_CODES, {"inspection": after.id})
            connection.execute(_FORGET_PARCEL, {"inspection": after.id})
        return
    for event in events:
        if event.kind == EventKind.MATCH_DECLINED:
            connection.execute(_DECLINE, {"inspection": after.id, "return_id": event.payload["return_id"]})
    holding: Iterable[InspectionEvent] = [event for event in events if event.kind in _HOLDS_CODES]
    if EventKind.STEP_UNDONE in kinds:  # it may be unclaimed again
        bodies = connection.scalars(_EVENTS, {"inspection": after.id})
        holding = [event_from_json(json.loads(body)) for body in bodies]
    codes = [code for code in map(search_form, texts_known(holding)) if code]
    if not codes:
        return
    connection.execute(_ADD_CODES, [{"code": code, "inspection": after.id} for code in codes])
    for return_id in connection.scalars(_NAMED_BY, {"codes": json.dumps(codes)}):
        connection.execute(_PROPOSE, {"inspection": after.id, "return_id": return_id, "naming": True})


def propose(connection: Connection, touched: Sequence[str], returns: Mapping[str, ReturnRows | None]) -> None:
    """Propose the `touched` returns (new, changed or gone) for the unclaimed parcels that agree with them."""
    if not touched or connection.scalar(_ANY) is None:
        return
    connection.execute(_FORGET_RETURNS, {"returns": json.dumps(list(touched))})
    leads: dict[str, list[tuple[str, str]]] = {}
    for return_id in touched:
        rows = returns[return_id]
        for kind, code in rows.codes if rows else ():
            if kind in _FACT:
                leads.setdefault(code, []).append((_FACT[kind], return_id))
    agreeing: dict[tuple[str, str], set[str]] = {}
    seen: dict[str, int] = {}
    for code, inspection_id in connection.execute(_WITH_CODE, {"codes": json.dumps(list(leads))}):
        seen[code] = seen.get(code, 0) + 1
        if seen[code] > MOST_PARCELS:
            continue
        for fact, return_id in leads[code]:
            agreeing.setdefault((inspection_id, return_id), set()).add(fact)
    unsure: dict[str, int] = {}
    for (inspection_id, return_id), facts in agreeing.items():
        naming = names_return(sorted(facts))
        if not naming:
            if inspection_id not in unsure:
                unsure[inspection_id] = int(connection.scalar(_UNSURE, {"inspection": inspection_id}) or 0)
            if unsure[inspection_id] >= MOST_UNSURE:
                continue
            unsure[inspection_id] += 1
        connection.execute(_PROPOSE, {"inspection": inspection_id, "return_id": return_id, "naming": naming})


def proposals(connection: Connection, inspection_id: str, limit: int) -> list[tuple[str, str]]:
    """Pairs of inspection and return id: of one inspection, or of all where its id is empty."""
    wanted = _LIST_OF if inspection_id else _LIST
    rows = connection.execute(wanted, {"inspection": inspection_id, "limit": limit})
    return [(str(row.inspection_id), str(row.return_id)) for row in rows]
