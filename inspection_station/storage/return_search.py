"""Finding expected returns by any of their numbers among a million: index ranges only, never a look at every row.

Each kind of code has its own part of one tree, ordered by code and then by due time, so that of ten thousand returns
of one product the twenty due first are the first twenty entries. What is found by a part of a number is not: of more
than `_MOST_PARTS` numbers that begin or end so, the lowest are looked at.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, text

from inspection_station.domain.check_digits import gtin14
from inspection_station.storage.texts import prefix_range, search_form

SHORTEST_PART = 4  # characters from which on a number is found by its beginning or its end
LONGEST_ENDING = 12
_MOST_PARTS = 200
_MOST_NAMED = 1000  # returns that one clue may name before it is only used to tell others apart
_KINDS = ("tracking", "return", "order", "serial", "phone", "sku", "gtin")


def _each(kinds: Sequence[str], condition: str, order: str) -> str:
    return " UNION ALL ".join(
        f"SELECT * FROM (SELECT return_place, due FROM return_codes WHERE kind = '{kind}' AND "
        f"{condition.format('gtin' if kind == 'gtin' else 'code')} ORDER BY {order} LIMIT :most)"
        for kind in kinds
    )


def _bodies(found: str) -> str:
    return (
        f"SELECT r.body FROM (SELECT DISTINCT return_place, due FROM ({found}) ORDER BY due, return_place LIMIT :limit)"
        " AS f JOIN expected_returns AS r ON r.place = f.return_place ORDER BY r.refund_due, r.id"
    )


_NAMED = _each(_KINDS, "code = :{0}", "due")
_BEGINNING = _each(_KINDS, "code >= :code AND code < :code_end", "code")
_ENDING = _each(("ending",), "code >= :reversed AND code < :reversed_end", "code")
_OF_KIND = {kind: text(_bodies(_each((kind,), "code = :{0}", "due"))) for kind in _KINDS}
_BY_NAME = text(_bodies(_NAMED))
_BY_BEGINNING = text(_bodies(_BEGINNING))
_BY_ENDING = text(_bodies(_ENDING))
_PLACES_NAMED = text(f"SELECT DISTINCT return_place, due FROM ({_NAMED})")
_PLACES_IN_PART = text(f"SELECT DISTINCT return_place, due FROM ({_BEGINNING} UNION ALL {_ENDING})")
_NAMED_ALSO = text(
    "SELECT DISTINCT c.return_place FROM json_each(:places) AS p JOIN return_codes AS c ON c.return_place = p.value"
    " WHERE c.code IN (:code, :gtin) AND c.kind <> 'ending'"
)
_AT_PLACES = text("SELECT place, body FROM expected_returns WHERE place IN (SELECT value FROM json_each(:places))")
_PRODUCT = text(
    "SELECT r.body FROM (SELECT * FROM (SELECT return_place FROM return_codes WHERE kind = 'sku' AND code = :code"
    " LIMIT 1) UNION ALL SELECT * FROM (SELECT return_place FROM return_codes WHERE kind = 'gtin' AND code = :gtin"
    " LIMIT 1)) AS f JOIN expected_returns AS r ON r.place = f.return_place LIMIT 1"
)


def _values(form: str, most: int) -> dict[str, object]:
    digits = form.isascii() and form.isdigit()
    low, high = prefix_range(form)
    last, last_end = prefix_range(form[::-1])
    return {
        "code": low, "code_end": high, "gtin": gtin14(form) if digits else form, "gtin_end": high,
        "reversed": last, "reversed_end": last_end, "most": most, "limit": most,
    }  # fmt: skip


def of_parcel(connection: Connection, form: str) -> list[str]:
    """Bodies of the returns that name the tracking number `form` (search form)."""
    return list(connection.scalars(_OF_KIND["tracking"], _values(form, _MOST_NAMED)))


def of_product(connection: Connection, form: str) -> str | None:
    """Body of any one return with a line of the product (SKU or GTIN) `form`."""
    return next(iter(connection.scalars(_PRODUCT, _values(form, 1))), None)


def by_text(connection: Connection, form: str, limit: int) -> list[str]:
    """Bodies of returns that `form` names, then those with a tracking number that ends so, each due first.

    Where it names none, also those with a number that begins so.
    """
    values = _values(form, limit)
    found = list(connection.scalars(_BY_NAME, values))
    if len(form) < SHORTEST_PART:
        return found
    exact = bool(found)
    parts = {**values, "most": max(_MOST_PARTS, limit)}
    if len(found) < limit and len(form) <= LONGEST_ENDING:
        found += connection.scalars(_BY_ENDING, parts)
    if len(found) < limit and not exact:
        found += connection.scalars(_BY_BEGINNING, parts)
    return list(dict.fromkeys(found))[:limit]


def by_clues(connection: Connection, texts: Sequence[str], limit: int) -> list[str]:
    """Bodies of returns found by any of `texts`, those that most of them name first, then those due first."""
    due: dict[int, int] = {}
    named: Counter[int] = Counter()
    cut_off: list[tuple[dict[str, object], set[int]]] = []
    for form in dict.fromkeys(map(search_form, texts)):
        if not form:
            continue
        values = _values(form, _MOST_NAMED)
        rows = connection.execute(_PLACES_NAMED, values).all()
        if not rows and len(form) >= SHORTEST_PART:
            rows = connection.execute(_PLACES_IN_PART, {**values, "most": _MOST_PARTS}).all()
        elif len(rows) >= _MOST_NAMED:
            cut_off.append((values, {row.return_place for row in rows}))
        for row in rows:
            due[row.return_place] = row.due
            named[row.return_place] += 1
    for values, here in cut_off:
        others = [place for place in due if place not in here]
        if others:
            also = connection.scalars(_NAMED_ALSO, {**values, "places": json.dumps(others)})
            named.update(place for place in also if place is not None)
    first = sorted(due, key=lambda place: (-named[place], due[place], place))[:limit]
    bodies = {row.place: row.body for row in connection.execute(_AT_PLACES, {"places": json.dumps(first)})}
    return [bodies[place] for place in first if place in bodies]
