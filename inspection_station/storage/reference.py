"""What the centre told this bench: expected returns, people, totes; and the queue of parcels that wait."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    distinct,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from inspection_station.domain.check_digits import gtin14
from inspection_station.domain.people import Person, person_from_json
from inspection_station.domain.returns import ExpectedReturn, return_from_json, return_to_json
from inspection_station.storage.database import Database
from inspection_station.storage.tables import (
    expected_parcels,
    expected_returns,
    inspections,
    people,
    return_codes,
    totes,
)
from inspection_station.storage.texts import prefix_range, search_form, stored_json
from inspection_station.workflows.ports import Tote, WaitingReturn

_BATCH = 500  # names in one statement
_SHORTEST_PREFIX = 4  # characters typed before returns are found by the beginning of a number
_FOUND_BY = ("return", "order", "sku", "gtin", "serial", "phone", "tracking")


class StoredReference:
    """`ports.ReferenceStore` on the station's database; everything in it comes by the feed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def returns_of_parcel(self, tracking_number: str) -> list[ExpectedReturn]:
        """See `ports.ReferenceStore`."""
        code = search_form(tracking_number)
        return self._returns(_by_code(return_codes.c.code == code, ("tracking",))) if code else []

    def expected_return(self, return_id: str) -> ExpectedReturn | None:
        """See `ports.ReferenceStore`."""
        found = self._returns(select(expected_returns.c.body).where(expected_returns.c.id == return_id))
        return found[0] if found else None

    def find_returns(self, text: str, limit: int = 20) -> list[ExpectedReturn]:
        """See `ports.ReferenceStore`; by the beginning of a number (four characters or more) when none is equal."""
        code = search_form(text)
        if not code:
            return []
        codes = (code, gtin14(code)) if code.isascii() and code.isdigit() else (code,)
        found = self._returns(_by_code(return_codes.c.code.in_(codes), _FOUND_BY).limit(limit))
        if found or len(code) < _SHORTEST_PREFIX:
            return found
        low, high = prefix_range(code)
        part = (return_codes.c.code >= low) & (return_codes.c.code < high)
        return self._returns(_by_code(part, _FOUND_BY).limit(limit))

    def line_by_code(self, text: str) -> tuple[str, str, str] | None:
        """See `ports.ReferenceStore`."""
        code = search_form(text)
        if not code:
            return None
        codes = (code, gtin14(code)) if code.isascii() and code.isdigit() else (code,)
        wanted = (
            select(expected_returns.c.body)
            .join(return_codes, return_codes.c.return_id == expected_returns.c.id)
            .where(return_codes.c.code.in_(codes), return_codes.c.kind.in_(("sku", "gtin")))
            .limit(1)
        )
        for expected in self._returns(wanted):
            for line in expected.lines:
                if line.is_product_code(code):
                    return line.sku, line.name_zh, line.name_en
        return None

    def queue(self, limit: int = 50) -> tuple[list[WaitingReturn], int]:
        """See `ports.ReferenceStore`: a line for each parcel of a return, until an inspection of it is closed."""
        parcel = expected_parcels.c
        waits: ColumnElement[bool] = literal_column("inspected = 0")
        wanted = (
            select(parcel.return_id, parcel.tracking_number, parcel.category, parcel.units, parcel.refund_due)
            .where(waits)
            .order_by(parcel.refund_due, parcel.tracking_number)
            .limit(limit)
        )
        # Named as the index of the unfinished ones names it, so that the few parked ones are found by it.
        parked = select(inspections.c.tracking_number).where(
            literal_column("state IN ('open', 'parked')"), inspections.c.state == "parked"
        )
        with self._database.reading() as connection:
            aside = [WaitingReturn(*row, True) for row in connection.execute(
                wanted.where(parcel.tracking_number.in_(parked))
            )]  # fmt: skip
            known = {(line.return_id, line.tracking_number) for line in aside}
            due = [WaitingReturn(*row, False) for row in connection.execute(wanted)]
            lines = [*aside, *(line for line in due if (line.return_id, line.tracking_number) not in known)][:limit]
            if len(lines) < limit:
                return lines, len({line.tracking_number for line in lines})
            return lines, int(connection.scalar(select(func.count(distinct(parcel.tracking_number))).where(waits)) or 0)

    def is_waiting(self, tracking_number: str) -> bool:
        """See `ports.ReferenceStore`."""
        number = search_form(tracking_number)
        parcel = expected_parcels.c
        found = select(exists().where(parcel.tracking_number == number, literal_column("inspected = 0")))
        with self._database.reading() as connection:
            return bool(number and connection.scalar(found))

    def people(self) -> list[Person]:
        """See `ports.ReferenceStore`."""
        with self._database.reading() as connection:
            bodies = list(connection.scalars(select(people.c.body).order_by(people.c.id)))
        return [person_from_json(json.loads(body)) for body in bodies]

    def totes(self) -> list[Tote]:
        """See `ports.ReferenceStore`; those with a slot at this bench first, by slot."""
        with self._database.reading() as connection:
            known = [tote_from_json(json.loads(body)) for body in connection.scalars(select(totes.c.body))]
        return sorted(known, key=lambda tote: (tote.slot == 0, tote.slot, tote.code))

    def _returns(self, bodies: Select[str]) -> list[ExpectedReturn]:
        with self._database.reading() as connection:
            return [return_from_json(json.loads(body)) for body in connection.scalars(bodies)]


def _by_code(condition: Any, kinds: Iterable[str]) -> Select[str]:
    ids = select(return_codes.c.return_id).where(condition, return_codes.c.kind.in_(tuple(kinds)))
    return (
        select(expected_returns.c.body)
        .where(expected_returns.c.id.in_(ids))
        .order_by(expected_returns.c.refund_due, expected_returns.c.id)
    )


def tote_from_json(data: Mapping[str, Any]) -> Tote:
    """A tote as the feed tells it; raises KeyError, TypeError or ValueError when it is not of that form."""
    if not isinstance(data["code"], str) or not data["code"]:
        raise ValueError("a tote has a code")
    return Tote(
        code=data["code"],
        slot=int(data.get("slot", 0)),
        disposition=str(data["disposition"]),
        vendor=str(data.get("vendor", "")),
        state=str(data.get("state", "open")),
        content=int(data.get("content", 0)),
        capacity=int(data.get("capacity", 60)),
    )


def note_inspected(connection: Connection, tracking_number: str) -> None:
    """Take the parcel off the queue when an inspection of it is closed, put it back when none is any more."""
    number = search_form(tracking_number)
    if number:
        _note_inspected(connection, expected_parcels.c.tracking_number == number)


def _note_inspected(connection: Connection, condition: Any) -> None:
    closed = exists().where(
        inspections.c.tracking_number == expected_parcels.c.tracking_number, inspections.c.state == "closed"
    )
    connection.execute(update(expected_parcels).where(condition).values(inspected=closed))


@dataclass(frozen=True)
class ReturnRows:
    """An expected return as it is stored: its row, the codes that lead to it and its parcels."""

    row: dict[str, Any]
    codes: list[dict[str, Any]]
    parcels: list[dict[str, Any]]


def return_rows(item_id: str, body: Mapping[str, Any]) -> ReturnRows | None:
    """The rows of an expected return; None for an empty body, which takes it away.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the body is no expected return.
        StationProblem: ``text.unusable``.
    """
    if not body:
        return None
    expected = return_from_json(body)
    if expected.id != item_id or not item_id or not expected.lines:
        raise ValueError("an expected return has its own id and a line")
    whole, _hash = stored_json({**body, **return_to_json(expected)})
    row = {
        "id": expected.id,
        "order_number": expected.order_number,
        "return_number": expected.return_number,
        "phone_tail": expected.buyer_phone_tail,
        "refund_due": expected.refund_due,
        "body": whole,
    }
    codes = sorted({pair for pair in _codes(expected) if pair[0]})
    parcel = {
        "return_id": expected.id,
        "refund_due": expected.refund_due,
        "category": expected.lines[0].category,
        "units": expected.units,
    }
    numbers = {search_form(number): None for number in expected.tracking_numbers}
    return ReturnRows(
        row,
        [{"code": code, "kind": kind, "return_id": expected.id} for code, kind in codes],
        [{"tracking_number": number, **parcel} for number in numbers if number],
    )


def keep_returns(connection: Connection, returns: Mapping[str, ReturnRows | None]) -> None:
    """Put these expected returns, by id, in the place of what was known of them; None takes one away."""
    ids = list(returns)
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        connection.execute(delete(expected_returns).where(expected_returns.c.id.in_(part)))
        connection.execute(delete(return_codes).where(return_codes.c.return_id.in_(part)))
        connection.execute(delete(expected_parcels).where(expected_parcels.c.return_id.in_(part)))
    kept = [rows for rows in returns.values() if rows is not None]
    parcels = [parcel for rows in kept for parcel in rows.parcels]
    for table, made in (
        (expected_returns, [rows.row for rows in kept]),
        (return_codes, [code for rows in kept for code in rows.codes]),
        (expected_parcels, parcels),
    ):
        if made:
            connection.execute(insert(table), made)
    numbers = sorted({parcel["tracking_number"] for parcel in parcels})
    for start in range(0, len(numbers), _BATCH):
        _note_inspected(connection, expected_parcels.c.tracking_number.in_(numbers[start : start + _BATCH]))


def _codes(expected: ExpectedReturn) -> Iterable[tuple[str, str]]:
    yield search_form(expected.order_number), "order"
    yield search_form(expected.return_number), "return"
    yield search_form(expected.buyer_phone_tail), "phone"
    for number in expected.tracking_numbers:
        yield search_form(number), "tracking"
    for line in expected.lines:
        yield search_form(line.sku), "sku"
        for gtin in line.gtins:
            yield gtin14(search_form(gtin)), "gtin"
        for serial in line.serial_numbers:
            yield search_form(serial), "serial"


def keep_person(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Keep somebody who may sign in; an empty body takes them away. Raises as `return_rows`."""
    if not body:
        connection.execute(delete(people).where(people.c.id == item_id))
        return
    if person_from_json(body).id != item_id or not item_id:
        raise ValueError("a person has their own id")
    whole, _hash = stored_json(body)
    statement = upsert(people).values(id=item_id, body=whole)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"body": whole}))


def keep_tote(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Keep a tote; an empty body takes it away. Raises as `return_rows`."""
    if not body:
        connection.execute(delete(totes).where(totes.c.code == item_id))
        return
    if tote_from_json(body).code != item_id:
        raise ValueError("a tote is named by its code")
    whole, _hash = stored_json(body)
    statement = upsert(totes).values(code=item_id, body=whole)
    connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_={"body": whole}))
