"""The demo's expected returns as the CSV file that the import reads: one row for each line item."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from inspection_station.admin.demo_returns import DEMO_DAY, demo_returns, moved
from inspection_station.locations import resources

COLUMNS = (
    "return_number", "order_number", "kind", "platform", "shop", "client", "tracking_numbers", "carrier",
    "buyer_masked", "buyer_phone_tail", "reason", "reason_text", "delivered_on", "return_window_days", "refund_due",
    "policy_flags", "outbound_grams", "line", "sku", "gtin", "name_zh", "name_en", "variant", "quantity", "category",
    "unit_price_minor", "currency", "vendor", "vendor_name", "serial_numbers", "accessories", "picture",
)  # fmt: skip
"""Columns of the import file; lists are separated by ``|``."""
FILE = "expected_returns.csv"


def flat_rows(returns: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One dict of texts for each line of each return, keys in the order of `COLUMNS`."""
    rows = []
    for expected in returns:
        for line in expected["lines"]:
            both = {**expected, **line}
            rows.append({column: _text(both[column]) for column in COLUMNS})
    return rows


def _text(value: Any) -> str:
    return "|".join(value) if isinstance(value, list) else str(value)


def shifted(rows: Iterable[Mapping[str, Any]], today: date) -> list[dict[str, Any]]:
    """The rows of the shipped list (nested or flat) as if it had been made `today`."""
    return [moved(row, today - DEMO_DAY) for row in rows]


def csv_bytes(returns: Iterable[Mapping[str, Any]]) -> bytes:
    """The file: UTF-8 with byte order mark (spreadsheets then read the Chinese), LF line ends."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat_rows(returns))
    return out.getvalue().encode("utf-8-sig")


if __name__ == "__main__":  # python -m inspection_station.admin.demo_csv [OUT]: make the shipped file again
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else resources() / "demo" / FILE
    target.write_bytes(csv_bytes(demo_returns()))
