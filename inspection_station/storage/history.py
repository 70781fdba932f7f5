"""Finding items in the history: index ranges for what is scanned or typed, never a pattern over all rows.

A text that fits few lines is looked up in each index and the hits are sorted; one that fits many is checked while
walking from the newest line back, which then ends soon. Measured in tests/benchmarks/history_search.py.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, text

from inspection_station.domain.identifiers import parse_return_label
from inspection_station.storage.texts import prefix_range, search_form
from inspection_station.workflows.ports import HistoryFilter, InspectionSummary

_FEW = 2000  # hits up to which looking up and sorting beats walking
_SHOWN = tuple(InspectionSummary.__dataclass_fields__)
_COLUMNS = ", ".join(_SHOWN)

# One part for each thing a text can be; `{0}` takes the `+` that keeps the walk off their indexes.
_PARTS = (
    "{0}rt_number >= :text AND {0}rt_number < :text_end",
    "{0}rt_number >= :rt AND {0}rt_number < :rt_end",
    "{0}tracking_number >= :text AND {0}tracking_number < :text_end",
    "{0}tracking_reversed >= :reversed AND {0}tracking_reversed < :reversed_end",
    "{0}order_number >= :text AND {0}order_number < :text_end",
    "{0}return_number >= :text AND {0}return_number < :text_end",
    "{0}phone_tail = :text",
    "{0}product_id IN (SELECT id FROM products WHERE instr(search, :text) > 0)",
)
_LOOK_UP = " UNION ALL ".join(
    f"SELECT * FROM (SELECT id FROM inspection_items WHERE {part.format('')} LIMIT {_FEW + 1})" for part in _PARTS
)
_WALKED = " OR ".join(f"({part.format('+')})" for part in _PARTS)


def search(connection: Connection, wanted: HistoryFilter, limit: int) -> list[InspectionSummary]:
    """The lines `wanted` asks for, the newest first; none for a text that cannot be one of our numbers."""
    conditions, values = _filters(wanted)
    source = "inspection_items"
    if wanted.text.strip():
        form = search_form(wanted.text)
        if not form:
            return []
        values.update(_text_values(form))
        hits = connection.execute(text(f"SELECT DISTINCT id FROM ({_LOOK_UP}) LIMIT {_FEW + 1}"), values)
        ids = [row[0] for row in hits]
        if not ids:
            return []
        if len(ids) <= _FEW:
            conditions.append("id IN (SELECT value FROM json_each(:ids))")
            values["ids"] = json.dumps(ids)
        else:
            conditions.append(f"({_WALKED})")
            source = f"inspection_items INDEXED BY {_way(wanted)}"
    where = " AND ".join(conditions) or "1"
    statement = f"SELECT {_COLUMNS} FROM {source} WHERE {where} ORDER BY place DESC LIMIT :limit"
    rows = connection.execute(text(statement), {**values, "limit": limit})
    return [_summary(row._mapping) for row in rows]


def _way(wanted: HistoryFilter) -> str:
    """The index along which to walk from the newest back: the filter's own where one leads in that order."""
    if wanted.disputed_only:
        return "ix_items_disputed"
    if len(wanted.grades) == 1:
        return "ix_items_grade"
    return "ix_items_disposition" if len(wanted.dispositions) == 1 else "ix_items_place"


def _summary(row: Any) -> InspectionSummary:
    return InspectionSummary(**{**{name: row[name] for name in _SHOWN}, "random_check": bool(row["random_check"])})


def _filters(wanted: HistoryFilter) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if wanted.since:
        conditions.append("at >= :since")
        values["since"] = wanted.since
    for column, codes in (("grade", wanted.grades), ("disposition", wanted.dispositions)):
        if codes:
            names = [f"{column}{place}" for place in range(len(codes))]
            conditions.append(f"{column} IN ({', '.join(':' + name for name in names)})")
            values.update(zip(names, codes, strict=True))
    if wanted.disputed_only:
        conditions.append("disputed = 1")
    if wanted.unfinished_only:
        conditions.append("decided_at = '' AND inspection_id IN (SELECT id FROM inspections WHERE "
                          "state IN ('open', 'parked'))")  # fmt: skip
    return conditions, values


def _text_values(form: str) -> dict[str, str]:
    """The ends of the ranges for `form`; a scanned label's code finds its item without the issue's digits."""
    label = parse_return_label(form)
    ranges = {
        "text": form,
        "rt": label.rt_number if label else "RT-" + form.removeprefix("RT-"),
        "reversed": form[::-1],
    }
    return {
        name: end
        for key, start in ranges.items()
        for name, end in zip((key, f"{key}_end"), prefix_range(start), strict=True)
    }
