"""Keeps acts and items, and makes the rows that are looked at from them, in the caller's transaction.

Whatever arrives in whatever order, and however often, the same acts and items give the same rows: each subject's row is
made anew from all acts about it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

from inspection_station.custody.doubles import Record, group_of, stand
from inspection_station.custody.tables import CustodyTables
from inspection_station.domain.canonical import canonical_bytes
from inspection_station.domain.custody.acts import Act, ActKind, act_from_json, act_to_json
from inspection_station.domain.custody.causal_order import in_order, next_place
from inspection_station.domain.custody.house_item import HouseItem, house_item_from_json, house_item_to_json
from inspection_station.domain.custody.item_state import ItemState, fold_item
from inspection_station.domain.custody.manifest_state import fold_manifest
from inspection_station.domain.custody.review import REASONS
from inspection_station.domain.custody.tote_state import ToteState, fold_tote
from inspection_station.workflows.custody_port import ToteRow

LYING = "tote <> '' AND manifest = ''"
"""Which items lie in a tote, word for word as their index says it: a bound value would not let it be used."""
ITEM, TOTE, MANIFEST, PARCEL = "item", "tote", "manifest", "parcel"
_MANY = 400  # names in one statement
_RANK = {reason: rank for rank, reason in enumerate(REASONS, start=1)}
_SEVERITIES = ("critical", "major", "minor")
# Characters of what stands in an index together: PostgreSQL takes 2,700 bytes. The item's body keeps all of it.
_LONGEST = {
    **dict.fromkeys(("station", "client", "person", "reason", "finding", "disposition", "vendor", "grade"), 40),
    **dict.fromkeys(("bench_grade", "currency", "state", "decided_at", "arrived_at", "rt_number"), 40),
    "vendor_name": 80,
}

Judge = Callable[[HouseItem], tuple[str, ...]]
"""Why a lead looks at an item (`review.review_reasons`), by the lists and policies in force where it runs."""


@dataclass(frozen=True)
class CustodyLedger:
    """Writes the tables of custody."""

    tables: CustodyTables
    judge: Judge

    def keep_acts(self, connection: Connection, acts: Iterable[Act]) -> list[Act]:
        """Keep those acts that are not known yet, renew what they are about, and return them."""
        table = self.tables.act
        given = {act.id: act for act in acts}
        known = set(_found(connection, sa.select(table.c.id), table.c.id, given))
        fresh = [act for name, act in given.items() if name not in known]
        rows = [
            {"id": act.id, "subject": act.subject, "count": act.count, "kind": act.kind, "person": act.person,
             "station": act.station, "at": act.at, "body": canonical_bytes(act_to_json(act)).decode()}
            for act in fresh
        ]  # fmt: skip
        if rows:
            connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)
            self.renew(connection, {act.subject for act in fresh})
        return fresh

    def keep_items(self, connection: Connection, items: Iterable[HouseItem]) -> None:
        """Keep what benches decided, in place of what they decided before."""
        given = {item.id: item for item in items}
        if given:
            about = self._acts_about(connection, [f"{ITEM}:{name}" for name in given])
            arrived = self._arrived(connection, {item.tracking_number for item in given.values()})
            self._put_items(connection, given, about, arrived)

    def withdraw_items(self, connection: Connection, item_ids: Collection[str]) -> None:
        """Forget what benches told of these items; acts about them stay."""
        names = list(item_ids)
        for start in range(0, len(names), _MANY):
            part = names[start : start + _MANY]
            connection.execute(sa.delete(self.tables.finding).where(self.tables.finding.c.item_id.in_(part)))
            connection.execute(sa.delete(self.tables.item).where(self.tables.item.c.item_id.in_(part)))

    def withdraw_acts(self, connection: Connection, act_ids: Collection[str]) -> None:
        """Forget these acts: what they are about is as if they had never been."""
        table, items = self.tables.act, self.tables.item
        subjects = set(_found(connection, sa.select(table.c.subject), table.c.id, act_ids))
        names = sorted(act_ids)
        for start in range(0, len(names), _MANY):
            connection.execute(sa.delete(table).where(table.c.id.in_(names[start : start + _MANY])))
        for one in sorted(subjects):  # an item of which only acts were known is put back if there are others
            alone = (items.c.item_id == one.removeprefix(f"{ITEM}:")) & (items.c.body == "")
            connection.execute(sa.delete(items).where(alone))
        self.renew(connection, subjects)

    def keep_listed_tote(self, connection: Connection, code: str, slot: int, listed: Mapping[str, Any] | None) -> None:
        """Keep a tote as the centre lists it (its body in the feed); None takes it off the list."""
        table = self.tables.tote
        body = canonical_bytes(listed).decode() if listed else ""
        put(connection, table, "code", [{"code": code, "slot": slot, "listed": body}])
        self.renew(connection, {f"{TOTE}:{code}"})

    def renew(self, connection: Connection, subjects: Collection[str]) -> None:
        """Make the rows of these subjects anew from all acts about them."""
        about: dict[str, list[Act]] = {subject: [] for subject in subjects}
        about.update(self._acts_about(connection, subjects))
        by_kind: dict[str, dict[str, list[Act]]] = {}
        for subject, acts in about.items():
            kind, _colon, name = subject.partition(":")
            by_kind.setdefault(kind, {})[name] = acts
        if items := by_kind.get(ITEM):
            table = self.tables.item
            bodies = _found(connection, sa.select(table.c.body), table.c.item_id, items)
            known = [house_item_from_json(json.loads(body)) for body in bodies if body]
            arrived = self._arrived(connection, {item.tracking_number for item in known})
            self._put_items(connection, {**dict.fromkeys(items), **{one.id: one for one in known}}, about, arrived)
        if totes := by_kind.get(TOTE):
            self._put_totes(connection, totes)
        if manifests := by_kind.get(MANIFEST):
            put(connection, self.tables.manifest, "id", [_manifest_row(name, acts) for name, acts in manifests.items()])
        for name, acts in by_kind.get(PARCEL, {}).items():
            self._put_arrival(connection, name, acts)

    def next_place(self, connection: Connection, subject: str) -> tuple[int, tuple[str, ...]]:
        """`count` and `base` of a new act about `subject`."""
        return next_place(self._acts_about(connection, [subject]).get(subject, []))

    def acts_about(self, connection: Connection, subject: str) -> list[Act]:
        """Every act about `subject`, in causal order."""
        return in_order(self._acts_about(connection, [subject]).get(subject, []))

    def totes(self, connection: Connection) -> list[ToteRow]:
        """Every tote with how much lies in it, those with a slot first, then by code."""
        tote, item = self.tables.tote, self.tables.item.c
        counted = sa.select(item.tote, sa.func.count().label("units"), sa.func.sum(item.proved).label("proved"))
        inside = counted.where(sa.text(LYING)).group_by(item.tote).subquery()
        names = ("code", "step", "disposition", "vendor", "place", "capacity", "manifest", "slot", "apart",
                 "capacity_g")  # fmt: skip
        query = sa.select(*(tote.c[name] for name in names), inside.c.units, inside.c.proved)
        query = query.outerjoin(inside, inside.c.tote == tote.c.code)
        rows = connection.execute(query.order_by(tote.c.slot == 0, tote.c.slot, tote.c.code))
        return [
            ToteRow(*row[:8], bool(row.apart), int(row.units or 0), int(row.proved or 0), int(row.capacity_g))
            for row in rows
        ]

    def _acts_about(self, connection: Connection, subjects: Collection[str]) -> dict[str, list[Act]]:
        table = self.tables.act
        found: dict[str, list[Act]] = {}
        for body in _found(connection, sa.select(table.c.body), table.c.subject, subjects):
            act = act_from_json(json.loads(body))
            found.setdefault(act.subject, []).append(act)
        return found

    def _arrived(self, connection: Connection, numbers: Collection[str]) -> dict[str, str]:
        """When parcels came to the dock, by their number in search form."""
        table = self.tables.arrival
        rows = _rows(connection, sa.select(table.c.number, table.c.at), table.c.number, set(map(form, numbers)))
        return {row.number: row.at for row in rows}

    def _put_items(
        self, connection: Connection, items: Mapping[str, HouseItem | None], about: Mapping[str, list[Act]],
        arrived: Mapping[str, str],
    ) -> None:  # fmt: skip
        rows, findings = [], []
        states, twins = self._states(connection, items, about)
        if twins:
            arrived = {**arrived, **self._arrived(connection, {one.tracking_number for one in twins.values()})}
        for name, item in {**items, **twins}.items():
            if name in states:
                rows.append(_item_row(name, item, states[name], arrived))
            if item is not None and name in items:
                worst = {one["code"][:80]: one.get("severity", "")[:20] for one in item.findings if one.get("code")}
                findings += [
                    {"item_id": name, "code": code, "severity": severity} for code, severity in worst.items()
                ]  # fmt: skip
        put(connection, self.tables.item, "item_id", rows)
        table = self.tables.finding
        names = [name for name, item in items.items() if item is not None]
        for start in range(0, len(names), _MANY):
            connection.execute(sa.delete(table).where(table.c.item_id.in_(names[start : start + _MANY])))
        if findings:
            connection.execute(sa.insert(table), findings)

    def _states(
        self, connection: Connection, items: Mapping[str, HouseItem | None], about: Mapping[str, list[Act]]
    ) -> tuple[dict[str, ItemState], dict[str, HouseItem]]:
        """How items stand, by id; and other known records of the same things, which then stand otherwise as well."""
        known = {name: item for name, item in items.items() if item is not None}
        twins = self._twins(connection, known)
        acts = {**about, **self._acts_about(connection, [f"{ITEM}:{name}" for name in twins])} if twins else about
        groups: dict[tuple[str, ...], list[Record]] = {}
        for name, item in {**known, **twins}.items():
            record = Record(item, acts.get(f"{ITEM}:{name}", ()), self.judge(item))
            groups.setdefault(group_of(form(item.tracking_number), form(item.sku)) or (name,), []).append(record)
        states = {name: state for group in groups.values() for name, state in stand(group).items()}
        for name in items.keys() - known.keys():
            state = fold_item(None, about.get(f"{ITEM}:{name}", []))
            if state is not None:
                states[name] = state
        return states, twins

    def _twins(self, connection: Connection, items: Mapping[str, HouseItem]) -> dict[str, HouseItem]:
        """Other items that may be the same things as these, of other inspections, by id."""
        one = self.tables.item.c
        inspections: dict[tuple[str, str], set[str]] = {}
        for item in items.values():
            group = group_of(form(item.tracking_number), form(item.sku))
            if group is not None:
                inspections.setdefault(group, set()).add(item.inspection_id)
        query = sa.select(one.item_id, one.inspection_id, one.tracking_number, one.sku)
        rows = _rows(connection, query, one.tracking_number, {tracking for tracking, _sku in inspections})
        others = [row for row in rows if row.item_id not in items and (row.tracking_number, row.sku) in inspections]
        for row in others:
            inspections[row.tracking_number, row.sku].add(row.inspection_id)
        names = [row.item_id for row in others if len(inspections[row.tracking_number, row.sku]) > 1]
        bodies = _found(connection, sa.select(one.body), one.item_id, names) if names else []
        found = [house_item_from_json(json.loads(body)) for body in bodies if body]
        return {item.id: item for item in found}

    def stands(self, connection: Connection, item_id: str) -> tuple[HouseItem | None, ItemState] | None:
        """One item as its bench told it, and how it stands; None when nothing is known of it."""
        item, states, _twins = self._with_twins(connection, item_id)
        return (item, states[item_id]) if item_id in states else None

    def twins(self, connection: Connection, item_id: str) -> list[tuple[HouseItem, ItemState]]:
        """Other records of what may be the same thing, from other inspections, and how they stand."""
        item, states, twins = self._with_twins(connection, item_id)
        own = item.inspection_id if item is not None else ""
        return [(one, states[name]) for name, one in sorted(twins.items()) if one.inspection_id != own]

    def _with_twins(
        self, connection: Connection, item_id: str
    ) -> tuple[HouseItem | None, dict[str, ItemState], dict[str, HouseItem]]:
        table = self.tables.item
        body = connection.execute(sa.select(table.c.body).where(table.c.item_id == item_id)).scalar_one_or_none()
        item = house_item_from_json(json.loads(body)) if body else None
        about = self._acts_about(connection, [f"{ITEM}:{item_id}"])
        return item, *self._states(connection, {item_id: item}, about)

    def _put_totes(self, connection: Connection, totes: Mapping[str, list[Act]]) -> None:
        table = self.tables.tote
        query = sa.select(table.c.code, table.c.listed, table.c.slot)
        listed = {row.code: row for row in _rows(connection, query, table.c.code, totes)}
        rows = []
        for code, acts in totes.items():
            row = listed.get(code)
            state = fold_tote(code, acts, listed_tote(code, json.loads(row.listed)) if row and row.listed else None)
            rows.append(
                {
                    "code": code, "step": state.step.value, "disposition": state.disposition, "vendor": state.vendor,
                    "place": state.place, "capacity": state.capacity, "capacity_g": state.capacity_g,
                    "manifest": state.manifest, "opened_by": state.opened_by, "opened_at": state.opened_at,
                    "closed_at": state.closed_at, "grams": state.grams, "reason": state.reason,
                    "apart": int(state.apart), "slot": row.slot if row else 0, "listed": row.listed if row else "",
                }
            )  # fmt: skip
        put(connection, table, "code", rows)

    def _put_arrival(self, connection: Connection, number: str, acts: Sequence[Act]) -> None:
        table = self.tables.arrival
        withdrawn = {str(act.payload["arrival"]) for act in acts if act.kind == ActKind.ARRIVAL_WITHDRAWN}
        stands = [act for act in acts if act.kind == ActKind.PARCEL_ARRIVED and act.id not in withdrawn]
        if not stands:
            connection.execute(sa.delete(table).where(table.c.number == number))
            return
        first = min(stands, key=lambda act: (act.count, act.id))
        facts = first.payload
        row = {
            "number": number, "act_id": first.id, "at": str(facts.get("since") or first.at)[:40],
            "carrier": facts["carrier"], "found": facts["found"],
            "station": first.station, "person": first.person, "grams": facts["grams"],
            "flags": " ".join((*facts["flags"], *facts["outside"])),
        }  # fmt: skip
        put(connection, table, "number", [row])


def listed_tote(code: str, body: Mapping[str, Any]) -> ToteState:
    """A tote as the centre lists it, before any act about it; raises KeyError, TypeError or ValueError."""
    step = {"open": "open", "closed": "closed", "manifested": "handed_over"}.get(str(body.get("state", "open")), "free")
    state = ToteState(code)
    return ToteState(
        code, type(state.step)(step if body.get("disposition") else "free"), str(body.get("disposition", "")),
        str(body.get("vendor", "")), str(body.get("place", "")), int(body.get("capacity", state.capacity)),
        int(body.get("capacity_g", 0)),
    )  # fmt: skip


def form(text: str) -> str:
    """The form in which numbers are compared: NFKC, upper case, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def put(connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, each in place of the one with its `key`; all must have the same columns."""
    if rows:
        statement = _insert(connection, table)
        changed = {name: statement.excluded[name] for name in rows[0] if name != key}
        connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed), list(rows))


def _insert(connection: Connection, table: Table) -> Any:
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # a bench never needs it, and waits for what it loads at its start

    return postgresql.insert(table)


def _rows(connection: Connection, query: sa.Select[Any], column: sa.Column[Any], names: Iterable[str]) -> list[Any]:
    wanted = list(names)
    return [
        row
        for start in range(0, len(wanted), _MANY)
        for row in connection.execute(query.where(column.in_(wanted[start : start + _MANY])))
    ]


def _found(connection: Connection, query: sa.Select[Any], column: sa.Column[Any], names: Iterable[str]) -> list[Any]:
    return [row[0] for row in _rows(connection, query, column, names)]


def _manifest_row(name: str, acts: Sequence[Act]) -> dict[str, Any]:
    state = fold_manifest(name, acts)
    return {
        "id": name, "number": state.number, "kind": state.kind, "step": state.step.value, "vendor": state.vendor,
        "corrects": state.corrects, "station": state.station, "started_at": state.started_at,
        "closed_at": state.closed_at, "units": len(state.rows),
    }  # fmt: skip


def _item_row(name: str, item: HouseItem | None, state: ItemState, arrived: Mapping[str, str]) -> dict[str, Any]:
    first = state.reasons[0] if state.reasons else ""
    row: dict[str, Any] = {
        "item_id": name, "rt_number": state.rt_number, "grade": state.grade, "disposition": state.disposition,
        "tote": state.tote, "proved": int(state.proved), "manifest": state.manifest, "review": first,
        "review_rank": _RANK.get(first, 0), "recall": min(state.recalls, default=0),
        "apart": int(_is_apart(state)), "missing": int(state.missing),
        "blind_agreed": 0,
    }  # fmt: skip
    if item is None:
        item = HouseItem(name, "", state.rt_number, state=" ")
    elif state.blind[1]:
        row["blind_agreed"] = 1 if state.blind[1] == item.grade else 2
    tracking = form(item.tracking_number)
    begun = arrived.get(tracking) or item.arrived_at
    whole = row | {
        "inspection_id": item.inspection_id, "tracking_number": tracking, "tracking_reversed": tracking[::-1],
        "order_number": form(item.order_number), "return_number": form(item.return_number),
        "phone_tail": item.phone_tail, "sku": form(item.sku), "category": item.category, "vendor": item.vendor,
        "vendor_name": item.vendor_name, "client": item.client, "station": item.station, "person": item.person,
        "arrived_at": begun, "decided_at": item.decided_at, "state": item.state.strip(), "reason": item.reason,
        "identity": item.identity, "finding": main_finding(item), "bench_grade": item.grade,
        "liable": max(item.liability, key=lambda one: one[1], default=("", 0))[0], "currency": item.currency,
        "price_minor": item.price_minor, "minutes": _minutes(begun, item.decided_at),
        "random_check": int(item.random_check),
    }  # fmt: skip
    body = canonical_bytes(house_item_to_json(item)).decode() if item.inspection_id else ""
    cut = {name: value[: _LONGEST.get(name, 200)] for name, value in whole.items() if isinstance(value, str)}
    return {**whole, **cut, "body": body}


def _is_apart(state: ItemState) -> bool:
    """Whether stations did what speaks against each other; what counts no more must not be on a manifest either."""
    return bool(state.rivals or state.doubt or state.other_manifests or (state.superseded_by and state.manifest))


def main_finding(item: HouseItem) -> str:
    """The gravest defect's code, or what is wrong with its identity; empty when nothing is."""
    if item.identity not in ("", "match"):
        return item.identity
    order = {severity: rank for rank, severity in enumerate(_SEVERITIES)}
    ranked = sorted(item.findings, key=lambda one: order.get(str(one.get("severity")), len(order)))
    return str(ranked[0].get("code", "")) if ranked else ""


def _minutes(since: str, until: str) -> int:
    """Whole minutes between two times; 0 where one is none."""
    try:
        return max(0, int((datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() // 60))
    except (ValueError, TypeError):
        return 0
