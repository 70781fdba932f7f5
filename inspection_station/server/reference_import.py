"""Into the centre from files: expected returns, each whole or not at all; people and totes, all of a file or none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import argon2
import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.data_files import load_yaml
from inspection_station.domain.identifiers import is_tote_code, normalise
from inspection_station.domain.lists import TradeLists, parse_lists
from inspection_station.domain.people import Person, Role
from inspection_station.domain.returns import ExpectedReturn, return_to_json
from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources
from inspection_station.server import inspections
from inspection_station.server.centre import Centre
from inspection_station.server.people import SitePerson, hasher, id_of_number, keep_people, read_people
from inspection_station.server.returns_feed import Told, publish
from inspection_station.server.statements import among
from inspection_station.server.tables import inspected_item, person
from inspection_station.server.totes import keep_totes
from inspection_station.workflows.import_mapping import ImportMapping
from inspection_station.workflows.returns_import import MOST_SHOWN, read_returns
from inspection_station.workflows.table_files import CellFault, Progress, Row, RowFault, no_progress, rows_of

_PIN = re.compile(r"[0-9]{6}")
MANY = 400
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class ImportReport:
    """What became of a file.

    Attributes:
        rows: rows read. taken: things that are as the file says now; changed: those of them new or changed.
        faults: what is wrong with rows; of people and totes nothing is taken then.
        new, unchanged: things never heard of before, and things as they were.
        bad_rows: rows that do not go in. first: the first returns as they are, or would be.
        unusable: the file is wrong as a whole and nothing of it was taken.
    """

    rows: int
    taken: int
    changed: int
    faults: tuple[RowFault, ...]
    new: int = 0
    unchanged: int = 0
    bad_rows: int = 0
    first: tuple[ExpectedReturn, ...] = ()
    unusable: bool = False


def shipped_lists() -> TradeLists:
    """The lists of the trade that ship with the program."""
    return parse_lists(load_yaml(resources() / "rules" / "lists.yaml"))


def import_returns(
    centre: Centre,
    source: bytes | Path,
    progress: Progress = no_progress,
    mapping: ImportMapping | None = None,
    *,
    preview: bool = False,
) -> ImportReport:
    """Take the expected returns of a CSV, XLSX or JSON file and tell them to the stations, in one transaction.

    Returns without a bad row are taken, the others told; of a file that is broken nothing is. With `preview` nothing
    is, and the report says what would be. Raises as `read_returns` does.
    """
    read = read_returns(source, shipped_lists(), progress, mapping)
    returns = sorted(read.returns, key=lambda expected: expected.id)
    things = ((expected.id, return_to_json(expected)) for expected in returns)
    if preview or not returns:
        with centre.database.reader.connect() as connection:
            told = publish(connection, "expected_return", things, preview=True)
    else:
        with centre.database.writer.begin() as connection:
            told = publish(connection, "expected_return", things)
            if told.count:
                _renew_inspections(connection, [*told.new, *told.changed], centre.now())
    return ImportReport(
        rows=read.rows, taken=len(returns), changed=told.count, faults=read.faults, new=len(told.new),
        unchanged=told.unchanged, bad_rows=read.bad_rows, first=read.returns[:MOST_SHOWN], unusable=read.unusable,
    )  # fmt: skip


def _renew_inspections(connection: Connection, return_ids: list[str], now: str) -> None:
    """Inspections are found by the order number of their return: make them anew when that changes."""
    named = among(connection, inspected_item.c.return_id, return_ids)
    touched = list(connection.scalars(sa.select(inspected_item.c.inspection_id).where(named).distinct()))
    for start in range(0, len(touched), MANY):
        inspections.renew(connection, touched[start : start + MANY], now)


def import_people(centre: Centre, data: bytes, progress: Progress = no_progress) -> ImportReport:
    """Take people from a CSV file: number, name, name_en, role, shift, badge, pin, active (yes or no), id.

    Badge and PIN are kept as hashes only. An empty badge or pin keeps the one known before. The id, where it is
    not given, follows from the number. The site stays as it was.
    """
    with centre.database.reader.connect() as connection:
        query = sa.select(person.c.id)
        known = read_people(connection, connection.scalars(query))

    def keep(connection: Connection, things: Mapping[str, SitePerson]) -> Told:
        return keep_people(connection, things.values(), centre.now(), "import")

    return _import(centre, data, ("number", "name", "role"), lambda row: _person(known, row), keep, progress)


def _person(known: Mapping[str, SitePerson], row: Row) -> tuple[str, SitePerson]:
    number = row.text("number", longest=32, needed=True)
    person_id = row.text("id", longest=64) or id_of_number(number)
    before = known.get(person_id)
    name = row.text("name", longest=64, needed=True)
    made = Person(
        id=person_id,
        name=name,
        name_en=row.text("name_en", name, 64),
        role=Role(row.one_of("role", [role.value for role in Role])),
        shift=row.text("shift", longest=32),
        number=number,
        badge_hash=_badge_hash(row) or (before.person.badge_hash if before else ""),
        pin_hash=_pin_hash(row, before.person.pin_hash if before else ""),
        active=row.one_of("active", ("yes", "no"), "yes") == "yes",
    )
    return person_id, SitePerson(made, before.site if before else "")


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
    try:
        if known and hasher.verify(known, pin):
            return known
    except argon2.exceptions.Argon2Error:
        pass  # another PIN than before
    return hasher.hash(pin)


def import_totes(centre: Centre, data: bytes, progress: Progress = no_progress) -> ImportReport:
    """Take totes from a CSV file: code, disposition, slot, vendor, state (open or closed), capacity, capacity_g."""
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
            "capacity_g": row.whole("capacity_g", 0, 0, 2_000_000),
        }

    def keep(connection: Connection, things: Mapping[str, Mapping[str, Any]]) -> Told:
        return keep_totes(connection, things, centre.now(), "console")

    return _import(centre, data, ("code", "disposition"), tote, keep, progress)


def _import(
    centre: Centre,
    data: bytes,
    needed: Iterable[str],
    read: Callable[[Row], tuple[str, Thing]],
    keep: Callable[[Connection, Mapping[str, Thing]], Told],
    progress: Progress,
) -> ImportReport:
    faults: list[RowFault] = []
    things: dict[str, Thing] = {}
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
        told = keep(connection, things)
    return ImportReport(rows, len(things), told.count, (), len(told.new), told.unchanged)
