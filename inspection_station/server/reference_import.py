"""Expected returns, people and totes into the centre, from CSV files: all of a file or nothing of it."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import argon2
import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.data_files import load_yaml
from inspection_station.domain.identifiers import is_tote_code, normalise
from inspection_station.domain.lists import TradeLists, parse_lists
from inspection_station.domain.people import Person, Role, person_to_json
from inspection_station.domain.returns import return_to_json
from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources
from inspection_station.server import inspections
from inspection_station.server.centre import Centre
from inspection_station.server.returns_feed import body_of, publish
from inspection_station.server.tables import inspected_item
from inspection_station.workflows.returns_import import read_returns
from inspection_station.workflows.table_files import CellFault, Row, RowFault, rows_of

Progress = Callable[[int, int], None]
_PIN = re.compile(r"[0-9]{6}")
_NAMESPACE = uuid.UUID("0e5f2c5c-9d0b-5c3e-8f54-52b7a1b0c6de")
MANY = 400


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: rows read, things taken, those of them new or changed, and the faults of the rows.

    With any fault nothing was taken.
    """

    rows: int
    taken: int
    changed: int
    faults: tuple[RowFault, ...]


def _no_progress(_done: int, _total: int) -> None:
    return


def shipped_lists() -> TradeLists:
    """The lists of the trade that ship with the program."""
    return parse_lists(load_yaml(resources() / "rules" / "lists.yaml"))


def import_returns(centre: Centre, data: bytes, progress: Progress = _no_progress) -> ImportReport:
    """Take the expected returns of a CSV file and tell them to the stations; raises as `read_returns` does."""
    read = read_returns(data, shipped_lists(), progress)
    if read.faults:
        return ImportReport(read.rows, 0, 0, read.faults)
    with centre.database.writer.begin() as connection:
        things = [(expected.id, return_to_json(expected)) for expected in read.returns]
        changed = publish(connection, "expected_return", things)
        if changed:
            _renew_inspections(connection, [name for name, _body in things], centre.now())
    return ImportReport(read.rows, len(read.returns), changed, ())


def _renew_inspections(connection: Connection, return_ids: list[str], now: str) -> None:
    """Inspections are found by the order number of their return: make them anew when that changes."""
    for start in range(0, len(return_ids), MANY):
        named = inspected_item.c.return_id.in_(return_ids[start : start + MANY])
        query = sa.select(inspected_item.c.inspection_id).where(named).distinct()
        if touched := list(connection.scalars(query)):
            inspections.renew(connection, touched, now)


def import_people(centre: Centre, data: bytes, progress: Progress = _no_progress) -> ImportReport:
    """Take people from a CSV file: number, name, name_en, role, shift, badge, pin, active (yes or no), id.

    Badge and PIN are kept as hashes only. An empty badge or pin keeps the one known before. The id, where it is
    not given, follows from the number.
    """
    with centre.database.reader.connect() as connection:
        return _import(
            centre, data, "person", ("number", "name", "role"), lambda row: _person(connection, row), progress
        )


def _person(connection: Connection, row: Row) -> tuple[str, Mapping[str, Any]]:
    number = row.text("number", longest=32, needed=True)
    person_id = row.text("id", longest=64) or str(uuid.uuid5(_NAMESPACE, number))
    known = body_of(connection, "person", person_id) or {}
    name = row.text("name", longest=64, needed=True)
    person = Person(
        id=person_id,
        name=name,
        name_en=row.text("name_en", name, 64),
        role=Role(row.one_of("role", [role.value for role in Role])),
        shift=row.text("shift", longest=32),
        number=number,
        badge_hash=_badge_hash(row) or str(known.get("badge_hash", "")),
        pin_hash=_pin_hash(row, str(known.get("pin_hash", ""))),
        active=row.one_of("active", ("yes", "no"), "yes") == "yes",
    )
    return person_id, person_to_json(person)


def _badge_hash(row: Row) -> str:
    badge = row.text("badge", longest=64)
    try:
        return hashlib.sha256(normalise(badge).encode()).hexdigest() if badge else ""
    except StationProblem:
        raise CellFault("badge", N_("holds a number that no scanner could read")) from None


def _pin_hash(row: Row, known: str) -> str:
    pin = row.text("pin", longest=32)
    if not pin:
        return known
    if not _PIN.fullmatch(pin):
        raise CellFault("pin", N_("must be six digits"))
    hasher = argon2.PasswordHasher()
    try:
        if known and hasher.verify(known, pin):
            return known
    except argon2.exceptions.Argon2Error:
        pass  # another PIN than before
    return hasher.hash(pin)


def import_totes(centre: Centre, data: bytes, progress: Progress = _no_progress) -> ImportReport:
    """Take totes from a CSV file: code, disposition, slot, vendor, state (open or closed), capacity."""
    lists = shipped_lists()

    def tote(row: Row) -> tuple[str, Mapping[str, Any]]:
        code = row.text("code", longest=32, needed=True).upper()
        if not is_tote_code(code):
            raise CellFault("code", N_("must be T-NNNNNN with a right check character"))
        return code, {
            "code": code,
            "slot": row.whole("slot", 0, 0, 99),
            "disposition": row.one_of("disposition", lists.words["dispositions"]),
            "vendor": row.text("vendor", longest=64),
            "state": row.one_of("state", ("open", "closed"), "open"),
            "content": row.whole("content", 0, 0, 10_000),
            "capacity": row.whole("capacity", 60, 1, 10_000),
        }

    return _import(centre, data, "tote", ("code", "disposition"), tote, progress)


def _import(
    centre: Centre,
    data: bytes,
    kind: str,
    needed: Iterable[str],
    read: Callable[[Row], tuple[str, Mapping[str, Any]]],
    progress: Progress,
) -> ImportReport:
    faults: list[RowFault] = []
    things: dict[str, Mapping[str, Any]] = {}
    rows = 0
    for row in rows_of(data, tuple(needed), faults, progress):
        rows += 1
        try:
            name, body = read(row)
            if name in things:
                raise CellFault("-", N_("names the same thing as a line before it"))
            things[name] = body
        except CellFault as fault:
            faults.append(RowFault(row.line, fault.column, fault.fault, fault.values))
    if faults:
        return ImportReport(rows, 0, 0, tuple(faults))
    with centre.database.writer.begin() as connection:
        changed = publish(connection, kind, things.items())
    return ImportReport(rows, len(things), changed, ())
