"""Expected returns as rows: what is kept of each, and how a page of the feed takes the place of what was known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from inspection_station.domain.check_digits import gtin14
from inspection_station.domain.returns import ExpectedReturn, return_from_json, return_to_json
from inspection_station.storage.tables import (
    expected_parcels,
    expected_returns,
    inspections,
    parcels_elsewhere,
    return_codes,
)
from inspection_station.storage.texts import search_form, stored_json

_BATCH = 500  # names in one statement
_CHANGE = update(expected_returns).where(expected_returns.c.place == bindparam("at"))
_ADD_RETURNS, _ADD_CODES, _ADD_PARCELS = insert(expected_returns), insert(return_codes), insert(expected_parcels)
# A parcel is done when an inspection under its number is closed, here or elsewhere; also when one of its return is,
# that came under another number (bound by hand), where the return has no other parcel.
_IS_DONE = """
    EXISTS (SELECT 1 FROM inspections AS i WHERE i.tracking_number = expected_parcels.tracking_number
        AND i.state = 'closed')
    OR EXISTS (SELECT 1 FROM parcels_elsewhere AS e WHERE e.tracking_number = expected_parcels.tracking_number
        AND e.state = 'closed')
    OR ((SELECT count(*) FROM expected_parcels AS p WHERE p.return_place = expected_parcels.return_place) = 1
        AND EXISTS (SELECT 1 FROM inspection_items AS t JOIN expected_returns AS r ON r.id = t.return_id
            WHERE r.place = expected_parcels.return_place AND t.return_id <> '' AND t.state = 'closed'))
"""
_NOTE_PARCEL = text(
    f"UPDATE expected_parcels SET inspected = ({_IS_DONE})"
    f" WHERE tracking_number = :number AND inspected <> ({_IS_DONE})"
)
_NOTE_RETURN = text(
    f"UPDATE expected_parcels SET inspected = ({_IS_DONE}) WHERE inspected <> ({_IS_DONE}) AND return_place IN"
    " (SELECT place FROM expected_returns WHERE id IN (SELECT value FROM json_each(:returns)))"
)
_RETURNS_DONE = text(
    "SELECT DISTINCT r.place FROM json_each(:places) AS p JOIN expected_returns AS r ON r.place = p.value"
    " JOIN inspection_items AS t ON t.return_id = r.id AND t.return_id <> '' AND t.state = 'closed'"
)


@dataclass(frozen=True)
class ReturnRows:
    """An expected return as it is stored: its row, the (kind, code) that lead to it, its parcels, and what it says."""

    row: dict[str, Any]
    codes: list[tuple[str, str]]
    parcels: list[dict[str, Any]]
    due: int
    expected: ExpectedReturn


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
    parcel = {"refund_due": expected.refund_due, "category": expected.lines[0].category, "units": expected.units}
    numbers = {search_form(number): None for number in expected.tracking_numbers}
    return ReturnRows(
        row,
        sorted({pair for pair in codes_of_return(expected) if pair[1]}),
        [{"tracking_number": number, **parcel} for number in numbers if number],
        _minute(expected.refund_due),
        expected,
    )


def _minute(moment: str) -> int:
    """Minutes since 1970 of an ISO time; 0 for none."""
    try:
        return int(datetime.fromisoformat(moment).timestamp()) // 60 if moment else 0
    except (ValueError, OverflowError):
        return 0


def codes_of_return(expected: ExpectedReturn) -> Iterable[tuple[str, str]]:
    """Each (kind, code in search form) by which a return is found."""
    yield "order", search_form(expected.order_number)
    yield "return", search_form(expected.return_number)
    yield "phone", search_form(expected.buyer_phone_tail)
    for number in expected.tracking_numbers:
        form = search_form(number)
        yield "tracking", form
        yield "ending", form[::-1]
    for line in expected.lines:
        yield "sku", search_form(line.sku)
        for gtin in line.gtins:
            yield "gtin", gtin14(search_form(gtin))
        for serial in line.serial_numbers:
            yield "serial", search_form(serial)


def keep_returns(connection: Connection, returns: Mapping[str, ReturnRows | None]) -> list[str]:
    """Put these expected returns, by id, in the place of what was known of them; None takes one away.

    One that says what is known already is passed over. Returns the ids of those that are new, changed or gone.
    """
    known: dict[str, tuple[int, str]] = {}
    ids = list(returns)
    for start in range(0, len(ids), _BATCH):
        part = expected_returns.c.id.in_(ids[start : start + _BATCH])
        wanted = select(expected_returns.c.id, expected_returns.c.place, expected_returns.c.body).where(part)
        known.update({row.id: (row.place, row.body) for row in connection.execute(wanted)})
    fresh: list[tuple[int, ReturnRows]] = []
    changed: list[tuple[int, ReturnRows]] = []
    gone: list[int] = []
    touched: list[str] = []
    place = int(connection.scalar(select(func.max(expected_returns.c.place))) or 0)
    for item_id, rows in returns.items():
        at, body = known.get(item_id, (0, ""))
        if rows is None:
            if not at:
                continue
            gone.append(at)
        elif not at:
            place += 1
            fresh.append((place, rows))
        elif rows.row["body"] == body:
            continue
        else:
            changed.append((at, rows))
        touched.append(item_id)
    _forget(connection, [*gone, *(at for at, _rows in changed)])
    for start in range(0, len(gone), _BATCH):
        connection.execute(delete(expected_returns).where(expected_returns.c.place.in_(gone[start : start + _BATCH])))
    if fresh:
        connection.execute(_ADD_RETURNS, [{"place": at, **rows.row} for at, rows in fresh])
    if changed:
        connection.execute(_CHANGE, [{"at": at, **rows.row} for at, rows in changed])
    _lead_to(connection, [*fresh, *changed])
    return touched


def _forget(connection: Connection, places: Sequence[int]) -> None:
    for start in range(0, len(places), _BATCH):
        part = places[start : start + _BATCH]
        connection.execute(delete(return_codes).where(return_codes.c.return_place.in_(part)))
        connection.execute(delete(expected_parcels).where(expected_parcels.c.return_place.in_(part)))


def _lead_to(connection: Connection, kept: Sequence[tuple[int, ReturnRows]]) -> None:
    """The codes and parcels of these returns, in the order of their trees."""
    codes = sorted((kind, code, rows.due, at) for at, rows in kept for kind, code in rows.codes)
    if codes:
        names = ("kind", "code", "due", "return_place")
        connection.execute(_ADD_CODES, [dict(zip(names, code, strict=True)) for code in codes])
    parcels = [{**parcel, "return_place": at} for at, rows in kept for parcel in rows.parcels]
    done = _done(connection, sorted({parcel["tracking_number"] for parcel in parcels}))
    single = [at for at, rows in kept if len(rows.parcels) == 1]
    bound = set(connection.scalars(_RETURNS_DONE, {"places": json.dumps(single)}))
    for parcel in parcels:
        parcel["inspected"] = parcel["tracking_number"] in done or parcel["return_place"] in bound
    if parcels:
        connection.execute(_ADD_PARCELS, sorted(parcels, key=lambda parcel: str(parcel["tracking_number"])))


def _done(connection: Connection, numbers: Sequence[str]) -> set[str]:
    """Those of the parcels of which an inspection is closed."""
    found: set[str] = set()
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        for known in (inspections.c, parcels_elsewhere.c):
            closed = select(known.tracking_number).where(known.tracking_number.in_(part), known.state == "closed")
            found.update(connection.scalars(closed))
    return found


def note_inspected(connection: Connection, tracking_number: str, return_ids: Sequence[str]) -> None:
    """Take a parcel and the returns it is of off the queue when its inspection is closed, or put them back."""
    number = search_form(tracking_number)
    if number:
        connection.execute(_NOTE_PARCEL, {"number": number})
    if return_ids:
        connection.execute(_NOTE_RETURN, {"returns": json.dumps(list(return_ids))})
