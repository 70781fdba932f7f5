"""Expected returns from CSV files: what is taken, what is refused, and how each fault is named."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from centre_cases import in_process_centre
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.money import Money
from inspection_station.domain.returns import return_from_json, return_to_json
from inspection_station.errors import StationProblem
from inspection_station.i18n import translate_into
from inspection_station.server import search
from inspection_station.server.reference_import import (
    import_people,
    import_returns,
    import_totes,
    shipped_lists,
)
from inspection_station.server.returns_feed import read_page
from inspection_station.workflows import table_files
from inspection_station.workflows.import_mapping import LINE_FIELDS, RETURN_FIELDS
from inspection_station.workflows.return_cells import return_id
from inspection_station.workflows.returns_import import (
    ReturnsImport,
    read_returns,
)

LISTS = shipped_lists()
COLUMNS = tuple(name for name in RETURN_FIELDS + LINE_FIELDS if name != "unit_price")
ROW = {
    "return_number": "RMA-1", "order_number": "2411-1", "kind": "return", "platform": "tmall", "shop": "旗舰店",
    "client": "衣上", "tracking_numbers": "sf1390447120865|JD00123", "carrier": "SF", "buyer_masked": "王*",
    "buyer_phone_tail": "4711", "reason": "size_mismatch", "reason_text": "偏大, 换小", "delivered_on": "2026-11-14",
    "return_window_days": "7", "refund_due": "2026-11-21T06:00:00Z", "policy_flags": "high_value|sealed", "line": "1",
    "sku": "YL-1", "gtin": "6901234567892", "name_zh": "羽绒服", "name_en": "Jacket", "variant": "藏青 / M",
    "quantity": "2", "category": "apparel", "unit_price_minor": "69900", "currency": "CNY", "vendor": "V",
    "vendor_name": "云鹿", "serial_numbers": "", "accessories": "收纳袋|吊牌", "picture": "a.jpg",
}  # fmt: skip


def table(*rows: dict[str, str], delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(text: str, encoding: str = "utf-8") -> ReturnsImport:
    return read_returns(text.encode(encoding), LISTS)


def faults(result: ReturnsImport) -> list[tuple[int, str, str]]:
    return [(f.line, f.column, translate_into("en", f.fault, **f.values)) for f in result.faults]


def test_rows_of_one_return_become_its_lines() -> None:
    result = read(table(ROW, {**ROW, "line": "2", "sku": "YL-2", "quantity": "1"}, {**ROW, "return_number": "RMA-2"}))
    first, second = result.returns
    assert (result.faults, result.rows) == ((), 3)
    assert [line.sku for line in first.lines] == ["YL-1", "YL-2"]
    assert (first.units, first.tracking_numbers) == (3, ("SF1390447120865", "JD00123"))
    assert (first.lines[0].unit_price, first.refund_due) == (Money(69900), "2026-11-21T06:00:00.000Z")
    assert first.policy_flags == ("high_value", "sealed") and first.lines[0].accessories == ("收纳袋", "吊牌")
    assert first.id == return_id("衣上", "RMA-1") != second.id
    assert return_from_json(return_to_json(first)) == first


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(encoding: str, delimiter: str) -> None:
    result = read(table(ROW, delimiter=delimiter), encoding)
    assert [(one.reason_text, one.shop) for one in result.returns] == [("偏大, 换小", "旗舰店")]


def test_a_file_with_the_needed_columns_alone_is_taken() -> None:
    columns = ("return_number", "tracking_numbers", "sku", "name_zh", "quantity", "category", "unit_price_minor")
    result = read(table(ROW, {**ROW, "sku": "YL-2"}, columns=columns))
    assert result.faults == ()
    (one,) = result.returns
    assert ([line.line for line in one.lines], one.kind, one.reason) == ([1, 2], "return", "other")


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"return_number": ""}, "return_number", "must not be empty"),
        ({"quantity": "0"}, "quantity", "whole number from 1"),
        ({"quantity": "²"}, "quantity", "whole number"),
        ({"unit_price_minor": "599.00"}, "unit_price_minor", "whole number"),
        ({"unit_price_minor": "-1"}, "unit_price_minor", "whole number"),
        ({"currency": "XAU"}, "currency", "must be one of"),
        ({"reason": "because"}, "reason", "must be one of"),
        ({"category": "boats"}, "category", "must be one of"),
        ({"gtin": "6901234567893"}, "gtin", "right check digit"),
        ({"delivered_on": "14.11.2026"}, "delivered_on", "2026-11-21"),
        ({"refund_due": "2026-11-21 06:00"}, "refund_due", "UTC"),
        ({"refund_due": "2026-11-21T06:00:00+08:00"}, "refund_due", "UTC"),
        ({"buyer_phone_tail": "13912344711"}, "buyer_phone_tail", "last four digits"),
        ({"tracking_numbers": "|"}, "tracking_numbers", "must not be empty"),
        ({"tracking_numbers": "SF\x07"}, "tracking_numbers", "cannot be shown"),
        ({"policy_flags": "High Value"}, "policy_flags", "codes like"),
        ({"name_zh": "x" * 201}, "name_zh", "longer than 200"),
        ({"sku": "a\u202eb"}, "sku", "cannot be shown"),
        ({"serial_numbers": "|".join(map(str, range(1001)))}, "serial_numbers", "longer than"),
    ],
)
def test_each_fault_names_line_column_and_what_would_be_right(
    changes: dict[str, str], column: str, words: str
) -> None:
    result = read(table(ROW, {**ROW, "return_number": "RMA-2", **changes}))
    ((line, found, told),) = faults(result)
    assert (line, found) == (3, column)
    assert words in told


def test_rows_of_one_return_that_contradict_each_other_are_refused() -> None:
    result = read(table(ROW, {**ROW, "line": "2", "reason": "other"}, {**ROW, "line": "1"}))
    assert faults(result) == [
        (2, "-", "another row of the same return is wrong: line 3"),
        (3, "reason", "differs from line 2 of the same return"),
        (4, "line", "this line number of the return stands twice"),
    ]
    assert (result.returns, result.bad_rows, result.unusable) == ((), 3, False)


def test_a_quoted_line_break_does_not_shift_the_numbers_of_lines() -> None:
    rows = [{**ROW, "shop": "two\nlines"}, {**ROW, "return_number": "R2", "quantity": "x"}]
    assert [(line, column) for line, column, _told in faults(read(table(*rows)))] == [(2, "shop"), (4, "quantity")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("return_number,sku\n", "missing in the heading"),
        (table(ROW).replace("shop", "kind", 1), "twice"),
        (table(ROW).rstrip() + ",,,surplus\n", "more cells"),
        (table(ROW) + '"' + "x" * 200_000, "not valid CSV"),
    ],
)
def test_a_file_of_the_wrong_form_says_so(text: str, told: str) -> None:
    assert told in " ".join(words for _line, _column, words in faults(read(text)))


def test_files_that_are_too_large_or_no_text_are_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StationProblem, match=r"import\.encoding"):
        read_returns(b"\x81" * 31, LISTS)
    monkeypatch.setattr(table_files, "MOST_ROWS", 2)
    with pytest.raises(StationProblem, match=r"import\.too_large"):
        read(table(*({**ROW, "return_number": f"R{n}"} for n in range(3))))
    with pytest.raises(StationProblem, match=r"import\.unreadable"):
        table_files.read_table_file(Path("/nowhere/returns.csv"))


@given(st.binary(max_size=600))
def test_no_bytes_make_the_reader_fail_otherwise(data: bytes) -> None:
    try:
        result = read_returns(data, LISTS)
    except StationProblem as problem:
        assert problem.code.startswith("import.")
        return
    assert result.faults or result.rows == 0


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=40), max_size=6))
def test_hostile_cells_are_either_taken_clean_or_named(changes: dict[str, str]) -> None:
    try:
        result = read_returns(table({**ROW, **changes}).encode("utf-8", "surrogatepass"), LISTS)
    except StationProblem:
        return
    for one in result.returns:
        plain: Any = return_to_json(one)
        assert return_from_json(plain) == one
        assert all(ord(character) >= 0x20 for text in (one.shop, one.reason_text) for character in text)


def test_the_centre_takes_whole_returns_and_tells_unchanged_ones_no_more(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    good = table(*({**ROW, "return_number": f"R{n}"} for n in range(30))).encode()
    broken = table(ROW, {**ROW, "return_number": "R2", "quantity": "x"}).encode()

    def count() -> int:
        return int(search.count_everything(centre)["expected_returns"])

    assert import_returns(centre, broken, preview=True).taken == 1
    assert count() == 0, "a preview takes nothing"
    report = import_returns(centre, broken)
    assert (report.taken, report.new, report.bad_rows, len(report.faults), count()) == (1, 1, 1, 1, 1)
    steps: list[int] = []
    assert import_returns(centre, good, lambda done, total: steps.append(done * 100 // total)).changed == 30
    assert steps[-1] == 100
    with centre.database.reader.connect() as connection:
        cursor = read_page(connection, "", 500)["cursor"]
    again = import_returns(centre, good)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 30)
    changed = table({**ROW, "return_number": "R0", "reason_text": "另一个"}, {**ROW, "return_number": "R1"}).encode()
    preview = import_returns(centre, changed, preview=True)
    assert (preview.new, preview.changed, preview.unchanged) == (0, 1, 1)
    assert preview.first[0].reason_text == "另一个"
    assert import_returns(centre, changed).changed == 1
    assert count() == 31, "an update is never a second return"
    with centre.database.reader.connect() as connection:
        (told,) = read_page(connection, cursor, 500)["items"]
    assert told["body"]["reason_text"] == "另一个", "only what changed is told again"
    cut = (good + b'R9,"').replace(b"SF", b"ZT")
    assert import_returns(centre, cut).unusable and count() == 31, "of a broken file nothing is taken"
    centre.close()


def test_people_come_in_with_hashes_only_and_an_unchanged_pin_is_not_told_again(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    heading = "number,name,name_en,role,badge,pin\n"
    people = heading + "E00012,陈晓雯,Chen Xiaowen,inspector,BADGE-E00012,260012\n"
    people += "E00005,周敏,,lead,BADGE-E00005,260005\n"
    assert import_people(centre, people.encode()).changed == 2
    assert import_people(centre, people.encode()).changed == 0
    raw = centre.database.path.read_bytes() + Path(f"{centre.database.path}-wal").read_bytes()
    assert b"260012" not in raw and b"BADGE-E00012" not in raw and b"$argon2id$" in raw
    wrong = import_people(centre, (heading + "E1,a,,boss,,\nE2,b,,lead,,1234\n").encode())
    assert [fault.column for fault in wrong.faults] == ["role", "pin"]
    centre.close()


def test_totes_need_a_right_check_character(tmp_path: Path) -> None:
    from inspection_station.domain.identifiers import tote_code

    centre = in_process_centre(tmp_path)
    text = f"code,disposition,slot,capacity\n{tote_code(1)},restock,1,40\n"
    assert import_totes(centre, text.encode()).taken == 1
    wrong = import_totes(centre, b"code,disposition\nT-000001A,restock\nT-1,hold\n")
    assert [fault.column for fault in wrong.faults] == ["code", "code"]
    centre.close()
