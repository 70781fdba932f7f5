"""Expected returns from a CSV file; the same code at the bench and at the centre.

One row for each line of a return; several rows with one client and return number make one return. Nothing is
written here: the caller takes all of a file or, when `ReturnsImport.faults` is not empty, nothing of it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from inspection_station.domain.check_digits import is_gtin
from inspection_station.domain.identifiers import normalise
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.money import MINOR_DIGITS, Money
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.table_files import MOST_FAULTS, CellFault, Row, RowFault, rows_of

NEEDED_COLUMNS = ("return_number", "tracking_numbers", "sku", "name_zh", "quantity", "category", "unit_price_minor")
RETURN_COLUMNS = (
    "return_number", "order_number", "kind", "platform", "shop", "client", "tracking_numbers", "carrier",
    "buyer_masked", "buyer_phone_tail", "reason", "reason_text", "delivered_on", "return_window_days", "refund_due",
    "policy_flags",
)  # fmt: skip
LINE_COLUMNS = (
    "line", "sku", "gtin", "name_zh", "name_en", "variant", "quantity", "category", "unit_price_minor", "currency",
    "vendor", "vendor_name", "serial_numbers", "accessories", "picture",
)  # fmt: skip
MOST_LINES = 500  # of one return

_NAMESPACE = uuid.UUID("6a0c6a3e-2f0f-5d63-9a6d-3b1f7e0d4c11")
_FLAG = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True)
class ReturnsImport:
    """What a file holds: whole returns, the faults that keep it from being taken, and how many rows it has."""

    returns: tuple[ExpectedReturn, ...]
    faults: tuple[RowFault, ...]
    rows: int


def return_id(client: str, return_number: str) -> str:
    """The id of a return: always the same for one client's return number, so that importing again changes it."""
    return str(uuid.uuid5(_NAMESPACE, f"{client}\n{return_number}"))


def read_returns(
    data: bytes, lists: TradeLists, progress: Callable[[int, int], None] = lambda done, total: None
) -> ReturnsImport:
    """Read the expected returns in the CSV file `data`; see `table_files.rows_of` for its form.

    Raises:
        StationProblem: ``import.too_large`` or ``import.encoding``: the file cannot be read as a whole.
    """
    faults: list[RowFault] = []
    heads: dict[str, tuple[Row, ExpectedReturn]] = {}
    lines: dict[str, dict[int, ReturnLine]] = {}
    count = 0
    for row in rows_of(data, NEEDED_COLUMNS, faults, progress):
        count += 1
        try:
            _take(row, lists, heads, lines)
        except CellFault as fault:
            faults.append(RowFault(row.line, fault.column, fault.fault, fault.values))
            if len(faults) >= MOST_FAULTS:
                break
    found = []
    for key, (_row, head) in heads.items():
        if lines[key]:
            found.append(_with_lines(head, tuple(lines[key][number] for number in sorted(lines[key]))))
    return ReturnsImport(tuple(found), tuple(faults), count)


def _take(
    row: Row,
    lists: TradeLists,
    heads: dict[str, tuple[Row, ExpectedReturn]],
    lines: dict[str, dict[int, ReturnLine]],
) -> None:
    head = _head(row, lists)
    first = heads.get(head.id)
    if first is None:
        heads[head.id] = (row, head)
        lines[head.id] = {}
    elif first[1] != head:
        column = next((name for name in RETURN_COLUMNS if first[0].cells.get(name) != row.cells.get(name)), "-")
        raise CellFault(column, N_("differs from line {line} of the same return"), line=first[0].line)
    mine = lines[head.id]
    line = _line(row, lists, len(mine) + 1)
    if line.line in mine:
        raise CellFault("line", N_("this line number of the return stands twice"))
    if len(mine) >= MOST_LINES:
        raise CellFault("line", N_("a return has at most {most} lines"), most=MOST_LINES)
    mine[line.line] = line


def _with_lines(head: ExpectedReturn, lines: tuple[ReturnLine, ...]) -> ExpectedReturn:
    return replace(head, lines=lines)


def _head(row: Row, lists: TradeLists) -> ExpectedReturn:
    client, number = row.text("client", longest=64), row.text("return_number", longest=64, needed=True)
    tail = row.text("buyer_phone_tail", longest=64)
    if not re.fullmatch(r"[0-9]{0,4}", tail):
        raise CellFault("buyer_phone_tail", N_("must be at most the last four digits"))
    flags = row.listed("policy_flags")
    if not all(_FLAG.fullmatch(flag) for flag in flags):
        raise CellFault("policy_flags", N_("must be codes like high_value, separated by |"))
    return ExpectedReturn(
        id=return_id(client, number),
        return_number=number,
        order_number=row.text("order_number", longest=64),
        kind=row.one_of("kind", lists.words["return_kinds"], "return"),
        platform=row.text("platform", longest=64),
        shop=row.text("shop", longest=100),
        client=client,
        tracking_numbers=_tracking_numbers(row),
        carrier=row.text("carrier", longest=32),
        buyer_masked=row.text("buyer_masked", longest=64),
        buyer_phone_tail=tail,
        reason=row.one_of("reason", lists.words["reasons"], "other"),
        reason_text=row.text("reason_text", longest=1000),
        delivered_on=_day(row, "delivered_on"),
        return_window_days=row.whole("return_window_days", 7, 0, 3650),
        refund_due=_moment(row, "refund_due"),
        policy_flags=flags,
    )


def _tracking_numbers(row: Row) -> tuple[str, ...]:
    found = []
    for text in row.listed("tracking_numbers"):
        try:
            found.append(normalise(text))
        except StationProblem:
            raise CellFault("tracking_numbers", N_("holds a number that no scanner could read")) from None
        if len(found[-1]) > 64:
            raise CellFault("tracking_numbers", N_("is longer than {most} characters"), most=64)
    if not found:
        raise CellFault("tracking_numbers", N_("must not be empty"))
    return tuple(dict.fromkeys(found))


def _day(row: Row, column: str) -> str:
    text = row.text(column, longest=32)
    if not text:
        return ""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CellFault(column, N_("must be a day like 2026-11-21")) from None


def _moment(row: Row, column: str) -> str:
    text = row.text(column, longest=40)
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        if moment.utcoffset() != timedelta(0):
            raise ValueError
    except (ValueError, OverflowError):
        raise CellFault(column, N_("must be a time in UTC like 2026-11-21T02:42:33Z")) from None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _line(row: Row, lists: TradeLists, next_number: int) -> ReturnLine:
    gtins = row.listed("gtin")
    if not all(is_gtin(code) for code in gtins):
        raise CellFault("gtin", N_("must be a GTIN with a right check digit; several are separated by |"))
    currency = row.one_of("currency", MINOR_DIGITS, "CNY")
    name_zh = row.text("name_zh", longest=200, needed=True)
    return ReturnLine(
        line=row.whole("line", next_number, 1, 10_000),
        sku=row.text("sku", longest=64, needed=True),
        gtins=gtins,
        name_zh=name_zh,
        name_en=row.text("name_en", name_zh, 200),
        variant=row.text("variant", longest=100),
        quantity=row.whole("quantity", None, 1, 10_000),
        category=row.one_of("category", lists.words["categories"]),
        unit_price=Money(row.whole("unit_price_minor", None, 0, 10**12), currency),
        vendor=row.text("vendor", longest=64),
        vendor_name=row.text("vendor_name", longest=100),
        serial_numbers=row.listed("serial_numbers", 1000),
        accessories=row.listed("accessories"),
        picture=row.text("picture", longest=200),
    )
