"""Acts that arrive in records, checked again: was it their person's to do (DECISIONS.md 15)?

A bench works offline and decides by the people it knows of. The centre keeps every record and applies it, but an act
that its person has no right to is marked on the inspection and stands on the leads' list until one of them settles it.
What counts is the person's role when the record arrived: the bench's clock is no witness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.custody.acts import Act
from inspection_station.domain.custody.acts import needed_right as right_for_act
from inspection_station.domain.events import EventKind, InspectionEvent
from inspection_station.domain.people import Person, Right, Role
from inspection_station.server.centre import Centre
from inspection_station.server.problems import Problem
from inspection_station.server.statements import insert_new
from inspection_station.server.tables import inspection, person, station, unauthorised_act
from inspection_station.workflows.receiving import MUST_AGREE

MOST_LISTED = 500
LONGEST_NOTE = 500


def needed_right(event: InspectionEvent) -> Right:
    """The right at the bench that the act of `event` needs, as far as the event tells."""
    facts = event.payload
    if event.kind == EventKind.SHOT_WAIVED:
        return Right.WAIVE_PHOTO
    if event.kind == EventKind.DECISION_CHANGED and facts.get("override") is True:
        return Right.OVERRIDE
    if event.kind == EventKind.MATCH_DECLINED:
        return Right.BIND_UNSURE_MATCH
    if event.kind == EventKind.RETURN_BOUND:
        agreeing = facts.get("agreeing")
        sure = not isinstance(agreeing, list) or len(agreeing) >= MUST_AGREE
        return Right.INSPECT if sure and "items" not in facts else Right.BIND_UNSURE_MATCH
    return Right.INSPECT


def is_act_of_lead(event: InspectionEvent) -> bool:
    """Whether the act of `event` is not every inspector's to do."""
    return needed_right(event) is not Right.INSPECT


def check_arrivals(connection: Connection, acts: Iterable[InspectionEvent], station_id: str, now: str) -> int:
    """Mark those acts of leads that their persons had no right to, or that nobody known did; returns how many.

    Called in the transaction that keeps the records, so that no mark is lost.
    """
    arrived = [_Arrived(one.id, one.inspection_id, one.person, one.kind, needed_right(one)) for one in acts]
    return len(_mark(connection, arrived, station_id, now))


def apart_from_unauthorised(connection: Connection, acts: Iterable[Act], station_id: str, now: str) -> list[Act]:
    """Those of the acts about items, totes and manifests that their persons had a right to; the others are marked.

    Called in the transaction that keeps the records. What somebody did whose account ended meanwhile counts, marked.
    """
    given = list(acts)
    checked = [_Arrived(act.id, "", act.person, act.kind, right_for_act(act.kind)) for act in given]
    marked = _mark(connection, checked, station_id, now)
    return [act for act in given if marked.get(act.id, "inactive") == "inactive"]


@dataclass(frozen=True)
class _Arrived:
    """Who did what, and the right it needs."""

    id: str
    inspection_id: str
    person: str
    kind: str
    needed: Right


def _mark(connection: Connection, arrived: Sequence[_Arrived], station_id: str, now: str) -> dict[str, str]:
    """Mark what was not its person's to do; why, by the id of the record."""
    query = sa.select(person.c.id, person.c.role, person.c.active)
    named = query.where(person.c.id.in_({one.person for one in arrived}))
    known = {str(row["id"]): row for row in connection.execute(named).mappings()}
    marks = []
    for one in arrived:
        found = known.get(one.person)
        if reason := _reason(found, one.needed):
            marks.append(
                {
                    "record_id": one.id, "inspection_id": one.inspection_id, "station_id": station_id,
                    "person_id": one.person[:200], "kind": one.kind[:100], "needed": one.needed.value,
                    "reason": reason, "role": found["role"] if found is not None else "", "found_at": now,
                    "settled_at": "", "settled_by": "", "note": "",
                }
            )  # fmt: skip
    insert_new(connection, unauthorised_act, marks)
    return {str(mark["record_id"]): str(mark["reason"]) for mark in marks}


def _reason(found: sa.RowMapping | None, needed: Right) -> str:
    if found is None:
        return "unknown"
    try:
        holder = Person(found["id"], "", "", Role(found["role"]))
    except ValueError:
        return "role"
    if not holder.may(needed):
        return "role"
    return "" if found["active"] else "inactive"


_SHOWN = ("record_id", "kind", "needed", "reason", "person_id", "role", "found_at", "settled_at", "settled_by", "note")


def unauthorised_of(connection: Connection, inspection_id: str) -> list[dict[str, Any]]:
    """The inspection's acts that nobody was allowed to do, in the order of their arrival."""
    query = sa.select(*(unauthorised_act.c[name] for name in _SHOWN)).where(
        unauthorised_act.c.inspection_id == inspection_id
    )
    ordered = query.order_by(unauthorised_act.c.found_at, unauthorised_act.c.record_id)
    return [dict(row) for row in connection.execute(ordered).mappings()]


def list_unauthorised(
    centre: Centre, site: str = "", limit: int = 100, *, settled: bool = False
) -> list[dict[str, Any]]:
    """The leads' list: acts not settled yet (or those that are), of stations of `site`, the newest first."""
    act = unauthorised_act
    query = (
        sa.select(
            *(act.c[name] for name in _SHOWN), act.c.inspection_id, act.c.station_id, station.c.code.label("station"),
            person.c.name.label("person"), inspection.c.tracking_number,
        )
        .outerjoin(station, station.c.id == act.c.station_id)
        .outerjoin(person, person.c.id == act.c.person_id)
        .outerjoin(inspection, inspection.c.id == act.c.inspection_id)
        .where(act.c.settled_at != "" if settled else act.c.settled_at == "")
        .order_by(act.c.found_at.desc(), act.c.record_id.desc())
        .limit(max(1, min(limit, MOST_LISTED)))
    )  # fmt: skip
    if site:
        query = query.where(station.c.site == site)
    with centre.database.reader.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def settle(centre: Centre, record_id: str, by: str, note: str, site: str = "") -> Mapping[str, Any]:
    """A lead has looked at the act and answers for it; said once, later ones change nothing.

    Raises:
        Problem: ``unauthorised.not_found``.
    """
    act = unauthorised_act
    with centre.database.writer.begin() as connection:
        wanted = sa.select(act.c.record_id).where(act.c.record_id == record_id)
        if site:
            wanted = wanted.where(sa.exists().where(station.c.id == act.c.station_id, station.c.site == site))
        if connection.scalar(wanted) is None:
            raise Problem("unauthorised.not_found")
        still = (act.c.record_id == record_id) & (act.c.settled_at == "")
        values = {"settled_at": centre.now(), "settled_by": by, "note": note[:LONGEST_NOTE]}
        connection.execute(sa.update(act).where(still).values(**values))
        row = connection.execute(sa.select(*(act.c[name] for name in _SHOWN)).where(act.c.record_id == record_id))
        return dict(row.mappings().one())
