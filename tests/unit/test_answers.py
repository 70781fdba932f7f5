"""What is typed, scanned and counted for a row: read as it was meant, or refused in words; never a crash."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.answers import (
    kit_of,
    read_choice,
    read_count,
    read_number,
    read_serial,
    read_text,
    serials_to_compare,
    value_words,
)
from inspection_station.domain.checklist import (
    Choice,
    Consequence,
    Count,
    FreeText,
    Limit,
    Number,
    Option,
    Serial,
)
from inspection_station.domain.inspection import Answer, PartCount
from inspection_station.errors import StationProblem
from inspection_station.i18n import in_language, sentences

FAULT = Consequence("battery_fault", "major")
SMALL = Consequence("battery_fault", "minor")
HEALTH = Number("%", Decimal(1), Decimal(100), 0, (Limit(Decimal(60), None, FAULT), Limit(Decimal(80), None, SMALL)))
DEGREES = Number("℃", Decimal(-40), Decimal(60), 1, (Limit(None, Decimal(10), Consequence("expired", "major")),))
GRAMS = Number("g", Decimal(1), Decimal(50_000), 1)
FINE = Number("mm", Decimal(0), Decimal(10_000), 3)


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (HEALTH, "85", "85"),
        (HEALTH, " ８５ ", "85"),
        (HEALTH, "85%", "85"),
        (HEALTH, "85 ％", "85"),
        (HEALTH, "85.0", "85"),
        (HEALTH, "85,0", "85"),
        (HEALTH, "085", "85"),
        (HEALTH, "+85", "85"),
        (DEGREES, "-4,5", "-4.5"),
        (DEGREES, "\u22124.5 ℃", "-4.5"),
        (DEGREES, "－４．５", "-4.5"),
        (DEGREES, "4。5", "4.5"),
        (DEGREES, "-0", "0"),
        (GRAMS, "1,234.5 g", "1234.5"),
        (GRAMS, "1.234,5 G", "1234.5"),
        (GRAMS, "1 234,5", "1234.5"),
        (GRAMS, "12'345", "12345"),
        (GRAMS, "1,234", "1234"),
        (GRAMS, "12,3", "12.3"),
        (FINE, "1.234", "1.234"),
        (FINE, "0,125", "0.125"),
    ],
)
def test_a_number_is_read_as_it_was_meant(asked: Number, typed: str, value: str) -> None:
    assert read_number(asked, typed).value == value


@pytest.mark.parametrize(
    ("asked", "typed", "code"),
    [
        (HEALTH, "", "answer.no_number"),
        (HEALTH, "eighty", "answer.no_number"),
        (HEALTH, "八十五", "answer.no_number"),
        (HEALTH, "8\x005", "answer.no_number"),
        (HEALTH, "8 - 5", "answer.no_number"),
        (HEALTH, "٨٥", "answer.no_number"),
        (HEALTH, "1e2", "answer.unit"),
        (HEALTH, "9" * 41, "answer.no_number"),
        (HEALTH, "85 g", "answer.unit"),
        (GRAMS, "2 kg", "answer.unit"),
        (HEALTH, "85.5", "answer.decimals"),
        (DEGREES, "4.55", "answer.decimals"),
        (HEALTH, "0", "answer.range"),
        (HEALTH, "101", "answer.range"),
        (DEGREES, "-41", "answer.range"),
        (GRAMS, "1,23,4", "answer.separator"),
        (GRAMS, "1.2.3", "answer.separator"),
        (GRAMS, "1,234.5,6", "answer.separator"),
        (FINE, "1,234", "answer.separator"),
        (GRAMS, ",", "answer.no_number"),
        (GRAMS, "..5", "answer.separator"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_clear_sentence(asked: Number, typed: str, code: str) -> None:
    with pytest.raises(StationProblem) as told:
        read_number(asked, typed)
    assert told.value.code == code
    for language in ("en", "zh_CN"):
        with in_language(language):
            what, to_do = sentences(told.value)
        assert what and to_do and "{" not in what + to_do


@pytest.mark.parametrize(
    ("number", "severity"), [("59", "major"), ("60", "minor"), ("79", "minor"), ("80", None), ("100", None)]
)
def test_the_first_limit_that_holds_gives_the_defect(number: str, severity: str | None) -> None:
    reading = read_number(HEALTH, number)
    assert [one.severity for one in reading.following] == ([severity] if severity else [])
    assert reading.verdict == ("defect" if severity else "pass") and reading.unit == "%"
    assert read_number(DEGREES, "10").verdict == "pass" and read_number(DEGREES, "10.1").verdict == "defect"


@given(st.text(max_size=60), st.sampled_from([HEALTH, DEGREES, GRAMS, FINE]))
@properties(200)
def test_whatever_is_typed_is_a_number_in_range_or_is_refused(typed: str, asked: Number) -> None:
    try:
        reading = read_number(asked, typed)
    except StationProblem as problem:
        assert problem.code.startswith("answer.")
        return
    assert isinstance(reading.value, str)
    assert asked.minimum <= Decimal(reading.value) <= asked.maximum
    assert read_number(asked, reading.value) == reading, "what is kept reads the same again"


@given(st.decimals(-40, 60, places=1, allow_nan=False))
@properties(60)
def test_a_number_survives_either_decimal_separator_and_full_width_digits(number: Decimal) -> None:
    plain = read_number(DEGREES, str(number))
    assert read_number(DEGREES, str(number).replace(".", ",")) == plain
    wide = str.maketrans({one: chr(ord(one) + 0xFEE0) for one in "0123456789.-"})
    assert read_number(DEGREES, f"{number}℃".translate(wide)) == plain


def test_a_text_keeps_what_a_keyboard_can_send_in_one_normal_form() -> None:
    asked = FreeText(40)
    for text in ("批号 A-17／二", "Chargennr. Ä7", "👩\u200d🔧 ok", "𠮷野家", "العربية", "Ｌ１"):
        assert read_text(asked, f" {text}\u3000").value == unicodedata.normalize("NFC", text)
    assert read_text(asked, "e\u0301") == read_text(asked, "é")
    assert read_text(asked, "字" * 40).value == "字" * 40


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "answer.empty"), (" \u3000", "answer.empty"), ("a\x00b", "answer.characters"),
        ("a\nb", "answer.characters"), ("a\tb", "answer.characters"), ("a\x1bb", "answer.characters"),
        ("\ud800", "answer.characters"), ("a\udfffb", "answer.characters"), ("字" * 41, "answer.too_long"),
        ("👍" * 41, "answer.too_long"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_kept_is_refused(typed: str, code: str) -> None:
    with pytest.raises(StationProblem) as told:
        read_text(FreeText(40), typed)
    assert told.value.code == code


@given(st.text(max_size=80))
@properties(200)
def test_any_text_is_kept_or_refused_and_what_is_kept_can_be_sealed(typed: str) -> None:
    try:
        kept = read_text(FreeText(40), typed).value
    except StationProblem as problem:
        assert problem.code.startswith("answer.")
        return
    assert isinstance(kept, str) and 0 < len(kept) <= 40
    kept.encode("utf-8")
    assert read_text(FreeText(40), kept).value == kept


IMEI = "490154203237518"


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("imei", "49-015420-323751-8", IMEI), ("any", f" {IMEI} ", IMEI), ("serial", "sn-778-a", "SN-778-A"),
        ("any", "ｓｎ７７８", "SN778"), ("serial", IMEI, IMEI),
    ],
)  # fmt: skip
def test_a_serial_number_is_read_in_capitals_and_an_imei_without_its_marks(kind: str, typed: str, value: str) -> None:
    assert read_serial(Serial(kind), typed).value == value


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("imei", "490154203237519", "answer.imei"), ("imei", "SN-778-A", "answer.imei"), ("imei", "", "answer.imei"),
        ("serial", "6901234567892", "answer.product_code"), ("any", "6901234567892", "answer.product_code"),
        ("serial", "", "answer.serial"), ("serial", "A", "answer.serial"), ("serial", "坏了", "answer.serial"),
        ("serial", "A\x00B", "answer.serial"), ("serial", "X" * 65, "answer.serial"),
        ("any", "\ud800", "answer.serial"),
    ],
)  # fmt: skip
def test_what_is_no_serial_number_is_refused(kind: str, typed: str, code: str) -> None:
    with pytest.raises(StationProblem) as told:
        read_serial(Serial(kind), typed)
    assert told.value.code == code


def test_imeis_are_held_against_imeis_and_serials_against_serials() -> None:
    shipped = ("sn-1", IMEI)
    assert serials_to_compare(Serial("any"), shipped) == ("SN-1", IMEI)
    assert serials_to_compare(Serial("imei"), shipped) == (IMEI,)
    assert serials_to_compare(Serial("serial"), shipped) == ("SN-1",)


MISSING = Count(Consequence("accessory_missing", "major"))


def test_each_missing_part_is_a_finding_that_names_it() -> None:
    kit = kit_of(("充电器", "数据线", "电池", "电池", " "))
    assert kit == {"充电器": 1, "数据线": 1, "电池": 2}
    whole = read_count(MISSING, kit, {})
    assert whole.verdict == "pass" and whole.value == tuple(PartCount(part, n, n) for part, n in kit.items())
    short = read_count(MISSING, kit, {"电池": 1, "数据线": 0, "充电器": 3})
    assert [(one.part, one.code, one.severity) for one in short.following] == [
        ("数据线", "accessory_missing", "major"), ("电池", "accessory_missing", "major"),
    ]  # fmt: skip
    assert len({one.type for one in short.following}) == 2
    with pytest.raises(KeyError):
        read_count(MISSING, kit, {"手机": 0})
    for number in (-1, 1000):
        with pytest.raises(ValueError):
            read_count(MISSING, kit, {"电池": number})


SEAL = Choice((Option("whole", "完好", "Whole", ""), Option("broken", "已撕开", "Torn", "", FAULT)), "whole")


def test_an_option_says_what_follows_and_what_it_is_called() -> None:
    assert read_choice(SEAL, "whole").verdict == "pass" and read_choice(SEAL, "broken").verdict == "defect"
    with pytest.raises(KeyError):
        read_choice(SEAL, "gone")


def test_values_stand_for_themselves_where_the_template_does_not_know_them_any_more() -> None:
    assert value_words(None, Answer("q", "pass", "single", "", "82", "%")) == {"zh": "82 %", "en": "82 %"}
    assert value_words(None, Answer("q", "pass", "single"))["en"] == ""
    counted = Answer("q", "defect", "single", "", (PartCount("充电器", 1, 0), PartCount("数据线", 1, 1)))
    assert value_words(None, counted)["zh"] == "充电器 0/1 · 数据线 1/1"
