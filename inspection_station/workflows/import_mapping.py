"""The mapping file of an import: which of our fields stands where in another system's file, and in which words.

A mapping names, for each of our fields, a column (CSV, XLSX) or a path (JSON), or a value that is the same for all.
Without a mapping a file has our own names in its heading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from inspection_station.data_files import DataFile
from inspection_station.domain.data_checks import flag_at, mapping_at, only_known, text_or, texts_at
from inspection_station.domain.lists import TradeLists
from inspection_station.errors import N_
from inspection_station.workflows.table_files import LIST_SEPARATOR, CellFault, Row, heading_name

RETURN_FIELDS = (
    "return_number", "order_number", "kind", "platform", "shop", "client", "tracking_numbers", "carrier",
    "buyer_masked", "buyer_phone_tail", "reason", "reason_text", "delivered_on", "return_window_days", "refund_due",
    "policy_flags", "outbound_grams",
)  # fmt: skip
LINE_FIELDS = (
    "line", "sku", "gtin", "name_zh", "name_en", "variant", "quantity", "category", "unit_price", "unit_price_minor",
    "currency", "vendor", "vendor_name", "serial_numbers", "accessories", "picture",
)  # fmt: skip
NEEDED_FIELDS = ("return_number", "tracking_numbers", "sku", "name_zh", "quantity", "category")
LISTS_OF_FIELDS = {"kind": "return_kinds", "reason": "reasons", "category": "categories"}
LISTED_FIELDS = ("tracking_numbers", "policy_flags", "gtin", "serial_numbers", "accessories")
DATE_FIELDS = ("delivered_on", "refund_due")
PRICE_FIELDS = ("unit_price", "unit_price_minor")
_FIELD_KEYS = {"column", "value", "values", "otherwise", "separator", "formats", "optional", "last"}
_KEYS = {"version", "fields", "sheet", "heading_line", "records", "lines", "time_zone"}
_SAMPLE = datetime(2026, 11, 21, 14, 42, 33, tzinfo=UTC)


@dataclass(frozen=True)
class FieldSource:
    """Where one field comes from, and how its text becomes ours.

    Attributes:
        column: heading or path; empty when `value` is the same for every row.
        values: their words to our codes; `otherwise` stands for every other word, empty when that is a fault.
        separator: between the parts of a list.
        formats: of dates, as in ``datetime.strptime``; ISO 8601 is read without.
        optional: the column may be missing.
        last: only so many characters at the end are taken, as of a telephone number; 0 for all.
    """

    column: str = ""
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""
    separator: str = LIST_SEPARATOR
    formats: tuple[str, ...] = ()
    optional: bool = False
    last: int = 0


@dataclass(frozen=True)
class ImportMapping:
    """A whole mapping; `records` and `lines` lead to the lists of a JSON file, `sheet` and heading are of tables.

    Times without an offset are in the `time_zone`; where that is empty they must be in UTC and say so.
    """

    fields: Mapping[str, FieldSource]
    version: str = ""
    sheet: str = ""
    heading_line: int = 1
    records: tuple[str, ...] = ()
    lines: str = ""
    time_zone: str = ""

    def needed_columns(self) -> tuple[str, ...]:
        """Headings that must be there."""
        return tuple(source.column for source in self.fields.values() if source.column and not source.optional)

    def column_of(self, name: str) -> str:
        """What the people who wrote the file call our field `name`."""
        source = self.fields.get(name)
        return source.column if source and source.column else name

    def paths(self, names: Collection[str]) -> dict[str, str]:
        """Paths of those of our fields that come from a column."""
        return {name: one.column for name, one in self.fields.items() if name in names and one.column}

    def row(self, row: Row, *, by_field: bool) -> Row:
        """The row with our fields and words; cells of `row` are by heading, or by our field when `by_field`.

        Raises:
            CellFault: a word that the mapping does not know, a date that is none; its column is our field.
        """
        cells = {}
        for name, heading, source, plain in self._plan:
            text = source.value if not source.column else row.cells.get(name if by_field else heading, "")
            cells[name] = text if plain or not text else self._read(name, source, text)
        return Row(row.line, cells, row.number)

    @cached_property
    def _plan(self) -> list[tuple[str, str, FieldSource, bool]]:
        """Each field with the form of its heading, and whether its text is taken as it is."""
        plan = []
        for name, source in self.fields.items():
            splits = name in LISTED_FIELDS and source.separator != LIST_SEPARATOR
            dates = name in DATE_FIELDS and bool(source.formats or self.time_zone)
            plain = not (source.values or source.last or splits or dates)
            plan.append((name, heading_name(source.column), source, plain))
        return plan

    def _read(self, name: str, source: FieldSource, text: str) -> str:
        if name in LISTED_FIELDS:
            return LIST_SEPARATOR.join(_word(name, source, part) for part in _parts(name, source, text))
        if source.last:
            text = text[-source.last :]
        if name in DATE_FIELDS and source.column:
            return self._date(name, source, text)
        return _word(name, source, text)

    def _date(self, name: str, source: FieldSource, text: str) -> str:
        found = _moment(source, text)
        if found is None:
            if not source.formats:
                return text  # the field says what would be right
            raise CellFault(name, N_("must be a date like {formats}"), formats=" | ".join(source.formats))
        if name == "delivered_on":
            return found.date().isoformat()
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(self.time_zone or "UTC"))
        try:
            return found.astimezone(UTC).isoformat()
        except (OverflowError, ValueError):
            raise CellFault(name, N_("must be a date like {formats}"), formats="2026-11-21") from None


def _moment(source: FieldSource, text: str) -> datetime | None:
    for form in source.formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 the mapping's zone is put in where it has none
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text) if len(text) <= 40 else None
    except ValueError:
        return None


def _parts(name: str, source: FieldSource, text: str) -> list[str]:
    parts = [part.strip() for part in text.split(source.separator)]
    if source.separator != LIST_SEPARATOR and any(LIST_SEPARATOR in part for part in parts):
        raise CellFault(name, N_("holds a |, which separates things here"))
    return [part for part in parts if part]


def _word(name: str, source: FieldSource, text: str) -> str:
    if not source.values:
        return text
    found = source.values.get(heading_name(text), source.otherwise)
    if not found and text in source.values.values():
        return text  # our own code
    if not found:
        raise CellFault(name, N_("“{word}” is not among the values of the mapping"), word=text[:40])
    return found


def own_mapping() -> ImportMapping:
    """The mapping of a file that has our own names: one of the two prices, and a JSON file with ``lines``."""
    fields = {name: FieldSource(name, optional=name not in NEEDED_FIELDS) for name in (*RETURN_FIELDS, *LINE_FIELDS)}
    return ImportMapping(fields, lines="lines")


def parse_mapping(file: DataFile, lists: TradeLists) -> ImportMapping:
    """Read a mapping from a data file; raises DataFileProblem with file, line and key."""
    data = file.data
    only_known(file, (), data, _KEYS)
    given = mapping_at(file, ("fields",), data.get("fields"))
    only_known(file, ("fields",), given, {*RETURN_FIELDS, *LINE_FIELDS})
    for name in NEEDED_FIELDS:
        if name not in given:
            raise file.fault(("fields", name), N_("is missing; an import cannot do without it"))
    if len([name for name in PRICE_FIELDS if name in given]) != 1:
        told = N_("name unit_price (599.00) or unit_price_minor (59900), one of them")
        raise file.fault(("fields", "unit_price"), told)
    fields = {name: _field(file, name, value, lists) for name, value in given.items()}
    if fields.get("refund_due", FieldSource()).column and "time_zone" not in data:
        raise file.fault(("time_zone",), N_("is missing; the times of refund_due need it"))
    zone = text_or(file, (), data, "time_zone", "")
    try:
        ZoneInfo(zone or "UTC")
    except Exception:  # an unknown name fails in half a dozen ways, by system
        raise file.fault(("time_zone",), N_("must be a time zone like Asia/Shanghai")) from None
    heading_line = data.get("heading_line", 1)
    if not isinstance(heading_line, int) or isinstance(heading_line, bool) or not 1 <= heading_line <= 100:
        raise file.fault(("heading_line",), N_("must be a whole number from {least} to {most}"), least=1, most=100)
    return ImportMapping(
        fields,
        version=text_or(file, (), data, "version", ""),
        sheet=text_or(file, (), data, "sheet", ""),
        heading_line=heading_line,
        records=tuple(part for part in text_or(file, (), data, "records", "").split(".") if part),
        lines=text_or(file, (), data, "lines", ""),
        time_zone=zone,
    )


def _field(file: DataFile, name: str, given: Any, lists: TradeLists) -> FieldSource:
    path = ("fields", name)
    if isinstance(given, str):
        given = {"column": given}
    owner = mapping_at(file, path, given)
    only_known(file, path, owner, _FIELD_KEYS)
    if ("column" in owner) == ("value" in owner):
        raise file.fault(path, N_("must have either a column or a value"))
    value = text_or(file, path, owner, "value", "")
    otherwise = text_or(file, path, owner, "otherwise", "")
    values = _values(file, name, owner)
    known = lists.words[LISTS_OF_FIELDS[name]] if name in LISTS_OF_FIELDS else None
    for key, code in (("value", value), ("otherwise", otherwise), *((("values"), code) for code in values.values())):
        if known is not None and code and code not in known:
            raise file.fault((*path, key), N_("must be one of: {known}"), known=", ".join(sorted(known)))
    formats = texts_at(file, path, owner, "formats")
    if formats and name not in DATE_FIELDS:
        raise file.fault((*path, "formats"), N_("only dates have formats"))
    for index, form in enumerate(formats):
        try:
            datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 only tried
        except ValueError:
            raise file.fault((*path, "formats", index), N_("is not a format like %Y-%m-%d %H:%M:%S")) from None
    last = owner.get("last", 0)
    if not isinstance(last, int) or isinstance(last, bool) or not 0 <= last <= 64:
        raise file.fault((*path, "last"), N_("must be a whole number from {least} to {most}"), least=0, most=64)
    return FieldSource(
        column=text_or(file, path, owner, "column", ""),
        value=value,
        values=values,
        otherwise=otherwise,
        separator=_separator(file, name, owner),
        formats=formats,
        optional=flag_at(file, path, owner, "optional"),
        last=last,
    )


def _values(file: DataFile, name: str, owner: Mapping[str, Any]) -> dict[str, str]:
    if "values" not in owner:
        return {}
    path = ("fields", name, "values")
    given: Mapping[Any, Any] = mapping_at(file, path, owner["values"])  # YAML's keys may be numbers
    found = {}
    for word, code in given.items():
        if not isinstance(word, str) or not isinstance(code, str) or not code.strip():
            raise file.fault((*path, str(word)), N_("must be a word and our code for it; put both in quotes"))
        found[heading_name(word)] = code
    return found


def _separator(file: DataFile, name: str, owner: Mapping[str, Any]) -> str:
    separator: Any = owner.get("separator", LIST_SEPARATOR)
    misplaced = "separator" in owner and name not in LISTED_FIELDS
    if not isinstance(separator, str) or not 1 <= len(separator) <= 4 or misplaced:
        raise file.fault(("fields", name, "separator"), N_("must be one to four characters, and only lists have one"))
    return separator

