"""Expected returns from other systems' files: mappings, spreadsheets, JSON, what is refused and can be corrected."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.data_files import load_yaml, read_yaml
from inspection_station.domain.money import Money
from inspection_station.errors import DataFileProblem, StationProblem
from inspection_station.i18n import translate_into
from inspection_station.locations import resources
from inspection_station.server.reference_import import shipped_lists
from inspection_station.workflows import json_files, spreadsheet_files, table_files
from inspection_station.workflows.import_mapping import ImportMapping, parse_mapping
from inspection_station.workflows.returns_import import ReturnsImport, load_mapping, read_returns, refused_as_csv

LISTS = shipped_lists()
EXAMPLE = resources() / "mappings" / "example.yaml"
OURS = {
    "return_number": "RMA-1", "tracking_numbers": "SF1", "sku": "S", "name_zh": "外套", "quantity": "1",
    "category": "apparel", "unit_price": "599.90",
}  # fmt: skip
THEIRS = {
    "退款编号": "TK001", "订单编号": "2411", "退货物流单号": "SF1,JD2", "售后类型": "拒收", "退款原因": "七天无理由",
    "买家电话": "138****0042", "签收时间": "2026/11/14 09:30", "退款截止时间": "2026-11-21 14:00:00",
    "商家编码": "YL-1", "条形码": "6901234567892", "商品名称": "羽绒服", "规格": "藏青 M", "数量": "2", "类目": "服装",
    "单价(元)": "¥1,699.00",
}  # fmt: skip


def csv_of(*rows: dict[str, Any]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def sheet_of(*rows: list[Any], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ours(*rows: dict[str, Any]) -> list[list[Any]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def mapping(text: str) -> ImportMapping:
    return parse_mapping(read_yaml(text, "m.yaml"), LISTS)


def told(result: ReturnsImport) -> list[tuple[int, str, str]]:
    return [(f.line, f.column, translate_into("en", f.fault, **f.values)) for f in result.faults]


# --- mappings


def test_another_systems_file_is_read_by_its_mapping() -> None:
    result = read_returns(csv_of(THEIRS), LISTS, mapping=load_mapping(EXAMPLE, LISTS))
    assert told(result) == []
    (one,) = result.returns
    assert (one.return_number, one.client) == ("TK001", "衣上")
    assert (one.kind, one.reason) == ("refused_delivery", "no_reason_7d")
    assert (one.tracking_numbers, one.buyer_phone_tail) == (("SF1", "JD2"), "0042")
    assert (one.delivered_on, one.refund_due) == ("2026-11-14", "2026-11-21T06:00:00.000Z")
    assert (one.lines[0].unit_price, one.lines[0].category) == (Money(169900), "apparel")


@pytest.mark.parametrize(("word", "kind"), [("仅退货", "return"), ("换货", "exchange"), ("维修", "repair")])
def test_every_kind_of_the_trade_comes_in(word: str, kind: str) -> None:
    result = read_returns(csv_of({**THEIRS, "售后类型": word}), LISTS, mapping=load_mapping(EXAMPLE, LISTS))
    assert result.returns[0].kind == kind


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"售后类型": "以旧换新"}, "售后类型", "is not among the values"),
        ({"单价(元)": "599,00"}, "单价(元)", "amount like 599.00"),
        ({"单价(元)": "-1"}, "单价(元)", "below nothing"),
        ({"签收时间": "14.11.2026"}, "签收时间", "a date like %Y-%m-%d"),
        ({"退货物流单号": "SF1|JD2"}, "退货物流单号", "holds a |"),
        ({"退款编号": ""}, "退款编号", "must not be empty"),
        ({"订单编号": "2.41112E+17"}, "订单编号", "shortened by a spreadsheet"),
    ],
)
def test_a_fault_names_their_column(changes: dict[str, str], column: str, words: str) -> None:
    result = read_returns(csv_of(THEIRS, {**THEIRS, "退款编号": "TK2", **changes}), LISTS,
                          mapping=load_mapping(EXAMPLE, LISTS))  # fmt: skip
    ((line, found, fault),) = told(result)
    assert (line, found, len(result.returns)) == (3, column, 1)
    assert words in fault


MINIMAL = """
fields:
  return_number: a
  tracking_numbers: b
  sku: c
  name_zh: d
  quantity: {value: "1"}
  category: {value: general}
  unit_price_minor: e
"""


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("fields: []\n", "fields", 1),
        ("field: {}\n", "field", 1),
        (MINIMAL + "  colour: x\n", "fields.colour", 10),
        (MINIMAL.replace("  sku: c\n", ""), "fields.sku", 2),
        (MINIMAL + "  unit_price: f\n", "fields.unit_price", 10),
        (MINIMAL + "  reason: {column: r, values: {x: becaus}}\n", "fields.reason.values", 10),
        (MINIMAL + "  reason: {column: r, otherwise: becaus}\n", "fields.reason.otherwise", 10),
        (MINIMAL + "  kind: {value: swap}\n", "fields.kind.value", 10),
        (MINIMAL + "  kind: {value: return, column: x}\n", "fields.kind", 10),
        (MINIMAL + "  kind: 3\n", "fields.kind", 10),
        (MINIMAL + "  reason: {column: r, values: {1: other}}\n", "fields.reason.values.1", 10),
        (MINIMAL + '  delivered_on: {column: x, formats: ["%Q"]}\n', "fields.delivered_on.formats.0", 10),
        (MINIMAL + '  variant: {column: x, formats: ["%Y"]}\n', "fields.variant.formats", 10),
        (MINIMAL + '  variant: {column: x, separator: ","}\n', "fields.variant.separator", 10),
        (MINIMAL + "  gtin: {column: x, separator: 3}\n", "fields.gtin.separator", 10),
        (MINIMAL + "  variant: {column: x, last: -1}\n", "fields.variant.last", 10),
        (MINIMAL + "  refund_due: x\n", "time_zone", None),
        (MINIMAL + "time_zone: Mars/Olympus\n", "time_zone", 10),
        (MINIMAL + "time_zone: ../../etc/passwd\n", "time_zone", 10),
        (MINIMAL + "heading_line: 0\n", "heading_line", 10),
    ],
)
def test_a_fault_in_a_mapping_names_file_line_and_key(text: str, key: str, line: int | None) -> None:
    with pytest.raises(DataFileProblem) as refused:
        mapping(text)
    assert (refused.value.file, refused.value.key) == ("m.yaml", key)
    assert line is None or refused.value.line == line


def test_the_shipped_example_is_right_and_columns_that_are_missing_are_named() -> None:
    assert parse_mapping(load_yaml(EXAMPLE), LISTS).version == "1"
    result = read_returns("退款编号,数量\nTK1,2\n".encode(), LISTS, mapping=load_mapping(EXAMPLE, LISTS))
    assert result.unusable and {column for _line, column, _fault in told(result)} >= {"退货物流单号", "商家编码"}
    assert "订单编号" not in str(told(result)), "it is optional"


# --- spreadsheets


def test_a_sheet_says_the_same_as_the_table() -> None:
    row = {**OURS, "delivered_on": dt.date(2026, 11, 14), "quantity": 2, "unit_price": 599.9, "buyer_phone_tail": 42}
    other = {**row, "return_number": 7, "tracking_numbers": 73_123_456_789_012}
    result = read_returns(sheet_of(*ours(row, other)), LISTS)
    assert told(result) == []
    first, second = result.returns
    assert (first.delivered_on, first.lines[0].unit_price) == ("2026-11-14", Money(59990))
    assert first.buyer_phone_tail == "0042", "a sheet drops the zeros in front"
    assert (second.return_number, second.tracking_numbers) == ("7", ("73123456789012",))


def test_a_title_above_the_heading_and_the_name_of_the_sheet_are_told_by_the_mapping() -> None:
    text = MINIMAL + "sheet: 退货\nheading_line: 3\n"
    data = sheet_of(["十一月退货"], [], ["a", "b", "c", "d", "e"], ["R1", "SF1", "S", "外套", 100], title="退货")
    result = read_returns(data, LISTS, mapping=mapping(text))
    assert [one.return_number for one in result.returns] == ["R1"]
    with pytest.raises(StationProblem, match=r"import\.no_sheet"):
        read_returns(sheet_of(["a"]), LISTS, mapping=mapping(text))


def test_formulas_stay_text_and_numbers_that_lost_their_end_are_refused() -> None:
    rows = ours(
        {**OURS, "name_zh": "=1+1"},
        {**OURS, "return_number": "R2", "unit_price": "=WEBSERVICE(\"http://x\")"},
        {**OURS, "return_number": "R3", "tracking_numbers": 1.23456789012345e17},
        {**OURS, "return_number": 4.11e18},
        {**OURS, "return_number": "R5", "name_zh": True},
    )  # fmt: skip
    result = read_returns(sheet_of(*rows), LISTS)
    assert [one.lines[0].name_zh for one in result.returns] == ["=1+1", "true"]
    assert [(line, column) for line, column, _ in told(result)] == [
        (3, "unit_price"), (4, "tracking_numbers"), (5, "return_number")
    ]  # fmt: skip


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A right sheet of which one part says `content`."""
    with zipfile.ZipFile(io.BytesIO(sheet_of(*ours(OURS)))) as right:
        return archive({**{one: right.read(one) for one in right.namelist()}, name: content})


SHEET = "xl/worksheets/sheet1.xml"
OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 no archive", "import.xlsx_broken"),
        (archive({"a.txt": b"x"}), "import.xlsx_broken"),
        (sheet_of(*ours(OURS))[:-200], "import.xlsx_broken"),
        (archive({"xl/a.xml": b"<a>" + bytes(40_000_000) + b"</a>"}), "import.too_large"),
        (archive({f"xl/{n}.xml": b"<a/>" for n in range(2001)}), "import.too_large"),
        (with_part(SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]>' + OPEN + CLOSE), "import.xlsx_broken"),
        (with_part("xl/workbook.xml", b"<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"),
         "import.xlsx_broken"),
        (with_part(SHEET, OPEN + b"<!-- </row> -->" + CLOSE), "import.xlsx_broken"),
        (with_part(SHEET, (OPEN + CLOSE).decode().encode("utf-16")), "import.xlsx_broken"),
        (with_part(SHEET, b'<?xml version="1.0" encoding="cp037"?>' + OPEN + CLOSE), "import.xlsx_broken"),
        (with_part(SHEET, b""), "import.xlsx_broken"),
        (with_part(SHEET, OPEN + b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>' + CLOSE), "import.xlsx_broken"),
        (with_part(SHEET, OPEN + b'<row r="999999999999"><c><v>1</v></c></row>' + CLOSE), "import.too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "import.old_excel"),
    ],
)  # fmt: skip
def test_a_hostile_spreadsheet_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(StationProblem) as refused:
        read_returns(data, LISTS)
    assert refused.value.code == code
    str(refused.value)


def test_a_row_of_a_sheet_that_never_ends_is_refused_before_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet_files, "LONGEST_ROW", 1 << 20)
    monkeypatch.setattr(spreadsheet_files, "LARGEST_RATIO", 100_000)
    data = with_part(SHEET, OPEN + b'<row r="1">' + b"<c><v>1</v></c>" * 300_000 + b"</row>" + CLOSE)
    with pytest.raises(StationProblem, match=r"import\.too_large"):
        read_returns(data, LISTS)


def test_what_a_sheet_claims_to_hold_is_not_believed() -> None:
    with zipfile.ZipFile(io.BytesIO(sheet_of(*ours(OURS)))) as right:
        sheet = right.read(SHEET)
    start = sheet.index(b'<dimension ref="') + len(b'<dimension ref="')
    claimed = sheet[:start] + b"A1:XFD1048576" + sheet[sheet.index(b'"', start) :]
    assert len(read_returns(with_part(SHEET, claimed), LISTS).returns) == 1


def test_too_many_columns_are_a_fault_of_the_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MOST_COLUMNS", 3)
    for data in (csv_of(OURS), sheet_of(*ours(OURS))):
        result = read_returns(data, LISTS)
        assert result.unusable and told(result) == [(1, "-", "the heading has more than 3 columns")]


# --- JSON


RECORD = {
    "no": "R1", "buyer": {"phone": "13800000042"}, "waybills": ["SF1", "JD2"], "items": [
        {"no": "S1", "title": "外套", "n": 2, "price": 599.9}, {"no": "S2", "title": "裤子", "n": 1, "price": 100},
    ],
}  # fmt: skip
BY_PATH = """
lines: items
fields:
  return_number: "no"
  tracking_numbers: waybills
  buyer_phone_tail: {column: buyer.phone, last: 4}
  sku: "no"
  name_zh: title
  quantity: n
  category: {value: apparel}
  unit_price: price
"""


@pytest.mark.parametrize(
    ("text", "records"),
    [
        (json.dumps([RECORD, {**RECORD, "no": "R2"}], indent=1), ""),
        (json.dumps({"a": {"x": [1, "]"]}, "data": {"z": {}, "refunds": [RECORD, {**RECORD, "no": "R2"}]}, "b": 1}),
         "records: data.refunds\n"),
        (json.dumps(RECORD) + "\n" + json.dumps({**RECORD, "no": "R2"}) + "\n", ""),
    ],
)  # fmt: skip
def test_records_are_read_from_a_list_inside_an_object_or_line_by_line(
    text: str, records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in (1 << 18, 7):
        monkeypatch.setattr(json_files, "_BLOCK", block)
        result = read_returns(text.encode(), LISTS, mapping=mapping(records + BY_PATH))
        assert told(result) == []
        assert [one.return_number for one in result.returns] == ["R1", "R2"]
        (first, second) = result.returns[0].lines
        assert (result.rows, first.sku, first.unit_price, second.quantity) == (4, "S1", Money(59990), 1)
        assert (result.returns[0].tracking_numbers, result.returns[0].buyer_phone_tail) == (("SF1", "JD2"), "0042")


def test_a_file_with_our_own_names_needs_no_mapping() -> None:
    record = {"return_number": "R1", "tracking_numbers": ["SF1"], "lines": [
        {"sku": "S", "name_zh": "外套", "quantity": 1, "category": "apparel", "unit_price_minor": 59900}
    ]}  # fmt: skip
    result = read_returns(json.dumps([record]).encode(), LISTS)
    assert (told(result), result.returns[0].lines[0].unit_price) == ([], Money(59900))


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"no": {"a": 1}}, "no", "cannot be shown"),
        ({"no": None}, "no", "must not be empty"),
        ({"waybills": [["SF1"]]}, "waybills", "cannot be shown"),
        ({"waybills": ["SF1|SF2"]}, "waybills", "cannot be shown"),
        ({"no": "a\ud800b"}, "no", "cannot be shown"),
        ({"no": "a\x00b"}, "no", "cannot be shown"),
        ({"items": []}, "no", "must not be empty"),
        ({"items": [7]}, "no", "must not be empty"),
    ],
)
def test_wrong_types_are_faults_of_their_cell(changes: dict[str, Any], column: str, words: str) -> None:
    text = json.dumps([RECORD, {**RECORD, "no": "R2", **changes}], indent=1)
    result = read_returns(text.encode(), LISTS, mapping=mapping(BY_PATH))
    assert [one.return_number for one in result.returns][:1] == ["R1"]
    if "items" not in changes:
        assert told(result)[0][1] == column and words in told(result)[0][2]
        assert told(result)[0][0] == text[: text.index("{", 5 + text.index("S2"))].count("\n") + 1
    else:
        assert result.faults


@pytest.mark.parametrize(
    "text",
    ["[", "[1", '[{"a":1}', '[{"a":1},]', '{"lines": [}', "[NaN]", '[{"a":1}] x', "[" * 200_000, '{"a":1}{', "{,}"],
)
def test_json_that_is_cut_off_or_none_gives_nothing(text: str) -> None:
    result = read_returns(text.encode(), LISTS)
    assert result.unusable and result.returns == () and result.faults


def test_a_record_larger_than_any_return_is_not_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "LARGEST_RECORD", 1000)
    monkeypatch.setattr(json_files, "_BLOCK", 100)
    assert read_returns(b'[{"a": "' + b"x" * 5000 + b'"}]', LISTS).unusable


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
                    max_leaves=12))  # fmt: skip
def test_any_json_is_read_or_told(value: Any) -> None:
    result = read_returns(json.dumps([value, {**RECORD}]).encode(), LISTS, mapping=mapping(BY_PATH))
    assert [one.return_number for one in result.returns] == ["R1"] and result.faults


# --- what can be corrected


def test_the_bad_rows_come_back_as_a_table_that_can_be_corrected_and_imported() -> None:
    rows = [{**THEIRS, "退款编号": f"TK{n}"} for n in range(4)]
    rows[1]["数量"] = "=cmd|' /C calc'!A0"
    rows[3] |= {"退款编号": "TK0", "退款原因": "不想要了"}
    data, chosen = csv_of(*rows), load_mapping(EXAMPLE, LISTS)
    result = read_returns(data, LISTS, mapping=chosen)
    assert ([one.return_number for one in result.returns], result.bad_rows) == (["TK2"], 3)
    written = refused_as_csv(data, chosen, result.faults)
    back = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert [row["退款编号"] for row in back] == ["TK0", "TK1", "TK0"]
    assert [row["error_line"] for row in back] == ["2", "3", "5"]
    assert back[1]["数量"] == "'=cmd|' /C calc'!A0", "no spreadsheet runs it"
    assert back[2]["error_column"] == "退款原因"
    assert not any(line.split(",")[0][:1] in "=+-@" for line in written.decode("utf-8-sig").splitlines())
    corrected = written.decode("utf-8-sig").replace("'=cmd|' /C calc'!A0", "1").replace("不想要了", "七天无理由")
    again = read_returns(corrected.encode(), LISTS, mapping=chosen)
    assert {column for _line, column, _fault in told(again)} == set(), told(again)
    assert [one.return_number for one in again.returns] == ["TK0", "TK1"]


def test_bad_rows_of_a_json_file_come_back_with_our_own_names_and_need_no_mapping() -> None:
    wrong = {**RECORD, "no": "R2", "items": [{**RECORD["items"][0], "n": "many"}]}  # type: ignore[index]
    data, chosen = json.dumps([RECORD, wrong]).encode(), mapping(BY_PATH)
    written = refused_as_csv(data, chosen, read_returns(data, LISTS, mapping=chosen).faults).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(written))
    assert (row["return_number"], row["buyer_phone_tail"], row["category"]) == ("R2", "0042", "apparel")
    again = read_returns(written.replace("many", "2").encode(), LISTS)
    assert (told(again), [one.return_number for one in again.returns]) == ([], ["R2"])


def test_a_file_with_nothing_but_faults_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from inspection_station.workflows import returns_import

    monkeypatch.setattr(returns_import, "MOST_FAULTS", 20)
    rows = [{**OURS, "return_number": f"R{n}", "quantity": "x" if n else "1"} for n in range(100)]
    result = read_returns(csv_of(*rows), LISTS)
    assert result.unusable and result.returns == () and result.rows < 30


def test_rows_of_one_return_need_not_stand_together(tmp_path: Path) -> None:
    rows = [{**OURS, "return_number": f"R{n % 3}", "sku": f"S{n}"} for n in range(9)]
    path = tmp_path / "returns.csv"
    path.write_bytes(csv_of(*rows))
    assert [[line.sku for line in one.lines] for one in read_returns(path, LISTS).returns] == [
        ["S0", "S3", "S6"], ["S1", "S4", "S7"], ["S2", "S5", "S8"]
    ]  # fmt: skip


def test_one_clients_number_is_one_return_and_two_shops_numbers_are_two() -> None:
    rows = [{**OURS, "shop": shop, "client": client} for shop, client in (("a", ""), ("b", ""), ("a", "k"), ("a", "m"))]
    assert len(read_returns(csv_of(*rows), LISTS).returns) == 4
