"""The cells of a row as parts of an expected return; each fault names our field and says what would be right."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, timedelta

from inspection_station.domain.check_digits import is_gtin
from inspection_station.domain.identifiers import normalise
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.money import MINOR_DIGITS, Money
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.domain.weights import HEAVIEST
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.table_files import CellFault, Row, heading_name

MOST_LINES = 500  # of one return
HIGHEST_PRICE = 10**12  # minor units

_NAMESPACE = uuid.UUID("6a0c6a3e-2f0f-5d63-9a6d-3b1f7e0d4c11")
_FLAG = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SHORTENED = re.compile(r"[+-]?\d([.,]\d+)?E\+?\d{1,3}", re.IGNORECASE | re.ASCII)


def return_id(client: str, return_number: str, shop: str = "") -> str:
    """The id of a return: always the same for one client's return number, so that importing again changes it.

    The shop counts where there is no client: two shops may give the same number.
    """
    return str(uuid.uuid5(_NAMESPACE, f"{client or shop}\n{return_number}"))


def read_key(row: Row) -> str:
    """The id of the return the row belongs to."""
    number = _number(row, "return_number")
    if not number:
        raise CellFault("return_number", N_("must not be empty"))
    return return_id(row.text("client", longest=64), number, row.text("shop", longest=100))


def _number(row: Row, column: str) -> str:
    """A number as text; a spreadsheet that took it for an amount has lost its end."""
    text = row.text(column, longest=64)
    if _SHORTENED.fullmatch(text):
        raise CellFault(column, N_("was shortened by a spreadsheet ({text}); make the column a text column"), text=text)
    return text


def _numbers(row: Row, column: str, most: int = 50) -> tuple[str, ...]:
    found = row.listed(column, most)
    for text in found:
        if _SHORTENED.fullmatch(text):
            told = N_("was shortened by a spreadsheet ({text}); make the column a text column")
            raise CellFault(column, told, text=text)
    return found


def read_head(row: Row, lists: TradeLists, key: str) -> ExpectedReturn:
    """What the row says of the return as a whole, without lines; raises CellFault."""
    tail = row.text("buyer_phone_tail", longest=64)
    if not re.fullmatch(r"[0-9]{0,4}", tail):
        raise CellFault("buyer_phone_tail", N_("must be at most the last four digits"))
    flags = tuple(dict.fromkeys(heading_name(flag) for flag in row.listed("policy_flags")))
    if not all(_FLAG.fullmatch(flag) for flag in flags):
        raise CellFault("policy_flags", N_("must be codes like high_value, separated by |"))
    return ExpectedReturn(
        id=key,
        return_number=_number(row, "return_number"),
        order_number=_number(row, "order_number"),
        kind=row.one_of("kind", lists.words["return_kinds"], "return"),
        platform=row.text("platform", longest=64),
        shop=row.text("shop", longest=100),
        client=row.text("client", longest=64),
        tracking_numbers=_tracking_numbers(row),
        carrier=row.text("carrier", longest=32),
        buyer_masked=row.text("buyer_masked", longest=64),
        buyer_phone_tail=tail.zfill(4) if tail else "",  # a spreadsheet drops the zeros in front
        reason=row.one_of("reason", lists.words["reasons"], "other"),
        reason_text=row.text("reason_text", longest=1000),
        delivered_on=_day(row, "delivered_on"),
        return_window_days=row.whole("return_window_days", 7, 0, 3650),
        refund_due=_moment(row, "refund_due"),
        policy_flags=flags,
        outbound_grams=row.whole("outbound_grams", 0, 0, HEAVIEST),
    )


def _tracking_numbers(row: Row) -> tuple[str, ...]:
    found = []
    for text in _numbers(row, "tracking_numbers"):
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
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def read_line(row: Row, lists: TradeLists, next_number: int) -> ReturnLine:
    """What the row says of its line; raises CellFault."""
    gtins = _numbers(row, "gtin")
    if not all(is_gtin(code) for code in gtins):
        raise CellFault("gtin", N_("must be a GTIN with a right check digit; several are separated by |"))
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
        unit_price=_price(row, row.one_of("currency", MINOR_DIGITS, "CNY")),
        vendor=row.text("vendor", longest=64),
        vendor_name=row.text("vendor_name", longest=100),
        serial_numbers=_numbers(row, "serial_numbers", 1000),
        accessories=row.listed("accessories"),
        picture=row.text("picture", longest=200),
    )


def _price(row: Row, currency: str) -> Money:
    """The price in minor units, or as an amount with a point; exactly one of the two stands in a row."""
    amount = row.text("unit_price", longest=40)
    if not amount:
        return Money(row.whole("unit_price_minor", None, 0, HIGHEST_PRICE), currency)
    if row.text("unit_price_minor", longest=40):
        raise CellFault("unit_price", N_("stands beside unit_price_minor; one of them must be empty"))
    try:
        price = Money.parse(amount.lstrip("¥￥ "), currency)
    except StationProblem:
        raise CellFault("unit_price", N_("must be an amount like 599.00")) from None
    if not 0 <= price.minor <= HIGHEST_PRICE:
        raise CellFault("unit_price", N_("must not be below nothing or beyond all reason"))
    return price
